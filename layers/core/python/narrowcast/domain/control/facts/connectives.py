"""The closed list of sentences that need no fact, because they claim nothing.

A reviewer reads this file and nothing else to know what may stand in a text without a citation. No entry may name
a drug, a quantity, an effect or a person's duty; drafters take theirs from here.
"""

from __future__ import annotations

from functools import cache

from narrowcast.domain.control.facts.normalization import bare

GREETINGS = (
    "您好。",
    "您好，见字如面。",
    "感谢您的信任。",
    "很高兴能陪您了解这些内容。",
    "请您放松心情，慢慢往下看。",
    "这份内容是为您准备的。",
)
TRANSITIONS = (
    "下面几点请您留意。",
    "下面这些内容，请您了解。",
    "我们一条一条来看。",
    "先来看第一点。",
    "接下来看下一点。",
    "再看下面这一点。",
    "还有一点也请您留意。",
    "另外，请您留意下面的内容。",
    "最后再说一点。",
    "这一点请您特别留意。",
    "为了方便您记住，我们分几点来说。",
    "具体来说，有下面几点。",
    "简单总结一下。",
    "我们来回顾一下要点。",
)
OPENERS = (
    "我们先来认识一下这个病。",
    "下面说说用药的事。",
    "下面说说吃的方面。",
    "下面说说运动方面。",
    "下面说说复诊的安排。",
    "大家好，今天聊一聊怎么认识这个病。",
    "大家好，今天聊一聊用药的事。",
    "大家好，今天聊一聊饮食。",
    "大家好，今天聊一聊运动。",
    "大家好，今天聊一聊复诊。",
)
QUESTIONS = (
    "这是怎么回事？",
    "这个病要了解些什么？",
    "用药要注意什么？",
    "饮食上要注意什么？",
    "运动上要注意什么？",
    "复诊要注意什么？",
    "还有什么要留意的？",
    "遇到情况怎么办？",
)
CLOSINGS = (
    "如有疑问，请咨询您的医生。",
    "如果有不明白的地方，请随时问您的医生。",
    "有任何疑问，欢迎向医生或护士提出。",
    "以上内容由医生审核签发。",
    "感谢您的阅读。",
    "感谢您的观看。",
    "今天就说到这里。",
    "今天就和大家聊到这里。",
    "祝您早日康复。",
    "祝您一切顺利。",
    "我们会一直陪伴您。",
    "请把这些内容也告诉您的家人。",
)

CONNECTIVES = GREETINGS + TRANSITIONS + OPENERS + QUESTIONS + CLOSINGS


@cache
def _bare_connectives() -> frozenset[str]:
    return frozenset(map(bare, CONNECTIVES))


def is_connective(text: str) -> bool:
    """Say whether a sentence is on the list, whatever its punctuation, width and spaces."""
    return bare(text) in _bare_connectives()
