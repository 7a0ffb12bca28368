"""Use cases' results as view models: the words a doctor or patient reads, nothing decided anew."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from chalice.app import Response

from chalicelib import tag_words
from chalicelib.pages import (
    GUIDE_HEADERS,
    SECURITY_HEADERS,
    Answer,
    GuideCard,
    GuidePage,
    GuidePiece,
    ShownFact,
    ShownVerdict,
    SignedSentence,
    SigningPage,
    render_result_page,
    results,
)
from narrowcast.application.dispatch import reference
from narrowcast.application.exports import source_in_words
from narrowcast.application.guides import OpenGuide, Piece
from narrowcast.application.signing import Desk
from narrowcast.application.streams import SIGNER
from narrowcast.domain.content import ChannelVerdict, Content, ContentSigned
from narrowcast.domain.control.gate import Remark, remarks
from narrowcast.domain.control.label import HIDDEN_KEY, hidden_label
from narrowcast.domain.control.quiz import questions_of
from narrowcast.domain.draft import Sentence
from narrowcast.domain.errors import Refusal
from narrowcast.domain.guide import CORRECTED, Guide
from narrowcast.domain.hospital import Hospital
from narrowcast.domain.vocabulary import Channel, Form, Section
from narrowcast.runtime.bootstrap import composition

FORMS = {
    Form.ARTICLE: "文章",
    Form.QA: "问答",
    Form.VIDEO_SCRIPT: "短视频口播稿",
    Form.POST: "图文帖",
    Form.EMERGENCY: "紧急提示",
    Form.HANDOFF: "转接提示",
    Form.VISIT_PREPARATION: "就诊准备",
    Form.PROCEDURE: "检查与手术说明",
    Form.GLOSSARY: "名词解释",
    Form.SERVICE: "就医服务",
    Form.SCRIPT: "话术",
    Form.CORRECTION: "更正",
    Form.QUIZ: "测一测",
}
CHANNELS = {
    "patient": "本院患者",
    "wechat_public": "微信公众号",
    "douyin": "抖音",
    "xiaohongshu": "小红书",
    "channels": "视频号",
    "print": "印刷品",
}
VERDICTS = {"pass": "通过", "warn": "提醒", "block": "不得发布"}
WHY = "您在本院就诊时登记了接收健康指南。本指南按您这次就诊的诊断、用药和年龄段，从医生签发的内容中选出。"
STATUS = {
    "LinkUnknown": 404,
    "LinkExpired": 410,
    "GuideNoLongerOffered": 410,
    "PersonForgotten": 410,
    "HospitalUnknown": 404,
    "PieceUnknown": 404,
    "TooManyQuestions": 429,
    "WrongCode": 403,
    "NotTheSigner": 403,
    "TooManyAttempts": 429,
    "TooLarge": 413,
}


def page(html: str, status: int = 200) -> Response:
    """Return a page with the headers that keep it private."""
    return Response(html, dict(SECURITY_HEADERS), status)


def guide_styled(html: str, status: int = 200) -> Response:
    """Return a page that bears the guide's style."""
    return Response(html, dict(GUIDE_HEADERS), status)


def link_refusal(refusal: Refusal, *, form: str = "") -> Response:
    """Return the page that tells why a link or form did not work; `form` is where a mistyped one stands."""
    status = STATUS.get(refusal.code, 400 if refusal.code == "Malformed" else 409)
    known = {
        "LinkUnknown": results.link_unknown,
        "LinkExpired": results.link_expired,
        "GuideNoLongerOffered": results.no_longer_offered,
        "PieceUnknown": results.not_in_library,
        "HospitalUnknown": results.not_in_library,
        "TooManyAttempts": results.too_many_tries,
        "NotTheSigner": results.not_your_link,
    }
    make = known.get(refusal.code)
    back = form if refusal.code == "Malformed" else ""
    shown = make() if make else results.not_done(refusal.message, back_href=back)
    return page(render_result_page(shown), status)


def hospital_name(hospital: Hospital) -> str:
    """Return the name patients know."""
    return hospital.profile.name if hospital.profile else ""


def local_time(hospital: Hospital, moment: datetime) -> str:
    """Return a moment in the hospital's words and time."""
    zone = ZoneInfo(hospital.profile.timezone if hospital.profile else "UTC")
    at = moment.astimezone(zone)
    return f"{at.year}年{at.month}月{at.day}日 {at:%H:%M}"


def _local_day(hospital: Hospital, moment: datetime) -> str:
    return local_time(hospital, moment).partition(" ")[0]


