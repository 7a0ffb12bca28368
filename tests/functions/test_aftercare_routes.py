"""What a patient does at her link and what a nurse does at her desk: forms in, pages out, JSON for other systems."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from narrowcast.domain.control.quiz import questions_of
from narrowcast.domain.diary import Symptom
from tests.support.guided import GUIDED, guided_room
from tests.support.newsroom import HOSPITAL
from tests.support.talks import COLLEAGUE, NURSE, Answer, TalkRoom, text_of

NOTED = {"entry": "e-1", "severity": "mild"}


@pytest.fixture
def room(monkeypatch: pytest.MonkeyPatch) -> TalkRoom:
    return guided_room().serve(monkeypatch)


@pytest.fixture
def token(room: TalkRoom) -> str:
    nonce = room.world.guide_nonce()
    room.enter(nonce)
    return nonce


def types(room: TalkRoom, *names: str) -> list[str]:
    return [each.type for each in room.world.envelopes() if each.type in names]


def at(room: TalkRoom, what: str, token: str, **fields: str) -> Answer:
    return room.post(f"/g/{{token}}/{what}", fields, token=token)


def test_looking_records_nothing_and_the_pages_own_word_does(room: TalkRoom, token: str) -> None:
    room.call("GET", "/g/{token}", token=token)
    assert types(room, "GuideOpened") == []

    answers = [at(room, "opened", token) for _ in range(2)]
    assert [(each.status, each.text) for each in answers] == [(204, ""), (204, "")]
    assert at(room, "read", token, section="medication").status == 204
    assert types(room, "GuideOpened", "SectionRead") == ["GuideOpened", "SectionRead"]


@pytest.mark.parametrize(
    ("what", "fields", "status"),
    [
        ("read", {"section": "surgery"}, 400),
        ("read", {"section": "exercise"}, 409),
        ("quiz", {"quiz": "met-quiz", "revision": "1", "question": "x", "option": "0"}, 400),
        ("quiz", {"quiz": "met-quiz", "revision": "1", "question": "99", "option": "0"}, 409),
        ("quiz", {"quiz": "../x", "revision": "1", "question": "0", "option": "0"}, 400),
        ("reminders", {"kind": "medication", "time1": "25:00", "until": "2026-02-01"}, 400),
        ("reminders", {"kind": "medication", "until": "2026-02-01"}, 409),
        ("reminders", {"kind": "medication", "time1": "08:00", "until": "soon"}, 400),
        ("reminders", {"kind": "other", "time1": "08:00", "until": "2026-02-01"}, 400),
        ("reminders/stop", {"kind": ""}, 400),
        ("symptoms", {"entry": "e-1", "severity": "mild"}, 409),
        ("symptoms", {"entry": "", "severity": "mild", "symptom_rash": "yes"}, 400),
        ("symptoms", {"entry": "e-1", "severity": "unbearable", "symptom_rash": "yes"}, 400),
    ],
)
def test_what_does_not_fit_is_refused_with_a_page_and_changes_nothing(
    room: TalkRoom, token: str, what: str, fields: dict[str, str], status: int
) -> None:
    before = list(room.world.log.scan())

    answer = at(room, what, token, **fields)

    assert answer.status == status, answer.text
    assert "操作未完成" in answer.text
    assert list(room.world.log.scan()) == before


def test_a_question_is_asked_answered_and_explained_with_the_signed_sentence(room: TalkRoom, token: str) -> None:
    question = questions_of(room.world.content("met-quiz").draft)[0]
    page = room.call("GET", "/g/{token}", token=token).text
    assert "测一测，看懂了没有" in page
    assert question.filled(question.right) not in text_of(page.partition('class="quiz"')[2])

    wrong = at(room, "quiz", token, quiz="met-quiz", revision="1", question="0", option=str(1 - question.right))

    assert (wrong.status, wrong.headers["location"]) == (303, f"../{token}#medication")
    page = text_of(room.call("GET", "/g/{token}", token=token).text)
    assert f"再看一看： {question.filled(question.right)}" in page
    assert "已请护士联系您" in page

    at(room, "quiz", token, quiz="met-quiz", revision="1", question="0", option=str(question.right))
    assert "答对了。" in text_of(room.call("GET", "/g/{token}", token=token).text)


def test_reminders_are_chosen_shown_and_stopped(room: TalkRoom, token: str) -> None:
    until = room.world.clock.now().date() + timedelta(days=5)
    chosen = at(room, "reminders", token, kind="medication", time1="08:00", time2="", time3="20:30", until=str(until))

    assert (chosen.status, chosen.headers["location"]) == (303, f"../{token}#reminders")
    page = text_of(room.call("GET", "/g/{token}", token=token).text)
    assert f"已设：每天 08:00、20:30，到{_day(until)}" in page

    stopped = at(room, "reminders/stop", token, kind="medication")
    assert (stopped.status, stopped.headers["location"]) == (303, f"../../{token}#reminders")
    assert "已设" not in room.call("GET", "/g/{token}", token=token).text


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def test_an_entry_is_shown_again_and_a_red_flag_is_answered_with_120_at_once(room: TalkRoom, token: str) -> None:
    noted = at(room, "symptoms", token, **NOTED, symptom_rash="yes", words="脚有点肿")
    assert (noted.status, noted.headers["location"]) == (303, f"../{token}#diary")
    assert "皮疹、发痒（轻） 脚有点肿" in text_of(room.call("GET", "/g/{token}", token=token).text)

    urgent = at(room, "symptoms", token, **{**NOTED, "entry": "e-2"}, symptom_chest_pain="yes")
    assert urgent.status == 200
    assert "请立即拨打120" in urgent.text
    assert 'href="tel:120"' in urgent.text
    assert 'href="tel:010-00000120"' in urgent.text


def test_every_symptom_may_be_ticked_at_once(room: TalkRoom, token: str) -> None:
    ticked = {f"symptom_{each}": "yes" for each in Symptom}
    assert at(room, "symptoms", token, **NOTED, **ticked, words="都有").status == 200


def test_why_is_said_for_each_section(room: TalkRoom, token: str) -> None:
    page = text_of(room.call("GET", "/g/{token}", token=token).text)
    assert "选出这部分，是根据您这次就诊的诊断、您正在使用的药物" in page


# ---- the nurse ----


def test_staff_list_open_claim_and_finish_by_data(room: TalkRoom, token: str) -> None:
    at(room, "symptoms", token, **NOTED, symptom_chest_pain="yes", words="脚有点肿")

    [task] = room.call("GET", "/tasks", claims=NURSE).json["tasks"]
    assert (task["why"], task["phase"]) == ("red_flag", "open")
    shown = room.call("GET", "/tasks/{task}", claims=NURSE, task=task["task"]).json["task"]
    assert shown["diary"][0]["words"] == "脚有点肿"
    assert room.send("/tasks/{task}/claim", {}, claims=NURSE, task=task["task"]).status == 200
    taken = room.send("/tasks/{task}/finish", {"result": "referred"}, claims=COLLEAGUE, task=task["task"])
    assert (taken.status, taken.json["code"]) == (422, "TaskTaken")
    done = room.send("/tasks/{task}/finish", {"result": "referred"}, claims=NURSE, task=task["task"])
    assert done.status == 200
    assert room.call("GET", "/tasks", claims=NURSE).json["tasks"] == []
    diary = room.call("GET", "/diaries/{patient}", claims=NURSE, patient=task["patient"]).json["entries"]
    assert [each["symptoms"] for each in diary] == [["chest_pain"]]


def test_a_nurse_of_another_hospital_sees_nothing(room: TalkRoom, token: str) -> None:
    at(room, "symptoms", token, **NOTED, symptom_rash="yes")
    [task] = room.world.care_desk.entries(HOSPITAL)
    stranger = {**NURSE, "custom:hospital": "other"}

    assert room.call("GET", "/tasks", claims=stranger).json["tasks"] == []
    assert room.call("GET", "/tasks/{task}", claims=stranger, task=task.task).json["code"] == "TaskUnknown"
    assert room.call("GET", "/diaries/{patient}", claims=stranger, patient=task.patient).json["entries"] == []


def test_readers_are_counted_for_those_who_plan(room: TalkRoom, token: str) -> None:
    at(room, "read", token, section="medication")
    sections = room.call("GET", "/section-feedback", claims={**NURSE, "cognito:groups": "editor"}).json["sections"]
    assert [(each["content_id"], each["opened"], each["read"]) for each in sections] == [(GUIDED, 1, 1)]
    assert "p-" not in str(sections)


def desk(room: TalkRoom, method: str, route: str, body: str | None = None, **path: Any) -> Answer:
    return room.call(method, route, headers={"cookie": "narrowcast-desk=liu"}, body=body, **path)


def test_a_nurse_works_through_a_task_by_its_pages(room: TalkRoom, token: str) -> None:
    at(room, "symptoms", token, **NOTED, symptom_chest_pain="yes", words="脚有点肿")
    [task] = room.world.care_desk.entries(HOSPITAL)

    assert "患者记录了可能紧急的不适" in desk(room, "GET", "/desk/tasks").text
    assert "脚有点肿" in desk(room, "GET", "/desk/tasks/{task}", task=task.task).text
    step = "/desk/tasks/{task}/{step}"
    assert desk(room, "POST", step, body="", task=task.task, step="claim").status == 303
    assert "完成" in desk(room, "GET", "/desk/tasks/{task}", task=task.task).text
    assert desk(room, "POST", step, body="result=", task=task.task, step="finish").status == 400
    assert desk(room, "POST", step, body="result=explained", task=task.task, step="finish").status == 303
    assert "现在没有待办的工作" in desk(room, "GET", "/desk/tasks").text


def test_the_pages_of_tasks_are_for_who_is_signed_in(room: TalkRoom) -> None:
    answer = room.call("GET", "/desk/tasks")
    assert (answer.status, answer.headers["location"]) == (303, "../desk/sign-in")
