"""Chooses from what the index tells of pieces, and opens at the gate what was chosen, until all of it holds.

The index is believed in one thing only: which pieces are not worth a look. Whatever a choice rests on (pieces taken,
kept out, held back, or given way) was opened: folded from the log, its facts asked, its signature verified. One that
the gate refuses falls out, one that is other than the index has it counts as it is, and the choice is made again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from narrowcast.application.guides import SignedLibrary
from narrowcast.application.ports import MOST_STANDING
from narrowcast.domain.asking import Quiz, may_get, quizzes_for
from narrowcast.domain.assembly import assemble, enough, named, places, steps_of
from narrowcast.domain.content import Content
from narrowcast.domain.control.quiz import questions_of
from narrowcast.domain.draft import FactRef
from narrowcast.domain.guide import GuideAssembled, PieceRef
from narrowcast.domain.reading import QuizAsked
from narrowcast.domain.shelves import FIRST_MONTH, Candidate, Place, Shelves, Standing, ranks_alike
from narrowcast.domain.signing import document_hash
from narrowcast.domain.situation import Situation
from narrowcast.domain.vocabulary import Form, Section

AT_FIRST, MORE = 8, 8
"""Pieces asked for at each place, and how many times as many where they do not suffice."""


class ByCode(Protocol):
    """Who knows which pieces may be about a diagnosis."""

    def candidates(self, hospital: str, codes: Sequence[str]) -> Iterator[str]:
        """Yield the ids of pieces tagged with one of the codes."""


class Proposals(Protocol):
    """Who tells of pieces: the content index (see ports)."""

    def standing(
        self, hospital: str, places: Sequence[Place], situation: Situation, *, on: date, limit: int
    ) -> list[Standing]: ...

    def quizzes(
        self, hospital: str, codes: Sequence[str], facts: Sequence[FactRef], *, on: date
    ) -> list[Candidate]: ...

    def simple(
        self, hospital: str, codes: Sequence[str], section: Section, facts: Sequence[FactRef], *, on: date
    ) -> list[Candidate]: ...


@dataclass(slots=True)
class Choosing:
    """The choice of one guide: what the index told, and what was found at the gate."""

    library: SignedLibrary
    index: Proposals
    hospital: str
    on: date
    situation: Situation
    told: dict[Place, Standing] = field(default_factory=dict)
    opened: dict[str, Content | None] = field(default_factory=dict)
    truths: dict[str, Candidate | None] = field(default_factory=dict)

    def choose(self, visit_id: str, patient: str) -> GuideAssembled:
        """Return the guide; every piece that it names was opened."""
        self._ask(dict.fromkeys(places(self.situation)), AT_FIRST)
        while True:
            self._ask_where_too_few()
            made = assemble(visit_id, patient, self.situation, self._shelves())
            closed = named(made.choice) - self.truths.keys()
            if not closed:
                return made
            for content_id in sorted(closed):
                self._truth(content_id)

    def quizzes(self, made: GuideAssembled) -> tuple[QuizAsked, ...]:
        """Return the quizzes that go with the guide."""
        facts = tuple(dict.fromkeys(fact for part in made.sections for piece in part.pieces for fact in piece.facts))
        found = self.index.quizzes(self.hospital, self._codes, facts, on=self.on)
        quizzes = [self._quiz(each.piece.content_id) for each in found if may_get(each, self.situation)]
        return quizzes_for(made, [each for each in quizzes if each], self._simple, self.situation)

    def _quiz(self, content_id: str) -> Quiz | None:
        truth, state = self._truth(content_id), self.opened[content_id]
        return Quiz(truth, questions_of(state.draft)) if truth and state and truth.form is Form.QUIZ else None

    def _simple(self, section: Section, facts: tuple[FactRef, ...]) -> Iterator[Candidate]:
        """Yield plain pieces that hold, as the index ranks them: one is wanted."""
        found = self.index.simple(self.hospital, self._codes, section, facts, on=self.on)
        for each in (one for one in found if may_get(one, self.situation)):
            truth = self._truth(each.piece.content_id)
            if truth == each:
                yield each

    @property
    def _codes(self) -> tuple[str, ...]:
        return steps_of(self.situation.codes)

    def _ask(self, wanted: Iterable[Place], limit: int) -> None:
        asked = list(wanted)
        found = self.index.standing(self.hospital, asked, self.situation, on=self.on, limit=limit) if asked else []
        self.told.update(zip(asked, found, strict=True))

    def _ask_where_too_few(self) -> None:
        """Ask on wherever what still holds does not decide the place."""
        limit = AT_FIRST
        while limit < MOST_STANDING and (
            few := [each for each, standing in self.told.items() if self._too_few(standing)]
        ):
            limit = min(limit * MORE, MOST_STANDING)
            self._ask(few, limit)

    def _too_few(self, standing: Standing) -> bool:
        if standing.whole:
            return False
        truths = [(each, self.truths.get(each.piece.content_id, each)) for each in standing.pieces]
        astray = any(truth and not ranks_alike(each, truth) for each, truth in truths)
        return astray or not enough(standing, [truth for _, truth in truths if truth], self.situation)

    def _shelves(self) -> Shelves:
        told = {each.piece.content_id: each for standing in self.told.values() for each in standing.pieces}
        held = (self.truths.get(content_id, each) for content_id, each in told.items())
        counts = {place: standing.considered for place, standing in self.told.items()}
        guides = (each for each in held if each and each.form.for_guides)
        return Shelves(guides, considered=counts)

    def _truth(self, content_id: str) -> Candidate | None:
        """Open a piece at the gate, once; None if it does not pass."""
        if content_id not in self.truths:
            state = self.opened[content_id] = self.library.piece(self.hospital, content_id, on=self.on)
            self.truths[content_id] = candidate_of(self.hospital, content_id, state) if state else None
        return self.truths[content_id]


def pieces_about(
    library: SignedLibrary, index: ByCode, hospital: str, codes: Iterable[str], *, on: date
) -> Iterator[tuple[str, Content]]:
    """Yield every signed piece about these diagnoses, opened one by one: ask the index, believe the log.

    `Choosing` comes to the same choice and opens only what it rests on.
    """
    ladder = steps_of(codes)
    for content_id in sorted(set(index.candidates(hospital, ladder)) if ladder else ()):
        state = library.piece(hospital, content_id, on=on)
        if state:
            yield content_id, state


def candidate_of(hospital: str, content_id: str, state: Content) -> Candidate:
    """Return what decides who gets a signed piece."""
    piece = PieceRef(content_id, state.revision, document_hash(hospital, content_id, state), state.draft.facts)
    signed_on = state.signed.signed_at.date() if state.signed else FIRST_MONTH
    return Candidate(piece, state.topic.section, state.tags, state.topic.form, signed_on)
