"""When two parts of two texts say the same: units, slots, conditions; and the reason where a slot does not.

Pure functions of two parts; which parts are held against each other is for `alignment` and `binding`, when two
operators agree for `forces`.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple

from narrowcast.domain.control.facts.conditions import Condition, Option
from narrowcast.domain.control.facts.reach import SETTINGS
from narrowcast.domain.control.facts.segments import NOTHING, TAKING, Features, drugs_of
from narrowcast.domain.control.facts.slots import Frequency, Slot
from narrowcast.domain.control.facts.statements import Statement, Unit
from narrowcast.domain.control.facts.tables.units import DOSES
from narrowcast.domain.control.facts.verdict import Reason

# Said, known: 以下 and 以内 do not tell whether the bound itself counts, so they go with < and with ≤.
_COMPARATORS = {
    ("lt", "upto"), ("upto", "lt"), ("le", "upto"), ("upto", "le"),
    ("ge", "full"), ("from", "full"), ("", "full"), ("full", "ge"), ("full", "from"), ("full", ""),
    ("", "reach"), ("reach", ""), ("full", "reach"), ("reach", "full"),
    ("ge", "reach"), ("reach", "ge"), ("from", "reach"), ("reach", "from"),
    ("gt", "from"), ("from", "gt"), ("ge", "from"), ("from", "ge"),
}  # fmt: skip
_APART = frozenset({"w:间隔", "w:间隔时间", "w:间距"})
_LIMITS = frozenset({"population", "timing", "side"})
_LOOSE_WORDS = (
    "持续 口服 使用 用药 服药 治疗 自行 适用于 长期 正常 测量 监测 突发 突然 升高 降低 症状 时间 期间 开始 接受 "
    "检查 病情 病 疾病 发作 出现 发生 引起 有 反复 发现 严重 明显 剧烈 厉害 使 摄入 进食 饮食 外出 注射 连续 家庭 "
    "手术 频繁 伴有 更换 诊断 病史 记录 注意 药 剂量 接触 携带 早期 家属 时期 医院 护士 医生 功能 活动 运动 情绪 "
    "自己 身体 吸入 首次 打开 补充 结束 完成 呈 变成"
)
_LOOSE = frozenset(f"w:{word}" for word in _LOOSE_WORDS.split())
"""Words of a condition that other words may tell as well: what narrows it is the disease, the symptom, the stage."""
_SKIN, _FEW_WORDS = frozenset({"w:皮肤"}), 2
"""What goes without saying where two more words say where and what: 骨突处皮肤发红."""
_REACHED = frozenset(f"w:{state}" for state in "稳定 达标 消失 消退 愈合 结痂 好转 缓解".split())  # noqa: SIM905 - reads better
"""What has to be reached, whatever else a measured condition tells."""
_CONTRARY = frozenset(
    map(
        frozenset,
        (
            ("ahead", "after"),  # 复查前4周 is not 停药4周后
            ("ahead", "within"),
            ("ahead", "behind"),
            ("first", "after"),
            ("first", "behind"),
            ("total", "each"),
        ),
    )
)
"""Relations of a stretch of time, or of an amount, that exclude each other."""
_TESTING = frozenset({"w:筛查", "w:检查", "w:检测", "w:监测", "w:复查", "w:测量", "w:化验"})
"""What tells of a test only that one is done, where its name says of what: 复查肾功能."""
_DEGREES = frozenset({"w:轻度", "w:严重", "w:首剂", "w:早期", "w:晚期"})
_NAMED_KINDS = {
    "frequency": "frequency",
    "timing": "timing",
    "duration": "duration",
    "route": "new_claim",
    "count": "number",
}
_AFTER_SURGERY = frozenset({"w:术后", "w:手术"})
_SURGERIES = frozenset({"w:手术", "w:pci", "w:支架", "w:切除", "w:膝关节置换", "w:术后"})
"""What tells that one was operated on: 放了支架以后 for 支架术后."""
_AMOUNT_WEIGHT = 1
"""An amount says more than a word about which of several clauses is meant."""
_ONCE = "q:times:1"
"""补一次, 下一次: of all amounts it tells least which clause is meant."""
_DRUG_DISCOUNT = 0.7
"""A medicine alone says little about which of the things said of it is meant."""
_PAIR_DISCOUNT = 0.7
_ONCE_A_DAY = (
    frozenset({"morning", "before_breakfast", "after_breakfast", "empty"}),
    frozenset({"evening", "bedtime"}),
    frozenset({"noon"}),
)
_DAYS = frozenset({"second 86400"})
MEALS = ("_breakfast", "_lunch", "_supper")


def closeness(unit: Unit, other: Unit) -> float:
    """Score how much two units share, their scopes ten times their surroundings; 0 for nothing."""
    scope, context, theirs, beside = unit.scope, unit.context, other.scope, other.context
    common = scope & theirs
    if not unit.governs_itself and (other.negations or other.force):  # both stand for all that their segments say
        common = unit.whole & other.whole
    shared = _weight(common) if common else 0
    around = len(context & beside) + len(scope & beside) + len(context & theirs)
    if not (shared or around):
        return 0
    score = 100 * shared + 10 * around
    if unit.conditional != other.conditional or (other.is_topic and (unit.negations or unit.force)):
        return score / 6
    borrowed = unit.governs_itself and not other.governs_itself
    below = other.is_topic and not (unit.is_topic or _only_names(unit, other))
    return score / 2 if borrowed or below else score


def _only_names(unit: Unit, other: Unit) -> bool:
    """Say whether a unit by itself names what another one leads to something with: 弹力袜，|起床前穿上."""
    bare = not (unit.negations or unit.force or unit.context)
    return bare and unit.scope <= other.scope


def _weight(common: Features) -> float:
    """Weigh what two scopes share, amounts more than words, medicines and the pairs of one word less."""
    drugs = pairs = amounts = 0
    for feature in common:
        if ":" not in feature:
            pairs += 1
        elif feature[:2] == "d:":
            drugs += 1
        elif feature[:2] == "q:" and feature != _ONCE:
            amounts += 1
    excess = (pairs - 1) * _PAIR_DISCOUNT if pairs > 1 else 0  # an unknown word has as many pairs as it is long
    return len(common) - drugs * _DRUG_DISCOUNT - excess + _AMOUNT_WEIGHT * amounts


def same_type(slot: Slot, other: Slot) -> bool:
    """Say whether two slots measure the same thing, so that one can contradict the other."""
    if slot.kind != other.kind:
        return False
    if slot.quantity and other.quantity and slot.kind != "count":
        return slot.quantity.dimension == other.quantity.dimension or _leaves_unit(slot, other)
    return True


def _leaves_unit(slot: Slot, other: Slot) -> bool:
    """Say whether a slot is a reading without its unit: 130/80以下 for 130/80mmHg以下; doses and times have theirs."""
    said, known = slot.quantity, other.quantity
    if said is None or known is None or said.dimension != "number" or slot.text.endswith("倍"):
        return False
    return known.dimension != "number" and known.reads_as(said)


def slots_equal(slot: Slot, other: Slot, fact: Statement) -> bool:
    """Say whether a slot has the value of another one, of the fact given; what they hang on is another matter."""
    if slot.kind in {"timing", "route"}:
        return slot.value == other.value
    if slot.direction * other.direction < 0:
        return False
    if not (comparators_agree(_comparator(slot, other), _comparator(other, slot)) or _is_most(slot, other)):
        return False
    if slot.frequency and other.frequency:
        if other.relation == "within" and not slot.relation:
            return False  # 2次 in some month is not 2次 in every month
        return _frequencies_agree(slot.frequency, other.frequency) or _once_at(slot.frequency, other)
    return _amounts_agree(slot, other, fact)


def _is_most(slot: Slot, other: Slot) -> bool:
    """Say whether a slot only spells out that the other is the most there may be: 最大剂量10mg is 最多10mg."""
    return slot.comparator in {"le", "upto"} and not other.comparator and "w:最大剂量" in other.near


def _frequencies_agree(said: Frequency, known: Frequency) -> bool:
    if said.low is None:
        return said.period == known.period
    return said == known or _once_in(said, known) or _same_rate(said, known)


def _same_rate(said: Frequency, known: Frequency) -> bool:
    """Say whether 一年两次 is 每6个月1次: what is counted in months is spread over them."""
    one, other = _months_apart(said), _months_apart(known)
    return one is not None and one == other


def _months_apart(times: Frequency) -> Fraction | None:
    """Return how many months lie between two times; None where they are not so many a month."""
    dimension, _, span = times.period.partition(" ")
    return Fraction(span) / times.low if dimension == "month" and times.low and times.low == times.high else None


def _once_at(said: Frequency, known: Slot) -> bool:
    """Say whether 每天早上称一次 only spells out 每天早晨称: there is one morning in a day."""
    times = {feature.removeprefix("timing:") for feature in known.near if feature.startswith("timing:")}
    every = known.frequency
    once = said.low == said.high == 1 and every is not None and every.low is None and every.period == said.period
    return once and bool(times) and any(times <= part for part in _ONCE_A_DAY)


def _amounts_agree(slot: Slot, other: Slot, fact: Statement) -> bool:
    if not (slot.quantity and other.quantity):
        return False
    if slot.kind == "count":
        return slot.quantity.amount == other.quantity.amount
    moments = not (slot.moment and other.moment) or same_time(slot.moment, other.moment)
    same = (slot.quantity.same_amount(other.quantity) or _leaves_unit(slot, other)) and _relations_agree(slot, other)
    return (same or _is_first(slot, other)) and moments and _bases_agree(slot, other, fact)


def _is_first(slot: Slot, other: Slot) -> bool:
    """Say whether 前两周 is 第1~2周: the first so many of something are those from the first on."""
    first, row = (slot, other) if other.relation == "ordinal" else (other, slot)
    if first.relation not in {"first", "within"} or row.relation != "ordinal" or not (first.quantity and row.quantity):
        return False
    return row.quantity.low == row.quantity.factor and row.quantity.high == first.quantity.high


def _comparator(slot: Slot, other: Slot) -> str:
    """Return a slot's comparator; 以内 is one where the other side has one."""
    within = slot.relation == "within" and not slot.comparator and other.comparator
    return "upto" if within else slot.comparator


