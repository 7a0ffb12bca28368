"""为什么给我这个: what a patient is told of the choice, in closed sentences without any medical statement or score.

The words are the product's own and the same at every hospital; what differs is only which of them are said (law 1).
"""

from __future__ import annotations

from collections.abc import Iterable

from narrowcast.domain.choice import Caution, Choice
from narrowcast.domain.guide import GuideAssembled
from narrowcast.domain.vocabulary import Audience, Bar, Section

_ALWAYS = "您这次就诊的诊断"
_GROUNDS = {
    "treatment": "您正在使用的药物",
    "procedure": "您的手术或检查",
    "stage": "您目前所处的就诊阶段",
    "step": "您目前所处的就诊阶段",
    "age": "您的年龄段",
    "sex": "您的性别",
    "literacy": "您选择的阅读难度",
    "style": "您选择的阅读方式",
    "custom": "您登记的饮食习惯",
}
"""Part of the score → what it rests on, in the order in which it is told."""
_MUST_KNOW = {
    Bar.PREGNANCY: "有些内容需要先了解您是否怀孕或备孕，没有放进来，请咨询医生。",
    Bar.RENAL: "有些内容需要先了解您的肾功能，没有放进来，请咨询医生。",
}
_OTHERWISE = "有些内容需要先了解您的身体情况，没有放进来，请咨询医生。"


def why_section(made: GuideAssembled, section: Section) -> str:
    """Return why a section's pieces were chosen; empty for a guide of which no reasons were kept."""
    reasons = [reason for reason in made.choice.reasons if reason.section is section]
    if not reasons:
        return ""
    counted = {each.part for reason in reasons for each in reason.parts}
    grounds = dict.fromkeys(words for part, words in _GROUNDS.items() if part in counted)
    reader = "，写给照护您的家人" if made.audience is Audience.CARER else ""
    return f"选出这部分，是根据{'、'.join((_ALWAYS, *grounds))}{reader}。内容由医生签发。"


def ask_first(choice: Choice, section: Section) -> tuple[str, ...]:
    """Return what the patient should ask about before more can be given in the section."""
    return _asking(caution for caution in choice.cautions if caution.section is section)


def ask_anywhere(choice: Choice) -> tuple[str, ...]:
    """Return what the patient should ask about, in whatever section."""
    return _asking(choice.cautions)


def _asking(cautions: Iterable[Caution]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_MUST_KNOW.get(caution.bar, _OTHERWISE) for caution in cautions))
