"""A text as medical statements: who or what, how much, how often, when, on which condition, with which force.

A sentence falls into segments at its commas and into units at its operators (不要, 可能, 应 …). A unit is what one
operator governs; a slot is a quantity, frequency, time or route with the thing it belongs to; a condition limits the
units it governs. Reads one text alone and compares nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import lru_cache

from narrowcast.domain.control.facts.lexer import FREQUENCY_CODES, NIGHTLY, Token, lex
from narrowcast.domain.control.facts.normalization import bare, normalize
from narrowcast.domain.control.facts.quantities import Quantity
from narrowcast.domain.control.facts.tables.markers import DAYPARTS
from narrowcast.domain.control.facts.tables.units import DOSES, TIME

Features = frozenset[str]
Option = tuple[Features, ...]
"""One alternative of a condition: for each of its content words, what that word may mean."""
_NONE: Features = frozenset()
_OPERATORS = frozenset({"negation", "force", "certainty"})
_CONTENT = frozenset(
    {"word", "food", "drug", "population", "timing", "route", "condition", "unknown", "closer", "opener", "bound"}
)
_PROHIBITIONS = frozenset({"forbid", "cannot", "avoid", "unfit", "careful", "prevent"})
_AND = frozenset({"且", "并", "并且", "而且", "同时", "又", "还", "及"})
_OR = frozenset({"或", "或者", "和", "与", "以及", "还是", "、"})
_PERIOD_UNITS = frozenset({"天", "日", "周", "星期", "个星期", "年", "个月", "小时", "分钟"})
_PHASES = ("期", "期间", "急性发作")
_NOT_PHASES = frozenset({"早期", "初期", "中期", "晚期", "后期", "前期", "末期", "短期", "长期", "近期", "定期", "周期", "经期"})
_ATTRIBUTES = frozenset({"未", "没", "没有", "无", "非", "已", "已经"})
_ONSETS = frozenset({"w:发生", "w:持续"})


@dataclass(frozen=True, slots=True)
class Frequency:
    """So many times in so long; `low` is None where only the period is said (每日)."""

    low: Fraction | None
    high: Fraction | None
    period: str


@dataclass(frozen=True, slots=True)
class Slot:
    """One measured or timed part of a statement and what it hangs on.

    `near` are the content words of its segment, `beside` those of the segment it is the condition of, `drugs` and `measures` what it belongs to, `basis` whether an amount
    is per time or per period, `relation` whether a stretch of time is within, after or before.
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


@dataclass(frozen=True, slots=True)
class Unit:
    """What one operator governs: `scope` is what stands under it, `context` the rest of its segment and its topic."""

    text: str
    segment: int
    sentence: int
    scope: Features
    context: Features
    negations: tuple[str, ...] = ()
    force: str = ""
    certainties: Features = _NONE
    conditional: bool = False
    is_topic: bool = False
    governs_itself: bool = True
    inherited_force: str = ""


@dataclass(frozen=True, slots=True)
class Condition:
    """A limit on what its text says: every part must hold, and of a part one alternative is enough."""

    text: str
    parts: tuple[tuple[Option, ...], ...]
    quantities: tuple[Quantity, ...]
    typed: str
    segments: frozenset[int]
    reaches: frozenset[int]


@dataclass(frozen=True, slots=True)
class Statement:
    """Everything that one text says."""

    text: str
    bare: str
    tokens: tuple[Token, ...]
    units: tuple[Unit, ...]
    slots: tuple[Slot, ...]
    conditions: tuple[Condition, ...]
    urgencies: Features
    features: Features
    ids: Features
    characters: Features
    excepts: bool
    plain: str
    segments: tuple[str, ...]
    topics: dict[int, Features]


@dataclass(slots=True)
class _Segment:
    number: int
    sentence: int
    tokens: list[Token]
    announces: bool = False
    conditional: set[int] = field(default_factory=set)


