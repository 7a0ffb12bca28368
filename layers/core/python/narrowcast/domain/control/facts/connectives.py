"""The closed list of sentences that need no fact, because they claim nothing.

A reviewer reads this file and nothing else to know what may stand in a text without a citation. No entry may name
a drug, a disease, a quantity, an effect, a reassurance or a person's duty; drafters take theirs from CONNECTIVES.
PHRASES are the ways in which people say the same: each is built from closed alternatives, and a sentence is made of
nothing but them.
"""

from __future__ import annotations

import re
import unicodedata
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

CORRECTIONS = (
    "您之前收到的一部分内容已更正或停用。",
    "请以这份内容为准。",
)
"""How a correction begins: it says that something changed, and nothing of what."""

CONNECTIVES = GREETINGS + TRANSITIONS + OPENERS + QUESTIONS + CLOSINGS + CORRECTIONS


_PEOPLE = "朋友|朋友们|病友|病友们|家属|家属朋友|家属朋友们|听众朋友|听众朋友们|观众朋友|观众朋友们|叔叔阿姨|爷爷奶奶"
_FIRST = "首先|其次|再次|然后|另外|此外|最后|接着|接下来|下面|那么|好|好的|好了|第?[一二三四五六七八九十]"
_NOW = "今天|现在|这一期|这期|本期|这次|这里|下面|接下来|接着|首先|先|再|最后"
_WE = "我们|咱们|我|让我们"
_LOOK = (
    "看看|看一看|看一下|说说|说一说|说一下|说|聊聊|聊一聊|聊|谈谈|谈一谈|讲讲|讲一讲|讲|了解一下|了解|认识一下|认识"
    "|介绍一下|总结一下|总结|小结一下|回顾一下|梳理一下|学习一下|分享一下"
)
_ABOUT = (
    "这个病|这个问题|这件事|这些|这一点|这几点|下一点|第[一二三四五六七八九十]点|几点|要点|重点|注意事项"
    "|(?:用药|吃药|服药|药物|饮食|吃饭|吃|运动|锻炼|活动|复诊|复查|随访|检查|护理|日常护理|家庭护理|日常生活|生活)"
    "(?:的事|这件事|的问题|的内容|的安排|的方面|方面|上|的注意事项|的要点)?"
)
_CARERS = "(?:您的|我们的)?(?:主管|主治|经治)?(?:医生|护士|医护|医护人员|医务人员|药师)|我们"
_ASK = "(?:如果?|若|要是)?(?:您)?还?有(?:任何|什么|其他)?(?:疑问|问题|不明白的地方|不懂的地方|不清楚的地方)(?:的话)?"
_TEXT = "(?:这些|以上|上面|下面|以下|这份|这篇|本期|今天的?)(?:内容|介绍|信息|资料|指南|文章|要点|几点)?"

PHRASES = (
    f"(?:大家好|您好|你好|各位好)?(?:亲爱的|各位|尊敬的)?(?:{_PEOPLE})?(?:大家好|您好|你好)?",
    "我是您的健康(?:小)?助手",
    f"(?:{_FIRST})",
    f"(?:{_NOW})?(?:{_WE})?就?(?:一起)?来?[和跟为给]?(?:大家|您)?(?:一起)?来?(?:{_LOOK})(?:关于)?(?:{_ABOUT})?吧?",
    "(?:我们|咱们)?(?:一条一条|一点一点|一项一项|一样一样)(?:地)?(?:来)?(?:看|说|讲)",
    "(?:我们|咱们)?继续(?:往下)?(?:看|说|讲)",
    (
        f"(?:那么?)?(?:关于)?(?:{_ABOUT})?(?:平时|在家|日常|又)?(?:要|该|应该|需要)?"
        "(?:注意|留意|了解|知道)[些点]?(?:什么|哪些|哪些事|哪几点)呢?"
    ),
    f"(?:那么?)?(?:{_ABOUT})(?:该|应该|要)?(?:怎么办|怎么做|怎么安排|是怎么回事)呢?",
    (
        "(?:请|请您|您|大家)?(?:一定)?(?:记住|记好|记下|留意|注意|了解|看看|收好)"
        "(?:以下|下面|这)(?:几点|几条|几件事|一点|些|些内容)"
    ),
    "(?:以下|下面)(?:几点|几条|这几点|内容|这些内容)(?:请|请您)(?:留意|记住|记好|了解|收好)",
    f"(?:也)?希望(?:{_TEXT})?(?:能|可以)?(?:对|给|帮到|帮助)?(?:您|大家)(?:有所|有些|有|带来)?(?:帮助|用)?",
    "(?:衷心)?(?:祝|愿|祝愿)(?:您|大家|您和家人)(?:早日康复|身体健康|健康平安|平安健康|平安|一切顺利|生活愉快)",
    "(?:非常)?(?:感谢|谢谢)(?:您|大家)?(?:的)?(?:耐心)?(?:阅读|观看|收看|收听|聆听|关注|信任|支持)?",
    "(?:好了?)?(?:今天|本期)?的?(?:内容)?就先?(?:和大家|跟大家|和您)?(?:聊|说|讲|分享)?到这[里儿]了?吧?",
    "(?:我们|咱们)?(?:下期|下次|下回)(?:再见|再聊|见)",
    "(?:您)?(?:看|听)(?:懂|明白|清楚)了?(?:吗|没有|没)",
    (
        f"(?:{_ASK})?都?(?:请|欢迎|可以|您可以|请您)?(?:随时)?"
        f"(?:咨询|联系|询问|问|问问|告诉|找|向)(?:{_CARERS})(?:提出|咨询|提问|询问)?"
    ),
    _ASK,
    "(?:这|这一点|这几点|以上几点)(?:很|非常|特别|尤其|也)?(?:重要|关键)",
    "(?:您)?(?:可以|不妨)?把(?:这份|这些|这篇)(?:指南|内容|资料|文章)(?:保存下来|收藏起来|收好|转给家人|分享给家人|讲给家人听)",
    "(?:本文|本内容|以上内容|本期内容)(?:由|经)(?:AI|人工智能)(?:辅助)?(?:生成|整理|撰写)",
    "(?:本文|本内容|以上内容|本期内容)?(?:并)?(?:已)?(?:经|由)医生审核(?:签发|签字|通过)?(?:后发布)?",
)
"""Clauses of a connective as regular expressions over closed alternatives; what they need not say may be absent."""

LONGEST_CONNECTIVE = 60
_BREAK = re.compile(r"[，,。.！!？?：:；;、~～…—\s]+")


@cache
def _bare_connectives() -> frozenset[str]:
    return frozenset(map(bare, CONNECTIVES))


@cache
def _phrases() -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{phrase})" for phrase in PHRASES))


def is_connective(text: str) -> bool:
    """Say whether a sentence is on the list, or made of its phrases alone, whatever its width and spaces."""
    return bare(text) in _bare_connectives() or _is_made_of_phrases(text)


def _is_made_of_phrases(text: str) -> bool:
    clauses = [clause for clause in _BREAK.split(unicodedata.normalize("NFKC", text)) if clause]
    return bool(clauses) and len(text) <= LONGEST_CONNECTIVE and all(map(_phrases().fullmatch, clauses))
