"""Reminds staff of people who wait for them: on a schedule, in working hours, each time the hospital's time has passed.

A reminder is an event; whom it reaches follows from it (dispatch). Nobody is reminded at night: the person was told
when staff come back, and waiting counts from then.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from narrowcast.application.hospitals import profile_of, zone_of
from narrowcast.application.inbox import entries
from narrowcast.application.ports import ReadTable
from narrowcast.application.projections import HOSPITALS
from narrowcast.application.store import Actor, Store
from narrowcast.application.streams import CONVERSATION
from narrowcast.domain import conversation as conversations
from narrowcast.domain.conversation import Phase
from narrowcast.domain.hospital import Hospital

ACTOR = Actor("system:reminders")


@dataclass(frozen=True, slots=True)
class Reminders:
    """Looks who waits too long."""

    store: Store
    read: ReadTable

    def remind_all(self) -> dict[str, list[str]]:
        """Remind the staff of every hospital; return the conversations reminded of, by hospital."""
        hospitals = [str(row["hospital"]) for row in self.read.query(HOSPITALS)]
        return {hospital: self.remind(hospital) for hospital in hospitals}

    def remind(self, hospital: str) -> list[str]:
        """Remind of everybody who waits too long; return the conversations reminded of, none out of hours."""
        profile = profile_of(self.store, hospital)
        now = self.store.clock.now().astimezone(zone_of(profile))
        if not profile.assistant.staffed(now):
            return []
        return list(self._reminded(hospital, profile, now))

    def _reminded(self, hospital: str, profile: Hospital, now: datetime) -> Iterator[str]:
        every, opened = timedelta(minutes=profile.assistant.remind_minutes), profile.assistant.opened(now)
        for entry in entries(self.read, hospital, now):
            if entry.phase is not Phase.WAITING:
                continue
            outcome = self.store.execute(
                CONVERSATION,
                hospital,
                entry.conversation,
                lambda s: conversations.remind(s, every=every, opened=opened, at=self.store.clock.now()),
                ACTOR,
            )
            if outcome.events:
                yield entry.conversation
