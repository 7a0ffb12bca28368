"""What a sentence says against what its facts say: every slot, operator, condition and content word in turn.

Each function looks for one kind of difference and gives its reasons. Knows no text but the two sides it is handed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

from narrowcast.domain.control.facts.agreement import (
    belongs_to,
    certainty_reasons,
    closeness,
    covers,
    drugs_of,
    is_negative,
    names_of,
    operator_reasons,
    reach_of,
    restates,
    same_moment,
    same_type,
    slot_reason,
    slots_equal,
    urgency_reasons,
)
from narrowcast.domain.control.facts.clauses import crossing
from narrowcast.domain.control.facts.conditions import Condition
from narrowcast.domain.control.facts.lexer import Token, ids_of, is_light, with_implied
from narrowcast.domain.control.facts.phases import contrary
from narrowcast.domain.control.facts.segments import Features
from narrowcast.domain.control.facts.slots import Slot
from narrowcast.domain.control.facts.statements import Statement, Unit
from narrowcast.domain.control.facts.tables.drugs import NAME_ENDINGS
from narrowcast.domain.control.facts.tables.foods import ELEMENTS
from narrowcast.domain.control.facts.tables.markers import EXAMPLES, IMPLIED_ROUTES, IMPLIED_TIMING
from narrowcast.domain.control.facts.verdict import Reason

_LIGHT_CHARACTERS = frozenset(
    "的了着过吧呢啊是在有为把将对从到去来也都就还又再很要会能个些此其该您你我他它这那与和及或并且而则之于以由向给上下里中内外时候每各等所者人一"
    "第变总放让长新掉完见便住成做得地起那哦呀哟嘛吗呐咱俩们啦别样种类次回再才只仅均即若虽因故且乃亦尚既仍已曾正刚恰约凡另某本该贵"
)
_LEAST_ALIKE = 10
_SHORT_RUN = 2
_PAIRED = "高低多少升降加减前后左右内外大小长短快慢冷热软硬粗细浓淡干湿开关轻重深浅"
_OPPOSITES = {character: _PAIRED[index ^ 1] for index, character in enumerate(_PAIRED)}
_NEGATING = frozenset("不未无非没别勿禁停忌")


def differences(sentence: Statement, facts: Sequence[Statement]) -> list[Reason]:
    """Return every difference between a sentence and the facts it cites; empty when they carry all of it."""
    comparison = _Comparison(sentence, facts)
    return [
        *comparison.foreign_names(),
        *comparison.foreign_populations(),
        *comparison.slots(),
        *comparison.polarity(),
        *comparison.certainty(),
        *comparison.urgency(),
        *comparison.dropped_conditions(),
        *comparison.dropped_subjects(),
        *comparison.swapped_objects(),
        *comparison.turned_bounds(),
        *comparison.foreign_content(),
        *comparison.repeated_items(),
        *comparison.crossed_clauses(),
    ]


class _Comparison:
    """One sentence and the facts it cites, with the unit of the facts that each of its units restates."""

    def __init__(self, sentence: Statement, facts: Sequence[Statement]) -> None:
        self.said = sentence
        self.facts = facts
        self.ids: Features = with_implied(frozenset().union(*(fact.ids for fact in facts)))
        self.features: Features = frozenset().union(*(fact.features for fact in facts))
        self.characters: Features = frozenset().union(*(fact.characters for fact in facts))
        self.units = [(fact, unit) for fact in facts for unit in fact.units]
        self.aligned = [(unit, self._best(unit)) for unit in sentence.units]

    def _best(self, unit: Unit) -> list[tuple[Statement, Unit]]:
        """Return the units of the facts that share most with a unit; several when they share alike."""
        scored = [(closeness(unit, other), fact, other) for fact, other in self.units]
        best = max((score for score, _, _ in scored), default=0)
        return [(fact, other) for score, fact, other in scored if score == best and best >= _LEAST_ALIKE]

    # ---- names ----

    def foreign_names(self) -> Iterable[Reason]:
        known = {i for i in self.ids if i.startswith("d:")}
        for token in self.said.tokens:
            if token.kind == "drug" and not token.ids & self.ids:
                yield Reason("drug", names_of(known), token.text)

    def foreign_populations(self) -> Iterable[Reason]:
        known = {f for f in self.features if f.startswith("population:")}
        for token in self.said.tokens:
            if token.kind != "population" or self._literal(token.text):
                continue
            if any(f"population:{value}" in known for value in token.value.split("|")):
                continue
            expected = "、".join(t.text for fact in self.facts for t in fact.tokens if t.kind == "population")
            yield Reason("population", expected, token.text)

    # ---- slots ----

    def slots(self) -> Iterable[Reason]:
        for slot in self.said.slots:
            candidates = [(fact, other) for fact in self.facts for other in fact.slots if same_type(slot, other)]
            if any(
                slots_equal(slot, other, fact) and self._bound_alike(slot, other, fact) for fact, other in candidates
            ):
                continue
            if self._is_waived(slot):
                continue
            yield slot_reason(slot, [other for fact in self.facts for other in fact.slots if other.kind == slot.kind])

    def _is_waived(self, slot: Slot) -> bool:
        """Say whether a time or route is implied by what the facts say."""
        if slot.kind == "timing":
            said = {f.removeprefix("timing:") for f in self.features if f.startswith("timing:")}
            implied = {later for earlier in said for later in IMPLIED_TIMING.get(earlier, ())}
            return slot.basis == "each" or slot.value in implied or self._literal(slot.text)
        if slot.kind == "route":
            known = {other.value for fact in self.facts for other in fact.slots if other.kind == "route"}
            return bool(IMPLIED_ROUTES.get(slot.value, set()) & known) or (
                not known and bool(self._ids_of(slot) & self.ids)
            )
        return False

    def _ids_of(self, slot: Slot) -> Features:
        return frozenset().union(*(token.ids for token in self.said.tokens if slot.text.endswith(token.text)))

    def _bound_alike(self, slot: Slot, other: Slot, fact: Statement) -> bool:
        """Say whether a slot hangs on the same thing in both texts."""
        if slot.kind == "route":
            return True
        elsewhere = slot.inherits and other.inherits and slot.near & other.near
        if slot.drugs and other.drugs and not slot.drugs & other.drugs and not elsewhere:
            return False
        if not same_moment(slot.near, other.near) or contrary(slot.phases, other.phases):
            return False
        if not self._limited_alike(slot, other, fact):
            return False
        own = len(reach_of(slot, self.said) & reach_of(other, fact))
        rivals = [s for f in self.facts for s in f.slots if same_type(slot, s) and not slots_equal(slot, s, f)]
        if any(belongs_to(slot, rival, other) for rival in rivals):
            return False
        best = max((len(slot.near & rival.near) for rival in rivals), default=0)
        return best < own + 2 if own else best == 0

    def _limited_alike(self, slot: Slot, other: Slot, fact: Statement) -> bool:
        """Say whether a slot does not stand under the condition of another of its type."""
        over = [c for c in self.said.conditions if slot.segment in c.reaches]
        if any(other.segment in condition.segments and self._keeps(condition) for condition in fact.conditions):
            return True
        for condition in fact.conditions:
            if restates(over, condition) and other.segment not in condition.reaches:
                return not any(
                    same_type(slot, s) and s.segment in condition.segments and s is not other for s in fact.slots
                )
        return True

    # ---- operators ----

    def polarity(self) -> Iterable[Reason]:
        for unit, best in self.aligned:
            if unit.is_topic or self._leads(unit) or self._introduces(unit, best):
                continue
            if not best:
                yield from self._unaligned(unit)
                continue
            reasons = list(operator_reasons(unit, [other for _, other in best]))
            if reasons and reasons[0].kind == "certainty" and self._continues(unit, best):
                continue
            yield from reasons

    def _unaligned(self, unit: Unit) -> Iterable[Reason]:
        """Compare the operators of a unit that restates nothing in particular with all that the facts have."""
        if unit.conditional and unit.negations == ("not",):
            return  # 还没停: how a condition is put in other words; its content is compared by itself
        if is_negative(unit) and (unit.governs_itself or not any(other.negations for _, other in self.units)):
            yield Reason("negation", "", unit.text)
        if unit.force in {"must", "may"} and not any(other.force == unit.force for _, other in self.units):
            yield Reason("certainty", "", unit.text)

    def _leads(self, unit: Unit) -> bool:
        """Say whether a bare unit only names what the next segment speaks of."""
        if unit.negations or unit.force:
            return False
        if unit.text.startswith(EXAMPLES):
            return True
        later = [other for other in self.said.units if other.segment == unit.segment + 1]
        return any(not other.governs_itself and (other.negations or other.force) for other in later)

    def _introduces(self, unit: Unit, best: Sequence[tuple[Statement, Unit]]) -> bool:
        """Say whether a bare unit opens what a later one says with the operator of the same fact."""
        if unit.negations or unit.force:
            return False
        later = [(u, b) for u, b in self.aligned if u.segment == unit.segment + 1 and (u.negations or u.force)]
        restated = [other for _, other in best]
        return any(other in restated and not list(operator_reasons(u, [other])) for u, b in later for _, other in b)

    def _continues(self, unit: Unit, best: Sequence[tuple[Statement, Unit]]) -> bool:
        """Say whether a bare unit goes on with what the one before it said with the operator of the same fact."""
        if unit.negations or unit.force:
            return False
        earlier = [(u, b) for u, b in self.aligned if unit.segment - 1 <= u.segment <= unit.segment and u is not unit]
        restated = [other for _, other in best]
        return any(other in restated and not list(operator_reasons(u, [other])) for u, b in earlier for _, other in b)

    def certainty(self) -> Iterable[Reason]:
        inherited: Features = frozenset()
        known_anywhere: Features = frozenset().union(*(other.certainties for _, other in self.units))
        for unit, best in self.aligned:
            inherited = unit.certainties or inherited
            if not best:
                yield from (Reason("certainty", "", value) for value in unit.certainties - known_anywhere)
            elif not unit.is_topic:
                options = [
                    list(
                        certainty_reasons(unit.certainties, other.certainties, inherited, possible=other.force == "may")
                    )
                    for _, other in best
                ]
                yield from min(options, key=len)

    def urgency(self) -> Iterable[Reason]:
        """Compare how soon, over all that the restated segments of the facts say."""
        for unit, best in self.aligned:
            segments = {(id(fact), other.segment) for fact, other in best}
            yield from urgency_reasons(unit, [u for fact, u in self.units if (id(fact), u.segment) in segments])

    # ---- conditions ----

    def dropped_conditions(self) -> Iterable[Reason]:
        restated = self._restated()
        if self.said.excepts and not any(fact.excepts for fact in self.facts):
            yield Reason("negation", "", self.said.text)
        for fact in self.facts:
            if fact.excepts and not self.said.excepts and restated.get(id(fact)):
                yield Reason("condition_dropped", fact.text, "")
            for condition in fact.conditions:
                if restated.get(id(fact), set()) & condition.segments and not self._keeps(condition):
                    yield Reason("condition_dropped", condition.text, "")

    def dropped_subjects(self) -> Iterable[Reason]:
        """Find what a fact speaks of, where the sentence keeps only what is said of it."""
        for unit, best in self.aligned:
            if unit.conditional or unit.is_topic or not best:
                continue
            subjects = [
                fact.topics[other.segment] for fact, other in best if not other.is_topic and not other.conditional
            ]
            if self._has_subject(unit):
                continue
            if subjects and all(subject and not subject & self.said.features for subject in subjects):
                yield Reason("condition_dropped", "、".join(sorted(i.partition(":")[2] for i in subjects[0])), "")

    def swapped_objects(self) -> Iterable[Reason]:
        """Find a medicine under the condition of another one: 胃溃疡者禁用布洛芬 is nothing about 阿司匹林."""
        for unit in self.said.units:
            said = drugs_of(unit.scope)
            if unit.conditional or not said:
                continue
            limits = [c for c in self.said.conditions if unit.segment in c.reaches]
            for fact in self.facts:
                known = [
                    drugs_of(u.scope)
                    for c in fact.conditions
                    if restates(limits, c)
                    for u in fact.units
                    if u.segment in c.segments
                ]
                named = [drugs for drugs in known if drugs]
                if named and not any(drugs & said for drugs in named):
                    yield Reason("drug", names_of(named[0]), names_of(said))

    def _has_subject(self, unit: Unit) -> bool:
        """Say whether a unit is said of something, be it in other words."""
        around = {
            f for u in self.said.units if unit.segment - 1 <= u.segment <= unit.segment for f in u.scope
        } - unit.scope
        return any(not f.startswith(("d:", "population:", "q:")) for f in around)

    def turned_bounds(self) -> Iterable[Reason]:
        """Find an `after` that became a `before`, or the reverse."""
        for mark, opposite in (("前", "后"), ("后", "前")):
            for token in self.said.tokens:
                if (
                    token.kind == "bound"
                    and mark in token.text
                    and mark not in self.characters
                    and opposite in self.characters
                ):
                    yield Reason("timing", opposite, token.text)

    def _restated(self) -> dict[int, set[int]]:
        """Return the segments of each fact that the sentence restates outside its own conditions."""
        restated: dict[int, set[int]] = {}
        for unit, best in self.aligned:
            if unit.conditional or unit.is_topic:
                continue
            fulfilled = [pair for pair in best if self._conditions_kept(*pair)] or best[:1]
            for fact, other in fulfilled[:1]:
                restated.setdefault(id(fact), set()).add(other.segment)
        for text in self.said.segments:
            for fact in self.facts:
                restated.setdefault(id(fact), set()).update(
                    n for n, known in enumerate(fact.segments) if len(text) > 1 and text in known
                )
        return restated

    def _conditions_kept(self, fact: Statement, unit: Unit) -> bool:
        return all(self._keeps(condition) for condition in fact.conditions if unit.segment in condition.segments)

    def _keeps(self, condition: Condition) -> bool:
        if condition.typed:
            return f"condition:{condition.typed}" in self.said.features
        amounts = [slot.quantity for slot in self.said.slots if slot.quantity]
        measured = [quantity for quantity in condition.quantities if quantity.dimension != "times"]
        if not all(any(quantity.same_amount(amount) for amount in amounts) for quantity in measured):
            return False
        words = [len(option) for part in condition.parts for option in part]
        if measured and len(condition.parts) <= 1 and max(words, default=0) <= 1:
            typed = [[w for w in option if any(":" in f[2:] for f in w)] for part in condition.parts for option in part]
            return not any(typed) or any(words and all(w & self.said.features for w in words) for words in typed)
        return all(any(covers(option, self.said) for option in part) for part in condition.parts)

    # ---- content ----

    def foreign_content(self) -> Iterable[Reason]:
        run: list[Token] = []
        for token in [*self.said.tokens, None]:
            if token is not None and token.kind == "unknown":
                run.append(token)
                continue
            if run:
                yield from self._foreign_run("".join(t.text for t in run))
                run = []
            if token is not None and token.kind in {"word", "food"} and not self._carried(token):
                yield Reason("new_claim", "", token.text)
            if token is not None and token.kind == "side" and not self._same_side(token):
                yield Reason("new_claim", "", token.text)
            if token is not None and token.kind == "condition" and not self._carries_condition(token):
                yield Reason("new_claim", "", token.text)

    def repeated_items(self) -> Iterable[Reason]:
        """Find a list that names one thing twice, as no fact does: one of its items has become another."""
        known = {item for fact in self.facts for item in fact.repeated}
        for item in self.said.repeated - known:
            yield Reason("drug" if ids_of(item) & drugs_of(self.said.ids) else "new_claim", "", item)

    def crossed_clauses(self) -> Iterable[Reason]:
        """Find what one clause of the facts says, said of what another one speaks of."""
        known = [clause for fact in self.facts for clause in fact.clauses]
        for clause in self.said.clauses:
            crossed = crossing(clause, known)
            if crossed:
                yield Reason("new_claim", "", "…".join(item.text for item in crossed))

    def _same_side(self, token: Token) -> bool:
        """Say whether a fact has that side, of the same thing where it has both."""
        sides = {(t.value, _after(fact.tokens, t)) for fact in self.facts for t in fact.tokens if t.kind == "side"}
        if len({side for side, _ in sides}) > 1:
            thing = _after(self.said.tokens, token)
            return any(side == token.value and bool(thing & other) for side, other in sides)
        return token.value in {side for side, _ in sides} or self._literal(token.text)

    def _carries_condition(self, token: Token) -> bool:
        return (
            f"condition:{token.value}" in self.features
            or self._literal(token.text)
            or (token.value == "doctor" and "医" in self.characters)
        )

    def _carried(self, token: Token) -> bool:
        if token.ids & self.ids:
            return True
        if not ELEMENTS.isdisjoint(token.text):
            return self._names_element(token)
        if self._literal(token.text):
            return not self._turned(self.said.text[token.start : token.start + len(token.text) + 1])
        return token.kind == "word" and any(self._pieced(token.text, cut) for cut in range(1, len(token.text)))

    def _names_element(self, token: Token) -> bool:
        """Say whether a fact has a word with an element (钠, 富钾); a sign alone, with what stands beside it."""
        start, end = token.start, token.start + len(token.text)
        if len(token.text) > 1:
            return self._literal(token.text)
        pairs = (self.said.text[start - 1 : end] if start else "", self.said.text[start : end + 1])
        return any(len(pair) > 1 and self._literal(pair) for pair in pairs)

    def _pieced(self, text: str, cut: int) -> bool:
        """Say whether a compound (血压高) is made of words that the facts have (血压, 升高)."""
        pieces = (text[:cut], text[cut:])
        carried = [bool(ids_of(piece) & self.ids) or self._has_character(piece) for piece in pieces]
        return any(carried) and all(had or is_light(piece) for had, piece in zip(carried, pieces, strict=True))

    def _has_character(self, piece: str) -> bool:
        opposite = _OPPOSITES.get(piece, "")
        return len(piece) == 1 and piece not in _NEGATING and self._literal(piece) and opposite not in self.characters

    def _literal(self, text: str) -> bool:
        return any(text in fact.plain for fact in self.facts)

    def _foreign_run(self, run: str) -> Iterable[Reason]:
        if self._literal(run) or all(c in _LIGHT_CHARACTERS for c in run):
            return
        known = all(c in _LIGHT_CHARACTERS or self._literal(c) for c in run)
        if not (known and self._resembles(run)) or self._turned(run):
            yield Reason("drug" if run.endswith(NAME_ENDINGS) else "new_claim", "", run)

    def _turned(self, run: str) -> bool:
        """Say whether a run says the opposite of what a fact has before the same character: 高海拔, 低海拔."""
        pairs = [(_OPPOSITES.get(one, ""), two) for one, two in pairwise(run)]
        return not self._literal(run) and any(one and self._literal(one + two) for one, two in pairs)

    def _resembles(self, run: str) -> bool:
        """Say whether a run of known characters shortens words of one fact, in their order."""
        weighty = "".join(c for c in run if c not in _LIGHT_CHARACTERS)
        return len(set(weighty)) <= _SHORT_RUN or any(_is_subsequence(weighty, fact.plain) for fact in self.facts)


def _after(tokens: Sequence[Token], token: Token) -> Features:
    """Return what a side is the side of: the groups of the next word, or its next character."""
    following = (t for t in tokens if t.start > token.start and t.kind not in {"light", "side"})
    thing = next(following, None)
    return thing.ids | {thing.text[:1]} if thing else frozenset()


def _is_subsequence(run: str, text: str) -> bool:
    position = 0
    for character in run:
        position = text.find(character, position) + 1
        if position == 0:
            return False
    return True
