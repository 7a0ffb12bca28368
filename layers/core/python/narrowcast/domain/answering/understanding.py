"""What a question is about: the words of our dictionary in it, what it asks for, and what 它 stands for."""

from __future__ import annotations

import json
import pkgutil
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from narrowcast.domain.control.facts.lexer import Token, lex, with_implied
from narrowcast.domain.control.facts.normalization import normalize

DRUG, FOOD, WORD = "d:", "f:", "w:"
_NAMED = ("drug", "food", "word")
_TELLING = frozenset((*_NAMED, "timing", "period", "population", "negation", "quantity", "times", "route", "side"))
_NUMBERED = re.compile(r"\d{5}")
_DRUG_PRONOUN = re.compile(r"(?:这|那|该|上面|刚才)(?:个|种|款|类)?(?:药|片|针|胶囊)|这药|那药|它")
_ILL_PRONOUN = re.compile(r"(?:这|那|该)(?:个|种)?(?:病|情况|毛病|问题|手术|检查)|它")
_FOLLOWS = re.compile(r"^(?:那么?|还有|另外|然后|如果|要是|万一|可以|能|需要|要|多久|多少|什么时候|怎么|为什么)")
_INTRODUCED = re.compile(
    r"(?:我|本人)?(?:名?叫|姓|(?:的)?名字[是叫]?)[^，。！？]{1,6}[，。！？]"
    r"|(?:我的?)?(?:电话|手机号?|身份证号?|住院号|病历号|微信号?)[^，。！？]*[，。！？]"
)
"""Who asks is no part of what is asked."""
LOOSE = frozenset({"may_have", "how"})
"""Questions that a sentence on the subject can answer in any words."""
_SHORT = 16
"""Characters: a short question that names nothing goes on about what was spoken of."""


Meant = frozenset[str]
"""What one word may mean: groups of like meaning of which any will do."""


@dataclass(frozen=True, slots=True)
class Understood:
    """A question as the chooser reads it.

    `subjects` are the drugs, foods, diseases and procedures it names, `words` whatever else it names; `asks` is what it
    wants to know; `unknown` are runs of characters that no table has.
    """

    text: str
    subjects: frozenset[Meant]
    words: frozenset[Meant]
    asks: frozenset[str]
    unknown: tuple[str, ...]

    @property
    def wanted(self) -> frozenset[str]:
        """What a sentence must tell to answer it."""
        return self.asks - LOOSE

    @property
    def vague(self) -> bool:
        """Whether it names nothing, or asks nothing of the one subject that it names."""
        if self.words:
            return False
        return not self.subjects or (not self.wanted and len(self.subjects) == 1)

    @property
    def terms(self) -> tuple[str, ...]:
        """Dictionary words only: what may be kept and counted."""
        return tuple(sorted(min(meant) for meant in self.subjects))

    @property
    def spoken_words(self) -> tuple[str, ...]:
        """What else of the dictionary stands in it: may be kept and counted too."""
        return tuple(sorted(min(meant) for meant in self.words))


def understand(question: str, spoken_of: Sequence[str] = ()) -> Understood:
    """Read a question; `spoken_of` are the subjects of the conversation so far, the latest last."""
    text = _INTRODUCED.sub("", normalize(question))
    tokens = lex(text)
    asked = _spans(text)
    named = [token for token in tokens if token.kind in _NAMED and token.ids - _table().ignored]
    subjects = frozenset(meant for token in named if (meant := frozenset(filter(is_subject, token.ids))))
    words = frozenset(token.ids for token in named if not any(map(is_subject, token.ids)) and not _inside(token, asked))
    return Understood(text, subjects or _meant(text, spoken_of), words, asks(text), tuple(_unknown(tokens, asked)))


def _spans(text: str) -> tuple[tuple[int, int], ...]:
    """Return where the question says what it wants to know: words there are not what it is about."""
    wants = (wanted for name, (wanted, _) in _table().wants.items() if name not in LOOSE)
    return tuple(found.span() for wanted in wants for found in wanted.finditer(text))


def _inside(token: Token, spans: tuple[tuple[int, int], ...]) -> bool:
    return any(start <= token.start and token.start + len(token.text) <= end for start, end in spans)


def speaks_of(text: str) -> frozenset[str]:
    """Return everything that a sentence or title speaks of, with what that implies."""
    tokens = lex(normalize(text))
    return with_implied(frozenset(group for token in tokens for group in (*token.ids, *token.parts)))


def asks(text: str) -> frozenset[str]:
    """Return what a normalized question wants to know."""
    return frozenset(name for name, (wanted, _) in _table().wants.items() if wanted.search(text))


def tells(text: str) -> frozenset[str]:
    """Return what a sentence can answer."""
    folded = normalize(text)
    return frozenset(name for name, (_, told) in _table().wants.items() if told.search(folded))


def is_subject(group: str) -> bool:
    """Whether a group of like meaning is something that an answer must be about: a drug, a food, a disease."""
    return group.startswith((DRUG, FOOD)) or group in _table().subjects


def known_words(question: str) -> str:
    """Return only the words of a question that a dictionary has: no name or number of a person is among them."""
    tokens = lex(normalize(question))
    known = (token.text for token in tokens if token.kind in _TELLING)
    return " ".join(text for text in known if not _NUMBERED.search(text))


def is_medical(text: str) -> bool:
    """Whether a text speaks of a drug, a disease, or of anything measured."""
    tokens = lex(normalize(text))
    return any(token.kind in ("drug", "quantity") or any(map(is_subject, token.ids)) for token in tokens)


def _meant(text: str, spoken_of: Sequence[str]) -> frozenset[Meant]:
    """Return the subject that a pronoun, or a short question without any, stands for: the latest of its kind."""
    latest = ""
    if _DRUG_PRONOUN.search(text):
        latest = _latest(spoken_of, (DRUG,))
    if not latest and _ILL_PRONOUN.search(text):
        latest = _latest(spoken_of, (WORD,))
    if not latest and len(text) <= _SHORT and _FOLLOWS.search(text):
        latest = _latest(spoken_of, (DRUG, FOOD, WORD))
    return frozenset({frozenset({latest})}) if latest else frozenset()


def _latest(spoken_of: Iterable[str], kinds: tuple[str, ...]) -> str:
    return next((each for each in reversed(tuple(spoken_of)) if each.startswith(kinds)), "")


def _unknown(tokens: Sequence[Token], asked: tuple[tuple[int, int], ...]) -> Iterable[str]:
    """Yield runs of characters between known words, without those that questions are made of."""
    run = ""
    for token in (*tokens, None):
        if token is not None and token.kind == "unknown" and not _inside(token, asked):
            run += token.text
            continue
        yield from (kept for kept in _table().plain.split(run) if len(kept) > 1)
        run = ""


@dataclass(frozen=True, slots=True)
class _Table:
    """questions.json: patterns of what is asked and told, and lists of words."""

    wants: Mapping[str, tuple[re.Pattern[str], re.Pattern[str]]]
    subjects: frozenset[str]
    ignored: frozenset[str]
    plain: re.Pattern[str]


@cache
def _table() -> _Table:
    raw: dict[str, Any] = json.loads(pkgutil.get_data(__package__, "questions.json") or b"")
    plain = sorted(map(re.escape, raw["plain"].split()), key=len, reverse=True)
    return _Table(
        {name: (re.compile(each["question"]), re.compile(each["sentence"])) for name, each in raw["asks"].items()},
        frozenset(f"{WORD}{word}" for word in raw["subjects"].split()),
        frozenset(f"{WORD}{word}" for word in raw["ignored"].split()),
        re.compile("|".join(plain)),
    )
