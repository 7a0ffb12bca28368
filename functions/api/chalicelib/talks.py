"""Conversations as view models: who speaks is always named, what AI has a part in always bears its label."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from urllib.parse import quote

from chalice.app import Response

from chalicelib.pages import TALK_HEADERS
from chalicelib.pages.talk import (
    Choice,
    DeskPage,
    InboxPage,
    InboxRow,
    Look,
    Script,
    Speaker,
    TalkLine,
    TalkPage,
    TalkReport,
    TalkSentence,
    TalkSource,
    TalkStart,
    TalkTerm,
)
from chalicelib.views import hospital_name, local_time
from narrowcast.application import inbox
from narrowcast.application.quoting import Explained, QuotedSentence
from narrowcast.application.transcripts import ASSISTANT, NOTE, PATIENT, Line, Transcript
from narrowcast.domain.conversation import WHOLE, Complaint, Handover, Kind, Phase, Question
from narrowcast.domain.hospital import Hospital
from narrowcast.domain.notices import AI_LABEL

EMERGENCY_NUMBER = "120"
REFRESH_SECONDS = 15
STAFF_NAMES = {"nurse": "护士", "doctor": "医生", "editor": "工作人员", "admin": "工作人员"}
COMPLAINTS = {
    Complaint.WRONG: "内容有误",
    Complaint.OUTDATED: "内容过时",
    Complaint.UNCLEAR: "看不懂",
    Complaint.NOT_MY_QUESTION: "答非所问",
    Complaint.OTHER: "其他",
}
EVENTS = {
    "claimed": "护士已接手，由护士与您对话。",
    "given_back": "护士已将会话交还给 AI 助手。",
    "closed": "会话已结束。",
}
"""What is said of steps that carry no words of their own."""
WAITING = {
    Phase.WAITING: "正在等护士回复，AI 助手不再回答。",
    Phase.WITH_STAFF: "护士正在为您处理，AI 助手不再回答。",
}
REASONS = {
    "": "会话",
    Handover.ASKED: "患者要求转人工",
    Handover.PERSONAL: "需要人工处理的问题",
    Handover.UNSURE: "AI 助手没有把握",
    Handover.SELF_HARM: "自伤风险",
    Handover.STOPPED: "AI 助手已暂停",
    Handover.TAKEN_OVER: "同事主动接手",
    Handover.TRANSFERRED: "其他科室转来",
}
PHASES = {
    Phase.ASSISTANT: "AI 助手在回答",
    Phase.WAITING: "等待接手",
    Phase.WITH_STAFF: "护士处理中",
    Phase.CLOSED: "已结束",
}


def talk_page(transcript: Transcript, base: str, *, message: str, error: str = "", text: str = "") -> TalkPage:
    """Return the person's page; links of its lines begin with `base`."""
    waits = transcript.phase in WAITING
    return TalkPage(
        hospital_name=hospital_name(transcript.profile),
        lines=talk_lines(transcript, base),
        cursor=transcript.cursor,
        message=message,
        waiting=WAITING.get(transcript.phase, ""),
        calls=calls(transcript.profile),
        label=AI_LABEL,
        closed=transcript.phase is Phase.CLOSED,
        may_ask_for_person=transcript.phase is Phase.ASSISTANT,
        may_begin_again=_may_begin_again(transcript),
        refresh=REFRESH_SECONDS if waits else 0,
        error=error,
        text=text,
    )


def _may_begin_again(transcript: Transcript) -> bool:
    """Whether the page offers a new conversation: after the end, or instead of waiting, if nobody is in danger."""
    state = transcript.state
    return state.phase is Phase.CLOSED or (state.phase is Phase.WAITING and not state.alarm)


def talk_start(profile: Hospital, *, message: str, quick: Iterable[str]) -> TalkStart:
    """Return the page before the first question."""
    return TalkStart(hospital_name(profile), message, tuple(quick), calls(profile), AI_LABEL)


def calls(profile: Hospital) -> tuple[str, ...]:
    """Return the numbers to ring in an emergency, 120 first."""
    line = profile.profile.emergency_line if profile.profile else ""
    return tuple(filter(None, (EMERGENCY_NUMBER, line)))


def talk_lines(transcript: Transcript, base: str, *, staff: bool = False) -> tuple[TalkLine, ...]:
    """Return the lines as the person reads them, or as staff do: with warnings, without buttons."""
    return tuple(_line(transcript, line, base, staff=staff) for line in transcript.lines)


