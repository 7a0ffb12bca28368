"""The kind of a medicine beside its name says nothing new; alone or of another medicine it does."""

from __future__ import annotations

import pytest

from narrowcast.domain.control.facts import check_sentence

NAMED = [
    ("布洛芬每次5ml，间隔6小时以上。", "退烧药布洛芬每次5毫升，隔六小时以上再吃。"),
    ("阿司匹林避免与布洛芬合用。", "阿司匹林不要和止痛药布洛芬一起用。"),
    ("华法林与甲硝唑合用增加出血风险。", "抗凝药华法林和甲硝唑一起用，出血风险会增加。"),
]
UNNAMED = [
    ("布洛芬每次5ml，间隔6小时以上。", "止吐药布洛芬每次5毫升，隔六小时以上再吃。"),
    ("布洛芬每次5ml，间隔6小时以上。", "退烧药每次5毫升，隔六小时以上再吃。"),
    ("布洛芬每次5ml，间隔6小时以上。", "退烧药对乙酰氨基酚每次5毫升，隔六小时以上再吃。"),
    ("阿司匹林避免与布洛芬合用。", "阿司匹林不要和止痛药一起用。"),
    ("阿司匹林避免与布洛芬合用。", "阿司匹林这种抗血小板药不要和止痛药一起用。"),
    ("阿司匹林避免与布洛芬合用。", "退烧药阿司匹林不要和布洛芬一起用。"),
    ("氨氯地平每日1次，每次5mg。", "降压药每天一次，每次5毫克。"),
    ("氨氯地平每日1次，每次5mg。", "除了降压药氨氯地平，每天一次，每次5毫克。"),
]


@pytest.mark.parametrize(("fact", "sentence"), NAMED)
def test_the_kind_of_a_medicine_may_stand_beside_its_name(fact: str, sentence: str) -> None:
    assert check_sentence(sentence, [fact]).reasons == ()


@pytest.mark.parametrize(("fact", "sentence"), UNNAMED)
def test_a_kind_alone_or_of_another_medicine_is_no_name(fact: str, sentence: str) -> None:
    assert not check_sentence(sentence, [fact]).supported
