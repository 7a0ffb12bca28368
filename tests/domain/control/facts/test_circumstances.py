"""A doctor's word, a beginning, a second medicine, a dose left out: one limit in many turns of speech."""

from __future__ import annotations

import pytest

from narrowcast.domain.control.facts import check_sentence
from narrowcast.domain.control.facts.circumstances import told_plainly

WARFARIN = "未经医生同意不得停用华法林。"
IRON = "血红蛋白恢复正常后仍需继续补铁4～6个月。"
SERTRALINE = "症状缓解后应继续服药6～12个月，停药时须逐渐减量。"
MISSED = "漏服时间不足12小时应立即补服，超过12小时则跳过，不可加倍。"
DROPS = "与其他滴眼液合用时，两药至少间隔5分钟。"
FIRST = "用药初期可能有灼热感。"
UNMET = "血压未达标时遵医嘱可增至10mg。"
ZINC = "6月龄以上腹泻患儿补锌每日20mg，6月龄以下每日10mg。"
AGED = "儿童急性腹泻，每次腹泻后，6月龄以下补50mL，6月龄～2岁补100mL，2～10岁补150mL。"

ACCEPTED = [
    (WARFARIN, "停华法林必须先得到医生同意。"),
    (WARFARIN, "只有医生同意了，才能停华法林。"),
    (WARFARIN, "除非医生同意，否则不要停华法林。"),
    (WARFARIN, "没有得到医生的同意，不可以停用华法林。"),
    (WARFARIN, "想停用华法林，必须先得到医生同意。"),
    (WARFARIN, "停用华法林前必须征得医生同意。"),
    (IRON, "血红蛋白恢复正常了，补铁还不能停，还要再补4～6个月。"),
    (IRON, "血红蛋白恢复正常后别马上停，仍需补铁4～6个月。"),
    (DROPS, "如果还要点别的滴眼液，两药之间至少间隔5分钟。"),
    (FIRST, "开始用药的时候可能会有灼热感。"),
    (UNMET, "血压没有达标，可以按医生的嘱咐加到10mg。"),
    (UNMET, "在医生嘱咐下，血压未达标者可以加到10mg。"),
    (ZINC, "6个月以下的腹泻患儿，补锌每天10毫克。"),
    ("拔牙后应咬紧棉球30～40分钟。", "牙拔完，把棉球咬紧30到40分钟。"),
    ("石膏固定期间应抬高患肢。", "正打着石膏固定，患肢要抬高。"),
    ("不能耐受秋水仙碱者可用依托考昔。", "受不了秋水仙碱的人，可以用依托考昔。"),
    ("除医生要求外，不宜自行测量立位血压。", "除非医生要求，不宜自行测量立位血压。"),
    ("有黄疸者应立即就医。", "凡是有黄疸的人，都应立即就医。"),
    ("白内障术后避免揉眼和剧烈运动。", "白内障术后别揉眼睛。"),
    ("新生儿脐带脱落前脐部应保持干燥。", "脐带脱落之前，脐部要保持干燥。"),
    ("强直阵挛发作持续超过5分钟应拨打120。", "强直阵挛发作超过5分钟还没停，要打120。"),
    ("调整剂量后4～6周复查TSH。", "改了剂量以后，4～6周复查TSH。"),
    ("调整剂量后4～6周复查TSH。", "剂量调整过，4到6周复查TSH。"),
    ("月经期应避免阴道用药。", "来月经的那几天，避免阴道用药。"),
    ("拟行大手术者应停用达格列净。", "准备接受大手术的患者，要停用达格列净。"),
    ("病程8～10年以上者应行结肠镜检查。", "患病已经有8到10年以上的人，应做结肠镜检查。"),
    ("3天内体重增加2kg以上，或1天内增加1kg以上，应联系医生。", "3天内体重增加2kg以上，要联系医生。"),
    (AGED, "急性腹泻的孩子，2到10岁的，每次腹泻后补150ml。"),
]
REFUSED = [
    (WARFARIN, "不得停用华法林。"),
    (WARFARIN, "停用华法林必须先得到药师同意。"),
    (WARFARIN, "停华法林不用医生同意。"),
    (WARFARIN, "停用华法林后必须告诉医生。"),
    (IRON, "血红蛋白恢复正常后可以停止补铁。"),
    (SERTRALINE, "症状缓解以后，就可以停药了。"),
    (MISSED, "漏服没到12小时，这一次就不补了。"),
    (MISSED, "漏服就跳过，不可加倍。"),
    (DROPS, "两药至少间隔5分钟。"),
    (FIRST, "用药后期可能有灼热感。"),
    (UNMET, "血压未达标时可增至10mg。"),
    (UNMET, "遵医嘱可增至10mg。"),
    (ZINC, "6个月以下的腹泻患儿，补锌每天20毫克。"),
    ("调整剂量后4～6周复查TSH。", "4～6周复查TSH。"),
    ("月经期应避免阴道用药。", "避免阴道用药。"),
    ("拟行大手术者应停用达格列净。", "患者要停用达格列净。"),
    ("3天内体重增加2kg以上，或1天内增加1kg以上，应联系医生。", "体重增加要联系医生。"),
    (AGED, "急性腹泻的大人，每次腹泻后补150ml。"),
    (AGED, "急性腹泻的孩子，2到10岁的，每次腹泻后补100ml。"),
    ("拔牙后应咬紧棉球30～40分钟。", "把棉球咬紧30到40分钟。"),
    ("石膏固定期间应抬高患肢。", "患肢要抬高。"),
    ("不能耐受秋水仙碱者可用依托考昔。", "耐受秋水仙碱的人，可以用依托考昔。"),
    ("除医生要求外，不宜自行测量立位血压。", "不宜自行测量立位血压。"),
    ("白内障术后避免揉眼和剧烈运动。", "白内障术后别运动。"),
    ("强直阵挛发作持续超过5分钟应拨打120。", "强直阵挛发作要打120。"),
    ("服用坦索罗辛初期可能出现体位性低血压，起身应缓慢。", "吃坦索罗辛可能一直有体位性低血压，起身要慢。"),
    (
        "拔牙后疼痛者可口服对乙酰氨基酚0.5g，必要时6小时后重复1次。",
        "拔牙后疼痛，可以吃对乙酰氨基酚0.5克，6小时后再吃一次。",
    ),
    ("甲减治疗初期每4～6周复查，达标后可每6～12个月复查1次。", "甲减患者每6到12个月复查一次就可以。"),
]
PLAINLY = [
    ("停药必须先得到医生同意。", "未经医生同意不得停药。"),
    ("开始用药的时候，", "用药初期，"),
    ("则跳过，不可加倍。", "则不补服，不可加倍。"),
    ("不要跳过早餐。", "不要跳过早餐。"),
    ("按照医生的嘱咐服用。", "遵医嘱服用。"),
    ("按医生规定的剂量服用。", "按医生规定的剂量服用。"),
]


@pytest.mark.parametrize(("fact", "sentence"), ACCEPTED)
def test_a_circumstance_in_other_words_is_supported(fact: str, sentence: str) -> None:
    assert check_sentence(sentence, [fact]).reasons == ()


@pytest.mark.parametrize(("fact", "sentence"), REFUSED)
def test_a_circumstance_that_is_lost_or_another_is_refused(fact: str, sentence: str) -> None:
    assert not check_sentence(sentence, [fact]).supported


@pytest.mark.parametrize(("said", "plain"), PLAINLY)
def test_a_circumstance_is_rewritten_as_the_condition_it_is(said: str, plain: str) -> None:
    assert told_plainly(said) == plain
    assert told_plainly(plain) == plain
