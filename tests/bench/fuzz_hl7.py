"""Hostile bytes against the door for HL7: what crashes it, gets no valid acknowledgement, or takes over a second.

    python -m tests.bench fuzz-hl7 [INPUTS] [--seed 1]

Mutates the messages of events/triggers/hl7 (bytes, fields, segments, character sets, sizes up to 256 KB) and throws in
raw bytes; exits 1 if anything is found. Everything of the door is real but what is behind it: nothing is stored.
Deterministic under its seed.
"""

from __future__ import annotations

import argparse
import gc
import random
import re
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from narrowcast.adapters.memory.event_log import MemoryEventLog
from narrowcast.adapters.memory.key_ring import MemoryKeyRing
from narrowcast.adapters.memory.receipts import MemoryCodeMaps
from narrowcast.adapters.memory.stores import MemoryVault
from narrowcast.adapters.memory.time_and_ids import FixedClock, SequentialIds
from narrowcast.application.hl7_desk import Hl7Desk, Told
from narrowcast.application.ports import Receipt, RefusedMessage
from narrowcast.application.store import Store
from narrowcast.application.visits import AcceptedVisit, Pseudonyms, Reception
from narrowcast.domain.visit import Visit
from narrowcast.domain.visit_report import Identity, Report
from tests.bench.tables import say

TRIGGERS = Path(__file__).parents[2] / "events" / "triggers" / "hl7"
LARGEST = 256 * 1024
SLOW_SECONDS = 1.0
MOST_SHOWN = 10
TYPES = ("x-application/hl7-v2+er7",) * 6 + (
    "application/hl7-v2; charset=GBK",
    "application/hl7-v2; charset=utf-8",
    "text/plain; charset=q",
)
PIECES = (
    *(bytes([mark]) for mark in b'|^~\\&\r\n\x0b\x1c\x00\xff"0AE.-x'),
    *(
        b"\r\n",
        b'""',
        b"\\X0D\\",
        b"\\XE7\\",
        b"\\E\\",
        b"\\F\\",
        b"\\.br\\",
        b"\xef\xbb\xbf",
        b"\xff\xfe",
        b"\x81\x30",
    ),
    *(b"MSH|^~\\&|", b"\rMSH|^~\\&|", b"\rPID|", b"\rPV1|1|O", b"\rDG1|1||E11.9^^ICD-10", b"\rOBX|1|NM|62238-1||"),
    *(
        b"\rORC|NW",
        b"\rRXE||6809^^RXNORM",
        b"\rAL1|1|DA|^",
        b"\rPR1|1||36.07",
        b"\rMRG|P1",
        b"FHS|^~\\&|",
        b"\rBHS|^~\\&",
    ),
    *(b"\rBTS|1", b"\rFTS|1", b"\rZZZ|", b"ADT^A40", b"ORU^R01", b"GB18030", b"UNICODE UTF-16", b"2.8", b"99999999999"),
    *("糖尿病".encode(), "盐酸二甲双胍片".encode("gbk"), "\u2028".encode(), b"11010519491231002X", b"13800138000"),
)
_ACK = re.compile(r"MSH(.)[^\r]*\rMSA\1([AC][AER])(?:\1[^\r]*)?\r((?:ERR\1[^\r]*\r)*)")
_FRAME = re.compile(r"(?:^|(?<=\r))(?:[FB]HS[^\r]*\r|[FB]TS\|[^\r]*\r)")


@dataclass(slots=True)
class Figures:
    """What a run found; lists hold the inputs, spelled out by `repr`."""

    inputs: int = 0
    codes: Counter[str] = field(default_factory=Counter)
    crashes: list[str] = field(default_factory=list)
    invalid: list[str] = field(default_factory=list)
    slow: list[str] = field(default_factory=list)
    slowest: float = 0.0


class _Nowhere:
    """Receipts and refusals that keep nothing."""

    def first(self, _key: str, receipt: Receipt) -> Receipt:
        return receipt

    def keep(self, refused: RefusedMessage, raw: bytes) -> None:
        """Forget it."""

    def list(self, hospital: str) -> None:
        """Nothing is kept."""


class _Unrecorded(Reception):
    """A reception that writes nothing."""

    def accept(self, report: Report, identity: Identity) -> AcceptedVisit:  # noqa: ARG002 - as its parent
        return AcceptedVisit("v-1", "p-1", 1, Visit())


def desk() -> Hl7Desk:
    """Return the door for HL7 with nothing behind it."""
    store = Store(MemoryEventLog(), FixedClock(), SequentialIds())
    reception = _Unrecorded(store, MemoryVault(MemoryKeyRing()), Pseudonyms(b"k"))
    nowhere = _Nowhere()
    return Hl7Desk(reception, nowhere, nowhere, MemoryCodeMaps(), b"known")  # type: ignore[arg-type] # nobody lists here


# ---- inputs ----


def _splice(body: bytes, dice: random.Random) -> bytes:
    start = dice.randrange(len(body) + 1)
    return body[:start] + dice.choice(PIECES) + body[start + dice.choice((0, 0, 1, 3, 12)) :]


def _flip(body: bytes, dice: random.Random) -> bytes:
    changed = bytearray(body)
    for _ in range(dice.randint(1, 8)):
        if changed:
            changed[dice.randrange(len(changed))] = dice.randrange(256)
    return bytes(changed)


