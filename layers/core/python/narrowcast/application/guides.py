"""What becomes of a guide: read piece by signed piece, and answered."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date

from narrowcast.application.hospitals import profile_of, today
from narrowcast.application.links import LinkOffice, guide_name
from narrowcast.application.persons import Persons
from narrowcast.application.ports import SigningKey
from narrowcast.application.store import Actor, Store
from narrowcast.application.streams import CONTENT, FACT, GUIDE, PATIENT, StreamKey
from narrowcast.contracts.codec import CorruptCommitError, timestamp
from narrowcast.domain import guide as guides
from narrowcast.domain import patient as patients
from narrowcast.domain.content import Content
from narrowcast.domain.control.gate import Gate
from narrowcast.domain.errors import Refusal
from narrowcast.domain.fact import holds
from narrowcast.domain.guide import Guide, PieceRef
from narrowcast.domain.hospital import Hospital
from narrowcast.domain.reading import QuizAsked
from narrowcast.domain.signing import document_hash
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


def guide_id_of(visit_id: str) -> str:
    """Return the id of a visit's one guide: amended when more is known, never doubled."""
    return f"g-{visit_id.removeprefix('v-')}"


def push_id_of(guide_id: str, edition: int) -> str:
    """Return the id of the one push of an edition."""
    return f"{guide_id}.{edition}"


class GuideNoLongerOffered(Refusal):
    """The patient was forgotten: the link opens nothing any more, and does not say whose it was."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece as a patient reads it."""

    content_id: str
    state: Content


@dataclass(frozen=True, slots=True)
class OpenGuide:
    """A guide as its page shows it: only pieces that hold now, by section; sections without any are left out.

    Whoever answered wrong reads the simpler piece first; `quizzes` are those that hold, with their questions.
    """

    hospital: Hospital
    guide: Guide
    sections: tuple[tuple[Section, tuple[Piece, ...]], ...]
    quizzes: tuple[tuple[QuizAsked, Piece], ...] = ()


@dataclass(frozen=True, slots=True)
class ReadingRoom:
    """What a patient's link opens, and what she may answer."""

    store: Store
    office: LinkOffice
    library: SignedLibrary

    def show(self, nonce: str) -> OpenGuide:
        """Return the guide behind the link. Changes nothing (law 5); every piece is verified again (law 1)."""
        key = self.behind(nonce)
        return self.show_guide(key.hospital, key.key)

    def show_guide(self, hospital: str, guide_id: str) -> OpenGuide:
        """Return the guide as its patient would see it now."""
        guide = self.store.load(GUIDE, hospital, guide_id).state
        on = today(self.store, hospital)
        parts = (
            (part.section, tuple(self._pieces(hospital, _refs(guide, part), on)))
            for part in guides.sections_shown(guide)
        )
        sections = tuple(part for part in parts if part[1])
        quizzes = self._quizzes(hospital, guide, {section for section, _ in sections}, on)
        return OpenGuide(profile_of(self.store, hospital), guide, sections, tuple(quizzes))

    def answer(self, nonce: str, section: Section, *, understood: bool) -> None:
        """Record 看懂了 or 有疑问 for a section."""
        key = self.behind(nonce)
        self.store.execute(
            GUIDE,
            key.hospital,
            key.key,
            lambda s: guides.answer_section(s, section=section, understood=understood),
            Actor("patient", correlation_id=key.key),
        )

    def refuse(self, nonce: str) -> None:
        """Withdraw the consent to personal education: as easy as giving it (PIPL art. 15)."""
        key = self.behind(nonce)
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

    def also(self, nonce: str) -> tuple[str, ...]:
        """Return the nonces of the other guides that the same message told of."""
        link = self.office.open(nonce, "guide", self.store.clock.now())
        hospital = StreamKey.parse(link.stream).hospital
        approved = self.store.load(PATIENT, hospital, link.subject).state.approved
        told = (each for push in approved if push.push_id == link.request_id for each in push.pushes)
        stream, channel = PATIENT.stream(hospital, link.subject), Channel(link.channel)
        names = (guide_name(stream, link.request_id, each.guide_id) for each in told)
        return tuple(other for name in names if (other := self.office.secret.nonce(name, channel)) != nonce)

    def behind(self, nonce: str) -> StreamKey:
        """Return the guide's stream behind a link. LinkUnknown, LinkExpired, GuideNoLongerOffered."""
        key = StreamKey.parse(self.office.open(nonce, "guide", self.store.clock.now()).stream)
        patient = self.store.load(GUIDE, key.hospital, key.key).state.made.patient
        if Persons(self.store).of(key.hospital, patient).state.forgotten:
            raise GuideNoLongerOffered("这份健康指南不再提供")
        return key

    def _quizzes(
        self, hospital: str, guide: Guide, shown: AbstractSet[Section], on: date
    ) -> Iterator[tuple[QuizAsked, Piece]]:
        for asked in guide.reading.quizzes:
            ref = PieceRef(asked.content_id, asked.revision, asked.document_hash, asked.facts)
            for piece in self._pieces(hospital, (ref,) if asked.section in shown else (), on):
                yield asked, piece

    def _pieces(self, hospital: str, refs: Iterable[PieceRef], on: date) -> Iterator[Piece]:
        for ref in refs:
            state = self.library.exactly(hospital, ref, on=on)
            if state:
                yield Piece(ref.content_id, state)


def _refs(guide: Guide, part: guides.GuideSection) -> Iterator[PieceRef]:
    """Yield a section's pieces; whoever did not understand them is given the simpler one first."""
    if given := guide.reading.simpler.get(part.section):
        yield PieceRef(given.content_id, given.revision, given.document_hash, ())
    yield from part.pieces
