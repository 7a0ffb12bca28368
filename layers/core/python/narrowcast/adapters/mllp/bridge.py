"""The bridge: takes messages over MLLP, keeps each on disk until the API has stored it, and passes its answer on.

A sender hears AA or CA only from the API. While the API is away its message waits in the queue, and it is told AE (CE)
with 207 after `patience` seconds: if it sends the message again, it waits for the one in the queue. What is logged are
numbers of connections and queue entries, statuses and counts: no control id, nothing of a message.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TypeVar

from narrowcast.adapters.mllp.api import Answer, ApiConnection, Verdict
from narrowcast.adapters.mllp.frames import FrameReader, FramingError, frame
from narrowcast.application.intake import Refused, hl7_ack
from narrowcast.application.intake.outcome import MALFORMED, UNAVAILABLE
from narrowcast.application.intake.reasons import Reason
from narrowcast.domain.visit_report import Problem

if TYPE_CHECKING:
    import ssl

    from narrowcast.adapters.mllp.disk_queue import DiskQueue

_logger = logging.getLogger(__name__)
_PAUSE_LEAST, _PAUSE_MOST = 0.2, 30.0
_FAULT_DELAY_MOST = 300.0
_DISK_THREADS = 4
_ID_LENGTH = 20
_NEVER, _ON_ERROR, _ON_SUCCESS = "NE", "ER", "SU"

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Limits:
    """How much of what; times in seconds. `senders` are the connections to the API."""

    patience: float = 20.0
    connections: int = 200
    waiting: int = 100_000
    senders: int = 8
    idle: float = 3600.0
    frame: float = 30.0
    request: float = 30.0
    stop: float = 30.0


@dataclass(slots=True)
class Counts:
    """What happened since the start."""

    received: int = 0
    delivered: int = 0
    put_off: int = 0
    set_aside: int = 0
    broken: int = 0


@dataclass(slots=True)
class _Entry:
    """A message in the queue: its answer, once there is one, and how often the API failed at it."""

    name: str
    digest: bytes
    answered: asyncio.Future[bytes]
    failures: int = 0


@dataclass(slots=True)
class _Pause:
    """How long all senders leave an API alone that is away."""

    until: float = 0.0
    seconds: float = _PAUSE_LEAST

    def lengthen(self, now: float) -> bool:
        """Begin a pause unless one is on; each is twice as long as the one before."""
        if now < self.until:
            return False
        self.until, self.seconds = now + self.seconds, min(self.seconds * 2, _PAUSE_MOST)
        return True

    def end(self) -> bool:
        """Forget the pauses; whether there was one."""
        was = self.until > 0
        self.until, self.seconds = 0.0, _PAUSE_LEAST
        return was


class Bridge:
    """One listening port, one queue, one API."""

    def __init__(self, queue: DiskQueue, api: str, key: str, limits: Limits | None = None) -> None:
        """Take what the bridge works with; nothing runs before `start`."""
        self._queue, self._api, self._key, self._limits = queue, api, key, limits or Limits()
        self.counts = Counts()
        self._pause = _Pause()
        self._ready: asyncio.PriorityQueue[tuple[str, _Entry]] = asyncio.PriorityQueue()
        self._waiting: dict[bytes, _Entry] = {}
        self._connections: set[asyncio.Task[None]] = set()
        self._reading: set[asyncio.Task[None]] = set()
        self._stopping = False

    # ---- life ----

    async def start(self, host: str, port: int, tls: ssl.SSLContext | None = None) -> int:
        """Listen, and deliver what an earlier run left; returns the port."""
        self._disk = ThreadPoolExecutor(_DISK_THREADS, "disk")
        self._threads = ThreadPoolExecutor(self._limits.senders, "api")
        for name in self._queue.waiting():
            self._enter(name, _digest(self._queue.read(name)))
        _logger.info("%d messages wait from before", len(self._waiting))
        connections = [ApiConnection(self._api, self._key, seconds=self._limits.request) for _ in self._senders]
        self._work = [asyncio.create_task(self._deliver(each)) for each in connections]
        self._server = await asyncio.start_server(self._connected, host, port, ssl=tls)
        return int(self._server.sockets[0].getsockname()[1])

    @property
    def _senders(self) -> range:
        return range(self._limits.senders)

    async def stop(self) -> None:
        """Take no more messages, give those under way their answer, leave the rest in the queue."""
        self._stopping = True
        self._server.close()
        for task in list(self._reading):
            task.cancel()
        if self._connections:
            await asyncio.wait(list(self._connections), timeout=self._limits.stop)
        left = [*self._connections, *self._work]
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)
        self._threads.shutdown()
        self._disk.shutdown()
        self._queue.close()
        _logger.info("stopped; %d messages stay in the queue; %s", len(self._waiting), self.counts)

    # ---- senders ----

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Talk with one sender until it goes, breaks the frame, or the bridge stops."""
        task = asyncio.current_task()
        if task is None or self._stopping or len(self._connections) >= self._limits.connections:
            writer.close()
            return
        self._connections.add(task)
        frames = FrameReader(reader, idle_seconds=self._limits.idle, frame_seconds=self._limits.frame)
        try:
            await self._converse(task, frames, writer)
        except FramingError as error:
            self.counts.broken += 1
            _logger.warning("connection closed: %s", error)
        except (OSError, TimeoutError) as error:
            _logger.info("connection lost: %s", type(error).__name__)
        except asyncio.CancelledError:
            if not self._stopping:
                raise
        finally:
            self._connections.discard(task)
            writer.close()

    async def _converse(self, task: asyncio.Task[None], frames: FrameReader, writer: asyncio.StreamWriter) -> None:
        while not self._stopping:
            self._reading.add(task)
            try:
                message = await frames.next()
            finally:
                self._reading.discard(task)
            if message is None:
                return
            answer = await self._take(message)
            if is_wanted(message, answer):
                writer.write(frame(answer))
                async with asyncio.timeout(self._limits.frame):
                    await writer.drain()

    async def _take(self, message: bytes) -> bytes:
        """Return what the sender is told of its message."""
        self.counts.received += 1
        digest = _digest(message)
        entry = self._waiting.get(digest) or await self._store(message, digest)
        if entry is None:
            return _acknowledge(message, Reason.BUSY)
        try:
            async with asyncio.timeout(self._limits.patience):
                return await asyncio.shield(entry.answered)
        except TimeoutError:
            self.counts.put_off += 1
            return _acknowledge(message, Reason.QUEUED)

    async def _store(self, message: bytes, digest: bytes) -> _Entry | None:
        """Put the message on disk; None if there is no room."""
        if len(self._waiting) >= self._limits.waiting:
            _logger.error("the queue is full")
            return None
        try:
            name = await self._on_disk(lambda: self._queue.put(message))
        except OSError as error:
            _logger.error("the queue cannot be written: %s", error.strerror)  # noqa: TRY400 - what matters is the reason
            return None
        if digest in self._waiting:  # the same message came over another connection meanwhile
            await self._on_disk(lambda: self._queue.remove(name))
            return self._waiting[digest]
        return self._enter(name, digest)

    def _enter(self, name: str, digest: bytes) -> _Entry:
        entry = _Entry(name, digest, asyncio.get_running_loop().create_future())
        self._waiting[digest] = entry
        self._ready.put_nowait((name, entry))
        return entry

    async def _on_disk(self, call: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._disk, call)

    # ---- the API ----

    async def _deliver(self, api: ApiConnection) -> None:
        """Carry messages to the API, oldest first, for as long as the bridge runs."""
        loop = asyncio.get_running_loop()
        try:
            while True:
                _, entry = await self._ready.get()
                await asyncio.sleep(max(0.0, self._pause.until - loop.time()))
                await self._carry(api, entry)
        finally:
            api.close()

    async def _carry(self, api: ApiConnection, entry: _Entry) -> None:
        try:
            message = await self._on_disk(lambda: self._queue.read(entry.name))
            answer = await asyncio.get_running_loop().run_in_executor(self._threads, api.send, message)
            await self._conclude(entry, message, answer)
        except OSError as error:
            _logger.error("message %s: the queue cannot be used: %s", entry.name, error.strerror)  # noqa: TRY400 - what matters is the reason
            self._try_later(entry, 0)

    async def _conclude(self, entry: _Entry, message: bytes, answer: Answer) -> None:
        if answer.verdict is Verdict.AWAY:
            self._wait_for_api(answer.status)
            self._ready.put_nowait((entry.name, entry))
        elif answer.verdict is Verdict.FAULT:
            self._try_later(entry, answer.status)
        elif answer.verdict is Verdict.NEVER:
            self.counts.set_aside += 1
            _logger.error("message %s set aside: the API answered %d", entry.name, answer.status)
            await self._on_disk(lambda: self._queue.set_aside(entry.name))
            self._answer(entry, _acknowledge(message, Reason.UNKNOWN_FORMAT, MALFORMED))
        else:
            self.counts.delivered += 1
            if self._pause.end():
                _logger.info("the API is back; %d messages wait", len(self._waiting))
            self._answer(entry, answer.text)
            await self._on_disk(lambda: self._queue.remove(entry.name))

    def _wait_for_api(self, status: int) -> None:
        if self._pause.lengthen(asyncio.get_running_loop().time()):
            _logger.warning("the API is away (%s); %d messages wait", status or "no answer", len(self._waiting))

    def _try_later(self, entry: _Entry, status: int) -> None:
        entry.failures += 1
        delay = min(2.0**entry.failures, _FAULT_DELAY_MOST)
        _logger.error("message %s: the API failed with %d; again in %.0f s", entry.name, status, delay)
        asyncio.get_running_loop().call_later(delay, self._ready.put_nowait, (entry.name, entry))

    def _answer(self, entry: _Entry, text: bytes) -> None:
        self._waiting.pop(entry.digest, None)
        if not entry.answered.done():
            entry.answered.set_result(text)


def is_wanted(message: bytes, answer: bytes) -> bool:
    """Tell whether the sender wants this answer (MSH-15, MSH-16): in original mode, with neither given, always."""
    header = hl7_ack.Header.of(message)
    modes = {mode for mode in (header.sent(15), header.sent(16)) if mode}
    unwanted = {_NEVER, _ON_ERROR if hl7_ack.is_positive(answer) else _ON_SUCCESS}
    return not modes or bool(modes - unwanted)


def _digest(message: bytes) -> bytes:
    return hashlib.sha256(message).digest()


def _acknowledge(message: bytes, reason: Reason, status: int = UNAVAILABLE) -> bytes:
    """Return the bridge's own answer: never a positive one."""
    refused = Refused((Problem("MSH", reason),), status)
    now = datetime.now(UTC).isoformat()
    text = hl7_ack.acknowledge(refused, message, message_id=_digest(message).hex()[:_ID_LENGTH], at=now)
    return text.encode()
