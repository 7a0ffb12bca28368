"""From a visit to a guide: the index proposes pieces, the log says which hold, and `assembly` chooses among them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from narrowcast.application.guides import SignedLibrary, guide_id_of
from narrowcast.application.hospitals import today
from narrowcast.application.persons import Persons
from narrowcast.application.store import Actor, Store
from narrowcast.application.streams import CONTENT, GUIDE, VISIT
from narrowcast.domain import guide as guides
from narrowcast.domain.asking import Quiz, quizzes_for
from narrowcast.domain.assembly import assemble, code_ladder, completed, empty, lost_ground
from narrowcast.domain.content import Content
from narrowcast.domain.control.quiz import questions_of
from narrowcast.domain.guide import Guide, GuideAssembled, PieceRef
from narrowcast.domain.reader import ANYBODY, Reader
from narrowcast.domain.reading import QuizAsked, choose_quizzes
from narrowcast.domain.shelves import FIRST_MONTH, Candidate, Shelves
from narrowcast.domain.signing import document_hash
from narrowcast.domain.situation import Situation, situation_of
from narrowcast.domain.visit import Visit
from narrowcast.domain.vocabulary import Form


class Proposals(Protocol):
    """Who knows which pieces may be about a diagnosis: the content index."""

    def candidates(self, hospital: str, codes: Sequence[str]) -> Iterator[str]:
        """Yield the ids of pieces tagged with one of the codes."""


@dataclass(frozen=True, slots=True)
class Assembled:
    """The guide's id and state, whether a push may be asked for, and which version of the visit it was made of."""

    guide_id: str
    guide: Guide
    push: bool
    visit_version: int


@dataclass(frozen=True, slots=True)
class Assembly:
    """Makes the guide of a visit."""

    store: Store
    library: SignedLibrary
    index: Proposals

    def assemble(self, hospital: str, visit_id: str, actor: Actor) -> Assembled:
        """Assemble and record; an unchanged guide is not recorded again."""
        visit, reader, version = self.visit(hospital, visit_id)
        guide_id = guide_id_of(visit_id)
        before = self.store.load(GUIDE, hospital, guide_id).state
        if not visit.patient or (visit.cancelled and before.assembled is None):
            return Assembled(guide_id, before, push=False, visit_version=version)
        made, quizzes = self._made(hospital, visit_id, visit, reader)
        outcome = self.store.execute(
            GUIDE,
            hospital,
            guide_id,
            lambda s: (
                *guides.record_assembly(
                    s, made, fallen=self._fallen(hospital, s, made, visit), cancelled=visit.cancelled
                ),
                *choose_quizzes(s.reading, quizzes),
            ),
            actor,
        )
        push = _tells_something(outcome.state) and not visit.test
        return Assembled(guide_id, outcome.state, push, version)

    def visit(self, hospital: str, visit_id: str) -> tuple[Visit, Reader, int]:
        """Return the visit, how its patient wants to be written for, and the visit's version.

        What the visit is silent on is taken from what was told of the person apart.
        """
        loaded = self.store.load(VISIT, hospital, visit_id)
        if not loaded.state.patient:
            return loaded.state, ANYBODY, loaded.version
        person = Persons(self.store).of(hospital, loaded.state.patient)
        return completed(loaded.state, person.state), person.state.reader, loaded.version

    def situation(self, hospital: str, visit: Visit, reader: Reader) -> Situation:
        """Return what decides the visit's guide today."""
        return situation_of(visit, reader, on=today(self.store, hospital))

    def _made(
        self, hospital: str, visit_id: str, visit: Visit, reader: Reader
    ) -> tuple[GuideAssembled, tuple[QuizAsked, ...]]:
        """Return the guide and the quizzes that go with it."""
        if visit.cancelled:
            return empty(visit_id, visit), ()
        situation = self.situation(hospital, visit, reader)
        found = [(candidate_of(hospital, *each), each[1]) for each in self.pieces(hospital, visit.known_codes)]
        library = [candidate for candidate, _ in found if candidate.form.for_guides]
        quizzes = [Quiz(each, questions_of(state.draft)) for each, state in found if each.form is Form.QUIZ]
        made = assemble(visit_id, visit.patient, situation, Shelves(library))
        return made, quizzes_for(made, quizzes, library, situation)

    def _fallen(self, hospital: str, before: Guide, made: GuideAssembled, visit: Visit) -> tuple[str, ...]:
        """Return the pieces that leave the guide because what they rested on was told in error."""
        leaving = sorted(guides.pieces_of(before.assembled) - guides.pieces_of(made))
        tags = ((each, self.store.load(CONTENT, hospital, each).state.tags) for each in leaving)
        return tuple(each for each, tagged in tags if lost_ground(tagged, visit))

    def pieces(self, hospital: str, codes: tuple[str, ...]) -> Iterator[tuple[str, Content]]:
        """Yield the signed pieces about these diagnoses: ask the index, believe the log."""
        ladder = sorted({step for code in codes for step in code_ladder(code)})
        on = today(self.store, hospital)
        for content_id in sorted(set(self.index.candidates(hospital, ladder)) if ladder else ()):
            state = self.library.piece(hospital, content_id, on=on)
            if state:
                yield content_id, state


def candidate_of(hospital: str, content_id: str, state: Content) -> Candidate:
    """Return what decides who gets a signed piece."""
    piece = PieceRef(content_id, state.revision, document_hash(hospital, content_id, state), state.draft.facts)
    signed_on = state.signed.signed_at.date() if state.signed else FIRST_MONTH
    return Candidate(piece, state.topic.section, state.tags, state.topic.form, signed_on)


def _tells_something(guide: Guide) -> bool:
    """Whether a message may be asked for: of an empty guide only if it takes back what an earlier one told."""
    return bool(guide.made.sections) or guide.correcting
