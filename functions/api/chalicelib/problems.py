"""Refusals and faults as HTTP: a problem document that names the field and the reason in Chinese (RFC 9457)."""

from __future__ import annotations

import json
from collections.abc import Callable

from chalice.app import Response

from narrowcast.application.ports import ConflictError, UnavailableError
from narrowcast.domain.errors import Refusal

Teller = Callable[[Exception], Response]
"""Makes the answer to a refusal or fault in the caller's own format."""
MEDIA_TYPE = "application/problem+json; charset=utf-8"
STATUS = {
    "Forbidden": 403,
    "Malformed": 400,
    "TooLarge": 413,
    "HospitalUnknown": 404,
    "SignerUnknown": 404,
    "FactUnknown": 404,
    "ContentUnknown": 404,
    "GuideUnknown": 404,
    "FormUnknown": 404,
    "ResourceUnknown": 404,
    "PieceUnknown": 404,
    "SearchUnclear": 400,
    "ServiceUnknown": 404,
    "HookUnclear": 400,
    "OrganizationUnknown": 404,
    "CriteriaMissing": 400,
    "RequestMalformed": 400,
    "RequestTellsIdentity": 400,
    "NotExportable": 409,
    "HospitalAlreadyRegistered": 409,
    "FactAlreadyProposed": 409,
    "TopicAlreadyPlanned": 409,
    "ContentAlreadySigned": 409,
    "NotAwaitingThis": 409,
    "StaleRevision": 409,
    "FactsOutdated": 409,
    "RejectedUnchanged": 409,
    "LinkUnknown": 404,
    "LinkExpired": 410,
    "PersonForgotten": 410,
    "GuideNoLongerOffered": 410,
    "TooManyQuestions": 429,
    "ConversationUnknown": 404,
    "QuestionUnknown": 404,
    "ConversationEnded": 409,
    "ConversationTaken": 409,
    "AlreadyClaimed": 409,
    "NotYours": 409,
    "AccountUnknown": 404,
    "SignatureWrong": 403,
    "SessionInvalid": 403,
    "MessageUnreadable": 400,
    "RecallUnknown": 404,
    "EntryUnknown": 404,
    "NotForADoctor": 409,
    "NothingAsked": 404,
    "NotAskedOfYou": 403,
    "KeyPointsGivenAlready": 409,
    "ChangeIsMaterial": 409,
}
"""Refusals that are not simply unacceptable content (422)."""


class Forbidden(Refusal):
    """The caller may not do this."""


class Malformed(Refusal):
    """The body cannot be read as what the route takes."""


class TooLarge(Refusal):
    """The body is over 256 KB."""


def problem_of(error: Exception) -> Response:
    """Return the answer to a refusal (its status by name), to a passing fault (503: try again), or to one of ours."""
    if isinstance(error, Refusal):
        return problem(STATUS.get(error.code, 422), error.code, error.message, error.field)
    if not isinstance(error, ConflictError | UnavailableError):
        return unexpected()
    return problem(503, type(error).__name__, "系统繁忙，请稍后重试", retry_after=1)


def unexpected() -> Response:
    """Return the answer to a fault of ours: no detail leaves the house."""
    return problem(500, "UnexpectedError", "系统出现故障，已通知值班人员")


def problem(status: int, code: str, reason: str, field: str = "", *, retry_after: int = 0) -> Response:
    """Return a problem document."""
    errors = [{"path": field, "reason": reason}]
    body = {"type": "about:blank", "title": reason, "status": status, "code": code, "errors": errors}
    headers: dict[str, str | list[str]] = {"Content-Type": MEDIA_TYPE}
    if retry_after:
        headers["Retry-After"] = str(retry_after)
    return Response(json.dumps(body, ensure_ascii=False), headers, status)
