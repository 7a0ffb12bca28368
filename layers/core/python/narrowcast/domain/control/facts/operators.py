"""What is done, forbidden, allowed, doubted and hurried: the operators of a sentence against those it restates.

Each public function looks at one kind of operator and gives its reasons. Which unit restates which is for `alignment`,
when two operators agree for `forces`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from narrowcast.domain.control.facts.alignment import Alignment, Pair, weighty
from narrowcast.domain.control.facts.conditions import Condition
from narrowcast.domain.control.facts.contrasts import denies_contrary
from narrowcast.domain.control.facts.denials import denied_in
from narrowcast.domain.control.facts.forces import certainty_reasons, is_negative, operator_reasons, urgency_reasons
from narrowcast.domain.control.facts.going_on import forbids_stopping, stops_instead
from narrowcast.domain.control.facts.mixtures import keeps_apart
from narrowcast.domain.control.facts.novelty import is_everyday
from narrowcast.domain.control.facts.segments import NOTHING, TAKING, Features, drugs_of
from narrowcast.domain.control.facts.statements import Statement, Unit
from narrowcast.domain.control.facts.tables.markers import EXAMPLES
from narrowcast.domain.control.facts.verdict import Reason

_ASIDE = 1
"""How many segments may stand between what is named and what is said of it."""
_FORBIDS = (("avoid",), ("cannot",))
_AGAIN: Features = frozenset({"w:恢复", "w:重新"})
_BEGINS = re.compile("开始|恢复")
_OFFERS = re.compile(
    "适用(?:于|(?=[，。；]|$))|(?<![不得能可应禁慎])用于|[，；]或(?!出现|有|伴|者)|必要时|按需|[痛热]时(?:服用|使用|口服|含服|吸入)|发作时(?:服用|使用|口服|含服|吸入)"
)
"""What makes a bare fact an offer: 奥马珠单抗300mg，用于抗组胺药无效者."""
_STEPS = re.compile("每[^，。；]{1,6}[周天日月](?:可)?(?:增加|递增|加量|加)|逐渐(?:增|加)")
"""What goes on step by step as it is borne: 每2~4周增加2.5mg."""
_USED = re.compile("^[^用停]{2,8}(?<![使应服停慎禁合联不])用")
"""How a fact gives a medicine for what it names first: 轻中度皮损用弱效激素."""
_RESUMED: Features = frozenset(
    {"w:下地", "w:下床", "w:行走", "w:走路", "w:活动", "w:进食", "w:饮水", "w:淋浴", "w:洗澡"}
)
"""What everybody does unless he is ill: the day on which a fact has it is the day from which it is allowed."""
_MAY_COME = frozenset({"possible", "tends"})
_FORETELLS = re.compile("会|将|都|总|常|就|必|引起|导致|造成|产生|发生")
"""What tells that something comes, where without it a case is only named."""
_DAYS = re.compile(
    "第[\\d一二三四五六七八九十]+[天日周]|后[\\d一二两三四五六七八九十半]+个?(?:小时|钟头|[天日周月]|星期)|次日|当[天日]"
)
_PRACTICE: Features = frozenset(
    {"w:运动", "w:练习", "w:训练", "w:锻炼", "w:散步", "w:步行", "w:游泳", "w:直腿抬高", "w:抬高"}
)
"""What one is told to practise as far as one can."""
_REPLACES: Features = frozenset({"w:代替", "w:替代"})
_ALL_THE_SAME = re.compile("照样|照旧|照常|仍然?(?:需|要|得|应)|还(?:是)?(?:要|得|需)|也(?:要|得|需)")
_LETS = frozenset({"only", "may"})
_SEEKING: Features = frozenset({"w:就医", "w:就诊", "w:医院", "w:联系", "w:告知", "w:急诊", "w:咨询"})
_REQUIRED = re.compile("才(?:行|可以|能行|算数)$")
"""How a condition is told last: 没有恶化才行."""
_PUT_OFF = re.compile("推迟|暂缓|延期|延后|延至|推后")
_WAITS = re.compile("等.{1,12}再|了再|后再|才能|才可|方可|方能")


def polarity(alignment: Alignment) -> Iterable[Reason]:
    """Find what is denied or forbidden on one side alone, and another force of the same command."""
    for unit, best in alignment.aligned:
        reasons = [*_stops(alignment, unit), *_operator_differences(alignment, unit, best)]
        if reasons and not _is_excused(alignment, unit, best):
            yield from reasons


def _stops(alignment: Alignment, unit: Unit) -> Iterable[Reason]:
    if stops_instead(unit, alignment.facts):
        yield Reason("negation", "", unit.text)


def _operator_differences(alignment: Alignment, unit: Unit, best: Sequence[Pair]) -> Iterable[Reason]:
    """Give how the operator of a unit differs from those it restates, or from all where it restates nothing."""
    if not best:
        return _unaligned(alignment, unit)
    reasons = list(operator_reasons(unit, [other for _, other in best]))
    if not reasons or _is_verdict_on(unit, best) or _awaits(alignment, unit, best):
        return ()
    if _is_talk(unit, best) and _says_more(alignment, unit):
        return ()
    return () if reasons[0].kind == "certainty" and _is_said_so(alignment, unit, best) else reasons


def _is_excused(alignment: Alignment, unit: Unit, best: Sequence[Pair]) -> bool:
    """Say whether the operator of a unit is none of its own, or is compared by another room."""
    return (
        _is_compared_elsewhere(alignment, unit)
        or _sets_scene(alignment, unit, best)
        or _is_other_case(alignment, unit, best)
    )


def _is_verdict_on(unit: Unit, best: Sequence[Pair]) -> bool:
    """Say whether a unit only says what to do in a case that the facts deny something in: 24小时没缓解，|也要去."""
    bare = not (unit.governs_itself or unit.conditional or unit.negations)
    return bare and all(other.conditional and is_negative(other) for _, other in best)


def _sets_scene(alignment: Alignment, unit: Unit, best: Sequence[Pair]) -> bool:
    """Say whether a unit only names what others speak of, or the case they speak of."""
    if unit.is_topic or unit.asks or _leads(alignment, unit) or _introduces(alignment, unit, best):
        return True
    if _is_not_replaced(alignment, unit, best) or _asks_doctor(alignment, unit) or _denies_branch(alignment, unit):
        return True
    return _only_sets_scene(unit, best) or alignment.states_condition(unit) or _tells_case(alignment, unit, best)


def _asks_doctor(alignment: Alignment, unit: Unit) -> bool:
    """Say whether a unit only asks that a doctor guide what comes next: 要|由医生指导，在检查前5天停药."""
    if unit.force not in {"should", "must"} or unit.negations or unit.governs_itself:
        return False
    return any(limit.typed for limit in alignment.said.limits_on(unit.segment))


def _denies_branch(alignment: Alignment, unit: Unit) -> bool:
    """Say whether a condition denies the case that a fact sets apart, for what it tells of all others.

    没有水肿的，每天不超过0.5kg for 每日不超过0.5kg，有水肿者不超过1kg.
    """
    if not unit.conditional or unit.negations != ("not",):
        return False
    apart = [
        (fact, limit)
        for fact in alignment.facts
        for limit in fact.conditions
        if weighty(limit.told) & unit.scope and not limit.denied and not alignment.keeping.keeps(limit)
    ]
    following = next((best for u, best in alignment.aligned if u.segment > unit.segment and u.asserts), [])
    return (
        bool(apart)
        and bool(following)
        and all(
            not (fact is whose and other.segment in limit.segments)
            for fact, limit in apart
            for whose, other in following
        )
    )


def _is_not_replaced(alignment: Alignment, unit: Unit, best: Sequence[Pair]) -> bool:
    """Say whether what nothing stands in for is to be done all the same: 打了疫苗，筛查照样要做 for 不能代替筛查."""
    told = not unit.negations and all(is_negative(other) and other.scope & _REPLACES for _, other in best)
    return bool(best) and told and not unit.scope & _REPLACES and _ALL_THE_SAME.search(alignment.said.text) is not None


def banned_things(alignment: Alignment) -> Iterable[Reason]:
    """Find what the facts only forbid in an instruction: 以酒精清洁 for 以温水清洁，不宜使用酒精."""
    bans = [other for _, other in alignment.units if is_negative(other) and not other.conditional]
    if not bans:
        return
    banned = NOTHING.union(*[other.scope for other in bans])
    rest = [other.whole for _, other in alignment.units if not is_negative(other) or other.conditional]
    named = NOTHING.union(*rest)
    denied = {unit.segment for unit in alignment.said.units if unit.negations}
    for unit, best in alignment.aligned:
        own = unit.scope & banned - named
        if unit.conditional or unit.asks or unit.segment in denied or not (best or unit.is_topic):
            continue
        if any(is_negative(other) for _, other in best) and not unit.is_topic:
            continue
        if any(feature.startswith(("f:", "d:")) for feature in own):
            yield Reason("negation", "", unit.text)


def _unaligned(alignment: Alignment, unit: Unit) -> Iterable[Reason]:
    """Compare the operators of a unit that restates nothing in particular with all that the facts have."""
    if unit.conditional and unit.negations == ("not",):
        return  # 还没停: how a condition is put in other words; its content is compared by itself
    if _is_talk(unit, ()) and is_negative(unit) and _says_more(alignment, unit):
        return
    if is_negative(unit) and (unit.governs_itself or not any(other.negations for _, other in alignment.units)):
        yield Reason("negation", "", unit.text)
    if unit.force in {"must", "may"} and not any(other.force == unit.force for _, other in alignment.units):
        yield Reason("certainty", "", unit.text)
    if _orders_what_is_barred(alignment, unit):
        yield Reason("negation", "", unit.text)


def _orders_what_is_barred(alignment: Alignment, unit: Unit) -> bool:
    """Say whether an order has a character of its words from a ban of the facts alone: 要马上平放, 不可立即平卧."""
    if not unit.asserts or unit.negations or not (unit.force or unit.urgencies):
        return False
    barred = {c for _, other in alignment.units if is_negative(other) for c in other.text}
    free = {c for _, other in alignment.units if not is_negative(other) for c in other.text}
    tokens = alignment.said.marked[unit.segment].tokens
    words = {c for token in tokens if token.kind in {"word", "unknown"} and token.text in unit.text for c in token.text}
    return any(c in barred and c not in free for c in words)


def _is_other_case(alignment: Alignment, unit: Unit, best: Sequence[Pair]) -> bool:
    """Say whether a unit is the measured one of two cases of which both deny the first: 不缓解|或体温超过38.5℃."""
    if not unit.conditional or unit.negations or not unit.text.startswith("或"):
        return False
    denied = NOTHING.union(*(other.scope for other in alignment.said.units if other.negations == ("not",)))
    cases = [other for _, other in best if other.negations == ("not",) and "或" in other.text]
    return any(f.startswith("q:") for other in cases if other.scope & denied for f in unit.scope & other.scope)


def _warns_of_harm(alignment: Alignment, unit: Unit) -> bool:
    """Say whether a ban is on an act whose harm the facts tell, and the sentence too: 别突然停，突然停可能头晕."""
    if unit.conditional or not is_negative(unit) or not unit.governs_itself:
        return False
    act = weighty(unit.scope) - TAKING - drugs_of(unit.scope)
    return bool(act) and any(
        other.is_topic and not other.conditional and act <= other.scope and _tells_harm(alignment, fact, other)
        for fact, other in alignment.units
    )


def _tells_harm(alignment: Alignment, fact: Statement, act: Unit) -> bool:
    """Say whether what an act may bring is told by the sentence beside the act itself, as a possibility."""
    brought = [u for u in fact.units if u.segment == act.segment and u.certainties & _MAY_COME and not u.negations]
    told = [u for u in alignment.said.units if u.certainties & _MAY_COME]
    return any(weighty(u.scope) & other.scope for u in brought for other in told)


def _says_more(alignment: Alignment, unit: Unit) -> bool:
    """Say whether a sentence says anything of its facts beside one unit."""
    return any(best and other.asserts and other is not unit for other, best in alignment.aligned)


def _is_compared_elsewhere(alignment: Alignment, unit: Unit) -> bool:
    """Say whether a unit is only an amount, or denies in a condition what the facts deny in one: 5分钟还没缓解的话."""
    if is_negative(unit) and _goes_without_saying(alignment, unit):
        return True
    if unit.is_amount:
        return not (unit.negations or unit.force)
    if unit.negations == ("prevent",) and unit.conditional and not unit.governs_itself:
        return any("预防" in fact.text for fact in alignment.facts)
    if unit.negations == ("prevent",):
        return any(unit.scope & other.scope for _, other in alignment.units if other.negations == ("prevent",))
    if not (unit.conditional or _REQUIRED.search(unit.text)) or unit.negations != ("not",):
        return False
    denied = [condition.denied for fact in alignment.facts for condition in fact.conditions]
    denied += [other.scope for _, other in alignment.units if other.negations == ("not",)]
    return not unit.governs_itself or any(unit.scope & words for words in denied) or _denies_strange(alignment, unit)


def _goes_without_saying(alignment: Alignment, unit: Unit) -> bool:
    """Say whether a unit forbids what the facts bar by asking for something else, or by telling its harm."""
    if not unit.negations:
        return False
    facts = alignment.facts
    return (
        forbids_stopping(unit, facts)
        or keeps_apart(unit, facts)
        or denies_contrary(unit, facts)
        or _warns_of_harm(alignment, unit)
    )


def _denies_strange(alignment: Alignment, unit: Unit) -> bool:
    """Say whether what a condition denies is nothing that the facts speak of: 早餐还没吃的时候 for 早餐前."""
    denied = denied_in(alignment.said.marked[unit.segment].tokens) if unit.conditional else NOTHING
    known = alignment.ids.union(*(fact.elsewhere for fact in alignment.facts))
    return bool(denied) and denied.isdisjoint(known) and not any(map(alignment.carrier.says, denied))


def _tells_case(alignment: Alignment, unit: Unit, best: Sequence[Pair]) -> bool:
    """Say whether a bare unit tells the case that a fact has as its condition, and no more: 管子断了，."""
    if unit.negations or unit.force or unit.conditional or not best:
        return False
    cases = [unit.scope & other.scope for _, other in alignment.units if other.conditional]
    if not any(cases):
        return False
    done = NOTHING.union(*[unit.scope & other.scope for _, other in best])
    return any(done < case for case in cases)


def _is_talk(unit: Unit, best: Sequence[Pair]) -> bool:
    """Say whether a ban forbids nothing that a fact could speak of: 别嫌麻烦, 先别走."""
    if best and unit.negations[-1:] not in _FORBIDS:
        return False
    shares = any(unit.scope & (other.scope | other.context) for _, other in best)
    return unit.governs_itself and not shares and not any(map(_weighs, unit.scope))


def _is_said_so(alignment: Alignment, unit: Unit, best: Sequence[Pair]) -> bool:
    """Say whether the force of a unit is that of its fact, though it stands elsewhere there."""
    ways = (_continues, _is_said_after, _is_offered, _is_resumed, _demands_case, _is_practised, _needs_doctor)
    return any(found(alignment, unit, best) for found in ways)


def _demands_case(alignment: Alignment, unit: Unit, best: Sequence[Pair]) -> bool:
    """Say whether a unit only asks for the case in which a later one allows what the fact does: 要先评估，才可减量."""
    if unit.force not in {"should", "must"} or unit.negations or unit.governs_itself:
        return False
    allowed = [other for _, other in best if other.force in _LETS]
    later = (u for u in alignment.said.units if u.segment >= unit.segment and u.force in _LETS and not u.negations)
    return any(not list(operator_reasons(u, allowed)) for u in later) if allowed else False


def _needs_doctor(alignment: Alignment, unit: Unit, best: Sequence[Pair]) -> bool:
    """Say whether both do something only as a doctor says: 只有在医生指导下才能调整 for 须在医生指导下调整."""
    if unit.force != "only" or unit.negations:
        return False
    return any(
        other.force in {"must", "should"}
        and any(c.typed and alignment.keeping.keeps(c) for c in fact.limits_on(other.segment))
        for fact, other in best
    )


def _is_practised(alignment: Alignment, unit: Unit, best: Sequence[Pair]) -> bool:
    """Say whether 可以 tells an exercise that a fact gives bare, in the cases it has it for: 坐位直腿抬高训练."""
    if unit.force not in {"may", "fine"} or unit.negations or "考虑" in unit.text:
        return False
    named = frozenset(f for f in unit.scope if f.startswith(("w:", "f:", "d:", "side:")))
    return any(
        bool(unit.scope & other.scope & _PRACTICE)
        and not (other.force or other.negations or other.urgencies)
        and named <= fact.ids | fact.features | other.scope
        and all(map(alignment.keeping.keeps, fact.limits_on(other.segment)))
        for fact, other in best
    )


def _is_said_after(alignment: Alignment, unit: Unit, best: Sequence[Pair]) -> bool:
    """Say whether a fact sets the operator behind what it governs: 蛋白质以0.8g为宜, 摄入量建议为0.8g."""
    behind = [
        later
        for fact, other in best
        if not (other.negations or other.force)
        for whose, later in alignment.units
        if whose is fact and later.segment == other.segment and (other.is_topic or not later.governs_itself)
    ]
    behind += _begun_by(alignment, unit, best)
    return any(later.force and not list(operator_reasons(unit, [later])) for later in behind)


def _begun_by(alignment: Alignment, unit: Unit, best: Sequence[Pair]) -> list[Unit]:
    """Return what a later segment of a fact says of when to begin: 踝泵每小时做10次，术后当天|即可开始."""
    if not _BEGINS.search(unit.text):
        return []
    bare = {(id(fact), other.sentence) for fact, other in best if not (other.negations or other.force)}
    told = (later for fact, later in alignment.units if (id(fact), later.sentence) in bare and later.asserts)
    return [later for later in told if _BEGINS.search(later.text)]


def _is_offered(alignment: Alignment, unit: Unit, best: Sequence[Pair]) -> bool:
    """Say whether 可用 tells what a fact gives for a case (胸痛时含服…) or lets begin again (停药1天后恢复)."""
    if unit.force not in {"may", "fine"} or unit.negations:
        return False
    bare = [(fact, other) for fact, other in best if not (other.force or other.negations or other.urgencies)]
    return any(
        bool(unit.scope & other.scope & _AGAIN)
        or other.text.startswith("以")
        or (_STEPS.search(other.text) is not None and bool(unit.scope & other.scope))
        or _is_choice(unit, other)
        or (bool(drugs_of(unit.scope & other.scope)) and _USED.search(other.text) is not None)
        or _is_for_use(alignment, unit, fact, other)
        for fact, other in bare
    )


def _is_choice(unit: Unit, other: Unit) -> bool:
    """Say whether a fact leaves the choice between what it names, and sends nobody anywhere: 整片或对半掰开吞服."""
    shares = any(feature.startswith(("w:", "d:", "f:", "q:", "timing:")) for feature in unit.scope & other.scope)
    return "考虑" not in unit.text and shares and "或" in other.text and not other.scope & _SEEKING


def _is_resumed(alignment: Alignment, unit: Unit, best: Sequence[Pair]) -> bool:
    """Say whether a fact tells the day from which something of every day is done again: 术后第1天下地."""
    if unit.force not in {"may", "fine"} or unit.negations or not _DAYS.search(alignment.said.text):
        return False
    again = [(fact, other) for fact, other in best if unit.scope & other.scope & _RESUMED]
    return any(
        _DAYS.search(fact.segments[other.segment]) for fact, other in again if not (other.negations or other.force)
    )


def _is_for_use(alignment: Alignment, unit: Unit, fact: Statement, other: Unit) -> bool:
    """Say whether a fact offers a medicine elsewhere, or gives it for a case that the sentence keeps."""
    if "考虑" not in unit.text and _OFFERS.search(fact.text) and unit.scope & (other.scope | other.context):
        return True
    drugs = drugs_of(unit.scope & other.scope)
    meant = drugs or drugs_of(unit.scope & other.context)
    offers = any(whose is fact and u.force == "may" and u.scope & meant for whose, u in alignment.units)
    return offers or (bool(drugs) and not other.inherited_force and _over(alignment, fact, other))


def _over(alignment: Alignment, fact: Statement, unit: Unit) -> bool:
    """Say whether a unit stands under a condition of its fact, and all of them are kept."""
    over = fact.limits_on(unit.segment)
    return bool(over) and all(map(alignment.keeping.keeps, over))


def _leads(alignment: Alignment, unit: Unit) -> bool:
    """Say whether a bare unit only names what the next segment speaks of."""
    if unit.negations or unit.force:
        return False
    if unit.text.startswith(EXAMPLES):
        return True
    later = alignment.said.units_in(unit.segment + 1)
    return any(not other.governs_itself and (other.negations or other.force) for other in later)


def _introduces(alignment: Alignment, unit: Unit, best: Sequence[Pair]) -> bool:
    """Say whether a bare unit opens what a later one says with the operator of the same fact."""
    if unit.negations or unit.force:
        return False
    operating = [(u, b) for u, b in alignment.aligned if b and (u.negations or u.force or "等" in u.text)]
    following = _following(alignment, unit) if operating and best else -1
    return _share_operator([(u, b) for u, b in operating if u.segment == following], best)


def _share_operator(beside: Sequence[tuple[Unit, Sequence[Pair]]], best: Sequence[Pair]) -> bool:
    """Say whether one of some units restates a unit of `best` too, with its operator."""
    restated = [other for _, other in best] if beside else []
    return any(other in restated and not list(operator_reasons(u, [other])) for u, b in beside for _, other in b)


def _awaits(alignment: Alignment, unit: Unit, best: Sequence[Pair]) -> bool:
    """Say whether a unit lets wait for what a ban lasts until: 等恢复了再驾车 for 恢复前不得驾车."""
    if is_negative(unit) or not _WAITS.search(unit.text):
        return False
    if any(is_negative(other) and any(_lasts(alignment, c, other) for c in fact.conditions) for fact, other in best):
        return True
    awaited = NOTHING.union(*(limit.features for limit in alignment.said.limits_on(unit.segment)))
    return any(_PUT_OFF.search(other.text) and weighty(other.scope) & awaited for _, other in alignment.units)


def _lasts(alignment: Alignment, condition: Condition, unit: Unit) -> bool:
    return unit.segment in condition.segments and condition.text.endswith("前") and alignment.keeping.keeps(condition)


def _following(alignment: Alignment, unit: Unit) -> int:
    """Return the number of the next segment that is more than a condition or another name: 脚上的老茧(胼胝)也别修."""
    later = [u for u in alignment.said.units if u.segment > unit.segment and not u.conditional]
    named = [u for u in later if u.negations or u.force or u.segment > unit.segment + _ASIDE]
    return next((u.segment for u in named or later), unit.segment + 1)


def _continues(alignment: Alignment, unit: Unit, best: Sequence[Pair]) -> bool:
    """Say whether a bare unit goes on with what the one before it said with the operator of the same fact."""
    if unit.negations or unit.force:
        return False
    near = range(unit.segment - 1, unit.segment + 1)
    return _share_operator([(u, b) for u, b in alignment.aligned if u.segment in near and u is not unit], best)


def certainty(alignment: Alignment) -> Iterable[Reason]:
    """Find a doubt that was dropped and a certainty that was added."""
    known_anywhere = NOTHING.union(*[other.certainties for _, other in alignment.units])
    if not known_anywhere and not any(unit.certainties for unit in alignment.said.units):
        return
    for unit, best in alignment.aligned:
        if unit.asks:
            continue
        if _only_counts(unit):
            continue
        inherited = _hedges(alignment.said, unit)
        if not best:
            yield from (Reason("certainty", "", value) for value in unit.certainties - known_anywhere)
        elif not (unit.is_topic or _is_bare_case(alignment, unit)) and not (
            unit.conditional and unit.certainties <= {"certain", "all"}
        ):
            options = [
                list(
                    certainty_reasons(
                        unit.certainties,
                        _certainties(fact, other),
                        inherited,
                        _hedges(fact, other),
                        possible=_leaves_doubt(unit, other),
                    )
                )
                for fact, other in best
            ]
            yield from min(options, key=len)


def _is_bare_case(alignment: Alignment, unit: Unit) -> bool:
    """Say whether a unit only names what may come, as the case for what is then done: 脚肿得明显，要跟医生说."""
    plain = not (unit.negations or unit.force or unit.certainties or unit.urgencies or drugs_of(unit.scope))
    if not plain or unit.scope & TAKING or _FORETELLS.search(unit.text):
        return False
    done = [b for u, b in alignment.aligned if u.segment > unit.segment and u.sentence == unit.sentence and u.asserts]
    told = [(fact, other) for best in done[:1] for fact, other in best if not other.certainties]
    return any(_over(alignment, fact, other) for fact, other in told)


def _only_counts(unit: Unit) -> bool:
    """Say whether a bare unit only tells an amount, of which nothing is sure or not: 化疗后|7~14天，…."""
    return unit.is_amount and not (unit.negations or unit.force or unit.certainties)


def _leaves_doubt(unit: Unit, other: Unit) -> bool:
    """Say whether a fact is no surer than 可能: it allows (可出现), warns (否则) or points to something (提示潴留)."""
    return other.force == "may" or "otherwise" in unit.negations or other.text.startswith("提示")


def urgency(alignment: Alignment) -> Iterable[Reason]:
    """Compare how soon, over all that the restated segments of the facts say."""
    for unit, best in alignment.aligned:
        if not unit.urgencies:
            continue
        segments = {(id(fact), other.segment) for fact, other in best}
        yield from urgency_reasons(unit, [u for fact, u in alignment.units if (id(fact), u.segment) in segments])


def _only_sets_scene(unit: Unit, best: Sequence[Pair]) -> bool:
    """Say whether a bare unit only names what the clauses of a fact are about: 失眠的您，…."""
    return bool(best) and not (unit.negations or unit.force or any(unit.scope & other.scope for _, other in best))


def _weighs(feature: str) -> bool:
    """Say whether a feature is more than a pair of everyday characters."""
    return ":" in feature or not all(map(is_everyday, feature))


def _certainties(statement: Statement, unit: Unit) -> Features:
    """Return how sure a unit is; a topic is as sure as what is said of it."""
    if not unit.is_topic or unit.conditional:
        return unit.certainties
    return frozenset().union(*(u.certainties for u in statement.units if u.segment == unit.segment))


def _hedges(statement: Statement, unit: Unit) -> Features:
    """Return how sure the sentence of a unit is, over all of its clauses: 有些人…后，可能…."""
    return statement.certainties.get(unit.sentence, NOTHING)
