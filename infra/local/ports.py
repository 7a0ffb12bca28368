"""Free ports, remembered: a restarted stack keeps its addresses unless another program took them."""

from __future__ import annotations

import secrets
import socket
from typing import TYPE_CHECKING

from infra.local.home import read_json, write_json

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

HOST = "127.0.0.1"
# Below the range the kernel hands to outgoing connections, which would take a remembered port between two starts.
_LOWEST, _COUNT = 20_000, 10_000


def is_free(port: int) -> bool:
    """Whether a server could listen there now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def choose(remembered: Path, names: Iterable[str], serving: Iterable[str] = ()) -> dict[str, int]:
    """A port for each name; those of components that are `serving` right now are kept as they are."""
    ports: dict[str, int] = read_json(remembered)
    kept = {name: port for name, port in ports.items() if name in set(serving) or is_free(port)}
    for name in names:
        if name not in kept:
            kept[name] = _fresh(kept.values())
    write_json(remembered, kept)
    return kept


def free_port() -> int:
    """A port where a server could listen now."""
    return _fresh(())


def _fresh(taken: Iterable[int]) -> int:
    while (port := _LOWEST + secrets.randbelow(_COUNT)) in set(taken) or not is_free(port):
        pass
    return port
