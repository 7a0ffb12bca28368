"""Read rows and index documents as folds of the log: applied twice, late or out of order they give the same bytes.

A projection never trusts the delivered record: it folds the stream as the log has it and writes under its version,
which is its checkpoint in that stream: a row or document says itself how far it came.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from narrowcast.application.folding import Loaded
from narrowcast.application.ports import ContentIndex, IndexedPiece, Pieces, ReadTable, Rows
from narrowcast.application.store import Store
from narrowcast.application.streams import AGGREGATES, CONTENT, CONVERSATION, GUIDE, HOSPITAL, TASK, StreamKey
from narrowcast.application.unmapped import unmapped_codes
from narrowcast.contracts.commit import Commit
from narrowcast.domain.care import Task
from narrowcast.domain.content import Content, is_open
from narrowcast.domain.control.readability import assess
from narrowcast.domain.conversation import WHOLE, AnswerReported, Conversation, Question, quotes_of
from narrowcast.domain.draft import FactRef
from narrowcast.domain.fact import Fact
from narrowcast.domain.guide import Guide, failed
from narrowcast.domain.hospital import Hospital
from narrowcast.domain.key_points import KeyPoints
from narrowcast.domain.recall import Recall
from narrowcast.domain.reference import Reference
from narrowcast.domain.shelves import FIRST_MONTH
from narrowcast.domain.signer import Signer
from narrowcast.domain.signing import document_hash
from narrowcast.domain.subscription import Block
from narrowcast.domain.visit import Visit

Row = Mapping[str, object]
HOSPITALS = "hospitals"
"""The one partition that is no hospital's: a row for each."""


def hospital_row(key: StreamKey, state: Hospital) -> Row:
    """Return what upkeep needs of a hospital: that it is there."""
    return {"hospital": key.hospital, "name": state.profile.name if state.profile else ""}


def fact_row(key: StreamKey, state: Fact) -> Row:
    """Return what staff see of a fact in a list."""
    statement = state.statement
    return {
        "fact_id": key.key,
        "version": state.version,
        "text": statement.text if statement else "",
        "section": statement.section if statement else "",
        "risk": statement.risk if statement else "",
        "codes": list(statement.codes) if statement else [],
        "treatments": list(statement.treatments) if statement else [],
        "must_carry": bool(statement and statement.must_carry),
        "source": f"{statement.source.title}，{statement.source.locator}" if statement else "",
        "author": state.author,
        "status": "retired" if state.retired else "approved" if state.approved else "proposed",
    }


def content_row(key: StreamKey, state: Content) -> Row:
    """Return what staff see of a piece in a list."""
    topic, facts, compliance = state.topic, state.facts_check, state.compliance
    readability = assess(state.draft) if state.draft.sentences else None
    return {
        "content_id": key.key,
        "status": state.status,
        "title": state.draft.title or topic.title,
        "form": topic.form,
        "section": topic.section,
        "codes": list(state.tags.codes),
        "treatments": list(state.tags.treatments),
        "department": topic.department,
        "signer": state.signed.signer_id if state.signed else state.signer_id,
        "signers": sorted({state.signer_id, *(each.signer_id for each in state.requests), *_signed_by(state)}),
        "facts": [ref.fact_id for ref in state.facts],
        "outdated": [each.fact.fact_id for each in state.outdated],
        "reopened": state.reopened,
        "revision": state.revision,
        "facts_passed": facts.passed if facts else None,
        "compliance_passed": compliance.passed if compliance else None,
        "readability": readability.score if readability else None,
        "warning": readability is not None and not readability.is_plain,
        "rejection": state.rejection.reason if state.rejection else "",
        "signed_at": state.signed.signed_at.isoformat() if state.signed else "",
        "valid_until": state.published.valid_until.isoformat() if state.published else "",
    }


def _signed_by(state: Content) -> tuple[str, ...]:
    return (state.signed.signer_id,) if state.signed else ()