def _line(transcript: Transcript, line: Line, base: str, *, staff: bool) -> TalkLine:
    urgent = line.kind == Kind.EMERGENCY
    asked = transcript.state.question(line.number) if line.number and line.speaker != PATIENT else None
    made = line.speaker == ASSISTANT or bool(line.sentences)
    return TalkLine(
        cursor=line.cursor,
        speaker=_speaker(line),
        look=_look(line),
        who=_who(line, staff=staff),
        at=local_time(transcript.profile, datetime.fromisoformat(line.at)).partition("年")[2],
        number=line.number,
        paragraphs=_paragraphs(line),
        sentences=tuple(TalkSentence(each.place, each.text) for each in line.sentences),
        sources=_sources(transcript, line.sentences, base),
        terms=tuple(_term(transcript, each, base) for each in line.explained),
        reports=_reports(line, asked) if staff else (),
        calls=calls(transcript.profile) if urgent else (),
        label=AI_LABEL if made else "",
        warnings=line.warnings if staff else (),
        may_rate=not staff and line.speaker == ASSISTANT,
        may_report=not staff and (line.speaker == ASSISTANT or bool(line.sentences)),
        rated=_rated(asked),
    )


def _speaker(line: Line) -> Speaker:
    known: Mapping[str, Speaker] = {PATIENT: "patient", ASSISTANT: "assistant", "system": "system", NOTE: "note"}
    return known.get(line.speaker, "staff")


def _look(line: Line) -> Look:
    if line.kind == Kind.EMERGENCY:
        return "emergency"
    return "quiet" if _speaker(line) == "system" else "said"


def _who(line: Line, *, staff: bool) -> str:
    match _speaker(line):
        case "patient":
            return "患者" if staff else "您"
        case "assistant":
            return "AI 助手"
        case "system":
            return "紧急提示" if line.kind == Kind.EMERGENCY else "系统提示"
        case "note":
            return "内部备注"
        case _:
            return f"{STAFF_NAMES.get(line.speaker, '工作人员')} {line.name}".strip()


def _paragraphs(line: Line) -> tuple[str, ...]:
    gone = (f"（有{line.withdrawn}句内容已更新或收回，不再显示）",) if line.withdrawn else ()
    said = tuple(filter(None, line.text.split("\n")))
    step = (EVENTS[line.kind],) if line.kind in EVENTS else ()
    return (*said, *line.notices, *step, *gone)


def _sources(transcript: Transcript, sentences: Iterable[QuotedSentence], base: str) -> tuple[TalkSource, ...]:
    pieces = {each.content: each for each in sentences}
    return tuple(_source(transcript, each, base) for each in pieces.values())


def _source(transcript: Transcript, sentence: QuotedSentence, base: str) -> TalkSource:
    return TalkSource(
        f"{base}/pieces/{sentence.content}",
        sentence.title,
        f"{sentence.signer} {sentence.signer_title}",
        local_time(transcript.profile, sentence.signed_at).partition(" ")[0],
    )


def _term(transcript: Transcript, explained: Explained, base: str) -> TalkTerm:
    return TalkTerm(explained.term, explained.sentence.text, _source(transcript, explained.sentence, base))


def _reports(line: Line, asked: Question | None) -> tuple[TalkReport, ...]:
    """Return what the reader reported of an answer, each traced to sentence, piece, version and signer."""
    if asked is None or (line.speaker != ASSISTANT and line.kind != Kind.EMERGENCY):
        return ()
    shown = {each.place: each for each in line.sentences}
    settled = {each.sentence: each.upheld for each in asked.settled}
    return tuple(
        _report(each.sentence, COMPLAINTS[each.complaint], shown.get(each.sentence), settled.get(each.sentence))
        for each in asked.reports
    )


def _report(place: int, complaint: str, sentence: QuotedSentence | None, upheld: bool | None) -> TalkReport:  # noqa: FBT001 - None is open
    outcome = "" if upheld is None else "属实，已处理" if upheld else "经核对无误"
    if place == WHOLE:
        return TalkReport(place, "整个回答", complaint, "", outcome)
    if sentence is None:
        return TalkReport(place, "该句已不再显示", complaint, "", outcome)
    source = f"《{sentence.title}》第{sentence.version}版，{sentence.signer}{sentence.signer_title}签发"
    return TalkReport(place, sentence.text, complaint, source, outcome)