def desk_page(desk: Desk, *, error: str = "", reason: str = "") -> SigningPage:
    """Return the doctor's page."""
    topic = desk.state.topic
    other = Channel.SMS if desk.link.channel == Channel.MAIL else Channel.MAIL
    return SigningPage(
        hospital_name=hospital_name(desk.hospital),
        department=desk.hospital.department_name(desk.signer.department),
        title=desk.state.draft.title,
        form_name=FORMS[topic.form],
        section_title=topic.section.heading,
        sentences=tuple(_sentence(desk, each) for each in desk.state.draft.sentences),
        label=desk.label,
        document_hash=desk.document_hash,
        revision=desk.state.revision,
        tags=(*tag_words.in_words(desk.state.tags), *_answers(desk)),
        compliance=verdicts(desk.state),
        signer_name=desk.signer.name,
        signer_title=desk.signer.title,
        other_channel="短信" if other is Channel.SMS else "邮件",
        masked_contact=f"{_masked(desk, other)}，编号{reference(desk.link.request_id)}",
        expires_text=local_time(desk.hospital, desk.link.expires_at),
        error=error,
        reason=reason,
        aigc=_aigc(desk.key.hospital, desk.key.key),
    )


def _answers(desk: Desk) -> tuple[str, ...]:
    """Return what a quiz holds for right, for the doctor to see beside it."""
    if desk.state.topic.form is not Form.QUIZ:
        return ()
    questions = enumerate(questions_of(desk.state.draft), start=1)
    return tuple(f"第{number}题答案：{each.options[each.right].text}" for number, each in questions)


def _sentence(desk: Desk, sentence: Sentence) -> SignedSentence:
    cited = [(ref, desk.facts[ref]) for ref in sentence.facts if ref in desk.facts]
    shown = tuple(ShownFact(fact.text, source_in_words(fact.source), ref.version) for ref, fact in cited)
    return SignedSentence(sentence.text, shown)


def verdicts(state: Content) -> tuple[ShownVerdict, ...]:
    """Return what the rules say for each channel, with the words they are about and the law, as a signer reads it."""
    compliance = state.compliance
    if compliance is None:
        return ()
    found = remarks(state.draft, compliance.pack) if any(each.rules for each in compliance.channels) else ()
    return tuple(_verdict(each, found) for each in compliance.channels)


def _verdict(said: ChannelVerdict, found: Sequence[Remark]) -> ShownVerdict:
    """Return a channel's verdict with the words it is about and their law; with its rules where the words are gone."""
    hits = tuple(f"“{each.text}”：{each.law}" for each in found if said.channel in each.severities)
    return ShownVerdict(CHANNELS.get(said.channel, said.channel), VERDICTS[said.label], hits or said.rules)


def _masked(desk: Desk, other: Channel) -> str:
    """Return enough of the other address for the doctor to know it, and no more."""
    contact = composition().vault.contact(SIGNER.stream(desk.key.hospital, desk.link.subject))
    if contact is None:
        return ""
    if other is Channel.SMS:
        return f"{contact.phone[:-8]}****{contact.phone[-4:]}"
    name, at, host = contact.email.partition("@")
    return f"{name[:1]}***{at}{host}"


def guide_page(opened: OpenGuide) -> GuidePage:
    """Return the patient's page."""
    guide = opened.guide
    profile = opened.hospital.profile
    answered: dict[str, Answer] = {section.value: "understood" for section in guide.understood}
    answered.update({section.value: "questioned" for section in guide.questioned})
    return GuidePage(
        hospital_name=hospital_name(opened.hospital),
        greeting="您好，这是根据您本次就诊整理的健康指南。",
        sections=tuple(_card(opened.hospital, section, pieces) for section, pieces in opened.sections),
        why=WHY,
        emergency_line=f"如有胸痛、呼吸困难、意识不清等紧急情况，请立即拨打120。本院急诊电话：{profile.emergency_line}"
        if profile
        else "",
        answered=answered,
        aigc=_aigc(hospital_name(opened.hospital), guide.made.visit_id.replace("v-", "g-", 1)),
        notice=_notice(guide),
    )


def _notice(guide: Guide) -> str:
    """Return what the patient must know of corrections: the newest one, as long as the guide bears it."""
    if guide.cancelled:
        return "本次就诊记录已由医院更正，原来的健康指南不再适用。如有疑问，请咨询您的医生。"
    if guide.corrected and guide.corrected.reason == CORRECTED:
        return "医院更正了本次就诊的部分记录，这份健康指南已随之更新，请以现在的内容为准。"
    return ""


def _card(hospital: Hospital, section: Section, pieces: tuple[Piece, ...]) -> GuideCard:
    shown = tuple(_piece(hospital, piece, piece.state.signed) for piece in pieces if piece.state.signed)
    # Two facts of one piece that were taken back may lead to corrections of the same words: they are said once.
    return GuideCard(section, section.heading, tuple(dict.fromkeys(shown)))


def _piece(hospital: Hospital, piece: Piece, signed: ContentSigned) -> GuidePiece:
    return GuidePiece(
        title=piece.state.draft.title,
        sentences=tuple(sentence.text for sentence in piece.state.draft.sentences),
        signer_name=signed.signer_name,
        signer_title=signed.signer_title,
        department=signed.department,
        signed_on=_local_day(hospital, signed.signed_at),
        label=signed.label,
    )


def _aigc(producer: str, content_id: str) -> str:
    return json.dumps(hidden_label(producer=producer, content_id=content_id)[HIDDEN_KEY], ensure_ascii=False)
