"""Streams of many megabytes: written to a table and read back in every way there is."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from narrowcast.application.ports import EventLog
from narrowcast.contracts.commit import Commit, seal


def write_stream(log: EventLog, stream: str, *, total: int, each: int) -> list[Commit]:
    """Append commits of `each` stored bytes until the stream has `total`; return them."""
    written: list[Commit] = []
    for payload in _payloads(total // each, each):
        written.append(
            seal(
                stream=stream,
                version=len(written) + 1,
                commit_id=f"c-{len(written)}",
                recorded_at="2026-01-05T08:00:00.000000Z",
                payload=payload,
                previous=written[-1].hash if written else "",
            )
        )
        log.append(written[-1])
    return written


def lost(log: EventLog, written: list[Commit]) -> dict[str, int]:
    """Return how many commits each way of reading leaves out, doubles or changes."""
    stream, half = written[0].stream, len(written) // 2
    read = {
        "forward": (list(log.read(stream)), written),
        "backward": (list(log.read(stream, backward=True)), written[::-1]),
        "range": (list(log.read(stream, after=half)), written[half:]),
        "scan": ([commit for commit in log.scan() if commit.stream == stream], written),
    }
    return {way: _differences(found, expected, in_order=way != "scan") for way, (found, expected) in read.items()}


def _differences(found: list[Commit], expected: list[Commit], *, in_order: bool) -> int:
    if not in_order:  # the emulator scans versions in the order of their digits
        found = sorted(found, key=lambda commit: commit.version)
    same = sum(one == other for one, other in zip(found, expected, strict=False))
    return max(len(found), len(expected)) - same


def _payloads(count: int, size: int) -> Iterator[bytes]:
    """Yield payloads that deflating makes no smaller than `size`, roughly: half of a hex digit is air."""
    chance = Random(size)  # noqa: S311 - the same bytes each time
    for _ in range(count):
        yield b'["' + chance.randbytes(size).hex().encode() + b'"]'
