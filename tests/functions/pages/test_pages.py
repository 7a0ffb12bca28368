"""What every page must hold, whatever is put into it."""

from __future__ import annotations

import base64
import hashlib
import re
import sys
import unicodedata
from dataclasses import fields, is_dataclass, replace
from html.parser import HTMLParser
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.pages import (
    CONTENT_SECURITY_POLICY,
    GUIDE_HEADERS,
    SECURITY_HEADERS,
    AlarmPage,
    GuidePage,
    ResultPage,
    SigningPage,
    render_alarm_page,
    render_guide_page,
    render_result_page,
    render_signing_page,
    render_talk_start,
    results,
)
from chalicelib.pages.talk import TalkStart
from narrowcast.domain.control.label.exports import lint
from tests.support import page_samples as samples

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

HOSTILE = "\"'><script>alert(1)</script><img src=x onerror=alert(1)>{{ 7*7 }}"
AI_LABEL = re.compile("(人工智能|AI).{0,8}(生成|合成)")

RESULTS = (
    results.signed("题目", hospital_name="仁和医院", signed_at="2026年3月5日 14:20"),
    results.sent_back("题目"),
    results.link_unknown(),
    results.link_expired(),
    results.no_longer_offered(),
    results.not_in_library(),
    results.too_many_tries(),
    results.not_your_link(),
    results.no_more_guides(hospital_name="仁和医院"),
    results.not_done("请填写退回原因。", back_href="/s/token"),
    results.not_done("这篇内容已经签发"),
)


class Outline(HTMLParser):
    """The elements of a page in order, each with its attributes and the text directly after its start tag."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.text: list[str] = []
        self._skipping = False
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        self._skipping = tag in ("style", "script")

    def handle_endtag(self, tag: str) -> None:
        self._skipping = self._skipping and tag not in ("style", "script")

    def handle_data(self, data: str) -> None:
        if data.strip() and not self._skipping:
            self.text.append(data.strip())

    def all(self, *tags: str) -> Iterator[dict[str, str]]:
        return (attributes for tag, attributes in self.elements if tag in tags)


def render(page: SigningPage | GuidePage | ResultPage | AlarmPage) -> str:
    if isinstance(page, AlarmPage):
        return render_alarm_page(page)
    if isinstance(page, SigningPage):
        return render_signing_page(page, "/s/token")
    if isinstance(page, GuidePage):
        return render_guide_page(page, "/g/token")
    return render_result_page(page)


def with_every_text(value: Any, change: Callable[[str], str], kept: tuple[str, ...] = ()) -> Any:
    """Return the same view model with `change` applied to each of its texts, except in the fields `kept`."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, tuple):
        return tuple(with_every_text(item, change, kept) for item in value)
    if is_dataclass(value) and not isinstance(value, type):
        changed = {f.name: getattr(value, f.name) for f in fields(value)}
        return replace(
            value,
            **{name: with_every_text(v, change, kept) for name, v in changed.items() if name not in kept},
        )
    return value


CLOSED_WORDS = ("state", "kind", "section", "value")
PAGES = [
    pytest.param(samples.SIGNING, id="signing"),
    pytest.param(samples.SIGNING_AFTER_A_WRONG_CODE, id="signing-error"),
    pytest.param(samples.SIGNING_CLOSED, id="signing-closed"),
    pytest.param(samples.GUIDE, id="guide"),
    pytest.param(samples.GUIDE_WITH_ANSWERS, id="guide-answered"),
    pytest.param(samples.GUIDE_TO_USE, id="guide-to-use"),
    pytest.param(samples.ALARM, id="alarm"),
    *(pytest.param(result, id=result.title) for result in RESULTS),
]
every_page = pytest.mark.parametrize("page", PAGES)


