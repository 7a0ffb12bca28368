"""Signed pieces laid out so that the best for a patient is found without looking at all of them.

A piece stands where a visit looks for it: by section, code and drug, there by language, reader, step and stage, and in
each such place by the points that it has for whoever it fits. What is left to add is the reader's own: so pieces are
met best first, and nobody looks further than the answer needs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from heapq import heapify, heappop, heappush
from itertools import islice, product
from typing import TYPE_CHECKING

from narrowcast.domain.choice import Points
from narrowcast.domain.choosing import RULES, Rules, Weights
from narrowcast.domain.content import Tags
from narrowcast.domain.guide import PieceRef
from narrowcast.domain.vocabulary import Audience, Form, Language, Section, Stage, Step

if TYPE_CHECKING:  # a situation is made of a visit, whose module need not be loaded to keep pieces
    from narrowcast.domain.situation import Situation

RUNGS = 6
"""A national ICD-10 code has at most five broader forms and itself."""
FIRST_MONTH = date(2020, 1, 1)
MONTHS = 240


@dataclass(frozen=True, slots=True)
class Candidate:
    """A signed, valid piece and what decides who gets it."""

    piece: PieceRef
    section: Section
    tags: Tags
    form: Form = Form.ARTICLE
    signed_on: date = FIRST_MONTH


@dataclass(frozen=True, slots=True)
class Ranked:
    """A candidate that fits, the rung of the code's ladder on which it stands (0: the code itself), and its points."""

    candidate: Candidate
    rung: int
    points: int


@dataclass(frozen=True, slots=True)
class Place:
    """A place of a guide: a section, a diagnosis (its ladder, nearest first), and a drug or "" for general pieces."""

    section: Section
    ladder: tuple[str, ...]
    drug: str


@dataclass(frozen=True, slots=True)
class Standing:
    """What stands at a place by somebody's word: the pieces that fit, best first, and of how many in all.

    `considered` counts those for such a reader, language, step and stage, whether they fit or not; `whole` says that
    nothing else fits.
    """

    pieces: tuple[Candidate, ...] = ()
    considered: int = 0
    whole: bool = True


_Kind = tuple[Language, Audience, Step | None, Stage | None]
_Standing = tuple[int, str, Candidate]
"""A candidate behind the negative of its fixed points and its id: in this order it is met."""


class Shelves:
    """A library under one version of the rules."""

    def __init__(
        self, library: Iterable[Candidate], rules: Rules = RULES, considered: Mapping[Place, int] | None = None
    ) -> None:
        """Put each piece where a visit looks for it; a piece about several codes or drugs stands in several places.

        Of a library of which these are only the best, `considered` tells how many stand at a place.
        """
        self.rules = rules
        self._considered = considered or {}
        self._places: dict[tuple[Section, str, str], dict[_Kind, list[_Standing]]] = {}
        for each in library:
            self._put(each)
        for kinds in self._places.values():
            for standing in kinds.values():
                standing.sort(key=lambda one: one[:2])

    def _put(self, each: Candidate) -> None:
        tags = each.tags
        standing = (-sum(_fixed(each, self.rules.weights).values()), each.piece.content_id, each)
        kinds = [(tags.language, tags.audience, *at) for at in product(tags.steps or (None,), tags.stages or (None,))]
        for code, drug in product(tags.codes, tags.treatments or ("",)):
            place = self._places.setdefault((each.section, code, drug), {})
            for kind in kinds:
                place.setdefault(kind, []).append(standing)

    def looked_at(self, place: Place, situation: Situation) -> int:
        """Return how many pieces stand where `ranked` looks, whether they fit or not."""
        if place in self._considered:
            return self._considered[place]
        return len({name for _, _, found in self._open(place, situation) for _, name, _ in found})

    def standing(self, place: Place, situation: Situation, limit: int) -> Standing:
        """Return the best of a place, at most `limit`."""
        found = tuple(each.candidate for each in islice(self.ranked(place, situation), limit + 1))
        return Standing(found[:limit], self.looked_at(place, situation), len(found) <= limit)

    def ranked(self, place: Place, situation: Situation) -> Iterator[Ranked]:
        """Yield each piece that fits, the most points first; of equal ones the least id."""
        weights, seen = self.rules.weights, set[str]()
        ready: list[tuple[int, str, int, Candidate]] = []
        most = _most_of_readers_own(situation, weights)
        for most_ahead, met in self._met(place, situation):
            while ready and ready[0][0] < most_ahead - most:
                yield from _once(ready, seen)
            if fits(met.candidate.tags, situation):
                total = met.points + sum(_readers_own(met.candidate, situation, weights).values())
                heappush(ready, (-total, met.candidate.piece.content_id, met.rung, met.candidate))
        while ready:
            yield from _once(ready, seen)

    def _met(self, place: Place, situation: Situation) -> Iterator[tuple[int, Ranked]]:
        """Yield the pieces of all lists by what they have without the reader's own; first, the negative of that."""
        lists = list(self._open(place, situation))
        ahead = [(found[0][0] - common, found[0][1], number, 0) for number, (common, _, found) in enumerate(lists)]
        heapify(ahead)
        while ahead:
            negative, _, number, at = heappop(ahead)
            common, rung, found = lists[number]
            yield negative, Ranked(found[at][2], rung, -negative)
            if at + 1 < len(found):
                heappush(ahead, (found[at + 1][0] - common, found[at + 1][1], number, at + 1))

    def _open(self, place: Place, situation: Situation) -> Iterator[tuple[int, int, list[_Standing]]]:
        """Yield what all pieces of a list have in common for this patient: points and rung; and the list."""
        weights = self.rules.weights
        for rung, code in enumerate(place.ladder):
            standing = self._places.get((place.section, code, place.drug), {})
            for kind in _kinds_for(situation) if standing else ():
                if kind in standing:
                    yield sum(_common(kind, rung, situation, weights).values()), rung, standing[kind]


