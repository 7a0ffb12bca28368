"""What a doctor reads of the compliance check before she signs: the words and their law, not the names of rules."""

from __future__ import annotations

from dataclasses import replace

from chalicelib.views import verdicts
from narrowcast.domain.content import ComplianceChecked, Content
from narrowcast.domain.control.gate import judge_channels
from narrowcast.domain.draft import Draft, Sentence
from tests.domain.test_content import CHECKED, piece

DRAFT = Draft("换药后的护理", (Sentence("有疑问请加微信咨询。"),))


def _judged(draft: Draft, pack: str = "2026.11") -> Content:
    report = ComplianceChecked(1, pack, passed=True, channels=judge_channels(draft))
    judged: Content = replace(piece(*CHECKED).state, draft=draft, compliance=report)
    return judged


def test_a_hit_is_told_by_its_words_and_their_law_on_the_channels_it_matters_on() -> None:
    shown = {each.channel: each for each in verdicts(_judged(DRAFT))}
    assert shown["本院患者"].hits == ()
    assert [hit for each in shown.values() for hit in each.hits if "加微信" in hit and "《" in hit]
    assert not [hit for each in shown.values() for hit in each.hits if "lead_traffic" in hit]


def test_where_the_pack_is_gone_the_rules_on_record_are_named() -> None:
    assert any("lead_traffic" in each.hits for each in verdicts(_judged(DRAFT, "2001.01")))


def test_a_text_that_was_not_judged_has_no_verdicts() -> None:
    assert verdicts(replace(piece(*CHECKED).state, compliance=None)) == ()
