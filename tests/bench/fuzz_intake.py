"""Hostile FHIR, JSON and Infobutton requests: what crashes a reader, what it takes long over, what it answers badly.

    python -m tests.bench fuzz-fhir|fuzz-json|fuzz-infobutton [INPUTS] [--seed 1]

Mutates the payloads of events/triggers (bytes, values anywhere in the document, any Unicode, long and deep ones) and
exits 1 on a crash, an answer over a second, or one that is no OperationOutcome, problem document or feed.
"""

from __future__ import annotations

import argparse
import copy
import json
import random
import time
import traceback
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from narrowcast.application import fhir_outcomes
from narrowcast.application.intake import Accepted, answer, read_message
from narrowcast.application.intake.fhir_notifications import read_fhir_message
from narrowcast.application.intake.outcome import MAX_BODY_BYTES, Context, Refused, UnreadableError
from narrowcast.application.interop import feeds, infobutton
from narrowcast.application.interop.knowledge import Feed
from narrowcast.application.interop.profile import InteropProfile
from narrowcast.domain.errors import Refusal
from tests.bench.tables import say

TRIGGERS = Path(__file__).parents[2] / "events" / "triggers"
NOW = "2026-11-21T02:00:00Z"
SLOWEST_SECONDS = 1.0
MOST_SHOWN = 5
_LARGE_EVERY = 2_000
_PIECES = [
    b"{",
    b"}",
    b"[",
    b"]",
    b'"',
    b",",
    b":",
    b"null",
    b"true",
    b"1e400",
    b"-0",
    b"\\u0000",
    b"\\ud800",
    b"\x00",
    b"\xff",
    b"\xef\xbb\xbf",
    b"99999999999999999999",
    b'"resourceType":"Bundle"',
    b'"entry":[',
    b"Patient/",
    b"Encounter/e1",
    b"urn:uuid:",
    b"2026-13-45",
    b"110101199003071233",
    "\u2028".encode(),
    "金".encode(),
]
_VALUES: list[Any] = [
    None,
    True,
    False,
    0,
    -1,
    10**17,
    1.5,
    "",
    " ",
    "\u0000",
    "\ud800",
    "E11.900",
    "A10BA02",
    "Patient/p1",
    "Encounter/e1",
    "urn:uuid:1",
    "2026-02-30",
    "http://loinc.org",
    "82810-3",
    "entered-in-error",
    [],
    {},
    [[]],
    [{}],
    [None],
    {"reference": "Patient/x"},
    {"coding": [{"code": 7}]},
    "x" * 300,
    "１１０" * 6,
]
_WORDS = [
    "",
    "E11",
    "A10BA02",
    "44054006",
    "PAT",
    "PROV",
    "D008875",
    "60",
    "a",
    "text/xml",
    "application/json",
    "en",
    "zh",
    "2.16.840.1.113883.6.90",
    "2.16.840.1.113883.6.96",
    "13912345678",
    "2型糖尿病",
    "<x>&\"'",
    "\x00",
    "\ud800",
    "9" * 300,
]
_NAMES = [
    "mainSearchCriteria.v.c",
    "mainSearchCriteria.v.cs",
    "mainSearchCriteria.v.dn",
    "mainSearchCriteria.v.ot",
    "subTopic.v.c",
    "taskContext.c.c",
    "ageGroup.v.c",
    "age.v.v",
    "age.v.u",
    "informationRecipient",
    "informationRecipient.languageCode.c",
    "knowledgeResponseType",
    "representedOrganization.id.root",
    "patientPerson.administrativeGenderCode.c",
    "patientPerson.name",
    "birthTime",
    "holder.assignedEntity.n",
    "x",
]


@dataclass(slots=True)
class Figures:
    """What a run found; lists hold the inputs themselves, spelled out by `repr`."""

    inputs: int = 0
    crashes: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    slow: int = 0
    slowest: float = 0.0
    slowest_input: str = ""
    ends: Counter[str] = field(default_factory=Counter)


