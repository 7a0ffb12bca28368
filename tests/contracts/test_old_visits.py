"""Visits and consents of the first release, read today: the order of their streams is the order of their telling."""

from __future__ import annotations

from typing import Any

import msgspec

from narrowcast.application.folding import fold
from narrowcast.application.streams import PATIENT, VISIT, Aggregate
from narrowcast.domain.vocabulary import DiagnosisStatus, Purpose, Stage
from tests.support.written_events import entry, sealed

STREAM = "renhe/visit#v-1"
OPENED = {
    "message": "b" * 32,
    "patient": "p-1",
    "stage": "first_diagnosis",
    "department": "endo",
    "age_band": "45-64",
    "sex": "female",
    "occurred_at": "2026-01-05T07:30:00Z",
    "test": False,
}


def folded(aggregate: Aggregate[Any], *commits: list[dict[str, Any]]) -> Any:
    """Return the state after commits of version 1, one a minute."""
    chain, previous = [], ""
    for number, entries in enumerate(commits, start=1):
        at = {"occurred_at": f"2026-01-05T08:0{number}:00.000000Z"}
        payload = msgspec.json.encode([each | at for each in entries], order="sorted")
        chain.append(sealed(payload, stream=STREAM, version=number, previous=previous, commit_id=f"c-{number}"))
        previous = chain[-1].hash
    return fold(aggregate, STREAM, chain).state


def diagnosis(message: str, status: str) -> dict[str, Any]:
    told = {"code": "E11.900X001", "status": status, "system": "ICD-10"}
    return entry("DiagnosisRecorded", 1, {"message": message * 32, "diagnosis": told})


def test_a_visit_of_the_first_release_folds_as_it_did() -> None:
    updated = {key: OPENED[key] for key in ("department", "age_band", "sex")} | {"message": "a" * 32}
    visit = folded(
        VISIT,
        [entry("VisitOpened", 1, OPENED), diagnosis("b", "suspected")],
        [entry("TreatmentStarted", 1, {"message": "c" * 32, "atc": "A10BA02"}), diagnosis("c", "confirmed")],
        [entry("VisitUpdated", 1, updated | {"stage": "follow_up", "occurred_at": "2026-01-05T07:40:00Z"})],
        [entry("TreatmentStopped", 1, {"message": "0" * 32, "atc": "A10BA02"})],
    )
    assert (visit.patient, visit.stage, visit.department) == ("p-1", Stage.FOLLOW_UP, "endo")
    assert [each.status for each in visit.diagnoses] == [DiagnosisStatus.CONFIRMED]
    assert (visit.treatments, visit.cancelled, len(visit.messages)) == ((), False, 4)


def test_a_visit_that_the_first_release_cancelled_stays_so() -> None:
    cancelled = entry("VisitCancelled", 1, {"message": "a" * 32})
    assert folded(VISIT, [entry("VisitOpened", 1, OPENED)], [cancelled]).cancelled


def test_the_later_of_two_old_decisions_on_consent_holds() -> None:
    told = {"purpose": "personal_education"}
    given = entry("ConsentGiven", 2, told | {"evidence": "his:json"})
    withdrawn = entry("ConsentWithdrawn", 1, told | {"evidence": "guide_page"})
    assert folded(PATIENT, [given], [withdrawn]).consents == frozenset()
    assert folded(PATIENT, [given], [withdrawn], [given]).consents == {Purpose.PERSONAL_EDUCATION}
