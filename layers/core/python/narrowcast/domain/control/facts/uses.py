"""A medicine taken in a way that its form is not for: an ointment that is eaten, a suppository that is drunk."""

from __future__ import annotations

import re
from collections.abc import Iterable

from narrowcast.domain.control.facts.alignment import Alignment
from narrowcast.domain.control.facts.verdict import Reason

_FOR_OUTSIDE = re.compile(
    "软膏|乳膏|眼膏|凝胶|乳剂|搽剂|洗剂|洗液|滴眼|滴耳|滴鼻|栓(?!塞|形成)|贴剂|贴片|贴膏|气雾|喷雾|粉雾|吸入|雾化|注射|接种|疫苗|灌肠|含漱|漱口|外用|敷料|皮下"
)
_FOR_MOUTH = re.compile("口服|内服|[吃喝服咽吞嚼饮餐食顿哺]|片|胶囊|颗粒|丸|糖浆|混悬|补液盐|母乳|奶")
_TAKES = re.compile("(?<![没不])(?:[吃喝咽吞嚼](?![饭东奶水饱完过早晚午])|口服|内服)")


def foreign_uses(alignment: Alignment) -> Iterable[Reason]:
    """Find what is swallowed where the facts speak of forms for other ways alone."""
    text = "".join(fact.text for fact in alignment.facts)
    taken = _TAKES.search(alignment.said.text)
    if taken and _FOR_OUTSIDE.search(text) and not _FOR_MOUTH.search(text):
        yield Reason("new_claim", "", taken[0])
