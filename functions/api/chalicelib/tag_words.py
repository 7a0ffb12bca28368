"""Tags in the words of editors and doctors."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from narrowcast.application.exports import AUDIENCES
from narrowcast.domain.content import Tags
from narrowcast.domain.exclusion import Exclusion
from narrowcast.domain.vocabulary import (
    Advice,
    Bar,
    Custom,
    Language,
    Literacy,
    RenalClass,
    Sex,
    Stage,
    Step,
    Style,
)

STAGES = {
    Stage.FIRST_DIAGNOSIS: "初诊",
    Stage.TREATMENT_START: "起始用药",
    Stage.FOLLOW_UP: "复诊",
    Stage.INPATIENT: "住院",
    Stage.PRE_OP: "术前",
    Stage.POST_OP: "术后",
    Stage.DISCHARGE: "出院",
    Stage.REHABILITATION: "康复",
}
STEPS = {
    Step.PRE_OP: "手术前一天",
    Step.POST_OP_DAY_1: "术后第1天",
    Step.POST_OP_DAY_3: "术后第3天",
    Step.POST_OP_DAY_7: "术后第7天",
    Step.DISCHARGE: "出院当天",
    Step.MONTH_1: "出院后1个月",
    Step.MONTH_3: "出院后3个月",
}
SEXES = {Sex.FEMALE: "女", Sex.MALE: "男", Sex.UNKNOWN: "未知"}
LITERACY = {Literacy.BASIC: "浅显", Literacy.STANDARD: "一般", Literacy.DETAILED: "详细"}
STYLES = {Style.PLAIN: "说明", Style.QUESTIONS: "问答", Style.STEPS: "分步", Style.STORY: "故事"}
CUSTOMS = {Custom.HALAL: "清真", Custom.VEGETARIAN: "素食", Custom.VEGAN: "纯素"}
LANGUAGES = {
    Language.SIMPLIFIED: "简体中文",
    Language.TRADITIONAL: "繁体中文",
    Language.TIBETAN: "藏文",
    Language.UYGHUR: "维吾尔文",
    Language.MONGOLIAN: "蒙古文",
    Language.ENGLISH: "英文",
}
ADVICE = {
    Advice.EXERTION: "剧烈运动",
    Advice.EXERCISE_FASTING: "空腹运动",
    Advice.POTASSIUM: "补钾或低钠盐",
    Advice.PROTEIN: "高蛋白",
    Advice.FLUIDS: "多饮水",
    Advice.PURINES: "高嘌呤食物",
    Advice.VITAMIN_K: "多吃绿叶菜",
    Advice.GRAPEFRUIT: "西柚",
}
RENAL = {
    RenalClass.NORMAL: "任何肾功能",
    RenalClass.REDUCED: "肾功能减退",
    RenalClass.SEVERE: "肾功能严重减退",
    RenalClass.DIALYSIS: "透析",
}


def years(band: str) -> str:
    """Return an age band in words."""
    return f"{band.removesuffix('+')}岁及以上" if band.endswith("+") else f"{band}岁"


_NAMED: dict[Bar, Callable[[str], str]] = {
    Bar.PREGNANCY: lambda _: "孕妇",
    Bar.RENAL: lambda value: RENAL[RenalClass(value)],
    Bar.ALLERGY: lambda value: f"对{value}过敏",
    Bar.AGE: years,
    Bar.DRUG: lambda value: f"同时使用{value}",
    Bar.PROCEDURE: lambda value: f"做过{value}",
}


def barred(bar: Bar, value: str) -> str:
    """Return whom an exclusion keeps a piece from."""
    return _NAMED[bar](value)


def in_words(tags: Tags) -> tuple[str, ...]:
    """Return a line for each tag; those that narrow nothing and were never asked for are left out."""
    return (
        f"诊断编码：{'、'.join(tags.codes)}",
        f"用药：{'、'.join(tags.treatments) or '不限'}",
        f"阶段：{'、'.join(STAGES[stage] for stage in tags.stages) or '不限'}",
        f"年龄：{'、'.join(map(years, tags.age_bands)) or '不限'}",
        f"读者：{AUDIENCES[tags.audience]}",
        *(f"{name}：{words}" for name, words in _narrower(tags) if words),
    )


def _narrower(tags: Tags) -> Iterator[tuple[str, str]]:
    yield "性别", "、".join(SEXES[sex] for sex in tags.sexes)
    yield "手术或检查", "、".join(tags.procedures)
    yield "诊疗节点", "、".join(STEPS[step] for step in tags.steps)
    yield "难度", LITERACY[tags.literacy] if tags.literacy else ""
    yield "写法", STYLES[tags.style] if tags.style else ""
    yield "饮食习惯", "、".join(CUSTOMS[custom] for custom in tags.customs)
    yield "语言", "" if tags.language is Language.SIMPLIFIED else LANGUAGES[tags.language]
    yield "不给（据事实）", "、".join(_excluded(tags.exclusions))
    yield "所含建议（据事实）", "、".join(ADVICE[advice] for advice in tags.advises)


def _excluded(exclusions: Iterable[Exclusion]) -> Iterable[str]:
    return dict.fromkeys(barred(each.bar, each.value) for each in exclusions)
