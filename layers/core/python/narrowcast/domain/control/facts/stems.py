"""Words of a condition that a sentence tells by the character that carries them: 胸还是疼 of 胸痛, 就黄了 of 黄疸.

A character tells a word only where the facts have it nowhere else: another event that shares it (胸闷) is then no
fact's at all. Whether the condition is kept is for `keeping`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from narrowcast.domain.control.facts.conditions import Condition
from narrowcast.domain.control.facts.lexer import ids_of
from narrowcast.domain.control.facts.segments import NOTHING, Features
from narrowcast.domain.control.facts.statements import Statement

_SAYS_LITTLE = frozenset("手性度期病症患者上下中高低大小多少轻重左右不无未没有早晚初末再首次急慢新旧术用药服疗治")
"""Characters that stand in the names of many things."""
_DENIED = re.compile("[不没未无别](?:再|有|能)?$")
_REACH = 2
"""How far before a character its denial may stand."""
_PHASES = ("期间", "时期", "期", "发作", "发病")
"""How a word ends that tells only that it is a stretch of an illness: 首次|发作, 间歇|期."""


def told_by_stems(condition: Condition, said: Statement, facts: Sequence[Statement], told: Features) -> Features:
    """Return what the words of a condition mean that a sentence tells by their stems alone."""
    lost = (word for word in condition.words if not word & (told | condition.denied))
    missing = [(word, name) for word in lost for name in _names(word, condition)]
    if not missing:
        return NOTHING
    elsewhere = frozenset[str]().union(*(fact.text.replace(condition.text, "", 1) for fact in facts))
    known = NOTHING.union(*(fact.ids for fact in facts))
    own = frozenset(_telling_characters(said, known)) & {*condition.text} - elsewhere - _SAYS_LITTLE
    return NOTHING.union(*(word for word, name in missing if _has_stem(name, said, told) or _is_told(name, own)))


def _names(word: Features, condition: Condition) -> Iterator[str]:
    """Give how a condition writes a word."""
    names = (feature[2:] for feature in word if feature.startswith("w:"))
    return (name for name in names if len(name) > 1 and name in condition.text)


def _has_stem(name: str, said: Statement, told: Features) -> bool:
    """Say whether a phase is told without its end: 间歇的日子 of 间歇期, 首次得 of 首次发作."""
    stem = next((name.removesuffix(phase) for phase in _PHASES if name.endswith(phase)), "")
    return len(stem) > 1 and (bool(ids_of(stem) & told) or stem in said.text)


def _is_told(name: str, own: frozenset[str]) -> bool:
    """Say whether a word is told by its first character and half of all: what only ends alike may be wider."""
    return name[0] in own and 2 * len(own.intersection(name)) >= len(name) and not _begins_with_word(name)


def _begins_with_word(name: str) -> bool:
    """Say whether a name says something of what it begins with, which alone says less: 血压|平稳, 肾功能|不全."""
    return any(ids_of(name[:end]) for end in range(2, len(name) - 1))


def _telling_characters(said: Statement, known: Features) -> Iterator[str]:
    """Give the characters that a sentence does not deny and that are of no word for something else."""
    for token in said.tokens:
        word = token.text.rstrip("了着过")
        meaning = token.ids or ids_of(word)  # what a sentence only mentions by the way means something all the same
        if len(word) > 1 and meaning and not meaning & known:
            continue
        for index, character in enumerate(word):
            before = said.text[: token.start + index][-_REACH:]
            if not (character.isascii() or _DENIED.search(before)):
                yield character
