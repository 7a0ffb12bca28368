"""Brings a text to one spelling, so that a rule sees words and not their disguise, and remembers where each stood.

Undone here: full width, traditional forms, digits of other scripts, zero-width and combining characters, emoji, quotes,
stray marks and spaces between characters, characters set apart by punctuation, and homophones or pinyin of the words a
pack guards.
Folding a folded text changes nothing. Nothing here judges.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from dataclasses import dataclass
from functools import cache
from itertools import accumulate, pairwise, repeat
from typing import TYPE_CHECKING

from narrowcast.domain.control.characters import simplified
from narrowcast.domain.control.claims.tables import syllable_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_ROUNDS = 4
_SPELLED_OUT = {
    "💯": "100%",
    "➕": "加",
    "❤": "心",
    "♥": "心",
    "📞": "电话",
    "☎": "电话",
    "🆓": "免费",
    "🈚": "无",
    "🈶": "有",
    "🔝": "顶级",
    "🥇": "第一",
    "🟡": "黄",
    "。": "。",
    "—": ",",
    "–": "-",
    "～": "~",
    "〜": "~",
    "¥": "元",
    "\t": " ",
    "\r": "\n",
    "\u2028": "\n",
    "\u2029": "\n",
}
_DROPPED = frozenset(("Cf", "Cc", "Co", "Cs", "Cn", "Mn", "Me", "So", "Sk", "Pi", "Pf", "Ps", "Pe"))
_QUOTES = frozenset("\"'`´")
_QUOTATION = re.compile(r"“[^”“\n]{1,80}”|\"[^\"\n]{1,80}\"|「[^」「\n]{1,80}」|『[^』『\n]{1,80}』|‘[^’‘\n]{1,80}’")
_HAN = "一-鿿"
_MARKS = r"\s.*_\-~|/\\+^#=@&$·•・‧⋅,、:;!?。"
_STRAY = re.compile(
    r"(?=[ .*_\-~|/\\+^#=@&$·•・‧⋅])(?:"  # spares the other places the look behind
    rf"(?<=[{_HAN}])[ .*_\-~|/\\+^#=@&$·•・‧⋅]+(?=[{_HAN}])"  # between two characters
    rf"|(?<=[{_HAN}\d%]) +|(?<![a-z]) +(?=[a-z])| +(?=[{_HAN}\d%,。!?;:、\n])|(?<=[,。!?;:、\n]) +"
    r"|(?<=\b[a-z]) (?=[a-z]\b)|^ +| +$)",
)
_APART = re.compile(rf"(?<![{_HAN}])[{_HAN}](?:[{_MARKS}]+[{_HAN}]){{2,}}(?![{_HAN}])")
_APART_MARKS = re.compile(rf"[{_MARKS}]+")
_PIECE = re.compile(r"[a-z]+|[^a-z、:·.*_\-~|/\\+ \n]+")
_LONGEST_PINYIN = 24


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded text; `starts[i]:ends[i]` is where its character i stood in the text as given."""

    text: str
    starts: Sequence[int]
    ends: Sequence[int]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return the given text's span of the folded span `start:end` (not empty)."""
        return self.starts[start], max(self.ends[start:end])


@dataclass(frozen=True, slots=True)
class Spellings:
    """The words whose homophones and pinyin are undone, by their first two syllables, and plain aliases."""

    words: Mapping[tuple[str, str], Sequence[str]]
    aliases: Mapping[str, str]
    alias_pattern: re.Pattern[str]


def spellings(words: Sequence[str], aliases: Mapping[str, str]) -> Spellings:
    """Index the guarded words (two characters or more) and the aliases, longest first."""
    by_char = syllable_of().by_char
    by_syllables: dict[tuple[str, str], list[str]] = {}
    for word in words:
        by_syllables.setdefault((by_char.get(word[0], word[0]), by_char.get(word[1], word[1])), []).append(word)
    longest_first = sorted(aliases, key=len, reverse=True)
    pattern = re.compile("|".join(map(re.escape, longest_first)) or "(?!)")
    return Spellings(by_syllables, aliases, pattern)


def fold(text: str, known: Spellings) -> Folded:
    """Fold `text`; its length may shrink to nothing."""
    folded = _settled(_plain_text(text))
    for _ in range(_ROUNDS):
        again = _respelled(_aliased(folded, known), known)
        if again is folded:
            break
        folded = _settled(again)
    return folded


def quoted(text: str, folded: Folded) -> list[tuple[int, int]]:
    """Return the folded spans of what stands between quotation marks in `text`, in order, the empty ones left out."""
    spans = (found.span() for found in _QUOTATION.finditer(text))
    within = ((bisect_left(folded.starts, opens), bisect_left(folded.starts, closes)) for opens, closes in spans)
    return [(opens, closes) for opens, closes in within if opens < closes]


def _settled(folded: Folded) -> Folded:
    """Remove stray marks until none is left; each round shortens the text."""
    while (again := _together(_without_stray(folded))) is not folded:
        folded = again
    return folded


