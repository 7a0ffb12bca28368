"""Key points into statements: cut only where both sides stand alone, and nothing lost but marks."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from narrowcast.domain.control.facts.splitting import split_statements

MARKS = re.compile(
    r"(?:[\s；;、，,。！？!?()（）:：·•●*+—–-]|[0-9０-９]{1,2}(?=[、.．)）])|[.．]|[①-⑳]|第?[一二三四五六七八九十]+(?=[、，]))*"
)
PIECES = [
    "盐酸二甲双胍普通片应随餐服用", "每日2次", "每次0.5克", "如出现呕吐，请联系医生", "不要饮酒", "也不要自行停药",
    "意识不清时", "3.9mmol/L", "1. ", "（2）", "③", "• ", "- ", "、", "；", "。", "\n",
    "，", "：", " ", "\u3000", "一、", "（酱油也算；味精也算）",
    "如有以下情况：", "并复查肾功能", "否则应停药", "-5℃以下保存", "１．",
]  # fmt: skip
TEXTS = st.lists(st.sampled_from(PIECES), max_size=24).map("".join)


@pytest.mark.parametrize(
    ("text", "statements"),
    [
        ("1. 随餐服用\n2. 每日2次，每次0.5克", ("随餐服用", "每日2次，每次0.5克")),
        ("１．低盐饮食；\n２．控制体重", ("低盐饮食", "控制体重")),
        ("①随餐服用②不要嚼碎", ("随餐服用", "不要嚼碎")),
        ("• 每天检查双脚\n- 戒烟\n* 限酒", ("每天检查双脚", "戒烟", "限酒")),
        ("（1）低盐饮食；（2）每周运动150分钟。", ("低盐饮食", "每周运动150分钟。")),
        ("一、低盐饮食 二、规律运动", ("低盐饮食", "规律运动")),
        ("随餐服用；每日2次。不要自行停药！", ("随餐服用", "每日2次。", "不要自行停药！")),
        ("2型糖尿病是慢性病。1型糖尿病需要胰岛素。", ("2型糖尿病是慢性病。", "1型糖尿病需要胰岛素。")),
        ("不要饮酒、每天检查双脚、定期复查眼底。", ("不要饮酒", "每天检查双脚", "定期复查眼底。")),
        ("不要空腹饮酒，也不要自行停药。", ("不要空腹饮酒", "也不要自行停药。")),
        ("若出现黑便，立即就医；若出现胸痛，拨打120。", ("若出现黑便，立即就医", "若出现胸痛，拨打120。")),
        ("用药要点：\n1、随餐服用\n2、遵医嘱", ("用药要点：", "随餐服用", "遵医嘱")),
        ("要点如下：1. 戒烟；2. 限酒。", ("要点如下：", "戒烟", "限酒。")),
        ("3.9mmol/L以下为低血糖\n0.5克每日2次", ("3.9mmol/L以下为低血糖", "0.5克每日2次")),
        ("1、2片均可\n-5℃以下保存", ("1、2片均可", "-5℃以下保存")),
        ("", ()),
        ("。；\n- \n1.", ()),
    ],
)
def test_each_point_becomes_one_statement(text: str, statements: tuple[str, ...]) -> None:
    assert split_statements(text) == statements


@pytest.mark.parametrize(
    "text",
    [
        "如出现呕吐，停药；立即就医。",
        "意识不清时不要喂食，也不要喂水。",
        "二甲双胍不要嚼碎，也不要掰开。",
        "服药期间：①不要饮酒；②不要开车。",
        "如有以下情况，请立即就医：\n1. 胸痛\n2. 呼吸困难",
        "若血糖低于3.9mmol/L；立即吃糖。",
        "出现下列情况之一应立即就医：胸痛；呼吸困难；晕厥。",
        "低血糖处理：意识清楚者吃15克糖；意识不清者不要喂食。",
        "每日两次。但肾功能不全者须减量。",
        "先停药；并复查肾功能。",
        "可能出现心慌、手抖、出汗。",
        "低盐饮食（每天不超过5克；酱油也算）。",
        "吃糖15分钟后要再测血糖，如果仍不高于3.9mmol/L，就再吃15克葡萄糖。",
    ],
)
def test_what_would_lose_its_condition_subject_or_limit_stays_whole(text: str) -> None:
    assert split_statements(text) == (text,)


@given(TEXTS | st.text(max_size=200))
def test_statements_are_parts_of_the_text_in_order_with_only_marks_between(text: str) -> None:
    place = 0
    for statement in split_statements(text):
        found = text.index(statement, place)
        assert MARKS.fullmatch(text[place:found]) or not re.search(r"\w", text[place:found])
        place = found + len(statement)
    assert MARKS.fullmatch(text[place:]) or not re.search(r"\w", text[place:])


@given(TEXTS)
def test_a_statement_has_no_mark_of_its_own(text: str) -> None:
    for statement in split_statements(text):
        assert statement == statement.strip("；;、，, \t\n\u3000")
        assert re.search(r"\w", statement)
