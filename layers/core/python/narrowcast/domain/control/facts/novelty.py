"""Which words of a sentence no cited fact carries, and which of those are only everyday talk.

Every word of medicine, food, body, action, effect, degree or time must come from a fact. An unknown run of everyday
characters is tolerated within a budget; a harmless-looking turn that claims something (想吃就吃) is not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, lru_cache
from itertools import groupby, islice, pairwise

from narrowcast.domain.control.facts.lexer import Token, ids_of, is_light
from narrowcast.domain.control.facts.once import once
from narrowcast.domain.control.facts.quantities import Quantity
from narrowcast.domain.control.facts.segments import OR, Features
from narrowcast.domain.control.facts.slots import Slot
from narrowcast.domain.control.facts.statements import Statement
from narrowcast.domain.control.facts.tables.assertions import ASSERTIONS, MACHINERY, PERMITS
from narrowcast.domain.control.facts.tables.drugs import NAME_ENDINGS
from narrowcast.domain.control.facts.tables.foods import ELEMENTS
from narrowcast.domain.control.facts.tables.morphemes import SAID_FOR
from narrowcast.domain.control.facts.tables.paired import OPPOSITES
from narrowcast.domain.control.facts.tables.units import TIME
from narrowcast.domain.control.facts.tables.weight import (
    ALONE,
    BODY_CHARACTERS,
    GENERIC,
    HELPING,
    PARTS,
    TAKERS,
    WEAK,
    WEAK_BODY,
    WEAK_CHARACTERS,
    WEAK_GROUPS,
    WEIGHTY,
)
from narrowcast.domain.control.facts.verdict import Reason
from narrowcast.domain.control.facts.ways import way_of
from narrowcast.domain.control.prefilter import Sieve

_LIGHT_CHARACTERS = frozenset(
    "的了着过吧呢啊是在有为把将对从到去来也都就还又再很要会能个些此其该您你我他它这那与和及或并且而则之于以由向给上下里中内外时候每各等所者人一"
    "第变总放让长新掉完见便住成做得地起那哦呀哟嘛吗呐咱俩们啦别样种类次回再才只仅均即若虽因故且乃亦尚既仍已曾正刚恰约凡另某本该贵症却"
)
_SHORT_RUN = 2
_LONGEST_TALK = 4
_MOST_TALK = 10
"""Unknown everyday characters that one run, and a whole sentence, may have."""
_SHORTEST_NAME = 3
"""Characters of a name that no table has which still tell what a sentence speaks of."""
_MOST_WEAK = 3
_UNJOINED = str.maketrans("", "", "*+-")
_CODE = re.compile(r"[a-z0-9][a-z0-9*+-]*")
"""A name of letters and numbers, no number of which may be another: hla-b*5801, 13c."""
_FIRST_COMMON, _LAST_COMMON = 0xB0, 0xD8
"""First bytes in GB 2312 between which the common Chinese characters are."""
_FORBIDDING = re.compile("别(?![人的处])|不要(?!紧)|不能|不可|不得|不应|不宜|勿|避免|禁止|任何时")
"""What stands before a turn that is no licence: 别随便停; or makes it one that facts may give."""
_ALLOWING = re.compile("[可能均都或]|无需|不必|不影响|允许|适[合用]")
_MEDICAL = frozenset({"word", "food", "drug", "population", "timing", "route", "quantity", "urgency", "condition"})
"""Kinds of what a fact and a sentence can share: more than words of grammar."""
_SUPPLEMENTS = ("剂", "片", "补充剂")
_ELEMENT_TAKEN = ("{}剂", "补{}", "补充{}", "元素{}")
"""How a fact says that an element is taken; 钙 alone is that one then."""
_DEGREES = {"低": -1, "少": -1, "小": -1, "短": -1, "高": 1, "多": 1, "大": 1, "长": 1}
_COMPARES = ("更", "再", "还要", "要更")
_SOMEWHAT = ("一些", "一点", "些")
_REACHES = {"减": -1, "减量": -1, "降": -1, "调低": -1, "加": 1, "增": 1, "加量": 1, "升": 1, "涨": 1, "调高": 1}
_TO = "到至为成"
_REACHED = re.compile("[到至为成](?:每[次天日晚]|一[次天]|单次)?")
"""How an amount is come to: 减到每次30毫克."""
_HOLDING = frozenset("带着 戴着 装着 插着 留着 放着 穿着 挂着 佩着 背着 置着".split())  # noqa: SIM905 - reads better
_TAKEN_OFF = re.compile("取[下出]|[摘脱拔卸]|去[除掉]|移除")
_PARTS_OF_BODY = frozenset("头身体口心手")
_NEGATING = frozenset("不未无非没别勿禁停忌")


_TELLING = frozenset({"word", "food", "condition", "urgency"})
_NAMES_KIND = re.compile("[病症炎癌瘤石骨]$|酒精|方案|出血$|梗[死塞]$|中风$|卒中$|衰竭$|[来生井河海冰雪糖]水$")
"""Ends of the names of illnesses, bones, waters and cures: the like of one is another, and so is what the characters of
other words make: 脑|出|血 of 脑卒中, 出现, 缺血."""


class Carrier:
    """What some facts carry: groups of meaning `ids`, features, characters and their texts word for word."""

    def __init__(self, facts: Sequence[Statement], ids: Features) -> None:
        self.facts = facts
        self.ids = ids

    @once
    def features(self) -> Features:
        """What the words of the facts mean."""
        return frozenset().union(*(fact.features for fact in self.facts))

    @once
    def characters(self) -> Features:
        """Every character of the facts."""
        return frozenset().union(*(fact.characters for fact in self.facts))

    @once
    def plain(self) -> str:
        """Every text of the facts, apart by what no sentence has."""
        return "\0".join([fact.plain for fact in self.facts])

    @once
    def elsewhere(self) -> Features:
        """What other parts of the facts name: no word of theirs is said by the way."""
        return frozenset().union(*(fact.elsewhere for fact in self.facts)) - self.ids

    @once
    def codes(self) -> frozenset[str]:
        """The codes that the facts have."""
        return frozenset(code for fact in self.facts for code in _codes(fact.plain))

    @once
    def amounts(self) -> list[Quantity]:
        """Every amount of the facts."""
        return [slot.quantity for fact in self.facts for slot in fact.slots if slot.quantity]

    @once
    def per_kilogram(self) -> bool:
        """Whether an amount of the facts is meant per kilogram."""
        return any(amount.dimension.endswith("/kg") for amount in self.amounts)

    def says(self, text: str) -> bool:
        """Say whether a fact has some words as they stand."""
        return text in self.plain

    def foreign_words(self, said: Statement) -> Iterable[Reason]:
        """Give every word of a sentence that no fact carries and that is more than talk."""
        yield from self._ungrounded(said)
        talk: list[str] = []
        weak: list[str] = []
        run: list[Token] = []
        before: Token | None = None
        for previous, token in pairwise([None, *said.tokens, None]):
            if token is not None and token.kind == "unknown":
                before = previous if not run else before
                run.append(token)
                continue
            if run:
                text = "".join(t.text for t in run)
                end = text[-1:] + (token.text[:1] if token else "")
                if self._turned(end):  # 亮|处 for 暗处
                    yield Reason("new_claim", "", end)
                elif self._is_handled(said, run, text) or (len(run) == 1 and self._is_piece(said, run[0])):
                    weak.append(text)
                else:
                    yield from self._foreign_run(text, before, talk, is_item=_is_item(before, token))
                run = []
            if token is not None and _may_name(token) and self._is_foreign(said, token, previous):
                weakly = self._is_weak(said, token) or self._is_worn(said, token)
                if weakly and not token.ids & self.elsewhere and self._is_beside(said, token):
                    weak.append(token.text)
                else:
                    yield Reason("new_claim", "", token.text)
        if len(weak) > _MOST_WEAK:
            yield Reason("new_claim", "", "…".join(weak))
        if sum(map(len, talk)) > _MOST_TALK:
            yield Reason("new_claim", "", "…".join(talk))

    def degrees_beyond(self, said: Statement, refused: Iterable[Reason]) -> frozenset[int]:
        """Return where a refused word only tells on which side of the others an amount lies: 低一些，每天12.5微克."""
        words = {reason.found for reason in refused if reason.kind == "new_claim"}
        foreign = {word for word in words if word in _DEGREES or word.rstrip(_TO) in _REACHES}
        return frozenset(t.start for t in said.tokens if t.text in foreign and self._lies_beyond(said, t))

    def _ungrounded(self, said: Statement) -> Iterable[Reason]:
        """Give a sentence that shares nothing medical with the facts, and what speaks of rules or of the speaker."""
        shared = (token for token in said.tokens if token.kind in _MEDICAL)
        named = any(self._shares(token) for token in shared) or self._says_run(said)
        if not named and not any(map(self._measures, said.slots)):
            yield Reason("new_claim", "", said.text)
        yield from (Reason("new_claim", "", words) for words in _mechanical(said.text))

    def _says_run(self, said: Statement) -> bool:
        """Say whether a fact has a name that no table has: 环形气圈."""
        runs = (text for text, first in _words_and_runs(said.tokens) if first.kind == "unknown")
        return any(len(text) >= _SHORTEST_NAME and self.says(text) for text in runs)

    def _shares(self, token: Token) -> bool:
        """Say whether a word or an amount of a sentence is one of the facts'."""
        return bool(token.ids & self.ids) or self.says(token.text)

    def _measures(self, slot: Slot) -> bool:
        """Say whether an amount or a frequency is one of the facts'."""
        if slot.frequency:
            return any(slot.frequency == other.frequency for fact in self.facts for other in fact.slots)
        return slot.quantity is not None and any(slot.quantity.same_amount(amount) for amount in self.amounts)

    def foreign_turns(self, said: Statement) -> Iterable[Reason]:
        """Give the turns of everyday speech that claim something no fact has word for word."""
        for turn in _asserted(said.text):
            if not self.says(turn):
                yield Reason("new_claim", "", turn)
        permits = _permitted(said.text)
        if permits and not any(_ALLOWING.search(fact.text) for fact in self.facts):
            yield from (Reason("new_claim", "", turn) for turn in permits)

    def _is_foreign(self, said: Statement, token: Token, before: Token | None) -> bool:
        if token.kind == "condition":
            return not self._carries_condition(token)
        if token.kind not in {"word", "food"} and not _names_more(token, before):
            return False
        return not self._carries(said, token)

    def _is_handled(self, said: Statement, run: Sequence[Token], text: str) -> bool:
        """Say whether an unknown run names a thing that is only handled here: 瓶子, 兜里."""
        if not self._is_beside(said, run[0]):
            return False
        if text in GENERIC:
            return not _is_denied(said, run[0])
        return (text in WEAK and not _is_ruled(said, run[0])) or (text in _DEGREES and self._says_degree(said, run[0]))

    def _is_piece(self, said: Statement, token: Token) -> bool:
        """Say whether a single unknown character is a piece of an everyday word: 讲|究, 护|好."""
        if (
            self.says(token.text)
            or token.text in ALONE
            or token.text in ELEMENTS
            or not _is_common(token.text)
            or token.text in _LIGHT_CHARACTERS
        ):
            return False
        index = said.tokens.index(token)
        before = said.tokens[index - 1] if index else None
        if before is not None and _is_noun(before):
            return token.text in PARTS and bool(before.ids & self.ids)
        return not is_everyday(token.text) and not _is_ruled(said, token) and self._is_beside(said, token)

    def _is_weak(self, said: Statement, token: Token) -> bool:
        """Say whether a word tells how a thing is done rather than what."""
        if token.text in WEAK:
            return not _is_listed(said, token)
        if token.text in GENERIC:
            return not _is_denied(said, token)
        if token.text in _DEGREES:
            return self._says_degree(said, token)
        if not self.characters.isdisjoint(BODY_CHARACTERS) and not BODY_CHARACTERS.isdisjoint(token.text):
            return False
        if token.text in WEAK_BODY:
            return True
        weak = token.text in WEAK_CHARACTERS or (bool(token.ids) and all(i[2:] in WEAK_GROUPS for i in token.ids))
        return weak and not _is_ruled(said, token)

    def _is_worn(self, said: Statement, token: Token) -> bool:
        """Say whether a word is worn or held of a thing that a fact has and takes off nowhere: 戴着|假牙."""
        if token.text not in _HOLDING or _TAKEN_OFF.search(self.plain):
            return False
        following = next((t for t in said.tokens if t.start > token.start and t.kind != "light"), None)
        return following is not None and self._shares(following) and not _is_denied(said, token)

    def _says_degree(self, said: Statement, token: Token) -> bool:
        """Say whether 更低, 再高一些 repeats the direction that every limit of its kind in the facts has."""
        compares = said.text[max(token.start - 2, 0) : token.start].endswith(_COMPARES)
        ways = {way_of(slot.comparator) for fact in self.facts for slot in fact.slots if slot.quantity}
        return compares and _DEGREES[token.text] in ways and -_DEGREES[token.text] not in ways

    def _lies_beyond(self, said: Statement, token: Token) -> bool:
        """Say whether an amount of a sentence is on that side of all others of its kind: 低一些，每天12.5微克."""
        after = said.text[token.start + len(token.text) :]
        if token.text in _DEGREES and after.startswith(_SOMEWHAT):
            return self._outdoes(_measured(said.slots), _DEGREES[token.text], self.amounts)
        act = token.text.rstrip(_TO)
        if act not in _REACHES or not (token.text != act or _REACHED.match(after)):
            return False
        plain = [slot.quantity for fact in self.facts for slot in fact.slots if slot.quantity and not slot.comparator]
        return self._outdoes([*islice(_amounts_after(said, token), 1)], _REACHES[act], plain)

    def _outdoes(self, told: Sequence[Quantity], way: int, known: Sequence[Quantity]) -> bool:
        """Say whether amounts of one kind are the facts', and beyond all others of some."""
        own = [amount for amount in self.amounts if any(map(amount.same_amount, told))]
        if len({amount.dimension for amount in told}) != 1 or not own:
            return False
        rivals = [a for a in known if a.dimension == own[0].dimension and not any(map(a.same_amount, own))]
        return bool(rivals) and all(way * (one.low - other.low) > 0 for one in own for other in rivals)

    def _is_beside(self, said: Statement, token: Token) -> bool:
        """Say whether a word stands in a clause that otherwise says what a fact says."""
        start = max(map(said.text[: token.start].rfind, "，。；：？！")) + 1
        ends = [end for end in (said.text.find(stop, token.start) for stop in "，。；：？！") if end >= 0]
        end = min(ends, default=len(said.text))
        beside = [t for t in said.tokens if start <= t.start < end and t is not token and t.kind != "population"]
        return any(t.ids & self.ids or self._has_amount(t) for t in beside)

    def _has_amount(self, token: Token) -> bool:
        amount = token.quantity
        return amount is not None and any(amount.same_amount(known) for known in self.amounts)

    def _carries_condition(self, token: Token) -> bool:
        return (
            f"condition:{token.value}" in self.features
            or self.says(token.text)
            or (token.value == "doctor" and "医" in self.characters)
            or (token.value == "per_kg" and self.per_kilogram)
        )

    def _carries(self, said: Statement, token: Token) -> bool:
        if token.ids & self.ids:
            return self.says(token.text) or not self._makes_other_kind(said, token)
        if not ELEMENTS.isdisjoint(token.text):
            return self._names_element(said, token)
        if token.kind == "word" and self._spells(f"{token.text}药"):
            return True  # 感冒 where a fact has 感冒药
        if self.says(token.text):
            return not self._turned(said.text[token.start : token.start + len(token.text) + 1])
        if token.kind != "word" or len(token.text) == 1:
            return self._writes(token.text)
        return self._writes(token.text) or self._pieced(token.text, least=_SHORT_RUN if _names_kind(token) else 1)

    def _makes_other_kind(self, said: Statement, token: Token) -> bool:
        """Say whether a word makes another kind of what it may stand for than the facts have: 纱布|敷料, 泡沫|敷料."""
        following = next((t for t in said.tokens if t.start == token.start + len(token.text)), None)
        if following is None or {token.kind, following.kind} != {"word"} or not token.ids & following.ids:
            return False
        kinds = [one for fact in self.facts for one, two in pairwise(fact.tokens) if two.text == following.text]
        return bool(kinds) and all(kind.kind == "unknown" or _is_noun(kind) for kind in kinds)

    def _names_element(self, said: Statement, token: Token) -> bool:
        """Say whether a fact has a word with an element (钠, 富钾); a sign alone, with what stands beside it."""
        start, end = token.start, token.start + len(token.text)
        if token.text.startswith("补") and len(token.text) > 1:
            named = any(self._spells(token.text[1:] + form) for form in _SUPPLEMENTS)
            return named or (self.says("补充") and self._spells(token.text[1:]))
        if len(token.text) > 1:
            return self.says(token.text) or self._does_to_element(token.text)
        if any(self._spells(form.format(token.text)) for form in _ELEMENT_TAKEN):
            return True
        pairs = (said.text[start - 1 : end] if start else "", said.text[start : end + 1])
        return any(len(pair) > 1 and self._spells(pair) for pair in pairs)

    def _does_to_element(self, text: str) -> bool:
        """Say whether a word is one of the facts' with an element, and what is done to it: 查|血钾 for 监测血钾."""
        cuts = (cut for cut in range(1, len(text) - 1) if ELEMENTS.isdisjoint(text[:cut]))
        return any(self.says(text[cut:]) and self._pieced(text[:cut]) for cut in cuts)

    @once
    def _written(self) -> Features:
        """The characters of the words of the facts that name something."""
        words = (token.text for fact in self.facts for token in fact.tokens if token.kind in {"word", "unknown"})
        return frozenset().union(*words)

    def _writes(self, words: str) -> bool:
        """Say whether a word of the facts has a morpheme that some words say: 嗓子 for 卡喉, 捂 for 遮掩."""
        return not self._written.isdisjoint(_said_for().get(words, ""))

    def _spells(self, text: str) -> bool:
        """Say whether a fact has some characters, be they of a medicine's name."""
        return any(text in fact.text for fact in self.facts)

    def _pieced(self, text: str, *, least: int = 1, found: bool = False) -> bool:
        """Say whether a compound (血压高) is made of words that the facts have (血压, 升高), and light ones.

        No word of theirs that is shorter than `least` counts.
        """
        if not text:
            return found
        for cut in range(len(text), 0, -1):
            piece = text[:cut]
            had = len(piece) >= least and (bool(ids_of(piece) & self.ids) or self._has_character(piece))
            if (had or piece in HELPING or (is_light(piece) and piece not in _PARTS_OF_BODY)) and self._pieced(
                text[cut:], least=least, found=found or had
            ):
                return True
        return False

    def _has_character(self, piece: str) -> bool:
        opposite = OPPOSITES.get(piece, "")
        return len(piece) == 1 and piece not in _NEGATING and self.says(piece) and opposite not in self.characters

    def _foreign_run(self, run: str, before: Token | None, talk: list[str], *, is_item: bool) -> Iterable[Reason]:
        """Refuse an unknown run, or put it down as talk."""
        if not all(any(known.endswith(code) for known in self.codes) for code in _codes(run)):
            yield Reason("new_claim", "", run)
            return
        if self.says(run) or self._writes(run) or all(c in _LIGHT_CHARACTERS for c in run):
            return
        known = all(c in _LIGHT_CHARACTERS or self.says(c) for c in run)
        if known and self._resembles(run) and not self._turned(run):
            return
        if self._turned(run) or is_item or not _is_talk(run, before):
            yield Reason("drug" if run.endswith(NAME_ENDINGS) else "new_claim", "", run)
        else:
            talk.append(run)

    def _turned(self, run: str) -> bool:
        """Say whether a run says the opposite of what a fact has before the same character: 高海拔, 低海拔."""
        pairs = [(OPPOSITES.get(one, ""), two) for one, two in pairwise(run)]
        return not self.says(run) and any(one and self.says(one + two) for one, two in pairs)

    def _resembles(self, run: str) -> bool:
        """Say whether a run of known characters shortens words of one fact, in their order."""
        weighty = "".join(c for c in run if c not in _LIGHT_CHARACTERS)
        return len(set(weighty)) <= _SHORT_RUN or any(_is_subsequence(weighty, fact.plain) for fact in self.facts)


