"""What is felt, seen and found, which illness it is and who has it, said as people say it and as the fact writes it."""

from __future__ import annotations

from collections import Counter
from itertools import permutations

import pytest

from narrowcast.domain.control.facts import check_sentence
from narrowcast.domain.control.facts.lexer import lex
from narrowcast.domain.control.facts.normalization import normalize
from narrowcast.domain.control.facts.tables.plain_ills import PLAIN_ILLS, PLAIN_LACKS
from narrowcast.domain.control.facts.tables.plain_signs import PLAIN_SIGNS

LINES = [line.split() for table in (PLAIN_SIGNS, PLAIN_ILLS) for line in table.strip().splitlines()]
LACKS = [line.split() for line in PLAIN_LACKS.strip().splitlines()]
_PAIRED = (
    "升降",
    "高低",
    "多少",
    "增减",
    "加减",
    "轻重",
    "冷热",
    "左右",
    "前后",
    "内外",
    "软硬",
    "松紧",
    "长短",
    "早晚",
)
_TURNS = [turn for pair in _PAIRED for turn in permutations(pair)]
_GROUNDS = {"timing", "urgency", "certainty", "force", "drug", "quantity", "times", "period"}
_DENYING = frozenset("不没无未")
_SHORTEST = 2


def _claims(form: str, *grounds: str) -> set[tuple[str, str]]:
    return {(token.kind, token.value or token.text) for token in lex(form) if token.kind in {*_GROUNDS, *grounds}}


def _denies_alike(one: str, other: str) -> bool:
    said = [any(token.kind == "negation" for token in lex(form)) for form in (one, other)]
    return said[0] == said[1] or not any(_DENYING.isdisjoint(form) for form in (one, other))


def test_every_line_has_a_written_form_and_others() -> None:
    assert [line for line in [*LINES, *LACKS] if len(set(line)) < max(len(line), _SHORTEST)] == []


def test_no_form_stands_for_a_written_one_twice() -> None:
    pairs = Counter((line[0], form) for line in [*LINES, *LACKS] for form in line[1:])
    assert [pair for pair, count in pairs.items() if count > 1] == []


def test_every_form_is_normalized_and_longer_than_a_character() -> None:
    forms = [form for line in [*LINES, *LACKS] for form in line]
    assert [form for form in forms if normalize(form) != form or len(form) < _SHORTEST] == []


def test_no_line_joins_what_differs_in_side_time_force_or_amount() -> None:
    pairs = [(written, form) for written, *said in LINES for form in said]
    assert [pair for pair in pairs if _claims(pair[0], "side") != _claims(pair[1], "side")] == []


def test_no_line_joins_what_differs_in_negation() -> None:
    pairs = [(written, form) for written, *said in LINES for form in said]
    assert [pair for pair in pairs if not _denies_alike(*pair)] == []


def test_no_line_of_what_is_lacking_differs_in_time_force_or_amount_or_names_another_side() -> None:
    pairs = [(written, form) for written, *said in LACKS for form in said]
    assert [pair for pair in pairs if _claims(pair[0]) != _claims(pair[1])] == []
    assert [pair for pair in pairs if not _claims(pair[1], "side") <= _claims(pair[0], "side")] == []


def test_no_line_joins_opposites() -> None:
    pairs = [(written, form) for written, *said in [*LINES, *LACKS] for form in said]
    turned = [
        (written, form)
        for written, form in pairs
        for one, other in _TURNS
        if one in written and other not in written and other in form and one not in form
    ]
    assert turned == []


@pytest.mark.parametrize(
    ("fact", "sentence"),
    [
        ("出现小腿肿胀疼痛时，应立即就医。", "小腿又肿又疼，要马上去看医生。"),
        ("出现柏油样便伴心慌时，应及时就诊。", "要是拉出像柏油一样的大便，还心慌，要及时去医院。"),
        ("患者流露轻生念头时，应立即联系医生。", "病人要是流露出不想活的念头，要马上联系医生。"),
        ("健侧乳房可正常哺乳。", "没发炎那边的乳房可以正常喂奶。"),
        ("囟门隆起者应立即就医。", "囟门鼓起来的孩子，要马上去医院。"),
        ("持续高热者应立即返院。", "高烧一直不退的，要马上回医院。"),
        ("步态冻结时可按节拍迈步。", "脚像粘住了的时候，可以按节拍迈步。"),
        ("活动性消化道溃疡者禁用布洛芬。", "消化道溃疡正犯着的人，不能用布洛芬。"),
    ],
)
def test_a_sign_is_what_its_fact_writes(fact: str, sentence: str) -> None:
    assert check_sentence(sentence, [fact]).supported


@pytest.mark.parametrize(
    ("fact", "sentence"),
    [
        ("出现小腿肿胀疼痛时，应立即就医。", "胳膊又肿又疼，要马上去看医生。"),
        ("出现小腿肿胀疼痛时，应立即就医。", "小腿没有又肿又疼，要马上去看医生。"),
        ("出现柏油样便伴心慌时，应及时就诊。", "要是拉出像清水一样的大便，还心慌，要及时去医院。"),
        ("患者流露轻生念头时，应立即联系医生。", "病人要是没有不想活的念头，要马上联系医生。"),
        ("健侧乳房可正常哺乳。", "发炎那边的乳房可以正常喂奶。"),
        ("囟门隆起者应立即就医。", "囟门塌下去的孩子，要马上去医院。"),
        ("持续高热者应立即返院。", "高烧退了的，要马上回医院。"),
        ("步态冻结时可按节拍迈步。", "脚像粘住了的时候，不可以按节拍迈步。"),
        ("活动性消化道溃疡者禁用布洛芬。", "得过消化道溃疡的人，不能用布洛芬。"),
        ("轻微疼痛时可冷敷。", "疼得厉害的时候，可以冷敷。"),
        ("剧烈疼痛时应立即就医。", "有点疼的时候，要马上去医院。"),
    ],
)
def test_a_sign_is_no_other_than_its_fact_writes(fact: str, sentence: str) -> None:
    assert not check_sentence(sentence, [fact]).supported
