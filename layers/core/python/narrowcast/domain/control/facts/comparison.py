"""What a sentence says against what its facts say: every slot, operator, condition and content word in turn.

Each function looks for one kind of difference and gives its reasons. Knows no text but the two sides it is handed.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from fractions import Fraction
from functools import cached_property
from itertools import pairwise

from narrowcast.domain.control.facts.agreement import (
    TAKING,
    certainty_reasons,
    closeness,
    covers,
    drugs_of,
    is_negative,
    names_of,
    operator_reasons,
    restates,
    same_type,
    slots_equal,
    urgency_reasons,
)
from narrowcast.domain.control.facts.binding import Binding
from narrowcast.domain.control.facts.clauses import crossing
from narrowcast.domain.control.facts.conditions import Condition
from narrowcast.domain.control.facts.lexer import Token, ids_of, with_implied
from narrowcast.domain.control.facts.narrowing import (
    dropped_degree,
    dropped_site,
    lost_denials,
    stages_of,
    turned_stages,
    turned_use,
    widened_ban,
)
from narrowcast.domain.control.facts.novelty import Carrier, is_everyday
from narrowcast.domain.control.facts.populations import foreign_people, other_patients, told_populations
from narrowcast.domain.control.facts.segments import Features
from narrowcast.domain.control.facts.slots import Slot
from narrowcast.domain.control.facts.statements import Statement, Unit
from narrowcast.domain.control.facts.tables.markers import EXAMPLES
from narrowcast.domain.control.facts.tables.units import TIME
from narrowcast.domain.control.facts.verdict import Reason

_FEVER, _HOTTEST = Fraction("37.3"), 42
"""In degrees Celsius."""
_THEN = frozenset({"再", "然后", "后", "接着", "之后", "随后", "以后", "才"})
_TYPED = ("timing:", "population:", "side:", "condition:", "d:", "f:")
_COURSE = TAKING | {"w:连服", "w:疗程", "w:用于", "w:适用于"}
_STOPPING = frozenset({"w:停药", "w:停用", "w:停止", "w:暂停"})
_GOING_ON = re.compile("(?:继续|接着|照样|照常|照旧|照)[吃用服打喝]")
_GOES_ON = re.compile("继续|坚持|恢复|仍|接着|照常")
_MORE, _LESS = ("超过", "高于", "大于", "多于", "超出", "高过"), ("低于", "少于", "小于", "短于", "低过")
_LEAST_ALIKE = 10
_WAITS = re.compile("等.{1,12}再|了再|后再|才能|才可|方可|方能")
_UNTIL = re.compile("前|没|未|不|等|才|先|再|方|到")
"""How one says that something has not happened yet."""
_DENIED = ("未", "没", "尚未", "还没")
_DENIES = re.compile("[未没无非]|不(?![宜能得可要应许用])")
_CONCEDES = re.compile("(?:了|后|以后|之后|完)(?:也|还|仍|照样)(?:是)?(?:不|别)")
"""How a ban is said to outlast what ends it: 干了也不能负重."""
_ONLY_HAPPENS = frozenset({"w:出现", "w:发现", "w:发生", "w:有", "w:得"})
_ONE_WORD, _SAME_BRANCH = 100, 90
"""What two units score for one word that they share, and one of two branches for its amount."""
_TAKES = re.compile("[吃服用打吸喷涂滴喂]|期间|时候")
"""What says that a medicine is being taken."""
_AROUND_TAKING = {
    "w:服药前": re.compile("[吃服用打][^，。]{0,8}[之以]?前"),
    "w:服药后": re.compile("[吃服用打][^，。]{0,8}[之以]?后"),
}


def differences(sentence: Statement, facts: Sequence[Statement]) -> list[Reason]:
    """Return every difference between a sentence and the facts it cites; empty when they carry all of it."""
    comparison = _Comparison(sentence, facts)
    return [
        *comparison.foreign_names(),
        *comparison.foreign_populations(),
        *Binding(sentence, facts, comparison.carrier, comparison.ids, comparison.keeps).reasons(),
        *comparison.polarity(),
        *comparison.certainty(),
        *comparison.urgency(),
        *comparison.dropped_conditions(),
        *comparison.dropped_subjects(),
        *comparison.swapped_objects(),
        *comparison.turned_bounds(),
        *comparison.turned_conditions(),
        *comparison.undone_states(),
        *comparison.outlasting_bans(),
        *comparison.turned_comparators(),
        *comparison.turned_orders(),
        *comparison.widened_bans(),
        *comparison.turned_uses(),
        *comparison.lost_limits(),
        *comparison.outcomes_of_conditions(),
        *comparison.continued_medicines(),
        *comparison.foreign_content(),
        *comparison.repeated_items(),
        *comparison.repeated_amounts(),
        *comparison.crossed_clauses(),
    ]


class _Comparison:
    """One sentence and the facts it cites, with the unit of the facts that each of its units restates."""

    def __init__(self, sentence: Statement, facts: Sequence[Statement]) -> None:
        self.said = sentence
        self._kept: dict[object, bool] = {}
        self.facts = facts
        self.ids: Features = with_implied(frozenset().union(*(fact.ids | fact.features for fact in facts)))
        if any(map(_is_fever, self._slots())):
            self.ids |= {"w:发热"}
        if any(slot.frequency and slot.frequency.low == 1 for slot in self._slots()):
            self.ids |= {"w:间隔", "w:间隔时间"}
        self.carrier = Carrier(facts, self.ids)
        self.told: Features = with_implied(sentence.features | sentence.ids, by_kind=False) | told_populations(sentence)
        if _TAKES.search(sentence.text):
            self.told |= TAKING
        self.told |= {word for word, form in _AROUND_TAKING.items() if form.search(sentence.text)}
        self.features = self.carrier.features
        self.characters = self.carrier.characters
        self.units = [(fact, unit) for fact in facts for unit in fact.units]
        self.aligned = [(unit, self._best(unit)) for unit in sentence.units]

    def _best(self, unit: Unit) -> list[tuple[Statement, Unit]]:
        """Return the units of the facts that share most with a unit; several when they share alike."""
        scored = [(self._likeness(unit, fact, other), fact, other) for fact, other in self.units]
        best = max((score for score, _, _ in scored), default=0)
        return [(fact, other) for score, fact, other in scored if score == best and best >= _LEAST_ALIKE]

    def _likeness(self, unit: Unit, fact: Statement, other: Unit) -> float:
        """Score how much two units share; of two branches the one beside the same amount is meant."""
        score = closeness(unit, other)
        if score < _ONE_WORD:
            return score
        own = [slot for slot in self.said.slots if slot.segment == unit.segment and slot.quantity]
        return score + _SAME_BRANCH * _beside(own, fact, other)

    # ---- names ----

    def foreign_names(self) -> Iterable[Reason]:
        known = {i for i in self.ids if i.startswith("d:")}
        for token in self.said.tokens:
            if token.kind == "drug" and not token.ids & self.ids and not self._names_kind(token):
                yield Reason("drug", names_of(known), token.text)

    def _names_kind(self, token: Token) -> bool:
        """Say whether a name is that of a kind which the facts name more closely, and the sentence too."""
        if token.text.endswith("药") and self.carrier.says(token.text[:-1]):
            return True  # 抗菌药 for 抗菌治疗
        closer = {t.text for t in self.said.tokens if t.kind == "drug" and t.ids & self.ids}
        return any(token.text in name for name in closer)

    def foreign_populations(self) -> Iterable[Reason]:
        expected = "、".join(t.text for fact in self.facts for t in fact.tokens if t.kind == "population")
        for token in foreign_people(self.said, self.facts):
            yield Reason("population", expected, token.text)
        for token in other_patients(self.said, self.facts):
            yield Reason("population", "", token.text)

    def _slots(self) -> list[Slot]:
        return [slot for fact in self.facts for slot in fact.slots]

    # ---- operators ----

    def polarity(self) -> Iterable[Reason]:
        for unit, best in self.aligned:
            if unit.is_topic or unit.asks or self._leads(unit) or self._introduces(unit, best):
                continue
            if _only_sets_scene(unit, best) or self._states_condition(unit):
                continue
            if not best:
                yield from self._unaligned(unit)
                continue
            if self._awaits(unit, best):
                continue
            reasons = list(operator_reasons(unit, [other for _, other in best]))
            if reasons and reasons[0].kind == "certainty" and self._continues(unit, best):
                continue
            yield from reasons

    def _unaligned(self, unit: Unit) -> Iterable[Reason]:
        """Compare the operators of a unit that restates nothing in particular with all that the facts have."""
        if unit.conditional and unit.negations == ("not",):
            return  # 还没停: how a condition is put in other words; its content is compared by itself
        if is_negative(unit) and unit.governs_itself and not any(map(_weighs, unit.scope)):
            return  # 别嫌麻烦: it forbids nothing that a fact could speak of
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
        following = self._following(unit)
        later = [(u, b) for u, b in self.aligned if u.segment == following and (u.negations or u.force)]
        restated = [other for _, other in best]
        return any(other in restated and not list(operator_reasons(u, [other])) for u, b in later for _, other in b)

    def _awaits(self, unit: Unit, best: Sequence[tuple[Statement, Unit]]) -> bool:
        """Say whether a unit lets wait for what a ban lasts until: 等恢复了再驾车 for 恢复前不得驾车."""
        if is_negative(unit) or not _WAITS.search(unit.text):
            return False
        return any(is_negative(other) and any(self._lasts(c, other) for c in fact.conditions) for fact, other in best)

    def _lasts(self, condition: Condition, unit: Unit) -> bool:
        return unit.segment in condition.segments and condition.text.endswith("前") and self.keeps(condition)

    def _states_condition(self, unit: Unit) -> bool:
        """Say whether a bare unit tells a condition of the facts before what then: 肾绞痛了，要…."""
        if unit.negations or unit.force or unit.certainties or not unit.governs_itself:
            return False
        own = _weighty(unit.scope)
        limits = (part for fact in self.facts for condition in fact.conditions for part in condition.parts)
        known = own & frozenset[str]().union(*(word for part in limits for option in part for word in option))
        follows = any(other.segment > unit.segment and other.sentence == unit.sentence for other in self.said.units)
        return follows and bool(known) and own <= known | _ONLY_HAPPENS

    def _following(self, unit: Unit) -> int:
        """Return the number of the next segment that is more than a condition."""
        later = [u for u in self.said.units if u.segment > unit.segment]
        return next((u.segment for u in later if not u.conditional), unit.segment + 1)

    def _continues(self, unit: Unit, best: Sequence[tuple[Statement, Unit]]) -> bool:
        """Say whether a bare unit goes on with what the one before it said with the operator of the same fact."""
        if unit.negations or unit.force:
            return False
        earlier = [(u, b) for u, b in self.aligned if unit.segment - 1 <= u.segment <= unit.segment and u is not unit]
        restated = [other for _, other in best]
        return any(other in restated and not list(operator_reasons(u, [other])) for u, b in earlier for _, other in b)

    def certainty(self) -> Iterable[Reason]:
        known_anywhere: Features = frozenset().union(*(other.certainties for _, other in self.units))
        for unit, best in self.aligned:
            if unit.asks:
                continue
            inherited = _hedges(self.said, unit)
            if not best:
                yield from (Reason("certainty", "", value) for value in unit.certainties - known_anywhere)
            elif not unit.is_topic and not (unit.conditional and unit.certainties <= {"certain", "all"}):
                options = [
                    list(
                        certainty_reasons(
                            unit.certainties,
                            _certainties(fact, other),
                            inherited,
                            _hedges(fact, other),
                            possible=other.force == "may" or "otherwise" in unit.negations,
                        )
                    )
                    for fact, other in best
                ]
                yield from min(options, key=len)

    def urgency(self) -> Iterable[Reason]:
        """Compare how soon, over all that the restated segments of the facts say."""
        for unit, best in self.aligned:
            segments = {(id(fact), other.segment) for fact, other in best}
            yield from urgency_reasons(unit, [u for fact, u in self.units if (id(fact), u.segment) in segments])

    # ---- conditions ----

    def dropped_conditions(self) -> Iterable[Reason]:
        restated = self._restated
        if self.said.excepts and not any(fact.excepts for fact in self.facts):
            yield Reason("negation", "", self.said.text)
        for fact in self.facts:
            if fact.excepts and not self.said.excepts and restated.get(id(fact)):
                yield Reason("condition_dropped", fact.text, "")
            for condition in fact.conditions:
                if restated.get(id(fact), set()) & condition.segments and not self.keeps(condition):
                    yield Reason("condition_dropped", condition.text, "")

    def dropped_subjects(self) -> Iterable[Reason]:
        """Find what a fact speaks of, where the sentence keeps only what is said of it."""
        for unit, best in self.aligned:
            if unit.conditional or unit.is_topic or unit.asks or not best:
                continue
            subjects = [
                _weighty(fact.topics[other.segment]) - TAKING
                for fact, other in best
                if not other.is_topic and not other.conditional
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

    def turned_conditions(self) -> Iterable[Reason]:
        """Find 拆了线 for 拆线前, and 开了封的 for 未开封的."""
        restated = self._restated
        for fact in self.facts:
            for condition in fact.conditions:
                if not restated.get(id(fact), set()) & condition.segments or not self._tells_any(condition):
                    continue
                if condition.text.endswith("前") and "前往" not in fact.text and not _UNTIL.search(self.said.text):
                    yield Reason("timing", condition.text, "")
                elif condition.text.startswith(_DENIED) and not self._denies_beside(condition):
                    yield Reason("negation", condition.text, "")

    def undone_states(self) -> Iterable[Reason]:
        """Find 开了封的 for 未开封的, where one word says that something has not happened."""
        tokens = [token for fact in self.facts for token in fact.tokens]
        yield from lost_denials(self.said.tokens, tokens)

    def _tells_any(self, condition: Condition) -> bool:
        return bool(_words_of(condition) & self.said.features)

    def _denies_beside(self, condition: Condition) -> bool:
        """Say whether a clause that tells of a condition denies anything."""
        words = _words_of(condition)
        beside = {unit.segment for unit in self.said.units if (unit.scope | unit.context) & words}
        return any(_DENIES.search(self.said.segments[number]) for number in beside)

    def outlasting_bans(self) -> Iterable[Reason]:
        """Find 干了也不能负重 for 干固前不得负重."""
        outlasts = _CONCEDES.search(self.said.text)
        ends = any(c.text.endswith("前") for fact in self.facts for c in fact.conditions)
        if outlasts and ends and not any(_CONCEDES.search(fact.text) for fact in self.facts):
            yield Reason("timing", "前", outlasts[0])

    def turned_comparators(self) -> Iterable[Reason]:
        """Find 不要低于医嘱的剂量 for 不要超过医嘱的剂量, where no number tells."""
        known = {_direction(token) for fact in self.facts for token in fact.tokens}
        for index, token in enumerate(self.said.tokens):
            way, after = _direction(token), self.said.tokens[index + 1 : index + 4]
            if way and -way in known and way not in known and not any(other.quantity for other in after):
                yield Reason("comparator", "", token.text)

    def widened_bans(self) -> Iterable[Reason]:
        """Find a prohibition that lost what narrows it."""
        for unit, best in self.aligned:
            yield from widened_ban(unit, [other for _, other in best], self.told, self.said.segments[unit.segment])

    def turned_uses(self) -> Iterable[Reason]:
        """Find a medicine that is for those whom the facts bar from it."""
        return turned_use(self.said.text, [fact.text for fact in self.facts])

    def lost_limits(self) -> Iterable[Reason]:
        """Find a degree, a stage or a site that what is restated is limited to."""
        restated = self._restated
        known = frozenset[str]().union(*(stages_of(fact.text) for fact in self.facts))
        for fact in self.facts:
            for segment in (fact.segments[number] for number in restated.get(id(fact), ())):
                yield from dropped_degree(segment, self.said.text)
                yield from turned_stages(segment, self.said.text, known)
                yield from dropped_site(segment, self.said.text, self.told)

    def outcomes_of_conditions(self) -> Iterable[Reason]:
        """Find a condition told as what will come: 吃了就会出现皮疹 for 如出现皮疹."""
        for unit, best in self.aligned:
            foretells = "会" in unit.text and not (unit.conditional or unit.asks or unit.negations)
            if best and foretells and "会" not in self.characters and all(other.conditional for _, other in best):
                yield Reason("certainty", best[0][1].text, unit.text)

    def continued_medicines(self) -> Iterable[Reason]:
        """Find 继续吃药 where the facts speak of stopping and never of going on."""
        going = _GOING_ON.search(self.said.text)
        if going and self.ids & _STOPPING and not any(_GOES_ON.search(fact.text) for fact in self.facts):
            yield Reason("negation", "", going[0])

    def turned_orders(self) -> Iterable[Reason]:
        """Find 先 B 后 A for 先 A 后 B, and B 代替 A for A 代替 B."""
        for parted in (_in_turn, _in_place):
            said = parted(self.said.tokens)
            for fact in self.facts:
                known = parted(fact.tokens)
                if said and known and _is_turned(said, known):
                    yield Reason("new_claim", fact.text, self.said.text)

    @cached_property
    def _restated(self) -> dict[int, set[int]]:
        """Return the segments of each fact that the sentence restates outside its own conditions."""
        restated: dict[int, set[int]] = {}
        for unit, best in self.aligned:
            if unit.conditional or unit.is_topic or unit.asks or self._states_condition(unit):
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
        return all(self.keeps(condition) for condition in fact.conditions if unit.segment in condition.segments)

    def keeps(self, condition: Condition) -> bool:
        """Say whether the sentence keeps a condition of a fact."""
        limit = (condition.parts, condition.quantities, condition.typed)
        if limit not in self._kept:
            self._kept[limit] = self._keeps(condition)
        return self._kept[limit]

    def _keeps(self, condition: Condition) -> bool:
        if condition.typed:
            return f"condition:{condition.typed}" in self.said.features
        amounts = [slot.quantity for slot in self.said.slots if slot.quantity]
        amounts += [t.quantity for t in self.said.tokens if t.quantity and t.quantity.dimension in TIME]
        measured = [quantity for quantity in condition.quantities if quantity.dimension != "times"]
        if not all(any(quantity.same_amount(amount) for amount in amounts) for quantity in measured):
            return False
        if measured and all(
            map(self._tells_course, (w for part in condition.parts for option in part for w in option))
        ):
            return True  # 吃14天，停7天 for 连服14天后停药7天
        words = [len(option) for part in condition.parts for option in part]
        limited = any(_tells_event(other) for other in self.said.conditions)
        if measured and limited and len(condition.parts) <= 1 and max(words, default=0) <= 1:
            typed = [[w for w in option if any(":" in f[2:] for f in w)] for part in condition.parts for option in part]
            return not any(typed) or any(words and all(w & self.told for w in words) for words in typed)
        if all(any(covers(option, self.told, strictly=not measured) for option in part) for part in condition.parts):
            return True
        return not measured and any(self._rewords(other, condition) for other in self.said.conditions)

    def _tells_course(self, word: Features) -> bool:
        """Say whether a word of a condition only says that a medicine, told here too, is taken."""
        return bool(word & _COURSE) or bool(drugs_of(word) & self.told)

    def _rewords(self, said: Condition, known: Condition) -> bool:
        """Say whether a condition says part of a fact's, and the rest in words that no fact has."""
        words = [word for part in said.parts for option in part for word in option]
        named = [word for part in known.parts for option in part for word in option if word - TAKING]
        if not any(word & other for word in words for other in named):
            return False
        own = [
            word
            for word in words
            if not word & self.ids and not any(self.carrier.says(f) for f in word if ":" not in f)
        ]
        missing = [word for word in named if not word & self.told]
        if any(f.startswith(_TYPED) for word in (*own, *missing) for f in word):
            return False
        return 0 < len(missing) <= len(own)

    # ---- content ----

    def foreign_content(self) -> Iterable[Reason]:
        yield from self.carrier.foreign_words(self.said)
        yield from self.carrier.foreign_turns(self.said)
        for token in self.said.tokens:
            if token.kind == "side" and not self._same_side(token):
                yield Reason("new_claim", "", token.text)

    def repeated_items(self) -> Iterable[Reason]:
        """Find a list that names one thing twice, as no fact does: one of its items has become another."""
        known = {item for fact in self.facts for item in fact.repeated}
        for item in self.said.repeated - known:
            yield Reason("drug" if ids_of(item) & drugs_of(self.said.ids) else "new_claim", "", item)

    def repeated_amounts(self) -> Iterable[Reason]:
        """Find an amount said twice where the facts have it once and another one beside it."""
        known = Counter(amount for fact in self.facts for amount in _amounts(fact))
        said = Counter(_amounts(self.said))
        for amount in said:
            if not 0 < known[amount] < said[amount]:
                continue
            others = {other for other in known if other[0] == amount[0]} - said.keys()
            if others:
                yield Reason("dose", min(other[2] for other in others), amount[2])

    def crossed_clauses(self) -> Iterable[Reason]:
        """Find what one clause of the facts says, said of what another one speaks of."""
        known = list(dict.fromkeys(clause for fact in self.facts for clause in fact.clauses))
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
        return token.value in {side for side, _ in sides} or self.carrier.says(token.text)


