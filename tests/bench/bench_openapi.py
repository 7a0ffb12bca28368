"""Requests that a stranger makes of the OpenAPI document, many for each route: which of them meet a fault of ours."""

from __future__ import annotations

import time
from functools import partial

from infra.local import stack
from infra.local.demo_users import Person
from infra.local.http import get
from tests.bench.site import Site
from tests.bench.tables import Table
from tests.support.strangers import Stranger, credentials_of

EXAMPLES = 60
SIGNER = "sg-chen"


def run(site: Site) -> list[Table]:
    """Ask, and tell how the answers ended."""
    document = get(f"{site.endpoints['api']}/openapi.json").json
    doctor = stack.token(site.directory, Person("doctor", SIGNER))
    headers = partial(credentials_of, site.endpoints["tokens"], doctor, document)
    stranger = Stranger(site.endpoints["api"], headers, EXAMPLES)
    started = time.monotonic()
    stranger.ask_everything(document)
    asked = f"{stranger.calls} requests in {time.monotonic() - started:.0f} s, {EXAMPLES} of each kind for each route"
    return [
        Table(
            title="schemathesis: how requests made of the OpenAPI document ended",
            columns=("status", "answers"),
            rows=tuple(sorted((str(status), number) for status, number in stranger.statuses.items())),
            notes=(asked,),
            broken=tuple(f"{route}: {told}" for route, told in stranger.faults.items()),
        )
    ]