@every_page
def test_no_value_can_add_an_element(page: Any) -> None:
    hostile = with_every_text(page, lambda text: text + HOSTILE if text else text, CLOSED_WORDS)
    plain = Outline(render(page))
    attacked = Outline(render(hostile))
    hash_groups = {"span"}  # a longer hash is shown in more groups
    assert [tag for tag, _ in attacked.elements if tag not in hash_groups] == [
        tag for tag, _ in plain.elements if tag not in hash_groups
    ]
    assert [sorted(attributes) for _, attributes in attacked.elements if attributes] == [
        sorted(attributes) for _, attributes in plain.elements if attributes
    ]
    assert "49" not in "".join(attacked.text).replace("{{ 7*7 }}", "")


@every_page
def test_a_page_fetches_nothing_and_has_no_script_but_the_guides_own(page: Any) -> None:
    outline = Outline(render(page))
    assert not list(outline.all("img", "iframe", "object", "embed", "audio", "video", "base"))
    assert list(outline.all("script")) == ([{}] if isinstance(page, GuidePage) else [])
    assert not [name for _, attributes in outline.elements for name in attributes if name.startswith("on")]
    assert [link["href"] for link in outline.all("link")] == ["data:,"]
    assert not re.search(r"https?:|url\(|@import|//", render(page))


@every_page
def test_a_page_says_its_language_and_asks_not_to_be_indexed(page: Any) -> None:
    outline = Outline(render(page))
    metadata = {meta.get("name"): meta.get("content", "") for meta in outline.all("meta")}
    assert next(outline.all("html"))["lang"] == "zh-Hans"
    assert "noindex" in metadata["robots"]
    assert metadata["referrer"] == "no-referrer"


@every_page
def test_a_page_has_one_main_landmark_one_h1_and_no_skipped_heading(page: Any) -> None:
    outline = Outline(render(page))
    levels = [int(tag[1]) for tag, _ in outline.elements if re.fullmatch("h[1-6]", tag)]
    assert len(list(outline.all("main"))) == 1
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


@every_page
def test_every_control_has_a_label_and_every_reference_a_target(page: Any) -> None:
    outline = Outline(render(page))
    ids = [attributes["id"] for _, attributes in outline.elements if "id" in attributes]
    labelled = {label["for"] for label in outline.all("label")}
    controls = [c for c in outline.all("input", "textarea") if c.get("type") != "hidden"]
    referred = [
        word
        for _, attributes in outline.elements
        for name in ("aria-labelledby", "aria-describedby", "for")
        for word in attributes.get(name, "").split()
    ]
    anchors = [a["href"][1:] for a in outline.all("a") if a["href"].startswith("#")]
    assert len(ids) == len(set(ids))
    assert {control["id"] for control in controls} == labelled
    assert set(referred) | set(anchors) <= set(ids)


@every_page
def test_a_page_weighs_under_100_kb_and_is_the_same_bytes_each_time(page: Any) -> None:
    assert render(page).encode() == render(page).encode()
    assert len(render(page).encode()) < 100_000


@every_page
def test_the_policy_names_the_hash_of_the_style_that_is_sent(page: Any) -> None:
    style = re.search("<style>(.*?)</style>", render(page), re.DOTALL)
    assert style is not None
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    assert f"style-src 'sha256-{digest}'" in headers_of(page)["Content-Security-Policy"]
    assert SECURITY_HEADERS["Content-Security-Policy"] == CONTENT_SECURITY_POLICY


def headers_of(page: Any) -> dict[str, str]:
    return GUIDE_HEADERS if isinstance(page, GuidePage | AlarmPage) else SECURITY_HEADERS


def test_the_policy_names_the_hash_of_the_guides_script_and_lets_it_tell_this_api_alone() -> None:
    script = re.search("<script>(.*?)</script>", render(samples.GUIDE), re.DOTALL)
    assert script is not None
    digest = base64.b64encode(hashlib.sha256(script[1].encode()).digest()).decode()
    policy = GUIDE_HEADERS["Content-Security-Policy"]
    assert f"script-src 'sha256-{digest}';" in policy
    assert "connect-src 'self'" in policy
    assert "unsafe" not in policy


