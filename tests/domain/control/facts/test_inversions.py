"""Turns of speech that are told the other way round are refused, beside their faithful twins."""

from __future__ import annotations

import pytest

from narrowcast.domain.control.facts.checker import check_sentence

BREATH = "停药4周后复查呼气试验，复查前2周停用质子泵抑制剂。"
SKIN = "皮肤过敏原点刺试验前至少停用抗组胺药7天。"
DROPS = "使用两种以上滴眼液时，应间隔5～10分钟。"
METHOTREXATE = "备孕、妊娠及哺乳期妇女禁用甲氨蝶呤；男女双方停药至少3个月后方可备孕。"
SERTRALINE = "舍曲林不可与单胺氧化酶抑制剂合用，停用后者至少14天才可开始服用。"
STATIN = "他汀治疗开始后4～8周复查血脂和肝功能，转氨酶升高达正常上限3倍以上应停药。"
ALLOPURINOL = "服用别嘌醇前建议检测HLA-B*5801基因，阳性者禁用别嘌醇；出现皮疹应立即停药并就医。"
GOUT = "痛风发作期间，已在服用降尿酸药的患者不必停药；尚未开始者应在疼痛缓解2~4周后再启动降尿酸治疗。"
SURGERY = "手术当日晨可用少量清水服用降压药β受体阻滞剂；ACEI和ARB类降压药术前24小时停用；SGLT2抑制剂术前至少3天停用。"
TSH = "妊娠期甲减患者每4周复查一次TSH，直至妊娠20周。"
PAIN = "爆发痛时，可给予吗啡即释片，剂量为前24小时总量的10%–20%。"
CONTRAST = "既往有碘对比剂严重过敏史者禁止使用碘对比剂。"
IRON = "口服铁剂不能耐受者，可改用静脉铁剂。"
BONES = (
    "阿仑膦酸钠70mg，每周1次，早餐前至少30分钟用200ml白开水送服，服后30分钟内不可平卧。"
    "唑来膦酸5mg静脉滴注，每年1次，滴注时间不少于15分钟；肌酐清除率低于35ml/min者禁用。"
)
DOSE = "舍曲林起始50mg，每日1次，早或晚服用均可；1周后按需每周增加50mg，最大200mg/日。"
ARM = "患侧上肢禁止测血压、抽血和输液，提物不超过5kg。"
COLD = "术后48小时内局部冷敷，48小时后改为热敷。"

SALT = "多饮水，少吃盐。"


@pytest.mark.parametrize(
    ("sentence", "fact"),
    [
        ("复查呼气试验之后，质子泵抑制剂要先停两周。", BREATH),
        ("打算做皮肤过敏原点刺试验的朋友，抗组胺药得提前停，最多停够一周。", SKIN),
        ("如果要用两种以下的眼药水，每种之间请隔开5到10分钟。", DROPS),
        ("夫妻两人都要停甲氨蝶呤满3个月，才能停止备孕。", METHOTREXATE),
        ("停掉单胺氧化酶抑制剂满两周以上，才可以停止吃舍曲林。", SERTRALINE),
        ("停止他汀治疗以后，过4到8周要回来复查血脂、肝功能。", STATIN),
        ("在您停止吃别嘌醇之前，建议先查一下HLA-B*5801基因；如果结果是阳性，就不能用这个药。", ALLOPURINOL),
        ("如果还没停止降尿酸，请等疼痛缓解两到四周以后再开始用药。", GOUT),
        ("ACEI和ARB类的降压药，手术后一天（24小时）就要停。", SURGERY),
        ("怀孕的甲减患者，孕20周之后每隔4周查一次TSH。", TSH),
        ("出现爆发痛的时候，可以用吗啡即释片，用量是之后24小时总量的10%到20%。", PAIN),
        ("以后对碘对比剂发生过严重过敏的人，禁止再用碘对比剂。", CONTRAST),
        ("如果注射的铁剂实在受不了，可以换成静脉铁剂。", IRON),
        ("阿仑膦酸钠是每周一次注射，唑来膦酸是每年一次静脉滴注。", BONES),
        ("舍曲林吃满一周以后，可按需要每星期加50毫克，一周最多200毫克。", DOSE),
        ("患侧下肢不要测血压、抽血、输液。", ARM),
        ("手术后头两天在局部做热敷，两天以后换成热敷。", COLD),
        ("多喝水，多吃盐。", SALT),
        ("少喝水，少吃盐。", SALT),
    ],
)
def test_a_turn_told_the_other_way_round_is_refused(sentence: str, fact: str) -> None:
    assert not check_sentence(sentence, [fact]).supported


@pytest.mark.parametrize(
    ("sentence", "fact"),
    [
        ("复查呼气试验之前，质子泵抑制剂要先停两周。", BREATH),
        ("打算做皮肤过敏原点刺试验的朋友，抗组胺药得提前停，至少停够一周。", SKIN),
        ("如果要用两种以上的眼药水，每种之间请隔开5到10分钟。", DROPS),
        ("夫妻两人都要停甲氨蝶呤满3个月，才能开始备孕。", METHOTREXATE),
        ("停掉单胺氧化酶抑制剂满两周以上，才可以开始吃舍曲林。", SERTRALINE),
        ("开始他汀治疗以后，过4到8周要回来复查血脂、肝功能。", STATIN),
        ("在您开始吃别嘌醇之前，建议先查一下HLA-B*5801基因；如果结果是阳性，就不能用这个药。", ALLOPURINOL),
        ("如果还没开始降尿酸，请等疼痛缓解两到四周以后再开始用药。", GOUT),
        ("ACEI和ARB类的降压药，手术前一天（24小时）就要停。", SURGERY),
        ("怀孕的甲减患者，孕20周之前每隔4周查一次TSH。", TSH),
        ("出现爆发痛的时候，可以用吗啡即释片，用量是之前24小时总量的10%到20%。", PAIN),
        ("以前对碘对比剂发生过严重过敏的人，禁止再用碘对比剂。", CONTRAST),
        ("如果口服的铁剂实在受不了，可以换成静脉铁剂。", IRON),
        ("阿仑膦酸钠是每周一次口服，唑来膦酸是每年一次静脉滴注。", BONES),
        ("舍曲林吃满一周以后，可按需要每星期加50毫克，一天最多200毫克。", DOSE),
        ("患侧上肢不要测血压、抽血、输液。", ARM),
        ("手术后头两天在局部做冷敷，两天以后换成热敷。", COLD),
        ("多喝水，盐要少吃。", SALT),
    ],
)
def test_the_turn_as_the_facts_have_it_passes(sentence: str, fact: str) -> None:
    assert check_sentence(sentence, [fact]).supported
