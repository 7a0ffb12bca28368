"""Whether a sentence keeps a condition of its facts, in these or other words.

Judges one condition at a time, each once; what follows from a lost one is for `limits` and `binding`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from narrowcast.domain.control.facts.agreement import covers
from narrowcast.domain.control.facts.conditions import Condition, Limit, Option
from narrowcast.domain.control.facts.counterparts import has_enough
from narrowcast.domain.control.facts.denials import denied_in, tells_denied, told_in
from narrowcast.domain.control.facts.moments import tells_moment
from narrowcast.domain.control.facts.novelty import Carrier
from narrowcast.domain.control.facts.once import once
from narrowcast.domain.control.facts.quantities import Quantity
from narrowcast.domain.control.facts.segments import NOTHING, TAKING, Features, drugs_of
from narrowcast.domain.control.facts.statements import Statement
from narrowcast.domain.control.facts.stems import told_by_stems
from narrowcast.domain.control.facts.tables.units import AGES, TIME
from narrowcast.domain.control.facts.ways import way_at, way_of

_TYPED = ("timing:", "population:", "side:", "condition:", "d:", "f:")
_FORMS = frozenset({"片", "丸", "散", "膏", "w:片", "w:胶囊", "w:颗粒", "w:缓释片", "w:肠溶片"})
"""Forms of a medicine that its name goes without."""
_COURSE = TAKING | {"w:连服", "w:疗程", "w:用于", "w:适用于"}
_ENDING: Features = frozenset({"w:消失", "w:停止", "w:结束", "w:停药", "w:停用", "w:缓解", "w:中断"})
"""What says that something is no more: 震颤没有了 is 震颤消失."""


_CHOICE = re.compile("或(?!以[上下]|更)")
_JOINS: Features = frozenset({"w:伴有"})
"""What joins to the rest of a condition something else that must be so: 超过3倍|并有|症状."""
_TOGETHER = re.compile("[且并伴又]|同时")
_FEW_WORDS = 2
_STATES: Features = frozenset({"w:结痂", "w:愈合", "w:消退", "w:脱落", "w:拆线"})
"""What is waited for, of one thing that goes without saying."""
_ILL: Features = frozenset({"w:症状", "w:病情"})
_EASED: Features = frozenset({"w:缓解", "w:控制", "w:好转", "w:改善", "w:稳定", "w:消失", "w:消退"})
"""What is said of an illness that goes without saying: 缓解后 for 症状缓解后."""
_AT_ATTACKS = re.compile("发作(?:时|期|后)?$")
_SOME_ATTACKS = re.compile("[首末每再]次|反复|频繁|严重|轻|持续|剧烈|夜间|[不未无没]")
"""What narrows an attack to some of them."""
_INJURED = re.compile("(?P<how>咬伤|蜇伤|螫伤|抓伤|烫伤|烧伤|扭伤|割伤|刺伤|扎伤|冻伤|晒伤)(?:时|之后|以后|后)?$")
_SOME_INJURIES = re.compile("[\\d度级浅深轻重大小面头颈手足眼口再]")
"""What narrows an injury to some of them."""
_BARE_ATTACKS = re.compile("(?:^|[，。；：人者您你一])(?:急性)?发作(?:期|时|的|了|起来|后|，|用)")
_OTHER_SIDE = {"前": "后", "后": "前"}
_FOR = frozenset({"w:用于", "w:适用于"})
"""What a condition opens with that only says that it is one: 用于6岁以上者."""


class Keeping:
    """The conditions of some facts that one sentence keeps; `told` and `ids` are what the two sides speak of."""

    def __init__(self, said: Statement, told: Features, carrier: Carrier) -> None:
        self.said, self.told, self.carrier = said, told, carrier
        self.ids = carrier.ids
        self.negated, self.affirmed = _denied_and_told(said)
        self.without: Features = frozenset().union(*(condition.denied for condition in said.conditions))
        self._kept: dict[Limit, bool] = {}

    def keeps(self, condition: Condition) -> bool:
        """Say whether the sentence keeps a condition of a fact."""
        kept = self._kept.get(condition.limit)
        if kept is None:
            kept = self._kept[condition.limit] = any(map(self._keeps, (condition, *condition.others)))
        return kept

    def _keeps(self, condition: Condition) -> bool:
        if condition.typed:
            return f"condition:{condition.typed}" in self.said.features
        return not (self._turns(condition) or self._parts(condition)) and self._tells(condition)

    def _parts(self, condition: Condition) -> bool:
        """Say whether the sentence tells as a choice (或) what must all hold (且)."""
        if len(condition.parts) < 2:  # noqa: PLR2004 - it takes two
            return False
        wholes = [_words(part) for part in condition.parts]
        choices = [
            part
            for other in self.said.conditions
            if _CHOICE.search(other.text)
            for part in other.parts
            if len(part) > 1
        ]
        return any(len({i for option in part for i in _within((option,), wholes)}) > 1 for part in choices)

    def _tells(self, condition: Condition) -> bool:
        """Say whether the sentence tells the amounts and the words of a condition, whatever it denies."""
        pairs = zip(condition.quantities, condition.ways, strict=True)
        measured = [(quantity, way) for quantity, way in pairs if quantity.dimension != "times"]
        if not all(self._measures(quantity, way) for quantity, way in measured) or not self._counts(condition):
            return False
        if not self._tells_companies(condition):
            return False
        of_many = condition.others and not all(word & self.told for word in condition.words)
        if measured and all(map(self._tells_course, condition.words)) and not of_many:
            return True  # 吃14天，停7天 for 连服14天后停药7天
        if tells_moment(self.said, condition, self.carrier.facts):
            return True
        if measured and not of_many and self._names_the_rest(condition):
            return _all_typed(condition, self.told)
        strictly = not measured or "伴" in condition.text
        return self._covers(condition, strictly=strictly) or self._tells_otherwise(condition, bool(measured))

    def _names_the_rest(self, condition: Condition) -> bool:
        """Say whether a condition has one word beside its amounts, and the sentence names some event under one."""
        words = [len(option) for part in condition.parts for option in part]
        limited = any(_tells_event(other) for other in self.said.conditions)
        return limited and len(condition.parts) <= 1 and max(words, default=0) <= 1

    def _tells_companies(self, condition: Condition) -> bool:
        if condition.features.isdisjoint(_JOINS):
            return all(condition.parts)
        return all(any(map(self._tells_company, part)) for part in condition.parts)

    def _tells_company(self, option: Option) -> bool:
        """Say whether the sentence tells anything of what an alternative comes with."""
        joined = next((option[i + 1 :] for i, word in enumerate(option) if word & _JOINS), ())
        return not joined or any(word & self.told or self._says(word) for word in joined)

    def _says(self, word: Features) -> bool:
        return any(f in self.said.text for f in word if ":" not in f)

    def _covers(self, condition: Condition, *, strictly: bool) -> bool:
        """Say whether the sentence has the words of an alternative of each part that must hold."""
        parts = _to_cover(condition.parts)
        if _covered(parts, self.told, strictly=strictly):
            return True
        stems = told_by_stems(condition, self.said, self.carrier.facts, self.told)
        return bool(stems) and _covered(parts, self.told | stems, strictly=strictly)

    def _tells_otherwise(self, condition: Condition, measured: bool) -> bool:  # noqa: FBT001 - one of two cases
        """Say whether the sentence tells a condition by its amount alone, by a shorter name or in words of its own."""
        if measured:
            return self._singles_out(condition)
        return (
            self._shortens(condition)
            or self._reaches_state(condition)
            or any(self._rewords(other, condition) for other in self.said.conditions)
        )

    def _singles_out(self, condition: Condition) -> bool:
        """Say whether the amount of a condition, that no fact has elsewhere, stands beside no other thing of theirs."""
        amounts = [q for q in condition.quantities if q.dimension not in TIME and q.unit not in AGES]
        known = [slot.quantity for fact in self.carrier.facts for slot in fact.slots if slot.quantity]
        if (
            not amounts
            or _TOGETHER.search(condition.text)
            or any(sum(map(amount.same_amount, known)) > 1 for amount in amounts)
        ):
            return False
        beside = [s for s in self.said.slots if s.quantity and any(map(s.quantity.same_amount, amounts))]
        others = NOTHING.union(*(slot.near for slot in beside)) & self.ids - condition.features
        return bool(beside) and not any(":" in feature for feature in others)

    def _reaches_state(self, condition: Condition) -> bool:
        """Say whether the sentence tells the state that a condition waits for, not of what: 结痂前 for 皮损结痂前."""
        states = [word for word in condition.words if word & _STATES]
        rest = [word for word in condition.words if not word & _STATES]
        if len(states) != 1 or len(rest) > _FEW_WORDS or any(f.startswith(_TYPED) for word in rest for f in word):
            return False
        others = [c for fact in self.carrier.facts for c in fact.conditions if c.features & states[0]]
        subjects = {word for c in others for word in c.words if not word & _STATES}
        return bool(states[0] & self.told) and subjects <= {*rest}

    def _shortens(self, condition: Condition) -> bool:
        """Say whether the sentence names the one attack or injury of the facts by no more."""
        return self._names_attack(condition) or self._names_injury(condition)

    def _names_injury(self, condition: Condition) -> bool:
        """Say whether the sentence tells the one injury of the facts, not by what: 咬伤后 for 犬猫咬伤后."""
        injured = _INJURED.search(condition.text)
        if not injured or _SOME_INJURIES.search(condition.text):
            return False
        told = re.search(rf"(?:^|[，。；：人者您你被时]){injured['how']}(?:了|时|以后|之后|后|，)", self.said.text)
        others = (c.text for fact in self.carrier.facts for c in fact.conditions if c.text != condition.text)
        return bool(told) and not any(injured["how"] in other for other in others)

    def _names_attack(self, condition: Condition) -> bool:
        """Say whether the sentence names the one attack of the facts by no more: 发作时 for 癫痫发作时."""
        if not _AT_ATTACKS.search(condition.text) or _SOME_ATTACKS.search(condition.text):
            return False
        others = (c for fact in self.carrier.facts for c in fact.conditions if c.text != condition.text)
        return bool(_BARE_ATTACKS.search(self.said.text)) and not any("发作" in other.text for other in others)

    def _measures(self, quantity: Quantity, way: int) -> bool:
        """Say whether the sentence has an amount, and nowhere but on the other side of it."""
        return any(way != -other or not way for amount, other in self.amounts if quantity.reads_as(amount))

    def _counts(self, condition: Condition) -> bool:
        """Say whether the sentence has every number of times that a condition sets a bound to, of whatever it is."""
        pairs = zip(condition.quantities, condition.ways, strict=True)
        bounds = [quantity.amount for quantity, way in pairs if quantity.dimension == "times" and way]
        return not bounds or {*bounds} <= {token.quantity.amount for token in self.said.tokens if token.quantity}

    @once
    def amounts(self) -> list[tuple[Quantity, int]]:
        """Return the amounts of the sentence, each with its way."""
        tokens = self.said.tokens
        slots = [(s.quantity, way_of(s.comparator, s.relation)) for s in self.said.slots if s.quantity]
        timed = [(i, token.quantity) for i, token in enumerate(tokens) if token.quantity]
        return slots + [(amount, way_at(tokens, i)) for i, amount in timed if amount.dimension in TIME]

    def _turns(self, condition: Condition) -> bool:
        """Say whether the sentence tells what a condition denies, or is said of those without what it tells."""
        if self._tells_other_side(condition):
            return True
        if condition.text.endswith("前"):
            return f"已经{condition.text[-3:-1]}" in self.said.text
        if condition.denied & self.affirmed - self.negated or has_enough(self.said.text, condition.text):
            return True
        if tells_denied(self.said.text, condition.text):
            return True
        return not condition.told & _ENDING and bool(condition.told & self.without - self.affirmed)

    def _tells_other_side(self, condition: Condition) -> bool:
        """Say whether the sentence tells what a condition is before or after on the other side of it alone."""
        side = condition.text[-1:]
        if side not in _OTHER_SIDE or condition.quantities or not condition.words:
            return False
        if any(re.search(f"{re.escape(condition.text)}\\d", fact.text) for fact in self.carrier.facts):
            return False  # 方案前|2个月 is a stretch of it
        told = {
            limit.text[-1:] for limit in self.said.conditions if limit.words and limit.words[-1] & condition.words[-1]
        }
        return _OTHER_SIDE[side] in told and side not in told

    def _tells_course(self, word: Features) -> bool:
        """Say whether a word of a condition only says that a medicine, told here too, is taken."""
        return bool(word & _COURSE) or bool(drugs_of(word) & self.told) or word <= _FORMS

    def _rewords(self, said: Condition, known: Condition) -> bool:
        """Say whether a condition says part of a fact's, and the rest in words that no fact has."""
        words, named = said.words, [word for word in known.words if word - TAKING]
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


