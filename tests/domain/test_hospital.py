from __future__ import annotations

from dataclasses import replace

from narrowcast.application.streams import HOSPITAL
from narrowcast.domain import hospital
from narrowcast.domain.hospital import Department, HospitalAlreadyRegistered, HospitalRegistered
from tests.support.scenario import given

RENHE = HospitalRegistered("仁和医院", "Asia/Shanghai", "010-00000120", (Department("endo", "内分泌科"),))


def test_a_hospital_is_registered_once() -> None:
    given(HOSPITAL).when(hospital.register, RENHE).then(RENHE)
    given(HOSPITAL, RENHE).when(hospital.register, RENHE).then_nothing()
    given(HOSPITAL, RENHE).when(hospital.register, replace(RENHE, name="康宁医院")).refused(
        HospitalAlreadyRegistered, field="hospital"
    )


def test_a_department_without_a_name_is_called_by_its_code() -> None:
    registered = given(HOSPITAL, RENHE).state
    assert [registered.department_name(code) for code in ("endo", "neuro")] == ["内分泌科", "neuro"]
    assert given(HOSPITAL).state.department_name("endo") == "endo"
