"""The way of a piece: every step, every refusal, and every repetition that must change nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from narrowcast.application.streams import CONTENT
from narrowcast.domain import content
from narrowcast.domain.content import (
    ChannelVerdict,
    CitedFact,
    ComplianceChecked,
    ContentExpired,
    ContentPublished,
    ContentRecalled,
    ContentRejected,
    ContentSigned,
    ContentTagged,
    Decision,
    DraftAccepted,
    DraftEdited,
    DraftGenerated,
    FactsChecked,
    Objection,
    Signature,
    SignaturePhase,
    SignatureRequested,
    Status,
    Tags,
    TopicPlanned,
)
from narrowcast.domain.control.readability import assess
from narrowcast.domain.draft import Draft, FactRef, Sentence
from narrowcast.domain.errors import Refusal
from narrowcast.domain.vocabulary import Audience, Form, Risk, Section
from tests.support.scenario import Given, given

FACT = FactRef("dm-what", 1)
TOPIC = TopicPlanned(
    "认识2型糖尿病",
    Form.ARTICLE,
    Section.DISEASE,
    Tags(("E11",), (), (), (), Audience.PATIENT),
    (FACT,),
    "sg-chen",
    "endo",
    (),
)
TEXT = Draft("认识2型糖尿病", (Sentence("2型糖尿病是一种慢性病。", (FACT,)),))
BETTER = Draft("认识2型糖尿病", (Sentence("2型糖尿病是慢性病，需要长期管理。", (FACT,)),))
OBJECTION = Objection(0, "number", "7.0%", "8.0%")
CITED = CitedFact(FACT, "ab" * 32, date(2026, 6, 30), "sg-li", Risk.GENERAL)
CLEAR = (ChannelVerdict("patient", "pass", ()), ChannelVerdict("douyin", "block", ("cure",)))
BLOCKED = (ChannelVerdict("patient", "block", ("cure",)),)
NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)

GENERATED = DraftGenerated(1, TEXT, "reciter")
SUPPORTED = FactsChecked(1, "1.0.0", True, (), (CITED,))  # noqa: FBT003 - the verdict
REFUSED = FactsChecked(1, "1.0.0", False, (OBJECTION,), (CITED,))  # noqa: FBT003
COMPLIANT = ComplianceChecked(1, "2026.11", True, CLEAR)  # noqa: FBT003
ACCEPTED = DraftAccepted(1)
ASKED = SignatureRequested("r1", 1, "h1", "sg-chen", SignaturePhase.FIRST, NOON)
SIGNED = ContentSigned(
    "r1",
    1,
    "h1",
    "sg-chen",
    "陈怡然",
    "主治医师",
    "内分泌科",
    NOON,
    "标识",
    "sms_code",
    Signature("c2ln", "k", "ECDSA_SHA_256"),
)
REJECTED = ContentRejected("r1", 1, "sg-chen", "请写明随访频率")
TAGGED = ContentTagged(1, "article", 120, 1)
PUBLISHED = ContentPublished(1, ("patient",), date(2026, 6, 30))
DECISION = Decision("r1", "sg-chen", 1, "h1")

PLANNED = (TOPIC,)
DRAFTED = (*PLANNED, GENERATED)
CHECKED = (*DRAFTED, SUPPORTED, COMPLIANT)
AT_DOCTOR = (*CHECKED, ACCEPTED, ASKED)
AFTER_SIGNING = (*AT_DOCTOR, SIGNED)
AFTER_PUBLICATION = (*AFTER_SIGNING, TAGGED, PUBLISHED)
SENT_BACK = (*AT_DOCTOR, REJECTED)


def piece(*events: Any) -> Given:
    return given(CONTENT, *events)


def asks(phase: SignaturePhase, request_id: str = "r2") -> dict[str, Any]:
    return {"request_id": request_id, "document_hash": "h1", "signer_id": "sg-li", "phase": phase, "expires_at": NOON}


class TestPlanning:
    def test_a_topic_is_planned_once(self) -> None:
        piece().when(content.plan_topic, TOPIC).then(TOPIC)
        piece(TOPIC).when(content.plan_topic, TOPIC).then_nothing()

    def test_another_plan_under_the_same_id_is_refused(self) -> None:
        other = replace(TOPIC, title="低血糖")
        piece(TOPIC).when(content.plan_topic, other).refused(content.TopicAlreadyPlanned, field="content_id")

    @pytest.mark.parametrize(
        "decide",
        [
            lambda s: content.record_draft(s, draft=TEXT, drafter="reciter"),
            lambda s: content.record_facts_check(s, checker="1", objections=(), cited=()),
            lambda s: content.record_compliance(s, pack="1", channels=CLEAR),
            lambda s: content.request_signature(s, **asks(SignaturePhase.FIRST)),
            lambda s: content.sign(s, DECISION, SIGNED),
            lambda s: content.reject(s, DECISION, reason="不妥"),
            lambda s: content.recall(s, reason="事实更新"),
        ],
    )
    def test_nothing_can_be_done_to_a_piece_that_was_never_planned(self, decide: Callable[[Any], Any]) -> None:
        piece().when(decide).refused(content.ContentUnknown, field="content_id")


class TestDrafting:
    def test_a_planned_piece_takes_one_draft(self) -> None:
        piece(*PLANNED).when(content.record_draft, draft=TEXT, drafter="reciter").then(GENERATED)
        piece(*DRAFTED).when(content.record_draft, draft=BETTER, drafter="reciter").then_nothing()

    def test_a_refused_machine_draft_is_written_again(self) -> None:
        again = DraftGenerated(2, BETTER, "reciter")
        piece(*DRAFTED, REFUSED).when(content.record_draft, draft=BETTER, drafter="reciter").then(again)

    def test_after_three_machine_drafts_a_person_takes_over(self) -> None:
        refusals = [
            event for n in (1, 2, 3) for event in (replace(GENERATED, revision=n), replace(REFUSED, revision=n))
        ]
        assert content.wants_draft(piece(TOPIC, *refusals[:4]).state)
        assert not content.wants_draft(piece(TOPIC, *refusals).state)

    def test_no_machine_writes_over_an_editor(self) -> None:
        edited = (*CHECKED, DraftEdited(2, BETTER), replace(REFUSED, revision=2))
        assert not content.wants_draft(piece(*edited).state)

    def test_a_supported_draft_is_not_written_again(self) -> None:
        assert not content.wants_draft(piece(*DRAFTED, SUPPORTED).state)


class TestChecking:
    def test_a_version_is_judged_against_its_facts_once(self) -> None:
        verdict = {"checker": "1.0.0", "objections": (), "cited": (CITED,)}
        piece(*DRAFTED).when(content.record_facts_check, **verdict).then(SUPPORTED)
        piece(*DRAFTED, REFUSED).when(content.record_facts_check, **verdict).then_nothing()

    def test_one_objection_fails_the_version(self) -> None:
        verdict = {"checker": "1.0.0", "objections": (OBJECTION,), "cited": (CITED,)}
        piece(*DRAFTED).when(content.record_facts_check, **verdict).then(REFUSED)

    def test_a_version_is_judged_for_its_channels_once(self) -> None:
        piece(*DRAFTED).when(content.record_compliance, pack="2026.11", channels=CLEAR).then(COMPLIANT)
        piece(*DRAFTED, COMPLIANT).when(content.record_compliance, pack="2026.11", channels=BLOCKED).then_nothing()

    @pytest.mark.parametrize("channels", [BLOCKED, (ChannelVerdict("douyin", "pass", ()),), ()])
    def test_only_a_verdict_for_the_hospitals_own_patient_lets_it_pass(
        self, channels: tuple[ChannelVerdict, ...]
    ) -> None:
        failed = ComplianceChecked(1, "2026.11", False, channels)  # noqa: FBT003
        piece(*DRAFTED).when(content.record_compliance, pack="2026.11", channels=channels).then(failed)

    @pytest.mark.parametrize("events", [PLANNED, (*CHECKED, ACCEPTED), AFTER_SIGNING, AFTER_PUBLICATION])
    def test_no_verdict_comes_before_the_draft_or_after_the_editor(self, events: tuple[Any, ...]) -> None:
        piece(*events).when(content.record_facts_check, checker="1", objections=(), cited=()).then_nothing()
        piece(*events).when(content.record_compliance, pack="1", channels=CLEAR).then_nothing()


class TestEditing:
    def test_an_edit_makes_a_new_version_without_verdicts(self) -> None:
        piece(*CHECKED).when(content.edit, revision=1, draft=BETTER).then(DraftEdited(2, BETTER))
        state = piece(*CHECKED, DraftEdited(2, BETTER)).state
        assert (state.revision, state.draft, state.facts_check, state.compliance) == (2, BETTER, None, None)

    def test_the_same_text_again_is_no_edit(self) -> None:
        piece(*CHECKED).when(content.edit, revision=1, draft=TEXT).then_nothing()

    def test_an_edit_of_an_older_version_is_refused(self) -> None:
        events = (*CHECKED, DraftEdited(2, BETTER), replace(SUPPORTED, revision=2), replace(COMPLIANT, revision=2))
        piece(*events).when(content.edit, revision=1, draft=TEXT).refused(content.StaleRevision, field="revision")

    @pytest.mark.parametrize("events", [DRAFTED, (*DRAFTED, SUPPORTED), (*DRAFTED, COMPLIANT), AT_DOCTOR])
    def test_no_edit_before_both_verdicts_or_at_the_doctor(self, events: tuple[Any, ...]) -> None:
        piece(*events).when(content.edit, revision=1, draft=BETTER).refused(content.NotAwaitingThis, field="content_id")

    def test_a_version_with_both_verdicts_is_accepted_once(self) -> None:
        piece(*CHECKED).when(content.accept, revision=1).then(ACCEPTED)
        piece(*AT_DOCTOR).when(content.accept, revision=1).then_nothing()

    @pytest.mark.parametrize(
        "verdicts",
        [(REFUSED, COMPLIANT), (SUPPORTED, ComplianceChecked(1, "2026.11", False, BLOCKED))],  # noqa: FBT003
    )
    def test_a_version_that_failed_a_check_is_not_accepted(self, verdicts: tuple[Any, ...]) -> None:
        piece(*DRAFTED, *verdicts).when(content.accept, revision=1).refused(
            content.DraftNotSupported, field="sentences"
        )

    def test_a_version_is_accepted_at_the_hospitals_gate_and_refused_below_it(self) -> None:
        score = assess(TEXT).score
        piece(*CHECKED).when(content.accept, revision=1, readability_gate=score).then(ACCEPTED)
        piece(*CHECKED).when(content.accept, revision=1, readability_gate=score + 1).refused(
            content.TooHardToRead, field="sentences"
        )
        piece(*AT_DOCTOR).when(content.accept, revision=1, readability_gate=100).then_nothing()

    def test_a_text_that_is_hard_to_read_is_refused_with_every_reason(self) -> None:
        with pytest.raises(content.TooHardToRead) as refusal:
            content.accept(piece(*CHECKED).state, revision=1, readability_gate=100)
        assert all(reason.message in refusal.value.message for reason in assess(TEXT).reasons)
        assert "低于本院要求的100分" in refusal.value.message

    def test_an_older_version_is_not_accepted(self) -> None:
        piece(*CHECKED).when(content.accept, revision=0).refused(content.StaleRevision, field="revision")

    def test_what_the_doctor_sent_back_must_be_changed_first(self) -> None:
        piece(*SENT_BACK).when(content.accept, revision=1).refused(content.RejectedUnchanged, field="revision")
        changed = (*SENT_BACK, DraftEdited(2, BETTER), replace(SUPPORTED, revision=2), replace(COMPLIANT, revision=2))
        piece(*changed).when(content.accept, revision=2).then(DraftAccepted(2))


class TestAskingForASignature:
    @pytest.mark.parametrize("phase", list(SignaturePhase))
    def test_a_doctor_is_asked_once_per_phase(self, phase: SignaturePhase) -> None:
        request = SignatureRequested("r2", 1, "h1", "sg-li", phase, NOON)
        piece(*CHECKED, ACCEPTED).when(content.request_signature, **asks(phase)).then(request)
        piece(*CHECKED, ACCEPTED, request).when(content.request_signature, **asks(phase, "r3")).then_nothing()

    @pytest.mark.parametrize(
        "events", [PLANNED, CHECKED, SENT_BACK, AFTER_SIGNING, (*AT_DOCTOR, ContentExpired("late"))]
    )
    def test_nobody_is_asked_for_a_piece_that_is_not_at_the_doctor(self, events: tuple[Any, ...]) -> None:
        piece(*events).when(content.request_signature, **asks(SignaturePhase.REMINDER)).then_nothing()

    def test_a_reminder_and_an_escalation_stay_open_beside_the_first_request(self) -> None:
        escalated = SignatureRequested("r2", 1, "h1", "sg-li", SignaturePhase.ESCALATION, NOON)
        by_the_head = replace(DECISION, request_id="r2", signer_id="sg-li")
        for decision in (DECISION, by_the_head):
            piece(*AT_DOCTOR, escalated).when(content.sign, decision, SIGNED).then(SIGNED)


DECIDE: list[Callable[[Any, Decision], Any]] = [
    lambda state, decision: content.sign(state, decision, SIGNED),
    lambda state, decision: content.reject(state, decision, reason="不妥"),
]


@pytest.mark.parametrize("decide", DECIDE, ids=["sign", "reject"])
class TestWhatADoctorMayNotDecide:
    def test_twice(self, decide: Callable[[Any, Decision], Any]) -> None:
        piece(*AFTER_SIGNING).when(decide, DECISION).refused(content.ContentAlreadySigned, field="content_id")

    @pytest.mark.parametrize("events", [CHECKED, SENT_BACK, (*AT_DOCTOR, ContentExpired("late"))])
    def test_what_is_not_before_her(self, decide: Callable[[Any, Decision], Any], events: tuple[Any, ...]) -> None:
        piece(*events).when(decide, DECISION).refused(content.NotAwaitingThis, field="request_id")

    @pytest.mark.parametrize(
        ("change", "refusal", "field"),
        [
            ({"revision": 0}, content.StaleRevision, "revision"),
            ({"document_hash": "h0"}, content.StaleRevision, "document_hash"),
            ({"request_id": "r9"}, content.NotAwaitingThis, "request_id"),
            ({"signer_id": "sg-li"}, content.NotTheSigner, "signer"),
        ],
    )
    def test_anything_but_her_own_request_as_it_was_shown(
        self, decide: Callable[[Any, Decision], Any], change: dict[str, Any], refusal: type[Refusal], field: str
    ) -> None:
        piece(*AT_DOCTOR).when(decide, replace(DECISION, **change)).refused(refusal, field=field)

    def test_the_text_before_an_edit_that_came_after_a_rejection(self, decide: Callable[[Any, Decision], Any]) -> None:
        again = (
            *SENT_BACK,
            DraftEdited(2, BETTER),
            replace(SUPPORTED, revision=2),
            replace(COMPLIANT, revision=2),
            DraftAccepted(2),
            replace(ASKED, request_id="r2", revision=2, document_hash="h2"),
        )
        piece(*again).when(decide, DECISION).refused(content.StaleRevision, field="revision")
        old_request = replace(DECISION, revision=2, document_hash="h2")
        piece(*again).when(decide, old_request).refused(content.NotAwaitingThis, field="request_id")


class TestDeciding:
    def test_a_signature_is_recorded(self) -> None:
        piece(*AT_DOCTOR).when(content.sign, DECISION, SIGNED).then(SIGNED)
        assert piece(*AFTER_SIGNING).state.status is Status.SIGNED

    def test_a_rejection_is_recorded_with_its_reason(self) -> None:
        piece(*AT_DOCTOR).when(content.reject, DECISION, reason=" 请写明随访频率\n").then(REJECTED)
        state = piece(*SENT_BACK).state
        assert (state.status, state.rejection, state.requests) == (Status.DRAFTED, REJECTED, ())

    @pytest.mark.parametrize("reason", ["", " \n\u3000"])
    def test_a_rejection_without_a_reason_is_refused(self, reason: str) -> None:
        piece(*AT_DOCTOR).when(content.reject, DECISION, reason=reason).refused(
            content.RejectionNeedsReason, field="reason"
        )


class TestPublishing:
    def test_a_signed_piece_is_described_once(self) -> None:
        tags = {"style": "article", "characters": 120, "reading_minutes": 1}
        piece(*AFTER_SIGNING).when(content.record_tags, **tags).then(TAGGED)
        for events in (AT_DOCTOR, (*AFTER_SIGNING, TAGGED), (*AFTER_SIGNING, ContentRecalled("事实更新"))):
            piece(*events).when(content.record_tags, **tags).then_nothing()

    def test_a_signed_piece_opens_on_the_channels_that_do_not_block_it_until_its_first_fact_lapses(self) -> None:
        piece(*AFTER_SIGNING).when(content.publish, until=date(2027, 1, 1)).then(PUBLISHED)

    def test_a_piece_stays_open_no_longer_than_the_shelf_life(self) -> None:
        soon = replace(PUBLISHED, valid_until=date(2026, 2, 1))
        piece(*AFTER_SIGNING).when(content.publish, until=date(2026, 2, 1)).then(soon)

    @pytest.mark.parametrize("events", [PLANNED, CHECKED, AT_DOCTOR, SENT_BACK])
    def test_an_unsigned_piece_is_not_published(self, events: tuple[Any, ...]) -> None:
        piece(*events).when(content.publish, until=date(2027, 1, 1)).refused(
            content.NotAwaitingThis, field="content_id"
        )

    @pytest.mark.parametrize("events", [AFTER_PUBLICATION, (*AFTER_PUBLICATION, ContentRecalled("事实更新"))])
    def test_a_piece_is_published_once_and_never_after_its_end(self, events: tuple[Any, ...]) -> None:
        piece(*events).when(content.publish, until=date(2027, 1, 1)).then_nothing()

    def test_a_piece_is_shown_through_its_last_day_and_not_the_day_after(self) -> None:
        state = piece(*AFTER_PUBLICATION).state
        assert content.servable(state, on=date(2026, 6, 30))
        assert not content.servable(state, on=date(2026, 7, 1))

    @pytest.mark.parametrize("events", [(), PLANNED, CHECKED, AT_DOCTOR, AFTER_SIGNING, SENT_BACK])
    def test_no_piece_is_shown_before_its_publication(self, events: tuple[Any, ...]) -> None:
        assert not content.servable(piece(*events).state, on=date(2026, 1, 6))


class TestEnding:
    @pytest.mark.parametrize("events", [PLANNED, DRAFTED, CHECKED, AT_DOCTOR, SENT_BACK])
    def test_an_undecided_piece_expires_once(self, events: tuple[Any, ...]) -> None:
        piece(*events).when(content.expire, reason="late").then(ContentExpired("late"))
        piece(*events, ContentExpired("late")).when(content.expire, reason="late").then_nothing()

    @pytest.mark.parametrize("events", [(), AFTER_SIGNING, AFTER_PUBLICATION])
    def test_a_signed_piece_or_none_does_not_expire(self, events: tuple[Any, ...]) -> None:
        piece(*events).when(content.expire, reason="late").then_nothing()

    def test_a_recalled_piece_is_shown_no_more(self) -> None:
        piece(*AFTER_PUBLICATION).when(content.recall, reason="事实更新").then(ContentRecalled("事实更新"))
        recalled = piece(*AFTER_PUBLICATION, ContentRecalled("事实更新"))
        recalled.when(content.recall, reason="事实更新").then_nothing()
        assert not content.servable(recalled.state, on=date(2026, 1, 6))


class TestWhatWaitingWorkflowsAreTold:
    @pytest.mark.parametrize(
        ("events", "editing", "signing"),
        [
            (CHECKED, None, "rejected"),
            ((*CHECKED, DraftEdited(2, BETTER)), "edited", "rejected"),
            (AT_DOCTOR, "accepted", None),
            (SENT_BACK, None, "rejected"),
            (AFTER_SIGNING, "accepted", "signed"),
            (AFTER_PUBLICATION, "accepted", "signed"),
            ((*AT_DOCTOR, ContentExpired("late")), "withdrawn", "withdrawn"),
            ((*AFTER_PUBLICATION, ContentRecalled("事实更新")), "withdrawn", "withdrawn"),
        ],
    )
    def test_the_decision_follows_from_the_state(
        self, events: tuple[Any, ...], editing: str | None, signing: str | None
    ) -> None:
        state = piece(*events).state
        assert (content.editing_decision(state), content.signing_decision(state)) == (editing, signing)
