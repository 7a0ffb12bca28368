"""Lets the recorder suites of the `eventsourcing` library run against our log. For tests only.

One `insert_events` call is one commit, which is why it is atomic; events of several originators in one call are
refused, because no commit spans streams. The recorder decides nothing about conflicts: it states the place in the
stream that the writer's first event implies, and the log accepts or refuses. A recorder only numbers events where the
log numbers commits, so a place is found by counting the commits that lie wholly before it; a writer who means to go
on from the middle of a commit lands on that commit's own place and conflicts there. Only a gap between events inside
what would be a fitting commit number is the recorder's own to refuse.

There is no application recorder. It asks for one sequence over all originators (notification ids 1, 2, 3 …), which
would be a single hot partition; consumers follow the table's stream instead, in order per stream only.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from itertools import pairwise
from typing import Any
from uuid import UUID, uuid4

from eventsourcing.persistence import AggregateRecorder, IntegrityError, StoredEvent

from narrowcast.application.ports import ConflictError, EventLog
from narrowcast.contracts.commit import Commit, seal

_RECORDED_AT = "2026-01-05T08:00:00.000000Z"


class LogRecorder(AggregateRecorder):
    """Aggregate recorder over an event log."""

    def __init__(self, log: EventLog) -> None:
        self._log = log

    def insert_events(self, stored_events: Sequence[StoredEvent], **_kwargs: Any) -> None:
        """Append the events as one commit; IntegrityError if the log or the events' own order refuses them."""
        if not stored_events:
            return
        stream = _stream(_only_originator(stored_events))
        commits = list(self._log.read(stream))
        before = _commits_before(commits, stored_events[0].originator_version)
        try:
            self._log.append(_commit(stream, before, stored_events))
        except ConflictError as conflict:
            raise IntegrityError(str(conflict)) from conflict

    def select_events(
        self,
        originator_id: UUID | str,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> Sequence[StoredEvent]:
        """Return the originator's events later than `gt` and no later than `lte`, at most `limit` of them."""
        events = [
            event
            for commit in self._log.read(_stream(originator_id))
            for event in _events(commit, originator_id)
            if (gt is None or event.originator_version > gt) and (lte is None or event.originator_version <= lte)
        ]
        return (events[::-1] if desc else events)[:limit]


def _only_originator(events: Sequence[StoredEvent]) -> UUID | str:
    """Return whose events they are; IntegrityError if they are of several or out of order."""
    originators = {event.originator_id for event in events}
    in_order = all(one.originator_version + 1 == other.originator_version for one, other in pairwise(events))
    if len(originators) > 1 or not in_order:
        message = "a commit holds consecutive events of one originator"
        raise IntegrityError(message)
    return originators.pop()


def _commits_before(commits: Sequence[Commit], version: int) -> list[Commit]:
    """Return the commits that the writer of this event has read; IntegrityError if it claims one that is not there."""
    before = [commit for commit in commits if _versions(commit)[-1] < version]
    if before and _versions(before[-1])[-1] + 1 != version and len(before) == len(commits):
        message = f"no event {version - 1} to follow"
        raise IntegrityError(message)
    return before


def _commit(stream: str, before: Sequence[Commit], events: Sequence[StoredEvent]) -> Commit:
    entries = [[e.originator_version, e.topic, base64.b64encode(e.state).decode()] for e in events]
    return seal(
        stream=stream,
        version=len(before) + 1,
        commit_id=uuid4().hex,
        recorded_at=_RECORDED_AT,
        payload=json.dumps(entries).encode(),
        previous=before[-1].hash if before else "",
    )


def _stream(originator_id: UUID | str) -> str:
    return f"peer/originator#{originator_id}"


def _versions(commit: Commit) -> list[int]:
    return [version for version, _, _ in json.loads(commit.payload)]


def _events(commit: Commit, originator_id: UUID | str) -> list[StoredEvent]:
    return [
        StoredEvent(originator_id, version, topic, base64.b64decode(state))
        for version, topic, state in json.loads(commit.payload)
    ]