@lru_cache(maxsize=4096)
def read_statement(text: str) -> Statement:
    """Read a text (normalized here) as statements."""
    spelling = normalize(text)
    tokens = lex(spelling)
    segments = _segments(tokens)
    for segment in segments:
        segment.conditional = _condition_span(segment, segments)
    return Statement(
        text=spelling,
        bare=bare(text),
        tokens=tuple(tokens),
        units=tuple(_units(segments)),
        slots=tuple(_slots(segments)),
        conditions=tuple(_conditions(segments)),
        urgencies=_values(tokens, "urgency"),
        features=features_of(tokens),
        ids=frozenset(identifier for token in tokens for identifier in token.ids | token.parts),
        excepts=any(map(_excepts, segments)),
        plain="".join("\0" if token.kind == "drug" else token.text for token in tokens),
        characters=frozenset(spelling),
        segments=tuple("".join(token.text for token in segment.tokens) for segment in segments),
        topics={segment.number: _subject(segment) for segment in segments},
    )


def features_of(tokens: Iterable[Token]) -> Features:
    """Return what the content words of some tokens mean, and the unknown runs between them in pairs of characters."""
    found: set[str] = set()
    run = ""
    for token in tokens:
        if token.kind == "unknown":
            run += token.text
            continue
        found.update(_pairs(run))
        run = ""
        found.update(_meaning(token))
    found.update(_pairs(run))
    return frozenset(found)


def _pairs(run: str) -> Iterable[str]:
    return (run[i : i + 2] for i in range(max(len(run) - 1, 1))) if run else ()


def _meaning(token: Token) -> Iterable[str]:
    if token.kind in {"population", "timing", "condition", "side"}:
        return [f"{token.kind}:{value}" for value in token.value.split("|")]
    return token.ids if token.kind in {"word", "food", "drug", "route"} else ()


def _values(tokens: Iterable[Token], kind: str) -> Features:
    return frozenset(token.value for token in tokens if token.kind == kind)


def _segments(tokens: Sequence[Token]) -> list[_Segment]:
    segments: list[_Segment] = []
    sentence, current = 0, []
    for index, token in enumerate(tokens):
        if token.kind != "stop" or (token.value == "list" and not _parts_statements(tokens, index)):
            current.append(token)
            continue
        if current:
            segments.append(_Segment(len(segments), sentence, current, announces=token.value == "topic"))
            current = []
        sentence += token.value == "end"
    if current:
        segments.append(_Segment(len(segments), sentence, current))
    return segments


def _parts_statements(tokens: Sequence[Token], index: int) -> bool:
    """Say whether a list comma stands between two measured statements (禁食8小时、禁水2小时), not between two things."""
    before = next((i for i in range(index - 1, -1, -1) if tokens[i].kind == "stop"), -1)
    after = next((i for i in range(index + 1, len(tokens)) if tokens[i].kind == "stop"), len(tokens))
    return all(
        any(t.quantity for t in side) and features_of(side) for side in (tokens[before + 1 : index], tokens[index + 1 : after])
    )


# ---- conditions -----------------------------------------------------------------------------------------------------


def _condition_span(segment: _Segment, segments: Sequence[_Segment]) -> set[int]:
    """Return the indexes of the tokens of a segment that state a condition."""
    tokens, span, start, opened = segment.tokens, set[int](), 0, False
    for index, token in enumerate(tokens):
        if token.kind == "opener":
            start, opened = index, True
        elif token.kind == "word" and token.text.endswith(_PHASES) and token.text not in _NOT_PHASES:
            span.update(range(start, index + 1))
            start, opened = index + 1, False
        elif token.kind in {"closer", "bound"} and _closes(tokens, start, index):
            span.update(range(start, index + 1))
            start, opened = index + 1, False
        elif token.kind == "force" and opened and index == start + 1:
            continue
        elif token.kind in {"certainty", "light"} and index == start:
            start += 1
        elif token.kind in {"population", "condition"}:
            span.update(range(_narrowed_from(tokens, start, index), index + 1))
        elif _ends_condition(token):
            if opened:
                span.update(range(start, index))
            start, opened = index + 1, False
    span.update(_attribute(tokens))
    if opened and not _gives_examples(segment, segments):
        span.update(range(start, len(tokens)))
    elif not span and _is_onset(segment, segments):
        span.update(range(len(tokens)))
    return span


