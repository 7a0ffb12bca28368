"""The published schema of the plain JSON visit is no narrower than its reader, and knows the same fields."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import fastjsonschema
import pytest

from narrowcast.application.intake import Accepted, plain_json, read_message
from narrowcast.application.intake.plain_json_schema import REQUIRED, visit_schema

TRIGGERS = Path(__file__).parents[3] / "events" / "triggers"
EXPECTATIONS: dict[str, dict[str, Any]] = json.loads((TRIGGERS / "expectations.json").read_text(encoding="utf-8"))
TAKEN = [name for name, told in EXPECTATIONS.items() if name.startswith("json/") and told["accepted"]]
UNFIT = [
    "json/bad-stage.json",
    "json/bad-unknown-field.json",
    "json/bad-missing-fields.json",
    "json/bad-renal-word.json",
]


def fits(name: str) -> bool:
    validate = fastjsonschema.compile(visit_schema())
    try:
        validate(json.loads((TRIGGERS / name).read_bytes().decode("utf-8-sig")))
    except fastjsonschema.JsonSchemaException:
        return False
    return True


@pytest.mark.parametrize("name", TAKEN)
def test_what_the_reader_takes_fits_the_schema(name: str) -> None:
    assert fits(name)


@pytest.mark.parametrize("name", UNFIT)
def test_what_the_reader_refuses_for_its_shape_does_not_fit(name: str) -> None:
    assert not fits(name)


def test_the_schema_knows_the_fields_that_the_reader_knows() -> None:
    assert set(visit_schema()["properties"]) == plain_json.FIELDS


@pytest.mark.parametrize("field", REQUIRED)
def test_what_the_schema_requires_the_reader_requires(field: str) -> None:
    document = json.loads((TRIGGERS / "json" / "visit-minimal.json").read_bytes())
    del document[field]
    result = read_message(
        json.dumps(document).encode(),
        content_type="application/json",
        hospital="renhe",
        known_hospitals={"renhe"},
        received_at="2026-11-21T02:00:00Z",
    )
    assert not isinstance(result, Accepted)
    assert {problem.path for problem in result.problems} == {f"$.{field}"}