def _beside(slots: Sequence[Slot], fact: Statement, unit: Unit) -> bool:
    """Say whether a unit of a fact stands beside one of some amounts."""
    near = [slot for slot in fact.slots if slot.segment == unit.segment and slot.quantity] if slots else []
    return any(same_type(slot, other) and slots_equal(slot, other, fact) for slot in slots for other in near)


def _is_fever(slot: Slot) -> bool:
    """Say whether a slot is a temperature that makes a fever: 体温38.5℃以上."""
    quantity = slot.quantity
    return quantity is not None and quantity.dimension == "度" and _FEVER <= quantity.low <= _HOTTEST


def _only_sets_scene(unit: Unit, best: Sequence[tuple[Statement, Unit]]) -> bool:
    """Say whether a bare unit only names what the clauses of a fact are about: 失眠的您，…."""
    return bool(best) and not (unit.negations or unit.force or any(unit.scope & other.scope for _, other in best))


def _words_of(condition: Condition) -> Features:
    """Return every group of meaning that a condition names."""
    return frozenset(
        f for part in condition.parts for option in part for word in option for f in word if f.startswith("w:")
    )


def _weighty(features: Features) -> Features:
    """Return the features that are more than single characters."""
    return frozenset(feature for feature in features if len(feature) > 1)


