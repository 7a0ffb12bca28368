"""What a person meets: sizes, contrast, keyboard, zoom, paper, and a page that works without JavaScript."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

import pytest

from chalicelib.pages import (
    GUIDE_HEADERS,
    SECURITY_HEADERS,
    TALK_HEADERS,
    render_alarm_page,
    render_backlog,
    render_check_page,
    render_guide_page,
    render_key_points,
    render_library_page,
    render_recalls,
    render_result_page,
    render_signing_page,
    render_wishes_page,
    results,
)
from tests.support import page_samples as samples
from tests.support.looks import CUT_OFF, FOCUSABLE, FOCUSED, OVERFLOW, TARGETS, TEXTS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page, Request

    from tests.support.axe import Axe

pytestmark = pytest.mark.browser

ORIGIN = "http://narrowcast.test"
PAGES = {
    "guide": render_guide_page(samples.GUIDE, "/g/token"),
    "guide-to-use": render_guide_page(samples.GUIDE_TO_USE, "/g/token"),
    "alarm": render_alarm_page(samples.ALARM),
    "guide-answered": render_guide_page(samples.GUIDE_WITH_ANSWERS, "/g/token"),
    "signing": render_signing_page(samples.SIGNING, "/s/token"),
    "signing-error": render_signing_page(samples.SIGNING_AFTER_A_WRONG_CODE, "/s/token"),
    "signing-closed": render_signing_page(samples.SIGNING_CLOSED, "/s/token"),
    "result-done": render_result_page(results.signed("开始服用二甲双胍", hospital_name="仁和医院")),
    "result-refused": render_result_page(results.not_done("请输入6位数字验证码", back_href="/s/token")),
    "result-gone": render_result_page(results.link_expired()),
    "check": render_check_page("token/check"),
    "check-wrong": render_check_page("check", wrong=True),
    "wishes": render_wishes_page(samples.WISHES, "../token"),
    "library": render_library_page(samples.LIBRARY),
    "desk-recalls": render_recalls(samples.RECALLS),
    "desk-backlog": render_backlog(samples.BACKLOG),
    "key-points": render_key_points(samples.KEY_POINTS, "token"),
}
PHONE, DESKTOP = (390, 844), (1280, 800)
every_page = pytest.mark.parametrize("name", PAGES)
phone_and_desktop = pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["390x844", "1280x800"])


@contextmanager
def opened(
    browser: Browser, name: str, size: tuple[int, int] = PHONE, **context: Any
) -> Iterator[tuple[Page, list[Request]]]:
    """Open a page as the API would send it; every request it makes is answered here and noted."""
    requests: list[Request] = []
    with browser.new_context(viewport={"width": size[0], "height": size[1]}, **context) as session:
        session.route("**/*", lambda route: route.fulfill(body=PAGES[name], headers=_headers(name)))
        page = session.new_page()
        page.on("request", lambda request: requests.append(request))  # noqa: PLW0108 - it takes no built-in
        page.goto(f"{ORIGIN}/{name}")
        yield page, requests


def _headers(name: str) -> dict[str, str]:
    if name.startswith(("desk", "key-points")):
        return TALK_HEADERS
    return GUIDE_HEADERS if name.startswith(("guide", "alarm", "wishes", "library")) else SECURITY_HEADERS


def opened_details(page: Page) -> None:
    page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true; })")


@every_page
@phone_and_desktop
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_page_fits_and_can_be_read(
    chromium: Browser, name: str, size: tuple[int, int], scheme: str, tmp_path: Path
) -> None:
    with opened(chromium, name, size, color_scheme=scheme) as (page, _):
        opened_details(page)
        page.screenshot(path=tmp_path / f"{name}-{size[0]}-{scheme}.png", full_page=True)
        texts = page.evaluate(TEXTS)
        assert page.evaluate(OVERFLOW) == 0
        assert page.evaluate(CUT_OFF) == []
        assert page.evaluate(TARGETS) == []
        assert [text for text in texts if text["size"] < 18] == []
        assert [text for text in texts if text["contrast"] < 7] == []
        assert [text for text in texts if not text["heading"] and text["leading"] < 1.69] == []


@every_page
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_page_breaks_no_rule_of_accessibility(chromium: Browser, axe: Axe, name: str, scheme: str) -> None:
    with opened(chromium, name, color_scheme=scheme) as (page, _):
        assert axe.violations(page) == []


@every_page
def test_the_policy_lets_the_page_be_itself_and_nothing_is_fetched(chromium: Browser, name: str) -> None:
    complaints: list[str] = []
    with opened(chromium, name) as (page, requests):
        page.on("console", lambda message: complaints.append(message.text))
        page.reload()
        assert complaints == []
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") != "rgba(0, 0, 0, 0)"
        assert {request.url for request in requests} <= {f"{ORIGIN}/{name}", "data:,"}


@every_page
@pytest.mark.parametrize("size", [(195, 422), (640, 400)], ids=["phone", "desktop"])
def test_a_page_keeps_its_width_at_200_percent(chromium: Browser, name: str, size: tuple[int, int]) -> None:
    with opened(chromium, name, size, device_scale_factor=2) as (page, _):
        opened_details(page)
        assert page.evaluate(OVERFLOW) == 0
        assert page.evaluate(CUT_OFF) == []


@every_page
def test_a_page_keeps_its_width_when_only_the_text_is_doubled(chromium: Browser, name: str) -> None:
    with opened(chromium, name) as (page, _):
        page.evaluate("document.documentElement.style.fontSize = '225%'")
        opened_details(page)
        assert page.evaluate("getComputedStyle(document.body).fontSize") == "36px"
        assert page.evaluate(OVERFLOW) == 0
        assert page.evaluate(CUT_OFF) == []


@every_page
@phone_and_desktop
def test_the_keyboard_reaches_everything_in_reading_order(chromium: Browser, name: str, size: tuple[int, int]) -> None:
    with opened(chromium, name, size) as (page, _):
        expected = page.evaluate(FOCUSABLE)
        visited = []
        for _step in expected:
            page.keyboard.press("Tab")
            focused = page.evaluate(FOCUSED)
            assert focused["outlined"]
            visited.append(focused["place"])
        assert visited == expected


def test_the_skip_link_appears_on_focus_and_leads_to_the_text(chromium: Browser) -> None:
    with opened(chromium, "guide") as (page, _):
        page.keyboard.press("Tab")
        assert page.get_by_role("link", name="跳到正文").bounding_box()["y"] >= 0  # type: ignore[index]
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == "main"


def test_a_doctor_reads_the_facts_and_signs_with_the_keyboard_alone(chromium: Browser) -> None:
    with opened(chromium, "signing") as (page, requests):
        page.locator("summary").first.focus()
        page.keyboard.press("Enter")
        assert page.get_by_text("若无禁忌证，二甲双胍是2型糖尿病患者控制高血糖的一线用药。").is_visible()
        page.get_by_label("六位验证码").first.focus()
        page.keyboard.type("246810")
        page.keyboard.press("Enter")
        page.wait_for_url(f"{ORIGIN}/s/token")
        sent = parse_qs(requests[-1].post_data or "")
        assert requests[-1].method == "POST"
        assert sent == {
            "decision": ["sign"],
            "revision": ["3"],
            "document_hash": [samples.SIGNING.document_hash],
            "code": ["246810"],
        }


@pytest.mark.parametrize("code", ["", "12345", "12345a"])
def test_a_code_that_is_not_six_digits_is_not_sent(chromium: Browser, code: str) -> None:
    with opened(chromium, "signing") as (page, requests):
        page.get_by_label("六位验证码").first.fill(code)
        page.get_by_role("button", name="确认签发").click()
        assert page.evaluate("document.querySelector('#sign-code').validity.valid") is False
        assert [request.method for request in requests if request.method == "POST"] == []


def test_a_rejection_carries_its_reason(chromium: Browser) -> None:
    with opened(chromium, "signing") as (page, requests):
        page.get_by_text("需要修改？退回编辑").click()
        page.get_by_label("退回原因").fill("第2句请写明“若无禁忌证”。")
        page.get_by_label("六位验证码").last.fill("246810")
        page.get_by_role("button", name="退回修改").click()
        page.wait_for_url(f"{ORIGIN}/s/token")
        sent = parse_qs(requests[-1].post_data or "")
        assert (sent["decision"], sent["reason"]) == (["reject"], ["第2句请写明“若无禁忌证”。"])


def test_a_patient_answers_a_section_without_javascript(chromium: Browser) -> None:
    with opened(chromium, "guide", java_script_enabled=False) as (page, requests):
        group = page.get_by_role("group", name="用药指导：这一部分您看懂了吗？")
        group.get_by_role("button", name="有疑问").click()
        page.wait_for_url(f"{ORIGIN}/g/token/feedback")
        assert (requests[-1].method, parse_qs(requests[-1].post_data or "")) == (
            "POST",
            {"section": ["medication"], "answer": ["questioned"]},
        )


def test_a_patient_refuses_further_guides_without_javascript(chromium: Browser) -> None:
    with opened(chromium, "guide", java_script_enabled=False) as (page, requests):
        page.get_by_role("button", name="不再接收").click()
        page.wait_for_url(f"{ORIGIN}/g/token/refuse")
        assert requests[-1].method == "POST"


def test_a_screen_reader_hears_each_section_by_its_name(chromium: Browser) -> None:
    with opened(chromium, "guide") as (page, _):
        names = [card.title for card in samples.GUIDE.sections]
        assert all(page.get_by_role("region", name=name, exact=True).count() == 1 for name in names)
        assert page.get_by_role("navigation", name="目录").get_by_role("link").count() == len(names) + 1
        assert page.get_by_role("region", name="紧急情况").get_by_role("link", name="拨打 120").count() == 1


def test_a_printed_guide_keeps_text_signers_labels_and_reasons_and_drops_the_buttons(chromium: Browser) -> None:
    with opened(chromium, "guide", DESKTOP) as (page, _):
        page.emulate_media(media="print")
        pieces = [piece for card in samples.GUIDE.sections for piece in card.pieces]
        printed = page.locator("main").inner_text()
        assert all(sentence in printed for piece in pieces for sentence in piece.sentences)
        assert all(piece.label in printed and piece.signer_name in printed for piece in pieces)
        assert "您看懂了吗" not in printed
        assert "不再接收" not in printed
        reasons = page.locator("details.why p").all()
        assert reasons
        assert all(reason.bounding_box()["height"] > 0 for reason in reasons)  # type: ignore[index]
