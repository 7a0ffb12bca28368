"""What belongs to what: the same words and numbers on another thing, under another condition, are another statement."""

from __future__ import annotations

import pytest

from narrowcast.domain.control.facts import check_sentence

TWO_DRUGS = "阿司匹林每日100mg，氯吡格雷每日75mg。"
TWO_MEASURES = "空腹血糖控制在4.4~7.0mmol/L，餐后2小时血糖低于10.0mmol/L。"
TWO_LIMITS = "别嘌醇每日100mg，肾功能不全者每日50mg。"

REFUSED = [
    (TWO_DRUGS, "阿司匹林每天75毫克，氯吡格雷每天100毫克。", "dose"),
    (TWO_MEASURES, "餐后2小时血糖控制在4.4~7.0mmol/L。", "range"),
    (TWO_LIMITS, "肾功能不全的人，别嘌醇每天100毫克。", "dose"),
    ("二甲双胍每日2次，随餐服用。", "二甲双胍每天2次，饭后2小时服用。", "duration"),
    ("布洛芬与阿司匹林不宜同时使用，胃溃疡患者禁用布洛芬。", "胃溃疡患者禁用阿司匹林。", "drug"),
    ("孕妇禁用缬沙坦。", "哺乳期妇女禁用缬沙坦。", "population"),
    ("孕妇禁用缬沙坦。", "禁用缬沙坦。", "condition_dropped"),
    ("右侧肢体偏瘫者应先穿右侧衣袖。", "左侧肢体偏瘫者应先穿左侧衣袖。", "new_claim"),
    ("布洛芬每次每公斤体重5~10mg。", "布洛芬每次5~10mg。", "condition_dropped"),
    ("建议每周运动150分钟。", "每周必须运动150分钟。", "certainty"),
    ("二甲双胍可能引起腹泻。", "二甲双胍会引起腹泻。", "certainty"),
    ("服药期间避免饮酒。", "服药期间可以饮酒。", "negation"),
    ("每日食盐不超过5g。", "每日食盐不少于5g。", "comparator"),
    ("门冬胰岛素应在餐前皮下注射。", "门冬胰岛素应在餐前肌肉注射。", "new_claim"),
    ("阿卡波糖每日3次。", "阿卡波糖每次3片。", "dose"),
    ("停药至少4周后复查。", "停药2周后复查。", "duration"),
    ("必要时可重复一次。", "可重复一次。", "condition_dropped"),
    ("术前应禁食8小时。", "术前应进食8小时。", "negation"),
    ("术前应禁食8小时。", "术前可以禁食8小时。", "certainty"),
]
ACCEPTED = [
    (TWO_DRUGS, "氯吡格雷一天75毫克，阿司匹林一天0.1克。"),
    (TWO_MEASURES, "空腹血糖要控制在4.4到7毫摩尔/升。"),
    (TWO_LIMITS, "肾功能不全的话，别嘌醇每天50毫克。"),
    ("二甲双胍每次0.5g，每日2次，随餐服用。", "二甲双胍早晚各一次，每次500毫克，跟饭一起吃。"),
    ("每日2次，每次1片。", "bid，每次一片。"),
    ("疗程14天。", "疗程两周。"),
    ("每周2次。", "一周两次。"),
    ("起始剂量为半片。", "起始剂量是0.5片。"),
    ("达标者占50%。", "达标者占一半。"),
    ("孕妇禁用缬沙坦。", "准妈妈不能用缬沙坦。"),
    ("术前8小时禁食，2小时禁饮。", "手术前8小时不要吃东西，2小时不要喝水。"),
    ("急性期不能进食。", "急性期要禁食。"),
    ("痊愈后应终身戒酒。", "痊愈后一辈子不要再喝酒。"),
    ("含防腐剂者人工泪液每日不超过6次。", "含防腐剂的人工泪液每日最多6次。"),
]


@pytest.mark.parametrize(("fact", "sentence", "kind"), REFUSED)
def test_another_thing_or_condition_is_refused_by_name(fact: str, sentence: str, kind: str) -> None:
    assert kind in {reason.kind for reason in check_sentence(sentence, [fact]).reasons}


@pytest.mark.parametrize(("fact", "sentence"), ACCEPTED)
def test_the_same_statement_in_other_words_is_supported(fact: str, sentence: str) -> None:
    assert check_sentence(sentence, [fact]).reasons == ()


def test_facts_cited_together_count_together() -> None:
    facts = ["二甲双胍每日2次。", "二甲双胍应随餐服用。"]
    assert check_sentence("二甲双胍每天两次，随餐吃。", facts).supported
    assert not check_sentence("二甲双胍每天两次，随餐吃。", facts[:1]).supported


EITHER_DRUG = "氯吡格雷75mg qd或阿司匹林100mg qd任选其一，长期二级预防。"
ZOPICLONE = "佐匹克隆成人7.5mg睡前即服，65岁以上从3.75mg开始，连续用药不超过4周。"


@pytest.mark.parametrize(
    ("fact", "sentence"),
    [
        (EITHER_DRUG, "氯吡格雷75毫克每天一次，或者阿司匹林100毫克每天一次，选一种，长期二级预防。"),
        (ZOPICLONE, "65岁以上的老人，佐匹克隆从3.75毫克开始。"),
        (ZOPICLONE, "成年人睡前吃佐匹克隆7.5毫克。"),
    ],
)
def test_each_medicine_and_each_age_keeps_its_dose(fact: str, sentence: str) -> None:
    assert check_sentence(sentence, [fact]).supported


@pytest.mark.parametrize(
    ("fact", "sentence"),
    [
        (EITHER_DRUG, "氯吡格雷100毫克每天一次，长期二级预防。"),
        (EITHER_DRUG, "阿司匹林75毫克每天一次，长期二级预防。"),
        (ZOPICLONE, "65岁以上的老人睡前服佐匹克隆7.5毫克。"),
    ],
)
def test_the_dose_of_the_other_medicine_or_age_is_refused(fact: str, sentence: str) -> None:
    assert not check_sentence(sentence, [fact]).supported