def _weighs(feature: str) -> bool:
    """Say whether a feature is more than a pair of everyday characters."""
    return ":" in feature or not all(map(is_everyday, feature))


def _direction(token: Token) -> int:
    """Return 1 for 超过, -1 for 低于, 0 for what compares nothing."""
    if token.kind != "before":
        return 0
    return 1 if token.text.endswith(_MORE) else -1 if token.text.endswith(_LESS) else 0


def _in_turn(tokens: Sequence[Token]) -> tuple[Features, Features] | None:
    """Return what is named between 先 and 后 (再, 然后), and what after it."""
    first = next((i for i, token in enumerate(tokens) if token.text in {"先", "首先"}), None)
    if first is None:
        return _after_which(tokens)
    then = next((i for i in range(first + 1, len(tokens)) if tokens[i].text in _THEN), None)
    return (_named(tokens[first:then]), _named(tokens[then:])) if then else None


def _after_which(tokens: Sequence[Token]) -> tuple[Features, Features] | None:
    """Return what is named before 后再 and after it: 抽血后再服药."""
    then = next((i for i, (one, two) in enumerate(pairwise(tokens)) if one.kind == "bound" and two.text == "再"), None)
    return (_named(tokens[:then]), _named(tokens[then + 2 :])) if then else None


def _in_place(tokens: Sequence[Token]) -> tuple[Features, Features] | None:
    """Return what is named before 代替 and what after it."""
    middle = next((i for i, token in enumerate(tokens) if "w:代替" in token.ids), None)
    return (_named(tokens[:middle]), _named(tokens[middle + 1 :])) if middle else None


