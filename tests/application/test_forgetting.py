"""Forgetting: the decision is an event, the destruction follows, and the log stays whole (laws 3, 4, 6, 8)."""

from __future__ import annotations

import json
import os
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from narrowcast.application.guides import GuideNoLongerOffered
from narrowcast.application.patients import PatientIsForgotten
from narrowcast.application.ports import Contact, KeyDestroyedError, RefusedMessage
from narrowcast.application.projections import count_gaps
from narrowcast.application.store import Actor
from narrowcast.application.streams import GUIDE, PATIENT, VISIT
from narrowcast.application.verification import verify_log
from narrowcast.contracts.codec import Envelope
from narrowcast.domain.guide import PushFailed
from narrowcast.domain.patient import PatientForgotten, PushHeldBack, TicketUnclear
from narrowcast.domain.visit_report import Identity, MergeReport
from narrowcast.domain.vocabulary import ForgettingReason, Section
from tests.support.newsroom import HOSPITAL, IDENTITY, OTHER_HOSPITAL, REPORT, World, payloads

OPERATOR = Actor("operator:cli")
REASON = ForgettingReason.PATIENT_REQUEST
PERSONAL = ("13900000077", "lan@patient.example", "app-user-77", "MRN-0001", "VN-7001")


@pytest.fixture
def visited(world: World) -> World:
    """A hospital whose patient has had a guide."""
    world.publish("dm-know").visit()
    return world


def patient_of(world: World) -> str:
    return world.pseudonyms.patient(HOSPITAL, IDENTITY.patient_number)


def subject_of(world: World) -> str:
    return PATIENT.stream(HOSPITAL, patient_of(world))


def forget(world: World) -> World:
    world.forgetting.forget(HOSPITAL, patient_of(world), reason=REASON, ticket="", actor=OPERATOR)
    return world.settle()


def bytes_of(world: World) -> bytes:
    """Everything that is kept anywhere, with whatever the key ring still opens opened."""
    kept = [repr(world.snapshot()).encode(), payloads(world), *world.refusals.bodies.values()]
    opened = (world.ring.unseal(subject, sealed) for subject, sealed in world.vault._contacts.items())
    return b"\n".join([*kept, *filter(None, opened)])


def refused(world: World, raw: bytes, hospital: str = HOSPITAL) -> str:
    refusal_id = world.ids.new_id()
    world.refusals.keep(RefusedMessage(refusal_id, hospital, "2026-01-05T08:00:00Z", "hl7", ()), raw)
    return refusal_id


class TestTheDecision:
    def test_is_an_event_with_its_reason_and_its_ticket(self, visited: World) -> None:
        visited.forgetting.forget(HOSPITAL, patient_of(visited), reason=REASON, ticket="DSR-104", actor=OPERATOR)
        [event] = visited.envelopes(subject_of(visited), "PatientForgotten")
        assert (event.event, event.actor) == (PatientForgotten(REASON, "DSR-104"), "operator:cli")

    def test_is_final_and_taken_once(self, visited: World) -> None:
        later = ForgettingReason.RETENTION_EXPIRED
        told = [
            visited.forgetting.forget(HOSPITAL, patient_of(visited), reason=reason, ticket="", actor=OPERATOR)
            for reason in (REASON, later)
        ]
        assert [new for new, _ in told] == [True, False]
        assert len(visited.envelopes(event_type="PatientForgotten")) == 1

    def test_destroys_nothing_while_it_is_not_recorded(self, visited: World) -> None:
        with pytest.raises(TicketUnclear):
            visited.forgetting.forget(HOSPITAL, patient_of(visited), reason=REASON, ticket="王秀兰", actor=OPERATOR)
        assert visited.vault.contact(subject_of(visited)) is not None

    def test_is_carried_out_from_the_log_when_the_operator_never_came_to_it(self, visited: World) -> None:
        erasure = visited.forgetting.erasure
        broken = replace(visited.forgetting, erasure=replace(erasure, vault=Broken()))  # type: ignore[arg-type]
        with pytest.raises(ConnectionError):
            broken.forget(HOSPITAL, patient_of(visited), reason=REASON, ticket="", actor=OPERATOR)
        assert visited.vault.contact(subject_of(visited)) is not None
        visited.settle()
        assert visited.vault.contact(subject_of(visited)) is None