def signer_row(key: StreamKey, state: Signer) -> Row:
    """Return what routing needs of a doctor: no address."""
    profile = state.profile
    return {
        "signer_id": key.key,
        "name": profile.name if profile else "",
        "title": profile.title if profile else "",
        "department": profile.department if profile else "",
        "head": profile.head if profile else False,
        "left_on": state.left_on.isoformat() if state.left_on else "",
    }


def visit_row(key: StreamKey, state: Visit) -> Row:
    """Return what staff see of a visit: pseudonyms and codes."""
    return {
        "visit_id": key.key,
        "patient": state.patient,
        "stage": state.stage,
        "department": state.department,
        "codes": list(state.known_codes),
        "treatments": list(state.treatments),
        "occurred_at": state.occurred_at,
        "cancelled": state.cancelled,
        "test": state.test,
        "unmapped": unmapped_codes(state),
    }


def guide_row(key: StreamKey, state: Guide) -> Row:
    """Return what staff see of a guide, its gaps first of all."""
    made = state.made
    return {
        "guide_id": key.key,
        "visit_id": made.visit_id,
        "patient": made.patient,
        "edition": state.edition,
        "sections": {part.section: [piece.content_id for piece in part.pieces] for part in made.sections},
        "gaps": [{"section": gap.section, "code": gap.code} for gap in made.gaps],
        "pushed": [push.channel for push in state.pushes],
        "push_failures": [failure.reason for failure in state.failures if failure.final],
        "understood": sorted(state.understood),
        "questioned": sorted(state.questioned),
        "opened": bool(state.reading.opened),
        "read": sorted(state.reading.read),
        "missed": sorted(state.reading.wrong),
        "helped": sorted(state.reading.helped),
        "carried": _oldest(state.carried),
    }


def _oldest(facts: Iterable[FactRef]) -> Mapping[str, int]:
    """Return the oldest version of each fact: whoever carried one before it carried what a recall takes back."""
    versions: dict[str, int] = {}
    for ref in sorted(facts, key=lambda each: (each.fact_id, each.version)):
        versions.setdefault(ref.fact_id, ref.version)
    return versions


def recall_row(key: StreamKey, state: Recall) -> Row:
    """Return what staff see of a recall: counts, and which piece corrects."""
    begun, batches = state.begun, state.told.values()
    held = Counter[str]()
    for each in (held_back for told in batches for held_back in told.held):
        held[each.reason] += each.patients
    return {
        "recall": key.key,
        "fact": begun.fact.fact_id,
        "version": begun.fact.version,
        "cause": begun.cause,
        "reason": begun.reason,
        "risk": begun.risk,
        "section": begun.section,
        "started_at": begun.started_at.isoformat(),
        "step": state.step,
        "ending": state.ending or "",
        "pieces": sorted(state.closed),
        "requested": list(state.requested),
        "correction": state.correction.content_id if state.correction else "",
        "guides": len(state.guides),
        "open_batches": len(state.open_batches),
        "approved": sum(each.approved for each in batches),
        "waiting": sum(each.waiting for each in batches),
        "held": dict(sorted(held.items())),
        "together": sum(each.together for each in batches),
        "unreached": sum(each.unreached for each in batches),
    }


def key_points_row(key: StreamKey, state: KeyPoints) -> Row:
    """Return what staff see of a request to a doctor for key points."""
    asked = state.asked
    return {
        "item": key.key,
        "need": asked.need,
        "label": asked.label,
        "signer_id": asked.signer_id,
        "state": "given" if state.given else "asked",
        "expires_at": asked.expires_at.isoformat(),
        "facts": list(state.given.fact_ids) if state.given else [],
    }


