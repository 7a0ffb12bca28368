"""A patient and a nurse at their pages at once, in two browsers; by finger, by keyboard, without scripts, enlarged."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from narrowcast.domain.notices import AI_LABEL
from tests.support.looks import CUT_OFF, FOCUSABLE, FOCUSED, NAMELESS, OVERFLOW, TARGETS, TEXTS
from tests.support.newsroom import DIABETES, HOSPITAL
from tests.support.talk_server import served
from tests.support.talks import EMERGENCY, PERSONAL, QUESTION, TITLE, TalkRoom, talk_room

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from tests.support.axe import Axe

pytestmark = pytest.mark.browser

PHONE, DESKTOP = (390, 844), (1280, 800)
DOOR = f"/ask/{HOSPITAL}"


@pytest.fixture
def room(monkeypatch: pytest.MonkeyPatch) -> TalkRoom:
    return talk_room().serve(monkeypatch)


@pytest.fixture
def site(room: TalkRoom) -> Iterator[str]:
    with served(room) as url:
        yield url


@contextmanager
def browsing(browser: Browser, url: str, size: tuple[int, int] = PHONE, *, scripts: bool = True) -> Iterator[Page]:
    """A browser of one person; every complaint of its console is an error, but for a refusal that is looked at."""
    complaints: list[str] = []
    with browser.new_context(
        viewport={"width": size[0], "height": size[1]}, locale="zh-CN", java_script_enabled=scripts
    ) as context:
        page = context.new_page()
        page.set_default_timeout(20_000)
        page.on("console", lambda message: complaints.append(message.text))
        page.goto(url)
        yield page
    assert [each for each in complaints if "status of 4" not in each] == []


def ask(page: Page, text: str) -> None:
    page.locator("#text").fill(text)
    page.get_by_role("button", name="发送", exact=True).click()


def sign_in(page: Page, name: str = "liu") -> None:
    page.get_by_label("账号").fill(name)
    page.get_by_label("密码").fill("right")
    page.get_by_role("button", name="登录").click()
    page.get_by_role("heading", name="待回复的会话").wait_for()


def looks_right(page: Page) -> None:
    """Everything fits, can be read, can be hit, and has a name for who cannot see it."""
    page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true; })")
    texts = page.evaluate(TEXTS)
    assert page.evaluate(OVERFLOW) == 0
    assert page.evaluate(CUT_OFF) == []
    assert page.evaluate(TARGETS) == []
    assert page.evaluate(NAMELESS) == []
    assert [text for text in texts if text["size"] < 18] == []
    assert [text for text in texts if text["contrast"] < 7] == []
    assert [text for text in texts if not text["heading"] and text["leading"] < 1.69] == []


def test_a_question_is_answered_with_its_source_and_reported(chromium: Browser, site: str, screenshots: Path) -> None:
    with browsing(chromium, f"{site}{DOOR}") as page:
        ask(page, QUESTION)
        answer = page.locator(".line.assistant").last
        answer.get_by_text(DIABETES).wait_for()
        assert AI_LABEL in answer.inner_text()
        page.screenshot(path=screenshots / "talk-390.png", full_page=True)

        answer.get_by_text("报错", exact=True).click()
        answer.get_by_label("内容过时").check()
        answer.get_by_role("button", name="提交报错").click()
        page.wait_for_url("**/chat/*#end")
        page.locator(".line.assistant").get_by_role("button", name="有用").click()
        page.get_by_text("您的评价：有用").wait_for()

        page.locator(".line.assistant").get_by_role("link", name="《什么是2型糖尿病？》").click()
        page.get_by_text(DIABETES).first.wait_for()


def test_who_does_not_want_to_wait_begins_anew_and_a_nurse_settles_what_was_reported(
    chromium: Browser, site: str, screenshots: Path
) -> None:
    with (
        browsing(chromium, f"{site}{DOOR}") as patient,
        browsing(chromium, f"{site}/desk/inbox", DESKTOP) as nurse,
    ):
        ask(patient, QUESTION)
        patient.locator(".line.assistant").get_by_text("报错", exact=True).click()
        patient.get_by_role("button", name="提交报错").click()
        patient.wait_for_url("**/chat/*#end")
        ask(patient, PERSONAL)
        waited = patient.url.partition("#")[0]
        patient.get_by_role("button", name="不等了，重新提问").click()
        patient.wait_for_url(lambda url: url.partition("#")[0] != waited)
        ask(patient, QUESTION)
        patient.locator(".line.assistant").get_by_text(DIABETES).wait_for()

        sign_in(nurse)
        nurse.get_by_role("link", name="1处报错").click()
        nurse.get_by_text("患者报错：内容有误").wait_for()
        looks_right(nurse)
        nurse.screenshot(path=screenshots / "desk-report.png", full_page=True)
        nurse.get_by_role("button", name="属实，已处理").click()
        nurse.get_by_text("处理结果：属实，已处理").wait_for()


def test_patient_and_nurse_speak_and_the_assistant_is_mute_until_it_is_given_back(
    chromium: Browser, site: str, screenshots: Path
) -> None:
    with (
        browsing(chromium, f"{site}{DOOR}") as patient,
        browsing(chromium, f"{site}/desk/inbox", DESKTOP) as nurse,
    ):
        ask(patient, QUESTION)
        patient.locator(".line.assistant").get_by_text(DIABETES).wait_for()
        ask(patient, PERSONAL)
        patient.get_by_text("正在等护士回复，AI 助手不再回答。").wait_for()

        sign_in(nurse)
        nurse.get_by_role("link", name="需要人工处理的问题").click()
        nurse.get_by_role("button", name="接手这个会话").click()
        nurse.get_by_label("回复内容").fill("您好，请不要自己加量，我请医生看一下。")
        nurse.get_by_role("button", name="发送", exact=True).click()
        again = nurse.get_by_role("button", name="仍然发送")
        if again.is_visible():
            again.click()
        nurse.screenshot(path=screenshots / "desk-1280.png", full_page=True)
        said = patient.locator(".line.staff").last
        said.wait_for()
        assert "护士 刘敏" in said.inner_text()

        spoken = patient.locator(".line.assistant").count()
        ask(patient, QUESTION)
        patient.locator(".line.patient").nth(2).wait_for()
        assert patient.locator(".line.assistant").count() == spoken

        nurse.goto(nurse.url.partition("#")[0])
        nurse.get_by_role("button", name="交还 AI 助手").click()
        patient.get_by_text("护士已将会话交还给 AI 助手。").wait_for()
        ask(patient, QUESTION)
        patient.locator(".line.assistant").nth(spoken).wait_for()


def test_an_answer_on_its_way_is_not_given_once_a_nurse_has_the_word(
    chromium: Browser, room: TalkRoom, site: str
) -> None:
    with browsing(chromium, f"{site}{DOOR}") as patient:
        ask(patient, QUESTION)
        patient.locator(".line.assistant").get_by_text(DIABETES).wait_for()
        where = room.doors.behind(patient.url.rpartition("/")[2].partition("#")[0])
        number = room.assistant.hear(*where, QUESTION, message="in-flight")
        patient.get_by_role("button", name="转人工（护士）").click()
        patient.get_by_text("正在等护士回复").wait_for()

        room.assistant.answer(*where, number)

        patient.reload()
        assert patient.locator(".line.assistant").count() == 1


def test_an_emergency_stands_out_with_its_numbers(chromium: Browser, site: str, screenshots: Path) -> None:
    with browsing(chromium, f"{site}{DOOR}") as page:
        ask(page, EMERGENCY)
        block = page.locator(".line.emergency")
        block.get_by_text("请立即拨打120。").wait_for()
        assert block.get_by_role("link", name="拨打 120").get_attribute("href") == "tel:120"
        assert block.get_by_role("link", name="拨打 010-00000120").get_attribute("href") == "tel:010-00000120"
        page.screenshot(path=screenshots / "talk-emergency-390.png", full_page=True)


def test_everything_works_without_scripts(chromium: Browser, site: str) -> None:
    with (
        browsing(chromium, f"{site}{DOOR}", scripts=False) as patient,
        browsing(chromium, f"{site}/desk/inbox", scripts=False) as nurse,
    ):
        patient.get_by_role("button", name=TITLE).click()
        patient.get_by_text(DIABETES).wait_for()
        ask(patient, PERSONAL)
        patient.get_by_text("正在等护士回复").wait_for()
        sign_in(nurse)
        nurse.get_by_role("link", name="需要人工处理的问题").click()
        nurse.get_by_role("button", name="接手这个会话").click()
        nurse.get_by_label("回复内容").fill("您好，我是护士，正在看您的消息。")
        nurse.get_by_role("button", name="发送", exact=True).click()
        patient.get_by_role("button", name="刷新，查看新消息").click()
        patient.get_by_text("您好，我是护士，正在看您的消息。").wait_for()
        patient.get_by_role("button", name="结束会话").click()
        patient.get_by_role("button", name="重新提问").click()
        ask(patient, QUESTION)
        patient.get_by_text(DIABETES).wait_for()


def test_a_patient_asks_with_the_keyboard_alone(chromium: Browser, site: str) -> None:
    with browsing(chromium, f"{site}{DOOR}") as page:
        page.locator("#text").focus()
        page.keyboard.type(QUESTION)
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        page.locator(".line.assistant").get_by_text(DIABETES).wait_for()

        page.locator("#text").focus()
        page.keyboard.type("什么是2型糖尿病？")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        page.locator(".line.patient").nth(1).wait_for()
        page.locator("#text:focus").wait_for()


def test_new_lines_are_announced_and_everything_is_named(chromium: Browser, site: str) -> None:
    with browsing(chromium, f"{site}{DOOR}") as page:
        ask(page, QUESTION)
        log = page.get_by_role("log", name="对话")
        log.get_by_text(DIABETES).wait_for()
        assert log.get_attribute("aria-live") == "polite"
        assert page.get_by_role("alert").count() == 0
        assert page.get_by_role("region", name="紧急情况").get_by_role("link").count() == 2


@pytest.mark.parametrize(
    ("size", "scale"),
    [(PHONE, 1), (DESKTOP, 1), ((195, 422), 2), ((640, 400), 2)],
    ids=["phone", "desk", "200", "200d"],
)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_fits_and_can_be_read(  # noqa: PLR0917 - what is looked at
    chromium: Browser, room: TalkRoom, site: str, size: tuple[int, int], scale: int, scheme: str
) -> None:
    nonce = room.begin()
    for number, text in enumerate((EMERGENCY, PERSONAL)):
        room.send("/chat/{nonce}/messages", {"text": text, "message": f"m-{number}"}, nonce=nonce)
    name = room.conversation(nonce)
    room.staff("claim", name)
    room.staff("reply", name, {"text": "每天吃三次，每次500毫克。", "confirmed": True})
    room.staff("note", name, {"text": "请王医生看一下"})
    context = chromium.new_context(
        viewport={"width": size[0], "height": size[1]},
        device_scale_factor=scale,
        color_scheme="dark" if scheme == "dark" else "light",
    )
    with context:
        page = context.new_page()
        page.goto(f"{site}/desk/sign-in")
        looks_right(page)
        sign_in(page)
        for path in ("/desk/inbox", f"/desk/inbox/{name}", DOOR, f"/chat/{nonce}"):
            page.goto(f"{site}{path}")
            looks_right(page)


@pytest.mark.parametrize("path", [DOOR, "/desk/sign-in", "chat"])
def test_the_keyboard_reaches_everything_in_reading_order(
    chromium: Browser, room: TalkRoom, site: str, path: str
) -> None:
    where = f"/chat/{room.begin()}" if path == "chat" else path
    with browsing(chromium, f"{site}{where}") as page:
        expected = page.evaluate(FOCUSABLE)
        visited = []
        for _step in expected:
            page.keyboard.press("Tab")
            focused = page.evaluate(FOCUSED)
            assert focused["outlined"]
            visited.append(focused["place"])
        assert visited == expected


def test_no_page_of_a_talk_breaks_a_rule_of_accessibility(chromium: Browser, axe: Axe, site: str) -> None:
    with browsing(chromium, f"{site}{DOOR}") as page:
        assert axe.violations(page) == []
        ask(page, QUESTION)
        page.locator(".line.assistant").get_by_text(DIABETES).wait_for()
        assert axe.violations(page) == []
        ask(page, EMERGENCY)
        page.locator(".line.emergency").get_by_text("请立即拨打120。").wait_for()
        assert axe.violations(page) == []


def test_no_page_of_the_desk_breaks_a_rule_of_accessibility(chromium: Browser, axe: Axe, site: str) -> None:
    with browsing(chromium, f"{site}{DOOR}") as patient, browsing(chromium, f"{site}/desk/inbox", DESKTOP) as nurse:
        assert axe.violations(nurse) == []
        ask(patient, PERSONAL)
        patient.get_by_text("正在等护士回复").wait_for()
        sign_in(nurse)
        assert axe.violations(nurse) == []
        nurse.get_by_role("link", name="需要人工处理的问题").click()
        nurse.get_by_role("button", name="接手这个会话").click()
        nurse.get_by_label("回复内容").wait_for()
        assert axe.violations(nurse) == []


def test_the_inbox_shows_who_came_since_by_itself(chromium: Browser, site: str) -> None:
    with browsing(chromium, f"{site}{DOOR}") as patient, browsing(chromium, f"{site}/desk/inbox", DESKTOP) as nurse:
        nurse.clock.install()
        sign_in(nurse)
        nurse.get_by_text("现在没有人在等。").wait_for()
        ask(patient, PERSONAL)
        patient.get_by_text("正在等护士回复").wait_for()

        nurse.clock.fast_forward(15_000)

        nurse.get_by_role("link", name="需要人工处理的问题").wait_for()
