"""Why a guide is as it is: for staff, as data and as a page."""

from __future__ import annotations

from chalice.app import Response

from chalicelib.bodies import answer, key
from chalicelib.gate import Caller, Role, gate
from chalicelib.pages import render_reasons
from chalicelib.reasons import reasons_page
from chalicelib.routes.desk import signed_in
from chalicelib.routes.inbox import staff
from chalicelib.talks import talk_response
from narrowcast.application.hospitals import profile_of
from narrowcast.runtime.bootstrap import composition


@gate.staff("GET", "/guides/{guide_id}/reasons", Role.EDITOR, Role.DOCTOR, Role.NURSE, Role.ADMIN)
def explain_guide(caller: Caller, guide_id: str) -> Response:
    """Say for each section why these pieces, what else was considered, and what was left out by which fact."""
    return answer(composition().explanations.of(caller.hospital, key(guide_id, "guide_id")))


@gate.session(("GET",), "/desk/guides/{guide_id}")
@signed_in
def show_reasons(caller: Caller, guide_id: str) -> Response:
    """Show the same as a page."""
    explained = composition().explanations.of(caller.hospital, key(guide_id, "guide_id"))
    profile = profile_of(composition().store, caller.hospital)
    return talk_response(render_reasons(reasons_page(profile, staff(caller).name, explained)))
