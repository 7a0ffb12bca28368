"""The demo hospital's signed library in memory, with the assistant before it and staff behind it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import msgspec

from narrowcast.adapters.embedding.local_e5 import LocalE5
from narrowcast.application.assistant import Assistant, Reply
from narrowcast.application.guides import SignedLibrary
from narrowcast.application.inbox import Inbox, Staff
from narrowcast.application.ports import Chooser, Contact
from narrowcast.application.quoting import Glossary, Quoting, Shelves
from narrowcast.application.reminders import Reminders
from narrowcast.application.retention import Retention
from narrowcast.application.retrieval import Ranking, Retrieval
from narrowcast.application.sealed_words import SealedWords
from narrowcast.application.streams import CONTENT, CONVERSATION
from narrowcast.application.transcripts import Transcripts
from narrowcast.domain.content import Tags, TopicPlanned
from narrowcast.domain.conversation import Conversation
from narrowcast.domain.draft import FactRef
from narrowcast.domain.fact import Statement
from narrowcast.domain.hospital import HospitalRegistered
from narrowcast.domain.signer import SignerRegistered
from narrowcast.domain.vocabulary import AgeBand, Audience, Form, Section, Stage
from tests.support.newsroom import EDITOR, HOSPITAL, World

DEMO = Path(__file__).parents[2] / "events" / "demo"
LIBRARY = ("", "assistant/")
"""What is for guides, and what is said to somebody who asks."""
NURSE = Staff("nurse-07", "周敏", "nurse")
COLLEAGUE = Staff("nurse-08", "吴静", "nurse")


def load(name: str) -> Any:
    """Return one of the demo hospital's files."""
    return json.loads((DEMO / name).read_text("utf-8"))


@dataclass
class FrontDesk:
    """A world whose library is open to questions."""

    world: World = field(default_factory=World)
    chooser: Chooser | None = None
    vectors: bool = True

    @cached_property
    def retrieval(self) -> Retrieval:
        """Search over the world's index, by words alone."""
        return Retrieval(self.world.store, self.world.library, Ranking(self.world.index))

    @cached_property
    def shelves(self) -> Shelves:
        """Signed pieces by form."""
        return Shelves(self.world.read, self.world.library)

    @cached_property
    def words(self) -> SealedWords:
        """The seal over people's words."""
        return SealedWords(self.world.ring)

    @cached_property
    def transcripts(self) -> Transcripts:
        """Conversations as they are read."""
        return Transcripts(self.world.store, self.words, Quoting(self.world.library), Glossary(self.shelves))

    @property
    def assistant(self) -> Assistant:
        """The assistant, its questions routed by the local model, or by cues alone."""
        quoting, embed = Quoting(self.world.library), LocalE5().queries if self.vectors else None
        return Assistant(self.world.store, self.retrieval, self.shelves, quoting, self.words, embed, self.chooser)

    @property
    def inbox(self) -> Inbox:
        """What staff use."""
        return Inbox(self.world.store, self.world.read, self.words, self.transcripts, self.shelves)

    @property
    def reminders(self) -> Reminders:
        """What the schedule runs for whoever waits."""
        return Reminders(self.world.store, self.world.read)

    @property
    def retention(self) -> Retention:
        """What the schedule runs for what was kept long enough."""
        return Retention(self.world.store, self.world.read, self.words)

    @property
    def library(self) -> SignedLibrary:
        """The gate of the library."""
        return self.world.library

    def opened(self, **who: str) -> str:
        """Begin a conversation and return its id."""
        return self.assistant.open(HOSPITAL, **who)

    def ask(self, text: str, conversation: str = "") -> Reply:
        """Ask, in a conversation of its own unless one is named; the projections catch up."""
        reply = self.assistant.ask(HOSPITAL, conversation or self.opened(), text)
        self.world.settle()
        return reply

    def conversation(self, name: str) -> Conversation:
        """The conversation as the log has it."""
        return self.world.store.load(CONVERSATION, HOSPITAL, name).state

    def signed_texts(self) -> frozenset[str]:
        """Every sentence that may be shown now, read from the log and not through any index."""
        names = {e.stream.partition("#")[2] for e in self.world.envelopes() if f"/{CONTENT.name}#" in e.stream}
        today = self.world.clock.now().date()
        states = (self.world.library.piece(HOSPITAL, name, on=today) for name in names)
        return frozenset(sentence.text for state in states if state for sentence in state.draft.sentences)


def demo_desk(*keys: str) -> FrontDesk:
    """Return a desk at which the demo hospital's pieces, or those named, are signed and published."""
    desk = FrontDesk()
    open_demo_hospital(desk.world)
    topics = [topic for name in LIBRARY for topic in load(f"{name}topics.json") if not keys or topic["key"] in keys]
    for topic in topics:
        desk.world.publish(topic["key"], planned(topic))
    return desk


def open_demo_hospital(world: World) -> None:
    """Register the hospital, its signers and all their facts."""
    profile = load("hospital.json")
    departments = [{"department": each["id"], "name": each["name"]} for each in profile.pop("departments")]
    profile.pop("hospital")
    registered = msgspec.convert(profile | {"departments": departments}, HospitalRegistered)
    world.registry.register_hospital(HOSPITAL, registered, EDITOR)
    for signer in load("signers.json"):
        _register(world, signer)
    for fact in (fact for name in LIBRARY for fact in load(f"{name}facts.json")):
        statement = msgspec.convert({k: v for k, v in fact.items() if k not in ("key", "author")}, Statement)
        world.facts.propose(HOSPITAL, fact["key"], statement, fact["author"], EDITOR)
        world.facts.approve(HOSPITAL, fact["key"], fact["author"], EDITOR)
    world.settle()


def _register(world: World, signer: dict[str, Any]) -> None:
    contact = Contact(phone=signer.pop("phone"), email=signer.pop("email"))
    profile = msgspec.convert({"signer_id": signer.pop("signer"), **signer}, SignerRegistered)
    world.registry.register_signer(HOSPITAL, profile, contact, EDITOR)


def planned(topic: dict[str, Any]) -> TopicPlanned:
    """Return a topic of the demo hospital as it is planned."""
    tags = Tags(
        tuple(topic["codes"]),
        tuple(topic["treatments"]),
        tuple(map(Stage, topic["stages"])),
        tuple(map(AgeBand, topic["age_bands"])),
        Audience(topic["audience"]),
    )
    facts = tuple(FactRef(key, 1) for key in topic["fact_keys"])
    return TopicPlanned(
        topic["title"],
        Form(topic["form"]),
        Section(topic["section"]),
        tags,
        facts,
        topic["signer"],
        topic["department"],
        (),
    )


class Scripted:
    """Chooser that answers what it was given, in turn, and keeps what it was shown."""

    name = "scripted"

    def __init__(self, *answers: Sequence[int] | Exception) -> None:
        self._answers: Iterator[Sequence[int] | Exception] = iter(answers)
        self.shown: list[tuple[str, tuple[str, ...]]] = []

    def choose(self, question: str, sentences: Sequence[str]) -> tuple[int, ...]:
        self.shown.append((question, tuple(sentences)))
        answer = next(self._answers, ())
        if isinstance(answer, Exception):
            raise answer
        return tuple(answer)


def with_chooser(desk: FrontDesk, chooser: Chooser) -> FrontDesk:
    """Return the desk with a model that chooses."""
    return replace(desk, chooser=chooser)
