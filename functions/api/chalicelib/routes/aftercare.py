"""What a patient does at her guide's link, and what staff see of it: tasks, diaries, what readers made of sections."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import date, time
from enum import StrEnum
from functools import wraps
from typing import TypeVar

from chalice.app import Response

from chalicelib.aftercare import alarm_response
from chalicelib.bodies import answer, form, key, query, read
from chalicelib.gate import Caller, Role, gate
from chalicelib.problems import Malformed
from chalicelib.readers import guide_route
from chalicelib.views import link_refusal
from narrowcast.application.aftercare import Noting
from narrowcast.application.feedback import section_feedback
from narrowcast.application.hospitals import profile_of
from narrowcast.domain.care import Result
from narrowcast.domain.diary import Severity, Symptom
from narrowcast.domain.errors import Refusal
from narrowcast.domain.reminding import MOST_TIMES, Kind
from narrowcast.domain.vocabulary import Section
from narrowcast.runtime.bootstrap import composition

CARERS = (Role.NURSE, Role.DOCTOR)
READERS = (Role.EDITOR, Role.DOCTOR, Role.NURSE, Role.ADMIN)
Word = TypeVar("Word", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class TaskResult:
    """What came of a task."""

    result: Result


def _at_a_guide(view: Callable[[str], Response]) -> Callable[[str], Response]:
    """Turn refusals into a page."""

    @wraps(view)
    def told(token: str) -> Response:
        try:
            return view(token)
        except Refusal as refusal:
            return link_refusal(refusal, form=f"../{token}")

    return told


@guide_route(("POST",), "/g/{token}/opened")
@_at_a_guide
def open_guide(token: str) -> Response:
    """Record that a person looks at the guide: sent by its page once somebody moves it."""
    composition().aftercare.open(token)
    return _nothing()


@guide_route(("POST",), "/g/{token}/read")
@_at_a_guide
def read_section(token: str) -> Response:
    """Record that the end of a section was seen."""
    composition().aftercare.read(token, _word(form(), "section", Section))
    return _nothing()


@guide_route(("POST",), "/g/{token}/quiz")
@_at_a_guide
def answer_quiz(token: str) -> Response:
    """Record an answer to a question, then show the section again."""
    fields = form()
    quiz = key(fields.get("quiz", ""), "quiz")
    revision, question, option = (_number(fields, name) for name in ("revision", "question", "option"))
    answered = composition().aftercare.answer(token, quiz, revision, question, option)
    return _back(f"../{token}#{answered.section}")


@guide_route(("POST",), "/g/{token}/reminders")
@_at_a_guide
def choose_reminders(token: str) -> Response:
    """Have oneself reminded."""
    fields = form()
    kind = _word(fields, "kind", Kind)
    times = tuple(_time(fields[name]) for name in _TIMES if fields.get(name))
    until = _date(fields.get("until", ""))
    composition().aftercare.remind(token, kind, times, until if kind is Kind.FOLLOW_UP else None, until)
    return _back(f"../{token}#reminders")


_TIMES = [f"time{number}" for number in range(1, MOST_TIMES + 1)]


@guide_route(("POST",), "/g/{token}/reminders/stop")
@_at_a_guide
def stop_reminders(token: str) -> Response:
    """End reminders."""
    composition().aftercare.stop_reminding(token, _word(form(), "kind", Kind))
    return _back(f"../../{token}#reminders")


@guide_route(("POST",), "/g/{token}/symptoms")
@_at_a_guide
def note_symptoms(token: str) -> Response:
    """Note how one feels; where that may be an emergency, say so at once."""
    fields = form()
    ticked = tuple(each for each in Symptom if f"symptom_{each}" in fields)
    severity = _word(fields, "severity", Severity)
    noting = Noting(key(fields.get("entry", ""), "entry"), ticked, severity, fields.get("words", ""))
    noted = composition().aftercare.note(token, noting)
    if not noted.red_flags:
        return _back(f"../{token}#diary")
    hospital = composition().reading_room.behind(token).hospital
    return alarm_response(profile_of(composition().store, hospital), token)


@gate.staff("GET", "/tasks", *CARERS)
def list_tasks(caller: Caller) -> Response:
    """List what is to be done about patients: red flags first, then what waits longest."""
    entries = composition().care_desk.entries(caller.hospital, query().get("department", ""))
    return answer({"tasks": [asdict(each) for each in entries]})


@gate.staff("GET", "/tasks/{task}", *CARERS)
def show_task(caller: Caller, task: str) -> Response:
    """Show a task with what the patient noted, as she noted it."""
    return answer({"task": composition().care_desk.open(caller.hospital, key(task, "task"))})


@gate.staff("POST", "/tasks/{task}/claim", *CARERS)
def claim_task(caller: Caller, task: str) -> Response:
    """Take a task."""
    composition().care_desk.claim(caller.hospital, key(task, "task"), _own_id(caller), caller.actor)
    return answer({"task": task})


@gate.staff("POST", "/tasks/{task}/finish", *CARERS)
def finish_task(caller: Caller, task: str) -> Response:
    """Say what came of a task."""
    result = read(TaskResult).result
    composition().care_desk.finish(caller.hospital, key(task, "task"), _own_id(caller), result, caller.actor)
    return answer({"task": task})


@gate.staff("GET", "/diaries/{patient}", *CARERS)
def show_diary(caller: Caller, patient: str) -> Response:
    """Show what a patient noted, the newest first."""
    return answer({"entries": composition().diaries.read(caller.hospital, key(patient, "patient"))})


@gate.staff("GET", "/section-feedback", *READERS)
def list_section_feedback(caller: Caller) -> Response:
    """Count by section and piece how many guides were read, understood, questioned and misunderstood."""
    return answer({"sections": section_feedback(composition().read, caller.hospital)})


def _own_id(caller: Caller) -> str:
    return caller.name.removeprefix("staff:")


def _nothing() -> Response:
    return Response("", {"Cache-Control": "no-store"}, 204)


def _back(location: str) -> Response:
    return Response("", {"Location": location, "Cache-Control": "no-store"}, 303)


def _word(fields: Mapping[str, str], name: str, kind: type[Word]) -> Word:
    try:
        return kind(fields.get(name, ""))
    except ValueError:
        raise Malformed("请从页面上选择", field=name) from None


def _number(fields: Mapping[str, str], name: str) -> int:
    text = fields.get(name, "")
    if not text.isascii() or not text.isdecimal() or len(text) > len("100000"):
        raise Malformed("请从页面上选择", field=name)
    return int(text)


def _time(text: str) -> time:
    try:
        return time.fromisoformat(text).replace(second=0, microsecond=0, tzinfo=None)
    except ValueError:
        raise Malformed("时间应为“时:分”，如08:00", field="times") from None


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Malformed("日期应为“年-月-日”，如2026-03-05", field="until") from None
