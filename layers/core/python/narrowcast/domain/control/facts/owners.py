"""Which medicine each clause of the facts speaks of, and what a sentence says of another one.

利福平 …，尿液可呈橘红色；乙胺丁醇 … says nothing of 乙胺丁醇 and the colour of urine. Amounts are for `binding`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import chain, pairwise, takewhile
from typing import NamedTuple

from narrowcast.domain.control.facts.forces import TOGETHER
from narrowcast.domain.control.facts.lexer import lex
from narrowcast.domain.control.facts.segments import (
    NOTHING,
    OPERATORS,
    TAKING,
    Features,
    Segment,
    drugs_of,
    features_of,
    names_of,
)
from narrowcast.domain.control.facts.statements import Statement, read_fact
from narrowcast.domain.control.facts.verdict import Reason

_IDLE = (
    "出现 发生 有 检查 监测 患者 医生 需要 每日 剂量 疗程 建议 患有 时间 可能 避免 停药 停用 停止 中断 中断治疗 停留 "
    "摄入 补充 涂 涂抹 外用 "
    "慎用 禁用 合用 间隔 间隔时间 间距 错开 同服 联用 四联方案 三联方案 方案 疗程 "
    "缓释片 控释片 肠溶片 分散片 片 胶囊 颗粒 滴眼液 软膏 乳膏 气雾剂"
)
_SAY_NOTHING: Features = TAKING | {f"w:{word}" for word in _IDLE.split()}

_THEN = frozenset({"并", "再", "然后", "并且", "接着", "随后", "后"})
_WITH = frozenset({"用", "以", "涂", "使用", "涂抹"})
"""What begins another act in the same breath: 冲洗后再|用碘伏消毒."""
_JOINTS = frozenset({"与", "和", "同", "跟"})
_TAKES = frozenset({"服用", "使用", "口服", "应用"})
_ANY_DAY: Features = frozenset({"timing:same_day", "timing:next_day"})
_CLASSES = ("剂", "类", "药", "激素", "抗生素", "胰岛素", "疫苗", "补充剂")
_LIKEWISE = re.compile("(?:也|同样)(?:是|[1一]样|如此|同理)(?:的|这样)?$")
_REFERS = re.compile("[前后]者|分别|依次|其中|它们?")
"""What speaks of a medicine without naming it."""


class Saying(NamedTuple):
    """What a clause says, and the medicines it says it of; `cases` are those that only tell a case of it."""

    drugs: Features
    words: Features
    cases: Features = NOTHING


def others_medicines(said: Statement, facts: Sequence[Statement]) -> Iterable[Reason]:
    """Find what one clause of a fact says of its medicine, said of the medicine of another clause."""
    if _REFERS.search(said.text):
        return
    by_fact = [_sayings_of_fact(fact.text) for fact in facts]
    if len({saying.drugs for known in by_fact for saying in known}) < 2:  # noqa: PLR2004 - of no other
        return
    told = list(_sayings(said.marked))
    for known in by_fact:
        if len({saying.drugs for saying in known}) > 1:
            yield from _strange(told, known, [other for other in by_fact if other is not known])
    together = [*chain(*by_fact)]
    if len(facts) > 1 and all(map(_names_one_by_one, together)):
        yield from _strange(told, together, ())


def _names_one_by_one(saying: Saying) -> bool:
    """Say whether a clause speaks of medicines by their names, not of a class that others may be of."""
    return bool(saying.drugs) and not any(drug.endswith(_CLASSES) for drug in saying.drugs)


def _strange(said: Sequence[Saying], known: Sequence[Saying], others: Sequence[Sequence[Saying]]) -> Iterable[Reason]:
    named: Features = frozenset().union(*(saying.drugs for saying in known))
    for saying in said:
        for word in sorted(saying.words):
            of = [own.drugs for own in known if word in own.words]
            strange = saying.drugs & named - frozenset[str]().union(*of)
            if of and all(of) and strange and not _says_elsewhere(word, others):
                yield Reason("drug", names_of(of[0]), f"{names_of(strange)}…{names_of({word})}")
                return


def _says_elsewhere(word: str, others: Sequence[Sequence[Saying]]) -> bool:
    """Say whether another fact has a word too."""
    return any(word in saying.words for sayings in others for saying in sayings)


@lru_cache(maxsize=512)
def _sayings_of_fact(text: str) -> tuple[Saying, ...]:
    """Return what each clause of a fact says, a heading taken for part of each, and what names no medicine for all."""
    clauses: list[Saying] = []
    number, start, heading, limits = 0, 0, NOTHING, NOTHING
    for segment in read_fact(text).marked:
        saying = _saying(segment)
        if segment.announces and not clauses:
            heading = saying.drugs
            continue
        if segment.sentence != number or not clauses:
            start, limits = len(clauses), _limits_of(segment)
        joins = _joins_with(segment) and bool(saying.drugs)
        if clauses[start:] and not joins and not _opens_another(segment, saying, clauses[-1], heading):
            drugs = saying.drugs if start == len(clauses) - 1 else NOTHING
            clauses[start:] = [
                Saying(own.drugs | drugs, own.words | saying.words, own.cases) for own in clauses[start:]
            ]
        else:
            subject = clauses[-1].drugs - clauses[-1].cases if clauses and joins else heading
            cases = saying.drugs if joins and subject else saying.cases
            clauses.append(Saying(saying.drugs | subject, saying.words | limits, cases - subject))
        number = segment.sentence
    return tuple(_inheriting(clauses))


def _limits_of(segment: Segment) -> Features:
    """Return whom all of a sentence is for, as its first segment opens: 体重≥50kg者|A每日0.3g、B每日0.6g."""
    led = takewhile(lambda pair: pair[0] in segment.conditional, enumerate(segment.tokens))
    return frozenset(feature for feature in features_of(token for _, token in led) if feature.startswith("w:"))


def _joins_with(segment: Segment) -> bool:
    """Say whether a segment leaves out what joins with what it names: 可与维生素C同服, 可同服维生素C."""
    first = next((token for token in segment.tokens if token.kind not in OPERATORS), None)
    return first is not None and first.text in _JOINTS | {"同服", "合用", "联用"}


def _opens_another(segment: Segment, saying: Saying, clause: Saying, heading: Features) -> bool:
    """Say whether a segment begins with another medicine, or one of several: A和B空腹服；|B服药后尿液呈橘红色."""
    another = not saying.drugs & clause.drugs or saying.drugs < clause.drugs - heading
    return segment.tokens[0].kind == "drug" and bool(clause.drugs) and another


def _inheriting(clauses: Sequence[Saying]) -> Iterator[Saying]:
    """Give clauses that name no medicine the one spoken of before."""
    drugs = NOTHING
    for clause in clauses:
        drugs = (clause.drugs - clause.cases) or drugs
        yield clause._replace(drugs=clause.drugs | drugs)


def _sayings(segments: Sequence[Segment]) -> Iterator[Saying]:
    """Give what each segment says; one that names no medicine speaks of the last one named in its sentence."""
    drugs, words, number = NOTHING, NOTHING, -1
    for segment in chain.from_iterable(map(_at_joints, segments)):
        saying = _saying(segment)
        words = words if _tells_likewise(segment) else saying.words
        before = drugs if segment.sentence == number else _next_named(segments, segment, saying)
        drugs = _subjects(segment) or before
        number = segment.sentence
        yield saying._replace(drugs=saying.drugs or before, words=words)


def _at_joints(segment: Segment) -> Iterator[Segment]:
    """Give the acts of a segment one by one: 冲洗约15分钟|并用碘伏消毒."""
    pairs = enumerate(zip(segment.tokens, segment.tokens[1:], strict=False))
    joints = [n for n, (one, other) in pairs if n and one.text in _THEN and other.text in _WITH]
    for start, end in pairwise([0, *joints, len(segment.tokens)]):
        conditional = frozenset(n - start for n in segment.conditional if start <= n < end)
        yield replace(segment, tokens=segment.tokens[start:end], conditional=conditional) if joints else segment


def _tells_likewise(segment: Segment) -> bool:
    """Say whether a segment says of a medicine what was said of the one before: 阿莫西林|也是."""
    return any(token.kind == "drug" for token in segment.tokens) and bool(_LIKEWISE.search(_spelled(segment)))


def _spelled(segment: Segment) -> str:
    return "".join(token.text for token in segment.tokens)


def _next_named(segments: Sequence[Segment], first: Segment, saying: Saying) -> Features:
    """Return the medicines of the one clause that names any after a time or a phase: 检查那天早上，|降糖药先不吃."""
    if first.announces or not all(word.startswith("timing:") or word.endswith("期") for word in saying.words):
        return NOTHING
    named = [drugs for s in segments if s.sentence == first.sentence and (drugs := drugs_of(s.features))]
    return named[0] if len(named) == 1 else NOTHING


def _subjects(segment: Segment) -> Features:
    """Return the medicines that a segment speaks of, without what they are taken with: 铁剂可以|和维生素C一起吃."""
    joints = (n for n, token in enumerate(segment.tokens) if token.text in _JOINTS)
    joint = next(joints, None) if segment.features & TOGETHER else None
    return drugs_of(features_of(segment.tokens[:joint])) or drugs_of(segment.features)


def _saying(segment: Segment) -> Saying:
    counts = any(token.kind == "each" for token in segment.tokens)  # 早晚各一次 is how often
    idle = {"timing"} if counts else set[str]()
    telling = features_of(t for t in segment.tokens if t.kind not in idle and not t.ids & _SAY_NOTHING)
    words = frozenset(feature for feature in telling if feature.startswith(("w:", "f:", "timing:"))) - _ANY_DAY
    drugs = drugs_of(segment.features)
    return Saying(drugs, words, NOTHING if _opens_taken(segment) else drugs - drugs_of(segment.rest_features))


def _opens_taken(segment: Segment) -> bool:
    """Say whether a segment opens with a medicine as taken: 利福平|服药后尿液呈橘红色, 服用|别嘌醇|出现皮疹."""
    first, *after = segment.tokens[:2]
    taken = any(after) and first.text in _TAKES and after[0].kind == "drug" and not segment.features & TOGETHER
    return taken or (first.kind == "drug" and any(token.text.endswith("后") for token in after))


def crossed_allergies(said: Statement, facts: Sequence[Statement]) -> Iterable[Reason]:
    """Find 大环内酯类过敏者禁用阿莫西林, where no fact speaks of both."""
    for clause in re.split("[；。]", said.text) if "过敏" in said.text and len(facts) > 1 else ():
        named = drugs_of(features_of(lex(clause))) if "过敏" in clause else NOTHING
        parted = [fact for fact in facts if named & fact.ids]
        if len(parted) > 1 and not any(named <= fact.ids for fact in facts):
            yield Reason("drug", "", names_of(named))


def others_allergies(said: Statement, facts: Sequence[Statement]) -> Iterable[Reason]:
    """Find 克拉霉素过敏者 where the facts tell of an allergy to 青霉素 alone."""
    told = [*_allergies(said)] if "过敏" in said.text else []
    known = [named for fact in facts for named in _allergies(fact)] if told else []
    for named in told if known else ():
        if not any(named & other for other in known):
            yield Reason("population", names_of(known[0]), names_of(named))


def doses_of_classes(said: Statement, facts: Sequence[Statement]) -> Iterable[Reason]:
    """Find 止痛药5毫克 for 利扎曲普坦5mg: the dose of one medicine, told of the whole class that it is of."""
    told = _CLASS_DOSE.search(said.text) if said.doses else None
    if told and not any(told["class"] in fact.text for fact in facts):
        yield Reason("drug", "", told[0])


def _allergies(statement: Statement) -> Iterator[Features]:
    """Give each medicine that stands right before an allergy, a word between them or none: 青霉素|类|过敏."""
    tokens = statement.tokens
    for index, token in enumerate(tokens):
        if token.kind == "drug" and "过敏" in "".join(after.text for after in tokens[index + 1 : index + 3]):
            yield drugs_of(token.ids)


_CLASS_DOSE = re.compile(
    "(?P<class>(?:止[痛疼]|降[压糖脂]|消炎|退[烧热]|安眠|抗凝|抗生|抗菌)[药素])片?[^，。；\\d]{0,4}\\d"
)
_BOTH_WAYS = re.compile("合用|同用|同服|一起|间隔|错开|联用|联合|同时|岔开|避开|前后")
"""What holds of two medicines whichever is named first."""


class Roles(NamedTuple):
    """The medicines of a clause's condition, and those it says something of."""

    given: Features
    spoken_of: Features


