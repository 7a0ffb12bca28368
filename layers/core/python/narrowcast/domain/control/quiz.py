"""Questions by which a patient sees whether she understood: a signed sentence with one phrase left out.

A quiz is a piece like any other. Its text is, for each question, the sentence with a blank and two or three phrases to
choose from; the phrase that cites the sentence's own fact is the right one. Every phrase stands word for word in a fact
that it cites, and each wrong one, put into the blank, says what the fact check refuses. Nothing is invented. Whether
a sentence is supported is for the gate to say; it is handed in.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

from narrowcast.domain.draft import Brief, Draft, FactRef, FactText, Sentence

Supported = Callable[[str, str], bool]
"""Whether a sentence says what a fact's text says, and nothing else."""

COMPOSER = "quiz 2026.11"
BLANK = "（　　）"
MOST_QUESTIONS = 3
FEWEST_OPTIONS, MOST_OPTIONS = 2, 3

_AVOID = re.compile(r"不要|不宜|不推荐")
_DO = re.compile(r"应立即|应尽快|应尽早|(?<![不反适供效相])应(?![用激])")
_AMOUNT = re.compile(r"每?\d+(?:\.\d+)?(?:[～~至]\d+(?:\.\d+)?)?(?:分钟|小时|个月|天|周|年)")
_BLANKS = ((_AVOID, _DO, 1), (_AMOUNT, _AMOUNT, 2), (_DO, _AVOID, 1))
"""What is left out, what stands against it, and how many wrong phrases at most; the first that can be asked is."""
_DOSE = re.compile(r"\d\s*(?:毫克|微克|克|mg|g|片|粒|单位|IU|U)(?![a-zA-Z])")
_UNIT = re.compile(r"[^\d.～~至]+$")


@dataclass(frozen=True, slots=True)
class Option:
    """A phrase to choose, as it stands in the fact that it cites."""

    text: str
    fact: FactRef


@dataclass(frozen=True, slots=True)
class Question:
    """A sentence with a blank, what to choose from, and the fact that the whole sentence restates."""

    stem: str
    fact: FactRef
    options: tuple[Option, ...]

    @property
    def right(self) -> int:
        """The place of the right option, from 0; ValueError if not exactly one cites the sentence's fact."""
        [place] = [place for place, option in enumerate(self.options) if option.fact == self.fact]
        return place

    def filled(self, place: int) -> str:
        """Return the sentence with an option in its blank."""
        return self.stem.replace(BLANK, self.options[place].text)


# ---- making one ----


def compose(brief: Brief, supported: Supported) -> Draft:
    """Return the quiz of a brief, the same for the same brief; without sentences if its facts give no question.

    A fact about a dose is not asked of: no wrong dose is ever shown.
    """
    usable = [fact for fact in brief.facts if not _DOSE.search(fact.text)]
    found = [question for fact in usable for question in islice(_questions(fact, usable, supported), 1)]
    return Draft(brief.title, tuple(each for question in found[:MOST_QUESTIONS] for each in _sentences(question)))


def _questions(fact: FactText, facts: Iterable[FactText], supported: Supported) -> Iterator[Question]:
    others = [each for each in facts if each.ref != fact.ref]
    for kind, against, most in _BLANKS:
        for blank in (found[0] for found in kind.finditer(fact.text) if fact.text.count(found[0]) == 1):
            wrong = list(islice(_wrong(fact, blank, against, others, supported), most))
            if wrong:
                options = sorted((Option(blank, fact.ref), *wrong), key=lambda each: _order(fact, each))
                yield Question(fact.text.replace(blank, BLANK), fact.ref, tuple(options))


def _wrong(
    fact: FactText, blank: str, against: re.Pattern[str], others: Iterable[FactText], supported: Supported
) -> Iterator[Option]:
    """Yield phrases from other facts that make the sentence say what its fact does not."""
    seen = {blank}
    for other in others:
        for phrase in (found[0] for found in against.finditer(other.text)):
            if phrase not in seen and _alike(phrase, blank):
                seen.add(phrase)
                if not supported(fact.text.replace(blank, phrase), fact.text):
                    yield Option(phrase, other.ref)


def _alike(phrase: str, right: str) -> bool:
    """Whether amounts are of one unit, both or neither of them a frequency; other phrases always are alike."""
    units = {found[0] for each in (phrase, right) if (found := _UNIT.search(each))}
    return phrase.startswith("每") == right.startswith("每") and (not _AMOUNT.fullmatch(right) or len(units) == 1)


def _order(fact: FactText, option: Option) -> str:
    """Return what puts options in an order that tells nothing: the same for the same texts."""
    return hashlib.sha256(f"{fact.text}|{option.text}".encode()).hexdigest()


def _sentences(question: Question) -> Iterator[Sentence]:
    yield Sentence(question.stem, (question.fact,))
    yield from (Sentence(option.text, (option.fact,)) for option in question.options)


# ---- reading and judging one ----


def questions_of(draft: Draft) -> tuple[Question, ...]:
    """Return the questions of a quiz's text; what cannot be read as one is left out."""
    return tuple(question for _, question in _groups(draft) if question and _is_whole(question))


def _groups(draft: Draft) -> Iterator[tuple[int, Question | None]]:
    """Yield each question with the place of its first sentence; None for sentences that belong to none."""
    starts = [place for place, sentence in enumerate(draft.sentences) if sentence.text.count(BLANK) == 1]
    if draft.sentences and (not starts or starts[0] != 0):
        yield 0, None
    for start, end in zip(starts, [*starts[1:], len(draft.sentences)], strict=False):
        yield start, _question(draft.sentences[start:end])


def _question(sentences: tuple[Sentence, ...]) -> Question | None:
    if any(len(each.facts) != 1 for each in sentences):
        return None
    stem, *options = sentences
    return Question(stem.text, stem.facts[0], tuple(Option(each.text, each.facts[0]) for each in options))


def _is_whole(question: Question) -> bool:
    texts = {option.text for option in question.options}
    return (
        FEWEST_OPTIONS <= len(question.options) == len(texts) <= MOST_OPTIONS
        and [option.fact for option in question.options].count(question.fact) == 1
    )


def faults(draft: Draft, facts: Mapping[FactRef, FactText], supported: Supported) -> Iterator[tuple[int, str]]:
    """Yield what keeps a text from being a quiz: the place of the sentence, from 0, and why, in the editor's words."""
    for place, question in _groups(draft):
        yield from ((place, reason) for reason in _faults(question, facts, supported))


def _faults(question: Question | None, facts: Mapping[FactRef, FactText], supported: Supported) -> Iterator[str]:
    if question is None or not _is_whole(question):
        yield "每题是一个带空格的句子和2–3个不同的选项，各引一条事实，其中恰有一个选项与句子引同一条事实"
        return
    if any(each not in facts for each in (question.fact, *(option.fact for option in question.options))):
        yield "引用的事实不存在"
        return
    for place, option in enumerate(question.options):
        if option.text not in facts[option.fact].text:
            yield f"选项“{option.text}”不是所引事实中的原文"
        fits = supported(question.filled(place), facts[question.fact].text)
        if fits and place != question.right:
            yield f"填入“{option.text}”与事实相符，不能作错误选项"
        if not fits and place == question.right:
            yield f"填入“{option.text}”与事实不符，不能作正确答案"
