"""An export of the log that proves itself: what its files are and what is in them, a piece at a time.

Where the files go, and how commits come in order without being held in memory, is the caller's matter.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import msgspec

from narrowcast.application.ports import Roots, SigningKey
from narrowcast.contracts.commit import Commit
from narrowcast.contracts.schema import schema_folder
from narrowcast.domain.signing import canonical

FORMAT = "narrowcast-log-export/1"
MANIFEST = "manifest.json"
File = tuple[str, Iterable[bytes]]
"""A file's name in the archive and its bytes in pieces. Each file is read to its end before the next is asked for."""


@dataclass(slots=True)
class Counts:
    """What went into the archive."""

    streams: int = 0
    commits: int = 0
    events: int = 0


@dataclass(frozen=True, slots=True)
class Export:
    """What goes into one archive. `commits` come in order of stream and version; `kit` are the files carried along."""

    commits: Iterable[Commit]
    roots: Roots
    hospitals: tuple[str, ...]
    content_key: SigningKey
    root_key: SigningKey
    exported_at: str
    kit: Mapping[str, bytes]
    counts: Counts = field(default_factory=Counts)

    def files(self) -> Iterator[File]:
        """Yield every file, the manifest last: it is signed over the bytes that were written."""
        digests: dict[str, str] = {}
        for name, pieces in self._content():
            yield name, _digested(name, pieces, digests)
        yield MANIFEST, [self._manifest(digests)]

    def _content(self) -> Iterator[File]:
        yield from ((name, [body]) for name, body in sorted(self.kit.items()))
        yield from self._schemas()
        yield from self._keys()
        for hospital in self.hospitals:
            for number, body in enumerate(self.roots.read(hospital), start=1):
                yield f"roots/{hospital}/{number:010}.jsonl", [body]
        yield "commits.jsonl", self._lines()

    def _schemas(self) -> Iterator[File]:
        folder = schema_folder()
        for path in sorted(folder.rglob("*.json")):
            yield f"schemas/{path.relative_to(folder).as_posix()}", [path.read_bytes()]

    def _keys(self) -> Iterator[File]:
        named: dict[str, dict[str, str]] = {}
        for use, key in (("content", self.content_key), ("roots", self.root_key)):
            for place, (key_id, pem) in enumerate(sorted(key.public_keys().items())):
                named.setdefault(use, {})[key_id] = name = f"keys/{use}-{place}.pem"
                yield name, [pem]
        yield "keys.json", [canonical(named) + b"\n"]

    def _lines(self) -> Iterator[bytes]:
        stream = ""
        for commit in self.commits:
            self.counts.streams += commit.stream != stream
            self.counts.commits += 1
            self.counts.events += _events_in(commit.payload)
            stream = commit.stream
            yield line_of(commit)

    def _manifest(self, digests: Mapping[str, str]) -> bytes:
        manifest = {
            "format": FORMAT,
            "exported_at": self.exported_at,
            "hospitals": list(self.hospitals),
            "counts": msgspec.to_builtins(self.counts),
            "files": dict(digests),
        }
        signature = msgspec.to_builtins(self.root_key.sign(canonical(manifest)))
        return canonical({"manifest": manifest, "signature": signature}) + b"\n"


def line_of(commit: Commit) -> bytes:
    """Return the commit as a line of commits.jsonl; a payload that is no text, as only damage makes it, as base64."""
    try:
        payload = {"payload": commit.payload.decode()}
    except UnicodeDecodeError:
        payload = {"payload_base64": base64.b64encode(commit.payload).decode()}
    address = {"stream": commit.stream, "version": commit.version, "commit_id": commit.commit_id}
    chain = {"recorded_at": commit.recorded_at, "previous": commit.previous, "hash": commit.hash}
    return canonical({**address, **chain, **payload}) + b"\n"


def _digested(name: str, pieces: Iterable[bytes], digests: dict[str, str]) -> Iterator[bytes]:
    digest = hashlib.sha256()
    for piece in pieces:
        digest.update(piece)
        yield piece
    digests[name] = digest.hexdigest()


def _events_in(payload: bytes) -> int:
    """Return how many events a payload holds; none if it is no list."""
    try:
        events = msgspec.json.decode(payload)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return 0
    return len(events) if isinstance(events, list) else 0
