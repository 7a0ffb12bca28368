"""The limits of what a text says: on whom, when, in which case, and how far each limit reaches.

如…/…时/…者/…期间, populations, 必要时, 遵医嘱, and exceptions. Finds them in one text; whether another keeps them is
for `keeping`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from narrowcast.domain.control.facts.denials import denied_in, denies_all, told_in
from narrowcast.domain.control.facts.lexer import Token
from narrowcast.domain.control.facts.once import once
from narrowcast.domain.control.facts.quantities import Quantity
from narrowcast.domain.control.facts.reach import excepts, governed, opens_segment, reached, stands_alone
from narrowcast.domain.control.facts.segments import (
    NOTHING,
    OR,
    Features,
    Segment,
    features_of,
    meaning_of,
    names_something,
)
from narrowcast.domain.control.facts.spans import EITHER
from narrowcast.domain.control.facts.tables.units import TIME
from narrowcast.domain.control.facts.ways import way_at

Option = tuple[Features, ...]
"""One alternative of a condition: for each of its content words, what that word may mean."""
_SCENES = ("前", "后", "期间", "时", "期")
"""How a condition ends that holds in each of several cases: 化疗后|体温单次≥38.3℃，或|≥38℃持续1小时."""
_AND = frozenset({"且", "并", "并且", "而且", "同时", "又", "还", "及"})


_UNNAMED = frozenset({"unknown", "light"})
_LISTED = OR | {"及"}
_AND_OF_PEOPLE = _AND - {"及"}
WITH = frozenset({"伴", "伴有", "伴随", "合并", "并", "且"})
"""What stands before a list that says how something else comes: 眩晕伴|言语不清或复视."""


class Limit:
    """Something to look up by, hashed once."""

    __slots__ = ("_hash", "_own")

    def __init__(self, own: tuple[object, ...]) -> None:
        self._own, self._hash = own, hash(own)

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Limit) and self._own == other._own


@dataclass(unsafe_hash=True)  # frozen ones take a call for every field to make
class Condition:
    """A limit on what its text says: every part must hold, and of a part one alternative is enough.

    It limits `segments` for certain and `reaches` those it may still be meant for; `typed` is set for 必要时, 遵医嘱;
    `denied` are the words that it says are not so, `told` those of clauses that deny nothing,
    `ways` whether each of its quantities is exceeded (1) or not reached (-1), `others` those that hold instead of it.
    """

    text: str
    parts: tuple[tuple[Option, ...], ...]
    quantities: tuple[Quantity, ...]
    typed: str
    segments: frozenset[int]
    reaches: frozenset[int]
    denied: Features = NOTHING
    told: Features = NOTHING
    ways: tuple[int, ...] = ()
    others: tuple[Condition, ...] = ()

    @once
    def limit(self) -> Limit:
        """All of it that decides whether a sentence keeps it."""
        return Limit((self.parts, self.quantities, self.typed, self.denied, self.ways, self.others))

    @once
    def words(self) -> tuple[Features, ...]:
        """Each content word of its alternatives, as what that word may mean."""
        return tuple(word for part in self.parts for option in part for word in option)

    @once
    def features(self) -> Features:
        """Everything that its words may mean."""
        return NOTHING.union(*self.words)


def conditions_of(segments: Sequence[Segment]) -> Iterable[Condition]:
    """Give every condition of a text with the segments it limits; per kilogram belongs to its amount instead."""
    found = [(segment, condition) for segment in segments for condition in _conditions_in(segment, segments)]
    last = {segment.number: condition for segment, condition in found}
    for segment, condition in found:
        beside = [last[where.number] for where in _neighbours(segment, segments) if where.number in last]
        sets_scene = condition is not last[segment.number] and condition.text.endswith(_SCENES)
        yield condition if sets_scene or not beside else replace(condition, others=(*condition.others, *beside))


def _neighbours(segment: Segment, segments: Sequence[Segment]) -> Iterator[Segment]:
    """Give the segments beside one that are conditions of which one is enough: 单次≥38.3℃，或≥38℃持续1小时."""
    for first in range(max(segment.number - 1, 0), min(segment.number + 1, len(segments) - 1)):
        one, other = segments[first : first + 2]
        if _is_enough(one, other):
            yield one if other is segment else other


def _is_enough(first: Segment, second: Segment) -> bool:
    """Say whether of two segments side by side either is a condition by itself."""
    if second.listed:
        return stands_alone(first) and 0 in second.conditional
    joined = second.tokens[0].text in EITHER and first.sentence == second.sentence
    return joined and stands_alone(first) and stands_alone(second)


def _conditions_in(segment: Segment, segments: Sequence[Segment]) -> Iterable[Condition]:
    if not segment.conditional:
        return
    spans = list(spans_of(segment))
    opening = [opens_segment(segment.tokens[: span[0]]) for span in spans]
    over = {opens: governed(segment, segments, opens=opens) for opens in set(opening)}
    far = reached(segment, segments)
    for span, opens in zip(spans, opening, strict=True):
        found = _condition(segment, span, over[opens], over[opens] | far)
        if found:
            yield found


def _condition(segment: Segment, span: Sequence[int], over: frozenset[int], far: frozenset[int]) -> Condition | None:
    """Read one condition of a segment; none where it tells nothing, or per kilogram."""
    tokens = [segment.tokens[index] for index in span]
    kinds = [token.kind for token in tokens]
    typed = tokens[kinds.index("condition")].value if "condition" in kinds else ""
    if typed == "per_kg":
        return None
    joints = _AND_OF_PEOPLE if "population" in kinds else _AND
    joints = joints | OR if denies_all(tokens) or excepts(segment) else joints
    parts = tuple([part for part in map(_alternatives, _split(tokens, joints)) if part])
    quantities = tuple([token.quantity for token in tokens if token.quantity])
    if not (parts or quantities):
        return None
    ways = tuple([way_at(segment.tokens, index) for index in span if segment.tokens[index].quantity])
    text = "".join([token.text for token in tokens])
    whole = Condition(text, parts, quantities, typed, over, far, denied_in(tokens), told_in(tokens), ways)
    return replace(whole, others=tuple(_each(whole, segment.tokens, span))) if quantities else whole


def _each(whole: Condition, tokens: Sequence[Token], span: Sequence[int]) -> Iterator[Condition]:
    """Give each alternative of a measured condition with its own amounts: 65岁以上|或|有冠心病者."""
    if len(whole.parts) > 1:
        return
    groups = _groups(tokens, span)
    shared = [index for index in groups[-1] if _lasts(tokens[index])] if groups else []
    for indexes in ([*group, *shared] if group is not groups[-1] else group for group in groups):
        own = [tokens[index] for index in indexes]
        words = _option([token for token in own if not token.quantity])
        quantities = tuple(token.quantity for token in own if token.quantity)
        ways = tuple(way_at(tokens, index) for index in indexes if tokens[index].quantity)
        if words or any(quantity.dimension != "times" for quantity in quantities):
            yield replace(
                whole,
                parts=((words,),) if words else (),
                quantities=quantities,
                ways=ways,
                denied=denied_in(own),
                told=told_in(own),
            )


def _lasts(token: Token) -> bool:
    """Say whether a token is a stretch of time, which all of a list may be meant to last: 飞机或火车|超过4小时."""
    return token.quantity is not None and token.quantity.dimension in TIME


def _groups(tokens: Sequence[Token], span: Sequence[int]) -> Sequence[list[int]]:
    """Return the alternatives of a span that 或 parts; none where all of it must hold."""
    joints = EITHER | {"、"}
    groups: list[list[int]] = [[]]
    for index in span:
        if tokens[index].text in joints:
            groups.append([])
        else:
            groups[-1].append(index)
    return groups if any(tokens[index].text in EITHER for index in span) else ()


def spans_of(segment: Segment) -> Iterator[list[int]]:
    """Give the indexes of each condition by itself: one ends where another opens (服药期间|如出现发热)."""
    run: list[int] = []
    for index in sorted(segment.conditional):
        if run and (index != run[-1] + 1 or _begins_another(segment.tokens, run, index)):
            yield run
            run = []
        run.append(index)
    if run:
        yield run


def _begins_another(tokens: Sequence[Token], run: Sequence[int], index: int) -> bool:
    before, token = tokens[run[-1]], tokens[index]
    if token.text in OR | _AND or before.text in OR | _AND or token.kind in {"closer", "bound"}:
        return False
    ended = before.kind in {"closer", "population", "bound"}
    return (token.kind == "opener" or ended) and _tells([tokens[i] for i in run]) and _tells(tokens[index:])


def _tells(tokens: Sequence[Token]) -> bool:
    """Say whether some tokens name anything: 的时候 does not."""
    return names_something(tokens)  # light words and closers name nothing


def _split(tokens: Sequence[Token], at: frozenset[str]) -> list[list[Token]]:
    groups: list[list[Token]] = [[]]
    for token in tokens:
        if token.text in at:
            groups.append([])
        else:
            groups[-1].append(token)
    return groups


def _alternatives(tokens: Sequence[Token]) -> tuple[Option, ...]:
    start = list_start(tokens)
    groups = [part for group in _split(tokens[start:], _LISTED) for part in _examples(group)]
    return tuple([option for group in groups if (option := _option([*tokens[:start], *group]))])


def _examples(tokens: list[Token]) -> Iterator[list[Token]]:
    """Give an example and the kind that it is of, either of which tells a case: 拔牙|等|小手术."""
    texts = [token.text for token in tokens]
    at = texts.index("等") if "等" in texts else len(tokens)
    example, kind = tokens[:at], tokens[at + 1 :]
    yield from (example, kind) if names_something(example) and names_something(kind) else (tokens,)


def list_start(tokens: Sequence[Token]) -> int:
    """Return where the list in a condition starts: after what each of its members comes with, unless that is one."""
    comes = next((index for index, token in enumerate(tokens) if token.text in WITH), 0)
    return 0 if any(token.text in OR for token in tokens[:comes]) else comes


def _option(tokens: Sequence[Token]) -> Option:
    words = tuple([meaning for token in tokens if (meaning := frozenset(meaning_of(token)))])
    unknown = features_of([token for token in tokens if token.kind in _UNNAMED])
    return words + tuple([frozenset({pair}) for pair in sorted(unknown)])
