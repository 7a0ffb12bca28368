"""Hospitals, doctors, facts and messages as they come in: what is kept where, and what is refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from narrowcast.application.hospitals import ContactIncomplete, HospitalUnknown, department_head, local_date, profile_of
from narrowcast.application.ports import Contact
from narrowcast.application.streams import FACT, PATIENT, SIGNER, VISIT
from narrowcast.domain.hospital import HospitalAlreadyRegistered
from narrowcast.domain.patient import ConsentGiven, ConsentWithdrawn
from narrowcast.domain.signer import SignerLeft
from narrowcast.domain.visit_report import VisitReport
from narrowcast.domain.vocabulary import Purpose
from tests.support.newsroom import (
    CHEN,
    CHEN_PROFILE,
    CONTACTS,
    EDITOR,
    HOSPITAL,
    IDENTITY,
    LI,
    PROFILE,
    REPORT,
    STATEMENT,
    World,
)


class TestHospitalsAndDoctors:
    def test_a_hospital_has_one_set_of_particulars(self, world: World) -> None:
        with pytest.raises(HospitalAlreadyRegistered):
            world.registry.register_hospital(HOSPITAL, replace(PROFILE, name="康宁医院"), EDITOR)

    def test_the_day_is_that_of_the_hospital(self, world: World) -> None:
        evening = datetime(2026, 1, 5, 16, 30, tzinfo=UTC)
        assert local_date(profile_of(world.store, HOSPITAL), evening) == date(2026, 1, 6)

    @pytest.mark.parametrize("contact", [Contact(phone="+8613800000001"), Contact(email="chen@renhe.example")])
    def test_a_doctor_without_two_channels_is_not_registered(self, world: World, contact: Contact) -> None:
        with pytest.raises(ContactIncomplete):
            world.registry.register_signer(HOSPITAL, replace(CHEN_PROFILE, signer_id="sg-new"), contact, EDITOR)
        assert world.vault.contact(SIGNER.stream(HOSPITAL, "sg-new")) is None

    def test_a_doctors_address_is_in_the_vault_alone(self, world: World) -> None:
        assert world.vault.contact(SIGNER.stream(HOSPITAL, CHEN)) == CONTACTS[CHEN]

    def test_nobody_is_registered_at_an_unknown_hospital(self, world: World) -> None:
        with pytest.raises(HospitalUnknown):
            world.registry.register_signer("nowhere", CHEN_PROFILE, CONTACTS[CHEN], EDITOR)
        with pytest.raises(HospitalUnknown):
            world.facts.propose("nowhere", "f-1", STATEMENT, CHEN, EDITOR)

    def test_the_head_of_a_department_is_found_while_he_is_there(self, world: World) -> None:
        assert department_head(world.read, HOSPITAL, "endo") == LI
        assert department_head(world.read, HOSPITAL, "cardio") is None
        world.store.execute(SIGNER, HOSPITAL, LI, lambda _: (SignerLeft(date(2026, 1, 1)),), EDITOR)
        assert department_head(world.settle().read, HOSPITAL, "endo") is None


class TestMessages:
    def test_a_message_for_an_unknown_hospital_leaves_no_trace(self, world: World) -> None:
        before = world.snapshot()
        with pytest.raises(HospitalUnknown):
            world.reception.accept(replace(REPORT, hospital="nowhere"), IDENTITY)
        assert world.snapshot() == before

    def test_the_same_message_again_has_the_same_answer_and_no_second_effect(self, world: World) -> None:
        first = world.visit()
        before = world.snapshot()
        assert world.visit() == first
        assert world.snapshot() == before

    def test_the_same_control_id_from_another_format_is_another_message(self, world: World) -> None:
        first = world.visit()
        second = world.visit(replace(REPORT, message_format="fhir", medications=(), diagnoses=()))
        assert (second.visit_id, second.version) == (first.visit_id, first.version + 1)
        third = world.visit(replace(REPORT, message_format="hl7", sender="HIS-2"))
        assert (third.version, len(third.state.messages)) == (first.version + 2, 3)

    def test_two_interfaces_may_use_the_same_control_id(self, world: World) -> None:
        first = world.visit(replace(REPORT, sender="HIS-1"))
        second = world.visit(replace(REPORT, sender="HIS-2"))
        assert (second.visit_id, second.version) == (first.visit_id, first.version + 1)

    def test_consent_is_recorded_as_the_message_tells_it_and_silence_changes_nothing(self, world: World) -> None:
        for number, consent in enumerate((True, None, True, False, None)):
            at = f"2026-01-05T07:3{number}:00Z"
            world.visit(replace(REPORT, message_id=f"MSG-{number}", occurred_at=at, consent=consent))
        stream = PATIENT.stream(HOSPITAL, world.visit().patient)
        purpose = Purpose.PERSONAL_EDUCATION
        told = [e.event for e in world.envelopes(stream) if isinstance(e.event, ConsentGiven | ConsentWithdrawn)]
        assert [(type(each), each.purpose, each.evidence, each.decided_at[:19], each.heard) for each in told] == [
            (ConsentGiven, purpose, "his:json", "2026-01-05T07:30:00", 1),
            (ConsentWithdrawn, purpose, "his:json", "2026-01-05T07:33:00", 4),
        ]

    @pytest.mark.parametrize("repeated", [REPORT, replace(REPORT, message_id="MSG-2")], ids=["repeated", "late"])
    def test_a_message_from_before_a_withdrawal_does_not_give_the_consent_back(
        self, published: World, repeated: VisitReport
    ) -> None:
        patient = published.visit().patient
        published.room.refuse(published.guide_nonce())
        published.visit(repeated)
        assert not published.store.load(PATIENT, HOSPITAL, patient).state.consents

    def test_two_visits_of_one_patient_share_her_pseudonym(self, world: World) -> None:
        first = world.visit()
        second = world.visit(replace(REPORT, message_id="MSG-2"), replace(IDENTITY, visit_number="VN-2"))
        assert (first.patient, first.visit_id != second.visit_id) == (second.patient, True)
        assert world.envelopes(VISIT.stream(HOSPITAL, second.visit_id))[0].correlation_id == second.visit_id


def test_a_fact_is_proposed_approved_superseded_and_retired(world: World) -> None:
    newer = replace(STATEMENT, text="2型糖尿病是一种慢性病。")
    world.facts.supersede(HOSPITAL, "dm-what", newer, LI, EDITOR)
    world.facts.retire(HOSPITAL, "dm-what", "指南更新", LI, EDITOR)
    assert [envelope.type for envelope in world.envelopes(FACT.stream(HOSPITAL, "dm-what"))] == [
        "FactProposed",
        "FactApproved",
        "FactSuperseded",
        "FactRetired",
    ]
    row = world.settle().read.get(f"{HOSPITAL}/fact", "dm-what")
    assert row
    assert (row["version"], row["status"], row["text"]) == (2, "retired", newer.text)
