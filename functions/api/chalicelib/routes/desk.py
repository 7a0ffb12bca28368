"""The inbox of staff as pages: the same steps by forms, in a session of the browser's own.

The session is the user pool's access token in a cookie that no script can read and no other site can send; it ends
with the token. What another site might post is refused by that cookie's rules and by what the browser says of it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from chalice.app import Response

from chalicelib.bodies import cookies, form, query
from chalicelib.gate import Caller, Role, app, gate, staff_of
from chalicelib.pages import render_desk, render_inbox, render_result_page, render_sign_in, results
from chalicelib.pages.talk import SignInPage
from chalicelib.problems import STATUS, Malformed
from chalicelib.routes.inbox import CARERS, known_department, name_of, staff
from chalicelib.routes.talks import source_page
from chalicelib.talks import desk_page, inbox_page, talk_response
from chalicelib.views import page
from narrowcast.application.hospitals import profile_of
from narrowcast.application.inbox import ReplyDoubtful, Script
from narrowcast.application.sign_on import SignInFailed
from narrowcast.domain.conversation import WHOLE
from narrowcast.domain.errors import Refusal
from narrowcast.runtime.bootstrap import composition

COOKIE = "narrowcast-desk"
SCRIPTS_SHOWN = 5
Page = Callable[..., Response]


def signed_in_as(*roles: Role) -> Callable[[Page], Page]:
    """Give a page its reader, who has one of the roles.

    Whoever is not signed in is led there, whoever may not come in is told so.
    """

    def guard(view: Page) -> Page:
        @wraps(view)
        def guarded(**path: str) -> Response:
            claims = composition().sign_on.claims(_cookie())
            if claims is None:
                return redirect("../" * _depth() + "desk/sign-in")
            try:
                return view(staff_of(claims, frozenset(roles)), **path)
            except Refusal as refusal:
                shown = render_result_page(results.not_done(refusal.message))
                return page(shown, STATUS.get(refusal.code, 409))

        return guarded

    return guard


signed_in = signed_in_as(*CARERS)


@gate.session(("GET",), "/desk/sign-in")
def show_sign_in() -> Response:
    """Show where staff sign in."""
    return talk_response(render_sign_in(SignInPage()))


@gate.session(("POST",), "/desk/sign-in")
def sign_in() -> Response:
    """Sign in with the account of the user pool, and its one-time code where there is one."""
    own_origin()
    fields = form()
    try:
        token = composition().sign_on.sign_in(
            fields.get("username", ""), fields.get("password", ""), fields.get("code", "")
        )
    except SignInFailed as failed:
        return talk_response(render_sign_in(SignInPage(failed.message)), 403)
    return redirect("inbox", cookie=f"{COOKIE}={token}; Max-Age=3600")


@gate.session(("POST",), "/desk/sign-out")
def sign_out() -> Response:
    """End the session, everywhere it is known."""
    own_origin()
    composition().sign_on.sign_out(_cookie())
    return redirect("sign-in", cookie=f"{COOKIE}=; Max-Age=0")


@gate.session(("GET",), "/desk/inbox")
@signed_in
def show_inbox(caller: Caller) -> Response:
    """Show who waits."""
    department = query().get("department", "")
    entries = composition().inbox.entries(caller.hospital, department)
    profile = profile_of(composition().store, caller.hospital)
    return talk_response(render_inbox(inbox_page(profile, entries, reader=staff(caller), department=department)))


@gate.session(("GET",), "/desk/inbox/{conversation}")
@signed_in
def show_desk(caller: Caller, conversation: str) -> Response:
    """Show a conversation with what the reader may do."""
    return _desk(caller, conversation, conversation, sought=query().get("q", ""))


@gate.session(("GET",), "/desk/inbox/{conversation}/pieces/{content_id}")
@signed_in
def show_desk_source(caller: Caller, conversation: str, content_id: str) -> Response:
    """Show a signed piece that an answer quotes, whole."""
    composition().inbox.open(caller.hospital, name_of(conversation))
    return source_page(caller.hospital, content_id)


@gate.session(("POST",), "/desk/inbox/{conversation}/{step}")
@signed_in
def take_step(caller: Caller, conversation: str, step: str) -> Response:
    """Claim, reply, note, transfer, give back, close, or settle a report."""
    own_origin()
    fields = form() if step in ("reply", "note", "transfer", "settle") else {}
    try:
        _take(caller, conversation, step, fields)
    except ReplyDoubtful as doubt:
        warnings = tuple(dict.fromkeys(each.message for each in doubt.concerns))
        typed = {"text": fields.get("text", ""), "script": fields.get("script", "")}
        return _desk(caller, conversation, f"../{conversation}", status=422, warnings=warnings, **typed)
    except Refusal as refusal:
        status = STATUS.get(refusal.code, 422)
        return _desk(caller, conversation, f"../{conversation}", status=status, error=refusal.message)
    return redirect(f"../{conversation}#reply")


def _take(caller: Caller, conversation: str, step: str, fields: Mapping[str, str]) -> None:
    inbox, where, by = composition().inbox, (caller.hospital, name_of(conversation)), staff(caller)
    text, message = fields.get("text", ""), fields.get("message", "")
    match step:
        case "claim":
            inbox.claim(*where, by)
        case "reply":
            seen = fields.get("seen") == "yes"
            inbox.reply(*where, by, text, script=fields.get("script", ""), confirmed=seen, message=message)
        case "note":
            inbox.note(*where, by, text, message=message)
        case "transfer":
            inbox.transfer(*where, by, known_department(caller.hospital, fields.get("department", "")))
        case "settle":
            inbox.settle_report(*where, by, *_reported(fields), upheld=fields.get("upheld") == "yes")
        case "give-back":
            inbox.give_back(*where, by)
        case "close":
            inbox.close(*where, by)
        case _:
            raise Malformed("没有这个操作", field="step")


def _reported(fields: Mapping[str, str]) -> tuple[int, int]:
    """Return the question and the place of the sentence that was reported; Malformed."""
    number, sentence = fields.get("number", ""), fields.get("sentence", "")
    named = number.isdecimal() and (sentence.isdecimal() or sentence == str(WHOLE))
    if not named or fields.get("upheld") not in ("yes", "no"):
        raise Malformed("请选择处理结果", field="upheld")
    return int(number), int(sentence)


def _desk(
    caller: Caller, conversation: str, base: str, *, status: int = 200, sought: str = "", **typed: Any
) -> Response:
    transcript = composition().inbox.open(caller.hospital, name_of(conversation))
    page = desk_page(
        transcript,
        reader=staff(caller),
        message=composition().store.ids.new_id(),
        scripts=_scripts(caller.hospital, transcript.state.department, sought),
        sought=sought,
        base=base,
        **typed,
    )
    return talk_response(render_desk(page, base), status)


def _scripts(hospital: str, department: str, sought: str) -> list[Script]:
    """Return the scripts that hold what is sought, those of the department first; each rank by use."""
    words = sought.split()
    found = [
        each
        for each in composition().inbox.scripts(hospital)
        if all(word in each.title or any(word in sentence for sentence in each.sentences) for word in words)
    ]
    return sorted(found, key=lambda each: each.department != department)[:SCRIPTS_SHOWN]


def own_origin() -> None:
    """Malformed if the browser says that another site's page sent this; one that says nothing has the cookie's rule."""
    request = app.current_request
    site = str(request.headers.get("sec-fetch-site", "")) if request else ""
    if site not in ("", "same-origin"):
        raise Malformed("请从本页面提交", field="Sec-Fetch-Site")


def _cookie() -> str:
    return cookies().get(COOKIE, "")


def _depth() -> int:
    """Return how many steps up from this page the API's root is."""
    request = app.current_request
    return str(request.path).strip("/").count("/") if request else 0


def redirect(location: str, *, cookie: str = "") -> Response:
    """Lead the browser on."""
    headers: dict[str, str | list[str]] = {"Location": location, "Cache-Control": "no-store"}
    if cookie:
        headers["Set-Cookie"] = f"{cookie}; Path=/; Secure; HttpOnly; SameSite=Strict"
    return Response("", headers, 303)
