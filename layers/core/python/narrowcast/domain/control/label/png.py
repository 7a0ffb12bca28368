"""The text chunks of a PNG file: read, and written before the image ends. Never touches a pixel."""

from __future__ import annotations

import struct
import zlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_MOST_TEXT = 1 << 20


def texts(data: bytes) -> dict[str, str]:
    """Return keyword -> text of the tEXt, zTXt and iTXt chunks; nothing from what is not a PNG file.

    A keyword that comes twice with different texts says nothing.
    """
    said = [_text_of(kind, body) for kind, body in _chunks(data) if kind in _READERS]
    found = dict(said)
    return {keyword: text for keyword, text in found.items() if said.count((keyword, text)) == _times(said, keyword)}


def with_texts(data: bytes, new: Mapping[str, str]) -> bytes:
    """Return the file with one iTXt chunk for each entry of `new`, in place of any older one of that keyword."""
    kept = [(kind, body) for kind, body in _chunks(data) if _keyword(kind, body) not in new]
    added = [(b"iTXt", _itxt(keyword, text)) for keyword, text in new.items()]
    end = next((at for at, (kind, _) in enumerate(kept) if kind == b"IEND"), len(kept))
    return _SIGNATURE + b"".join(_packed(kind, body) for kind, body in kept[:end] + added + kept[end:])


def _times(said: Sequence[tuple[str, str]], keyword: str) -> int:
    return sum(each == keyword for each, _ in said)


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield the chunks that are whole, up to the end of the image: no program reads what stands behind it."""
    at = len(_SIGNATURE) if data.startswith(_SIGNATURE) else len(data)
    kind = b""
    while kind != b"IEND" and at + 12 <= len(data):
        (size,) = struct.unpack_from(">I", data, at)
        kind, body, end = data[at + 4 : at + 8], data[at + 8 : at + 8 + size], at + 12 + size
        if data[end - 4 : end] != struct.pack(">I", zlib.crc32(kind + body)):
            return
        yield kind, body
        at = end


def _packed(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def _keyword(kind: bytes, body: bytes) -> str | None:
    return body.partition(b"\0")[0].decode("latin-1") if kind in _READERS else None


def _itxt(keyword: str, text: str) -> bytes:
    return keyword.encode("latin-1") + b"\0\0\0\0\0" + text.encode()


def _text_of(kind: bytes, body: bytes) -> tuple[str, str]:
    keyword, _, rest = body.partition(b"\0")
    return keyword.decode("latin-1"), _READERS[kind](rest)


def _read_itxt(rest: bytes) -> str:
    flags, rest = rest[:2], rest[2:]
    _language, _, rest = rest.partition(b"\0")
    _translated, _, text = rest.partition(b"\0")
    return (_inflated(text) if flags[:1] == b"\1" else text).decode(errors="replace")


def _read_text(rest: bytes) -> str:
    try:
        return rest.decode()
    except UnicodeDecodeError:
        return rest.decode("latin-1")


def _inflated(data: bytes) -> bytes:
    try:
        return zlib.decompressobj().decompress(data, _MOST_TEXT)
    except zlib.error:
        return b""


_READERS = {
    b"tEXt": _read_text,
    b"zTXt": lambda rest: _read_text(_inflated(rest[1:])),
    b"iTXt": _read_itxt,
}
