"""How far a limit reaches: the segments that a condition governs, and those that are nothing but conditions.

Knows which tokens of a segment are conditional, not what they say.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from narrowcast.domain.control.facts.lexer import Token
from narrowcast.domain.control.facts.segments import OPERATORS, Features, Segment
from narrowcast.domain.control.facts.spans import PASSES, ends_condition
from narrowcast.domain.control.facts.tables.units import AGES, TIME

_SUMS = frozenset({"共", "共用", "一共", "总共", "总", "总疗程", "疗程", "全程", "合计"})
"""How a segment begins that speaks of a whole course again, whatever the one before it was limited to."""
_BANS = frozenset({"禁用", "慎用", "忌用", "禁服"})
_MOST = frozenset({"最大剂量", "最大量", "最高剂量", "最大用量"})
"""How a segment begins that bounds every step of a treatment: 2周后…可增至40mg，最大剂量80mg."""
_ALL = frozenset({"均", "均为", "均应", "均需", "均可"})
"""How a segment begins that is said of everyone named before it: 成人1片，儿童半片，|均为每晚1次."""
_ANYONE = frozenset({"患者", "病人"})
"""How a segment begins that is said of whoever it is."""
_BESIDES = frozenset({"外", "以外", "之外"})
_WHOM = frozenset({"者", "患者", "的患者", "的人", "病人"})
_BUT = frozenset({"除", "除了"})
_DOUBLED: Features = frozenset({"w:双倍", "w:加倍"})
_BEGINS = frozenset({"开始", "启动", "起始"})
SETTINGS: Features = frozenset({"w:术后", "w:术前", "w:手术"})
"""Words that set the scene of a condition and do not make it: 术后如出现发热."""


def _until_limited(limit: Segment, segments: Sequence[Segment]) -> Iterable[int]:
    for segment in segments:
        if segment.conditional and _passes(segment):
            continue
        if segment.conditional or segment.tokens[0].text in _SUMS | _ANYONE | _ALL or _parts_cases(limit, segment):
            return
        if _bans_doubling(segment) or (_counts_to_event(limit) and segment.tokens[0].kind == "period"):
            return
        if segment.tokens[0].text in _MOST and any("后" in limit.tokens[index].text for index in limit.conditional):
            return
        yield segment.number


def _bars_people(segment: Segment) -> bool:
    """Say whether a segment only says who must not have what the text is about: 哮喘患者|禁用."""
    return (
        0 in segment.conditional
        and {*range(len(segment.tokens))} - segment.conditional == {len(segment.tokens) - 1}
        and segment.tokens[-1].text in _BANS
    )


def _counts_to_event(limit: Segment) -> bool:
    """Say whether a segment opens with the hours before or after something: 睡前2小时内限制饮水，|每日饮水1500ml."""
    first, second = (*limit.tokens, *limit.tokens)[:2]
    return first.kind == "timing" and second.quantity is not None and second.quantity.dimension in TIME


def _bans_doubling(segment: Segment) -> bool:
    """Say whether a segment forbids a double dose, which is for nobody: 接近下次服药时间时跳过，|不可加倍."""
    return segment.tokens[0].kind == "negation" and any(token.ids & _DOUBLED for token in segment.tokens)


def _parts_cases(limit: Segment, segment: Segment) -> bool:
    """Say whether a segment opens with another amount of what a condition measures: 室温≤25°C可…，冷藏4°C可…."""
    measured = {_dimension(limit.tokens[index]) for index in limit.conditional} - TIME - {""}
    said = next((i for i, token in enumerate(segment.tokens) if token.kind in OPERATORS), 0)
    return any(_dimension(token) in measured for token in segment.tokens[:said])


def _dimension(token: Token) -> str:
    return token.quantity.dimension if token.quantity else ""


def governed(segment: Segment, segments: Sequence[Segment], *, opens: bool) -> frozenset[int]:
    """Return the numbers of the segments that a condition in this one limits."""
    same = [other for other in segments if other.sentence == segment.sentence]
    if excepts(segment):
        return frozenset(other.number for other in same)
    if stands_alone(segment):
        later = [other for other in same if other.number > segment.number]
        moment = segment.tokens[-1].kind == "bound"
        return frozenset({segment.number, *_until_next_condition(later, moment=moment)})
    if _says_nothing_else(segment):
        return frozenset(other.number for other in same if other.number <= segment.number)
    if opens and (_says_when_to_begin(segment) or _passes(segment)):
        return frozenset({segment.number})
    if opens:
        later = [other for other in same if segment.number < other.number < _end_of_branch(segment, same)]
        return frozenset({segment.number, *_until_limited(segment, later)})
    return frozenset({segment.number})


def _end_of_branch(segment: Segment, same: Sequence[Segment]) -> int:
    """Return where the last of several branches ends that are told alike: 成人10mg，老年人5mg，|睡前服."""
    end, first = same[-1].number + 1, same[0].number
    before = [o.number for o in same if o.number < segment.number and _is_for_some(o) and not stands_alone(o)]
    if not before or not _is_for_some(segment):
        return end
    told = same[before[-1] - first : segment.number - first]
    known = frozenset[str]().union(*map(_measured, told))
    rest = same[segment.number - first + len(told) :]
    return next((other.number for other in rest if not _measured(other) & known), end)


def _is_for_some(segment: Segment) -> bool:
    """Say whether a segment tells whom it is for: 唑吡坦|成人|10mg, 65岁以上|5mg."""
    limits = [segment.tokens[index] for index in segment.conditional]
    return any(t.kind == "population" or t.text in _WHOM or (t.quantity and t.quantity.unit in AGES) for t in limits)


def _measured(segment: Segment) -> frozenset[str]:
    """Return what kinds of things a segment measures besides what limits it."""
    return frozenset(
        _dimension(token) or token.kind for token in segment.rest if token.quantity or token.kind == "period"
    )


def _says_when_to_begin(segment: Segment) -> bool:
    """Say whether a segment only tells within what time something begins: 症状出现48小时内|开始服用."""
    limits = [segment.tokens[index] for index in sorted(segment.conditional)]
    within = any(token.kind == "bound" and token.text.endswith("内") for token in limits[-1:])
    return within and any(token.text in _BEGINS for token in segment.rest)


def _passes(segment: Segment) -> bool:
    """Say whether a segment only tells after what something passes: 停药后|消失，无需处理."""
    told = [token for token in segment.rest if token.kind == "word"]
    moment = segment.tokens[max(segment.conditional)].kind == "bound"
    limited = any(token.quantity or token.kind == "negation" for token in segment.rest)
    return moment and not limited and bool(told) and all(token.ids & PASSES for token in told)


def opens_segment(before: Sequence[Token]) -> bool:
    """Say whether a condition that stands after some tokens limits all of its segment: 如…, …用于|患儿."""
    return all(token.kind == "light" for token in before) or "w:适用于" in before[-1].ids


def _until_next_condition(segments: Sequence[Segment], *, moment: bool) -> Iterable[int]:
    """Give the segments up to the next condition; a moment (排尿后) reaches no further than another one that opens."""
    governed_any = False
    for segment in segments:
        if governed_any and (segment.tokens[0].text in _ANYONE or _bars_people(segment)):
            return
        if governed_any and segment.conditional and (stands_alone(segment) or (moment and 0 in segment.conditional)):
            return
        governed_any = governed_any or not stands_alone(segment)
        yield segment.number


def reached(segment: Segment, segments: Sequence[Segment]) -> frozenset[int]:
    """Return the segments a condition may still be meant for: its own and those after it, up to the next condition."""
    later = [other for other in segments[segment.number + 1 :] if other.sentence == segment.sentence]
    end = next((i for i, other in enumerate(later) if other.conditional and not stands_alone(segment)), len(later))
    return frozenset({segment.number, *(other.number for other in later[:end])})


def excepts(segment: Segment) -> bool:
    """Say whether a segment takes someone out: 心衰者除外, 除 … 外."""
    return "except" in segment.kinds or (segment.tokens[0].text in _BUT and not _BESIDES.isdisjoint(segment.texts))


def stands_alone(segment: Segment) -> bool:
    """Say whether a segment is a condition and nothing else; 除接种疫苗外 only says beside what all this is so."""
    if not segment.conditional:
        return False
    if segment.tokens[-1].text in _BESIDES and any(token.text in _BUT for token in segment.rest):
        return True
    return segment.rest_features <= SETTINGS and not any(ends_condition(t) or t.quantity for t in segment.rest)


def _says_nothing_else(segment: Segment) -> bool:
    """Say whether nothing but light words stands beside the condition: 遵医嘱服用."""
    return not segment.rest_features and not any(t.quantity or t.kind in OPERATORS for t in segment.rest)
