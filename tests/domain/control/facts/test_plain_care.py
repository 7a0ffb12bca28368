"""Care said at home and on the ward is what its fact writes; another drug form, step, side or time is not."""

from __future__ import annotations

import pytest

from narrowcast.domain.control.facts import check_sentence


@pytest.mark.parametrize(
    ("fact", "sentence"),
    [
        ("两种滴眼液间隔5分钟，瓶口不得触及眼睑。", "两种眼药水隔开5分钟，瓶嘴儿不能碰到眼皮。"),
        ("造口底盘渗漏时随时更换。", "造口底盘漏了，随时换。"),
        ("导管脱出时应固定并立即返院，不得自行送回。", "管子滑出来了，要固定住，马上回医院，不能自己往里送。"),
        ("接种部位红肿一般无需处理。", "打针的地方红肿，一般不用管它。"),
        ("测压前静坐5分钟。", "量血压之前先安静坐5分钟。"),
        ("起始剂量每日5 mg，每2周递增。", "起步量是每天5毫克，每两周往上加。"),
    ],
)
def test_care_in_plain_words_is_what_its_fact_writes(fact: str, sentence: str) -> None:
    assert check_sentence(sentence, [fact]).supported


@pytest.mark.parametrize(
    ("fact", "sentence"),
    [
        ("两种滴眼液间隔5分钟，瓶口不得触及眼睑。", "两种眼药水隔开5分钟，瓶嘴儿可以碰到眼皮。"),
        ("造口底盘渗漏时随时更换。", "造口底盘没漏也随时换。"),
        ("导管脱出时应固定并立即返院，不得自行送回。", "管子滑出来了，自己往里送，再回医院。"),
        ("接种部位红肿一般无需处理。", "打针的地方红肿，一般要马上看医生。"),
        ("测压前静坐5分钟。", "量完血压以后安静坐5分钟。"),
        ("起始剂量每日5 mg，每2周递增。", "起步量是每天5毫克，每两周往下减。"),
    ],
)
def test_care_in_plain_words_is_no_more_than_its_fact_writes(fact: str, sentence: str) -> None:
    assert not check_sentence(sentence, [fact]).supported
