"""A patient at her guide, on a telephone, with the API behind it: what she does is told once, scripts or not."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from narrowcast.domain.control.quiz import questions_of
from tests.support.guided import guided_room
from tests.support.looks import CUT_OFF, FOCUSABLE, FOCUSED, NAMELESS, OVERFLOW
from tests.support.newsroom import HOSPITAL, IDENTITY
from tests.support.talk_server import served
from tests.support.talks import TalkRoom

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from tests.support.axe import Axe

pytestmark = pytest.mark.browser

PHONE, DESK = (390, 844), (1280, 800)
HEAVIEST = 100_000


@pytest.fixture
def room(monkeypatch: pytest.MonkeyPatch) -> TalkRoom:
    return guided_room().serve(monkeypatch)


@pytest.fixture
def site(room: TalkRoom) -> Iterator[str]:
    with served(room) as url:
        yield url


@contextmanager
def reading(browser: Browser, site: str, room: TalkRoom, *, scripts: bool = True) -> Iterator[Page]:
    """The guide on a telephone, after the check; every complaint of the console is an error."""
    complaints: list[str] = []
    with browser.new_context(
        viewport={"width": PHONE[0], "height": PHONE[1]}, locale="zh-CN", java_script_enabled=scripts
    ) as context:
        page = context.new_page()
        page.set_default_timeout(20_000)
        page.on("console", lambda message: complaints.append(message.text))
        page.goto(f"{site}/g/{room.world.guide_nonce()}")
        page.locator("input[name=factor]").fill(IDENTITY.phone[-4:])
        page.keyboard.press("Enter")
        page.get_by_role("heading", name="您的健康指南").wait_for()
        yield page
    assert complaints == []


def types(room: TalkRoom, *names: str) -> list[str]:
    return [each.type for each in room.world.envelopes() if each.type in names]


def wrong_option(room: TalkRoom) -> str:
    question = questions_of(room.world.content("met-quiz").draft)[0]
    return question.options[1 - question.right].text


def test_the_page_is_light_names_everything_and_breaks_no_rule(
    chromium: Browser, axe: Axe, room: TalkRoom, site: str, screenshots: Path
) -> None:
    with reading(chromium, site, room) as page:
        page.screenshot(path=screenshots / "guide-phone.png", full_page=True)
        assert len(page.content().encode()) < HEAVIEST
        assert axe.violations(page) == []
        assert page.evaluate(NAMELESS) == []
        assert page.evaluate(OVERFLOW) == 0
        assert page.evaluate(CUT_OFF) == []
        assert page.get_by_role("region", name="用药指导", exact=True).count() == 1
        assert page.get_by_role("button", name="不再接收").count() == 1
        page.screenshot(path=screenshots / "guide-phone-open.png", full_page=True)


def test_loading_tells_nothing_and_scrolling_to_the_end_tells_once(
    chromium: Browser, room: TalkRoom, site: str
) -> None:
    with reading(chromium, site, room) as page:
        page.reload()
        assert types(room, "GuideOpened") == []
        with page.expect_request("**/opened"):
            page.mouse.wheel(0, 200)
        with page.expect_request("**/read"):
            page.locator("#medication .feedback fieldset").scroll_into_view_if_needed()
        page.reload()
        page.mouse.wheel(0, 200)
        page.get_by_role("button", name="看懂了").click()
        page.get_by_text("您选择了").wait_for()

    assert types(room, "GuideOpened", "SectionRead", "SectionUnderstood") == [
        "GuideOpened",
        "SectionRead",
        "SectionUnderstood",
    ]


def test_a_patient_answers_wrong_reads_the_signed_sentence_and_hears_that_a_nurse_comes(
    chromium: Browser, room: TalkRoom, site: str
) -> None:
    with reading(chromium, site, room, scripts=False) as page:
        quiz = page.locator(".question").first
        quiz.get_by_role("button", name=wrong_option(room), exact=True).click()
        page.get_by_text("已请护士联系您").wait_for()
        assert page.locator(".answer").first.is_visible()

    assert types(room, "QuizAnswered", "HelpNeeded", "TaskRaised") == ["QuizAnswered", "HelpNeeded", "TaskRaised"]


def test_a_patient_sets_reminders_without_scripts_and_stops_them(chromium: Browser, room: TalkRoom, site: str) -> None:
    with reading(chromium, site, room, scripts=False) as page:
        page.get_by_text("设提醒", exact=True).click()
        page.get_by_label("每天第2次").fill("20:00")
        page.get_by_role("button", name="按时提醒我").click()
        page.get_by_text("设提醒", exact=True).click()
        page.get_by_text("已设：每天 08:00、20:00").wait_for()
        page.get_by_role("button", name="停止这项提醒").click()
        page.get_by_text("设提醒", exact=True).click()
        page.get_by_role("button", name="按时提醒我").wait_for()

    assert types(room, "RemindersChosen", "RemindersEnded") == ["RemindersChosen", "RemindersEnded"]
    assert room.world.schedules.pending == {}


def test_a_patient_notes_a_symptom_with_the_keyboard_and_an_alarm_says_120(
    chromium: Browser, axe: Axe, room: TalkRoom, site: str, screenshots: Path
) -> None:
    with reading(chromium, site, room) as page:
        page.locator("#diary summary").focus()
        page.keyboard.press("Enter")
        page.get_by_label("胸痛、胸闷").focus()
        page.keyboard.press("Space")
        page.get_by_role("button", name="告诉医院").focus()
        page.keyboard.press("Enter")
        page.get_by_role("heading", name="请立即拨打120").wait_for()
        page.screenshot(path=screenshots / "alarm-phone.png", full_page=True)
        assert axe.violations(page) == []
        assert page.get_by_role("link", name="拨打 120", exact=True).get_attribute("href") == "tel:120"
        page.get_by_role("link", name="返回健康指南").click()
        page.get_by_role("heading", name="您的健康指南").wait_for()

    assert types(room, "SymptomsNoted", "TaskRaised") == ["SymptomsNoted", "TaskRaised"]


def test_a_section_folds_and_unfolds_without_scripts(chromium: Browser, room: TalkRoom, site: str) -> None:
    with reading(chromium, site, room, scripts=False) as page:
        text = page.locator("#medication .piece p").first
        assert text.is_visible()
        page.locator("#medication > details > summary").click()
        assert not text.is_visible()
        page.locator("#medication > details > summary").click()
        assert text.is_visible()


def test_the_keyboard_goes_through_the_page_in_reading_order(chromium: Browser, room: TalkRoom, site: str) -> None:
    with reading(chromium, site, room) as page:
        page.evaluate("document.activeElement.blur()")
        expected = page.evaluate(FOCUSABLE)
        visited = []
        for _step in expected:
            page.keyboard.press("Tab")
            focused = page.evaluate(FOCUSED)
            assert focused["outlined"]
            visited.append(focused["place"])
        assert visited == expected


def test_paper_keeps_the_text_and_drops_what_is_pressed(chromium: Browser, room: TalkRoom, site: str) -> None:
    with reading(chromium, site, room) as page:
        page.locator("#medication > details > summary").click()
        page.emulate_media(media="print")
        printed = page.locator("main").inner_text()
        assert "加量、减量或停用二甲双胍" in printed
        assert "陈怡然" in printed
        assert "测一测" not in printed
        assert "告诉医院" not in printed


def test_a_nurse_finds_the_task_at_her_desk(
    chromium: Browser, axe: Axe, room: TalkRoom, site: str, screenshots: Path
) -> None:
    room.enter(room.world.guide_nonce())
    noted = {"entry": "e-1", "severity": "mild", "symptom_chest_pain": "yes", "words": "脚有点肿"}
    room.post("/g/{token}/symptoms", noted, token=room.world.guide_nonce())
    with chromium.new_context(viewport={"width": DESK[0], "height": DESK[1]}, locale="zh-CN") as context:
        page = context.new_page()
        page.goto(f"{site}/desk/inbox")
        page.get_by_label("账号").fill("liu")
        page.get_by_label("密码").fill("right")
        page.get_by_role("button", name="登录").click()
        page.get_by_role("link", name="患者随访工作").click()
        assert axe.violations(page) == []
        page.get_by_role("link", name="患者记录了可能紧急的不适").click()
        page.get_by_text("脚有点肿").wait_for()
        page.get_by_role("button", name="接手这项工作").click()
        page.screenshot(path=screenshots / "task-desk.png", full_page=True)
        assert axe.violations(page) == []
        page.get_by_label("已请医生处理或建议就医").check()
        page.get_by_role("button", name="完成", exact=True).click()
        page.get_by_text("已完成").wait_for()

    assert types(room, "TaskClaimed", "TaskDone") == ["TaskClaimed", "TaskDone"]


@pytest.mark.parametrize("where", ["g/{nonce}", "g/{nonce}/wishes", "library/{hospital}"])
def test_the_pages_around_the_guide_break_no_rule(
    chromium: Browser, axe: Axe, room: TalkRoom, site: str, where: str
) -> None:
    path = where.format(nonce=room.world.guide_nonce(), hospital=HOSPITAL)
    with chromium.new_context(viewport={"width": PHONE[0], "height": PHONE[1]}, locale="zh-CN") as context:
        page = context.new_page()
        page.goto(f"{site}/{path}")
        assert axe.violations(page) == []
        if "nonce" in where:
            page.locator("input[name=factor]").fill("0000")
            page.keyboard.press("Enter")
            page.locator("input[name=factor]").wait_for()
            assert axe.violations(page) == []
            page.locator("input[name=factor]").fill(IDENTITY.phone[-4:])
            page.keyboard.press("Enter")
            page.wait_for_url(f"**/g/{room.world.guide_nonce()}*")
            page.goto(f"{site}/{path}")
            assert axe.violations(page) == []