Make = Callable[[random.Random], Any]
Judge = Callable[[Any], str]
"""Answers an input and returns how it ended; AssertionError if the answer is badly formed."""


# ---- inputs ----


def documents(kind: str) -> Make:
    """Return a maker of bodies from the payloads of a format."""
    bodies = [path.read_bytes() for path in sorted((TRIGGERS / kind).glob("*"))]
    parsed = [json.loads(body) for body in bodies if _is_json(body)]

    def make(dice: random.Random) -> bytes:
        if dice.random() < 0.5:
            return _damaged(dice.choice(bodies), dice)
        document = copy.deepcopy(dice.choice(parsed))
        for _ in range(dice.randint(1, 4)):
            _change(document, dice)
        body = json.dumps(document).encode()
        return _large(body, dice) if dice.randrange(_LARGE_EVERY) == 0 else body

    return make


def _is_json(body: bytes) -> bool:
    try:
        return isinstance(json.loads(body), dict)
    except ValueError:
        return False


def _damaged(body: bytes, dice: random.Random) -> bytes:
    for _ in range(dice.randint(1, 5)):
        start, gone = dice.randrange(len(body) + 1), dice.randint(0, 16)
        body = body[:start] + dice.choice(_PIECES) * dice.choice((1, 1, 1, 9)) + body[start + gone :]
    return body


def _change(document: Any, dice: random.Random) -> None:
    """Put any value anywhere, take something away, or repeat it."""
    place = document
    while isinstance(place, dict | list) and place:
        key = dice.choice(list(place) if isinstance(place, dict) else range(len(place)))
        if isinstance(place[key], dict | list) and place[key] and dice.random() < 0.8:
            place = place[key]
            continue
        place[key] = copy.deepcopy(dice.choice(_VALUES))
        if isinstance(place, list) and dice.random() < 0.2:
            place.extend(place[:3])
        return


