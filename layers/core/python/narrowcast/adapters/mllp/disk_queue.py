"""Messages on disk until the API has stored them: one file each, in order of arrival, nobody else's to read.

A message is in the queue when `put` returns: the file and its directory entry are flushed. A file that was half written
when the process died has another name and is dropped at the next start; its sender got no answer.
"""

from __future__ import annotations

import fcntl
import os
from itertools import count
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_PRIVATE_DIRECTORY, _PRIVATE_FILE = 0o700, 0o600
_WHOLE, _PARTIAL = ".hl7", ".part"
_DIGITS = 20


class QueueInUseError(Exception):
    """Another bridge works on this directory."""


class DiskQueue:
    """Messages by name; names sort in order of arrival, across restarts too."""

    def __init__(self, directory: Path) -> None:
        """Take the directory for this process alone; QueueInUseError."""
        directory.mkdir(mode=_PRIVATE_DIRECTORY, parents=True, exist_ok=True)
        self._directory = directory
        self._aside = directory / "aside"
        self._aside.mkdir(mode=_PRIVATE_DIRECTORY, exist_ok=True)
        self._lock = os.open(directory / "lock", os.O_RDWR | os.O_CREAT, _PRIVATE_FILE)
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(self._lock)
            raise QueueInUseError(f"{directory} is another bridge's") from None
        for partial in directory.glob(f"*{_PARTIAL}"):
            partial.unlink()
        newest = max((int(name) for name in self.waiting()), default=0)
        self._numbers = count(newest + 1)

    def waiting(self) -> list[str]:
        """Return the names of the messages in the queue, oldest first."""
        return sorted(path.stem for path in self._directory.glob(f"*{_WHOLE}"))

    def put(self, message: bytes) -> str:
        """Store a message and return its name; it survives the process and the machine from here on."""
        name = f"{next(self._numbers):0{_DIGITS}d}"
        partial = self._directory / f"{name}{_PARTIAL}"
        file = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _PRIVATE_FILE)
        with os.fdopen(file, "wb") as whole:
            whole.write(message)
            whole.flush()
            os.fsync(file)
        partial.rename(self._path(name))
        self._flush_names()
        return name

    def read(self, name: str) -> bytes:
        """Return a message."""
        return self._path(name).read_bytes()

    def remove(self, name: str) -> None:
        """Take a message out. Not flushed: one that comes back after a crash is delivered again, harmlessly."""
        self._path(name).unlink()

    def set_aside(self, name: str) -> None:
        """Move a message that the API cannot take to `aside`, for a person to look at."""
        self._path(name).rename(self._aside / f"{name}{_WHOLE}")

    def close(self) -> None:
        """Let the directory go."""
        os.close(self._lock)

    def _path(self, name: str) -> Path:
        return self._directory / f"{name}{_WHOLE}"

    def _flush_names(self) -> None:
        directory = os.open(self._directory, os.O_RDONLY)
        try:
            os.fsync(directory)
        finally:
            os.close(directory)
