"""The OpenAPI document of the running stack: its examples work, and a stranger who has only it meets no 5xx."""

from __future__ import annotations

import json
import re
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from chalicelib.operations import FHIR, HL7, JSON, OPERATIONS, example_of
from infra.local import stack
from infra.local.demo_users import Person
from infra.local.http import Reply, bearer, get, send
from infra.routes import api_routes
from tests.support.strangers import Stranger, credentials_of

if TYPE_CHECKING:
    from tests.support.stack_clinic import Clinic

pytestmark = pytest.mark.stack

ROUTES = {f"{route.method} {route.path}": route.access for route in api_routes()}
STORY = (
    ("POST /signers", JSON, "admin"),
    ("POST /signers/{signer_id}/renew", JSON, "admin"),
    ("POST /facts/split", JSON, "example"),
    ("POST /facts", JSON, "example"),
    ("POST /facts/{fact_id}/approve", "", "example"),
    ("POST /topics", JSON, "editor"),
    ("POST /contents/{content_id}/edit", JSON, "editor"),
    ("POST /contents/{content_id}/adopt", JSON, "example"),
    ("POST /contents/{content_id}/signer", JSON, "editor"),
    ("POST /contents/{content_id}/accept", JSON, "editor"),
    ("GET /contents/{content_id}", "", "nurse"),
    ("POST /visits", JSON, "his"),
    ("POST /visits", FHIR, "his"),
    ("POST /hl7", HL7, "his"),
    ("POST /fhir", FHIR, "his"),
    ("POST /cds-services/{service_id}", JSON, "his"),
    ("POST /cds-services/{service_id}/feedback", JSON, "his"),
    ("POST /facts/{fact_id}/supersede", JSON, "example"),
    ("POST /facts/{fact_id}/retire", JSON, "example"),
    ("POST /signers/{signer_id}/leave", "", "admin"),
    ("POST /ask/{hospital}", JSON, "his"),
)
"""The document's examples in the order in which they make sense, and who sends them."""
EXAMPLES = 2
"""Requests of each kind for each operation; the bench makes many more."""
TOLD_OTHERWISE = {
    "POST /app/inbox",
    "POST /hospital",
    "POST /assistant",
    "POST /keypoints/{nonce}",
    "POST /sign/{nonce}",
    "POST /g/{token}/check",
    "POST /g/{token}/feedback",
    "POST /g/{token}/refuse",
    "POST /g/{token}/read",
    "POST /g/{token}/quiz",
    "POST /g/{token}/reminders",
    "POST /g/{token}/reminders/stop",
    "POST /g/{token}/symptoms",
    "POST /tasks/{task}/finish",
    "POST /g/{token}/wishes",
    "POST /g/{token}/consent",
    "POST /g/{token}/reading",
}
"""The suite's hospital is registered and its assistant set already; what a link opens is a matter of its nonce."""
OF_A_TALK = re.compile(r"POST /(chat|inbox|desk|wechat|g/{token}/chat)")
"""What these take is a matter of one conversation, of a session or of WeChat: their own tests tell it."""


@pytest.fixture(scope="module")
def document(clinic: Clinic) -> Any:
    return get(clinic.url("/openapi.json")).json


def test_the_document_names_exactly_the_routes_and_who_may_call_them(document: Any) -> None:
    named = {
        f"{method.upper()} {path}": told
        for path, methods in document["paths"].items()
        for method, told in methods.items()
    }
    assert set(named) == set(ROUTES)
    keyed = {route: [name for scheme in told["security"] for name in scheme] for route, told in named.items()}
    keys = ("staff", "client", "session")
    assert keyed == {route: [access] if access in keys else [] for route, access in ROUTES.items()}


def test_every_route_that_takes_a_body_has_an_example_that_is_told() -> None:
    told = {route for route, _, _ in STORY} | TOLD_OTHERWISE
    taking = {route for route, operation in OPERATIONS.items() if operation.takes}
    assert {route for route in taking if not OF_A_TALK.match(route)} <= told


def test_the_examples_work_one_after_the_other(clinic: Clinic) -> None:
    tokens = {**clinic.tokens, "example": stack.token(clinic.directory, Person("doctor", "sg-example"))}
    for route, media, role in STORY:
        if route in ("POST /contents/{content_id}/edit", "POST /contents/{content_id}/adopt"):
            clinic.at_editor("example-topic")
        if route == "POST /contents/{content_id}/accept":
            clinic.at_editor("example-topic")
        reply = _send(clinic, route, media, tokens[role])
        expected = {OPERATIONS[route].status, *OPERATIONS[route].also}
        assert reply.status in expected, f"{route}: {reply.status} {reply.text[:400]}"


def _send(clinic: Clinic, route: str, media: str, token: str) -> Reply:
    method, path = route.split(" ")
    filled = re.sub(r"{(\w+)}", lambda name: str(OPERATIONS[route].path[name[1]]["example"]), path)
    body = example_of(route, media) if media else (b"{}" if method == "POST" else None)
    return send(method, clinic.url(filled), body=body, headers={"Content-Type": media or JSON, **bearer(token)})


def test_a_stranger_with_the_document_alone_meets_no_server_error(clinic: Clinic, document: Any) -> None:
    headers = partial(credentials_of, clinic.tokens, clinic.doctors["sg-chen"], document)
    stranger = Stranger(clinic.endpoints["api"], headers, examples=EXAMPLES)
    stranger.ask_everything(document)

    assert stranger.calls > len(ROUTES)
    assert stranger.faults == {}, json.dumps(stranger.faults, ensure_ascii=False, indent=1)
