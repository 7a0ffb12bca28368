"""A patient's own data, gathered for the patient: the right to see them and to take them along (PIPL art. 45).

Reads the log and the vault, changes nothing. Times are UTC ISO 8601 with a trailing Z. Titles of pieces come out of the
library, that is behind the gate: of what is no longer signed or valid only the id is told.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

from narrowcast.application.care_desk import Diaries, DiaryEntry
from narrowcast.application.guides import SignedLibrary
from narrowcast.application.hospitals import today
from narrowcast.application.persons import Persons
from narrowcast.application.ports import Contact, Vault
from narrowcast.application.store import Store, history
from narrowcast.application.streams import CONVERSATION, GUIDE, PATIENT, REMINDERS, TASK, VISIT, StreamKey
from narrowcast.application.transcripts import Transcripts
from narrowcast.contracts.codec import Envelope
from narrowcast.domain.care import TaskDone, TaskRaised
from narrowcast.domain.codes import diagnoses, drugs
from narrowcast.domain.errors import Refusal
from narrowcast.domain.guide import GuideAssembled, PieceRef, sections_shown
from narrowcast.domain.patient import (
    ConsentGiven,
    ConsentWithdrawn,
    FactsDelivered,
    PatientForgotten,
    PushApproved,
    PushHeldBack,
)
from narrowcast.domain.reading import QuizzesChosen
from narrowcast.domain.vocabulary import Section

CONSENTS = (ConsentGiven, ConsentWithdrawn)
PUSHES = (PushApproved, PushHeldBack, FactsDelivered)


class PatientIsForgotten(Refusal):
    """Nothing personal is left to show."""


@dataclass(frozen=True, slots=True)
class ConsentEntry:
    """A decision of the patient's; `evidence` names where it was recorded."""

    at: str
    purpose: str
    given: bool
    evidence: str


@dataclass(frozen=True, slots=True)
class Happening:
    """An event as the log has it; `about` is the id of the visit or guide, `what` the event's type."""

    at: str
    about: str
    what: str
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class CodeEntry:
    """A code and what it means, in Chinese; an unknown code has no name."""

    code: str
    name: str
    status: str


@dataclass(frozen=True, slots=True)
class VisitEntry:
    """A visit as it stands; `record` is everything that was ever recorded of it, event by event."""

    visit_id: str
    occurred_at: str
    cancelled: bool
    diagnoses: tuple[CodeEntry, ...]
    medications: tuple[CodeEntry, ...]
    record: tuple[Happening, ...]


@dataclass(frozen=True, slots=True)
class PieceEntry:
    """A piece of a guide; the title is empty if the piece may not be shown any more."""

    content_id: str
    revision: int
    title: str


@dataclass(frozen=True, slots=True)
class SectionEntry:
    """A section of a guide as it stands, and what the patient said of it: understood, questioned or nothing."""

    section: Section
    pieces: tuple[PieceEntry, ...]
    answer: str


@dataclass(frozen=True, slots=True)
class GuideEntry:
    """A guide as it stands."""

    guide_id: str
    visit_id: str
    edition: int
    sections: tuple[SectionEntry, ...]


@dataclass(frozen=True, slots=True)
class SaidEntry:
    """What was said in a conversation: a person's words, or the signed sentences and fixed words of an answer."""

    at: str
    conversation: str
    speaker: str
    name: str
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class PatientFile:
    """Everything that is known of a person; `numbers` are her pseudonyms, the one that goes on first.

    `happenings` are the pushes, those held back, and her answers.
    """

    hospital: str
    numbers: tuple[str, ...]
    contact: Contact = field(repr=False)
    consents: tuple[ConsentEntry, ...]
    visits: tuple[VisitEntry, ...]
    guides: tuple[GuideEntry, ...]
    happenings: tuple[Happening, ...]
    conversations: tuple[SaidEntry, ...]
    diary: tuple[DiaryEntry, ...]


