"""The doctor's link: GET shows and changes nothing; POST signs or sends back."""

from __future__ import annotations

import re
from collections.abc import Mapping

from chalice.app import Response

from chalicelib.bodies import form
from chalicelib.gate import gate
from chalicelib.pages import ResultPage, render_result_page, render_signing_page, results
from chalicelib.problems import Malformed
from chalicelib.views import desk_page, hospital_name, link_refusal, local_time, page
from narrowcast.application.links import WrongCode
from narrowcast.application.signing import Answer
from narrowcast.domain.content import RejectionNeedsReason
from narrowcast.domain.errors import Refusal
from narrowcast.runtime.bootstrap import composition

CODE = re.compile(r"[0-9]{6}")
FACTOR = "link+code"
"""What the doctor proved with: the link on one channel, the code that came over the other."""


@gate.link(("GET", "HEAD"), "/sign/{nonce}")
def show_signing(nonce: str) -> Response:
    """Show the exact text, its facts and its hash."""
    try:
        desk = composition().signing_desk.show(nonce)
    except Refusal as refusal:
        return link_refusal(refusal)
    return page(render_signing_page(desk_page(desk), nonce))


@gate.link(("POST",), "/sign/{nonce}")
def decide_signing(nonce: str) -> Response:
    """Sign or send back what was shown."""
    try:
        fields = form()
        return page(render_result_page(_decide(nonce, fields)))
    except (WrongCode, RejectionNeedsReason) as refusal:
        desk = composition().signing_desk.show(nonce)
        again = desk_page(desk, error=refusal.message, reason=fields.get("reason", ""))
        return page(render_signing_page(again, nonce), 403 if isinstance(refusal, WrongCode) else 422)
    except Refusal as refusal:
        return link_refusal(refusal, form=nonce)


def _decide(nonce: str, fields: Mapping[str, str]) -> ResultPage:
    desk = composition().signing_desk
    answer = _answer(fields)
    shown = desk.show(nonce)
    if fields.get("decision") == "sign":
        signed = desk.sign(nonce, answer, FACTOR)
        return results.signed(
            shown.state.draft.title,
            hospital_name=hospital_name(shown.hospital),
            signed_at=local_time(shown.hospital, signed.signed_at),
        )
    if fields.get("decision") == "reject":
        desk.reject(nonce, answer, fields.get("reason", ""))
        return results.sent_back(shown.state.draft.title, hospital_name=hospital_name(shown.hospital))
    raise Malformed("请选择“确认签发”或“退回修改”", field="decision")


def _answer(fields: Mapping[str, str]) -> Answer:
    """Read what the form must send; Malformed names the field."""
    code, revision = fields.get("code", "").strip(), fields.get("revision", "")
    if not (revision.isascii() and revision.isdigit() and len(revision) < len("1000000")):
        raise Malformed("表单缺少版本号，请重新打开链接", field="revision")
    if not CODE.fullmatch(code):
        raise Malformed("请输入6位数字验证码", field="code")
    return Answer(code, int(revision), fields.get("document_hash", ""))