def _covered(parts: Sequence[Sequence[Option]], told: Features, *, strictly: bool) -> bool:
    return all(any(covers(option, told, strictly=strictly) for option in part) for part in parts)


@lru_cache(maxsize=4096)
def _to_cover(parts: tuple[tuple[Option, ...], ...]) -> tuple[tuple[Option, ...], ...]:
    """Return the alternatives of a condition that have to be told."""
    telling = (part for part in parts if not all(word & _FOR for option in part for word in option))
    return tuple(tuple(map(_without_joints, part)) for part in telling)


def _without_joints(option: Option) -> Option:
    eased = any(word & _EASED for word in option)
    return tuple(_of_itself(word) for word in option if not word & _JOINS and not (eased and word & _ILL)) or option


def _of_itself(word: Features) -> Features:
    """Return a word for what becomes of an illness with what tells that of whatever it is: 症状缓解, 缓解."""
    return word | {f"w:{feature[4:]}" for feature in word if feature.startswith("w:症状")} & _EASED


def _all_typed(condition: Condition, told: Features) -> bool:
    """Say whether every word of an alternative that a table has is told."""
    typed = [[w for w in option if any(":" in f[2:] for f in w)] for part in condition.parts for option in part]
    return not any(typed) or any(words and all(word & told for word in words) for words in typed)


def _words(part: Sequence[Option]) -> Features:
    return frozenset(feature for option in part for word in option for feature in word if ":" in feature)


def _within(part: Sequence[Option], wholes: Sequence[Features]) -> Iterator[int]:
    """Give the parts of a condition that an option shares words with."""
    words = _words(part)
    return (index for index, whole in enumerate(wholes) if words & whole)


def _tells_event(condition: Condition) -> bool:
    """Say whether a condition names more than a medicine or an amount."""
    return any(feature.startswith(("w:", "population:")) for feature in condition.features)


@lru_cache(maxsize=16)
def _denied_and_told(said: Statement) -> tuple[Features, Features]:
    """Return the words that a sentence denies, and those that it does not."""
    return denied_in(said.tokens), told_in(said.tokens)
