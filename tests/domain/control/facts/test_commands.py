"""Commands, bans and leaves as people put them: the same operator passes, another one is refused."""

from __future__ import annotations

import pytest

from narrowcast.domain.control.facts import check_sentence
from narrowcast.domain.control.facts.commands import STEPS
from narrowcast.domain.control.rewriting import Rewritings

commanded = Rewritings(STEPS).rewrite

PLAIN = [
    ("非停药不可。", "必须停药。"),
    ("不复查不行。", "必须复查。"),
    ("不得不停药。", "必须停药。"),
    ("自己停药是不行的。", "不得自己停药。"),
    ("大可不必停药。", "不必停药。"),
    ("疾病的进展是阻止不了的", "疾病的进展是不能阻止的"),
    ("走不了路", "不能走路"),
    ("用药时要小心。", "用药时应谨慎。"),
    ("乳果糖要小心用。", "乳果糖慎用。"),
]
UNTOUCHED = [
    "非透析患者不可饮用。",
    "非处方药不可自行购买。",
    "非甾体抗炎药不可以吃。",
    "未完成接种者不得入园。",
    "少不了复查。",
    "用不了多久。",
    "小心过敏。",
    "获得帮助。",
    "得了痛风。",
]

BLEEDING = "服用华法林期间出现黑便时应停药并立即就诊。"
ROPINIROLE = "罗匹尼罗不得骤然停药。"
DRIVING = "氯苯那敏服后不得驾车，避免饮酒。"
ICE = "扭伤后24小时内可冷敷，每次15分钟。"
PAIN = "牙痛者可口服布洛芬0.2克，每日3次，连续使用不超过3天。"
ATTACK = "胸痛发作时舌下含服硝酸甘油0.5毫克，5分钟未缓解可再含1次；收缩压＜90mmHg者禁用。"
GALACTOSE = "便秘者可口服乳果糖15毫升，每日1次；半乳糖血症患者慎用。"
SWALLOW = "不能耐受二甲双胍者可用阿卡波糖50毫克，每日3次。"
SEIZURE = "抽搐持续超过5分钟应立即拨打120。"
PRESSURE = "除医生要求外，不宜自行测量立位血压。"
CLOT = "卧床患者可预防性使用依诺肝素4000IU，每日1次。"
SPACING = "退热药间隔6小时以上可再服1次。"
ONSET = "米氮平一般2～4周起效。"
WOUND = "导管脱出或断裂时，应立即按压并返院，不得自行送回导管。"
SKIN = "伤口周围应以温水清洁，不宜使用酒精。"
DOUBLED = "漏服利伐沙班者，次日不得因补服而服用双倍剂量。"
PROTEIN = "肾病患者蛋白质摄入以每日0.8g/kg为宜。"
DOUBTED = "疑似肠梗阻者禁服泻药。"
OXYGEN = "长期家庭氧疗每日15小时以上，适用于静息PaO2≤55mmHg者。"
AMIODARONE = "胺碘酮用药期间应每6个月检查甲状腺功能；严重窦性心动过缓者禁用。"
ACID = "唑来膦酸输注时间不少于15分钟；肌酐清除率＜35ml/min者不得使用。"
SPRAY = "盐酸羟甲唑啉鼻喷剂连续使用不得超过7天，2岁以下儿童禁用。"
FEVER = "发热者应暂缓接种轮状病毒疫苗。"
STENT = "支架术后双联抗血小板治疗至少12个月，未经医生许可不得停药。"
DRIP = "万古霉素输注时间应在60分钟以上。"
POTASSIUM = "高钾血症患者禁用低钠盐，避免食用香蕉，蔬菜应焯水后食用。"
OPENED = "未开封的门冬胰岛素应冷藏，不得冷冻。"