def _narrowed_from(tokens: Sequence[Token], start: int, index: int) -> int:
    """Return where what narrows a population begins: 肾功能正常的|成人, 6个月以上|儿童."""
    if tokens[index].kind == "population" and index > start and tokens[index - 1].text == "的":
        return start
    while index > start and (tokens[index - 1].quantity or tokens[index - 1].kind in {"after", "before"}):
        index -= 1
    return index


def _attribute(tokens: Sequence[Token]) -> Iterable[int]:
    """Return the indexes of an attribute that narrows what it stands before: 未开封的胰岛素."""
    for index, token in enumerate(tokens):
        if token.text in _ATTRIBUTES:
            end = next((i for i in range(index + 1, min(index + 4, len(tokens))) if tokens[i].text == "的"), None)
            if end and end + 1 < len(tokens):
                yield from range(index, end + 1)


def _closes(tokens: Sequence[Token], start: int, index: int) -> bool:
    """Say whether a closing word has something before it to close; 后 and 前 after a bare stretch of time do too."""
    return any(
        token.kind in {"word", "food", "drug", "unknown", "quantity", "timing", "route"}
        for token in tokens[start:index]
    )


def _ends_condition(token: Token) -> bool:
    return token.kind in {"force", "urgency"} or (token.kind == "negation" and token.value in _PROHIBITIONS)


def _gives_examples(segment: _Segment, segments: Sequence[_Segment]) -> bool:
    """Say whether 如 means `such as`: nothing follows in the sentence that the condition could govern."""
    following = segments[segment.number + 1 : segment.number + 2]
    return not following or following[0].sentence != segment.sentence


def _is_onset(segment: _Segment, segments: Sequence[_Segment]) -> bool:
    """Say whether a segment without operator tells what happens before the next one tells what to do."""
    following = segments[segment.number + 1 : segment.number + 2]
    if not following or following[0].sentence != segment.sentence:
        return False
    begins = any(token.kind in {"force", "urgency"} for token in following[0].tokens[:3])
    happens = any(token.ids & _ONSETS or token.kind in {"before", "after"} for token in segment.tokens)
    commands = any(_ends_condition(token) for token in segment.tokens)
    return begins and happens and not commands


def _conditions(segments: Sequence[_Segment]) -> Iterable[Condition]:
    for segment in segments:
        for span in _runs(sorted(segment.conditional)):
            tokens = [segment.tokens[index] for index in span]
            typed = next((token.value for token in tokens if token.kind == "condition"), "")
            if typed == "per_kg":
                continue
            parts = tuple(part for part in map(_alternatives, _split(tokens, _AND)) if part)
            quantities = tuple(token.quantity for token in tokens if token.quantity)
            if parts or quantities:
                text = "".join(token.text for token in tokens)
                governed = _governed(segment, segments)
                yield Condition(text, parts, quantities, typed, governed, governed | _reached(segment, segments))


def _runs(indexes: Sequence[int]) -> Iterable[list[int]]:
    run: list[int] = []
    for index in indexes:
        if run and index != run[-1] + 1:
            yield run
            run = []
        run.append(index)
    if run:
        yield run


def _split(tokens: Sequence[Token], at: frozenset[str]) -> list[list[Token]]:
    groups: list[list[Token]] = [[]]
    for token in tokens:
        if token.text in at:
            groups.append([])
        else:
            groups[-1].append(token)
    return groups


def _alternatives(tokens: Sequence[Token]) -> tuple[Option, ...]:
    return tuple(option for group in _split(tokens, _OR) if (option := _option(group)))


def _option(tokens: Sequence[Token]) -> Option:
    words = tuple(meaning for token in tokens if (meaning := frozenset(_meaning(token))))
    unknown = features_of(token for token in tokens if token.kind in {"unknown", "light"})
    return words + tuple(frozenset({pair}) for pair in sorted(unknown))


def _governed(segment: _Segment, segments: Sequence[_Segment]) -> frozenset[int]:
    """Return the numbers of the segments that a condition in this one limits."""
    same = [other for other in segments if other.sentence == segment.sentence]
    if _excepts(segment):
        return frozenset(other.number for other in same)
    if _stands_alone(segment):
        later = [other for other in same if other.number > segment.number]
        return frozenset({segment.number, *_until_next_condition(later)})
    if _says_nothing_else(segment):
        return frozenset(other.number for other in same if other.number <= segment.number)
    return frozenset({segment.number})


