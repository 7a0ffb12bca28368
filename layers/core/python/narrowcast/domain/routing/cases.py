"""Judges questions in JSON Lines: what `narrowcast check questions` runs."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from narrowcast.domain.case_lines import Case, answers, text_of
from narrowcast.domain.routing import Embed, route

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


def judge_lines(lines: Iterable[str | bytes], embed: Embed | None) -> Iterator[dict[str, Any]]:
    """Yield `{"id","route","reason"}` for each question and `{"line","error"}` for each malformed line."""
    return answers(lines, partial(_judge, embed))


def _judge(embed: Embed | None, case: Case) -> dict[str, Any]:
    routing = route(text_of(case, "text"), embed)
    return {"route": routing.route.value, "reason": routing.reason}
