"""How a command, a ban or a leave is put in speech, rewritten as the plain operator that it is: 非停药不可 is 必须停药.

Denials denied, bans told after what they forbid, verbs that say that something cannot be done. Grammar only, the same
for facts and sentences; a rewriting keeps the side of what is said, its force and its numbers.
"""

from __future__ import annotations

import re
from functools import cache
from itertools import chain

from narrowcast.domain.control.facts.lexer import knows
from narrowcast.domain.control.facts.normalization import OPEN as _OPEN
from narrowcast.domain.control.facts.normalization import STOP as _STOP
from narrowcast.domain.control.rewriting import Rewritings

_THING = "[^，。；：？！不别勿没未无非]"
_TIME = "(?:分钟|小时|钟头|天|周|星期|个月|年)"
_BAN = "(?:不要|不能|不可以|不可|不得|不应该|不应|别|切勿|勿)"
_NO_VERDICT = "(?:不行|不可以|不允许|不准|不可|不合适|使不得|要不得|不许)"
_IDIOMS = frozenset("免少大忘错差费要用保算断受得")
"""Verbs that with 不了 say no inability: 少不了, 用不了多久."""

_DENIED_DENIALS: tuple[tuple[str, str], ...] = (
    (rf"(?<!并)(?<!除)非(?:得|要)?({_THING}{{1,14}}?)(?<![者人])不(?:可|行|成)(?:了|的)?{_STOP}", r"必须\1"),
    (r"(?:不能|不可以|不可|不得|不应)不(?=[\u4e00-\u9fff])(?!良|适|足|全|同|当|停地|断地)", "必须"),
    (
        rf"{_OPEN}不({_THING}{{1,10}}?)(?:可|是|就|都)*(?:不行|不可以|不成)的?{_STOP}",
        r"必须\1",
    ),
    (
        rf"(?:(?:可|千万|一定|请|也|都|更|切|就)*(?:别|不要|不能|不可|勿)(?:忘记?了?|漏了|落下了?|忽略|疏忽了?|省了?|省略|偷懒不))(?:再|要|去)?(?={_THING}{{2}})",
        "记得",
    ),
)
_BANS_AFTERWARDS: tuple[tuple[str, str], ...] = (
    (
        rf"{_OPEN}(自己|自行|擅自|随便|随意|私自)({_THING}{{1,10}}?)(?:，)?(?:可|是|也|都)*{_NO_VERDICT}的?{_STOP}",
        r"不得\1\2",
    ),
)
_LIMB = "(?:侧|边|手臂|胳膊|上肢|下肢|腿)(?:上|里)?"
_FORBIDDEN_THINGS: tuple[tuple[str, str], ...] = (
    (
        rf"{_OPEN}(?!不|光|只)({_THING}{{2,10}}?)(?<![也都可是])(?:可|都|也|是)*(?:不行|不允许|不许|使不得|要不得){_STOP}",
        r"不能\1",
    ),
    (r"滴酒不沾|(?:一|1)[口滴]酒(?:都|也)?不(?:能)?(?:沾|碰|喝)", "不得饮酒"),
    (r"禁种", "禁止接种"),
    (
        rf"({_BAN}|避免|禁止|严禁)([^，。；()]{{2,14}}\([^()，。；]{{1,20}}\))(?:以及|及|和|与|或)([^，。；()]{{1,14}})",
        r"\1\2，\1\3",
    ),
    (r"([^，。；()]{2,14})(\([^()，。；]{1,20}\))((?:代替|替代)[^，。；()]{1,14})", r"\1\3\2"),
)
"""What is forbidden behind what it is, and across a bracket: 泡澡不行, 避免大量饮水（一次300ml）及倒立."""
_FRONTED: tuple[tuple[str, str], ...] = (
    (
        rf"{_OPEN}({_THING}{{2,14}}?)(?<![时者人后前间况话点分天周月次，])，(?:请|都|也|可|千万|就|一概|一律)*({_BAN})(?:去|再)?(?:碰|沾)了?{_STOP}",
        r"\2吃\1",
    ),
    (
        rf"{_OPEN}({_THING}{{2,14}}?)(?<![时者人后前间况话点分天周月次，])，(?:请|都|也|可|千万|就|一概|一律)*({_BAN})(?:去|再)?([吃喝用])了?{_STOP}",
        r"\2\3\1",
    ),
)
"""What is forbidden, set before the ban: 咖啡和巧克力，请不要碰."""
_BANS_BY_PLACE: tuple[tuple[str, str], ...] = (
    (
        rf"{_OPEN}({_THING}{{2,8}}?)(?:的时候|时)?，?(?:请|千万|也|都|可|就)*(?:{_BAN}|避免)(?:使用|用|在)({_THING}{{1,10}}?{_LIMB}){_STOP}",
        r"不得在\2\1",
    ),
    (
        rf"{_OPEN}({_THING}{{2,8}}?)(?:的时候|时)，?(?:请|要|应|需|得|须)*(?:避开|绕开|躲开)({_THING}{{1,10}}?{_LIMB}){_STOP}",
        r"不得在\2\1",
    ),
)
"""A ban on where something is done, told of the place: 量血压别用那侧手臂."""
_LEAVES: tuple[tuple[str, str], ...] = (
    (
        r"(?:大可不必|犯不着|犯不上|没必要|不是非要|不是非得|不是必须|不是一定要|并不是必须|并非必须)(?=[\u4e00-\u9fff])",
        "不必",
    ),
    (r"(?:并?不一定|不见得|未必)(?:非)?(?:要|得|需要|需)(?=[\u4e00-\u9fff])", "不必"),
    (rf"(?:也)?不用({_THING}{{1,10}}?)(?:也|都)(?:行|可以|没事|没关系){_STOP}", r"不必\1"),
)
_INABILITIES: tuple[tuple[str, str], ...] = (
    (r"(?:说不出话来?|说不了话|讲不出话来?|不会说话了|话都说不出来?)", "不能说话"),
    (r"一(?:点儿?|滴|丝)尿?(?:都|也)(?:尿|排|解|撒)不出来?|完全(?:尿|排)不出来?尿?", "完全不能排尿"),
    (
        rf"({_THING}{{2,6}}?)(?:杀不了|杀不死|灭不了|不能(?:杀灭|杀死|灭活|消灭)|无法(?:杀灭|杀死|灭活|消灭))({_THING}{{2,8}}?){_STOP}",
        r"\1对\2无效",
    ),
    (r"一(?:口|点儿?)(?:饭|东西)?(?:都|也)(?:吃不下去?|吃不进去?)", "完全不能进食"),
    (r"(?:尿不出来?尿?|尿不出|尿不了|解不出小便|解不出尿|排不出尿)", "不能排尿"),
    (r"(?:喘不上来?气|喘不过来?气|透不过气|上不来气)(?:来)?", "呼吸困难"),
    (r"(?:受不了|受不住|耐不住|扛不住|承受不了|承受不住)(?=[\u4e00-\u9fff]{2,12}(?:的|者|时|，))", "不能耐受"),
    (r"(?<=[^，。；：])(?:受不了|吃不消|承受不了)(?=的(?:人|患者|病人|话)|者|时|，)", "不能耐受"),
    (r"(?:控制|管|压|忍)不住(?=[，。的时就])", "不能控制"),
)
_STILL: tuple[tuple[str, str], ...] = (
    (
        rf"过了([\d一二两三四五六七八九十半]+个?半?{_TIME})(?:了)?(?:都|还|仍|仍然)+(?:没有|没|未|不)(?:退|停|消|止)(?:下去|下来|掉)?{_STOP}",
        r"持续超过\1",
    ),
    (
        rf"(?P<time>{_TIME})(?:了)?(?:都|还|仍|仍然|还是)+(?:没有|没|未|不)(?:停下来|停下|停住|停止|停|过去|结束|缓过来|消停|退下去|退下来|退掉|退){_STOP}",
        r"\g<time>",
    ),
    (
        r"(?<=[以之]上)(?:都|还|一直|老|总|就是)*(?:不|没)(?:有)?(?:退下去|退(?=[，。])|下来|降下来|往下走|下降|回落|退下来)",
        "",
    ),
)
_STOPPINGS: tuple[tuple[str, str], ...] = (
    (rf"(?:先)?(停|限)(?:着|了|下来|一下|掉)?(?:，|、)?(?:先|就|都)?不(?:再)?(?:吃|用|服|喝|打)(?:了)?{_STOP}", r"\1"),
    (rf"([吃用服打喝])着(?:的)?，?(?:先)?别\1了?{_STOP}", r"停\1"),
)
_OUTCOMES: tuple[tuple[str, str], ...] = (
    (
        r"(?:没有|没|未)(?:能)?控制(?:得)?(?:好|理想|到位)(?!之?[前时])|控制(?:得)?不(?:太|够|大|怎么)?(?:好|理想|满意|良)",
        "控制不佳",
    ),
    (r"(?:没有|没)(?:什么)?(?:作用|效果|疗效|用处)|不起作用|(?<![还仍也])(?:不管用|不见效)", "无效"),
    (r"(?:没有|没)(?:能)?治好", "治疗失败"),
    (r"一次(?:性)?(?:地)?(?:全部|全都|全)(?=[吃服喝])", "一次"),
    (r"(?<=可能)(?:会)?有的(?=[，。；]|$)", "有"),
    (r"(?<![得能可要应])不重复(?:使用|用)", "一次性使用"),
    (r"(?<=[者妇人儿女])禁忌(?=[\u4e00-\u9fff]{2})(?!证|症|人群|使用)", "禁止"),
    (r"禁(?=与[^，。；]{1,16}(?:合用|联用|同服|同用|同时|混合|并用))", "禁止"),
)
"""How something came out, where speech denies what a fact names: 没控制好 is 控制不佳."""
_BOUNDS: tuple[tuple[str, str], ...] = (
    (
        rf"{_BAN}(?:再)?([\u4e00-\u9fff]{{1,3}}?)(?:到|至|得)(\d+[^，。；\d]{{1,6}}?)(?:以上|及以上)(?=[，。；]|$)",
        r"\1不超过\2",
    ),
    (
        rf"{_BAN}(?:再)?([\u4e00-\u9fff]{{1,3}}?)(?:到|至|得)(\d+[^，。；\d]{{1,6}}?)(?:以下|及以下)(?=[，。；]|$)",
        r"\1不低于\2",
    ),
)
"""What is not to be done beyond an amount: 别摇到30度以上."""
_EXCEPTIONS: tuple[tuple[str, str], ...] = (
    (rf"{_OPEN}除非({_THING}{{2,16}})，(?:否则|不然)?(?!才)(?:都|就)?", r"\1除外，"),
)
_COMMONPLACES: tuple[tuple[str, str], ...] = (
    ("(?:这也?)?(?:属于?|是)(?:很|比较|一种)?常见的?(?:现象|情况|反应)", "常见"),
)
_CARE: tuple[tuple[str, str], ...] = (
    (
        r"(?:应该|应当|应|要|需要|需|得|须|请|可要|务必)*(?:更|特别|格外|多加|多|千万)*(?:小心谨慎|谨慎小心|小心|当心|谨慎|慎重|留神)(?:着|地)?(?:一些|一点|点|些)?(?:来|去)?(使用|服用|用|服|吃|选用|选择)(?:药)?"
        + _STOP,
        "慎用",
    ),
    (
        r"(?<=[时候间，者人的])(?:应该|应当|应|要|需要|需|得|须|请|务必)(?:更|特别|格外|多加|多|千万)*(?:小心谨慎|谨慎小心|小心|谨慎|慎重)(?:一些|一点|点|些)?"
        + _STOP,
        "应谨慎",
    ),
)
_DELAYS: tuple[tuple[str, str], ...] = (
    (
        rf"(?:先|可|千万)?(?:别|不要|不用|不)(?:急着|着急|忙着|急于|急)({_THING}{{1,4}}?)[，：](?=[^。]{{3,60}}(?:再|才|方可))",
        "，",
    ),
    (rf"，(?:[^，。；不没别]{{1,4}}了)?(?:是)?(?:就|只|生)?怕(?:的是)?(?:会)?(?={_THING}{{2}})", "，以免"),
)
"""Bans that only say what comes later, and fears that say what for: 别急着起，先躺半分钟再起."""
_PREVENTION: tuple[tuple[str, str], ...] = (
    (rf"{_OPEN}([\u4e00-\u9fff]{{2,10}}?)(?:是)?(?:用来|用于|用作)预防(?:用)?的?(?=，)", r"预防性用药\1"),
    (
        r"(使用|应用|选用|用|服用|打|注射|接种)([\u4e00-\u9fff]{2,10}?)(?:来|以|作|做|进行)?(?:作)?(?<!级)预防(?:用)?"
        + _STOP,
        r"预防性\1\2",
    ),
    (
        r"(?:用药|服药|给药)(?:来|以|作|做|进行)?预防" + _STOP + "|预防性?(?:地|的)?(?:用药|服药|给药|服用药物)",
        "预防性用药",
    ),
    (r"预防性(?:地|的)?(?:使用|应用|选用|服用|给予|给|用(?!药))", "预防性使用"),
)
_MIXED: tuple[tuple[str, str], ...] = (
    (rf"({_BAN}{_THING}{{1,8}}|不{_THING}{{1,6}})、(?=保持|多喝|多吃|多饮|勤|定期|按时|坚持|及时|注意|尽量)", r"\1，"),
    (rf"({_BAN})断(?:了|掉)?(?=药|食|进食|饮食|治疗|随访|喂养|母乳)", r"\1停止"),
    (rf"({_BAN})因为([^，。；：]{{2,24}}?)(?:了)?，就(?:是)?", r"因\2，\1"),
    (rf"({_BAN})(?:是)?(?:为了|为)({_THING}{{2,14}}?)，(?:就|而)?", r"\1为\2而"),
    (
        rf"((?:最多|至多|顶多|不超过)[^，。；]{{2,12}})，(?:可|就|也)?{_BAN}再(?:多|加)了?{_STOP}",
        r"\1",
    ),
    (
        r"一(?:天|日|次|顿|回|滴|口|点|丁点儿?|根|支|杯|片|粒)([\u4e00-\u9fff]{0,2}?)(?:都|也)(不能|不可以|不可|不要|不得|不许|不准|别)",
        r"\1\2",
    ),
    (
        rf"，?(?:也|千万|可)?{_BAN}(?:隔|洗|坐|站|用|泡|拖|晾|躺|蹲|等|输|滴|打|吃|喝|走|起)得?(?:太|过)(?:久|长|快|急)(?:时间|了)?，(?=[^，。；]{{0,12}}[\d一二两三四五六七八九十半])",
        "，",
    ),
    (
        rf"{_OPEN}([水饭酒奶茶药烟]|东西)(?:也|都|就|是|可|更)*({_BAN}|可以|能)(?:再|照|照样|照常)?([喝吃抽])了?{_STOP}",
        r"\2\3\1",
    ),
    (r"(?:请|要|应|需|需要|记得)*忌口(?:的是)?[：，](?=[^，。；]{1,30}(?:不能|不要|别|不可|不得|少)[吃喝碰沾])", ""),
)
_AT_ONCE = "及时|立即|立刻|马上|赶紧|尽快|尽早|先|按|每|定期|随身|继续|长期|坚持|注意|把|整|空腹|停|复查|接种"
_MUSTS: tuple[tuple[str, str], ...] = (
    (
        rf"(?<![不值获取觉记只懂舍使显变非求博赢可都就也还均要患])得(?={_AT_ONCE}|[去查测做吃服用][^了过]|[多少][喝吃饮])",
        "应",
    ),
)
_GROUPS = (
    _MUSTS,
    _DENIED_DENIALS,
    _BANS_AFTERWARDS,
    _FORBIDDEN_THINGS,
    _FRONTED,
    _BANS_BY_PLACE,
    _LEAVES,
    _INABILITIES,
    _STILL,
    _STOPPINGS,
    _OUTCOMES,
    _BOUNDS,
    _EXCEPTIONS,
    _COMMONPLACES,
    _CARE,
    _DELAYS,
    _PREVENTION,
    _MIXED,
)
_SIMPLE = frozenset("走站坐躺吃喝咽睡停动拿喘尿说听看治戒做忍开抬举弯拔")
"""Verbs of one character; others before 不了 are taken to have two."""
_UNABLE = re.compile("(?P<verb>[\u4e00-\u9fff]{1,2})不(?:了|成)(?![解多少几太])")


@cache
def _rewritings() -> Rewritings:
    return Rewritings(chain(*_GROUPS))


def commanded(text: str) -> str:
    """Return a normalized text with its commands, bans and leaves written with plain operators."""
    return _UNABLE.sub(_unable, _rewritings().rewrite(text))


def _unable(match: re.Match[str]) -> str:
    """Write what cannot be done with 不能: 阻止不了 is 不能阻止, 走不了 is 不能走."""
    before, verb = match["verb"][:-1], match["verb"][-1:]
    if verb in _IDIOMS:
        return match[0]
    return f"{before}不能{verb}" if verb in _SIMPLE and not knows(match["verb"]) else f"不能{match['verb']}"
