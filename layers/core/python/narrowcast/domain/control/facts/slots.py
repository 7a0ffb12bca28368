"""The measured parts of a text and what each belongs to: amounts, frequencies, times of day, durations, routes.

A slot knows its thing (the medicine, the words around it), its comparator and whether it is meant per time or per
period. Reads one text; what equals what is for `agreement`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial

from narrowcast.domain.control.facts.lexer import FREQUENCY_CODES, NIGHTLY, Token
from narrowcast.domain.control.facts.periods import AT_LONGEST, DAILY, paired_with_counts, periods_of
from narrowcast.domain.control.facts.phases import phases_of
from narrowcast.domain.control.facts.quantities import Quantity
from narrowcast.domain.control.facts.reach import stands_alone
from narrowcast.domain.control.facts.segments import NOTHING, OPERATORS, OR, Features, Segment
from narrowcast.domain.control.facts.tables.markers import DAYPARTS
from narrowcast.domain.control.facts.tables.units import DOSES, TIME
from narrowcast.domain.control.facts.ways import direction_at

_BANS = frozenset({"never", "forbid", "cannot", "avoid", "unfit", "ban"})
_COUNTS = frozenset({"times", "个", "项"})
_UNMEASURED = frozenset(
    {"number", "times", "餐", "个", "份", "项", "人", "组", "层", "clock", "晚", "type", "stage", "grade"}
)
_MEASURING = frozenset({"frequency", "period", "each", "timing", "route"})
"""Kinds of tokens beside amounts that may make a slot."""
_STROKES = frozenset("拍跳叩捶弹")
"""What is done in strokes, so that 5下 is 5次 and no puffs of a spray."""
_MEALS = ("_breakfast", "_lunch", "_supper")
_IN_A_DAY = frozenset({"一天", "1天", "一日", "1日"})
_PER_WEIGHT = DOSES | {"energy"}
_EVERY_HOUR = frozenset({"每小时", "每个小时", "一小时", "1小时"})
_REACHED = frozenset({"达到", "达", "到达", "到", "到了", "升到", "烧到", "升至", "达至"})
"""What says of a reading that it is there, so that the bound itself counts: 达到38.5℃."""
_APART = frozenset({"间隔", "间隔时间", "中间隔", "相隔"})
_ASKED = ("几次", "几回", "几片", "几粒", "几喷", "几天", "几", "多少", "多久")
"""What a stretch of time is only asked about by: 一天能喷几次."""
BETWEEN_TWO = frozenset({"w:间隔", "w:间隔时间", "w:间距", "w:错开"})
_COUNTED_FROM = frozenset({"w:术后", "w:产后", "w:疗程", "w:连续", "w:连服", "w:出院", "w:手术", "w:停药", "w:持续"})
_MOST_BETWEEN = 2
_SHARED_OUT = frozenset({"分", "分成", "分作"})
_IN_ALL = _SHARED_OUT | {"加起来", "共用", "共服", "共吃", "总量", "总剂量", "共", "一共", "总共", "总计", "合计"}
_BRIEF = ("小时", "分钟", "钟头", "秒")
_COURSES = frozenset({"w:疗程", "w:总疗程", "w:连服"})
_LATER = frozenset({"后", "后面", "后边"})
_TAKINGS = frozenset({"用药", "给药", "服药", "吃药", "喂药", "打针", "注射", "发作", "服", "吃"})
_BETWEEN = frozenset({"之间", "间", "中间"})
_LIMBS = frozenset({"w:下肢", "w:上肢", "w:手", "w:足", "w:双脚", "w:双足", "w:手臂", "w:眼睛", "w:肢体"})


@dataclass(unsafe_hash=True, slots=True)  # frozen ones take a call for every field to make
class Frequency:
    """So many times in so long; `low` is None where only the period is said (每日)."""

    low: Fraction | None
    high: Fraction | None
    period: str


@dataclass(unsafe_hash=True, slots=True)  # frozen ones take a call for every field to make
class Slot:
    """One measured or timed part of a statement and what it hangs on.

    `near` are the content words of its segment and `beside` those of the segment it is the condition of; `drugs` is
    the medicine it belongs to, named in the segment or (`inherits`) before it. `relation` is whether a stretch of time
    is within, after or before, `moment` the meal or hour it counts from, `basis` whether it is per time or per period;
    `direction` is which way it goes (增加, 减少), `phases` are the stretches of a treatment it is said of. A time is
    `banned` behind a ban: 不宜晚间服用.
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
    direction: int = 0
    phases: Features = NOTHING
    banned: bool = False


