"""A server of the `hl7` package that only acknowledges: what a bridge is measured against.

python -m tests.support.mllp_bare --port 2575
"""

from __future__ import annotations

import argparse
import asyncio
from typing import Any

from hl7.mllp import start_hl7_server  # type: ignore[import-untyped]  # the package has no stubs


async def _acknowledge(reader: Any, writer: Any) -> None:
    try:
        while not writer.is_closing():
            message = await reader.readmessage()
            writer.writemessage(message.create_ack())
            await writer.drain()
    except asyncio.IncompleteReadError:
        writer.close()


async def _serve(port: int) -> None:
    async with await start_hl7_server(_acknowledge, host="127.0.0.1", port=port, encoding="utf-8") as server:
        await server.serve_forever()


def main() -> None:
    """Serve until killed."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    asyncio.run(_serve(parser.parse_args().port))


if __name__ == "__main__":
    main()
