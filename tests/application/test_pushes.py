"""Law 7: every push has a consent, a place in the budget and a reason; so has every push that was held back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from narrowcast.application.guides import guide_id_of
from narrowcast.application.ports import Contact, Message, UndeliverableError
from narrowcast.application.push_desk import reachable
from narrowcast.application.streams import GUIDE, PATIENT
from narrowcast.contracts.codec import timestamp
from narrowcast.domain.patient import FactsDelivered, PushApproved, PushHeldBack
from narrowcast.domain.pushing import PushRules
from narrowcast.domain.visit_report import Diagnosis, Identity
from narrowcast.domain.vocabulary import Channel, DiagnosisStatus, Section
from tests.support.newsroom import HOSPITAL, IDENTITY, METFORMIN_TOPIC, REPORT, World

NO_CONTACT = Identity(IDENTITY.patient_number, IDENTITY.visit_number)


def pushes(world: World) -> list[Message]:
    return [message for message in world.messenger.sent if "/g/" in message.text]


def decisions(world: World) -> list[object]:
    return [e.event for e in world.envelopes() if isinstance(e.event, PushApproved | PushHeldBack)]


def test_a_visit_with_consent_leads_to_one_push_with_its_reason(published: World) -> None:
    visit = published.visit()
    [message] = pushes(published)
    [approved] = published.envelopes(event_type="PushApproved")
    assert (message.channel, message.to) == (Channel.APP, IDENTITY.app_user)
    assert (approved.event.reason, approved.event.guide_id) == ("visit", guide_id_of(visit.visit_id))
    assert [type(e.event) for e in published.envelopes(approved.stream)][-1] is FactsDelivered
    assert [push.push_id for push in published.guide(visit.visit_id).pushes] == [approved.event.push_id]


def test_the_message_reveals_no_diagnosis_drug_or_department(published: World) -> None:
    published.publish("met-start", METFORMIN_TOPIC).visit()
    text = pushes(published)[-1].text
    assert not [word for word in ("糖尿病", "二甲双胍", "内分泌", "E11", "A10BA02") if word in text]
    assert "仁和医院" in text


@pytest.mark.parametrize(
    ("report", "identity", "reason"),
    [
        (replace(REPORT, consent=None), IDENTITY, "no_consent"),
        (replace(REPORT, consent=False), IDENTITY, "no_consent"),
        (REPORT, NO_CONTACT, "no_channel"),
    ],
)
def test_a_push_that_is_held_back_is_an_event_with_its_reason(
    published: World, report: object, identity: Identity, reason: str
) -> None:
    visit = published.visit(report, identity)  # type: ignore[arg-type]
    guide_id = guide_id_of(visit.visit_id)
    facts = published.guide(visit.visit_id).facts
    now = published.clock.now()
    assert decisions(published) == [
        PushHeldBack(f"{guide_id}.1", guide_id, reason, now, asked_for="visit", facts=facts)
    ]
    assert pushes(published) == []
    assert published.guide(visit.visit_id).made.sections


def test_every_guide_with_sections_has_a_decision_and_every_message_an_approval_with_consent(published: World) -> None:
    published.publish("met-start", METFORMIN_TOPIC)
    for number in range(6):
        report = replace(REPORT, message_id=f"MSG-{number}", medications=REPORT.medications if number == 3 else ())
        published.visit(report, replace(IDENTITY, visit_number=f"VN-{number}"))
        published.clock.advance(timedelta(days=1))
    made = {e.stream.rpartition("#")[2] for e in published.envelopes(event_type="GuideAssembled") if e.event.sections}
    assert made == {decision.guide_id for decision in decisions(published)}  # type: ignore[attr-defined]
    assert [type(decision).__name__ for decision in decisions(published)] == [
        "PushApproved",
        *["PushHeldBack"] * 2,
        "PushApproved",
        *["PushHeldBack"] * 2,
    ]
    assert len(pushes(published)) == 2


def test_a_consent_withdrawn_on_the_page_stops_the_next_push(published: World) -> None:
    published.visit()
    published.room.refuse(published.guide_nonce())
    second = replace(REPORT, message_id="MSG-2", consent=None)
    published.publish("met-start", METFORMIN_TOPIC).visit(second, replace(IDENTITY, visit_number="VN-2"))
    assert decisions(published)[-1].reason == "no_consent"  # type: ignore[attr-defined]


def test_an_update_of_the_same_visit_that_repeats_the_registered_consent_does_not_undo_a_withdrawal(
    published: World,
) -> None:
    published.visit()
    published.room.refuse(published.guide_nonce())
    later = replace(REPORT, message_id="MSG-2", occurred_at="2026-12-01T00:00:00Z", department="cardio")
    published.visit(later)
    patient = published.envelopes(event_type="ConsentWithdrawn")[-1].stream
    assert [e.type for e in published.envelopes() if e.stream == patient and e.type.startswith("Consent")] == [
        "ConsentGiven",
        "ConsentWithdrawn",
    ]


def test_a_consent_given_at_a_later_visit_counts_again(published: World) -> None:
    published.visit()
    published.room.refuse(published.guide_nonce())
    published.clock.advance(timedelta(days=30))
    later = replace(REPORT, message_id="MSG-2", occurred_at=timestamp(published.clock.now()))
    published.visit(later, replace(IDENTITY, visit_number="VN-2"))
    assert published.envelopes(event_type="ConsentGiven")[-1].version > 1


class TestBetweenApprovalAndSending:
    def test_a_consent_withdrawn_stops_the_message(self, published: World) -> None:
        approved, deliver = self._approve(published)
        published.reception.accept(replace(REPORT, message_id="MSG-2", consent=False), IDENTITY)
        deliver()
        assert pushes(published) == []
        guide = published.store.load(GUIDE, HOSPITAL, approved.guide_id).state
        assert [failure.reason for failure in guide.failures] == ["consent_withdrawn"]

    def test_an_address_that_is_gone_is_a_recorded_failure(self, published: World) -> None:
        approved, deliver = self._approve(published)
        published.vault.remove(published.envelopes(event_type="PushApproved")[0].stream)
        deliver()
        guide = published.store.load(GUIDE, HOSPITAL, approved.guide_id).state
        assert {failure.reason for failure in guide.failures} == {UndeliverableError.__name__}
        assert [failure.channel for failure in guide.failures] == [Channel.APP, Channel.SMS, Channel.MAIL]
        assert [failure.final for failure in guide.failures] == [False, False, True]
        assert guide.pushes == ()

    @pytest.mark.parametrize("change", ["withdrawn", "forgotten"])
    def test_what_was_delivered_stays_delivered_whatever_changes_later(self, published: World, change: str) -> None:
        published.visit()
        [approved] = published.envelopes(event_type="PushApproved")
        if change == "withdrawn":
            published.room.refuse(published.guide_nonce())
        else:
            published.vault.remove(approved.stream)
        before = published.settle().snapshot()
        published.dispatcher.dispatch(approved)
        assert published.snapshot() == before

    @staticmethod
    def _approve(world: World) -> tuple[PushApproved, Callable[[], None]]:
        accepted = world.reception.accept(REPORT, IDENTITY)
        world.deliver({"hospital": HOSPITAL, "visit_id": accepted.visit_id})
        [envelope] = world.envelopes(event_type="PushApproved")
        return envelope.event, lambda: world.dispatcher.dispatch(envelope)


def test_a_test_message_and_an_empty_guide_ask_for_no_push(published: World) -> None:
    published.visit(replace(REPORT, test=True))
    other = replace(REPORT, message_id="MSG-2", diagnoses=(Diagnosis("J00"),))
    empty = published.visit(other, replace(IDENTITY, visit_number="VN-2"))
    assert decisions(published) == []
    assert [gap.section for gap in published.guide(empty.visit_id).made.gaps] == list(Section)


def test_a_correction_takes_back_what_the_wrong_diagnosis_brought(published: World) -> None:
    first = published.visit()
    refuted = (replace(REPORT.diagnoses[0], status=DiagnosisStatus.REFUTED),)
    published.visit(replace(REPORT, message_id="MSG-2", diagnoses=refuted))
    guide = published.guide(first.visit_id)
    assert (guide.edition, guide.made.sections, guide.made.gaps) == (2, (), ())


def test_a_cancelled_visit_has_no_guide(published: World) -> None:
    visit = published.visit(replace(REPORT, cancelled=True))
    assert published.guide(visit.visit_id).assembled is None


def test_the_channels_that_reach_the_patient_are_tried_in_the_hospitals_order() -> None:
    everything = Contact(phone="1", email="2", app_user="3", openid="4")
    assert reachable(everything, PushRules()) == (Channel.APP, Channel.WECHAT, Channel.SMS, Channel.MAIL)
    assert reachable(everything, PushRules(channels=(Channel.MAIL, Channel.SMS))) == (Channel.MAIL, Channel.SMS)
    assert reachable(replace(everything, app_user="", phone=""), PushRules()) == (Channel.WECHAT, Channel.MAIL)
    assert reachable(Contact(), PushRules()) == ()
    assert reachable(None, PushRules()) == ()


def test_the_patients_answer_is_recorded_for_a_section_she_was_given(published: World) -> None:
    visit = published.visit()
    published.room.answer(published.guide_nonce(), Section.DISEASE, understood=False)
    assert published.guide(visit.visit_id).questioned == {Section.DISEASE}
    patient = published.store.load(PATIENT, HOSPITAL, visit.patient)
    assert patient.state.consents