def is_measuring(token: Token) -> bool:
    """Say whether a token may make a slot."""
    return token.quantity is not None or token.kind in _MEASURING


def slots_of(segments: Sequence[Segment]) -> Iterable[Slot]:
    """Give every slot of a text, in order; a segment that names no medicine speaks of the last one named."""
    drugs: Features = NOTHING
    phase: Features = NOTHING
    named: Features = NOTHING
    measure: Quantity | None = None
    first: Features = NOTHING
    for segment in segments:
        first = first or drugs
        if drugs and segment.sentence != segments[segment.number - 1].sentence:
            drugs = drugs | first  # 甲氨蝶呤 …，次日服叶酸；严禁每日服用
        if "drug" in segment.kinds:
            named = named.union(*[token.ids for token in segment.tokens if token.kind == "drug"])
        owners = _owners(segment.tokens, named if _sums_up(segment) else drugs)
        phases = phases_of(segment.tokens, phase if _goes_on(segment, drugs) else NOTHING)
        if any(map(is_measuring, segment.tokens)):
            belonging = list(zip(owners, phases, strict=True))
            for slot in _segment_slots(segment, belonging, _beside(segment, segments), measure, drugs):
                yield slot
                measure = _reading_of(slot) or measure
        drugs, phase = drugs if drugs and _gives_examples(segment) else owners[-1], phases[-1]


def _gives_examples(segment: Segment) -> bool:
    """Say whether a segment only names cases of the medicine before it: 激素乳膏(如1%氢化可的松)."""
    return segment.tokens[0].text in {"例如", "如", "比如", "譬如", "诸如"}


def _sums_up(segment: Segment) -> bool:
    """Say whether a segment speaks of all that was named before: 均为每日2次, 都是一天两次."""
    return segment.tokens[0].text in {"均", "均为", "都", "都是", "全都"}


def _goes_on(segment: Segment, drugs: Features) -> bool:
    """Say whether a segment still speaks of the medicine before it, or of none."""
    return "drug" not in segment.kinds or all(token.ids & drugs for token in segment.tokens if token.kind == "drug")


def _owners(tokens: Sequence[Token], inherited: Features) -> list[Features]:
    """Return the medicine each token belongs to: the last named before it, else the first after it, else inherited."""
    first = next((index for index, token in enumerate(tokens) if token.kind == "drug"), None)
    if first is None:
        return [inherited] * (len(tokens) + 1)
    current = tokens[first].ids
    owners, joined, measured = [], False, False
    for index, token in enumerate(tokens):
        if token.kind == "drug":
            current = current | token.ids if joined and index != first else token.ids
            measured = False
        measured = measured or token.quantity is not None  # A 75mg 或 B 100mg joins no two of them
        joined = (token.text in OR and not measured) or (joined and token.kind == "light") or token.kind == "drug"
        owners.append(current)
    return [*owners, current]


def _whose(tokens: Sequence[Token], index: int, owner: Features, inherited: Features) -> Features:
    """Return the medicine that a measured token belongs to.

    5mg叶酸 is of what follows at once; a stretch of time before the first name may be of the medicine spoken of so far.
    """
    quantity, following = tokens[index].quantity, tokens[index + 1 : index + 2]
    if quantity is None:
        return owner
    if quantity.dimension in TIME and any(token.ids & BETWEEN_TWO for token in tokens):
        return inherited.union(*(token.ids for token in tokens if token.kind == "drug"))  # 与钙剂间隔4小时
    earlier = [token.kind for token in tokens[:index]]
    if quantity.dimension in DOSES and earlier[-1:] != ["drug"] and following and following[0].kind == "drug":
        return following[0].ids
    return owner | inherited if quantity.dimension in TIME and "drug" not in earlier else owner


def _beside(segment: Segment, segments: Sequence[Segment]) -> Features:
    """Return what the next segment speaks of when this one is only its condition."""
    following = segments[segment.number + 1 : segment.number + 2]
    alone = stands_alone(segment) or (segment.conditional and not (segment.rest_features or _operates(segment)))
    return following[0].features if following and alone else NOTHING


def _operates(segment: Segment) -> bool:
    return not OPERATORS.isdisjoint(segment.kinds)


def _reading_of(slot: Slot) -> Quantity | None:
    """Return the quantity of a slot whose unit a bare number after it may leave out: 0.6~1.2mmol/l, 超过1.4."""
    quantity = slot.quantity
    return quantity if quantity and quantity.dimension not in DOSES | TIME | _UNMEASURED else None


