"""How a ban, a permission or a limit is framed in speech, rewritten as the plain operator it stands for.

给儿童用的 is 适用于儿童, 不给孕妇用 is 不得用于孕妇, 医生没点头别停 is 未经医生同意不得停. Grammar only, the same for
facts and sentences; a frame changes neither number nor name, nor the side of what it says.
"""

from __future__ import annotations

import re
from functools import cache

from narrowcast.domain.control.facts.normalization import OPEN as _OPEN
from narrowcast.domain.control.facts.normalization import STOP as _STOP
from narrowcast.domain.control.rewriting import Rewritings

_PEOPLE = (
    "(?:的人|的患者|患者|病人|的孩子|的娃|的朋友|的小孩|的宝宝|者|儿童|孩子|宝宝|孕妇|妇女|女性|男性|成人|老人|老年人|新生儿|婴儿|"
    "人群|妈妈)"
)
_BARRED = "(?:不给|不能给|不得给|不可给|不可以给|别给|不要给|不准给|不许给|禁止给|严禁给)"
_DOCTOR = "(?:[\u4e00-\u9fff]{1,5}科)?的?(?:主治|主管|专科)?(?:医生|医师)"
_NODS = "(?:点过头|点头|同意过|同意|许可|允许|准许|批准|首肯|发话|松口|说行|说可以)"
_NOT_YET = "(?:未经过?|没有?经?过?|未得到|没得到|没让|不经)"
_CHANGES = "(?:停用|停掉|停药|停|换药|换|减量|减药|减|加量|加|改)"
_VERDICTS = (
    "(?:不可以做|绝对不许|绝不许|不许|不允许|不准|禁止|严禁|不行|不可以|不可|使不得|不能做|做不得|"
    "万万不可|万万不行|绝对不行)"
)
_WARD = re.compile(r"未经(?P<ward>[\u4e00-\u9fff]{1,5}科)(?:的)?(?:主治|主管|专科)?(?:医生|医师)(?P<act>同意|评估)")
_DOUBLED = re.compile(
    "(?:不能|不可以|不可|不得|别|不要)(?P<unasked>(?:[\u4e00-\u9fff]{1,5}科)?未经医生(?:同意|评估))(?:就|便|而)?(?=[停换加减改自])"
)
_PENDING = "(?:还)?没有?(?P<act>拆线|愈合|出院|开封|消毒|睡觉|吃饭|手术|停药|断奶|长好|干透)(?:着)?(?:呢|的话)?(?=，)"
_UNFINISHED = (
    "(?P<thing>[^，。；：]{1,12}?(?:疫苗|针))(?:还)?没有?(?:打|接种)完(?:的)?(?:这段|那段)?"
    "(?:日子|时间|期间|时候|这些天)(?:里)?"
)

