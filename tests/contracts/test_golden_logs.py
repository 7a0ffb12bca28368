"""Golden logs: what any release ever wrote is read by today's code, byte for byte as it was written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
import pytest

from narrowcast.application.folding import Loaded, chained
from narrowcast.application.snapshots import restore, take
from narrowcast.application.streams import AGGREGATES
from narrowcast.contracts import upcasters
from narrowcast.contracts.codec import CorruptCommitError, decode
from narrowcast.contracts.commit import Commit, Head
from narrowcast.contracts.registry import EVENTS
from narrowcast.contracts.schema import schema_folder, validate
from narrowcast.domain.content import ContentExpired
from tests.support.golden_logs import RELEASED, golden, releases, versions
from tests.support.written_events import commit_of, entry

LOGS = [(release, name, commits) for release in releases() for name, commits in golden(release).items()]
COMMITS = [pytest.param(commit, id=f"{commit.stream}-{commit.version}") for _, _, log in LOGS for commit in log]


def test_every_schema_version_stands_in_one_golden_log() -> None:
    """If this fails for a new version: `python -m tests.support.golden_logs <coming release>`."""
    written = {(file.parent.name, int(file.stem.removeprefix("v"))) for file in schema_folder().glob("*/*.json")}
    kept = [version for release in releases() for version in versions(golden(release))]
    assert sorted(kept) == sorted(written)


def test_the_golden_logs_of_a_release_are_the_bytes_that_it_wrote() -> None:
    heads = {release: {name: log[-1].hash for name, log in golden(release).items()} for release in RELEASED}
    assert heads == RELEASED


@pytest.mark.parametrize(("release", "name", "commits"), LOGS, ids=[f"{name}-{release}" for release, name, _ in LOGS])
def test_a_golden_log_is_one_unbroken_chain(release: str, name: str, commits: list[Commit]) -> None:
    stream = f"golden/{name}#release-{release}"
    assert list(chained(stream, commits, Head())) == commits
    assert {commit.stream for commit in commits} == {stream}


@pytest.mark.parametrize("commit", COMMITS)
def test_a_golden_commit_is_read_as_todays_events(commit: Commit) -> None:
    envelopes = decode(commit)
    entries = msgspec.json.decode(commit.payload)
    assert [type(envelope.event) for envelope in envelopes] == [EVENTS[each["type"]][0] for each in entries]
    assert [envelope.schema_version for envelope in envelopes] == [each["schema_version"] for each in entries]
    for envelope in envelopes:
        validate(envelope.type, EVENTS[envelope.type][1], msgspec.to_builtins(envelope.event, str_keys=True))


@pytest.mark.parametrize("name", AGGREGATES)
def test_all_golden_events_of_an_aggregate_fold_and_the_state_survives_a_snapshot(name: str) -> None:
    aggregate: Any = AGGREGATES[name]
    state = aggregate.initial
    for commit in (commit for _, of, log in LOGS for commit in log if of == name):
        for envelope in decode(commit):
            state = aggregate.evolve(state, envelope.event)
            loaded = Loaded(f"golden/{name}#1", state, commit.version, commit.hash)
            assert restore(aggregate, take(aggregate, loaded)) == loaded
    assert state != aggregate.initial


class TestChains:
    """An event that changed twice: version 1 is lifted to 2, then to 3, before its class is built."""

    @pytest.fixture(autouse=True)
    def lifted_twice(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def first(data: Mapping[str, Any], *_: object) -> dict[str, object]:
            return {"why": data["because"]}

        def second(data: Mapping[str, Any], *_: object) -> dict[str, object]:
            return {"reason": f"{data['why']}_since_v3"}

        monkeypatch.setitem(EVENTS, "ContentExpired", (ContentExpired, 3))
        monkeypatch.setitem(upcasters.UPCASTERS, ("ContentExpired", 1), first)
        monkeypatch.setitem(upcasters.UPCASTERS, ("ContentExpired", 2), second)

    @pytest.mark.parametrize(
        ("version", "data", "reason"),
        [
            (1, {"because": "late"}, "late_since_v3"),
            (2, {"why": "late"}, "late_since_v3"),
            (3, {"reason": "late"}, "late"),
        ],
    )
    def test_each_version_is_lifted_through_all_later_ones(
        self, version: int, data: dict[str, object], reason: str
    ) -> None:
        [envelope] = decode(commit_of(entry("ContentExpired", version, data)))
        assert (envelope.event, envelope.schema_version) == (ContentExpired(reason), version)

    def test_one_commit_may_hold_several_versions(self) -> None:
        old, new = entry("ContentExpired", 1, {"because": "a"}), entry("ContentExpired", 3, {"reason": "b"})
        assert [each.event.reason for each in decode(commit_of(old, new))] == ["a_since_v3", "b"]

    @pytest.mark.parametrize(
        ("version", "data"),
        [(0, {"because": "late"}), (4, {"reason": "late"}), (1, {"reason": "late"}), (2, {"because": "late"})],
    )
    def test_data_that_is_not_of_its_version_is_corrupt(self, version: int, data: dict[str, object]) -> None:
        with pytest.raises(CorruptCommitError):
            decode(commit_of(entry("ContentExpired", version, data)))

    def test_a_missing_step_is_corrupt_and_not_skipped(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delitem(upcasters.UPCASTERS, ("ContentExpired", 2))
        with pytest.raises(CorruptCommitError):
            decode(commit_of(entry("ContentExpired", 1, {"because": "late"})))

    def test_lifting_leaves_what_was_stored_as_it_was(self) -> None:
        commit = commit_of(entry("ContentExpired", 1, {"because": "late"}))
        decode(commit)
        assert commit.intact
        assert b'"because":"late"' in commit.payload