def test_the_policy_allows_no_script_and_no_frame() -> None:
    assert "default-src 'none'" in CONTENT_SECURITY_POLICY
    assert "script-src" not in CONTENT_SECURITY_POLICY
    assert "frame-ancestors 'none'" in CONTENT_SECURITY_POLICY
    assert SECURITY_HEADERS["Cache-Control"] == "no-store"
    assert SECURITY_HEADERS["Referrer-Policy"] == "no-referrer"


def test_every_character_a_browser_hides_is_printed_by_number() -> None:
    hidden_categories = {"Cc", "Cf", "Co", "Cs", "Zl", "Zp"}
    hidden = "".join(
        chr(point)
        for point in range(sys.maxunicode + 1)
        if unicodedata.category(chr(point)) in hidden_categories and chr(point) != "\n"
    )
    html = render_result_page(ResultPage("题目", hidden, "done"))
    message = html[html.index('class="message"') : html.index("</section>")]
    assert not set(message) & set(hidden)
    assert message.count("[U+") == len(hidden)


@given(st.text(alphabet="每天一次\u200b\u202e\u2066\ufeff\u3164\ufe0f\u00ad\x00", max_size=30))
def test_a_signer_never_reads_less_than_they_sign(text: str) -> None:
    html = render_result_page(ResultPage("题目", text, "done"))
    shown = html[html.index('class="message">') + len('class="message">') : html.index("</p>\n</section>")]
    restored = re.sub(r"\[U\+([0-9A-F]{4,6})\]", lambda found: chr(int(found[1], 16)), shown)
    assert restored == text


def test_a_signing_page_shows_each_sentence_with_its_facts_label_and_hash() -> None:
    page = samples.SIGNING
    text = Outline(render(page)).text
    facts = [fact for sentence in page.sentences for fact in sentence.facts]
    assert [line for line in text if line in {s.text for s in page.sentences}] == [s.text for s in page.sentences]
    assert all(fact.text in text and f"{fact.source} · 第 {fact.version} 版" in text for fact in facts)
    assert page.label in text
    groups = [group for group in text if re.fullmatch("[0-9a-f]{4}", group)]
    assert "".join(groups) == page.document_hash


def test_both_signing_forms_post_what_was_shown() -> None:
    outline = Outline(render_signing_page(samples.SIGNING, "/s/token"))
    hidden = [(i["name"], i["value"]) for i in outline.all("input") if i["type"] == "hidden"]
    shown = [("revision", "3"), ("document_hash", samples.SIGNING.document_hash)]
    assert [(form["method"], form["action"]) for form in outline.all("form")] == [("post", "/s/token")] * 2
    assert hidden == [("decision", "sign"), *shown, ("decision", "reject"), *shown]


def test_the_code_is_asked_as_six_digits_that_a_phone_may_fill_in() -> None:
    outline = Outline(render(samples.SIGNING))
    codes = [field for field in outline.all("input") if field["name"] == "code"]
    assert len(codes) == 2
    assert all(
        (code["inputmode"], code["autocomplete"], code["pattern"], code.get("value", ""))
        == ("numeric", "one-time-code", "[0-9]{6}", "")
        for code in codes
    )


@pytest.mark.parametrize("state", ["signed", "rejected", "expired", "superseded", "withdrawn"])
def test_a_piece_that_is_not_open_offers_no_form(state: Any) -> None:
    outline = Outline(render(replace(samples.SIGNING, state=state)))
    assert not list(outline.all("form", "input", "button", "textarea"))
    assert "不能操作" in outline.text


def test_a_failed_rejection_gives_the_reason_back() -> None:
    page = replace(samples.SIGNING, error="验证码不正确，还可尝试 4 次。", reason="\n第2句请写明“若无禁忌证”。")
    html = render(page)
    assert ">\n\n第2句请写明“若无禁忌证”。</textarea>" in html
    assert '<details class="panel send-back" open>' in html
    assert html.count('role="alert"') == 1


