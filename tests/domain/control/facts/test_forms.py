"""A form finds what its pattern finds."""

from __future__ import annotations

import re

import pytest

from narrowcast.domain.control.facts.forms import Form

_TEXTS = ("饭前半小时", "饭后，睡前", "每天两次", "", "٣前")
_PATTERNS = ("[\u4e00-\u9fff]{1,2}[前后]", "饭前|每天", "(?<!饭)后|睡", "[^，]{2,}次")


@pytest.mark.parametrize("text", _TEXTS)
@pytest.mark.parametrize("pattern", _PATTERNS)
def test_a_form_finds_what_its_pattern_finds(pattern: str, text: str) -> None:
    first = re.search(pattern, text)
    found = Form(pattern).search(text)
    assert (found and found.span()) == (first and first.span())
    spans = [match.span() for match in Form(pattern).finditer(text)]
    assert spans == [match.span() for match in re.finditer(pattern, text)]