def _measured(slots: Sequence[Slot]) -> list[Quantity]:
    """Return the amounts of some slots that are no stretches of time."""
    return [slot.quantity for slot in slots if slot.quantity and slot.quantity.dimension not in TIME]


def _amounts_after(said: Statement, token: Token) -> Iterator[Quantity]:
    """Give the amounts that follow a word."""
    return (other.quantity for other in said.tokens if other.quantity and other.start > token.start)


@cache
def _said_for() -> dict[str, str]:
    lines = (line.split() for line in SAID_FOR.strip().splitlines())
    return {words: morphemes for words, morphemes in lines}  # noqa: C416 - two of a line, as a type checker reads it


def _words_and_runs(tokens: Sequence[Token]) -> Iterable[tuple[str, Token]]:
    """Give each word, and each run of unknown characters as one, with its first token."""
    for unknown, group in groupby(tokens, key=lambda token: token.kind == "unknown"):
        run = list(group)
        yield from [("".join(token.text for token in run), run[0])] if unknown else [(t.text, t) for t in run]


def _names_kind(token: Token) -> bool:
    """Say whether a word that a table has is a name that its characters alone do not tell: 脑出血, 自来水."""
    return bool(token.ids) and _NAMES_KIND.search(token.text) is not None


def _is_denied(said: Statement, token: Token) -> bool:
    """Say whether a word stands right after a negation."""
    index = said.tokens.index(token)
    return index > 0 and said.tokens[index - 1].kind == "negation"


