"""An episode as a hospital sends it, and worlds to send it to in many orders, each begun from one prepared world."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import Any

import msgspec

from narrowcast.application.intake import Accepted, read_message
from narrowcast.application.streams import VISIT
from narrowcast.domain.patient import PushApproved, PushHeldBack
from narrowcast.domain.visit import Visit
from narrowcast.domain.visit_report import Identity, Report
from tests.support.newsroom import HOSPITAL, World

HL7 = "x-application/hl7-v2+er7"
PHONE = "+8613900000088"


def message(
    event: str, control_id: str, minute: int, *segments: str, patient: str = "MRN-1", sender: str = "HIS"
) -> bytes:
    """Return an HL7 message of 5 January 2026, 8 o'clock at the hospital and some minutes."""
    at = f"2026010508{minute:02}00"
    head = (
        f"MSH|^~\\&|{sender}|{HOSPITAL}|NC|{HOSPITAL}|{at}||{event}|{control_id}|P|2.5|||||CHN|UNICODE UTF-8",
        f"EVN|{event[4:7]}|{at}",
        f"PID|1||{patient}^^^{HOSPITAL}^MR||样例||19700102|F|||||{PHONE if minute < 2 else ''}",
    )
    return "\r".join((*head, *segments, "")).encode()


VISIT_SEGMENT = "PV1|1|O|ENDO|初诊|||||||||||||||V-1^^^renhe^VN"
EPISODE: tuple[bytes, ...] = (
    message("ADT^A04^ADT_A01", "1", 0, VISIT_SEGMENT, "CON|1|EDU|||||||||A"),
    message(
        "ADT^A08^ADT_A01", "2", 1, VISIT_SEGMENT, "DG1|1||E11.900^糖尿病^ICD-10|||F", "DG1|2||I10.x00^高血压^ICD-10|||F"
    ),
    message("ADT^A08^ADT_A01", "3", 2, VISIT_SEGMENT, "DG1|1||E11.900x001^2型糖尿病^ICD-10|||F", patient="MRN-2"),
    message(
        "ORM^O01^ORM_O01",
        "1",
        3,
        VISIT_SEGMENT,
        "ORC|NW|O-1",
        "RXO|A10BA02^二甲双胍^ATC",
        patient="MRN-2",
        sender="CPOE",
    ),
    message("ADT^A31^ADT_A05", "5", 4, patient="MRN-2"),
    message("ADT^A40^ADT_A39", "6", 5, f"MRG|MRN-1^^^{HOSPITAL}^MR", patient="MRN-2"),
)
"""Registration, diagnoses, one withdrawn by a whole list under another number, a drug, the person, the merge."""


def read(body: bytes) -> tuple[Report, Identity]:
    """Return what the reader of HL7 makes of a message; AssertionError if it refuses it."""
    result = read_message(
        body,
        content_type=HL7,
        hospital=HOSPITAL,
        known_hospitals={HOSPITAL},
        received_at="2026-01-05T00:10:00Z",
    )
    assert isinstance(result, Accepted), result
    return result.report, result.identity


def begun_from(prepared: World) -> World:
    """Return another world in the same state, which shares nothing that changes."""
    kept = {each.name: getattr(prepared, each.name) for each in fields(World) if each.init}
    return World(**{name: _apart(value) for name, value in kept.items()})


def _apart(store: Any) -> Any:
    """Return a store with containers of its own; what lies in them never changes, except for containers again."""
    twin = _own(store) if isinstance(store, dict | set) else copy.copy(store)
    for name, value in getattr(twin, "__dict__", {}).items():
        setattr(twin, name, _own(value))
    return twin


def _own(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: copy.copy(each) if isinstance(each, list | set | dict) else each for key, each in value.items()}
    return copy.copy(value) if isinstance(value, list | set) else value


@dataclass(frozen=True)
class End:
    """What an episode ends in: the visit, the guide's bytes, the decisions on pushes, the messages that left."""

    visit: Visit
    guide: bytes
    decisions: tuple[str, ...]
    sent: tuple[tuple[str, str, str], ...]


def end_of(world: World, visit_id: str) -> End:
    """Look at what the episode ended in; what only names the order (ids, nonces) is left out."""
    state = world.store.load(VISIT, HOSPITAL, visit_id).state
    decided = (e.event for e in world.envelopes() if isinstance(e.event, PushApproved | PushHeldBack))
    pushes = (m for m in world.messenger.sent if "/g/" in m.text)
    return End(
        state,
        msgspec.json.encode(world.guide(visit_id).assembled),
        tuple(sorted(msgspec.json.encode(each, order="sorted").decode() for each in decided)),
        tuple(sorted((m.channel, m.to, re.sub(r"/g/\S+", "/g/…", m.text)) for m in pushes)),
    )


def send(world: World, messages: Iterable[tuple[Report, Identity]]) -> World:
    """Send messages one after the other, letting the log's consumers run in between."""
    for report, identity in messages:
        world.reception.accept(report, identity)
        world.settle()
    return world
