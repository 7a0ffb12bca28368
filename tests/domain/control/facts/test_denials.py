"""What a condition denies stays denied, what it tells stays told."""

from __future__ import annotations

import pytest

from narrowcast.domain.control.facts import check_sentence
from narrowcast.domain.control.facts.denials import denied_in, told_in
from narrowcast.domain.control.facts.lexer import lex

UNMET = "血压未达标时遵医嘱可增至10mg。"
EAR = "急性化脓性中耳炎鼓膜未穿孔时可用1%酚甘油滴耳，每日3次；鼓膜穿孔后应立即停用。"
STONES = "痛风石患者血尿酸应控制在300μmol/L以下。"

TURNED = [
    (UNMET, "血压达标时遵医嘱可增至10mg。"),
    (EAR, "急性化脓性中耳炎鼓膜穿孔时，可用1%酚甘油滴耳，每天3次。"),
    (STONES, "没有痛风石的朋友，血尿酸要控制在300μmol/L以下。"),
    ("未规律服药者应复诊。", "规律服药的人应复诊。"),
    ("无发热者可接种流感疫苗。", "发热的人可接种流感疫苗。"),
    ("发热者应暂缓接种流感疫苗。", "没有发热的人应暂缓接种流感疫苗。"),
]
KEPT = [
    (UNMET, "血压还没达标的话，遵医嘱可以增至10mg。"),
    (STONES, "长了痛风石的朋友，血尿酸要控制在300μmol/L以下。"),
    ("水疱未结痂前避免接触孕妇。", "在水疱结痂以前，请避免接触孕妇。"),
    ("震颤消失时立即联系透析室。", "一旦震颤没有了，马上联系透析室。"),
    ("未规律服药者应复诊。", "没有规律服药的人应复诊。"),
]


@pytest.mark.parametrize(("fact", "sentence"), TURNED)
def test_a_condition_that_is_turned_is_refused(fact: str, sentence: str) -> None:
    assert not check_sentence(sentence, [fact]).supported


@pytest.mark.parametrize(("fact", "sentence"), KEPT)
def test_a_condition_in_other_words_is_kept(fact: str, sentence: str) -> None:
    assert check_sentence(sentence, [fact]).reasons == ()


def test_a_denial_reaches_the_first_word_after_it() -> None:
    tokens = lex("血压未达标，头晕")
    assert "w:达标" in denied_in(tokens)
    assert told_in(tokens) == frozenset().union(*(token.ids | token.parts for token in tokens if token.text == "头晕"))
