"""Judges claim cases in JSON Lines: what `narrowcast check claims` runs."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from narrowcast.domain.case_lines import Case, MalformedCaseError, answers, text_of
from narrowcast.domain.control.claims import CHANNELS, PACK_VERSION, ClaimVerdict, check_claims

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


def judge_lines(lines: Iterable[str | bytes], pack: str = PACK_VERSION) -> Iterator[dict[str, Any]]:
    """Yield for each case `{"id","label","hits"}`, for each malformed line `{"line","error"}`; blank lines are skipped.

    Raises UnknownPack, before a line is read.
    """
    check_claims("", CHANNELS[0], pack)
    return answers(lines, partial(_judge, pack))


def _judge(pack: str, case: Case) -> dict[str, Any]:
    text, channel = text_of(case, "text"), text_of(case, "channel")
    if channel not in CHANNELS:
        raise MalformedCaseError(f"未知的发布渠道：{channel}")
    return _as_json(check_claims(text, channel, pack))


def _as_json(verdict: ClaimVerdict) -> dict[str, Any]:
    names = ("start", "end", "text", "rule", "law", "severity", "suggestion")
    return {"label": verdict.label, "hits": [{name: getattr(hit, name) for name in names} for hit in verdict.hits]}
