"""Recalls: from a fact that was taken back to the last patient who was given it. Every step may come again (law 8).

Rows tell where to look; the log decides. A piece closes by the fact's own event, at the very read (SignedLibrary); what
is done here makes it visible, has a doctor sign what holds now, and tells exactly those whose guide carried the fact.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from narrowcast.application.facts import cite, must_carry_facts
from narrowcast.application.folding import states
from narrowcast.application.hospitals import today
from narrowcast.application.persons import Person, Persons
from narrowcast.application.ports import EventLog, ReadTable, TaskTokens, Workflows
from narrowcast.application.production import Newsroom
from narrowcast.application.projections import corrections_of
from narrowcast.application.push_desk import PushDesk
from narrowcast.application.store import Actor, Store
from narrowcast.application.streams import CONTENT, FACT, GUIDE, RECALL, SIGNER, StreamKey
from narrowcast.contracts.codec import Envelope, decode
from narrowcast.domain import content as contents
from narrowcast.domain import guide as guides
from narrowcast.domain import recall as recalls
from narrowcast.domain.content import Content, Status, Tags, TopicPlanned
from narrowcast.domain.draft import FactRef
from narrowcast.domain.fact import Fact, FactRetired, FactSuperseded, Statement
from narrowcast.domain.guide import CorrectionAdded, Guide, GuideAssembled, PieceRef
from narrowcast.domain.recall import (
    BatchTold,
    Cause,
    Ending,
    Held,
    NobodyEntitled,
    Recall,
    RecallStarted,
    RecallUnknown,
    Step,
)
from narrowcast.domain.signer import Scope, objection
from narrowcast.domain.signing import document_hash
from narrowcast.domain.vocabulary import Audience, Form, Risk

PROCESS = "content_recall"
WAIT = "correction"
"""The one wait of a recall: for its signed correction."""
LATE = timedelta(minutes=2)
"""How long after a recall began a guide may turn up that the rows did not show yet."""
SIGNED, AGAIN, ABSORBED = "signed", "again", "absorbed"
"""What the wait is told: go on, plan another correction, or end, for a later recall tells everybody."""
APPROVED, WAITING, TOGETHER, UNREACHED = "approved", "waiting", "together", "unreached"
"""What may become of a guide, besides the reason why its message was held back."""
Decide = Callable[[Recall], Sequence[recalls.Event]]


@dataclass(frozen=True, slots=True)
class Found:
    """What is to be done next, and the batches that are to be told."""

    step: Step
    batches: tuple[int, ...]


def recall_id(envelope: Envelope) -> str:
    """Return the id of the recall that a change of a fact begins: one each."""
    return f"{StreamKey.parse(envelope.stream).key}.{envelope.version}"


def takes_back(event: object) -> bool:
    """Whether the event means that what rests on the fact must not be shown any more."""
    return isinstance(event, FactRetired) or (isinstance(event, FactSuperseded) and not event.wording_only)


def start_recall(workflows: Workflows, hospital: str, recall: str, run: str = "1") -> None:
    """Start the workflow of a recall; the same again counts as done."""
    workflows.start(PROCESS, f"{hospital}.{recall}.{run}", {"hospital": hospital, "recall": recall})


@dataclass(frozen=True, slots=True)
class Change:
    """A change of a fact that took something back: the event, the fact before and after it."""

    envelope: Envelope
    before: Fact
    after: Fact

    @property
    def statement(self) -> Statement:
        """What was told until then."""
        if self.before.statement is None:
            raise RecallUnknown("没有这次召回", field="recall")
        return self.before.statement


@dataclass(frozen=True, slots=True)
class Facts:
    """Reads changes of facts."""

    store: Store

    def change(self, hospital: str, recall: str) -> Change:
        """Return the change that a recall is about; RecallUnknown if there is none."""
        for each in self._changes(hospital, recall):
            if recall_id(each.envelope) == recall:
                return each
        raise RecallUnknown("没有这次召回", field="recall")

    def later(self, hospital: str, recall: str) -> bool:
        """Whether the fact was changed again in a way that takes back."""
        version = int(recall.rpartition(".")[2])
        return any(each.envelope.version > version for each in self._changes(hospital, recall))

    def _changes(self, hospital: str, recall: str) -> Iterator[Change]:
        stream = FACT.stream(hospital, recall.rpartition(".")[0])
        commits = list(self.store.log.read(stream))
        before = FACT.initial
        for commit, after in zip(commits, states(FACT, stream, commits), strict=True):
            for envelope in decode(commit):
                if takes_back(envelope.event):
                    yield Change(envelope, before, after)
            before = after


@dataclass(frozen=True, slots=True)
class RecallWaits:
    """The wait of each recall for its signed correction, answered from the log by whoever hears of a change."""

    store: Store
    read: ReadTable
    tokens: TaskTokens
    workflows: Workflows

    def keep(self, hospital: str, recall: str, token: str) -> None:
        """Keep the token of the wait, in place of an earlier one."""
        self.tokens.keep(RECALL.stream(hospital, recall), WAIT, token)

    def hear(self, hospital: str, content_id: str, actor: Actor) -> None:
        """Tell the recall that waits for this piece what became of it; pieces of no recall pass."""
        for row in self.read.query(f"{hospital}/{RECALL.name}"):
            if content_id in _listed(row, "requested"):
                self.tell(hospital, str(row["recall"]), actor)

    def tell(self, hospital: str, recall: str, actor: Actor) -> None:
        """Tell the wait what came of the correction, if anything did."""
        self.answer(hospital, recall, self.decision(hospital, recall, actor))

    def answer(self, hospital: str, recall: str, decision: str) -> None:
        """Answer the wait, if there is one and something to answer."""
        token = self.tokens.find(RECALL.stream(hospital, recall), WAIT) if decision else None
        if token:
            self.workflows.answer(token, {"decision": decision})

    def decision(self, hospital: str, recall: str, actor: Actor) -> str:
        """Return what became of the correction; empty while a person has not decided."""
        state = _state(self.store, hospital, recall)
        if state.correction or state.ending is Ending.TOLD:
            return SIGNED
        if state.ending or Facts(self.store).later(hospital, recall):
            _record(self.store, hospital, recall, lambda s: recalls.end(s, Ending.ABSORBED), actor)
            return ABSORBED
        if not state.requested:
            return ""
        piece = self.store.load(CONTENT, hospital, state.requested[-1]).state
        if piece.status is Status.PUBLISHED and not piece.closed:
            correction = _ref(hospital, state.requested[-1], piece)
            _record(self.store, hospital, recall, lambda s: recalls.record_correction(s, correction), actor)
            return SIGNED
        return AGAIN if piece.over or piece.outdated else ""


@dataclass(frozen=True, slots=True)
class Closing:
    """Takes back the pieces, and finds the guides that carried what they told."""

    store: Store
    read: ReadTable

    def close(self, hospital: str, recall: str, actor: Actor) -> Recall:
        """Begin the recall, and close every piece that rests on the fact; what the index holds of it falls out."""
        change = Facts(self.store).change(hospital, recall)
        begun = _began(change)
        _record(self.store, hospital, recall, lambda s: recalls.start(s, begun), actor)
        reason = f"所依据的事实已收回：{begun.reason}"
        named = self._pieces(hospital, begun.fact)
        closed = [each for each in named if self._close(hospital, each, begun, reason, actor)]
        return _record(self.store, hospital, recall, lambda s: recalls.record_closed(s, closed), actor)

    def find(self, hospital: str, recall: str, actor: Actor) -> Found:
        """Look for guides that carried the fact, and record those that are not known yet."""
        state = _state(self.store, hospital, recall)
        carriers = [str(row["guide_id"]) for row in carrying(self.read, hospital, state.begun.fact)]
        while recalls.record_recipients(state, carriers):
            state = _record(self.store, hospital, recall, lambda s: recalls.record_recipients(s, carriers), actor)
        if state.step is Step.WAIT and self.store.clock.now() - state.begun.started_at >= LATE:
            state = _record(self.store, hospital, recall, lambda s: recalls.end(s, Ending.NOBODY), actor)
        return Found(state.step, state.open_batches)

    def _pieces(self, hospital: str, fact: FactRef) -> list[str]:
        rows = self.read.query(f"{hospital}/{CONTENT.name}")
        return [str(row["content_id"]) for row in rows if fact.fact_id in _listed(row, "facts")]

    def _close(self, hospital: str, content_id: str, begun: RecallStarted, reason: str, actor: Actor) -> bool:
        """Close the piece if it rests on the fact as it was; whether it does."""

        def decide(piece: Content) -> tuple[contents.Event, ...]:
            marks = contents.mark_outdated(
                piece, fact_id=begun.fact.fact_id, before=begun.fact.version + 1, reason=reason
            )
            shown = piece.status is Status.PUBLISHED and guides.carries(piece.facts, begun.fact)
            return (*marks, *contents.recall(piece, reason=reason)) if shown else marks

        outcome = self.store.execute(CONTENT, hospital, content_id, decide, actor)
        return outcome.state.plan is not None and guides.carries(outcome.state.facts, begun.fact)


@dataclass(frozen=True, slots=True)
class Correcting:
    """Has a doctor sign what holds now."""

    store: Store
    read: ReadTable
    newsroom: Newsroom
    waits: RecallWaits

    def ask(self, hospital: str, recall: str, token: str, actor: Actor) -> None:
        """Have a correction written for a doctor's signature, and wait for it. NobodyEntitled."""
        self.waits.keep(hospital, recall, token)
        decision = self.waits.decision(hospital, recall, actor)
        if decision in (SIGNED, ABSORBED):
            self.waits.answer(hospital, recall, decision)
        else:
            self._plan(hospital, recall, actor)

    def _plan(self, hospital: str, recall: str, actor: Actor) -> None:
        """Plan the correction, and another if the one before came to nothing; one that is under way stays."""
        state = _state(self.store, hospital, recall)
        content_id = state.requested[-1] if state.requested else _correction_id(recall, 1)
        piece = self.store.load(CONTENT, hospital, content_id).state
        if piece.plan and not (piece.over or piece.outdated):
            return
        if piece.plan:
            content_id = _correction_id(recall, len(state.requested) + 1)
        topic = self._topic(hospital, recall, state)
        _record(self.store, hospital, recall, lambda s: recalls.request_correction(s, content_id), actor)
        self.newsroom.plan(hospital, content_id, topic, actor)

    def _topic(self, hospital: str, recall: str, state: Recall) -> TopicPlanned:
        """Return what the correction is about: the fact as it stands now, or that it is no longer used."""
        change = Facts(self.store).change(hospital, recall)
        now = self.store.load(FACT, hospital, state.begun.fact.fact_id).state
        told = now.statement if now.statement and not now.retired else change.statement
        tags = Tags(told.codes, told.treatments, (), (), Audience.PATIENT)
        own = () if now.retired else (FactRef(state.begun.fact.fact_id, now.version),)
        topic = TopicPlanned(_title(told), Form.CORRECTION, told.section, tags, own, "", "", ())
        carried = must_carry_facts(self.store, self.read, hospital, topic)
        facts = tuple(dict.fromkeys((*own, *carried)))
        signer, department = self._signer(hospital, state, told.codes, facts)
        return replace(topic, facts=facts, signer_id=signer, department=department)

    def _signer(
        self, hospital: str, state: Recall, codes: tuple[str, ...], facts: Iterable[FactRef]
    ) -> tuple[str, str]:
        """Return an entitled doctor and her department: one who signed what was closed before any other."""
        authors = contents.risky_authors(cite(self.store, hospital, ref) for ref in facts)
        scope = Scope(codes, today(self.store, hospital), authors)
        closed = (self.store.load(CONTENT, hospital, each).state.signer_id for each in sorted(state.closed))
        others = (str(row["signer_id"]) for row in self.read.query(f"{hospital}/{SIGNER.name}"))
        for signer_id in dict.fromkeys((*closed, *others)):
            signer = self.store.load(SIGNER, hospital, signer_id).state
            if signer.profile and objection(signer, scope) is None:
                return signer_id, signer.profile.department
        raise NobodyEntitled("本院没有可以签发这份更正的医生", field="signer")


