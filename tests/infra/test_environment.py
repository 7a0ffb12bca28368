"""A function is told everything that the use cases it enters ask for: read from its code, answered by its template."""

from __future__ import annotations

import re
from typing import Any
from unittest.mock import Mock

import pytest

from infra.settings import ROOT
from infra.stacks.functions import plans
from narrowcast.runtime.bootstrap import Composition
from narrowcast.runtime.settings import Settings
from tests.support.templates import Template, settings, written

USED = re.compile(r"composition\(\)\.(\w+)")

# Powertools reads its own; a model's name and address matter only to a drafter that has one.
READ_BY_OTHERS = {"LOG_LEVEL", "POWERTOOLS_SERVICE_NAME", "POWERTOOLS_METRICS_NAMESPACE"}
READ_BY_OTHERS |= {f"{use}_{what}" for use in ("DRAFTER", "EMBEDDER") for what in ("MODEL", "ENDPOINT", "DIMENSIONS")}

ENTER_CONSUMERS = {"replay", "reconciler"}
"""They replay records into the consumers, which are made when a record asks for them."""


def used_by(function: str) -> set[str]:
    code = "\n".join(path.read_text() for path in (ROOT / "functions" / function).rglob("*.py"))
    through_the_entry = {"parking"} if "stream_consumer" in code else set()
    used = set(USED.findall(code)) | through_the_entry
    return used | ({"projector", "dispatcher"} if used & ENTER_CONSUMERS else set())


class Told(dict[str, str]):
    """Variables of a function that remember which of them were asked for."""

    def __init__(self, values: dict[str, str]) -> None:
        super().__init__(values)
        self.asked: set[str] = set()

    def get(self, name: str, default: Any = None) -> Any:
        self.asked.add(name)
        return super().get(name, default)


@pytest.mark.parametrize("function", sorted(plans(settings())))
def test_a_function_is_told_what_its_use_cases_ask_for_and_little_more(
    service: Template, function: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def client(_composition: Composition, _service: str, **_: object) -> Any:
        return Mock(get_secret_value=lambda **_: {"SecretString": "s" * 64})

    monkeypatch.setattr(Composition, "_client", client)
    variables = service.function(function)["Environment"]["Variables"]
    told = Told({name: written(value) for name, value in variables.items()} | {"AWS_REGION": "eu-central-1"})
    if "SEARCH_ENDPOINT" in told:
        told["SEARCH_ENDPOINT"] = "http://search"  # unsigned: signing would look for credentials
    composition = Composition(Settings(told))

    assert used_by(function)
    assert all(getattr(composition, use_case) for use_case in used_by(function))
    assert set(variables) - told.asked <= READ_BY_OTHERS
