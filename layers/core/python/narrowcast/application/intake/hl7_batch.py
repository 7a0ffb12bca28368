"""Batches of HL7 messages (chapter 2: FHS, BHS, BTS, FTS): taken apart into messages, answered as a batch of ACKs.

Each message is judged and answered on its own; one that is bad loses none of the others. A trailer that counts other
than what came is told in the answer's trailer, not refused: the messages that are there are whole.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from narrowcast.application.intake import hl7_wire
from narrowcast.application.intake.hl7_ack import APPLICATION, Header, stamp
from narrowcast.application.intake.reasons import Reason

if TYPE_CHECKING:
    from collections.abc import Sequence

MAX_MESSAGES = 100
_SEGMENT = re.compile(rb"[^\r\n]+[\r\n]*")
_CONTROL_ID = 11
_MISCOUNTED = "尾段所记条数与实际不符"


@dataclass(slots=True)
class Group:
    """One batch: its header and trailer as sent (empty if there is none) and its messages."""

    header: bytes = b""
    messages: list[bytes] = field(default_factory=list)
    trailer: bytes = b""


@dataclass(slots=True)
class Batch:
    """A file of batches, or a single one."""

    file_header: bytes = b""
    groups: list[Group] = field(default_factory=list)
    file_trailer: bytes = b""

    @property
    def messages(self) -> list[bytes]:
        """Every message, in order."""
        return [message for group in self.groups for message in group.messages]


def is_batch(body: bytes) -> bool:
    """Tell whether the body is one batch or one file of batches."""
    return len(hl7_wire.frames(body)) == 1 and hl7_wire.unframe(body)[:3] in {b"FHS", b"BHS"}


def open_batch(body: bytes) -> Batch:
    """Take a batch apart. Segments before the first message that belong to none are left out."""
    batch = Batch()
    for line in _SEGMENT.findall(hl7_wire.unframe(body)):
        _place(batch, line[:3], line)
    return batch


def _place(batch: Batch, name: bytes, line: bytes) -> None:
    if name == b"FHS":
        batch.file_header = line
    elif name == b"FTS":
        batch.file_trailer = line
    elif name == b"BHS" or not batch.groups:
        batch.groups.append(Group(header=line if name == b"BHS" else b"", messages=[line] if name == b"MSH" else []))
    elif name == b"BTS":
        batch.groups[-1].trailer = line
    elif name == b"MSH":
        batch.groups[-1].messages.append(line)
    elif batch.groups[-1].messages:
        batch.groups[-1].messages[-1] += line


def fault_of(batch: Batch) -> Reason | None:
    """Return why a batch is refused as a whole, if it is."""
    if not batch.messages:
        return Reason.REQUIRED
    return Reason.TOO_MANY if len(batch.messages) > MAX_MESSAGES else None


def acknowledge_batch(batch: Batch, answers: Sequence[str], *, message_id: str, at: str) -> str:
    """Return the answers, one for each message in order, in the same batches."""
    left = iter(answers)
    told = "".join(
        _group(group, [next(left) for _ in group.messages], f"{message_id}-{number}", at)
        for number, group in enumerate(batch.groups, 1)
    )
    if not batch.file_header:
        return told
    return _head("FHS", batch.file_header, message_id, at) + told + _tail("FTS", batch.file_trailer, len(batch.groups))


def _group(group: Group, answers: Sequence[str], message_id: str, at: str) -> str:
    inner = "".join(answers)
    if not group.header:
        return inner
    return _head("BHS", group.header, message_id, at) + inner + _tail("BTS", group.trailer, len(answers))


def _head(name: str, received: bytes, message_id: str, at: str) -> str:
    """Return the header of an answer: FHS and BHS have the fields of MSH up to the seventh."""
    header = Header.of(b"MSH" + received[3:])
    here = header.sent(5) or APPLICATION
    fields = [name, header.encoding, here, header.sent(6), header.sent(3), header.sent(4), stamp(at)]
    fields += ["", "", "", header.escaped(message_id), header.sent(_CONTROL_ID)]
    return header.marks.field.join(fields) + "\r"


def _tail(name: str, received: bytes, count: int) -> str:
    claimed = received[4:].split(received[3:4] or b"|", 1)[0].strip() if received else b""
    differs = claimed not in {b"", str(count).encode()}
    return f"{name}|{count}" + (f"|{_MISCOUNTED}" if differs else "") + "\r"