def _reached(segment: _Segment, segments: Sequence[_Segment]) -> frozenset[int]:
    """Return the segments a condition may still be meant for: its own and those after it, up to the next condition."""
    later = [other for other in segments[segment.number + 1 :] if other.sentence == segment.sentence]
    end = next((i for i, other in enumerate(later) if other.conditional and not _stands_alone(segment)), len(later))
    return frozenset({segment.number, *(other.number for other in later[:end])})


def _excepts(segment: _Segment) -> bool:
    return any(token.kind == "except" for token in segment.tokens) or (
        segment.tokens[0].text in {"除", "除了"} and any(token.text in {"外", "以外", "之外"} for token in segment.tokens)
    )


def _until_next_condition(segments: Sequence[_Segment]) -> Iterable[int]:
    governed_any = False
    for segment in segments:
        if governed_any and segment.conditional and _stands_alone(segment):
            return
        governed_any = governed_any or not _stands_alone(segment)
        yield segment.number


def _stands_alone(segment: _Segment) -> bool:
    """Say whether a segment is a condition and nothing else."""
    rest = [token for index, token in enumerate(segment.tokens) if index not in segment.conditional]
    return (
        bool(segment.conditional) and not features_of(rest) and not any(_ends_condition(t) or t.quantity for t in rest)
    )


def _says_nothing_else(segment: _Segment) -> bool:
    """Say whether nothing but light words stands beside the condition: 遵医嘱服用."""
    rest = [token for index, token in enumerate(segment.tokens) if index not in segment.conditional]
    return not features_of(rest) and not any(token.quantity or token.kind in _OPERATORS for token in rest)


def _rest_features(segment: _Segment) -> Features:
    return features_of(token for index, token in enumerate(segment.tokens) if index not in segment.conditional)


def _subject(segment: _Segment) -> Features:
    """Return what a segment names before its first operator, medicines and people apart."""
    first = next((index for index, token in enumerate(segment.tokens) if token.kind in {"negation", "force"}), 0)
    features = features_of(segment.tokens[index] for index in range(first) if index not in segment.conditional)
    return frozenset(feature for feature in features if not feature.startswith(("d:", "population:")))


# ---- units ----------------------------------------------------------------------------------------------------------


def _units(segments: Sequence[_Segment]) -> Iterable[Unit]:
    topic, previous, force = _NONE, _NONE, ""
    for segment in segments:
        near = features_of(segment.tokens)
        groups = _operator_groups(segment)
        certainties: Features = _NONE
        carried = force if segments[segment.number - 1].sentence == segment.sentence else ""
        for position, group in enumerate(groups):
            certainties |= _values(group[0], "certainty")
            unit = _unit(segment, *group, near | topic, _rest_features(segment) or near | previous)
            leads = not group[0] and (segment.announces or position < len(groups) - 1)
            yield replace(unit, certainties=certainties, is_topic=leads, inherited_force=carried)
            force = unit.force or force
        topic = frozenset(f for f in near if f.startswith("d:")) or topic
        previous = near or previous


def _unit(
    segment: _Segment,
    operators: list[Token],
    tokens: list[Token],
    conditional: bool,
    around: Features,
    fallback: Features,
) -> Unit:
    """Make the unit of some operators and what follows them; with nothing after them they govern what went before."""
    scope = features_of(tokens) | _amounts(tokens) | frozenset(part for token in tokens for part in token.parts)
    return Unit(
        text="".join(token.text for token in operators + tokens),
        segment=segment.number,
        sentence=segment.sentence,
        scope=scope or fallback,
        context=around - scope,
        negations=tuple(token.value for token in operators if token.kind == "negation"),
        force=_force(operators),
        conditional=conditional,
        governs_itself=bool(scope),
    )


def _amounts(tokens: Iterable[Token]) -> Features:
    amounts = (f"q:{t.quantity.dimension}:{t.quantity.low}" for t in tokens if t.quantity)
    return frozenset({*amounts, *(f"q:per:{token.value}" for token in tokens if token.kind == "period")})


def _force(operators: Sequence[Token]) -> str:
    forces = [token.value for token in operators if token.kind == "force"]
    return next((force for force in ("must", "may", "fine", "recommend", "should") if force in forces), "")


