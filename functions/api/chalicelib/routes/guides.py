"""The patient's link, and what staff see of guides: who got what, and where nothing signed was there to give."""

from __future__ import annotations

from chalice.app import Response

from chalicelib.aftercare import guide_response
from chalicelib.bodies import answer, form, key
from chalicelib.gate import Caller, Role, gate
from chalicelib.pages import render_result_page, results
from chalicelib.problems import Malformed
from chalicelib.readers import admitted_to, ask_who_reads, guide_route
from chalicelib.views import hospital_name, link_refusal, page
from narrowcast.application.projections import count_gaps
from narrowcast.application.readers import NotTheReader
from narrowcast.application.streams import GUIDE
from narrowcast.application.unmapped import count_unmapped
from narrowcast.domain.errors import Refusal
from narrowcast.domain.vocabulary import Section
from narrowcast.runtime.bootstrap import composition

READERS = (Role.EDITOR, Role.DOCTOR, Role.NURSE, Role.ADMIN)


@gate.link(("POST",), "/g/{token}/check")
def check_reader(token: str) -> Response:
    """Let a device in whose holder knows what only the patient does; then lead to the guide."""
    try:
        admitted = composition().readers.admit(token, form().get("factor", ""))
    except NotTheReader:
        return ask_who_reads(token, wrong=True)
    return Response("", admitted_to(f"../{token}", admitted), 303)


@guide_route(("GET", "HEAD"), "/g/{token}")
def show_guide(token: str) -> Response:
    """Show the guide."""
    try:
        behind = composition().reading_room.behind(token)
        opened = composition().reading_room.show_guide(behind.hospital, behind.key)
    except Refusal as refusal:
        return link_refusal(refusal)
    return guide_response(token, behind.hospital, behind.key, opened)


@guide_route(("POST",), "/g/{token}/feedback")
def answer_section(token: str) -> Response:
    """Record 看懂了 or 有疑问, then show the section again."""
    try:
        section, understood = _feedback()
        composition().reading_room.answer(token, section, understood=understood)
    except Refusal as refusal:
        return link_refusal(refusal)
    return Response("", {"Location": f"../{token}#{section}", "Cache-Control": "no-store"}, 303)


@guide_route(("POST",), "/g/{token}/refuse")
def refuse_guides(token: str) -> Response:
    """Withdraw the consent to personal education."""
    try:
        opened = composition().reading_room.show(token)
        composition().reading_room.refuse(token)
    except Refusal as refusal:
        return link_refusal(refusal)
    return page(render_result_page(results.no_more_guides(hospital_name=hospital_name(opened.hospital))))


def _feedback() -> tuple[Section, bool]:
    fields = form()
    try:
        section = Section(fields.get("section", ""))
    except ValueError:
        raise Malformed("没有这个部分", field="section") from None
    if fields.get("answer") not in ("understood", "questioned"):
        raise Malformed("请选择“看懂了”或“有疑问”", field="answer")
    return section, fields["answer"] == "understood"


@gate.staff("GET", "/guides", *READERS)
def list_guides(caller: Caller) -> Response:
    """List guides: pseudonyms, sections, gaps, pushes, answers."""
    return answer({"guides": list(composition().read.query(f"{caller.hospital}/guide"))})


@gate.staff("GET", "/guides/{guide_id}", *READERS)
def show_guide_record(caller: Caller, guide_id: str) -> Response:
    """Show a guide as the log has it."""
    state = composition().store.load(GUIDE, caller.hospital, key(guide_id, "guide_id")).state
    return answer({"guide_id": guide_id, "guide": state.made, "state": state})


@gate.staff("GET", "/gaps", *READERS)
def list_gaps(caller: Caller) -> Response:
    """Count the sections for which patients found nothing signed, most frequent first."""
    return answer({"gaps": count_gaps(composition().read, caller.hospital)})


@gate.staff("GET", "/unmapped-codes", *READERS)
def list_unmapped_codes(caller: Caller) -> Response:
    """Count the codes of hospital messages that no map knows, most frequent first."""
    return answer({"codes": count_unmapped(composition().read, caller.hospital)})