def _rated(asked: Question | None) -> str:
    if asked is None or asked.helpful is None:
        return ""
    return "有用" if asked.helpful else "没用"


def person_lines(transcript: Transcript) -> tuple[Line, ...]:
    """Return the lines as data for the person: what staff were warned of is not hers to know."""
    return tuple(replace(line, warnings=()) for line in transcript.lines)


def inbox_page(
    profile: Hospital, entries: Iterable[inbox.InboxEntry], *, reader: inbox.Staff, department: str
) -> InboxPage:
    """Return the list of who waits, in the order in which it is given."""
    return InboxPage(
        hospital_name=hospital_name(profile),
        name=who_reads(reader),
        rows=tuple(_row(profile, entry, reader) for entry in entries),
        departments=(Choice("", "全部科室", not department), *departments(profile, department)),
        refresh=REFRESH_SECONDS,
    )


def who_reads(reader: inbox.Staff) -> str:
    """Return the name under which the reader speaks."""
    return f"{STAFF_NAMES.get(reader.role, '工作人员')} {reader.name}".strip()


def departments(profile: Hospital, chosen: str) -> tuple[Choice, ...]:
    """Return the hospital's departments to choose from."""
    known = profile.profile.departments if profile.profile else ()
    return tuple(Choice(each.department, each.name, each.department == chosen) for each in known)


def _row(profile: Hospital, entry: inbox.InboxEntry, reader: inbox.Staff) -> InboxRow:
    return InboxRow(
        href=f"inbox/{entry.conversation}",
        department=profile.department_name(entry.department) if entry.department else "未分科",
        state=PHASES[entry.phase],
        waited=f"已等{in_words(entry.waiting)}" if entry.since else "无需等待",
        reason=REASONS[entry.reason] + (f"，{entry.open_reports}处报错" if entry.open_reports else ""),
        alarm=entry.alarm,
        mine=entry.claimed_by == reader.staff_id,
        reminded=entry.reminders,
    )


def in_words(time: timedelta) -> str:
    """Return a time as people say it."""
    minutes = int(time.total_seconds()) // 60
    hours, rest = divmod(minutes, 60)
    return f"{hours}小时{rest}分钟" if hours else f"{minutes}分钟"


def desk_page(
    transcript: Transcript,
    *,
    reader: inbox.Staff,
    message: str,
    base: str,
    scripts: Iterable[inbox.Script] = (),
    sought: str = "",
    text: str = "",
    script: str = "",
    warnings: tuple[str, ...] = (),
    error: str = "",
) -> DeskPage:
    """Return a conversation as staff see it."""
    state = transcript.state
    mine = bool(state.claimed and state.claimed.staff == reader.staff_id)
    return DeskPage(
        hospital_name=hospital_name(transcript.profile),
        name=who_reads(reader),
        title=REASONS[state.handed.reason if state.handed else ""],
        lines=talk_lines(transcript, base, staff=True),
        cursor=transcript.cursor,
        message=message,
        state=PHASES[state.phase],
        mine=mine,
        may_claim=not state.claimed and (state.phase is not Phase.CLOSED or state.alarm),
        closed=state.phase is Phase.CLOSED and not state.alarm,
        departments=departments(transcript.profile, state.department),
        scripts=tuple(_script(transcript.profile, each) for each in scripts),
        sought=sought,
        text=text,
        script=script,
        warnings=warnings,
        error=error,
    )


def _script(profile: Hospital, script: inbox.Script) -> Script:
    reviewed = local_time(profile, script.reviewed_at).partition(" ")[0]
    signed = f"{script.signer} {reviewed}签发，用过{script.uses}次"
    return Script(script.content_id, script.title, "".join(script.sentences), signed)


def talk_response(html: str, status: int = 200) -> Response:
    """Return a page of a conversation with the headers that keep it private."""
    return Response(html, dict(TALK_HEADERS), status)


def lines_response(html: str, transcript: Transcript) -> Response:
    """Return new lines, with what the page says of waiting and closing in headers."""
    closed = "yes" if transcript.phase is Phase.CLOSED else "no"
    waiting = quote(WAITING.get(transcript.phase, ""))
    again = "yes" if _may_begin_again(transcript) else "no"
    return Response(html, {**TALK_HEADERS, "X-Waiting": waiting, "X-Closed": closed, "X-Again": again}, 200)
