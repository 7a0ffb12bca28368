"""AI adds no fact (design law 2): every sentence against the facts it cites.

Numbers, units, drugs, frequencies, times, ranges, conditions, populations, negations and force are compared slot by
slot, and every content word must come from a cited fact. A difference in either direction is a refusal.

The checker and its tables are read when something of theirs is first asked for: most functions never ask.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from narrowcast.domain.control.facts.verdict import KINDS, Reason, Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from narrowcast.domain.control.facts.checker import CHECKER_VERSION
    from narrowcast.domain.control.facts.connectives import CONNECTIVES, is_connective
    from narrowcast.domain.draft import Draft, FactRef, FactText

__all__ = [
    "CHECKER_VERSION",
    "CONNECTIVES",
    "KINDS",
    "Reason",
    "Verdict",
    "check_draft",
    "check_sentence",
    "is_connective",
]

_HOMES = {"CHECKER_VERSION": "checker", "CONNECTIVES": "connectives", "is_connective": "connectives"}


def check_sentence(text: str, cited: Sequence[str]) -> Verdict:
    """Judge a sentence against the texts of the facts it cites; with none it must be a connective."""
    from narrowcast.domain.control.facts import checker  # noqa: PLC0415 - read when first asked

    return checker.check_sentence(text, cited)


def check_draft(draft: Draft, facts: Mapping[FactRef, FactText]) -> tuple[Verdict, ...]:
    """Judge every sentence of a draft, in order; a reference to a fact that is not given is a wrong citation."""
    from narrowcast.domain.control.facts import checker  # noqa: PLC0415 - read when first asked

    return checker.check_draft(draft, facts)


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    raise AttributeError(name)
