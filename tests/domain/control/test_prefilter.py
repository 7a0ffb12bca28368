"""The prefilter spares work and loses nothing: what it rules out cannot match."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from narrowcast.domain.control.claims import PACK_VERSION
from narrowcast.domain.control.claims.fold import fold
from narrowcast.domain.control.claims.pack import load
from narrowcast.domain.control.prefilter import Concordance, grams, sifted

PACK = load(PACK_VERSION)
PATTERNS = [each for rule in PACK.rules for each in rule.patterns]
SETS = Path(__file__).parent / "claims" / "sets"
pieces = st.sampled_from(
    [
        "ab",
        "b?",
        "(?:ab|cd)",
        "([ab])",
        "([bc]d?)",
        "(?:ab|c)?",
        "[ab]",
        "(?!ab)",
        "(?=a)",
        "c{2,3}",
        "d*",
        "a+",
        r"\.",
        ".",
    ]
)
texts = st.text(alphabet="abcd.", max_size=12)


@pytest.mark.parametrize(
    ("pattern", "demanded"),
    [
        ("ab", [{"ab"}]),
        ("abc", [{"ab"}, {"bc"}]),
        ("a|b", [{"a", "b"}]),
        ("(?:ab|c)d", [{"ab", "cd"}, {"d"}, {"ab", "c"}]),
        ("a?b", [{"ab", "b"}, {"b"}]),
        ("(?:ab)?c", [{"ab", "c"}, {"c"}]),
        ("(?!ab)c", [{"c"}]),
        ("a|[bc]", [{"a", "b", "c"}]),
        ("a?", []),
        ("[^a]", []),
        ("(?P<one>ab)", [{"ab"}]),
        (r"(?P<one>ab)(?P=one)", [{"ab"}]),
        (r"([ab])\1c", [{"a", "b"}, {"c"}]),
        ("c[ab]", [{"c"}, {"a", "b"}, {"ca", "cb"}]),
        ("(?i:ab)", []),
    ],
)
def test_a_pattern_demands_what_no_match_can_lack(pattern: str, demanded: list[set[str]]) -> None:
    assert set(sifted(pattern).demands) == set(map(frozenset, demanded))


@pytest.mark.parametrize(
    ("pattern", "openings"),
    [
        ("abc", {"ab"}),
        ("a[bc]d", {"ab", "ac"}),
        ("(?:ab|c)d", {"ab", "cd"}),
        ("a?bc", {"ab", "bc"}),
        ("a{1,3}b", {"a"}),
        ("(?<!x)(?=a)ab", {"ab"}),
        ("a[^b]c", {"a"}),
        ("a|", set()),
        (".a", set()),
    ],
)
def test_the_openings_of_a_pattern_are_all_there_are(pattern: str, openings: set[str]) -> None:
    assert sifted(pattern).openings == openings


@given(st.lists(pieces, min_size=1, max_size=5), texts)
def test_a_text_that_matches_is_never_ruled_out(parts: list[str], text: str) -> None:
    each = sifted("".join(parts))
    assert each.pattern.search(text) is None or each.may_match(grams(text))


@given(st.lists(pieces, min_size=1, max_size=5), texts)
def test_the_spans_are_those_of_the_plain_search(parts: list[str], text: str) -> None:
    each = sifted("".join(parts))
    spans = list(each.spans(Concordance(text, each.openings)))
    assert spans == [found.span() for found in each.pattern.finditer(text)]


@given(texts, st.integers(0, 12), st.integers(0, 12))
def test_what_a_stretch_holds_is_what_it_would_hold_alone(text: str, start: int, end: int) -> None:
    assert Concordance(text, frozenset()).within(start, end) == grams(text[start:end])


def test_no_match_of_a_rule_in_a_known_sentence_is_ruled_out() -> None:
    lines = [line for name in ("training", "evasions") for line in (SETS / f"{name}.jsonl").read_text().splitlines()]
    for line in lines[::4]:
        text = fold(json.loads(line)["text"], PACK.spellings).text
        held = grams(text)
        ruled_out = [each.pattern for each in PATTERNS if not each.may_match(held)]
        assert [pattern.pattern for pattern in ruled_out if pattern.search(text)] == []


def test_most_patterns_are_not_tried_on_an_ordinary_sentence() -> None:
    held = grams("服药期间请每天早晚各测一次血压,并记下来带给医生看")
    assert sum(each.may_match(held) for each in PATTERNS) < len(PATTERNS) / 10
