"""The bridge: acknowledged is stored, put off is queued, and nothing of a message is logged."""

from __future__ import annotations

import asyncio
import logging
import re
import stat
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from narrowcast.adapters.mllp.bridge import Bridge, Limits
from narrowcast.adapters.mllp.disk_queue import DiskQueue, QueueInUseError
from narrowcast.adapters.mllp.frames import MAX_BYTES, frame
from tests.support.http_server import Script, scripted_server

MESSAGE = b"MSH|^~\\&|HIS|renhe|NC|NC|20261121||ADT^A04|M-1|P|2.5\rPID|||P9||\xe7\x8e\x8b\xe7\xa7\x80\xe5\x85\xb0\r"
AA = b"MSH|^~\\&|NC|NC|HIS|renhe|20261121||ACK|A-1|P|2.5\rMSA|AA|M-1\r"
AE = AA.replace(b"|AA|", b"|AE|")
QUICK = Limits(patience=0.3, senders=2, idle=5, frame=0.3, request=5, stop=2)


@pytest.fixture
def api() -> Iterator[Script]:
    with scripted_server() as script:
        yield script


@asynccontextmanager
async def bridge_to(api: Script, directory: Path, limits: Limits = QUICK) -> AsyncIterator[tuple[Bridge, int]]:
    bridge = Bridge(DiskQueue(directory), api.url, "key-1", limits)
    port = await bridge.start("127.0.0.1", 0)
    try:
        yield bridge, port
    finally:
        await bridge.stop()


async def exchange(port: int, *sent: bytes, answers: int = 1) -> list[bytes]:
    """Return what came back, as messages without their frames."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        for piece in sent:
            writer.write(piece)
            await writer.drain()
        return [await told(reader) for _ in range(answers)]
    finally:
        writer.close()
        await writer.wait_closed()


async def told(reader: asyncio.StreamReader) -> bytes:
    async with asyncio.timeout(5):
        return (await reader.readuntil(b"\x1c\r"))[1:-2]


async def closed(port: int, *sent: bytes) -> bytes:
    """Return all that comes until the bridge closes the connection."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for piece in sent:
        writer.write(piece)
    async with asyncio.timeout(5):
        everything = await reader.read()
    writer.close()
    return everything