def correction_rows(key: StreamKey, state: Guide) -> Iterator[tuple[str, Row]]:
    """Yield, for each recall whose correction the guide shows, its partition and whether the message left."""
    left, lost = {push.push_id for push in state.pushes}, failed(state)
    for each in state.corrections:
        push_id = f"{key.key}.{each.recall}"
        told: Row = {"guide_id": key.key, "told": push_id in left, "failed": push_id in lost}
        yield corrections_of(key.hospital, each.recall), told


def corrections_of(hospital: str, recall: str) -> str:
    """Return the partition of what became of a recall's messages, a row for each guide."""
    return f"{hospital}/correction/{recall}"


def task_row(key: StreamKey, state: Task) -> Row:
    """Return what staff see of a task in a list: pseudonyms and codes."""
    raised = state.raised
    return {
        "task": key.key,
        "why": raised.why if raised else "",
        "patient": raised.patient if raised else "",
        "guide_id": raised.guide_id if raised else "",
        "about": raised.about if raised else "",
        "department": raised.department if raised else "",
        "phase": state.phase,
        "staff": state.claimed.staff if state.claimed else "",
        "since": raised.at.isoformat() if raised else "",
    }


def subscription_row(key: StreamKey, state: Block) -> Row:
    """Return what staff see of a block of a subscription's notifications: the numbers that never came."""
    return {
        "subscription": key.key.rpartition(".")[0],
        "received": len(state.received),
        "missing": [list(gap) for gap in state.gaps],
    }


def reference_row(key: StreamKey, state: Reference) -> Row:
    """Return what staff see of a logical id: how many reports wait until something tells whose it is."""
    return {"reference": key.key, "named": bool(state.pseudonym), "waiting": len(state.held)}


def conversation_row(key: StreamKey, state: Conversation) -> Row:
    """Return what staff see of a conversation in a list: who is to speak, and words of our dictionary; nobody's own."""
    handed = state.handed
    return {
        "conversation": key.key,
        "patient": state.begun.patient,
        "channel": state.begun.channel,
        "department": state.department,
        "phase": state.phase,
        "alarm": state.alarm,
        "reason": handed.reason if handed else "",
        "since": handed.at.isoformat() if handed and state.phase == "waiting" else "",
        "reminders": len(state.reminders),
        "claimed_by": state.claimed.staff if state.claimed else "",
        "open_reports": sum(len(question.open_reports) for question in state.questions),
        "scripts": list(state.scripts),
        "erased": state.erased,
        "questions": [_question_entry(question) for question in state.questions],
    }


def _question_entry(question: Question) -> Row:
    kind = "emergency" if question.emergency else question.answer.kind if question.answer else ""
    return {
        "at": question.at.isoformat(),
        "kind": kind,
        "unmet": question.unmet,
        "route": question.route,
        "terms": list(question.terms),
        "asks": list(question.asks),
        "words": list(question.words),
        "reported": [_reported(question, each) for each in question.reports],
    }


def _reported(question: Question, reported: AnswerReported) -> Row:
    quotes = quotes_of(question)
    quote = quotes[reported.sentence] if reported.sentence != WHOLE else None
    upheld = next((each.upheld for each in question.settled if each.sentence == reported.sentence), None)
    return {
        "content_id": quote.content_id if quote else "",
        "revision": quote.revision if quote else 0,
        "sentence": quote.sentence if quote else WHOLE,
        "complaint": reported.complaint,
        "upheld": upheld,
    }


ROWS: dict[str, Callable[[StreamKey, Any], Row]] = {
    "hospital": hospital_row,
    "fact": fact_row,
    "content": content_row,
    "signer": signer_row,
    "visit": visit_row,
    "guide": guide_row,
    "subscription": subscription_row,
    "reference": reference_row,
    "conversation": conversation_row,
    "task": task_row,
    "recall": recall_row,
    "key-points": key_points_row,
}
"""Aggregates that have a row, and how it is made; the rest are read from the log alone."""


