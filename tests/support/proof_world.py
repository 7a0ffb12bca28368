"""What a small hospital wrote to its log, to be copied into other logs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache

from narrowcast.application.ports import EventLog
from narrowcast.contracts.commit import Commit, seal
from narrowcast.domain.visit_report import Identity
from tests.support.newsroom import HOSPITAL, METFORMIN_TOPIC, REPORT, World

WITHOUT_APP = Identity("MRN-0002", "VN-7002", phone="+8613900000088")


@cache
def written() -> tuple[Commit, ...]:
    """Return a hospital's commits: a piece published, one before the doctor, two guides, pushed by app and by SMS."""
    world = World().open_hospital().publish("c-1").plan("c-2", METFORMIN_TOPIC).accept("c-2")
    world.visit()
    world.visit(replace(REPORT, message_id="MSG-2"), WITHOUT_APP)
    return tuple(world.log.scan())


def at(hospital: str) -> list[Commit]:
    """Return the same commits as another hospital's, sealed anew: every id in them is that hospital's own."""
    copies, heads = list[Commit](), dict[str, str]()
    for commit in written():
        stream = commit.stream.replace(f"{HOSPITAL}/", f"{hospital}/", 1).replace(f"#{HOSPITAL}", f"#{hospital}")
        copied = seal(
            stream=stream,
            version=commit.version,
            commit_id=_own(commit.commit_id, hospital),
            recorded_at=commit.recorded_at,
            payload=_own(commit.payload.decode(), hospital).encode(),
            previous=heads.get(stream, ""),
        )
        heads[stream] = copied.hash
        copies.append(copied)
    return copies


def _own(text: str, hospital: str) -> str:
    return text.replace("id-0", f"id-{hospital}-0")


def latest(commits: Sequence[Commit]) -> list[Commit]:
    """Return the last commit of each stream."""
    return list({commit.stream: commit for commit in commits}.values())


def copy(commits: Sequence[Commit], log: EventLog) -> None:
    """Append the commits to a log."""
    for commit in commits:
        log.append(commit)
