"""Amounts, sides and moments as they are put in speech, each with a twin that says something else."""

from __future__ import annotations

import pytest

from narrowcast.domain.control.facts import check_sentence

FEVER = "2月龄及以上儿童腋温≥38.5℃时，可口服对乙酰氨基酚，间隔至少4小时，24小时内不超过4次。"
ZINC = "6月龄以上患儿补锌元素20mg/d，疗程10–14天。"
NAP = "午睡不超过30分钟，下午3点后不喝咖啡。"
LIFTING = "术后4周内不提超过5kg的物品。"
PILL = "复方屈螺酮炔雌醇片每日1片，漏服未超过12小时立即补服。"
BLEEDING = "阴道出血多于月经量时，须立即就诊。"
BRIDGE = "五点支撑训练：每组10次，每日2–3组。"
WALKS = "骨质疏松患者每周可进行3次负重运动，每次约30分钟。"
INHALED = "布地奈德福莫特罗吸入粉雾剂每次1吸，每日2次。"
RISK = "高出血风险者疗程由心内科医生缩短。"
SHOULDER = "患侧肩关节避免牵拉。"
KIDNEYS = "无肾功能不全者每日蛋白质1.25–1.5g/kg。"
NO_URINE = "6小时以上无尿，立即送急诊。"
CLEAR_LIQUIDS = "胆囊切除术后次日进清流质，术后1个月内低脂饮食。"
DROPS = "两种滴眼液同时使用时，间隔不少于5分钟。"
WOUND = "伤口结痂前避免沾水。"
STOOL = "大便呈陶土色时，应立即就医。"
PREGNANT = "一旦确认怀孕，应尽早到内分泌科就诊；不可擅自停用左甲状腺素。"
GOUT = "痛风患者禁饮啤酒和白酒。"
COOLING = "不用酒精擦浴降温。"
RETENTION = "突然完全排不出尿且下腹胀痛，须立即急诊导尿。"
CATHETER = "导管脱出部分不可自行送回。"
CELLS = "白细胞<1.0×10⁹/L时不食用生食和未去皮水果。"
EYES = "硫酸阿托品滴眼液每晚睡前1滴；6–12岁、近视度数100–400度者适用。"
PLANK = "五点支撑：抬臀保持5秒，每组10次。"
STROKE = "氯吡格雷75mg qd，长期二级预防。"
OXYGEN = "静息SaO2≤88%者行长期家庭氧疗。"
OLD = "65–79岁老年人血压≥140/90mmHg应开始药物治疗；80岁及以上者收缩压≥150mmHg开始药物治疗。"

