"""Hand-overs racing answers on a real store: a thousand schedules, each step of each actor split where it can lose.

Between what an actor reads and what she appends anybody else may act. The assistant never speaks after a hand-over.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from itertools import permutations

import pytest

from narrowcast.adapters.memory.event_log import MemoryEventLog
from narrowcast.application.ports import ConflictError
from narrowcast.application.store import history
from narrowcast.application.streams import CONVERSATION
from narrowcast.contracts.commit import Commit
from narrowcast.domain.conversation import AnswerGiven, Claimed, GivenBack, HandedOver, QuestionAsked
from narrowcast.domain.errors import Refusal
from tests.support.front_desk import COLLEAGUE, NURSE, FrontDesk, demo_desk
from tests.support.newsroom import HOSPITAL

QUESTIONS = ("二甲双胍什么时候吃", "高血压有什么危害", "我能不能把二甲双胍加到三片", "二甲双胍和头孢能一起吃吗")
SCHEDULES = 1_000


class InterruptedLog(MemoryEventLog):
    """An event log whose writers are interrupted right before they append."""

    def __init__(self) -> None:
        super().__init__()
        self.before_append: Callable[[], None] = lambda: None

    def append(self, commit: Commit) -> None:
        self.before_append()
        super().append(commit)


@dataclass
class Stage:
    """A desk on a log that can be interrupted, and a conversation on it."""

    desk: FrontDesk
    log: InterruptedLog
    conversation: str
    heard: list[int] = field(default_factory=list)

    def interrupted(self, act: Callable[[], object], by: Iterator[Callable[[], object]]) -> None:
        """Act; each time before the append, the next of the others acts, whole."""

        def next_other() -> None:
            other = next(by, None)
            if other:
                self.log.before_append = lambda: None
                with suppress(Refusal, ConflictError):
                    other()
                self.log.before_append = next_other

        self.log.before_append = next_other
        with suppress(Refusal, ConflictError):
            act()
        self.log.before_append = lambda: None

    def ask(self, text: str) -> None:
        """The person writes."""
        self.heard.append(self.desk.assistant.hear(HOSPITAL, self.conversation, text))

    def answer(self) -> None:
        """The assistant answers what it heard last."""
        if self.heard:
            self.desk.assistant.answer(HOSPITAL, self.conversation, self.heard[-1])

    def acts(self) -> dict[str, Callable[[], object]]:
        """What the people can do."""
        inbox, assistant, where = self.desk.inbox, self.desk.assistant, (HOSPITAL, self.conversation)
        return {
            "wants a person": lambda: assistant.ask_for_person(*where),
            "claims": lambda: inbox.claim(*where, NURSE),
            "rival claims": lambda: inbox.claim(*where, COLLEAGUE),
            "replies": lambda: inbox.reply(*where, NURSE, "请稍等。"),
            "gives back": lambda: inbox.give_back(*where, NURSE),
            "answers": self.answer,
        }

    def events(self) -> list[object]:
        """What happened."""
        return [each.event for each in history(self.log, CONVERSATION.stream(HOSPITAL, self.conversation))]


@pytest.fixture(scope="module")
def library() -> FrontDesk:
    return demo_desk("met-start", "htn-know", "say-handoff")


@pytest.fixture
def stage(library: FrontDesk) -> Stage:
    """A conversation of its own on a copy of the log."""
    log = InterruptedLog()
    log._streams = {stream: list(commits) for stream, commits in library.world.log._streams.items()}
    desk = FrontDesk(library.world, vectors=False)
    desk.world.log = log
    desk.world.store = replace(library.world.store, log=log)
    return Stage(desk, log, desk.opened())


def spoken_over(events: list[object]) -> bool:
    """Whether an answer stands after a hand-over that came after its question, or while a person has the word."""
    asked = {event.number: at for at, event in enumerate(events) if isinstance(event, QuestionAsked)}
    with_person = False
    for at, event in enumerate(events):
        with_person = isinstance(event, HandedOver) or (with_person and not isinstance(event, GivenBack))
        if isinstance(event, AnswerGiven):
            between = events[asked[event.number] : at]
            if with_person or any(isinstance(each, HandedOver) for each in between):
                return True
    return False


def two_claims(events: list[object]) -> bool:
    """Whether a second member of staff got the conversation before it was passed on or given back."""
    holder = ""
    for event in events:
        if isinstance(event, Claimed):
            if holder and holder != event.staff:
                return True
            holder = event.staff
        elif isinstance(event, GivenBack | HandedOver):
            holder = ""
    return False


@pytest.mark.parametrize("others", list(permutations(("wants a person", "claims", "gives back"))))
def test_in_whatever_order_people_act_while_an_answer_is_on_its_way(stage: Stage, others: tuple[str, ...]) -> None:
    acts = stage.acts()
    for question in QUESTIONS:
        with suppress(Refusal):
            stage.ask(question)
        stage.interrupted(stage.answer, iter([acts[name] for name in others]))
        assert not spoken_over(stage.events())


def test_a_thousand_schedules_end_without_a_word_over_a_person(stage: Stage) -> None:
    chance = random.Random(20261122)  # noqa: S311 - a schedule, not a secret
    interrupted = 0
    for _ in range(SCHEDULES):
        stage.conversation, stage.heard = stage.desk.opened(), []
        for _ in range(chance.randint(1, 4)):
            acts = stage.acts()
            names = list(acts)
            if chance.random() < 0.6:
                with suppress(Refusal):
                    stage.ask(chance.choice(QUESTIONS))
            act = acts[chance.choice(["answers", "answers", *names])]
            by = [acts[chance.choice(names)] for _ in range(chance.randint(0, 3))]
            interrupted += bool(by)
            stage.interrupted(act, iter(by))
        assert not spoken_over(stage.events())
        assert not two_claims(stage.events())
    assert interrupted > SCHEDULES


def test_the_schedules_do_reach_the_race_they_are_about(stage: Stage) -> None:
    """An answer that would have been given, had nobody acted between its decision and its append."""
    stage.ask(QUESTIONS[0])
    stage.interrupted(stage.answer, iter([stage.acts()["wants a person"]]))
    kinds = [type(event).__name__ for event in stage.events()]
    assert kinds == ["ConversationOpened", "QuestionAsked", "HandedOver"]
