"""What a question names, and what else it is called: the groups of the fact tables' medicines and of popular names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache

from narrowcast.domain.control.facts.tables.drugs import DRUGS
from narrowcast.domain.search.popular_names import NAMES

Groups = Mapping[str, tuple[str, ...]]
_SHORTEST = 2


@cache
def groups() -> Groups:
    """Return, by each name in small letters, all names of what it stands for, itself included.

    A name that stands in several groups leads to all of them.
    """
    found: dict[str, dict[str, None]] = {}
    for line in (*DRUGS.splitlines(), *NAMES.splitlines()):
        names = [name for name in line.lower().split() if len(name) >= _SHORTEST]
        for name in names:
            found.setdefault(name, {}).update(dict.fromkeys(names))
    return {name: tuple(names) for name, names in found.items()}


def named(text: str) -> tuple[tuple[str, ...], ...]:
    """Return the groups of names that a text mentions, in its order, the name as it stands there first."""
    return tuple(dict.fromkeys(_named(text.lower())))


def _named(text: str) -> Iterator[tuple[str, ...]]:
    known = groups()
    for mention in _pattern().findall(text):
        yield (mention, *(name for name in known[mention] if name != mention))


@cache
def _pattern() -> re.Pattern[str]:
    longest_first = sorted(groups(), key=lambda name: (-len(name), name))
    return re.compile("|".join(_exactly(name) for name in longest_first))


def _exactly(name: str) -> str:
    """Match a name in Latin letters as a word alone: tia is not in tiara."""
    pattern = re.escape(name)
    return rf"(?<![a-z0-9]){pattern}(?![a-z0-9])" if name.isascii() else pattern
