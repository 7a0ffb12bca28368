"""Every unit, bound, frequency and time in every way to write and speak it: one amount is equal in all, no two are.

The table is plain text: `# group`, `F fact` and `S sentence` with a place for an amount, `L one > other` where a
sentence may say less than its fact (早餐前 > 早晨), and a line of spellings for each amount.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import permutations
from pathlib import Path
from time import process_time
from typing import NamedTuple

import pytest

from narrowcast.domain.control.facts import amounts, check_sentence, measures
from narrowcast.domain.control.rewriting import Rewritings

measured = Rewritings((*measures.STEPS, *amounts.STEPS)).rewrite

TABLE = Path(__file__).parent / "data" / "amount_spellings.list"
LONGEST = 0.5
"""Seconds, ten times what a busy machine needs; a pattern that backtracks takes minutes."""


class Group(NamedTuple):
    """A fact and a sentence with a place for an amount, the spellings of each amount, and which say less."""

    fact: str
    sentence: str
    less: frozenset[tuple[str, ...]]
    amounts: tuple[tuple[str, ...], ...]


@cache
def groups() -> dict[str, Group]:
    """Read the table."""
    return {part.partition("\n")[0]: _group(part) for part in TABLE.read_text("utf-8").strip("# \n").split("\n\n# ")}


def _group(part: str) -> Group:
    _, fact, sentence, *lines = part.splitlines()
    less = frozenset(tuple(line[2:].split(" > ")) for line in lines if line.startswith("L "))
    amounts = tuple(tuple(line.split(" | ")) for line in lines if not line.startswith("L "))
    return Group(fact[2:], sentence[2:], less, amounts)


def spellings() -> Iterator[tuple[str, str, str]]:
    """Give each group with two spellings of one of its amounts, the first of them as the table has it."""
    for name, group in groups().items():
        for first, *others in group.amounts:
            yield from ((name, first, other) for other in others)


def strangers(name: str) -> Iterator[tuple[str, str]]:
    """Give each amount of a group with every spelling of every other one that does not only say less."""
    group = groups()[name]
    for (one, *_), other in permutations(group.amounts, 2):
        if (one, other[0]) not in group.less:
            yield from ((one, spelling) for spelling in other)


def carries(name: str, known: str, said: str) -> bool:
    """Say whether a fact with one spelling carries a sentence with another."""
    group = groups()[name]
    return check_sentence(group.sentence.format(said), [group.fact.format(known)]).supported


@pytest.mark.parametrize(("name", "one", "other"), list(spellings()))
def test_two_spellings_of_an_amount_are_one(name: str, one: str, other: str) -> None:
    assert carries(name, one, other)
    assert carries(name, other, one)


@pytest.mark.parametrize("name", list(groups()))
def test_no_spelling_of_another_amount_is_taken_for_it(name: str) -> None:
    assert [pair for pair in strangers(name) if carries(name, *pair)] == []


@pytest.mark.parametrize(
    "text", ["1" * 1200, "一" * 1200, "每升1到" * 240, "1<x<" * 300, "5mg或" * 300, "高压140" * 200]
)
def test_a_text_of_nothing_but_amounts_is_read_at_once(text: str) -> None:
    measured("1")  # the patterns are compiled
    start = process_time()
    measured(text)
    assert process_time() - start < LONGEST
