"""A patient and a nurse in two browsers on the running stack: answer, emergency, hand-off, reply, give back."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from infra.local import stack
from infra.local.demo_users import Person
from infra.local.home import read_json
from infra.local.http import get, post_json
from tests.support.stack_clinic import awaited, diabetic, phone_of

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from tests.support.stack_clinic import Clinic
    from tests.support.stack_records import Records

pytestmark = [pytest.mark.stack, pytest.mark.browser]

QUESTION = "什么是2型糖尿病？"
PERSONAL = "我能不能自己把二甲双胍加量"
EMERGENCY = "我爸突然半边身子不能动，说话也不清楚了"
PHONE, DESKTOP = (390, 844), (1280, 800)


@pytest.fixture(scope="module")
def library(clinic: Clinic) -> Clinic:
    """The clinic, with what is said to somebody who asks."""
    clinic.publish("say-emergency", "say-handoff")
    return clinic


@contextmanager
def browsing(browser: Browser, url: str, size: tuple[int, int]) -> Iterator[Page]:
    complaints: list[str] = []
    with browser.new_context(viewport={"width": size[0], "height": size[1]}, locale="zh-CN") as session:
        page = session.new_page()
        page.set_default_timeout(30_000)
        page.on("console", lambda message: complaints.append(message.text))
        page.goto(url)
        yield page
    assert [each for each in complaints if "favicon" not in each and "status of 4" not in each] == []


def ask(page: Page, text: str) -> None:
    page.locator("#text").fill(text)
    page.get_by_role("button", name="发送", exact=True).click()


def sign_in(page: Page, clinic: Clinic) -> None:
    nurse = Person("nurse")
    stack.token(clinic.directory, nurse)
    passwords = read_json(clinic.directory / ".narrowcast/passwords.json")
    page.get_by_label("账号").fill(nurse.username)
    page.get_by_label("密码").fill(passwords[nurse.username])
    page.get_by_role("button", name="登录").click()
    page.get_by_role("heading", name="待回复的会话").wait_for()


def test_from_the_guide_to_an_answer_a_nurse_and_back(
    chromium: Browser, library: Clinic, records: Records, tmp_path: Path
) -> None:
    screenshots = Path(os.environ.get("NARROWCAST_SCREENSHOTS", tmp_path))
    visit = diabetic()
    library.visit(visit)
    with (
        browsing(chromium, library.guide_link(phone_of(visit)), PHONE) as patient,
        browsing(chromium, library.url("/desk/inbox"), DESKTOP) as nurse,
    ):
        patient.get_by_label("手机号后4位").fill(phone_of(visit)[-4:])
        patient.get_by_role("button", name="打开健康指南").click()
        patient.get_by_role("link", name="我要提问").click()
        ask(patient, QUESTION)
        answer = patient.locator(".line.assistant").last
        answer.get_by_text("来源").wait_for()
        patient.screenshot(path=screenshots / "stack-talk-390.png")

        ask(patient, EMERGENCY)
        patient.locator(".line.emergency").get_by_role("link", name="拨打 120").wait_for()

        ask(patient, PERSONAL)
        patient.get_by_text("正在等护士回复，AI 助手不再回答。").wait_for()
        spoken = patient.locator(".line.assistant").count()

        sign_in(nurse, library)
        awaited("the conversation is in the inbox", lambda: waiting(library))
        nurse.reload()
        nurse.locator(".inbox a").first.click()
        nurse.get_by_role("button", name="接手这个会话").click()
        nurse.get_by_label("回复内容").fill("您好，我是护士，正在看您的消息。")
        nurse.get_by_role("button", name="发送", exact=True).click()
        said = patient.locator(".line.staff").last
        said.wait_for()
        assert "护士 刘敏" in said.inner_text()

        ask(patient, QUESTION)
        patient.locator(".line.patient").nth(3).wait_for()
        assert patient.locator(".line.assistant").count() == spoken

        nurse.get_by_role("button", name="交还 AI 助手").click()
        patient.get_by_text("护士已将会话交还给 AI 助手。").wait_for()
        ask(patient, QUESTION)
        patient.locator(".line.assistant").nth(spoken).wait_for()

    log = records.text("EVENT_LOG_TABLE")
    assert [each for each in (PERSONAL, EMERGENCY, "正在看您的消息") if each in log] == []


def waiting(clinic: Clinic) -> list[Any]:
    """Whom the nurse's inbox lists."""
    listed: list[Any] = get(clinic.url("/inbox"), clinic.tokens["nurse"]).json["conversations"]
    return listed


def test_a_nurse_of_another_hospital_sees_nobody(library: Clinic) -> None:
    opened = post_json(library.url("/ask/renhe"), {"text": PERSONAL})
    assert opened.status == 201, opened.text
    awaited("somebody waits", lambda: waiting(library))
    name = waiting(library)[0]["conversation"]
    stranger = stack.token(library.directory, Person("nurse", hospital="xiehe"))

    assert get(library.url("/inbox"), stranger).json == {"conversations": []}
    assert get(library.url(f"/inbox/{name}"), stranger).status == 404
