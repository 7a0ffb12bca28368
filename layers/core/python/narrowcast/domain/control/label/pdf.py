"""Just enough of PDF to see whether the labels are there: the words on the pages, the Info entries, XMP.

Reads plain and Flate streams, object streams, and fonts with a ToUnicode map. What it cannot read it does not see, so
a label in such a file counts as lost. Writes one thing, an Info dictionary, as an incremental update.
"""

from __future__ import annotations

import re
import unicodedata
import zlib
from html import unescape
from typing import TYPE_CHECKING

from narrowcast.domain.control.label import LabelRefused

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    CodeMap = dict[int, str]
    Objects = dict[int, bytes]

_MOST_STREAM = 1 << 25
_OBJECT = re.compile(rb"(?<!\d)(\d+) \d+ obj\b(.*?)endobj", re.DOTALL)
_STREAM = re.compile(rb"stream\r?\n(.*?)\r?\n?endstream", re.DOTALL)
_REFERENCE = re.compile(rb"/([^\s/<>\[\]()]+)\s+(\d+) \d+ R")
_TO_UNICODE = re.compile(rb"/ToUnicode (\d+) \d+ R")
_RANGE = re.compile(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>\s*(?:<([0-9A-Fa-f]+)>|\[([^\]]*)\])")
_PAIR = re.compile(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>")
_SECTION = re.compile(rb"begin(bfrange|bfchar)(.*?)end\1", re.DOTALL)
_SHOWN = re.compile(rb"/([^\s/<>\[\]()]+)\s+[-\d.]+\s+Tf|<([0-9A-Fa-f\s]+)>|\(((?:\\.|[^\\()])*)\)", re.DOTALL)
_TRAILER = re.compile(rb"trailer\s*<<(.*?)>>\s*startxref\s+(\d+)", re.DOTALL)
_ESCAPE = re.compile(rb"\\([0-7]{1,3}|.)", re.DOTALL)
_ESCAPED = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}
_OCTAL = frozenset(b"01234567")


def shown_text(data: bytes) -> str:
    """Return the characters that page contents draw, in drawing order and without spaces.

    Compatibility forms are folded: printers write some characters as the radicals they look like (⼈ for 人).
    """
    objects = _objects(data)
    fonts = _fonts(objects)
    contents = (_stream(body) for body in objects.values())
    drawn = "".join(_drawn(content, fonts) for content in contents if b"BT" in content and b"Tf" in content)
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", drawn))


def metadata(data: bytes, key: str) -> str | None:
    """Return the last Info entry called `key`, else the XMP element TC260:`key`; None when there is neither."""
    name = re.escape(key.encode())
    entry = re.compile(rb"/" + name + rb"\s*(?:<([0-9A-Fa-f\s]+)>|\(((?:\\.|[^\\()])*)\))", re.DOTALL)
    element = re.compile(rb"TC260:" + name + rb"(?:>([^<]*)<|=\"([^\"]*)\"|='([^']*)')")
    objects = [_STREAM.sub(b"", body) for body in _objects(data).values()]
    entries = [found for body in objects for found in entry.finditer(body)]
    if entries:
        return _string(entries[-1].group(1), entries[-1].group(2))
    found = element.search(data) or next(filter(None, map(element.search, _streams(data))), None)
    return unescape(b"".join(filter(None, found.groups())).decode(errors="replace")) if found else None


def with_metadata(data: bytes, new: Mapping[str, str]) -> bytes:
    """Return the file followed by an update whose Info dictionary has the entries of `new`.

    Raises LabelRefused for a file without a classic trailer.
    """
    trailers = list(_TRAILER.finditer(data))
    root = re.search(rb"/Root (\d+ \d+ R)", trailers[-1].group(1)) if trailers else None
    size = re.search(rb"/Size (\d+)", trailers[-1].group(1)) if trailers else None
    if not (root and size):
        raise LabelRefused("无法在这份 PDF 中写入隐式标识：缺少传统的文件尾")
    number = int(size.group(1))
    head = data if data.endswith(b"\n") else data + b"\n"
    info = _kept_info(data, trailers[-1].group(1), new) + b"".join(_entry(key, text) for key, text in new.items())
    body = b"%d 0 obj\n<<%s>>\nendobj\n" % (number, info)
    xref = b"xref\n%d 1\n%010d 00000 n \ntrailer\n<</Size %d /Root %s /Info %d 0 R /Prev %s>>\nstartxref\n%d\n%%%%EOF\n"
    tail = (number, len(head), number + 1, root.group(1), number, trailers[-1].group(2), len(head) + len(body))
    return head + body + xref % tail