def comparators_agree(said: str, known: str) -> bool:
    """Say whether two bounds are the same, as far as they are told."""
    return said == known or (known, said) in _COMPARATORS


def _once_in(said: Frequency, known: Frequency) -> bool:
    """Say whether 每年查一次 only spells out 每年检查; a day may hold more than one time."""
    return known.low is None and said.low == said.high == 1 and said.period == known.period and said.period not in _DAYS


def _relations_agree(slot: Slot, other: Slot) -> bool:
    if frozenset({slot.relation, other.relation}) in _CONTRARY:
        return False
    if other.relation == "ordinal" != slot.relation and _counts_doses(slot):
        return False  # 共1剂 of 第2剂与第1剂间隔1个月
    if slot.relation == "total" and other.relation in {"within", "after", "ordinal"}:
        return False  # 共3天 of 72小时内
    if {"ahead", "first", "behind", "total", "each", "done"} & {slot.relation, other.relation}:
        return True
    bounded = "within" in {slot.relation, other.relation} and not (slot.comparator or other.comparator)
    if bounded and (slot.near | other.near) & _APART:
        return slot.relation == other.relation  # 间隔2小时以内 is not 间隔2小时
    return slot.relation == other.relation or not slot.relation or not other.relation


def _counts_doses(slot: Slot) -> bool:
    return slot.quantity is not None and slot.quantity.dimension in DOSES