def _is_noun(token: Token) -> bool:
    """Say whether a word makes a compound with what follows it at once: 造口|袋."""
    return token.kind in {"food", "drug"} or (token.kind == "word" and len(token.text) > 1)


def _is_ruled(said: Statement, token: Token) -> bool:
    """Say whether a word is an item of a list or what an operator stands before: 不要漱口、洗澡."""
    index = said.tokens.index(token)
    ruled = index > 0 and said.tokens[index - 1].kind in {"negation", "force"}
    return ruled or _is_listed(said, token)


def _is_listed(said: Statement, token: Token) -> bool:
    """Say whether a word is an item of a list."""
    index = said.tokens.index(token)
    return any(
        other.text in OR for other in (*said.tokens[max(index - 1, 0) : index], *said.tokens[index + 1 : index + 2])
    )


def _is_item(before: Token | None, after: Token | None) -> bool:
    """Say whether what stands between two tokens is a whole item of a list: 高热、肌强直和|幻觉."""
    listed = before is not None and before.text in OR
    return listed and (after is None or after.kind == "stop" or after.text in OR)


def _is_talk(run: str, before: Token | None) -> bool:
    """Say whether an unknown run can only be everyday talk: no character weighs, and nothing is done with it."""
    own = [c for c in run if c not in _LIGHT_CHARACTERS]
    if before is not None and before.kind in {"word", "food", "drug"} and len(run) == 1:
        return False  # 造口|袋
    return len(own) <= _LONGEST_TALK and all(map(is_everyday, own)) and (before is None or before.text not in TAKERS)


