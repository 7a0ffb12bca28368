"""Judges fact cases in JSON Lines: what `narrowcast check facts` runs.

Reads cases and writes answers; every verdict is that of `checker`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from narrowcast.domain.case_lines import Case, MalformedCaseError, answers, list_of, text_of
from narrowcast.domain.control.facts.checker import check_sentence
from narrowcast.domain.control.facts.verdict import Reason, Verdict, verdict_of

MOST_OTHER_FACTS = 50
"""How many facts that a refused sentence does not cite are tried, to say which it should have cited."""


def judge_lines(lines: Iterable[str | bytes]) -> Iterator[dict[str, Any]]:
    """Yield for each case `{"id","supported","reasons"}`, for each malformed line `{"line","error"}`.

    Lines count from 1; blank ones are skipped.
    """
    return answers(lines, judge_case)


def judge_case(case: Case) -> dict[str, Any]:
    """Judge one parsed case `{"id","facts":[{"id","text"}],"sentence","fact_ids":[…]}`.

    Raises MalformedCaseError when a field is missing or of another type, or two facts have one id.
    """
    verdict = _verdict(text_of(case, "sentence"), list_of(case, "fact_ids", str), _facts(case))
    reasons = [{"kind": reason.kind, "expected": reason.expected, "found": reason.found} for reason in verdict.reasons]
    return {"supported": verdict.supported, "reasons": reasons}


def _facts(case: Case) -> dict[str, str]:
    told = [(text_of(fact, "id"), text_of(fact, "text")) for fact in list_of(case, "facts", dict)]
    facts = dict(told)
    for fact_id, text in told:
        if facts[fact_id] != text:
            raise MalformedCaseError(f"字段 facts 中有两条不同的事实使用同一个 id：{fact_id}")
    return facts


def _verdict(sentence: str, fact_ids: list[str], facts: Mapping[str, str]) -> Verdict:
    unknown = [Reason("wrong_citation", "", fact_id) for fact_id in fact_ids if fact_id not in facts]
    if unknown:
        return verdict_of(unknown)
    verdict = check_sentence(sentence, [facts[fact_id] for fact_id in fact_ids])
    if verdict.supported or not fact_ids:
        return verdict
    return verdict_of([*verdict.reasons, *_misplaced(sentence, fact_ids, facts)])


def _misplaced(sentence: str, fact_ids: list[str], facts: Mapping[str, str]) -> Iterator[Reason]:
    """Name the fact that carries a sentence which cites another."""
    for fact_id in [fact_id for fact_id in facts if fact_id not in fact_ids][:MOST_OTHER_FACTS]:
        if check_sentence(sentence, [facts[fact_id]]).supported:
            yield Reason("wrong_citation", fact_id, "、".join(fact_ids))
