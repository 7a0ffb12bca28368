"""A doctor and a patient at their pages, in a real browser, on the running stack, on a phone and on a desk.

Screenshots go to the folder that NARROWCAST_SCREENSHOTS names, else to pytest's own.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.support.stack_clinic import diabetic, phone_of

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from tests.support.stack_clinic import Clinic
    from tests.support.stack_records import Records

pytestmark = [pytest.mark.stack, pytest.mark.browser]

SIZES = [(390, 844), (1280, 800)]
on_phone_and_desk = pytest.mark.parametrize("size", SIZES, ids=["390x844", "1280x800"])
OVERFLOW = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


@contextmanager
def at(browser: Browser, link: str, size: tuple[int, int]) -> Iterator[Page]:
    """The page behind a link; every complaint of the browser is an error, and so is a line wider than the screen."""
    complaints: list[str] = []
    with browser.new_context(viewport={"width": size[0], "height": size[1]}, locale="zh-CN") as session:
        page = session.new_page()
        page.set_default_timeout(20_000)
        page.on("console", lambda message: complaints.append(message.text))
        page.goto(link)
        assert page.evaluate(OVERFLOW) == 0
        yield page
        assert page.evaluate(OVERFLOW) == 0
    assert [each for each in complaints if "favicon" not in each] == []


@on_phone_and_desk
def test_a_doctor_reads_types_her_code_and_signs(
    chromium: Browser, clinic: Clinic, screenshots: Path, size: tuple[int, int]
) -> None:
    content_id = f"browser-{size[0]}"
    clinic.plan("met-start", content_id, codes=["E14"])
    clinic.accept(content_id)
    invitation, _ = clinic.invitations(content_id)

    with at(chromium, invitation.link, size) as page:
        page.screenshot(path=screenshots / f"signing-{size[0]}x{size[1]}.png", full_page=True)
        form = page.get_by_role("region", name="签发")
        form.get_by_label("验证码").fill(invitation.code)
        form.get_by_role("button", name="确认签发").click()
        page.get_by_role("heading", name="已签发").wait_for()
        page.screenshot(path=screenshots / f"signed-{size[0]}x{size[1]}.png", full_page=True)

    assert clinic.published(content_id)["signed"]["factor"] == "link+code"


def test_a_doctor_who_mistypes_is_told_and_may_try_again(chromium: Browser, clinic: Clinic, records: Records) -> None:
    clinic.plan("dm-know", "mistyped", codes=["E14"])
    clinic.accept("mistyped")
    invitation, _ = clinic.invitations("mistyped")

    with at_wrong_code(chromium, invitation.link, wrong=f"{(int(invitation.code) + 1) % 1_000_000:06d}") as page:
        assert "还可尝试4次" in page.get_by_role("region", name="签发").inner_text()
        assert "ContentSigned" not in records.events("renhe/content#mistyped")
        form = page.get_by_role("region", name="签发")
        form.get_by_label("验证码").fill(invitation.code)
        form.get_by_role("button", name="确认签发").click()
        page.get_by_role("heading", name="已签发").wait_for()


@contextmanager
def at_wrong_code(browser: Browser, link: str, *, wrong: str) -> Iterator[Page]:
    """The doctor's page after one wrong code; the browser's own note of the 403 is no complaint."""
    with browser.new_context(viewport={"width": 390, "height": 844}) as session:
        page = session.new_page()
        page.set_default_timeout(20_000)
        page.goto(link)
        form = page.get_by_role("region", name="签发")
        form.get_by_label("验证码").fill(wrong)
        form.get_by_role("button", name="确认签发").click()
        page.get_by_text("验证码不正确").wait_for()
        yield page


def enter(page: Page, phone: str) -> None:
    """Say at a guide's link who reads."""
    page.get_by_label("手机号后4位").fill(phone[-4:])
    page.get_by_role("button", name="打开健康指南").click()
    page.get_by_role("heading", name="您的健康指南").wait_for()


@on_phone_and_desk
def test_a_patient_reads_her_guide_and_answers(
    chromium: Browser, clinic: Clinic, records: Records, screenshots: Path, size: tuple[int, int]
) -> None:
    visit = diabetic()
    visit_id = clinic.visit(visit)

    with at(chromium, clinic.guide_link(phone_of(visit)), size) as page:
        page.screenshot(path=screenshots / f"check-{size[0]}x{size[1]}.png", full_page=True)
        enter(page, phone_of(visit))
        page.screenshot(path=screenshots / f"guide-{size[0]}x{size[1]}.png", full_page=True)
        assert page.locator(".card:not(.tool)").count() == 2
        assert "人工智能" in page.locator("main").inner_text()
        page.locator("#disease").get_by_role("button", name="看懂了").click()
        page.locator("#disease").get_by_text("您选择了看懂了").wait_for()
        page.locator("#diet").get_by_role("button", name="有疑问").click()
        page.locator("#diet").get_by_text("您选择了有疑问").wait_for()
        page.screenshot(path=screenshots / f"guide-answered-{size[0]}x{size[1]}.png", full_page=True)

    answers = [e for e in records.events(f"renhe/guide#g-{visit_id.removeprefix('v-')}") if e.startswith("Section")]
    assert answers == ["SectionUnderstood", "SectionQuestioned"]


def test_a_patient_who_wants_no_more_is_told_that_it_holds(chromium: Browser, clinic: Clinic) -> None:
    visit = diabetic()
    clinic.visit(visit)

    with at(chromium, clinic.guide_link(phone_of(visit)), SIZES[0]) as page:
        enter(page, phone_of(visit))
        page.get_by_role("button", name="不再接收").click()
        page.get_by_role("heading", name="已停止接收").wait_for()
