"""Ports are remembered, and never taken from another program."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.local import ports


@pytest.fixture
def taken() -> Iterator[int]:
    """A port another program listens on."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


def test_a_restarted_stack_keeps_its_ports(tmp_path: Path) -> None:
    first = ports.choose(tmp_path / "ports.json", ("aws", "search"))
    assert ports.choose(tmp_path / "ports.json", ("aws", "search")) == first


def test_every_component_has_a_port_of_its_own(tmp_path: Path) -> None:
    names = [f"component-{number}" for number in range(20)]
    assert len(set(ports.choose(tmp_path / "ports.json", names).values())) == 20


def test_a_port_another_program_took_is_avoided(tmp_path: Path, taken: int) -> None:
    remembered = tmp_path / "ports.json"
    remembered.write_text(json.dumps({"aws": taken}))
    chosen = ports.choose(remembered, ("aws",))
    assert chosen["aws"] != taken
    assert json.loads(remembered.read_text()) == chosen


def test_a_component_that_serves_on_its_port_keeps_it(tmp_path: Path, taken: int) -> None:
    remembered = tmp_path / "ports.json"
    remembered.write_text(json.dumps({"aws": taken}))
    assert ports.choose(remembered, ("aws", "search"), serving=("aws",))["aws"] == taken


def test_a_listening_port_is_not_free(taken: int) -> None:
    assert not ports.is_free(taken)
