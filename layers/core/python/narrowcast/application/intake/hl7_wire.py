r"""HL7 v2 on the wire: frames, character sets, delimiters, escapes and the header, before anything is understood.

The answer to a message needs the header even when the rest is unreadable, so this module never gives up on it.
The `hl7` package is not used here: its unescape writes the field to the log when a sequence is odd (the field may be
the patient) and turns the bytes of a `\X..\` sequence into characters one by one, which ruins Chinese text.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from narrowcast.application.intake.cells import is_citizen_id
from narrowcast.application.intake.outcome import UnreadableError
from narrowcast.application.intake.reasons import Reason

_MLLP_START, _MLLP_END = b"\x0b", b"\x1c"
_FRAME = re.compile(rb"\x0b([^\x1c]*)")
_BLANK = b" \t\r\n"
_UTF8_MARK = b"\xef\xbb\xbf"
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
_HEADER_BYTES = 8192
_SEGMENT_ENDS = re.compile(r"\r\n|\n|\r")

# HL7 table 0211 and what vendors write instead. GB18030 reads GBK and GB2312 as well; UTF-16 is UTF-8 by then.
# Latin-1 is what engines declare that send nothing but ASCII: more than that is refused, not guessed.
CHARSETS = {
    "unicode utf-16": "utf-8",
    "utf-16": "utf-8",
    "8859/1": "ascii",
    "iso-8859-1": "ascii",
    "us-ascii": "ascii",
    "gb18030-2022": "gb18030",
    "gb 18030-2005": "gb18030",
    "unicode utf-8": "utf-8",
    "unicode": "utf-8",
    "utf-8": "utf-8",
    "utf8": "utf-8",
    "ascii": "ascii",
    "gb 18030-2000": "gb18030",
    "gb18030-2000": "gb18030",
    "gb18030": "gb18030",
    "gb 18030": "gb18030",
    "gbk": "gb18030",
    "cp936": "gb18030",
    "gb2312": "gb18030",
    "gb 2312": "gb18030",
}
_CONTROL_ID = re.compile(r"[!-~]{1,199}")
_CONTROL_ID_FIELD, _SET_FIELD = 10, 18
DEFAULT_ENCODING = "^~\\&"


@dataclass(frozen=True, slots=True)
class Delimiters:
    """The characters of MSH-1 and MSH-2."""

    field: str = "|"
    component: str = "^"
    repetition: str = "~"
    escape: str = "\\"
    subcomponent: str = "&"


@dataclass(frozen=True, slots=True)
class WireMessage:
    """The decoded text with segments ended by a carriage return, and how to read it."""

    text: str
    delimiters: Delimiters
    charset: str


def unframe(body: bytes) -> bytes:
    """Return the message without its MLLP frame, byte order mark and blanks around it; UTF-16 becomes UTF-8."""
    body = _from_utf16(body) if body.startswith(_UTF16_MARKS) else body
    inner = body.strip(_BLANK).removeprefix(_MLLP_START)
    inner = inner.split(_MLLP_END, 1)[0] if body.lstrip(_BLANK).startswith(_MLLP_START) else inner
    return inner.strip(_BLANK).removeprefix(_UTF8_MARK).lstrip(_BLANK)


def frames(body: bytes) -> list[bytes]:
    """Return what stands in each MLLP frame; the body itself if it is not framed."""
    body = _from_utf16(body) if body.startswith(_UTF16_MARKS) else body
    if not body.lstrip(_BLANK).startswith(_MLLP_START):
        return [body]
    return [frame for frame in _FRAME.findall(body) if frame.strip(_BLANK)]


def _from_utf16(body: bytes) -> bytes:
    try:
        return body.decode("utf-16").encode()
    except UnicodeError:
        return body


def open_message(body: bytes, http_charset: str) -> WireMessage:
    """Return the message as text, read in the set that MSH-18 or else the HTTP header names, else in one that fits."""
    raw = unframe(body)
    if len(frames(body)) > 1:
        raise UnreadableError("MSH[2]", Reason.SEVERAL_MESSAGES)
    if raw[:3] in {b"FHS", b"BHS"}:
        raise UnreadableError(raw[:3].decode("ascii"), Reason.SEVERAL_MESSAGES)
    if not raw.startswith(b"MSH"):
        raise UnreadableError("MSH", Reason.NOT_HL7)
    charset = _charset(raw, http_charset)
    text = "\r".join(line for line in _SEGMENT_ENDS.split(raw.decode(charset)) if line.strip())
    if "\rMSH" in text:
        raise UnreadableError("MSH[2]", Reason.SEVERAL_MESSAGES)
    return WireMessage(text, delimiters_of(text), charset)


def _charset(raw: bytes, http_charset: str) -> str:
    declared = _declared(raw) or http_charset
    if not declared:
        return _fitting(raw)
    charset = CHARSETS.get(declared.lower())
    if charset is None:
        raise UnreadableError("MSH-18", Reason.UNKNOWN_CHARSET)
    if not _decodes(raw, charset):
        raise UnreadableError("MSH-18", Reason.BAD_BYTES)
    return charset


def _declared(raw: bytes) -> str:
    fields = header_fields(raw)
    return re.split(r"[~^]", fields[_SET_FIELD], maxsplit=1)[0].strip() if len(fields) > _SET_FIELD else ""


def _decodes(raw: bytes, charset: str) -> bool:
    try:
        raw.decode(charset)
    except UnicodeDecodeError:
        return False
    return True


def _fitting(raw: bytes) -> str:
    """Return UTF-8, or GB18030 if the result is plausible Chinese: almost any bytes decode as something in it."""
    if _decodes(raw, "utf-8"):
        return "utf-8"
    if _decodes(raw, "gb18030") and all(map(_is_plausible, raw.decode("gb18030"))):
        return "gb18030"
    raise UnreadableError("MSH-18", Reason.BAD_BYTES)


def _is_plausible(mark: str) -> bool:
    """Tell whether a hospital types this: ASCII, the two-byte set with its symbols, or a rare ideograph of a name."""
    return mark.isascii() or mark.encode("gbk", "ignore") != b"" or unicodedata.name(mark, "").startswith("CJK")


def delimiters_of(text: str) -> Delimiters:
    """Return the delimiters that the header declares; MSH-2 may leave out the last two."""
    field = text[3:4]
    encoding = text[4:].split(field, 1)[0].split("\r", maxsplit=1)[0] if field else ""
    filled = (encoding + DEFAULT_ENCODING[len(encoding) :])[:4]
    if not re.fullmatch(r"[!-/:-@\[-`{-~]{2,5}", encoding) or not _distinct(field + encoding, field + filled):
        raise UnreadableError("MSH-2", Reason.BAD_DELIMITERS)
    if text[4 + len(encoding) : 5 + len(encoding)] != field:
        raise UnreadableError("MSH-3", Reason.REQUIRED)
    return Delimiters(field, *filled)


def _distinct(*marks: str) -> bool:
    return all(len(set(group)) == len(group) and not group[0].isalnum() for group in marks)


def header_fields(raw: bytes) -> list[str]:
    """Return the header's fields as sent, index n holding MSH-n; empty when there is no header to speak of."""
    line = re.split(rb"[\r\n]", raw[:_HEADER_BYTES], maxsplit=1)[0]
    text = _best_effort(line)
    if not text.startswith("MSH") or len(text) < len("MSH|"):
        return []
    return ["MSH", text[3], *text[4:].split(text[3])]


