"""How a case is put in speech, rewritten as the condition it is: 医生同意了才能停药 is 未经医生同意不得停药.

A doctor's word, a beginning, a second medicine, a dose left out, a cause nobody knows. Grammar only, the same for
facts and sentences; it changes no number and no side of what is said.
"""

from __future__ import annotations

import re
from functools import cache

_OPEN = "(?:^|(?<=[，。；：！？]))"
_STOP = "(?=[，。；：！？)]|$)"
_DOCTOR = "(?:您的|你的)?(?:[\u4e00-\u9fff]{1,5}科)?的?(?:主治|主管|专科|经治)?(?:医生|医师|大夫)"
_OWN = "[^，。；：？！不别勿没未无非已经]"
_NEEDS = "(?:必须|必需|务必|一定要|一定得|需要|应该|应当|须|需|要|得|应|都|就)+"
_GETS = "(?:得到|征得|取得|获得|问过|请示过?|经过?)"
_NODS = "(?:的)?(?:明确|书面)?(?:同意|许可|允许|准许|批准|首肯|点头)"
_INTENDS = "(?:如果|要是|若是|若|假如)?(?:您|你)?(?:想要|打算|准备|想|要)?(?:把)?"
_ALLOWS = "(?:才行|才可以|才可|才能够|才能|才|方可|方能|再)"
_CHANGES = "(?:停|换|减|加|改|中断|中止|终止|调整)"
_RULING = "(?:不能|不可以|不可|不得|不要|不应|别|切勿|勿)(?:擅自|自行|自己|随意|随便|私自)"

_CONSENT: tuple[tuple[str, str], ...] = (
    (
        rf"({_OWN}{{1,10}}?){_RULING}({_CHANGES}[^，。；：]{{0,6}})，{_NEEDS}先?{_GETS}({_DOCTOR}){_NODS}{_STOP}",
        r"未经\3同意不得\2\1",
    ),
    (
        (
            rf"{_OPEN}(?:只有|除非)(?:等|得到|经过?|征得)?({_DOCTOR})(?:的)?(?:同意|点头|允许|许可|要求)了?(?:之后|以后|后)?，?"
            rf"(?:才(?:能|可以|可)?|否则(?:就|都)?(?:不能|不要|不得|不可|别))"
        ),
        r"未经\1同意不得",
    ),
    (
        (
            rf"{_OPEN}{_INTENDS}({_OWN}{{0,8}}{_CHANGES}{_OWN}{{0,8}}?)(?:之前|以前|前|的话)?，?(?:都|也|就|是)?"
            rf"{_NEEDS}(?:事先|提前|先)?{_GETS}({_DOCTOR}){_NODS}了?(?:{_ALLOWS}{_CHANGES}?)?{_STOP}"
        ),
        r"未经\2同意不得\1",
    ),
    (
        (
            rf"{_OPEN}{_INTENDS}({_OWN}{{0,8}}{_CHANGES}{_OWN}{{0,8}}?)，?{_NEEDS}(?:先)?(?:问|请示|征求)过?{_DOCTOR}(?:、|，|，等|等)?"
            rf"({_DOCTOR})(?:同意|点头|允许)了?{_ALLOWS}{_CHANGES}?{_STOP}"
        ),
        r"未经\2同意不得\1",
    ),
    (rf"(?:没有|没|未|尚未|还没|还没有)(?:得到|征得|取得|获得|经过)({_DOCTOR}){_NODS}", r"未经\1同意"),
)
"""What is not to be done before a doctor says so."""

_ORDERS = "(?:医嘱|嘱咐|嘱托|叮嘱|吩咐|交代|要求|指导|安排|指示)"
_DOCTORS_WORD: tuple[tuple[str, str], ...] = (
    (
        rf"(?:在|请|要|应|需)?(?:遵照|遵从|遵循|按照|依照|根据|听从|跟着|按|依|照|听|在|遵){_DOCTOR}的?{_ORDERS}(?:下|之下|来)?",
        "遵医嘱",
    ),
    (
        rf"(?<![先须得需要])(?:经过|经|由|通过){_DOCTOR}的?(?:评估|判断)(?:过)?(?:以后|之后|后|下来)?(?=[，。；可]|$)",
        "医生评估后",
    ),
)

