"""What a sentence names: medicines and their use, people, words, sides, things said twice or of another clause.

Each public function gives what no fact names so.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache

from narrowcast.domain.control.facts.alignment import Alignment
from narrowcast.domain.control.facts.clauses import Clause, crossing
from narrowcast.domain.control.facts.lexer import Token, ids_of
from narrowcast.domain.control.facts.populations import foreign_people, other_patients
from narrowcast.domain.control.facts.quantities import Quantity
from narrowcast.domain.control.facts.segments import Features, drugs_of, names_of
from narrowcast.domain.control.facts.statements import Statement
from narrowcast.domain.control.facts.verdict import Reason

_FOR_OUTSIDE = re.compile(
    "软膏|乳膏|眼膏|凝胶|乳剂|搽剂|洗剂|洗液|滴眼|滴耳|滴鼻|(?<![血溶取抗])栓(?!塞|形成)|贴剂|贴片|贴膏|气雾|喷雾|粉雾|吸入|雾化|注射|接种|疫苗|灌肠|含漱|漱口|外用|敷料|皮下"
)
_FOR_MOUTH = re.compile("口服|内服|[吃喝服咽吞嚼饮餐食顿哺]|片|胶囊|颗粒|丸|糖浆|混悬|补液盐|母乳|奶")
_TAKES = re.compile("(?<![没不])(?:[吃喝咽吞嚼](?![饭东奶水饱完过早晚午])|口服|内服)")


def foreign_names(alignment: Alignment) -> Iterable[Reason]:
    """Find a medicine that no fact names."""
    for token in alignment.said.of_kind("drug"):
        if not token.ids & alignment.ids and not _names_kind(alignment, token):
            yield Reason("drug", names_of(drugs_of(alignment.ids)), token.text)


def _names_kind(alignment: Alignment, token: Token) -> bool:
    """Say whether a name is that of a kind which the facts name more closely, and the sentence too."""
    if token.text.endswith("药") and alignment.carrier.says(token.text[:-1]):
        return True  # 抗菌药 for 抗菌治疗
    closer = {t.text for t in alignment.said.tokens if t.kind == "drug" and t.ids & alignment.ids}
    return any(token.text in name for name in closer)


def foreign_populations(alignment: Alignment) -> Iterable[Reason]:
    """Find people and patients of whom no fact speaks."""
    for token in foreign_people(alignment.said, alignment.facts):
        expected = "、".join(t.text for fact in alignment.facts for t in fact.tokens if t.kind == "population")
        yield Reason("population", expected, token.text)
    for token in other_patients(alignment.said, alignment.facts):
        yield Reason("population", "", token.text)


def foreign_content(alignment: Alignment) -> Iterable[Reason]:
    """Find words, turns of speech and sides that no fact has."""
    yield from alignment.foreign_words
    yield from alignment.carrier.foreign_turns(alignment.said)
    for token in alignment.said.of_kind("side"):
        if not _same_side(alignment, token):
            yield Reason("new_claim", "", token.text)


def foreign_uses(alignment: Alignment) -> Iterable[Reason]:
    """Find an ointment that is eaten: what is swallowed where the facts speak of forms for other ways alone."""
    taken = _TAKES.search(alignment.said.text)
    text = "".join([fact.text for fact in alignment.facts]) if taken else ""
    if taken and _FOR_OUTSIDE.search(text) and not _FOR_MOUTH.search(text):
        yield Reason("new_claim", "", taken[0])


def repeated_items(alignment: Alignment) -> Iterable[Reason]:
    """Find a list that names one thing twice, as no fact does: one of its items has become another."""
    known = {item for fact in alignment.facts for item in fact.repeated}
    for item in alignment.said.repeated - known:
        yield Reason("drug" if ids_of(item) & drugs_of(alignment.said.ids) else "new_claim", "", item)


def repeated_amounts(alignment: Alignment) -> Iterable[Reason]:
    """Find an amount said twice where the facts have it once and another one beside it."""
    own = _amounts(alignment.said)
    said = Counter(map(_key, own)) if len(own) > 1 else Counter[tuple[str, object, str]]()
    if all(times == 1 for times in said.values()):
        return
    quantities = [*own, *(quantity for fact in alignment.facts for quantity in _amounts(fact))]
    known = Counter(map(_key, quantities[len(own) :]))
    for amount in said:
        if not 0 < known[amount] < said[amount]:
            continue
        others = {other for other in known if other[0] == amount[0]} - said.keys()
        if others:
            written = {_key(quantity): f"{quantity.low}{quantity.unit}" for quantity in quantities}
            yield Reason("dose", min(written[other] for other in others), written[amount])


def crossed_clauses(alignment: Alignment) -> Iterable[Reason]:
    """Find what one clause of the facts says, said of what another one speaks of."""
    known = _clauses_of(tuple(alignment.facts))
    for clause in alignment.said.clauses if len(known) > 1 else ():
        crossed = crossing(clause, known)
        if crossed:
            yield Reason("new_claim", "", "…".join(item.text for item in crossed))


@lru_cache(maxsize=512)
def _clauses_of(facts: tuple[Statement, ...]) -> tuple[Clause, ...]:
    """Return the clauses of some facts, each once."""
    return tuple(dict.fromkeys(clause for fact in facts for clause in fact.clauses))


def _same_side(alignment: Alignment, token: Token) -> bool:
    """Say whether a fact has that side, of the same thing where it has both."""
    sides = {(t.value, _after(fact.tokens, t)) for fact in alignment.facts for t in fact.tokens if t.kind == "side"}
    if len({side for side, _ in sides}) > 1:
        thing = _after(alignment.said.tokens, token)
        return any(side == token.value and bool(thing & other) for side, other in sides)
    return token.value in {side for side, _ in sides} or alignment.carrier.says(token.text)


def _amounts(statement: Statement) -> list[Quantity]:
    return [slot.quantity for slot in statement.slots if slot.kind == "quantity" and slot.quantity]


def _key(quantity: Quantity) -> tuple[str, object, str]:
    return quantity.dimension, quantity.amount, quantity.unit


def _after(tokens: Sequence[Token], token: Token) -> Features:
    """Return what a side is the side of: the groups of the next word, or its next character."""
    following = (t for t in tokens if t.start > token.start and t.kind not in {"light", "side"})
    thing = next(following, None)
    return thing.ids | {thing.text[:1]} if thing else frozenset()
