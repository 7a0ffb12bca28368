"""Golden logs: streams as a release wrote them, kept as bytes under events/golden/<release>/<aggregate>.jsonl.

Every schema version stands in the golden log of the release that brought it, one commit for each of its samples.
Before a release, `python -m tests.support.golden_logs <release>` writes the logs of what is new; once it is out, the
heads it prints go into RELEASED, and its logs are never written again.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import asdict
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import get_args, get_type_hints

from narrowcast.application.streams import AGGREGATES
from narrowcast.contracts.commit import Commit, seal
from narrowcast.contracts.registry import EVENTS
from tests.support.written_events import CIRCUMSTANCES, Sample, commit_of, entry, samples

GOLDEN = Path(__file__).parents[2] / "events" / "golden"
RELEASED: dict[str, dict[str, str]] = {
    "1": {
        "content": "a37a3ab55a91ed65a7390a676c5ba1dfcb830199612ac75c5f7b6da042efedf0",
        "fact": "04724d9b4f1bd93ebfb4e7012330ede29790d252aede874902d73ad219bde903",
        "guide": "63f88de95da0f3785d318ebc89bd4a3928954af98355dea4c5a496a9d1ba287f",
        "hospital": "1d8011bca26e9515edf810521aa4a2c177c50ce42f2d52001156433765f3b9d7",
        "patient": "a3dcaee054f19bf1e660296cc602fa2f7a2c2e97f4967d11b8fde19f7182f3b6",
        "signer": "c37efdbda73f045b0ef064b052efc1dff49147d0d4bc18e30d30fee1ae82d216",
        "visit": "4fae8e3ac5e14f0ea4bc4d0b90bb596be8237114061ab1b8e310efa95ba72e97",
    },
    "2": {
        "card": "da7bef3a9c704a549f9f361c6022db64ff15bf24161c437c70d9f9c4b0f60834",
        "content": "a40be1de6e8f5b76bc67edfff60da9b08e1088c21ac919879cf7db8268c7bf0a",
        "conversation": "612e64a843780a0f7e7552dd9d98591fd3a87b1dcf514e727e1f3436bb43bce4",
        "guide": "67da345392fa13e37d723ccc6fe75cd56800701754b7bcc025c093b218ccc396",
        "hospital": "40884bb42fc8bd722889e18a4f28e84ad962b59b66afb5921f3b657a9975bd6a",
        "patient": "0b8621828d1625aedc67f80fa3a9f0158161b37dea2faa224c1a0cf6a412910a",
        "reference": "be81ebbd688610e6487b22715d6fa534361967284efcb0aadf5e89b6009bc649",
        "subscription": "e4921e5a3f6d21bd9ac29468c66038f56ab09a02c6496e017cb6da9f331096ef",
        "visit": "4e24d8c1538511146139df6e1d0c6187b385ef6dc7b70a65551929af61887f09",
    },
}
"""Release → aggregate → hash of its last commit, which covers every byte before it."""


def releases() -> list[str]:
    """Return the releases that have golden logs, in order."""
    return sorted((folder.name for folder in GOLDEN.iterdir()), key=int)


def golden(release: str) -> dict[str, list[Commit]]:
    """Return a release's commits by aggregate, in order."""
    return {file.stem: list(_read(file)) for file in sorted((GOLDEN / release).glob("*.jsonl"))}


def _read(file: Path) -> Iterator[Commit]:
    for line in file.read_text("utf-8").splitlines():
        fields = json.loads(line)
        yield Commit(**fields | {"payload": fields["payload"].encode()})


def write(release: str) -> None:
    """Write the logs of the schema versions that no earlier release has."""
    if release in RELEASED:
        sys.exit(f"release {release} is out: its golden logs stay as they are")
    known = {version for each in releases() if int(each) < int(release) for version in versions(golden(each))}
    places = {name: place for place, name in enumerate(EVENTS)}
    fresh = [sample for sample in samples() if (sample.name, sample.version) not in known]
    fresh.sort(key=lambda sample: (_aggregate(sample), places[sample.name], sample.version))
    folder = GOLDEN / release
    folder.mkdir(parents=True, exist_ok=True)
    for name, of_aggregate in groupby(fresh, key=_aggregate):
        commits = list(_chain(f"golden/{name}#release-{release}", list(of_aggregate)))
        (folder / f"{name}.jsonl").write_text("".join(map(_line, commits)), "utf-8")
        print(f'"{name}": "{commits[-1].hash}",')  # noqa: T201 - what goes into RELEASED


def versions(logs: dict[str, list[Commit]]) -> set[tuple[str, int]]:
    """Return the event versions that stand in the logs."""
    entries = (each for commits in logs.values() for commit in commits for each in json.loads(commit.payload))
    return {(each["type"], each["schema_version"]) for each in entries}


def _aggregate(sample: Sample) -> str:
    """Return the aggregate whose fold takes the event."""
    return _homes()[EVENTS[sample.name][0]]


@cache
def _homes() -> dict[type, str]:
    folds = {name: get_type_hints(aggregate.evolve)["event"] for name, aggregate in AGGREGATES.items()}
    return {event: name for name, events in folds.items() for event in get_args(events) or (events,)}


def _chain(stream: str, written: list[Sample]) -> Iterator[Commit]:
    previous = ""
    for version, sample in enumerate(written, start=1):
        commit_id = f"golden-{version:04}"
        bare = entry(sample.name, sample.version, sample.data, event_id=f"{commit_id}.0")
        commit = seal(
            stream=stream,
            version=version,
            commit_id=commit_id,
            recorded_at=CIRCUMSTANCES.recorded_at,
            payload=commit_of(bare).payload,
            previous=previous,
        )
        previous = commit.hash
        yield commit


def _line(commit: Commit) -> str:
    fields = asdict(commit) | {"payload": commit.payload.decode()}
    return json.dumps(fields, ensure_ascii=False, sort_keys=True) + "\n"


if __name__ == "__main__":
    write(sys.argv[1])
