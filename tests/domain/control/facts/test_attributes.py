"""Attributes, ways and grounds limit what is said: lost or turned ones are refused, reworded ones are kept."""

from __future__ import annotations

import pytest

from narrowcast.domain.control.facts import check_sentence

PUNCTURE = "穿刺侧肢体应制动6小时。"
FISTULA = "造瘘侧手臂不得提重物。"
OPERATED = "术侧眼睛应避免碰撞和揉搓。"
ECZEMA = "局限性湿疹可外用糠酸莫米松乳膏，每日1次。"
POLYP = "带蒂的息肉可在门诊切除。"
CLOT = "凝固的血块应及时清除。"
CORN = "足底的鸡眼可外贴水杨酸贴膏，每3天更换1次。"
DRY = "干燥的患处可涂抹凡士林。"
EAR = "手机应与起搏器保持15 cm以上距离，用对侧耳朵接听。"
OLD_OR_ILL = "老年或合并冠心病的甲减患者，左甲状腺素起始剂量为每日12.5～25微克。"

GLAUCOMA = "开角型青光眼患者可使用拉坦前列素滴眼液，每晚1次。"
THYROID = "原发性甲状腺功能减退症患者左甲状腺素起始剂量为每日25～50 μg。"
NO_VALVES = "非瓣膜性房颤患者服用华法林期间，INR目标值为2.0～3.0。"
NO_DIABETES = "非糖尿病患者空腹血糖应低于6.1 mmol/L。"
DIARRHOEA = "成人腹泻可短期使用洛哌丁胺，首剂4 mg。"
LORAZEPAM = "重度抑郁患者可间断使用劳拉西泮，每次0.5 mg。"
SLEEP = "成人失眠可短期使用右佐匹克隆，起始剂量1 mg；连续使用不宜超过4周。"
GABAPENTIN = "加巴喷丁起始剂量为300 mg，根据疗效逐渐加量。"
WARFARIN = "华法林剂量根据INR调整。"
INSULIN = "开封后的胰岛素在室温下可保存28天。"
MILK = "挤出的母乳在4℃冷藏可保存48小时，不应反复加热。"
COUGH = "持续咳血者应行胸部CT检查以排除肺癌。"
BLEEDING = "绝经后阴道流血者应行诊刮以排除子宫内膜癌。"
HANDS = "握手、拥抱不会传播艾滋病。"
FOLDS = "面部及皮肤皱褶部位湿疹宜选用弱效激素乳膏，每日1～2次。"
COLONOSCOPY = "行无痛肠镜者检查后24小时内禁止驾车。"
BREAST_FED = "纯母乳喂养的足月儿，出生后数日开始每日补充维生素D 400 IU；早产儿剂量遵医嘱。"
HOT_CHILD = "腋温≥38.5℃或因发热明显不适的儿童，可使用退热药。"
CONTRAST = "碘对比剂增强CT检查前4小时禁食，可少量饮水。"
POTASSIUM = "血钾≥5.5 mmol/L时应先降血钾，暂缓使用螺内酯。"