def _bases_agree(slot: Slot, other: Slot, fact: Statement) -> bool:
    """Say whether both are meant per time or both per period; once a period they are the same, a whole is neither."""
    if "total" in {slot.relation, other.relation} and slot.kind != "duration" and slot.basis != other.basis:
        return False
    if not (slot.basis and other.basis) or slot.basis == other.basis:
        return True
    if slot.direction and slot.direction == other.direction and slot.basis == "time":
        return True  # 每次加25微克 of 每2~4周增加25μg
    frequencies = [s.frequency for s in fact.slots if s.frequency]
    return any(f.low == f.high == 1 and f.period in {slot.basis, other.basis} for f in frequencies)


def reach_of(slot: Slot, statement: Statement) -> Features:
    """Return what a slot is said of: the words of its segment and of the conditions over it."""
    return slot.near.union(slot.beside, *(limit.features for limit in statement.limits_on(slot.segment)))


def same_moment(near: Features, other: Features) -> bool:
    """Say whether two segments do not name different times: 空腹血糖 is not 餐后血糖."""
    said = _moments(near)
    known = _moments(other) if said else said
    return not known or not said.isdisjoint(known)


def same_time(said: str, known: str) -> bool:
    """Say whether one time of day is another: before breakfast is before a meal."""
    return said == known or (said.endswith(MEALS) and f"{said.rpartition('_')[0]}_meal" == known)


@lru_cache(maxsize=4096)
def _moments(features: Features) -> Features:
    """Return the times that some features name; after breakfast is after a meal."""
    named = frozenset([feature for feature in features if feature.startswith("timing:")])
    return named.union(f"{name.rpartition('_')[0]}_meal" for name in named if name.endswith(MEALS))


def belongs_to(slot: Slot, rival: Slot, other: Slot) -> bool:
    """Say whether a slot stands where the fact has a rival of the other: 10分钟后 where it has 30分钟后 and 10分钟."""
    told = slot.relation not in {"", "ahead", "first", "behind", "ordinal", "total", "each"}
    if told and rival.relation == slot.relation and not other.relation and rival.segment == other.segment:
        return True
    same = slot.quantity and rival.quantity and slot.quantity.same_amount(rival.quantity)
    return bool(same) and _leans_to(slot, rival, other)


