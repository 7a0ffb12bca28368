"""From a visit to a guide: assembled from signed pieces, pushed within consent and budget, read, answered."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from narrowcast.application.hospitals import profile_of, today
from narrowcast.application.links import LinkOffice
from narrowcast.application.ports import Contact, ContentIndex, SigningKey, Vault
from narrowcast.application.store import Actor, Store
from narrowcast.application.streams import CONTENT, GUIDE, PATIENT, VISIT, StreamKey
from narrowcast.contracts.codec import CorruptCommitError
from narrowcast.domain import guide as guides
from narrowcast.domain import patient as patients
from narrowcast.domain.assembly import Candidate, assemble, code_ladder
from narrowcast.domain.content import Content
from narrowcast.domain.control.gate import Gate
from narrowcast.domain.errors import Refusal
from narrowcast.domain.guide import Guide, PieceRef
from narrowcast.domain.hospital import Hospital
from narrowcast.domain.signing import document_hash
from narrowcast.domain.vocabulary import Channel, Purpose, Section


@dataclass(frozen=True, slots=True)
class SignedLibrary:
    """Reads pieces from the log and shows only those whose signature and validity hold now (law 1)."""

    store: Store
    key: SigningKey

    def piece(self, hospital: str, content_id: str, *, on: date) -> Content | None:
        """Return the piece if it may be shown on that day; None in any doubt, damage to its record included."""
        try:
            state = self.store.load(CONTENT, hospital, content_id).state
        except CorruptCommitError:
            return None
        return state if Gate(self.key.verify).lets_pass(hospital, content_id, state, on=on) else None

    def exactly(self, hospital: str, ref: PieceRef, *, on: date) -> Content | None:
        """Return the piece if it may be shown and still is the one referred to."""
        state = self.piece(hospital, ref.content_id, on=on)
        same = state is not None and document_hash(hospital, ref.content_id, state) == ref.document_hash
        return state if same else None


@dataclass(frozen=True, slots=True)
class Assembled:
    """The guide's id, its state, and whether a push may be asked for."""

    guide_id: str
    guide: Guide
    push: bool


def guide_id_of(visit_id: str) -> str:
    """Return the id of a visit's one guide: amended when more is known, never doubled."""
    return f"g-{visit_id.removeprefix('v-')}"


def push_id_of(guide_id: str, edition: int) -> str:
    """Return the id of the one push of an edition."""
    return f"{guide_id}.{edition}"


@dataclass(frozen=True, slots=True)
class Assembly:
    """Makes the guide of a visit."""

    store: Store
    library: SignedLibrary
    index: ContentIndex

    def assemble(self, hospital: str, visit_id: str, actor: Actor) -> Assembled:
        """Assemble and record; an unchanged guide is not recorded again."""
        visit = self.store.load(VISIT, hospital, visit_id).state
        guide_id = guide_id_of(visit_id)
        if visit.cancelled or not visit.patient:
            return Assembled(guide_id, self.store.load(GUIDE, hospital, guide_id).state, push=False)
        made = assemble(visit_id, visit, self._candidates(hospital, visit.known_codes))
        outcome = self.store.execute(GUIDE, hospital, guide_id, lambda s: guides.record_assembly(s, made), actor)
        return Assembled(guide_id, outcome.state, push=bool(made.sections) and not visit.test)

    def _candidates(self, hospital: str, codes: tuple[str, ...]) -> Iterator[Candidate]:
        """Ask the index, believe the log."""
        ladder = sorted({step for code in codes for step in code_ladder(code)})
        on = today(self.store, hospital)
        for content_id in sorted(set(self.index.candidates(hospital, ladder)) if ladder else ()):
            state = self.library.piece(hospital, content_id, on=on)
            if state:
                digest = document_hash(hospital, content_id, state)
                piece = PieceRef(content_id, state.revision, digest, state.draft.facts)
                yield Candidate(piece, state.topic.section, state.topic.tags)


