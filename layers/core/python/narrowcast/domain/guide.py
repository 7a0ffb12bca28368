"""What one patient was given for one visit: references to signed pieces, and the places that stayed empty."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from narrowcast.domain import reading
from narrowcast.domain.choice import NO_REASONS, Choice
from narrowcast.domain.draft import FactRef
from narrowcast.domain.errors import Refusal
from narrowcast.domain.reading import Reading
from narrowcast.domain.vocabulary import Audience, Channel, Section, Step

CORRECTED, CANCELLED = "visit_corrected", "visit_cancelled"
"""Why an edition takes back what an earlier one told."""


class GuideUnknown(Refusal):
    """No such guide."""


class SectionNotInGuide(Refusal):
    """The guide has no such section."""


@dataclass(frozen=True, slots=True)
class PieceRef:
    """A signed piece as it stood: content, revision, the hash the doctor signed, and the facts it tells."""

    content_id: str
    revision: int
    document_hash: str
    facts: tuple[FactRef, ...]


@dataclass(frozen=True, slots=True)
class GuideSection:
    """A section and its pieces, in the order of the visit's diagnoses."""

    section: Section
    pieces: tuple[PieceRef, ...]


@dataclass(frozen=True, slots=True)
class Gap:
    """A section for which no signed piece fits a diagnosis: work for staff, silence for the patient."""

    section: Section
    code: str


@dataclass(frozen=True, slots=True)
class GuideAssembled:
    """The outcome of the assembly; `rules` is the version of the choosing rules.

    `step` is where the course of treatment stood; `choice` tells how it came about.
    """

    visit_id: str
    patient: str
    sections: tuple[GuideSection, ...]
    gaps: tuple[Gap, ...]
    rules: str
    audience: Audience = Audience.PATIENT
    step: Step | None = None
    choice: Choice = NO_REASONS


@dataclass(frozen=True, slots=True)
class GuideCorrected:
    """What an earlier edition rested on was told in error: `content_ids` are the pieces that fell with it.

    `edition` is the first without them; `reason` is visit_corrected or visit_cancelled.
    """

    edition: int
    reason: str
    content_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CorrectionAdded:
    """What the guide had told was taken back by a recall: from here on it shows the signed correction, above all else.

    `recall` is the recall's id.
    """

    recall: str
    section: Section
    piece: PieceRef


@dataclass(frozen=True, slots=True)
class GuidePushed:
    """A message with the guide's link left the house."""

    push_id: str
    channel: Channel


@dataclass(frozen=True, slots=True)
class PushFailed:
    """The channel refused the message for good; `final` if no other channel is left to try."""

    push_id: str
    channel: Channel
    reason: str
    final: bool = True


@dataclass(frozen=True, slots=True)
class SectionUnderstood:
    """The patient pressed 看懂了."""

    section: Section


@dataclass(frozen=True, slots=True)
class SectionQuestioned:
    """The patient pressed 有疑问."""

    section: Section


Event = (
    GuideAssembled | GuideCorrected | CorrectionAdded | GuidePushed | PushFailed | SectionUnderstood | SectionQuestioned
)


@dataclass(frozen=True, slots=True)
class Guide:
    """The present state; `assembled` is None until there is a guide."""

    assembled: GuideAssembled | None = None
    edition: int = 0
    corrected: GuideCorrected | None = None
    pushes: tuple[GuidePushed, ...] = ()
    failures: tuple[PushFailed, ...] = ()
    understood: frozenset[Section] = frozenset()
    questioned: frozenset[Section] = frozenset()
    reading: Reading = field(default_factory=Reading)
    corrections: tuple[CorrectionAdded, ...] = ()
    carried: frozenset[FactRef] = frozenset()
    received: frozenset[FactRef] = frozenset()

    @property
    def facts(self) -> tuple[FactRef, ...]:
        """Every fact that the guide tells, once."""
        pieces = (piece for part in self.made.sections for piece in part.pieces)
        return tuple(dict.fromkeys(fact for piece in pieces for fact in piece.facts))

    @property
    def correcting(self) -> bool:
        """Whether the newest edition takes back what an earlier one told."""
        return self.corrected is not None and self.corrected.edition == self.edition

    @property
    def cancelled(self) -> bool:
        """Whether the newest edition is empty because the hospital took the visit back."""
        return self.correcting and self.corrected is not None and self.corrected.reason == CANCELLED

    @property
    def made(self) -> GuideAssembled:
        """The assembled guide; GuideUnknown if there is none."""
        if self.assembled is None:
            raise GuideUnknown("没有这份健康指南", field="guide_id")
        return self.assembled


