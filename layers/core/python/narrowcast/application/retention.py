"""Ends what was kept for long enough: the words of conversations in which nothing has happened for RETENTION.

The rule is a minimum, so nothing goes earlier. An event says so, then the conversation's own key is destroyed; codes,
counts and answers stay, for they name nobody. Found by rows, decided on the log, and harmless when run again.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from narrowcast.application.inbox import months_back
from narrowcast.application.ports import ReadTable
from narrowcast.application.projections import HOSPITALS
from narrowcast.application.sealed_words import SealedWords
from narrowcast.application.store import Actor, Store, history
from narrowcast.application.streams import CONVERSATION
from narrowcast.domain import conversation as conversations
from narrowcast.domain.conversation import RETENTION

ACTOR = Actor("system:retention")
WINDOW = 24
"""Months of beginnings that are looked through, from the newest that can be old enough: a missed run is made up for."""


@dataclass(frozen=True, slots=True)
class Retention:
    """Erases words whose time is over."""

    store: Store
    read: ReadTable
    words: SealedWords

    def erase_all(self) -> dict[str, list[str]]:
        """Erase at every hospital; return the conversations, by hospital. UnavailableError: run it again."""
        hospitals = [str(row["hospital"]) for row in self.read.query(HOSPITALS)]
        return {hospital: self.erase(hospital) for hospital in hospitals}

    def erase(self, hospital: str) -> list[str]:
        """Erase the words of a hospital's conversations whose time is over; return which they were."""
        return [name for name in self._begun_long_ago(hospital) if self._erased(hospital, name)]

    def _begun_long_ago(self, hospital: str) -> Iterator[str]:
        """Yield the conversations that may be old enough and were not erased; whether they are, the log tells."""
        for month in months_back(self.store.clock.now() - RETENTION, WINDOW):
            for row in self.read.query(f"{hospital}/conversation/{month}"):
                if not row.get("erased"):
                    yield str(row["conversation"])

    def _erased(self, hospital: str, conversation: str) -> bool:
        last = datetime.fromisoformat(self._last(hospital, conversation))
        outcome = self.store.execute(
            CONVERSATION,
            hospital,
            conversation,
            lambda s: conversations.erase_words(s, last=last, at=self.store.clock.now()),
            ACTOR,
        )
        if outcome.state.erased:
            self.words.erase(hospital, conversation)
        return bool(outcome.events)

    def _last(self, hospital: str, conversation: str) -> str:
        """Return the moment of the newest event."""
        return history(self.store.log, CONVERSATION.stream(hospital, conversation))[-1].recorded_at
