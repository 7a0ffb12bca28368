"""What becomes of a piece when its facts or its doctor change, and how a refused sentence becomes a fact."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given as given_any
from hypothesis import strategies as st

from narrowcast.domain import content
from narrowcast.domain.content import (
    Content,
    ContentExpired,
    ContentRecalled,
    ContentReopened,
    DraftEdited,
    FactOutdated,
    SentenceAdopted,
    SignerAssigned,
    Status,
)
from narrowcast.domain.draft import Draft, FactRef, Sentence
from narrowcast.domain.errors import Refusal
from tests.domain.test_content import (
    ACCEPTED,
    AFTER_PUBLICATION,
    AFTER_SIGNING,
    ASKED,
    AT_DOCTOR,
    BETTER,
    CHECKED,
    CITED,
    COMPLIANT,
    DECISION,
    DRAFTED,
    FACT,
    PLANNED,
    REFUSED,
    SENT_BACK,
    SIGNED,
    TEXT,
    TOPIC,
    asks,
    piece,
)
from tests.support.scenario import fold

OUTDATED = FactOutdated(FACT, "事实已有新版本")
NEW_VERSION: dict[str, Any] = {"fact_id": "dm-what", "before": 2, "reason": "事实已有新版本"}
RETIRED: dict[str, Any] = NEW_VERSION | {"before": None}
REFUSED_BY_CHECK = (*DRAFTED, REFUSED, COMPLIANT)
NEW_FACT = FactRef("dm-foot", 1)
ADOPTED = SentenceAdopted(2, 0, NEW_FACT, "sg-li")
ADOPTION: dict[str, Any] = {"revision": 1, "sentence": 0, "fact": NEW_FACT, "doctor": "sg-li"}
GONE: dict[str, Any] = {"signer_id": "sg-chen", "reason": "签发医生已离开本院"}
ANYWHERE = [PLANNED, DRAFTED, CHECKED, AT_DOCTOR, SENT_BACK, AFTER_SIGNING, AFTER_PUBLICATION]


class TestOutdatedFacts:
    @pytest.mark.parametrize("events", ANYWHERE)
    @pytest.mark.parametrize("change", [NEW_VERSION, RETIRED], ids=["superseded", "retired"])
    def test_a_piece_that_rests_on_the_old_version_is_marked_once(
        self, events: tuple[Any, ...], change: dict[str, Any]
    ) -> None:
        piece(*events).when(content.mark_outdated, **change).then(OUTDATED)
        piece(*events, OUTDATED).when(content.mark_outdated, **change).then_nothing()

    @pytest.mark.parametrize("change", [{"fact_id": "dm-harm"}, {"before": 1}], ids=["another fact", "an older change"])
    def test_no_other_piece_is(self, change: dict[str, Any]) -> None:
        piece(*AFTER_PUBLICATION).when(content.mark_outdated, **(NEW_VERSION | change)).then_nothing()

    @pytest.mark.parametrize(
        "events", [(), (*AT_DOCTOR, ContentExpired("late")), (*AFTER_PUBLICATION, ContentRecalled("x"))]
    )
    def test_nor_one_that_has_ended(self, events: tuple[Any, ...]) -> None:
        piece(*events).when(content.mark_outdated, **RETIRED).then_nothing()

    def test_it_is_shown_no_more(self) -> None:
        state = piece(*AFTER_PUBLICATION, OUTDATED).state
        assert not content.is_open(state)
        assert not content.servable(state, on=date(2026, 1, 6))

    @pytest.mark.parametrize(
        ("events", "decide"),
        [
            (CHECKED, lambda s: content.edit(s, revision=1, draft=BETTER)),
            (CHECKED, lambda s: content.accept(s, revision=1)),
            (REFUSED_BY_CHECK, lambda s: content.adopt(s, **ADOPTION)),
            (AT_DOCTOR, lambda s: content.sign(s, DECISION, SIGNED)),
            (AT_DOCTOR, lambda s: content.reject(s, DECISION, reason="不妥")),
        ],
        ids=["edit", "accept", "adopt", "sign", "reject"],
    )
    def test_nobody_decides_on_it_any_more(self, events: tuple[Any, ...], decide: Any) -> None:
        piece(*events, OUTDATED).when(decide).refused(content.FactsOutdated, field="facts")

    def test_nobody_is_asked_to_sign_it_and_it_is_not_published(self) -> None:
        piece(*CHECKED, ACCEPTED, OUTDATED).when(
            content.request_signature, **asks(content.SignaturePhase.FIRST)
        ).then_nothing()
        piece(*AFTER_SIGNING, OUTDATED).when(content.publish, until=date(2027, 1, 1)).then_nothing()

    @pytest.mark.parametrize("events", [CHECKED, AT_DOCTOR])
    def test_its_workflow_is_told_that_it_is_withdrawn(self, events: tuple[Any, ...]) -> None:
        state = piece(*events, OUTDATED).state
        assert content.editing_decision(state) == "withdrawn"
        assert events == CHECKED or content.signing_decision(state) == "withdrawn"


class TestAdoption:
    def test_the_sentence_cites_the_new_fact_too_and_is_checked_anew(self) -> None:
        piece(*REFUSED_BY_CHECK).when(content.adopt, **ADOPTION).then(ADOPTED)
        state = piece(*REFUSED_BY_CHECK, ADOPTED).state
        assert state.draft.sentences[0].facts == (FACT, NEW_FACT)
        assert state.draft.sentences[0].text == TEXT.sentences[0].text
        assert (state.revision, state.facts_check, state.compliance) == (2, None, None)
        assert state.facts == (FACT, NEW_FACT)
        assert content.editing_decision(state) == "edited"

    def test_a_second_time_changes_nothing(self) -> None:
        piece(*REFUSED_BY_CHECK, ADOPTED).when(content.adopt, **ADOPTION).then_nothing()

    def test_the_fact_stays_usable_in_later_versions(self) -> None:
        later = (*REFUSED_BY_CHECK, ADOPTED, replace(REFUSED, revision=2), replace(COMPLIANT, revision=2))
        assert piece(*later, DraftEdited(3, BETTER)).state.facts == (FACT, NEW_FACT)

    def test_no_machine_writes_over_an_adopted_sentence(self) -> None:
        assert not content.wants_draft(piece(*REFUSED_BY_CHECK, ADOPTED, replace(REFUSED, revision=2)).state)

    @pytest.mark.parametrize(
        ("events", "change", "refusal", "field"),
        [
            (CHECKED, {}, content.SentenceNotObjected, "sentence"),
            (REFUSED_BY_CHECK, {"sentence": 1}, content.SentenceNotObjected, "sentence"),
            (REFUSED_BY_CHECK, {"sentence": -1}, content.SentenceNotObjected, "sentence"),
            (REFUSED_BY_CHECK, {"revision": 0}, content.StaleRevision, "revision"),
            (DRAFTED, {}, content.NotAwaitingThis, "content_id"),
            (AT_DOCTOR, {}, content.NotAwaitingThis, "content_id"),
            (AFTER_SIGNING, {}, content.ContentAlreadySigned, "content_id"),
            ((), {}, content.ContentUnknown, "content_id"),
        ],
    )
    def test_only_a_refused_sentence_of_the_version_seen_can_be_adopted(
        self, events: tuple[Any, ...], change: dict[str, Any], refusal: type[Refusal], field: str
    ) -> None:
        piece(*events).when(content.adopt, **(ADOPTION | change)).refused(refusal, field=field)

    def test_what_the_text_leaves_out_cannot_be_adopted(self) -> None:
        omitted = replace(REFUSED, objections=(content.Objection(1, "omission", "低血糖应吃糖。", ""),))
        piece(*DRAFTED, omitted, COMPLIANT).when(content.adopt, **(ADOPTION | {"sentence": 1})).refused(
            content.SentenceNotObjected, field="sentence"
        )


class TestReopening:
    @pytest.mark.parametrize(
        ("events", "stood"),
        [(AT_DOCTOR, Status.ACCEPTED), (AFTER_SIGNING, Status.SIGNED), (AFTER_PUBLICATION, Status.PUBLISHED)],
    )
    def test_what_bears_the_name_goes_back_to_the_editor_once(self, events: tuple[Any, ...], stood: Status) -> None:
        reopened = ContentReopened("签发医生已离开本院", stood)
        piece(*events).when(content.reopen, **GONE).then(reopened)
        piece(*events, reopened).when(content.reopen, **GONE).then_nothing()
        state = piece(*events, reopened).state
        assert (state.status, state.signed, state.published, state.requests) == (Status.DRAFTED, None, None, ())
        assert not content.servable(state, on=date(2026, 1, 6))

    def test_an_accepted_piece_that_would_be_sent_to_her_is_reopened_too(self) -> None:
        piece(*CHECKED, ACCEPTED).when(content.reopen, **GONE).then(ContentReopened(GONE["reason"], Status.ACCEPTED))

    @pytest.mark.parametrize(
        "events",
        [
            (),
            PLANNED,
            CHECKED,
            SENT_BACK,
            (*AT_DOCTOR, ContentExpired("x")),
            (*AFTER_PUBLICATION, ContentRecalled("x")),
        ],
    )
    def test_nothing_else_is_touched(self, events: tuple[Any, ...]) -> None:
        piece(*events).when(content.reopen, **GONE).then_nothing()

    @pytest.mark.parametrize("events", [CHECKED, AT_DOCTOR, AFTER_SIGNING, AFTER_PUBLICATION])
    def test_nor_what_bears_another_name(self, events: tuple[Any, ...]) -> None:
        piece(*events).when(content.reopen, **(GONE | {"signer_id": "sg-li"})).then_nothing()

    def test_the_old_request_signs_nothing_and_the_editor_may_send_the_text_to_another_doctor(self) -> None:
        reopened = (*AFTER_PUBLICATION, ContentReopened(GONE["reason"], Status.PUBLISHED))
        piece(*reopened).when(content.sign, DECISION, SIGNED).refused(content.NotAwaitingThis, field="request_id")
        again = (*reopened, SignerAssigned("sg-li"))
        piece(*again).when(content.accept, revision=1).then(ACCEPTED)
        asked = replace(ASKED, request_id="r2", signer_id="sg-li")
        by_li = replace(DECISION, request_id="r2", signer_id="sg-li")
        signed = replace(SIGNED, request_id="r2", signer_id="sg-li")
        piece(*again, ACCEPTED, asked).when(content.sign, by_li, signed).then(signed)

    def test_the_workflow_that_waits_for_her_goes_back_to_the_editor(self) -> None:
        state = piece(*AT_DOCTOR, ContentReopened(GONE["reason"], Status.ACCEPTED)).state
        assert (content.editing_decision(state), content.signing_decision(state)) == (None, "rejected")


class TestAssigningASigner:
    @pytest.mark.parametrize("events", [PLANNED, DRAFTED, CHECKED, SENT_BACK])
    def test_another_doctor_is_named_once_while_nobody_is_asked(self, events: tuple[Any, ...]) -> None:
        piece(*events).when(content.assign_signer, signer_id="sg-li").then(SignerAssigned("sg-li"))
        piece(*events, SignerAssigned("sg-li")).when(content.assign_signer, signer_id="sg-li").then_nothing()
        piece(*events).when(content.assign_signer, signer_id="sg-chen").then_nothing()

    @pytest.mark.parametrize(
        ("events", "refusal"),
        [
            (AT_DOCTOR, content.NotAwaitingThis),
            ((*CHECKED, ContentExpired("late")), content.NotAwaitingThis),
            (AFTER_SIGNING, content.ContentAlreadySigned),
            ((), content.ContentUnknown),
        ],
    )
    def test_not_while_a_doctor_decides_nor_after(self, events: tuple[Any, ...], refusal: type[Refusal]) -> None:
        piece(*events).when(content.assign_signer, signer_id="sg-li").refused(refusal, field="content_id")

    def test_the_plan_stays_what_it_was(self) -> None:
        piece(*PLANNED, SignerAssigned("sg-li")).when(content.plan_topic, TOPIC).then_nothing()


MOVES = [
    lambda s: content.record_draft(s, draft=TEXT, drafter="reciter"),
    lambda s: content.record_facts_check(s, checker="1", objections=(), cited=(CITED,)),
    lambda s: content.record_facts_check(s, checker="1", objections=REFUSED.objections, cited=(CITED,)),
    lambda s: content.record_compliance(s, pack="1", channels=COMPLIANT.channels),
    lambda s: content.edit(s, revision=s.revision, draft=Draft("新", (Sentence(f"第{s.revision}版。", (FACT,)),))),
    lambda s: content.accept(s, revision=s.revision),
    lambda s: content.request_signature(s, **asks(content.SignaturePhase.FIRST, f"r{s.revision}")),
    lambda s: content.sign(s, _newest_decision(s), replace(SIGNED, revision=s.revision)),
    lambda s: content.reject(s, _newest_decision(s), reason="不妥"),
    lambda s: content.publish(s, until=date(2027, 1, 1)),
    lambda s: content.adopt(s, revision=s.revision, sentence=0, fact=NEW_FACT, doctor="sg-li"),
    lambda s: content.assign_signer(s, signer_id="sg-li"),
    lambda s: content.mark_outdated(s, **NEW_VERSION),
    lambda s: content.reopen(s, **GONE),
    lambda s: content.recall(s, reason="x"),
    lambda s: content.expire(s, reason="late"),
]


def _newest_decision(state: Content) -> content.Decision:
    request = state.requests[-1] if state.requests else ASKED
    return content.Decision(request.request_id, request.signer_id, state.revision, request.document_hash)


def walk(choices: list[int]) -> list[tuple[Content, Content, Any]]:
    """Take the moves that are not refused; return each event with the state before and after it."""
    state, taken = fold_plan(), []
    for choice in choices:
        try:
            events = MOVES[choice](state)
        except Refusal:
            continue
        for event in events:
            before, state = state, content.evolve(state, event)
            taken.append((before, state, event))
    return taken


def fold_plan() -> Content:
    state: Content = fold(piece().aggregate, TOPIC)
    return state


FORWARD = (0, 1, 3, 5, 6, 7, 9)
"""Draft, pass, pass, accept, ask, sign, publish: a walk goes some of the straight way, then anywhere."""
WALKS = st.builds(
    lambda steps, more: walk([*FORWARD[:steps], *more]),
    st.integers(0, len(FORWARD)),
    st.lists(st.sampled_from([*FORWARD, *range(len(MOVES))]), max_size=60),
)


@given_any(WALKS)
def test_what_is_signed_cannot_become_rejected_whatever_people_do(taken: list[tuple[Content, Content, Any]]) -> None:
    for before, _, event in taken:
        assert not (before.signed and isinstance(event, content.ContentRejected))
        if before.signed:
            assert isinstance(event, content.ContentPublished | ContentRecalled | FactOutdated | ContentReopened)


@given_any(WALKS)
def test_no_text_is_shown_but_the_one_that_passed_both_checks_and_was_signed(
    taken: list[tuple[Content, Content, Any]],
) -> None:
    for _, after, _ in taken:
        if content.is_open(after):
            assert after.signed
            assert after.signed.revision == after.revision
            assert after.facts_check
            assert after.facts_check.passed
            assert after.compliance
            assert after.compliance.passed
            assert not after.outdated