def _large(body: bytes, dice: random.Random) -> bytes:
    """Fill a body up to the limit with one thing, or nest it deeply."""
    piece = dice.choice(
        [b"[", b'{"a":', b'{"resource":{"resourceType":"Condition"}},', b'"x",', b"0,", b'{"name":"x"},']
    )
    head = dice.choice([b'{"resourceType":"Bundle","type":"message","entry":[', b'{"diagnoses":[', body[:-1]])
    return head + piece * ((MAX_BODY_BYTES - len(head)) // len(piece))


def query(dice: random.Random) -> dict[str, str]:
    """Make a query of an Infobutton request."""
    names = dice.sample(_NAMES, dice.randint(0, 6))
    found = {name: dice.choice(_WORDS) for name in names}
    if dice.random() < 0.3:
        found["".join(chr(dice.randrange(0x20, 0x2FFF)) for _ in range(dice.randint(1, 30)))] = dice.choice(_WORDS)
    if dice.random() < 0.3:
        found["mainSearchCriteria.v.c"] = "".join(
            chr(dice.randrange(0x1, 0x10FFFF)) for _ in range(dice.randint(1, 40))
        )
    if dice.randrange(_LARGE_EVERY) == 0:
        found["mainSearchCriteria.v.ot"] = dice.choice(_WORDS[1:]) * 20_000
    return found


# ---- answers ----


def judge_fhir(body: bytes) -> str:
    """Answer as POST /fhir does, without a log."""
    try:
        parts = read_fhir_message(body, Context("renhe", {"renhe"}, NOW)).parts
    except UnreadableError as error:
        parts = (Refused((error.problem,), error.status),)
    refused = [part for part in parts if isinstance(part, Refused)]
    issues = [fhir_outcomes.issue_of(problem) for part in refused for problem in part.problems]
    told = json.loads(fhir_outcomes.as_json(fhir_outcomes.outcome(issues or [fhir_outcomes.RECEIVED])).encode())
    assert told["resourceType"] == "OperationOutcome"
    assert all(issue["severity"] and issue["code"] and issue["details"]["text"] for issue in told["issue"])
    assert refused or all(isinstance(part, Accepted) and part.identity.patient_number for part in parts)
    return "refused" if refused else "accepted"


def judge_json(body: bytes) -> str:
    """Answer as POST /visits does for plain JSON, without a log."""
    kind = "application/json"
    result = read_message(body, content_type=kind, hospital="renhe", known_hospitals={"renhe"}, received_at=NOW)
    status, _, text = answer(result, body, content_type=kind, message_id="A-1", at=NOW)
    told = json.loads(text.encode())
    assert status == 202 or told.get("errors") or told["resourceType"] == "OperationOutcome"
    return "accepted" if isinstance(result, Accepted) else "refused"


def judge_infobutton(asked: dict[str, str]) -> str:
    """Read a request and write its (empty) feed both ways; a refusal carries nothing of a value."""
    try:
        infobutton.organization_of(asked)
        criteria = infobutton.read_request(asked, InteropProfile())
    except Refusal as refusal:
        json.dumps([refusal.message, refusal.field], ensure_ascii=False).encode()
        return refusal.code
    feed = Feed("renhe", "仁和医院", "urn:x", datetime(2026, 11, 21, tzinfo=UTC), criteria, ())
    json.loads(feeds.as_json(feed, "https://x.example").encode())
    feeds.atom(feed, "https://x.example").encode()
    return "answered" if criteria.codes or criteria.treatments else "empty"


READERS: dict[str, tuple[Callable[[], Make], Judge]] = {
    "fhir": (lambda: documents("fhir"), judge_fhir),
    "json": (lambda: documents("json"), judge_json),
    "infobutton": (lambda: query, judge_infobutton),
}


def fuzz(reader: str, inputs: int, seed: int) -> Figures:
    """Throw inputs at a reader."""
    prepare, judge = READERS[reader]
    make, dice, figures = prepare(), random.Random(seed), Figures()  # noqa: S311 - test data
    judge(make(random.Random(0)))  # noqa: S311 - reads the tables before anything is timed
    for number in range(1, inputs + 1):
        figures.inputs = number
        given = make(dice)
        started = time.process_time()
        try:
            figures.ends[judge(given)] += 1
        except AssertionError:
            figures.broken.append(repr(given)[:2000])
        except Exception:  # noqa: BLE001 - whatever it is, it is what the run looks for
            figures.crashes.append(f"{traceback.format_exc(limit=-3)}{given!r:.2000}")
        _clock(figures, time.process_time() - started, given)
    return figures


def _clock(figures: Figures, seconds: float, given: object) -> None:
    figures.slow += seconds > SLOWEST_SECONDS
    if seconds > figures.slowest:
        figures.slowest, figures.slowest_input = seconds, repr(given)[:200]


def main(reader: str, arguments: list[str]) -> int:
    """Run and print the figures; 1 if anything was found."""
    parser = argparse.ArgumentParser(prog=f"python -m tests.bench fuzz-{reader}", description=__doc__)
    parser.add_argument("inputs", type=int, nargs="?", default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    started = time.monotonic()
    figures = fuzz(reader, options.inputs, options.seed)
    say(f"{reader}: {figures.inputs} inputs, seed {options.seed}, {time.monotonic() - started:.0f} s")
    say(f"  ends                 {dict(figures.ends)}")
    say(f"  crashes              {len(figures.crashes)}")
    say(f"  bad answers          {len(figures.broken)}")
    say(f"  over {SLOWEST_SECONDS:.0f} s of CPU       {figures.slow}")
    say(f"  slowest              {figures.slowest * 1000:.0f} ms: {figures.slowest_input[:120]}")
    for found in (*figures.crashes[:MOST_SHOWN], *figures.broken[:MOST_SHOWN]):
        say(found)
    return 1 if figures.crashes or figures.broken or figures.slow else 0
