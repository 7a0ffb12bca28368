"""How long a patient's guide takes on the embedded AWS: from the visit accepted to the push in the patient's app.

Accepted is the moment the hospital system has its answer to POST /visits; sent is the moment the hospital's app was
handed the push, as its stand-in, the outbox, notes it. Both are wall clock of the same machine.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime

from infra.local.http import bearer, send
from tests.bench.site import Hospital, Site
from tests.bench.tables import Cell, Table, rounded, spread

WARM_UP, VISITS, SENDERS = 5, 100, 4
PATIENCE_SECONDS = 60
POLL_SECONDS = 0.02
ACCEPTED = 202


class NotDeliveredError(Exception):
    """A visit was refused, or its push did not come."""


@dataclass(frozen=True)
class Sent:
    """One visit: the patient, how long the answer took in seconds, and when it came (seconds since 1970)."""

    app_user: str
    answered_in: float
    accepted_at: float


def run(site: Site) -> list[Table]:
    """Send visits one after the other, then by several senders at a time."""
    _deliver(site, Hospital(1), WARM_UP, senders=1)
    begun = time.monotonic()
    alone = _deliver(site, Hospital(2), VISITS, senders=1)
    between = time.monotonic()
    together = _deliver(site, Hospital(3), VISITS, senders=SENDERS)
    rates = (VISITS / (between - begun), VISITS / (time.monotonic() - between))
    arrived = _arrivals(site)
    return [
        Table(
            title=f"delivery: milliseconds on the embedded AWS, {VISITS} visits of distinct patients each",
            columns=("what", "p50", "p95", "max"),
            rows=(
                ("1 sender: answer to POST /visits", *_answers(alone)),
                ("1 sender: accepted → push sent", *_pushes(alone, arrived)),
                (f"{SENDERS} senders: answer to POST /visits", *_answers(together)),
                (f"{SENDERS} senders: accepted → push sent", *_pushes(together, arrived)),
            ),
            notes=(
                f"After {WARM_UP} visits to warm up. A sender sends its next visit when the push of the last has come:",
                f"{rounded(rates[0])} visits/s with 1 sender, {rounded(rates[1])} with {SENDERS}.",
                "Push sent: the time at which the hospital app's webhook took the message (outbox `sent_at`).",
            ),
        )
    ]


def _deliver(site: Site, hospital: Hospital, visits: int, *, senders: int) -> list[Sent]:
    def one(number: int) -> Sent:
        sent = _send(site, hospital, number)
        _await_push(site, sent.app_user)
        return sent

    with ThreadPoolExecutor(senders) as pool:
        return list(pool.map(one, range(visits)))


def _send(site: Site, hospital: Hospital, number: int) -> Sent:
    body, url = hospital.visit(number), f"{site.endpoints['api']}/visits"
    headers = {"Content-Type": "application/json", **bearer(site.endpoints["tokens"]["his"])}
    begun = time.perf_counter()
    reply = send("POST", url, body=body, headers=headers)
    sent = Sent(hospital.app_user(number), time.perf_counter() - begun, time.time())
    if reply.status != ACCEPTED:
        raise NotDeliveredError(f"POST /visits: {reply.status} {reply.text}")
    return sent


def _await_push(site: Site, app_user: str) -> None:
    """Watch the outbox's file and not its page, which would ask the emulator each time."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while app_user not in site.home.outbox.read_text("utf-8"):
        if time.monotonic() > deadline:
            raise NotDeliveredError(f"no push for {app_user} within {PATIENCE_SECONDS} s")
        time.sleep(POLL_SECONDS)


def _arrivals(site: Site) -> dict[str, float]:
    """Return when each address had its message, in seconds since 1970."""
    lines = site.home.outbox.read_text("utf-8").splitlines()
    messages = [json.loads(line)["message"] for line in lines]
    return {each["to"]: datetime.fromisoformat(each["sent_at"]).timestamp() for each in messages}


def _answers(sent: Iterable[Sent]) -> tuple[Cell, ...]:
    return spread([1000 * each.answered_in for each in sent])


def _pushes(sent: Iterable[Sent], arrived: dict[str, float]) -> tuple[Cell, ...]:
    return spread([1000 * (arrived[each.app_user] - each.accepted_at) for each in sent])