def evolve(state: Guide, event: Event | reading.Event) -> Guide:  # noqa: PLR0911 - one line per event reads best
    """Fold one event. A new edition of the guide keeps what the patient said of its sections."""
    match event:
        case GuideAssembled():
            return _carrying(replace(state, assembled=event, edition=state.edition + 1))
        case GuideCorrected():
            return replace(state, corrected=event)
        case CorrectionAdded():
            return _carrying(replace(state, corrections=(*state.corrections, event)))
        case GuidePushed():
            return _carrying(replace(state, pushes=(*state.pushes, event)))
        case PushFailed():
            return replace(state, failures=(*state.failures, event))
        case SectionUnderstood(section):
            return replace(state, understood=state.understood | {section}, questioned=state.questioned - {section})
        case SectionQuestioned(section):
            return replace(state, questioned=state.questioned | {section}, understood=state.understood - {section})
        case _:
            return _carrying(replace(state, reading=reading.evolve(state.reading, event)))


def _carrying(state: Guide) -> Guide:
    """Keep which facts the guide ever carried, and which of them since its link left or somebody opened it."""
    told = frozenset(fact for part in sections_shown(state) for piece in part.pieces for fact in piece.facts)
    received = state.received | told if state.pushes or state.reading.opened else state.received
    return replace(state, carried=state.carried | told, received=received)


def sections_shown(state: Guide) -> tuple[GuideSection, ...]:
    """Return the guide's sections: first those with a correction, and in them the correction first."""
    added: dict[Section, tuple[PieceRef, ...]] = {}
    for each in state.corrections:
        added[each.section] = (*added.get(each.section, ()), each.piece)
    own = {part.section: part.pieces for part in (state.assembled.sections if state.assembled else ())}
    corrected = (GuideSection(section, (*pieces, *own.get(section, ()))) for section, pieces in added.items())
    return (*corrected, *(GuideSection(section, own[section]) for section in own if section not in added))


def add_correction(state: Guide, added: CorrectionAdded) -> tuple[Event, ...]:
    """Show a correction from here on, once a recall."""
    return () if state.made and added.recall in {each.recall for each in state.corrections} else (added,)


def carries(facts: Iterable[FactRef], fact: FactRef) -> bool:
    """Whether the fact is among them in that version or one before."""
    return any(each.fact_id == fact.fact_id and each.version <= fact.version for each in facts)


def record_assembly(
    state: Guide, assembled: GuideAssembled, *, fallen: Iterable[str] = (), cancelled: bool = False
) -> tuple[Event, ...]:
    """Record a guide; one that gives the reader the same again changes nothing (law 10), whatever led to it.

    `fallen` are the pieces of the edition before that rested on what was told in error: they make it a correction.
    """
    if state.assembled and given_by(state.assembled) == given_by(assembled):
        return ()
    content_ids = tuple(sorted(fallen))
    reason = CANCELLED if cancelled else CORRECTED
    return (assembled, GuideCorrected(state.edition + 1, reason, content_ids)) if content_ids else (assembled,)


def given_by(assembled: GuideAssembled) -> tuple[object, ...]:
    """Return what a guide gives its reader, and what it lacks: how it was chosen is no part of that."""
    asked = sorted({(caution.section, caution.bar) for caution in assembled.choice.cautions})
    return assembled.patient, assembled.audience, assembled.sections, assembled.gaps, asked


def pieces_of(assembled: GuideAssembled | None) -> frozenset[str]:
    """Return the ids of a guide's pieces."""
    sections = assembled.sections if assembled else ()
    return frozenset(piece.content_id for part in sections for piece in part.pieces)


def record_push(state: Guide, *, push_id: str, channel: Channel) -> tuple[Event, ...]:
    """Record that the message left, once."""
    known = {push.push_id for push in state.pushes}
    return () if state.made and push_id in known else (GuidePushed(push_id, channel),)


def record_failure(
    state: Guide, *, push_id: str, channel: Channel, reason: str, final: bool = True
) -> tuple[Event, ...]:
    """Record that the channel refused the message, once."""
    known = {(failure.push_id, failure.channel) for failure in state.failures}
    return () if state.made and (push_id, channel) in known else (PushFailed(push_id, channel, reason, final),)


def failed(state: Guide) -> frozenset[str]:
    """Return the pushes that no channel took."""
    return frozenset(failure.push_id for failure in state.failures if failure.final)


def answer_section(state: Guide, *, section: Section, understood: bool) -> tuple[Event | reading.Event, ...]:
    """Record what the patient says of a section; the same answer again changes nothing. A question calls a nurse."""
    if state.made and section not in {each.section for each in sections_shown(state)}:
        raise SectionNotInGuide("这份健康指南没有该部分", field="section")
    answered = state.understood if understood else state.questioned
    if section in answered:
        return ()
    if understood:
        return (SectionUnderstood(section),)
    return (SectionQuestioned(section), *reading.call_nurse(state.reading, section))
