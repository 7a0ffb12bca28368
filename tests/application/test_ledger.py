"""The ledger and the pieces that rest on it: must-carry facts, adopted sentences, replaced facts, doctors who leave."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from narrowcast.application.adoption import Adoption
from narrowcast.application.streams import CONTENT, FACT, SIGNER
from narrowcast.domain import content
from narrowcast.domain.content import MustCarryMissing, SentenceNotObjected, SignaturePhase, StaleRevision, Status
from narrowcast.domain.draft import Draft, FactRef, Sentence
from narrowcast.domain.errors import Refusal
from narrowcast.domain.fact import FactAlreadyProposed, FactNotUsable, Statement
from narrowcast.domain.signer import AuthorCannotSignAlone, SignerNotEntitled
from narrowcast.domain.vocabulary import Risk
from tests.support.newsroom import (
    CHEN,
    CONTACTS,
    EDITOR,
    HOSPITAL,
    LI,
    METFORMIN_STATEMENT,
    METFORMIN_TOPIC,
    SOURCE,
    STATEMENT,
    TOPIC,
    World,
)

TODAY = date(2026, 1, 5)
SUGAR = FactRef("dm-sugar", 1)
SUGAR_STATEMENT = replace(
    STATEMENT, text="发生低血糖而意识清楚时，应立即吃15克葡萄糖。", risk=Risk.SAFETY, must_carry=True
)
TOPIC_WITH_SUGAR = replace(TOPIC, facts=(*TOPIC.facts, SUGAR), signer_id=LI)
FEET = "请每天检查双脚。"
FEET_STATEMENT = replace(STATEMENT, text=FEET, risk=Risk.LIFESTYLE, source=replace(SOURCE, locator="糖尿病足"))


def confirm(world: World, fact_id: str, statement: Statement, doctor: str = CHEN) -> World:
    world.facts.propose(HOSPITAL, fact_id, statement, doctor, EDITOR)
    world.facts.approve(HOSPITAL, fact_id, doctor, EDITOR)
    return world.settle()


def edited(world: World, content_id: str, *sentences: Sentence) -> World:
    state = world.content(content_id)
    draft = Draft(state.draft.title, sentences)
    world.newsroom.edit(HOSPITAL, content_id, revision=state.revision, draft=draft, actor=EDITOR)
    return world.settle()


def shown(world: World, content_id: str = "dm-know") -> bool:
    found = list(world.index.candidates(HOSPITAL, ["E11"]))
    piece = world.library.piece(HOSPITAL, content_id, on=TODAY)
    assert (content_id in found) == (piece is not None)
    return piece is not None


class TestMustCarry:
    @pytest.fixture
    def world(self, world: World) -> World:
        return confirm(world, SUGAR.fact_id, SUGAR_STATEMENT)

    def test_a_topic_that_leaves_it_out_is_refused_by_its_words(self, world: World) -> None:
        with pytest.raises(MustCarryMissing, match="dm-sugar（发生低血糖而意识清楚时，应立即吃15克葡萄糖。）"):
            world.plan("dm-know")
        assert world.envelopes(CONTENT.stream(HOSPITAL, "dm-know")) == []

    def test_a_topic_that_has_it_keeps_it_in_its_plan(self, world: World) -> None:
        assert world.plan("dm-know", TOPIC_WITH_SUGAR).content("dm-know").topic.must_carry == (SUGAR,)

    def test_a_topic_on_another_subject_need_not_have_it(self, world: World) -> None:
        assert world.plan("met-start", METFORMIN_TOPIC).content("met-start").topic.must_carry == ()

    def test_a_draft_that_does_not_cite_it_is_objected_to_and_not_accepted(self, world: World) -> None:
        world.plan("dm-know", TOPIC_WITH_SUGAR)
        edited(world, "dm-know", Sentence(STATEMENT.text, (FactRef("dm-what", 1),)))
        state = world.content("dm-know")
        assert state.facts_check
        assert state.facts_check.objections == (content.Objection(1, "omission", SUGAR_STATEMENT.text, ""),)
        with pytest.raises(content.DraftNotSupported):
            world.accept("dm-know")

    def test_a_fact_that_was_retired_need_not_be_carried(self, world: World) -> None:
        world.facts.retire(HOSPITAL, SUGAR.fact_id, "指南更新", LI, EDITOR)
        assert world.settle().plan("dm-know").content("dm-know").status is Status.DRAFTED

    def test_the_row_proposes_and_the_log_decides(self, world: World) -> None:
        world.facts.retire(HOSPITAL, SUGAR.fact_id, "指南更新", LI, EDITOR)  # the row still says must_carry
        assert world.plan("dm-know").content("dm-know").topic.must_carry == ()


class TestOutdatedFacts:
    @pytest.mark.parametrize("change", ["supersede", "retire"])
    def test_a_published_piece_is_shown_no_more_and_staff_see_why(self, published: World, change: str) -> None:
        assert shown(published)
        if change == "supersede":
            published.facts.supersede(HOSPITAL, "dm-what", replace(STATEMENT, text="新的表述。"), LI, EDITOR)
        else:
            published.facts.retire(HOSPITAL, "dm-what", "指南更新", LI, EDITOR)
        assert not shown(published.settle())
        row = published.read.get(f"{HOSPITAL}/content", "dm-know")
        assert row
        assert row["outdated"] == ["dm-what"]
        assert len(published.envelopes(CONTENT.stream(HOSPITAL, "dm-know"), "FactOutdated")) == 1

    def test_other_pieces_stay(self, published: World) -> None:
        published.publish("met-start", METFORMIN_TOPIC)
        published.facts.retire(HOSPITAL, "met-meal", "说明书更新", LI, EDITOR)
        assert shown(published.settle())
        assert not shown(published, "met-start")

    @pytest.mark.parametrize("step", ["at the editor", "at the doctor"])
    def test_a_piece_under_way_ends_its_workflow_and_is_not_restarted(self, world: World, step: str) -> None:
        world.plan("dm-know")
        if step == "at the doctor":
            world.accept("dm-know")
        world.facts.retire(HOSPITAL, "dm-what", "指南更新", LI, EDITOR)
        world.settle()
        assert list(world.workflows.running("content_production")) == []
        assert world.reconciler.reconcile().restarted == ()

    def test_a_piece_that_the_rows_did_not_show_yet_is_marked_by_its_own_check(self, world: World) -> None:
        world.newsroom.plan(HOSPITAL, "dm-know", TOPIC, EDITOR)
        world.facts.retire(HOSPITAL, "dm-what", "指南更新", LI, EDITOR)
        with pytest.raises(FactNotUsable):
            world.drafting.generate(HOSPITAL, "dm-know", EDITOR)
        assert [each.fact for each in world.content("dm-know").outdated] == [FactRef("dm-what", 1)]

    def test_so_is_one_whose_fact_lapsed_while_it_was_written(self, world: World) -> None:
        world.newsroom.plan(HOSPITAL, "dm-know", TOPIC, EDITOR)
        world.drafting.generate(HOSPITAL, "dm-know", EDITOR)
        world.clock.advance(timedelta(days=5 * 365))
        with pytest.raises(FactNotUsable):
            world.checking.check_facts(HOSPITAL, "dm-know", EDITOR)
        assert world.content("dm-know").outdated

    def test_a_doctor_cannot_sign_it_any_more(self, waiting: World) -> None:
        mail, sms = waiting.letters("dm-know")
        waiting.facts.retire(HOSPITAL, "dm-what", "指南更新", LI, EDITOR)
        waiting.settle()
        with pytest.raises(content.FactsOutdated):
            waiting.desk.sign(mail.nonce, waiting.answer("dm-know", sms.code), "sms_code")

    def test_a_piece_planned_on_the_new_version_is_not_touched_by_the_old_change(self, published: World) -> None:
        newer = replace(STATEMENT, source=replace(SOURCE, year=2026))
        published.facts.supersede(HOSPITAL, "dm-what", newer, LI, EDITOR)
        published.settle().publish("dm-new", replace(TOPIC, facts=(FactRef("dm-what", 2),)))
        for envelope in published.envelopes(FACT.stream(HOSPITAL, "dm-what")):
            published.dispatcher.dispatch(envelope)
        assert shown(published.settle(), "dm-new")
        assert not shown(published)


class TestAdoption:
    ADOPTION = Adoption(2, 1, "dm-feet", FEET_STATEMENT)

    @pytest.fixture
    def refused(self, world: World) -> World:
        """A piece whose second sentence no fact supports."""
        known = Sentence(STATEMENT.text, (FactRef("dm-what", 1),))
        return edited(world.plan("dm-know"), "dm-know", known, Sentence(FEET, (FactRef("dm-what", 1),)))

    def adopt(self, world: World, doctor: str = LI, **change: Any) -> World:
        world.adopting.adopt(HOSPITAL, "dm-know", replace(self.ADOPTION, **change), doctor, EDITOR)
        return world.settle()

    def test_the_sentence_becomes_a_fact_and_passes_the_check(self, refused: World) -> None:
        state = self.adopt(refused).content("dm-know")
        assert state.facts_check
        assert state.facts_check.passed
        assert state.revision == 3
        assert [each.author for each in state.facts_check.cited] == [CHEN, LI]
        fact = refused.store.load(FACT, HOSPITAL, "dm-feet").state
        assert (fact.statement, fact.author, fact.approved) == (FEET_STATEMENT, LI, True)
        assert refused.accept("dm-know").sign("dm-know").content("dm-know").status is Status.PUBLISHED

    def test_twice_is_once(self, refused: World) -> None:
        before = list(self.adopt(refused).log.scan())
        assert list(self.adopt(refused).log.scan()) == before

    def test_a_fact_that_does_not_say_it_does_not_help(self, refused: World) -> None:
        checked = self.adopt(refused, statement=METFORMIN_STATEMENT).content("dm-know").facts_check
        assert checked
        assert not checked.passed

    @pytest.mark.parametrize(
        ("change", "refusal"),
        [
            ({"sentence": 0}, SentenceNotObjected),
            ({"revision": 1}, StaleRevision),
        ],
    )
    def test_nothing_is_written_when_the_sentence_is_not_fit(
        self, refused: World, change: dict[str, Any], refusal: type[Refusal]
    ) -> None:
        before = list(refused.log.scan())
        with pytest.raises(refusal):
            self.adopt(refused, **change)
        assert list(refused.log.scan()) == before

    def test_a_doctor_of_another_specialty_cannot_adopt(self, refused: World) -> None:
        refused.registry.leave(HOSPITAL, LI, EDITOR)
        with pytest.raises(SignerNotEntitled):
            self.adopt(refused)

    @pytest.mark.parametrize(
        ("change", "refusal"),
        [
            ({"fact_id": "dm-what"}, FactAlreadyProposed),
            ({"statement": replace(FEET_STATEMENT, valid_until=date(2026, 1, 4))}, FactNotUsable),
        ],
    )
    def test_a_taken_id_or_a_lapsed_fact_leaves_the_piece_as_it_was(
        self, refused: World, change: dict[str, Any], refusal: type[Refusal]
    ) -> None:
        with pytest.raises(refusal):
            self.adopt(refused, **change)
        assert refused.settle().content("dm-know").revision == 2


class TestAuthorsDoNotSignAlone:
    def test_planning_is_refused_when_all_high_risk_facts_are_the_signers_own(self, world: World) -> None:
        with pytest.raises(AuthorCannotSignAlone):
            world.plan("met-start", replace(METFORMIN_TOPIC, signer_id=LI))

    def test_so_is_naming_such_a_signer_later(self, world: World) -> None:
        world.plan("met-start", METFORMIN_TOPIC)
        with pytest.raises(AuthorCannotSignAlone):
            world.newsroom.assign_signer(HOSPITAL, "met-start", signer_id=LI, actor=EDITOR)

    def test_an_escalation_stays_with_the_doctor_when_her_head_wrote_the_facts(self, world: World) -> None:
        world.plan("met-start", METFORMIN_TOPIC).accept("met-start").time_out().time_out()
        request = world.content("met-start").requests[-1]
        assert (request.phase, request.signer_id) == (SignaturePhase.ESCALATION, CHEN)

    def test_what_counts_at_signing_is_what_the_text_cites(self, world: World) -> None:
        own = replace(METFORMIN_STATEMENT, text="请按医嘱服药。")
        topic = replace(METFORMIN_TOPIC, facts=(*METFORMIN_TOPIC.facts, FactRef("met-own", 1)))
        confirm(world, "met-own", own, CHEN).plan("met-start", topic)
        edited(world, "met-start", Sentence(own.text, (FactRef("met-own", 1),)))
        with pytest.raises(AuthorCannotSignAlone):
            world.accept("met-start")


class TestADoctorLeaves:
    def leave(self, world: World, signer_id: str = CHEN) -> World:
        world.registry.leave(HOSPITAL, signer_id, EDITOR)
        return world.settle()

    def test_a_published_piece_goes_out_of_sight_and_back_to_the_editor(self, published: World) -> None:
        assert not shown(self.leave(published))
        state = published.content("dm-know")
        assert (state.status, state.reopened) == (Status.DRAFTED, "签发医生已离开本院")
        assert len(list(published.workflows.running("content_production"))) == 1

    def test_another_doctor_signs_it_again(self, published: World) -> None:
        self.leave(published)
        with pytest.raises(SignerNotEntitled):
            published.accept("dm-know")
        published.newsroom.assign_signer(HOSPITAL, "dm-know", signer_id=LI, actor=EDITOR)
        signed = published.settle().accept("dm-know").sign("dm-know").content("dm-know").signed
        assert signed
        assert signed.signer_id == LI
        assert shown(published)

    def test_a_request_to_her_is_void_and_her_workflow_goes_back_to_the_editor(self, waiting: World) -> None:
        mail, sms = waiting.letters("dm-know")
        self.leave(waiting)
        with pytest.raises(Refusal):
            waiting.desk.sign(mail.nonce, waiting.answer("dm-know", sms.code), "sms_code")
        assert (waiting.content("dm-know").status, waiting.content("dm-know").requests) == (Status.DRAFTED, ())
        assert [run.state for run in waiting.runs.values()] == ["RequestEditing"]

    def test_what_bears_another_name_stays(self, published: World) -> None:
        assert shown(self.leave(published, LI))

    def test_told_again_nothing_more_happens(self, published: World) -> None:
        before = self.leave(published).snapshot()
        for envelope in published.envelopes() * 2:
            published.dispatcher.dispatch(envelope)
        after = published.settle().snapshot()
        assert {name for name in after if after[name] != before[name]} <= {"tokens", "answers"}  # waits may come again

    def test_told_late_after_she_came_back_nothing_happens(self, published: World) -> None:
        self.leave(published)
        came_back = published.store.load(SIGNER, HOSPITAL, CHEN).state.profile
        assert came_back
        published.registry.register_signer(HOSPITAL, came_back, CONTACTS[CHEN], EDITOR)
        published.settle().accept("dm-know").sign("dm-know")
        for envelope in published.envelopes(SIGNER.stream(HOSPITAL, CHEN), "SignerLeft"):
            published.dispatcher.dispatch(envelope)
        assert shown(published.settle())

    def test_a_renewed_licence_lets_her_sign_on(self, waiting: World) -> None:
        waiting.registry.renew(HOSPITAL, CHEN, date(2040, 12, 31), EDITOR)
        waiting.clock.advance(timedelta(days=1))
        assert waiting.settle().sign("dm-know").content("dm-know").signed