def _segments(body: bytes, dice: random.Random) -> bytes:
    """Drop, double or move segments."""
    lines = re.split(rb"(?<=[\r\n])", body)
    at, to = dice.randrange(len(lines)), dice.randrange(len(lines))
    how = dice.randrange(3)
    line = lines[at] if how == 0 else lines.pop(at)
    return b"".join([*lines[:to], line, *lines[to:]] if how < 2 else lines)


def _fields(body: bytes, dice: random.Random) -> bytes:
    """Put one field in the place of another."""
    parts = body.split(b"|")
    parts[dice.randrange(len(parts))] = dice.choice(parts)
    return b"|".join(parts)


def _cut(body: bytes, dice: random.Random) -> bytes:
    return body[: dice.randrange(len(body) + 1)]


def _recode(body: bytes, dice: random.Random) -> bytes:
    return body.decode("utf-8", "replace").encode(dice.choice(("gb18030", "utf-16", "latin-1", "utf-8-sig")), "replace")


def _repeat(body: bytes, dice: random.Random) -> bytes:
    """Repeat a stretch until the body is long; one time in two hundred, until the largest that is read."""
    start = dice.randrange(len(body) + 1)
    stretch = body[start : start + dice.randint(1, 80)] or b"|"
    size = LARGEST if dice.randrange(200) == 0 else dice.randint(1, 2000)
    return (body[:start] + stretch * (size // len(stretch)) + body[start:])[:LARGEST]


MUTATIONS: tuple[Callable[[bytes, random.Random], bytes], ...] = (
    *(_splice, _splice, _splice, _splice, _flip, _flip),
    *(_segments, _segments, _fields, _fields, _cut, _recode, _repeat),
)


def made(seeds: list[bytes], dice: random.Random) -> bytes:
    """Return the next input."""
    if dice.random() < 0.03:
        return dice.choice((b"", b"MSH", b"MSH|^~\\&|", b"\x0bMSH")) + dice.randbytes(dice.randrange(300))
    head, rest = _parted(dice.choice(seeds), dice)
    for _ in range(dice.randint(1, 4)):
        rest = dice.choice(MUTATIONS)(rest, dice)
    return (head + rest)[:LARGEST]


def _parted(body: bytes, dice: random.Random) -> tuple[bytes, bytes]:
    """Spare the header two times in three: behind a broken one nothing is read."""
    end = max(body.find(b"\r"), body.find(b"\n")) + 1
    return (body[:end], body[end:]) if dice.random() < 2 / 3 else (b"", body)


# ---- what must hold ----


def is_valid(told: Told) -> bool:
    """Tell whether an answer is one acknowledgement or a batch of them, each with ERR exactly when it refuses."""
    rest = _FRAME.sub("", told.text) if told.text.startswith(("FHS", "BHS")) else told.text
    found = list(_ACK.finditer(rest))
    whole = "".join(each[0] for each in found) == rest and bool(found)
    return whole and all(each[2].endswith("A") is not bool(each[3]) for each in found)


def fuzz(inputs: int, seed: int) -> Figures:
    """Throw inputs at the door, the garbage collector held back while it is timed."""
    figures, dice, door = Figures(), random.Random(seed), desk()  # noqa: S311 - test data
    seeds = [path.read_bytes() for path in sorted(TRIGGERS.iterdir())]
    door.receive("renhe", seeds[0])
    gc.freeze()
    gc.disable()
    for number in range(1, inputs + 1):
        figures.inputs = number
        _judge(door, made(seeds, dice), dice.choice(TYPES), figures)
        if number % 20_000 == 0:
            gc.collect()
            say(f"{number}: {_summary(figures)}")
    return figures


def _judge(door: Hl7Desk, body: bytes, content_type: str, figures: Figures) -> None:
    started = time.process_time()
    try:
        told = door.receive("renhe", body, content_type)
    except Exception:  # noqa: BLE001 - whatever it is, it is what the run looks for
        figures.crashes.append(f"{traceback.format_exc(limit=-3)}{body[:2000]!r} {content_type}")
        return
    seconds = time.process_time() - started
    figures.slowest = max(figures.slowest, seconds)
    figures.slow += [repr(body[:200])] if seconds > SLOW_SECONDS else []
    figures.invalid += [] if is_valid(told) else [f"{told.text!r} for {body[:2000]!r} {content_type}"]
    figures.codes[(_ACK.search(told.text) or {2: "?"})[2]] += 1


def _summary(figures: Figures) -> str:
    counted = ", ".join(f"{code} {count}" for code, count in sorted(figures.codes.items()))
    bad = f"crashes {len(figures.crashes)}, invalid {len(figures.invalid)}, over 1 s {len(figures.slow)}"
    return f"{counted}; {bad}; slowest {figures.slowest:.3f} s of CPU"


def main(arguments: list[str] | None = None) -> int:
    """Run, print, and return 1 if anything was found."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench fuzz-hl7")
    parser.add_argument("inputs", nargs="?", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    started = time.monotonic()
    figures = fuzz(options.inputs, options.seed)
    say(f"{figures.inputs} inputs in {time.monotonic() - started:.0f} s: {_summary(figures)}")
    found = [*figures.crashes, *figures.invalid, *figures.slow]
    for each in found[:MOST_SHOWN]:
        say(f"\n{each}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
