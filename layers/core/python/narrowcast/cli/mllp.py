"""`narrowcast mllp`: the bridge in the hospital's network, from MLLP to the API."""

from __future__ import annotations

import argparse
import asyncio
import logging
import signal
import ssl
from pathlib import Path
from typing import Any

from narrowcast.cli.common import OK, Arguments, UsageError

_HIGHEST_PORT = 65535
KEY_VARIABLE = "NARROWCAST_CLIENT_KEY"
_DESCRIPTION = f"""\
Listen for HL7 over MLLP and carry each message to the API at --to. A message is on disk before it is sent on, and is
acknowledged only with the API's own answer. While the API is away messages wait in --queue and senders are told AE;
they are delivered in order when it is back, also after the bridge was killed. The hospital's key comes from --key-file
or the variable {KEY_VARIABLE}. SIGTERM stops the bridge once the messages under way are answered."""


def add_commands(groups: Any) -> None:
    """Declare the command."""
    command = groups.add_parser("mllp", help="carry HL7 from MLLP to the API", description=_DESCRIPTION)
    command.add_argument("--listen", required=True, metavar="HOST:PORT")
    command.add_argument("--to", required=True, metavar="API", help="address of the API, as in https://…/live")
    command.add_argument("--key-file", type=Path, metavar="FILE", help="the hospital's API key")
    command.add_argument("--queue", type=Path, default=Path("mllp-queue"), metavar="DIR")
    command.add_argument("--patience", type=float, default=20.0, metavar="SECONDS", help="how long a sender waits")
    command.add_argument("--connections", type=int, default=200, metavar="N")
    command.add_argument("--tls-cert", type=Path, metavar="FILE")
    command.add_argument("--tls-key", type=Path, metavar="FILE")
    command.add_argument(
        "--tls-client-ca", type=Path, metavar="FILE", help="take only senders that this CA vouches for"
    )
    command.set_defaults(run=_run)


def _run(arguments: Arguments) -> int:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    host, port = _address(arguments.listen)
    asyncio.run(_serve(arguments, host, port))
    return OK


def _address(listen: str) -> tuple[str, int]:
    host, _, port = listen.rpartition(":")
    if not (host and port.isdecimal() and int(port) <= _HIGHEST_PORT):
        raise UsageError(f"--listen takes HOST:PORT, not {listen!r}")
    return host.strip("[]"), int(port)


async def _serve(arguments: Arguments, host: str, port: int) -> None:
    from narrowcast.adapters.mllp.bridge import Bridge, Limits
    from narrowcast.adapters.mllp.disk_queue import DiskQueue, QueueInUseError

    limits = Limits(patience=arguments.patience, connections=arguments.connections)
    try:
        bridge = Bridge(DiskQueue(arguments.queue), arguments.to, _key(arguments), limits)
        bound = await bridge.start(host, port, _tls(arguments))
    except (QueueInUseError, ValueError) as error:
        raise UsageError(str(error)) from None
    print(f"listening on {host}:{bound}", flush=True)
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    await stopped.wait()
    await bridge.stop()


def _key(arguments: argparse.Namespace) -> str:
    from narrowcast.runtime.settings import from_environment

    file: Path | None = arguments.key_file
    key = (file.read_text("utf-8", "replace") if file else from_environment().get(KEY_VARIABLE)).strip()
    if not key:
        raise UsageError(f"no key: give --key-file or set {KEY_VARIABLE}")
    if not (key.isascii() and key.isprintable()):
        raise UsageError(f"{file or KEY_VARIABLE} holds no key: one line of ASCII is wanted")
    return key


def _tls(arguments: argparse.Namespace) -> ssl.SSLContext | None:
    if not arguments.tls_cert:
        return None
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=arguments.tls_client_ca)
    context.load_cert_chain(arguments.tls_cert, arguments.tls_key)
    if arguments.tls_client_ca:
        context.verify_mode = ssl.CERT_REQUIRED
    return context
