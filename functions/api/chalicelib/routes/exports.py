"""Signed pieces as files to hand on, in the text forms; each bears both AI labels."""

from __future__ import annotations

from chalice.app import Response

from chalicelib.bodies import key
from chalicelib.gate import Caller, Role, gate
from narrowcast.runtime.bootstrap import composition

READERS = (Role.EDITOR, Role.DOCTOR, Role.NURSE, Role.ADMIN)
MEDIA_TYPES = {"html": "text/html", "md": "text/markdown", "txt": "text/plain", "json": "application/json"}


@gate.staff("GET", "/contents/{content_id}/export/{form}", *READERS)
def export_content(caller: Caller, content_id: str, form: str) -> Response:
    """Give a signed piece out as a file; what may not be shown now may not be exported either."""
    data = composition().exports.export(caller.hospital, key(content_id, "content_id"), form)
    return Response(data.decode(), _headers(f"{content_id}.{form}", MEDIA_TYPES[form]))


def _headers(name: str, media_type: str) -> dict[str, str | list[str]]:
    """Return headers that make a browser keep the file and not open it. The name is ASCII: ids and forms are."""
    return {
        "Content-Type": f"{media_type}; charset=utf-8",
        "Content-Disposition": f'attachment; filename="{name}"',
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store",
    }
