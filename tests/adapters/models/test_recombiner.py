from __future__ import annotations

from dataclasses import replace
from itertools import combinations, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from narrowcast.adapters.models.recombiner import Recombiner
from narrowcast.application.ports import DrafterError
from narrowcast.domain.control.facts import check_draft, is_connective
from narrowcast.domain.draft import Brief, FactRef, FactText
from narrowcast.domain.vocabulary import Form, Risk, Section
from tests.support.briefs import BRIEF, DRAFT

READ_WHOLE = frozenset((Form.ARTICLE, Form.QA, Form.VIDEO_SCRIPT, Form.POST))


def _facts(count: int) -> tuple[FactText, ...]:
    return tuple(
        FactText(FactRef(f"f{n}", n + 1), f"第{n + 1}条事实的原文。", Section.DIET, Risk.LIFESTYLE)
        for n in range(count)
    )


BRIEFS = st.builds(
    Brief,
    title=st.just("怎么吃"),
    form=st.sampled_from(sorted(READ_WHOLE)),
    section=st.sampled_from(Section),
    facts=st.integers(1, 12).map(_facts),
)


def test_an_article_opens_tells_the_facts_and_closes() -> None:
    assert Recombiner().draft(BRIEF) == DRAFT


@settings(deadline=None)
@given(BRIEFS)
def test_every_fact_is_told_once_in_its_words_and_in_order(brief: Brief) -> None:
    told = [(s.text, s.facts) for s in Recombiner().draft(brief).sentences if s.facts]
    assert told == [(fact.text, (fact.ref,)) for fact in brief.facts]


@settings(deadline=None)
@given(BRIEFS)
def test_every_other_sentence_is_a_known_connective(brief: Brief) -> None:
    sentences = Recombiner().draft(brief).sentences
    assert all(is_connective(sentence.text) for sentence in sentences if not sentence.facts)
    assert not sentences[0].facts
    assert not sentences[-1].facts


@settings(deadline=None)
@given(BRIEFS)
def test_no_connective_follows_itself(brief: Brief) -> None:
    texts = [sentence.text for sentence in Recombiner().draft(brief).sentences]
    assert all(one != next_one for one, next_one in pairwise(texts))


@settings(deadline=None)
@given(BRIEFS)
def test_what_it_writes_passes_the_fact_check(brief: Brief) -> None:
    draft = Recombiner().draft(brief)
    verdicts = check_draft(draft, {fact.ref: fact for fact in brief.facts})
    assert all(verdict.supported for verdict in verdicts)


@settings(deadline=None)
@given(BRIEFS)
def test_the_same_brief_gives_the_same_draft_whatever_was_objected(brief: Brief) -> None:
    assert Recombiner().draft(brief) == Recombiner().draft(replace(brief, objections=("第2句：数字不同",)))


@pytest.mark.parametrize("section", Section)
def test_each_form_that_is_read_as_a_whole_has_a_shape_of_its_own(section: Section) -> None:
    drafts = [Recombiner().draft(Brief("怎么吃", form, section, _facts(4))) for form in READ_WHOLE]
    assert all(one.sentences != other.sentences for one, other in combinations(drafts, 2))


def test_a_correction_says_that_something_changed_before_it_says_what_holds() -> None:
    draft = Recombiner().draft(Brief("更正：用药指导", Form.CORRECTION, Section.MEDICATION, _facts(1)))
    assert [sentence.text for sentence in draft.sentences] == [
        "您之前收到的一部分内容已更正或停用。",
        "请以这份内容为准。",
        *(fact.text for fact in _facts(1)),
        "如有疑问，请咨询您的医生。",
    ]


@pytest.mark.parametrize("form", sorted(set(Form) - READ_WHOLE - {Form.CORRECTION}))
def test_what_is_said_to_somebody_who_asks_is_the_facts_alone(form: Form) -> None:
    draft = Recombiner().draft(Brief("紧急情况怎么办", form, Section.DISEASE, _facts(2)))
    assert [sentence.text for sentence in draft.sentences] == [fact.text for fact in _facts(2)]


@pytest.mark.parametrize("form", [Form.ARTICLE, Form.QA, Form.VIDEO_SCRIPT])
def test_each_section_has_an_opening_of_its_own(form: Form) -> None:
    openings = {Recombiner().draft(Brief("怎么吃", form, section, _facts(4))).sentences[0] for section in Section}
    assert len(openings) == len(Section)


def test_a_brief_without_facts_cannot_be_written() -> None:
    with pytest.raises(DrafterError, match="no facts"):
        Recombiner().draft(replace(BRIEF, facts=()))
