"""From a visit to a guide: assembled from signed pieces, pushed within consent and budget, read, answered."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from narrowcast.application.hospitals import profile_of, today
from narrowcast.application.links import LinkOffice
from narrowcast.application.persons import Persons
from narrowcast.application.ports import Contact, ContentIndex, SigningKey, Vault
from narrowcast.application.store import Actor, Store
from narrowcast.application.streams import CONTENT, FACT, GUIDE, PATIENT, VISIT, StreamKey
from narrowcast.contracts.codec import CorruptCommitError, timestamp
from narrowcast.domain import guide as guides
from narrowcast.domain import patient as patients
from narrowcast.domain.assembly import Candidate, assemble, code_ladder, completed, empty, lost_ground
from narrowcast.domain.content import Content
from narrowcast.domain.control.gate import Gate
from narrowcast.domain.errors import Refusal
from narrowcast.domain.fact import holds
from narrowcast.domain.guide import Guide, GuideAssembled, PieceRef
from narrowcast.domain.hospital import Hospital
from narrowcast.domain.signing import document_hash
from narrowcast.domain.visit import Visit
from narrowcast.domain.vocabulary import Channel, Purpose, Section

CORRECTION = "correction"
"""Why a message goes out that takes back what an earlier one led to."""


PUBLIC_CHANNEL = "wechat_public"
"""The channel by whose rules a page is judged that anybody may open."""


@dataclass(frozen=True, slots=True)
class SignedLibrary:
    """Reads pieces from the log and shows only those whose signature and validity hold now (law 1)."""

    store: Store
    key: SigningKey

    def piece(self, hospital: str, content_id: str, *, on: date) -> Content | None:
        """Return the piece if it may be shown on that day; None in any doubt, damage to its record included.

        Each fact is asked itself: from the moment one is taken back nothing that rests on it is shown, though the
        piece may not have been marked yet.
        """
        try:
            state = self.store.load(CONTENT, hospital, content_id).state
            passes = Gate(self.key.verify).lets_pass(hospital, content_id, state, on=on)
            return state if passes and self._rests_on_what_holds(hospital, state) else None
        except CorruptCommitError:
            return None

    def _rests_on_what_holds(self, hospital: str, state: Content) -> bool:
        return all(holds(self.store.load(FACT, hospital, ref.fact_id).state, ref.version) for ref in state.facts)

    def public(self, hospital: str, content_id: str, *, on: date) -> Content | None:
        """Return the piece if it may be shown on that day to anybody: the rules for the public account let it pass."""
        state = self.piece(hospital, content_id, on=on)
        return state if state and state.published and PUBLIC_CHANNEL in state.published.channels else None

    def exactly(self, hospital: str, ref: PieceRef, *, on: date) -> Content | None:
        """Return the piece if it may be shown and still is the one referred to."""
        state = self.piece(hospital, ref.content_id, on=on)
        same = state is not None and document_hash(hospital, ref.content_id, state) == ref.document_hash
        return state if same else None


@dataclass(frozen=True, slots=True)
class Assembled:
    """The guide's id and state, whether a push may be asked for, and which version of the visit it was made of."""

    guide_id: str
    guide: Guide
    push: bool
    visit_version: int


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
        visit, version = self._visit(hospital, visit_id)
        guide_id = guide_id_of(visit_id)
        before = self.store.load(GUIDE, hospital, guide_id).state
        if not visit.patient or (visit.cancelled and before.assembled is None):
            return Assembled(guide_id, before, push=False, visit_version=version)
        made = self._made(hospital, visit_id, visit)
        outcome = self.store.execute(
            GUIDE,
            hospital,
            guide_id,
            lambda s: guides.record_assembly(
                s, made, fallen=self._fallen(hospital, s, made, visit), cancelled=visit.cancelled
            ),
            actor,
        )
        push = _tells_something(outcome.state) and not visit.test
        return Assembled(guide_id, outcome.state, push, version)

    def _visit(self, hospital: str, visit_id: str) -> tuple[Visit, int]:
        """Return the visit and its version; what it is silent on is taken from what was told of the person apart."""
        loaded = self.store.load(VISIT, hospital, visit_id)
        if not loaded.state.patient:
            return loaded.state, loaded.version
        person = Persons(self.store).of(hospital, loaded.state.patient)
        return completed(loaded.state, person.state), loaded.version

    def _made(self, hospital: str, visit_id: str, visit: Visit) -> GuideAssembled:
        if visit.cancelled:
            return empty(visit_id, visit)
        return assemble(visit_id, visit, self._candidates(hospital, visit.known_codes))

    def _fallen(self, hospital: str, before: Guide, made: GuideAssembled, visit: Visit) -> tuple[str, ...]:
        """Return the pieces that leave the guide because what they rested on was told in error."""
        leaving = sorted(guides.pieces_of(before.assembled) - guides.pieces_of(made))
        tags = ((each, self.store.load(CONTENT, hospital, each).state.topic.tags) for each in leaving)
        return tuple(each for each, tagged in tags if lost_ground(tagged, visit))

    def _candidates(self, hospital: str, codes: tuple[str, ...]) -> Iterator[Candidate]:
        """Ask the index, believe the log."""
        ladder = sorted({step for code in codes for step in code_ladder(code)})
        on = today(self.store, hospital)
        for content_id in sorted(set(self.index.candidates(hospital, ladder)) if ladder else ()):
            state = self.library.piece(hospital, content_id, on=on)
            if state and state.topic.form.for_guides:
                digest = document_hash(hospital, content_id, state)
                piece = PieceRef(content_id, state.revision, digest, state.draft.facts)
                yield Candidate(piece, state.topic.section, state.topic.tags, state.topic.form)


