"""OperationOutcome: what a FHIR sender is told, whatever happened. Of the message only places in it are repeated."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

from narrowcast.application.intake.reasons import condition_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from narrowcast.domain.visit_report import Problem

MEDIA_TYPE = "application/fhir+json; charset=utf-8"


class Issue(NamedTuple):
    """One sentence for the sender; `code` is FHIR's issue type, `path` where in the message it is about."""

    severity: str
    code: str
    text: str
    path: str = ""


RECEIVED = Issue("information", "informational", "报文已接收")


def issue_of(problem: Problem) -> Issue:
    """Return the issue that a refused field makes."""
    return Issue("error", condition_of(problem.reason).fhir, problem.reason, problem.path)


def waiting(kind: str) -> Issue:
    """Return the issue that tells what a message waits for."""
    return Issue("warning", "incomplete", f"已保存；收到所引用的 {kind} 资源后并入相应就诊")


def missed(first: int, last: int) -> Issue:
    """Return the issue that tells of notifications that did not come."""
    which = f"第 {first} 号" if first == last else f"第 {first} 至 {last} 号"
    return Issue("warning", "incomplete", f"缺少{which}通知，请补发")


WITHOUT_RESOURCES = Issue("warning", "incomplete", "通知不含资源，未更新任何就诊；请将订阅内容设为 full-resource")


def outcome(issues: Iterable[Issue]) -> dict[str, object]:
    """Return the resource."""
    return {"resourceType": "OperationOutcome", "issue": [_issue(each) for each in issues]}


def _issue(issue: Issue) -> dict[str, object]:
    place = {"expression": [issue.path]} if issue.path else {}
    return {"severity": issue.severity, "code": issue.code, "details": {"text": issue.text}, **place}


def as_json(resource: object) -> str:
    """Return a resource as it travels."""
    return json.dumps(resource, ensure_ascii=False, separators=(",", ":"))
