"""Keeps messages instead of sending them."""

from __future__ import annotations

from narrowcast.application.ports import Message


class MemoryMessenger:
    """Messenger; `sent` holds every message in order, twice if sent twice."""

    def __init__(self) -> None:
        self.sent: list[Message] = []

    def send(self, message: Message) -> None:
        self.sent.append(message)