@dataclass(frozen=True, slots=True)
class PatientFiles:
    """Finds and opens the files of patients."""

    store: Store
    vault: Vault
    library: SignedLibrary
    transcripts: Transcripts
    diaries: Diaries

    def streams(self, *numbers: str) -> dict[str, list[StreamKey]]:
        """Return, by hospital, the streams that tell of any of these pseudonyms. Reads the whole log."""
        told = tuple((f"#{number}", number.encode()) for number in numbers)
        keys = {
            StreamKey.parse(commit.stream)
            for commit in self.store.log.scan()
            if any(commit.stream.endswith(key) or number in commit.payload for key, number in told)
        }
        hospitals = sorted({key.hospital for key in keys})
        return {
            each: sorted((key for key in keys if key.hospital == each), key=lambda k: (k.aggregate, k.key))
            for each in hospitals
        }

    def forgotten(self, hospital: str, patient: str) -> Envelope | None:
        """Return how the patient was forgotten; None if she was not."""
        events = history(self.store.log, PATIENT.stream(hospital, patient))
        return next((each for each in events if isinstance(each.event, PatientForgotten)), None)

    def open(self, hospital: str, patient: str) -> PatientFile:
        """Return the patient's file; PatientIsForgotten."""
        persons = Persons(self.store)
        person = persons.of(hospital, patient)
        if person.state.forgotten:
            raise PatientIsForgotten("该患者的个人信息已删除，没有可提供的内容")
        keys = self.streams(patient, *person.numbers).get(hospital, [])
        subjects = [PATIENT.stream(hospital, number) for number in person.numbers]
        events = [event for subject in subjects for event in history(self.store.log, subject)]
        guides = [key for key in keys if key.aggregate == GUIDE.name]
        told = [_happening(each, each.event.guide_id) for each in events if isinstance(each.event, PUSHES)]
        told += [each for key in guides for each in self._answers(key)]
        told += [each for key in keys if key.aggregate == TASK.name for each in self._helped(key)]
        return PatientFile(
            hospital,
            person.numbers,
            persons.contact(hospital, person, self.vault) or Contact(),
            tuple(_consent(each) for each in events if isinstance(each.event, CONSENTS)),
            tuple(self._visit(key) for key in keys if key.aggregate == VISIT.name),
            tuple(self._guide(key) for key in guides),
            tuple(sorted(told, key=lambda each: each.at)),
            tuple(said for key in keys if key.aggregate == CONVERSATION.name for said in self._said(key)),
            self.diaries.read(hospital, patient),
        )

    def _said(self, key: StreamKey) -> Iterator[SaidEntry]:
        """Yield what the patient could read of a conversation; staff's notes are not told."""
        for line in self.transcripts.read(key.hospital, key.key).lines:
            text = "".join((line.text, *(each.text for each in line.sentences), *line.notices))
            if text:
                yield SaidEntry(line.at, key.key, line.speaker, line.name, text)

    def _visit(self, key: StreamKey) -> VisitEntry:
        state = self.store.load(VISIT, key.hospital, key.key).state
        return VisitEntry(
            key.key,
            state.occurred_at,
            state.cancelled,
            tuple(CodeEntry(each.code, diagnoses.display(each.code), each.status) for each in state.diagnoses),
            tuple(CodeEntry(each.atc, drugs.generic(each.atc) or each.name, each.status) for each in state.medications),
            tuple(_happening(each, key.key) for each in history(self.store.log, VISIT.stream(key.hospital, key.key))),
        )

    def _guide(self, key: StreamKey) -> GuideEntry:
        state = self.store.load(GUIDE, key.hospital, key.key).state
        answers = dict.fromkeys(state.understood, "understood") | dict.fromkeys(state.questioned, "questioned")
        sections = tuple(
            SectionEntry(
                part.section,
                tuple(self._piece(key.hospital, ref) for ref in part.pieces),
                answers.get(part.section, ""),
            )
            for part in sections_shown(state)
        )
        return GuideEntry(key.key, state.made.visit_id, state.edition, sections)

    def _piece(self, hospital: str, ref: PieceRef) -> PieceEntry:
        shown = self.library.exactly(hospital, ref, on=today(self.store, hospital))
        return PieceEntry(ref.content_id, ref.revision, shown.draft.title if shown else "")

    def _answers(self, key: StreamKey) -> Iterator[Happening]:
        for envelope in history(self.store.log, GUIDE.stream(key.hospital, key.key)):
            if not isinstance(envelope.event, GuideAssembled | QuizzesChosen):
                yield _happening(envelope, key.key)
        for envelope in history(self.store.log, REMINDERS.stream(key.hospital, key.key)):
            yield _happening(envelope, key.key)

    def _helped(self, key: StreamKey) -> Iterator[Happening]:
        """Yield that a nurse was called and what came of it; who she is stands in no file of a patient's."""
        for envelope in history(self.store.log, TASK.stream(key.hospital, key.key)):
            if isinstance(envelope.event, TaskRaised):
                yield _happening(envelope, envelope.event.guide_id)
            elif isinstance(envelope.event, TaskDone):
                yield Happening(envelope.recorded_at, key.key, envelope.type, {"result": envelope.event.result})


def _happening(envelope: Envelope, about: str) -> Happening:
    return Happening(envelope.recorded_at, about, envelope.type, msgspec.to_builtins(envelope.event))


def _consent(envelope: Envelope) -> ConsentEntry:
    decision = envelope.event
    given = isinstance(decision, ConsentGiven)
    return ConsentEntry(envelope.recorded_at, decision.purpose, given, decision.evidence)