def _operator_groups(segment: _Segment) -> list[tuple[list[Token], list[Token], bool]]:
    """Split a segment at its operators and conditions; an operator before a condition reaches over it."""
    groups: list[tuple[list[Token], list[Token], bool]] = []
    reaching: list[Token] = []
    for index, token in enumerate(segment.tokens):
        conditional = index in segment.conditional
        starts = not groups or groups[-1][2] != conditional
        if starts and conditional and groups and groups[-1][0] and not features_of(groups[-1][1]):
            reaching = groups.pop()[0]
        if starts or (token.kind in _OPERATORS and features_of(groups[-1][1])):
            groups.append(([] if conditional else reaching, [], conditional))
            reaching = reaching if conditional else []
        groups[-1][token.kind not in _OPERATORS].append(token)
    if reaching:
        groups.append((reaching, [], False))
    return [group for group in groups if group[0] or features_of(group[1])]


# ---- slots ----------------------------------------------------------------------------------------------------------


def _slots(segments: Sequence[_Segment]) -> Iterable[Slot]:
    drugs: Features = _NONE
    for segment in segments:
        owners = _owners(segment.tokens, drugs)
        yield from _segment_slots(segment, owners, features_of(segment.tokens), _beside(segment, segments))
        drugs = owners[-1]


def _owners(tokens: Sequence[Token], inherited: Features) -> list[Features]:
    """Return the medicine each token belongs to: the last named before it, else the first after it, else inherited."""
    first = next((index for index, token in enumerate(tokens) if token.kind == "drug"), None)
    current = inherited if first is None else tokens[first].ids
    owners, joined = [], False
    for index, token in enumerate(tokens):
        if token.kind == "drug":
            current = current | token.ids if joined and index != first else token.ids
        joined = token.text in _OR or (joined and token.kind == "light") or token.kind == "drug"
        owners.append(current)
    return [*owners, current]


def _beside(segment: _Segment, segments: Sequence[_Segment]) -> Features:
    """Return what the next segment speaks of when this one is only its condition."""
    following = segments[segment.number + 1 : segment.number + 2]
    return features_of(following[0].tokens) if following and _stands_alone(segment) else _NONE


def _segment_slots(segment: _Segment, owners: Sequence[Features], near: Features, beside: Features) -> Iterable[Slot]:
    reading = _Reading(segment.tokens)
    inherits = not any(token.kind == "drug" for token in segment.tokens)
    for index, token in enumerate(segment.tokens):
        for kind, details in reading.slots(index, token):
            yield Slot(
                kind, reading.text(index), segment.number, near, beside, owners[index], inherits=inherits, **details
            )


