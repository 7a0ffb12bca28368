"""Signs that count only as bad, as lasting or as placed as a fact says."""

from __future__ import annotations

import pytest

from narrowcast.domain.control.facts import check_sentence


@pytest.mark.parametrize(
    ("fact", "sentence"),
    [
        ("如出现持续出血，应立即就诊。", "一出血就要立即看医生。"),
        ("出现极度乏力时应就诊。", "乏力了就要去看医生。"),
        ("出现大咯血应立即急诊。", "咯血了立即去急诊。"),
        ("高热不退者应就诊。", "发高烧就要看医生。"),
        ("运动后胸痛应就诊。", "胸痛要看医生。"),
        ("右上腹痛应就诊。", "腹痛要看医生。"),
        ("下肢水肿应限盐。", "水肿应限盐。"),
    ],
)
def test_a_bare_sign_is_refused(fact: str, sentence: str) -> None:
    assert "condition_dropped" in {reason.kind for reason in check_sentence(sentence, [fact]).reasons}


@pytest.mark.parametrize(
    ("fact", "sentence"),
    [
        ("如出现持续出血，应立即就诊。", "要是一直出血，应立即看医生。"),
        ("高热不退者应就诊。", "高烧一直不退，应当看医生。"),
        ("运动后胸痛应就诊。", "运动以后胸口疼，应当看医生。"),
        ("下肢水肿应限盐。", "腿肿了，应限盐。"),
        ("持续胃痛或黑便应就诊。", "拉黑便应就诊。"),
    ],
)
def test_a_sign_as_bad_as_the_fact_says_passes(fact: str, sentence: str) -> None:
    assert check_sentence(sentence, [fact]).supported