def swapped_roles(said: Statement, facts: Sequence[Statement]) -> Iterable[Reason]:
    """Find 阿莫西林过敏者禁用青霉素 for 青霉素过敏者禁用阿莫西林."""
    known = [roles for fact in facts for roles in _roles_of_fact(fact.text)]
    for told in _roles(said) if known and not _BOTH_WAYS.search(said.text) else ():
        turned = [roles for roles in known if told.given & roles.spoken_of and told.spoken_of & roles.given]
        if turned and not any(told.given & r.given and told.spoken_of & r.spoken_of for r in known):
            yield Reason("drug", names_of(turned[0].given), names_of(told.given))


@lru_cache(maxsize=512)
def _roles_of_fact(text: str) -> tuple[Roles, ...]:
    return tuple(_roles(read_fact(text)))


def _roles(statement: Statement) -> Iterator[Roles]:
    """Give the roles of each sentence that names a medicine in a condition and another one outside it."""
    segments = statement.marked
    for number in dict.fromkeys(segment.sentence for segment in segments):
        own = [segment for segment in segments if segment.sentence == number]
        inside = {i for s in own for n in s.conditional for i in drugs_of(s.tokens[n].ids)}
        outside = {i for s in own for n, t in enumerate(s.tokens) if n not in s.conditional for i in drugs_of(t.ids)}
        if inside - outside and outside - inside:
            yield Roles(frozenset(inside - outside), frozenset(outside - inside))
