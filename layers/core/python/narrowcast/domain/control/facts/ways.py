"""On which side of an amount a text stands: 超过12小时 and 12小时后 are above it, 不足12小时 and 12小时内 below."""

from __future__ import annotations

from collections.abc import Sequence

from narrowcast.domain.control.facts.lexer import Token

_UP = frozenset({"gt", "ge", "from", "full"})
_DOWN = frozenset({"lt", "le", "upto"})


def way_of(comparator: str, relation: str = "") -> int:
    """Return 1 for above, -1 for below, 0 where neither is said."""
    if comparator in _UP or (relation == "after" and not comparator):
        return 1
    return -1 if comparator in _DOWN or relation == "within" else 0


def way_at(tokens: Sequence[Token], index: int) -> int:
    """Return the way of the amount at an index, by what stands directly around it."""
    before = tokens[index - 1] if index else None
    after = tokens[index + 1] if index + 1 < len(tokens) else None
    if after and after.kind in {"after", "bound"}:
        return way_of(after.value, _relation(after.text))
    return way_of(before.value) if before and before.kind == "before" else 0


def _relation(bound: str) -> str:
    return "after" if "后" in bound else "within" if bound[-1:] in {"内", "里"} else ""