TOLD = [
    (FEVER, "两个月往上、腋温到38.5度以上的孩子，可以口服对乙酰氨基酚，间隔至少4小时。"),
    (ZINC, "半岁往上的娃，每天补20毫克锌元素，补十到十四天。"),
    (NAP, "午睡半小时封顶。"),
    (LIFTING, "术后四周以内，重过5公斤的东西不要提。"),
    (PILL, "漏服还没过12个小时的，立刻补服。"),
    (BLEEDING, "阴道出血比月经量还多的，要立即就诊。"),
    (BRIDGE, "五点支撑训练，一组做10次，每天2到3组。"),
    (WALKS, "骨质疏松患者，负重运动一周可以练3次。"),
    (INHALED, "布地奈德福莫特罗早上吸一下，晚上吸一下。"),
    (RISK, "出血风险高的人，疗程由心内科医生来缩短。"),
    (SHOULDER, "患病那一侧的肩关节避免牵拉。"),
    (KIDNEYS, "肾功能没有不全的，每公斤体重每天1.25到1.5克蛋白质。"),
    (NO_URINE, "六个小时以上没尿，马上送急诊。"),
    (CLEAR_LIQUIDS, "胆囊切除手术的次日进清流质。"),
    (DROPS, "要点两种滴眼液的时候，间隔至少5分钟。"),
    (WOUND, "伤口还没结痂，先别沾水。"),
    (STOOL, "大便像陶土一样的颜色，要立即就医。"),
    (PREGNANT, "知道自己怀孕了，请尽早去内分泌科就诊。"),
    (GOUT, "痛风患者，啤酒和白酒都别沾。"),
    (COOLING, "用酒精擦浴来降温的做法不要用。"),
    (RETENTION, "突然完全尿不出来，小肚子又胀又疼，要立即急诊导尿。"),
    (CATHETER, "导管掉出来一截，不可自行送回。"),
    (CELLS, "白细胞低于1.0×10的9次方每升的时候，生食和没削皮的水果不吃。"),
    (EYES, "适合用阿托品滴眼液的是6到12岁、近视100到400度的孩子。"),
    (PLANK, "五点支撑，抬起屁股停5秒钟，一组做10次。"),
    (STROKE, "氯吡格雷每天75毫克，一天一次，长期用来做二级预防。"),
    (OXYGEN, "不活动的时候SaO2不超过88%，就要做长期家庭氧疗。"),
    (OLD, "80岁往上的老寿星，高压到了150或往上就开始用药治疗。"),
]
NOT_TOLD = [
    (FEVER, "两个月往下、腋温到38.5度以上的孩子，可以口服对乙酰氨基酚，间隔至少4小时。"),
    (ZINC, "半岁往下的娃，每天补20毫克锌元素，补十到十四天。"),
    (NAP, "午睡一小时封顶。"),
    (LIFTING, "术后四周以内，轻过5公斤的东西不要提。"),
    (PILL, "漏服已经过了12个小时的，立刻补服。"),
    (BLEEDING, "阴道出血比月经量还少的，要立即就诊。"),
    (BRIDGE, "五点支撑训练，一组做20次，每天2到3组。"),
    (WALKS, "骨质疏松患者，负重运动一周可以练5次。"),
    (INHALED, "布地奈德福莫特罗早上吸两下，晚上吸两下。"),
    (RISK, "出血风险低的人，疗程由心内科医生来缩短。"),
    (SHOULDER, "没病那一侧的肩关节避免牵拉。"),
    (KIDNEYS, "肾功能有不全的，每公斤体重每天1.25到1.5克蛋白质。"),
    (NO_URINE, "两个小时没尿，马上送急诊。"),
    (CLEAR_LIQUIDS, "胆囊切除手术的当日进清流质。"),
    (DROPS, "要点三种滴眼液的时候，间隔至少5分钟。"),
    (WOUND, "伤口已经结痂，先别沾水。"),
    (STOOL, "大便像柏油一样的颜色，要立即就医。"),
    (PREGNANT, "知道自己怀孕了，自己停左甲状腺素。"),
    (GOUT, "痛风患者，啤酒和白酒可以沾一点。"),
    (COOLING, "用酒精擦浴来降温的做法可以用。"),
    (RETENTION, "突然完全尿不出来，小肚子不胀不疼，要立即急诊导尿。"),
    (CATHETER, "导管掉出来一截，可以自行送回。"),
    (CELLS, "白细胞低于1.0×10的12次方每升的时候，生食和没削皮的水果不吃。"),
    (EYES, "适合用阿托品滴眼液的是16到22岁、近视100到400度的孩子。"),
    (PLANK, "五点支撑，抬起屁股停15秒钟，一组做10次。"),
    (STROKE, "氯吡格雷每天75毫克，一天一次，长期用来做一级预防。"),
    (OXYGEN, "活动的时候SaO2不超过88%，就要做长期家庭氧疗。"),
    (OLD, "80岁往上的老寿星，高压到了140或往上就开始用药治疗。"),
]


@pytest.mark.parametrize(("fact", "sentence"), TOLD)
def test_a_turn_of_speech_says_what_it_stands_for(fact: str, sentence: str) -> None:
    assert check_sentence(sentence, [fact]).reasons == ()


@pytest.mark.parametrize(("fact", "sentence"), NOT_TOLD)
def test_the_twin_of_a_turn_is_refused(fact: str, sentence: str) -> None:
    assert not check_sentence(sentence, [fact]).supported