def _tells_something(guide: Guide) -> bool:
    """Whether a message may be asked for: of an empty guide only if it takes back what an earlier one told."""
    return bool(guide.made.sections) or guide.correcting


@dataclass(frozen=True, slots=True)
class PushDesk:
    """Decides whether a guide's message may go out. The approval is an event; the stream is its outbox."""

    store: Store
    vault: Vault

    def request(self, hospital: str, guide_id: str, actor: Actor) -> patients.Event | None:
        """Return the approval or the recorded reason against it; None if it was decided before, or is about nothing.

        An edition that takes back what the patient was told is urgent; if she was told nothing, there is nothing to
        take back.
        """
        guide = self.store.load(GUIDE, hospital, guide_id).state
        persons = Persons(self.store)
        person = persons.of(hospital, guide.made.patient)
        urgent = guide.correcting and was_told(guide_id, guide, person.state)
        if not (guide.made.sections or urgent):
            return None
        contact = persons.contact(hospital, person, self.vault)
        now = self.store.clock.now()
        outcome = self.store.execute(
            PATIENT,
            hospital,
            person.root,
            lambda s: patients.decide_push(
                patients.united((s, *person.others)),
                push_id=push_id_of(guide_id, guide.edition),
                guide_id=guide_id,
                channel=preferred_channel(contact),
                reason=CORRECTION if urgent else "visit",
                facts=guide.facts,
                now=now,
                urgent=urgent,
            ),
            actor,
        )
        return next(iter(outcome.events), None)


def was_told(guide_id: str, guide: Guide, patient: patients.Patient) -> bool:
    """Whether a message with the guide's link went out, or is on its way."""
    failed = {failure.push_id for failure in guide.failures}
    return any(push.guide_id == guide_id and push.push_id not in failed for push in patient.approved)


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
        person = Persons(self.store).of(key.hospital, patient)
        now = timestamp(self.store.clock.now())
        self.store.execute(
            PATIENT,
            key.hospital,
            person.root,
            lambda s: patients.record_consent(
                patients.united((s, *person.others)),
                purpose=Purpose.PERSONAL_EDUCATION,
                given=False,
                evidence="guide_page",
                decided_at=now,
            ),
            Actor("patient", correlation_id=key.key),
        )

    def _key(self, nonce: str) -> StreamKey:
        key = StreamKey.parse(self.office.open(nonce, "guide", self.store.clock.now()).stream)
        patient = self.store.load(GUIDE, key.hospital, key.key).state.made.patient
        if Persons(self.store).of(key.hospital, patient).state.forgotten:
            raise GuideNoLongerOffered("这份健康指南不再提供")
        return key

    def _pieces(self, hospital: str, part: guides.GuideSection, on: date) -> Iterator[Piece]:
        for ref in part.pieces:
            state = self.library.exactly(hospital, ref, on=on)
            if state:
                yield Piece(ref.content_id, state)
