"""What holds for every fact and sentence, whatever the words: laws of the check, and its figures on the corpora."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from narrowcast.domain.control.facts import KINDS, check_sentence
from narrowcast.domain.control.facts.cases import judge_case
from narrowcast.domain.control.facts.checker import LONGEST_SENTENCE
from narrowcast.domain.control.facts.normalization import bare, normalize
from tests.support.fact_cases import CORPORA, SEEN_CLAIMS, UNSEEN_CLAIMS, Case, faithful, load, mutated

NAMES = sorted(path.stem for path in CORPORA.glob("*.txt"))
FACTS = [fact for name in NAMES for topic in load(name) for fact in topic.facts]
PIECES = [
    "不",
    "可",
    "每日",
    "两次",
    "0.5",
    "g",
    "3~4",
    "片",
    "饭后",
    "如果",
    "时",
    "者",
    "孕妇",
    "应",
    "，",
    "。",
    "、",
    "（",
    "）",
    "至少",
    "低于",
    "必要时",
    "二甲双胍",
    "阿司匹林",
    "血压",
    "%",
    "/",
    "~",
    "-",
    "一",
    "半",
    "个",
    "月",
    "各",
    "早晚",
    "除",
    "外",
    "否则",
    "可能",
    "都可以",
    "后",
    "内",
    "的",
    "过",
    "30",
    "分钟",
    "左",
    "右",
    "每公斤体重",
]
NUMBER = re.compile(r"\d+(?:\.\d+)?")
NUMBERED = [fact for fact in FACTS if NUMBER.search(fact)]
RESTATED = [case for name in NAMES for case in faithful(load(name)) if len(case.facts) > 1]


def cases_of(name: str) -> list[Case]:
    """Return every case made of one corpus."""
    topics = load(name)
    claims = UNSEEN_CLAIMS if name.startswith("unseen") else SEEN_CLAIMS
    return [*faithful(topics), *mutated(topics, 7, claims)]


@given(st.text(max_size=200))
def test_normalizing_twice_is_normalizing_once(text: str) -> None:
    assert normalize(normalize(text)) == normalize(text)


@given(st.text(max_size=120), st.lists(st.text(max_size=60), min_size=1, max_size=3))
def test_any_text_gets_a_verdict_with_known_kinds(text: str, facts: list[str]) -> None:
    verdict = check_sentence(text, facts)
    assert verdict.supported == (not verdict.reasons)
    assert {reason.kind for reason in verdict.reasons} <= set(KINDS)


@given(st.lists(st.sampled_from(PIECES), min_size=1, max_size=40).map("".join))
def test_words_of_the_grammar_in_any_order_get_a_verdict(text: str) -> None:
    assert check_sentence(text, [text]).supported == bool(bare(text))
    assert not check_sentence(text + "，还能预防癌症", [text]).supported


@pytest.mark.parametrize("fact", FACTS)
def test_a_sentence_equal_to_its_fact_is_supported(fact: str) -> None:
    assert check_sentence(fact, [fact]).supported


@given(st.sampled_from(NUMBERED), st.data())
def test_no_fact_carries_itself_with_one_number_changed(fact: str, data: st.DataObject) -> None:
    match = data.draw(st.sampled_from(list(NUMBER.finditer(fact))))
    new = data.draw(st.integers(0, 5000).map(str).filter(lambda number: float(number) != float(match[0])))
    verdict = check_sentence(fact[: match.start()] + new + fact[match.end() :], [fact])
    assert not verdict.supported


@pytest.mark.parametrize("fact", [fact for fact in NUMBERED if len(set(NUMBER.findall(fact))) > 1])
def test_no_fact_carries_itself_with_one_of_its_numbers_for_another(fact: str) -> None:
    places = list(NUMBER.finditer(fact))
    numbers = {float(place[0]): place[0] for place in places}
    altered = [
        fact[: place.start()] + new + fact[place.end() :]
        for place in places
        for value, new in numbers.items()
        if value != float(place[0])
    ]
    assert [sentence for sentence in altered if check_sentence(sentence, [fact]).supported] == []


@pytest.mark.parametrize("case", RESTATED, ids=lambda case: case.sentence[:12])
def test_the_order_of_the_facts_decides_nothing(case: Case) -> None:
    verdicts = {check_sentence(case.sentence, order) for order in permutations(case.facts)}
    assert len(verdicts) == 1


def test_the_verdict_is_the_same_in_every_process() -> None:
    wrong = [case for case in cases_of("unseen") if case.kind != "faithful"][::4]
    asked = json.dumps([[case.sentence, case.facts] for case in wrong])
    told = (
        "import json, sys; from narrowcast.domain.control.facts import check_sentence\n"
        "for sentence, facts in json.load(sys.stdin): print(check_sentence(sentence, facts))"
    )
    verdicts = {
        subprocess.run(  # noqa: S603 - ourselves
            [sys.executable, "-c", told],
            input=asked,
            env={**os.environ, "PYTHONHASHSEED": seed},
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        for seed in "12"
    }
    assert len(verdicts) == 1


@pytest.mark.parametrize("name", NAMES)
def test_the_check_catches_what_the_facts_do_not_carry(name: str) -> None:
    wrong = [case for case in cases_of(name) if case.kind != "faithful"]
    missed = [case for case in wrong if check_sentence(case.sentence, case.facts).supported]
    assert wrong
    assert len(missed) <= 0.02 * len(wrong), len(missed) if name.startswith("unseen") else missed[:10]


@pytest.mark.parametrize("name", [name for name in NAMES if not name.startswith("unseen")])
def test_the_check_accepts_faithful_restatements(name: str) -> None:
    cases = [case for case in cases_of(name) if case.kind == "faithful"]
    refused = [case for case in cases if not check_sentence(case.sentence, case.facts).supported]
    assert cases
    assert len(refused) <= 0.08 * len(cases), refused[:10]


def test_a_sentence_too_long_to_be_one_must_equal_its_fact() -> None:
    fact = "二甲双胍随餐服用。" * 1000
    assert len(fact) > LONGEST_SENTENCE
    assert check_sentence(fact, [fact]).supported
    assert not check_sentence(fact + "二甲双胍随餐服用。", [fact]).supported


def test_a_sentence_that_another_fact_carries_is_a_wrong_citation() -> None:
    facts = [{"id": "a", "text": "阿司匹林每日100mg。"}, {"id": "b", "text": "氯吡格雷每日75mg。"}]
    answer = judge_case({"id": "1", "facts": facts, "sentence": "氯吡格雷每天75毫克。", "fact_ids": ["a"]})
    assert "wrong_citation" in {reason["kind"] for reason in answer["reasons"]}
