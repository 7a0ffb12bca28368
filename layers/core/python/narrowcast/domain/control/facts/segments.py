"""A text cut at its stops: segments, and what the content words of a stretch of tokens mean.

The ground that conditions, slots and units are read from; knows nothing of any of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise

from narrowcast.domain.control.facts.lexer import Token
from narrowcast.domain.control.facts.quantities import Quantity

Features = frozenset[str]
"""What some words mean: groups of like meaning (`w:`, `f:`, `d:`), typed values (`timing:`), pairs of characters."""
NOTHING: Features = frozenset()
_TAKING = "服药 用药 口服 使用 治疗 期间 服用 应用 吸入 注射 接受 时期 药 药物"
TAKING: Features = frozenset(f"w:{word}" for word in _TAKING.split())
"""What says no more than that a medicine is taken."""
OPERATORS = frozenset({"negation", "force", "certainty"})
OR = frozenset({"或", "或者", "和", "与", "以及", "还是", "、"})

_RHETORICAL = (
    "谁说",
    "何不",
    "怎么能",
    "怎能",
    "哪能",
    "难道",
    "岂",
    "干嘛",
    "为什么",
    "为啥",
    "为何",
    "怎么会",
    "不是",
    "何必",
)
_PRESUMING = ("不", "没")
"""What makes a question a statement: 难道不能吃吗, 为什么不能停药."""
_NODDING = ("是的", "对", "没错", "当然", "的确", "嗯", "是啊", "没问题", "正是", "确实", "完全")

_TYPED = frozenset({"population", "timing", "condition", "side"})
"""Kinds of tokens that mean a value of their kind."""
_WORDS = frozenset({"word", "food", "drug", "route"})
"""Kinds of tokens that mean what their groups do."""
_ITEMS = frozenset({"word", "food", "drug", "population", "timing", "quantity"})


@dataclass
class Segment:
    """What stands between two stops; `conditional` are the indexes of its tokens that state a condition.

    It `asks` where its sentence is a question that is not answered by a nod: it claims nothing; it is `listed` where
    only a list comma parts it from the one before. `kinds` and `texts` are those of its tokens, `features` what its
    words mean; `rest` are its tokens besides its conditions.
    """

    number: int
    sentence: int
    tokens: list[Token]
    announces: bool = False
    asks: bool = False
    conditional: frozenset[int] = frozenset()
    listed: bool = False
    kinds: frozenset[str] = field(init=False)
    texts: frozenset[str] = field(init=False)
    features: Features = field(init=False)
    rest: list[Token] = field(init=False)
    rest_features: Features = field(init=False)

    def __post_init__(self) -> None:
        self.kinds = frozenset([token.kind for token in self.tokens])
        self.texts = frozenset([token.text for token in self.tokens])
        self.features = self.rest_features = features_of(self.tokens)
        self.rest = self.tokens
        if self.conditional:
            self.mark(self.conditional)

    def mark(self, conditional: frozenset[int]) -> None:
        """Take some of its tokens, by their indexes, as those that state a condition."""
        self.conditional = conditional
        self.rest = [token for index, token in enumerate(self.tokens) if index not in conditional]
        self.rest_features = features_of(self.rest)


def segments_of(tokens: Sequence[Token]) -> list[Segment]:
    """Cut tokens into segments, numbered through the text; a list comma cuts only between measured statements."""
    segments: list[Segment] = []
    sentence, current, listed = 0, list[Token](), False
    for index, token in enumerate(tokens):
        if token.kind != "stop" or (token.value == "list" and not _parts_statements(tokens, index)):
            current.append(token)
            continue
        if current:
            whole = _without_idle_comparators(current)
            segments.append(Segment(len(segments), sentence, whole, announces=token.value == "topic", listed=listed))
            current = []
            listed = token.value == "list"
        sentence += token.value == "end"
    if current:
        segments.append(Segment(len(segments), sentence, _without_idle_comparators(current), listed=listed))
    asked = set(_questions(segments, tokens)) if any(token.text == "？" for token in tokens) else ()
    for segment in segments:
        segment.asks = segment.sentence in asked
    return segments


def _questions(segments: Sequence[Segment], tokens: Sequence[Token]) -> Iterable[int]:
    """Give the numbers of the sentences that only ask."""
    ends = [(token.text, index) for index, token in enumerate(tokens) if token.kind == "stop" and token.value == "end"]
    for sentence, (mark, index) in enumerate(ends):
        if mark != "？":
            continue
        asked = [segment for segment in segments if segment.sentence == sentence]
        words = "".join(token.text for segment in asked for token in segment.tokens)
        answer = "".join(token.text for token in tokens[index + 1 : index + 3] if token.kind != "drug")
        claims = words.startswith(_PRESUMING) or any(word in words for word in _RHETORICAL)
        if not claims and not answer.startswith(_NODDING):
            yield sentence


def _without_idle_comparators(tokens: list[Token]) -> list[Token]:
    """Read 不高于 as a negation where it compares no amount: 膝不高于髋."""
    idle = [index for index, token in enumerate(tokens) if token.kind == "before" and token.text[0] in "不别勿没未"]
    if not idle or any(token.quantity for token in tokens):
        return tokens
    denied = (tokens[index]._replace(kind="negation", value="not") for index in idle)
    return [next(denied) if index in idle else token for index, token in enumerate(tokens)]


def _parts_statements(tokens: Sequence[Token], index: int) -> bool:
    """Say whether a list comma parts two measured statements (禁食8小时、禁水2小时), not two things."""
    before = next((i for i in range(index - 1, -1, -1) if tokens[i].kind == "stop"), -1)
    after = next((i for i in range(index + 1, len(tokens)) if tokens[i].kind == "stop"), len(tokens))
    sides = (tokens[before + 1 : index], tokens[index + 1 : after])
    return all(any(token.quantity for token in side) and features_of(side) for side in sides)


def repeated_items(tokens: Sequence[Token]) -> Iterable[str]:
    """Give the items that a list (恶心、呕吐和腹泻) names more than once, a medicine under any of its names."""
    joints = [index for index, token in enumerate(tokens) if token.text in OR]
    if not joints:
        return ()
    items = [tokens[joint - 1 : joint] for joint in joints[:1]]
    items += [tokens[start + 1 : end] for start, end in pairwise(joints)]
    items += [tokens[joint + 1 : joint + 2] for joint in joints[-1:]]
    names = [_item_name(item) for item in items if any(token.kind in _ITEMS for token in item)]
    return (name for name, times in Counter(names).items() if times > 1)


def _item_name(item: Sequence[Token]) -> str:
    if len(item) == 1 and item[0].kind == "drug":
        return min(item[0].ids).partition(":")[2]
    if len(item) == 1 and item[0].kind == "timing":
        return item[0].value
    return "".join(token.text for token in item)


def features_of(tokens: Iterable[Token]) -> Features:
    """Return what the content words of some tokens mean, and the unknown runs between them in pairs of characters."""
    found: set[str] = set()
    run = ""
    for token in tokens:
        kind = token.kind
        if kind == "unknown":
            run += token.text
            continue
        if run:
            found.update(_pairs(run))
            run = ""
        if kind in _WORDS:
            found |= token.ids
        elif kind in _TYPED:
            found.update(meaning_of(token))
    if run:
        found.update(_pairs(run))
    return frozenset(found)


def names_something(tokens: Iterable[Token]) -> bool:
    """Say whether some tokens have any features."""
    for token in tokens:
        kind = token.kind
        if kind == "unknown" or kind in _TYPED or (kind in _WORDS and token.ids):
            return True
    return False


def _pairs(run: str) -> Iterable[str]:
    return [run[i : i + 2] for i in range(max(len(run) - 1, 1))]


def meaning_of(token: Token) -> Iterable[str]:
    """Return what one content word may mean."""
    if token.kind in _TYPED:
        return [f"{token.kind}:{value}" for value in token.value.split("|")]
    return token.ids if token.kind in _WORDS else ()


def values(tokens: Iterable[Token], kind: str) -> Features:
    """Return the values of the tokens of one kind."""
    return frozenset([token.value for token in tokens if token.kind == kind])


def amounts_of(quantities: Iterable[Quantity | None]) -> Features:
    """Return amounts as features."""
    return frozenset([quantity.feature for quantity in quantities if quantity])


def drugs_of(features: Iterable[str]) -> Features:
    """Return the medicines among some features."""
    return _drugs_among(frozenset(features))


@lru_cache(maxsize=8192)
def _drugs_among(features: Features) -> Features:
    return frozenset([feature for feature in features if feature.startswith("d:")])


def people_of(features: Iterable[str]) -> Features:
    """Return the groups of people among some features."""
    return frozenset([feature for feature in features if feature.startswith("population:")])


def names_of(features: Iterable[str]) -> str:
    """Spell out features for a reader."""
    return "、".join(sorted(feature.partition(":")[2] for feature in features))