def _kept_info(data: bytes, trailer: bytes, new: Mapping[str, str]) -> bytes:
    named = re.search(rb"/Info (\d+) \d+ R", trailer)
    body = _objects(data).get(int(named.group(1)), b"") if named else b""
    inside = body.strip().removeprefix(b"<<").removesuffix(b">>")
    for key in new:
        inside = re.sub(rb"/" + key.encode() + rb"\s*(?:<[^>]*>|\((?:\\.|[^\\()])*\))", b"", inside)
    return inside


def _entry(key: str, text: str) -> bytes:
    return b"/%s <%s>" % (key.encode(), (b"\xfe\xff" + text.encode("utf-16-be")).hex().encode())


def _objects(data: bytes) -> Objects:
    objects = {int(number): body for number, body in _OBJECT.findall(data)}
    for body in tuple(objects.values()):
        if b"/ObjStm" in body:
            objects.update(_packed_objects(body))
    return objects


def _packed_objects(body: bytes) -> Objects:
    first = re.search(rb"/First (\d+)", body)
    content = _stream(body)
    if not first:
        return {}
    start = int(first.group(1))
    numbers = [int(part) for part in content[:start].split() if part.isdigit()]
    offsets = [start + offset for offset in numbers[1::2]]
    return {
        number: content[begin:end]
        for number, begin, end in zip(numbers[::2], offsets, [*offsets[1:], len(content)], strict=False)
    }


def _streams(data: bytes) -> Iterator[bytes]:
    return map(_stream, _objects(data).values())


def _stream(body: bytes) -> bytes:
    found = _STREAM.search(body)
    if not found:
        return b""
    if b"/FlateDecode" not in body[: found.start()]:
        return found.group(1)
    try:
        return zlib.decompressobj().decompress(found.group(1), _MOST_STREAM)
    except zlib.error:
        return b""


def _fonts(objects: Objects) -> dict[bytes, CodeMap]:
    maps = {number: _map_of(body, objects) for number, body in objects.items() if b"/ToUnicode" in body}
    fonts: dict[bytes, CodeMap] = {}
    for body in objects.values():
        for name, number in _REFERENCE.findall(_STREAM.sub(b"", body)):
            fonts.setdefault(name, {}).update(maps.get(int(number), {}))
    return fonts


def _map_of(font: bytes, objects: Objects) -> CodeMap:
    found = _TO_UNICODE.search(font)
    source = _stream(objects.get(int(found.group(1)), b"")) if found else b""
    codes: CodeMap = {}
    for kind, section in _SECTION.findall(source):
        codes.update(_chars(section) if kind == b"bfchar" else _ranges(section))
    return codes


def _chars(section: bytes) -> CodeMap:
    return {int(code, 16): _utf16(text) for code, text in _PAIR.findall(section)}


def _ranges(section: bytes) -> CodeMap:
    codes: CodeMap = {}
    for low, high, first, listed in _RANGE.findall(section):
        span = range(int(low, 16), min(int(high, 16), int(low, 16) + 0xFFFF) + 1)
        texts = re.findall(rb"<([0-9A-Fa-f]+)>", listed)
        codes.update(
            zip(span, map(_utf16, texts), strict=False)
            if texts
            else ((code, _utf16(b"%04X" % (int(first, 16) + step))) for step, code in enumerate(span)),
        )
    return codes


def _utf16(digits: bytes) -> str:
    return bytes.fromhex(digits.decode().rjust(4, "0")).decode("utf-16-be", errors="replace")


def _drawn(content: bytes, fonts: Mapping[bytes, CodeMap]) -> str:
    codes: CodeMap = {}
    parts: list[str] = []
    for font, digits, literal in _SHOWN.findall(content):
        if font:
            codes = fonts.get(font, {})
        elif codes:
            parts.append(_mapped(_bytes(digits, literal), codes))
        else:
            parts.append(_string(digits, literal))
    return "".join(parts)


def _mapped(raw: bytes, codes: CodeMap) -> str:
    width = 2 if max(codes) > 0xFF or len(raw) % 2 == 0 else 1  # noqa: PLR2004 - the most one byte holds
    units = (int.from_bytes(raw[at : at + width], "big") for at in range(0, len(raw), width))
    return "".join(codes.get(unit, "") for unit in units)


def _bytes(digits: bytes | None, literal: bytes | None) -> bytes:
    if digits:
        clean = b"".join(digits.split()).decode()
        return bytes.fromhex(clean + "0" * (len(clean) % 2))
    return _ESCAPE.sub(_unescaped, literal or b"")


def _unescaped(found: re.Match[bytes]) -> bytes:
    code = found.group(1)
    if code[0] in _OCTAL:
        return bytes([int(code, 8) & 0xFF])
    return _ESCAPED.get(code, code)


def _string(digits: bytes | None, literal: bytes | None) -> str:
    raw = _bytes(digits, literal)
    if raw.startswith(b"\xfe\xff"):
        return raw[2:].decode("utf-16-be", errors="replace")
    return raw.decode("latin-1")
