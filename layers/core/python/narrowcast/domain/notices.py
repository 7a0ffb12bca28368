"""The product's own sentences to a person who asks: a closed list, so that nothing else ever speaks unsigned.

None of them states a medical fact; they name the emergency number, say what happens next, or say that we do not know.
"""

from __future__ import annotations

from enum import StrEnum

AI_LABEL = "AI 助手（人工智能生成的对话，仅引用本院医生签发的内容，不能代替看病）"
"""Stands beside everything that the assistant says (labels for generated content, art. 4)."""


class Notice(StrEnum):
    """A closed sentence by its stable code."""

    CALL_120 = "call_120"
    EMERGENCY_LINE = "emergency_line"
    CRISIS_LINE = "crisis_line"
    IF_WORSE_120 = "if_worse_120"
    UNSURE = "unsure"
    HANDED_OVER = "handed_over"
    AFTER_HOURS = "after_hours"
    STILL_WAITING = "still_waiting"
    WITH_STAFF = "with_staff"
    OUT_OF_SCOPE = "out_of_scope"
    STOPPED = "stopped"
    WITHDRAWN = "withdrawn"


_WORDS = {
    Notice.CALL_120: "请立即拨打120。",
    Notice.EMERGENCY_LINE: "本院急诊电话：{line}。",
    Notice.CRISIS_LINE: "护士会马上看到您的消息。您也可以随时拨打全国统一心理援助热线12356。",
    Notice.IF_WORSE_120: "如果情况突然出现、很严重或正在加重，请立即拨打120。",
    Notice.UNSURE: "我不确定：在本院医生签发的内容里没有找到能回答这个问题的话。",
    Notice.HANDED_OVER: "已为您转给护士，请在这里等候回复。",
    Notice.AFTER_HOURS: "现在不是护士的工作时间，护士将在{opens}上班后回复。如有危险，请立即拨打120。",
    Notice.STILL_WAITING: "您的问题已转给护士，AI 助手不再回答，请等候回复。如有危险，请立即拨打120。",
    Notice.WITH_STAFF: "护士正在为您处理，AI 助手不再回答。",
    Notice.OUT_OF_SCOPE: "抱歉，我只能用本院医生签发的健康教育内容回答与健康有关的问题。",
    Notice.STOPPED: "AI 助手已暂停回答，您的问题由护士回复。",
    Notice.WITHDRAWN: "原来的回答已更新或撤回，不再显示。",
}


def words_of(notice: str, *, line: str = "", opens: str = "") -> str:
    """Return the sentence of a code, with the hospital's emergency line and the time at which its staff begin."""
    return _WORDS[Notice(notice)].format(line=line, opens=opens)
