"""Time, manner, change, cause and permission in plain words stand for what a fact writes, and for nothing else."""

from __future__ import annotations

from collections import Counter

import pytest

from narrowcast.domain.control.facts import check_sentence
from narrowcast.domain.control.facts.lexer import lex
from narrowcast.domain.control.facts.tables.plain_manner import PLAIN_MANNER

LINES = [line.split() for line in PLAIN_MANNER.strip().splitlines()]
_SHORTEST = 2


def test_every_line_has_two_forms_at_least_and_none_twice() -> None:
    assert [line for line in LINES if len(set(line)) < max(len(line), _SHORTEST)] == []


def _named(form: str) -> set[tuple[str, str]]:
    return {(token.kind, token.value) for token in lex(form) if token.kind in {"drug", "side"}}


def test_no_line_joins_what_differs_in_medicine_or_side() -> None:
    assert [(written, form) for written, *said in LINES for form in said if _named(form) != _named(written)] == []


def test_no_form_is_a_single_character() -> None:
    assert [form for line in LINES for form in line if len(form) < _SHORTEST] == []


def test_no_form_stands_for_a_written_one_twice() -> None:
    pairs = Counter((line[0], form) for line in LINES for form in line[1:])
    assert [pair for pair, count in pairs.items() if count > 1] == []


@pytest.mark.parametrize(
    ("fact", "sentence"),
    [
        ("两次哺乳之间冷敷10～20分钟。", "两顿奶中间冷敷10～20分钟。"),
        ("皮损结痂前避免接触孕妇。", "皮损没结痂之前，别接触孕妇。"),
        ("甘精胰岛素每晚注射，与进餐无关。", "甘精胰岛素每晚注射，跟吃不吃饭没关系。"),
        ("确需使用者应采取有效避孕措施。", "非用不可的人，应该做好有效的避孕。"),
        ("胃残余量＞200 ml时暂停喂养并报告医生。", "胃残余量超过200毫升，先别喂，报告医生。"),
        ("检查前禁食4小时，不禁水。", "检查前4小时不能吃东西，水可以照喝。"),
    ],
)
def test_a_plain_word_is_what_its_fact_writes(fact: str, sentence: str) -> None:
    assert check_sentence(sentence, [fact]).supported


@pytest.mark.parametrize(
    ("fact", "sentence"),
    [
        ("两次哺乳之间冷敷10～20分钟。", "两顿奶中间热敷10～20分钟。"),
        ("皮损结痂前避免接触孕妇。", "皮损没结痂之前，可以接触孕妇。"),
        ("甘精胰岛素每晚注射，与进餐无关。", "甘精胰岛素每晚注射，跟运动没关系。"),
        ("确需使用者应采取有效避孕措施。", "非用不可的人，不用做有效的避孕。"),
        ("胃残余量＞200 ml时暂停喂养并报告医生。", "胃残余量不到200毫升，先别喂，报告医生。"),
        ("检查前禁食4小时，不禁水。", "检查前4小时不能吃东西，水也不能喝。"),
    ],
)
def test_a_plain_word_hides_no_difference(fact: str, sentence: str) -> None:
    assert not check_sentence(sentence, [fact]).supported
