"""`narrowcast log show`: what an auditor types, and what comes back, without a stack."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from narrowcast import cli
from narrowcast.application.exports import TEXT_WRITERS, Exports
from narrowcast.application.guides import guide_id_of
from narrowcast.application.past import Past
from narrowcast.application.ports import UnavailableError
from narrowcast.cli import log_show
from tests.support.newsroom import World, tampered

STREAM = "renhe/content#dm-know"
FIELDS = {"stream", "at", "version", "events", "state", "shown"}


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    """A published piece, written at 16:00 hospital time on 5 January 2026, on the stack that commands open."""
    world = World().open_hospital().publish("dm-know")
    past = Past(world.store, world.key, Exports(world.store, world.library, TEXT_WRITERS))
    monkeypatch.setattr(log_show, "open_stack", lambda _: SimpleNamespace(past=past))
    return world


class Ran:
    """Runs commands and reads what they print."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys

    def show(self, *arguments: str) -> tuple[int, str, str]:
        try:
            code = cli.main(["log", "show", *arguments])
        except SystemExit as ended:
            code = int(str(ended.code))
        return code, *self._capsys.readouterr()

    def told(self, *arguments: str) -> Any:
        code, out, err = self.show(*arguments, "--json")
        assert (code, err) == (0, "")
        return json.loads(out)


@pytest.fixture
def ran(world: World, capsys: pytest.CaptureFixture[str]) -> Ran:
    assert world.content("dm-know").published
    return Ran(capsys)


def test_a_stream_is_told_with_its_state_and_what_was_shown(ran: Ran) -> None:
    told = ran.told(STREAM)
    assert set(told) == FIELDS
    assert (told["stream"], told["at"], told["version"]) == (STREAM, None, told["events"][-1]["version"])
    assert told["state"]["status"] == "published"
    assert json.loads(told["shown"]["form"])["document"]["content_id"] == "dm-know"
    assert told["shown"]["label"] in told["shown"]["html"]


def test_events_may_be_told_from_the_last(ran: Ran) -> None:
    forward, back = ran.told(STREAM), ran.told(STREAM, "--back")
    assert back == forward | {"events": forward["events"][::-1]}
    assert len(forward["events"]) > 3


def test_a_version_is_told_as_it_stood(ran: Ran) -> None:
    told = ran.told(STREAM, "--version", "2")
    assert (told["version"], {event["version"] for event in told["events"]}) == (2, {1, 2})
    assert (told["state"]["status"], told["shown"]) == ("drafted", None)


@pytest.mark.parametrize(
    ("at", "meant"),
    [
        ("2026-01-05T16:00+08:00", "2026-01-05T16:00:00+08:00"),
        ("2026-01-05T16:00", "2026-01-05T16:00:00+08:00"),
        ("2026-01-05 16:00:00.000000", "2026-01-05T16:00:00+08:00"),
        ("2026-01-05T08:00Z", "2026-01-05T08:00:00+00:00"),
        ("20260105T0300-0500", "2026-01-05T03:00:00-05:00"),
        ("2026-01-06", "2026-01-06T00:00:00+08:00"),
    ],
)
def test_a_time_may_be_given_with_an_offset_or_as_the_hospitals_own(ran: Ran, at: str, meant: str) -> None:
    told = ran.told(STREAM, "--at", at)
    assert (told["at"], told["state"]["status"]) == (meant, "published")


def test_a_time_before_the_stream_is_a_negative_verdict(ran: Ran) -> None:
    code, out, err = ran.show(STREAM, "--at", "2026-01-05T15:59", "--json")
    assert (code, json.loads(out)["events"], json.loads(out)["state"]) == (1, [], None)
    assert "renhe/content#dm-know holds nothing as of 2026-01-05T15:59:00+08:00" in err


