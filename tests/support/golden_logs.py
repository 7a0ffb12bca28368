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
    "3": {
        "content": "045e36d983f3dcda3d66ae153804e7cb077eef62bba7cef1e76a7aaea3c42106",
        "conversation": "4a5f9f8158af46fb569db97e88d329b353bc9e24c437c4b4b466a46ec35fb4b4",
        "diary": "1df0d4ef806ce720d59670ae1a85dcac28eceb7f825bc0cdcadc3434ac7e4f89",
        "fact": "6eb9fe4230dc5fa0db54dfac5ff84144690da8713ffb782e4643aa967e1b9d82",
        "follower": "410e9bc637c679bf671048e7fb0b45977d8bb93c6b1c922a21df1cd22b46ff25",
        "guide": "18254c367c7056c7f53cfa8f8c618219ab9b661010ed5663a3dce285cb261ecd",
        "hospital": "bc04336314e7f6f5d52e2f9e137fc142ac6abd3a8bf94ea45ac25a15462d7db7",
        "key-points": "0e9a7054ed9a14e2d65e0303aae280b0d46cbbdb08fc1635fc9350b0498be6ef",
        "patient": "28260c596a5f1c2008ddd23f665e75977ca8fe5e612d96f86d1194a0ee76c15f",
        "recall": "d64c83a275857e2015f9b2ba72539fdd149550d396e3880fbaddfe878b8fa26a",
        "reminders": "ee339c28d261eca7b3e259fb9201e97b46297732768416c368686fc65d4acd84",
        "task": "8251daeaec925ed5e3b7d5475ae6a174d4c669dd17d94ed7c7e5be9213648a5b",
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