def _plain_text(text: str) -> Folded:
    chars = list(map(_plain, text))
    if set(map(len, chars)) <= {1}:
        return Folded("".join(chars), range(len(text)), range(1, len(text) + 1))
    origins = [at for at, char in enumerate(chars) for _ in char]
    return Folded("".join(chars), origins, [at + 1 for at in origins])


@cache
def _plain(char: str) -> str:
    if char == "\n" or _HAN[0] <= char <= _HAN[2]:
        return simplified().get(char, char)
    if char in _SPELLED_OUT:
        return _SPELLED_OUT[char]
    if char in _QUOTES or "\u2190" <= char <= "\u21ff" or unicodedata.category(char) in _DROPPED:  # arrows too
        same = unicodedata.normalize("NFKC", char)
        return "".join(map(_plain, same)) if same != char and same.isalnum() else ""
    if char.isdecimal():
        return str(unicodedata.decimal(char))
    same = unicodedata.normalize("NFKC", char).lower()
    return char if same == char else "".join(map(_plain, same))


def _without_stray(folded: Folded) -> Folded:
    return _replaced(folded, [(found.start(), found.end(), "") for found in _STRAY.finditer(folded.text)])


def _together(folded: Folded) -> Folded:
    gone = [
        (run.start() + mark.start(), run.start() + mark.end(), "")
        for run in _APART.finditer(folded.text)
        for mark in _APART_MARKS.finditer(run.group())
    ]
    return _replaced(folded, gone)


def _aliased(folded: Folded, known: Spellings) -> Folded:
    found = known.alias_pattern.finditer(folded.text)
    return _replaced(folded, [(hit.start(), hit.end(), known.aliases[hit.group()]) for hit in found])


def _replaced(folded: Folded, changes: Sequence[tuple[int, int, str]]) -> Folded:
    """Apply ordered, disjoint changes; a new character stands for the whole of what it replaced."""
    if not changes:
        return folded
    text, starts, ends = [], list[int](), list[int]()
    at = 0
    for begin, end, new in [*changes, (len(folded.text), len(folded.text), "")]:
        text.append(folded.text[at:begin] + new)
        starts += folded.starts[at:begin]
        ends += folded.ends[at:begin]
        if new:
            first, last = folded.span(begin, end)
            starts += [first] * len(new)
            ends += [last] * len(new)
        at = end
    return Folded("".join(text), starts, ends)


@dataclass(frozen=True, slots=True)
class _Units:
    """The sounded pieces of a text in order: characters, and syllables of runs of letters."""

    texts: Sequence[str]
    sounds: Sequence[str]
    starts: Sequence[int]

    def end(self, at: int) -> int:
        return self.starts[at] + len(self.texts[at])


def _respelled(folded: Folded, known: Spellings) -> Folded:
    units = _units(folded.text)
    changes: list[tuple[int, int, str]] = []
    free_from = 0
    nothing: tuple[str, ...] = ()
    for at, guarded in enumerate(map(known.words.get, pairwise(units.sounds), repeat(nothing))):
        for word in guarded or nothing:
            if units.starts[at] >= free_from and _is_disguise(folded.text, units, at, word):
                free_from = units.end(at + len(word) - 1)
                changes.append((units.starts[at], free_from, word))
    return _replaced(folded, changes)


def _units(text: str) -> _Units:
    by_char = syllable_of().by_char
    texts, sounds, starts = list[str](), list[str](), list[int]()
    for found in _PIECE.finditer(text):
        piece, start = found.group(), found.start()
        syllables = _split_syllables(piece) if "a" <= piece[0] <= "z" else ()
        if syllables:
            texts += syllables
            sounds += syllables
            starts += accumulate(map(len, syllables[:-1]), initial=start)
        elif piece[0].isascii() and piece[0].isalpha():
            texts.append(piece)
            sounds.append("")
            starts.append(start)
        else:
            texts += piece
            sounds += map(by_char.get, piece, piece)
            starts += range(start, found.end())
    return _Units(texts, sounds, starts)


@cache
def _split_syllables(letters: str) -> tuple[str, ...]:
    """Split letters into whole syllables, longest first; empty when they are not pinyin throughout."""
    if len(letters) > _LONGEST_PINYIN:
        return ()
    for size in range(min(6, len(letters)), 0, -1):
        if letters[:size] in syllable_of().sounds:
            rest = _split_syllables(letters[size:])
            if rest or size == len(letters):
                return (letters[:size], *rest)
    return ()


def _is_disguise(text: str, units: _Units, at: int, word: str) -> bool:
    """Tell whether the units from `at` say `word` without spelling it; enough must be spelled not to be chance."""
    if text.startswith(word, units.starts[at]):
        return False
    said, sounds = units.texts[at : at + len(word)], units.sounds[at : at + len(word)]
    by_char = syllable_of().by_char
    if len(said) != len(word) or any(
        sound != by_char.get(char, char) for sound, char in zip(sounds, word, strict=True)
    ):
        return False
    homophones = sum(unit != char and not unit.isascii() for unit, char in zip(said, word, strict=True))
    return homophones == 0 or (len(word) > 2 and homophones <= len(word) // 2)  # noqa: PLR2004 - pairs collide by chance
