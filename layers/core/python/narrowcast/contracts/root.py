"""The signed root of a hospital's streams as a document: what it covers, which bytes are signed, how it is stored.

A root seals the heads that moved since the root before and names that root by its hash; so the newest root covers
every head ever sealed, and costs as much as changed. Stored as lines of JSON: the statement with its signature, then
one head a line in order of stream.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from narrowcast.domain.content import Signature
from narrowcast.domain.signing import canonical

KIND = "narrowcast-log-root"
"""Stands in every signed root, so that its signature can never be taken for one over anything else."""


_Line = tuple[str, int, str]


class CorruptRootError(Exception):
    """The stored bytes are not a root as it was written."""


@dataclass(frozen=True, slots=True)
class SealedHead:
    """A stream's last commit when it was sealed."""

    stream: str
    version: int
    hash: str


@dataclass(frozen=True, slots=True)
class Root:
    """What is signed: `heads` is the SHA-256 of the `changed` lines of heads; `streams` and `commits` count all so far.

    `number` counts a hospital's roots from 1; `previous` is the hash of the root before ("" for the first).
    """

    hospital: str
    number: int
    previous: str
    sealed_at: str
    streams: int
    commits: int
    changed: int
    heads: str
    kind: str = KIND

    @property
    def form(self) -> bytes:
        """The bytes that the signature covers."""
        return canonical(msgspec.to_builtins(self))

    @property
    def hash(self) -> str:
        """The SHA-256 of the form, in hex: what the next root names, and what an outsider keeps."""
        return hashlib.sha256(self.form).hexdigest()


@dataclass(frozen=True, slots=True)
class SealedRoot:
    """A root with its signature and the heads it covers."""

    root: Root
    signature: Signature
    heads: tuple[SealedHead, ...]


def lines_of(heads: Sequence[SealedHead]) -> bytes:
    """Return the heads as lines: `["renhe/visit#v-1",3,"<hash>"]`."""
    return b"".join(msgspec.json.encode((each.stream, each.version, each.hash)) + b"\n" for each in heads)


def digest_of(heads: Sequence[SealedHead]) -> str:
    """Return the SHA-256 of the heads' lines, in hex."""
    return hashlib.sha256(lines_of(heads)).hexdigest()


def encode_root(sealed: SealedRoot) -> bytes:
    """Return the root as it is stored."""
    statement = {"root": msgspec.to_builtins(sealed.root), "signature": msgspec.to_builtins(sealed.signature)}
    return canonical(statement) + b"\n" + lines_of(sealed.heads)


def decode_root(stored: bytes) -> SealedRoot:
    """Return the root in these bytes. CorruptRootError unless they are exactly how that root is written."""
    try:
        statement, *heads = stored.splitlines()
        said = msgspec.json.decode(statement)
        root = msgspec.convert(said["root"], Root)
        signature = msgspec.convert(said["signature"], Signature)
        sealed = SealedRoot(root, signature, tuple(map(_head, heads)))
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise CorruptRootError(f"not a root: {type(error).__name__}") from error
    if root.kind != KIND or encode_root(sealed) != stored:
        raise CorruptRootError("not as a root is written")
    return sealed


def _head(line: bytes) -> SealedHead:
    return SealedHead(*msgspec.json.decode(line, type=_Line))
