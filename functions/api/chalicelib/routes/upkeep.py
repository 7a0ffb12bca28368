"""What keeps the library right: recalls as they go, what patients lack, and the doctor's form for key points."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from functools import partial

from chalice.app import Response

from chalicelib.bodies import answer, form, key, query
from chalicelib.gate import Caller, Role, gate
from chalicelib.pages import (
    render_backlog,
    render_key_points,
    render_recalls,
    render_result_page,
    results,
)
from chalicelib.problems import Malformed
from chalicelib.routes.desk import own_origin, redirect, signed_in_as
from chalicelib.talks import talk_response
from chalicelib.upkeep import backlog_page, key_points_page, recalls_page
from chalicelib.views import hospital_name, link_refusal, page
from narrowcast.application.backlog import GivenPoints, KeyPointsUnclear
from narrowcast.application.hospitals import profile_of
from narrowcast.application.links import WrongCode
from narrowcast.application.streams import FACT
from narrowcast.domain.draft import Source
from narrowcast.domain.errors import Refusal
from narrowcast.domain.vocabulary import SourceKind
from narrowcast.runtime.bootstrap import composition

KEEPERS = (Role.EDITOR, Role.DOCTOR, Role.ADMIN)
FIELDS = ("text", "kind", "title", "publisher", "year", "locator", "valid_until", "code")


@gate.staff("GET", "/recalls", *KEEPERS)
def list_recalls(caller: Caller) -> Response:
    """List recalls with how far they have come: what could do harm first."""
    return answer({"recalls": [asdict(each) for each in composition().recall_register.all(caller.hospital)]})


@gate.staff("GET", "/backlog", *KEEPERS)
def list_backlog(caller: Caller) -> Response:
    """List what patients lack, most patients first."""
    return answer({"entries": [asdict(each) for each in composition().backlog.entries(caller.hospital)]})


@gate.staff("POST", "/backlog/{item}/ask", *KEEPERS)
def ask_for_key_points(caller: Caller, item: str) -> Response:
    """Send the right doctor a form for key points on an entry; the same again changes nothing."""
    asked = composition().backlog.ask(caller.hospital, key(item, "item"), caller.actor)
    return answer({"item": item, "signer_id": asked.signer_id, "expires_at": asked.expires_at}, 202)


@gate.session(("GET",), "/desk/recalls")
@signed_in_as(*KEEPERS)
def show_recalls(caller: Caller) -> Response:
    """Show recalls in counts; of the one that `prove` names, also whether the log tells of the same guides."""
    profile = profile_of(composition().store, caller.hospital)
    register = composition().recall_register
    recalls, asked = register.all(caller.hospital), query().get("prove", "")
    proved = {each.recall: register.prove(caller.hospital, asked) for each in recalls if each.recall == asked}
    words = partial(_words, caller.hospital)
    return talk_response(render_recalls(recalls_page(profile, recalls, caller, words, proved)))


def _words(hospital: str, fact_id: str) -> str:
    statement = composition().store.load(FACT, hospital, fact_id).state.statement
    return statement.text if statement else ""


@gate.session(("GET",), "/desk/backlog")
@signed_in_as(*KEEPERS)
def show_backlog(caller: Caller) -> Response:
    """Show what patients lack."""
    profile = profile_of(composition().store, caller.hospital)
    entries = composition().backlog.entries(caller.hospital)
    return talk_response(render_backlog(backlog_page(profile, entries, caller)))


@gate.session(("POST",), "/desk/backlog/{item}")
@signed_in_as(*KEEPERS)
def begin_topic(caller: Caller, item: str) -> Response:
    """Send the right doctor the form: one click."""
    own_origin()
    composition().backlog.ask(caller.hospital, key(item, "item"), caller.actor)
    return redirect("../backlog")


@gate.link(("GET", "HEAD"), "/keypoints/{nonce}")
def show_key_points(nonce: str) -> Response:
    """Show the doctor what is wanted."""
    try:
        shown = composition().key_points_desk.show(nonce)
    except Refusal as refusal:
        return link_refusal(refusal)
    return talk_response(render_key_points(key_points_page(shown), nonce))


@gate.link(("POST",), "/keypoints/{nonce}")
def give_key_points(nonce: str) -> Response:
    """Take her key points: they become facts proposed in her name."""
    fields: Mapping[str, str] = {}
    try:
        given = form()
        fields = {name: given.get(name, "").strip() for name in FIELDS}
        shown = composition().key_points_desk.show(nonce)
        facts = composition().key_points_desk.give(nonce, _points(fields))
    except (WrongCode, KeyPointsUnclear) as refusal:
        again = key_points_page(composition().key_points_desk.show(nonce), error=refusal.message, typed=fields)
        return talk_response(render_key_points(again, nonce), 403 if isinstance(refusal, WrongCode) else 422)
    except Refusal as refusal:
        return link_refusal(refusal, form=nonce)
    done = results.key_points_taken(len(facts), hospital_name=hospital_name(shown.hospital))
    return page(render_result_page(done))


def _points(fields: Mapping[str, str]) -> GivenPoints:
    """Read what the form must send; KeyPointsUnclear names the field."""
    year = fields["year"]
    if not (year.isascii() and year.isdecimal() and len(year) == len("2026")):
        raise KeyPointsUnclear("请填写四位数的年份", field="year")
    try:
        kind, until = SourceKind(fields["kind"]), date.fromisoformat(fields["valid_until"])
    except ValueError:
        raise KeyPointsUnclear("请选择出处类型，并填写有效期", field="valid_until") from None
    if not (fields["code"].isascii() and fields["code"].isdecimal() and len(fields["code"]) == len("123456")):
        raise Malformed("请输入6位数字验证码", field="code")
    source = Source(kind, fields["title"], fields["publisher"], int(year), fields["locator"])
    return GivenPoints(fields["code"], fields["text"], source, until)
