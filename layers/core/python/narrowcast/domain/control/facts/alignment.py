"""One sentence and the facts it cites, unit by unit: which unit of the facts each unit of the sentence restates.

Says what belongs together and finds no fault; what differs is for the rooms that are handed an alignment.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from fractions import Fraction
from functools import lru_cache, partial

from narrowcast.domain.control.facts.agreement import closeness, same_type, slots_equal
from narrowcast.domain.control.facts.compounds import compounds_among, told_whole
from narrowcast.domain.control.facts.conditions import Condition
from narrowcast.domain.control.facts.contrasts import contrary_words
from narrowcast.domain.control.facts.forces import is_negative, operator_reasons
from narrowcast.domain.control.facts.forms import Form
from narrowcast.domain.control.facts.going_on import STOPPING, STOPS, SUDDEN, forbids_stopping, forbids_sudden_stop
from narrowcast.domain.control.facts.implications import implied_by
from narrowcast.domain.control.facts.keeping import Keeping
from narrowcast.domain.control.facts.lexer import Token, with_implied
from narrowcast.domain.control.facts.novelty import Carrier
from narrowcast.domain.control.facts.once import once
from narrowcast.domain.control.facts.populations import told_populations
from narrowcast.domain.control.facts.rivals import are_rivals, part_branches
from narrowcast.domain.control.facts.segments import NOTHING, TAKING, Features
from narrowcast.domain.control.facts.slots import Slot
from narrowcast.domain.control.facts.statements import Statement, Unit, ids_in
from narrowcast.domain.control.facts.tables.units import AGES
from narrowcast.domain.control.facts.verdict import Reason

_FEVER, _HOTTEST = Fraction("37.3"), 42
"""In degrees Celsius."""
_LEAST_ALIKE = 10
_ONLY_HAPPENS = frozenset({"w:出现", "w:发现", "w:发生", "w:有", "w:得"})
_ONE_WORD, _SAME_BRANCH = 100, 90
"""What two units score for one word that they share, and one of two branches for its amount."""
_TAKES = re.compile("[吃服用打吸喷涂抹滴喂]|期间|时候")
"""What says that a medicine is being taken."""
_APPLYING: Features = frozenset(f"w:{act}" for act in "涂抹擦滴点喷贴吸含敷") | {"w:外用", "w:涂抹", "w:擦拭"}
"""Ways to take a medicine that everybody takes in no other."""
_FOR_LONG = Form(
    "(?:连着|连续|接连|一连|持续|已经?)?[吃用服打](?:[药了过满着上]|超过|至少)*[\\d一两二三半多几]+(?:年|个?月以上)"
)
_USED_ON = re.compile("用于|用在")
"""What tells of a ban where it holds: 不可用于破损皮肤."""
_PAUSES = STOPS | SUDDEN
"""What a ban speaks of that bars no use: 不得骤停."""
_AROUND_TAKING = {
    "w:服药前": Form("[吃服用打][^，。]{0,8}[之以]?前"),
    "w:服药后": Form("[吃服用打喝](?:[^，。]{0,14}[之以]?后|了|过|完|(?=[，；]))"),
}

_THEME = re.compile("(?:有|得了?|患有?|治疗?|[\u4e00-\u9fff]{1,2}[了着])[\u4e00-\u9fff]{2,10}$")
"""How a clause opens that tells what one has or has done, and tells nothing of it."""
_PLAINLY = frozenset[tuple[str, ...]]({(), ("not",)})
_FORMS = frozenset(
    {
        "w:片",
        "w:缓释片",
        "w:肠溶片",
        "w:胶囊",
        "w:软膏",
        "w:乳膏",
        "w:喷雾",
        "w:鼻喷雾剂",
        "w:酸",
        "w:钠盐",
        "f:食盐",
        "w:滴眼液",
    }
    | {
        "w:颗粒",
        "w:凝胶",
        "w:气雾剂",
        "w:混悬液",
        "w:栓剂",
        "w:贴剂",
        "w:滴剂",
        "w:洗剂",
        "w:含片",
        "w:口服液",
        "w:吸入剂",
    }
)
"""Words of the name of a medicine that no table has whole."""

Pair = tuple[Statement, Unit]
"""A unit with the fact that it is of."""


class Alignment:
    """One sentence and the facts it cites, with the unit of the facts that each of its units restates."""

    def __init__(self, sentence: Statement, facts: Sequence[Statement]) -> None:
        self.said = sentence
        self.facts = facts

    @once
    def ids(self) -> Features:
        """Return every meaning that the facts have."""
        ids = NOTHING.union(*map(_known_by, self.facts))
        stopping = [unit for unit in self.said.units if not unit.scope.isdisjoint(STOPPING)]
        if any(forbids_stopping(unit, self.facts) for unit in stopping):
            ids |= STOPS
        if any(forbids_sudden_stop(unit, self.facts) for unit in stopping):
            ids |= SUDDEN
        return ids | contrary_words(self.said, self.facts)

    @once
    def carrier(self) -> Carrier:
        """Return what carries the words of the sentence."""
        return Carrier(self.facts, self.ids)

    @once
    def foreign_words(self) -> tuple[Reason, ...]:
        """Return every word of the sentence that no fact carries."""
        return tuple(self.carrier.foreign_words(self.said))

    @once
    def told(self) -> Features:
        """Return what the sentence speaks of, in these or other words."""
        told = _told_by(self.said)
        return told.union(*[told_whole(_compounds_of(fact), told) for fact in self.facts])

    @once
    def keeping(self) -> Keeping:
        """Return which conditions of the facts the sentence keeps."""
        return Keeping(self.said, self.told, self.carrier)

    @once
    def units(self) -> list[Pair]:
        """Return every unit of the facts."""
        return [(fact, unit) for fact in self.facts for unit in fact.units]

    @once
    def aligned(self) -> list[tuple[Unit, list[Pair]]]:
        """Return every unit of the sentence with the units of the facts that share most with it."""
        return [(unit, self._best(unit)) for unit in self.said.units]

    def _best(self, unit: Unit) -> list[tuple[Statement, Unit]]:
        """Return the units of the facts that share most with a unit; several when they share alike."""
        slots, whole = self.said.measured_in(unit.segment), unit.whole
        scored = [
            (_likeness(unit, slots, fact, other), fact, other)
            for fact, other in self.units
            if not (whole.isdisjoint(other.whole) or (unit.drugs and _measures_another(unit, other)))
        ]
        best = max([score for score, _, _ in scored], default=0)
        alike = [(fact, other) for score, fact, other in scored if score == best] if best >= _LEAST_ALIKE else []
        found = [pair for pair in alike if pair[1].negations == unit.negations] if unit.negations else alike
        found = found or alike
        found = (
            self._bare_operators(unit, found)
            or self._bans_understood(unit, found)
            or self._released(unit, found)
            or self._on_its_side(unit, found)
            or found
        )
        return found if unit.conditional else self._in_told_branch(found, scored) or found

    def _bare_operators(self, unit: Unit, best: Sequence[Pair]) -> list[Pair]:
        """Return the operators by themselves (…者禁用) that a unit restates with the medicine they speak of."""
        if unit.conditional or not (unit.governs_itself and (unit.negations or unit.force)):
            return []
        rivals = [other for _, other in best if unit.scope & _PAUSES or not other.scope & _PAUSES]
        if any(_agrees(unit, other) for other in rivals):
            return []
        named = unit.scope - TAKING - _FORMS - _APPLYING
        if not named or not all(map(_names_medicine, named)) or not _TAKES.search(unit.text):
            return []
        return [
            (fact, other)
            for fact, other in self.units
            if not other.conditional
            and all(map(partial(_names, fact), named))
            and (not other.governs_itself or other.scope <= unit.whole)
            if _agrees(unit, other) and not self._unkept(fact, other) and self.tells_topic(fact, other)
        ]

    def _bans_understood(self, unit: Unit, best: Sequence[Pair]) -> list[Pair]:
        """Return the bans that name a case alone (有先兆早产者不宜), for a ban in it on what they are said of."""
        if unit.conditional or not is_negative(unit) or any(is_negative(other) for _, other in best):
            return []
        return [
            (fact, other)
            for fact, other in self.units
            if is_negative(other) and not other.conditional and _agrees(unit, other)
            if self._in_its_case(fact, other, unit) and _is_understood(fact, other, unit)
        ]

    def _in_its_case(self, fact: Statement, ban: Unit, unit: Unit) -> bool:
        """Say whether the sentence tells the case that a ban is for, or where it forbids to use something."""
        limits = fact.limits_on(ban.segment)
        if not ban.governs_itself:
            return bool(limits) and not self._unkept(fact, ban) and self.tells_topic(fact, ban)
        if _USED_ON.search(ban.text):
            return weighty(ban.scope) <= self.told and not self._unkept(fact, ban)
        named = NOTHING.union(*(limit.features for limit in limits))
        return not unit.governs_itself and ban.scope <= unit.whole and bool(weighty(named) & unit.whole - ban.scope)

    def tells_topic(self, fact: Statement, unit: Unit) -> bool:
        """Say whether the sentence has what a unit is said of, if anything: 闭角型青光眼|禁用."""
        topic = weighty(fact.topics[unit.segment]) - TAKING
        return not topic or bool(topic & self.told)

    def _released(self, unit: Unit, best: Sequence[Pair]) -> list[Pair]:
        """Return from when facts allow what they bar (停药1个月后方可接种), for what is allowed only then."""
        if unit.force != "only" or unit.negations or any(other.force in {"only", "may"} for _, other in best):
            return []
        return [
            (fact, other)
            for fact, other in self.units
            if other.force == "only" and not other.negations and any(":" in f for f in unit.scope & other.scope)
        ]

    def _on_its_side(self, unit: Unit, best: Sequence[Pair]) -> list[Pair]:
        """Return the bans that share with a ban what the best instructions lack, or the other way round.

        不宜用酒精擦洗 is no 应以温水清洁, 母乳可以接着喂 no 不要喂糖水.
        """
        side = is_negative(unit)
        if unit.conditional or not (side or (unit.force and unit.governs_itself)):
            return []
        if any(is_negative(other) == side or other.conditional for _, other in best):
            return []
        own = unit.scope if side else unit.scope | unit.context
        elsewhere = frozenset[str]().union(*(other.whole for _, other in best))
        if any(feature.startswith("f:") for feature in unit.scope & elsewhere):
            return []
        return [
            (fact, other)
            for fact, other in self.units
            if is_negative(other) == side and not (other.conditional or other.is_topic)
            for words in (other.scope if unit.governs_itself else other.whole,)
            if any(":" in feature for feature in own & words - elsewhere)
        ]

    def _in_told_branch(self, best: Sequence[Pair], scored: Sequence[tuple[float, Statement, Unit]]) -> list[Pair]:
        """Return the units under the branch that the sentence tells, where the best stand under a rival of it."""
        unkept: list[list[Condition]] = []
        for pair in best:
            unkept.append(self._unkept(*pair))
            if not unkept[-1]:
                return []
        lost = [(fact, c) for (fact, _), conditions in zip(best, unkept, strict=True) for c in conditions]
        told = [
            (score, fact, other)
            for score, fact, other in (scored if unkept else ())
            if score >= _ONE_WORD and not other.conditional and not self._unkept(fact, other)
            if any(fact is whose and _are_apart(c, r) for c in fact.limits_on(other.segment) for whose, r in lost)
        ]
        most = max((score for score, _, _ in told), default=0)
        return [(fact, other) for score, fact, other in told if score == most]

    def _unkept(self, fact: Statement, unit: Unit) -> list[Condition]:
        return [condition for condition in fact.limits_on(unit.segment) if not self.keeping.keeps(condition)]

    def slots(self) -> list[Slot]:
        """Return every slot of the facts."""
        return [slot for fact in self.facts for slot in fact.slots]

    def states_condition(self, unit: Unit) -> bool:
        """Say whether a bare unit tells a condition of the facts before what then: 肾绞痛了，要…."""
        if unit.force or unit.certainties or not unit.governs_itself or unit.negations not in _PLAINLY:
            return False
        own = weighty(unit.scope)
        known = own & self._limited
        if known and unit.negations:
            denying = [c.features for fact in self.facts for c in fact.conditions if c.denied & own]
            known = own & NOTHING.union(*denying)
        return bool(known) and own <= known | _ONLY_HAPPENS and self._goes_on(unit)

    @once
    def _limited(self) -> Features:
        """What the conditions of the facts name."""
        return NOTHING.union(*[condition.features for fact in self.facts for condition in fact.conditions])

    def _goes_on(self, unit: Unit) -> bool:
        """Say whether the sentence of a unit goes on behind its segment."""
        return any(other.segment > unit.segment and other.sentence == unit.sentence for other in self.said.units)

    def _is_theme(self, unit: Unit) -> bool:
        """Say whether a unit only tells what one has or has done before what then: 缠了绷带，脚趾发麻要松开."""
        if unit.force or unit.certainties or unit.negations or unit.urgencies or not unit.governs_itself:
            return False
        measures = any(feature.startswith("q:") for feature in unit.scope)
        return not measures and bool(_THEME.match(self.said.segments[unit.segment])) and self._goes_on(unit)

    @once
    def restated(self) -> dict[int, set[int]]:
        """Return the segments of each fact that the sentence restates outside its own conditions."""
        restated: dict[int, set[int]] = {}
        for unit, best in self.aligned:
            if not unit.asserts or self.states_condition(unit) or self._is_theme(unit):
                continue
            told = _as_soon(unit, best)
            fulfilled = next((pair for pair in told if not self._unkept(*pair)), None)
            for fact, other in [fulfilled] if fulfilled else told[:1]:
                restated.setdefault(id(fact), set()).add(other.segment)
        for fact, segment in self._limited_amounts():
            restated.setdefault(id(fact), set()).add(segment)
        clauses = [text for text in self.said.segments if len(text) > 1]
        for fact in self.facts:
            copied = [n for n, known in enumerate(fact.segments) for text in clauses if text in known]
            restated.setdefault(id(fact), set()).update(copied)
        return restated

    def _limited_amounts(self) -> Iterable[tuple[Statement, int]]:
        """Give the segments of amounts that are said, and that the facts have under lost conditions alone."""
        limited = any(fact.conditions for fact in self.facts)
        known = [(fact, slot) for fact in self.facts for slot in fact.slots] if limited else []
        for slot in [slot for slot in self.said.slots if known and (slot.quantity or slot.frequency)]:
            same = [(f, s) for f, s in known if same_type(slot, s) and slots_equal(slot, s, f)]
            if same and all(self._loses_limit(fact, other.segment) for fact, other in same):
                yield same[0][0], same[0][1].segment

    def _loses_limit(self, fact: Statement, segment: int) -> bool:
        return not all(map(self.keeping.keeps, fact.limits_on(segment)))


@lru_cache(maxsize=4096)
def _known_by(fact: Statement) -> Features:
    """Return what a fact names, and what follows from that."""
    known = with_implied(fact.ids | fact.features) | implied_by(fact)
    fever = {"w:发热"} if any(map(_is_fever, fact.slots)) else set[str]()
    once = any(slot.frequency and slot.frequency.low == 1 for slot in fact.slots)
    return known | fever | ({"w:间隔", "w:间隔时间"} if once else set())


@lru_cache(maxsize=4096)
def _compounds_of(fact: Statement) -> tuple[Token, ...]:
    return tuple(compounds_among(fact.tokens))


@lru_cache(maxsize=16)
def _told_by(sentence: Statement) -> Features:
    """Return what a sentence speaks of, in these or other words."""
    told = with_implied(sentence.features | sentence.ids, by_kind=False) | told_populations(sentence)
    around = {word for word, form in _AROUND_TAKING.items() if form.search(sentence.text)}
    around |= {"w:年龄"} if any(slot.quantity and slot.quantity.unit in AGES for slot in sentence.slots) else set()
    around |= {"w:长期"} if _FOR_LONG.search(sentence.text) else set()
    return told | around | (TAKING if _TAKES.search(sentence.text) else set())


def _are_apart(one: Condition, other: Condition) -> bool:
    return are_rivals(one, other) or part_branches(one, other)


def _names_medicine(feature: str) -> bool:
    """Say whether a feature is a medicine or a piece of a name that no table has."""
    return feature.startswith("d:") or ":" not in feature


def _names(fact: Statement, feature: str) -> bool:
    """Say whether a fact, of which this may be a part, names a medicine, by a piece of it where no table has it."""
    return feature in fact.features | fact.ids if ":" in feature else feature in fact.text


def _measures_another(unit: Unit, other: Unit) -> bool:
    """Say whether two units share amounts alone, and are of two medicines: 羟氯喹每天2次, 甲氨蝶呤切勿每日服用."""
    parted = bool(unit.drugs and other.drugs) and unit.drugs.isdisjoint(other.drugs)
    return parted and _are_amounts(unit.whole & other.whole)


def _are_amounts(features: Features) -> bool:
    return all(feature.startswith("q:") for feature in features)


def _is_understood(fact: Statement, ban: Unit, unit: Unit) -> bool:
    """Say whether all that a unit forbids is named by a fact before a ban that names it no more."""
    before = [segment for segment in fact.marked if segment.number < ban.segment]
    named = ban.whole.union(*(segment.features | ids_in(segment.tokens) for segment in before))
    return unit.scope - TAKING - _FORMS - _APPLYING <= named


def _agrees(unit: Unit, other: Unit) -> bool:
    return bool(unit.negations or unit.force) and not list(operator_reasons(unit, [other]))


def _likeness(unit: Unit, slots: Sequence[Slot], fact: Statement, other: Unit) -> float:
    """Score how much two units share; of two branches the one beside the same amount (of `slots`) is meant."""
    score = closeness(unit, other)
    return score + _SAME_BRANCH * _beside(slots, fact, other) if score >= _ONE_WORD else score


def _beside(slots: Sequence[Slot], fact: Statement, unit: Unit) -> bool:
    """Say whether a unit of a fact stands beside one of some amounts."""
    near = fact.measured_in(unit.segment) if slots else ()
    return any(same_type(slot, other) and slots_equal(slot, other, fact) for slot in slots for other in near)


def _as_soon(unit: Unit, best: Sequence[Pair]) -> Sequence[Pair]:
    """Return the units that are as urgent as another one: 立即更换 of 每3天更换，渗漏时立即更换."""
    return [pair for pair in best if pair[1].urgencies & unit.urgencies] or best


def _is_fever(slot: Slot) -> bool:
    """Say whether a slot is a temperature that makes a fever: 体温38.5℃以上."""
    quantity = slot.quantity
    return quantity is not None and quantity.dimension == "度" and _FEVER <= quantity.low <= _HOTTEST


def weighty(features: Features) -> Features:
    """Return the features that are more than single characters."""
    return frozenset([feature for feature in features if len(feature) > 1])
