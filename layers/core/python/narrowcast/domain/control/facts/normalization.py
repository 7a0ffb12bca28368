"""One spelling for texts that differ only in how they were typed: width, case, script, spaces, punctuation, quotes.

Changes no word and no number; what a text means is for `lexer`. Normalizing twice is normalizing once.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache

from narrowcast.domain.control.characters import simplified

OPEN, STOP = "(?:^|(?<=[，。；：！？]))", "(?=[，。；：！？)]|$)"
"""Where a clause begins and where it ends, for patterns over normalized text."""
_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−﹣"), "-")
_TILDES = dict.fromkeys(map(ord, "∼〜～"), "~")
_STOPS = {
    ord("﹐"): "，",
    ord(","): "，",
    ord("､"): "、",
    ord("!"): "！",
    ord("?"): "？",
    ord(";"): "；",
    ord(":"): "：",
}
_TABLE = {**_DASHES, **_TILDES, **_STOPS, ord("∶"): "："}

# Between digits a mark may be part of the number: it stays, and nothing there is joined.
_QUOTE = re.compile(r"(?<!\d)[\"'“”‘’「」『』《》〈〉【】〔〕·•]|[\"'“”‘’「」『』《》〈〉【】〔〕·•](?!\d)")
_THOUSANDS = re.compile(r"(?<=\d)，(?=\d{3}(?!\d))")
_CLOCK = re.compile(r"(?<=\d)：(?=\d)")
_LEADING_POINT = re.compile(r"(?<![\d.])\.(?=\d)")
_FULL_STOP = re.compile(r"\.(?!\d)|[｡…]")
_SPACE_TO_KEEP = re.compile(r"(?<=[a-z])\s+(?=[a-z])|(?<=\d)\s+(?=\d)")
_SPACE = re.compile(r"[^\S\x00]+")
_LONG_DASH = re.compile(r"-{2,}")
_ROMAN = {"i": "1", "ii": "2", "iii": "3", "iv": "4", "v": "5", "vi": "6"}
_NUMERAL = r"(?<![a-z\d.])(iii|ii|iv|i|vi|v)"
_GRADE = re.compile(rf"{_NUMERAL}(?=[级期度型类])|{_NUMERAL}(?=[、~\-/或和至到][iv1-6]{{1,3}}[级期度型类])")
_MOST_PASSES = 8
_PUNCTUATION = re.compile(r"(?<!\d)[，。、！？；：()\[\]]|[，。、！？；：()\[\]](?!\d)")


@lru_cache(maxsize=256)
def normalize(text: str) -> str:
    """Return the one spelling of a text; the empty string for a text of nothing but spaces."""
    spelling = _spell(text)
    for _ in range(_MOST_PASSES if spelling != text else 0):  # what a space or quote parted may compose anew
        again = _spell(spelling)
        if again == spelling:
            break
        spelling = again
    return spelling


def _spell(text: str) -> str:
    composed = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", _visible(text)).casefold())
    return _respace(_visible(composed).translate(_table()))


@cache
def _table() -> dict[int, str]:
    return {**{ord(old): new for old, new in simplified().items()}, **_TABLE}


@lru_cache(maxsize=512)
def bare(text: str) -> str:
    """Return the normalized text without its punctuation, to compare whole sentences by."""
    return _PUNCTUATION.sub("", normalize(text))


def hidden_characters(text: str) -> str:
    """Return the characters of a text that a reader cannot see: controls, direction marks, private use."""
    return "" if text.isprintable() else "".join(filter(_is_hidden, text))


def _is_hidden(character: str) -> bool:
    return unicodedata.category(character) in {"Cc", "Cf", "Co", "Cs", "Cn"} and character not in "\t\n\r"


def _visible(text: str) -> str:
    return text if text.isprintable() else "".join(c for c in text if not _is_hidden(c))


def _respace(text: str) -> str:
    if " " in text or not text.isprintable():  # no other space can be printed
        text = _SPACE.sub("", _SPACE_TO_KEEP.sub("\0", text)).replace("\0", " ")
    text = _QUOTE.sub("", text)
    text = _LONG_DASH.sub("，", text) if "--" in text else text
    text = _THOUSANDS.sub("", _CLOCK.sub(":", text) if "：" in text else text)
    text = _GRADE.sub(lambda grade: _ROMAN[grade[0]], text) if "i" in text or "v" in text else text
    return _FULL_STOP.sub("。", _LEADING_POINT.sub("0.", text) if "." in text else text)
