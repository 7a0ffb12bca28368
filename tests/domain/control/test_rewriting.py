"""A table of rewritings gives what its patterns give one after another, whichever of them it never tries."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from narrowcast.domain.control.rewriting import Rewritings

PAIRS = [
    (r"(?P<a>[ab])c", r"\g<a>d"),
    (r"([bd])\1", r"\1"),
    (r"\d+(?=a)", "b"),
    ("(?<!a)(?:ad|b)?c", "ab"),
    (r"[^a]d(?P<last>b|$)", r"c\g<last>"),
    ("a?", ""),
]
texts = st.text(alphabet="abcd1\u0663", max_size=12)


@given(texts, st.permutations(PAIRS))
def test_what_is_left_out_would_have_changed_nothing(text: str, pairs: list[tuple[str, str]]) -> None:
    expected = text
    for pattern, template in pairs:
        expected = re.sub(pattern, template, expected)
    assert Rewritings(pairs).rewrite(text) == expected


def test_each_is_read_in_what_the_ones_before_it_left() -> None:
    assert Rewritings([("ab", "c"), ("c", "d"), ("ab", "x")]).rewrite("abc") == "dd"


def test_digits_of_other_scripts_are_digits() -> None:
    assert Rewritings([(r"\d个", "几个")]).rewrite("\u0663个") == "几个"
