"""Finds work that stands still and sets it going again: pieces whose workflow died, events whose effect is missing.

It only ever repeats what may be repeated: executions under the name of their event, waits that are answered once,
messages that were certainly not sent. What may have been sent is reported and left to a person.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import TypeVar
from zlib import crc32

from narrowcast.application.dispatch import Dispatcher, effect_of, guide_effect
from narrowcast.application.guides import guide_id_of, push_id_of
from narrowcast.application.hospitals import profile_of
from narrowcast.application.parking import DISPATCH, Kind, Parking, Replay, reason_of
from narrowcast.application.persons import Persons
from narrowcast.application.ports import Effects, InDoubtError, ReadTable, Workflows
from narrowcast.application.projections import HOSPITALS
from narrowcast.application.recalls import PROCESS as RECALLING
from narrowcast.application.recalls import start_recall
from narrowcast.application.store import Actor, Store, history
from narrowcast.application.streams import AGGREGATES, CONTENT, GUIDE, PATIENT, RECALL, VISIT, StreamKey
from narrowcast.contracts.codec import Envelope, decode
from narrowcast.domain.content import SignatureRequested, Status
from narrowcast.domain.guide import failed
from narrowcast.domain.patient import Patient, PushApproved
from narrowcast.domain.vocabulary import Channel, Risk

UNFINISHED = frozenset({Status.PLANNED, Status.DRAFTED, Status.ACCEPTED, Status.SIGNED})
RECENT = timedelta(days=14)
"""How long after its last message a visit is looked into. Its guide is missed by somebody within that time."""
LIMIT = timedelta(seconds=240)
"""How long one call may take: less than its function has."""

RUNNING = timedelta(minutes=5)
"""What a guide's making may take once the visit's messages have settled."""
Row = Mapping[str, object]
RESTARTED, REPLAYED, IN_DOUBT, FAILED = "restarted", "replayed", "in_doubt", "failed"


@dataclass(frozen=True, slots=True)
class Report:
    """What was set going again: content ids whose workflow was restarted, streams whose effects were replayed.

    `in_doubt` names the parked records of which nobody knows whether a message left, `failed` the streams that could
    not be looked into; `why` gives the reason for each item. `finished` is False if time ran out: the next call
    begins elsewhere.
    """

    restarted: tuple[str, ...]
    replayed: tuple[str, ...]
    in_doubt: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()
    why: Mapping[str, str] = field(default_factory=dict)
    finished: bool = True


@dataclass(frozen=True, slots=True)
class Deed:
    """One thing that was done or found, and why."""

    kind: str
    item: str
    why: str


@dataclass(frozen=True, slots=True)
class Reconciler:
    """Compares what should be under way with what is."""

    store: Store
    read: ReadTable
    workflows: Workflows
    dispatcher: Dispatcher
    effects: Effects
    parking: Parking
    replay: Replay

    def reconcile(self, limit: timedelta = LIMIT) -> Report:
        """Restart dead workflows and replay missing effects of every hospital; harmless when all is well."""
        until = self.store.clock.now() + limit
        deeds: list[Deed] = []
        for deed in self._look():
            deeds += [deed] if deed else []
            if self.store.clock.now() > until:
                return _report(deeds, finished=False)
        return _report(deeds, finished=True)

    def _look(self) -> Iterator[Deed | None]:
        """Do what is to be done; yield after each thing looked at, so that time is kept."""
        yield from self._parked()
        hospitals = in_turn(self.store.clock.now(), [str(row["hospital"]) for row in self.read.query(HOSPITALS)])
        for hospital in hospitals:
            yield from self._production(hospital)
        for hospital in hospitals:
            yield from self._recalls(hospital)
        for hospital in hospitals:
            yield from self._delivery(hospital)

    def _parked(self) -> Iterator[Deed | None]:
        for record, left in self.replay.replay(Kind.UNAVAILABLE, Kind.IN_DOUBT):
            if left:
                yield Deed(REPLAYED, record.stream, f"parked: {record.kind}")
            elif record.kind == Kind.IN_DOUBT:
                yield Deed(IN_DOUBT, record.id, "nobody knows whether the message left")
            else:
                yield None

    # Content production

    def _production(self, hospital: str) -> Iterator[Deed | None]:
        alive = {name.rpartition(".")[0] for name in self.workflows.running("content_production")}
        for row in self.read.query(f"{hospital}/content"):
            key = StreamKey(hospital, CONTENT.name, str(row["content_id"]))
            if row["status"] not in UNFINISHED or row.get("outdated"):
                yield None
            elif f"{hospital}.{key.key}" in alive:
                yield from self._go_on(key, str(row["status"]))
            else:
                yield self._try(_stream(key), partial(self._restart, key))

    def _go_on(self, key: StreamKey, status: str) -> Iterator[Deed | None]:
        yield self._try(_stream(key), partial(self._answer_waits, key))
        if status == Status.ACCEPTED:
            yield self._try(_stream(key), partial(self._send_requests, key))

    def _restart(self, key: StreamKey) -> Deed:
        """Start an execution under a fresh name: that of the dead one stays taken for 90 days.

        The id's time alone makes it fresh; with all of it the name would be cut, and `running` not know it again.
        """
        self.dispatcher.produce(key, self.store.ids.new_id()[:12])
        return Deed(RESTARTED, key.key, "its workflow has no living execution")

    def _answer_waits(self, key: StreamKey) -> Deed | None:
        waits = self.dispatcher.waits.tell(key.hospital, key.key)
        return Deed(REPLAYED, _stream(key), f"decided, but not answered: {', '.join(waits)}") if waits else None

    def _send_requests(self, key: StreamKey) -> Deed | None:
        """Send the newest request for a signature if it was not, as long as its link is open."""
        requests = self._events(_stream(key), SignatureRequested)
        if not requests or requests[-1].event.expires_at <= self.store.clock.now():
            return None
        effects = (effect_of(requests[-1].event_id, channel) for channel in (Channel.MAIL, Channel.SMS))
        if all(self.effects.done(effect) for effect in effects):
            return None
        return self._again(requests[-1:], "the request for a signature was not sent")

    # Recalls

    def _recalls(self, hospital: str) -> Iterator[Deed | None]:
        """Start recalls again whose workflow died, what could do harm first; the signed correction answers its wait."""
        alive = {name.rpartition(".")[0] for name in self.workflows.running(RECALLING)}
        begun = [row for row in self.read.query(f"{hospital}/{RECALL.name}") if not row["ending"]]
        for row in sorted(begun, key=lambda each: (not Risk(str(each["risk"])).high, str(each["recall"]))):
            recall = str(row["recall"])
            again = self._hear_recall if f"{hospital}.{recall}" in alive else self._recall_again
            yield self._try(RECALL.stream(hospital, recall), partial(again, hospital, recall))

    def _recall_again(self, hospital: str, recall: str) -> Deed:
        start_recall(self.workflows, hospital, recall, self.store.ids.new_id()[:12])
        return Deed(RESTARTED, recall, "its workflow has no living execution")

    def _hear_recall(self, hospital: str, recall: str) -> None:
        self.dispatcher.recall_waits.tell(hospital, recall, Actor("system:reconcile", correlation_id=recall))

    # Guide delivery

    def _delivery(self, hospital: str) -> Iterator[Deed | None]:
        guides = {str(row["guide_id"]): row for row in self.read.query(f"{hospital}/guide")}
        visits = list(self.read.versions(f"{hospital}/visit"))
        for version, visit in in_turn(self.store.clock.now(), visits):
            key = StreamKey(hospital, VISIT.name, str(visit["visit_id"]))
            guide = guides.get(guide_id_of(key.key))
            yield self._try(_stream(key), partial(self._deliver, key, version, visit, guide))

    def _deliver(self, key: StreamKey, version: int, visit: Row, guide: Row | None) -> Deed | None:
        stream = _stream(key)
        made = partial(self.effects.done, guide_effect(stream, version))
        if guide is None:
            lacking = visit["patient"] and not visit["cancelled"] and not made()
            return self._again_last(stream, "the visit has no guide") if lacking else None
        if _is_recent(visit, self.store.clock.now()) and not made():
            return self._again_last(stream, "the guide is older than the visit")
        return None if _told(guide) else self._push(key, visit, guide)

    def _push(self, key: StreamKey, visit: Row, guide: Row) -> Deed | None:
        """Look into the patient's stream: whether a push was decided, and what was approved and never left."""
        person = Persons(self.store).of(key.hospital, str(visit["patient"]))
        if not visit["cancelled"] and _undecided(visit, guide, person.state):
            return self._again_last(_stream(key), "no decision whether to push the guide")
        if any(each.until and each.until + RUNNING < self.store.clock.now() for each in person.state.waiting.values()):
            self.dispatcher.postponing.release(key.hospital, person.root, self.store.ids.new_id()[:12])
            return Deed(REPLAYED, PATIENT.stream(key.hospital, person.root), "a message waits past its time")
        missing = {
            push.push_id
            for push in person.state.approved
            if push.push_id not in person.state.delivered and not self._failed(key.hospital, push)
        }
        streams = [PATIENT.stream(key.hospital, number) for number in person.numbers] if missing else []
        approvals = [each for stream in streams for each in self._events(stream, PushApproved)]
        lacking = [each for each in approvals if each.event.push_id in missing]
        return self._again(lacking, "an approved push was not sent")

    def _failed(self, hospital: str, push: PushApproved) -> bool:
        guide = self.store.load(GUIDE, hospital, push.guide_id).state
        return push.push_id in failed(guide)

    # Once more

    def _try(self, item: str, look: Callable[[], Deed | None]) -> Deed | None:
        """Look into one thing; what is wrong with it keeps nothing else waiting."""
        try:
            return look()
        except Exception as fault:  # noqa: BLE001 - whatever it is, the next thing may be sound
            return Deed(FAILED, item, reason_of(fault))

    def _again_last(self, stream: str, why: str) -> Deed | None:
        """Dispatch the visit's last commit once more, unless its messages are still settling."""
        commits = [decode(commit) for commit in self.store.log.read(stream, limit=1, backward=True)]
        last = [envelope for envelopes in commits for envelope in envelopes]
        return None if self._settles(last[0]) else self._again(last, why)

    def _settles(self, envelope: Envelope) -> bool:
        profile = profile_of(self.store, StreamKey.parse(envelope.stream).hospital).profile
        window = timedelta(seconds=profile.settle_seconds if profile else 0)
        return window > timedelta() and (
            self.store.clock.now() < datetime.fromisoformat(envelope.recorded_at) + window + RUNNING
        )

    def _again(self, envelopes: Iterable[Envelope], why: str) -> Deed | None:
        """Dispatch the events once more. What does not work now is tried by the next call."""
        deed: Deed | None = None
        for envelope in envelopes:
            deed = self._dispatch(envelope, why) or deed
        return deed

    def _dispatch(self, envelope: Envelope, why: str) -> Deed | None:
        try:
            self.dispatcher.dispatch(envelope)
        except InDoubtError as doubt:
            self.parking.takes(DISPATCH, envelope.stream, envelope.version, doubt)
            record = f"{DISPATCH}|{envelope.stream}|{envelope.version}"
            return Deed(IN_DOUBT, record, "nobody knows whether the message left")
        return Deed(REPLAYED, envelope.stream, why)

    def _events(self, stream: str, kind: type) -> list[Envelope]:
        return [envelope for envelope in history(self.store.log, stream) if isinstance(envelope.event, kind)]


