"""Run in a fresh interpreter by bench_imports: the CPU seconds of one import, and of what follows it.

    python -I -S import_probe.py TASK_ROOT LAYER... -- MODULE [PIECE...]

Sets its path as the bootstrap of the embedded AWS does and imports nothing else before the clock runs. Prints the CPU
milliseconds (user and system) of importing MODULE and, with PIECEs, of making those parts of the composition too.
"""

from __future__ import annotations

import sys
import time

BASELINE = "boto3"
divider = sys.argv.index("--")
sys.path[:0] = sys.argv[1:divider]
module, *pieces = sys.argv[divider + 1 :]


def make_pieces() -> None:
    """Make what the function uses at its first call, each secret answered without asking for it."""
    from narrowcast.runtime.bootstrap import Composition, composition  # noqa: PLC0415 - part of what is measured

    def secret(made: Composition, _name: str) -> bytes:
        made._client("secretsmanager")
        return b"secret"

    Composition._secret = secret  # type: ignore[method-assign, assignment]
    made = composition()
    for piece in pieces:
        getattr(made, piece)
    if "_tables" in vars(made):
        _ = made._tables.client  # PynamoDB makes it at the first call


def make_client() -> None:
    """Make the client that no function on DynamoDB can do without."""
    import boto3  # noqa: PLC0415 - part of what is measured

    boto3.client("dynamodb")


begun = time.process_time()
__import__(module)
imported = time.process_time()
if module == BASELINE:
    make_client()
elif pieces:
    make_pieces()
sys.stdout.write(f"{(imported - begun) * 1000} {(time.process_time() - begun) * 1000}\n")
