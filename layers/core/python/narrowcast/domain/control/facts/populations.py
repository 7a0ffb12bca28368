"""Whom a text speaks of: the people its facts name, those an age or a state already tells, and those it only addresses.

An audience word (老人, 孩子) limits nothing where no fact knows an age, a sex or a medicine: it says to whom one talks.
Reads two sides; what a lost limit means is for `comparison`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import pairwise

from narrowcast.domain.control.facts.forms import Form
from narrowcast.domain.control.facts.lexer import Token, with_implied
from narrowcast.domain.control.facts.segments import Features, drugs_of, people_of
from narrowcast.domain.control.facts.slots import Slot
from narrowcast.domain.control.facts.statements import Statement
from narrowcast.domain.control.facts.tables.markers import POLITE

_OLD_AGE, _FULL_AGE, _SMALL = 60 * 12, 18 * 12, 3 * 12
"""In months, as ages are measured."""
_AT_LEAST = frozenset({"ge", "gt", "from"})
_BELOW = frozenset({"lt", "le", "upto"})
_AGES = frozenset({"岁", "周岁"})
_AUDIENCE = frozenset(
    [
        "老人",
        "老人们",
        "长辈",
        "孩子",
        "孩子们",
        "小朋友",
        "小朋友们",
        "小孩",
        "宝宝",
        "宝贝",
        "娃",
        "娃娃",
        "娃儿",
        "家人",
        "家属",
        "家里人",
        "老年朋友",
        "老年朋友们",
        "老人家",
    ]
)
_LIMITED = frozenset(
    f"population:{value}"
    for value in (
        [
            "pregnant",
            "nursing",
            "planning",
            "child",
            "infant",
            "newborn",
            "teen",
            "adult",
            "elderly",
            "young",
            "female",
            "fertile",
            "male",
            "menopause",
            "premenopause",
            "nonpregnant",
        ]
    )
)
_OF_CHILDREN = Form(
    "(?:足月|早产|新生|婴幼|婴|幼|患|缺陷|畸形|体重)儿|母乳|蓝光|退黄|尿布|月龄|喂服|胎动|胎儿|纸尿裤|辅食|米粉"
)
"""What tells that a fact is about a child, though it names none."""
_NEWBORNS = Form("脐带|脐部|脐残端|肚脐|囟门|出生后?(?:\\d+|一|二|两|几)(?:小时|天)|满月")
_PREGNANT = Form("孕(?:早|中|晚)期|妊娠(?:早|中|晚)期|妊娠期?糖尿病|产妇|前置胎盘|先兆(?:早产|子痫|流产)|胎动")
_WOMEN = Form("孕早期|妈妈|剖宫产|顺产|产后|恶露|月经|宫颈|子宫|卵巢|阴道")
"""What only newborns or only women have: whoever tells it, tells whom it is about."""
_CARED_FOR = Form("家长|父母|家属|家人|亲属|监护|看护|照护|陪[同护伴]|患儿|婴|幼儿|宝宝")
"""What tells of somebody who looks after another: the adult of 大人在旁看着."""
_PATIENTS, _SHORT = ("患者", "病人", "病友"), 3
"""What follows the name of a disease or a treatment, and how long a name may be that says too little by itself."""
_ALLOWS = frozenset({"may", "fine"})
_VACCINES: Features = frozenset({"w:疫苗", "w:接种"})
_NEWBORN = frozenset({"population:newborn", "population:infant"})
_OF_WOMEN = frozenset(
    f"population:{value}"
    for value in ("pregnant", "nursing", "planning", "menopause", "premenopause", "fertile", "nonpregnant")
)


@lru_cache(maxsize=512)
def told_populations(statement: Statement) -> Features:
    """Return the people that a text names, and those that it tells by an age or a state: 65岁以上 are old."""
    named = set(people_of(statement.features))
    if named & _NEWBORN:
        named.add("population:child")
    if named & _OF_WOMEN or _WOMEN.search(statement.text):
        named.add("population:female")
    if "孕前" in statement.text:
        named.add("population:planning")
    if _PREGNANT.search(statement.text):
        named.add("population:pregnant")
    if _NEWBORNS.search(statement.text):
        named |= _NEWBORN | {"population:child"}
    return frozenset(named.union(*map(_by_age, statement.slots)))


def foreign_people(said: Statement, facts: Sequence[Statement]) -> Iterable[Token]:
    """Give the words of a sentence for people whom no fact speaks of."""
    people = said.of_kind("population")
    if not people:
        return
    known: Features = frozenset().union(*map(told_populations, facts)) - _only_by_age(facts)
    for token in people:
        spoken_of = _is_known(token, facts, known) or _is_addressed(token, said, facts, known)
        if not spoken_of or (token.value == "adult" and _is_of_childs_age(token, said)):
            yield token


def _is_of_childs_age(token: Token, said: Statement) -> bool:
    """Say whether the age of nobody grown up stands right before a word for people: 6~14岁的|大人."""
    before = said.text[max(token.start - _SHORT - 2, 0) : token.start].rstrip("的以下内及之")
    young = (slot for slot in said.slots if "population:child" in _by_age(slot))
    return any(slot.quantity is not None and before.endswith(slot.quantity.unit) for slot in young)


def other_patients(said: Statement, facts: Sequence[Statement]) -> Iterable[Token]:
    """Give the diseases of a sentence's patients that no fact names whole: 血液透析患者 for 腹膜透析患者."""
    if not any(word in said.text for word in _PATIENTS):
        return
    ailing = [
        token
        for token, following in pairwise(said.tokens)
        if token.kind == "word" and len(token.text) > _SHORT and following.text.endswith(_PATIENTS)
    ]
    if not ailing:
        return
    known = with_implied(frozenset().union(*(token.ids for fact in facts for token in fact.tokens)))
    for token in ailing:
        if not token.ids & known and not any(token.text in fact.text for fact in facts):
            yield token


