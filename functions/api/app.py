"""The HTTP API as one Chalice app: hospital systems, staff, doctors and patients enter here.

`ACCESS` tells infra who may call each route; the gate checks it again at every call.
"""

from __future__ import annotations

from chalicelib.gate import app, gate, handler
from chalicelib.routes import (
    aftercare,
    app_inbox,
    desk,
    editing,
    exports,
    fhir,
    guides,
    hl7,
    inbox,
    intake,
    interop,
    library,
    openapi,
    reasons,
    search,
    shelf,
    signing,
    talks,
    tasks,
    upkeep,
    wechat,
    wishes,
)

__all__ = [
    "ACCESS",
    "aftercare",
    "app",
    "app_inbox",
    "desk",
    "editing",
    "exports",
    "fhir",
    "guides",
    "handler",
    "hl7",
    "inbox",
    "intake",
    "interop",
    "library",
    "openapi",
    "reasons",
    "search",
    "shelf",
    "signing",
    "talks",
    "tasks",
    "upkeep",
    "wechat",
    "wishes",
]

ACCESS = gate.access
