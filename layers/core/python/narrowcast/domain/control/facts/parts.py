"""Parts of facts are facts: what one clause of a text says by itself, or says of one member of a list.

A sentence may use a part of what it cites, so it is held against that part alone as well as against the whole; a
sentence of several clauses may be held clause by clause. Cuts texts that are read already and compares nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache, partial
from itertools import groupby, pairwise, starmap, takewhile

from narrowcast.domain.control.facts.conditions import WITH, list_start, spans_of
from narrowcast.domain.control.facts.denials import denies_all
from narrowcast.domain.control.facts.lexer import Token
from narrowcast.domain.control.facts.reach import excepts, stands_alone
from narrowcast.domain.control.facts.segments import OPERATORS, OR, Features, Segment, features_of
from narrowcast.domain.control.facts.spans import HAPPENS, ends_age
from narrowcast.domain.control.facts.statements import Statement, ids_in, marked_segments, read_fact, statement_of
from narrowcast.domain.control.facts.tables.units import AGES, DOSES, TIME

_DEPENDENT = (
    "仍 仍然 若仍 仍不 仍未 还不 还没 再 则 否则 然后 之后 随后 此后 以后 接着 但 但是 不过 而 也 同样 其余 其他 "
    "同时 并 并且 且 另 这 该 其 前者 后者 无效 还 就 那 那么 因此 所以 此时 这时 如此"
)
_GOES_ON = frozenset(_DEPENDENT.split())
"""How a clause opens that says nothing without the one before it."""
_SUITS = frozenset({"适用于", "限", "仅限", "用于", "限于"})
_OTHER_FORMS = frozenset({"栓剂", "灌肠剂", "灌肠", "灌肠液", "软膏", "乳膏", "凝胶", "泡沫剂", "喷雾剂", "贴剂"})
_SUMS_UP = frozenset({"疗程", "总疗程", "分", "共", "均", "均为", "均于", "均应", "均需", "都", "都是"})
"""How a clause opens that is said of every branch before it."""
_EITHER = frozenset({"或", "或者", "或是"})
_LISTED = OR | {"及"}
_BESIDES = frozenset({"且", "并且", "而且"})
"""What must hold beside whichever of a list does: 心慌、手抖|且|意识清醒时."""
_WHOM = frozenset({"者", "患者", "的患者", "的人", "人群"})
_COMMA = Token("stop", "comma", "，", 0)
_TOPIC = Token("stop", "topic", "：", 0)
_END = Token("stop", "end", "；", 0)
_WHEN = Token("closer", "", "时", 0)
_GOING = frozenset({"连续", "连续服用", "连续使用", "连用", "连服", "持续", "服用", "使用", "共", "疗程", "总疗程"})
"""What opens how long something goes on."""
_SUPPLIES = frozenset({"补", "补充", "服", "口服", "添加"})
_MADE = frozenset("短效 长效 速效 中效 超长效 超短效 缓释 控释".split())  # noqa: SIM905 - reads better
"""What tells one make of a medicine from another: 短效|升白针."""
_NAMING = frozenset({"drug", "unknown", "route", "word", "light"})
_DOCTORS = re.compile("[^，]{2,8}由(?:主管|主治)?医[生师](?:调整|决定|评估|判断|确定)")
_GRADES, _HIGHEST_GRADE = frozenset({"grade", "stage", "type", "度"}), 4
_MOST_PARTS, _MOST_SAYINGS = 12, 16

_TESTS: Features = frozenset(f"w:{word}" for word in "检查 检测 监测 测量 测 筛查 化验 复查 称体重".split())  # noqa: SIM905 - reads better
_SAYING = OPERATORS | {"frequency", "period", "times"}
_SCENES = ("当日", "当天", "当晚", "期", "期间", "阶段", "时", "前", "后", "日", "晨", "中")

Tokens = Sequence[Token]


@lru_cache(maxsize=512)
def read_parts(text: str) -> tuple[Statement, ...]:
    """Return the parts of a fact, given by its text, that say less than the whole."""
    fact = read_fact(text)
    found: dict[tuple[Token, ...], tuple[Token, ...]] = {}
    for part, whole in _parts(fact.tokens):
        found.setdefault(tuple(part), tuple(whole))
    found.pop(fact.tokens, None)
    left_out = _left_out(fact.tokens)
    return tuple(_read_of(fact, *pair, left_out) for pair in list(found.items())[:_MOST_PARTS])


@lru_cache(maxsize=512)
def read_sayings(text: str) -> tuple[Statement, ...]:
    """Return what each segment of a fact says by itself, under the conditions that limit it."""
    fact = read_fact(text)
    found: dict[tuple[Token, ...], tuple[Token, ...]] = {}
    for clause in _clauses(fact.tokens):
        for branch in _branches(clause):
            for saying, words in _sayings(branch):
                found |= {tuple(member): (*words, *saying) for member in (saying, *_members(saying))}
    found.pop(fact.tokens, None)
    left_out = _left_out(fact.tokens)
    return tuple(_read_of(fact, *pair, left_out) for pair in list(found.items())[:_MOST_SAYINGS])


def _read_of(fact: Statement, part: Tokens, whole: Tokens, left_out: Tokens) -> Statement:
    said = _read(part, whole, left_out)
    return replace(said, elsewhere=fact.ids - said.ids)


def _read(part: Tokens, whole: Tokens, left_out: Tokens) -> Statement:
    """Read a part; it may be named with the words of the whole (伤口红肿 of 伤口渗液、红肿) and what it leaves out."""
    said = statement_of(part)
    ids = said.ids if part == whole else said.ids | ids_in(whole)
    end = max(token.start for token in part)
    before = [token for token in left_out if token.start < end]
    named = "".join(token.text for token in before)
    return replace(said, ids=ids.union(*(token.ids | token.parts for token in before)), plain=f"{said.plain}\0{named}")


def _left_out(tokens: Tokens) -> list[Token]:
    """Return what a text tests or gives, and does not name again: 复查|TSH，达标后每年复查; 元素锌|10mg，以后20mg."""
    found: list[Token] = []
    for index, token in enumerate(tokens):
        if token.ids & _TESTS:
            found += [token, *takewhile(_is_named, tokens[index + 1 :])]
        elif token.quantity and token.quantity.dimension in DOSES:
            run = [*takewhile(_is_nameless, reversed(tokens[:index]))]
            given = tokens[index - len(run) - 1]
            found += reversed(run) if run and (given.kind == "period" or given.text in _SUPPLIES) else ()
    return found


def _is_nameless(token: Token) -> bool:
    return token.kind in {"unknown", "food"}


def _is_named(token: Token) -> bool:
    return token.kind in {"word", "unknown", "food", "light"}


def with_words_of(fact: Statement, parts: Sequence[Statement]) -> tuple[Statement, ...]:
    """Return the parts of a fact as ones that may be named with every word of it."""
    return tuple(replace(part, ids=part.ids | fact.ids, plain=fact.plain, text=fact.text) for part in parts)


def stretches(said: Statement, *, at_commas: bool) -> Iterator[tuple[Statement, Callable[[], Statement]]]:
    """Give the ways to cut a sentence in two at its stops: its first stretch, and the rest under what opens both.

    The rest is read when it is called for: most first stretches are carried by nothing.
    """
    whole = said if at_commas else None
    segments = said.marked
    if any(token.text == "？" for token in said.tokens):
        return
    opening = list(takewhile(stands_alone, segments))
    for before, after in pairwise(segments[len(opening) :]):
        ends = before.sentence != after.sentence
        if ends or (at_commas and not stands_alone(before)):
            first, rest = (
                _joined(s.tokens for s in own) for own in (segments[: after.number], segments[after.number :])
            )
            over = opening if after.sentence == segments[0].sentence else ()
            yield _stretch(first, whole), partial(_stretch, [*_under(over), *_with_subject(rest, first)], whole)


def _stretch(tokens: Tokens, said: Statement | None) -> Statement:
    """Read a stretch of a sentence, as said of all that the sentence names if that is given."""
    stretch = statement_of(tokens)
    return replace(stretch, features=said.features, ids=said.ids) if said else stretch


def _under(opening: Sequence[Segment]) -> Tokens:
    return [*_joined(segment.tokens for segment in opening), _COMMA] if opening else ()


def _parts(tokens: Tokens) -> Iterator[tuple[Tokens, Tokens]]:
    """Give each part with that of which it is a member."""
    clauses = _clauses(tokens)
    suits = [clause for clause in clauses if _only_suits(clause)]
    for clause in clauses:
        opening = _understood(clause, clauses[0])
        yield clause, [*opening, *clause]
        yield from (([*clause, _END, *whom], [*opening, *clause]) for whom in suits if whom is not clause)
        for branch in _branches(clause):
            yield branch, [*opening, *branch]
            yield from ((member, [*opening, *branch]) for member in _members(branch))
    for several in (*clauses, tokens):
        yield from ((member, member) for member in _members(several))


def _only_suits(clause: Tokens) -> bool:
    """Say whether a clause only says whom all of a text is for: 适用于3月龄以上."""
    topic = next((index for index, token in enumerate(clause) if token.value == "topic"), -1)
    said = clause[topic + 1 :]
    return bool(said) and said[0].text in _SUITS and not any(token.value == "comma" for token in said)


def _understood(clause: Tokens, first: Tokens) -> Tokens:
    """Return the words of the first clause that a later one leaves to be understood: its opening condition, or all."""
    opening = next(iter(marked_segments(first)), None)
    said = [segment for segment in marked_segments(clause) if not segment.announces]
    if opening is None or any(map(_names_something, said)):
        return [*opening.tokens, _COMMA] if opening and stands_alone(opening) else ()
    return [*first, _COMMA]


# ---- clauses ----


def _clauses(tokens: Tokens) -> list[Tokens]:
    """Cut a text at its full stops; a clause that opens with 仍 or 则 stays with the one before it."""
    clauses: list[list[Token]] = []
    for _, group in groupby(_numbered(tokens), key=lambda pair: pair[0]):
        clause, *later = _beside_brackets([token for _, token in group])
        if clauses and clause[0].text in _GOES_ON | _SUMS_UP:
            clauses[-1] += [_END, *clause]
        else:
            clauses.append(clause)
        clauses += later
    return [clauses[0], *(_with_subject(clause, clauses[0]) for clause in clauses[1:])] if clauses else []


def _beside_brackets(clause: list[Token]) -> list[list[Token]]:
    """Cut a clause behind a bracket that limits what stands before it: 每日2L(心功能不全者遵医嘱)，|禁酒."""
    texts = [token.text for token in clause]
    end = next((i for i, text in enumerate(texts[:-2]) if text == ")" and texts[i + 1] == "，"), 0)
    start = next((i for i in range(end, 0, -1) if texts[i] == "("), 0)
    if not (start and end) or not any(segment.conditional for segment in marked_segments(clause[start + 1 : end])):
        return [clause]
    segments = marked_segments(clause[:start])
    opening = list(takewhile(stands_alone, segments))
    led = _people_of(segments[len(opening)]) if len(opening) < len(segments) else []
    limits = _joined([*(segment.tokens for segment in opening), *([led] if led else [])])
    rest = clause[end + 2 :]
    return [clause[: end + 1], *_beside_brackets([*limits, _COMMA, *rest] if limits else list(rest))]


def _people_of(segment: Segment) -> Tokens:
    """Return whom a segment is said of as it opens: its conditions, or 痛风患者."""
    first = segment.tokens[0]
    return _leading(segment) or ([first] if first.text.endswith(("者", "人群")) else [])


def _numbered(tokens: Tokens) -> Iterator[tuple[int, Token]]:
    number = 0
    for token in tokens:
        if token.kind == "stop" and token.value == "end":
            number += 1
        else:
            yield number, token


def _with_subject(clause: Tokens, first: Tokens, topic: Tokens = ()) -> Tokens:
    """Set the heading of the first clause before a clause, or else the medicine or topic before one that names none."""
    clause = _of_same_people(clause, first)
    heading = _heading(first)
    if heading:
        own = clause[len(heading) + 1 :] if clause[: len(heading)] == heading else clause
        return [*heading, _TOPIC, *_in_other_form(own, first), *own]
    if any(token.kind == "drug" for token in clause):
        return clause
    subject = _subject(first) or topic or (_act(first) if _only_bars(clause) else ())
    return [*subject, _TOPIC, *clause] if subject else clause


def _only_bars(clause: Tokens) -> bool:
    """Say whether a clause forbids something to some, and leaves it to be understood: 先兆早产者不宜."""
    segments = marked_segments(clause)
    said = [token for segment in segments for i, token in enumerate(segment.tokens) if i not in segment.conditional]
    bars = any(token.kind == "negation" for token in said)
    return bars and all(token.kind in {"negation", "light", "force"} for token in said)


def _act(clause: Tokens) -> Tokens:
    """Return what a clause has one do, without how much of it."""
    segment = next(iter(marked_segments(clause)), None)
    if segment is None or any(token.kind in OPERATORS for token in segment.tokens):
        return ()
    return [t for i, t in enumerate(segment.tokens) if i not in segment.conditional and _is_named(t)]


def _in_other_form(clause: Tokens, first: Tokens) -> Tokens:
    """Return the medicine of the first clause that a later one gives in another form: 美沙拉嗪口服…；可用栓剂."""
    given = any(token.kind == "route" for token in first) and any(token.text in _OTHER_FORMS for token in clause)
    medicines = [token for token in first if token.kind == "drug"]
    alone = len(medicines) == 1 and not any(token.kind == "drug" for token in clause)
    return medicines if given and alone else ()


def _of_same_people(clause: Tokens, first: Tokens) -> Tokens:
    """Say of whom an age is that stands by itself: 6月龄以上腹泻患儿 …，6月龄以下[腹泻患儿] …."""
    own = _age_span(clause)
    known = _age_span(first)
    if own is None or known is None or any(token.kind == "population" for token in clause):
        return clause
    if any(token.quantity or token.kind == "negation" for token in first[known[1] : known[2]]):
        return clause  # 6月龄~2岁|无流脓且体温低于39℃|者 is a case of its own
    return [*clause[: own[1]], *first[known[1] : known[2]], *clause[own[1] :]]


def _age_span(clause: Tokens) -> tuple[int, int, int] | None:
    """Return where an age that limits a clause begins, where it ends, and where what it narrows does."""
    position = 0
    for segment in marked_segments(clause):
        for span in spans_of(segment):
            bound = next((i for i in span if ends_age(segment.tokens, i)), None)
            if bound is not None:
                return position + span[0], position + bound + 1, position + span[-1] + 1
        position += len(segment.tokens) + 1
    return None


def _heading(clause: Tokens) -> Tokens:
    """Return what a text is announced to be about: 血糖控制目标：…."""
    end = next((index for index, token in enumerate(clause) if token.value == "topic"), 0)
    return clause[:end] if not any(token.kind in OPERATORS or token.quantity for token in clause[:end]) else ()


def _subject(clause: Tokens) -> Tokens:
    """Return the medicine that a clause is about, as it is named and taken there, not what is done with it.

    舌下含服|硝酸甘油, but 左甲状腺素 of 从小剂量开始服用左甲状腺素 and of 停用左甲状腺素.
    """
    for segment in marked_segments(clause):
        said = [token for index, token in enumerate(segment.tokens) if index not in segment.conditional]
        named = next((index for index, token in enumerate(said) if token.kind == "drug"), None)
        if named is not None:
            end = next((i for i in range(named, len(said)) if said[i].kind in OPERATORS), len(said))
            taken = [t for t in said[:named] if t.kind in _NAMING and (t.kind != "word" or t.text in _SUPPLIES | _MADE)]
            return taken + [token for token in said[named:end] if token.kind in _NAMING]
    return ()


# ---- branches ----


def _topic(segment: Segment) -> Tokens:
    """Return what a segment speaks of before it says anything of it: 血尿酸|应控制在…."""
    ends = (i for i, t in enumerate(segment.tokens) if t.kind in OPERATORS or t.kind == "before" or t.quantity)
    end = next(ends, 0)
    return [segment.tokens[i] for i in range(end) if i not in segment.conditional]


def _branches(clause: Tokens) -> Iterator[Tokens]:
    """Give what a clause says of each of several groups (能耐受者可 …) under the conditions that open it."""
    segments = marked_segments(clause)
    starts = [s.number for s in segments[1:] if _opens_branch(s) and not stands_alone(s)]
    segments, of_all = _summed_up(segments, starts)
    if not starts or any(map(stands_alone, segments[starts[0] :])):
        yield clause
        return
    opening = [s for s in segments[: starts[0]] if stands_alone(s) or excepts(s)]
    before = _joined(s.tokens for s in segments[: starts[0]])
    if any(map(_says_something, segments[len(opening) : starts[0]])):
        yield [*before, *of_all]
    for start, end in zip(starts, [*starts[1:], len(segments)], strict=True):
        branch = _with_subject(_joined(s.tokens for s in segments[start:end]), clause, _topic(segments[len(opening)]))
        yield [*_joined(s.tokens for s in opening), *([_COMMA] if opening else ()), *branch, *of_all]


def _summed_up(segments: Sequence[Segment], starts: Sequence[int]) -> tuple[Sequence[Segment], Tokens]:
    """Return the segments of branches, and what is said of each behind them: 成人1片，儿童半片；|均于2周后重复1次."""
    end = next((s.number for s in segments if starts and s.number > starts[-1] and s.tokens[0].text in _SUMS_UP), None)
    return (segments, ()) if end is None else (segments[:end], [_END, *_joined(s.tokens for s in segments[end:])])


def _says_something(segment: Segment) -> bool:
    """Say whether a segment is more than a heading or the scene of what follows: 检测谷浓度当日，."""
    if segment.announces or stands_alone(segment):
        return False
    measured = any(token.quantity or token.kind in _SAYING for token in segment.tokens)
    return measured or not segment.tokens[-1].text.endswith(_SCENES)


def _opens_branch(segment: Segment) -> bool:
    """Say whether a segment begins with whom it is for."""
    span = next(spans_of(segment), [])
    opens = span and all(token.kind == "light" for token in segment.tokens[: span[0]])
    last = segment.tokens[span[-1]] if opens else None
    whom = last and (last.text in _WHOM or _ages(segment, span) or ends_age(segment.tokens, span[-1]))
    return bool(whom) and segment.tokens[0].text not in _GOES_ON


def _ages(segment: Segment, span: Sequence[int]) -> bool:
    """Say whether a condition names people of an age: 6~14岁|儿童."""
    aged = any(amount and amount.unit in AGES for amount in (segment.tokens[index].quantity for index in span))
    return aged and segment.tokens[span[-1]].kind == "population"


def _joined(groups: Iterable[Tokens]) -> list[Token]:
    joined: list[Token] = []
    for group in groups:
        joined += [_COMMA, *group] if joined else group
    return joined


def _rejoined(segments: Sequence[Segment], changed: Segment, tokens: Tokens) -> list[Token]:
    """Return the tokens of a text with those of one of its segments in place of its own."""
    joined: list[Token] = []
    for number, segment in enumerate(segments):
        if joined:
            joined.append(_COMMA if segment.sentence == segments[number - 1].sentence else _END)
        joined += tokens if segment is changed else segment.tokens
    return joined


# ---- segments ----


def _sayings(clause: Tokens) -> Iterator[tuple[Tokens, Tokens]]:
    """Give what each segment of a clause says with what limits it, and the words it leaves to be understood.

    None where a later segment limits them all.
    """
    segments = marked_segments(clause)
    heads = list(takewhile(lambda segment: segment.announces, segments))
    sayings = _grouped(segments[len(heads) :])
    if any(map(excepts, segments)) or len(sayings) < 2 or not _says_something(segments[-1]):  # noqa: PLR2004 - one is the whole
        return
    limit = _leading(sayings[0][-1])
    for saying in sayings:
        own = limit and saying is not sayings[0] and not saying[0].conditional
        if own and _speaks_of_more(saying[0]) and not _sets_own_moment(saying[0], limit):
            continue  # what it speaks of may limit it instead: 疼痛加重应就医，疼痛缓解可观察
        named = any(map(_names_something, saying)) and not (own and _topic(saying[0]))
        words = () if named else sayings[0][-1].tokens
        yield _said_of(heads, saying, sayings[0], clause), words


def _speaks_of_more(segment: Segment) -> bool:
    """Say whether a segment names what it speaks of, and not only that a treatment goes on: 连续服用|28天."""
    return any(token.text not in _GOING for token in _topic(segment))


def _grouped(segments: Sequence[Segment]) -> list[list[Segment]]:
    """Put what limits a segment before it, and what goes on from it after it."""
    sayings: list[list[Segment]] = []
    limits: list[Segment] = []
    for segment in segments:
        if sayings and segment.tokens[0].text in _GOES_ON:
            sayings[-1].append(segment)
        elif not _says_something(segment):
            limits = [*limits, segment] if limits and limits[-1].number == segment.number - 1 else [segment]
        else:
            free = _has_other_people(segment, limits) or (sayings and _leaves_to_doctors(segment))
            sayings.append([segment] if free else [*limits, segment])
    return sayings


def _leaves_to_doctors(segment: Segment) -> bool:
    """Say whether a segment only says that a doctor decides something of its own: 剂量由医生调整."""
    return bool(_DOCTORS.fullmatch("".join(token.text for token in segment.tokens)))


def _has_other_people(segment: Segment, limits: Sequence[Segment]) -> bool:
    """Say whether a segment names by itself whom it is for, where what stands before says whom another one is for."""
    span = next(spans_of(segment), [])
    named = any(segment.tokens[index].kind == "population" for index in span)
    return named and any(limit.tokens[-1].text in _WHOM for limit in limits)


def _names_something(segment: Segment) -> bool:
    """Say whether a segment has words of its own besides a condition, known or not: 稳定后|每4周1次 has none."""
    said = (token for index, token in enumerate(segment.tokens) if index not in segment.conditional)
    names = ((*feature.partition(":"),) for feature in features_of(said))
    return any(kind in {"w", "d", "f"} if mark else len(kind) > 1 for kind, mark, _ in names)


def _said_of(heads: Sequence[Segment], saying: Sequence[Segment], first: Sequence[Segment], clause: Tokens) -> Tokens:
    """Set before a saying what it is about, and whom the first one is for, where it tells neither."""
    tokens = _joined(segment.tokens for segment in saying)
    limit = [] if saying[0].conditional or saying is first else _leading(first[-1])
    limit = [] if _sets_own_moment(saying[0], limit) else limit
    if limit and saying[0].tokens[0].kind == "before":  # 漏服|超过12小时, not 漏服不超过12小时|，超过12小时
        tokens, limit = [*takewhile(lambda token: token.kind != "before" and not token.quantity, limit), *tokens], []
    subject = _subject(_joined(s.tokens for s in marked_segments(clause)[: saying[-1].number + 1]))
    named = tokens if not subject or any(t.kind == "drug" for t in tokens) else [*subject, _TOPIC, *tokens]
    whole = [*limit, _COMMA, *named] if limit else named
    return [*_joined(head.tokens for head in heads), _TOPIC, *whole] if heads else whole


def _sets_own_moment(segment: Segment, limit: Tokens) -> bool:
    """Say whether a segment counts from the same moment as a limit, but another time: 睡前6小时内 …，睡前1小时 …."""
    first, second = (*segment.tokens, *segment.tokens)[:2]
    counted = [token for token in limit if token.quantity and token.quantity.dimension in TIME]
    same = first.kind == "timing" and any(token.kind == "timing" and token.value == first.value for token in limit)
    return same and bool(second.quantity and counted) and second.quantity != counted[0].quantity


def _leading(segment: Segment) -> Tokens:
    """Return the conditions that a segment opens with."""
    led: list[int] = []
    for span in spans_of(segment):
        if any(token.kind != "light" for token in segment.tokens[led[-1] + 1 if led else 0 : span[0]]):
            break
        led += span
    return [segment.tokens[index] for index in led]


# ---- lists ----


def _members(clause: Tokens) -> Iterator[Tokens]:
    """Give a clause for each member of a list in one of its conditions: A、B或C者 holds of A."""
    segments = marked_segments(clause)
    for segment in (one for one in segments if not excepts(one)):  # whoever is excepted, all are
        for span in _lists(segment):
            for kept in _kept(segment.tokens, span):
                tokens = [token for i, token in enumerate(segment.tokens) if i not in span or i in kept]
                yield _rejoined(segments, segment, _as_case(tokens) if stands_alone(segment) else tokens)
    for case in _cases(segments):
        yield case
        yield from _members(case)


def _as_case(tokens: Tokens) -> Tokens:
    """Return what tells a case with a word that closes it, so that it is one whatever is left of it: 疼痛|时."""
    closed = tokens[-1].kind in {"closer", "bound", "population"} or tokens[0].kind == "opener"
    return tokens if closed else [*tokens, _WHEN]


def _cases(segments: Sequence[Segment]) -> Iterator[Tokens]:
    """Give a clause for each of the cases that it opens with: A，或B，应C holds of A, and of B."""
    cases = [0, *(s.number for s in segments[1:] if s.tokens[0].text in _EITHER)]
    if len(cases) < 2 or cases[-1] != len(cases) - 1 or len(segments) == len(cases) or segments[0].announces:  # noqa: PLR2004 - one is no choice
        return
    shared = _scene(segments[0])
    for case in cases:
        own = segments[case].tokens[1:] if case else segments[0].tokens
        closed = _as_case(own)
        limits = [shared, closed] if case and shared and not _is_case_by_itself(shared, own) else [closed]
        told = _joined([*limits, *(segment.tokens for segment in segments[len(cases) :])])
        if all(map(stands_alone, marked_segments(told)[: len(limits)])):
            yield told


def _is_case_by_itself(scene: Tokens, case: Tokens) -> bool:
    """Say whether a case that names what happens needs no measured scene of another: 3月龄以下婴儿|发热，或抽搐."""
    return any(token.quantity for token in scene) and any(feature.startswith("w:") for feature in features_of(case))


def _scene(segment: Segment) -> Tokens:
    """Return what a case opens with that holds for the next one too: 化疗后|体温单次≥38.3℃."""
    led = _leading(segment)
    if len(led) < len(segment.tokens):
        return led
    return [segment.tokens[index] for span in list(spans_of(segment))[:-1] for index in span]


def _lists(segment: Segment) -> Iterator[list[int]]:
    """Give the conditions of a segment, those that one word joins as one: 孕妇|及|哺乳期妇女."""
    span: list[int] = []
    for following in spans_of(segment):
        joint = following[0] - 1
        if span and span[-1] == joint - 1 and segment.tokens[joint].text in _LISTED:
            span = [*span, joint, *following]
            continue
        if span:
            yield span
        span = following
    if span:
        yield span


def _kept(tokens: Tokens, span: Sequence[int]) -> Iterator[set[int]]:
    """Give, for each member of a list in a condition, the indexes that stay: it, what opens and what closes."""
    if any(tokens[i].kind == "except" for i in span):
        return
    start = span[0] + (tokens[span[0]].kind == "opener" or tokens[span[0]].text in _EITHER)
    end = span[-1] + 1
    while end > start and tokens[end - 1].kind in {"closer", "bound"}:
        end -= 1
    start += list_start(tokens[start:end])
    start += start < end and tokens[start].text in WITH | HAPPENS
    joints = [i for i in range(start, end) if tokens[i].text in _LISTED]
    frame = {*range(span[0], start), *range(end, span[-1] + 1)}
    if joints and denies_all(tokens[start:end]):
        return
    if not joints or _narrows_together(tokens, [start - 1, *joints, end]):
        return
    end = next((i for i in range(joints[-1] + 1, end) if tokens[i].text in _BESIDES), end)
    frame |= {*range(end, span[-1] + 1)}
    members = list(starmap(range, zip([start, *(j + 1 for j in joints)], [*joints, end], strict=True)))
    lasting = _lasting(tokens, members)
    for member in members:
        if lasting and member is not members[-1]:
            yield frame | {*member, *lasting}
        elif features_of(tokens[i] for i in member) or any(tokens[i].quantity for i in member):
            yield frame | {*member}
        if _first_word(tokens, member) == len(member):
            yield from (frame | {*member, *shared} for shared in _shared(tokens, members, member))


def _lasting(tokens: Tokens, members: Sequence[range]) -> Sequence[int]:
    """Return how long all of a list lasts, told of the last of it: 飞机或火车|超过4小时."""
    measured = [i for member in members for i in member if tokens[i].quantity]
    only = measured[0] if len(measured) == 1 else -1
    lasts = tokens[only].quantity
    if only not in members[-1] or lasts is None or tokens[only - 1].kind != "before":
        return ()
    return range(only - 1, members[-1][-1] + 1) if lasts.dimension in TIME else ()


def _shared(tokens: Tokens, members: Sequence[range], member: range) -> Iterator[range]:
    """Give what the last of a list says for all (花生或牛奶|过敏), and what the first does (伤口|红肿、渗液)."""
    first, last = members[0], members[-1]
    said = last[_first_word(tokens, last) :]
    if member is not last and said and not any(tokens[i].quantity for i in last):
        yield said
    if member is not first and len(first) > 1:
        yield first[:-1]


def _first_word(tokens: Tokens, member: range) -> int:
    """Return how many tokens the first word of a member has; characters that no table knows are one together."""
    return next((n for n, i in enumerate(member) if n and tokens[i].kind != "unknown"), len(member))


def _narrows_together(tokens: Tokens, joints: Sequence[int]) -> bool:
    """Say whether all of a list must hold: 6月龄以上、无接种禁忌的人 is no 6月龄以上或."""
    marks = {tokens[joint].text for joint in joints[1:-1]}
    if any(tokens[joint - 1].text in _WHOM for joint in joints[1:-1]):
        return False  # 磺胺过敏者、2月龄以下婴儿
    measured = {any(_bounds(t) for t in tokens[one + 1 : other]) for one, other in pairwise(joints)}
    return marks <= {"、", "和", "与"} and len(measured) > 1


def _bounds(token: Token) -> bool:
    """Say whether a token is an amount that may limit a whole list; 二度 and 3级 only name a disease."""
    amount = token.quantity
    return amount is not None and not (amount.dimension in _GRADES and amount.high <= _HIGHEST_GRADE)
