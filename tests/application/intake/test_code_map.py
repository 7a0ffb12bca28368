"""A hospital's own codes, from its file to the report."""

from __future__ import annotations

import json

import pytest

from narrowcast.application.intake import Accepted, Refused, read_message
from narrowcast.application.intake.code_map import CodeMap, CodeMapError, read_code_map
from narrowcast.domain.visit_report import UnmappedCode, VisitReport

CSV = """kind,system,code,target
diagnosis,99HIS,TNB01,e11.9
drug,,YP0031,A10BA02
procedure,,SS07,36.07
allergy,,GM01,J01C
allergy,,GM02,花生
department,,0307,endo
"""
MESSAGE = (
    "MSH|^~\\&|HIS|renhe|NC|NC|20261121093000||{kind}|M-1|P|2.5\r"
    "EVN|A08|20261121093000\rPID|1||P9^^^renhe^MR||样例||19700102|M\rPV1|1|O|{department}||||||||||||||||V9\r{more}"
)


def read(more: str, codes: CodeMap, kind: str = "ADT^A08", department: str = "ENDO") -> Accepted | Refused:
    body = MESSAGE.format(kind=kind, more=more, department=department).encode()
    return read_message(
        body,
        content_type="",
        hospital="renhe",
        known_hospitals={"renhe"},
        received_at="2026-11-21T02:00:00Z",
        codes=codes,
    )


def report(more: str, codes: CodeMap, kind: str = "ADT^A08", department: str = "ENDO") -> VisitReport:
    result = read(more, codes, kind, department)
    assert isinstance(result, Accepted)
    assert isinstance(result.report, VisitReport)
    return result.report


@pytest.fixture
def codes() -> CodeMap:
    return read_code_map(CSV.encode("utf-8-sig"))


def test_each_kind_of_code_is_mapped(codes: CodeMap) -> None:
    told = report(
        "DG1|1||tnb01^糖尿病^99HIS|||F\rPR1|1||SS07^支架||20261120\rAL1|1|DA|GM01\rAL1|2|FA|GM02\r",
        codes,
        department="0307",
    )
    assert [each.code for each in told.diagnoses] == ["E11.9"]
    assert [(each.code, each.system) for each in told.procedures] == [("36.07", "ICD-9-CM-3")]
    assert [each.code for each in told.condition.allergies] == ["J01C", "花生"]
    assert told.department == "endo"
    assert told.unmapped == ()
    assert [each.atc for each in report("ORC|NW\rRXO|YP0031^x^99HIS\r", codes, "ORM^O01").medications] == ["A10BA02"]


def test_an_entry_of_a_system_counts_for_that_system_alone(codes: CodeMap) -> None:
    told = report("DG1|1||TNB01^糖尿病^99LIS|||F\r", codes)
    assert told.diagnoses == ()
    assert told.unmapped == (UnmappedCode("diagnosis", "99LIS", "TNB01"),)


def test_a_json_list_says_the_same_as_csv(codes: CodeMap) -> None:
    rows = [dict(zip(("kind", "system", "code", "target"), line.split(","), strict=True)) for line in CSV.split()[1:]]
    assert read_code_map(json.dumps(rows).encode()) == codes


@pytest.mark.parametrize(
    "file",
    [
        b"\xff\xfe",
        b"[1]",
        b"[{}]",
        b"[",
        b"kind,system,code,target\ndiagnosis,,X,\xe7\xb3\x96\n",
        b"kind,system,code,target\ndrug,,X,A10\n",
        b"kind,system,code,target\nallergy,,X,nothing\n",
        b"kind,system,code,target\nperson,,X,Y\n",
        b"kind,system,code,target\ndiagnosis,,,E11\n",
        b"kind,code\ndiagnosis,X\n",
    ],
)
def test_a_file_with_one_wrong_entry_is_refused_whole(file: bytes) -> None:
    with pytest.raises(CodeMapError):
        read_code_map(file)


def test_an_unmapped_code_leaves_the_list_of_an_update_open() -> None:
    assert report("DG1|1||I10^^ICD-10|||F\r", CodeMap()).complete
    assert not report("DG1|1||I10^^ICD-10|||F\rDG1|2||ZZ9^^99HIS|||F\r", CodeMap()).complete


@pytest.mark.parametrize("code", ["高血压病", "13800138000", "11010519491231002X", "A" * 41])
def test_what_is_no_code_is_refused_and_never_listed(code: str) -> None:
    assert isinstance(read(f"DG1|1||{code}^^99HIS|||F\r", CodeMap()), Refused)
