"""Requests that a stranger makes of the OpenAPI document alone, valid and not: no route may answer any with a 5xx."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import requests
import schemathesis
from hypothesis import HealthCheck, given, seed, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import Case, GenerationMode
from schemathesis.core.result import Ok

from infra.local.http import bearer

SERVER_ERROR = 500
NO_REQUEST = (requests.exceptions.InvalidHeader, requests.exceptions.InvalidURL, UnicodeError)
"""What no client can put on the wire reaches no server."""


@schemathesis.serializer("x-application/hl7-v2+er7")
def write_er7(_context: object, value: object) -> bytes:
    """Send HL7 as it is, with whatever a stranger takes for it."""
    return str(value).encode("utf-8", "replace")


@dataclass(slots=True)
class Stranger:
    """Asks with the credentials that `headers` has for a route, and keeps count; a 5xx as a command to repeat it."""

    base_url: str
    headers: Callable[[str], Mapping[str, str]]
    examples: int
    start: int = 11
    calls: int = 0
    statuses: Counter[int] = field(default_factory=Counter)
    faults: dict[str, str] = field(default_factory=dict)

    def ask_everything(self, document: Mapping[str, Any]) -> None:
        """Make that many requests of each kind for each operation. Deterministic under `start`."""
        schema = schemathesis.openapi.from_dict({**document, "servers": [{"url": self.base_url}]})
        for found in schema.get_all_operations():
            assert isinstance(found, Ok), found
            for mode in GenerationMode:
                # Of an operation that takes nothing there is nothing to get wrong.
                with suppress(Unsatisfiable):
                    self._ask(found.ok(), mode)

    def _ask(self, operation: Any, mode: GenerationMode) -> None:
        @seed(self.start)
        @settings(max_examples=self.examples, database=None, deadline=None, suppress_health_check=list(HealthCheck))
        @given(case=operation.as_strategy(generation_mode=mode))
        def ask(case: Case[Any]) -> None:
            self._call(f"{operation.method.upper()} {operation.path}", case)

        ask()

    def _call(self, route: str, case: Case[Any]) -> None:
        try:
            reply = case.call(self.base_url, headers=dict(self.headers(route)), timeout=60, allow_redirects=False)
        except NO_REQUEST:
            return
        self.calls += 1
        self.statuses[reply.status_code] += 1
        if reply.status_code >= SERVER_ERROR:
            self.faults.setdefault(route, f"{reply.status_code} {reply.text[:200]}: {case.as_curl_command()[:600]}")


def credentials_of(tokens: Mapping[str, str], doctor: str, document: Mapping[str, Any], route: str) -> dict[str, str]:
    """Return the headers of one who may call the route."""
    method, path = route.split(" ", 1)
    told = document["paths"][path][method.lower()]
    keys = {name for scheme in told["security"] for name in scheme}
    if "client" in keys:
        return bearer(tokens["his"])
    role = next((each for each in ("admin", "editor", "nurse") if each in told.get("description", "")), "doctor")
    return bearer(doctor if role == "doctor" else tokens[role]) if "staff" in keys else {}