@dataclass(frozen=True, slots=True)
class Telling:
    """Shows the correction to those who were given what it corrects, and asks whether they get a message."""

    store: Store
    desk: PushDesk

    def tell(self, hospital: str, recall: str, batch: int, actor: Actor) -> BatchTold:
        """Put the correction on the guides of a batch, and decide for each patient whether she gets a message."""
        state = _state(self.store, hospital, recall)
        if batch in state.told:
            return state.told[batch]
        outcomes = [self._tell_one(hospital, recall, state, guide_id, actor) for guide_id in state.batches[batch]]
        told = _counted(batch, outcomes)
        _record(self.store, hospital, recall, lambda s: recalls.record_batch(s, told), actor)
        return told

    def _tell_one(self, hospital: str, recall: str, state: Recall, guide_id: str, actor: Actor) -> str:
        """Show the correction on one guide, have its message decided, and return what became of it."""
        guide = self.store.load(GUIDE, hospital, guide_id).state
        person = Persons(self.store).of(hospital, guide.made.patient)
        if not _was_given(guide_id, guide, person, state.begun.fact) or state.correction is None:
            return UNREACHED
        added = CorrectionAdded(recall, state.begun.section, state.correction)
        self.store.execute(GUIDE, hospital, guide_id, lambda s: guides.add_correction(s, added), actor)
        if not any(each.endswith(f".{recall}") for each in person.state.decided):
            self.desk.recall(
                hospital,
                guide_id,
                recall_id=recall,
                risk=state.begun.risk,
                facts=state.correction.facts,
                actor=actor,
            )
            person = Persons(self.store).of(hospital, guide.made.patient)
        return _outcome(person, f"{guide_id}.{recall}")