class _Reading:
    """The times, periods, comparators and bases of one segment, each with the quantity it works on."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        self.tokens = tokens
        self.periods = {index: period for index in range(len(tokens)) if (period := self._period(index))}
        self.pairs = self._pair_times()
        self.each = any(token.kind == "each" for token in tokens)
        self.parts = sum(DAYPARTS.get(t.value, 0) for t in tokens if t.kind == "timing")

    def slots(self, index: int, token: Token) -> Iterable[tuple[str, dict[str, object]]]:
        """Give the slots of one token; 每晚 is a period and a time of day."""
        slot = self.slot(index, token)
        if slot:
            yield slot
        if token.text in NIGHTLY:
            yield "timing", {"value": NIGHTLY[token.text]}

    def slot(self, index: int, token: Token) -> tuple[str, dict[str, object]] | None:
        """Return the kind and the details of the slot a token makes, if it makes one."""
        if token.kind == "frequency":
            times, seconds = FREQUENCY_CODES[token.text]
            return "frequency", {"frequency": Frequency(Fraction(times), Fraction(times), f"second {seconds}")}
        if index in self.periods:
            taken = index in self.pairs.values()
            return None if taken else ("frequency", {"frequency": Frequency(None, None, self.periods[index])})
        if token.kind == "times":
            return self._times(index, token)
        if token.kind == "each" and not any(t.kind == "times" for t in self.tokens) and self.parts > 1:
            number = Fraction(self.parts)
            return "frequency", {"frequency": Frequency(number, number, "second 86400")}
        if token.kind == "timing":
            return "timing", {"value": token.value, "basis": "each" if self.each and token.value in DAYPARTS else ""}
        if token.kind == "route":
            return "route", {"value": token.value}
        if token.quantity is None or (token.quantity.dimension == "餐" and token.quantity.high == 1):
            return None
        return self._amount(index, token)

    def text(self, index: int) -> str:
        """Return a token with the comparator and bound around it, as a reader would quote it."""
        before = (
            self.tokens[index - 1].text
            if index and self.tokens[index - 1].kind in {"before", "per_time", "period"}
            else ""
        )
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
        if self._kind(index + 1) in {"bound", "after"} or self._kind(index - 1) == "before":
            return False
        later = self.tokens[index + 1 :]
        single = quantity.written[0] in "一1" and quantity.unit in _PERIOD_UNITS
        if not single:
            once = any(t.kind == "times" and t.quantity and t.quantity.high == 1 for t in later)
            return once and not any(t.text in {"再", "过", "等", "满"} for t in self.tokens)
        counts = any(t.kind in {"times", "each"} or (t.quantity and t.quantity.dimension not in TIME) for t in later)
        timed = quantity.unit in {"天", "日"} and any(
            t.quantity and t.quantity.unit.endswith(("小时", "分钟")) for t in later
        )
        days = quantity.unit not in {"天", "日", "小时", "分钟"} and any(t.quantity and t.quantity.unit in {"天", "日"} for t in later)
        return counts or timed or days

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

    def _times(self, index: int, token: Token) -> tuple[str, dict[str, object]] | None:
        quantity = token.quantity
        if quantity is None:
            return None
        parts = self.parts if self.each and self.parts > 1 else 1
        low, high = quantity.low * parts, quantity.high * parts
        details: dict[str, object] = {"comparator": self._comparator(index)}
        if index in self.pairs or parts > 1:
            period = self.periods[self.pairs[index]] if index in self.pairs else "second 86400"
            return "frequency", {"frequency": Frequency(low, high, period), **details}
        if low == high == 1:
            return None
        return "count", {"quantity": quantity, **details}

    def _amount(self, index: int, token: Token) -> tuple[str, dict[str, object]]:
        quantity = token.quantity
        assert quantity is not None  # noqa: S101 - the caller has looked
        quantity = self._inherit_unit(index, quantity)
        if any(t.value == "per_kg" for t in self.tokens) and quantity.dimension in DOSES:
            quantity = _per_kilogram(quantity)
        kind = (
            "duration" if quantity.dimension in TIME else "count" if quantity.dimension in {"个", "项"} else "quantity"
        )
        comparator, relation = self._comparator(index), self._relation(index)
        if relation == "within" and kind != "duration":
            comparator, relation = "upto", ""
        if kind == "duration" and comparator == "upto":
            comparator, relation = "", "within"
        moment = self.tokens[index - 1].value if kind == "duration" and self._kind(index - 1) == "timing" else ""
        return kind, {
            "quantity": quantity,
            "comparator": comparator,
            "relation": relation,
            "moment": moment,
            "basis": self._basis(index),
        }

    def _inherit_unit(self, index: int, quantity: Quantity) -> Quantity:
        """Give a bare number in a list the unit that closes the list: 1、3、6个月."""
        if quantity.dimension != "number" or self._kind(index + 1) not in {"stop", "light"}:
            return quantity
        for offset in range(index + 1, len(self.tokens)):
            token = self.tokens[offset]
            if token.quantity and token.quantity.dimension != "number":
                return _in_unit_of(quantity, token.quantity)
            if token.quantity is None and token.text not in _OR:
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
            if token.quantity and not (offset in self.periods or token.quantity.dimension in TIME):
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


def _per_kilogram(quantity: Quantity) -> Quantity:
    dimension = quantity.dimension if quantity.dimension.endswith("/kg") else f"{quantity.dimension}/kg"
    return replace(quantity, dimension=dimension)


def _in_unit_of(quantity: Quantity, model: Quantity) -> Quantity:
    low, high = quantity.low * model.factor, quantity.high * model.factor
    return replace(quantity, dimension=model.dimension, low=low, high=high, unit=model.unit, factor=model.factor)
