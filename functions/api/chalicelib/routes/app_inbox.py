"""The inbox of the hospital's own app, and the door from it to a guide."""

from __future__ import annotations

from dataclasses import dataclass

from chalice.app import Response

from chalicelib.bodies import answer, query, read
from chalicelib.gate import Caller, gate
from chalicelib.readers import admitted_to, ask_who_reads
from narrowcast.application.readers import NotTheReader
from narrowcast.runtime.bootstrap import composition


@dataclass(frozen=True, slots=True)
class AppSession:
    """The app's assertion of who is signed in: base64url JSON {"patient_number", "expires"} and its HMAC, by a dot."""

    session: str


@gate.client("POST", "/app/inbox")
def open_inbox(caller: Caller) -> Response:
    """List the guides of whoever is signed in to the hospital's app."""
    guides = composition().app_inbox.open(caller.hospital, read(AppSession).session)
    base = composition().base_url
    listed = [
        {
            "guide_id": each.guide_id,
            "edition": each.edition,
            "sections": each.sections,
            "url": f"{base}{each.path}",
        }
        for each in guides
    ]
    return answer({"guides": listed})


@gate.link(("GET",), "/g/{token}/enter")
def enter_from_app(token: str) -> Response:
    """Let a device in that the hospital's app vouched for a moment ago. Changes nothing: the pass is the device's."""
    try:
        admitted = composition().readers.enter(token, query().get("pass", ""))
    except NotTheReader:
        return ask_who_reads(token)
    return Response("", admitted_to(f"../{token}", admitted), 303)