def _state(store: Store, hospital: str, recall: str) -> Recall:
    return store.load(RECALL, hospital, recall).state


def _record(store: Store, hospital: str, recall: str, decide: Decide, actor: Actor) -> Recall:
    return store.execute(RECALL, hospital, recall, decide, actor).state


def _began(change: Change) -> RecallStarted:
    event, before = change.envelope.event, change.before
    retired = isinstance(event, FactRetired)
    risks = (change.statement.risk, change.after.statement.risk if change.after.statement else change.statement.risk)
    return RecallStarted(
        fact=FactRef(StreamKey.parse(change.envelope.stream).key, before.version),
        cause=Cause.RETIRED if retired else Cause.SUPERSEDED,
        reason=event.reason if retired else "事实已有新版本",
        risk=max(risks, key=lambda risk: risk.high),
        section=change.statement.section,
        started_at=datetime.fromisoformat(change.envelope.recorded_at),
    )


def _correction_id(recall: str, attempt: int) -> str:
    fact_id, _, version = recall.rpartition(".")
    return f"{fact_id[-48:].lstrip('-')}-c{version}-{attempt}"


def _title(told: Statement) -> str:
    return f"更正：{told.section.heading}"


def _ref(hospital: str, content_id: str, piece: Content) -> PieceRef:
    return PieceRef(content_id, piece.revision, document_hash(hospital, content_id, piece), piece.draft.facts)


