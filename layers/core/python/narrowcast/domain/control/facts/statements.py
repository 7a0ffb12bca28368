"""A text as medical statements: who or what, how much, how often, when, on which condition, with which force.

A sentence falls into segments at its commas and into units at its operators (不要, 可能, 应 …); a unit is what one
operator governs. Reads one text alone and compares nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

from narrowcast.domain.control.facts.clauses import Clause, clauses_of
from narrowcast.domain.control.facts.conditions import Condition, conditions_of
from narrowcast.domain.control.facts.equivalents import without_repetitions
from narrowcast.domain.control.facts.lexer import Token, lex
from narrowcast.domain.control.facts.normalization import normalize
from narrowcast.domain.control.facts.once import once
from narrowcast.domain.control.facts.phrases import plainly
from narrowcast.domain.control.facts.reach import excepts
from narrowcast.domain.control.facts.segments import (
    NOTHING,
    OPERATORS,
    OR,
    Features,
    Segment,
    amounts_of,
    drugs_of,
    features_of,
    names_something,
    people_of,
    repeated_items,
    segments_of,
    values,
)
from narrowcast.domain.control.facts.slots import Slot, slots_of
from narrowcast.domain.control.facts.spans import condition_span
from narrowcast.domain.control.facts.tables.units import DOSES

_VERDICTS = frozenset({"提示", "说明", "表明", "表示", "意味着", "属于"})
"""What ends the scope of an operator before it: 不能平卧|提示加重."""


_ALSO = frozenset({"且", "并且", "而且"})
_TO_WHOM = frozenset({"给", "替", "帮"})
"""What names for whom something is done, amid what is said of it: 不要用酒精|给孩子|擦身."""
_RULES = frozenset({"negation", "force"})
_NARROWING = frozenset({"word", "drug"})
_NEUTRAL = frozenset({"careful", "otherwise"})
"""What neither denies nor forbids."""
_DOING = frozenset({"word", "unknown", "light"})
_MEASURING = frozenset({"quantity", "before", "after", "light"})
_REACHING = frozenset({"never", "forbid", "cannot", "avoid", "unfit", "needless"})
_CASES = ("尤其", "特别是", "特别要", "更是")
"""How a clause begins that only names cases of what was just denied: 避免饮酒，尤其是啤酒."""


@dataclass(unsafe_hash=True)  # frozen ones take a call for every field to make
class Unit:
    """What one operator governs: `scope` is what stands under it, `context` the rest of its segment and its topic.

    A topic stands before the operator of its segment; a unit that does not govern itself borrows its scope from what
    went before; `attribute` is what stands before 的 in its scope, `inherited_force` the force of the segments before
    it in the sentence.
    """

    text: str
    segment: int
    sentence: int
    scope: Features
    context: Features
    negations: tuple[str, ...] = ()
    force: str = ""
    certainties: Features = NOTHING
    urgencies: Features = NOTHING
    conditional: bool = False
    is_topic: bool = False
    governs_itself: bool = True
    asks: bool = False
    inherited_force: str = ""
    attribute: Features = NOTHING

    @once
    def whole(self) -> Features:
        """What it governs and what stands around."""
        return self.scope | self.context

    @once
    def drugs(self) -> Features:
        """The medicines among all that."""
        return drugs_of(self.whole)

    @once
    def is_amount(self) -> bool:
        """Whether all that it governs is an amount."""
        return bool(self.scope) and all(feature.startswith("q:") for feature in self.scope)

    @once
    def is_negative(self) -> bool:
        """Whether it denies or forbids: two negations cancel out, what ends before something (起床前) does neither."""
        if not self.negations or (self.conditional and self.text.endswith("前")):
            return False
        return len([negation for negation in self.negations if negation not in _NEUTRAL]) % 2 == 1

    @property
    def asserts(self) -> bool:
        """Whether it says that something is so or is to be done: it names no case, topic or question."""
        return not (self.conditional or self.is_topic or self.asks)


@dataclass  # frozen ones take a call for every field to make
class Statement:
    """Everything that one text says.

    `plain` is the text with its medicines blanked, to look words up in; `repeated` are the items that a list has twice,
    `topics` what each segment names before its first operator, `marked` the segments with their conditions,
    `elsewhere` what the text that it is a part of names and it does not.
    """

    text: str
    tokens: tuple[Token, ...]
    units: tuple[Unit, ...]
    slots: tuple[Slot, ...]
    conditions: tuple[Condition, ...]
    features: Features
    ids: Features
    characters: Features
    excepts: bool
    plain: str
    segments: tuple[str, ...]
    repeated: Features
    clauses: tuple[Clause, ...]
    topics: dict[int, Features]
    marked: Sequence[Segment]
    elsewhere: Features = NOTHING

    def __hash__(self) -> int:
        return hash(self.text) + len(self.tokens)

    def limits_on(self, segment: int) -> Sequence[Condition]:
        """Return the conditions that limit a segment."""
        return self._limits.get(segment, ())

    @once
    def _limits(self) -> dict[int, list[Condition]]:
        limits: dict[int, list[Condition]] = defaultdict(list)
        for condition in self.conditions:
            for segment in condition.segments:
                limits[segment].append(condition)
        return dict(limits)

    def amounts_beside(self, slot: Slot) -> Features:
        """Return the other amounts in the segment of a slot."""
        return amounts_of(s.quantity for s in self._amounts.get(slot.segment, ()) if s is not slot)

    @once
    def _amounts(self) -> dict[int, list[Slot]]:
        """The slots with an amount, by their segments."""
        amounts: dict[int, list[Slot]] = defaultdict(list)
        for slot in self.slots:
            if slot.quantity:
                amounts[slot.segment].append(slot)
        return dict(amounts)

    def measured_in(self, segment: int) -> Sequence[Slot]:
        """Return the slots of a segment that have an amount."""
        return self._amounts.get(segment, ())

    def of_kind(self, kind: str) -> Sequence[Token]:
        """Return the tokens of a kind, in order."""
        return self._by_kind.get(kind, ())

    @once
    def _by_kind(self) -> dict[str, list[Token]]:
        kinds: dict[str, list[Token]] = {}
        for token in self.tokens:
            kinds.setdefault(token.kind, []).append(token)
        return kinds

    def units_in(self, segment: int) -> Sequence[Unit]:
        """Return the units of a segment."""
        return self._units_by_segment.get(segment, ())

    @once
    def _units_by_segment(self) -> dict[int, list[Unit]]:
        units: dict[int, list[Unit]] = {}
        for unit in self.units:
            units.setdefault(unit.segment, []).append(unit)
        return units

    @once
    def doses(self) -> Features:
        """What kinds of doses it measures: parts of facts without them cannot carry them."""
        measured = (slot.quantity.dimension for slot in self.slots if slot.quantity)
        return frozenset(dimension for dimension in measured if dimension in DOSES)

    @once
    def certainties(self) -> dict[int, Features]:
        """How sure each sentence is, over all of its clauses."""
        sure: dict[int, Features] = defaultdict(frozenset)
        for unit in self.units:
            sure[unit.sentence] |= unit.certainties
        return dict(sure)


def read_statement(text: str) -> Statement:
    """Read a text (normalized here) as statements."""
    spelling, tokens = tokens_of(text)
    return statement_of(tokens, spelling)


@lru_cache(maxsize=512)
def tokens_of(text: str) -> tuple[str, tuple[Token, ...]]:
    """Return a text in plain spelling, and its words in order."""
    spelling = plainly(normalize(text))
    return spelling, tuple(without_repetitions(lex(spelling)))


def statement_of(tokens: Sequence[Token], text: str = "") -> Statement:
    """Read tokens as statements; `text` is what they are the words of, where that is more than they spell."""
    spelling = "".join([token.text for token in tokens])
    segments = _marked(tokens)
    return Statement(
        text=text or spelling,
        tokens=tuple(tokens),
        units=tuple(_units(segments)),
        slots=tuple(slots_of(segments)),
        conditions=tuple(conditions_of(segments)),
        features=NOTHING.union(*[segment.features for segment in segments]),
        ids=ids_in(tokens),
        excepts=any(map(excepts, segments)),
        plain="".join(["\0" if token.kind == "drug" else token.text for token in tokens]),
        characters=frozenset(spelling),
        segments=tuple(["".join([token.text for token in segment.tokens]) for segment in segments]),
        clauses=clauses_of(segments),
        repeated=NOTHING.union(*[repeated_items(one.tokens) for one in segments if not OR.isdisjoint(one.texts)]),
        topics={segment.number: _subject(segment) for segment in segments},
        marked=segments,
    )


def ids_in(tokens: Iterable[Token]) -> Features:
    """Return every group of meaning that some words, or words inside them, belong to."""
    return NOTHING.union(*[token.ids for token in tokens], *[token.parts for token in tokens if token.parts])


def marked_segments(tokens: Sequence[Token]) -> Sequence[Segment]:
    """Cut tokens into segments and mark what in them states a condition."""
    return _marked_segments(tuple(tokens))


@lru_cache(maxsize=1024)
def _marked_segments(tokens: tuple[Token, ...]) -> Sequence[Segment]:
    return _marked(tokens)


def _marked(tokens: Sequence[Token]) -> Sequence[Segment]:
    segments = segments_of(tokens)
    spans = [condition_span(segment, segments) for segment in segments]
    for segment, span in zip(segments, spans, strict=True):
        if span:
            segment.mark(frozenset(span))
    return segments


@lru_cache(maxsize=512)
def read_fact(text: str) -> Statement:
    """Read the text of a fact; facts come again with every sentence that cites them, sentences do not."""
    return read_statement(text)


def _subject(segment: Segment) -> Features:
    """Return what a segment names before its first operator, medicines and people apart."""
    if _RULES.isdisjoint(segment.kinds):
        return NOTHING
    first = next((index for index, token in enumerate(segment.tokens) if token.kind in _RULES), 0)
    features = features_of([segment.tokens[index] for index in range(first) if index not in segment.conditional])
    return features - drugs_of(features) - people_of(features)


@dataclass(slots=True)
class _Group:
    """Operators side by side and the tokens they stand before."""

    conditional: bool
    operators: list[Token] = field(default_factory=list)
    tokens: list[Token] = field(default_factory=list)

    def is_proviso(self) -> bool:
        """Say whether it only limits what stands before it: 是否停药|由医生决定."""
        return self.conditional and any(token.kind == "condition" for token in self.tokens)

    def scope(self) -> Features:
        """Return what stands under the operators."""
        parts = [token.parts for token in self.tokens if token.parts]
        return features_of(self.tokens).union(_amounts(self.tokens), *parts)

    def says_something(self) -> bool:
        """Say whether it holds operators, names or measures anything."""
        return bool(self.operators) or names_something(self.tokens) or bool(_amounts(self.tokens))

    def names_people(self) -> bool:
        """Say whether it only names whom something is said of: 可能怀孕的女性."""
        return self.conditional and any(token.kind == "population" for token in self.tokens)

    def ends_before(self, token: Token) -> bool:
        """Say whether a token begins another group; 且 ends what cannot be done: 不能排尿|且腹痛."""
        return _opens(token) or (token.text in _ALSO and any(o.value in {"not", "cannot"} for o in self.operators))

    def is_open(self) -> bool:
        """Say whether operators still wait for what they govern."""
        return bool(self.operators) and not names_something(self.tokens)


def _units(segments: Sequence[Segment]) -> Iterable[Unit]:
    topic, previous, heading, force = NOTHING, NOTHING, NOTHING, ""
    denied: tuple[str, ...] = ()
    for segment in segments:
        near = segment.features
        carried = force if segments[segment.number - 1].sentence == segment.sentence else ""
        fallback = segment.rest_features or near | previous | heading
        for unit in _segment_units(segment, near | topic, fallback, carried):
            names_cases = unit.text.startswith(_CASES) and not (unit.negations or unit.force or unit.conditional)
            denied = denied if names_cases or unit.conditional else unit.negations
            yield replace(unit, negations=denied) if names_cases else unit
            force = unit.force or force
        heading = near if segment.announces else heading
        topic = drugs_of(near) or topic
        previous = near or previous


def _segment_units(segment: Segment, around: Features, fallback: Features, carried: str) -> Iterable[Unit]:
    """Give the units of a segment; `carried` is the force of the segments before it."""
    certainties: Features = NOTHING
    groups = _operator_groups(segment)
    for position, group in enumerate(groups):
        operators = group.operators
        if operators and not group.names_people():
            certainties |= values(operators, "certainty")
        leads = not operators and (segment.announces or not all(map(_Group.is_proviso, groups[position + 1 :])))
        own = group.scope()
        yield Unit(
            text="".join([token.text for token in operators + group.tokens]),
            segment=segment.number,
            sentence=segment.sentence,
            scope=own or fallback,
            context=around - own,
            negations=tuple([token.value for token in operators if token.kind == "negation"]),
            force=_force(operators) if operators else "",
            certainties=certainties,
            urgencies=values(group.tokens, "urgency") if "urgency" in segment.kinds else NOTHING,
            conditional=group.conditional,
            is_topic=leads,
            governs_itself=bool(own),
            asks=segment.asks,
            inherited_force=carried,
            attribute=_attribute(group.tokens) if "的" in segment.texts else NOTHING,
        )


def _attribute(tokens: Sequence[Token]) -> Features:
    """Return what narrows a thing that is named after it: 破碎|的|药片."""
    for index in [index for index, token in enumerate(tokens[:-1]) if token.text == "的"]:
        if index and tokens[index - 1].kind in _NARROWING and tokens[index + 1].ids:
            return features_of(tokens[index - 1 : index])
    return NOTHING


def _amounts(tokens: Sequence[Token]) -> Features:
    return frozenset(
        [
            token.quantity.feature if token.quantity else f"q:per:{token.value}"
            for token in tokens
            if token.quantity or token.kind == "period"
        ]
    )


def _force(operators: Sequence[Token]) -> str:
    forces = [token.value for token in operators if token.kind == "force"]
    return next((force for force in ("only", "must", "may", "fine", "recommend", "should") if force in forces), "")


def _operator_groups(segment: Segment) -> list[_Group]:
    """Split a segment at its operators and conditions; an operator before a condition reaches over it."""
    if not segment.conditional and OPERATORS.isdisjoint(segment.kinds) and _VERDICTS.isdisjoint(segment.texts):
        return list(filter(_Group.says_something, [_Group(conditional=False, tokens=segment.tokens)]))
    groups: list[_Group] = []
    reaching: list[Token] = []
    leading = _before_moments(segment)
    for index, token in enumerate(segment.tokens):
        conditional = index in segment.conditional and index not in leading
        starts = not groups or groups[-1].conditional != conditional
        if starts and conditional and groups and groups[-1].is_open():
            reaching = groups.pop().operators
        elif starts and conditional and groups and segment.tokens[index - 1].text in _TO_WHOM:
            reaching = groups[-1].operators
        elif starts and groups and not conditional and _is_thing_of(token, groups):
            reaching = groups[-2].operators
        if starts or (groups[-1].ends_before(token) and names_something(groups[-1].tokens)):
            groups.append(_Group(conditional, [] if conditional else reaching))
            reaching = reaching if conditional else []
        group = groups[-1]
        (group.operators if token.kind in OPERATORS else group.tokens).append(token)
    if reaching:
        groups.append(_Group(conditional=False, operators=reaching))
    return list(filter(_Group.says_something, groups))


def _is_thing_of(token: Token, groups: Sequence[_Group]) -> bool:
    """Say whether a token goes on with what was forbidden, behind whose it is: 别用力按住|孩子|的手脚."""
    if len(groups) == 1 or not (token.text == "的" or token.kind == "word"):
        return False
    *_, banned, whose = groups
    if banned.conditional or not values(banned.operators, "negation"):
        return False
    if token.text == "的" and all(other.kind in _MEASURING for other in whose.tokens):
        return True
    ends = _DOING if token.text == "的" else _DOING - {"light"}
    return whose.names_people() and len(whose.tokens) == 1 and {t.kind for t in banned.tokens[-1:]} <= ends


def _before_moments(segment: Segment) -> set[int]:
    """Return where bans stand that reach over a moment and deny nothing of it: 不必|于术前3天停用."""
    bans = [n for n, ban in enumerate(segment.tokens[:-1]) if ban.kind == "negation" and ban.value in _REACHING]
    return {n for n in bans if segment.tokens[n + 1].text in {"于", "在"}}


def _opens(token: Token) -> bool:
    return token.kind in OPERATORS or token.text in _VERDICTS
