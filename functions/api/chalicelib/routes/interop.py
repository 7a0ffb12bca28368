"""What systems of the hospital ask while a doctor works: knowledge (Infobutton), cards at discharge (CDS Hooks).

A browser launches Infobutton without any header, so it and what it links to are public: general, signed texts of a
hospital that registered its OID for this, and nothing of anybody. CDS clients come with the hospital's key.
"""

from __future__ import annotations

from typing import Any

from chalice.app import Response

from chalicelib.bodies import answer, key, query, read
from chalicelib.gate import Caller, gate
from chalicelib.views import link_refusal
from narrowcast.application.interop import cds_hooks, feeds, infobutton
from narrowcast.application.interop.knowledge import Feed
from narrowcast.domain.errors import Refusal
from narrowcast.runtime.bootstrap import composition

PIECE_HEADERS: dict[str, str | list[str]] = {
    "Content-Type": "text/html; charset=utf-8",
    # The text brings its own style sheet; nothing else is loaded and nothing is sent.
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}


class PieceUnknown(Refusal):
    """No such piece, or it may not be shown now, or its hospital gives none out here."""


_NOT_SHOWN = PieceUnknown("没有这篇内容，或当前不可提供", field="content_id")


@gate.public("GET", "/infobutton")
def answer_infobutton() -> Response:
    """Answer an Infobutton request with a feed of signed pieces, empty when nothing fits."""
    feed = composition().knowledge.answer(query())
    kind = feed.criteria.response_type
    return Response(_written(feed, kind), {"Content-Type": f"{kind}; charset=utf-8", "Cache-Control": "no-store"})


def _written(feed: Feed, kind: str) -> str:
    write = feeds.as_json if kind == infobutton.JSON else feeds.atom
    return write(feed, composition().base_url)


@gate.public("GET", "/library/{hospital}/{content_id}")
def show_piece(hospital: str, content_id: str) -> Response:
    """Show a signed piece with its sources, its signer and its label."""
    try:
        if composition().public_library.piece(hospital, key(content_id, "content_id")) is None:
            return link_refusal(_NOT_SHOWN)
        data = composition().exports.export(hospital, key(content_id, "content_id"), "html", public=True)
    except Refusal:
        return link_refusal(_NOT_SHOWN)
    return Response(data.decode(), PIECE_HEADERS)


@gate.public("GET", "/cds-services")
def list_cds_services() -> Response:
    """List the CDS Hooks services."""
    return answer(cds_hooks.services())


@gate.client("POST", "/cds-services/{service_id}")
def call_cds_service(caller: Caller, service_id: str) -> Response:
    """Offer the guide of a visit to the doctor who discharges the patient."""
    cards = composition().card_desk.offer(caller.hospital, service_id, read(dict[str, Any]), composition().base_url)
    return answer(cards)


@gate.client("POST", "/cds-services/{service_id}/feedback")
def hear_cds_feedback(caller: Caller, service_id: str) -> Response:
    """Record what doctors did with cards."""
    heard = composition().card_desk.hear(caller.hospital, service_id, read(dict[str, Any]))
    return answer({"heard": heard})
