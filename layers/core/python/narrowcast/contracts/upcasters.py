"""Old events in today's words: plain dicts lifted one schema version at a time, before any class is built."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

Upcaster = Callable[[Mapping[str, object]], dict[str, object]]


def _consent_given_1_to_2(data: Mapping[str, object]) -> dict[str, object]:
    """Version 1 named the purpose in Chinese and did not say where the decision was recorded."""
    purposes = {"个性化健康教育": "personal_education"}
    return {"purpose": purposes.get(str(data["purpose"]), data["purpose"]), "evidence": "unrecorded"}


def _diagnosis_recorded_1_to_2(data: Mapping[str, Any]) -> dict[str, object]:
    """Version 1 kept no words beside the code."""
    return {**data, "diagnosis": {**data["diagnosis"], "display": ""}}


UPCASTERS: dict[tuple[str, int], Upcaster] = {
    ("ConsentGiven", 1): _consent_given_1_to_2,
    ("DiagnosisRecorded", 1): _diagnosis_recorded_1_to_2,
}
"""(event name, version it lifts from) → the step to the next version."""


def upcast(name: str, version: int, data: Mapping[str, object], *, to: int) -> Mapping[str, object]:
    """Lift data from a schema version to a later one; KeyError if a step is missing or the version unknown."""
    if version > to:
        raise KeyError(name, version)
    for step in range(version, to):
        data = UPCASTERS[name, step](data)
    return data
