"""A patient's file in words that the patient reads: Chinese headings, codes with what they mean, times as at home."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from narrowcast.application.care_desk import DiaryEntry
from narrowcast.application.patients import (
    CodeEntry,
    ConsentEntry,
    GuideEntry,
    Happening,
    PatientFile,
    PieceEntry,
    SaidEntry,
    VisitEntry,
)
from narrowcast.domain.diary import Symptom
from narrowcast.domain.pushing import Obstacle
from narrowcast.domain.vocabulary import Purpose, Section

HOME = ZoneInfo("Asia/Shanghai")
PURPOSES = {each.value: each.words for each in Purpose}
STATUSES = {
    "confirmed": "确诊",
    "suspected": "疑似",
    "refuted": "已排除",
    "active": "使用中",
    "stopped": "已停用",
    "entered_in_error": "误录",
}
CHANNELS = {"mail": "邮件", "sms": "短信", "app": "应用推送", "wechat": "微信消息"}
REASONS = {
    **{each.value: each.words for each in Obstacle},
    "visit": "就诊",
    "correction": "更正",
    "recall": "召回",
    "consent_withdrawn": "您已撤回同意",
    "UndeliverableError": "无法送达",
}
HAPPENINGS = {
    "PushApproved": "决定推送",
    "PushHeldBack": "暂不推送",
    "PreferenceChanged": "您选择了接收方式",
    "FactsDelivered": "已送达",
    "GuidePushed": "已发出",
    "PushFailed": "发送失败",
    "GuideCorrected": "内容已更正",
    "SectionUnderstood": "您表示看懂了",
    "SectionQuestioned": "您表示有疑问",
    "GuideOpened": "您打开了指南",
    "SectionRead": "您读完了一部分",
    "QuizAnswered": "您回答了测一测",
    "SimplerGiven": "换用更简单的内容",
    "HelpNeeded": "请护士说明",
    "RemindersChosen": "您设了提醒",
    "RemindersEnded": "提醒已停止",
    "TaskRaised": "已通知护士",
    "TaskDone": "护士已处理",
}
SPEAKERS = {"patient": "您", "assistant": "AI 助手", "system": "系统", "nurse": "护士", "doctor": "医生"}
ANSWERS = {"understood": "您表示看懂了", "questioned": "您表示有疑问"}
NOTHING = "（无）"


def in_words(file: PatientFile) -> Iterator[str]:
    """Yield the lines of the file."""
    yield f"个人信息副本　{file.hospital}　编号 {'、'.join(file.numbers)}"
    yield from _part("一、联系方式", _contact(file))
    yield from _part("二、同意记录", map(_consent, file.consents))
    yield from _part("三、就诊记录", (line for visit in file.visits for line in _visit(visit)))
    yield from _part("四、健康指南", (line for guide in file.guides for line in _guide(guide)))
    yield from _part("五、推送与反馈", map(_happening, file.happenings))
    yield from _part("六、咨询记录", map(_said, file.conversations))
    yield from _part("七、不适记录", map(_noted, file.diary))


def _part(heading: str, lines: Iterable[str]) -> Iterator[str]:
    yield ""
    yield heading
    found = list(lines)
    yield from found or [NOTHING]


def _contact(file: PatientFile) -> Iterator[str]:
    contact = file.contact
    for name, value in (("手机", contact.phone), ("邮箱", contact.email), ("医院应用账号", contact.app_user)):
        if value:
            yield f"{name}：{value}"


def _consent(entry: ConsentEntry) -> str:
    return f"{_moment(entry.at)}　{'同意' if entry.given else '撤回同意'}：{PURPOSES.get(entry.purpose, entry.purpose)}"


def _visit(visit: VisitEntry) -> Iterator[str]:
    yield f"{_moment(visit.occurred_at)}　就诊 {visit.visit_id}{'（已取消）' if visit.cancelled else ''}"
    yield from (f"　诊断：{_code(each)}" for each in visit.diagnoses)
    yield from (f"　用药：{_code(each)}" for each in visit.medications)


def _code(entry: CodeEntry) -> str:
    meaning = entry.name or "暂无中文名称"
    return f"{entry.code} {meaning}（{STATUSES.get(entry.status, entry.status)}）"


def _guide(guide: GuideEntry) -> Iterator[str]:
    yield f"健康指南 {guide.guide_id}　第{guide.edition}版　就诊 {guide.visit_id}"
    for part in guide.sections:
        titles = "、".join(map(_piece, part.pieces))
        answer = f"　{ANSWERS[part.answer]}" if part.answer else ""
        yield f"　{part.section.heading}：{titles}{answer}"


def _piece(entry: PieceEntry) -> str:
    return f"《{entry.title}》" if entry.title else f"（已撤下：{entry.content_id}）"


def _happening(entry: Happening) -> str:
    told = (
        CHANNELS.get(str(entry.data.get("channel", "")), ""),
        REASONS.get(str(entry.data.get("reason", "")), str(entry.data.get("reason", ""))),
        Section(entry.data["section"]).heading if "section" in entry.data else "",
    )
    details = "，".join(filter(None, told))
    what = HAPPENINGS.get(entry.what, entry.what) + ("：" if details else "")
    return f"{_moment(entry.at)}　{entry.about}　{what}{details}"


def _said(entry: SaidEntry) -> str:
    return f"{_moment(entry.at)}　{SPEAKERS.get(entry.speaker, entry.speaker)}{entry.name}：{entry.text}"


def _noted(entry: DiaryEntry) -> str:
    ticked = "、".join(Symptom(each).words for each in entry.symptoms)
    told = "，".join(filter(None, (ticked, entry.severity.words, entry.words)))
    return f"{_moment(entry.at.isoformat())}　{told}"


def _moment(at: str) -> str:
    return f"{datetime.fromisoformat(at).astimezone(HOME):%Y-%m-%d %H:%M}"
