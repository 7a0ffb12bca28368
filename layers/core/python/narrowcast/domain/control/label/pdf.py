"""Just enough of PDF to see whether the labels are there: the words on the pages, the Info entries, XMP.

Reads plain and Flate streams, object streams, and fonts with a ToUnicode map. What it cannot read it does not see, so
a label in such a file counts as lost. Writes one thing, an Info dictionary, as an incremental update.
"""

from __future__ import annotations

import re
import unicodedata
import zlib
from html import unescape
from typing import TYPE_CHECKING, NamedTuple

from narrowcast.domain.control.label import LabelRefused

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

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
_DRAWING = re.compile(
    rb"/(?P<font>[^\s/<>\[\]()]+)\s+[-\d.]+\s+Tf|<(?P<digits>[0-9A-Fa-f\s]+)>|\((?P<literal>(?:\\.|[^\\()])*)\)"
    rb"|(?P<mode>\d)\s+Tr\b|(?P<ink>(?:[\d.]+\s+){4}k|(?:[\d.]+\s+){3}rg|[\d.]+\s+g)\b|(?P<keep>(?<![\w/.])[qQ](?![\w.]))",
    re.DOTALL,
)
_UNINKED = (3, 7)  # text rendering modes that draw nothing
_LEAST_INK = 0.03
_REFERENCES = re.compile(rb"(\d+) \d+ R")
_FORM = re.compile(rb"/Subtype\s*/Form\b")
_TRAILER = re.compile(rb"trailer\s*<<(.*?)>>\s*startxref\s+(\d+)", re.DOTALL)
_ESCAPE = re.compile(rb"\\([0-7]{1,3}|.)", re.DOTALL)
_ESCAPED = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}
_OCTAL = frozenset(b"01234567")


def shown_text(data: bytes) -> str:
    """Return the characters that the pages draw, in drawing order and without spaces; not those in white or in no ink.

    Compatibility forms are folded: printers write some characters as the radicals they look like (⼈ for 人).
    """
    objects = _objects(data)
    fonts = _fonts(objects)
    contents = (_stream(objects.get(number, b"")) for number in _drawn_objects(data, objects))
    drawn = "".join(_drawn(content, fonts) for content in contents if b"BT" in content and b"Tf" in content)
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", drawn))


def metadata(data: bytes, key: str) -> str | None:
    """Return the entry of the Info dictionary called `key`, else the XMP element TC260:`key`; None without either.

    A dictionary that an update has put out of use says nothing.
    """
    name = re.escape(key.encode())
    entry = re.compile(rb"/" + name + rb"\s*(?:<([0-9A-Fa-f\s]+)>|\(((?:\\.|[^\\()])*)\))", re.DOTALL)
    element = re.compile(rb"TC260:" + name + rb"(?:>([^<]*)<|=\"([^\"]*)\"|='([^']*)')")
    named = _last_named(data, b"Info")
    entries = list(entry.finditer(_STREAM.sub(b"", _objects(data).get(named, b""))))
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


def _last_named(data: bytes, name: bytes) -> int:
    """Return the number of the object that the newest trailer calls by this name; 0 without one."""
    named = re.findall(rb"/" + name + rb"\s+(\d+) \d+ R", data)
    return int(named[-1]) if named else 0


def _drawn_objects(data: bytes, objects: Objects) -> list[int]:
    """Return what the pages of the document draw in their order, then the forms that these may draw."""
    catalog = objects.get(_last_named(data, b"Root"), b"")
    pages = _pages(_last_named(catalog, b"Pages"), objects, set())
    forms = [number for number, body in objects.items() if _FORM.search(_STREAM.sub(b"", body))]
    return [number for page in pages for number in _listed(b"Contents", page, objects)] + forms


def _pages(number: int, objects: Objects, seen: set[int]) -> Iterator[bytes]:
    """Yield the pages under a node of the page tree; a node is entered once."""
    node = objects.get(number, b"")
    if number in seen:
        return
    seen.add(number)
    if b"/Kids" in node:
        for kid in _listed(b"Kids", node, objects):
            yield from _pages(kid, objects, seen)
    else:
        yield node


def _listed(name: bytes, node: bytes, objects: Objects) -> list[int]:
    """Return the objects that an entry refers to: by one reference, by a list, or by a reference to a list."""
    entry = re.search(rb"/" + name + rb"\s*(\[[^\]]*\]|\d+ \d+ R)", node)
    numbers = [int(number) for number in _REFERENCES.findall(entry.group(1))] if entry else []
    inside = objects.get(numbers[0], b"").strip() if len(numbers) == 1 else b""
    return [int(number) for number in _REFERENCES.findall(inside)] if inside.startswith(b"[") else numbers


class _Ink(NamedTuple):
    """How text is drawn at a place: in which font's codes, and whether anything of it is seen."""

    codes: Mapping[int, str]
    mode: int = 0
    white: bool = False


def _drawn(content: bytes, fonts: Mapping[bytes, CodeMap]) -> str:
    ink = _Ink({})
    kept: list[_Ink] = []
    parts: list[str] = []
    for found in _DRAWING.finditer(content):
        if found["keep"] == b"q":
            kept.append(ink)
        elif found["keep"]:
            ink = kept.pop() if kept else ink
        elif found.lastgroup in ("digits", "literal"):
            parts.append(_said(found, ink))
        else:
            ink = _changed(ink, found, fonts)
    return "".join(parts)


def _changed(ink: _Ink, found: re.Match[bytes], fonts: Mapping[bytes, CodeMap]) -> _Ink:
    if found["font"]:
        return ink._replace(codes=fonts.get(found["font"], {}))
    if found["mode"]:
        return ink._replace(mode=int(found["mode"]))
    return ink._replace(white=_is_white(found["ink"].split()))


def _is_white(said: Sequence[bytes]) -> bool:
    *parts, operator = said
    amounts = [float(part) if part.count(b".") < len(part) and part.count(b".") <= 1 else 0.0 for part in parts]
    missing = amounts if operator == b"k" else [1 - amount for amount in amounts]
    return max(missing) < _LEAST_INK


def _said(found: re.Match[bytes], ink: _Ink) -> str:
    if ink.white or ink.mode in _UNINKED:
        return ""
    if ink.codes:
        return _mapped(_bytes(found["digits"], found["literal"]), ink.codes)
    return _string(found["digits"], found["literal"])


def _mapped(raw: bytes, codes: Mapping[int, str]) -> str:
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
