"""Measures of one thing per another, powers and percentages in one spelling: 每升5.3毫摩尔 is 5.3毫摩尔/升.

Rewrites normalized text before it is lexed and changes no amount; what an amount is worth is for `quantities`.
"""

from __future__ import annotations

from itertools import pairwise

_NUMBER = r"(?:\d{1,7}(?:\.\d{1,4})?|[零一二两三四五六七八九十百千万半]{1,7}(?:点[零一二三四五六七八九]{1,4})?)"
_TO = "[~至到-]"
_WHOLE = "(?:分升|毫升|微升|公升|升|dl|ml|[μu]l|l|平方米(?:体表面积)?|m2)"
_PART = (
    "(?:×10(?:\\^?\\d+|的[\\d一二三四五六七八九十]{1,2}次方)个?|个?国际单位|毫国际单位|毫单位|微国际单位|单位|毫摩尔?|微摩尔?|纳摩尔?|皮摩尔|毫当量|毫克|微克|纳克|皮克|千克|公斤|克|个|mmol|[μu]mol|"
    "nmol|pmol|meq|[μu]?m?iu|m?u|mg|[μum]g|ng|pg|kg|g)"
)
_BOUND = "[^，。；：、\\d一二两三四五六七八九十半每]{0,6}?"
"""What may stand between 每升 and its number: 每升不超过."""
_FLOW = "(?:毫升|升|ml|l)"
_MINUTE = "(?:分钟|分|min)"
_SURFACE = r"1\.73(?:平方米|m2)(?:体表面积)?"
_FILTERED = (
    rf"(?:每{_MINUTE}[^，。；\d]{{0,4}}每{_SURFACE}|每{_SURFACE}[^，。；\d]{{0,6}}每{_MINUTE})(?P<a>{_BOUND}{_NUMBER})(?:毫升|ml)",
    rf"每{_MINUTE}(?P<a>{_BOUND}{_NUMBER})(?:毫升|ml)(?:/|每){_SURFACE}",
    rf"(?P<a>{_NUMBER})(?:毫升|ml)(?:/|每)\(?{_MINUTE}(?:/|每)?{_SURFACE}\)?",
    rf"(?P<a>{_NUMBER})ml·?min-1·?1\.73m-2",
)
_ROW = "一二三四五六七八九"
_NEXT_TO = "|".join(
    f"(?<={one}){far}"
    for one, two in pairwise(("一", "[二两]", "三", "四", "五", "六", "七", "八", "九"))
    for far in [f"、(?={two}个?[片粒丸支袋包滴喷勺次杯瓶天周日年月岁小星])"]
)
_DEGREES = "(三十[五六七八九]|四十[一二]?)度"
_PRESSING = r"每?(?:胸外)?(?:按压|按)(?:胸口|胸部)?(\d+|三十)[次下]"
STEPS: tuple[tuple[str, str], ...] = (
    (r"(?<=[\u4e00-\u9fff])\(((?:≤|≥|<|>|约|不超过|低于|高于)?-?\d[\d.~-]*(?:°c|度)(?:以下|以上|左右)?)\)", r"\1"),
    (rf"百分之({_NUMBER})(?:({_TO})(?:百分之)?({_NUMBER}))(?!%)", r"\1\2\3%"),
    (rf"百分之({_NUMBER})", r"\1%"),
    (rf"(?<!第)(?:{_NEXT_TO})", "到"),
    (rf"{_DEGREES}半", r"\1点五度"),
    (rf"{_DEGREES}([{_ROW}])(?![{_ROW}十天周月年次片粒分秒个到至~])", r"\1点\2度"),
    (rf"({_NUMBER})分多钟", r"\1分钟以上"),
    (r"零上(?=[\d一二两三四五六七八九十])", ""),
    (r"(?<=\d)[*x](?=10\^?\d)", "×"),
    (r"(?<=\d)bpm", "次/分"),
    (r"([每一1]分钟?)[跳搏](?:动)?(?=[\d一二两三四五六七八九])", r"\1"),
    (
        r"([\u4e00-\u9fff]{2})的?时间(?:应|要|约|大约|最好)?(?:是|为)([\u4e00-\u9fff]{2})的?(?:时间)?的?[两二2](?:倍)?(?:到|至|或者?)[三3]倍",
        r"\2与\1时间比为1:2或1:3",
    ),
    (
        r"([\u4e00-\u9fff]{2})的?时间(?:应|要|约|大约|最好)?(?:是|为)([\u4e00-\u9fff]{2})的?(?:时间)?的?[两二2]倍",
        r"\2与\1时间比为1:2",
    ),
    (
        r"([\u4e00-\u9fff]{2})的?时间(?:应|要|约|大约|最好)?(?:是|为)([\u4e00-\u9fff]{2})的?(?:时间)?的?[三3]倍",
        r"\2与\1时间比为1:3",
    ),
    (
        rf"{_PRESSING}[，、]?(?:就|再|要|后|然后)*(?:做|给|吹|进行|配)?([\d一二两])(?:次|口)(?:人工呼吸|吹气|气|通气)",
        r"按压与人工呼吸比为\1比\2",
    ),
    (r"/\((kg|公斤|千克)(d|日|天|h|小时|min|分钟?)\)", r"/\1/\2"),
    *((pattern, r"\g<a>ml/min/1.73m2") for pattern in _FILTERED),
    (rf"({_NUMBER}){_PART}(?:每|/)({_WHOLE})({_TO})(?={_NUMBER}{_PART}(?:每|/)\2)", r"\1\3"),
    (rf"(每{_WHOLE}{_NUMBER}){_PART}({_TO})(?={_NUMBER}{_PART})", r"\1\2"),
    (
        rf"每(?:1|一)?({_WHOLE})(?:血|尿|溶液|药液)?({_BOUND}{_NUMBER}(?:{_PART}?{_TO}{_NUMBER})?{_PART})(?!/)",
        r"\2/\1",
    ),
    (rf"({_PART})每({_WHOLE})(?![\d一二两三四五六七八九十半])", r"\1/\2"),
    (
        rf"每({_MINUTE}|小时)({_BOUND}{_NUMBER}(?:{_FLOW}?{_TO}{_NUMBER})?{_FLOW})(?![/])",
        r"\2/\1",
    ),
    (rf"({_FLOW})每({_MINUTE}|小时)(?![\d一二两三四五六七八九十半])", r"\1/\2"),
    (rf"(\d{_FLOW})/({_MINUTE})({_TO})(?={_NUMBER}{_FLOW}/{_MINUTE})", r"\1\3"),
    (r"每(?:1|一)(公斤|千克|kg)体重", r"每\1体重"),
    (rf"(每(?:公斤|千克|kg)(?:体重)?)[，、]?(?:每|一|1)[天日](?=(?:不超过|最多)?{_NUMBER})", r"每日\1"),
    (r"/(kg|公斤|千克)[·.]?(d|日|天)(?![a-z])", r"/\1/\2"),
)
"""What stands before each other is read in this order."""
