"""MLLP frames on a stream: 0x0B, the message, 0x1C 0x0D.

What stands between frames is dropped (some senders ping with line ends); a frame without an end, or over the limit,
ends the connection, for nobody can tell where the next message begins.
"""

from __future__ import annotations

import asyncio

START, END, CARRIAGE_RETURN = b"\x0b", b"\x1c", b"\r"
MAX_BYTES = 256 * 1024
MAX_NOISE = 64 * 1024
"""Bytes outside of frames after which a connection speaks something else."""


class FramingError(Exception):
    """The stream is not MLLP, or its frame is too long, too slow or cut off."""


def frame(message: bytes) -> bytes:
    """Return a message in its frame."""
    return START + message + END + CARRIAGE_RETURN


class FrameReader:
    """Reads frames from one connection, holding no more than one frame and what came along with it."""

    def __init__(self, stream: asyncio.StreamReader, *, idle_seconds: float, frame_seconds: float) -> None:
        """Take the stream; a frame may take `frame_seconds` once it began, and begin within `idle_seconds`."""
        self._stream, self._idle, self._whole = stream, idle_seconds, frame_seconds
        self._held = bytearray()

    async def next(self) -> bytes | None:
        """Return the next message; None when the sender closed or fell silent between frames. FramingError."""
        if not await self._begin():
            return None
        try:
            async with asyncio.timeout(self._whole):
                return await self._rest()
        except TimeoutError:
            raise FramingError("a frame took too long") from None

    async def _begin(self) -> bool:
        noise = 0
        while (at := self._held.find(START)) < 0:
            noise += len(self._held)
            self._held.clear()
            if noise > MAX_NOISE:
                raise FramingError("no frame in what came")
            try:
                async with asyncio.timeout(self._idle):
                    more = await self._stream.read(MAX_BYTES)
            except TimeoutError:
                return False
            if not more:
                return False
            self._held += more
        del self._held[: at + 1]
        return True

    async def _rest(self) -> bytes:
        searched = 0
        while (at := self._held.find(END, searched)) < 0:
            searched = len(self._held)
            if searched > MAX_BYTES:
                raise FramingError("a frame is too long")
            more = await self._stream.read(MAX_BYTES)
            if not more:
                raise FramingError("a frame was cut off")
            self._held += more
        message = bytes(self._held[:at])
        del self._held[: at + 1]
        if len(message) > MAX_BYTES:
            raise FramingError("a frame is too long")
        return message
