"""Objections in the words of the people who have to mend the text. Knows the checks' kinds; judges nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from narrowcast.domain.content import Objection
from narrowcast.domain.control.gate import MISSHAPEN, SECOND_OPINION

OMISSION = "omission"
WORDS = {
    "wrong_citation": "引用有误",
    "drug": "药物或食物",
    "dose": "剂量",
    "unit": "单位",
    "frequency": "频次",
    "timing": "时间",
    "duration": "疗程",
    "range": "范围",
    "comparator": "大小比较",
    "number": "数字",
    "negation": "否定或禁止",
    "population": "人群",
    "certainty": "语气强弱",
    "condition_dropped": "漏掉限定条件",
    "new_claim": "事实以外的内容",
    MISSHAPEN: "测一测",
    OMISSION: "漏掉必须写明的安全事实",
    SECOND_OPINION: "模型复核",
}
"""What an editor calls each kind."""


@dataclass(frozen=True, slots=True)
class Highlight:
    """What is wrong with a sentence (by its place, from 0; the place after the last is the whole text), in Chinese."""

    sentence: int
    reasons: tuple[str, ...]


def highlights(objections: Iterable[Objection]) -> tuple[Highlight, ...]:
    """Return one highlight for each place that is objected to, in reading order, each reason once."""
    reasons: dict[int, dict[str, None]] = {}
    for each in objections:
        reasons.setdefault(each.sentence, {})[in_words(each)] = None
    return tuple(Highlight(place, tuple(reasons[place])) for place in sorted(reasons))


def in_words(objection: Objection) -> str:
    """Return an objection as one Chinese phrase."""
    word, expected, found = WORDS.get(objection.kind, objection.kind), objection.expected, objection.found
    if objection.kind == SECOND_OPINION:
        return f"{word}（{WORDS.get(expected, expected)}）：{found}"
    if objection.kind == MISSHAPEN:
        return f"{word}：{expected}"
    if objection.kind == OMISSION or not found:
        return f"{word}：“{expected}”" if expected else word
    return f"{word}：事实为“{expected}”，写成“{found}”" if expected else f"{word}：“{found}”没有依据"
