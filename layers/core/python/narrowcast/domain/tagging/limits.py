"""Whom a piece might harm and what it advises: read from its facts by closed tables, the same way every time.

In doubt a group is taken to be meant: a piece too few is safer than a piece too many.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cache

from narrowcast.domain.codes.drugs import atc_of
from narrowcast.domain.codes.others import NO_CLASS, allergen
from narrowcast.domain.codes.tables import pairs
from narrowcast.domain.content import Tags
from narrowcast.domain.control.facts.tables.drugs import DRUGS
from narrowcast.domain.draft import FactRef
from narrowcast.domain.exclusion import Exclusion
from narrowcast.domain.fact import Statement
from narrowcast.domain.tagging.tables import (
    ABOUT_PREGNANCY,
    ADVICE,
    ALLERGIC,
    FORBIDS,
    GROUPS,
    GROWN_UP,
    ONLY_WITHOUT,
    TOGETHER,
    WARNS,
)
from narrowcast.domain.vocabulary import Advice, AgeBand, Bar

Limit = tuple[Bar, str]
_CLAUSE = re.compile(r"[，。；！？;,!?\n]+")


def limited(tags: Tags, statements: Mapping[FactRef, Statement]) -> Tags:
    """Return the tags with what the facts alone decide: whom the piece might harm, and what it advises."""
    return replace(tags, exclusions=exclusions_of(statements), advises=advises_of(statements.values()))


def exclusions_of(statements: Mapping[FactRef, Statement]) -> tuple[Exclusion, ...]:
    """Return every exclusion that the facts give, each once a fact, in the order of facts and tables."""
    found = ((limit, ref) for ref, statement in statements.items() for limit in dict.fromkeys(_limits(statement)))
    return tuple(Exclusion(bar, value, ref) for (bar, value), ref in found)


def advises_of(statements: Iterable[Statement]) -> tuple[Advice, ...]:
    """Return what the facts advise that does not go with every illness and drug."""
    clauses = [clause for statement in statements for clause in _clauses(statement.text)]
    return tuple(advice for advice, words in ADVICE if any(_advised(words, clause) for clause in clauses))


def _advised(words: str, clause: str) -> bool:
    found = re.search(words, clause)
    return found is not None and not re.search(WARNS, clause[: found.end()])


def _limits(statement: Statement) -> Iterator[Limit]:
    population = statement.population
    for words in (population, statement.text, *statement.conditions):
        yield from ((bar, value) for bar, value, group in ONLY_WITHOUT if re.search(group, words))
    if re.search(GROWN_UP, population):
        yield from ((Bar.AGE, AgeBand.CHILD), (Bar.AGE, AgeBand.TEEN))
    for_pregnant = bool(re.search(ABOUT_PREGNANCY, population))
    for clause in _clauses(statement.text, *statement.boundaries):
        if re.search(FORBIDS, clause):
            yield from (limit for limit in _forbidden(clause, statement) if not (for_pregnant and limit == _PREGNANT))


_PREGNANT: Limit = (Bar.PREGNANCY, "")


def _forbidden(clause: str, statement: Statement) -> Iterator[Limit]:
    """Yield whom a clause that forbids something names."""
    yield from ((bar, value) for bar, value, group in GROUPS if re.search(group, clause))
    if found := re.search(ALLERGIC, clause):
        yield from ((Bar.ALLERGY, substance) for substance in [_substance(found[1])] if substance)
    if re.search(TOGETHER, clause):
        drugs = (atc for name, atc in _drugs() if name in clause)
        yield from ((Bar.DRUG, atc) for atc in drugs if atc not in statement.treatments)
    yield from ((Bar.PROCEDURE, code) for code, name in pairs("procedures").items() if name in clause)


def _substance(name: str) -> str:
    """Return the ATC code or the dictionary's word for what somebody is allergic to; "" if it is not known."""
    bare = name.removeprefix("对")
    known = allergen(bare)
    if known:
        return known[1] if known[0] == NO_CLASS else known[0]
    return atc_of(bare)


@cache
def _drugs() -> tuple[tuple[str, str], ...]:
    """Return the names of single drugs and their ATC codes, longest first."""
    names = sorted({name for line in DRUGS.strip().splitlines() for name in line.split()}, key=lambda n: (-len(n), n))
    return tuple((name, atc) for name in names if (atc := atc_of(name)))


def _clauses(*texts: str) -> list[str]:
    return [clause for text in texts for clause in _CLAUSE.split(text) if clause]
