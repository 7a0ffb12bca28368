"""The patient's page with everything she can do on it: questions, reminders, how she feels. Nothing is decided here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, timedelta

from chalice.app import Response

from chalicelib.pages import (
    GUIDE_HEADERS,
    AlarmPage,
    DiaryForm,
    GuideCard,
    GuidePage,
    Option,
    ReminderForm,
    ShownNote,
    ShownQuestion,
    render_alarm_page,
    render_guide_page,
)
from chalicelib.talks import calls
from chalicelib.views import guide_page, hospital_name, local_time
from narrowcast.application.care_desk import DiaryEntry
from narrowcast.application.guides import OpenGuide, Piece
from narrowcast.application.hospitals import local_date
from narrowcast.domain.control.quiz import BLANK, Question, questions_of
from narrowcast.domain.diary import Severity, Symptom
from narrowcast.domain.explaining import ask_anywhere, ask_first, why_section
from narrowcast.domain.hospital import Hospital
from narrowcast.domain.notices import Notice, words_of
from narrowcast.domain.reading import QuizAsked
from narrowcast.domain.reminding import LONGEST, Kind, RemindersChosen
from narrowcast.domain.vocabulary import Section
from narrowcast.runtime.bootstrap import composition

NOTES_SHOWN = 5
USUAL_TIMES = ("08:00", "", "", "")
KINDS = {Kind.MEDICATION: "提醒我看用药指导", Kind.FOLLOW_UP: "提醒我看复诊安排"}
HELPED = "您可能需要有人再讲一讲，已请护士联系您。"
SIMPLER = "下面第一篇说得更简单，请先看它。"


def guide_response(token: str, hospital: str, guide_id: str, opened: OpenGuide) -> Response:
    """Return a guide's page."""
    shown = guide_page(opened)
    cards = tuple(_with_questions(opened, card) for card in shown.sections)
    today = local_date(opened.hospital, composition().store.clock.now())
    full = replace(
        shown,
        sections=cards,
        reminders=tuple(_reminders(hospital, guide_id, opened, today)) if cards else (),
        diary=_diary(hospital, opened),
        also=composition().reading_room.also(token),
        asks=_asks_elsewhere(opened, cards),
    )
    return _page(full, token)


def _page(full: GuidePage, token: str) -> Response:
    return Response(render_guide_page(full, token), dict(GUIDE_HEADERS), 200)


def _asks_elsewhere(opened: OpenGuide, cards: Iterable[GuideCard]) -> tuple[str, ...]:
    """Return what she should ask first that no section on the page says."""
    said = {ask for card in cards for ask in card.asks}
    return tuple(ask for ask in ask_anywhere(opened.guide.made.choice) if ask not in said)


def _with_questions(opened: OpenGuide, card: GuideCard) -> GuideCard:
    section, made = Section(card.section), opened.guide.made
    reading = opened.guide.reading
    questions = tuple(
        _question(opened, asked, piece, number, question)
        for asked, piece in opened.quizzes
        if asked.section is section
        for number, question in enumerate(questions_of(piece.state.draft))
    )
    hint = HELPED if section in reading.helped else SIMPLER if section in reading.simpler else ""
    return replace(
        card,
        why=why_section(made, section),
        asks=ask_first(made.choice, section),
        questions=questions,
        hint=hint,
    )


def _question(opened: OpenGuide, asked: QuizAsked, piece: Piece, number: int, question: Question) -> ShownQuestion:
    before, _, after = question.stem.partition(BLANK)
    shown = ShownQuestion(
        asked.content_id,
        asked.revision,
        number,
        before,
        after,
        tuple(option.text for option in question.options),
        piece.state.signed.label if piece.state.signed else "",
    )
    answered = opened.guide.reading.answer_to(asked.content_id, asked.revision, number)
    if answered is None:
        return shown
    chosen, answer = question.options[answered.option].text, question.filled(question.right)
    return replace(shown, chosen=chosen, right=answered.right, answer=answer)


def _reminders(hospital: str, guide_id: str, opened: OpenGuide, today: date) -> Iterator[ReminderForm]:
    chosen = composition().aftercare.reminders(hospital, guide_id).chosen
    shown = {section for section, _ in opened.sections}
    for kind, title in KINDS.items():
        if kind.section in shown:
            yield _reminder_form(kind, title, chosen.get(kind), today)


def _reminder_form(kind: Kind, title: str, chosen: RemindersChosen | None, today: date) -> ReminderForm:
    last = today + LONGEST
    times = tuple(f"{each:%H:%M}" for each in chosen.times) if chosen else ()
    if kind is Kind.FOLLOW_UP:
        offered = times or USUAL_TIMES[:1]
        until = chosen.until if chosen else today + timedelta(days=30)
    else:
        offered = (*times, *USUAL_TIMES[len(times) :])
        until = chosen.until if chosen else today + timedelta(days=30)
    return ReminderForm(
        kind,
        title,
        offered,
        today.isoformat(),
        last.isoformat(),
        until.isoformat(),
        _in_words(chosen) if chosen else "",
    )


def _in_words(chosen: RemindersChosen) -> str:
    times = "、".join(f"{each:%H:%M}" for each in chosen.times)
    until = f"{chosen.until.year}年{chosen.until.month}月{chosen.until.day}日"
    return f"已设：{until} {times}" if chosen.first == chosen.until else f"已设：每天 {times}，到{until}"


def _diary(hospital: str, opened: OpenGuide) -> DiaryForm:
    noted = composition().diaries.read(hospital, opened.guide.made.patient)[:NOTES_SHOWN]
    return DiaryForm(
        composition().store.ids.new_id(),
        tuple(Option(each, each.words) for each in Symptom),
        tuple(Option(each, each.words) for each in Severity),
        tuple(ShownNote(local_time(opened.hospital, each.at), noted_in_words(each), each.words) for each in noted),
    )


def noted_in_words(entry: DiaryEntry) -> str:
    """Return what was ticked, as people say it."""
    ticked = "、".join(Symptom(each).words for each in entry.symptoms)
    return f"{ticked}（{entry.severity.words}）" if ticked else f"（{entry.severity.words}）"


def alarm_response(profile: Hospital, token: str) -> Response:
    """Return the page that says to ring for help at once."""
    line = profile.profile.emergency_line if profile.profile else ""
    lines = (
        "您记录的情况可能是紧急情况，请不要等医院回复。",
        *((words_of(Notice.EMERGENCY_LINE, line=line),) if line else ()),
        "您的记录已告诉医院的工作人员。",
    )
    shown = AlarmPage(hospital_name(profile), lines, calls(profile), f"../{token}")
    return Response(render_alarm_page(shown), dict(GUIDE_HEADERS), 200)
