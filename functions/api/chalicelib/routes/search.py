"""The signed library, searched by the hospital's app as patients' questions search it."""

from __future__ import annotations

from chalice.app import Response

from chalicelib.bodies import answer, query
from chalicelib.gate import Caller, gate
from chalicelib.problems import Malformed
from narrowcast.application.retrieval import document
from narrowcast.domain.vocabulary import Audience
from narrowcast.runtime.bootstrap import composition

MOST, USUAL = 20, 10
LONGEST = 1000
"""Characters of a question; what makes none shorter is a mistake."""


@gate.client("GET", "/search")
def search(caller: Caller) -> Response:
    """Find signed pieces that may be shown today, best first; each with its signer and its label."""
    asked = query()
    question, audience = asked.get("q", "").strip(), asked.get("audience", "")
    if not 0 < len(question) <= LONGEST:
        raise Malformed(f"请用q给出要查找的问题（1–{LONGEST}字）", field="q")
    found = composition().retrieval.search(
        caller.hospital, question, limit=_limit(asked.get("k", "")), audiences=_audiences(audience)
    )
    return answer({"hits": [document(hit) for hit in found.hits]})


def _limit(told: str) -> int:
    if not told:
        return USUAL
    if not (told.isascii() and told.isdigit() and len(told) <= len(str(MOST)) and 1 <= int(told) <= MOST):
        raise Malformed(f"k须为1–{MOST}的整数", field="k")
    return int(told)


def _audiences(told: str) -> tuple[Audience, ...]:
    try:
        return (Audience(told),) if told else tuple(Audience)
    except ValueError:
        raise Malformed("没有这类读者", field="audience") from None