class Broken:
    """A vault that is out of reach."""

    def contact(self, _: str) -> Contact:
        raise ConnectionError


class TestAfterwards:
    def test_no_personal_value_is_kept_anywhere(self, visited: World) -> None:
        sealed = visited.ring.seal(subject_of(visited), "夜里咳嗽".encode())
        refused(visited, b"PID|1||MRN-0001^^^renhe^MR||X")
        before = bytes_of(visited)
        assert [each for each in PERSONAL[:4] if each.encode() not in before] == []
        forget(visited)
        kept = bytes_of(visited).replace(
            repr(visited.messenger.sent).encode(), b""
        )  # what has left is not ours to take back
        assert [each for each in PERSONAL if each.encode() in kept] == []
        assert visited.ring.unseal(subject_of(visited), sealed) is None
        with pytest.raises(KeyDestroyedError):
            visited.ring.seal(subject_of(visited), b"later")

    def test_the_chain_verifies_rebuilds_work_and_statistics_count(self, visited: World) -> None:
        rows = dict(visited.read._rows)
        gaps = count_gaps(visited.read, HOSPITAL)
        forget(visited)
        assert verify_log(visited.log, visited.key).faults == ()
        assert count_gaps(visited.read, HOSPITAL) == gaps
        rebuilt = World(log=visited.log, clock=visited.clock, ids=visited.ids, key=visited.key)
        for stream in {commit.stream for commit in visited.log.scan()}:
            rebuilt.projector.project(stream)
        assert dict(rebuilt.read._rows) == dict(visited.read._rows) == rows

    def test_the_guides_link_opens_nothing_and_answers_nothing(self, visited: World) -> None:
        nonce = visited.guide_nonce()
        forget(visited)
        for use in (
            lambda: visited.room.show(nonce),
            lambda: visited.room.answer(nonce, Section.DISEASE, understood=True),
            lambda: visited.room.refuse(nonce),
        ):
            with pytest.raises(GuideNoLongerOffered):
                use()

    def test_the_others_keep_what_is_theirs(self, visited: World) -> None:
        visited.visit(replace(REPORT, message_id="M-2"), replace(IDENTITY, patient_number="MRN-2", visit_number="VN-2"))
        forget(visited)
        other = PATIENT.stream(HOSPITAL, visited.pseudonyms.patient(HOSPITAL, "MRN-2"))
        assert visited.vault.contact(other) == Contact(IDENTITY.phone, IDENTITY.email, IDENTITY.app_user)
        assert visited.room.show(visited.guide_nonce()).sections

    def test_there_is_no_file_to_give_to_anybody(self, visited: World) -> None:
        forget(visited)
        with pytest.raises(PatientIsForgotten):
            visited.files.open(HOSPITAL, patient_of(visited))


