"""`GET /contents/{content_id}/export/{form}`: a labelled file to keep, for staff alone."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest

from app import app
from chalicelib.routes import exports as route
from narrowcast.application.exports import TEXT_WRITERS, Exports
from narrowcast.domain.control.label.exports import lint
from tests.support.newsroom import HOSPITAL, World

PATH = "/contents/{content_id}/export/{form}"


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    """A hospital whose one piece is published, behind the route."""
    world = World().open_hospital().publish("dm-know")
    composition = SimpleNamespace(exports=Exports(world.store, world.library, TEXT_WRITERS))
    monkeypatch.setattr(route, "composition", lambda: composition)
    return world


def get(form: str, *, content_id: str = "dm-know", role: str = "nurse", hospital: str = HOSPITAL) -> dict[str, Any]:
    """Return what the route answers to a member of staff."""
    claims = {"sub": "s-1", "cognito:groups": role, "custom:hospital": hospital}
    event = {
        "requestContext": {"httpMethod": "GET", "resourcePath": PATH, "authorizer": {"claims": claims}},
        "pathParameters": {"content_id": content_id, "form": form},
        "headers": {},
        "multiValueHeaders": {},
        "multiValueQueryStringParameters": None,
        "stageVariables": None,
        "isBase64Encoded": False,
        "body": None,
    }
    answer: dict[str, Any] = app(event, None)
    return answer


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize(
    ("form", "media_type"),
    [("html", "text/html"), ("md", "text/markdown"), ("txt", "text/plain"), ("json", "application/json")],
)
def test_staff_get_a_labelled_file_to_keep(form: str, media_type: str) -> None:
    answer = get(form)

    assert answer["statusCode"] == 200
    assert lint(form, answer["body"].encode()) == ()
    assert answer["headers"]["Content-Type"] == f"{media_type}; charset=utf-8"
    assert answer["headers"]["Content-Disposition"] == f'attachment; filename="dm-know.{form}"'
    assert answer["headers"]["X-Content-Type-Options"] == "nosniff"


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize(
    ("asked", "status", "code"),
    [
        ({"form": "pdf"}, 404, "FormUnknown"),
        ({"form": "html", "content_id": "nobody"}, 409, "NotExportable"),
        ({"form": "html", "content_id": 'x"; y'}, 400, "Malformed"),
        ({"form": "html", "role": "visitor"}, 403, "Forbidden"),
        ({"form": "html", "hospital": "kangning"}, 404, "HospitalUnknown"),
    ],
)
def test_anything_else_is_refused_by_name(asked: dict[str, str], status: int, code: str) -> None:
    answer = get(**asked)

    assert (answer["statusCode"], json.loads(answer["body"])["code"]) == (status, code)


def test_an_unsigned_piece_is_refused(world: World) -> None:
    world.plan("htn-know").accept("htn-know")
    assert get("html", content_id="htn-know")["statusCode"] == 409
