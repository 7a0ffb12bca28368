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
from narrowcast.domain.control.claims.prefilter import grams, sifted

PACK = load(PACK_VERSION)
PATTERNS = [each for rule in PACK.rules for each in rule.patterns]
SETS = Path(__file__).parent / "sets"
pieces = st.sampled_from(
    ["ab", "b?", "(?:ab|cd)", "(?:ab|c)?", "[ab]", "(?!ab)", "(?=a)", "c{2,3}", "d*", "a+", r"\.", "."]
)
texts = st.text(alphabet="abcd.", max_size=12)


@pytest.mark.parametrize(
    ("pattern", "demanded"),
    [
        ("ab", [{"ab"}]),
        ("abc", [{"ab"}, {"bc"}]),
        ("a|b", [{"a", "b"}]),
        ("(?:ab|c)d", [{"d"}, {"ab", "c"}]),
        ("a?b", [{"b"}]),
        ("(?:ab)?c", [{"c"}]),
        ("(?!ab)c", [{"c"}]),
        ("a|[bc]", []),
        (r"\d+", []),
    ],
)
def test_a_pattern_demands_what_no_match_can_lack(pattern: str, demanded: list[set[str]]) -> None:
    assert list(sifted(pattern).demands) == demanded


@given(st.lists(pieces, min_size=1, max_size=5), texts)
def test_a_text_that_matches_is_never_ruled_out(parts: list[str], text: str) -> None:
    each = sifted("".join(parts))
    assert each.pattern.search(text) is None or each.may_match(grams(text))


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