def control_id(body: bytes) -> str:
    """Return MSH-10 as sent if it is fit to be kept with a refusal, or else an empty string."""
    fields = header_fields(unframe(body))
    sent = fields[_CONTROL_ID_FIELD] if len(fields) > _CONTROL_ID_FIELD else ""
    return sent if _CONTROL_ID.fullmatch(sent) and not is_citizen_id(sent) else ""


def _best_effort(line: bytes) -> str:
    charset = next((charset for charset in ("utf-8", "gb18030") if _decodes(line, charset)), None)
    return line.decode(charset) if charset else line.decode("ascii", errors="replace")


def unescape(text: str, message: WireMessage) -> str:
    """Return a field's text with its escape sequences resolved; formatting and unknown sequences vanish."""
    marks = message.delimiters
    if marks.escape not in text:
        return text
    known = {"F": marks.field, "S": marks.component, "T": marks.subcomponent, "R": marks.repetition, "E": marks.escape}
    odd = re.escape(marks.escape)

    def resolved(sequence: re.Match[str]) -> str:
        name = sequence[1]
        return known.get(name) or (_from_hex(name[1:], message.charset) if name[:1] == "X" else "")

    return re.sub(f"{odd}([^{odd}]*){odd}", resolved, text)


def _from_hex(digits: str, charset: str) -> str:
    return bytes.fromhex(digits).decode(charset, errors="replace") if _is_hex(digits) else "\ufffd"


def _is_hex(digits: str) -> bool:
    return len(digits) % 2 == 0 and re.fullmatch(r"[0-9A-Fa-f]+", digits) is not None