class TestLaterMessages:
    def test_a_visit_is_recorded_under_the_pseudonym_and_held_back_with_the_reason(self, visited: World) -> None:
        forget(visited)
        sent = len(visited.messenger.sent)
        later = replace(REPORT, message_id="M-9", consent=True)
        accepted = visited.visit(later, replace(IDENTITY, visit_number="VN-9"))
        assert visited.store.load(VISIT, HOSPITAL, accepted.visit_id).state.patient == patient_of(visited)
        held_back = [
            each.event for each in visited.envelopes(subject_of(visited)) if isinstance(each.event, PushHeldBack)
        ]
        assert [each.reason for each in held_back] == ["patient_forgotten"]
        assert len(visited.messenger.sent) == sent

    def test_no_contact_and_no_consent_come_back(self, visited: World) -> None:
        forget(visited)
        visited.visit(replace(REPORT, message_id="M-9", consent=True), replace(IDENTITY, visit_number="VN-9"))
        assert visited.vault.contact(subject_of(visited)) is None
        assert visited.store.load(PATIENT, HOSPITAL, patient_of(visited)).state.consents == frozenset()

    def test_a_push_that_was_approved_but_not_sent_fails_with_the_reason(self, visited: World) -> None:
        approved = visited.envelopes(event_type="PushApproved")[0]
        silent = World(
            log=visited.log,
            clock=visited.clock,
            ids=visited.ids,
            key=visited.key,
            index=visited.index,
            ring=visited.ring,
        )
        silent.forgetting.forget(HOSPITAL, patient_of(silent), reason=REASON, ticket="", actor=OPERATOR)
        undelivered = replace(approved, event=replace(approved.event, push_id="g-x.9"))
        silent.dispatcher.dispatch(undelivered)
        guide = GUIDE.stream(HOSPITAL, approved.event.guide_id)
        failures = [each.event for each in silent.envelopes(guide) if isinstance(each.event, PushFailed)]
        assert [each.reason for each in failures] == ["patient_forgotten"]
        assert silent.messenger.sent == []


class TestTwoNumbersOfOnePerson:
    """Whichever number she asks under, and whenever the hospital tells that both are hers."""

    OTHER = replace(IDENTITY, patient_number="MRN-0002", visit_number="VN-2", phone="+8613900000088")
    MERGE = MergeReport(HOSPITAL, "MSG-A40", "hl7", "2026-01-05T08:00:00Z", merged="MRN-0002")

    def merged(self, world: World) -> tuple[str, str]:
        world.visit(replace(REPORT, message_id="M-2"), self.OTHER)
        world.reception.accept(self.MERGE, Identity("MRN-0001", ""))
        world.settle()
        return patient_of(world), world.pseudonyms.patient(HOSPITAL, "MRN-0002")

    @pytest.mark.parametrize("asked", [0, 1])
    def test_both_are_forgotten(self, visited: World, asked: int) -> None:
        numbers = self.merged(visited)
        visited.forgetting.forget(HOSPITAL, numbers[asked], reason=REASON, ticket="", actor=OPERATOR)
        visited.settle()
        assert [visited.vault.contact(PATIENT.stream(HOSPITAL, number)) for number in numbers] == [None, None]
        assert len(visited.envelopes(event_type="PatientForgotten")) == 2
        assert verify_log(visited.log, visited.key).faults == ()

    def test_the_file_holds_what_is_known_under_both(self, visited: World) -> None:
        numbers = self.merged(visited)
        for asked in numbers:
            file = visited.files.open(HOSPITAL, asked)
            assert (file.numbers, len(file.visits), len(file.guides)) == (numbers, 2, 2)

    def test_a_merge_told_later_brings_nothing_back_and_nothing_goes_out(self, visited: World) -> None:
        forget(visited)
        visited.visit(replace(REPORT, message_id="M-2"), self.OTHER)
        sent = len(visited.messenger.sent)
        visited.reception.accept(self.MERGE, Identity("MRN-0001", ""))
        visited.visit(replace(REPORT, message_id="M-3"), replace(self.OTHER, visit_number="VN-3"))
        assert visited.vault.contact(subject_of(visited)) is None
        assert len(visited.messenger.sent) == sent