KEPT = [
    (POTASSIUM, "高钾血症的人，香蕉别吃，蔬菜焯过水再吃。"),
    (AMIODARONE, "严重窦性心动过缓的患者请勿使用胺碘酮。"),
    (ACID, "肌酐清除率不到35ml/min，就不能用唑来膦酸。"),
    (SPRAY, "不满两岁的宝宝，不能用盐酸羟甲唑啉鼻喷剂。"),
    (FEVER, "发热的人先别打轮状病毒疫苗。"),
    (STENT, "支架术后的双联抗血小板治疗，没有医生的许可，一天都不能停。"),
    (DRIP, "万古霉素不能输得太快，至少要输60分钟。"),
    (BLEEDING, "吃华法林期间出现黑便，非停药不可，并且要马上去看医生。"),
    (ROPINIROLE, "罗匹尼罗不能骤然停药。"),
    (DRIVING, "吃了氯苯那敏不要开车，也别喝酒。"),
    (ICE, "扭伤后24小时内冷敷，每次15分钟。"),
    (PAIN, "牙痛的人口服布洛芬0.2克，每天3次，连着用不要超过3天。"),
    (ATTACK, "收缩压低于90mmHg的人不能用硝酸甘油。"),
    (ATTACK, "胸痛发作时，可以舌下含服硝酸甘油0.5毫克。"),
    (GALACTOSE, "半乳糖血症患者，乳果糖要小心用。"),
    (SWALLOW, "受不了二甲双胍的人，可以用阿卡波糖50毫克，每天3次。"),
    (SEIZURE, "抽搐超过5分钟还没停下来，立即打120。"),
    (PRESSURE, "除非医生要求，不宜自己测量立位血压。"),
    (CLOT, "卧床患者可用依诺肝素来预防，每次4000IU，每天1次。"),
    (SPACING, "退热药要间隔6小时以上才能再吃1次。"),
    (ONSET, "米氮平一般要2到4周才会起效。"),
    (WOUND, "导管脱出或者断了，立即按压并返院，不要自己送回导管。"),
    (SKIN, "伤口周围不宜用酒精清洁，应用温水。"),
    (DOUBLED, "不要因为漏服了利伐沙班，就在第二天服用双倍剂量。"),
    (PROTEIN, "肾病患者宜每天吃0.8g/kg的蛋白质。"),
    (DOUBTED, "怀疑有肠梗阻的人，泻药不能吃。"),
    (OXYGEN, "静息PaO2≤55mmHg的人，可用长期家庭氧疗，每天15小时以上。"),
    (OPENED, "门冬胰岛素开封之前要冷藏，不能冷冻。"),
]
TURNED = [
    (POTASSIUM, "高钾血症患者吃香蕉要焯水。"),
    (POTASSIUM, "高钾血症的人可以吃香蕉，蔬菜要焯水。"),
    (AMIODARONE, "严重窦性心动过缓的患者慎用胺碘酮。"),
    (AMIODARONE, "用胺碘酮的人不能检查甲状腺功能。"),
    (ACID, "不能用唑来膦酸。"),
    (ACID, "肌酐清除率不到35ml/min，就能用唑来膦酸。"),
    (SPRAY, "两岁以上的宝宝，不能用盐酸羟甲唑啉鼻喷剂。"),
    (FEVER, "发热的人先打轮状病毒疫苗。"),
    (STENT, "支架术后的双联抗血小板治疗，一天都不能停。"),
    (DRIP, "万古霉素不能输得太快，至少要输30分钟。"),
    (BLEEDING, "吃华法林期间出现黑便，可以停药，并且要马上去看医生。"),
    (BLEEDING, "吃华法林期间出现黑便，不必停药，但要马上去看医生。"),
    (ROPINIROLE, "罗匹尼罗不得不骤然停药。"),
    (DRIVING, "吃了氯苯那敏不能不开车，但别喝酒。"),
    (ICE, "扭伤后24小时内必须冷敷，每次15分钟。"),
    (PAIN, "牙痛的人非吃布洛芬0.2克不可，每天3次，连着用不要超过3天。"),
    (ATTACK, "收缩压低于90mmHg的人可以用硝酸甘油。"),
    (ATTACK, "收缩压高于90mmHg的人不能用硝酸甘油。"),
    (ATTACK, "胸痛发作时不能用硝酸甘油。"),
    (GALACTOSE, "半乳糖血症患者，乳果糖不能用。"),
    (SWALLOW, "能耐受二甲双胍的人，可以用阿卡波糖50毫克，每天3次。"),
    (SEIZURE, "抽搐不到5分钟就停了，立即打120。"),
    (PRESSURE, "除非医生要求，应自己测量立位血压。"),
    (CLOT, "卧床患者必须用依诺肝素来预防，每次4000IU，每天1次。"),
    (SPACING, "退热药间隔不到6小时就可再吃1次。"),
    (ONSET, "米氮平一定要2到4周才会起效。"),
    (WOUND, "导管脱出或者断了，立即按压并返院，要自己送回导管。"),
    (SKIN, "伤口周围不宜用温水清洁。"),
    (SKIN, "伤口周围应以酒精清洁。"),
    (DOUBLED, "因为漏服了利伐沙班，就在第二天服用双倍剂量。"),
    (PROTEIN, "肾病患者必须每天吃0.8g/kg的蛋白质。"),
    (DOUBTED, "有肠梗阻的人，泻药可以吃。"),
    (OXYGEN, "静息PaO2≤55mmHg的人，必须用长期家庭氧疗，每天15小时以上。"),
    (OPENED, "门冬胰岛素开封之后要冷藏，不能冷冻。"),
]


@pytest.mark.parametrize(("spoken", "plain"), PLAIN)
def test_an_operator_in_speech_is_read_as_the_plain_one(spoken: str, plain: str) -> None:
    assert commanded(spoken) == plain


@pytest.mark.parametrize("text", UNTOUCHED)
def test_what_is_no_operator_stays_as_it_is(text: str) -> None:
    assert commanded(text) == text


@pytest.mark.parametrize(("fact", "sentence"), KEPT)
def test_the_same_command_in_other_words_is_supported(fact: str, sentence: str) -> None:
    assert check_sentence(sentence, [fact]).reasons == ()


@pytest.mark.parametrize(("fact", "sentence"), TURNED)
def test_another_command_is_refused(fact: str, sentence: str) -> None:
    assert not check_sentence(sentence, [fact]).supported