async def until(ready: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not ready():  # noqa: ASYNC110 - what is awaited happens in another thread
            await asyncio.sleep(0.01)


def run(test: Callable[[], Awaitable[None]]) -> None:
    asyncio.run(test())  # type: ignore[arg-type] # each test is a coroutine function


def test_the_answer_of_the_api_is_passed_on_and_the_message_leaves_the_queue(api: Script, tmp_path: Path) -> None:
    api.answer(200, AA)

    async def test() -> None:
        async with bridge_to(api, tmp_path) as (_, port):
            assert await exchange(port, frame(MESSAGE)) == [AA]
            await until(lambda: DiskFiles(tmp_path) == [])
        assert api.requests[0].body == MESSAGE
        assert api.requests[0].path == "/hl7"
        assert api.requests[0].headers["authorization"] == "Bearer key-1"

    run(test)


class DiskFiles(list[str]):
    """The messages that stand on disk."""

    def __init__(self, directory: Path) -> None:
        super().__init__(sorted(path.name for path in directory.glob("*.hl7")))


def test_a_refusal_is_an_answer_too(api: Script, tmp_path: Path) -> None:
    api.answer(422, AE)

    async def test() -> None:
        async with bridge_to(api, tmp_path) as (_, port):
            assert await exchange(port, frame(MESSAGE)) == [AE]
            await until(lambda: DiskFiles(tmp_path) == [])

    run(test)


@pytest.mark.parametrize("status", [401, 403, 429, 502, 503])
def test_while_the_api_is_away_the_sender_hears_an_error_and_the_message_waits(
    api: Script, tmp_path: Path, status: int
) -> None:
    api.answer(status, AE)

    async def test() -> None:
        async with bridge_to(api, tmp_path) as (_, port):
            (answer,) = await exchange(port, frame(MESSAGE))
            assert b"\rMSA|AE|M-1|" in answer
            assert b"207^Application internal error" in answer
        assert len(DiskFiles(tmp_path)) == 1
        assert (tmp_path / DiskFiles(tmp_path)[0]).read_bytes() == MESSAGE

    run(test)


def test_an_enhanced_mode_sender_hears_a_commit_error(api: Script, tmp_path: Path) -> None:
    api.hang_up()

    async def test() -> None:
        async with bridge_to(api, tmp_path) as (_, port):
            (answer,) = await exchange(port, frame(MESSAGE.replace(b"|2.5\r", b"|2.5|||AL|NE\r", 1)))
            assert b"\rMSA|CE|M-1|" in answer

    run(test)


def test_a_message_sent_again_waits_for_the_one_in_the_queue(api: Script, tmp_path: Path) -> None:
    api.answer(503)
    api.answer(200, AA)

    async def test() -> None:
        async with bridge_to(api, tmp_path, Limits(patience=5, senders=1)) as (bridge, port):
            first, second = await asyncio.gather(exchange(port, frame(MESSAGE)), exchange(port, frame(MESSAGE)))
            assert first == second == [AA]
            assert bridge.counts.received == 2
            assert bridge.counts.delivered == 1

    run(test)


def test_what_an_earlier_run_left_is_delivered_in_order(api: Script, tmp_path: Path) -> None:
    api.answer(200, AA)
    left = DiskQueue(tmp_path)
    for number in (1, 2, 3):
        left.put(MESSAGE.replace(b"M-1", b"M-%d" % number))
    left.close()

    async def test() -> None:
        async with bridge_to(api, tmp_path, Limits(senders=1)):
            await until(lambda: DiskFiles(tmp_path) == [])
        assert [re.findall(rb"M-\d", request.body)[0] for request in api.requests] == [b"M-1", b"M-2", b"M-3"]

    run(test)


def test_a_message_that_the_api_will_never_take_is_set_aside(api: Script, tmp_path: Path) -> None:
    api.answer(413, b"too large")

    async def test() -> None:
        async with bridge_to(api, tmp_path) as (_, port):
            (answer,) = await exchange(port, frame(MESSAGE))
            assert b"\rMSA|AR|M-1|" in answer
        assert DiskFiles(tmp_path) == []
        assert [path.read_bytes() for path in (tmp_path / "aside").iterdir()] == [MESSAGE]

    run(test)


def test_several_messages_come_over_one_connection_in_any_pieces(api: Script, tmp_path: Path) -> None:
    api.answer(200, AA)
    second = frame(MESSAGE.replace(b"M-1", b"M-2"))

    async def test() -> None:
        async with bridge_to(api, tmp_path) as (bridge, port):
            noise = b"\r\n \x00"
            assert len(await exchange(port, noise, frame(MESSAGE) + second[:9], second[9:], answers=2)) == 2
            assert bridge.counts.received == 2

    run(test)


@pytest.mark.parametrize(
    "sent",
    [b"\x0bMSH|", b"\x0b" + b"x" * (MAX_BYTES + 2), b"GET / HTTP/1.1\r\n" * 5000],
    ids=["silent", "long", "http"],
)
def test_what_is_no_frame_ends_the_connection_and_stores_nothing(api: Script, tmp_path: Path, sent: bytes) -> None:
    async def test() -> None:
        async with bridge_to(api, tmp_path) as (bridge, port):
            assert await closed(port, sent) == b""
            assert bridge.counts.broken == 1
            assert bridge.counts.received == 0

    run(test)


def test_connections_beyond_the_limit_are_closed(api: Script, tmp_path: Path) -> None:
    async def test() -> None:
        async with bridge_to(api, tmp_path, Limits(connections=1)) as (bridge, port):
            _, first = await asyncio.open_connection("127.0.0.1", port)
            await until(lambda: len(bridge._connections) == 1)
            assert await closed(port) == b""
            first.close()

    run(test)


def test_a_full_queue_takes_nothing_more(api: Script, tmp_path: Path) -> None:
    api.answer(503)

    async def test() -> None:
        async with bridge_to(api, tmp_path, Limits(patience=0.2, waiting=1)) as (_, port):
            await exchange(port, frame(MESSAGE))
            (answer,) = await exchange(port, frame(MESSAGE.replace(b"M-1", b"M-2")))
            assert b"\rMSA|AE|M-2|" in answer
            assert len(DiskFiles(tmp_path)) == 1

    run(test)


@pytest.mark.parametrize(("modes", "answers"), [("NE|NE", 0), ("ER|NE", 0), ("SU|NE", 1), ("NE|AL", 1), ("AL|AL", 1)])
def test_a_sender_hears_only_the_answers_it_asked_for(api: Script, tmp_path: Path, modes: str, answers: int) -> None:
    api.answer(200, AA)
    asking = MESSAGE.replace(b"|2.5\r", f"|2.5|||{modes}\r".encode(), 1)

    async def test() -> None:
        async with bridge_to(api, tmp_path) as (_, port):
            got = await exchange(port, frame(asking), frame(MESSAGE), answers=answers + 1)
            assert got == [AA] * (answers + 1)

    run(test)


def test_stopping_gives_the_message_under_way_its_answer(api: Script, tmp_path: Path) -> None:
    api.answer(503)
    api.answer(200, AA)

    async def test() -> None:
        bridge = Bridge(DiskQueue(tmp_path), api.url, "key-1", Limits(patience=5))
        port = await bridge.start("127.0.0.1", 0)
        asked = asyncio.create_task(exchange(port, frame(MESSAGE)))
        await until(lambda: bridge.counts.received == 1)
        await bridge.stop()
        assert await asked == [AA]

    run(test)


def test_the_log_holds_nothing_of_a_message(api: Script, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    api.answer(500)
    api.answer(413)

    async def test() -> None:
        async with bridge_to(api, tmp_path) as (_, port):
            await exchange(port, frame(MESSAGE))
            await closed(port, b"\x0b" + MESSAGE)

    run(test)
    assert "set aside" in caplog.text or "again in" in caplog.text
    assert not re.search("M-1|P9|王秀兰|renhe|ADT", caplog.text)


def test_the_queue_is_nobody_else_s_to_read(tmp_path: Path) -> None:
    directory = tmp_path / "queue"
    queue = DiskQueue(directory)
    name = queue.put(MESSAGE)
    assert stat.S_IMODE(directory.stat().st_mode) == 0o700
    assert stat.S_IMODE((directory / f"{name}.hl7").stat().st_mode) == 0o600
    with pytest.raises(QueueInUseError):
        DiskQueue(directory)
    queue.close()


def test_a_half_written_message_is_dropped_and_names_go_on(tmp_path: Path) -> None:
    queue = DiskQueue(tmp_path)
    first = queue.put(b"1")
    queue.close()
    (tmp_path / "00000000000000000009.part").write_bytes(b"half")
    again = DiskQueue(tmp_path)
    assert again.waiting() == [first]
    assert again.put(b"2") > first
    again.close()