@cache
def is_everyday(character: str) -> bool:
    """Say whether a character is common and makes no word of medicine, food, body, action, effect, degree or time."""
    return character not in WEIGHTY and _is_common(character)


@cache
def _is_common(character: str) -> bool:
    """Say whether a character is one of the few thousand that everybody reads."""
    try:
        first = character.encode("gb2312")[0]
    except UnicodeEncodeError:
        return False
    return _FIRST_COMMON <= first < _LAST_COMMON


@lru_cache(maxsize=256)
def _asserted(text: str) -> tuple[str, ...]:
    """Return the turns of a text that claim something and that their clause does not forbid."""
    return tuple(found[0] for found in _found(ASSERTIONS, text) if found[0] and not _is_forbidden(text, found))


def _is_forbidden(text: str, turn: re.Match[str]) -> bool:
    clause = text[max(map(text[: turn.start()].rfind, "，。；：")) + 1 : turn.end()]
    return _FORBIDDING.search(clause) is not None


@lru_cache(maxsize=256)
def _permitted(text: str) -> tuple[str, ...]:
    return tuple(found[0] for found in _found(PERMITS, text))


@lru_cache(maxsize=256)
def _mechanical(text: str) -> tuple[str, ...]:
    return tuple(found[0] for found in _found(MACHINERY, text))