def _segment_slots(
    segment: Segment,
    belonging: Sequence[tuple[Features, Features]],
    beside: Features,
    measure: Quantity | None,
    inherited: Features,
) -> Iterable[Slot]:
    """Give every slot of a segment; `belonging` are the medicine and the phases that each token belongs to."""
    reading = _Reading(segment, measure)
    near = segment.features
    inherits = "drug" not in segment.kinds
    for index, token in enumerate(reading.tokens):
        if not is_measuring(token):
            continue
        owner, phase = belonging[index]
        made = partial(
            Slot,
            text=reading.text(index),
            segment=segment.number,
            near=near,
            beside=beside,
            drugs=_whose(reading.tokens, index, owner, inherited),
            inherits=inherits,
            phases=phase,
        )
        slot = reading.slot(index, token, made)
        if slot:
            yield slot
        if token.text in NIGHTLY or token.text == "qn":  # 每晚 is a period and a time of day
            yield made(kind="timing", value=NIGHTLY.get(token.text, "evening"))


class _Reading:
    """The times, periods, comparators and bases of one segment, each with the quantity it works on."""

    def __init__(self, segment: Segment, measure: Quantity | None) -> None:
        self.tokens = tokens = _with_counts(segment.tokens)
        self.measure = measure
        self.periods = periods_of(tokens)
        self.pairs = paired_with_counts(tokens, self.periods) if self.periods else {}
        bans = [i for i, token in enumerate(tokens) if token.kind == "negation" and token.value in _BANS]
        self.ban = bans[0] if bans else -1
        self.each = "each" in segment.kinds
        self.parts = sum([_parts_of_day(token) for token in tokens if token.kind == "timing"])
        self.by_weight = "per_kg" in [token.value for token in tokens]

    def slot(self, index: int, token: Token, made: Callable[..., Slot]) -> Slot | None:
        """Return the slot that is made of a token, if it makes one."""
        frequency = self._frequency(index, token)
        if frequency:
            return self._frequent(index, frequency, made)
        if token.kind in {"timing", "route"}:
            basis = "each" if self.each and self.parts > 1 and _parts_of_day(token) else ""
            moment = "offset" if token.kind == "timing" and self._is_offset(index + 1) else ""
            banned = token.kind == "timing" and 0 <= self.ban < index
            return made(kind=token.kind, value=token.value, basis=basis, moment=moment, banned=banned)
        if token.quantity is None or index in self.periods or self._is_idle(index, token.quantity):
            return None
        return self._measured(index, token.quantity, made)

    def _frequent(self, index: int, frequency: Frequency, made: Callable[..., Slot]) -> Slot:
        """Make the slot of a frequency; a period alone has no comparator, it is its amount that is compared."""
        period = self.pairs.get(index, index)
        bounded = period != index and self._kind(period + 1) == "bound" and frequency.period != DAILY
        told = frequency.low is not None and not self._bounds_dose(index)
        comparator = self._comparator(index) if told else ""
        if period == index + 1 and self._kind(period + 1) == "after":
            comparator = self.tokens[period + 1].value  # 110次/分以上
        if period and self.tokens[period - 1].text in AT_LONGEST:
            comparator = "ge"
        return made(
            kind="frequency",
            frequency=frequency,
            comparator=comparator,
            relation="within" if bounded else "",
        )

    def _bounds_dose(self, index: int) -> bool:
        """Say whether the bound before a frequency is one of the dose that follows at once: 最多每天一次10毫克."""
        following = self.tokens[index + 1].quantity if index + 1 < len(self.tokens) else None
        return following is not None and following.dimension in DOSES

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
        between = quantity.high == len("两次") and bool(self._next_texts(index) & (_BETWEEN | _APART))
        once = quantity.low == quantity.high == 1 and not self._sums_up(index) and quantity.written[-1:] != "下"
        counted = quantity.dimension in {"times", "餐"} and (once or between)
        limb = (
            quantity.dimension in _COUNTS
            and self._kind(index - 1) != "before"
            and bool(self.tokens[index + 1 : index + 2])
            and bool(self.tokens[index + 1].ids & _LIMBS)
        )
        grouped = quantity.unit == "组" and quantity.high == 1 and self._kind(index + 1) in {"quantity", "times"}
        asked = quantity.dimension in TIME and any(t.text.startswith(_ASKED) for t in self.tokens[index + 1 :])
        thin = quantity.unit == "层" and quantity.high == 1
        return counted or limb or grouped or thin or asked

    def _next_texts(self, index: int) -> set[str]:
        """Return the next word, and the one after it where two doses are meant: 两次|之间, 两次|用药|间隔."""
        following = [token.text for token in self.tokens[index + 1 : index + 3]]
        if following and following[0] in _TAKINGS:
            following += [token.text for token in self.tokens[index + 3 : index + 4]]
            return set(following)
        return set(following[:1])

    def _sums_up(self, index: int) -> bool:
        """Say whether a count is all there is: 分1次服, 最多1次, 每组做1次."""
        before = self._last_told(index)
        if before is None or any(token.kind == "per_time" for token in self.tokens[:index]):
            return before is not None  # 每次量一遍
        return before.kind == "before" or before.text.endswith("组") or before.text in _IN_ALL

    def _measured(self, index: int, quantity: Quantity, made: Callable[..., Slot]) -> Slot:
        quantity = self._inherit_unit(index, quantity)
        if self.by_weight and quantity.dimension in _PER_WEIGHT:
            quantity = _per_kilogram(quantity)
        comparator, relation = self._comparator(index), self._relation(index)
        if self.measure and comparator and quantity.dimension == "number":
            quantity = _in_unit_of(quantity, self.measure)
        measured = partial(
            made, quantity=quantity, basis=self._basis(index), direction=direction_at(self.tokens, index)
        )
        if quantity.dimension not in TIME:
            kind = "count" if quantity.dimension in _COUNTS else "quantity"
            return measured(kind=kind, comparator="upto" if relation == "within" else comparator, relation=relation)
        moment = self.tokens[index - 1].value if self._kind(index - 1) == "timing" else ""
        if comparator == "upto":
            return measured(kind="duration", moment=moment, relation="within")
        return measured(kind="duration", moment=moment, comparator=comparator, relation=relation)

    def text(self, index: int) -> str:
        """Return a token with the comparator and bound around it, as a reader would quote it."""
        before = self.tokens[index - 1].text if self._kind(index - 1) in {"before", "per_time", "period"} else ""
        after = self.tokens[index + 1].text if self._kind(index + 1) in {"after", "bound"} else ""
        return before + self.tokens[index].text + after

    def _is_offset(self, index: int) -> bool:
        """Say whether a stretch of time follows that tells how long before or after: 餐后至少2小时."""
        index += self._kind(index) == "before"
        quantity = self.tokens[index].quantity if index < len(self.tokens) else None
        return quantity is not None and quantity.dimension == "second"

    def _kind(self, index: int) -> str:
        return self.tokens[index].kind if 0 <= index < len(self.tokens) else ""

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
        quantity = self.tokens[index].quantity
        if [token.text for token in self.tokens[max(index - 2, 0) : index]] == ["过", "了"]:
            return "" if quantity and quantity.dimension in TIME | {"clock"} else "gt"  # 过了38.5度; 过了2天 only waits
        for offset in range(index - 1, -1, -1):
            token = self.tokens[offset]
            near = offset == index - 1 or (quantity is not None and quantity.dimension == "fold")  # >|正常上限|3倍
            if token.kind == "before" and (len(token.text) > 1 or near or token.text == "约"):
                return token.value
            if "w:最大剂量" in token.ids and token.text != "上限":  # 正常上限 is no bound of what is said
                return "le"
            if token.quantity and offset not in self.periods and offset not in self.pairs:
                break
        return "reach" if index and self.tokens[index - 1].text in _REACHED else ""

    def _relation(self, index: int) -> str:
        before = self.tokens[index - 1].text if self._kind(index - 1) == "bound" else ""
        around = before == "后" and index > 1 and self.tokens[index - 2].text.endswith("前")  # 服药前|后|2小时内
        if around or ("前" in before and "后" not in before and not self._leads(index - 1)):
            return "" if around else "ahead"
        following = self.tokens[index + 1].text if self._kind(index + 1) == "bound" else ""
        named = {"内": "within", "里": "within"}.get(following[-1:])
        if named or "后" in following:
            return named or ("done" if self._is_total(index) else "after")
        if "前" in following:
            return "before"
        return "ordinal" if self._is_nth(index) else self._place_of(index, before)

    def _place_of(self, index: int, before: str) -> str:
        """Return which part of a whole an amount is: the first or last so long, all of it, each."""
        if before:
            return "first" if "前" in before else "behind" if before in _LATER and self._leads(index - 1) else ""
        return "total" if self._is_total(index) else "each" if self._kind(index - 1) == "each" else ""

    def _leads(self, index: int) -> bool:
        """Say whether nothing stands before a token that it could be said of: 后|4个月, not 手术|后|2小时."""
        return self._kind(index - 1) in {"", "stop", "bound", "drug"} or self.tokens[index - 1].text == "的"

    def _is_total(self, index: int) -> bool:
        """Say whether an amount is that of a whole course: 疗程7天, 一共3天."""
        before = self._last_told(index)
        if before is None or before.text.endswith("满") or self.tokens[index].text.endswith(_BRIEF):
            return False  # 吃满|两周去查, 连续用|半个小时
        return before.text in _IN_ALL - _SHARED_OUT or not before.ids.isdisjoint(_COURSES)

    def _last_told(self, index: int) -> Token | None:
        """Return the last token before an index that is more than talk."""
        return next((t for t in reversed(self.tokens[:index]) if t.kind != "light" or t.text in _IN_ALL), None)

    def _is_nth(self, index: int) -> bool:
        """Say whether an amount is one of 第1、3、6个月."""
        before = self.tokens[index - 1].text if index else ""
        listed = index > 1 and before == "、" and self.tokens[index - 2].quantity is not None
        return before == "第" or (listed and self._is_nth(index - 2))

    def _basis(self, index: int) -> str:
        for offset in range(index - 1, -1, -1):
            token = self.tokens[offset]
            if token.kind == "per_time" or (
                token.kind == "times" and offset not in self.pairs and token.text in {"一次", "1次"}
            ):
                return "time"
            if offset in self.periods and offset not in self.pairs.values():
                return self.periods[offset]
            every = token.quantity and (self._every(offset, token.quantity) or self._in_all(offset, index))
            if every:
                return every
        if self._kind(index + 1) == "period" and self.tokens[index + 1].text[0] == "/":
            return self.periods[index + 1]  # 30mg/日
        return "time" if self._kind(index + 1) == "per_time" else ""

    def _in_all(self, start: int, end: int) -> str:
        """Return the stretch of time in which an amount is taken in all: 5天吃30毫克."""
        stretch, amount = self.tokens[start].quantity, self.tokens[end].quantity
        if stretch is None or amount is None or stretch.dimension not in TIME or amount.dimension not in DOSES:
            return ""
        opens = all(token.kind in {"drug", "word"} and not token.ids & _COUNTED_FROM for token in self.tokens[:start])
        taken = 0 < end - start - 1 <= _MOST_BETWEEN and all(
            token.kind in {"light", "before"} for token in self.tokens[start + 1 : end]
        )
        return f"{stretch.dimension} {stretch.low}" if opens and taken and not stretch.is_range else ""

    def _every(self, index: int, quantity: Quantity) -> str:
        """Return the period that a range of time makes: 每2~4周."""
        if not quantity.is_range or quantity.dimension not in TIME or not index:
            return ""
        every = self.tokens[index - 1].text in {"每", "每隔"}
        return f"{quantity.dimension} {quantity.low}~{quantity.high}" if every else ""


