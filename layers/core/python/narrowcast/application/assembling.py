"""From a visit to a guide: the index proposes pieces, the log says which hold, and `assembly` chooses among them."""

from __future__ import annotations

from dataclasses import dataclass, replace

from narrowcast.application.guides import SignedLibrary, guide_id_of
from narrowcast.application.hospitals import today
from narrowcast.application.persons import Persons
from narrowcast.application.proposals import Choosing, Proposals
from narrowcast.application.store import Actor, Store
from narrowcast.application.streams import CONTENT, GUIDE, VISIT
from narrowcast.domain import guide as guides
from narrowcast.domain.assembly import completed, empty, lost_ground
from narrowcast.domain.guide import Guide, GuideAssembled
from narrowcast.domain.reader import ANYBODY, Reader
from narrowcast.domain.reading import QuizAsked, choose_quizzes
from narrowcast.domain.situation import situation_of
from narrowcast.domain.visit import Visit


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
        if not visit.patient or visit.cancelled:
            before = self.store.load(GUIDE, hospital, guide_id).state
            if not visit.patient or before.assembled is None:
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
        """Return the visit as `visit_of` does."""
        return visit_of(self.store, hospital, visit_id)

    def _made(
        self, hospital: str, visit_id: str, visit: Visit, reader: Reader
    ) -> tuple[GuideAssembled, tuple[QuizAsked, ...]]:
        """Return the guide and the quizzes that go with it."""
        if visit.cancelled:
            return empty(visit_id, visit), ()
        choosing = self.choosing(hospital, visit, reader)
        made = choosing.choose(visit_id, visit.patient)
        return made, choosing.quizzes(made)

    def choosing(self, hospital: str, visit: Visit, reader: Reader) -> Choosing:
        """Return the choice of the visit's guide, yet to be made; while it lasts, each stream is read once."""
        on = today(self.store, hospital)
        library = replace(self.library, store=self.library.store.reading_once())
        return Choosing(library, self.index, hospital, on, situation_of(visit, reader, on=on))

    def _fallen(self, hospital: str, before: Guide, made: GuideAssembled, visit: Visit) -> tuple[str, ...]:
        """Return the pieces that leave the guide because what they rested on was told in error."""
        leaving = sorted(guides.pieces_of(before.assembled) - guides.pieces_of(made))
        tags = ((each, self.store.load(CONTENT, hospital, each).state.tags) for each in leaving)
        return tuple(each for each, tagged in tags if lost_ground(tagged, visit))


def visit_of(store: Store, hospital: str, visit_id: str) -> tuple[Visit, Reader, int]:
    """Return the visit, how its patient wants to be written for, and the visit's version.

    What the visit is silent on is taken from what was told of the person apart.
    """
    loaded = store.load(VISIT, hospital, visit_id)
    if not loaded.state.patient:
        return loaded.state, ANYBODY, loaded.version
    person = Persons(store).of(hospital, loaded.state.patient)
    return completed(loaded.state, person.state), person.state.reader, loaded.version


def _tells_something(guide: Guide) -> bool:
    """Whether a message may be asked for: of an empty guide only if it takes back what an earlier one told."""
    return bool(guide.made.sections) or guide.correcting
