"""What becomes of a commit that a consumer of the log's stream cannot take in: tried again, or parked with its reason.

Nothing parked holds anything up. Commits of the same stream go on behind it: a projection folds the whole stream at
each of them, and the dispatcher's reactions ask the log and not each other. No reason quotes an event or an error's
words: they may tell of a person.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from narrowcast.application.ports import (
    Clock,
    ConflictError,
    Effects,
    EventLog,
    InDoubtError,
    ParkedRecord,
    ParkingLot,
    UnavailableError,
    UndeliverableError,
)
from narrowcast.contracts.codec import CorruptCommitError, timestamp
from narrowcast.contracts.commit import Commit

PROJECT, DISPATCH = "project_events", "dispatch_events"
Consume = Callable[[Commit], None]


class Kind(StrEnum):
    """Why a commit was not taken in."""

    DAMAGED = "damaged"
    """It, or its stream, is not what a writer of ours wrote."""
    REFUSED = "refused"
    """A channel refuses the message for good."""
    FAILING = "failing"
    """An error that came again each time."""
    UNAVAILABLE = "unavailable"
    """Something did not answer for too long; tried again by every reconciliation."""
    IN_DOUBT = "in_doubt"
    """Something may have been sent; only a person may send it again."""


ATTEMPTS = {Kind.DAMAGED: 1, Kind.REFUSED: 1, Kind.IN_DOUBT: 1, Kind.FAILING: 3, Kind.UNAVAILABLE: 8}
"""How often a commit is tried before it is parked. The event source mapping must allow more."""


def kind_of(fault: Exception) -> Kind:
    """Return what sort of trouble a consumer's error is."""
    match fault:
        case CorruptCommitError():
            return Kind.DAMAGED
        case UndeliverableError():
            return Kind.REFUSED
        case InDoubtError():
            return Kind.IN_DOUBT
        case ConflictError() | UnavailableError():
            return Kind.UNAVAILABLE
    return Kind.FAILING


def reason_of(fault: Exception) -> str:
    """Return the error's class and the line of ours it came from."""
    frames = [frame for frame in traceback.extract_tb(fault.__traceback__) if "narrowcast" in frame.filename]
    place = f" at {frames[-1].filename.rpartition('narrowcast/')[2]}:{frames[-1].lineno}" if frames else ""
    return f"{type(fault).__name__}{place}"


def parked(consumer: str, stream: str, version: int, fault: Exception, since: str) -> ParkedRecord:
    """Return the record of a commit that a consumer failed on."""
    effects = fault.effects if isinstance(fault, InDoubtError) else ()
    return ParkedRecord(consumer, stream, version, kind_of(fault), reason_of(fault), since, effects)


@dataclass(frozen=True, slots=True)
class Parking:
    """Decides between another try and the parking lot."""

    lot: ParkingLot
    clock: Clock

    def takes(self, consumer: str, stream: str, version: int, fault: Exception) -> bool:
        """Park the commit if it was tried often enough; False if it is to come again."""
        record = parked(consumer, stream, version, fault, timestamp(self.clock.now()))
        allowed = ATTEMPTS[kind_of(fault)]
        if allowed > 1 and self.lot.count_failure(record.id) < allowed:
            return False
        self.lot.park(record)
        return True


@dataclass(frozen=True, slots=True)
class Replay:
    """Gives parked commits to their consumers once more."""

    log: EventLog
    lot: ParkingLot
    effects: Effects
    consumers: Mapping[str, Consume]

    def replay(self, *kinds: Kind) -> Iterator[tuple[ParkedRecord, bool]]:
        """Try what is parked, or only what is of these kinds; yield each with whether it left the list.

        What is in doubt stays in doubt unless its effect turns out to be done: nothing is sent twice from here.
        """
        for record in self.lot.list():
            if not kinds or record.kind in kinds:
                yield record, self._try(record)

    def send_again(self, record: ParkedRecord) -> bool:
        """Carry out what is in doubt: a person knows that it did not happen, or that twice is better than never."""
        for effect in record.effects:
            self.effects.release(effect)
        return self._try(record)

    def note_sent(self, record: ParkedRecord) -> bool:
        """Take what is in doubt for done: a person found that it happened."""
        for effect in record.effects:
            self.effects.mark(effect)
        return self._try(record)

    def _try(self, record: ParkedRecord) -> bool:
        try:
            self._consume(record)
        except Exception as fault:  # noqa: BLE001 - whatever it is, it is why the record stays
            self.lot.park(parked(record.consumer, record.stream, record.version, fault, record.parked_at))
            return False
        self.lot.remove(record.id)
        return True

    def _consume(self, record: ParkedRecord) -> None:
        """Give the commit to its consumer, as the log has it; one that the log no longer has is nobody's work."""
        for commit in self.log.read(record.stream, after=record.version - 1, until=record.version):
            if not commit.intact:
                raise CorruptCommitError(f"{commit.stream} version {commit.version}: hash does not fit the content")
            self.consumers[record.consumer](commit)
