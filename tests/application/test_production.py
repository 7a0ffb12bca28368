"""The way of a piece through use cases, stream and workflow; law 4: a person's decision is an event first."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from narrowcast.application.hospitals import HospitalUnknown
from narrowcast.application.production import SignatureInvalid
from narrowcast.application.streams import CONTENT
from narrowcast.domain.content import NotAwaitingThis, SignaturePhase, Status
from narrowcast.domain.draft import Draft, FactRef, Sentence
from narrowcast.domain.fact import FactNotUsable, FactUnknown
from narrowcast.domain.signer import SignerNotEntitled, SignerUnknown
from narrowcast.domain.signing import digest_text
from tests.support.newsroom import CHEN, EDITOR, HOSPITAL, LI, STATEMENT, TOPIC, World

STREAM = CONTENT.stream(HOSPITAL, "dm-know")
DOSED = Draft("认识2型糖尿病", (Sentence("二甲双胍每次500mg，每日2次。", (FactRef("dm-what", 1),)),))


def types(world: World, stream: str = STREAM) -> list[str]:
    return [envelope.type for envelope in world.envelopes(stream)]


def test_a_piece_goes_from_its_plan_to_its_publication(world: World) -> None:
    world.publish("dm-know")
    assert types(world) == [
        "TopicPlanned",
        "DraftGenerated",
        "FactsChecked",
        "ComplianceChecked",
        "DraftAccepted",
        "SignatureRequested",
        "ContentSigned",
        "ContentTagged",
        "ContentPublished",
    ]
    assert world.content("dm-know").status is Status.PUBLISHED
    assert list(world.workflows.running("content_production")) == []


def test_every_event_names_who_acted(published: World) -> None:
    actors = {envelope.type: envelope.actor for envelope in published.envelopes(STREAM)}
    assert actors["DraftAccepted"] == EDITOR.name
    assert actors["ContentSigned"] == f"signer:{CHEN}"
    assert actors["FactsChecked"] == "system:CheckFacts"


def test_a_sentence_that_no_fact_supports_never_reaches_the_doctor(world: World) -> None:
    world.plan("dm-know").newsroom.edit(HOSPITAL, "dm-know", revision=1, draft=DOSED, actor=EDITOR)
    state = world.settle().content("dm-know")
    assert state.facts_check
    assert not state.facts_check.passed
    assert (state.status, state.revision, state.requests) == (Status.DRAFTED, 2, ())


def test_the_check_names_each_cited_fact_with_its_words_and_last_day_and_no_other(world: World) -> None:
    checked = world.plan("dm-know").content("dm-know").facts_check
    assert checked
    [cited] = checked.cited
    assert (cited.fact, cited.digest) == (FactRef("dm-what", 1), digest_text(STATEMENT.text))
    assert cited.valid_until == STATEMENT.valid_until
    foreign = Draft("认识2型糖尿病", (Sentence(STATEMENT.text, (FactRef("met-meal", 1),)),))
    world.newsroom.edit(HOSPITAL, "dm-know", revision=1, draft=foreign, actor=EDITOR)
    checked = world.settle().content("dm-know").facts_check
    assert checked
    assert (checked.passed, checked.cited) == (False, ())


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"facts": (FactRef("nowhere", 1),)}, FactUnknown),
        ({"facts": (FactRef("dm-what", 2),)}, FactNotUsable),
        ({"signer_id": "sg-nobody"}, SignerUnknown),
        ({"tags": replace(TOPIC.tags, codes=("E11", "I10"))}, SignerNotEntitled),
    ],
)
def test_a_plan_that_could_never_be_signed_is_refused_before_any_work(
    world: World, change: dict[str, object], refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        world.plan("dm-know", replace(TOPIC, **change))  # type: ignore[arg-type]
    assert types(world) == []


def test_nothing_is_planned_at_an_unknown_hospital(world: World) -> None:
    with pytest.raises(HospitalUnknown):
        world.newsroom.plan("nowhere", "dm-know", TOPIC, EDITOR)


def test_a_fact_superseded_meanwhile_stops_the_draft(world: World) -> None:
    world.newsroom.plan(HOSPITAL, "dm-know", TOPIC, EDITOR)
    world.facts.supersede(HOSPITAL, "dm-what", replace(STATEMENT, text="新的表述。"), LI, EDITOR)
    with pytest.raises(FactNotUsable):
        world.drafting.generate(HOSPITAL, "dm-know", EDITOR)


class TestTheDoctorStaysSilent:
    def test_she_is_reminded_then_her_head_is_asked_then_the_piece_expires(self, waiting: World) -> None:
        waiting.time_out().time_out()
        requests = waiting.content("dm-know").requests
        assert [(request.phase, request.signer_id) for request in requests] == [
            (SignaturePhase.FIRST, CHEN),
            (SignaturePhase.REMINDER, CHEN),
            (SignaturePhase.ESCALATION, LI),
        ]
        assert waiting.time_out().content("dm-know").status is Status.EXPIRED

    def test_her_head_signs_in_his_own_name(self, waiting: World) -> None:
        signed = waiting.time_out().time_out().sign("dm-know").content("dm-know").signed
        assert signed
        assert (signed.signer_id, signed.signer_name) == (LI, "李慎之")
        assert "李慎之主任医师" in signed.label

    def test_without_a_head_the_same_doctor_is_asked_again(self, waiting: World) -> None:
        waiting.read.remove(f"{HOSPITAL}/signer", LI, 9)
        assert waiting.time_out().time_out().content("dm-know").requests[-1].signer_id == CHEN

    def test_a_piece_that_no_editor_touches_expires(self, world: World) -> None:
        assert world.plan("dm-know").time_out().content("dm-know").status is Status.EXPIRED


class TestADecisionIsAnEventFirst:
    def test_the_editors_decision_reaches_the_workflow_only_through_the_stream(self, world: World) -> None:
        world.plan("dm-know").newsroom.accept(HOSPITAL, "dm-know", revision=1, actor=EDITOR)
        assert world.workflows.answers == {}
        assert list(world.settle().workflows.answers.values()) == [{"decision": "accepted"}]

    def test_so_does_the_doctors(self, waiting: World) -> None:
        mail, sms = waiting.letters("dm-know")
        waiting.desk.sign(mail.nonce, waiting.answer("dm-know", sms.code), "sms_code")
        assert {"decision": "signed"} not in waiting.workflows.answers.values()
        assert {"decision": "signed"} in waiting.settle().workflows.answers.values()

    def test_a_refused_decision_answers_nothing(self, waiting: World) -> None:
        before = dict(waiting.workflows.answers)
        with pytest.raises(NotAwaitingThis):
            waiting.newsroom.edit(HOSPITAL, "dm-know", revision=1, draft=DOSED, actor=EDITOR)
        assert waiting.settle().workflows.answers == before

    def test_a_person_who_was_faster_than_the_wait_is_heard_when_it_begins(self, waiting: World) -> None:
        waiting.workflows.wait("late-token")
        waiting.waiting.for_editor(HOSPITAL, "dm-know", "late-token")
        assert waiting.workflows.answers["late-token"] == {"decision": "accepted"}

    def test_a_wait_that_begins_before_the_decision_is_not_answered(self, world: World) -> None:
        world.plan("dm-know").workflows.wait("new-token")
        world.waiting.for_editor(HOSPITAL, "dm-know", "new-token")
        assert "new-token" not in world.workflows.answers


class TestPublication:
    def test_an_unsigned_piece_is_not_published(self, waiting: World) -> None:
        with pytest.raises(SignatureInvalid):
            waiting.publishing.publish(HOSPITAL, "dm-know", EDITOR)

    def test_a_piece_under_a_foreign_key_is_not_published(self, waiting: World) -> None:
        mail, sms = waiting.letters("dm-know")
        waiting.desk.sign(mail.nonce, waiting.answer("dm-know", sms.code), "sms_code")
        stranger = replace(waiting.publishing, key=World().key)
        with pytest.raises(SignatureInvalid):
            stranger.publish(HOSPITAL, "dm-know", EDITOR)

    def test_a_piece_is_open_for_a_year_of_hospital_days(self, waiting: World) -> None:
        waiting.clock.advance(timedelta(hours=9))  # 17:00 UTC is past midnight in Shanghai
        published = waiting.sign("dm-know").content("dm-know").published
        assert published
        assert published.valid_until == date(2027, 1, 6)
