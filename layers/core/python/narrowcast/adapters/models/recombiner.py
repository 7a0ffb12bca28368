"""Composes a piece from the facts' own words and fixed connectives. Invents nothing, so it needs no model.

The connectives come from the closed list of the fact check; it refuses any other sentence without a citation.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import cycle, islice

from narrowcast.application.ports import DrafterError
from narrowcast.domain.draft import Brief, Draft, FactText, Sentence
from narrowcast.domain.vocabulary import Form, Section

_WRITTEN_OPENERS = {
    Section.DISEASE: "我们先来认识一下这个病。",
    Section.MEDICATION: "下面说说用药的事。",
    Section.DIET: "下面说说吃的方面。",
    Section.EXERCISE: "下面说说运动方面。",
    Section.FOLLOWUP: "下面说说复诊的安排。",
}
_SPOKEN_OPENERS = {
    Section.DISEASE: "大家好，今天聊一聊怎么认识这个病。",
    Section.MEDICATION: "大家好，今天聊一聊用药的事。",
    Section.DIET: "大家好，今天聊一聊饮食。",
    Section.EXERCISE: "大家好，今天聊一聊运动。",
    Section.FOLLOWUP: "大家好，今天聊一聊复诊。",
}
_QUESTIONS = {
    Section.DISEASE: "这个病要了解些什么？",
    Section.MEDICATION: "用药要注意什么？",
    Section.DIET: "饮食上要注意什么？",
    Section.EXERCISE: "运动上要注意什么？",
    Section.FOLLOWUP: "复诊要注意什么？",
}
_MANY = 3


class Recombiner:
    """Drafter of the facts alone: the same brief gives the same draft. Objections change nothing, for none can hold."""

    @property
    def name(self) -> str:
        """The adapter; there is no model."""
        return "recombiner"

    def draft(self, brief: Brief) -> Draft:
        if not brief.facts:
            raise DrafterError("the brief has no facts")
        return Draft(
            brief.title, tuple(_COMPOSERS[brief.form](brief.section, [_literal(fact) for fact in brief.facts]))
        )


def _article(section: Section, facts: Sequence[Sentence]) -> Iterator[Sentence]:
    """An opener, the facts with a turn in the middle and before the last, a closing."""
    yield Sentence(_WRITTEN_OPENERS[section])
    *body, last = facts
    middle = len(body) // 2
    yield from body[:middle]
    if len(facts) > _MANY:
        yield Sentence("还有一点也请您留意。")
    yield from body[middle:]
    if len(facts) >= _MANY:
        yield Sentence("最后再说一点。")
    yield last
    yield Sentence("如有疑问，请咨询您的医生。")


def _qa(section: Section, facts: Sequence[Sentence]) -> Iterator[Sentence]:
    """The reader's question and its answer; with several facts, a second question for the later half."""
    half = (len(facts) + 1) // 2
    yield Sentence(_QUESTIONS[section])
    yield from facts[:half]
    if facts[half:]:
        yield Sentence("还有什么要留意的？")
    yield from facts[half:]
    yield Sentence("如果有不明白的地方，请随时问您的医生。")


def _video_script(section: Section, facts: Sequence[Sentence]) -> Iterator[Sentence]:
    """Spoken: a greeting, each of several facts announced, a farewell."""
    yield Sentence(_SPOKEN_OPENERS[section])
    if len(facts) == 1:
        yield facts[0]
    else:
        for cue, fact in zip(_cues(len(facts)), facts, strict=True):
            yield from (Sentence(cue), fact)
    yield Sentence("今天就和大家聊到这里。")


def _cues(count: int) -> tuple[str, ...]:
    """Return what announces each of two or more facts."""
    between = islice(cycle(("接下来看下一点。", "再看下面这一点。")), count - 2)
    return ("先来看第一点。", *between, "最后再说一点。")


def _post(_: Section, facts: Sequence[Sentence]) -> Iterator[Sentence]:
    """Short: one line that asks for attention, the facts, one line to pass them on."""
    yield Sentence("下面几点请您留意。" if len(facts) > 1 else "这一点请您特别留意。")
    yield from facts
    yield Sentence("请把这些内容也告诉您的家人。")


def _bare(_: Section, facts: Sequence[Sentence]) -> Iterator[Sentence]:
    """The facts and nothing else: what is said to somebody who asks has no opener."""
    yield from facts


def _correction(_: Section, facts: Sequence[Sentence]) -> Iterator[Sentence]:
    """What changed, then what holds now."""
    yield Sentence("您之前收到的一部分内容已更正或停用。")
    yield Sentence("请以这份内容为准。")
    yield from facts
    yield Sentence("如有疑问，请咨询您的医生。")


_COMPOSERS = dict.fromkeys(Form, _bare) | {
    Form.ARTICLE: _article,
    Form.QA: _qa,
    Form.VIDEO_SCRIPT: _video_script,
    Form.POST: _post,
    Form.CORRECTION: _correction,
}


def _literal(fact: FactText) -> Sentence:
    return Sentence(fact.text, (fact.ref,))