_FRAMES: tuple[tuple[str, str], ...] = (
    (rf"{_BARRED}([^，。；：]{{0,16}}?{_PEOPLE})(?:用|使用|服用|吃|打|服){_STOP}", r"不得用于\1"),
    (rf"(?:是|只|专门|专)+给([^，。；：]{{0,16}}?{_PEOPLE})(?:们)?(?:准备|用|使用|服用|吃|打|设计)的", r"适用于\1"),
    (rf"(\d+周?岁(?:及)?以[上下](?:的)?{_PEOPLE})适用{_STOP}", r"适用于\1"),
    (rf"(?:请)?(?:跟|对|向|和)([^，。；：]{{1,12}})说不{_STOP}", r"不能用\1"),
    (
        rf"([停换减加])不\1(?:药)?，?(?:得|要|须|必须|由|先)+(?:听|等|问|经|看)?(?:过)?({_DOCTOR})(?:同意|点头|说了算|定|决定|说)",
        r"未经\2同意不得\1",
    ),
    (
        rf"(?<=[^，。；：])想({_CHANGES})，(?:就|也)?(?:要|得|必须|须|一定|应)*先(?:请|让|找|问过?|经过?)({_DOCTOR})(?:，|(?=同意|点头|允许))(?:医生)?(?:同意|点头|允许)了?(?:才行|才能{_CHANGES}?|才可以|再{_CHANGES}|方可)",
        r"未经\2同意不得\1",
    ),
    (
        rf"想({_CHANGES})([^，。；：]{{0,12}})，(?:就|也)?(?:要|得|必须|须|一定|应)*先(?:请|让|找|问过?|经过?)({_DOCTOR})(评估|同意|点头|允许)",
        r"未经\3\4不得\1\2",
    ),
    (
        rf"(?:要|得|须|必须|只有)*(?:等|经过?|征得|得到|先经|先得|得)({_DOCTOR})(?:的)?{_NODS}(?:了)?(?:以后|之后|后)?，?(?:才|方)(?:能够|能|可以|可|许)",
        r"未经\1同意不得",
    ),
    (rf"({_DOCTOR})(?:还)?(?:没有|没|未|不)(?:{_NODS})(?:的话|之前|以前|前)?", r"未经\1同意"),
    (rf"{_NOT_YET}({_DOCTOR})(?:的)?{_NODS}", r"未经\1同意"),
    (rf"({_DOCTOR})(?:还)?(?:没有|没|未)(?:评估|判断|看)过?(?:的话|之前|以前)?", r"未经\1评估"),
    (rf"{_NOT_YET}({_DOCTOR})(?:的)?(?:评估|判断)过?", r"未经\1评估"),
    (
        rf"{_OPEN}可(?![以能进考选靠见是])([^，。；：用服吃喝做在按与和将适随一\d]{{2,12}}?)(?=不能|不可|不得|别|不要|不许|千万)",
        r"但\1",
    ),
    (r"(?:仍然|仍|还是|还|依然|依旧)(?:是)?不能(?=[^，。；够]*时)", "不能"),
    (
        r"(?:分钟|小时|钟头)(?:后|以后)?(?:还|仍|都|还是|仍然)*(?:没睡着觉?|睡不着觉?|没能睡着|未入睡|未能入睡|不能入睡)(?:时|的话)?(?=[，。的就者？])",
        "分钟不能入睡时",
    ),
    (
        r"，(?:这个|这事|这可|这)?(?:是)?(?:可)?(?:等不得|拖不得|耽误不得|耽搁不得|马虎不得|大意不得|含糊不得)(?=[，。！]|$)",
        "",
    ),
    (
        r"(?<![别不勿要没莫])(?:要是|如果|万一|假如)?(?:漏|忘)了(?:一顿|一次|一回|一片|一针|吃药|吃|服|打)?(?:药)?(?=，|不|别|就|也不|无需)",
        "漏服后",
    ),
    (r"(?<=[，后])多可(?=[\u4e00-\u9fff])", "大多可以"),
    (r"(?<=[^，。；：可难足所用])(?=(?:以防|以免|免得|以预防|以防止|以避免|以减少|好防止|好预防)[^，。；：]{2})", "，"),
    (r"(?:自己)?一个人(?=[开驾洗出外下上走在待留骑起])", "独自"),
    (r"(?:不管|不论|无论)(?:是)?(?:丈夫|老公|男方)(?:还是|和|或)(?:妻子|老婆|女方)(?:都)?", "男女患者"),
    (r"(?:夫妻|夫妇|两口子|男女)双方", "男女患者"),
    (
        r"(?:(?:不管|不论|无论)(?:是)?)?男的?(?:、|和|还是|或|跟)?女的?(?:患者|病人|朋友|两方)?(?=[，都均皆也])",
        "男女患者",
    ),
    (rf"{_OPEN}([^，。；：不没未别]{{2,8}}?)是(?:可以|允许|没问题)的{_STOP}", r"可以\1"),
    (
        rf"{_OPEN}([^，。；：不没未别]{{2,12}}?)的(?:做法|办法|法子)(?:是)?(?:不能用|不可取|不行|要不得|不对|用不得){_STOP}",
        r"不能\1",
    ),
    (rf"没必要([^，。；：]{{2,12}})，(?:这种|这样的?)(?:做法|办法)(?:是)?不推荐的?{_STOP}", r"不推荐\1"),
    (r"之所以([^，。；]{2,24})，(?:就)?是(?:因为|由于|怕)", r"\1，因为"),
    (
        rf"(?:要|得|须|必须|应)?(?:满|到|等到?)?(\d+[^，。；\d]{{1,4}}以上)(?:的)?({_PEOPLE})?才(?:能够|能|可以|可|许)?(?:用|吃|服用|使用|服|打){_STOP}",
        r"限\1\2使用",
    ),
    (rf"([^，。；：]{{2,}}?)(?:这)?(?:是|可是|都是)(?:{_VERDICTS})的?{_STOP}", r"不能\1"),
)


@cache
def _frames(*, of_doctors: bool) -> Rewritings:
    return Rewritings(frame for frame in _FRAMES if of_doctors or _DOCTOR not in frame[0])


def framed(text: str) -> str:
    """Return a text with its frames rewritten."""
    told = "医" in text
    text = _frames(of_doctors=told).rewrite(text)
    return _DOUBLED.sub(r"\g<unasked>不得", _WARD.sub(r"\g<ward>未经医生\g<act>", text)) if told else text


_LATE = "(?P<hour>[\\d一二三四五六七八九十]{1,3}点)钟?(?P<side>[以之]?[前后])的(?P<part>[上下]午|晚上|夜里|早上)"
"""An hour whose part of the day stands behind it: 三点以后的下午."""


@cache
def _finishes() -> Rewritings:
    return Rewritings(
        ((_PENDING, r"\g<act>前"), (_LATE, r"\g<part>\g<hour>\g<side>"), (_UNFINISHED, r"接种\g<thing>期间"))
    )


def finished(text: str) -> str:
    """Return a text in which what is not over is told as a stretch of time: 疫苗没打完这段日子 is 接种疫苗期间."""
    return _finishes().rewrite(text)
