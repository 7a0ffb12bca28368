"""An explanation of a guide in the words of the staff's page."""

from __future__ import annotations

from chalicelib.pages.models import ReasonPiece, ReasonSection, ReasonsPage
from chalicelib.tag_words import STEPS, barred
from narrowcast.application.explanations import Chosen, ExplainedSection, Explanation, LeftOut, Named
from narrowcast.application.exports import AUDIENCES
from narrowcast.domain.hospital import Hospital
from narrowcast.domain.vocabulary import Bar

PARTS = {
    "language": "语言",
    "audience": "读者",
    "code": "诊断编码的贴近程度",
    "step": "诊疗节点",
    "stage": "阶段",
    "procedure": "手术或检查",
    "treatment": "用药",
    "age": "年龄",
    "custom": "饮食习惯",
    "sex": "性别",
    "literacy": "难度",
    "style": "写法",
    "one_question": "只答一个问题",
    "freshness": "签发时间",
}
UNKNOWN = {Bar.PREGNANCY: "不知道是否怀孕", Bar.RENAL: "不知道肾功能"}


def reasons_page(hospital: Hospital, reader: str, explained: Explanation) -> ReasonsPage:
    """Return the page's model."""
    step = f"，诊疗节点：{STEPS[explained.step]}" if explained.step else ""
    return ReasonsPage(
        hospital.profile.name if hospital.profile else "",
        reader,
        explained.guide_id,
        f"第{explained.edition}版，规则{explained.rules}，读者：{AUDIENCES[explained.audience]}{step}",
        tuple(map(_section, explained.sections)),
    )


def _section(section: ExplainedSection) -> ReasonSection:
    return ReasonSection(
        section.section,
        section.heading,
        section.why,
        tuple(map(_chosen, section.chosen)),
        tuple(map(_left_out, section.left_out)),
        section.asks,
        section.gaps,
    )


def _chosen(chosen: Chosen) -> ReasonPiece:
    parts = "，".join(f"{PARTS.get(each.part, each.part)}{each.points:+}" for each in chosen.parts)
    others = "；其次：" + "、".join(map(_name, chosen.others)) if chosen.others else ""
    back = "、".join(f"{each.fact_id}第{each.version}版" for each in chosen.taken_back)
    now = (f"已停止展示：依据的事实{back}已收回",) if back else ()
    return ReasonPiece(
        _name(chosen.piece),
        (*now, f"对应{chosen.code}", f"共{chosen.score}分：{parts}", f"符合条件的共{chosen.considered}篇{others}"),
    )


def _left_out(left: LeftOut) -> ReasonPiece:
    if left.bar is None:
        kept = (f"保留：{_name(left.kept)}",) if left.kept else ()
        return ReasonPiece(_name(left.piece), (left.reason or left.rule, *kept))
    why = UNKNOWN.get(left.bar, left.bar) if left.unknown else f"不给{barred(left.bar, left.value)}"
    fact = (f"依据事实{left.fact.fact_id}第{left.fact.version}版：{left.fact_text}".rstrip("："),) if left.fact else ()
    return ReasonPiece(_name(left.piece), (why, *fact))


def _name(named: Named) -> str:
    return f"{named.title}（{named.content_id}）" if named.title else named.content_id