_BEGINNINGS: tuple[tuple[str, str], ...] = (
    (
        r"(?:最初|刚刚|刚|才|一)?开始([^，。；：不没未\d]{1,8}?)(?:的时候|时候|的那段时间|那段时间|那会儿|的阶段|阶段|时)(?![间常])",
        r"\1初期",
    ),
    (r"刚(用药|服药|用|吃|服用|打)(?:的头几天|头几天|的那几天|那几天|那阵子|的时候|时)", r"\1药初期"),
)
_SECOND_MEDICINES: tuple[tuple[str, str], ...] = (
    (
        r"(?:还|也|又)(?:要|得|在|需要|需)?(?:同时)?(?:使用|服用|用|点|滴|吃|打|涂|喷|吸)(?:着|了)?(?:别的|其他的|其他|其它的|其它|另外的|另一种)",
        "合用其他",
    ),
)
_LEFT_OUT: tuple[tuple[str, str], ...] = (
    (
        r"(?<![要别勿不能可])跳过(?:这|本|该|漏服的?|漏掉的?|漏的)*(?:[一1])?(?:次|顿|剂|片|回|针)?(?:药物|药|剂量)?(?=[，。；)]|$|不|且)",
        "不补服",
    ),
    (
        r"(?:这|那|本)?[一1]?(?:次|顿|回|剂|片|针)(?:药)?(?:就)?(?:不|别|不要|不用|甭)再?补(?:服|吃|打|用)?了?" + _STOP,
        "不补服",
    ),
)
_UNKNOWN: tuple[tuple[str, str], ...] = (
    (r"(?:说|弄|搞|查|讲)不(?:清楚|清|明白|明|出)(?:是)?(?:什么)?的?原因", "不明原因"),
    (r"(?:找不到|查不到|没有明显|没有)(?:的)?原因的?|莫名其妙地?|无缘无故地?|没来由地?", "不明原因的"),
)
_ONE, _OTHERS = "(?:牙|针|饭|药|血|线|瘤|痔|石膏|疫苗|肠镜|胃镜|检查|手术)", "[\u4e00-\u9fff]{2,12}?"
_ENDED = "(?:以后|之后|过后|后)?(?:的)?(?=[，\\d半一二两三几])"
_TIME = r"[\d.一二两三四五六七八九十半]+个?半?(?:分钟|小时|秒钟?|天)"
_FINISHED: tuple[tuple[str, str], ...] = (
    (rf"({_ONE})(?:都)?([拔打吃抽拆切做种喝])(?:完|好)了?{_ENDED}", r"\2\1后"),
    (rf"({_OTHERS})做完了?{_ENDED}", r"\1后"),
    (
        r"(?:^|(?<=[，。；：]))(?:正)?([打带戴挂装留插穿裹吃])着([\u4e00-\u9fffa-z]{1,8}?)(?:的时候|期间|时)?，",
        r"\1\2期间，",
    ),
    (
        rf"(?:超过了?|过了)({_TIME})(?:后|以后)?(?:还|仍然|仍|都|也)*(?:没有|没|未|不)(?:停下来|停下|停止|停)",
        r"持续超过\1",
    ),
    (r"一直(?:都)?(?:在|保持在)?(\d[^，。；]{1,6}?)以上(?:都)?(?:不下来|下不来|降不下来)?", r"持续超过\1"),
)
"""What is over and what goes on: 牙拔完 is 拔牙后, 打着石膏 is 打石膏期间."""
_UNABLE: tuple[tuple[str, str], ...] = (
    (r"(?:受|耐受|承受|扛|顶)不(?:了|住)", "不能耐受"),
    (r"(?:说|讲)不(?:出|了)来?话", "不能说话"),
    (r"(停|减|换|断)(?:着|了|掉)?(?:先)?(?:不|别|不要)(?:吃|用|服|打)(?=[，。；]|$)", r"\1用"),
)
_BUT_FOR: tuple[tuple[str, str], ...] = (
    (r"^除非([^，。；：]{2,14})，(?:否则(?:的话)?)?(?:就|都)?", r"除\1外，"),
    (r"(?<=[。；，])除非([^，。；：]{2,14})，(?:否则(?:的话)?)?(?:就|都)?", r"除\1外，"),
    (r"除了([^，。；外]{2,16})，(?![^，。；]{0,12}[还也都再])", r"除\1外，"),
    (r"凡是?(?=[\u4e00-\u9fff])", "如果"),
    (r"\((?:比如|譬如|如)(?!果|有|出现|需|无|若|遇|患|您)([^(),，。]{1,20}(?<![时者下]))\)", r"(例如\1)"),
)
_GROUPS = (_CONSENT, _DOCTORS_WORD, _BUT_FOR, _BEGINNINGS, _SECOND_MEDICINES, _LEFT_OUT, _UNKNOWN, _FINISHED, _UNABLE)


@cache
def _rewritings(*, of_doctors: bool) -> tuple[tuple[re.Pattern[str], str], ...]:
    groups = _GROUPS if of_doctors else _GROUPS[2:]
    return tuple((re.compile(pattern), replacement) for group in groups for pattern, replacement in group)


def told_plainly(text: str) -> str:
    """Return a normalized text with its circumstances written as conditions."""
    for pattern, replacement in _rewritings(of_doctors="医" in text):
        text = pattern.sub(replacement, text)
    return text
