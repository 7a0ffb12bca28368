"""What a sentence adds with words that weigh nothing by themselves: at once, with care, one more thing not to do.

Compares two texts whole; words that weigh are for `novelty`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise, takewhile

from narrowcast.domain.control.facts.lexer import Token
from narrowcast.domain.control.facts.segments import OR, TAKING, Features
from narrowcast.domain.control.facts.statements import Statement
from narrowcast.domain.control.facts.verdict import Reason

_AT_ONCE = frozenset({"immediately"})
_HURRIED = re.compile("[即急速快赶抓]|及[时早]|尽早|马上|立刻|第一时间|120|早期|就诊|就医|随时|抢救|窒息")
_BANS = frozenset({"forbid", "cannot", "avoid", "unfit"})
_DOES_NOTHING: Features = TAKING | {"w:做", "w:进行", "w:这样", "w:有"}

_COMPANY = re.compile(
    "(?:家属|家人|家里人|亲属|亲友|亲人|同住者?|室友)们?(?:也|都|一起|全程|得|要|应|须|需要?|必须|最好|来|去)*(?:陪|跟着|护送|一起|也要|也得|也应|都要|都得|也需)"
)
_ACCOMPANIED = re.compile("家|属|陪|亲|同住|接触者|照护|看护|护送|他人|旁人")
_ALONE = re.compile("(?<![您你他她])自己(?!的|人|家)|自行|自个儿")
_ASKS_FIRST = re.compile("遵医嘱|医生|医师|指导下|药师|医务|专业")
_CHANGES = re.compile("[停减加增换调]")
_ITEMS = frozenset({"word", "food", "drug"})
_ORGANS = frozenset("舌唇牙齿鼻耳眼脸颈肩背腰腹臀腿膝脚指趾肝脾肺肾胃肠胆心脑")


def added_haste(said: Statement, facts: Sequence[Statement]) -> Iterable[Reason]:
    """Find 马上补服 where no fact hurries."""
    if not said.of_kind("urgency"):
        return
    pairs = pairwise([None, *said.tokens])
    hurried = next((token for before, token in pairs if token and _hurries(token) and not _forbids(before)), None)
    if hurried and not any(_HURRIED.search(fact.text) for fact in facts):
        yield Reason("timing", "", hurried.text)


def _hurries(token: Token) -> bool:
    return token.kind == "urgency" and token.value in _AT_ONCE


def _forbids(token: Token | None) -> bool:
    return token is not None and token.kind == "negation" and token.value in _BANS


def added_company(said: Statement, facts: Sequence[Statement]) -> Iterable[Reason]:
    """Find 要有家属陪着回家 and 家里人也要查 where the facts speak of nobody beside the patient."""
    company = _COMPANY.search(said.text)
    if company and not any(_ACCOMPANIED.search(fact.text) for fact in facts):
        yield Reason("new_claim", "", company[0])


def left_to_oneself(said: Statement, facts: Sequence[Statement]) -> Iterable[Reason]:
    """Find 自己减量就行 for 应减量，遵医嘱."""
    alone = _ALONE.search(said.text)
    if not alone or any(unit.negations for unit in said.units) or any("自" in fact.text for fact in facts):
        return
    asks = next((fact for fact in facts if _ASKS_FIRST.search(fact.text)), None)
    if asks and not _ASKS_FIRST.search(said.text) and _CHANGES.search(said.text, alone.end()):
        yield Reason("condition_dropped", "遵医嘱", alone[0])


def added_care(said: Statement, facts: Sequence[Statement]) -> Iterable[Reason]:
    """Find 慎用 where no fact asks for care."""
    careful = next((unit for unit in said.units if "careful" in unit.negations), None)
    if careful and not any("careful" in unit.negations for fact in facts for unit in fact.units):
        yield Reason("negation", "", careful.text)


def added_bans(said: Statement, facts: Sequence[Statement]) -> Iterable[Reason]:
    """Find 不能说话, where what is forbidden is nothing but small words that no fact has."""
    if not any(token.value in _BANS for token in said.of_kind("negation")):
        return
    known: Features = frozenset().union(*(fact.ids for fact in facts))
    for segment in said.marked:
        forbidden = _forbidden(segment.tokens)
        text = "".join(token.text for token in forbidden)
        own = frozenset(i for token in forbidden for i in token.ids)
        if len(text) > 1 and own and not own & (known | _DOES_NOTHING) and not any(text in fact.text for fact in facts):
            yield Reason("new_claim", "", text)


def _forbidden(tokens: Sequence[Token]) -> Sequence[Token]:
    """Return what stands under the last ban of a segment, where it is small words alone."""
    last = max([i for i, token in enumerate(tokens) if token.kind == "negation" and token.value in _BANS], default=-1)
    under = tokens[last + 1 :] if last >= 0 else ()
    return under if all(token.kind == "light" for token in under) else ()


def swapped_strengths(said: Statement, facts: Sequence[Statement]) -> Iterable[Reason]:
    """Find 3%氧氟沙星 for 3%过氧化氢: a strength stands before what it is the strength of."""
    told = list(_strengths(said))
    known = [(amount, name) for fact in facts for amount, name in _strengths(fact)] if told else []
    for amount, name in told:
        names = {other for strength, other in known if strength == amount}
        if names and name not in names and any(name == other for _, other in known):
            yield Reason("drug", "、".join(sorted(names)), name)


def _strengths(statement: Statement) -> Iterable[tuple[object, str]]:
    tokens = statement.tokens
    for index, token in enumerate(tokens):
        if token.quantity and token.quantity.dimension == "percent":
            following = takewhile(lambda other: other.kind != "stop", tokens[index + 1 :])
            yield token.quantity.amount, "".join(other.text for other in following)[:2]


def added_items(said: Statement, facts: Sequence[Statement]) -> Iterable[Reason]:
    """Find 体位性低血压和幻觉 where no fact lists the second, and 舌头 where none names a tongue."""
    tokens = said.tokens
    for index, token in enumerate(tokens if said.of_kind("unknown") else ()):
        if token.kind != "unknown" or (index and tokens[index - 1].kind == "unknown"):
            continue
        run = "".join(other.text for other in takewhile(lambda t: t.kind == "unknown", tokens[index:]))
        if any(set(run) <= fact.characters for fact in facts):
            continue
        if _is_listed(tokens, index, len(run)) or (len(run) == 1 and run in _ORGANS):
            yield Reason("new_claim", "", run)


def _is_listed(tokens: Sequence[Token], start: int, size: int) -> bool:
    """Say whether an unknown run is an item of a list beside a word that is known."""
    before, after = tokens[max(start - 2, 0) : start], tokens[start + size : start + size + 2]
    joined = bool(before) and before[-1].text in OR and before[0].kind in _ITEMS
    return joined or (bool(after) and after[0].text in OR and after[-1].kind in _ITEMS)
