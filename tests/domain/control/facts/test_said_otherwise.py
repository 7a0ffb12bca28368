"""One fact, faithful ways to say it, and their twins that are not: amounts, days, times, pairs, orders.

The table is plain text: `F fact` (several parted by |), then `R faithful` and `X unsupported` sentences of it.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from narrowcast.domain.control.facts import check_sentence

TABLES = sorted((Path(__file__).parent / "data").glob("said_otherwise*.list"))


def _marked(mark: str) -> list[tuple[str, str]]:
    facts, found = "", []
    for line in (line for table in TABLES for line in table.read_text("utf-8").splitlines()):
        if line.startswith("F "):
            facts = line[2:]
        elif line.startswith(mark):
            found.append((facts, line[2:]))
    return found


@pytest.mark.parametrize(("facts", "sentence"), _marked("R "))
def test_a_fact_said_otherwise_is_the_fact(facts: str, sentence: str) -> None:
    assert check_sentence(sentence, facts.split(" | ")).supported


@pytest.mark.parametrize(("facts", "sentence"), _marked("X "))
def test_what_only_sounds_like_a_fact_is_refused(facts: str, sentence: str) -> None:
    assert not check_sentence(sentence, facts.split(" | ")).supported


def test_both_kinds_stand_in_the_table() -> None:
    assert all(len(_marked(mark)) > 1 for mark in ("R ", "X "))
