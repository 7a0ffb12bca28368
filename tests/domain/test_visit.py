"""A visit is folded from the messages about it: repeated, corrected, taken back."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import given as given_any
from hypothesis import strategies as st

from narrowcast.application.streams import VISIT
from narrowcast.domain import visit
from narrowcast.domain.visit import (
    DiagnosisRecorded,
    TreatmentStarted,
    TreatmentStopped,
    VisitCancelled,
    VisitOpened,
    VisitUpdated,
)
from narrowcast.domain.visit_report import Diagnosis, Medication, VisitReport
from narrowcast.domain.vocabulary import AgeBand, DiagnosisStatus, Sex, Stage
from tests.support.scenario import fold, given

E11, I10 = Diagnosis("E11.900X001"), Diagnosis("I10.X00")
METFORMIN, STOPPED = Medication("A10BA02"), Medication("A10BA02", "stopped")
REPORT = VisitReport(
    "renhe", "MSG-1", "json", "2026-01-05T08:00:00Z", Stage.FIRST_DIAGNOSIS, AgeBand.MIDDLE, Sex.FEMALE, (E11,),
    (METFORMIN,), "endo",
)  # fmt: skip
OPENED = VisitOpened(
    "m1", "p-1", Stage.FIRST_DIAGNOSIS, "endo", AgeBand.MIDDLE, Sex.FEMALE, "2026-01-05T08:00:00Z", test=False
)
FIRST = (OPENED, DiagnosisRecorded("m1", E11), TreatmentStarted("m1", "A10BA02"))


def tells(message: str, **change: Any) -> dict[str, Any]:
    return {"patient": "p-1", "message": message, "report": replace(REPORT, **change)}


def test_the_first_message_opens_the_visit_before_all_else() -> None:
    given(VISIT).when(visit.report_visit, **tells("m1")).then(*FIRST)


def test_a_message_seen_before_changes_nothing_whatever_it_says() -> None:
    given(VISIT, *FIRST).when(visit.report_visit, **tells("m1", diagnoses=(I10,))).then_nothing()


def test_a_message_that_says_nothing_new_changes_nothing() -> None:
    given(VISIT, *FIRST).when(visit.report_visit, **tells("m2")).then_nothing()


def test_a_later_message_says_only_what_is_new() -> None:
    given(VISIT, *FIRST).when(visit.report_visit, **tells("m2", diagnoses=(E11, I10), stage=Stage.FOLLOW_UP)).then(
        VisitUpdated("m2", Stage.FOLLOW_UP, "endo", AgeBand.MIDDLE, Sex.FEMALE, "2026-01-05T08:00:00Z"),
        DiagnosisRecorded("m2", I10),
    )


def test_a_correction_takes_the_place_of_the_diagnosis_it_corrects() -> None:
    refuted = replace(E11, status=DiagnosisStatus.REFUTED)
    given(VISIT, *FIRST).when(visit.report_visit, **tells("m2", diagnoses=(refuted,))).then(
        DiagnosisRecorded("m2", refuted)
    )
    assert given(VISIT, *FIRST, DiagnosisRecorded("m2", refuted)).state.diagnoses == (refuted,)


def test_a_diagnosis_or_drug_told_twice_in_one_message_is_recorded_once() -> None:
    given(VISIT).when(visit.report_visit, **tells("m1", diagnoses=(E11, E11), medications=(METFORMIN, METFORMIN))).then(
        *FIRST
    )


def test_a_drug_is_stopped_and_started_again() -> None:
    stopped = TreatmentStopped("m2", "A10BA02")
    given(VISIT, *FIRST).when(visit.report_visit, **tells("m2", medications=(STOPPED,))).then(stopped)
    assert given(VISIT, *FIRST, stopped).state.treatments == ()
    given(VISIT, *FIRST, stopped).when(visit.report_visit, **tells("m3")).then(TreatmentStarted("m3", "A10BA02"))


def test_a_drug_that_was_never_started_is_not_stopped() -> None:
    given(VISIT, *FIRST).when(visit.report_visit, **tells("m2", medications=(Medication("C07AB02", "stopped"),))).then()


def test_only_confirmed_diagnoses_are_known() -> None:
    told = tuple(Diagnosis(f"E{number}.9", status) for number, status in enumerate(DiagnosisStatus, start=10))
    state = given(VISIT, OPENED, *(DiagnosisRecorded("m1", each) for each in told)).state
    assert state.known_codes == ("E10.9",)


def test_a_cancelled_visit_hears_nothing_more() -> None:
    given(VISIT, *FIRST).when(visit.report_visit, **tells("m2", cancelled=True)).then(VisitCancelled("m2"))
    given(VISIT, *FIRST, VisitCancelled("m2")).when(visit.report_visit, **tells("m3", diagnoses=(I10,))).then_nothing()


def test_a_visit_whose_first_message_takes_it_back_is_opened_and_cancelled() -> None:
    given(VISIT).when(visit.report_visit, **tells("m1", cancelled=True)).then(OPENED, VisitCancelled("m1"))


DIAGNOSES = st.builds(Diagnosis, st.sampled_from(["E11", "I10", "I21"]), st.sampled_from(DiagnosisStatus))
MEDICATIONS = st.builds(Medication, st.sampled_from(["A10BA02", "C07AB02"]), st.sampled_from(["active", "stopped"]))
REPORTS = st.builds(
    replace,
    st.just(REPORT),
    stage=st.sampled_from(Stage),
    diagnoses=st.lists(DIAGNOSES, max_size=3).map(tuple),
    medications=st.lists(MEDICATIONS, max_size=3).map(tuple),
    cancelled=st.sampled_from([False, False, False, True]),
)


@given_any(st.lists(REPORTS, min_size=1, max_size=5))
def test_a_message_sent_twice_in_a_row_has_one_effect(reports: list[VisitReport]) -> None:
    once, twice = fold(VISIT), fold(VISIT)
    for number, report in enumerate(reports):
        told = {"patient": "p-1", "message": f"m{number}", "report": report}
        once = _told(once, told)
        twice = _told(_told(twice, told), told)
    assert twice == once


def _told(state: Any, told: dict[str, Any]) -> Any:
    for event in visit.report_visit(state, **told):
        state = VISIT.evolve(state, event)
    return state
