"""An API of one route, as a process that may be killed: it says AA once a message stands in its log, flushed.

    python -m tests.support.mllp_stub --port 8081 --log FILE

The contract is that of `POST /hl7`: the same control id again has the same answer and no second line.
"""

from __future__ import annotations

import argparse
import os
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Lock

_CONTROL_ID = 9


class Log:
    """Control ids, one a line, each once; a line cut off by a kill was never acknowledged and is cut away."""

    def __init__(self, path: Path) -> None:
        self._lock = Lock()
        whole = path.read_bytes() if path.exists() else b""
        whole = whole[: whole.rfind(b"\n") + 1]
        path.write_bytes(whole)
        self._known = set(whole.decode().split())
        self._file = path.open("ab", buffering=0)

    def keep(self, control_id: str) -> None:
        with self._lock:
            if control_id in self._known:
                return
            self._file.write(f"{control_id}\n".encode())
            os.fsync(self._file.fileno())
            self._known.add(control_id)


def _handler(log: Log) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            message = self.rfile.read(int(self.headers["Content-Length"]))
            control_id = message.split(b"|", _CONTROL_ID + 1)[_CONTROL_ID].decode()
            log.keep(control_id)
            answer = f"MSH|^~\\&|STUB|||||||A|P|2.5\rMSA|AA|{control_id}\r".encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    return Handler


class _Server(ThreadingHTTPServer):
    request_queue_size = 128
    daemon_threads = True


def main() -> None:
    """Serve until killed."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--log", type=Path, required=True)
    options = parser.parse_args()
    _Server(("127.0.0.1", options.port), _handler(Log(options.log))).serve_forever()


if __name__ == "__main__":
    main()
