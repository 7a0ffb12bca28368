"""A schema says exactly what its event class says, and nothing that does not fit it is ever written."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest

from narrowcast.contracts import schema
from narrowcast.contracts.codec import encode
from narrowcast.contracts.registry import EVENTS
from narrowcast.contracts.schema import SchemaViolationError, schema_folder, validate
from tests.support.written_events import CIRCUMSTANCES, Sample, samples

CURRENT = [sample for sample in samples() if sample.is_current]
ANNOTATIONS = {"$schema", "$id", "title", "description", "format", "$defs"}


def structure(node: Any, definitions: dict[str, Any]) -> Any:
    """Return what a schema demands, references followed, words for readers left out."""
    if isinstance(node, list | tuple):
        return [structure(each, definitions) for each in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        return structure(definitions[node["$ref"].rpartition("/")[2]], definitions)
    kept = {key: _property(key, value, definitions) for key, value in node.items() if key not in ANNOTATIONS}
    return kept | ({"enum": sorted(node["enum"])} if "enum" in node else {})


def _property(key: str, value: Any, definitions: dict[str, Any]) -> Any:
    """Return a keyword's value; under `properties` the keys are names, not keywords."""
    if key == "properties":
        return {name: structure(each, definitions) for name, each in value.items()}
    return structure(value, definitions)


def closed(node: Any) -> Any:
    """Return the structure with every object closed to unknown properties, as our schemas are."""
    if isinstance(node, list):
        return [closed(each) for each in node]
    if not isinstance(node, dict):
        return node
    shut = {key: closed(value) for key, value in node.items()}
    return shut | ({"additionalProperties": False} if node.get("type") == "object" else {})


def required(sample: Sample) -> list[str]:
    """Return the fields that a sample's schema asks for; the class has a default for the others."""
    written = json.loads((schema_folder() / sample.name / f"v{sample.version}.json").read_text("utf-8"))
    return list(written["required"])


@pytest.mark.parametrize("name", EVENTS)
def test_the_schema_written_today_says_what_the_class_says(name: str) -> None:
    event_class, version = EVENTS[name]
    written = json.loads((schema_folder() / name / f"v{version}.json").read_text("utf-8"))
    derived = msgspec.json.schema(event_class)
    assert structure(written, written.get("$defs", {})) == closed(structure(derived, derived["$defs"]))
    assert (written["$id"], written["title"]) == (f"narrowcast:{name}:v{version}", name)


@pytest.mark.parametrize("sample", samples(), ids=str)
def test_a_field_too_many_or_too_few_breaks_the_schema(sample: Sample) -> None:
    with pytest.raises(SchemaViolationError, match=f"{sample.name} v{sample.version}: .* breaks additionalProperties"):
        validate(sample.name, sample.version, sample.data | {"patient_name": "王秀兰"})
    for field in required(sample):
        with pytest.raises(SchemaViolationError, match="breaks required"):
            validate(sample.name, sample.version, {key: sample.data[key] for key in sample.data if key != field})


def test_an_event_that_breaks_its_schema_is_not_written() -> None:
    [sample] = [each for each in CURRENT if each.name == "ContentPublished"]
    event: Any = msgspec.convert(sample.data, EVENTS["ContentPublished"][0])
    with pytest.raises(SchemaViolationError, match="revision breaks type"):
        encode([replace(event, revision="two")], "c-1", CIRCUMSTANCES)


def test_schemas_are_read_from_the_layer_when_they_are_shipped_in_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert schema_folder() == Path(__file__).parents[2] / "events" / "schemas"
    monkeypatch.setattr(schema, "_SHIPPED", tmp_path)
    assert schema_folder() == tmp_path
