"""What must be told before help is called: 石膏固定后应立即返院 tells no reason, 手指发紫应立即返院 does.

Where every segment of the facts that sends someone to a doctor names why, a sentence names one of those reasons.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from narrowcast.domain.control.facts.lexer import Token
from narrowcast.domain.control.facts.segments import TAKING, Features, Segment, amounts_of
from narrowcast.domain.control.facts.statements import Statement, read_fact
from narrowcast.domain.control.facts.verdict import Reason

_HELP = re.compile("就医|就诊|复诊|返院|急诊|拨打|120|联系医|告知医|告诉医|看医生|去医院|回医院|来院|呼叫")
_NAMED = frozenset({"word", "food"})
_SCENES = frozenset({"w:术后", "w:手术", "w:期间", "w:患者", "w:出现", "w:发生", "w:有", "w:发现", "w:如", "w:治疗"})


def lost_causes(said: Statement, facts: Sequence[Statement]) -> Iterable[Reason]:
    """Find help that is called for without any of the reasons that the facts name."""
    calls = [call for fact in facts for call in _calls(fact.text)]
    if not calls or not all(calls) or not _HELP.search(said.text):
        return
    own = [segment for segment in said.marked if _sends(segment)]
    told = said.ids | said.features | amounts_of(token.quantity for token in said.tokens)
    if own and not any(causes & told for causes in calls):
        yield Reason("condition_dropped", "", own[0].tokens[0].text)


@lru_cache(maxsize=512)
def _calls(text: str) -> tuple[Features, ...]:
    """Return, for each segment of a fact that sends someone to a doctor, the reasons told before it."""
    segments = read_fact(text).marked
    return tuple(_causes(segments, segment) for segment in segments if _sends(segment))


def _sends(segment: Segment) -> bool:
    ordered = any(token.kind in {"force", "urgency"} for token in segment.tokens)
    return ordered and bool(_HELP.search("".join(token.text for token in segment.tokens)))


def _causes(segments: Sequence[Segment], call: Segment) -> Features:
    """Return what is named before the order, in its segment and those before it in its sentence."""
    before = [s.tokens for s in segments if s.sentence == call.sentence and s.number < call.number]
    order = next(i for i, token in enumerate(call.tokens) if token.kind in {"force", "urgency"})
    return frozenset().union(*map(_reasons, [*before, call.tokens[:order]]))


def _reasons(tokens: Sequence[Token]) -> Features:
    """Return the words of some tokens that may be a reason: none that sets a scene (术后, 服药期间)."""
    start = max((i for i, t in enumerate(tokens[:-1]) if t.text in {"后", "期间", "时", "患者"}), default=-1) + 1
    named = (token for token in tokens[start:] if token.kind in _NAMED and not token.ids & (_SCENES | TAKING))
    amounts = amounts_of(token.quantity for token in tokens)
    return amounts.union(*(token.ids | token.parts for token in named))
