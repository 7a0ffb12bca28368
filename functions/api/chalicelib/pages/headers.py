"""The response headers every page is sent with: no scripts but our own, no other origin, no cache, no index."""

from __future__ import annotations

import base64
import hashlib

from chalicelib.pages.rendering import GUIDE_SCRIPT, GUIDE_STYLE, INBOX_SCRIPT, STYLE, TALK_SCRIPT, TALK_STYLE


def _policy(style: str, *more: str) -> str:
    return "; ".join(
        (
            "default-src 'none'",
            f"style-src {_source(style)}",
            *more,
            "img-src data:",
            "form-action 'self'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        )
    )


def _source(file: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(file.encode()).digest()).decode()}'"


CONTENT_SECURITY_POLICY = _policy(STYLE)

SECURITY_HEADERS = {
    "Content-Type": "text/html; charset=utf-8",
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
    "Cache-Control": "no-store",
}

_SCRIPTS = f"script-src {_source(TALK_SCRIPT)} {_source(INBOX_SCRIPT)}"

TALK_HEADERS = {
    **SECURITY_HEADERS,
    "Content-Security-Policy": _policy(TALK_STYLE, _SCRIPTS, "connect-src 'self'"),
}
"""For the pages of conversations: their scripts may ask this API for what is new."""

GUIDE_HEADERS = {
    **SECURITY_HEADERS,
    "Content-Security-Policy": _policy(GUIDE_STYLE, f"script-src {_source(GUIDE_SCRIPT)}", "connect-src 'self'"),
}
"""For a patient's guide: its one script may tell this API that the guide was opened and read."""