T = TypeVar("T")


def in_turn(now: datetime, things: Sequence[T]) -> list[T]:
    """Return them in their order, begun at another place each time: where time runs out, none is always last."""
    start = crc32(now.isoformat().encode()) % len(things) if things else 0
    return [*things[start:], *things[:start]]


def _report(deeds: list[Deed], *, finished: bool) -> Report:
    def items(kind: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(deed.item for deed in deeds if deed.kind == kind))

    why = {deed.item: deed.why for deed in deeds}
    return Report(items(RESTARTED), items(REPLAYED), items(IN_DOUBT), items(FAILED), why, finished)


def _stream(key: StreamKey) -> str:
    return AGGREGATES[key.aggregate].stream(key.hospital, key.key)


def _is_recent(visit: Row, now: datetime) -> bool:
    """Whether the visit's last message is recent; one whose moment cannot be read is."""
    with suppress(ValueError, TypeError):
        return now - datetime.fromisoformat(str(visit["occurred_at"])) < RECENT
    return True


def _told(guide: Row) -> bool:
    """Whether there was a message for every edition: the row tells, and the patient's stream need not be read."""
    told = sum(len(each) for each in (guide["pushed"], guide["push_failures"]) if isinstance(each, list))
    return told >= int(str(guide["edition"]))


def _undecided(visit: Row, guide: Row, patient: Patient) -> bool:
    """Whether the guide's newest edition could be pushed and nobody has said yes or no to it."""
    push_id = push_id_of(str(guide["guide_id"]), int(str(guide["edition"])))
    return bool(guide["sections"]) and not visit["test"] and push_id not in patient.decided