ACCEPTED = [
    (PUNCTURE, "穿刺那侧的肢体要制动6小时。"),
    (FISTULA, "造瘘那边的手臂不能提重物。"),
    (OPERATED, "手术那只眼睛要避免碰撞和揉搓。"),
    (ECZEMA, "局限性的湿疹可以外用糠酸莫米松乳膏，一天一次。"),
    (POLYP, "带蒂的息肉可以在门诊切除。"),
    (CLOT, "凝固的血块要及时清掉。"),
    (CORN, "脚底的鸡眼可以贴水杨酸贴膏，3天换1次。"),
    (DRY, "干燥的患处可以涂凡士林。"),
    (EAR, "手机离起搏器15厘米以上，打电话用另一边的耳朵听。"),
    (GLAUCOMA, "开角型青光眼病人可以用拉坦前列素滴眼液，每天晚上1次。"),
    (THYROID, "原发性甲减的患者，左甲状腺素起始剂量每天25到50微克。"),
    (NO_VALVES, "不是瓣膜性的房颤患者吃华法林期间，INR目标值是2.0到3.0。"),
    (NO_DIABETES, "没有糖尿病的人，空腹血糖要低于6.1。"),
    (DIARRHOEA, "成人腹泻可以短时间用一用洛哌丁胺，首剂4毫克。"),
    (LORAZEPAM, "重度抑郁患者可以间断用劳拉西泮，每次0.5毫克。"),
    (SLEEP, "成人失眠用右佐匹克隆，连着吃不宜超过四个星期。"),
    (GABAPENTIN, "加巴喷丁从300毫克开始，看疗效逐渐加量。"),
    (WARFARIN, "华法林的剂量按INR来调。"),
    (INSULIN, "开封后的胰岛素，室温下能放28天。"),
    (MILK, "挤出的母乳在4℃冷藏，能保存48小时。"),
    (COUGH, "一直咳血要去做胸部CT，看看有没有肺癌。"),
    (BLEEDING, "绝经后阴道流血的，要做诊刮排除子宫内膜癌。"),
    (HANDS, "握手、拥抱是不会传播艾滋病的。"),
    (FOLDS, "面部的湿疹宜选用弱效激素乳膏，一天1到2次。"),
    (COLONOSCOPY, "做无痛肠镜的人，检查后24小时内都不能开车。"),
    (BREAST_FED, "纯母乳喂养的足月宝宝，出生后数日开始每天补充维生素D 400 IU。"),
    (HOT_CHILD, "孩子腋下体温到了38.5℃及以上，可以用退热药。"),
    (CONTRAST, "碘对比剂增强CT检查前4小时禁食，可以喝少量水。"),
    (POTASSIUM, "血钾到了5.5，先降血钾，螺内酯暂缓使用。"),
    (OLD_OR_ILL, "老年甲减患者，左甲状腺素起始剂量每天12.5到25微克。"),
]
REFUSED = [
    (PUNCTURE, "肢体应制动6小时。"),
    (FISTULA, "手臂不得提重物。"),
    (OPERATED, "眼睛应避免碰撞和揉搓。"),
    (ECZEMA, "湿疹可外用糠酸莫米松乳膏，每天1次。"),
    (POLYP, "息肉可在门诊切除。"),
    (CLOT, "血块应及时清除。"),
    (CORN, "鸡眼可外贴水杨酸贴膏，每3天换1次。"),
    (DRY, "患处可涂抹凡士林。"),
    (FOLDS, "湿疹宜选用弱效激素乳膏，一天1到2次。"),
    (COLONOSCOPY, "做肠镜的人，检查后24小时内都不能开车。"),
    (BREAST_FED, "宝宝出生后数日开始每日补充维生素D 400 IU。"),
    (CONTRAST, "碘对比剂增强CT检查前4小时禁食，一口水也不能喝。"),
    (POTASSIUM, "螺内酯应暂缓使用。"),
    (GLAUCOMA, "闭角型青光眼患者可使用拉坦前列素滴眼液，每晚1次。"),
    (THYROID, "继发性甲状腺功能减退症患者左甲状腺素起始剂量为每天25到50微克。"),
    (NO_VALVES, "瓣膜性房颤患者服用华法林期间，INR目标值为2.0～3.0。"),
    (NO_DIABETES, "糖尿病患者空腹血糖应低于6.1 mmol/L。"),
    (DIARRHOEA, "成人腹泻可使用洛哌丁胺，首剂4毫克。"),
    (LORAZEPAM, "重度抑郁患者可使用劳拉西泮，每次0.5毫克。"),
    (SLEEP, "成人失眠可使用右佐匹克隆，起始剂量1毫克。"),
    (GABAPENTIN, "加巴喷丁起始剂量为300毫克，逐渐加量。"),
    (WARFARIN, "华法林剂量随意调整。"),
    (INSULIN, "开封后的胰岛素可保存28天。"),
    (MILK, "挤出的母乳可保存48小时。"),
    (COUGH, "持续咳血说明长了肺癌，要做胸部CT。"),
    (BLEEDING, "绝经后阴道流血，是子宫内膜癌，应行诊刮。"),
    (HANDS, "握手、拥抱应该不会传播艾滋病。"),
]


@pytest.mark.parametrize(("fact", "sentence"), ACCEPTED)
def test_an_attribute_that_is_kept_in_other_words_is_accepted(fact: str, sentence: str) -> None:
    verdict = check_sentence(sentence, [fact])
    assert verdict.supported, verdict.reasons


@pytest.mark.parametrize(("fact", "sentence"), REFUSED)
def test_a_lost_or_turned_attribute_is_refused(fact: str, sentence: str) -> None:
    assert not check_sentence(sentence, [fact]).supported