def _was_given(guide_id: str, guide: Guide, person: Person, fact: FactRef) -> bool:
    """Whether the guide carried the fact since its link left; a message that may be on its way counts as sent."""
    known = guides.failed(guide) | {push.push_id for push in guide.pushes}
    asked = (each for push in person.state.approved for each in push.pushes)
    on_its_way = any(each.guide_id == guide_id and each.push_id not in known for each in asked)
    return guides.carries(guide.carried if on_its_way else guide.received, fact)


def _outcome(person: Person, push_id: str) -> str:
    """Return what was decided of the guide's message; another guide of the same person may have had it."""
    if push_id in person.state.sent:
        return APPROVED
    if push_id in person.state.waiting:
        return WAITING
    held = {push.push_id: str(push.reason) for push in person.state.held_back}
    return held.get(push_id, TOGETHER)


def _counted(batch: int, outcomes: Iterable[str]) -> BatchTold:
    counts = Counter(outcomes)
    approved, waiting, together, unreached = (counts.pop(name, 0) for name in (APPROVED, WAITING, TOGETHER, UNREACHED))
    held = tuple(Held(reason, patients) for reason, patients in sorted(counts.items()))
    return BatchTold(batch, approved, waiting, held, together, unreached)


def _listed(row: Mapping[str, object], field: str) -> list[object]:
    named = row.get(field)
    return named if isinstance(named, list) else []


# Who carried a fact


def carrying(read: ReadTable, hospital: str, fact: FactRef) -> Iterator[Mapping[str, object]]:
    """Yield the rows of the guides that ever carried the fact in that version or one before."""
    for row in read.query(f"{hospital}/{GUIDE.name}"):
        carried: Any = row.get("carried", {})
        if carried.get(fact.fact_id, fact.version + 1) <= fact.version:
            yield row


def carriers_by_scan(log: EventLog, hospital: str, fact: FactRef) -> frozenset[str]:
    """Return the ids of those guides as the events tell it, one by one: the proof of what the rows found."""
    found = set[str]()
    for commit in log.scan():
        key = StreamKey.find(commit.stream)
        if key and (key.hospital, key.aggregate) == (hospital, GUIDE.name) and key.key not in found:
            told = (piece for envelope in decode(commit) for piece in _pieces_in(envelope.event))
            if any(_within(ref, fact) for piece in told for ref in piece.facts):
                found.add(key.key)
    return frozenset(found)