@dataclass(frozen=True, slots=True)
class PushDesk:
    """Decides whether a guide's message may go out. The approval is an event; the stream is its outbox."""

    store: Store
    vault: Vault

    def request(self, hospital: str, guide_id: str, actor: Actor) -> patients.Event | None:
        """Return the approval or the recorded reason against it; None if it was decided before."""
        guide = self.store.load(GUIDE, hospital, guide_id).state
        contact = self.vault.contact(PATIENT.stream(hospital, guide.made.patient))
        now = self.store.clock.now()
        outcome = self.store.execute(
            PATIENT,
            hospital,
            guide.made.patient,
            lambda s: patients.decide_push(
                s,
                push_id=push_id_of(guide_id, guide.edition),
                guide_id=guide_id,
                channel=preferred_channel(contact),
                reason="visit",
                facts=guide.facts,
                now=now,
            ),
            actor,
        )
        return next(iter(outcome.events), None)


def preferred_channel(contact: Contact | None) -> Channel | None:
    """Return the hospital's app before SMS before mail; None if the patient cannot be reached."""
    if contact is None:
        return None
    reachable = ((contact.app_user, Channel.APP), (contact.phone, Channel.SMS), (contact.email, Channel.MAIL))
    return next((channel for address, channel in reachable if address), None)


class GuideNoLongerOffered(Refusal):
    """The patient was forgotten: the link opens nothing any more, and does not say whose it was."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece as a patient reads it."""

    content_id: str
    state: Content


@dataclass(frozen=True, slots=True)
class OpenGuide:
    """A guide as its page shows it: only pieces that hold now, by section; sections without any are left out."""

    hospital: Hospital
    guide: Guide
    sections: tuple[tuple[Section, tuple[Piece, ...]], ...]


@dataclass(frozen=True, slots=True)
class ReadingRoom:
    """What a patient's link opens, and what she may answer."""

    store: Store
    office: LinkOffice
    library: SignedLibrary

    def show(self, nonce: str) -> OpenGuide:
        """Return the guide behind the link. Changes nothing (law 5); every piece is verified again (law 1)."""
        key = self._key(nonce)
        return self.show_guide(key.hospital, key.key)

    def show_guide(self, hospital: str, guide_id: str) -> OpenGuide:
        """Return the guide as its patient would see it now."""
        guide = self.store.load(GUIDE, hospital, guide_id).state
        on = today(self.store, hospital)
        parts = ((part.section, tuple(self._pieces(hospital, part, on))) for part in guide.made.sections)
        return OpenGuide(profile_of(self.store, hospital), guide, tuple(part for part in parts if part[1]))

    def answer(self, nonce: str, section: Section, *, understood: bool) -> None:
        """Record 看懂了 or 有疑问 for a section."""
        key = self._key(nonce)
        self.store.execute(
            GUIDE,
            key.hospital,
            key.key,
            lambda s: guides.answer_section(s, section=section, understood=understood),
            Actor("patient", correlation_id=key.key),
        )

    def refuse(self, nonce: str) -> None:
        """Withdraw the consent to personal education: as easy as giving it (PIPL art. 15)."""
        key = self._key(nonce)
        patient = self.store.load(GUIDE, key.hospital, key.key).state.made.patient
        self.store.execute(
            PATIENT,
            key.hospital,
            patient,
            lambda s: patients.record_consent(
                s, purpose=Purpose.PERSONAL_EDUCATION, given=False, evidence="guide_page"
            ),
            Actor("patient", correlation_id=key.key),
        )

    def _key(self, nonce: str) -> StreamKey:
        key = StreamKey.parse(self.office.open(nonce, "guide", self.store.clock.now()).stream)
        patient = self.store.load(GUIDE, key.hospital, key.key).state.made.patient
        if self.store.load(PATIENT, key.hospital, patient).state.forgotten:
            raise GuideNoLongerOffered("这份健康指南不再提供")
        return key

    def _pieces(self, hospital: str, part: guides.GuideSection, on: date) -> Iterator[Piece]:
        for ref in part.pieces:
            state = self.library.exactly(hospital, ref, on=on)
            if state:
                yield Piece(ref.content_id, state)
