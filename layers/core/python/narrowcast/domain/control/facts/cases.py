"""Cases in JSON lines, judged one by one: what `narrowcast check facts` runs.

Reads no file and prints nothing. A malformed line becomes an error with its number and the rest goes on.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from narrowcast.domain.control.facts.checker import check_sentence
from narrowcast.domain.control.facts.verdict import Reason, Verdict, verdict_of

MOST_OTHER_FACTS = 50
"""How many facts that a refused sentence does not cite are tried, to say which it should have cited."""


class MalformedCaseError(ValueError):
    """The line is not a case; the message names the field and what it must be."""


def judge_lines(lines: Iterable[str | bytes]) -> Iterator[dict[str, Any]]:
    """Judge every line that is not blank: `{"id","supported","reasons"}`, or `{"line","error"}`.

    Lines count from 1.
    """
    for number, line in enumerate(lines, start=1):
        if line.strip():
            yield _judge_line(number, line)


def judge_case(case: Mapping[str, Any]) -> dict[str, Any]:
    """Judge one parsed case `{"id","facts":[{"id","text"}],"sentence","fact_ids":[…]}`.

    Raises MalformedCaseError when a field is missing or of another type.
    """
    identifier = _field(case, "id", str)
    facts = {_field(fact, "id", str): _field(fact, "text", str) for fact in _list(case, "facts", dict)}
    verdict = _verdict(_field(case, "sentence", str), _list(case, "fact_ids", str), facts)
    reasons = [{"kind": reason.kind, "expected": reason.expected, "found": reason.found} for reason in verdict.reasons]
    return {"id": identifier, "supported": verdict.supported, "reasons": reasons}


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


def _judge_line(number: int, line: str | bytes) -> dict[str, Any]:
    try:
        case = json.loads(line)
        if not isinstance(case, dict):
            return {"line": number, "error": "not a JSON object"}
        return judge_case(case)
    except (ValueError, RecursionError) as error:
        return {"line": number, "error": str(error) or type(error).__name__}


def _field(case: Mapping[str, Any], name: str, kind: type[str]) -> str:
    value = case.get(name)
    if not isinstance(value, kind):
        raise MalformedCaseError(f"{name}: must be a {kind.__name__}")
    return value


def _list(case: Mapping[str, Any], name: str, kind: type[Any]) -> list[Any]:
    value = case.get(name)
    if not isinstance(value, list) or not all(isinstance(item, kind) for item in value):
        raise MalformedCaseError(f"{name}: must be a list of {kind.__name__}")
    return value
