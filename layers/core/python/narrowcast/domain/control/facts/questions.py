"""What a question asks for, taken out of it: 疗程多长？ is 疗程？, 什么时候能减药？ is 能减药？.

What is left names what the answer speaks of, and must come from a fact like any other words. A question that tells
its own answer (什么时候吃都行, 怎么能停药) is left as it stands. Knows no topic and judges nothing.
"""

from __future__ import annotations

import re

_QUESTION = re.compile("[^。！？；]+？")
_CASES = "(?:情况|情形|条件|状况|时候|症状|信号|表现|程度)"
_ASKED = re.compile(
    "|".join(
        (
            f"(?:在|到|等到?|从|是)?(?:什么|啥|哪个|哪些|哪种|怎样的|什么样的){_CASES}(?:之?下|出现|开始)?",
            "(?:在|到|等到?|从|是)?(?:何时|几时|啥时|什么时间|几点钟?)",
            "多(?:大|长|高|重|远|快|宽|厚|深|早|晚)(?:年龄|年纪|时间|剂量|浓度)?(?:以[上下])?的?",
            "(?:隔|每隔)?(?:多长时间|多久)(?:[一1]次)?|多少",
            "(?:怎么样|怎样|怎么|如何|咋)(?![能会可敢不没])(?:办|做|处理|安排|弄)?(?:才[对好行]|合适|好)?",
        )
    )
)
_TELLS = re.compile("[都也]|难道|岂|干嘛|谁说|何必|何不")
"""What makes a question tell what it seems to ask."""


def asked_plainly(text: str) -> str:
    """Return a normalized text with what its questions ask for taken out of them."""
    return _QUESTION.sub(_without_asked, text) if "？" in text else text


def _without_asked(question: re.Match[str]) -> str:
    if _TELLS.search(question[0]):
        return question[0]
    named = _ASKED.sub("", question[0])
    return named if len(named) > 1 else question[0]
