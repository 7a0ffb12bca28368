"""`GET /search`: the hospital's app finds signed pieces, and nothing else."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from app import ACCESS, app
from chalicelib.routes import search as route
from narrowcast.application.retrieval import Ranking, Retrieval
from tests.support.newsroom import HOSPITAL, World

PATH = "/search"


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    """A hospital with one piece published and one only accepted, behind the route."""
    world = World().open_hospital().publish("dm-know").plan("dm-draft").accept("dm-draft")
    retrieval = Retrieval(world.store, world.library, Ranking(world.index))
    monkeypatch.setattr(route, "composition", lambda: SimpleNamespace(retrieval=retrieval))
    return world


def search(asked: Mapping[str, str | list[str]], hospital: str = HOSPITAL) -> tuple[int, dict[str, Any]]:
    """Return the status and the body of what the route answers to a hospital's app."""
    event = {
        "requestContext": {"httpMethod": "GET", "resourcePath": PATH, "authorizer": {"hospital": hospital}},
        "pathParameters": None,
        "headers": {},
        "multiValueHeaders": {},
        "multiValueQueryStringParameters": {
            name: value if isinstance(value, list) else [value] for name, value in asked.items()
        },
        "stageVariables": None,
        "isBase64Encoded": False,
        "body": None,
    }
    told: dict[str, Any] = app(event, None)
    return told["statusCode"], json.loads(told["body"])


def test_the_app_finds_what_is_signed_with_signer_and_label(world: World) -> None:
    status, told = search({"q": "什么是2型糖尿病"})
    assert status == 200
    (hit,) = told["hits"]
    state = world.library.piece(HOSPITAL, "dm-know", on=date(2026, 1, 6))
    assert state
    assert state.signed
    assert hit["content"] == "dm-know"
    assert hit["text"] == "\n".join(sentence.text for sentence in state.draft.sentences)
    assert (hit["signer"], hit["label"]) == (state.signed.signer_id, state.signed.label)


@pytest.mark.usefixtures("world")
def test_what_nobody_wrote_about_is_not_found() -> None:
    assert search({"q": "zzzz"}) == (200, {"hits": []})


@pytest.mark.usefixtures("world")
def test_only_the_audience_that_is_named_is_searched() -> None:
    assert search({"q": "2型糖尿病", "audience": "carer"}) == (200, {"hits": []})
    assert search({"q": "2型糖尿病", "audience": "patient"})[1]["hits"]


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({}, "q"),
        ({"q": "  "}, "q"),
        ({"q": "糖" * 1001}, "q"),
        ({"q": ["糖", "尿"]}, "query"),
        ({"q": "糖", "k": "0"}, "k"),
        ({"q": "糖", "k": "21"}, "k"),
        ({"q": "糖", "k": "²"}, "k"),
        ({"q": "糖", "k": "9" * 5000}, "k"),
        ({"q": "糖", "audience": "anyone"}, "audience"),
    ],
)
def test_anything_else_is_refused_with_the_field(asked: dict[str, str | list[str]], field: str) -> None:
    status, told = search(asked)
    assert (status, told["errors"][0]["path"]) == (400, field)


@pytest.mark.usefixtures("world")
def test_a_hospital_that_is_not_known_finds_nothing() -> None:
    assert search({"q": "糖尿病"}, "kangning")[0] == 404


def test_only_clients_may_search() -> None:
    assert ACCESS["GET /search"] == "client"
