"""What a sentence says against what its facts say: every slot, operator, condition and content word in turn.

Each function looks for one kind of difference and gives its reasons. Knows no text but the two sides it is handed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from narrowcast.domain.control.facts.lexer import Token, ids_of, with_implied
from narrowcast.domain.control.facts.statements import Condition, Features, Frequency, Option, Slot, Statement, Unit
from narrowcast.domain.control.facts.tables.drugs import NAME_ENDINGS
from narrowcast.domain.control.facts.tables.markers import EXAMPLES, IMPLIED_ROUTES, IMPLIED_TIMING
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
    "not": {"not", "avoid", "unfit", "cannot", "prevent"},
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
_SOFT_CERTAINTY = {
    "possible": {"possible", "tends"},
    "tends": {"tends", "possible", "usual"},
    "usual": {"usual", "tends"},
    "some": {"some"},
}
_COMPARATORS = {
    ("lt", "upto"), ("upto", "lt"), ("le", "upto"), ("upto", "le"),
    ("ge", "full"), ("from", "full"), ("", "full"), ("full", "ge"), ("full", "from"), ("full", ""),
    ("gt", "from"), ("from", "gt"), ("ge", "from"), ("from", "ge"),
}  # fmt: skip
_LIGHT_CHARACTERS = frozenset(
    "的了着过吧呢啊是在有为把将对从到去来也都就还又再很要会能个些此其该您你我他它这那与和及或并且而则之于以由向给上下里中内外时候每各等所者人一"
    "第变总放让长新掉完见便住成做得地起那哦呀哟嘛吗呐咱俩们啦别样种类次回再才只仅均即若虽因故且乃亦尚既仍已曾正刚恰约凡另某本该贵"
)

_LIMITS = frozenset({"population", "timing", "side"})
_DEGREES = frozenset({"w:轻度", "w:严重", "w:首剂", "w:早期", "w:晚期"})
_LEAST_ALIKE = 10
_SHORT_RUN = 2
_OPPOSITES = {"高": "低", "低": "高", "多": "少", "少": "多", "升": "降", "降": "升", "加": "减", "减": "加", "前": "后", "后": "前"}
_NEGATING = frozenset("不未无非没别勿禁停忌")
_DAYS = frozenset({"second 86400", "second 3600", "second 60"})


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
        *comparison.swapped_objects(),
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
            if token.kind != "population" or self._literal(token.text):
                continue
            if any(f"population:{value}" in known for value in token.value.split("|")):
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
            known = {other.value for fact in self.facts for other in fact.slots if other.kind == "route"}
            return bool(IMPLIED_ROUTES.get(slot.value, set()) & known) or (
                not known and bool(self._ids_of(slot) & self.ids)
            )
        return False

    def _ids_of(self, slot: Slot) -> Features:
        return frozenset().union(*(token.ids for token in self.said.tokens if slot.text.endswith(token.text)))

    def _bound_alike(self, slot: Slot, other: Slot, fact: Statement) -> bool:
        """Say whether a slot hangs on the same thing in both texts."""
        elsewhere = slot.inherits and other.inherits and slot.near & other.near
        if slot.drugs and other.drugs and not slot.drugs & other.drugs and not elsewhere:
            return False
        if not _same_moment(slot.near, other.near):
            return False
        if not self._limited_alike(slot, other, fact):
            return False
        own = len(_reach(slot, self.said) & _reach(other, fact))
        rivals = [s for f in self.facts for s in f.slots if _same_type(slot, s) and not _equal(slot, s, f)]
        best = max((len(slot.near & rival.near) for rival in rivals), default=0)
        return best < own + 2 if own else best == 0

    def _limited_alike(self, slot: Slot, other: Slot, fact: Statement) -> bool:
        """Say whether a slot does not stand under the condition of another of its type."""
        over = [c for c in self.said.conditions if slot.segment in c.reaches]
        if any(other.segment in condition.segments and self._keeps(condition) for condition in fact.conditions):
            return True
        for condition in fact.conditions:
            if _restates(over, condition) and other.segment not in condition.reaches:
                return not any(_same_type(slot, s) and s.segment in condition.segments and s is not other for s in fact.slots)
        return True

    # ---- operators ----

    def polarity(self) -> Iterable[Reason]:
        for unit, best in self.aligned:
            if unit.is_topic or self._leads(unit) or self._introduces(unit, best):
                continue
            if not best:
                yield from self._unaligned(unit)
                continue
            reasons = list(_operator_reasons(unit, [other for _, other in best]))
            if reasons and reasons[0].kind == "certainty" and self._continues(unit, best):
                continue
            yield from reasons

    def _unaligned(self, unit: Unit) -> Iterable[Reason]:
        """Compare the operators of a unit that restates nothing in particular with all that the facts have."""
        if unit.conditional and unit.negations == ("not",):
            return  # 还没停: how a condition is put in other words; its content is compared by itself
        if _is_negative(unit) and (unit.governs_itself or not any(other.negations for _, other in self.units)):
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
        return any(other in restated and not list(_operator_reasons(u, [other])) for u, b in later for _, other in b)

    def _continues(self, unit: Unit, best: Sequence[tuple[Statement, Unit]]) -> bool:
        """Say whether a bare unit goes on with what the one before it said with the operator of the same fact."""
        if unit.negations or unit.force:
            return False
        earlier = [(u, b) for u, b in self.aligned if unit.segment - 1 <= u.segment <= unit.segment and u is not unit]
        restated = [other for _, other in best]
        return any(other in restated and not list(_operator_reasons(u, [other])) for u, b in earlier for _, other in b)

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
                        _certainty_reasons(
                            unit.certainties, other.certainties, inherited, possible=other.force == "may"
                        )
                    )
                    for _, other in best
                ]
                yield from min(options, key=len)

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
        """Find what a fact speaks of, where the sentence keeps only what is said of it; and times that a measure needs."""
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
            said = _drugs(unit.scope)
            if unit.conditional or not said:
                continue
            limits = [c for c in self.said.conditions if unit.segment in c.reaches]
            for fact in self.facts:
                known = [_drugs(u.scope) for c in fact.conditions if _restates(limits, c) for u in fact.units if u.segment in c.segments]
                named = [drugs for drugs in known if drugs]
                if named and not any(drugs & said for drugs in named):
                    yield Reason("drug", _names(named[0]), _names(said))

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
        if measured and len(condition.parts) <= 1:
            typed = [[w for w in option if any(":" in f[2:] for f in w)] for part in condition.parts for option in part]
            return not any(typed) or any(words and all(w & self.said.features for w in words) for words in typed)
        return all(any(_covers(option, self.said) for option in part) for part in condition.parts)

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
        if token.ids & self.ids or self._literal(token.text):
            return True
        return token.kind == "word" and any(self._pieced(token.text, cut) for cut in range(1, len(token.text)))

    def _pieced(self, text: str, cut: int) -> bool:
        """Say whether a compound (血压高) is made of words that the facts have (血压, 升高)."""
        return all(bool(ids_of(piece) & self.ids) or self._has_character(piece) for piece in (text[:cut], text[cut:]))

    def _has_character(self, piece: str) -> bool:
        opposite = _OPPOSITES.get(piece, "")
        return len(piece) == 1 and piece not in _NEGATING and self._literal(piece) and opposite not in self.characters

    def _literal(self, text: str) -> bool:
        return any(text in fact.plain for fact in self.facts)

    def _foreign_run(self, run: str) -> Iterable[Reason]:
        if self._literal(run) or all(c in _LIGHT_CHARACTERS for c in run):
            return
        known = all(c in self.characters or c in _LIGHT_CHARACTERS for c in run)
        if not (known and self._resembles(run)):
            yield Reason("drug" if run.endswith(NAME_ENDINGS) else "new_claim", "", run)

    def _resembles(self, run: str) -> bool:
        """Say whether a run of known characters shortens words of one fact, in their order."""
        weighty = "".join(c for c in run if c not in _LIGHT_CHARACTERS)
        return len(set(weighty)) <= _SHORT_RUN or any(_is_subsequence(weighty, fact.plain) for fact in self.facts)


def _reach(slot: Slot, statement: Statement) -> Features:
    """Return what a slot is said of: the words of its segment and of the conditions over it."""
    over = (c for c in statement.conditions if slot.segment in c.segments)
    return slot.near.union(slot.beside, *(word for c in over for part in c.parts for option in part for word in option))


def _same_moment(near: Features, other: Features) -> bool:
    """Say whether two segments do not name different times: 空腹血糖 is not 餐后血糖."""
    said, known = ({f for f in features if f.startswith("timing:")} for features in (near, other))
    return not said or not known or bool(said & known)


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


def _closeness(unit: Unit, other: Unit) -> int:
    shared = len(unit.scope & other.scope)
    around = len(unit.context & other.context) + len(unit.scope & other.context) + len(unit.context & other.scope)
    if not (shared or around):
        return 0
    score = 100 * shared + 10 * around
    if unit.conditional != other.conditional or (other.is_topic and (unit.negations or unit.force)):
        return score // 6
    borrowed = unit.governs_itself and not other.governs_itself
    return score // 2 if borrowed or (other.is_topic and not unit.is_topic) else score


def _covers(option: Option, said: Statement) -> bool:
    kept = [word for word in option if word & said.features]
    limits = [word for word in option if word & _DEGREES or any(f.partition(":")[0] in _LIMITS for f in word)]
    return bool(kept) and 2 * len(kept) >= len(option) and all(word in kept for word in limits)


def _drugs(features: Features) -> Features:
    return frozenset(feature for feature in features if feature.startswith("d:"))


def _restates(limits: Sequence[Condition], condition: Condition) -> bool:
    """Say whether one of some conditions names an alternative of another whole."""
    said = frozenset(f for limit in limits for part in limit.parts for option in part for word in option for f in word)
    return any(option and all(word & said for word in option) for part in condition.parts for option in part)


def _names(ids: Iterable[str]) -> str:
    return "、".join(sorted(i.partition(":")[2] for i in ids))


def _same_type(slot: Slot, other: Slot) -> bool:
    if slot.kind != other.kind:
        return False
    if slot.quantity and other.quantity and slot.kind != "count":
        return _family(slot) == _family(other)
    return True


def _family(slot: Slot) -> str:
    return slot.quantity.dimension if slot.quantity else ""


def _equal(slot: Slot, other: Slot, fact: Statement) -> bool:
    if slot.kind in {"timing", "route"}:
        return slot.value == other.value
    if not _comparators_agree(_comparator(slot, other), _comparator(other, slot)):
        return False
    if slot.frequency and other.frequency:
        if slot.frequency.low is None:
            return slot.frequency.period == other.frequency.period
        return slot.frequency == other.frequency or _once_in(slot.frequency, other.frequency)
    if not (slot.quantity and other.quantity):
        return False
    if slot.kind == "count":
        return slot.quantity.amount == other.quantity.amount
    if not slot.quantity.same_amount(other.quantity):
        return False
    if slot.moment and other.moment and slot.moment != other.moment:
        return False
    return _relations_agree(slot, other) and _bases_agree(slot, other, fact)


def _comparator(slot: Slot, other: Slot) -> str:
    """Return a slot's comparator; 以内 is one where the other side has one."""
    within = slot.relation == "within" and not slot.comparator and other.comparator
    return "upto" if within else slot.comparator


