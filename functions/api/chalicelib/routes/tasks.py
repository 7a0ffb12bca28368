"""Nurses' tasks as pages of the desk: the same steps by forms, in the session of the browser."""

from __future__ import annotations

from chalice.app import Response

from chalicelib.aftercare import noted_in_words
from chalicelib.bodies import form, key, query
from chalicelib.gate import Caller, gate
from chalicelib.pages import render_task, render_tasks
from chalicelib.pages.care import NotedRow, TaskPage, TaskRow, TasksPage
from chalicelib.pages.talk import Choice
from chalicelib.problems import STATUS, Malformed
from chalicelib.routes.desk import own_origin, redirect, signed_in
from chalicelib.routes.inbox import staff
from chalicelib.talks import REFRESH_SECONDS, departments, talk_response, who_reads
from chalicelib.views import hospital_name, local_time
from narrowcast.application.care_desk import OpenTask, TaskEntry
from narrowcast.application.hospitals import profile_of
from narrowcast.domain.care import Result, Why
from narrowcast.domain.errors import Refusal
from narrowcast.domain.hospital import Hospital
from narrowcast.domain.vocabulary import Section
from narrowcast.runtime.bootstrap import composition

WHY = {Why.RED_FLAG: "患者记录了可能紧急的不适", Why.SYMPTOMS: "患者记录了不适", Why.NOT_UNDERSTOOD: "患者没有看懂"}
PHASES = {"open": "等待接手", "claimed": "处理中", "done": "已完成"}
RESULTS = {
    Result.EXPLAINED: "已向患者说明",
    Result.REFERRED: "已请医生处理或建议就医",
    Result.NOT_REACHED: "没有联系上",
    Result.NOTHING_TO_DO: "无需处理",
}


@gate.session(("GET",), "/desk/tasks")
@signed_in
def show_tasks(caller: Caller) -> Response:
    """Show what is to be done about patients."""
    department = query().get("department", "")
    entries = composition().care_desk.entries(caller.hospital, department)
    profile = profile_of(composition().store, caller.hospital)
    shown = TasksPage(
        hospital_name(profile),
        who_reads(staff(caller)),
        tuple(_row(profile, each) for each in entries),
        (Choice("", "全部科室", not department), *departments(profile, department)),
        REFRESH_SECONDS,
    )
    return talk_response(render_tasks(shown))


@gate.session(("GET",), "/desk/tasks/{task}")
@signed_in
def show_task_page(caller: Caller, task: str) -> Response:
    """Show a task with what the patient noted."""
    return _task(caller, key(task, "task"), "../", task)


@gate.session(("POST",), "/desk/tasks/{task}/{step}")
@signed_in
def take_task_step(caller: Caller, task: str, step: str) -> Response:
    """Claim or finish."""
    own_origin()
    try:
        _take(caller, key(task, "task"), step)
    except Refusal as refusal:
        return _task(caller, task, "../../", f"../{task}", error=refusal)
    return redirect(f"../{task}")


def _take(caller: Caller, task: str, step: str) -> None:
    care, who = composition().care_desk, staff(caller)
    match step:
        case "claim":
            care.claim(caller.hospital, task, who.staff_id, who.actor)
        case "finish":
            care.finish(caller.hospital, task, who.staff_id, _result(), who.actor)
        case _:
            raise Malformed("没有这个操作", field="step")


def _result() -> Result:
    try:
        return Result(form().get("result", ""))
    except ValueError:
        raise Malformed("请选择处理结果", field="result") from None


def _row(profile: Hospital, entry: TaskEntry) -> TaskRow:
    return TaskRow(
        f"tasks/{entry.task}",
        WHY[entry.why],
        _about(entry.why, entry.about),
        PHASES[entry.phase],
        local_time(profile, entry.since),
        entry.why is Why.RED_FLAG,
    )


def _about(why: Why, about: str) -> str:
    return Section(about).heading if why is Why.NOT_UNDERSTOOD else ""


def _task(caller: Caller, task: str, base: str, action_base: str, *, error: Refusal | None = None) -> Response:
    opened = composition().care_desk.open(caller.hospital, task)
    profile, reader = profile_of(composition().store, caller.hospital), staff(caller)
    shown = TaskPage(
        hospital_name(profile),
        who_reads(reader),
        WHY[opened.raised.why],
        _about(opened.raised.why, opened.raised.about),
        PHASES[opened.phase],
        opened.raised.patient,
        opened.raised.guide_id,
        tuple(_notes(profile, opened)),
        opened.phase == "open",
        tuple(Choice(each, words, chosen=False) for each, words in RESULTS.items())
        if opened.phase == "claimed" and opened.staff == reader.staff_id
        else (),
        error.message if error else "",
    )
    status = STATUS.get(error.code, 422) if error else 200
    return talk_response(render_task(shown, base, action_base), status)


def _notes(profile: Hospital, opened: OpenTask) -> list[NotedRow]:
    return [
        NotedRow(local_time(profile, each.at), noted_in_words(each), each.words, bool(each.red_flags))
        for each in opened.diary
    ]
