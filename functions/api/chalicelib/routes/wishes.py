"""What a patient wishes to be sent: behind her guide's link, one step for each consent, given or taken back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import time
from enum import StrEnum
from typing import TypeVar

from chalice.app import Response

from chalicelib.bodies import form
from chalicelib.pages import render_wishes_page
from chalicelib.pages.wishes import Choice, Option, Wish, WishesPage
from chalicelib.problems import Malformed
from chalicelib.readers import guide_route
from chalicelib.tag_words import CUSTOMS, LANGUAGES, LITERACY, STYLES
from chalicelib.views import guide_styled, hospital_name, link_refusal
from narrowcast.application.wishes import Wished
from narrowcast.domain.errors import Refusal
from narrowcast.domain.pushing import Hours, Preference, QuietTooLong
from narrowcast.domain.reader import Reader
from narrowcast.domain.vocabulary import Custom, Frequency, Language, Literacy, Purpose, Style
from narrowcast.runtime.bootstrap import composition

E = TypeVar("E", bound=StrEnum)
FREQUENCIES = {
    Frequency.AT_ONCE: "有新内容就告诉我",
    Frequency.DAILY: "每天汇总一次",
    Frequency.WEEKLY: "每周汇总一次",
    Frequency.NONE: "不发消息，我自己来看",
}


@guide_route(("GET", "HEAD"), "/g/{token}/wishes")
def show_wishes(token: str) -> Response:
    """Show what holds now."""
    try:
        wished = composition().wishes.show(token)
    except Refusal as refusal:
        return link_refusal(refusal)
    return guide_styled(render_wishes_page(_page(wished), f"../{token}"))


@guide_route(("POST",), "/g/{token}/wishes")
def choose_wishes(token: str) -> Response:
    """Record how often and when not to write."""
    try:
        composition().wishes.choose(token, _preference())
    except QuietTooLong as refusal:
        shown = _page(composition().wishes.show(token), error=refusal.message)
        return guide_styled(render_wishes_page(shown, f"../{token}"), 422)
    except Refusal as refusal:
        return link_refusal(refusal, form="wishes")
    return _back()


@guide_route(("POST",), "/g/{token}/consent")
def decide_consent(token: str) -> Response:
    """Record a consent for one purpose, or that it is taken back."""
    try:
        purpose, given = _consent()
        composition().wishes.consent(token, purpose, given=given)
    except Refusal as refusal:
        return link_refusal(refusal, form="wishes")
    return _back()


@guide_route(("POST",), "/g/{token}/reading")
def choose_reading(token: str) -> Response:
    """Record how the patient wants to be written for."""
    try:
        composition().wishes.read_as(token, _reader())
    except Refusal as refusal:
        return link_refusal(refusal, form="wishes")
    return _back()


def _reader() -> Reader:
    fields = form()
    literacy, style, custom = (fields.get(name, "") for name in ("literacy", "style", "custom"))
    try:
        return Reader(
            Literacy(literacy) if literacy else None,
            Style(style) if style else None,
            (Custom(custom),) if custom else (),
            Language(fields.get("language", Language.SIMPLIFIED)),
        )
    except ValueError:
        raise Malformed("没有这个选项", field="reading") from None


def _back() -> Response:
    return Response("", {"Location": "wishes", "Cache-Control": "no-store"}, 303)


def _preference() -> Preference:
    fields = form()
    begin, end = fields.get("begin", ""), fields.get("end", "")
    if bool(begin) != bool(end):
        raise Malformed("安静时段请同时填写开始和结束", field="begin")
    try:
        frequency = Frequency(fields.get("frequency", ""))
        quiet = Hours(_time(begin), _time(end)) if begin else None
    except ValueError:
        raise Malformed("请选择多久一次，并用“时:分”填写时间", field="frequency") from None
    return Preference(frequency, quiet)


def _time(text: str) -> time:
    """Return a time of day to the minute; ValueError."""
    hours, _, minutes = text.partition(":")
    return time(int(hours), int(minutes))


def _consent() -> tuple[Purpose, bool]:
    fields = form()
    try:
        purpose = Purpose(fields.get("purpose", ""))
    except ValueError:
        raise Malformed("没有这一项", field="purpose") from None
    if fields.get("given") not in ("yes", "no"):
        raise Malformed("请选择同意接收或不再接收", field="given")
    return purpose, fields["given"] == "yes"


def _page(wished: Wished, *, error: str = "") -> WishesPage:
    own, house = wished.preference.quiet, wished.hospital.pushing.quiet
    return WishesPage(
        hospital_name=hospital_name(wished.hospital),
        wishes=tuple(Wish(each, each.words, each in wished.consents) for each in Purpose),
        frequencies=tuple(
            Option(each, words, each is wished.preference.frequency) for each, words in FREQUENCIES.items()
        ),
        quiet_begin=f"{own.begin:%H:%M}" if own else "",
        quiet_end=f"{own.end:%H:%M}" if own else "",
        house_quiet=f"{house.begin:%H:%M}到{house.end:%H:%M}" if house.begin != house.end else "",
        reading=_reading(wished.reader),
        error=error,
    )


def _reading(reader: Reader) -> tuple[Choice, ...]:
    return (
        _choice("literacy", "内容的详细程度", LITERACY, reader.literacy, anything=True),
        _choice("style", "内容的写法", STYLES, reader.style, anything=True),
        _choice("custom", "饮食习惯", CUSTOMS, next(iter(reader.customs), None), anything=True),
        _choice("language", "文字", LANGUAGES, reader.language, anything=False),
    )


def _choice(name: str, title: str, words: Mapping[E, str], chosen: E | None, *, anything: bool) -> Choice:
    whatever = (Option("", "都可以", chosen is None),) if anything else ()
    return Choice(name, title, (*whatever, *(Option(each, text, each is chosen) for each, text in words.items())))
