"""What a sentence turns round: before and after, come and not yet come, more and less, one in place of another.

Each public function looks for one turn; a limit that is merely lost is for `limits`, what comes first for `orders`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from narrowcast.domain.control.facts.alignment import Alignment
from narrowcast.domain.control.facts.conditions import Condition
from narrowcast.domain.control.facts.lexer import Token, ids_of
from narrowcast.domain.control.facts.narrowing import lost_denials, turned_use
from narrowcast.domain.control.facts.segments import Features
from narrowcast.domain.control.facts.tables.units import TIME
from narrowcast.domain.control.facts.verdict import Reason

_STOPPING = frozenset({"w:停药", "w:停用", "w:停止", "w:暂停"})
_GOING_ON = re.compile(
    "(?:继续|接着|照样|照常|照旧|照)[吃用服打喝]|(?<![不需必只])(?:要|应|该|得|必须|可以)[吃服打][，。！]"
)
_KEEPS_ON = re.compile("继续|坚持|恢复|仍|接着|照常|(?:不|勿|别|无需|无须)(?:得|能|可|应|要|必|用|需)?(?:自行|擅自)?停")
_MORE, _LESS = ("超过", "高于", "大于", "多于", "超出", "高过"), ("低于", "少于", "小于", "短于", "低过")
_MARKS = frozenset("前后")
_UNTIL = re.compile("前|没|未|不|等|才|先|再|方|到")
"""How one says that something has not happened yet."""
_DENIED = ("未", "没", "尚未", "还没")
_DENIES = re.compile("[未没无非]|不(?![宜能得可要应许用])")
_RATIO = re.compile(
    "(?P<one>[\u4e00-\u9fff]{2})(?:时间)?[与和比及、](?P<two>[\u4e00-\u9fff]{2})的?(?:时间|时长|长短)?的?(?:之)?比[例值]?[^，。；\\d]{0,3}"
    "(?P<first>\\d+)[:：](?P<second>\\d+)"
)
_CONCEDES = re.compile("(?:了|后|以后|之后|完)(?:也|还|仍|照样)(?:是)?(?:不|别)")
"""How a ban is said to outlast what ends it: 干了也不能负重."""


_CLOSED = {"le": "ge", "ge": "le"}
"""Bounds that count themselves in, each with the one of the other side."""


def turned_bounds(alignment: Alignment) -> Iterable[Reason]:
    """Find an `after` that became a `before`, or the reverse."""
    tokens = alignment.said.tokens
    if not alignment.said.of_kind("bound"):
        return
    bounds = [t for i, t in enumerate(tokens) if t.kind == "bound" and not _opens_stretch(tokens, i)]
    plain = "".join([fact.plain for fact in alignment.facts]) if bounds else ""
    for mark, opposite in (("前", "后"), ("后", "前")):
        for token in bounds if mark not in plain and opposite in plain and _tells_side(alignment, opposite) else ():
            if mark in token.text:
                yield Reason("timing", opposite, token.text)


def _tells_side(alignment: Alignment, mark: str) -> bool:
    """Say whether facts tell that something is before or after, and do not only name it: 子痫前期 is before nothing."""
    return any(token.text[0] == mark or token.text[-1] == mark for f in alignment.facts for token in f.tokens)


def _opens_stretch(tokens: Sequence[Token], index: int) -> bool:
    """Say whether 前 opens a stretch of time (前3周) and is before nothing."""
    before, after = tokens[index - 1] if index else None, tokens[index + 1 : index + 2]
    stretch = after[0].quantity if after else None
    opens = before is None or before.kind in {"stop", "light", "drug"}
    return opens and stretch is not None and stretch.dimension in TIME


def claimed_bounds(alignment: Alignment) -> Iterable[Reason]:
    """Find 6月龄及以下 where the facts count the bound itself to the other side: 6月龄以下…，6月龄及以上…."""
    for slot in alignment.said.slots:
        other = _CLOSED.get(slot.comparator or "")
        if slot.quantity is None or other is None:
            continue
        told = {
            known.comparator
            for known in alignment.slots()
            if known.quantity and known.quantity.same_amount(slot.quantity)
        }
        if other in told and slot.comparator not in told:
            yield Reason("comparator", "", slot.text)


def turned_sides(alignment: Alignment) -> Iterable[Reason]:
    """Find 服药以后 where the facts have 服药前 alone."""
    told = list(_sides(alignment.said.tokens))
    known = [side for fact in alignment.facts for side in _sides(fact.tokens)] if told else []
    for word, mark, text in told:
        marks = {other for ids, other, _ in known if ids & word}
        if marks and mark not in marks:
            yield Reason("timing", "".join(marks), text)


def _sides(tokens: Sequence[Token]) -> Iterable[tuple[Features, str, str]]:
    """Give each event that something is before or after, with 前 or 后: 停药|后, 服药前."""
    for index in [index for index, token in enumerate(tokens) if token.text[-1:] in _MARKS and token.kind != "timing"]:
        before, token = tokens[index - 1] if index else None, tokens[index]
        mark = token.text[-1]
        stem = token.text[:-1].rstrip("之以过完")
        ids = ids_of(stem) if stem else before.ids if token.kind == "bound" and before else frozenset()
        if ids:
            yield ids, mark, (before.text if before and not stem else "") + token.text


def turned_conditions(alignment: Alignment) -> Iterable[Reason]:
    """Find 拆了线 for 拆线前, and 开了封的 for 未开封的."""
    restated = alignment.restated
    for fact in alignment.facts:
        for condition in fact.conditions:
            if not restated.get(id(fact), set()) & condition.segments or not _tells_any(alignment, condition):
                continue
            if condition.text.endswith("前") and "前往" not in fact.text and not _UNTIL.search(alignment.said.text):
                yield Reason("timing", condition.text, "")
            elif condition.text.startswith(_DENIED) and not _denies_beside(alignment, condition):
                yield Reason("negation", condition.text, "")


def undone_states(alignment: Alignment) -> Iterable[Reason]:
    """Find 开了封的 for 未开封的, where one word says that something has not happened."""
    known = [token for fact in alignment.facts for token in fact.tokens]
    return lost_denials(alignment.said.tokens, known)


def _denies_beside(alignment: Alignment, condition: Condition) -> bool:
    """Say whether a clause that tells of a condition denies anything."""
    words = _words_of(condition)
    beside = {unit.segment for unit in alignment.said.units if (unit.scope | unit.context) & words}
    return any(_DENIES.search(alignment.said.segments[number]) for number in beside)


def outlasting_bans(alignment: Alignment) -> Iterable[Reason]:
    """Find 干了也不能负重 for 干固前不得负重."""
    outlasts = _CONCEDES.search(alignment.said.text)
    ends = any(c.text.endswith("前") for fact in alignment.facts for c in fact.conditions)
    if outlasts and ends and not any(_CONCEDES.search(fact.text) for fact in alignment.facts):
        yield Reason("timing", "前", outlasts[0])


def turned_comparators(alignment: Alignment) -> Iterable[Reason]:
    """Find 不要低于医嘱的剂量 for 不要超过医嘱的剂量, where no number tells."""
    if not alignment.said.of_kind("before"):
        return
    ways = [(index, way) for index, token in enumerate(alignment.said.tokens) if (way := _direction(token))]
    known = {_direction(token) for fact in alignment.facts for token in fact.of_kind("before")} if ways else set[int]()
    for index, way in ways:
        token, after = alignment.said.tokens[index], alignment.said.tokens[index + 1 : index + 4]
        if -way in known and way not in known and not any(other.quantity for other in after):
            yield Reason("comparator", "", token.text)


def turned_ratios(alignment: Alignment) -> Iterable[Reason]:
    """Find 呼气与吸气时间比为1:2 for 吸气与呼气时间比为1:2."""
    said = _RATIO.search(alignment.said.text) if "比" in alignment.said.text else None
    for known in (_RATIO.search(fact.text) for fact in alignment.facts if said):
        if said and known and (said["one"], said["two"]) == (known["two"], known["one"]):
            same = said["first"] == known["first"] and said["first"] != said["second"]
            if same:
                yield Reason("comparator", known[0], said[0])


def turned_uses(alignment: Alignment) -> Iterable[Reason]:
    """Find a medicine that is for those whom the facts bar from it."""
    return turned_use(alignment.said.text, [fact.text for fact in alignment.facts])


def outcomes_of_conditions(alignment: Alignment) -> Iterable[Reason]:
    """Find a condition told as what will come: 吃了就会出现皮疹 for 如出现皮疹."""
    for unit, best in alignment.aligned:
        foretells = "会" in unit.text and not (unit.conditional or unit.asks or unit.negations)
        if (
            best
            and foretells
            and "会" not in alignment.carrier.characters
            and all(other.conditional for _, other in best)
        ):
            yield Reason("certainty", best[0][1].text, unit.text)


def continued_medicines(alignment: Alignment) -> Iterable[Reason]:
    """Find 继续吃药 where the facts speak of stopping and never of going on."""
    going = _GOING_ON.search(alignment.said.text)
    if going and alignment.ids & _STOPPING and not any(_KEEPS_ON.search(fact.text) for fact in alignment.facts):
        yield Reason("negation", "", going[0])


def turned_exchanges(alignment: Alignment) -> Iterable[Reason]:
    """Find B 代替 A for A 代替 B."""
    said = _in_place(alignment.said.tokens)
    for fact in alignment.facts if said else ():
        known = _in_place(fact.tokens)
        if said and known and _is_turned(said, known):
            yield Reason("new_claim", fact.text, alignment.said.text)


def _tells_any(alignment: Alignment, condition: Condition) -> bool:
    return bool(_words_of(condition) & alignment.said.features)


def _words_of(condition: Condition) -> Features:
    """Return every group of meaning that a condition names."""
    return frozenset(feature for feature in condition.features if feature.startswith("w:"))


def _direction(token: Token) -> int:
    """Return 1 for 超过, -1 for 低于, 0 for what compares nothing."""
    if token.kind != "before":
        return 0
    return 1 if token.text.endswith(_MORE) else -1 if token.text.endswith(_LESS) else 0


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