def test_a_guide_carries_the_ai_label_in_its_first_block_and_under_every_piece() -> None:
    page = samples.GUIDE
    html = render(page)
    first_block = html[html.index('class="ai-notice"') : html.index("<nav")]
    labels = [piece.label for card in page.sections for piece in card.pieces]
    assert AI_LABEL.search(first_block)
    assert [line for line in Outline(html).text if line in labels] == labels


def test_a_guide_names_who_signed_each_piece_and_when() -> None:
    text = Outline(render(samples.GUIDE)).text
    assert text.count("林淑芬") == 1
    assert text.count("副主任医师") == 1
    assert text.count("临床营养科") == 1
    assert text.count("2026年3月5日签发") == sum(len(card.pieces) for card in samples.GUIDE.sections)


def test_a_guide_has_a_card_a_contents_line_and_a_form_per_section() -> None:
    outline = Outline(render(samples.GUIDE))
    sections = [card.section for card in samples.GUIDE.sections]
    anchors = [a["href"] for a in outline.all("a")]
    hidden = [field["value"] for field in outline.all("input") if field["type"] == "hidden"]
    actions = [form["action"] for form in outline.all("form")]
    assert [a for a in anchors if a[1:] in sections] == [f"#{section}" for section in sections]
    assert hidden == sections
    assert actions == ["/g/token/feedback"] * len(sections) + ["/g/token/refuse"]


def test_a_section_already_answered_says_so_and_can_be_changed() -> None:
    html = render(samples.GUIDE_WITH_ANSWERS)
    medication = html[html.index('id="medication"') : html.index('id="diet"')]
    assert "<strong>有疑问</strong>" in medication
    assert [button["value"] for button in Outline(medication).all("button")] == ["understood"]


def test_a_guide_without_sections_says_so_and_keeps_the_emergency_line() -> None:
    html = render(replace(samples.GUIDE, sections=()))
    assert "目前没有可以给您的内容" in html
    assert samples.GUIDE.emergency_line in html
    assert not AI_LABEL.search(html[html.index("<main") :])


def test_a_correction_is_said_on_top_and_an_emptied_guide_shows_nothing_else() -> None:
    notice = "本次就诊记录已由医院更正，原来的健康指南不再适用。"
    html = render(replace(samples.GUIDE, sections=(), notice=notice))
    assert notice in html
    assert "目前没有可以给您的内容" not in html
    assert notice not in render(samples.GUIDE)


def test_the_aigc_record_survives_in_the_metadata() -> None:
    for page in (samples.SIGNING, samples.GUIDE):
        metadata = {meta.get("name"): meta.get("content") for meta in Outline(render(page)).all("meta")}
        assert metadata["AIGC"] == samples.AIGC
    assert 'name="AIGC"' not in render(replace(samples.GUIDE, aigc=""))


def test_a_saved_guide_passes_the_check_of_its_labels() -> None:
    assert lint("html", render(samples.GUIDE).encode()) == ()
    assert lint("html", render(replace(samples.GUIDE, aigc="")).encode()) == ("hidden",)


def test_readers_are_told_how_ai_is_labelled_and_that_nobody_may_take_it_away() -> None:
    start = render_talk_start(TalkStart("仁和医院", "m-1", (), (), samples.LABEL), "chat")
    for page in (start, render(samples.GUIDE)):
        assert "不得删除、篡改、伪造或隐匿" in page
        assert "机器可读的标识" in page
    assert "机器可读的标识" not in render(replace(samples.GUIDE, sections=()))


def test_a_mistyped_form_says_why_and_leads_back_to_itself() -> None:
    page = render(results.not_done("请输入6位数字验证码", back_href="/s/token"))
    assert "请输入6位数字验证码" in Outline(page).text
    assert 'href="/s/token">返回重填' in page
    assert "返回重填" not in render(results.not_done("这篇内容已经签发"))
