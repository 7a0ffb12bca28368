"""After the push, on the embedded AWS: a signed quiz, a wrong answer, a symptom, a reminder that fires."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from infra.local.http import Reply, get, post_form, post_json
from tests.support.stack_clinic import awaited, diabetic, phone_of

if TYPE_CHECKING:
    from tests.support.stack_clinic import Clinic
    from tests.support.stack_records import Records

pytestmark = pytest.mark.stack

CODE, DIAGNOSIS = "I11", "I11.900"
PIECE, QUIZ = "aftercare-piece", "aftercare-quiz"
HOME = ZoneInfo("Asia/Shanghai")
_QUESTION = re.compile(r'<form class="question".*?</form>', re.DOTALL)
_HIDDEN = re.compile(r'type="hidden" name="(\w+)" value="([^"]*)"')


@dataclass(frozen=True)
class Reader:
    """A patient at her guide."""

    link: str
    cookie: str
    address: str
    stream: str

    def page(self) -> str:
        return get(self.link, cookie=self.cookie).text

    def post(self, what: str, **fields: str) -> Reply:
        return post_form(f"{self.link}/{what}", fields, self.cookie)


@pytest.fixture(scope="module")
def reader(clinic: Clinic) -> Reader:
    """A piece and a quiz about a disease of their own, and a patient who has it."""
    for content_id, form in ((PIECE, "article"), (QUIZ, "quiz")):
        clinic.plan("htn-followup", content_id, form=form, codes=[CODE])
    for content_id in (PIECE, QUIZ):
        clinic.accept(content_id)
        assert clinic.invitations(content_id)[0].sign().status == 200
    for content_id in (PIECE, QUIZ):
        clinic.published(content_id)
    listed = {PIECE, QUIZ}
    awaited("both are listed", lambda: listed <= clinic._listed_as_published())
    visit = diabetic(diagnoses=[{"system": "ICD-10", "code": DIAGNOSIS, "status": "confirmed"}])
    visit_id = clinic.visit(visit)
    link = clinic.guide_link(phone_of(visit))
    stream = f"renhe/guide#g-{visit_id.removeprefix('v-')}"
    return Reader(link, clinic.enter(link, phone_of(visit)), phone_of(visit), stream)


def test_a_wrong_answer_and_a_symptom_reach_the_nurse_and_the_readers_are_counted(
    reader: Reader, clinic: Clinic, records: Records
) -> None:
    questions = [dict(_HIDDEN.findall(form)) for form in _QUESTION.findall(reader.page())]
    assert 2 <= len(questions) <= 3
    assert "GuideOpened" not in records.events(reader.stream)

    assert reader.post("opened").status == 204
    for option in ("0", "1"):
        assert {reader.post("quiz", **fields, option=option).status for fields in questions} == {303}
    assert (
        reader.post("symptoms", entry="e-1", severity="mild", symptom_chest_pain="yes", words="脚有点肿").status == 200
    )

    token = clinic.tokens["nurse"]
    url = clinic.url("/tasks")
    tasks = awaited("two tasks", lambda: (found := get(url, token).json["tasks"]) and len(found) == 2 and found)
    assert [each["why"] for each in tasks] == ["red_flag", "not_understood"]
    opened = get(clinic.url(f"/tasks/{tasks[0]['task']}"), token).json["task"]
    assert opened["diary"][0]["words"] == "脚有点肿"
    for each in tasks:
        assert post_json(clinic.url(f"/tasks/{each['task']}/finish"), {"result": "explained"}, token).status == 200
    events = records.events(reader.stream)
    assert (events.count("GuideOpened"), events.count("HelpNeeded")) == (1, 1)
    alarms = [each for each in clinic.messages() if "紧急情况" in each["text"]]
    assert alarms
    assert all("胸" not in each["text"] for each in alarms)

    def counted() -> bool:
        sections = clinic.ask("/section-feedback")["sections"]
        return any(each["content_id"] == PIECE and each["helped"] == 1 for each in sections)

    awaited("the section is counted", counted)


def test_a_reminder_fires_at_its_minute_names_nothing_and_stops(reader: Reader, clinic: Clinic) -> None:
    at = datetime.now(UTC).astimezone(HOME) + timedelta(seconds=75)
    chosen = reader.post("reminders", kind="follow_up", time1=f"{at:%H:%M}", until=f"{at:%Y-%m-%d}")
    assert chosen.status == 303, chosen.text

    def reminded() -> list[str]:
        sent = [each["text"] for each in clinic.messages() if each["to"].endswith(reader.address)]
        return [text for text in sent if "您设定的提醒时间到了" in text]

    [text] = awaited("the reminder", reminded, patience=200)
    assert "高血压" not in text
    assert reader.post("reminders/stop", kind="follow_up").status == 303
    assert "已设" not in reader.page()
