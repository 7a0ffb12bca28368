"""Tags are proposed from plan, words and facts; codes that no system knows are refused by name."""

from __future__ import annotations

from dataclasses import replace

import pytest

from narrowcast.domain.content import Tags
from narrowcast.domain.draft import Draft, FactRef, Sentence
from narrowcast.domain.tagging import TagUnknown, check_tags, propose
from narrowcast.domain.vocabulary import AgeBand, Audience, Custom, Form, Language, Sex, Stage, Step, Style
from tests.support.newsroom import METFORMIN_STATEMENT, STATEMENT, TOPIC

REF = FactRef("dm-what", 1)
OPEN = replace(TOPIC, tags=Tags((), (), (), (), Audience.PATIENT))


def a_draft(title: str, *texts: str) -> Draft:
    return Draft(title, tuple(Sentence(text, (REF,)) for text in texts or ("您需要长期管理血糖。",)))


def test_codes_and_drugs_come_from_the_facts_where_the_plan_is_silent() -> None:
    proposed = propose(OPEN, a_draft("认识糖尿病"), {REF: METFORMIN_STATEMENT})
    assert (proposed.codes, proposed.treatments) == (("E11",), ("A10BA02",))
    assert propose(TOPIC, a_draft("认识糖尿病"), {REF: METFORMIN_STATEMENT}).treatments == ("A10BA02",)


def test_titles_and_populations_say_for_whom_and_when() -> None:
    told = {REF: replace(STATEMENT, population="老年女性")}
    proposed = propose(OPEN, a_draft("膝关节术后第3天：写给家属"), told)
    assert proposed.stages == (Stage.POST_OP,)
    assert proposed.steps == (Step.POST_OP_DAY_3,)
    assert proposed.audience is Audience.CARER
    assert proposed.sexes == (Sex.FEMALE,)
    assert proposed.age_bands == (AgeBand.OLDER, AgeBand.OLDEST)


def test_form_words_and_script_say_how() -> None:
    asked = propose(replace(OPEN, form=Form.QA), a_draft("清真饮食怎么吃"), {REF: STATEMENT})
    assert (asked.style, asked.customs, asked.language) == (Style.QUESTIONS, (Custom.HALAL,), Language.SIMPLIFIED)
    assert propose(OPEN, a_draft("དབྱིན", "དབྱིན"), {REF: STATEMENT}).language is Language.TIBETAN


def test_what_the_editor_planned_is_kept() -> None:
    planned = replace(OPEN.tags, stages=(Stage.FOLLOW_UP,), style=Style.STORY)
    proposed = propose(replace(OPEN, tags=planned), a_draft("术前须知"), {REF: STATEMENT})
    assert (proposed.stages, proposed.style) == ((Stage.FOLLOW_UP,), Style.STORY)


@pytest.mark.parametrize(
    ("tags", "field"),
    [
        (replace(OPEN.tags, codes=("E11", "糖尿病")), "tags.codes"),
        (replace(OPEN.tags, codes=("E1",)), "tags.codes"),
        (replace(OPEN.tags, treatments=("二甲双胍",)), "tags.treatments"),
        (replace(OPEN.tags, treatments=("Z10BA02",)), "tags.treatments"),
        (replace(OPEN.tags, procedures=("knee",)), "tags.procedures"),
    ],
)
def test_an_unknown_code_is_refused_with_its_field(tags: Tags, field: str) -> None:
    with pytest.raises(TagUnknown) as refused:
        check_tags(tags)
    assert refused.value.field == field


@pytest.mark.parametrize("code", ["E11", "E11.9", "E11.900", "E11.900X001", "I10.X00", "C50.9", "Z95.5", "G63.2*"])
def test_codes_as_hospitals_write_them_are_known(code: str) -> None:
    check_tags(replace(OPEN.tags, codes=(code,), treatments=("A10BA02", "C09A"), procedures=("81.54", "39")))
