"""What changes, told against how it was, said again as the facts write it: 越来越大 is 增大, 比平时多 is 增多.

Only where a fact writes a change to the same side of the same kind. Amounts that are compared are for `ways`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

_GROWS = {
    "多": "增多 增加 上升 升高",
    "高": "升高 增高 上升 增加",
    "大": "增大 扩大 增加 增多",
    "重": "加重 加剧 恶化 增加 增重",
    "厉害": "加重 加剧 恶化",
    "严重": "加重 加剧 恶化",
    "明显": "加重 加剧",
    "少": "减少 下降 降低",
    "低": "降低 下降 减低 减少",
    "小": "缩小 减小 减少",
    "轻": "减轻 缓解 下降 减少",
    "差": "下降 减退 恶化 减弱 变差",
    "快": "加快 增快 加速",
    "慢": "减慢 变慢",
    "短": "缩短 加重 变短",
    "深": "加深 变深",
}
"""What a thing becomes, and how facts write that."""
_FEELS = "[疼痛痒肿胀喘晕咳红]"
_BASE = "(?:原来|原先|以前|之前|从前|平时|平常|往常|头一?天|前一?天|上次|上回|刚才|生病前|得病前|用药前|手术前)"
_THAN = f"比{_BASE}(?:的时候)?"
_BECOMES = f"(?:{_THAN}(?:还要|还|要|更|明显|又|都)*|越来越|一[天日次]比一[天日次]|变得更|变得|(?<![改转])变)"
_DEGREE = "|".join(sorted(_GROWS, key=len, reverse=True))
_GROWN = re.compile(
    f"(?P<felt>{_FEELS})?得?{_BECOMES}(?P<way>{_DEGREE}|{_FEELS})(?:了(?!一?[点些])(?=[\\d一二两三四五六七八九十半])|了?)"
)
_WORSE = "加剧 加重 恶化"
_CHANGED = re.compile("新发|较|扩|缩|减|增|加[重剧深快]|[升降]|恶化|变|下降")
_PLAIN = re.compile(f"{_THAN}(?=明显|更|还|又)?(?=增|加[重剧深快]|减[轻少退慢弱]|[升降]|恶化|变)")
_AGAINST = re.compile("较(?:前1日|前1天|前次|基线|平时|前|原来|发病前)")


def as_changes(said: str, facts: Sequence[str]) -> str:
    """Return a normalized sentence with its changes as its facts, normalized too, write them."""
    if "越来越" in said and any("进行性" in fact for fact in facts):
        return said.replace("越来越", "进行性", 1)
    if not ("比" in said or "越" in said or "变" in said) or not any(map(_CHANGED.search, facts)):
        return said
    written = "\n".join(facts)
    against = _AGAINST.search(written)
    return _PLAIN.sub(against[0] if against else "", _GROWN.sub(lambda found: _grown(found, written), said))


def _grown(found: re.Match[str], facts: str) -> str:
    """Return how the facts write a change; it stays as it is where they write none to that side."""
    way, felt = found["way"], found["felt"] or ""
    if way in _FEELS:
        felt, way = way, "疼"
    word = next((word for word in _words(way) if word in facts), "")
    if not word or word in found.string:
        return found[0]
    against = _AGAINST.search(facts)
    return f"{felt}{against[0] if against and '比' in found[0] else ''}{word}"


@cache
def _words(way: str) -> tuple[str, ...]:
    return tuple(_GROWS.get(way, _WORSE).split())
