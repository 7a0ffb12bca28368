"""Who may speak when: every order in which a few people act is tried, and the assistant never talks over a person."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import combinations
from math import factorial, prod
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from narrowcast.domain import conversation as conversations
from narrowcast.domain.conversation import (
    RETENTION,
    AlreadyClaimed,
    AnswerGiven,
    AnswerRated,
    AnswerReported,
    AssistantIsMute,
    Complaint,
    Conversation,
    ConversationEnded,
    ConversationOpened,
    ConversationTaken,
    ConversationUnknown,
    Event,
    GivenBack,
    HandedOver,
    Handover,
    Kind,
    NoteAdded,
    NotYours,
    Phase,
    QuestionAsked,
    QuestionUnknown,
    Quote,
    ReportSettled,
    StaffReplied,
    Words,
    evolve,
)
from narrowcast.domain.errors import Refusal

AT = datetime(2026, 11, 21, 7, 30, tzinfo=UTC)
OPENED = ConversationOpened("p-1", "endo", "page")
QUOTE = Quote("met-start", 2, "9f2c" * 16, 1)
NURSE, COLLEAGUE = "nurse-07", "nurse-08"
Log = tuple[Event, ...]
Step = Callable[[Log], Sequence[Event]]


def folded(events: Sequence[Event]) -> Conversation:
    state = Conversation()
    for event in events:
        state = evolve(state, event)
    return state


def after(*steps: Step, begin: Log = (OPENED,)) -> Log:
    """Return the log after steps, each deciding on what is there; refusals stand as errors of the test."""
    log = begin
    for step in steps:
        log = (*log, *step(log))
    return log


def asked(message: str = "m-1", **words: object) -> Step:
    said = Words(message, "c2VhbGVk", "library", doubtful=False, terms=("d:二甲双胍",), **words)  # type: ignore[arg-type]
    return lambda log: conversations.ask(folded(log), said, department="", in_hours=True, at=AT)


def answered(number: int = 1, kind: Kind = Kind.ANSWER, handed: HandedOver | None = None) -> Step:
    given_ = AnswerGiven(number, kind, (QUOTE,), (), "rules")
    return lambda log: conversations.answer(folded(log), given_, handed)


def wanting_a_person(number: int = 0, reason: Handover = Handover.ASKED, department: str = "") -> Step:
    handed = HandedOver(number, reason, department, in_hours=True, at=AT)
    return lambda log: conversations.hand_over(folded(log), handed)


def claimed(staff: str = NURSE) -> Step:
    return lambda log: conversations.claim(folded(log), staff, at=AT)


def replied(staff: str = NURSE, message: str = "r-1") -> Step:
    said = StaffReplied(message, staff, "周敏", "nurse", "c2VhbGVk", "", (), AT)
    return lambda log: conversations.reply(folded(log), said)


def given_back(staff: str = NURSE) -> Step:
    return lambda log: conversations.give_back(folded(log), staff)


def closed(by: str = NURSE) -> Step:
    return lambda log: conversations.close(folded(log), by)


class TestHandOver:
    def test_a_person_who_is_asked_for_is_waited_for_then_speaks_then_gives_back(self) -> None:
        log = after(asked(), answered(), wanting_a_person(department="cardio"))
        assert (folded(log).phase, folded(log).department) == (Phase.WAITING, "cardio")
        log = after(claimed(), replied(), begin=log)
        assert folded(log).phase is Phase.WITH_STAFF
        log = after(given_back(), asked("m-2"), answered(2), begin=log)
        assert folded(log).question(2).answer

    def test_an_answer_that_was_on_its_way_is_refused_after_the_hand_over(self) -> None:
        log = after(asked(), wanting_a_person())
        with pytest.raises(AssistantIsMute):
            answered()(log)

    def test_it_stays_refused_when_staff_have_given_the_conversation_back_meanwhile(self) -> None:
        log = after(asked(), wanting_a_person(), claimed(), given_back())
        with pytest.raises(AssistantIsMute):
            answered()(log)

    def test_a_question_put_to_a_person_is_never_answered_by_the_assistant(self) -> None:
        log = after(wanting_a_person(), asked(), claimed(), given_back())
        with pytest.raises(AssistantIsMute):
            answered()(log)

    def test_whoever_waits_is_not_handed_over_again_so_there_is_no_loop(self) -> None:
        log = after(wanting_a_person())
        assert wanting_a_person()(log) == ()
        assert wanting_a_person()(after(claimed(), begin=log)) == ()

    def test_an_unsure_answer_and_its_hand_over_are_one_decision(self) -> None:
        handed = HandedOver(1, Handover.UNSURE, "endo", in_hours=True, at=AT)
        events = answered(kind=Kind.UNSURE, handed=handed)(after(asked()))
        assert [type(each) for each in events] == [AnswerGiven, HandedOver]

    def test_self_harm_goes_to_a_person_with_the_question_itself(self) -> None:
        log = after(asked(emergency=(), self_harm=True))
        state = folded(log)
        assert (state.phase, state.alarm, state.handed and state.handed.reason) == (
            Phase.WAITING,
            True,
            Handover.SELF_HARM,
        )

    def test_an_emergency_is_shown_beside_a_person_too_and_is_no_answer_of_the_assistant(self) -> None:
        log = after(wanting_a_person(), claimed(), asked(emergency=(QUOTE,)))
        assert folded(log).question(1).emergency
        assert answered()(log) == ()


class TestStaff:
    def test_two_cannot_both_claim(self) -> None:
        log = after(wanting_a_person(), claimed())
        assert claimed()(log) == ()
        with pytest.raises(AlreadyClaimed):
            claimed(COLLEAGUE)(log)

    def test_staff_may_take_a_conversation_out_of_the_assistants_hands(self) -> None:
        log = after(asked(emergency=()), claimed())
        state = folded(log)
        assert (state.phase, state.alarm) == (Phase.WITH_STAFF, False)

    @pytest.mark.parametrize("step", [replied(COLLEAGUE), given_back(COLLEAGUE), closed(COLLEAGUE)])
    def test_only_who_claimed_speaks_gives_back_and_closes(self, step: Step) -> None:
        with pytest.raises(NotYours):
            step(after(wanting_a_person(), claimed()))
        with pytest.raises(NotYours):
            step(after(wanting_a_person()))

    def test_a_message_sent_twice_counts_once(self) -> None:
        log = after(wanting_a_person(), claimed(), replied(), asked("m-9"))
        assert replied()(log) == ()
        assert asked("m-9")(log) == ()
        added = NoteAdded("n-1", COLLEAGUE, "c2VhbGVk")
        log = (*log, *conversations.note(folded(log), added))
        assert conversations.note(folded(log), added) == ()

    def test_a_transfer_waits_in_the_other_departments_inbox(self) -> None:
        log = after(wanting_a_person(), claimed())
        passed = conversations.transfer(folded(log), NURSE, department="cardio", in_hours=False, at=AT)
        state = folded((*log, *passed))
        assert (state.phase, state.department, state.claimed) == (Phase.WAITING, "cardio", None)

    def test_staff_are_reminded_each_time_the_wait_has_passed(self) -> None:
        log = after(wanting_a_person())
        every = timedelta(minutes=15)

        def reminded(log: Log, minutes: int, opened: datetime = AT) -> tuple[Event, ...]:
            at = AT + timedelta(minutes=minutes)
            return conversations.remind(folded(log), every=every, opened=opened, at=at)

        assert reminded(log, 14) == ()
        log = (*log, *reminded(log, 15))
        assert reminded(log, 29) == ()
        log = (*log, *reminded(log, 30))
        assert [each.count for each in folded(log).reminders] == [1, 2]
        assert reminded(after(claimed(), begin=log), 90) == ()
        assert reminded(log, 90, opened=AT + timedelta(minutes=80)) == ()


class TestEnds:
    def test_nothing_is_said_after_the_end_and_closing_again_changes_nothing(self) -> None:
        log = after(asked(), closed(conversations.PATIENT))
        assert closed(conversations.PATIENT)(log) == ()
        for step in (asked("m-2"), answered(), wanting_a_person(), claimed(), replied()):
            with pytest.raises(ConversationEnded):
                step(log)

    def test_whoever_leaves_in_an_emergency_is_still_looked_after(self) -> None:
        log = after(asked(emergency=(QUOTE,)), closed(conversations.PATIENT))
        assert (folded(log).phase, folded(log).alarm) == (Phase.CLOSED, True)
        with pytest.raises(ConversationEnded):
            asked("m-2")(log)
        taken = after(claimed(), begin=log)
        assert (folded(taken).phase, folded(taken).alarm) == (Phase.WITH_STAFF, False)
        assert folded(after(replied(), closed(NURSE), begin=taken)).phase is Phase.CLOSED

    def test_an_answer_from_before_the_end_is_not_given_when_staff_opened_it_again_and_gave_it_back(self) -> None:
        log = after(asked("m-1"), asked("m-2", emergency=(QUOTE,)), closed(conversations.PATIENT))
        back = after(claimed(), given_back(), begin=log)
        assert folded(back).phase is Phase.ASSISTANT
        with pytest.raises(AssistantIsMute):
            answered(1)(back)

    def test_words_are_kept_three_years_after_the_last_step_and_erased_once(self) -> None:
        state = folded(after(asked()))
        assert timedelta(days=3 * 365 + 1) <= RETENTION
        assert conversations.erase_words(state, last=AT, at=AT + RETENTION - timedelta(seconds=1)) == ()
        [erased] = conversations.erase_words(state, last=AT, at=AT + RETENTION)
        gone = evolve(state, erased)
        assert (gone.phase, gone.erased) == (Phase.CLOSED, True)
        assert conversations.erase_words(gone, last=AT, at=AT + 2 * RETENTION) == ()

    def test_a_conversation_is_opened_once(self) -> None:
        assert conversations.open_conversation(folded((OPENED,)), OPENED) == ()
        with pytest.raises(ConversationTaken):
            conversations.open_conversation(folded((OPENED,)), ConversationOpened("p-2", "endo", "page"))
        with pytest.raises(ConversationUnknown):
            asked()(())


class TestVerdicts:
    def test_a_sentence_is_reported_once_and_settled_once(self) -> None:
        reported = AnswerReported(1, 0, Complaint.WRONG)
        log = after(asked(), answered())
        log = (*log, *conversations.report(folded(log), reported))
        assert conversations.report(folded(log), reported) == ()
        settled = ReportSettled(1, 0, NURSE, upheld=True)
        log = (*log, *conversations.settle_report(folded(log), settled))
        assert conversations.settle_report(folded(log), settled) == ()
        assert folded(log).question(1).open_reports == ()
        assert folded(log).question(1).unmet == "reported"

    def test_what_was_not_said_can_be_neither_reported_nor_rated(self) -> None:
        log = after(asked())
        with pytest.raises(QuestionUnknown):
            conversations.report(folded(log), AnswerReported(1, 0, Complaint.WRONG))
        with pytest.raises(QuestionUnknown):
            conversations.report(folded(log), AnswerReported(2, 0, Complaint.WRONG))
        with pytest.raises(QuestionUnknown):
            conversations.rate(folded(log), AnswerRated(1, helpful=True))

    def test_the_last_rating_counts(self) -> None:
        log = after(asked(), answered())
        log = (*log, *conversations.rate(folded(log), AnswerRated(1, helpful=False)))
        assert folded(log).question(1).unmet == "not_helpful"
        assert conversations.rate(folded(log), AnswerRated(1, helpful=False)) == ()
        log = (*log, *conversations.rate(folded(log), AnswerRated(1, helpful=True)))
        assert folded(log).question(1).unmet == ""


# Every order


class Action(NamedTuple):
    """A name, and what its actor does on the log as it finds it."""

    name: str
    step: Step


ASSISTANT = (Action("asks 1", asked("m-1")), Action("answers 1", answered(1)), Action("asks 2", asked("m-2")))
ANSWERS_LATE = (*ASSISTANT, Action("answers 2", answered(2)), Action("answers 1 again", answered(1)))
PERSON = (Action("wants a person", wanting_a_person()), Action("wants one again", wanting_a_person()))
STAFF = (Action("claims", claimed()), Action("replies", replied()), Action("gives back", given_back()))
RIVAL = (Action("rival claims", claimed(COLLEAGUE)), Action("rival gives back", given_back(COLLEAGUE)))


def merges(*actors: tuple[Action, ...]) -> Iterator[tuple[Action, ...]]:
    """Yield every order in which the actors' steps can follow one another, each actor's own order kept."""
    if len(actors) == 1:
        yield actors[0]
        return
    first, *others = actors
    for rest in merges(*others):
        places = range(len(first) + len(rest))
        for taken in combinations(places, len(first)):
            own, other = iter(first), iter(rest)
            yield tuple(next(own) if place in taken else next(other) for place in places)


def played(order: Sequence[Action]) -> Log:
    log: Log = (OPENED,)
    for action in order:
        try:
            log = (*log, *action.step(log))
        except Refusal:
            continue
    return log


def talks_over_a_person(log: Log) -> bool:
    """Whether an answer stands after a hand-over that came after its question, or while a person has the word."""
    asked_at = {event.number: at for at, event in enumerate(log) if isinstance(event, QuestionAsked)}
    with_person = False
    for at, event in enumerate(log):
        with_person = isinstance(event, HandedOver) or (with_person and not isinstance(event, GivenBack))
        if isinstance(event, AnswerGiven):
            since = log[asked_at[event.number] : at]
            if with_person or any(isinstance(each, HandedOver) for each in since):
                return True
    return False


LEAVER = (
    Action("tells of an emergency", asked("m-9", emergency=(QUOTE,))),
    Action("leaves", closed(conversations.PATIENT)),
)


@pytest.mark.parametrize(
    "actors", [(ANSWERS_LATE, PERSON, STAFF), (ASSISTANT, STAFF, RIVAL), (ASSISTANT, STAFF, LEAVER)]
)
def test_in_no_order_does_the_assistant_speak_after_a_hand_over(actors: tuple[tuple[Action, ...], ...]) -> None:
    orders = 0
    for order in merges(*actors):
        log = played(order)
        orders += 1
        assert not talks_over_a_person(log), [action.name for action in order]
        assert sum(isinstance(event, StaffReplied) for event in log) <= 1
    lengths = [len(steps) for steps in actors]
    assert orders == factorial(sum(lengths)) // prod(map(factorial, lengths))


def test_the_watchman_sees_an_assistant_that_talks_over() -> None:
    log = after(asked(), wanting_a_person())
    assert talks_over_a_person((*log, AnswerGiven(1, Kind.ANSWER, (), (), "")))
    log = after(asked(), wanting_a_person(), claimed(), given_back())
    assert talks_over_a_person((*log, AnswerGiven(1, Kind.ANSWER, (), (), "")))


@given(st.lists(st.sampled_from((*ANSWERS_LATE, *PERSON, *STAFF, *RIVAL, Action("closes", closed())))))
def test_whatever_people_do_the_fold_holds(order: list[Action]) -> None:
    log = played(order)
    state = folded(log)
    assert not talks_over_a_person(log)
    assert (state.phase is Phase.WITH_STAFF) == (state.claimed is not None)
    assert state.handovers == sum(isinstance(event, HandedOver) for event in log)
