"""What speech leaves out of a list or puts in twice, written in full: 心、肾功能不全 is 心功能不全、肾功能不全.

Grammar only, the same for facts and sentences; a rewriting keeps the side, the force and the numbers of what is said.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from narrowcast.domain.control.facts.normalization import STOP as _STOP

if TYPE_CHECKING:
    from narrowcast.domain.control.rewriting import Step

_THING = "[^，。；：？！外]"
_PEOPLE = "(?:的人|的朋友|的患者|的病人|患者|者)"
_ORGANS = "[心肝肺肾脑]"
_FAILURES = "功能(?:不全|异常|减退|衰竭|受损|损害|障碍)"
_BANS = "(?:不要|不能|不可以|不可|不得|不应|不宜|别|勿|禁止)"
_NUMBERED = "[\\d一二两三四五六七八九十]"

_PARTS = "(?:皮肤|巩膜|眼白|牙龈|鼻腔|口腔|口唇|嘴唇|手指|脚趾|指端|面部|眼睑|脸|小腿|脚踝|四肢|甲床|指甲|关节|[手脚])"
_AILS = "发黄 黄染 发红 红肿 肿胀 水肿 浮肿 出血 麻木 发麻 瘙痒 发痒 发绀 发紫 苍白 冰凉 发凉"
"""What ails one part of the body as it does the one named with it: 皮肤、巩膜发黄."""

_ELLIPSES: tuple[tuple[str, str, str], ...] = (
    ("功能", rf"({_ORGANS})([、和及或与]|或者)({_ORGANS}{{1,2}})({_FAILURES})", r"\1\4\2\3\4"),
    *((tail, rf"({_PARTS})[、和及与]({_PARTS}){tail}", rf"\1{tail}、\2{tail}") for tail in _AILS.split()),
    (
        "也没",
        r"(?:没有|没|无)([^，。；、不没无]{2,10}?)[、，]?(?:也|又)(?:没有|没)([^，。；、不没无\d]{2,10}?)(?=的|[时者，。；]|$)",
        r"没有\1、\2",
    ),
    (
        "哺乳",
        r"(?:怀孕|孕期|妊娠)(?:期|期间)?([和及或与、])哺乳(?:期|期间)?的?(?=妇女|女性|[并都均]?不[是属]|[并都均]?非|[禁慎]用)",
        r"妊娠期\1哺乳期",
    ),
    (
        "总量",
        r"(不超过|不多于|不低于|不少于|超过|低于|≥|≤|<|>)(\d[^，。；或]{0,12})或(总量|总共|合计)(?=\d)",
        r"\1\2或\3\1",
    ),
    (
        "末",
        r"[第满](\d{1,2})、(\d{1,2})(?:、|和|及)(\d{1,2})个?([月周])(?:的\4)?末",
        r"第\1个\4末、第\2个\4末、第\3个\4末",
    ),
    ("末", r"[第满](\d{1,2})(?:、|和|及)(\d{1,2})个?([月周])(?:的\3)?末", r"第\1个\3末、第\2个\3末"),
    ("镜", r"(?<=[胃肠喉膜道]镜)(?=[做查]?(?:之前|以前|前|之后|以后|后)(?!房))", "检查"),
    ("漏了", r"(?:要是|如果|一旦|万一|若|如)漏了(?:的话|时)?(?=，[^，。；]{0,6}换)", "渗漏时"),
    ("漏了", r"漏了(?:的话|就|时)(?=，?[^，。；]{0,6}换)", "渗漏时，"),
    ("做", rf"(?<=[少多天周月年日])(?:要|应|需|得)?做(?={_NUMBERED}{{1,2}}[次回])", ""),
    ("了又", "加?热了又加?热", "反复加热"),
    ("了又", r"([\u4e00-\u9fff])了又\1", r"反复\1"),
    (
        "别急着",
        rf"别急着[^，。；]{{1,5}}，(?=[^，。；]{{0,10}}(?:停|等|留|待)[^，。；]{{0,4}}{_NUMBERED})",
        "",
    ),
    ("再用", rf"((?:^|(?<=[，。；])){_BANS}|还能|还可以|仍可|仍能)再用了?{_STOP}", r"\1重复使用"),
    ("开封", "在?(?:还?没有?|尚未|还未|未)?开封(?:之前|以前|前|的时候)", "未开封时"),
    ("开封的", "(?:还没有?|尚未|没有|没|还未)开封的", "未开封的"),
    (
        "除了",
        rf"除了({_THING}{{1,16}}?{_PEOPLE})(?:以外|之外|外)?，(?:其他人|其余的?人|别人|大家|其他患者)?都?(?=[要应可能得需多])",
        r"除\1外，",
    ),
    (
        "除了",
        rf"，除了({_THING}{{1,16}}?{_PEOPLE})(?:以外|之外|外)?{_STOP}(?!，)",
        r"，\1除外",
    ),
    ("除了", rf"除了({_THING}{{1,16}}?{_PEOPLE})(?:以外|之外|外)?，(?=[^，。；都]{{0,12}}[也还])", r"\1，"),
    ("除外", rf"(?<=[，(])(?:需要?|要|得|必须)({_THING}{{1,10}}?)({_PEOPLE})除外", r"\1\2除外"),
    (
        "，两",
        r"(?:^|(?<=[，。；]))([^，。；]{2,14}?)(不得|不宜|应避免|避免|禁止|不能|不可)与([^，。；]{2,14}?)(合用|联用|同服|同用|同时使用)，两(?:者|药|种药)",
        r"\1\2与\3\4，\1与\3",
    ),
    ("即可", r"即可(?=开始|进行|恢复|下床|下地|进食|饮水|活动|出院|[停做喝吃洗])", "可"),
)


_NAME = "[^，。；：、\\d和与及跟同都均在是每餐饭的联合一两]"
_AMOUNT = "[\\d半一两][^，。；：、和与及跟]{0,10}"
_TWO = re.compile(
    rf"(?P<one>{_NAME}{{2,10}}?)(?:{_AMOUNT}?)?[和与及跟、](?P<other>{_NAME}{{2,10}})"
    rf"(?P<between>[^。；]*?)(?:(?P<what>[^，。；\d分]{{0,8}})分别(?:为|是|用|服|吃)?(?P<low>{_AMOUNT})[和与及、](?P<high>{_AMOUNT})(?=[，。；]|$))"
)
"""Two things and an amount of each: 螺内酯与呋塞米联用，最大剂量分别为400mg/d和160mg/d."""
_PAIR = re.compile(rf"(?P<one>{_NAME}{{2,10}}?)[和与及跟](?P<other>{_NAME}{{2,10}})(?=[^。]*前者)")
_JOINED = re.compile(
    rf"(?P<one>{_NAME}{{2,10}}?){_BANS}[和与同跟](?P<other>{_NAME}{{2,12}}?)(?=(?:合用|联用|同服|同用|并用|同时|一起|联合)[^。]*[前后]者)"
)


def _each_by_name(text: str) -> str:
    """Say whose each amount is: A最大剂量400mg/d，B最大剂量160mg/d."""
    two = _TWO.search(text) if "分别" in text else None
    if two:
        between = two["between"].rstrip("，")
        first = text[two.start() : two.end("other")] + between + "，" if two["between"].endswith("，") else ""
        said = f"{two['one']}{two['what']}{two['low']}，{two['other']}{two['what']}{two['high']}"
        return text[: two.start()] + first + said + text[two.end() :]
    pair = (_PAIR.search(text) or _JOINED.search(text)) if "前者" in text or "后者" in text else None
    return text.replace("前者", pair["one"]).replace("后者", pair["other"]) if pair else text


STEPS: tuple[Step, ...] = (_each_by_name, *_ELLIPSES)
