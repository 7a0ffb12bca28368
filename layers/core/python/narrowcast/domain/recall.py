"""Taking back what was told: a recall for each change of a fact that takes something back, until the last is told.

A recall has one fact and so one risk. Whom it concerns are guides: their ids and counts are all that is kept here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from narrowcast.domain.draft import Draft, FactRef, Sentence
from narrowcast.domain.errors import Refusal
from narrowcast.domain.guide import PieceRef
from narrowcast.domain.vocabulary import Risk, Section

BATCH = 1_000
"""Guides that are dealt with in one run."""
BATCHES_A_COMMIT = 5
"""As many as fit a commit of the log several times over."""


_NOTICE = ("您之前收到的一部分内容已更正或停用。", "如有疑问，请咨询您的医生。")
"""Of the closed list of sentences that need no fact."""


class RecallUnknown(Refusal):
    """No such recall."""


class NobodyEntitled(Refusal):
    """No doctor of the hospital may sign the correction: none has the specialty, or its only one wrote the fact."""


class Cause(StrEnum):
    """What befell the fact."""

    SUPERSEDED = "superseded"
    RETIRED = "retired"


class Ending(StrEnum):
    """What a recall came to."""

    TOLD = "told"
    """Everybody who was given it has been dealt with."""
    NOBODY = "nobody"
    """No guide carried it."""
    ABSORBED = "absorbed"
    """The fact changed again before the correction was signed: the later recall tells all of them."""


class Step(StrEnum):
    """What is to be done next."""

    CLOSE = "close"
    WAIT = "wait"
    CORRECT = "correct"
    TELL = "tell"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class RecallStarted:
    """A fact was taken back: `fact` is the newest version that no longer holds, with all before it.

    `risk` and `section` are those of what was told, `reason` what the doctor gave.
    """

    fact: FactRef
    cause: Cause
    reason: str
    risk: Risk
    section: Section
    started_at: datetime


@dataclass(frozen=True, slots=True)
class ContentsClosed:
    """Pieces that rest on the fact, none of them shown any more."""

    content_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RecipientsFound:
    """Guides that carried the fact: one batch of them, numbered from 0."""

    batch: int
    guides: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CorrectionRequested:
    """A piece was planned that tells what holds now; a doctor is to sign it."""

    content_id: str


@dataclass(frozen=True, slots=True)
class CorrectionSigned:
    """The correction is signed and published."""

    correction: PieceRef


@dataclass(frozen=True, slots=True)
class Held:
    """How many patients get no message, and why."""

    reason: str
    patients: int


@dataclass(frozen=True, slots=True)
class BatchTold:
    """What became of a batch, in counts that add up to its guides.

    `approved` are patients who get a message, `waiting` those whose message waits for its hour, `held` those who get
    none, by reason; `together` further guides of a patient who is counted already; `unreached` guides that never
    reached their patient: there is nothing to take back.
    """

    batch: int
    approved: int
    waiting: int
    held: tuple[Held, ...]
    together: int
    unreached: int


@dataclass(frozen=True, slots=True)
class RecallEnded:
    """Nothing is left to be done."""

    ending: Ending


Event = (
    RecallStarted | ContentsClosed | RecipientsFound | CorrectionRequested | CorrectionSigned | BatchTold | RecallEnded
)


@dataclass(frozen=True, slots=True)
class Recall:
    """The present state. `requested` are the corrections that were planned, the newest last."""

    started: RecallStarted | None = None
    closed: frozenset[str] = frozenset()
    batches: tuple[tuple[str, ...], ...] = ()
    requested: tuple[str, ...] = ()
    correction: PieceRef | None = None
    told: Mapping[int, BatchTold] = field(default_factory=dict)
    ending: Ending | None = None

    @property
    def begun(self) -> RecallStarted:
        """How it began; RecallUnknown if it did not."""
        if self.started is None:
            raise RecallUnknown("没有这次召回", field="recall")
        return self.started

    @property
    def guides(self) -> tuple[str, ...]:
        """Every guide that carried the fact, in the order in which it was found."""
        return tuple(guide for batch in self.batches for guide in batch)

    @property
    def open_batches(self) -> tuple[int, ...]:
        """The batches that are not dealt with."""
        return tuple(number for number in range(len(self.batches)) if number not in self.told)

    @property
    def step(self) -> Step:
        """What is to be done next, if whom it concerns was looked for just now."""
        if self.ending:
            return Step.OVER
        if self.correction:
            return Step.TELL
        return Step.CORRECT if self.batches else Step.WAIT


def evolve(state: Recall, event: Event) -> Recall:  # noqa: PLR0911 - one line per event reads best in one place
    """Fold one event."""
    match event:
        case RecallStarted():
            return Recall(event)
        case ContentsClosed(content_ids):
            return replace(state, closed=state.closed | frozenset(content_ids))
        case RecipientsFound(_, guides):
            return replace(state, batches=(*state.batches, guides))
        case CorrectionRequested(content_id):
            return replace(state, requested=(*state.requested, content_id))
        case CorrectionSigned(correction):
            return replace(state, correction=correction)
        case BatchTold(batch):
            return replace(state, told={**state.told, batch: event})
        case RecallEnded(ending):
            return replace(state, ending=ending)


def notice(title: str) -> Draft:
    """Return the correction of a fact that is no longer used and has nothing in its place: it claims nothing."""
    return Draft(title, tuple(map(Sentence, _NOTICE)))


def start(state: Recall, started: RecallStarted) -> tuple[Event, ...]:
    """Begin, once."""
    return () if state.started else (started,)


def record_closed(state: Recall, content_ids: Iterable[str]) -> tuple[Event, ...]:
    """Record the pieces that were closed, each once."""
    fresh = tuple(sorted(set(content_ids) - state.closed)) if state.begun else ()
    return (ContentsClosed(fresh),) if fresh else ()


def record_recipients(state: Recall, guides: Sequence[str]) -> tuple[Event, ...]:
    """Record guides that are not among the recipients yet, as many as fit one commit; nothing if all of them are."""
    if state.begun and state.ending:
        return ()
    known = set(state.guides)
    fresh = [guide for guide in guides if guide not in known][: BATCH * BATCHES_A_COMMIT]
    first = len(state.batches)
    chunks = (tuple(fresh[start : start + BATCH]) for start in range(0, len(fresh), BATCH))
    return tuple(RecipientsFound(first + number, chunk) for number, chunk in enumerate(chunks))


def request_correction(state: Recall, content_id: str) -> tuple[Event, ...]:
    """Record which piece is to correct, once."""
    done = state.begun and (state.correction or state.ending)
    return () if done or content_id in state.requested else (CorrectionRequested(content_id),)


def record_correction(state: Recall, correction: PieceRef) -> tuple[Event, ...]:
    """Record the signed correction; the first one stands."""
    done = state.begun and (state.correction or state.ending)
    return () if done else (CorrectionSigned(correction),)


def record_batch(state: Recall, told: BatchTold) -> tuple[Event, ...]:
    """Record what became of a batch, once; with the last one the recall ends."""
    if state.begun and told.batch in state.told:
        return ()
    last = state.open_batches == (told.batch,)
    return (told, *end(state, Ending.TOLD)) if last else (told,)


def end(state: Recall, ending: Ending) -> tuple[Event, ...]:
    """End, once."""
    return () if state.begun and state.ending else (RecallEnded(ending),)
