"""`/g/{token}`: what the link of a forgotten patient shows, to whoever holds it."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from app import app
from chalicelib.routes import guides as route
from narrowcast.application.store import Actor
from narrowcast.domain.vocabulary import ForgettingReason
from tests.support.newsroom import HOSPITAL, IDENTITY, World


@pytest.fixture
def token(monkeypatch: pytest.MonkeyPatch) -> str:
    """The nonce of a guide whose patient was forgotten since."""
    world = World().open_hospital().publish("dm-know")
    world.visit()
    patient = world.pseudonyms.patient(HOSPITAL, IDENTITY.patient_number)
    reason = ForgettingReason.PATIENT_REQUEST
    world.forgetting.forget(HOSPITAL, patient, reason=reason, ticket="", actor=Actor("operator:cli"))
    monkeypatch.setattr(route, "composition", lambda: SimpleNamespace(reading_room=world.room))
    return world.guide_nonce()


def call(method: str, path: str, token: str, body: str | None = None) -> dict[str, Any]:
    form = {"content-type": "application/x-www-form-urlencoded"}
    event = {
        "requestContext": {"httpMethod": method, "resourcePath": path},
        "pathParameters": {"token": token},
        "headers": form if body is not None else {},
        "multiValueHeaders": {name: [value] for name, value in form.items()} if body is not None else {},
        "multiValueQueryStringParameters": None,
        "stageVariables": None,
        "isBase64Encoded": False,
        "body": body,
    }
    answer: dict[str, Any] = app(event, None)
    return answer


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/g/{token}", None),
        ("POST", "/g/{token}/feedback", "section=disease&answer=understood"),
        ("POST", "/g/{token}/refuse", ""),
    ],
)
def test_the_link_of_a_forgotten_patient_shows_a_neutral_page(
    token: str, method: str, path: str, body: str | None
) -> None:
    answer = call(method, path, token, body)

    assert answer["statusCode"] == 410
    assert "不再提供" in answer["body"]
    assert "仁和" not in answer["body"]
