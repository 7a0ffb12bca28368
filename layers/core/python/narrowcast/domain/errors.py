"""Refusals of the domain: states of the world that a caller can name, not technical faults.

`code` is stable and English (logs, tests); `message` is Chinese (the person who is told). Technical faults live with
the adapters and end in Error.
"""

from __future__ import annotations


class Refusal(Exception):  # noqa: N818 - a refusal is an answer, not an error
    """The command cannot be done in the present state; nothing was written."""

    def __init__(self, message: str, *, field: str = "") -> None:
        """Keep the sentence for the person, and the field it is about, if any."""
        super().__init__(message)
        self.message = message
        self.field = field

    @property
    def code(self) -> str:
        """The refusal's stable name."""
        return type(self).__name__
