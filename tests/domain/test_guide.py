from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from narrowcast.application.streams import GUIDE
from narrowcast.domain import guide
from narrowcast.domain.draft import FactRef
from narrowcast.domain.guide import (
    CANCELLED,
    CORRECTED,
    Gap,
    GuideAssembled,
    GuideCorrected,
    GuidePushed,
    GuideSection,
    GuideUnknown,
    PieceRef,
    PushFailed,
    SectionNotInGuide,
    SectionQuestioned,
    SectionUnderstood,
)
from narrowcast.domain.reading import HelpNeeded
from narrowcast.domain.vocabulary import Channel, Section
from tests.support.scenario import given

MADE = GuideAssembled(
    "v-1",
    "p-1",
    (GuideSection(Section.DISEASE, (PieceRef("dm-know", 1, "ab" * 32, (FactRef("dm-what", 1),)),)),),
    (Gap(Section.DIET, "E11.9"),),
    "2026-11-21",
)
AMENDED = replace(MADE, gaps=())
PUSHED = GuidePushed("g-1.1", Channel.SMS)
FAILED = PushFailed("g-1.1", Channel.SMS, "UndeliverableError")
UNDERSTOOD, QUESTIONED = SectionUnderstood(Section.DISEASE), SectionQuestioned(Section.DISEASE)
CALLED = HelpNeeded(Section.DISEASE)


def test_a_guide_is_recorded_when_it_changes() -> None:
    given(GUIDE).when(guide.record_assembly, MADE).then(MADE)
    given(GUIDE, MADE).when(guide.record_assembly, MADE).then_nothing()
    given(GUIDE, MADE).when(guide.record_assembly, AMENDED).then(AMENDED)


def test_a_new_edition_keeps_what_the_patient_said() -> None:
    state = given(GUIDE, MADE, UNDERSTOOD, AMENDED).state
    assert (state.edition, state.made, state.understood) == (2, AMENDED, {Section.DISEASE})


def test_a_push_and_its_failure_are_recorded_once() -> None:
    given(GUIDE, MADE).when(guide.record_push, push_id="g-1.1", channel=Channel.SMS).then(PUSHED)
    given(GUIDE, MADE, PUSHED).when(guide.record_push, push_id="g-1.1", channel=Channel.SMS).then_nothing()
    refused = {"push_id": "g-1.1", "channel": Channel.SMS, "reason": "UndeliverableError"}
    given(GUIDE, MADE).when(guide.record_failure, **refused).then(FAILED)
    given(GUIDE, MADE, FAILED).when(guide.record_failure, **refused).then_nothing()


def test_a_section_is_answered_and_the_latest_answer_holds() -> None:
    yes, no = ({"section": Section.DISEASE, "understood": each} for each in (True, False))
    given(GUIDE, MADE).when(guide.answer_section, **yes).then(UNDERSTOOD)
    given(GUIDE, MADE, UNDERSTOOD).when(guide.answer_section, **yes).then_nothing()
    given(GUIDE, MADE, UNDERSTOOD).when(guide.answer_section, **no).then(QUESTIONED, CALLED)
    state = given(GUIDE, MADE, UNDERSTOOD, QUESTIONED).state
    assert (state.understood, state.questioned) == (frozenset(), {Section.DISEASE})
    given(GUIDE, MADE, UNDERSTOOD, QUESTIONED).when(guide.answer_section, **yes).then(UNDERSTOOD)


def test_a_question_calls_a_nurse_once_a_section() -> None:
    asks = {"section": Section.DISEASE, "understood": False}
    given(GUIDE, MADE).when(guide.answer_section, **asks).then(QUESTIONED, CALLED)
    given(GUIDE, MADE, QUESTIONED, CALLED, UNDERSTOOD).when(guide.answer_section, **asks).then(QUESTIONED)


def test_a_section_that_stayed_empty_cannot_be_answered() -> None:
    given(GUIDE, MADE).when(guide.answer_section, section=Section.DIET, understood=True).refused(
        SectionNotInGuide, field="section"
    )


@pytest.mark.parametrize(
    ("decision", "named"),
    [
        (guide.record_push, {"push_id": "g-1.1", "channel": Channel.SMS}),
        (guide.record_failure, {"push_id": "g-1.1", "channel": Channel.SMS, "reason": "x"}),
        (guide.answer_section, {"section": Section.DISEASE, "understood": True}),
    ],
)
def test_nothing_happens_to_a_guide_that_was_never_made(decision: Any, named: dict[str, Any]) -> None:
    given(GUIDE).when(decision, **named).refused(GuideUnknown, field="guide_id")


def test_an_edition_without_what_was_told_in_error_is_a_correction() -> None:
    emptied = replace(MADE, sections=())
    corrected = GuideCorrected(2, CORRECTED, ("dm-know",))
    given(GUIDE, MADE).when(guide.record_assembly, emptied, fallen=["dm-know"]).then(emptied, corrected)
    state = given(GUIDE, MADE, emptied, corrected).state
    assert (state.correcting, state.cancelled, state.edition) == (True, False, 2)
    assert not given(GUIDE, MADE, emptied, corrected, MADE).state.correcting


def test_a_cancelled_visits_guide_is_cancelled_until_it_is_made_again() -> None:
    emptied = replace(MADE, sections=(), gaps=())
    corrected = GuideCorrected(2, CANCELLED, ("dm-know",))
    given(GUIDE, MADE).when(guide.record_assembly, emptied, fallen=["dm-know"], cancelled=True).then(emptied, corrected)
    assert given(GUIDE, MADE, emptied, corrected).state.cancelled
    assert not given(GUIDE, MADE, emptied, corrected, MADE).state.cancelled
    given(GUIDE, MADE, emptied, corrected).when(guide.record_assembly, emptied, cancelled=True).then_nothing()
