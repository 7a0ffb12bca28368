from __future__ import annotations

from pathlib import Path

import pytest

from infra.routes import Route, api_routes
from infra.settings import SettingsError
from infra.stacks.functions import plans
from tests.support.templates import settings

APP = """
from chalice import Chalice

app = Chalice("app")
ACCESS = {access}


@app.route("/guides/{{guide_id}}", methods=["GET", "HEAD"])
def guide(guide_id):
    return guide_id
"""


def app_with(folder: Path, access: dict[str, str]) -> Path:
    (folder / "app.py").write_text(APP.format(access=access))
    return folder


def test_routes_are_asked_of_the_app(tmp_path: Path) -> None:
    access = {"GET /guides/{guide_id}": "staff", "HEAD /guides/{guide_id}": "link"}

    assert api_routes(app_with(tmp_path, access)) == [
        Route(path="/guides/{guide_id}", method="GET", access="staff"),
        Route(path="/guides/{guide_id}", method="HEAD", access="link"),
    ]


def test_a_route_without_an_access_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="HEAD /guides"):
        api_routes(app_with(tmp_path, {"GET /guides/{guide_id}": "staff"}))


def test_an_unknown_access_is_refused(tmp_path: Path) -> None:
    access = {"GET /guides/{guide_id}": "anybody", "HEAD /guides/{guide_id}": "link"}

    with pytest.raises(SettingsError, match=r"GET /guides/\{guide_id\}"):
        api_routes(app_with(tmp_path, access))


def test_the_real_app_lists_its_routes_and_one_parent_has_one_parameter() -> None:
    parents: dict[str, set[str]] = {}
    for route in api_routes():
        parts = route.path.split("/")
        for place, part in enumerate(parts):
            if part.startswith("{"):
                parents.setdefault("/".join(parts[:place]), set()).add(part)

    assert parents
    assert {parent: names for parent, names in parents.items() if len(names) > 1} == {}


@pytest.mark.parametrize("function", sorted(plans(settings())))
def test_every_function_of_the_plan_has_its_entry(function: str) -> None:
    module = plans(settings())[function].handler.split(".", maxsplit=1)[0]

    assert (Path(__file__).resolve().parents[2] / "functions" / function / f"{module}.py").is_file()