def _once(ready: list[tuple[int, str, int, Candidate]], seen: set[str]) -> Iterator[Ranked]:
    """Take the next out, and yield it unless it was met on a nearer rung before."""
    negative, content_id, rung, candidate = heappop(ready)
    if content_id not in seen:
        seen.add(content_id)
        yield Ranked(candidate, rung, -negative)


def ranks_alike(one: Candidate, other: Candidate) -> bool:
    """Whether two pieces stand at the same places with the same points, and harm the same people."""
    return replace(one, piece=other.piece) == other and one.piece.content_id == other.piece.content_id


def _kinds_for(situation: Situation) -> tuple[_Kind, ...]:
    languages = dict.fromkeys((situation.reader.language, Language.SIMPLIFIED))
    readers = dict.fromkeys((situation.audience, Audience.PATIENT))
    steps, stages = dict.fromkeys((situation.step, None)), dict.fromkeys((situation.stage, None))
    return tuple(product(languages, readers, steps, stages))


def fits(tags: Tags, situation: Situation) -> bool:
    """Whether a piece is meant for such a patient: every tag that narrows it must be met."""
    return (
        (tags.audience is Audience.PATIENT or tags.audience is situation.audience)
        and (not tags.stages or situation.stage in tags.stages)
        and (not tags.age_bands or situation.age_band in tags.age_bands)
        and all(drug in situation.treatments for drug in tags.treatments)
        and (not tags.steps or situation.step in tags.steps)
        and (not tags.sexes or situation.sex in tags.sexes)
        and (not tags.procedures or any(code.startswith(tags.procedures) for code in situation.procedures))
        and all(custom in situation.reader.customs for custom in tags.customs)
        and tags.language in (Language.SIMPLIFIED, situation.reader.language)
    )


def points_of(ranked: Ranked, situation: Situation, weights: Weights) -> tuple[Points, ...]:
    """Return the parts of a piece's points that are not 0."""
    candidate, tags = ranked.candidate, ranked.candidate.tags
    kind = (tags.language, tags.audience, None, None)
    parts = {
        **_common(kind, ranked.rung, situation, weights),
        **_fixed(candidate, weights),
        **_readers_own(candidate, situation, weights),
    }
    return tuple(Points(part, number) for part, number in parts.items() if number)


def _common(kind: _Kind, rung: int, situation: Situation, weights: Weights) -> Mapping[str, int]:
    language, audience = kind[:2]
    return {
        "language": weights.language if language is situation.reader.language else 0,
        "audience": weights.audience if audience is situation.audience else 0,
        "code": weights.code * (RUNGS - rung),
    }


def _fixed(candidate: Candidate, weights: Weights) -> Mapping[str, int]:
    """What a piece has for everybody whom it fits: a tag that narrows it is then one that is met."""
    tags = candidate.tags
    return {
        "step": weights.step if tags.steps else 0,
        "stage": weights.stage if tags.stages else 0,
        "procedure": weights.procedure if tags.procedures else 0,
        "treatment": weights.treatment * len(tags.treatments),
        "age": weights.age if tags.age_bands else 0,
        "custom": weights.custom * len(tags.customs),
        "sex": weights.sex if tags.sexes else 0,
        "one_question": weights.one_question if candidate.form is Form.QA else 0,
        "freshness": weights.freshness * months(candidate.signed_on),
    }


def _readers_own(candidate: Candidate, situation: Situation, weights: Weights) -> Mapping[str, int]:
    tags, reader = candidate.tags, situation.reader
    return {
        "literacy": weights.literacy if tags.literacy and tags.literacy is reader.literacy else 0,
        "style": weights.style if tags.style and tags.style is reader.style else 0,
    }


def _most_of_readers_own(situation: Situation, weights: Weights) -> int:
    literacy = weights.literacy if situation.reader.literacy else 0
    style = weights.style if situation.reader.style else 0
    return max(0, literacy) + max(0, style)


def months(day: date) -> int:
    """Return the months since January 2020, at most 20 years of them: newer is more."""
    return max(0, min(MONTHS, (day.year - FIRST_MONTH.year) * 12 + day.month - 1))
