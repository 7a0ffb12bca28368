"""Event source mappings as the pump needs them, and the filter language of AWS that a mapping may carry."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

Pattern = dict[str, Any]
# What Lambda assumes where a mapping of a DynamoDB stream says nothing.
_DEFAULT_BATCH_SIZE = 100
_WITHOUT_END = -1


@dataclass(frozen=True)
class Mapping:
    """How one function is fed from one stream. `retries` None means for ever; `dead_letters` is a queue's ARN."""

    function: str
    stream: str
    batch_size: int = _DEFAULT_BATCH_SIZE
    retries: int | None = None
    bisect: bool = False
    partial_failures: bool = False
    dead_letters: str | None = None
    filters: tuple[Pattern, ...] = ()

    def wants(self, record: dict[str, Any]) -> bool:
        """Whether the record passes the filters: one that matches is enough, none at all lets everything pass."""
        return not self.filters or any(matches(pattern, record) for pattern in self.filters)


def of_streams(descriptions: list[dict[str, Any]]) -> list[Mapping]:
    """The mappings of DynamoDB streams among those that Lambda describes."""
    return [mapping(one) for one in descriptions if ":dynamodb:" in one.get("EventSourceArn", "")]


def mapping(described: dict[str, Any]) -> Mapping:
    """A mapping as `list_event_source_mappings` describes it; ValueError on a destination that is no queue."""
    retries = described.get("MaximumRetryAttempts", _WITHOUT_END)
    filters = (described.get("FilterCriteria") or {}).get("Filters", [])
    return Mapping(
        function=described["FunctionArn"],
        stream=described["EventSourceArn"],
        batch_size=described.get("BatchSize") or _DEFAULT_BATCH_SIZE,
        retries=None if retries in (None, _WITHOUT_END) else retries,
        bisect=bool(described.get("BisectBatchOnFunctionError")),
        partial_failures="ReportBatchItemFailures" in (described.get("FunctionResponseTypes") or []),
        dead_letters=_queue(described),
        filters=tuple(json.loads(one["Pattern"]) for one in filters),
    )


def _queue(described: dict[str, Any]) -> str | None:
    destination = ((described.get("DestinationConfig") or {}).get("OnFailure") or {}).get("Destination")
    if destination and ":sqs:" not in destination:
        raise ValueError(f"on-failure destination {destination} is not a queue")
    return destination or None


def matches(pattern: Pattern, value: Any) -> bool:
    """Whether a value has every field of an event pattern with one of the values listed for it."""
    fields = value if isinstance(value, dict) else {}
    return all(_field_matches(wanted, fields, name) for name, wanted in pattern.items())


def _field_matches(wanted: Any, fields: dict[str, Any], name: str) -> bool:
    if name == "$or":
        return any(matches(choice, fields) for choice in wanted)
    if isinstance(wanted, dict):
        return matches(wanted, fields.get(name))
    return any(_accepts(rule, fields.get(name), present=name in fields) for rule in wanted)


def _accepts(rule: Any, value: Any, *, present: bool) -> bool:
    if not isinstance(rule, dict):
        return present and bool(value == rule)
    ((operator, operand),) = rule.items()
    if operator == "exists":
        return present is operand
    if operator == "prefix":
        return isinstance(value, str) and value.startswith(operand)
    if operator == "suffix":
        return isinstance(value, str) and value.endswith(operand)
    if operator == "anything-but":
        return present and value not in (operand if isinstance(operand, list) else [operand])
    raise ValueError(f"filter operator {operator!r} is not known here")
