"""The measured parts of a text and what each belongs to: amounts, frequencies, times of day, durations, routes.

A slot knows its thing (the medicine, the words around it), its comparator and whether it is meant per time or per
period. Reads one text; what equals what is for `agreement`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from narrowcast.domain.control.facts.conditions import stands_alone
from narrowcast.domain.control.facts.lexer import FREQUENCY_CODES, NIGHTLY, Token
from narrowcast.domain.control.facts.phases import phases_of
from narrowcast.domain.control.facts.quantities import Quantity
from narrowcast.domain.control.facts.segments import NOTHING, OR, Features, Segment, features_of
from narrowcast.domain.control.facts.tables.markers import DAYPARTS
from narrowcast.domain.control.facts.tables.units import DOSES, TIME

DAILY = "second 86400"
_COUNTS = frozenset({"times", "个", "项"})
_BETWEEN = frozenset({"之间", "间", "中间"})
_LIMBS = frozenset({"w:下肢", "w:上肢", "w:手", "w:足", "w:双脚", "w:双足", "w:手臂", "w:眼睛", "w:肢体"})
_WITHOUT_PERIOD = frozenset({"每", "每隔", "再", "过", "等", "满"})
_PERIOD_UNITS = frozenset({"天一夜", "昼夜", "天", "日", "周", "星期", "个星期", "年", "个月", "小时", "分钟"})


@dataclass(frozen=True, slots=True)
class Frequency:
    """So many times in so long; `low` is None where only the period is said (每日)."""

    low: Fraction | None
    high: Fraction | None
    period: str


@dataclass(frozen=True, slots=True)
class Slot:
    """One measured or timed part of a statement and what it hangs on.

    `near` are the content words of its segment and `beside` those of the segment it is the condition of; `drugs` is
    the medicine it belongs to, named in the segment or (`inherits`) before it. `relation` is whether a stretch of time
    is within, after or before, `moment` the meal or hour it counts from, `basis` whether it is per time or per period;
    `phases` are the stretches of a treatment it is said of.
    """

    kind: str
    text: str
    segment: int
    near: Features
    beside: Features
    drugs: Features
    quantity: Quantity | None = None
    frequency: Frequency | None = None
    value: str = ""
    comparator: str = ""
    relation: str = ""
    moment: str = ""
    basis: str = ""
    inherits: bool = False
    phases: Features = NOTHING


def slots_of(segments: Sequence[Segment]) -> Iterable[Slot]:
    """Give every slot of a text, in order; a segment that names no medicine speaks of the last one named."""
    drugs: Features = NOTHING
    phase: Features = NOTHING
    named: Features = NOTHING
    for segment in segments:
        named = named.union(*(token.ids for token in segment.tokens if token.kind == "drug"))
        owners = _owners(segment.tokens, named if _sums_up(segment) else drugs)
        phases = phases_of(segment.tokens, phase if _goes_on(segment, drugs) else NOTHING)
        for slot, index in _segment_slots(segment, owners, _beside(segment, segments)):
            yield replace(slot, phases=phases[index])
        drugs, phase = owners[-1], phases[-1]


def _sums_up(segment: Segment) -> bool:
    """Say whether a segment speaks of all that was named before: 均为每日2次, 都是一天两次."""
    return segment.tokens[0].text in {"均", "均为", "都", "都是", "全都"}


def _goes_on(segment: Segment, drugs: Features) -> bool:
    """Say whether a segment still speaks of the medicine before it, or of none."""
    return all(token.ids & drugs for token in segment.tokens if token.kind == "drug")


def _owners(tokens: Sequence[Token], inherited: Features) -> list[Features]:
    """Return the medicine each token belongs to: the last named before it, else the first after it, else inherited."""
    first = next((index for index, token in enumerate(tokens) if token.kind == "drug"), None)
    current = inherited if first is None else tokens[first].ids
    owners, joined = [], False
    for index, token in enumerate(tokens):
        if token.kind == "drug":
            current = current | token.ids if joined and index != first else token.ids
        joined = token.text in OR or (joined and token.kind == "light") or token.kind == "drug"
        owners.append(current)
    return [*owners, current]


def _beside(segment: Segment, segments: Sequence[Segment]) -> Features:
    """Return what the next segment speaks of when this one is only its condition."""
    following = segments[segment.number + 1 : segment.number + 2]
    return features_of(following[0].tokens) if following and stands_alone(segment) else NOTHING


def _segment_slots(segment: Segment, owners: Sequence[Features], beside: Features) -> Iterable[tuple[Slot, int]]:
    """Give every slot of a segment with the index of its token."""
    reading = _Reading(segment.tokens)
    near = features_of(segment.tokens)
    inherits = not any(token.kind == "drug" for token in segment.tokens)
    for index, token in enumerate(segment.tokens):
        base = Slot("", reading.text(index), segment.number, near, beside, owners[index], inherits=inherits)
        slot = reading.slot(index, token, base)
        if slot:
            yield slot, index
        if token.text in NIGHTLY:  # 每晚 is a period and a time of day
            yield replace(base, kind="timing", value=NIGHTLY[token.text]), index


class _Reading:
    """The times, periods, comparators and bases of one segment, each with the quantity it works on."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        self.tokens = tokens
        self.periods = {index: period for index in range(len(tokens)) if (period := self._period(index))}
        self.pairs = self._pair_times()
        self.each = any(token.kind == "each" for token in tokens)
        self.parts = sum(DAYPARTS.get(t.value, 0) for t in tokens if t.kind == "timing")

    def slot(self, index: int, token: Token, base: Slot) -> Slot | None:
        """Return the slot that a token makes of a bare one, if it makes one."""
        frequency = self._frequency(index, token)
        if frequency:
            return replace(base, kind="frequency", frequency=frequency, comparator=self._comparator(index))
        if token.kind in {"timing", "route"}:
            basis = "each" if self.each and token.value in DAYPARTS else ""
            return replace(base, kind=token.kind, value=token.value, basis=basis)
        if token.quantity is None or index in self.periods or self._is_idle(index, token.quantity):
            return None
        return self._measured(index, token.quantity, base)

    def _frequency(self, index: int, token: Token) -> Frequency | None:
        if token.kind == "frequency":
            times, seconds = FREQUENCY_CODES[token.text]
            return Frequency(Fraction(times), Fraction(times), f"second {seconds}")
        if index in self.periods:
            return None if index in self.pairs.values() else Frequency(None, None, self.periods[index])
        parts = self.parts if self.each and self.parts > 1 else 1
        if token.kind == "each" and parts > 1 and not any(t.kind == "times" for t in self.tokens):
            return Frequency(Fraction(parts), Fraction(parts), DAILY)
        if token.kind != "times" or token.quantity is None or not (index in self.pairs or parts > 1):
            return None
        period = self.periods[self.pairs[index]] if index in self.pairs else DAILY
        return Frequency(token.quantity.low * parts, token.quantity.high * parts, period)

    def _is_idle(self, index: int, quantity: Quantity) -> bool:
        """Say whether a count measures nothing: 再测一次, 两次之间, 一顿."""
        between = index + 1 < len(self.tokens) and self.tokens[index + 1].text in _BETWEEN
        counted = quantity.dimension == "times" and (quantity.low == quantity.high == 1 or between)
        limb = (
            quantity.dimension in _COUNTS
            and bool(self.tokens[index + 1 : index + 2])
            and bool(self.tokens[index + 1].ids & _LIMBS)
        )
        grouped = quantity.unit == "组" and quantity.high == 1 and self._kind(index + 1) in {"quantity", "times"}
        return counted or limb or grouped or (quantity.dimension == "餐" and quantity.high == 1)

    def _measured(self, index: int, quantity: Quantity, base: Slot) -> Slot:
        quantity = self._inherit_unit(index, quantity)
        if any(token.value == "per_kg" for token in self.tokens) and quantity.dimension in DOSES:
            quantity = _per_kilogram(quantity)
        comparator, relation = self._comparator(index), self._relation(index)
        whole = replace(base, quantity=quantity, comparator=comparator, relation=relation, basis=self._basis(index))
        if quantity.dimension not in TIME:
            counted = quantity.dimension in _COUNTS
            within = relation == "within"
            return replace(whole, kind="count" if counted else "quantity", comparator="upto" if within else comparator)
        moment = self.tokens[index - 1].value if self._kind(index - 1) == "timing" else ""
        whole = replace(whole, kind="duration", moment=moment)
        return replace(whole, comparator="", relation="within") if comparator == "upto" else whole

    def text(self, index: int) -> str:
        """Return a token with the comparator and bound around it, as a reader would quote it."""
        before = self.tokens[index - 1].text if self._kind(index - 1) in {"before", "per_time", "period"} else ""
        after = self.tokens[index + 1].text if self._kind(index + 1) in {"after", "bound"} else ""
        return before + self.tokens[index].text + after

    def _kind(self, index: int) -> str:
        return self.tokens[index].kind if 0 <= index < len(self.tokens) else ""

    def _period(self, index: int) -> str:
        token = self.tokens[index]
        if token.kind == "period":
            return token.value
        quantity = token.quantity
        if quantity is None or quantity.dimension not in TIME or quantity.is_range:
            return ""
        every = index > 0 and self.tokens[index - 1].text in {"每", "每隔"}
        return f"{quantity.dimension} {quantity.low}" if every or self._is_per(index, quantity) else ""

    def _is_per(self, index: int, quantity: Quantity) -> bool:
        """Say whether 一天 or 一周 means `per day`: it stands before what is counted, unbounded."""
        later = self.tokens[index + 1 :]
        if self._kind(index + 1) == "bound" and f"{quantity.dimension} {quantity.low}" == DAILY:
            return self.tokens[index + 1].text.endswith("内") and any(t.kind == "times" for t in later)
        if self._kind(index + 1) in {"bound", "after"} or self._kind(index - 1) in {"before", "timing"}:
            return False
        if (quantity.written[0] in "一1" and quantity.unit in _PERIOD_UNITS) or quantity.written == "24小时":
            return any(t.kind in {"times", "each"} or _is_shorter(t.quantity, quantity) for t in later)
        if self._kind(index - 1) == "bound":
            return False
        said = any(t.kind == "period" or t.text in _WITHOUT_PERIOD for t in self.tokens)
        return not said and any(t.kind == "times" and t.quantity and t.quantity.high == 1 for t in later)

    def _pair_times(self) -> dict[int, int]:
        """Pair each count of times with the period it is counted in."""
        pairs: dict[int, int] = {}
        counts = [index for index, token in enumerate(self.tokens) if token.kind == "times"]
        for index in counts:
            free = [period for period in self.periods if period not in pairs.values()]
            before = [period for period in free if period < index and not any(period < c < index for c in counts)]
            after = [period for period in free if period > index and not any(index < c for c in counts)]
            if before or (after and not self._counts_once_each(index)):
                pairs[index] = before[-1] if before else after[0]
        return pairs

    def _counts_once_each(self, index: int) -> bool:
        quantity = self.tokens[index].quantity
        following = self.tokens[index + 1] if index + 1 < len(self.tokens) else None
        return bool(quantity and quantity.low == quantity.high == 1 and following and following.quantity)

    def _inherit_unit(self, index: int, quantity: Quantity) -> Quantity:
        """Give a bare number in a list the unit that closes the list: 1、3、6个月."""
        if quantity.dimension != "number" or self._kind(index + 1) not in {"stop", "light"}:
            return quantity
        for offset in range(index + 1, len(self.tokens)):
            token = self.tokens[offset]
            if token.quantity and token.quantity.dimension != "number":
                return _in_unit_of(quantity, token.quantity)
            if token.quantity is None and token.text not in OR:
                return quantity
        return quantity

    def _comparator(self, index: int) -> str:
        following = self.tokens[index + 1] if index + 1 < len(self.tokens) else None
        if following and following.kind == "after":
            return following.value
        for offset in range(index - 1, -1, -1):
            token = self.tokens[offset]
            if token.kind == "before":
                return token.value
            if token.quantity and offset not in self.periods:
                return ""
        return ""

    def _relation(self, index: int) -> str:
        following = self.tokens[index + 1].text if self._kind(index + 1) == "bound" else ""
        return {"内": "within", "里": "within"}.get(
            following[-1:], "after" if "后" in following else "before" if "前" in following else ""
        )

    def _basis(self, index: int) -> str:
        for offset in range(index - 1, -1, -1):
            token = self.tokens[offset]
            if token.kind == "per_time" or (
                token.kind == "times" and offset not in self.pairs and token.text in {"一次", "1次"}
            ):
                return "time"
            if offset in self.periods and offset not in self.pairs.values():
                return self.periods[offset]
        return "time" if self._kind(index + 1) == "per_time" else ""


def _is_shorter(quantity: Quantity | None, period: Quantity) -> bool:
    """Say whether an amount can be meant per period: it is no time, or a shorter one (一天8小时, 一周2天)."""
    if quantity is None or quantity.dimension not in TIME:
        return quantity is not None
    if period.unit == "小时":
        return quantity.unit.endswith("分钟")
    return quantity.unit.endswith(("小时", "分钟")) if period.unit in {"天", "日"} else quantity.unit in {"天", "日"}


def _per_kilogram(quantity: Quantity) -> Quantity:
    dimension = quantity.dimension if quantity.dimension.endswith("/kg") else f"{quantity.dimension}/kg"
    return replace(quantity, dimension=dimension)


def _in_unit_of(quantity: Quantity, model: Quantity) -> Quantity:
    low, high = quantity.low * model.factor, quantity.high * model.factor
    return replace(quantity, dimension=model.dimension, low=low, high=high, unit=model.unit, factor=model.factor)
