"""What stands at a place of a guide, as a question to the engine: which pieces fit, and their points by today's rules.

The rules are those of `domain.shelves`, told once more in the engine's language; the contract suite holds both to the
same answers. Points are whole numbers below 2^24, which the engine's floats keep exactly. Weights are in the question
and not in the index, so that other weights need no rebuild.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Final

import msgspec

from narrowcast.application.ports import MOST_STANDING
from narrowcast.domain.choosing import WEIGHTS
from narrowcast.domain.draft import FactRef
from narrowcast.domain.shelves import RUNGS, Candidate, Place, months
from narrowcast.domain.situation import Situation
from narrowcast.domain.vocabulary import Audience, Form, Language, Literacy, Section

Query = dict[str, Any]
GUIDE_FORMS: Final = [form for form in Form if form.for_guides]
AT_ONCE: Final = 100
"""An engine gives no more of a group (`index.max_inner_result_window`)."""
ORDER: Final[list[Query]] = [{"_score": {"order": "desc"}}, {"content_id": {"order": "asc"}}]
FOUND: Final = {"_source": False, "docvalue_fields": ["candidate"], "track_total_hits": False}


def fields_for_guides(candidate: Candidate) -> dict[str, object]:
    """Return the fields by which a piece is found for guides, and the piece itself as the index tells of it."""
    tags = candidate.tags
    return {
        "form": candidate.form,
        "facts": list(map(_told, candidate.piece.facts)),
        "sexes": list(tags.sexes),
        "procedures": list(tags.procedures),
        "steps": list(tags.steps),
        "literacy": tags.literacy,
        "style": tags.style,
        "customs": list(tags.customs),
        "language": tags.language,
        "counts": {
            "treatments": len(tags.treatments),
            "customs": len(tags.customs),
            "facts": len(candidate.piece.facts),
            "months": months(candidate.signed_on),
        },
        "candidate": msgspec.json.encode(candidate).decode(),
    }


def read_candidate(text: str) -> Candidate:
    """Return a piece as the index tells of it."""
    return msgspec.json.decode(text, type=Candidate)


def by_places(hospital: str, places: Sequence[Place], situation: Situation, *, on: date, limit: int) -> Query:
    """Return one question for several places of one ladder: at most AT_ONCE pieces for each."""
    best = {"top_hits": {"size": limit, "sort": ORDER, "_source": False, "docvalue_fields": ["candidate"]}}
    fitting = {"filter": {"bool": {"filter": list(_fitting(situation))}}, "aggs": {"best": best}}
    return {
        **_scored(
            [*_valid(hospital, on), *_about(places[0].ladder), *_of_kind(situation)], places[0].ladder, situation
        ),
        "aggs": {str(at): {"filter": _at(place), "aggs": {"fitting": fitting}} for at, place in enumerate(places)},
        "size": 0,
        "track_total_hits": False,
    }


def by_place(hospital: str, place: Place, situation: Situation, *, on: date, limit: int) -> Query:
    """Return the question for any number of the best pieces of a place."""
    filters = [*_valid(hospital, on), *_about(place.ladder), _at(place), *_of_kind(situation)]
    return {
        **_scored(filters, place.ladder, situation),
        "post_filter": {"bool": {"filter": list(_fitting(situation))}},
        "aggs": {"considered": {"value_count": {"field": "content_id"}}},
        "sort": ORDER,
        "size": limit,
        **FOUND,
    }


def _scored(filters: list[Query], ladder: Sequence[str], situation: Situation) -> Query:
    points = list(_points(ladder, situation))
    within = {"query": {"bool": {"filter": filters}}, "functions": points}
    return {"query": {"function_score": {**within, "score_mode": "sum", "boost_mode": "replace"}}}


def quizzes_on(hospital: str, codes: Sequence[str], facts: Iterable[FactRef], *, on: date) -> Query:
    """Return the question for the quizzes that tell any of the facts."""
    wanted = [_any("codes", codes), _one("form", Form.QUIZ), _any("facts", map(_told, facts))]
    return _all_of([*_valid(hospital, on), *wanted], [{"content_id": "asc"}])


def simple_on(hospital: str, codes: Sequence[str], section: Section, facts: Iterable[FactRef], *, on: date) -> Query:
    """Return the question for the plainest pieces of a section that tell all of the facts."""
    wanted = [
        _any("codes", codes),
        _any("form", GUIDE_FORMS),
        _one("section", section),
        _one("literacy", Literacy.BASIC),
        *(_one("facts", _told(fact)) for fact in facts),
    ]
    return _all_of([*_valid(hospital, on), *wanted], [{"counts.facts": "asc"}, {"content_id": "asc"}])


def _all_of(filters: list[Query], order: list[Query]) -> Query:
    return {"query": {"bool": {"filter": filters}}, "sort": order, "size": MOST_STANDING, **FOUND}


def _told(fact: FactRef) -> str:
    return f"{fact.fact_id}@{fact.version}"


def _valid(hospital: str, on: date) -> Iterator[Query]:
    yield _one("hospital", hospital)
    yield {"range": {"valid_until": {"gte": on.isoformat()}}}


def _about(ladder: Sequence[str]) -> Iterator[Query]:
    yield _any("form", GUIDE_FORMS)
    yield _any("codes", ladder)


def _at(place: Place) -> Query:
    drug = _one("treatments", place.drug) if place.drug else _none("treatments")
    return {"bool": {"filter": [_one("section", place.section), drug]}}


def _of_kind(situation: Situation) -> Iterator[Query]:
    """Yield what a piece must be to be looked at for such a patient at all."""
    yield _any("language", (situation.reader.language, Language.SIMPLIFIED))
    yield _any("audience", (situation.audience, Audience.PATIENT))
    yield _none_or("steps", [situation.step] if situation.step else [])
    yield _none_or("stages", [situation.stage] if situation.stage else [])


def _fitting(situation: Situation) -> Iterator[Query]:
    """Yield every other tag that narrows a piece: it must be met."""
    starts = {code[:end] for code in situation.procedures for end in range(1, len(code) + 1)}
    yield _none_or("age_bands", [situation.age_band] if situation.age_band else [])
    yield _none_or("sexes", [situation.sex])
    yield _none_or("procedures", sorted(starts))
    yield _within("treatments", situation.treatments)
    yield _within("customs", situation.reader.customs)


def _points(ladder: Sequence[str], situation: Situation) -> Iterator[Query]:
    """Yield each part of a piece's points."""
    reader, weights = situation.reader, WEIGHTS
    for rung, code in enumerate(ladder):
        nearest = {"bool": {"filter": [_one("codes", code)], "must_not": [_any("codes", ladder[:rung])]}}
        yield from _weighed(nearest if rung else _one("codes", code), weights.code * (RUNGS - rung))
    yield from _weighed(_one("language", reader.language), weights.language)
    yield from _weighed(_one("audience", situation.audience), weights.audience)
    narrowed = (
        ("step", "steps"),
        ("stage", "stages"),
        ("procedure", "procedures"),
        ("age", "age_bands"),
        ("sex", "sexes"),
    )
    for part, field in narrowed:
        yield from _weighed(_some(field), getattr(weights, part))
    yield from _weighed(_one("form", Form.QA), weights.one_question)
    if reader.literacy:
        yield from _weighed(_one("literacy", reader.literacy), weights.literacy)
    if reader.style:
        yield from _weighed(_one("style", reader.style), weights.style)
    for field, weight in (
        ("treatments", weights.treatment),
        ("customs", weights.custom),
        ("months", weights.freshness),
    ):
        yield {"field_value_factor": {"field": f"counts.{field}", "factor": weight, "missing": 0}}


def _weighed(having: Query, weight: int) -> Iterator[Query]:
    """Yield a part. What counts against a piece counts for all others: an engine knows no points below nothing."""
    if weight:
        yield {"filter": having if weight > 0 else {"bool": {"must_not": [having]}}, "weight": abs(weight)}


def _one(field: str, value: str) -> Query:
    return {"term": {field: value}}


def _any(field: str, values: Iterable[str]) -> Query:
    return {"terms": {field: list(values)}}


def _some(field: str) -> Query:
    return {"exists": {"field": field}}


def _none(field: str) -> Query:
    return {"bool": {"must_not": [_some(field)]}}


def _none_or(field: str, values: Sequence[str]) -> Query:
    """Whether a piece has no such tag, or one of these."""
    return _either(_none(field), _any(field, values)) if values else _none(field)


def _within(field: str, values: Sequence[str]) -> Query:
    """Whether all such tags of a piece, if it has any, are among these."""
    among = {"terms_set": {field: {"terms": list(values), "minimum_should_match_field": f"counts.{field}"}}}
    return _either(_none(field), among) if values else _none(field)


def _either(*queries: Mapping[str, object]) -> Query:
    return {"bool": {"should": list(queries), "minimum_should_match": 1}}
