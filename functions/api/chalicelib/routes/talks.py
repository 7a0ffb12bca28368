"""A person's conversation: its page, its forms and the same as data for an app. The nonce in the path is the key.

The gateway gives a whole answer or none, so nothing is streamed: new lines are asked for with a cursor.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import msgspec
from chalice.app import Response

from chalicelib.bodies import FORM, answer, content_type, form, key, query, read
from chalicelib.gate import app, gate
from chalicelib.pages import render_talk_lines, render_talk_page, render_talk_start
from chalicelib.problems import STATUS as PROBLEMS
from chalicelib.problems import Malformed, problem_of
from chalicelib.readers import guide_route
from chalicelib.talks import lines_response, person_lines, talk_lines, talk_page, talk_response, talk_start
from chalicelib.views import link_refusal
from narrowcast.application.hospitals import local_date, profile_of
from narrowcast.application.transcripts import Transcript
from narrowcast.domain.conversation import Complaint
from narrowcast.domain.errors import Refusal
from narrowcast.domain.vocabulary import Form
from narrowcast.runtime.bootstrap import composition

MESSAGE = re.compile(r"[A-Za-z0-9-]{1,64}")
QUICK_QUESTIONS = 4
ASKED_AGAIN = ("QuestionUnclear", "TooManyQuestions")
"""Refusals after which the page comes back with what was typed."""
JSON = "application/json"
NO_STORE: Mapping[str, str | list[str]] = {"Cache-Control": "no-store"}


@dataclass(frozen=True, slots=True)
class NewQuestion:
    """What a person writes; `message` is the sender's own id: sent twice it counts once."""

    text: str
    message: str = ""


@dataclass(frozen=True, slots=True)
class NewReport:
    """A sentence of an answer, by its place from 0, that is said to be wrong; -1 is the answer as a whole."""

    number: int
    sentence: int
    complaint: Complaint


@dataclass(frozen=True, slots=True)
class NewRating:
    """Whether an answer helped."""

    number: int
    helpful: bool


# Doors


@guide_route(("GET", "HEAD"), "/g/{token}/chat")
def show_guide_door(token: str) -> Response:
    """Show what the assistant is, and questions to begin with, to the reader of a guide."""
    try:
        opened = composition().reading_room.show(token)
    except Refusal as refusal:
        return link_refusal(refusal)
    titles = (piece.state.draft.title for _, pieces in opened.sections for piece in pieces)
    page = talk_start(opened.hospital, message=_new_message(), quick=_few(titles))
    return talk_response(render_talk_start(page, "chat"))


@guide_route(("POST",), "/g/{token}/chat")
def open_from_guide(token: str) -> Response:
    """Open the conversation that belongs to a guide, and hear its first question."""
    try:
        question = _question()
        nonce = composition().doors.from_guide(token)
        _hear(nonce, question)
    except Refusal as refusal:
        return _refused(refusal)
    return _opened(nonce, f"../../chat/{nonce}")


@gate.public("GET", "/ask/{hospital}")
def show_door(hospital: str) -> Response:
    """Show what the assistant is to anybody who comes to a hospital's public questions page."""
    try:
        profile = profile_of(composition().store, key(hospital, "hospital"))
    except Refusal as refusal:
        return _refused(refusal)
    on = local_date(profile, composition().store.clock.now())
    pieces = composition().assistant.shelves.pieces(hospital, Form.QA, on=on)
    quick = _few(state.draft.title for _, state in pieces)
    page = talk_start(profile, message=_new_message(), quick=quick)
    return talk_response(render_talk_start(page, hospital))


@gate.public("POST", "/ask/{hospital}")
def open_unknown(hospital: str) -> Response:
    """Open a conversation with somebody unknown, and hear its first question."""
    try:
        question = _question()
        nonce = composition().doors.unknown(key(hospital, "hospital"))
        _hear(nonce, question)
    except Refusal as refusal:
        return _refused(refusal)
    return _opened(nonce, f"../chat/{nonce}")


# The conversation


@gate.link(("GET", "HEAD"), "/chat/{nonce}")
def show_talk(nonce: str) -> Response:
    """Show the conversation."""
    try:
        transcript = _transcript(nonce)
    except Refusal as refusal:
        return _refused(refusal)
    return talk_response(render_talk_page(talk_page(transcript, nonce, message=_new_message()), nonce))


@gate.link(("GET",), "/chat/{nonce}/messages")
def read_talk(nonce: str) -> Response:
    """Give the lines after a cursor: as data, or as the page shows them."""
    try:
        transcript = _transcript(nonce, after=_cursor())
    except Refusal as refusal:
        return _refused(refusal)
    if _wants("text/html"):
        return lines_response(render_talk_lines(talk_lines(transcript, nonce), nonce), transcript)
    return answer(_as_data(transcript))


@gate.link(("POST",), "/chat/{nonce}/messages")
def ask_question(nonce: str) -> Response:
    """Hear a question and answer it, unless a person has taken over."""
    question = NewQuestion("")
    try:
        question = _question()
        _hear(nonce, question)
    except Refusal as refusal:
        return _asked_again(nonce, question, refusal) if refusal.code in ASKED_AGAIN else _refused(refusal)
    return _done(nonce)


@gate.link(("POST",), "/chat/{nonce}/reports")
def report_sentence(nonce: str) -> Response:
    """Take a 报错: a sentence of an answer is said to be wrong."""
    try:
        report = _report() if _is_form() else read(NewReport)
        where = composition().doors.behind(nonce)
        composition().assistant.report(*where, report.number, sentence=report.sentence, complaint=report.complaint)
    except Refusal as refusal:
        return _refused(refusal)
    return _done(nonce)


