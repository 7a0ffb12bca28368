"""Codes and names: certain or empty."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from narrowcast.application.intake import icd10
from narrowcast.domain.codes import diagnoses, drugs, others
from narrowcast.domain.codes.tables import lines, pairs
from narrowcast.domain.control.facts.tables.drugs import DRUGS


@pytest.mark.parametrize(
    ("code", "steps"),
    [
        ("E11.900X001", ("E11.900X001", "E11.900", "E11.9", "E11")),
        ("E11.9X01", ("E11.9X01", "E11.9", "E11")),
        ("I10.X00X002", ("I10.X00X002", "I10.X00", "I10")),
        ("E11.900", ("E11.900", "E11.9", "E11")),
        ("E11", ("E11",)),
    ],
)
def test_a_national_code_falls_back_up_the_tree(code: str, steps: tuple[str, ...]) -> None:
    assert diagnoses.ladder(code) == steps


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("E11.900X001", "2型糖尿病，不伴有并发症"),
        ("I10.X00", "特发性（原发性）高血压"),
        ("E11.65", "2型糖尿病，伴有其他特指的并发症"),
        ("D21.9", ""),
    ],
)
def test_a_diagnosis_has_the_name_of_the_nearest_code_that_has_one(code: str, name: str) -> None:
    assert diagnoses.display(code) == name


@given(st.sampled_from(sorted(icd10.CATEGORIES)), st.sampled_from(["", ".9", ".900", ".900X001", ".X00X002", ".9X01"]))
def test_the_way_up_ends_at_the_category(category: str, rest: str) -> None:
    steps = diagnoses.ladder(category + rest)
    assert steps[0] == category + rest
    assert steps[-1] == category
    assert all(len(lower) > len(upper) for lower, upper in pairwise(steps))


def test_every_named_diagnosis_is_a_code_that_is_read() -> None:
    assert [code for code in pairs("icd10") if icd10.codes_in(code) != (code,) or not icd10.is_known(code)] == []


def test_every_category_of_the_world_edition_is_in_one_chapter() -> None:
    added = {"D49", "K94", "K95"}  # by the clinical modification
    numbered = {code for code in icd10.CATEGORIES if code[1:].isdigit()}
    assert {code for code in numbered if not diagnoses.chapter(code)} == added


@pytest.mark.parametrize(
    ("name", "atc"),
    [
        ("二甲双胍", "A10BA02"),
        ("盐酸二甲双胍片0.5g*20", "A10BA02"),
        ("格华止", "A10BA02"),
        ("Metformin", "A10BA02"),
        ("阿司匹林肠溶片 100mg", "B01AC06"),
        ("硝苯地平控释片(拜新同)", "C08CA05"),
        ("琥珀酸美托洛尔缓释片", "C07AB02"),
        ("注射用头孢曲松钠", "J01DD04"),
        ("甲硝唑片", "P01AB01"),
        ("甲硝唑注射液", "J01XD01"),
        ("布地奈德粉雾剂", "R03BA02"),
    ],
)
def test_a_drug_is_known_by_the_names_that_hospitals_write(name: str, atc: str) -> None:
    assert drugs.atc_of(name) == atc


@pytest.mark.parametrize(
    "name",
    [
        "",
        "片",
        "甲硝唑",
        "布地奈德鼻喷雾剂",
        "复方二甲双胍片",
        "二甲双胍格列本脲片",
        "左氧氟沙星滴眼液",
        "胰岛素",
        "感冒药",
    ],
)
def test_a_drug_that_is_not_certain_has_no_code(name: str) -> None:
    assert drugs.atc_of(name) == ""


def test_every_drug_of_the_table_is_a_name_of_the_fact_checker_and_has_a_code_of_the_fifth_level() -> None:
    known = set(DRUGS.split())
    assert [line for line in lines("drugs") if line[1].lstrip("=") not in known] == []
    assert [line for line in lines("drugs") if not re.fullmatch(r"[A-Z]\d\d[A-Z]{2}\d\d", line[0])] == []


def test_a_generic_name_leads_to_its_code_and_back() -> None:
    alone = [line for line in lines("drugs") if drugs.generic(line[0]) and drugs.atc_of(drugs.generic(line[0]))]
    assert len(alone) > 200
    assert all(drugs.atc_of(drugs.generic(line[0])) == line[0] for line in alone)


def test_rxnorm_and_snomed_lead_to_codes_that_have_names() -> None:
    assert [atc for atc in pairs("rxnorm").values() if not drugs.generic(atc)] == []
    assert [code for code in pairs("snomed").values() if not diagnoses.display(code)] == []


def test_what_one_is_allergic_to_is_a_class_or_a_word() -> None:
    assert others.allergen("青霉素过敏") == ("J01C", "青霉素")
    assert others.allergen("peanut") == ("-", "花生")
    assert others.allergen("某物") is None


def test_a_department_is_named_by_the_dotted_national_code_alone() -> None:
    assert others.department("03.07") == "内分泌"
    assert others.department("03") == ""