def _found(table: tuple[str, ...], text: str) -> Iterator[re.Match[str]]:
    """Give what a text has of any of some patterns; it is read where one of them may match."""
    sieve, patterns = _sifted(table)
    numbers = sieve.that_may_match(text)
    alone = sieve.patterns[numbers[0]].pattern if len(numbers) == 1 else patterns
    return alone.finditer(text) if numbers else iter(())


@cache
def _sifted(table: tuple[str, ...]) -> tuple[Sieve, re.Pattern[str]]:
    return Sieve(table), re.compile("|".join(table))


def _may_name(token: Token) -> bool:
    """Say whether a word of its kind may tell something: what else there is, other rooms read."""
    return token.kind in _TELLING or token.text == "多"


def _names_more(token: Token, before: Token | None) -> bool:
    """Say whether a word that works on others tells something itself here: 早期 of a disease, 多 before a verb."""
    if token.text == "多":
        return before is None or before.quantity is None
    return token.kind == "urgency" and token.text.endswith("期")


def _is_subsequence(run: str, text: str) -> bool:
    position = 0
    for character in run:
        position = text.find(character, position) + 1
        if position == 0:
            return False
    return True


def _codes(text: str) -> list[str]:
    """Return the names of letters and numbers in a text, without what stands between the two."""
    names = (name.translate(_UNJOINED) for name in _CODE.findall(text))
    return [name for name in names if not name.isalpha()]