def _only_by_age(facts: Sequence[Statement]) -> Features:
    """Return the adults that only an age tells: 65岁以上 is less than 成人."""
    return frozenset({"population:adult"}).difference(*(fact.features for fact in facts))


def _is_known(token: Token, facts: Sequence[Statement], known: Features) -> bool:
    values = {f"population:{value}" for value in token.value.split("|")}
    if values & known or any(token.text in fact.plain or token.ids & fact.ids for fact in facts):
        return True
    if values & {"population:child", "population:newborn", "population:infant"}:
        return any(_OF_CHILDREN.search(fact.text) for fact in facts)
    return False


def _is_addressed(token: Token, said: Statement, facts: Sequence[Statement], known: Features) -> bool:
    """Say whether a word only names those whom the sentence speaks to."""
    if token.text in POLITE:
        return True
    if token.text == "大人":
        return any(_CARED_FOR.search(fact.text) for fact in facts)
    if token.text not in _AUDIENCE or known & _LIMITED:
        return False
    by_the_way = token.value.startswith("child") and not _gives_medicine(said)
    return by_the_way or not any(map(_names_medicine, facts))


def _names_medicine(fact: Statement) -> bool:
    return "疫苗" in fact.text or bool(drugs_of(fact.ids))


def _gives_medicine(said: Statement) -> bool:
    """Say whether a sentence tells to give a medicine, how much of it, or what is allowed: that is not for anyone."""
    given = (u for u in said.units if not (u.conditional or u.negations))
    allows = any(u.force in _ALLOWS or drugs_of(u.scope) or _VACCINES & u.scope for u in given)
    return allows or bool(said.doses)


def _by_age(slot: Slot) -> Features:
    """Return the people that an age tells: adults, old people, children."""
    quantity = slot.quantity
    if quantity is None or quantity.unit not in _AGES:
        return frozenset()
    if slot.comparator in _AT_LEAST:
        old = {"population:elderly"} if quantity.low >= _OLD_AGE else set[str]()
        return frozenset(old | {"population:adult"}) if quantity.low >= _FULL_AGE else frozenset()
    below = slot.comparator in _BELOW or slot.text.endswith("以下")
    young = quantity.high <= _FULL_AGE if below else quantity.is_range and quantity.high < _FULL_AGE
    small = {"population:infant"} if quantity.high <= _SMALL else set[str]()
    return frozenset(small | {"population:child"}) if young else frozenset()
