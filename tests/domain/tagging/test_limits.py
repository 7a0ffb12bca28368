"""Whom a piece might harm is read from its facts, the same way every time."""

from __future__ import annotations

from dataclasses import replace

import pytest

from narrowcast.domain.draft import FactRef
from narrowcast.domain.fact import Statement
from narrowcast.domain.tagging import advises_of, exclusions_of
from narrowcast.domain.vocabulary import Advice, Bar
from tests.support.newsroom import STATEMENT

REF = FactRef("fact", 1)
CHILDREN = {(Bar.AGE, "0-13"), (Bar.AGE, "14-17")}


def a_statement(text: str = "按医嘱服用。", population: str = "", boundary: str = "", drug: str = "") -> Statement:
    treatments = (drug,) if drug else ()
    boundaries = (boundary,) if boundary else ()
    return replace(STATEMENT, text=text, population=population, boundaries=boundaries, treatments=treatments)


def limits(statement: Statement) -> set[tuple[Bar, str]]:
    return {(each.bar, each.value) for each in exclusions_of({REF: statement})}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("孕妇禁用本品。", {(Bar.PREGNANCY, "")}),
        ("妊娠期和备孕女性不宜使用。", {(Bar.PREGNANCY, "")}),
        ("严重肾功能不全者禁用。", {(Bar.RENAL, "severe")}),
        ("肾功能不全者慎用。", {(Bar.RENAL, "reduced")}),
        ("eGFR低于30时禁用。", {(Bar.RENAL, "severe")}),
        ("透析患者不宜使用。", {(Bar.RENAL, "dialysis")}),
        ("对青霉素过敏者禁用。", {(Bar.ALLERGY, "J01C")}),
        ("对花生过敏者不宜食用，不宜使用。", {(Bar.ALLERGY, "花生")}),
        ("18岁以下患者禁用。", CHILDREN),
        ("80岁及以上患者慎用。", {(Bar.AGE, "80+")}),
        ("不得与奥美拉唑合用。", {(Bar.DRUG, "A02BC01")}),
        ("血液透析患者禁用。", {(Bar.RENAL, "dialysis"), (Bar.PROCEDURE, "39.95")}),
        ("多数非妊娠的患者，目标为7.0%。", {(Bar.PREGNANCY, "")}),
        ("肾功能正常的患者可以服用。", {(Bar.RENAL, "reduced")}),
    ],
)
def test_whom_a_fact_forbids_is_excluded(text: str, expected: set[tuple[Bar, str]]) -> None:
    assert limits(a_statement(text)) == expected


@pytest.mark.parametrize(
    "text",
    [
        "孕妇应避免生食。",
        "如果您有肾病，请先问医生。",
        "服药期间要避免自行合用奥美拉唑。",
        "儿童也可以服用。",
        "多吃蔬菜。",
    ],
)
def test_advice_to_the_reader_excludes_nobody(text: str) -> None:
    assert limits(a_statement(text)) == set()


def test_boundaries_and_population_count_as_the_text_does() -> None:
    assert limits(a_statement(boundary="不适用于妊娠期和儿童青少年")) == {(Bar.PREGNANCY, ""), *CHILDREN}
    assert limits(a_statement(population="80岁以下成年人，非妊娠")) == {
        (Bar.PREGNANCY, ""),
        (Bar.AGE, "80+"),
        *CHILDREN,
    }


def test_a_statement_for_pregnant_women_does_not_exclude_them() -> None:
    assert limits(a_statement("孕妇不宜使用热水袋。", population="妊娠期糖尿病患者")) == set()


def test_a_drug_of_the_statement_itself_is_no_pair() -> None:
    assert limits(a_statement("二甲双胍不得与胰岛素合用。", drug="A10BA02")).isdisjoint({(Bar.DRUG, "A10BA02")})


def test_each_exclusion_names_its_fact() -> None:
    other = FactRef("other", 3)
    both = exclusions_of({REF: a_statement("孕妇禁用。"), other: a_statement("孕妇禁用，哺乳期也禁用。")})
    assert [(each.bar, each.fact) for each in both] == [(Bar.PREGNANCY, REF), (Bar.PREGNANCY, other)]


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("建议做高强度间歇训练。", Advice.EXERTION),
        ("可以空腹快走半小时。", Advice.EXERCISE_FASTING),
        ("炒菜时改用低钠盐。", Advice.POTASSIUM),
        ("每天多喝水，少吃盐。", Advice.FLUIDS),
        ("可以适量吃猪肝补铁。", Advice.PURINES),
        ("多吃菠菜等绿叶蔬菜。", Advice.VITAMIN_K),
        ("早餐可以吃半个西柚。", Advice.GRAPEFRUIT),
        ("应增加优质蛋白。", Advice.PROTEIN),
    ],
)
def test_what_a_fact_advises_is_marked(text: str, advice: Advice) -> None:
    assert advises_of([a_statement(text)]) == (advice,)


@pytest.mark.parametrize("text", ["请不要用低钠盐。", "避免剧烈运动。", "限制高蛋白饮食。", "不宜空腹运动。"])
def test_what_a_fact_warns_of_is_not_advised(text: str) -> None:
    assert advises_of([a_statement(text)]) == ()
