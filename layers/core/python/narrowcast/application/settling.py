"""When a visit's guide is made: its messages settle first, so that a diagnosis told a little later is in it.

A window opens with the first message that no earlier window holds and closes after the hospital's time, however many
messages come in between: a hospital system that never stops talking cannot put a guide off. A discharge closes it
sooner. A window has one schedule, named after the commit that opened it, so that twice is once. What the guide is made
of is read from the log when the schedule fires: nothing need be unscheduled when a visit is taken back.

A course of treatment has a schedule for each step to come, named after the step and its day. One that a later message
moved is scheduled anew; what still fires on the old day finds the step not reached and gives nobody anything.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from itertools import takewhile
from zoneinfo import ZoneInfo

from narrowcast.application.hospitals import profile_of
from narrowcast.application.ports import Schedules, Workflows
from narrowcast.application.store import Store
from narrowcast.application.streams import VISIT, StreamKey
from narrowcast.contracts.codec import Envelope
from narrowcast.contracts.commit import Commit
from narrowcast.domain.hospital import HospitalRegistered
from narrowcast.domain.journeys import days_of
from narrowcast.domain.visit import VisitOpened, VisitUpdated
from narrowcast.domain.vocabulary import Stage

PROCESS = "guide_delivery"
MORNING = time(8)
"""When a step of a course is told of, by the hospital's clock."""


@dataclass(frozen=True, slots=True)
class Settling:
    """Starts the making of guides, at once or when a visit's messages have settled."""

    store: Store
    workflows: Workflows
    schedules: Schedules

    def make_guide(self, envelope: Envelope) -> None:
        """Have the visit's guide made after this commit: now, if its window has no length or has closed already."""
        key = StreamKey.parse(envelope.stream)
        profile = profile_of(self.store, key.hospital).profile
        if profile:
            self._follow_course(key, envelope.version, ZoneInfo(profile.timezone))
        if profile is None or profile.settle_seconds == 0:
            self._start(key, envelope.version)
            return
        for version, due in self._due(key, envelope, profile):
            data = _data(key, version)
            if due <= self.store.clock.now():
                self._start(key, version)
            else:
                self.schedules.start_at(due, PROCESS, f"{key.key}.{version}", data)

    def _due(self, key: StreamKey, envelope: Envelope, profile: HospitalRegistered) -> Iterator[tuple[int, datetime]]:
        """Yield the version and the end of the commit's window, and its own if it tells of a discharge before that."""
        commits = takewhile(
            lambda commit: commit.version <= envelope.version, self.store.log.read(VISIT.stream(key.hospital, key.key))
        )
        opened = window_opening(commits, timedelta(seconds=profile.settle_seconds))
        closes = _recorded(opened) + timedelta(seconds=profile.settle_seconds)
        yield opened.version, closes
        leaving = datetime.fromisoformat(envelope.recorded_at) + timedelta(seconds=profile.discharge_settle_seconds)
        if _tells_discharge(envelope.event) and leaving < closes:
            yield envelope.version, leaving

    def _follow_course(self, key: StreamKey, version: int, zone: ZoneInfo) -> None:
        """Have the guide made again on the morning of each step to come."""
        visit = self.store.load(VISIT, key.hospital, key.key).state
        for day, step in days_of(visit):
            morning = datetime.combine(day, MORNING, zone)
            if morning > self.store.clock.now():
                self.schedules.start_at(morning, PROCESS, f"{key.key}.{step}.{day:%Y%m%d}", _data(key, version))

    def _start(self, key: StreamKey, version: int) -> None:
        self.workflows.start(PROCESS, f"{key.hospital}.{key.key}.{version}", _data(key, version))


def window_opening(commits: Iterable[Commit], length: timedelta) -> Commit:
    """Return the commit that opened the window in which the last of the commits falls; ValueError without any."""
    opened: Commit | None = None
    for commit in commits:
        if opened is None or _recorded(commit) >= _recorded(opened) + length:
            opened = commit
    if opened is None:
        message = "no commit of the visit is in the log"
        raise ValueError(message)
    return opened


def _recorded(commit: Commit) -> datetime:
    return datetime.fromisoformat(commit.recorded_at)


def _tells_discharge(event: object) -> bool:
    return isinstance(event, VisitOpened | VisitUpdated) and event.stage is Stage.DISCHARGE


def _data(key: StreamKey, version: int) -> dict[str, object]:
    return {"hospital": key.hospital, "visit_id": key.key, "visit_version": version}