@gate.link(("POST",), "/chat/{nonce}/ratings")
def rate_answer(nonce: str) -> Response:
    """Take 有用 or 没用."""
    try:
        rating = _rating() if _is_form() else read(NewRating)
        composition().assistant.rate(*composition().doors.behind(nonce), rating.number, helpful=rating.helpful)
    except Refusal as refusal:
        return _refused(refusal)
    return _done(nonce)


@gate.link(("POST",), "/chat/{nonce}/handover")
def ask_for_person(nonce: str) -> Response:
    """Ask for a person to take over."""
    try:
        composition().assistant.ask_for_person(*composition().doors.behind(nonce))
    except Refusal as refusal:
        return _refused(refusal)
    return _done(nonce)


@gate.link(("POST",), "/chat/{nonce}/close")
def close_talk(nonce: str) -> Response:
    """End the conversation."""
    try:
        composition().assistant.close(*composition().doors.behind(nonce))
    except Refusal as refusal:
        return _refused(refusal)
    return _done(nonce)


@gate.link(("POST",), "/chat/{nonce}/again")
def begin_again(nonce: str) -> Response:
    """End the conversation and begin a new one, in which the assistant answers."""
    try:
        successor = composition().doors.again(nonce)
    except Refusal as refusal:
        return _refused(refusal)
    return _opened(successor, f"../{successor}")


@gate.link(("GET",), "/chat/{nonce}/pieces/{content_id}")
def show_source(nonce: str, content_id: str) -> Response:
    """Show a signed piece that an answer quotes, whole, with its sources, its signer and its label."""
    try:
        hospital, _ = composition().doors.behind(nonce)
        return source_page(hospital, content_id)
    except Refusal as refusal:
        return _refused(refusal)


def source_page(hospital: str, content_id: str) -> Response:
    """Return a signed piece as a page of its own; NotExportable if it may not be shown now."""
    piece = composition().exports.export(hospital, key(content_id, "content_id"), "html")
    policy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
    headers: dict[str, str | list[str]] = {
        "Content-Type": "text/html; charset=utf-8",
        "Content-Security-Policy": policy,
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        **NO_STORE,
    }
    return Response(piece.decode(), headers)


# What comes in


def _question() -> NewQuestion:
    question = NewQuestion(*_fields("text", "message")) if _is_form() else read(NewQuestion)
    if question.message and not MESSAGE.fullmatch(question.message):
        raise Malformed("消息编号只能由字母、数字和连字符组成（1–64位）", field="message")
    return question


def _report() -> NewReport:
    number, sentence, complaint = _fields("number", "sentence", "complaint")
    try:
        return NewReport(int(number), int(sentence), Complaint(complaint))
    except ValueError:
        raise Malformed("请选择有问题的句子和原因", field="complaint") from None


def _rating() -> NewRating:
    number, helpful = _fields("number", "helpful")
    if not number.isdecimal() or helpful not in ("yes", "no"):
        raise Malformed("请选择“有用”或“没用”", field="helpful")
    return NewRating(int(number), helpful == "yes")


def _fields(*names: str) -> tuple[str, ...]:
    given = form()
    return tuple(given.get(name, "") for name in names)


def _cursor() -> int:
    given = query().get("after", "0")
    if not given.isdecimal() or len(given) > len("1000000"):
        raise Malformed("游标应为不小于0的整数", field="after")
    return int(given)


def _is_form() -> bool:
    return content_type().partition(";")[0].strip().lower() == FORM


def _wants(kind: str) -> bool:
    request = app.current_request
    return kind in str(request.headers.get("accept", "")) if request else False


# What is done


def _hear(nonce: str, question: NewQuestion) -> None:
    hospital, conversation = composition().doors.behind(nonce)
    composition().doors.admit(hospital, conversation)
    composition().assistant.ask(hospital, conversation, question.text, message=question.message)


def _transcript(nonce: str, *, after: int = 0) -> Transcript:
    hospital, conversation = composition().doors.behind(nonce)
    return composition().transcripts.read(hospital, conversation, after=after)


def _new_message() -> str:
    return composition().store.ids.new_id()


def _few(titles: Iterator[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(titles))[:QUICK_QUESTIONS]


# What goes out


def _as_data(transcript: Transcript) -> dict[str, object]:
    lines = msgspec.to_builtins(person_lines(transcript))
    return {"lines": lines, "cursor": transcript.cursor, "phase": transcript.phase, "message": _new_message()}


def _opened(nonce: str, location: str) -> Response:
    """Lead a browser on; tell an app the nonce and what was said."""
    if _is_form() and not _wants(JSON):
        return _redirect(location)
    return answer({"nonce": nonce, **_as_data(_transcript(nonce))}, 201)


def _done(nonce: str) -> Response:
    if _is_form() and not _wants(JSON):
        return _redirect(f"../{nonce}#end")
    return answer(_as_data(_transcript(nonce, after=_cursor())))


def _redirect(location: str) -> Response:
    return Response("", {"Location": location, **NO_STORE}, 303)


def _asked_again(nonce: str, question: NewQuestion, refusal: Refusal) -> Response:
    """Show the page with what was typed and why it was not taken."""
    if not _is_form() or _wants(JSON):
        return problem_of(refusal)
    base = f"../{nonce}"
    page = talk_page(_transcript(nonce), base, message=_new_message(), error=refusal.message, text=question.text)
    return talk_response(render_talk_page(page, base), PROBLEMS.get(refusal.code, 422))


def _refused(refusal: Refusal) -> Response:
    """Tell an app by a problem document, a reader by a page."""
    if (_is_form() or _wants("text/html")) and not _wants(JSON):
        return link_refusal(refusal)
    return problem_of(refusal)
