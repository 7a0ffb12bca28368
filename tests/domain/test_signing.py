"""What a signature covers: every word, fact, tag and verdict that a patient's safety hangs on."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given as given_any
from hypothesis import strategies as st

from narrowcast.domain.content import ChannelVerdict, CitedFact, Content, Objection, Tags
from narrowcast.domain.draft import Draft, FactRef, Sentence
from narrowcast.domain.signing import canonical, document_hash, signed_form
from narrowcast.domain.vocabulary import AgeBand, Audience, Form, Risk, Section, Stage
from tests.domain.test_content import CHECKED, piece

STATE: Content = piece(*CHECKED).state
CITED_ONCE = CHECKED[2].cited[0]
LATER = date(2027, 6, 30)
TEXTS = st.text(st.characters(codec="utf-8"), max_size=8)
REFS = st.builds(FactRef, st.sampled_from(["f1", "f2"]), st.integers(1, 3))
DRAFTS = st.builds(
    Draft, TEXTS, st.lists(st.builds(Sentence, TEXTS, st.tuples() | st.tuples(REFS)), max_size=3).map(tuple)
)
TAGS = st.builds(
    Tags,
    st.sampled_from([("E11",), ("E11", "I10")]),
    st.sampled_from([(), ("A10BA02",)]),
    st.sampled_from([(), (Stage.FOLLOW_UP,)]),
    st.sampled_from([(), (AgeBand.OLDER,)]),
    st.sampled_from(Audience),
)
RULES = st.sampled_from([(), ("cure",), ("cure", "rate")])
VERDICTS = st.lists(
    st.builds(ChannelVerdict, st.sampled_from(["patient", "douyin"]), st.sampled_from(["pass", "block"]), RULES),
    max_size=2,
).map(tuple)
CITED = st.lists(
    st.builds(
        CitedFact,
        REFS,
        st.sampled_from(["ab" * 32, "cd" * 32]),
        st.sampled_from([date(2026, 6, 30), date(2027, 6, 30)]),
        st.sampled_from(["sg-chen", "sg-li"]),
        st.sampled_from([Risk.SAFETY, Risk.GENERAL]),
    ),
    max_size=2,
).map(tuple)
OBJECTIONS = st.lists(st.builds(Objection, st.integers(0, 1), st.just("dose"), TEXTS, TEXTS), max_size=2).map(tuple)


@st.composite
def states(draw: st.DrawFn) -> Content:
    """A checked piece with anything in the places that the signature covers."""
    assert STATE.facts_check
    assert STATE.compliance
    topic = replace(
        STATE.topic,
        tags=draw(TAGS),
        form=draw(st.sampled_from(Form)),
        section=draw(st.sampled_from(Section)),
        must_carry=draw(st.lists(REFS, max_size=2).map(tuple)),
    )
    return replace(
        STATE,
        plan=topic,
        revision=draw(st.integers(1, 3)),
        draft=draw(DRAFTS),
        facts_check=replace(
            STATE.facts_check,
            cited=draw(CITED),
            objections=draw(OBJECTIONS),
            passed=draw(st.booleans()),
            checker=draw(st.sampled_from(["1.0.0", "1.0.1"])),
        ),
        compliance=replace(
            STATE.compliance,
            channels=draw(VERDICTS),
            passed=draw(st.booleans()),
            pack=draw(st.sampled_from(["a", "b"])),
        ),
    )


def covered(state: Content) -> tuple[Any, ...]:
    """The covered values as they are, so that the test does not repeat the canonical form."""
    facts, compliance = state.facts_check, state.compliance
    assert facts
    assert compliance
    topic = state.topic
    return (
        state.revision, state.draft, topic.tags, topic.form, topic.section, topic.must_carry,
        facts.checker, facts.passed, facts.objections, facts.cited,
        compliance.pack, compliance.passed, compliance.channels,
    )  # fmt: skip


@given_any(states(), states())
def test_two_documents_have_the_same_hash_only_if_all_they_cover_is_the_same(one: Content, other: Content) -> None:
    same = document_hash("renhe", "c1", one) == document_hash("renhe", "c1", other)
    assert same == (covered(one) == covered(other))


@pytest.mark.parametrize(
    "change",
    [
        lambda s: replace(s, revision=2),
        lambda s: replace(s, draft=replace(s.draft, title="认识1型糖尿病")),
        lambda s: replace(s, draft=Draft(s.draft.title, (replace(s.draft.sentences[0], text="2型糖尿病是急性病。"),))),
        lambda s: replace(s, draft=Draft(s.draft.title, (replace(s.draft.sentences[0], facts=(FactRef("f", 2),)),))),
        lambda s: replace(s, draft=replace(s.draft, sentences=(*s.draft.sentences, Sentence("")))),
        lambda s: replace(s, plan=replace(s.plan, form=Form.QA)),
        lambda s: replace(s, plan=replace(s.plan, section=Section.DIET)),
        lambda s: replace(s, plan=replace(s.plan, tags=replace(s.plan.tags, codes=("E10",)))),
        lambda s: replace(s, plan=replace(s.plan, tags=replace(s.plan.tags, treatments=("A10BA02",)))),
        lambda s: replace(s, plan=replace(s.plan, tags=replace(s.plan.tags, stages=(Stage.PRE_OP,)))),
        lambda s: replace(s, plan=replace(s.plan, tags=replace(s.plan.tags, age_bands=(AgeBand.TEEN,)))),
        lambda s: replace(s, plan=replace(s.plan, tags=replace(s.plan.tags, audience=Audience.CARER))),
        lambda s: replace(s, facts_check=replace(s.facts_check, cited=(replace(CITED_ONCE, digest="0" * 64),))),
        lambda s: replace(s, facts_check=replace(s.facts_check, cited=(CITED_ONCE, CITED_ONCE))),
        lambda s: replace(s, facts_check=replace(s.facts_check, cited=(replace(CITED_ONCE, author="sg-chen"),))),
        lambda s: replace(s, facts_check=replace(s.facts_check, cited=(replace(CITED_ONCE, risk=Risk.SAFETY),))),
        lambda s: replace(s, facts_check=replace(s.facts_check, cited=(replace(CITED_ONCE, valid_until=LATER),))),
        lambda s: replace(s, facts_check=replace(s.facts_check, objections=(Objection(0, "dose", "5", "50"),))),
        lambda s: replace(s, plan=replace(s.plan, must_carry=(FactRef("dm-sugar", 1),))),
        lambda s: replace(s, facts_check=replace(s.facts_check, passed=False)),
        lambda s: replace(s, facts_check=None),
        lambda s: replace(s, compliance=replace(s.compliance, pack="2026.12")),
        lambda s: replace(s, compliance=replace(s.compliance, channels=(ChannelVerdict("patient", "warn", ()),))),
        lambda s: replace(s, compliance=replace(s.compliance, channels=(ChannelVerdict("patient", "pass", ("x",)),))),
        lambda s: replace(s, compliance=replace(s.compliance, passed=False)),
        lambda s: replace(s, compliance=None),
    ],
)  # fmt: skip
def test_the_change_of_one_covered_field_changes_the_hash(change: Callable[[Any], Content]) -> None:
    assert document_hash("renhe", "c1", change(STATE)) != document_hash("renhe", "c1", STATE)


def test_the_same_piece_elsewhere_is_another_document() -> None:
    hashes = {document_hash(*where, STATE) for where in (("renhe", "c1"), ("renhe", "c2"), ("kangning", "c1"))}
    assert len(hashes) == 3


def test_a_signature_also_covers_the_signer_the_moment_and_the_label() -> None:
    noon = datetime(2026, 1, 5, 12, tzinfo=UTC)
    usual: dict[str, Any] = {"signer_id": "sg-chen", "signed_at": noon, "label": "标识"}
    others: list[dict[str, Any]] = [{"signer_id": "sg-li"}, {"signed_at": noon.replace(second=1)}, {"label": "无"}]
    forms = {signed_form("renhe", "c1", STATE, **(usual | other)) for other in ({}, *others)}
    assert len(forms) == 4


def test_anyone_can_rebuild_the_canonical_form_from_plain_json() -> None:
    form = canonical({"b": "二甲双胍", "a": [1, None]})
    assert form == '{"a":[1,null],"b":"二甲双胍"}'.encode()
    rebuilt = json.dumps(json.loads(form), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert hashlib.sha256(rebuilt.encode()).digest() == hashlib.sha256(form).digest()
