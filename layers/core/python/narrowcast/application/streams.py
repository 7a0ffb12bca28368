"""The aggregates as streams: where each one's events stand and how they fold."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from narrowcast.domain import (
    card,
    care,
    content,
    conversation,
    diary,
    fact,
    follower,
    guide,
    hospital,
    key_points,
    patient,
    recall,
    reference,
    reminding,
    signer,
    subscription,
    visit,
)

S = TypeVar("S")


@dataclass(frozen=True, slots=True)
class Aggregate(Generic[S]):
    """A kind of stream: its name in keys, its state before any event, its fold.

    One that `grows` for as long as a person is cared for gets snapshots. Pieces, facts and signers never do: what may
    be shown to a patient is folded from the log alone.
    """

    name: str
    initial: S
    evolve: Callable[[S, Any], S]
    grows: bool = False

    def stream(self, hospital_id: str, key: str) -> str:
        """Return the stream key `<hospital>/<aggregate>#<id>`."""
        return f"{hospital_id}/{self.name}#{key}"


HOSPITAL = Aggregate("hospital", hospital.Hospital(), hospital.evolve)
SIGNER = Aggregate("signer", signer.Signer(), signer.evolve)
FACT = Aggregate("fact", fact.Fact(), fact.evolve)
CONTENT = Aggregate("content", content.Content(), content.evolve)
VISIT = Aggregate("visit", visit.Visit(), visit.evolve, grows=True)
PATIENT = Aggregate("patient", patient.Patient(), patient.evolve, grows=True)
GUIDE = Aggregate("guide", guide.Guide(), guide.evolve, grows=True)
REFERENCE = Aggregate("reference", reference.Reference(), reference.evolve)
CARD = Aggregate("card", card.Card(), card.evolve)
RECALL = Aggregate("recall", recall.Recall(), recall.evolve)
KEY_POINTS = Aggregate("key-points", key_points.KeyPoints(), key_points.evolve)
CONVERSATION = Aggregate("conversation", conversation.Conversation(), conversation.evolve)
REMINDERS = Aggregate("reminders", reminding.Reminders(), reminding.evolve, grows=True)
DIARY = Aggregate("diary", diary.Diary(), diary.evolve, grows=True)
TASK = Aggregate("task", care.Task(), care.evolve)
FOLLOWER = Aggregate("follower", follower.Follower(), follower.evolve, grows=True)
SUBSCRIPTION = Aggregate("subscription", subscription.Block(), subscription.evolve)

AGGREGATES: dict[str, Aggregate[Any]] = {
    each.name: each
    for each in (
        HOSPITAL,
        SIGNER,
        FACT,
        CONTENT,
        VISIT,
        PATIENT,
        GUIDE,
        REFERENCE,
        FOLLOWER,
        SUBSCRIPTION,
        CARD,
        CONVERSATION,
        RECALL,
        KEY_POINTS,
        REMINDERS,
        DIARY,
        TASK,
    )
}


@dataclass(frozen=True, slots=True)
class StreamKey:
    """A stream key taken apart."""

    hospital: str
    aggregate: str
    key: str

    @classmethod
    def parse(cls, stream: str) -> StreamKey:
        """Take `<hospital>/<aggregate>#<id>` apart; ValueError if it is not one."""
        found = cls.find(stream)
        if found is None:
            message = f"not a stream key: {stream!r}"
            raise ValueError(message)
        return found

    @classmethod
    def find(cls, stream: str) -> StreamKey | None:
        """Take a stream key apart; None if it is not one."""
        hospital_id, slash, rest = stream.partition("/")
        aggregate, hash_, key = rest.partition("#")
        if not (slash and hash_ and hospital_id and key and aggregate in AGGREGATES):
            return None
        return cls(hospital_id, aggregate, key)
