"""Reads the tables of this package, each once."""

from __future__ import annotations

import pkgutil
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


def lines(name: str) -> list[list[str]]:
    """Return the words of each line of a table."""
    text = (pkgutil.get_data(__package__, f"{name}.txt") or b"").decode()
    return [line.split(" ") for line in text.splitlines()]


@cache
def pairs(name: str) -> Mapping[str, str]:
    """Return a table whose lines are a code and what it stands for."""
    return {words[0]: words[1] for words in lines(name)}
