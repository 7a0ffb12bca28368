"""Codes that no map knows are kept, counted for staff, and steer nothing."""

from __future__ import annotations

from dataclasses import replace

from narrowcast.application.unmapped import count_unmapped
from narrowcast.domain.visit_report import UnmappedCode
from tests.support.newsroom import HOSPITAL, IDENTITY, OTHER_HOSPITAL, REPORT, World

DRUG, DIAGNOSIS = UnmappedCode("drug", "HIS", "XY-1"), UnmappedCode("diagnosis", "HIS", "A-9")


def test_unmapped_codes_are_counted_by_visit_most_frequent_first(world: World) -> None:
    for number, codes in enumerate([(DRUG,), (DIAGNOSIS, DRUG), (DRUG,)]):
        report = replace(REPORT, message_id=f"MSG-{number}", unmapped=codes)
        world.visit(report, replace(IDENTITY, visit_number=f"VN-{min(number, 1)}"))
    assert count_unmapped(world.read, HOSPITAL) == [
        {"kind": "drug", "system": "HIS", "code": "XY-1", "visits": 2},
        {"kind": "diagnosis", "system": "HIS", "code": "A-9", "visits": 1},
    ]
    assert count_unmapped(world.read, OTHER_HOSPITAL) == []


def test_training_messages_count_for_nothing(world: World) -> None:
    world.visit(replace(REPORT, test=True, unmapped=(DRUG,)))
    assert count_unmapped(world.read, HOSPITAL) == []
