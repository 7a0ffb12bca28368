"""What somebody with the right to write to the log could leave behind."""

from __future__ import annotations

from collections.abc import Iterable

from narrowcast.contracts.commit import Commit, seal


def resealed(commits: Iterable[Commit]) -> list[Commit]:
    """Return the commits numbered from 1, with a chain that holds."""
    chain: list[Commit] = []
    for version, commit in enumerate(commits, start=1):
        chain.append(
            seal(
                stream=commit.stream,
                version=version,
                commit_id=commit.commit_id,
                recorded_at=commit.recorded_at,
                payload=commit.payload,
                previous=chain[-1].hash if chain else "",
            )
        )
    return chain
