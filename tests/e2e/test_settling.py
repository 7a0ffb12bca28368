"""A hospital whose messages settle, on the embedded AWS: the Scheduler makes one guide of an episode in any order."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from infra.local import stack
from tests.support.stack_clinic import Clinic, awaited, diabetic, phone_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infra.local.assembly import StackTemplate

pytestmark = pytest.mark.stack

WINDOW = 15
ORDERS = [(0, 1, 2, 3, 4, 5), (5, 4, 3, 2, 1, 0), (2, 5, 0, 4, 1, 3)]


@pytest.fixture(scope="module")
def settling(tmp_path_factory: pytest.TempPathFactory, templates: list[StackTemplate]) -> Iterator[Clinic]:
    """The demo hospital, its messages settling for some seconds, with a piece on diabetes."""
    directory = tmp_path_factory.mktemp("settling")
    with stack.running_stack(directory, source=lambda: templates) as endpoints:
        clinic = Clinic(directory, endpoints)
        clinic.register(settle_seconds=WINDOW, discharge_settle_seconds=WINDOW)
        clinic.publish("dm-know")
        yield clinic


def episode() -> list[dict[str, Any]]:
    """Six messages on one visit: told again in full, corrected, without a diagnosis, about a drug, from elsewhere."""
    opened = diabetic()
    hypertension = {"system": "ICD-10", "code": "I10.x00", "status": "confirmed"}
    silent: dict[str, Any] = {"diagnoses": [], "consent": None, "contact": {}}
    changes: list[dict[str, Any]] = [
        {"diagnoses": []},
        {"diagnoses": [*opened["diagnoses"], hypertension]} | {"consent": None},
        silent | {"diagnoses": [{**hypertension, "status": "refuted"}]},
        silent | {"medications": [{"atc": "A10BA02", "status": "active"}]},
        silent,
        silent | {"medications": [{"atc": "A10BA02", "status": "stopped"}]},
    ]
    return [_message(opened, change, number) for number, change in enumerate(changes)]


def _message(opened: dict[str, Any], change: dict[str, Any], number: int) -> dict[str, Any]:
    told = opened | change | {"message_id": f"{opened['message_id']}-{number}"}
    told["occurred_at"] = f"2026-01-05T08:0{number}:00+08:00"
    return {name: value for name, value in told.items() if value is not None and value != {}}


def test_an_episode_in_any_order_with_one_repeated_makes_one_guide_and_one_push(settling: Clinic) -> None:
    guides: list[str] = []
    addresses: list[str] = []
    for order in ORDERS:
        messages = episode()
        addresses.append(phone_of(messages[0]))
        visits = {settling.visit(messages[each]) for each in (*order, order[0])}
        assert len(visits) == 1
        guides += visits
    made = [settling.guide(visit_id) for visit_id in guides]
    pieces = [json.dumps(guide["assembled"]["sections"], sort_keys=True) for guide in made]
    assert len(set(pieces)) == 1
    assert "dm-know" in pieces[0]
    assert len({json.dumps(guide["assembled"]["gaps"]) for guide in made}) == 1
    for address in addresses:
        awaited(f"the push to {address}", lambda: settling.pushes(address))  # noqa: B023 - called in this turn
    assert [len(settling.pushes(address)) for address in addresses] == [1, 1, 1]
    assert {guide["edition"] for guide in made} == {1}
