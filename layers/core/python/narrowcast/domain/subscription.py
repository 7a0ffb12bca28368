"""The notifications of one FHIR subscription, counted, so that one that never came is noticed.

A subscription's life is cut into blocks of BLOCK numbers, a stream each, so that no stream grows for ever. Numbers
begin with 1 unless the server's handshake says otherwise; they may come in any order.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

BLOCK = 256


@dataclass(frozen=True, slots=True)
class NotificationReceived:
    """The notification with this number came."""

    number: int


@dataclass(frozen=True, slots=True)
class NotificationsMissed:
    """Numbers first to last (both included) did not come although a later one did."""

    first: int
    last: int


@dataclass(frozen=True, slots=True)
class CountBegun:
    """The server said at its handshake that it had sent this many before: nothing up to there is waited for."""

    sent_before: int


Event = NotificationReceived | NotificationsMissed | CountBegun


@dataclass(frozen=True, slots=True)
class Block:
    """The present state of one block; `missing` are numbers that were found missing and have not come since."""

    received: frozenset[int] = frozenset()
    missing: frozenset[int] = frozenset()
    settled: int = 0

    @property
    def untouched(self) -> bool:
        """Whether nothing is known of the block yet."""
        return not (self.received or self.missing or self.settled)

    @property
    def gaps(self) -> tuple[tuple[int, int], ...]:
        """The missing numbers as ranges, both ends included."""
        return ranges(self.missing)


def evolve(state: Block, event: Event) -> Block:
    """Fold one event."""
    match event:
        case NotificationReceived(number):
            return replace(state, received=state.received | {number}, missing=state.missing - {number})
        case NotificationsMissed(first, last):
            found = frozenset(range(first, last + 1)) - state.received
            return replace(state, missing=state.missing | found)
        case CountBegun(sent_before):
            kept = frozenset(number for number in state.missing if number > sent_before)
            return replace(state, settled=max(state.settled, sent_before), missing=kept)


def block_of(number: int) -> int:
    """Return the block that a number (from 1) stands in."""
    return (number - 1) // BLOCK


def receive(state: Block, number: int) -> tuple[Event, ...]:
    """Count a notification of the block; one counted before changes nothing."""
    if number in state.received:
        return ()
    return (*expect(state, block_of(number), number - 1), NotificationReceived(number))


def expect(state: Block, block: int, up_to: int) -> tuple[Event, ...]:
    """Note what of the block, up to that number at most, has not come and was not noted before."""
    first, last = max(block * BLOCK, state.settled) + 1, min(up_to, (block + 1) * BLOCK)
    wanted = frozenset(range(first, last + 1))
    return tuple(NotificationsMissed(*gap) for gap in ranges(wanted - state.received - state.missing))


def begin(state: Block, sent_before: int) -> tuple[Event, ...]:
    """Take the server's word for how many it sent before the handshake."""
    return () if sent_before <= state.settled else (CountBegun(sent_before),)


def ranges(numbers: frozenset[int]) -> tuple[tuple[int, int], ...]:
    """Return numbers as ranges, both ends included, in order."""
    found: list[tuple[int, int]] = []
    for number in sorted(numbers):
        if found and found[-1][1] == number - 1:
            found[-1] = (found[-1][0], number)
        else:
            found.append((number, number))
    return tuple(found)
