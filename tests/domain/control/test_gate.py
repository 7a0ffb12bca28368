"""The gate: an open piece under a signature that covers it, a text that its facts carry, and nothing else."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from narrowcast.domain.content import ContentRecalled, ContentReopened, FactOutdated, Objection, Signature, Status
from narrowcast.domain.control.claims import CHANNELS
from narrowcast.domain.control.gate import TITLE, Gate, judge_channels, object_to, remarks
from narrowcast.domain.draft import Draft, FactRef, FactText, Sentence
from narrowcast.domain.signing import form_of
from narrowcast.domain.vocabulary import Risk, Section
from tests.domain.test_content import AFTER_PUBLICATION, AFTER_SIGNING, AT_DOCTOR, CHECKED, FACT, SIGNED, piece

STATE = piece(*AFTER_PUBLICATION).state
WHERE = ("renhe", "c1")
DAY = date(2026, 1, 6)
SUGAR = FactRef("dm-sugar", 1)
FACTS = {
    ref: FactText(ref, text, Section.DISEASE, Risk.SAFETY)
    for ref, text in ((FACT, "2型糖尿病需要长期管理。"), (SUGAR, "发生低血糖时应立即吃15克葡萄糖。"))
}
FAITHFUL = Draft("认识2型糖尿病", tuple(Sentence(FACTS[ref].text, (ref,)) for ref in FACTS))


def gate_for(state: Any) -> Gate:
    """A gate whose key signed exactly this state."""
    form = form_of(*WHERE, state, SIGNED)
    return Gate(lambda shown, signature: (shown, signature) == (form, SIGNED.signature))


def test_an_open_piece_under_its_own_signature_passes_through_its_last_day() -> None:
    assert gate_for(STATE).lets_pass(*WHERE, STATE, on=date(2026, 6, 30))
    assert not gate_for(STATE).lets_pass(*WHERE, STATE, on=date(2026, 7, 1))


@pytest.mark.parametrize(
    "events",
    [
        (),
        CHECKED,
        AT_DOCTOR,
        AFTER_SIGNING,
        (*AFTER_PUBLICATION, ContentRecalled("x")),
        (*AFTER_PUBLICATION, FactOutdated(FACT, "x")),
        (*AFTER_PUBLICATION, ContentReopened("x", Status.PUBLISHED)),
    ],
    ids=["nothing", "checked", "at the doctor", "signed", "recalled", "outdated", "reopened"],
)
def test_a_piece_that_is_not_open_does_not_pass_whatever_key_vouches_for_it(events: tuple[Any, ...]) -> None:
    assert not Gate(lambda _form, _signature: True).lets_pass(*WHERE, piece(*events).state, on=DAY)


def test_a_piece_elsewhere_or_changed_or_under_another_signature_does_not_pass() -> None:
    gate = gate_for(STATE)
    forged = replace(STATE, signed=replace(SIGNED, signature=Signature("Zm9v", "k", "ECDSA_SHA_256")))
    assert gate.signed(*WHERE, STATE)
    assert not gate.signed("renhe", "c2", STATE)
    assert not gate.signed(*WHERE, replace(STATE, draft=FAITHFUL))
    assert not gate.signed(*WHERE, forged)


def test_a_text_that_its_facts_carry_and_that_leaves_nothing_out_has_no_objection() -> None:
    assert object_to(FAITHFUL, FACTS, (SUGAR,)) == ()


def test_an_unsupported_sentence_a_missing_safety_fact_and_an_empty_text_are_objected_to() -> None:
    wrong = Draft(FAITHFUL.title, (replace(FAITHFUL.sentences[1], text="发生低血糖时应立即吃50克葡萄糖。"),))
    assert {(each.sentence, each.kind) for each in object_to(wrong, FACTS, ())} == {(0, "dose")}
    short = Draft(FAITHFUL.title, FAITHFUL.sentences[:1])
    assert object_to(short, FACTS, (SUGAR,)) == (Objection(1, "omission", FACTS[SUGAR].text, ""),)
    assert object_to(Draft("题", ()), FACTS, ()) == (Objection(0, "new_claim", "至少一句", "空"),)


def test_the_gate_reads_no_checker_before_one_is_asked() -> None:
    asked = [sys.executable, "-c", "import sys, narrowcast.domain.control.gate; print(*sys.modules)"]
    told = subprocess.run(asked, check=True, capture_output=True, text=True)  # noqa: S603 - ourselves
    loaded = {name.removeprefix("narrowcast.domain.control.") for name in told.stdout.split()}
    assert "gate" in loaded
    assert not loaded & {"facts.checker", "claims.pack"}


def test_each_claim_is_told_where_it_stands_with_its_law_and_a_lawful_wording() -> None:
    draft = Draft("保证治愈糖尿病", (Sentence("您好。"), Sentence("请加 微 信咨询。")))
    title, contact = remarks(draft)
    assert (title.sentence, title.start, title.end, title.text) == (TITLE, 0, 4, "保证治愈")
    assert (contact.sentence, draft.sentences[1].text[contact.start : contact.end]) == (1, contact.text)
    assert "广告法" in title.law
    assert title.suggestion
    assert title.severities == dict.fromkeys(CHANNELS, "block")
    assert "patient" not in contact.severities


def test_a_claim_after_the_end_of_a_line_belongs_to_its_own_sentence() -> None:
    draft = Draft("说明", (Sentence("早晚各一次"), Sentence("根治糖尿病")))
    assert {(each.sentence, each.start) for each in remarks(draft)} == {(1, 0)}


def test_a_pack_that_no_release_has_any_more_leaves_the_verdict_without_words() -> None:
    assert remarks(Draft("保证治愈糖尿病", ()), "2001.01") == ()


def test_a_text_is_judged_for_every_channel_with_its_title() -> None:
    verdicts = {each.channel: each for each in judge_channels(Draft("保证治愈糖尿病", FAITHFUL.sentences))}
    assert tuple(verdicts) == CHANNELS
    assert (verdicts["patient"].label, verdicts["douyin"].label) == ("block", "block")
    assert verdicts["douyin"].rules