@dataclass(frozen=True, slots=True)
class Projection:
    """A fold that is kept. `version` counts what it keeps of the same events: after a change of it, rebuild.

    `write` puts what follows from a stream of one of the aggregates to the table or index it is given, at `place`.
    A projection is `complete` if every such stream has its place.
    """

    name: str
    version: int
    aggregates: frozenset[str]
    write: Callable[[Any, StreamKey, Loaded[Any]], None]
    place: Callable[[StreamKey], str]
    complete: bool


def write_row(rows: Rows, key: StreamKey, loaded: Loaded[Any]) -> None:
    """Keep the stream's row; of a guide that shows corrections, one for each of them, too."""
    rows.put(partition_of(key), key.key, loaded.version, ROWS[key.aggregate](key, loaded.state))
    for partition, told in correction_rows(key, loaded.state) if key.aggregate == GUIDE.name else ():
        rows.put(partition, key.key, loaded.version, told)


def partition_of(key: StreamKey) -> str:
    """Return the partition in which the stream's row stands; of conversations and tasks, one a month of their ids."""
    if key.aggregate in (CONVERSATION.name, TASK.name):
        return f"{key.hospital}/{key.aggregate}/{key.key[1:7]}"
    return HOSPITALS if key.aggregate == HOSPITAL.name else f"{key.hospital}/{key.aggregate}"


def write_piece(pieces: Pieces, key: StreamKey, loaded: Loaded[Content]) -> None:
    """Index an open piece; take one out that was open and no longer is."""
    if is_open(loaded.state):
        pieces.put(indexed(key, loaded.state), loaded.version)
    elif loaded.state.was_open:
        pieces.remove(key.hospital, key.key, loaded.version)


READ = Projection("read", 6, frozenset(ROWS), write_row, lambda k: f"{partition_of(k)} {k.key}", complete=True)
INDEX = Projection(
    "index", 3, frozenset({CONTENT.name}), write_piece, lambda k: f"{k.hospital} {k.key}", complete=False
)
PROJECTIONS = {each.name: each for each in (READ, INDEX)}


@dataclass(frozen=True, slots=True)
class Projector:
    """Keeps the read rows and the index in step with the log."""

    store: Store
    read: ReadTable
    index: ContentIndex

    def take_in(self, commit: Commit) -> None:
        """Fold the stream of a commit that was appended."""
        self.project(commit.stream)

    def project(self, stream: str) -> None:
        """Fold the stream and write what follows: to the index first, so that what a row calls open is found."""
        key = StreamKey.parse(stream)
        if key.aggregate not in READ.aggregates | INDEX.aggregates:
            return
        loaded = self.store.load(AGGREGATES[key.aggregate], key.hospital, key.key)
        try:
            if key.aggregate in INDEX.aggregates:
                INDEX.write(self.index, key, loaded)
        finally:
            if key.aggregate in READ.aggregates:
                READ.write(self.read, key, loaded)


def indexed(key: StreamKey, state: Content) -> IndexedPiece:
    """Return the index document of a published piece."""
    return IndexedPiece(
        hospital=key.hospital,
        content_id=key.key,
        revision=state.revision,
        document_hash=document_hash(key.hospital, key.key, state),
        section=state.topic.section,
        tags=state.tags,
        title=state.draft.title,
        text="\n".join(sentence.text for sentence in state.draft.sentences),
        valid_until=state.published.valid_until.isoformat() if state.published else "",
        channels=state.published.channels if state.published else (),
        form=state.topic.form,
        facts=state.draft.facts,
        signed_on=state.signed.signed_at.date() if state.signed else FIRST_MONTH,
    )


def count_gaps(read: ReadTable, hospital: str) -> list[Row]:
    """Return {"section", "code", "guides"} for each place where guides found nothing signed, most frequent first."""
    rows: Iterator[Mapping[str, Any]] = read.query(f"{hospital}/guide")
    counts = Counter((gap["section"], gap["code"]) for row in rows for gap in row["gaps"])
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return [{"section": section, "code": code, "guides": guides} for (section, code), guides in ranked]