@pytest.mark.parametrize(
    "at",
    [
        "yesterday",
        "",
        "2026-13-01",
        "2026-01-05T25:00",
        "2026-01-05T16:00 08:00",
        "1767600000",
        "0001-01-01T00:00+08:00",
    ],
)
def test_what_is_no_time_is_bad_usage(ran: Ran, at: str) -> None:
    code, out, err = ran.show(STREAM, "--at", at)
    assert (code, out) == (2, "")
    assert "is no time: write ISO 8601, as 2026-03-01T08:00+08:00" in err


@pytest.mark.parametrize("version", ["0", "-1", "1.0", "two", "", "٣", "1" * 40])
def test_what_is_no_version_is_bad_usage(ran: Ran, version: str) -> None:
    code, out, err = ran.show(STREAM, f"--version={version}")
    assert (code, out) == (2, "")
    assert "is no version: they count from 1" in err


def test_a_time_and_a_version_are_one_too_many(ran: Ran) -> None:
    code, _, err = ran.show(STREAM, "--version", "1", "--at", "2026-01-05")
    assert code == 2
    assert "not allowed with" in err


def test_a_version_beyond_the_last_is_a_negative_verdict(ran: Ran) -> None:
    last = ran.told(STREAM)["version"]
    code, _, err = ran.show(STREAM, "--version", str(last + 1))
    assert code == 1
    assert f"has no version {last + 1}; its last is {last}" in err


@pytest.mark.parametrize("more", [[], ["--version", "1"], ["--at", "2026-01-06"]])
def test_an_unknown_stream_is_a_negative_verdict(ran: Ran, more: list[str]) -> None:
    code, out, err = ran.show("renhe/visit#nobody", *more, "--json")
    assert (code, json.loads(out)["events"], json.loads(out)["shown"]) == (1, [], None)
    assert "renhe/visit#nobody" in err


@pytest.mark.parametrize(
    "stream", ["dm-know", "renhe/pizza#1", "renhe/content#", "renhe/visit#\udcff", f"r/visit#{'长' * 700}"]
)
def test_what_is_no_stream_is_bad_usage(ran: Ran, stream: str) -> None:
    code, out, err = ran.show(stream)
    assert (code, out) == (2, "")
    assert "Traceback" not in err


@pytest.mark.parametrize("more", [[], ["--at", "2099-01-01"], ["--version", "3"]])
def test_damage_is_a_negative_verdict_and_nothing_is_shown(world: World, ran: Ran, more: list[str]) -> None:
    tampered(world, STREAM, 2, lambda payload: payload + b" ")
    code, out, err = ran.show(STREAM, *more)
    assert (code, out) == (1, "")
    assert "renhe/content#dm-know version 2: breaks the hash chain" in err


def test_a_guide_is_told_with_its_pieces(world: World, ran: Ran) -> None:
    world.clock.advance(timedelta(days=1))
    stream = f"renhe/guide#{guide_id_of(world.visit().visit_id)}"
    told = ran.told(stream, "--version", "1")
    [piece] = [piece for section in told["shown"]["sections"] for piece in section["pieces"]]
    assert told["state"]["assembled"]["sections"][0]["pieces"][0]["document_hash"] == piece["document_hash"]
    assert (piece["content_id"], piece["open"]) == ("dm-know", True)
    code, out, _ = ran.show(stream)
    assert code == 0
    assert all(sentence in out for sentence in piece["sentences"])


def test_a_person_reads_events_state_and_text(world: World, ran: Ran) -> None:
    code, out, _ = ran.show(STREAM)
    assert code == 0
    state = world.content("dm-know")
    assert all(sentence.text in out for sentence in replace(state.draft, title="").sentences)
    assert "signature verified" in out
    assert "open to patients" in out


def test_a_stack_that_does_not_answer_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def open_stack(_: object) -> None:
        raise UnavailableError("dynamodb: EndpointConnectionError")

    monkeypatch.setattr(log_show, "open_stack", open_stack)
    assert cli.main(["log", "show", STREAM]) == 2
    assert capsys.readouterr().err == "narrowcast: dynamodb: EndpointConnectionError\n"
