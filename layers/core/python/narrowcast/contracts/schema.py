"""The JSON Schemas under events/schemas, each compiled once per process, when an event of its type is written."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

import fastjsonschema

_SHIPPED = Path(__file__).parent / "schemas"
_IN_REPOSITORY = Path(__file__).parents[5] / "events" / "schemas"


class SchemaViolationError(Exception):
    """An event does not fit its schema: a fault of ours, never of a person."""


def schema_folder() -> Path:
    """Return the folder of schemas: shipped in the layer, or the repository's own when run from a checkout."""
    return _SHIPPED if _SHIPPED.is_dir() else _IN_REPOSITORY


def validate(name: str, version: int, data: Mapping[str, object]) -> None:
    """Raise SchemaViolationError unless the data fits the schema of that event and version."""
    try:
        _validator(name, version)(data)
    except fastjsonschema.JsonSchemaValueException as violation:
        message = f"{name} v{version}: {violation.name} breaks {violation.rule}"
        raise SchemaViolationError(message) from violation


@cache
def _validator(name: str, version: int) -> Callable[[Mapping[str, object]], object]:
    document = json.loads((schema_folder() / name / f"v{version}.json").read_text("utf-8"))
    validator: Callable[[Mapping[str, object]], object] = fastjsonschema.compile(document, use_default=False)
    return validator
