"""A model beside the rules: it may object, and can neither permit nor, by failing, block."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from narrowcast.adapters.models.model import Question
from narrowcast.adapters.models.reviewer import ModelReviewer
from narrowcast.application.ports import ReviewerError, UnavailableError
from narrowcast.application.production import Checking, Drafting
from narrowcast.domain.content import DraftNotSupported, FactsChecked, Objection
from narrowcast.domain.control.facts import CHECKER_VERSION, KINDS
from narrowcast.domain.control.gate import SECOND_OPINION, object_to, with_second_opinion
from narrowcast.domain.draft import Brief, Draft, FactRef, FactText, Sentence
from tests.support.newsroom import DIABETES, EDITOR, HOSPITAL, RecitingDrafter, World

DOUBT = Objection(0, SECOND_OPINION, "certainty", "语气比事实更强")
WRONG = Draft("认识2型糖尿病", (Sentence("2型糖尿病可以治愈。", (FactRef("dm-what", 1),)),))
RIGHT = Draft("认识2型糖尿病", (Sentence(DIABETES, (FactRef("dm-what", 1),)),))


@dataclass
class Reader:
    """A second reader who says the same of every text, or fails at each."""

    says: tuple[Objection, ...] | Exception
    name: str = "openai/qwen-max"
    read: list[tuple[Draft, Mapping[FactRef, FactText]]] = field(default_factory=list)

    def objections(self, draft: Draft, facts: Mapping[FactRef, FactText]) -> tuple[Objection, ...]:
        self.read.append((draft, facts))
        if isinstance(self.says, Exception):
            raise self.says
        return self.says


def checked(world: World) -> FactsChecked:
    verdict = world.content("dm-know").facts_check
    assert verdict
    return verdict


def under(reader: Reader, unheard: list[Exception] | None = None) -> World:
    """A hospital whose checks ask the reader, with a piece that waits for the editor."""
    world = World().open_hospital()
    world.checking = Checking(world.store, reader, (unheard if unheard is not None else []).append)
    return world.plan("dm-know")


def test_without_a_reader_the_rules_judge_alone(world: World) -> None:
    verdict = checked(world.plan("dm-know"))
    assert (verdict.passed, verdict.checker) == (True, CHECKER_VERSION)


def test_a_content_reader_changes_nothing_but_the_record_of_who_judged() -> None:
    reader = Reader(())
    verdict = checked(under(reader))
    assert (verdict.passed, verdict.objections) == (True, ())
    assert verdict.checker == f"{CHECKER_VERSION}+openai/qwen-max"
    assert [draft for draft, _ in reader.read] == [RIGHT]
    assert [fact.text for fact in reader.read[0][1].values()] == [DIABETES]


def test_an_objection_refuses_what_the_rules_let_pass_and_the_editor_gets_the_text() -> None:
    world = under(Reader((DOUBT,)))
    assert (checked(world).passed, checked(world).objections) == (False, (DOUBT,))
    assert world.content("dm-know").machine_drafts == 3
    with pytest.raises(DraftNotSupported):
        world.accept("dm-know")


def test_the_next_draft_is_told_the_reason_in_chinese() -> None:
    briefs: list[Brief] = []

    class Listening(RecitingDrafter):
        def draft(self, brief: Brief) -> Draft:
            briefs.append(brief)
            return super().draft(brief)

    world = World().open_hospital()
    world.checking = Checking(world.store, Reader((DOUBT,)))
    world.drafting = Drafting(world.store, Listening())
    world.plan("dm-know")
    assert [brief.objections for brief in briefs] == [(), *[("第1句：模型复核（语气强弱）：语气比事实更强",)] * 2]


@pytest.mark.parametrize(
    "fault", [ReviewerError("not JSON"), UnavailableError("busy"), KeyError("stopReason"), RecursionError()], ids=repr
)
def test_a_reader_that_fails_neither_permits_nor_blocks_and_is_not_named(fault: Exception) -> None:
    unheard: list[Exception] = []
    world = under(Reader(fault), unheard)
    assert (checked(world).passed, checked(world).checker) == (True, CHECKER_VERSION)
    assert unheard == [fault]
    world.newsroom.edit(HOSPITAL, "dm-know", revision=1, draft=WRONG, actor=EDITOR)
    assert not checked(world.settle()).passed
    assert unheard == [fault, fault]


def test_a_reader_cannot_permit_what_the_rules_refuse() -> None:
    world = under(Reader(()))
    world.newsroom.edit(HOSPITAL, "dm-know", revision=1, draft=WRONG, actor=EDITOR)
    assert not checked(world.settle()).passed


REF, OTHER = FactRef("dm-what", 1), FactRef("nobody", 9)
TEXTS = st.sampled_from((DIABETES, "2型糖尿病可以治愈。", "每次2片，每日3次。", "如有疑问，请咨询您的医生。", ""))
SENTENCES = st.builds(Sentence, TEXTS, st.sampled_from(((), (REF,), (OTHER,), (REF, OTHER))))
DRAFTS = st.builds(Draft, st.just("题"), st.lists(SENTENCES, max_size=4).map(tuple))
ANSWERS = st.lists(
    st.builds(Objection, st.integers(-2, 6), st.sampled_from(("ok", "dose", "omission", SECOND_OPINION)), TEXTS, TEXTS),
    max_size=5,
).map(tuple)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(DRAFTS, ANSWERS)
def test_whatever_a_reader_says_every_objection_of_the_rules_stands(draft: Draft, said: tuple[Objection, ...]) -> None:
    own = object_to(draft, {}, (REF,))
    joined = with_second_opinion(own, said, draft)
    assert joined[: len(own)] == own
    assert set(joined) >= set(own)
    assert all(each.kind == SECOND_OPINION and each.sentence < len(draft.sentences) for each in joined[len(own) :])


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 9) | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)
CLAIMED = st.fixed_dictionaries(
    {"sentence": st.integers(-1, 3), "kind": st.sampled_from((*KINDS, "ok", "omission")), "reason": TEXTS}
)
ANSWERED = JSON | st.fixed_dictionaries({"objections": st.lists(CLAIMED, max_size=3)})


@dataclass(frozen=True)
class Model:
    """A model that answers anything at all."""

    answer: object
    name: str = "openai/qwen-max"

    def ask(self, _question: Question) -> object:
        return self.answer


@settings(deadline=None, max_examples=60)
@given(st.sampled_from((RIGHT, WRONG)), ANSWERED)
def test_whatever_a_model_answers_the_check_refuses_at_least_what_it_refuses_alone(
    draft: Draft, answer: object
) -> None:
    alone, together = (World().open_hospital() for _ in range(2))
    together.checking = Checking(together.store, ModelReviewer(Model(answer)))
    for world in (alone, together):
        world.plan("dm-know").newsroom.edit(HOSPITAL, "dm-know", revision=revision(world), draft=draft, actor=EDITOR)
        world.settle()
    assert set(checked(together).objections) >= set(checked(alone).objections)
    assert checked(alone).passed or not checked(together).passed


def revision(world: World) -> int:
    return world.content("dm-know").revision


def test_the_record_of_who_judged_reads_as_a_version_and_a_name() -> None:
    assert re.fullmatch(r"[\d.]+\+openai/qwen-max", checked(under(Reader(()))).checker)
