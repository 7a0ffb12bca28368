"""FHIR subscription notifications: counted durably, so that a gap is an event, a row for staff, and told to the server.

Whoever sends also retries; what is counted twice counts once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from narrowcast.application.intake.fhir_notifications import Notification
from narrowcast.application.store import Actor, Store
from narrowcast.application.streams import SUBSCRIPTION
from narrowcast.application.visits import Pseudonyms
from narrowcast.domain import subscription as subscriptions
from narrowcast.domain.subscription import Block, Event, block_of

ACTOR = Actor("his:fhir")
FARTHEST_BLOCKS = 40
"""How many blocks back (10,240 numbers) a gap is spelled out; what was lost before that is beyond catching up."""


@dataclass(frozen=True, slots=True)
class Counted:
    """The subscription's key and the ranges (both ends included) that are missing around what just came."""

    subscription: str
    missing: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class SubscriptionDesk:
    """Counts notifications."""

    store: Store
    pseudonyms: Pseudonyms

    def count(self, hospital: str, notification: Notification) -> Counted:
        """Record the numbers; a handshake sets the beginning, any other kind shows what should have come by now."""
        key = self.pseudonyms.reference(hospital, f"Subscription/{notification.subscription}")
        if notification.kind == "handshake":
            self._begin(hospital, key, notification.sent)
        for number in notification.numbers:
            self._each_before(hospital, key, number)
            self._receive(hospital, key, number)
        if notification.kind != "handshake" and notification.sent > max(notification.numbers, default=0):
            self._each_before(hospital, key, notification.sent + 1)
            self._expect(hospital, key, block_of(notification.sent), notification.sent)
        highest = max(*notification.numbers, notification.sent, 1)
        return Counted(key, self._missing(hospital, key, highest))

    def _receive(self, hospital: str, key: str, number: int) -> None:
        self._decide(hospital, key, block_of(number), lambda s: subscriptions.receive(s, number))

    def _begin(self, hospital: str, key: str, sent: int) -> None:
        if sent:
            self._decide(hospital, key, block_of(sent), lambda s: subscriptions.begin(s, sent))

    def _each_before(self, hospital: str, key: str, number: int) -> None:
        """Look at the blocks before the number's, back to the last one that was ever touched."""
        block = block_of(number)
        if not self._state(hospital, key, block).untouched:
            return
        for earlier in range(block - 1, max(block - 1 - FARTHEST_BLOCKS, -1), -1):
            touched = not self._state(hospital, key, earlier).untouched
            self._expect(hospital, key, earlier, (earlier + 1) * subscriptions.BLOCK)
            if touched:
                return

    def _expect(self, hospital: str, key: str, block: int, up_to: int) -> None:
        self._decide(hospital, key, block, lambda s: subscriptions.expect(s, block, up_to))

    def _missing(self, hospital: str, key: str, highest: int) -> tuple[tuple[int, int], ...]:
        """Return the gaps of the newest block and the one before it."""
        block = block_of(highest)
        states = [self._state(hospital, key, each) for each in (block - 1, block) if each >= 0]
        return subscriptions.ranges(frozenset().union(*(state.missing for state in states)))

    def _state(self, hospital: str, key: str, block: int) -> Block:
        return self.store.load(SUBSCRIPTION, hospital, f"{key}.{block}").state

    def _decide(self, hospital: str, key: str, block: int, decide: Callable[[Block], Sequence[Event]]) -> None:
        self.store.execute(SUBSCRIPTION, hospital, f"{key}.{block}", decide, ACTOR)
