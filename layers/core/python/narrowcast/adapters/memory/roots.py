"""The signed roots in a dictionary: for tests and tools."""

from __future__ import annotations

from collections.abc import Iterator

from narrowcast.application.ports import ConflictError


class MemoryRoots:
    """Keeps roots by hospital and number."""

    def __init__(self) -> None:
        self._roots: dict[str, dict[int, bytes]] = {}

    def put(self, hospital: str, number: int, body: bytes) -> None:
        roots = self._roots.setdefault(hospital, {})
        if number in roots:
            raise ConflictError(f"{hospital} has a root {number} already")
        roots[number] = body

    def read(self, hospital: str) -> Iterator[bytes]:
        yield from (body for _, body in sorted(self._roots.get(hospital, {}).items()))

    def hospitals(self) -> Iterator[str]:
        yield from sorted(self._roots)
