"""Where in a segment a condition stands: 如…, …时, …者, a population, an age, what happens before a command.

Marks tokens of one segment; what the condition says is for `conditions`, how far it reaches for `reach`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

from narrowcast.domain.control.facts.lexer import Token
from narrowcast.domain.control.facts.segments import Features, Segment
from narrowcast.domain.control.facts.tables.units import AGES, TIME

_PROHIBITIONS = frozenset({"never", "forbid", "cannot", "avoid", "unfit", "careful", "prevent"})
_PHASES = ("期", "期间", "急性发作", "人群", "稳定时")
_STAGES = ("强化期", "巩固期", "维持期", "诱导期", "继续期", "强化治疗期", "巩固治疗期", "维持治疗期")
"""Stages of a treatment; how long each is limits nothing else."""
_EVENTS = ("术后", "术前", "产后", "产前", "手术后", "手术前", "季节", "花粉季", "服药后", "用药后")
_CLOSING = (*_PHASES, *_EVENTS)
_CLOSERS = frozenset({"closer", "bound"})
_PASSED = frozenset({"certainty", "light"})
_LIMITS = frozenset({"population", "condition"})
_NOT_PHASES = frozenset("早期 初期 中期 晚期 后期 前期 末期 短期 长期 近期 定期 周期 经期".split())  # noqa: SIM905 - reads better
_CONSEQUENTS = frozenset({"就", "则", "便", "那就", "那么", "才"})
_ATTRIBUTES = frozenset(
    {"未", "没", "没有", "无", "非", "已", "已经", "还没", "还没有", "尚未", "还未", "从未", "未曾"}
)
_BEGINS = frozenset({"开始", "启动", "服用", "使用", "用过", "服过", "开始用"})
_UNDONE = frozenset({"未开封", "未拆封", "未开启"})
"""What tells by itself that something is not done yet."""
_NARROWS = _UNDONE | _ATTRIBUTES
_COMMANDS = frozenset({"force", "urgency"})
_SURELY = frozenset({"就", "都", "肯定", "准", "一定", "早晚", "迟早", "必然"})
_ONSETS = frozenset({"w:发生", "w:持续", "w:突发", "w:突然", "w:加重"})
PASSES = frozenset({"w:缓解", "w:好转", "w:改善", "w:消退", "w:愈合", "w:消失", "w:恢复", "w:停止"})
"""What is waited for: 持续24小时不缓解."""
HAPPENS = frozenset({"出现", "发生", "突发", "突然出现", "突然发生"})
_HAPPENING = HAPPENS | {"伴", "伴有", "伴随", "合并", "反复", "反复出现", "反复发作", "明显增多", "明显减少"}
"""What is only told of a case: 咯血|反复|出现，应…."""
_JUDGES = frozenset({"属", "属于", "为", "是", "说明", "提示", "表明", "不一定", "未必", "会", "多", "即", "即为"})
"""What makes of what happens something that is told, not a case: 24小时内出现黄疸|属|病理性."""
_WHOM = frozenset({"word", "unknown", "light", "population"})
_EXCEEDS = frozenset({"gt", "lt", "ge"})
_TREATED = ("药", "治疗", "用", "服", "吃", "涂", "打", "剂", "膏")
_COPULAS = frozenset({"为", "是", "占", "按", "用"})
_EQUALS = frozenset({"为", "是"})
"""What makes a phase the thing that is told, not a case: 化疗后7~14天|为|低谷期."""
EITHER = frozenset({"或", "或者", "或伴", "或是"})
_CLAIMS: Features = frozenset({"w:诱发", "w:导致", "w:引起", "w:目标", "w:目标值", "w:控制目标", "w:维持"})
"""What a segment states that is no case: 可能引起突发睡眠, 血压目标低于140."""
_CAUSES: Features = frozenset({"w:诱发", "w:导致", "w:引起", "w:预防", "w:减少", "w:降低", "w:缩短"})
"""What a phase or an attack may be the outcome of: 诱发急性发作 limits nothing."""
_NEEDS = frozenset({"允许", "需", "需要", "确需", "须", "必须", "要"})
"""What may tell a case as well as what to do."""
_LEADING_IN = frozenset({"于", "在", "一般在", "通常在", "多在", "大多在", "往往在"})
"""What a moment is led in by, behind what happens then."""
_CASES = frozenset({"者", "时", "患者", "的患者"})
"""What closes a list of cases."""
_CLOSABLE = frozenset({"word", "food", "drug", "unknown", "quantity", "timing", "route"})


def condition_span(segment: Segment, segments: Sequence[Segment]) -> set[int]:
    """Return the indexes of the tokens of a segment that state a condition."""
    tokens = segment.tokens
    if _tells_length(segment, segments):
        return set()
    span, start, opened = _closed_spans(tokens, leads=_leads(segment, segments))
    if not segment.texts.isdisjoint(_NARROWS):
        span.update(_attribute(tokens))
    if _is_whom(segment, segments):
        return set(range(len(tokens)))
    if not segment.kinds.isdisjoint(_COMMANDS):
        span.update(_sudden(tokens, span))
    if _opens_choice(segment, segments):
        span.update(range(len(tokens)))
    elif opened and not _gives_examples(segment, segments):
        span.update(range(start, len(tokens)))
    elif _tells_time(tokens, span) and (_is_onset(segment, segments) or (not span and _is_nominal(segment, segments))):
        span.update(range(len(tokens)))
    elif (_measured_under(tokens, span) or _happens_under(tokens, span)) and _leads_to_command(
        segment, segments, tokens[max(span) + 2 :]
    ):
        span.update(range(max(span) + 1, len(tokens)))
    return span


def _tells_length(segment: Segment, segments: Sequence[Segment]) -> bool:
    """Say whether a segment only tells how long a stage of a treatment is: 巩固期4个月|不可停药, not |用异烟肼."""
    if not _is_length(segment):
        return False
    later = (other for other in segments[segment.number + 1 :] if other.sentence == segment.sentence)
    return all(other.tokens[0].kind in {"negation", "force"} or _is_length(other) for other in later)


def _is_length(segment: Segment) -> bool:
    length = segment.tokens[-1].quantity
    if length is None or length.dimension not in TIME:
        return False
    return "".join([token.text for token in segment.tokens[:-1]]).endswith(_STAGES)


def _happens_under(tokens: Sequence[Token], span: set[int]) -> bool:
    """Say whether a segment tells what happens to those or at the time that it opens with: 服药期间|出现黑便."""
    after = tokens[max(span) + 1 :] if span else ()
    return bool(after) and after[0].text in HAPPENS and not any(token.text in _JUDGES for token in after)


def _measured_under(tokens: Sequence[Token], span: set[int]) -> bool:
    """Say whether a segment measures something of those or at the time that it opens with: 服药后|月经推迟超过7天."""
    after = tokens[max(span) + 1 :] if span else ()
    sided = any(token.kind in {"before", "after"} and token.value in _EXCEEDS for token in after)
    told = any(token.kind == "period" or token.text in _JUDGES for token in after)
    return sided and not told and after[-1].text != "的" and any(token.kind == "word" for token in after)


def _opens_choice(segment: Segment, segments: Sequence[Segment]) -> bool:
    """Say whether a segment is the first of two cases: 体温单次≥38.3℃，或≥38℃持续1小时以上者."""
    following = segments[segment.number + 1 : segment.number + 2]
    if following and following[0].listed:
        return _closes_list(following[0], segments) and not any(map(ends_condition, segment.tokens))
    if not following or following[0].sentence != segment.sentence or following[0].tokens[0].text not in EITHER:
        return False
    closed = following[0].tokens[-1].kind == "closer" or _is_onset(following[0], segments)
    return closed and not any(ends_condition(token) or token.kind == "certainty" for token in segment.tokens)


def _closes_list(segment: Segment, segments: Sequence[Segment]) -> bool:
    """Say whether a word behind the last of a list makes cases of all of it: 成人超过10%、|儿童超过5%者."""
    for other in segments[segment.number :]:
        if not (other is segment or other.listed):
            return False
        closer = next((i for i, token in enumerate(other.tokens) if token.text in _CASES), 0)
        if closer:
            return not any(map(ends_condition, other.tokens[:closer]))
    return False


def _tells_time(tokens: Sequence[Token], span: set[int]) -> bool:
    """Say whether a span is empty or tells a stretch of time alone: 3天内|体重增加2kg以上."""
    return all(tokens[index].quantity or tokens[index].kind in {"bound", "before", "light"} for index in span)


def _leads(segment: Segment, segments: Sequence[Segment]) -> bool:
    """Say whether another segment of the same sentence follows."""
    following = segment.number + 1
    return following < len(segments) and segments[following].sentence == segment.sentence


def _closed_spans(tokens: Sequence[Token], *, leads: bool) -> tuple[set[int], int, bool]:
    """Return the spans that a word closes (时, 者), and where an opener (如果) that nothing has closed stands."""
    span, start, opened = set[int](), 0, False
    for index, token in enumerate(tokens):
        kind = token.kind
        if kind == "opener":
            start, opened = index, True
        elif opened and kind == "bound" and _dates_case(tokens, start, index):
            continue
        elif _may_close(token) and _closes(tokens, start, index) and not _is_owner(tokens, index):
            span.update(range(start if opened else _dated_from(tokens, start, index), index + 1))
            start, opened = index + 1, False
        elif token.text in _CONSEQUENTS and (opened or (token.text != "才" and _compares(tokens[start:index]))):
            span.update(range(start, index))
            start, opened = index + 1, False
        elif kind in _PASSED and index == start:
            start += 1
        elif (kind in _LIMITS and not _is_asked(tokens, index)) or ends_age(tokens, index):
            span.update(range(_narrowed_from(tokens, start, index), index + 1))
        elif (
            ends_condition(token)
            and not (opened and index == start + 1 and kind == "force")
            and not _is_inability(tokens, index, opened=opened and leads)
            and not (leads and _is_need(tokens, index))
        ):
            span.update(range(start, index) if opened else ())
            start, opened = index + 1, False
    return span, start, opened


def _may_close(token: Token) -> bool:
    """Say whether a token is one that could close a condition, whatever stands before it."""
    return token.text.endswith(_CLOSING) if token.kind == "word" else token.kind in _CLOSERS


def _dates_case(tokens: Sequence[Token], start: int, index: int) -> bool:
    """Say whether a moment only tells when a case that goes on is so: 如|4周|后|血尿酸仍高."""
    between, following = tokens[start + 1 : index], tokens[index + 1 :]
    timed = any(token.quantity for token in between) and all(
        token.quantity or token.kind == "light" for token in between
    )
    return timed and any(token.kind in _CLOSABLE for token in following[:2])


def _dated_from(tokens: Sequence[Token], start: int, index: int) -> int:
    """Return where a moment begins that a 于 or 在 leads in: 散剂2000ml|于|检查前; 在一天内 is none."""
    if any(token.quantity for token in tokens[index - 1 : index]) or tokens[index].text.endswith("者"):
        return start  # 年龄|在|40岁以上|者
    leading = (i for i in range(index - 1, start, -1) if tokens[i].text in _LEADING_IN)
    led = next(leading, None)
    return start if led is None or not any(other.kind in _CLOSABLE for other in tokens[led:index]) else led


def _is_asked(tokens: Sequence[Token], index: int) -> bool:
    """Say whether relatives are only those whom one is to turn to: 联系|家属."""
    before = tokens[index - 1] if index else None
    return tokens[index].value == "family" and before is not None and before.kind == "word"


def _is_owner(tokens: Sequence[Token], index: int) -> bool:
    """Say whether a 患者 only owns what a ban is about: 不要按压|患者|肢体."""
    if tokens[index].text not in {"患者", "病人"} or not tokens[index + 1 : index + 2]:
        return False
    banned = any(token.kind == "negation" and token.value in _PROHIBITIONS for token in tokens[:index])
    return banned and tokens[index + 1].kind == "word"


def _is_inability(tokens: Sequence[Token], index: int, *, opened: bool) -> bool:
    """Say whether a 不能 tells what is the matter, not what to do: 不能平卧时, 如果不能平卧，."""
    if tokens[index].text != "不能":
        return False
    for token in tokens[index + 1 :]:
        if token.kind in {"force", "urgency", "opener"} or token.value in _PROHIBITIONS:
            return False
        if token.kind == "closer":
            return True
    return opened


def _is_need(tokens: Sequence[Token], index: int) -> bool:
    """Say whether what is needed or allowed tells a case, not what to do: 病情允许时, 确需使用甲硝唑时."""
    if tokens[index].text not in _NEEDS or tokens[-1].kind != "closer" or not any(_CLOSABLE & {t.kind} for t in tokens):
        return False
    return not any(ends_condition(token) for token in tokens[index + 1 :])


def ends_age(tokens: Sequence[Token], index: int) -> bool:
    """Say whether a token bounds an age, so that it tells whom it is about: 2岁|及以上."""
    quantity = tokens[index - 1].quantity if index and tokens[index].kind == "after" else None
    between = tokens[index].quantity
    bounded = index > 0 and tokens[index - 1].kind == "before"
    if between is not None and between.unit in AGES and (between.is_range or bounded):
        return not any(token.kind in {"after", "closer", "population"} for token in tokens[index + 1 : index + 2])
    return quantity is not None and quantity.unit in AGES


def _narrowed_from(tokens: Sequence[Token], start: int, index: int) -> int:
    """Return where what narrows a population begins: 肾功能正常的|成人, 6个月以上|儿童."""
    if tokens[index].kind == "population" and index > start and tokens[index - 1].text in {"的", "好的"}:
        return start
    index = _from_age(tokens, start, index) if tokens[index].kind == "population" else index
    while index > start and (tokens[index - 1].quantity or tokens[index - 1].kind in {"after", "before"}):
        index -= 1
    doubted = index > start + 1 and tokens[index - 1].kind == "certainty" and tokens[index - 2].text in EITHER
    return index - 1 if doubted else index  # 孕妇或|可能|怀孕的女性


def _from_age(tokens: Sequence[Token], start: int, index: int) -> int:
    """Return where an age before what ails someone begins: 2岁|以下|急性|中耳炎|患儿."""
    first = index
    while first > start and tokens[first - 1].kind in {"word", "unknown", "light"}:
        first -= 1
    return first if first > start and tokens[first - 1].kind in {"after", "before"} else index


def _attribute(tokens: Sequence[Token]) -> Iterable[int]:
    """Return the indexes of an attribute that narrows what it stands before: 未开封的胰岛素."""
    for index, token in enumerate(tokens):
        if token.text in _UNDONE and [t.text for t in tokens[index + 1 : index + 2]] == ["的"] and tokens[index + 2 :]:
            yield from (index, index + 1)
        if token.text in _ATTRIBUTES:
            end = next((i for i in range(index + 1, min(index + 4, len(tokens))) if tokens[i].text == "的"), None)
            if end and end + 1 < len(tokens):
                yield from range(index, end + 1)


def _closes(tokens: Sequence[Token], start: int, index: int) -> bool:
    """Say whether a token closes a condition: a phase by itself, 时 or 后 with something before it to close."""
    token = tokens[index]
    if token.kind == "word":
        if token.text.endswith(_EVENTS):
            return True
        phase = token.text.endswith(_PHASES) and (token.text not in _NOT_PHASES or _of_treatment(tokens, index))
        return phase and not any(other.ids & _CAUSES or other.text in _EQUALS for other in tokens[start:index])
    if token.text == "期" and any(other.text in _EQUALS for other in tokens[start:index]):
        return False
    if token.text == "前" and _counts_back(tokens, index):
        return False  # 前24小时总量
    if any(other.kind == "side" for other in tokens[index + 1 : index + 2]):
        return False  # 大腿前外侧
    closes = token.kind in _CLOSERS
    return closes and (any(before.kind in _CLOSABLE for before in tokens[start:index]) or _is_unbegun(tokens, index))


def _is_unbegun(tokens: Sequence[Token], index: int) -> bool:
    """Say whether a case is only that something is not begun: 尚未|开始|者."""
    before = [token.text for token in tokens[max(index - 2, 0) : index]]
    return len(before) > 1 and before[0] in _ATTRIBUTES and before[1] in _BEGINS


def _of_treatment(tokens: Sequence[Token], index: int) -> bool:
    """Say whether a 初期 is that of a treatment, not of a disease: 坦索罗辛|初期, 用药|初期."""
    before = tokens[index - 1] if index else None
    return before is not None and (before.kind == "drug" or before.text.endswith(_TREATED))


def _counts_back(tokens: Sequence[Token], index: int) -> bool:
    """Say whether a 前 tells how far back an amount reaches: 为|前|24小时|总量."""
    following = tokens[index + 1 : index + 2]
    return bool(following and following[0].quantity) and index > 0 and tokens[index - 1].text in _COPULAS


def ends_condition(token: Token) -> bool:
    """Say whether a token begins what is said, so that a condition before it is over."""
    return token.kind in _COMMANDS or (token.kind == "negation" and token.value in _PROHIBITIONS)


def _gives_examples(segment: Segment, segments: Sequence[Segment]) -> bool:
    """Say whether 如 means `such as`: nothing follows in the sentence that the condition could govern."""
    following = segments[segment.number + 1 : segment.number + 2]
    return not following or following[0].sentence != segment.sentence


def _sudden(tokens: Sequence[Token], span: set[int]) -> Iterable[int]:
    """Return the indexes of what happens before a segment tells what to do: 突发剧烈头痛|应立即就医."""
    command = next((i for i, token in enumerate(tokens) if token.kind in _COMMANDS), 0)
    if not command:
        return ()
    start = max((i for i in span if i < command), default=-1) + 1
    before = tokens[start:command]
    happens = any(token.ids & _ONSETS for token in before) or _lasts(before) or _measures(before)
    commands = any(ends_condition(token) for token in tokens[start:command])
    return range(start, command) if happens and not commands else ()


def _measures(tokens: Sequence[Token]) -> bool:
    """Say whether something named is compared with an amount: 漏服12小时以内, 体重增加2公斤以上."""
    return _compares(tokens) and any(token.kind == "word" for token in tokens)


def _compares(tokens: Sequence[Token]) -> bool:
    """Say whether an amount has a side that is meant: 超过12小时|则."""
    return any(
        token.quantity and {*(other.kind for other in tokens[max(i - 1, 0) : i + 2])} & {"before", "after"}
        for i, token in enumerate(tokens)
    )


def _lasts(tokens: Sequence[Token]) -> bool:
    """Say whether something has not passed after a time: 5分钟不缓解, 2天未愈合."""
    waits = any(token.quantity and token.quantity.dimension in TIME for token in tokens)
    return waits and any(token.kind == "negation" and token.value == "not" for token in tokens)


def _follows_amount(tokens: Sequence[Token], index: int) -> bool:
    """Say whether a bound stands behind an amount: 2天|以上 and no 每周|多|服2天."""
    return bool(index and tokens[index - 1].quantity)


def _is_onset(segment: Segment, segments: Sequence[Segment]) -> bool:
    """Say whether a segment without operator tells what happens before the next one tells what to do.

    What is to be kept to every day happens to nobody: 每日食盐摄入量不超过5g.
    """
    return _leads_to_command(segment, segments, segment.tokens) and _happens(segment)


def _happens(segment: Segment) -> bool:
    tokens = segment.tokens
    keeps_to = "period" in segment.kinds and any(token.value == "le" for token in tokens)
    bounds = any(t.kind == "before" or (t.kind == "after" and _follows_amount(tokens, i)) for i, t in enumerate(tokens))
    compares = bounds and not keeps_to
    passes = _lasts(tokens) and any(token.ids & PASSES for token in tokens)
    return compares or passes or any(token.ids & _ONSETS for token in tokens) or _tells_case(tokens)


def _tells_case(tokens: Sequence[Token]) -> bool:
    """Say whether a segment tells what someone may have, and judges nothing: 发热|伴|咳嗽, 咯血|反复|出现."""
    return any(token.text in _HAPPENING for token in tokens) and not any(token.text in _JUDGES for token in tokens)


def _leads_to_command(segment: Segment, segments: Sequence[Segment], told: Sequence[Token]) -> bool:
    """Say whether what a segment tells commands and claims nothing, and the next segment begins with a command."""
    later = (other for other in segments[segment.number + 1 :] if other.tokens[0].text not in EITHER)
    following = next(later, None)
    if not following or following.sentence != segment.sentence:
        return False
    if not any(token.kind in _COMMANDS for token in following.tokens[:3]):
        return False
    commands = any(map(ends_condition, segment.tokens))
    return not (commands or _claims(told) or _foretells(segment.tokens))


def _claims(told: Sequence[Token]) -> bool:
    """Say whether some tokens claim something; 出现 alone only tells a case of it."""
    judged = any(token.text in _JUDGES for token in told)
    cases = HAPPENS if not judged else frozenset[str]()
    lasts = {one.text for one, two in pairwise(told) if two.quantity and two.quantity.dimension in TIME}
    return any(t.kind == "certainty" or (t.ids & _CLAIMS and t.text not in cases | lasts) for t in told)


def _foretells(tokens: Sequence[Token]) -> bool:
    """Say whether a segment claims what will come: 吃了就会出现皮疹 is no condition."""
    return any(before.text in _SURELY and token.text == "会" for before, token in pairwise(tokens))


def _is_whom(segment: Segment, segments: Sequence[Segment]) -> bool:
    """Say whether a segment names no more than whom the next one is for: 乙肝表面抗原阳性母亲所生|新生儿，应…."""
    named = all(token.kind in _WHOM for token in segment.tokens)
    return named and segment.tokens[-1].kind == "population" and _leads_to_command(segment, segments, segment.tokens)


def _is_nominal(segment: Segment, segments: Sequence[Segment]) -> bool:
    """Say whether a segment names whom the next one is for: 症状没改善的，要复诊."""
    following = segments[segment.number + 1 : segment.number + 2]
    if not following or following[0].sentence != segment.sentence or segment.tokens[-1].text != "的":
        return False
    return not any(ends_condition(token) or token.kind == "period" for token in segment.tokens)
