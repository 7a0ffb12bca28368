from __future__ import annotations

from dataclasses import replace

import pytest

from narrowcast.application.streams import HOSPITAL
from narrowcast.domain import hospital
from narrowcast.domain.hospital import (
    Department,
    GateOutOfReach,
    HospitalAlreadyRegistered,
    HospitalRegistered,
    SettlingTooLong,
)
from tests.support.scenario import given

RENHE = HospitalRegistered("仁和医院", "Asia/Shanghai", "010-00000120", (Department("endo", "内分泌科"),))


def test_a_hospital_is_registered_once() -> None:
    given(HOSPITAL).when(hospital.register, RENHE).then(RENHE)
    given(HOSPITAL, RENHE).when(hospital.register, RENHE).then_nothing()
    given(HOSPITAL, RENHE).when(hospital.register, replace(RENHE, name="康宁医院")).refused(
        HospitalAlreadyRegistered, field="hospital"
    )


@pytest.mark.parametrize("gate", [-1, 101])
def test_a_gate_that_no_text_could_pass_or_miss_is_refused(gate: int) -> None:
    given(HOSPITAL).when(hospital.register, replace(RENHE, readability_gate=gate)).refused(
        GateOutOfReach, field="readability_gate"
    )


@pytest.mark.parametrize("gate", [0, 70, 100])
def test_readability_is_advice_unless_the_hospital_makes_it_a_gate(gate: int) -> None:
    assert given(HOSPITAL).state.readability_gate == given(HOSPITAL, RENHE).state.readability_gate == 0
    strict = replace(RENHE, readability_gate=gate)
    given(HOSPITAL).when(hospital.register, strict).then(strict)
    assert given(HOSPITAL, strict).state.readability_gate == gate


@pytest.mark.parametrize("seconds", [-1, 86_401])
def test_messages_settle_for_a_day_at_most(seconds: int) -> None:
    for hasty in (replace(RENHE, settle_seconds=seconds), replace(RENHE, discharge_settle_seconds=seconds)):
        given(HOSPITAL).when(hospital.register, hasty).refused(SettlingTooLong, field="settle_seconds")


def test_messages_settle_for_ten_minutes_unless_the_hospital_says_otherwise() -> None:
    assert (RENHE.settle_seconds, RENHE.discharge_settle_seconds) == (600, 120)
    at_once = replace(RENHE, settle_seconds=0, discharge_settle_seconds=0)
    given(HOSPITAL).when(hospital.register, at_once).then(at_once)


def test_a_department_without_a_name_is_called_by_its_code() -> None:
    registered = given(HOSPITAL, RENHE).state
    assert [registered.department_name(code) for code in ("endo", "neuro")] == ["内分泌科", "neuro"]
    assert given(HOSPITAL).state.department_name("endo") == "endo"
