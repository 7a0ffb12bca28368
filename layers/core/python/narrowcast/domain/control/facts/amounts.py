"""Bounds, meals and hours as people say them, rewritten as they are written: 38度或不到38度 is 不超过38度.

Rewrites normalized text before it is lexed and changes no amount; compound units are for `measures`.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from narrowcast.domain.control.facts.normalization import OPEN
from narrowcast.domain.control.facts.quantities import read_quantity

if TYPE_CHECKING:
    from narrowcast.domain.control.rewriting import Step


_ROW = "一二三四五六七八九十"
_NUMBER = rf"-?(?:\d{{1,7}}(?:\.\d{{1,4}})?|[{_ROW}两百半]{{1,7}}(?:点[零{_ROW}]{{1,4}})?)"
_UNIT = (
    "(?:[a-z°%μ/.²]{1,9}2?|[毫微纳皮]?(?:摩尔?|克)/[毫分]?升|个?(?:[毫微千纳厘]?[克升米摩卡]|公斤|斤|度|摄氏度|岁|周岁|月龄|月|年|天|日|周|星期|小时|钟头|分钟|次|片|粒|"
    "单位|毫米汞柱|步))"
)
_PER = "(?:/(?:分钟?|小时|天|日|min|h|d))?"
_AMOUNT = rf"(?:{_NUMBER}{_UNIT}?)"
_MORE, _LESS = "(?:高于|超过|大于|多于|长于|≥|>)", "(?:低于|不到|不足|小于|少于|短于|不满|≤|<)"
_OR = "(?:或者|或是|或|和|及|以及)"
_STRETCH = "(?:天|日|周|个?星期|个?礼拜|个?月|年)"
_NO_DAY = rf"(?<![第每隔后前到至~\d{_ROW}])"
_MEAL = "(?:餐|饭)"
_WHEN = "(?P<w>(?:之|以)?[前后]|的时候|时)"
_EATING = "(?:进食|进餐|用餐|就餐|吃饭|吃东西|随餐)"
_HOUR = "(?:早上|上午|中午|下午|傍晚|晚上|夜里|夜间)?[\\d一二两三四五六七八九十]{1,3}(?:点|时(?!间))"
_FIRST_FEW = "(?:一(?!天|日)|[两二三四五六七八九十2-9])个?(?:天|日|周|月|年|星期|礼拜|小时|钟头)"
_EVERY = "(?:每[天日周月年]|每个?(?:月|星期)|[一1](?:天|日|周|个?月|年|个?星期))"
_NO_AMOUNT = "(?:(?![一1](?:天|日|周|月|年|个|次|回))[^，。；：每\\d二三四五六七八九十两半])"
_AT_MOST_OR_LEAST = "(?:至少|最少|起码|不少于|最多|不超过)?"
_SO_OFTEN = rf"{_AT_MOST_OR_LEAST}(?:\d|[{_ROW}两])(?:[到~至](?:\d|[{_ROW}]))?[次回遍](?:及以上|以上|或以上)?"
"""A count of times that is a clause of its own."""
_BOUNDED = "[^，。；\\d]{0,3}(?:最多|至多|不超过|超过|不多于)"
_AMOUNTS: tuple[tuple[str, str], ...] = (
    # bounds
    *(
        (
            rf"(?P<n>{_NUMBER}[^\d，。；<>≤≥]{{0,9}}){sign}(?P<x>[^\d，。；<>≤≥]{{1,12}})(?=[<≤]{_NUMBER})",
            rf"\g<x>{over}\g<n>且\g<x>",
        )
        for sign, over in (("<", "高于"), ("≤", "不低于"))
    ),
    (r"(?:一天一夜|一昼夜|1昼夜|一整天)\(24(?:个)?小时\)", "24小时"),
    (r"(?<![\d一二三四五六七八九十半两生当次])(?:每日|每天|一天|一日|日)的?(?:剂量|用量)(?!单)", "每日的剂量"),
    (rf"(?:等于{_OR}|相等{_OR})(?:高于|大于|多于|超过)", "不低于"),
    (rf"(?:等于{_OR}|相等{_OR})(?:低于|小于|少于)", "不超过"),
    (rf"(?P<n>{_AMOUNT}){_OR}{_LESS}(?P=n)", r"不超过\g<n>"),
    (rf"(?P<n>{_AMOUNT}){_OR}{_MORE}(?P=n)", r"不低于\g<n>"),
    (r"\((?:含|包含|包括|含本数)\)(?=以[上下])", "及"),
    (r"(以[上下])\((?:含|包括|包含)(?:本数)?\)", r"及\1"),
    (r"及及(?=以[上下])", "及"),
    (rf"(?P<n>{_AMOUNT})(?:都|还)?(?:不到|不满|未满|不足)(?=[的，。就时者以便要用使]|$)", r"不到\g<n>"),
    (rf"(?P<n>{_AMOUNT})的?{_OR}更[长久多高大远宽热烫重强快厚](?:的?时间|一些|一点)?", r"\g<n>及以上"),
    (rf"(?P<n>{_AMOUNT})的?{_OR}更[短少低小冷凉轻慢薄](?:的?时间|一些|一点)?", r"\g<n>及以下"),
    (rf"(?:别|不要|不能|不可|不得)(?:到|达到|到达)(?={_NUMBER}{_UNIT})", "低于"),
    (rf"不止(?={_NUMBER}{_UNIT})", "超过"),
    (rf"({_NUMBER})个月(?=(?:及)?(?:以[上下]|大)的?(?:宝宝|婴儿|孩子|小孩|娃|患儿|小宝))", r"\1月龄"),
    (
        rf"{_NO_DAY}({_NUMBER}(?:[到~至]{_NUMBER})?{_STRETCH})(换|更换|轮换)({_NUMBER}(?:[到~至]{_NUMBER})?)个?[根个条处张副块](?![月星])",
        r"每\1\2\3次",
    ),
    (rf"{_NO_DAY}({_NUMBER}{_STRETCH})[一1]针(?=[，。；])", r"每\g<1>1次"),
    (r"每[一1](?=个(?:星期|礼拜|月))", "每"),
    (r"(?<!第)头(?:一|1)?个?(?:钟头|小时)(?:里|内)?", "第1小时"),
    (r"每([早午晚])(饭|餐)(?=前|后|时)", r"每天\1\2"),
    (rf"{OPEN}([^，。；：除]*?{_NUMBER}个?(?:小时|钟头|分钟|天|日|周|星期|礼拜|月|年))(?:以外|之外|开外)", r"\1之后"),
    (rf"比(?P<n>{_NUMBER}{_UNIT}{_PER})(?:还要|还|要|更|再)?(?:低|矮|小|少|短|轻|薄|凉|慢)", r"低于\g<n>"),
    (rf"比(?P<n>{_NUMBER}{_UNIT}{_PER})(?:还要|还|要|更|再)?(?:高|大|多|长|久|重|远|厚|热|烫|快|宽|深)", r"超过\g<n>"),
    (rf"(?P<n>{_NUMBER}{_UNIT}{_PER})(?:都|还)+(?:要)?(?:多|长|久)(?=[，。；的就便]|$)", r"超过\g<n>"),
    (
        rf"(?:也)?(?:别|不要|不能|不可|不得|不应|不宜|不)(?:再)?(?:晚过|迟过|晚于|迟于|拖过|过)(?={_HOUR})",
        "不晚于",
    ),
    (
        rf"第({_NUMBER}个?(?:小时|钟头|天|日|周|星期|礼拜|月))(?:之内|以内|内|里头|里面|里)(?![服用]|{_BOUNDED})",
        r"第\1",
    ),
    (rf"(第[1一]个?(?:小时|钟头))(?={_BOUNDED})", r"\1内"),
    (
        rf"(?<=[\u4e00-\u9fff])(?<![针骨里外念枕手喷接探镜瓶龙乳奶罩馒床摇抬低仰点磕埋抓水个的开起那这钟])头(?={_FIRST_FEW})",
        "的前",
    ),
    (rf"{OPEN}头(?={_FIRST_FEW})", "前"),
    (r"提早(?=[\d一二两三四五六七八九十])", "提前"),
    (rf"比([^，。；\\d]{{1,8}}?)高(?:出|过|了)?(?={_NUMBER}倍)", r"超过\1"),
    (r"(超过|大于|不到|小于|达到)两个(?=[\u4e00-\u9fff])", r"\g<1>2个"),
    (rf"({_NUMBER}(?:{_UNIT}))(?:都|还)+不止", r"超过\1"),
    (rf"(?<![\d第])({_NUMBER})个多(?=月|小时|星期|礼拜|钟头)", r"超过\1个"),
    (rf"(?<![第每\d{_ROW}])[一1][片粒枚颗支丸](?={_NUMBER}(?:毫克|微克|克|mg|g|μg)的)", ""),
    (r"(?:每天|每日|平时)(?:吃|喝|摄入)的量", "摄入量"),
    (r"([升降])(?:了|下|上)?[一1]?个?[级档](?=[，。；、]|治疗|$)", r"\1级"),
    (
        r"(?<=[吃服用打做喝])(?:完|过|了)?([^，。；：第\d]{1,10}?)(?:以后|之后|后)?的?第(?:二|2)天",
        r"\1次日",
    ),
    (
        r"每(?:过|隔)?(?:一|1)?(个?(?:周|星期|礼拜|月)|天|\d天|[两三]天)[，]?(?:就)?(?:每天|每日|一天)(?:就)?[少减](?:滴|喷|吃|用|服|打)?(?=[一1两2]次)",
        r"每\1减",
    ),
    (r"([^，。；]{0,8}?[到至满])([^，。；]{1,12}?)为止", r"\1\2"),
    (rf"(?<![一不高])超(?={_AMOUNT})", "超过"),
    (
        rf"(?:不准|不适合|不适宜|不建议|不推荐|不提倡|不允许|不主张|避免|禁止|严禁)(?:再)?(?:超过|多于)(?={_NUMBER})",
        "不超过",
    ),
    (rf"(?<!正常)(?<!正常值)(?:上限|最大量|最高量|极量)(?:为|是|：)?(?={_NUMBER})", "最多"),
    (rf"(?:限制|限定|控制)在(?={_NUMBER}[^，。；]{{1,8}}(?:以内|之内|以下))", "在"),
    (rf"(?<![上下有时年期受极界无局])限(?:制|定)?(?:在|为|于|量)?(?={_AMOUNT}[，。；、])", "不超过"),
    (r"(最多|至多|顶多|最少|至少)(?:也|就)?只?(?:能|可以|可|准|许)(?![能是])", r"\1"),
    (rf"顶多(?={_NUMBER})", "最多"),
    (rf"介于(?={_NUMBER})", ""),
    (rf"(?P<n>{_NUMBER}{_UNIT})[和与跟同](?P<m>{_NUMBER}{_UNIT})(?:之间|中间)", r"\g<n>到\g<m>"),
    (rf"[快急]于(?=每?分?钟?{_NUMBER})", "高于"),
    (rf"慢于(?=每?分?钟?{_NUMBER})", "低于"),
    (
        rf"(?:不得|不能|不可|禁止|严禁|避免)([^，。；、不超每]{{2,8}}?)(超过{_AMOUNT})、(?=[^，。；]{{1,16}}[，。；])",
        r"\1不\2，不得",
    ),
    (r"(?:翻|增加|增大|加大|加)(?:一|1)倍|翻番|翻倍", "加倍"),
    (rf"[增加]量(?={_NUMBER})", "增加"),
    (rf"减量(?={_NUMBER})", "减少"),
    (r"(小时|分钟|钟头|天|日|周|月|年)内服(?=[用完下毕，。；])", r"\1之内服"),
    # meals and days
    (
        rf"(?P<every>{_EVERY})(?P<what>{_NO_AMOUNT}{{2,24}})，(?P<times>{_SO_OFTEN})(?=[，。；]|$)",
        r"\g<what>，\g<every>\g<times>",
    ),
    (
        rf"((?:每[天日]|[一1][天日])[^。；每]{{2,20}}，)(?=(?:加|合)起来{_NUMBER}(?:[毫微]?克|毫升|mg|ml|μg|g|片|粒|袋))",
        r"\1每日",
    ),
    (r"(?:早晚|早上?[和、]晚上?|早上?、?晚上)(?:各)?分(?:成|作)?[两二2]次", "早晚各一次"),
    (r"(?:早中晚|早、中、晚|早上、中午、晚上)(?:各)?分(?:成|作)?[三3]次", "早中晚各一次"),
    (
        r"(?:跟着|随着?|和|跟|就着)三(?:餐|顿饭)(?![前后之以])(?:一起|一块儿?|同时|时)?|(?:在)?三(?:餐|顿饭)(?:的时候|时|当中|中)(?!间)",
        "三餐随餐",
    ),
    (
        r"(?<![\d.一二两三四五六七八九十每/])[一1](公斤|千克|kg)(?:体重)?(?:给|用|吃|喂|算|按|服)?(?=\d[\d.~]*(?:毫克|毫升|微克|mg|ml|μg))",
        r"每\1体重",
    ),
    (rf"早{_MEAL}?[、和及与]?[午中]{_MEAL}?[、和及与]?晚{_MEAL}{_WHEN}", r"三餐\g<w>"),
    (rf"早{_MEAL}?[、和及与]?晚{_MEAL}{_WHEN}", r"早餐\g<w>、晚餐\g<w>"),
    (rf"({_EATING})(?={_OR}空腹时?)", r"\1时"),
    (r"(?<=后)的?头(?:一|1)天", "头1天"),
    (r"(?<=[年月周天日期度])(要|得|应)?换(?:一|1)[把个条张根副双块支套]", r"\1换一次"),
    (r"([每一1](?:天|日|周|个?月|年|个?星期))(要|得|就)?打([一两二三四1-4])针", r"\1\2打\3次"),
    (r"次晨", "次日早晨"),
    (r"首(?=[日周](?!剂))", "第1"),
    (r"(?:头|(?<=起初)|(?<=开始))(?:一|1)天(?=[^，。；]{0,12}[，；][^。]*第(?:二|2|三|3)[天日])", "第1天"),
    (
        r"第(?:二|2)天(?=起|开始|以?后)|(?<=第[1一][天日])([^。]*)第(?:二|2)天|第(?:二|2)天(?=[^。]*第(?:三|3)[天日])",
        r"\1第2日",
    ),
    (r"(?<![早清凌])晨(?=\d{1,2}[时点])", "早晨"),
    (r"应当(?=[日天晚][就到来去复随停服返])", "应在当"),
    (r"(?<![每一\d当次生今前后隔数几多同近末首翌两二三四五六七八九十])日服(?=[\d一二两三四])", "每日服"),
)
"""Each is read in what the ones before it left."""


_DAYS = rf"第([{_ROW}\d]{{1,3}})个?(?:天|日|周|月|年|小时)?(?:至|~|到)第([{_ROW}\d]{{1,3}})(个?(?:天|日|周|月|年|小时))"
_NTH = rf"第([{_ROW}\d]{{1,3}})"
_ROW_OF_DAYS = rf"(?:第[{_ROW}\d]{{1,3}}(?:个?[天日周月年])?[、和及与])+第[{_ROW}\d]{{1,3}}(?P<unit>个?[天日周月年])"
_NEXT_TO = rf"第({'|'.join(one + other for one, other in pairwise(_ROW[:-1]))})(?=个?[天日周月年])"
_DIGITS = {numeral: str(number) for number, numeral in enumerate(_ROW, 1)}
_RATIO = (
    rf"(?<=[是为：者、或按约到至在])([{_ROW}]{{1,3}}|\d{{1,3}})比([{_ROW}]{{1,3}}|\d{{1,3}})"
    "(?=[，。；或、到至来左的]|$)"
)
_PRESSURE = (
    r"(?:高压|收缩压)(?P<over>[^，。；\d或]{0,8})(?P<high>\d{2,3})(?:毫米汞柱|mmhg)?(?P<after>以下|以内|及以下|以上|及以上)?"
    r"(?:[，、和且而及与]|并且){0,2}"
    r"(?:低压|舒张压)(?P<under>[^，。；\d或]{0,8})(?P<low>\d{2,3})(?:毫米汞柱|mmhg)?(?P<last>以下|以内|及以下|以上|及以上)?"
)
_PARTICLES = re.compile("[要应该得需也都请控制保持降到至在为是]|应当")


def _days(match: re.Match[str]) -> str:
    first, last = (_DIGITS.get(numeral, numeral) for numeral in match.group(1, 2))
    return f"第{first}~{last}{match[3]}"


def _ratio(match: re.Match[str]) -> str:
    """Write 三十比二 as 30:2."""
    read = [(part, read_quantity(f"{part}次", 0)) for part in match.groups()]
    return ":".join(str(found[0].low) if found else part for part, found in read)


def _next_to(match: re.Match[str]) -> str:
    """Write 第四五天 as 第4~5天."""
    return f"第{'~'.join(_DIGITS[numeral] for numeral in match[1])}"


def _row_of_days(match: re.Match[str]) -> str:
    """Write 第0天、第3天和第7天 as 第0、3、7天."""
    if set(re.findall("个?[天日周月年]", match[0])) != {match["unit"]}:
        return match[0]
    days = [_DIGITS.get(numeral, numeral) for numeral in re.findall(_NTH, match[0])]
    return f"第{'、'.join(days)}{match['unit']}"


def _pressure(match: re.Match[str]) -> str:
    """Write the two values of a blood pressure as the pair they are, where one bound is said of both."""
    bounds = [_PARTICLES.sub("", match[name]) + (match[after] or "") for name, after in _BOUNDS]
    if bounds[0] != bounds[1] or int(match["high"]) <= int(match["low"]):
        return match[0]
    return f"血压{match['over']}{match['high']}/{match['low']}mmhg{match['after'] or ''}"


_BOUNDS = (("over", "after"), ("under", "last"))


STEPS: tuple[Step, ...] = (
    (_NEXT_TO, _next_to),
    (_RATIO, _ratio),
    (_DAYS, _days),
    (_ROW_OF_DAYS, _row_of_days),
    (_PRESSURE, _pressure),
    *_AMOUNTS,
)
