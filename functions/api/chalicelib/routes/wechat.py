"""The address that a hospital's WeChat official account calls: every call proves itself by WeChat's signature."""

from __future__ import annotations

from chalice.app import Response

from chalicelib.bodies import query, raw_body
from chalicelib.gate import gate
from narrowcast.runtime.bootstrap import composition

NO_STORE: dict[str, str | list[str]] = {"Cache-Control": "no-store"}


@gate.public("GET", "/wechat/{hospital}")
def verify_wechat(hospital: str) -> Response:
    """Prove to WeChat that this address is the hospital's."""
    echo = composition().wechat_desk.prove(hospital, query())
    return Response(echo, {"Content-Type": "text/plain; charset=utf-8", **NO_STORE})


@gate.public("POST", "/wechat/{hospital}")
def receive_wechat(hospital: str) -> Response:
    """Take a message and reply to it, or say that the answer comes later."""
    reply = composition().wechat_desk.receive(hospital, query(), raw_body())
    kind = "application/xml" if reply.startswith("<xml>") else "text/plain"
    return Response(reply, {"Content-Type": f"{kind}; charset=utf-8", **NO_STORE})
