"""The map of the rooms: every module of the fact check stands on it once, and nothing that is not there."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from narrowcast.domain.control import facts

ROOMS = sorted(path for path in Path(facts.__file__).parent.glob("*.py") if path.stem != "__init__")
MAP = (facts.__doc__ or "").partition("The rooms")[2]


def test_every_room_is_on_the_map() -> None:
    assert {path.stem for path in ROOMS} == set(re.findall(r"`([a-z_]+)`", MAP))


@pytest.mark.parametrize("path", ROOMS, ids=lambda path: path.stem)
def test_every_room_says_why_it_is_there_and_what_it_is_not_for(path: Path) -> None:
    why, _, bounds = (ast.get_docstring(ast.parse(path.read_text())) or "").partition("\n\n")
    assert why.endswith((".", "。"))
    assert bounds
