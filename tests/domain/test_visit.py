"""A visit is what was told last of each thing, in whatever order the messages about it arrive."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given as given_any
from hypothesis import strategies as st

from narrowcast.application.streams import VISIT
from narrowcast.domain import visit
from narrowcast.domain.telling import Decision
from narrowcast.domain.visit import (
    CodesUnmapped,
    DiagnosisRecorded,
    DischargeCancelled,
    TreatmentStarted,
    TreatmentStopped,
    Visit,
    VisitCancelled,
    VisitOpened,
    VisitUpdated,
)
from narrowcast.domain.visit_report import (
    Allergy,
    Condition,
    Diagnosis,
    Medication,
    Procedure,
    UnmappedCode,
    VisitReport,
)
from narrowcast.domain.vocabulary import AgeBand, DiagnosisStatus, RenalClass, Sex, Stage
from tests.support.scenario import fold, given
from tests.support.told_visits import a_report, told

T1, T2, T3, T4 = (f"2026-01-05T{hour:02}:00:00Z" for hour in (7, 8, 9, 10))
E11, I10 = Diagnosis("E11.900X001", display="2型糖尿病"), Diagnosis("I10.X00")
METFORMIN = Medication("A10BA02", name="二甲双胍")
REPORT = VisitReport(
    "renhe", "m1", "json", T1, Stage.FIRST_DIAGNOSIS, AgeBand.MIDDLE, Sex.FEMALE, (E11,), (METFORMIN,), "endo"
)
SAID = ("p-1", Stage.FIRST_DIAGNOSIS, "endo", AgeBand.MIDDLE, Sex.FEMALE)
OPENED = VisitOpened("m1", *SAID, T1, test=False)
FIRST = (OPENED, DiagnosisRecorded("m1", T1, E11, 0), TreatmentStarted("m1", T1, "A10BA02", "二甲双胍"))


def tells(message: str, **change: Any) -> dict[str, Any]:
    return {"patient": "p-1", "message": message, "report": replace(REPORT, **change)}


def said(message: str, occurred_at: str, **tells: Any) -> VisitReport:
    return a_report(message_id=message, occurred_at=occurred_at, **tells)


def in_every_order(*reports: VisitReport) -> Visit:
    """Return the visit that the reports tell; AssertionError if their order makes a difference."""
    ends = [told(*order, *order[:1]) for order in permutations(reports)]
    assert all(end == ends[0] for end in ends)
    return ends[0]


class TestWhatIsRecorded:
    def test_the_first_message_opens_the_visit_before_all_else(self) -> None:
        given(VISIT).when(visit.report_visit, **tells("m1")).then(*FIRST)

    def test_a_message_seen_before_changes_nothing_whatever_it_says(self) -> None:
        given(VISIT, *FIRST).when(visit.report_visit, **tells("m1", diagnoses=(I10,))).then_nothing()

    def test_a_later_message_records_all_it_tells_what_was_known_included(self) -> None:
        given(VISIT, *FIRST).when(visit.report_visit, **tells("m2", occurred_at=T2, diagnoses=(E11, I10))).then(
            VisitUpdated("m2", *SAID, T2),
            DiagnosisRecorded("m2", T2, E11, 0),
            DiagnosisRecorded("m2", T2, I10, 1),
            TreatmentStarted("m2", T2, "A10BA02", "二甲双胍"),
        )

    def test_a_thing_told_twice_in_one_message_is_recorded_once_as_it_was_told_last(self) -> None:
        refuted = replace(E11, status=DiagnosisStatus.REFUTED)
        stopped = replace(METFORMIN, status="entered_in_error")
        asked = tells("m1", diagnoses=(E11, refuted), medications=(METFORMIN, stopped))
        given(VISIT).when(visit.report_visit, **asked).then(
            OPENED,
            DiagnosisRecorded("m1", T1, refuted, 0),
            TreatmentStopped("m1", T1, "A10BA02", "二甲双胍", in_error=True),
        )

    def test_a_message_may_cancel_the_visit_or_only_the_discharge(self) -> None:
        bare: dict[str, Any] = {"diagnoses": (), "medications": ()}
        given(VISIT).when(visit.report_visit, **tells("m1", cancelled=True, **bare)).then(
            OPENED, VisitCancelled("m1", T1)
        )
        given(VISIT).when(visit.report_visit, **tells("m1", discharge_cancelled=True, **bare)).then(
            OPENED, DischargeCancelled("m1", T1)
        )

    def test_codes_that_no_map_knows_are_kept_once_and_steer_nothing(self) -> None:
        unknown = (UnmappedCode("drug", "HIS", "XY-1"), UnmappedCode("diagnosis", "HIS", "A-9"))
        state = in_every_order(said("m1", T1, unmapped=unknown), said("m2", T2, unmapped=unknown[:1]))
        assert state.unmapped == tuple(reversed(unknown))
        assert (state.known_codes, state.treatments) == ((), ())
        assert given(VISIT, OPENED, CodesUnmapped("m1", unknown)).state.unmapped == state.unmapped


class TestWhatWasToldLastHolds:
    def test_a_correction_holds_whichever_arrives_first(self) -> None:
        refuted = replace(E11, status=DiagnosisStatus.REFUTED)
        state = in_every_order(said("m1", T1, diagnoses=(E11, I10)), said("m2", T2, diagnoses=(refuted,)))
        assert state.diagnoses == (refuted, I10)
        assert state.known_codes == (I10.code,)

    def test_of_two_tellings_at_one_moment_the_same_one_always_holds(self) -> None:
        refuted = replace(E11, status=DiagnosisStatus.REFUTED)
        assert in_every_order(said("m1", T1, diagnoses=(E11,)), said("m2", T1, diagnoses=(refuted,))).known_codes == ()

    def test_decimals_of_a_second_count(self) -> None:
        early, late = said("m1", T1, department="endo"), said("m0", T1.replace("Z", ".5Z"), department="cardio")
        assert in_every_order(early, late).department == "cardio"

    def test_silence_takes_nothing_back(self) -> None:
        full = said("m1", T1, stage=Stage.INPATIENT, age_band=AgeBand.OLDER, sex=Sex.MALE, department="endo")
        state = in_every_order(full, said("m2", T2))
        assert (state.stage, state.age_band, state.sex, state.department) == (
            Stage.INPATIENT,
            AgeBand.OLDER,
            Sex.MALE,
            "endo",
        )

    def test_a_whole_list_takes_back_what_it_lacks_and_what_was_told_before_it(self) -> None:
        reports = (
            said("m1", T1, diagnoses=(E11, I10)),
            said("m2", T2, diagnoses=(I10,), complete=True),
            said("m3", T3, diagnoses=(Diagnosis("N18.3"),)),
        )
        assert in_every_order(*reports).known_codes == (I10.code, "N18.3")

    def test_a_drug_is_stopped_and_started_again(self) -> None:
        stopped = replace(METFORMIN, status="stopped")
        once = (said("m1", T1, medications=(METFORMIN,)), said("m2", T2, medications=(stopped,)))
        assert in_every_order(*once).treatments == ()
        assert in_every_order(*once, said("m3", T3, medications=(METFORMIN,))).treatments == ("A10BA02",)

    def test_the_condition_is_told_piece_by_piece(self) -> None:
        penicillin = Allergy("J01CA", "ATC", "青霉素类")
        state = in_every_order(
            said("m1", T1, condition=Condition(pregnant=True, allergies=(penicillin,))),
            said("m2", T2, condition=Condition(renal=RenalClass.REDUCED, carer=True)),
            said("m3", T3, condition=Condition(pregnant=False)),
        )
        assert state.condition == Condition(
            pregnant=False, renal=RenalClass.REDUCED, carer=True, allergies=(penicillin,)
        )
        refuted = said("m4", T4, condition=Condition(allergies=(replace(penicillin, status="refuted"),)))
        assert told(said("m1", T1, condition=Condition(allergies=(penicillin,))), refuted).condition.allergies == ()

    def test_the_diagnoses_keep_the_order_in_which_they_were_told_first(self) -> None:
        first, second = said("m1", T1, diagnoses=(I10, E11)), said("m2", T2, diagnoses=(E11, Diagnosis("A09")))
        assert in_every_order(first, second).known_codes == (I10.code, E11.code, "A09")

    def test_a_visit_lasts_from_the_first_moment_told_to_the_last(self) -> None:
        state = in_every_order(said("m1", T2), said("m2", T1), said("m3", T3))
        assert (state.opened_at, state.occurred_at) == (T1, T3)


class TestStage:
    def test_a_discharge_outlasts_what_is_told_of_the_stay_after_it(self) -> None:
        stay, leaves = said("m1", T1, stage=Stage.INPATIENT), said("m2", T2, stage=Stage.DISCHARGE)
        assert in_every_order(stay, leaves, said("m3", T3, stage=Stage.INPATIENT)).stage is Stage.DISCHARGE
        assert in_every_order(stay, leaves, said("m3", T3, stage=Stage.REHABILITATION)).stage is Stage.REHABILITATION

    def test_a_cancelled_discharge_gives_the_stay_back_and_a_new_discharge_ends_it(self) -> None:
        reports = (
            said("m1", T1, stage=Stage.INPATIENT),
            said("m2", T2, stage=Stage.DISCHARGE),
            said("m3", T3, discharge_cancelled=True),
        )
        assert in_every_order(*reports).stage is Stage.INPATIENT
        assert in_every_order(*reports, said("m4", T4, stage=Stage.DISCHARGE)).stage is Stage.DISCHARGE

    def test_nothing_told_is_no_stage(self) -> None:
        assert told(said("m1", T1)).stage is None

    @pytest.mark.parametrize(
        ("status", "code", "stage"),
        [
            ("planned", "51.2300", Stage.PRE_OP),
            ("done", "51.2300", Stage.POST_OP),
            ("entered_in_error", "51.2300", Stage.INPATIENT),
            ("done", "88.7200", Stage.INPATIENT),
            ("done", "99.0400", Stage.INPATIENT),
        ],
    )
    def test_within_a_stay_operations_tell_the_stage(self, status: str, code: str, stage: Stage) -> None:
        procedure = Procedure(code, "ICD-9-CM-3", status=status)
        stay = said("m1", T1, stage=Stage.INPATIENT)
        assert in_every_order(stay, said("m2", T2, procedures=(procedure,))).stage is stage
        leaves = said("m3", T3, stage=Stage.DISCHARGE)
        assert told(stay, said("m2", T2, procedures=(procedure,)), leaves).stage is Stage.DISCHARGE

    def test_the_days_after_an_operation_are_counted_from_the_latest(self) -> None:
        first = Procedure("51.2300", "ICD-9-CM-3", performed_on="2026-01-02")
        second = Procedure("54.1100", "ICD-9-CM-3", performed_on="2026-01-05")
        state = told(said("m1", T1, stage=Stage.INPATIENT, procedures=(first, second)))
        assert [state.post_op_day(date(2026, 1, day)) for day in (1, 2, 4, 5, 8)] == [None, 0, 2, 0, 3]
        assert told(said("m1", T1, stage=Stage.DISCHARGE, procedures=(first,))).post_op_day(date(2026, 1, 5)) is None


class TestCancellation:
    def test_a_cancelled_visit_stays_so_whatever_is_told_of_it_later(self) -> None:
        reports = (
            said("m1", T1, opens=True, stage=Stage.INPATIENT),
            said("m2", T2, cancelled=True),
            said("m3", T3, stage=Stage.INPATIENT, diagnoses=(E11,)),
        )
        assert in_every_order(*reports).cancelled

    def test_only_a_registration_told_later_opens_it_again(self) -> None:
        cancelled = said("m2", T2, cancelled=True)
        assert not in_every_order(cancelled, said("m3", T3, opens=True)).cancelled
        assert in_every_order(cancelled, said("m1", T1, opens=True)).cancelled

    def test_a_registration_told_later_takes_a_discharge_back(self) -> None:
        reports = (said("m1", T1, stage=Stage.DISCHARGE), said("m2", T2, stage=Stage.INPATIENT, opens=True))
        assert in_every_order(*reports).stage is Stage.INPATIENT


class TestConsent:
    def test_a_repeated_yes_counts_from_when_the_visit_was_opened(self) -> None:
        state = in_every_order(said("m1", T1), said("m2", T2, consent=True), said("m3", T3, consent=True))
        assert state.consent == Decision(given=True, decided_at="2026-01-05T07:00:00.000000Z", heard=3)

    def test_a_no_holds_until_a_yes_told_later(self) -> None:
        reports = (said("m1", T1, consent=True), said("m2", T2, consent=False))
        assert in_every_order(*reports).consent == Decision(
            given=False, decided_at="2026-01-05T08:00:00.000000Z", heard=2
        )
        again = in_every_order(*reports, said("m3", T3, consent=True), said("m4", T4, consent=True)).consent
        assert again == Decision(given=True, decided_at="2026-01-05T09:00:00.000000Z", heard=4)

    def test_silence_is_no_decision(self) -> None:
        assert told(said("m1", T1)).consent is None


DIAGNOSES = st.builds(Diagnosis, st.sampled_from(["E11", "I10", "I21"]), st.sampled_from(DiagnosisStatus))
MEDICATIONS = st.builds(Medication, st.sampled_from(["A10BA02", "C07AB02"]), st.sampled_from(["active", "stopped"]))
PROCEDURES = st.builds(
    Procedure, st.sampled_from(["51.23", "88.72"]), st.just("ICD-9-CM-3"), status=st.sampled_from(["planned", "done"])
)
REPORTS = st.builds(
    replace,
    st.just(REPORT),
    occurred_at=st.sampled_from([T1, T2, T3, T4]),
    stage=st.sampled_from([None, *Stage]),
    age_band=st.sampled_from([None, *AgeBand]),
    sex=st.sampled_from(Sex),
    department=st.sampled_from(["", "endo", "cardio"]),
    diagnoses=st.lists(DIAGNOSES, max_size=3).map(tuple),
    medications=st.lists(MEDICATIONS, max_size=3).map(tuple),
    procedures=st.lists(PROCEDURES, max_size=2).map(tuple),
    cancelled=st.sampled_from([False, False, False, True]),
    complete=st.booleans(),
    opens=st.booleans(),
    discharge_cancelled=st.booleans(),
    consent=st.sampled_from([None, True, False]),
)


@given_any(st.lists(REPORTS, min_size=1, max_size=6), st.data())
def test_any_messages_in_any_order_and_repeated_end_in_the_same_visit(
    reports: list[VisitReport], data: st.DataObject
) -> None:
    named = [replace(report, message_id=f"m{number}") for number, report in enumerate(reports)]
    shuffled = data.draw(st.permutations([*named, *named[:2]]))
    assert told(*shuffled) == told(*named)


def test_a_test_message_marks_the_visit_that_it_opens() -> None:
    assert fold(VISIT, *visit.report_visit(Visit(), **tells("m1", test=True))).test
