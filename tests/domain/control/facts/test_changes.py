"""What changes or goes badly, told against how it was; never to the other side, of nothing else."""

from __future__ import annotations

import pytest

from narrowcast.domain.control.facts import check_sentence

TOLD = [
    ("每日监测体重，若较前1日增加超过2kg，应联系医生。", "每天称一称体重，要是比前一天重了两公斤以上，就得联系医生。"),
    ("胎动12小时少于10次或明显减少，应立即就诊。", "胎动12小时里不到10次，或者比平时明显少了，要马上就诊。"),
    ("术后如出现眼痛加剧、视力突然下降，应立即返院。", "手术后眼睛越来越疼，或者视力突然下降，要立刻回医院。"),
    ("伤口红肿范围扩大时，联系护士。", "伤口红肿范围越来越大，请联系护士。"),
    ("妊娠后左甲状腺素需要量通常增加。", "怀孕以后，左甲状腺素的需要量通常会比原来多。"),
    ("脑卒中后吞咽障碍者进食时应取坐位。", "中风以后吞咽不好的人，吃饭要坐着。"),
    ("睡眠不佳者睡前不饮咖啡。", "睡眠比较差的人，睡觉前不要喝咖啡。"),
    ("肾功能不全者禁用二甲双胍。", "肾功能不好的人不能用二甲双胍。"),
]
TURNED = [
    ("妊娠后左甲状腺素需要量通常增加。", "怀孕以后，左甲状腺素的需要量通常会比原来少。"),
    ("每日监测体重，若较前1日增加超过2kg，应联系医生。", "每天称体重，要是比前一天轻了两公斤以上，就得联系医生。"),
    ("胎动明显减少应立即就诊。", "胎动比平时多了要马上就诊。"),
    ("术后如出现眼痛加剧，应立即返院。", "手术后眼睛疼比原来轻了，要立刻回医院。"),
    ("伤口红肿范围扩大时，联系护士。", "伤口红肿范围越来越小，请联系护士。"),
    ("用药后尿量增加属正常现象。", "用药后尿量越来越少是正常现象。"),
    ("肾功能不全者禁用二甲双胍。", "肝功能不好的人不能用二甲双胍。"),
    ("肾功能不全者禁用二甲双胍。", "心功能不好的人不能用二甲双胍。"),
    ("华法林与甲硝唑合用增加出血风险。", "华法林和抗生素合用会增加出血风险。"),
]


@pytest.mark.parametrize(("fact", "sentence"), TOLD)
def test_a_change_and_what_goes_badly_may_be_told_in_plain_words(fact: str, sentence: str) -> None:
    assert check_sentence(sentence, [fact]).reasons == ()


@pytest.mark.parametrize(("fact", "sentence"), TURNED)
def test_no_change_is_told_to_the_other_side_or_of_something_else(fact: str, sentence: str) -> None:
    assert not check_sentence(sentence, [fact]).supported
