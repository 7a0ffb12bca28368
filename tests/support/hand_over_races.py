"""A person asks for a nurse while the assistant's answer is on its way: two processes' worth of connections, one log.

Each race has a conversation of its own on DynamoDB. Whoever is later must see it: an answer never follows a hand-over.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from threading import Barrier

from narrowcast.application.assistant import Assistant
from narrowcast.application.guides import SignedLibrary
from narrowcast.application.ports import EventLog
from narrowcast.application.quoting import Quoting, Shelves
from narrowcast.application.retrieval import Ranking, Retrieval
from narrowcast.application.sealed_words import SealedWords
from narrowcast.application.store import Store, history
from narrowcast.application.streams import CONVERSATION
from narrowcast.domain.conversation import AnswerGiven, HandedOver
from narrowcast.domain.vocabulary import Form
from tests.support.newsroom import HOSPITAL, TOPIC, World

QUESTION = "什么是2型糖尿病？"

LONGEST_PAUSE = 12
"""Reads of the log by which the hand-over may be held back, so that either comes first in some races."""


@dataclass(frozen=True)
class Told:
    """How the races went: what stood in the log in the end, and how often an answer stood behind a hand-over."""

    races: int
    ends: Counter[str]
    spoken_over: int


def run_hand_overs(count: int, one: EventLog, two: EventLog) -> Told:
    """Race `count` times: the assistant answers through `one`, the person asks for a nurse through `two`."""
    world = World().open_hospital().publish("dm-qa", replace(TOPIC, title=QUESTION, form=Form.QA))
    for commit in sorted(world.log.scan(), key=lambda each: (each.stream, each.version)):
        one.append(commit)
    answering, asking = _assistant(world, one), _assistant(world, two)
    chance, ends, over = random.Random(20261122), Counter[str](), 0  # noqa: S311 - a schedule, not a secret
    with ThreadPoolExecutor(2) as pool:
        for _ in range(count):
            conversation = answering.open(HOSPITAL)
            number = answering.hear(HOSPITAL, conversation, QUESTION)
            stream, pause = CONVERSATION.stream(HOSPITAL, conversation), chance.randrange(LONGEST_PAUSE)
            line = Barrier(2)

            def answer(conversation: str = conversation, number: int = number, line: Barrier = line) -> None:
                line.wait()
                answering.answer(HOSPITAL, conversation, number)

            def ask(
                conversation: str = conversation, stream: str = stream, pause: int = pause, line: Barrier = line
            ) -> None:
                line.wait()
                for _read in range(pause):
                    two.head(stream)
                asking.ask_for_person(HOSPITAL, conversation)

            acts: tuple[Callable[[], None], ...] = (answer, ask)
            for running in [pool.submit(act) for act in acts]:
                running.result()
            told = [
                type(each.event).__name__
                for each in history(one, stream)
                if isinstance(each.event, AnswerGiven | HandedOver)
            ]
            ends[" then ".join(told)] += 1
            over += "AnswerGiven" in told[told.index("HandedOver") :]
    return Told(count, ends, over)


def _assistant(world: World, log: EventLog) -> Assistant:
    store = Store(log, world.clock, world.ids)
    library = SignedLibrary(store, world.key)
    searching = Retrieval(store, library, Ranking(world.index))
    return Assistant(store, searching, Shelves(world.read, library), Quoting(library), SealedWords(world.ring))
