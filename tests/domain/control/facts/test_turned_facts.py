"""Every fact of the corpora with one thing turned or lost: what it becomes is hardly ever still carried."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import combinations

import pytest

from narrowcast.domain.control.facts.checker import check_sentence
from narrowcast.domain.control.facts.normalization import normalize
from narrowcast.domain.control.facts.statements import read_fact
from tests.support.fact_cases import CORPORA, load

FACTS = list(
    dict.fromkeys(
        fact
        for path in sorted(CORPORA.glob("*.txt"))
        if not path.stem.startswith("unseen")
        for topic in load(path.stem)
        for fact in topic.facts
    )
)
COMPARATORS = {
    "不超过": "不少于",
    "至少": "至多",
    "高于": "低于",
    "低于": "高于",
    "＜": "＞",
    "＞": "＜",
    "以上": "以下",
    "以下": "以上",
    "大于": "小于",
    "小于": "大于",
}
BANS = {
    "不得": "可以",
    "禁止": "可以",
    "禁用": "可用",
    "避免": "可以",
    "不应": "应",
    "不宜": "宜",
    "无需": "需要",
    "不必": "必须",
    "慎用": "可用",
    "严禁": "可以",
}
MOMENTS = {"饭前": "饭后", "餐后": "餐前", "睡前": "晨起", "术前": "术后", "运动前": "运动后", "随餐": "空腹"}
BOTH = re.compile("间隔|合用|同时使用")


def replaced(table: dict[str, str]) -> Callable[[str], Iterator[str]]:
    def each(fact: str) -> Iterator[str]:
        for word, other in table.items():
            for match in re.finditer(word, fact):
                yield fact[: match.start()] + other + fact[match.end() :]

    return each


def without_a_condition(fact: str) -> Iterator[str]:
    text = normalize(fact)
    for condition in read_fact(fact).conditions:
        if not condition.typed and condition.text in text:
            yield text.replace(condition.text, "", 1).lstrip("，")


def with_two_medicines_swapped(fact: str) -> Iterator[str]:
    names = {token.text for token in read_fact(fact).tokens if token.kind == "drug"}
    for one, other in combinations(sorted(names), 2):
        if stand_apart(fact, one, other):
            yield fact.replace(one, "\0").replace(other, one).replace("\0", other)


def stand_apart(fact: str, one: str, other: str) -> bool:
    """Say whether a fact speaks of two medicines in two places, and not of taking both."""
    written = one in fact and other in fact and one not in other and other not in one
    return written and not BOTH.search(fact) and not re.search(f"{one}.{{0,2}}{other}|{other}.{{0,2}}{one}", fact)


@pytest.mark.parametrize(
    ("turned", "most"),
    [
        (replaced(COMPARATORS), 0.01),
        (replaced(BANS), 0.01),
        (replaced(MOMENTS), 0.06),
        (without_a_condition, 0.09),
        (with_two_medicines_swapped, 0.0),
    ],
    ids=["comparators", "bans", "moments", "conditions", "medicines"],
)
def test_a_turned_fact_is_refused(turned: Callable[[str], Iterator[str]], most: float) -> None:
    cases = [(sentence, fact) for fact in FACTS for sentence in turned(fact)]
    missed = [case for case in cases if check_sentence(case[0], [case[1]]).supported]
    assert cases
    assert len(missed) <= most * len(cases), missed[:10]
