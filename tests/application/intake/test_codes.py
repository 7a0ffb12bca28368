"""Diagnosis and drug codes, and the numbers by which a person can be reached or known."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from narrowcast.application.intake import icd10, values
from narrowcast.application.intake.cells import Cell, carries_identity, is_citizen_id
from narrowcast.application.intake.outcome import Findings
from narrowcast.application.intake.reasons import Reason
from narrowcast.domain.visit_report import Diagnosis, Medication
from narrowcast.domain.vocabulary import DiagnosisStatus


def cell(value: object) -> Cell:
    return Cell(value, "$.x", Findings())


@pytest.mark.parametrize(
    ("written", "codes"),
    [
        ("E11", ("E11",)),
        ("E11.9", ("E11.9",)),
        ("e119", ("E11.9",)),
        (" E11 . 9 ", ("E11.9",)),
        ("E11.900x001", ("E11.900X001",)),
        ("E11900x001", ("E11.900X001",)),
        ("I10.x00x002", ("I10.X00X002",)),
        ("I10.x05", ("I10.X05",)),
        ("I25.103", ("I25.103",)),
        ("Z95.500", ("Z95.500",)),
        ("E11.4†G63.2*", ("E11.4", "G63.2")),
        ("E11.4+G63.2*", ("E11.4", "G63.2")),
        ("E11.4†", ("E11.4",)),
        ("G63.2*", ("G63.2",)),
        ("O9A.211", ("O9A.211",)),
        ("E11.3211", ("E11.3211",)),
    ],
)
def test_the_forms_of_an_icd10_code_are_read(written: str, codes: tuple[str, ...]) -> None:
    assert icd10.codes_in(written) == codes


@pytest.mark.parametrize(
    "written",
    [
        "",
        "11.9",
        "E1",
        "E1l.9",
        "EO1.9",
        "E11.",
        "E11.-",
        "E11.9.1",
        "E11,9",
        "M8000/3",
        "糖尿病",
        "E11.900x01",
        "†*",
        "A01+B01+C01",
        "Е11.9",
    ],
)
def test_what_is_not_icd10_gives_no_code(written: str) -> None:
    assert icd10.codes_in(written) == ()


@pytest.mark.parametrize(
    "category",
    ["A00", "A09", "B20", "C97", "D89", "E11", "F99", "I10", "I25", "J45", "O99", "T98", "U07", "Y98", "Z95", "Z99"],
)
def test_a_category_of_the_tabular_list_is_known(category: str) -> None:
    assert icd10.is_known(f"{category}.9")


@pytest.mark.parametrize(
    "category", ["A10", "C98", "D90", "E99", "I03", "J23", "K15", "O09", "T99", "U99", "Y99", "Q19"]
)
def test_a_category_that_does_not_exist_is_refused_by_name(category: str) -> None:
    asked = cell(category)
    assert values.icd10_codes(asked) == ()
    assert [problem.reason for problem in asked.findings.problems] == [Reason.UNKNOWN_ICD10]


@given(st.text(max_size=16))
def test_whatever_is_read_as_icd10_is_read_the_same_again(text: str) -> None:
    codes = icd10.codes_in(text)
    assert all(icd10.codes_in(code) == (code,) for code in codes)


@pytest.mark.parametrize("code", ["A10BA02", "c10aa05", "Ｂ０１ＡＣ０６"])
def test_an_atc_code_is_read(code: str) -> None:
    assert len(values.atc_code(cell(code))) == 7


@pytest.mark.parametrize("code", ["A10BA", "K10BA02", "A1OBA02", "A10BA021", "二甲双胍"])
def test_what_is_not_atc_is_refused(code: str) -> None:
    asked = cell(code)
    assert values.atc_code(asked) == ""
    assert [problem.reason for problem in asked.findings.problems] == [Reason.BAD_ATC]


@pytest.mark.parametrize(
    "written",
    [
        "13800138000",
        "138-0013-8000",
        "(86)13800138000",
        "+86 138 0013 8000",
        "008613800138000",
        "013800138000",
        "13800138000X12",
    ],
)
def test_a_mobile_number_is_read_in_any_dress(written: str) -> None:
    assert values.mobile_number(written) == "+8613800138000"


def test_a_foreign_number_needs_its_country() -> None:
    assert values.mobile_number("+852 9123 4567") == "+85291234567"
    assert values.mobile_number("9123 4567") == ""


@pytest.mark.parametrize("written", ["", "010-65290000", "12345678901", "1380013800", "+8610 65290000", "电话"])
def test_what_receives_no_sms_is_no_mobile_number(written: str) -> None:
    assert values.mobile_number(written) == ""


def test_a_citizen_number_is_known_by_its_check_digit() -> None:
    assert is_citizen_id("11010519491231002X")
    assert is_citizen_id("no 11010519491231002x!")
    assert not is_citizen_id("110105194912310021")
    assert not is_citizen_id("11010519491231002X1".replace("X", "0"))


def test_a_mobile_number_inside_a_text_is_seen_and_a_long_serial_is_not() -> None:
    assert carries_identity("内科13800138000")
    assert not carries_identity("20261121138001380001")


def test_diagnoses_are_merged_in_order_at_the_surest_status() -> None:
    suspected, confirmed, refuted = DiagnosisStatus.SUSPECTED, DiagnosisStatus.CONFIRMED, DiagnosisStatus.REFUTED
    merged = values.merged_diagnoses(
        [Diagnosis("I10", suspected), Diagnosis("E11"), Diagnosis("I10", confirmed), Diagnosis("E11", refuted)]
    )
    assert merged == (Diagnosis("I10", confirmed), Diagnosis("E11", confirmed))


def test_a_drug_stopped_and_started_again_is_active() -> None:
    merged = values.merged_medications([Medication("A10BA02", "stopped"), Medication("A10BA02")])
    assert merged == (Medication("A10BA02", "active"),)