def _parts_of_day(token: Token) -> int:
    """Return how many times of day a word names, for 早晚各一次, 早饭后、晚饭后各一次 and 三餐后各一次."""
    if token.text.startswith("三餐"):
        return 3
    return 1 if token.value.endswith(_MEALS) else DAYPARTS.get(token.value, 0)


def _with_counts(tokens: Sequence[Token]) -> list[Token]:
    """Read 50下 of a minute and 两顿 of a day as so many times."""
    return [_as_times(token) if token.quantity and _counts(tokens, n) else token for n, token in enumerate(tokens)]


def _counts(tokens: Sequence[Token], index: int) -> bool:
    quantity = tokens[index].quantity
    if quantity is None:
        return False
    if quantity.unit in {"下", "跳"}:
        done = index > 0 and tokens[index - 1].text in {"做", "练", "练习"}
        beaten = done or any(not _STROKES.isdisjoint(token.text) for token in tokens)
        return beaten or any(
            token.text.endswith(("分钟", "每分")) or token.text in _EVERY_HOUR for token in tokens[:index]
        )
    per = any(token.kind == "period" or token.text in _IN_A_DAY for token in tokens[max(index - 2, 0) : index])
    following = tokens[index + 1].text if index + 1 < len(tokens) else ""
    return per and quantity.unit in {"顿", "针"} and following not in {"饭", "餐", "疫苗"}


def _as_times(token: Token) -> Token:
    quantity = token.quantity and replace(token.quantity, dimension="times", unit="次")
    return token._replace(kind="times", quantity=quantity)


def _per_kilogram(quantity: Quantity) -> Quantity:
    dimension = quantity.dimension if quantity.dimension.endswith("/kg") else f"{quantity.dimension}/kg"
    return replace(quantity, dimension=dimension)


def _in_unit_of(quantity: Quantity, model: Quantity) -> Quantity:
    low, high = quantity.low * model.factor, quantity.high * model.factor
    return replace(quantity, dimension=model.dimension, low=low, high=high, unit=model.unit, factor=model.factor)