def _named(tokens: Sequence[Token]) -> Features:
    return frozenset(
        identifier
        for token in tokens
        if token.kind in {"word", "food", "drug", "unknown"}
        for identifier in token.ids or {token.text}
    )


def _is_turned(said: tuple[Features, Features], known: tuple[Features, Features]) -> bool:
    """Say whether each side names what the other text has on its other side alone."""
    first, then = known
    return bool((said[0] - first) & (then - first)) and bool((said[1] - then) & (first - then))


def _tells_event(condition: Condition) -> bool:
    """Say whether a condition names more than a medicine or an amount."""
    words = (word for part in condition.parts for option in part for word in option)
    return any(feature.startswith(("w:", "population:")) for word in words for feature in word)


def _certainties(statement: Statement, unit: Unit) -> Features:
    """Return how sure a unit is; a topic is as sure as what is said of it."""
    if not unit.is_topic or unit.conditional:
        return unit.certainties
    return frozenset().union(*(u.certainties for u in statement.units if u.segment == unit.segment))


def _hedges(statement: Statement, unit: Unit) -> Features:
    """Return how sure the sentence of a unit is, over all of its clauses: 有些人…后，可能…."""
    return frozenset().union(*(u.certainties for u in statement.units if u.sentence == unit.sentence))


def _amounts(statement: Statement) -> list[tuple[str, object, str]]:
    quantities = [slot.quantity for slot in statement.slots if slot.kind == "quantity" and slot.quantity]
    return [(quantity.dimension, quantity.amount, f"{quantity.low}{quantity.unit}") for quantity in quantities]


def _after(tokens: Sequence[Token], token: Token) -> Features:
    """Return what a side is the side of: the groups of the next word, or its next character."""
    following = (t for t in tokens if t.start > token.start and t.kind not in {"light", "side"})
    thing = next(following, None)
    return thing.ids | {thing.text[:1]} if thing else frozenset()
