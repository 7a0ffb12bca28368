"""Recalls, the backlog and the form for key points as view models."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from chalicelib.gate import Caller
from chalicelib.pages.upkeep import BacklogPage, BacklogRow, KeyPointsPage, RecallCard, RecallsPage
from chalicelib.views import hospital_name
from narrowcast.application.backlog import Entry, KeyPointsForm
from narrowcast.application.recalls import Progress, Proof
from narrowcast.domain.hospital import Hospital
from narrowcast.domain.key_points import Need
from narrowcast.domain.recall import Cause, Ending, Step
from narrowcast.domain.vocabulary import Channel, SourceKind

STATES = {
    Step.WAIT: "正在查找收到过的患者",
    Step.CORRECT: "等医生签发更正",
    Step.TELL: "正在通知",
    Ending.TOLD: "已全部处理",
    Ending.NOBODY: "没有患者收到过",
    Ending.ABSORBED: "已并入后一次召回",
}
CAUSES = {Cause.SUPERSEDED: "事实更新", Cause.RETIRED: "事实停用"}
NEEDS = {
    Need.GAP: "指南缺少这部分",
    Need.UNANSWERED: "患者提问无法回答",
    Need.MISUNDERSTOOD: "患者没有看懂",
    Need.TAKEN_BACK: "已召回，待补",
    Need.EXPIRING: "即将到期",
    Need.UNMAPPED: "编码未映射",
}
STANDS = {"open": "未处理", "asked": "已请医生提供要点", "given": "医生已提供要点，待确认"}
HELD = {
    "patient_forgotten": "患者资料已删除",
    "no_consent": "未同意健康教育",
    "no_channel": "没有联系方式",
    "undeliverable": "消息未能送达",
}
KINDS = {
    SourceKind.GUIDELINE: "指南",
    SourceKind.LABEL: "药品说明书",
    SourceKind.CONSENSUS: "专家共识",
    SourceKind.ARTICLE: "文献",
}
OTHER_CHANNEL = {Channel.MAIL: "短信", Channel.SMS: "邮件"}
EMPTY = dict.fromkeys(("text", "kind", "title", "publisher", "year", "locator", "valid_until"), "")


def recalls_page(
    profile: Hospital,
    recalls: Iterable[Progress],
    reader: Caller,
    words: Callable[[str], str],
    proved: Mapping[str, Proof],
) -> RecallsPage:
    """Return the list of recalls; `words` tells a fact by its id, `proved` has the proofs that were asked for."""
    cards = tuple(_recall(each, words(each.fact), proved.get(each.recall)) for each in recalls)
    return RecallsPage(hospital_name(profile), reader.person, cards)


def _recall(progress: Progress, words: str, proof: Proof | None) -> RecallCard:
    counts = (
        f"停用内容 {len(progress.pieces)} 篇，涉及指南 {progress.guides} 份、患者 {progress.patients} 人",
        f"已通知 {progress.told} 人，待通知 {progress.pending} 人，未通知 {progress.held} 人",
    )
    why = tuple(f"未通知：{HELD.get(reason, reason)} {patients} 人" for reason, patients in progress.why.items())
    title = f"{progress.fact}（{CAUSES[progress.cause]}）：{progress.reason}"
    fact = f"{'停用前' if progress.cause is Cause.RETIRED else '现在'}的说法：{words}" if words else ""
    proof_words = _proof(proof) if proof else ""
    return RecallCard(
        progress.recall, title, _state(progress.state), progress.risk.high, counts, why, fact, proof_words
    )


def _proof(proof: Proof) -> str:
    if proof.holds:
        return f"核对一致：日志中收到过的指南 {proof.scanned} 份，已全部记录，没有多出"
    counts = f"日志中 {proof.scanned} 份，已记录 {proof.recorded} 份"
    return f"核对不一致：{counts}，漏 {len(proof.missed)} 份，多 {len(proof.beyond)} 份"


def _state(state: str) -> str:
    return {str(each): words for each, words in STATES.items()}.get(state, state)


def backlog_page(profile: Hospital, entries: Iterable[Entry], reader: Caller) -> BacklogPage:
    """Return the backlog, in the order in which it is given."""
    return BacklogPage(hospital_name(profile), reader.person, tuple(map(_row, entries)))


def _row(entry: Entry) -> BacklogRow:
    due = f"，有效期至{entry.due}" if entry.due else ""
    askable = entry.state == "open" and entry.section is not None
    state = STANDS[entry.state] + due
    return BacklogRow(entry.item, NEEDS[entry.need], entry.label, entry.patients, state, askable)


def key_points_page(shown: KeyPointsForm, *, error: str = "", typed: Mapping[str, str] = EMPTY) -> KeyPointsPage:
    """Return the doctor's form, with what she typed before."""
    return KeyPointsPage(
        hospital_name=hospital_name(shown.hospital),
        need=NEEDS[shown.asked.need],
        label=shown.asked.label,
        section=shown.asked.section.heading,
        codes="、".join(shown.asked.codes),
        other_channel=OTHER_CHANNEL[Channel(shown.link.channel)],
        kinds=tuple((str(kind), words) for kind, words in KINDS.items()),
        error=error,
        typed={**EMPTY, **typed},
    )
