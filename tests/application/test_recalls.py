"""A fact is taken back: nothing of it is shown from that moment, and exactly those who were given it are told."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from narrowcast.application.guides import guide_id_of
from narrowcast.application.ports import UnavailableError
from narrowcast.application.recalls import RecallRegister, carriers_by_scan, carrying
from narrowcast.application.streams import GUIDE, PATIENT, RECALL
from narrowcast.domain.draft import FactRef
from narrowcast.domain.fact import ChangeIsMaterial
from narrowcast.domain.guide import record_assembly
from narrowcast.domain.patient import merge_patients
from narrowcast.domain.reading import GuideOpened
from narrowcast.domain.recall import Ending, Recall
from narrowcast.domain.vocabulary import ForgettingReason
from tests.support.newsroom import (
    CHEN,
    CHEN_PROFILE,
    CONTACTS,
    EDITOR,
    HOSPITAL,
    IDENTITY,
    LI,
    METFORMIN_STATEMENT,
    METFORMIN_TOPIC,
    REPORT,
    World,
)
from tests.support.recalling import Run

NEWER = replace(METFORMIN_STATEMENT, text="二甲双胍缓释片应随晚餐服用。")
RECALLED = "met-meal.3"
CORRECTION = "met-meal-c3-1"


@pytest.fixture
def given() -> World:
    """A patient was given both pieces."""
    world = World().open_hospital()
    world.publish("dm-know").publish("met-start", METFORMIN_TOPIC)
    world.visit()
    return world


def supersede(world: World) -> World:
    world.facts.supersede(HOSPITAL, "met-meal", NEWER, LI, EDITOR)
    return world


def state(world: World, recall: str = RECALLED) -> Recall:
    return world.store.load(RECALL, HOSPITAL, recall).state


def shown(world: World) -> list[str]:
    return [piece.content_id for _, pieces in world.room.show(world.guide_nonce()).sections for piece in pieces]


def corrected(world: World, content_id: str = CORRECTION) -> World:
    return world.accept(content_id).sign(content_id)


def test_nothing_that_rests_on_the_fact_is_shown_from_the_moment_of_its_event(given: World) -> None:
    assert shown(given) == ["dm-know", "met-start"]
    supersede(given)  # nobody has consumed the event yet: rows and index are as they were
    assert shown(given) == ["dm-know"]
    assert list(given.index.candidates(HOSPITAL, ["E11"])) == ["dm-know", "met-start"]
    assert given.library.piece(HOSPITAL, "met-start", on=given.clock.now().date()) is None


def test_the_piece_is_recalled_and_leaves_the_index(given: World) -> None:
    supersede(given).settle()
    assert given.content("met-start").status == "recalled"
    assert list(given.index.candidates(HOSPITAL, ["E11"])) == ["dm-know"]
    assert state(given).closed == {"met-start"}


def test_whoever_was_given_it_gets_the_signed_correction(given: World) -> None:
    before = len(given.messenger.sent)
    corrected(supersede(given).settle())
    assert len([each for each in given.messenger.sent[before:] if "/g/" in each.text]) == 1
    assert shown(given) == [CORRECTION, "dm-know"]
    assert (state(given).ending, state(given).told[0].approved) == (Ending.TOLD, 1)
    sentences = [each.text for each in given.content(CORRECTION).draft.sentences]
    assert NEWER.text in sentences


def test_nobody_is_told_before_a_doctor_signed(given: World) -> None:
    before = len(given.messenger.sent)
    supersede(given).settle()
    assert not [each for each in given.messenger.sent[before:] if "/g/" in each.text]
    assert state(given).step == "correct"


def test_the_correction_stands_in_no_other_guide(given: World) -> None:
    corrected(supersede(given).settle())
    visit = given.visit(
        replace(REPORT, message_id="MSG-2"), replace(IDENTITY, patient_number="MRN-0002", visit_number="VN-7002")
    )
    pieces = [piece.content_id for part in given.guide(visit.visit_id).made.sections for piece in part.pieces]
    assert pieces == ["dm-know"]


def other_patient(world: World, number: int, **changes: object) -> str:
    """Tell of a visit of another patient; returns its id."""
    report = replace(REPORT, message_id=f"MSG-{number}", **changes)  # type: ignore[arg-type]
    identity = replace(IDENTITY, patient_number=f"MRN-{number}", visit_number=f"VN-{number}")
    return world.visit(report, identity).visit_id


def links_sent(world: World) -> int:
    return sum("/g/" in message.text for message in world.messenger.sent)


class TestWhoIsTold:
    def test_a_guide_that_never_reached_its_patient_takes_nothing_back(self, given: World) -> None:
        visit = other_patient(given, 2, consent=False)
        before = links_sent(given)
        corrected(supersede(given).settle())
        [told] = state(given).told.values()
        assert (told.approved, told.unreached, links_sent(given) - before) == (1, 1, 1)
        assert given.guide(visit).corrections == ()

    def test_a_guide_that_was_opened_without_a_message_was_given(self, given: World) -> None:
        guide_id = guide_id_of(other_patient(given, 2, consent=False))
        given.store.execute(GUIDE, HOSPITAL, guide_id, lambda _: (GuideOpened(1),), EDITOR)
        corrected(supersede(given.settle()).settle())
        [told] = state(given).told.values()
        assert (told.approved, told.unreached) == (2, 0)  # it could do harm: no consent is asked for

    def test_whoever_was_given_other_pieces_alone_is_not_told(self, given: World) -> None:
        other_patient(given, 2, medications=())
        corrected(supersede(given).settle())
        assert len(state(given).guides) == 1

    def test_two_guides_of_one_patient_make_one_message_and_both_show_it(self, given: World) -> None:
        again = replace(REPORT, message_id="MSG-2", occurred_at="2026-01-06T07:30:00Z")
        given.clock.advance(timedelta(days=100))
        visit = given.visit(again, replace(IDENTITY, visit_number="VN-2")).visit_id
        before = links_sent(given)
        corrected(supersede(given).settle())
        [told] = state(given).told.values()
        assert (told.approved, told.together, links_sent(given) - before) == (1, 1, 1)
        assert given.guide(visit).corrections

    def test_a_forgotten_patient_is_held_back_with_the_reason(self, given: World) -> None:
        patient = next(iter(given.read.query(f"{HOSPITAL}/guide")))["patient"]
        why = ForgettingReason.PATIENT_REQUEST
        given.forgetting.forget(HOSPITAL, str(patient), reason=why, ticket="", actor=EDITOR)
        before = links_sent(given.settle())
        corrected(supersede(given).settle())
        [told] = state(given).told.values()
        assert (told.approved, [each.reason for each in told.held]) == (0, ["patient_forgotten"])
        assert links_sent(given) == before

    def test_merged_numbers_are_one_patient(self, given: World) -> None:
        other_patient(given, 2)
        rows = list(given.read.query(f"{HOSPITAL}/guide"))
        one, other = (str(row["patient"]) for row in rows)
        merge = lambda s: merge_patients(s, merged=other, survivor=one, message="m", told_at="2026-01-06T00:00:00Z")  # noqa: E731 - typed
        for number in (one, other):
            given.store.execute(PATIENT, HOSPITAL, number, merge, EDITOR)
        before = links_sent(given.settle())
        corrected(supersede(given).settle())
        [told] = state(given).told.values()
        assert (told.approved, told.together, links_sent(given) - before) == (1, 1, 1)


class TestTheCorrection:
    def test_a_retired_fact_has_a_fixed_form_that_a_doctor_signs(self, given: World) -> None:
        given.facts.retire(HOSPITAL, "met-meal", "说明书更新", LI, EDITOR)
        corrected(given.settle())
        text = [sentence.text for sentence in given.content(CORRECTION).draft.sentences]
        assert text == ["您之前收到的一部分内容已更正或停用。", "如有疑问，请咨询您的医生。"]
        assert shown(given) == [CORRECTION, "dm-know"]

    def test_who_wrote_a_risky_fact_does_not_sign_its_correction_alone(self, given: World) -> None:
        supersede(given).settle()
        assert given.content(CORRECTION).signer_id == CHEN

    def test_without_an_entitled_doctor_it_waits_until_there_is_one(self, given: World) -> None:
        given.registry.leave(HOSPITAL, CHEN, EDITOR)
        supersede(given.settle()).settle()
        assert state(given).requested == ()
        given.registry.register_signer(HOSPITAL, replace(CHEN_PROFILE, signer_id="sg-wu"), CONTACTS[CHEN], EDITOR)
        given.settle().recalling.late()
        assert given.settle().content(CORRECTION).signer_id == "sg-wu"

    def test_one_that_came_to_nothing_is_planned_again(self, given: World) -> None:
        supersede(given).settle()
        given.catalogue.expire(HOSPITAL, CORRECTION, "no_decision_in_time", EDITOR)
        given.settle()
        assert state(given).requested == (CORRECTION, "met-meal-c3-2")
        corrected(given, "met-meal-c3-2")
        assert state(given).ending is Ending.TOLD

    def test_a_later_change_of_the_fact_takes_the_recall_over(self, given: World) -> None:
        supersede(given).settle()
        newest = replace(METFORMIN_STATEMENT, text="二甲双胍应随早餐服用。")
        given.facts.supersede(HOSPITAL, "met-meal", newest, LI, EDITOR)
        given.settle()
        assert state(given).ending is Ending.ABSORBED
        corrected(given, "met-meal-c4-1")
        assert state(given, "met-meal.4").told[0].approved == 1
        assert shown(given) == ["met-meal-c4-1", "dm-know"]

    def test_a_correction_is_itself_taken_back_from_those_who_got_it(self, given: World) -> None:
        corrected(supersede(given).settle())
        given.facts.retire(HOSPITAL, "met-meal", "说明书更新", LI, EDITOR)
        assert shown(given) == ["dm-know"]
        corrected(given.settle(), "met-meal-c4-1")
        assert state(given, "met-meal.4").told[0].approved == 1
        assert shown(given) == ["met-meal-c4-1", "dm-know"]


class TestWording:
    SAME = replace(METFORMIN_STATEMENT, text="二甲双胍应当随餐或餐后立即服用。")

    def test_a_new_wording_leaves_pieces_open_and_names_them(self, given: World) -> None:
        given.facts.supersede(HOSPITAL, "met-meal", self.SAME, LI, EDITOR, wording_only=True)
        given.settle()
        assert shown(given) == ["dm-know", "met-start"]
        row = given.read.get(f"{HOSPITAL}/content", "met-start")
        assert row
        assert row["outdated"] == ["met-meal"]
        assert list(given.read.query(f"{HOSPITAL}/recall")) == []

    def test_what_says_something_else_is_no_wording(self, given: World) -> None:
        with pytest.raises(ChangeIsMaterial):
            given.facts.supersede(HOSPITAL, "met-meal", NEWER, LI, EDITOR, wording_only=True)

    def test_nor_is_what_is_said_of_somebody_else(self, given: World) -> None:
        other = replace(self.SAME, codes=("E10",))
        with pytest.raises(ChangeIsMaterial):
            given.facts.supersede(HOSPITAL, "met-meal", other, LI, EDITOR, wording_only=True)

    def test_a_later_change_that_is_material_closes_it(self, given: World) -> None:
        given.facts.supersede(HOSPITAL, "met-meal", self.SAME, LI, EDITOR, wording_only=True)
        given.facts.supersede(HOSPITAL, "met-meal", NEWER, LI, EDITOR)
        assert shown(given) == ["dm-know"]
        assert given.settle().content("met-start").status == "recalled"


class TestTwiceIsOnce:
    def test_every_step_again_changes_nothing(self, given: World) -> None:
        corrected(supersede(given).settle())
        before = given.snapshot()
        given.recalling.runs = {name: Run(run.hospital, run.recall) for name, run in given.recalling.runs.items()}
        given.settle()
        for envelope in given.envelopes():
            if envelope.type in ("FactSuperseded", "ContentPublished", "FactOutdated"):
                given.dispatcher.dispatch(envelope)
        given.settle()
        assert {**given.snapshot(), "tokens": 0, "answers": 0} == {**before, "tokens": 0, "answers": 0}

    def test_a_dead_workflow_is_started_again_where_it_stood(self, given: World) -> None:
        supersede(given).settle()
        [name] = given.recalling.runs
        given.workflows.end("content_recall", name)
        given.recalling.runs[name].state, given.recalling.runs[name].token = "Ended", ""
        assert RECALLED in given.reconciler.reconcile().restarted
        corrected(given.settle())
        assert state(given).ending is Ending.TOLD

    def test_a_batch_that_died_half_way_is_finished(self, given: World) -> None:
        other_patient(given, 2)
        supersede(given).settle()
        real, died = given.push_desk.recall, []

        def dying(*args: Any, **kwargs: Any) -> Any:
            died.append(1)
            if len(died) == 2:
                raise UnavailableError("states")
            return real(*args, **kwargs)

        desk: Any = SimpleNamespace(recall=dying)
        given.recalling.telling = replace(given.recalling.telling, desk=desk)
        with pytest.raises(UnavailableError):
            corrected(given)
        given.settle()
        [told] = state(given).told.values()
        assert (told.approved, told.together) == (2, 0)

    def test_rows_that_come_late_are_found_before_anybody_is_told(self, given: World) -> None:
        supersede(given).settle()
        late = other_patient(given, 2)
        piece = given.guide(late).made  # made of what was open then, as a slow assembly would
        assert piece.sections
        [first] = state(given).guides
        old = given.envelopes(GUIDE.stream(HOSPITAL, first), "GuideAssembled")[0].event
        record = lambda s: record_assembly(s, replace(old, visit_id=late, patient=piece.patient))  # noqa: E731 - typed
        given.store.execute(GUIDE, HOSPITAL, guide_id_of(late), record, EDITOR)
        corrected(given.settle())
        assert guide_id_of(late) in state(given).guides


def test_a_recall_that_concerns_nobody_ends_by_itself() -> None:
    lonely = World().open_hospital()
    lonely.facts.retire(HOSPITAL, "dm-what", "x", LI, EDITOR)
    lonely.settle()
    assert state(lonely, "dm-what.3").step == "wait"
    lonely.clock.advance(timedelta(minutes=3))
    lonely.recalling.late()
    lonely.settle()
    assert state(lonely, "dm-what.3").ending is Ending.NOBODY


class TestWhatStaffSee:
    def test_progress_from_the_closing_to_the_last_patient(self, given: World) -> None:
        register = RecallRegister(given.store, given.read)
        supersede(given).settle()
        before = register.one(HOSPITAL, RECALLED)
        assert (before.state, before.pieces, before.guides, before.patients, before.told) == (
            "correct",
            ("met-start",),
            1,
            1,
            0,
        )
        corrected(given)
        after = register.one(HOSPITAL, RECALLED)
        assert (after.state, after.patients, after.told, after.pending, after.held) == ("told", 1, 1, 0, 0)

    def test_the_proof_names_whom_the_rows_missed(self, given: World) -> None:
        register = RecallRegister(given.store, given.read)
        supersede(given).settle()
        assert register.prove(HOSPITAL, RECALLED).holds
        other = other_patient(given, 2)
        assert register.prove(HOSPITAL, RECALLED).holds  # the piece is closed: it stands in no new guide
        found = frozenset(str(row["guide_id"]) for row in carrying(given.read, HOSPITAL, FactRef("met-meal", 1)))
        assert found == carriers_by_scan(given.log, HOSPITAL, FactRef("met-meal", 1))
        assert guide_id_of(other) not in found
