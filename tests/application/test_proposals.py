"""What is chosen from an index, however wrong it is, is what would be chosen if every piece were opened."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from random import Random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from narrowcast.application.proposals import AT_FIRST, Choosing, candidate_of
from narrowcast.domain.assembly import assemble, places, steps_of
from narrowcast.domain.content import Content
from narrowcast.domain.draft import FactRef
from narrowcast.domain.guide import GuideAssembled
from narrowcast.domain.shelves import Candidate, Place, Shelves, Standing, ranks_alike
from narrowcast.domain.situation import Situation, situation_of
from narrowcast.domain.vocabulary import Section
from tests.bench.synthetic import HOSPITAL, Hospital
from tests.bench.synthetic_log import write
from tests.support.newsroom import PROFILE, World
from tests.support.told_visits import told

PIECES = 500
SYNTHETIC = Hospital()
ON = date(2026, 1, 5)
LIES = ("tags", "section", "code", "score", "name", "hash", "silence")


@cache
def signed() -> Mapping[str, Content]:
    """The signed library as the gate lets it pass."""
    world = World().open_hospital(HOSPITAL, PROFILE)
    write(world.store, world.key, SYNTHETIC.library(PIECES))
    names = [f"s-{number:06}" for number in range(PIECES)]
    states = {name: world.library.piece(HOSPITAL, name, on=world.clock.now().date()) for name in names}
    assert None not in states.values()
    return {name: state for name, state in states.items() if state}


@cache
def truths() -> Mapping[str, Candidate]:
    return {name: candidate_of(HOSPITAL, name, state) for name, state in signed().items()}


@dataclass
class Gate:
    """Opens signed pieces but those that it refuses, and remembers which."""

    refused: frozenset[str]

    def piece(self, _hospital: str, content_id: str, *, on: date) -> Content | None:
        assert on == ON
        return None if content_id in self.refused else signed().get(content_id)


class Index:
    """Tells of pieces what it likes."""

    def __init__(self, claims: Iterable[Candidate]) -> None:
        self.claims = {each.piece.content_id: each for each in claims}
        self.shelves = Shelves(self.claims.values())

    def candidates(self, _hospital: str, _codes: Sequence[str]) -> Iterator[str]:
        return iter(self.claims)

    def standing(
        self, _hospital: str, places: Sequence[Place], situation: Situation, *, on: date, limit: int
    ) -> list[Standing]:
        assert on == ON
        return [self.shelves.standing(place, situation, limit) for place in places]

    def quizzes(self, *_: Any, **__: Any) -> list[Candidate]:
        return []

    def simple(self, _h: str, _c: Sequence[str], _s: Section, _f: Sequence[FactRef], *, on: date) -> list[Candidate]:
        raise AssertionError(on)


def situations(number: int) -> Situation:
    visit = told(SYNTHETIC.visit(number))
    return situation_of(visit, SYNTHETIC.reader(number), on=ON)


def lied(claim: Candidate, chance: Random, situation: Situation) -> Candidate | None:  # noqa: PLR0911 - a lie a line
    """Return what a wrong index tells of a piece; None for nothing."""
    other = truths()[f"s-{chance.randrange(PIECES):06}"]
    match chance.choice(LIES):
        case "tags":
            return replace(claim, tags=other.tags)
        case "section":
            return replace(claim, section=other.section)
        case "code":
            return replace(claim, tags=replace(claim.tags, codes=(situation.codes[0][:3],), exclusions=()))
        case "score":
            return replace(claim, signed_on=other.signed_on, form=other.form)
        case "name":
            return replace(claim, piece=replace(claim.piece, content_id=f"x-{chance.randrange(999)}"))
        case "hash":
            return replace(claim, piece=replace(claim.piece, document_hash="00", facts=other.piece.facts))
        case _:
            return None


def all_opened(names: Iterable[str], gate: Gate, situation: Situation) -> GuideAssembled:
    """Choose among these as if each had been opened."""
    library = [truths()[name] for name in names if name in truths() and name not in gate.refused]
    return assemble("v", "p", situation, Shelves(library))


def but_for_what_was_not_opened(made: GuideAssembled) -> GuideAssembled:
    """Leave out what a guide tells by the index's word alone."""
    reasons = tuple(replace(each, considered=0, others=()) for each in made.choice.reasons)
    return replace(made, choice=replace(made.choice, reasons=reasons))


def chosen(index: Index, gate: Gate, situation: Situation) -> tuple[GuideAssembled, Choosing]:
    library: Any = gate
    choosing = Choosing(library, index, HOSPITAL, ON, situation)
    return but_for_what_was_not_opened(choosing.choose("v", "p")), choosing


VISIT_NUMBERS = st.integers(0, 2_000)
SHARES = st.sampled_from([0.0, 0.05, 0.3, 0.9])


@settings(deadline=None, max_examples=150)
@given(number=VISIT_NUMBERS, seed=st.integers(0, 10**6), refusing=SHARES)
def test_whatever_the_gate_refuses_the_choice_is_that_of_a_library_opened_as_a_whole(
    number: int, seed: int, refusing: float
) -> None:
    chance, situation = Random(seed), situations(number)  # noqa: S311 - no secret
    gate = Gate(frozenset(name for name in truths() if chance.random() < refusing))
    made, _ = chosen(Index(truths().values()), gate, situation)
    assert made == but_for_what_was_not_opened(all_opened(truths(), gate, situation))


@settings(deadline=None, max_examples=250)
@given(number=VISIT_NUMBERS, seed=st.integers(0, 10**6), lying=SHARES, refusing=SHARES)
def test_an_index_that_lies_hides_pieces_at_most(number: int, seed: int, lying: float, refusing: float) -> None:
    """The choice is that among all pieces of which it tells the truth or which were opened: no lie is in it."""
    chance, situation = Random(seed), situations(number)  # noqa: S311 - no secret
    gate = Gate(frozenset(name for name in truths() if chance.random() < refusing))
    claims = [lied(each, chance, situation) if chance.random() < lying else each for each in truths().values()]
    index = Index(each for each in claims if each)
    made, choosing = chosen(index, gate, situation)
    true = {name for name, each in index.claims.items() if name in truths() and ranks_alike(each, truths()[name])}
    assert made == but_for_what_was_not_opened(all_opened(sorted(true | choosing.truths.keys()), gate, situation))


def test_no_more_is_opened_than_the_choice_rests_on() -> None:
    opened = [len(chosen(Index(truths().values()), Gate(frozenset()), situations(n))[1].truths) for n in range(100)]
    about = [len(list(proposed(situations(n)))) for n in range(100)]
    assert 0 < sum(opened) < sum(about) / 4


def proposed(situation: Situation) -> Iterator[str]:
    steps = set(steps_of(situation.codes))
    return (name for name, truth in truths().items() if steps & set(truth.tags.codes))


def test_a_place_whose_first_pieces_are_all_refused_is_asked_on() -> None:
    shelves = Shelves(truths().values())
    ranked = (
        (each, place.section, [found.candidate.piece.content_id for found in shelves.ranked(place, each)])
        for each in map(situations, range(2_000))
        for place in places(each)
    )
    situation, section, names = next(each for each in ranked if len(each[2]) > AT_FIRST)
    gate = Gate(frozenset(names[:AT_FIRST]))
    made, choosing = chosen(Index(truths().values()), gate, situation)
    assert gate.refused <= choosing.truths.keys()
    assert made == but_for_what_was_not_opened(all_opened(truths(), gate, situation))
    considered = {reason.content_id for reason in made.choice.reasons if reason.section is section}
    assert considered & set(names[AT_FIRST:])
