"""Two clauses of a fact that say different things of different things, and a sentence that says one's of the other's.

多吃蔬菜，少吃肥肉 has 多吃肥肉 nowhere, though every word of it. Compares the named and measured things of whole
segments; what is said of them is for `comparison`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import NamedTuple

from narrowcast.domain.control.facts.lexer import Token
from narrowcast.domain.control.facts.once import once
from narrowcast.domain.control.facts.reach import stands_alone
from narrowcast.domain.control.facts.segments import OR, Features, Segment, meaning_of
from narrowcast.domain.control.facts.tables.units import TIME

_THINGS = frozenset({"word", "food", "drug"})
_NAMED = frozenset({"population", "timing", "side"})
_ORDERS = frozenset("多 少 先 后 第一 第二 第三 第四 第五".split())  # noqa: SIM905 - reads better
_UP = frozenset({"gt", "ge", "from"})
_DOWN = frozenset({"lt", "le", "upto"})


class Item(NamedTuple):
    """A thing that a clause names or measures: its type, every meaning it may have, and whether it tells of whom."""

    kind: str
    text: str
    meanings: Features
    tells_whom: bool = False


@dataclass(unsafe_hash=True)  # frozen ones take a call for every field to make
class Clause:
    """The items of one segment; a list (、和) may draw from several clauses and is never crossed."""

    items: tuple[Item, ...]
    is_list: bool

    @once
    def meanings(self) -> frozenset[str]:
        """Everything that the clause names."""
        return frozenset().union(*(item.meanings for item in self.items))

    def has(self, item: Item) -> bool:
        """Say whether the clause names the item, in these or other words."""
        return not self.meanings.isdisjoint(item.meanings)


def clauses_of(segments: Sequence[Segment]) -> tuple[Clause, ...]:
    """Return the clauses of a text, in order; a segment that is only a condition opens the clause after it."""
    clauses: list[Clause] = []
    opening: list[Token] = []
    for segment in segments:
        tokens = [*opening, *segment.tokens]
        opening = tokens if stands_alone(segment) else []
        if not opening:
            clauses.append(Clause(tuple(_items(tokens)), not OR.isdisjoint(segment.texts)))
    return tuple(clauses)


def _items(tokens: Sequence[Token]) -> Iterable[Item]:
    for index, token in enumerate(tokens):
        if token.quantity:
            yield _amount(tokens, index)
        elif token.text in _ORDERS:
            denied = any(token.kind == "negation" for token in tokens)  # 不要吃太多 is 少吃
            yield from () if denied else (Item("order", token.text, frozenset({token.text})),)
        elif token.kind in _THINGS:
            tells_whom = index + 1 < len(tokens) and tokens[index + 1].text == "者"
            yield Item(token.kind, token.text, token.ids, tells_whom)
        elif token.kind in _NAMED:
            yield Item(token.kind, token.text, frozenset(meaning_of(token)))


def _amount(tokens: Sequence[Token], index: int) -> Item:
    """Give an amount with the side of it that is meant: 大于65岁 is another thing than 小于65岁."""
    token = tokens[index]
    beside = [*tokens[max(index - 1, 0) : index], *tokens[index + 1 : index + 2]]
    said = {other.value for other in beside if other.kind in {"before", "after"}}
    side = "up" if said & _UP else "down" if said & _DOWN else ""
    quantity = token.quantity
    meaning = f"{quantity.dimension} {quantity.amount} {side}" if quantity else ""
    kind = "time" if quantity and quantity.dimension in TIME else quantity.dimension if quantity else ""
    return Item(kind, token.text, frozenset({meaning}))


def crossing(said: Clause, known: Sequence[Clause]) -> tuple[Item, Item] | None:
    """Return what a clause takes from two parallel clauses that it does not say whole, if it does.

    The earlier clause may open with the topic of both, which then parts neither from the other.
    """
    if said.is_list or len(said.items) < 2:  # noqa: PLR2004 - it takes two to cross
        return None
    sharing = [clause for clause in known if not said.meanings.isdisjoint(clause.meanings)]
    drawn = [(clause, items) for clause in sharing if (items := _drawn_from(said, clause))]
    drawn = _without_what_others_tell(said, drawn)
    for (one, from_one), (other, from_other) in combinations(drawn, 2):
        if all(map(other.has, from_one)) or all(map(one.has, from_other)):
            continue
        ours = [item for item in one.items if not other.has(item)]
        theirs = [item for item in other.items if not one.has(item)]
        for own in (ours, ours[1:]):
            crossed = _crossed(said, own, theirs)
            if not crossed or any(all(map(clause.has, crossed)) for clause in known):
                continue
            opens = crossed[0] is one.items[0] and one is known[0] and not _is_rival(said, crossed[0], theirs[0])
            if not (opens or _continues(said, own, other, theirs)):
                return crossed
    return None


def _is_rival(said: Clause, topic: Item, other: Item) -> bool:
    """Say whether what another clause opens with could stand in place of a topic: 早餐前, 睡前."""
    alike = topic.kind == other.kind in _NAMED or (topic.tells_whom and other.tells_whom)
    return alike and not said.has(other)


def _continues(said: Clause, ours: Sequence[Item], other: Clause, theirs: Sequence[Item]) -> bool:
    """Say whether a clause tells the later of two and takes but the topic of both from the earlier.

    What is said of a thing stands last: the later clause must be told from what it opens with to the end of what is
    said, and whatever could be told otherwise (people, times, amounts) must come from it alone.
    """
    told = [item for item in theirs if said.has(item)]
    if not told or told[0] is not theirs[0] or (len(told) == 1 and not other.is_list):
        return False
    rivals = {item.kind for item in theirs} - _THINGS
    if any(item.kind in rivals and said.has(item) for item in ours):
        return False
    drawn = [item for item in said.items if any(_is_same(item, known) for known in (*ours, *theirs))]
    return bool(drawn) and any(_is_same(drawn[-1], item) for item in told)


def _is_same(one: Item, other: Item) -> bool:
    return not one.meanings.isdisjoint(other.meanings)


def _without_what_others_tell(said: Clause, drawn: list[tuple[Clause, list[Item]]]) -> list[tuple[Clause, list[Item]]]:
    """Leave out clauses of which nothing is said but what another one says too, and more."""
    if len(drawn) < 3:  # noqa: PLR2004 - one that tells more than either of two that cross
        return drawn
    told = [frozenset(item for item in said.items if clause.has(item)) for clause, _ in drawn]
    return [one for one, own in zip(drawn, told, strict=True) if not any(own < other for other in told)]


def _drawn_from(said: Clause, clause: Clause) -> list[Item]:
    """Return what a clause says of another's things; nothing where it says them all."""
    meanings = said.meanings
    had = [item for item in clause.items if not meanings.isdisjoint(item.meanings)]
    return had if len(had) < len(clause.items) else []


def _crossed(said: Clause, ours: Sequence[Item], theirs: Sequence[Item]) -> tuple[Item, Item] | None:
    """Return an item of either side that is said, where both tell the same kinds of things, neither of them whole."""
    if not ours or not theirs or {item.kind for item in ours} != {item.kind for item in theirs}:
        return None
    from_us, from_them = (tuple(filter(said.has, items)) for items in (ours, theirs))
    if not (from_us and from_them) or len(from_us) == len(ours) or len(from_them) == len(theirs):
        return None
    return from_us[0], from_them[0]
