"""Hospital systems that send over MLLP: each message until it is acknowledged, over as many connections as wanted."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Iterable
from dataclasses import dataclass, field

PATIENCE_SECONDS = 15.0
_PAUSE_SECONDS = 0.05
_ACKNOWLEDGED = re.compile(rb"\rMSA\|([AC][AER])\|([^|\r]*)")


@dataclass
class Told:
    """What the senders heard: control ids with AA, seconds from sending to hearing it, and answers of other kinds."""

    acknowledged: list[str] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    put_off: int = 0
    lost: int = 0
    elapsed: float = 0.0


def message(control_id: str) -> bytes:
    """Return a registration of a visit of its own."""
    return (
        f"MSH|^~\\&|HIS|renhe|NC|NC|20261121093000||ADT^A04^ADT_A01|{control_id}|P|2.5|||||CHN|UNICODE UTF-8\r"
        f"EVN|A04|20261121093000\rPID|1||P{control_id}^^^renhe^MR||样例||19700102|M\r"
        f"PV1|1|O|endo||||||||||||||||V{control_id}\rDG1|1||E11.900^2型糖尿病^ICD-10|||F\r"
    ).encode()


async def send_all(port: int, ids: list[str], connections: int) -> Told:
    """Send every message until it is acknowledged."""
    told, started = Told(), time.monotonic()
    shares = [ids[each::connections] for each in range(connections)]
    await asyncio.gather(*(_Sender(port, told).send(share) for share in shares))
    told.elapsed = time.monotonic() - started
    return told


class _Sender:
    """One connection at a time, one message at a time."""

    def __init__(self, port: int, told: Told) -> None:
        self._port, self._told = port, told
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def send(self, ids: Iterable[str]) -> None:
        for control_id in ids:
            started = time.monotonic()
            while not await self._is_taken(control_id):  # noqa: ASYNC110 - it asks, it does not wait for an event
                await asyncio.sleep(_PAUSE_SECONDS)
            self._told.acknowledged.append(control_id)
            self._told.seconds.append(time.monotonic() - started)
        self._hang_up()

    async def _is_taken(self, control_id: str) -> bool:
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                answer = await self._ask(message(control_id))
        except (OSError, TimeoutError, asyncio.IncompleteReadError):
            self._told.lost += 1
            self._hang_up()
            return False
        code, named = (part.decode() for part in answer)
        assert named == control_id, f"an answer to {named} came for {control_id}"
        self._told.put_off += code != "AA"
        return code == "AA"

    async def _ask(self, raw: bytes) -> tuple[bytes, bytes]:
        if self._streams is None:
            self._streams = await asyncio.open_connection("127.0.0.1", self._port)
        reader, writer = self._streams
        writer.write(b"\x0b" + raw + b"\x1c\r")
        await writer.drain()
        found = _ACKNOWLEDGED.search(await reader.readuntil(b"\x1c\r"))
        assert found, "the answer is no acknowledgement"
        return found[1], found[2]

    def _hang_up(self) -> None:
        if self._streams:
            self._streams[1].close()
        self._streams = None
