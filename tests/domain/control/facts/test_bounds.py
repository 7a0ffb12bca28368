"""What is too much for one sentence is refused before it costs anything, and honest texts are far from it."""

from __future__ import annotations

from itertools import cycle, islice
from time import process_time

import pytest

from narrowcast.domain.control.facts import bounds, check_sentence
from narrowcast.domain.control.facts.statements import tokens_of
from tests.support.fact_cases import CORPORA, load

DRUGS = ("二甲双胍", "阿司匹林", "华法林", "布洛芬", "氨氯地平")
LONGEST_SECONDS = 0.25
"""What the slowest text may take on a busy machine; alone it takes a small part of that."""


def many(parts: tuple[str, ...], times: int, joint: str = "，") -> str:
    """Say some parts over and over."""
    return joint.join(islice(cycle(parts), times))


def reasons(sentence: str, *cited: str) -> list[str]:
    """Return what the bounds alone say of a sentence."""
    said, facts = tokens_of(sentence)[1], [tokens_of(fact)[1] for fact in cited]
    return [reason.expected for reason in bounds.reasons_beyond(said, facts)]


FULL = {
    "amounts": many(("5mg", "6mg", "7ml"), 31, ""),
    "days": many(tuple(f"手术前{days}天停用{drug}" for days, drug in enumerate(DRUGS, 1)), 23),
    "clauses": many(("如出现皮疹，应停药", "如出现头痛，应就医"), 11, "；"),
    "ages": many(tuple(f"{age}岁以下者{age}mg" for age in range(1, 12)), 12),
    "list": f"{many(('孕妇', '儿童', '老人'), 23, '或')}者禁用",
    "commas": many(("不要吃", "应停药", "喝水", "头痛"), 24),
    "orders": many(("不要吃药", "可以吃药", "应吃药"), 36, ""),
}
"""Texts that hold as much as is still compared, or nearly."""


@pytest.mark.parametrize("corpus", sorted(path.stem for path in CORPORA.glob("*.txt")))
def test_no_fact_of_a_corpus_holds_half_of_what_is_allowed(corpus: str) -> None:
    for topic in load(corpus):
        for fact in topic.facts:
            assert not reasons(fact, fact, fact)


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        (many(("5mg", "6ml"), 40, ""), "<= 32 measured"),
        (many(("头痛", "发热"), 30, "、"), "<= 24 stops"),
        (many(("孕妇", "儿童"), 30, "或"), "<= 24 stops"),
        ("锟斤拷" * 60, "<= 150 words"),
    ],
)
def test_a_sentence_of_more_than_any_has_is_refused(sentence: str, expected: str) -> None:
    verdict = check_sentence(sentence, ["每次5mg，每日2次。"])
    assert [reason.expected for reason in verdict.reasons] == [expected]


def test_facts_count_together() -> None:
    fact = many(("5mg", "6ml", "7片"), 50, "")
    assert not reasons("每次5mg。", fact)
    assert reasons("每次5mg。", fact, fact.replace("5", "8")) == ["<= 64 measured"]


def test_a_full_sentence_still_equals_its_fact() -> None:
    fact = many(("头痛", "发热"), 60, "、")
    assert check_sentence(f"{fact}。", [fact]).supported


@pytest.mark.parametrize("said", sorted(FULL))
@pytest.mark.parametrize("fact", sorted(FULL))
def test_a_text_that_is_as_full_as_allowed_is_no_burden(said: str, fact: str) -> None:
    check_sentence("每次5mg。", ["每次5mg，每日2次。"])  # reads the tables
    started = process_time()
    check_sentence(FULL[said], [FULL[fact], FULL[fact][::-1]])
    assert process_time() - started < LONGEST_SECONDS