ABOUT_HER = {
    "hl7": "PID|1||MRN-0001^^^renhe^MR~110105^^^^NNCHN||王秀兰\rPV1|1|O".encode(),
    "hl7-other-delimiters": b"MSH#*~\\&#HIS\rPID#1##MRN-0001*",
    "json": json.dumps({"patient_number": "MRN-0001", "name": "王秀兰"}).encode(),
    "fhir": json.dumps({"identifier": [{"value": "MRN-0001"}]}).encode(),
    "utf-16": '{"patient_number": "MRN-0001"}'.encode("utf-16"),
    "her-visit": b"PID|1||||X\rPV1|1|O|||||||||||||||||VN-7001",
    "her-phone": b"PID|1||||X||||||||139-0000 0077",
    "her-mail": b'{"email": "LAN@patient.example"}',
}
ABOUT_OTHERS = {
    "another-number": b"PID|1||MRN-00012^^^renhe^MR||X",
    "another-phone": b"PID|1||P8||X||||||||13900000078",
    "nothing": b"",
    "noise": os.urandom(2000),
}


class TestRefusedMessages:
    @pytest.mark.parametrize("kind", sorted(ABOUT_HER))
    def test_one_about_the_patient_is_removed(self, visited: World, kind: str) -> None:
        refused(visited, ABOUT_HER[kind])
        forget(visited)
        assert visited.refusals.bodies == {}
        assert len(list(visited.refusals.list(HOSPITAL))) == 1

    @pytest.mark.parametrize("kind", sorted(ABOUT_OTHERS))
    def test_one_about_somebody_else_stays(self, visited: World, kind: str) -> None:
        refusal_id = refused(visited, ABOUT_OTHERS[kind])
        forget(visited)
        assert set(visited.refusals.bodies) == {refusal_id}

    def test_those_of_another_hospital_are_not_looked_at(self, visited: World) -> None:
        refusal_id = refused(visited, ABOUT_HER["json"], OTHER_HOSPITAL)
        forget(visited)
        assert set(visited.refusals.bodies) == {refusal_id}


MOMENTS = ("visit", "update", "push", "page", "forget", "redeliver")


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(history=st.lists(st.sampled_from(MOMENTS), max_size=8), before=st.integers(0, 8))
def test_forgetting_at_any_moment_leaves_chain_and_rebuild_intact(history: list[str], before: int) -> None:
    world = World().open_hospital().publish("dm-know")
    moments = [*history[:before], "forget", *history[before:]]
    for number, moment in enumerate(moments):
        happen(world, moment, number)
    world.settle()
    assert verify_log(world.log, world.key).faults == ()
    assert world.vault.contact(subject_of(world)) is None
    rebuilt = World(log=world.log, clock=world.clock, ids=world.ids, key=world.key)
    for stream in {commit.stream for commit in world.log.scan()}:
        rebuilt.projector.project(stream)
    assert dict(rebuilt.read._rows) == dict(world.read._rows)
    forgotten_at = next(e.version for e in world.envelopes(subject_of(world)) if e.type == "PatientForgotten")
    assert [e for e in after(world, forgotten_at) if e.type in ("ConsentGiven", "PushApproved")] == []


def after(world: World, version: int) -> list[Envelope]:
    return [each for each in world.envelopes(subject_of(world)) if each.version > version]


def happen(world: World, moment: str, number: int) -> None:
    """Let one thing happen in a patient's history."""
    if moment == "visit":
        world.visit(replace(REPORT, message_id=f"M-{number}"), replace(IDENTITY, visit_number=f"VN-{number}"))
    elif moment == "update":
        world.visit(replace(REPORT, message_id=f"M-{number}", consent=False), IDENTITY)
    elif moment == "push":
        world.reception.accept(replace(REPORT, message_id=f"M-{number}"), Identity("MRN-0001", f"VN-{number}"))
    elif moment == "forget":
        world.forgetting.forget(HOSPITAL, patient_of(world), reason=REASON, ticket="", actor=OPERATOR)
    elif moment == "redeliver":
        for envelope in world.envelopes(subject_of(world)):
            world.dispatcher.dispatch(envelope)
    elif world.envelopes(event_type="GuidePushed") and not world.envelopes(event_type="PatientForgotten"):
        world.room.answer(world.guide_nonce(), Section.DISEASE, understood=bool(number % 2))