def _leans_to(slot: Slot, rival: Slot, other: Slot) -> bool:
    """Say whether what is said beside a slot is what the rival has and the other has not."""
    shared = rival.drugs & other.drugs
    near, of_rival, of_other = ((part.near | part.beside) - shared for part in (slot, rival, other))
    return len(near & of_rival - of_other) > len(near & of_other - of_rival)


def slot_reason(slot: Slot, candidates: Sequence[Slot]) -> Reason:
    """Name what a slot differs in from the nearest of those it could have been."""
    nearest = max(candidates, key=lambda other: _nearness(slot, other), default=None)
    return Reason(_slot_kind(slot, nearest), nearest.text if nearest else "", slot.text)


def _nearness(slot: Slot, other: Slot) -> tuple[bool, int]:
    return same_type(slot, other), len(slot.near & other.near) + 2 * bool(slot.drugs & other.drugs)


def _slot_kind(slot: Slot, nearest: Slot | None) -> str:
    if slot.kind in _NAMED_KINDS:
        return _NAMED_KINDS[slot.kind]
    difference = _difference(slot, nearest) if nearest else ""
    amounts = [part.quantity for part in (slot, nearest) if part and part.quantity]
    if difference or any(amount.is_range for amount in amounts):
        return difference or "range"
    return "dose" if amounts and amounts[0].dimension in DOSES else "number"


def _difference(slot: Slot, nearest: Slot) -> str:
    """Name what differs beside the number, if anything: its being per kilogram, its comparator or its unit."""
    quantity, known = slot.quantity, nearest.quantity
    if quantity is None or known is None:
        return ""
    if known.dimension == f"{quantity.dimension}/kg":
        return "condition_dropped"
    if quantity.same_amount(known):
        return "comparator" if slot.comparator != nearest.comparator else ""
    return "unit" if known.low / known.factor == quantity.low / quantity.factor else ""


class _Needs(NamedTuple):
    """What a text has to tell of an alternative: of some words half, or of the medicines one, and all of others."""

    drugs: tuple[Features, ...] = ()
    takes: bool = False
    named: tuple[Features, ...] = ()
    all_of: tuple[Features, ...] = ()


def covers(option: Option, told: Features, *, strictly: bool) -> bool:
    """Say whether a text keeps an alternative of a condition: half of its words and all that narrow it."""
    needs = _needs(option, strictly)
    if needs.drugs:
        taken = not needs.takes or not told.isdisjoint(TAKING)
        return taken and not all(map(told.isdisjoint, needs.drugs)) and not any(map(told.isdisjoint, needs.all_of))
    if not needs.named:
        operated = bool(told & _SURGERIES)
        return all(word & told or (operated and word & _AFTER_SURGERY) for word in needs.all_of)
    missing = sum(map(told.isdisjoint, needs.named))
    return (
        missing < len(needs.named) and 2 * missing <= len(needs.named) and not any(map(told.isdisjoint, needs.all_of))
    )


@lru_cache(maxsize=4096)
def _needs(option: Option, strictly: bool) -> _Needs:  # noqa: FBT001 - looked up by both
    option = tuple(word - _TESTING or word for word in option)
    named = [word for word in option if not word & SETTINGS]
    drugs = [word for word in named if drugs_of(word)]
    if drugs and all(word & TAKING for word in named if not drugs_of(word)):  # 服用华法林期间: whoever names it
        degrees = tuple(word for word in option if word & _DEGREES)
        return _Needs(drugs=tuple(drugs), takes=len(drugs) != len(named), all_of=degrees)
    named = [word for word in named if not drugs_of(word)] or named
    if not named:
        return _Needs(all_of=option)
    stated = _DEGREES | _REACHED
    limits = [word for word in option if word & stated or any(f.partition(":")[0] in _LIMITS for f in word)]
    limits += [word for word in named if any(":" in f for f in word) and not word & _LOOSE] if strictly else []
    limits = [word for word in limits if not (word & _SKIN and len(named) > _FEW_WORDS)]
    return _Needs(named=tuple(named), all_of=tuple(limits))


def restates(limits: Sequence[Condition], condition: Condition) -> bool:
    """Say whether one of some conditions names an alternative of another whole."""
    limits = [limit for limit in limits if _awaits(limit) == _awaits(condition)]
    if not limits:
        return False
    said = NOTHING.union(*(limit.features for limit in limits))
    measured = [quantity for limit in limits for quantity in limit.quantities]
    if condition.quantities and any(q.same_amount(other) for q in condition.quantities for other in measured):
        return True
    return any(option and all(word & said for word in option) for part in condition.parts for option in part)


def _awaits(condition: Condition) -> bool:
    """Say whether a condition is that something has not happened yet: 开封前, 未开封的."""
    return condition.text.endswith("前") or condition.text.startswith(("未", "没", "尚未", "还没"))
