"""What a sentence says against what its facts say: every slot, operator, condition and content word in turn.

Each function looks for one kind of difference and gives its reasons. Knows no text but the two sides it is handed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from narrowcast.domain.control.facts.lexer import Token, with_implied
from narrowcast.domain.control.facts.statements import Condition, Features, Slot, Statement, Unit
from narrowcast.domain.control.facts.tables.drugs import NAME_ENDINGS
from narrowcast.domain.control.facts.tables.markers import IMPLIED_TIMING
from narrowcast.domain.control.facts.tables.units import DOSES
from narrowcast.domain.control.facts.verdict import Reason

# What may stand for what: a fact's word -> the sentence's words. Softer or equal, never harder (DECISIONS.md).
_NEGATIONS = {
    "forbid": {"forbid", "cannot", "avoid"},
    "cannot": {"cannot", "forbid", "avoid", "not"},
    "avoid": {"avoid", "cannot", "unfit", "not", "prevent"},
    "unfit": {"unfit", "avoid", "cannot", "not"},
    "careful": {"careful"},
    "prevent": {"prevent", "avoid", "not"},
    "not": {"not", "avoid", "cannot", "prevent"},
    "needless": {"needless"},
}
_FORCES = {
    "must": {"must", "should", ""},
    "should": {"should", "recommend", ""},
    "recommend": {"recommend", "should", ""},
    "may": {"may", "fine"},
    "fine": {"may", "fine"},
    "": {"", "should", "recommend", "fine"},
}
_SOFT_CERTAINTY = {"possible": {"possible", "tends"}, "tends": {"tends", "possible", "usual"}, "usual": {"usual", "tends"}, "some": {"some"}}
_COMPARATORS = {
    ("lt", "upto"), ("upto", "lt"), ("le", "upto"), ("upto", "le"),
    ("gt", "from"), ("from", "gt"), ("ge", "from"), ("from", "ge"),
}  # fmt: skip
_LIGHT_CHARACTERS = frozenset("的了着过吧呢啊是在有为把将对从到去来也都就还又再很要会能个些此其该您你我他它这那与和及或并且而则之于以由向给上下里中内外时候每各等所者人一")

_LEAST_ALIKE = 30


def differences(sentence: Statement, facts: Sequence[Statement]) -> list[Reason]:
    """Return every difference between a sentence and the facts it cites; empty when they carry all of it."""
    comparison = _Comparison(sentence, facts)
    return [
        *comparison.foreign_names(),
        *comparison.foreign_populations(),
        *comparison.slots(),
        *comparison.polarity(),
        *comparison.certainty(),
        *comparison.dropped_conditions(),
        *comparison.dropped_subjects(),
        *comparison.turned_bounds(),
        *comparison.foreign_content(),
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
        scored = [(_closeness(unit, other), fact, other) for fact, other in self.units]
        best = max((score for score, _, _ in scored), default=0)
        return [(fact, other) for score, fact, other in scored if score == best and best >= _LEAST_ALIKE]

    # ---- names ----

    def foreign_names(self) -> Iterable[Reason]:
        known = {i for i in self.ids if i.startswith("d:")}
        for token in self.said.tokens:
            if token.kind == "drug" and not token.ids & self.ids:
                yield Reason("drug", _names(known), token.text)

    def foreign_populations(self) -> Iterable[Reason]:
        known = {f for f in self.features if f.startswith("population:")}
        for token in self.said.tokens:
            if token.kind != "population" or f"population:{token.value}" in known or self._literal(token.text):
                continue
            if any(t.kind == "population" and t.text in _synonyms(token) for fact in self.facts for t in fact.tokens):
                continue
            expected = "、".join(t.text for fact in self.facts for t in fact.tokens if t.kind == "population")
            yield Reason("population", expected, token.text)

    # ---- slots ----

    def slots(self) -> Iterable[Reason]:
        for slot in self.said.slots:
            candidates = [(fact, other) for fact in self.facts for other in fact.slots if _same_type(slot, other)]
            if any(_equal(slot, other, fact) and self._bound_alike(slot, other, fact) for fact, other in candidates):
                continue
            if self._is_waived(slot):
                continue
            yield _slot_reason(slot, [other for _, other in candidates])

    def _is_waived(self, slot: Slot) -> bool:
        """Say whether a time or route is implied by what the facts say."""
        if slot.kind == "timing":
            said = {f.removeprefix("timing:") for f in self.features if f.startswith("timing:")}
            implied = {later for earlier in said for later in IMPLIED_TIMING.get(earlier, ())}
            return slot.basis == "each" or slot.value in implied or self._literal(slot.text)
        if slot.kind == "route":
            return bool(self.ids & {i for t in self.said.tokens if t.text == slot.text for i in t.ids})
        return False

    def _bound_alike(self, slot: Slot, other: Slot, fact: Statement) -> bool:
        """Say whether a slot hangs on the same thing in both texts."""
        if slot.drugs and other.drugs and not slot.drugs & other.drugs:
            return False
        if not _same_moment(slot.near, other.near):
            return False
        if slot.near & other.near or slot.beside & other.near or slot.near & other.beside:
            return True
        rivals = [s for f in self.facts for s in f.slots if _same_type(slot, s) and not _equal(slot, s, f)]
        return not any(slot.near & rival.near for rival in rivals)

    # ---- operators ----

    def polarity(self) -> Iterable[Reason]:
        for unit, best in self.aligned:
            if unit.is_topic or self._leads(unit):
                continue
            if not best:
                yield from self._unaligned(unit)
                continue
            yield from _operator_reasons(unit, [other for _, other in best])

    def _unaligned(self, unit: Unit) -> Iterable[Reason]:
        """Compare the operators of a unit that restates nothing in particular with all that the facts have."""
        if unit.negations and not any(other.negations for _, other in self.units):
            yield Reason("negation", "", unit.text)
        if unit.force in {"must", "may"} and not any(other.force == unit.force for _, other in self.units):
            yield Reason("certainty", "", unit.text)

    def _leads(self, unit: Unit) -> bool:
        """Say whether a bare unit only names what the next segment speaks of."""
        if unit.negations or unit.force:
            return False
        later = [other for other in self.said.units if other.segment == unit.segment + 1]
        return any(not other.governs_itself and (other.negations or other.force) for other in later)

    def certainty(self) -> Iterable[Reason]:
        inherited: Features = frozenset()
        known_anywhere: Features = frozenset().union(*(other.certainties for _, other in self.units))
        for unit, best in self.aligned:
            inherited = unit.certainties or inherited
            if not best:
                yield from (Reason("certainty", "", value) for value in unit.certainties - known_anywhere)
            elif not unit.is_topic:
                options = [list(_certainty_reasons(unit.certainties, other.certainties, inherited)) for _, other in best]
                yield from min(options, key=len)

    # ---- conditions ----

    def dropped_conditions(self) -> Iterable[Reason]:
        restated = self._restated()
        for fact in self.facts:
            for condition in fact.conditions:
                if restated.get(id(fact), set()) & condition.segments and not self._keeps(condition):
                    yield Reason("condition_dropped", condition.text, "")

    def dropped_subjects(self) -> Iterable[Reason]:
        """Find what a fact speaks of, where the sentence keeps only what is said of it; and times that a measure needs."""
        for unit, best in self.aligned:
            if unit.conditional or unit.is_topic or not best:
                continue
            subjects = [fact.topics[other.segment] for fact, other in best if not other.is_topic and not other.conditional]
            if subjects and all(subject and not subject & self.said.features for subject in subjects):
                yield Reason("condition_dropped", "、".join(sorted(i.partition(":")[2] for i in subjects[0])), "")

    def turned_bounds(self) -> Iterable[Reason]:
        """Find an `after` that became a `before`, or the reverse."""
        for mark, opposite in (("前", "后"), ("后", "前")):
            for token in self.said.tokens:
                if token.kind == "bound" and mark in token.text and mark not in self.characters and opposite in self.characters:
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
                restated.setdefault(id(fact), set()).update(n for n, known in enumerate(fact.segments) if len(text) > 1 and text in known)
        return restated

    def _conditions_kept(self, fact: Statement, unit: Unit) -> bool:
        return all(self._keeps(condition) for condition in fact.conditions if unit.segment in condition.segments)

    def _keeps(self, condition: Condition) -> bool:
        if condition.typed:
            return f"condition:{condition.typed}" in self.said.features
        amounts = [slot.quantity for slot in self.said.slots if slot.quantity]
        return all(any(_covers(option, self.said) for option in part) for part in condition.parts) and all(
            any(quantity.same_amount(amount) for amount in amounts) or quantity.dimension == "times"
            for quantity in condition.quantities
        )

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
            if token is not None and token.kind == "condition" and not self._carries_condition(token):
                yield Reason("new_claim", "", token.text)

    def _carries_condition(self, token: Token) -> bool:
        return f"condition:{token.value}" in self.features or self._literal(token.text) or (token.value == "doctor" and "医" in self.characters)

    def _carried(self, token: Token) -> bool:
        return bool(token.ids & self.ids) or self._literal(token.text)

    def _literal(self, text: str) -> bool:
        return any(text in fact.text for fact in self.facts)

    def _foreign_run(self, run: str) -> Iterable[Reason]:
        if self._literal(run) or all(c in _LIGHT_CHARACTERS for c in run):
            return
        known = all(c in self.characters or c in _LIGHT_CHARACTERS for c in run)
        if not (known and self._resembles(run)):
            yield Reason("drug" if run.endswith(NAME_ENDINGS) else "new_claim", "", run)

    def _resembles(self, run: str) -> bool:
        """Say whether a run of known characters shortens words of one fact, in their order."""
        return len(run) == 1 or any(_is_subsequence(run, fact.text) for fact in self.facts)


def _same_moment(near: Features, other: Features) -> bool:
    """Say whether two segments do not name different times: 空腹血糖 is not 餐后血糖."""
    said, known = ({f for f in features if f.startswith("timing:")} for features in (near, other))
    return not said or not known or bool(said & known)


def _is_subsequence(run: str, text: str) -> bool:
    position = 0
    for character in run:
        position = text.find(character, position) + 1
        if position == 0:
            return False
    return True


def _closeness(unit: Unit, other: Unit) -> int:
    shared = len(unit.scope & other.scope)
    around = len(unit.context & other.context) + len(unit.scope & other.context) + len(unit.context & other.scope)
    if not (shared or around):
        return 0
    return (100 * shared + 10 * around) // (1 if unit.conditional == other.conditional else 3)


def _covers(option: Features, said: Statement) -> bool:
    found = len(option & said.features)
    return found > 0 and 2 * found >= len(option)


def _synonyms(_: Token) -> frozenset[str]:
    return frozenset()


def _names(ids: Iterable[str]) -> str:
    return "、".join(sorted(i.partition(":")[2] for i in ids))


def _same_type(slot: Slot, other: Slot) -> bool:
    if slot.kind != other.kind:
        return False
    if slot.quantity and other.quantity:
        return _family(slot) == _family(other)
    return True


def _family(slot: Slot) -> str:
    return slot.quantity.dimension if slot.quantity else ""


def _equal(slot: Slot, other: Slot, fact: Statement) -> bool:
    if slot.kind in {"timing", "route"}:
        return slot.value == other.value
    if not _comparators_agree(slot.comparator, other.comparator):
        return False
    if slot.frequency and other.frequency:
        if slot.frequency.low is None:
            return slot.frequency.period == other.frequency.period
        return slot.frequency == other.frequency
    if not (slot.quantity and other.quantity and slot.quantity.same_amount(other.quantity)):
        return False
    return _relations_agree(slot, other) and _bases_agree(slot, other, fact)


def _comparators_agree(said: str, known: str) -> bool:
    return said == known or (known, said) in _COMPARATORS


def _relations_agree(slot: Slot, other: Slot) -> bool:
    return slot.relation == other.relation or not slot.relation or not other.relation


def _bases_agree(slot: Slot, other: Slot, fact: Statement) -> bool:
    if not (slot.basis and other.basis) or slot.basis == other.basis:
        return True
    once = any(s.frequency and s.frequency.low == s.frequency.high == 1 and s.frequency.period in {slot.basis, other.basis} for s in fact.slots)
    return once


def _slot_reason(slot: Slot, candidates: Sequence[Slot]) -> Reason:
    nearest = max(candidates, key=lambda other: len(slot.near & other.near) + 2 * bool(slot.drugs & other.drugs), default=None)
    return Reason(_slot_kind(slot, nearest), nearest.text if nearest else "", slot.text)


def _slot_kind(slot: Slot, nearest: Slot | None) -> str:
    if slot.kind in {"frequency", "timing", "duration"}:
        return slot.kind
    if slot.kind == "route":
        return "new_claim"
    if slot.quantity is None or slot.kind == "count":
        return "number"
    if nearest and nearest.quantity and slot.quantity.amount == nearest.quantity.amount:
        return "comparator"
    if slot.quantity.is_range or (nearest and nearest.quantity and nearest.quantity.is_range):
        return "range"
    return "dose" if slot.quantity.dimension in DOSES else "number"


def _operator_reasons(unit: Unit, best: Sequence[Unit]) -> Iterable[Reason]:
    """Compare polarity, then the force within the same polarity."""
    alike = [other for other in best if _is_negative(unit) == _is_negative(other)]
    if not alike:
        yield Reason("negation", best[0].text, unit.text)
        return
    if not any(_forces_agree(unit, other) for other in alike):
        yield Reason("certainty", alike[0].text, unit.text)


def _is_negative(unit: Unit) -> bool:
    if unit.conditional and unit.text.endswith("前"):
        return False
    return len(unit.negations) % 2 == 1 and "careful" not in unit.negations


def _forces_agree(unit: Unit, other: Unit) -> bool:
    if unit.conditional or other.conditional:
        return True
    if unit.negations and other.negations:
        if unit.force == "must" != other.force and unit.negations[-1] == "prevent":
            return False
        return unit.negations[-1] in _NEGATIONS[other.negations[-1]]
    return unit.force in _FORCES[other.force]


def _certainty_reasons(said: Features, known: Features, inherited: Features) -> Iterable[Reason]:
    for value in sorted(known & _SOFT_CERTAINTY.keys()):
        if not (said | inherited) & _SOFT_CERTAINTY[value]:
            yield Reason("certainty", value, "、".join(sorted(said)))
    for value in sorted(said - known):
        if not any(value in _SOFT_CERTAINTY.get(k, ()) for k in known):
            yield Reason("certainty", "、".join(sorted(known)), value)