def _comparators_agree(said: str, known: str) -> bool:
    return said == known or (known, said) in _COMPARATORS


def _once_in(said: Frequency, known: Frequency) -> bool:
    """Say whether 每年查一次 only spells out 每年检查; a day may hold more than one time."""
    return known.low is None and said.low == said.high == 1 and said.period == known.period and said.period not in _DAYS


def _relations_agree(slot: Slot, other: Slot) -> bool:
    return slot.relation == other.relation or not slot.relation or not other.relation


def _bases_agree(slot: Slot, other: Slot, fact: Statement) -> bool:
    if not (slot.basis and other.basis) or slot.basis == other.basis:
        return True
    once = any(
        s.frequency and s.frequency.low == s.frequency.high == 1 and s.frequency.period in {slot.basis, other.basis}
        for s in fact.slots
    )
    return once


def _slot_reason(slot: Slot, candidates: Sequence[Slot]) -> Reason:
    nearest = max(
        candidates, key=lambda other: len(slot.near & other.near) + 2 * bool(slot.drugs & other.drugs), default=None
    )
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
    return sum(negation != "careful" for negation in unit.negations) % 2 == 1


def _forces_agree(unit: Unit, other: Unit) -> bool:
    if unit.conditional or other.conditional:
        return True
    if unit.negations and other.negations:
        serves = unit.force == "may" and not other.force and other.segment > 0  # 这样可以避免 …
        if unit.force in {"must", "may"} and unit.force != other.force and not serves and unit.negations[-1] in {"prevent", "avoid"}:
            return False
        return unit.negations[-1] in _NEGATIONS[other.negations[-1]]
    if (
        other.force == "may"
        and "possible" in unit.certainties
        or unit.force == "may"
        and "possible" in other.certainties
    ):
        return True
    if not unit.force and unit.inherited_force in _FORCES[other.force]:
        return True
    return unit.force in _FORCES[other.force] or (not other.force and unit.force in _FORCES.get(other.inherited_force, ()))


def _certainty_reasons(said: Features, known: Features, inherited: Features, *, possible: bool) -> Iterable[Reason]:
    for value in sorted(known & _SOFT_CERTAINTY.keys()):
        if not (said | inherited) & _SOFT_CERTAINTY[value]:
            yield Reason("certainty", value, "、".join(sorted(said)))
    for value in sorted(said - known):
        if not any(value in _SOFT_CERTAINTY.get(k, ()) for k in known) and not (value == "possible" and possible):
            yield Reason("certainty", "、".join(sorted(known)), value)
