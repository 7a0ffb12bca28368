"""The way to a guide: every route behind its link, but the check itself, is for a device that has passed the check."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from chalice.app import Response

from chalicelib.bodies import cookies
from chalicelib.gate import View, app, gate
from chalicelib.pages import render_check_page
from chalicelib.views import page
from narrowcast.application.readers import Pass
from narrowcast.runtime.bootstrap import composition

STEPS_OF_A_GUIDE = 2
"""`g` and the nonce."""


def guide_route(methods: tuple[str, ...], path: str) -> Callable[[View], View]:
    """Register a view of a guide (`/g/{token}…`); a device that has not passed is asked who reads instead."""

    def register(view: View) -> View:
        @wraps(view)
        def known_only(token: str, **more: str) -> Response:
            if not composition().readers.knows(token, cookies()):
                return ask_who_reads(token)
            return view(token, **more)

        return gate.link(methods, path)(known_only)

    return register


def ask_who_reads(token: str, *, wrong: bool = False) -> Response:
    """Return the page that asks; the same for every link, whether it opens something or not."""
    request = app.current_request
    method, path = (str(request.method), str(request.path)) if request else ("GET", "")
    steps = path.strip("/").split("/")
    deeper = len(steps) - STEPS_OF_A_GUIDE
    action = "../" * (deeper - 1) + "check" if deeper > 0 else f"{token}/check"
    refused = wrong or method == "POST"
    return page(render_check_page(action, wrong=wrong), 403 if refused else 200)


def admitted_to(location: str, admitted: Pass) -> dict[str, str | list[str]]:
    """Return the headers that lead a device on that has passed; no script reads its cookie, no other site sends it."""
    rules = f"Max-Age={admitted.seconds}; Path=/; HttpOnly; Secure; SameSite=Lax"
    cookie = f"{admitted.name}={admitted.value}; {rules}"
    return {"Location": location, "Set-Cookie": cookie, "Cache-Control": "no-store"}
