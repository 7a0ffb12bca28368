"""Settling, corrections, cancellations, merges, training messages: what a guide and its pushes do about each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from narrowcast.application.guides import guide_id_of
from narrowcast.application.persons import Persons
from narrowcast.application.streams import GUIDE, PATIENT, VISIT
from narrowcast.domain.guide import CANCELLED, CORRECTED, GuideCorrected
from narrowcast.domain.patient import MergeCircular, PatientsMerged, PushApproved, PushHeldBack
from narrowcast.domain.visit_report import Diagnosis, Identity, MergeReport, PersonReport
from narrowcast.domain.vocabulary import AgeBand, Channel, DiagnosisStatus, Sex, Stage
from tests.support.newsroom import EDITOR as ACTOR
from tests.support.newsroom import HOSPITAL, IDENTITY, METFORMIN_TOPIC, PROFILE, REPORT, TOPIC, World, streams

SETTLING = replace(PROFILE, settle_seconds=600, discharge_settle_seconds=120)
REFUTED = (Diagnosis("E11.900X001", DiagnosisStatus.ENTERED_IN_ERROR),)
LATER = "2026-01-05T07:40:00Z"


@pytest.fixture
def settling() -> World:
    """Two published pieces at a hospital whose messages settle for ten minutes, two after a discharge."""
    return World().open_hospital(profile=SETTLING).publish("dm-know").publish("met-start", METFORMIN_TOPIC)


def decisions(world: World) -> list[PushApproved | PushHeldBack]:
    return [e.event for e in world.envelopes() if isinstance(e.event, PushApproved | PushHeldBack)]


def pushes(world: World) -> list[str]:
    return [message.text for message in world.messenger.sent if "/g/" in message.text]


def editions(world: World, visit_id: str) -> list[str]:
    return [e.type for e in world.envelopes(GUIDE.stream(HOSPITAL, guide_id_of(visit_id)))]


def after(world: World, **time: float) -> World:
    world.clock.advance(timedelta(**time))
    return world.settle()


class TestSettling:
    def test_a_diagnosis_told_within_the_window_is_in_the_one_guide(self, settling: World) -> None:
        visit_id = settling.visit(replace(REPORT, diagnoses=(), medications=())).visit_id
        after(settling, minutes=9)
        settling.visit(replace(REPORT, message_id="MSG-2", occurred_at=LATER))
        assert editions(settling, visit_id) == []
        after(settling, minutes=1)
        assert editions(settling, visit_id) == ["GuideAssembled", "GuidePushed"]
        assert settling.guide(visit_id).made.sections

    def test_what_comes_after_the_window_amends_the_guide_and_makes_no_other(self, settling: World) -> None:
        visit_id = settling.visit(replace(REPORT, medications=())).visit_id
        after(settling, minutes=10)
        settling.visit(replace(REPORT, message_id="MSG-2", occurred_at=LATER))
        after(settling, minutes=9.9)
        assert settling.guide(visit_id).edition == 1
        after(settling, minutes=0.1)
        assert (settling.guide(visit_id).edition, len(pushes(settling))) == (2, 2)
        assert len([stream for stream in streams(settling) if "/guide#" in stream]) == 1

    def test_a_system_that_never_stops_talking_cannot_put_the_guide_off(self, settling: World) -> None:
        for number in range(30):
            visit_id = settling.visit(replace(REPORT, message_id=f"MSG-{number}")).visit_id
            after(settling, minutes=1)
        assert editions(settling, visit_id) == ["GuideAssembled", "GuidePushed"]
        delivered = [name for process, name in settling.workflows.started if process == "guide_delivery"]
        assert len(delivered) == 3

    def test_a_discharge_closes_the_window_sooner(self, settling: World) -> None:
        visit_id = settling.visit(replace(REPORT, stage=Stage.INPATIENT)).visit_id
        after(settling, minutes=3)
        settling.visit(replace(REPORT, message_id="MSG-2", occurred_at=LATER, stage=Stage.DISCHARGE))
        after(settling, minutes=2)
        assert editions(settling, visit_id) == ["GuideAssembled", "GuidePushed"]
        after(settling, minutes=30)
        assert settling.guide(visit_id).edition == 1

    def test_an_event_delivered_again_makes_no_second_schedule_and_a_late_one_starts_at_once(
        self, settling: World
    ) -> None:
        accepted = settling.visit()
        [opened] = [e for e in settling.envelopes(VISIT.stream(HOSPITAL, accepted.visit_id)) if e.index == 0]
        pending = dict(settling.schedules.pending)
        settling.dispatcher.dispatch(opened)
        assert settling.schedules.pending == pending
        settling.schedules.pending.clear()
        settling.clock.advance(timedelta(minutes=11))
        settling.dispatcher.dispatch(opened)
        assert settling.settle().guide(accepted.visit_id).edition == 1

    def test_a_visit_taken_back_within_the_window_has_no_guide(self, settling: World) -> None:
        visit_id = settling.visit().visit_id
        settling.visit(replace(REPORT, message_id="MSG-2", occurred_at=LATER, cancelled=True))
        after(settling, minutes=10)
        assert (editions(settling, visit_id), decisions(settling)) == ([], [])


class TestCorrections:
    @pytest.fixture
    def told(self, published: World) -> World:
        """A patient who was told of her guide."""
        published.publish("met-start", METFORMIN_TOPIC).visit()
        return published

    def corrected(self, world: World) -> list[GuideCorrected]:
        return [e.event for e in world.envelopes(event_type="GuideCorrected")]

    def test_a_diagnosis_entered_in_error_leaves_the_guide_and_the_patient_is_told(self, told: World) -> None:
        visit_id = told.visit(replace(REPORT, message_id="MSG-2", occurred_at=LATER, diagnoses=REFUTED)).visit_id
        assert self.corrected(told) == [GuideCorrected(2, CORRECTED, ("dm-know", "met-start"))]
        assert told.guide(visit_id).made.sections == ()
        assert decisions(told)[-1].reason == "correction"
        assert len(pushes(told)) == 2
        assert "有新内容" in pushes(told)[-1]
        assert told.room.show(told.guide_nonce()).sections == ()

    def test_a_cancelled_visit_is_followed_by_a_correction_and_its_page_shows_nothing(self, told: World) -> None:
        visit_id = told.visit(replace(REPORT, message_id="MSG-2", occurred_at=LATER, cancelled=True)).visit_id
        assert self.corrected(told) == [GuideCorrected(2, CANCELLED, ("dm-know", "met-start"))]
        opened = told.room.show(told.guide_nonce())
        assert (opened.sections, opened.guide.cancelled) == ((), True)
        assert told.guide(visit_id).cancelled
        assert "有新内容" in pushes(told)[-1]

    def test_a_visit_opened_again_has_its_guide_back(self, told: World) -> None:
        told.visit(replace(REPORT, message_id="MSG-2", occurred_at=LATER, cancelled=True))
        again = replace(REPORT, message_id="MSG-3", occurred_at="2026-01-05T07:50:00Z", opens=True)
        visit_id = told.visit(again).visit_id
        assert told.guide(visit_id).made.sections
        assert not told.guide(visit_id).cancelled

    def test_a_correction_needs_no_place_in_the_budget(self, told: World) -> None:
        stream = PATIENT.stream(HOSPITAL, told.visit().patient)
        for number in range(3):
            approved = replace(told.envelopes(stream, "PushApproved")[0].event, push_id=f"g-other.{number}")
            told.store.execute(PATIENT, HOSPITAL, stream.partition("#")[2], lambda _: (approved,), ACTOR)  # noqa: B023
        told.visit(replace(REPORT, message_id="MSG-2", occurred_at=LATER, diagnoses=REFUTED))
        assert (type(decisions(told)[-1]), decisions(told)[-1].reason) == (PushApproved, "correction")

    def test_a_correction_needs_a_consent(self, told: World) -> None:
        told.room.refuse(told.guide_nonce())
        told.visit(replace(REPORT, message_id="MSG-2", occurred_at=LATER, diagnoses=REFUTED))
        held = decisions(told)[-1]
        assert isinstance(held, PushHeldBack)
        assert (held.push_id, held.reason, held.until) == (f"{decisions(told)[0].guide_id}.2", "no_consent", None)

    def test_who_was_told_nothing_is_told_of_no_correction(self, published: World) -> None:
        published.visit(replace(REPORT, consent=None))
        visit_id = published.visit(replace(REPORT, message_id="MSG-2", occurred_at=LATER, diagnoses=REFUTED)).visit_id
        assert len(self.corrected(published)) == 1
        assert [each.reason for each in decisions(published)] == ["no_consent"]
        assert published.guide(visit_id).made.sections == ()

    def test_a_stopped_drug_leaves_the_guide_without_alarm(self, told: World) -> None:
        stopped = tuple(replace(each, status="stopped") for each in REPORT.medications)
        visit_id = told.visit(replace(REPORT, message_id="MSG-2", occurred_at=LATER, medications=stopped)).visit_id
        assert (told.guide(visit_id).edition, self.corrected(told)) == (2, [])

    def test_a_drug_entered_in_error_is_corrected(self, told: World) -> None:
        mistaken = tuple(replace(each, status="entered_in_error") for each in REPORT.medications)
        told.visit(replace(REPORT, message_id="MSG-2", occurred_at=LATER, medications=mistaken))
        assert self.corrected(told) == [GuideCorrected(2, CORRECTED, ("met-start",))]

    def test_a_message_on_its_way_stops_when_the_visit_is_taken_back(self, settling: World) -> None:
        visit_id = settling.visit().visit_id
        guide_id = guide_id_of(visit_id)
        settling.assembly.assemble(HOSPITAL, visit_id, ACTOR)
        settling.push_desk.request(HOSPITAL, guide_id, ACTOR)
        settling.reception.accept(replace(REPORT, message_id="MSG-2", occurred_at=LATER, cancelled=True), IDENTITY)
        settling.assembly.assemble(HOSPITAL, visit_id, ACTOR)
        after(settling, minutes=10)
        assert [failure.reason for failure in settling.guide(visit_id).failures] == [CANCELLED]
        assert pushes(settling) == []


class TestTrainingMessages:
    def test_a_training_message_makes_no_push_and_leaves_no_contact_or_consent(self, published: World) -> None:
        accepted = published.visit(replace(REPORT, test=True))
        assert decisions(published) == []
        assert not [subject for subject in published.vault._contacts if "/patient#" in subject]
        assert not [e for e in published.envelopes() if e.type.startswith("Consent")]
        assert published.store.load(VISIT, HOSPITAL, accepted.visit_id).state.test

    @pytest.mark.parametrize("first", ["training", "real"])
    def test_training_alters_no_real_visit_and_a_real_message_no_training(self, published: World, first: str) -> None:
        training = replace(REPORT, message_id="MSG-T", test=True, occurred_at=LATER, diagnoses=REFUTED)
        order = [training, REPORT] if first == "training" else [REPORT, training]
        accepted = {report.test: published.visit(report) for report in order}
        real = published.store.load(VISIT, HOSPITAL, accepted[False].visit_id).state
        assert (real.known_codes, real.test, len(real.messages)) == (("E11.900X001",), False, 1)
        assert accepted[True].visit_id != accepted[False].visit_id
        assert len(pushes(published)) == 1

    def test_training_changes_no_person_and_merges_nobody(self, world: World) -> None:
        before = world.snapshot()
        person = PersonReport(HOSPITAL, "M-1", "hl7", LATER, AgeBand.OLDER, Sex.MALE, consent=True, test=True)
        world.reception.accept(person, IDENTITY)
        world.reception.accept(MergeReport(HOSPITAL, "M-2", "hl7", LATER, "MRN-9", test=True), IDENTITY)
        assert world.snapshot() == before


class TestPersons:
    def test_what_is_told_of_the_person_serves_where_the_visit_is_silent(self, world: World) -> None:
        world.publish("dm-know", replace(TOPIC, tags=replace(TOPIC.tags, age_bands=(AgeBand.OLDER,))))
        person = PersonReport(HOSPITAL, "M-1", "hl7", LATER, AgeBand.OLDER, Sex.FEMALE)
        world.reception.accept(person, IDENTITY)
        silent, telling = replace(REPORT, age_band=None), replace(REPORT, message_id="MSG-2", occurred_at=LATER)
        visit_id = world.visit(silent).visit_id
        assert world.guide(visit_id).made.sections
        world.visit(telling)
        assert world.guide(visit_id).made.sections == ()

    def test_a_consent_told_of_the_person_counts_for_her_visits(self, published: World) -> None:
        person = PersonReport(HOSPITAL, "M-1", "hl7", REPORT.occurred_at, None, Sex.UNKNOWN, consent=True)
        for _ in range(2):
            published.reception.accept(person, IDENTITY)
        published.visit(replace(REPORT, consent=None))
        assert len(pushes(published)) == 1
        assert len(published.envelopes(event_type="PersonDescribed")) == 1


class TestMerges:
    OLD, NEW = Identity("MRN-OLD", "VN-1", phone="+8613900000011"), Identity("MRN-NEW", "VN-2")

    def merge(self, world: World, merged: str = "MRN-OLD", survivor: str = "MRN-NEW", n: int = 1) -> None:
        report = MergeReport(HOSPITAL, f"A40-{n}", "hl7", f"2026-01-05T07:4{n}:00Z", merged)
        world.reception.accept(report, Identity(survivor, ""))
        world.settle()

    def person(self, world: World, number: str) -> tuple[str, Sequence[str]]:
        found = Persons(world.store).of(HOSPITAL, world.pseudonyms.patient(HOSPITAL, number))
        return found.root, found.numbers

    def test_the_merge_stands_on_both_streams_once(self, world: World) -> None:
        for _ in range(2):
            self.merge(world)
        merges = [e.event for e in world.envelopes(event_type="PatientsMerged")]
        old, new = (world.pseudonyms.patient(HOSPITAL, number) for number in ("MRN-OLD", "MRN-NEW"))
        assert [type(each) for each in merges] == [PatientsMerged] * 2
        assert {(each.merged, each.survivor) for each in merges} == {(old, new)}
        assert self.person(world, "MRN-OLD") == self.person(world, "MRN-NEW") == (new, (new, old))

    def test_what_the_merged_number_agreed_to_and_how_she_is_reached_serve_the_survivor(self, published: World) -> None:
        published.visit(replace(REPORT, diagnoses=()), self.OLD)
        self.merge(published)
        second = replace(REPORT, message_id="MSG-2", occurred_at=LATER, consent=None)
        published.visit(second, self.NEW)
        [push] = decisions(published)
        assert (type(push), getattr(push, "channel", "")) == (PushApproved, Channel.SMS)
        assert [m.to for m in published.messenger.sent if "/g/" in m.text] == [self.OLD.phone]

    def test_a_withdrawal_on_either_side_holds_for_the_person(self, published: World) -> None:
        published.visit(REPORT, replace(self.NEW, phone="+8613900000012"))
        published.room.refuse(published.guide_nonce())
        published.visit(replace(REPORT, message_id="MSG-2", diagnoses=()), self.OLD)
        self.merge(published)
        published.publish("met-start", METFORMIN_TOPIC)
        published.visit(replace(REPORT, message_id="MSG-3", occurred_at=LATER, consent=None), self.OLD)
        assert decisions(published)[-1].reason == "no_consent"

    def test_what_was_delivered_under_one_number_is_no_news_under_the_other(self, published: World) -> None:
        published.visit(REPORT, self.OLD)
        self.merge(published)
        published.visit(replace(REPORT, message_id="MSG-2", occurred_at=LATER), self.NEW)
        assert [each.reason for each in decisions(published)] == ["visit", "nothing_new"]

    def test_a_refusal_on_a_merged_numbers_guide_is_the_persons(self, published: World) -> None:
        published.visit(REPORT, self.OLD)
        self.merge(published)
        published.room.refuse(published.guide_nonce())
        root, _ = self.person(published, "MRN-OLD")
        assert not Persons(published.store).of(HOSPITAL, root).state.consents
        assert published.store.load(PATIENT, HOSPITAL, root).state.decisions

    @pytest.mark.parametrize("order", [(0, 1), (1, 0)])
    def test_chains_lead_to_their_end_whichever_link_came_first(self, world: World, order: tuple[int, int]) -> None:
        links = [("MRN-A", "MRN-B"), ("MRN-B", "MRN-C")]
        for each in order:
            self.merge(world, *links[each], n=each)
        a, b, c = (world.pseudonyms.patient(HOSPITAL, f"MRN-{name}") for name in "ABC")
        assert self.person(world, "MRN-A") == self.person(world, "MRN-C") == (c, (c, b, a))

    def test_a_merge_told_later_takes_the_number_elsewhere(self, world: World) -> None:
        self.merge(world, "MRN-A", "MRN-B", n=1)
        self.merge(world, "MRN-A", "MRN-C", n=2)
        _, _, c = (world.pseudonyms.patient(HOSPITAL, f"MRN-{name}") for name in "ABC")
        assert self.person(world, "MRN-A")[0] == c
        assert len(self.person(world, "MRN-B")[1]) == 1

    @pytest.mark.parametrize("links", [("AB", "BA"), ("AB", "BC", "CA"), ("AB", "BC", "BA")])
    def test_a_circle_is_refused_and_leaves_no_trace(self, world: World, links: tuple[str, ...]) -> None:
        for n, link in enumerate(links[:-1]):
            self.merge(world, f"MRN-{link[0]}", f"MRN-{link[1]}", n=n)
        before = world.snapshot()
        with pytest.raises(MergeCircular):
            self.merge(world, f"MRN-{links[-1][0]}", f"MRN-{links[-1][1]}", n=9)
        assert world.snapshot() == before

    def test_a_number_merged_into_itself_is_nothing(self, world: World) -> None:
        before = world.snapshot()
        self.merge(world, "MRN-A", "MRN-A")
        assert world.snapshot() == before


def test_rows_are_rebuilt_to_the_same_bytes_after_all_this(published: World) -> None:
    published.visit()
    published.visit(replace(REPORT, message_id="MSG-2", occurred_at=LATER, cancelled=True))
    TestMerges().merge(published, IDENTITY.patient_number)
    before = dict(published.read._rows)
    for stream in streams(published):
        published.projector.project(stream)
    assert dict(published.read._rows) == before