def _within(ref: FactRef, fact: FactRef) -> bool:
    return ref.fact_id == fact.fact_id and ref.version <= fact.version


def _pieces_in(event: object) -> Iterator[PieceRef]:
    if isinstance(event, GuideAssembled):
        yield from (piece for part in event.sections for piece in part.pieces)
    elif isinstance(event, CorrectionAdded):
        yield event.piece


# How far it came


@dataclass(frozen=True, slots=True)
class Progress:
    """A recall in counts. `guides` carried the fact; `patients` are those who were given it, as far as is known.

    `requested` is the piece that is to correct, `correction` the same once it is signed.

    Of these `told` were sent the correction, `pending` are to be sent it, `held` get none (`why`: the reasons). Before
    the correction is signed nobody is told, and `patients` counts the numbers on the guides.
    """

    recall: str
    fact: str
    version: int
    cause: Cause
    reason: str
    risk: Risk
    state: str
    started_at: datetime
    pieces: tuple[str, ...]
    requested: str
    correction: str
    guides: int
    patients: int
    told: int
    pending: int
    held: int
    why: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Proof:
    """Whom the rows found, beside every event of the log read anew: `missed` are guides that only the events tell.

    `beyond` are guides that were recorded and carried nothing; `digest` is the SHA-256 over the sorted ids of the
    events' guides.
    """

    recorded: int
    scanned: int
    missed: tuple[str, ...]
    beyond: tuple[str, ...]
    digest: str

    @property
    def holds(self) -> bool:
        """Whether exactly those who were given it are among the recipients."""
        return not (self.missed or self.beyond)


@dataclass(frozen=True, slots=True)
class RecallRegister:
    """What staff see of recalls. Counts come from rows, the proof from the log alone."""

    store: Store
    read: ReadTable

    def all(self, hospital: str) -> list[Progress]:
        """Return the hospital's recalls: what could do harm and is not over first, then the newest."""
        found = [self._progress(hospital, row) for row in self.read.query(f"{hospital}/{RECALL.name}")]
        newest = sorted(found, key=lambda each: each.started_at, reverse=True)
        return sorted(newest, key=lambda each: (each.state in tuple(Ending), not each.risk.high))

    def one(self, hospital: str, recall: str) -> Progress:
        """Return one of them; RecallUnknown."""
        row = self.read.get(f"{hospital}/{RECALL.name}", recall)
        if row is None:
            raise RecallUnknown("没有这次召回", field="recall")
        return self._progress(hospital, row)

    def prove(self, hospital: str, recall: str) -> Proof:
        """Compare the recorded recipients with those whom the events tell of."""
        state = _state(self.store, hospital, recall)
        scanned = carriers_by_scan(self.store.log, hospital, state.begun.fact)
        recorded = frozenset(state.guides)
        digest = hashlib.sha256("\n".join(sorted(scanned)).encode()).hexdigest()
        missed, beyond = scanned - recorded, recorded - scanned
        return Proof(len(recorded), len(scanned), tuple(sorted(missed)), tuple(sorted(beyond)), digest)

    def _progress(self, hospital: str, row: Mapping[str, Any]) -> Progress:
        left = list(self.read.query(corrections_of(hospital, str(row["recall"]))))
        told, failed = sum(bool(each["told"]) for each in left), sum(bool(each["failed"]) for each in left)
        held = sum(row["held"].values())
        asked = row["approved"] + row["waiting"]
        return Progress(
            recall=row["recall"],
            fact=row["fact"],
            version=row["version"],
            cause=Cause(row["cause"]),
            reason=row["reason"],
            risk=Risk(row["risk"]),
            state=row["ending"] or row["step"],
            started_at=datetime.fromisoformat(row["started_at"]),
            pieces=tuple(row["pieces"]),
            requested=next(reversed(row["requested"]), ""),
            correction=row["correction"],
            guides=row["guides"],
            patients=asked + held if row["correction"] else len(self._numbers(hospital, row)),
            told=told,
            pending=max(0, asked - told - failed),
            held=held + failed,
            why=row["held"] | ({"undeliverable": failed} if failed else {}),
        )

    def _numbers(self, hospital: str, row: Mapping[str, Any]) -> set[object]:
        return {each["patient"] for each in carrying(self.read, hospital, FactRef(row["fact"], row["version"]))}
