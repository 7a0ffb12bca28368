"""The written form of events for tests: samples from events/samples, and commits around bare entries."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from narrowcast.contracts.codec import Circumstances
from narrowcast.contracts.commit import Commit, seal
from narrowcast.contracts.registry import EVENTS

SAMPLES = Path(__file__).parents[2] / "events" / "samples"
CIRCUMSTANCES = Circumstances("editor:ed-1", "c-1", "e-0", "2026-01-05T08:00:00.000000Z", "2026-01-05T08:00:00.000000Z")


@dataclass(frozen=True)
class Sample:
    """One file: an event's data as a version of its schema has it."""

    name: str
    version: int
    scenario: str
    data: Any

    def __str__(self) -> str:
        return f"{self.name}-v{self.version}-{self.scenario}"

    @property
    def is_current(self) -> bool:
        """Whether the sample is of the version that is written today."""
        return self.version == EVENTS[self.name][1]


def samples() -> list[Sample]:
    """Return every sample, in order."""
    return [_sample(file) for file in sorted(SAMPLES.glob("*/*.json"))]


def _sample(file: Path) -> Sample:
    version, scenario, _ = file.name.split(".")
    return Sample(file.parent.name, int(version.removeprefix("v")), scenario, json.loads(file.read_text("utf-8")))


def entry(name: str, version: Any, data: Any, **changes: Any) -> dict[str, Any]:
    """Return an event as a payload holds it."""
    return {
        "event_id": "c-1.0",
        "type": name,
        "schema_version": version,
        "actor": CIRCUMSTANCES.actor,
        "correlation_id": CIRCUMSTANCES.correlation_id,
        "causation_id": CIRCUMSTANCES.causation_id,
        "occurred_at": CIRCUMSTANCES.occurred_at,
        "data": data,
    } | changes


def commit_of(*entries: Any) -> Commit:
    """Return a first commit with these entries, written as the codec writes."""
    return sealed(msgspec.json.encode(list(entries), order="sorted"))


def sealed(
    payload: bytes, *, stream: str = "renhe/content#c-1", version: int = 1, previous: str = "", commit_id: str = "c-1"
) -> Commit:
    """Return a commit with this payload and a fitting hash."""
    return seal(
        stream=stream,
        version=version,
        commit_id=commit_id,
        recorded_at=CIRCUMSTANCES.recorded_at,
        payload=payload,
        previous=previous,
    )
