"""Sayings stand for what a fact writes, in its own words, and for nothing that it does not write."""

from __future__ import annotations

from collections import Counter
from itertools import permutations

import pytest

from narrowcast.domain.control.facts import check_sentence
from narrowcast.domain.control.facts.lexer import lex
from narrowcast.domain.control.facts.normalization import normalize
from narrowcast.domain.control.facts.sayings import TABLES, in_words_of
from narrowcast.domain.control.facts.tables.plain_ills import PLAIN_ILLS, PLAIN_LACKS
from narrowcast.domain.control.facts.tables.plain_life import PLAIN_LIFE_WHOLE
from narrowcast.domain.control.facts.tables.plain_manner import PLAIN_MANNER
from narrowcast.domain.control.facts.tables.plain_signs import PLAIN_SIGNS

TWO = 2
_WHOLE = (PLAIN_LACKS, PLAIN_LIFE_WHOLE, PLAIN_MANNER)
"""Tables of phrases that are equal as a whole alone, and may put a denial otherwise: 结痂前, 没结痂之前."""
_DENYING = frozenset("不没无未")
EVERY = [line.split() for table in TABLES for line in table.strip().splitlines()]
LINES = [line.split() for table in TABLES if table not in _WHOLE for line in table.strip().splitlines()]
LACKING = {form for table in (PLAIN_SIGNS, PLAIN_ILLS) for form in table.split()}
"""Forms that deny in a word which the lexer does not part: 食欲不振, 没食欲."""
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
_GROUNDS = {"negation", "timing", "urgency", "certainty", "force", "drug", "quantity", "times", "period", "side"}


def _claims(form: str) -> set[tuple[str, str]]:
    found = {(token.kind, token.value or token.text) for token in lex(form) if token.kind in _GROUNDS}
    return {(kind, "") if kind == "negation" else (kind, value) for kind, value in found}


def _turns(one: str, other: str) -> bool:
    pairs = [pair for two in _PAIRED for pair in permutations(two, 2)]
    return any(a in one and b not in one and b in other and a not in other for a, b in pairs)


def _denies_alike(written: str, form: str) -> bool:
    return form in LACKING and not any(_DENYING.isdisjoint(text) for text in (written, form))


def test_every_line_has_two_forms_at_least_and_none_twice() -> None:
    assert [line for line in EVERY if len(set(line)) < TWO] == []


def test_every_form_is_normalized_and_none_that_is_replaced_a_single_character() -> None:
    assert [form for line in EVERY for form in line if normalize(form) != form] == []
    assert [form for _, *said in EVERY for form in said if len(form) < TWO] == []


def test_no_form_of_a_table_stands_for_a_written_one_twice() -> None:
    rows = [[line.split() for line in table.strip().splitlines()] for table in TABLES]
    pairs = [Counter((line[0], form) for line in lines for form in line[1:]) for lines in rows]
    assert [pair for counted in pairs for pair, count in counted.items() if count > 1] == []


def test_no_line_joins_what_differs_in_negation_time_force_or_amount() -> None:
    pairs = [(written, form) for written, *said in LINES for form in said if _claims(form) != _claims(written)]
    assert [pair for pair in pairs if not _denies_alike(*pair)] == []


def test_no_line_joins_opposites() -> None:
    assert [(written, form) for written, *said in LINES for form in said if _turns(written, form)] == []


@pytest.mark.parametrize(
    ("fact", "sentence"),
    [
        ("口服泻药期间如出现剧烈腹痛，应立即停止服用。", "喝泻药的时候要是肚子疼得厉害，马上停下来。"),
        ("食管狭窄或不能端坐30分钟者，禁用阿仑膦酸钠。", "没办法坐直30分钟的人，不能用阿仑膦酸钠。"),
        (
            "术后口服利伐沙班，每次10 mg，每日1次，持续10～14天。",
            "手术后吃利伐沙班，一天一次，一次10毫克，连吃10～14天。",
        ),
        ("不推荐使用酒精擦浴为发热患儿退热。", "孩子发烧，不推荐用酒精擦身来退热。"),
        ("踝关节不能负重行走4步者，应行X线检查。", "脚踝没法负重走上4步，应该拍X光片。"),
        ("完成全程接种后3个月内再次暴露者一般无需加强。", "疫苗全程打完后三个月内再次暴露的，一般不用加强。"),
        ("托槽脱落时应及时复诊。", "牙套上的小块掉了，要及时复诊。"),
        ("骨折愈合前不得负重。", "骨头长好前不能负重。"),
        ("乳糖不耐受者可食用卷心菜和土豆。", "乳糖不耐受的人可以吃圆白菜和洋芋。"),
    ],
)
def test_a_saying_is_what_its_fact_writes(fact: str, sentence: str) -> None:
    assert check_sentence(sentence, [fact]).supported


@pytest.mark.parametrize(
    ("fact", "sentence"),
    [
        ("口服泻药期间如出现剧烈腹痛，应立即停止服用。", "喝泻药的时候要是吐个不停，马上停下来别再喝。"),
        ("食管狭窄或不能端坐30分钟者，禁用阿仑膦酸钠。", "没办法坐直60分钟的人，不能用阿仑膦酸钠。"),
        ("食管狭窄或不能端坐30分钟者，禁用阿仑膦酸钠。", "能坐直30分钟的人，不能用阿仑膦酸钠。"),
        ("术后口服利伐沙班，每次10 mg，每日1次，持续10～14天。", "手术后吃利伐沙班，一天一次，一次10毫克，连吃24天。"),
        ("不推荐使用酒精擦浴为发热患儿退热。", "孩子发烧，推荐用酒精擦身来退热。"),
        ("不推荐使用酒精擦浴为发热患儿退热。", "孩子发烧，不推荐用温水擦身来退热。"),
        ("踝关节不能负重行走4步者，应行X线检查。", "脚踝没法负重走上4步，不用拍X光片。"),
        ("踝关节不能负重行走4步者，应行X线检查。", "脚踝没法负重走上4步，应该做CT。"),
        ("完成全程接种后3个月内再次暴露者一般无需加强。", "疫苗没全打完，三个月内再次暴露的，一般不用加强。"),
        ("托槽脱落时应及时复诊。", "牙套上的小块掉了，不要紧。"),
        ("骨折愈合前不得负重。", "骨头长好前可以负重。"),
        ("骨折未愈合时不得负重。", "骨头长好了，不能负重。"),
        ("停药前应逐渐减量。", "一停药就犯，要慢慢减。"),
    ],
)
def test_a_saying_brings_nothing_that_its_fact_does_not_say(fact: str, sentence: str) -> None:
    assert not check_sentence(sentence, [fact]).supported


def test_a_form_that_no_fact_writes_replaces_nothing() -> None:
    assert in_words_of("要能坐直。", ["应卧床休息。"]) == "要能坐直。"


def test_a_saying_that_a_fact_has_itself_stays() -> None:
    assert in_words_of("要能坐直。", ["端坐位：坐直，双脚着地。"]) == "要能坐直。"


def test_a_sentence_is_said_in_the_words_of_its_facts() -> None:
    assert in_words_of("要能坐直。", ["应取端坐位。"]) == "要能端坐位。"
