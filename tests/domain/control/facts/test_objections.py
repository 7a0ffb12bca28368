"""What no part of a fact lifts: said more strongly, in another order, with another change, of more than the fact."""

from __future__ import annotations

import pytest

from narrowcast.domain.control.facts.checker import check_sentence

LITHIUM = "碳酸锂起始剂量为每日0.6g，每1～2周增加0.3g，最大剂量为每日1.8g。"
STATIN = "服用他汀期间如出现肌肉疼痛，应立即停药并检查肌酸激酶。"
PRESSURE = "家庭自测血压应在服药前、排尿后进行。"
SACUBITRIL = "正在服用依那普利者，须停药满36小时后方可开始服用沙库巴曲缬沙坦。"
THYROID = "妊娠早期甲亢患者首选丙硫氧嘧啶。"
POTASSIUM = "血钾高于6.5mmol/L者须急诊处理。"
STOOL = "如大便呈柏油样，应考虑消化道出血，立即就诊。"
OPIOID = "长期服用阿片类药物者常见便秘。"
STROKE = "突然出现口角歪斜、一侧肢体无力者，应立即拨打120。"
SCALD = "小面积烫伤应立即用流动清水冲洗20～30分钟。"
COLD = "布洛芬不得与含相同成分的复方感冒药同用。"
ASPIRIN = "服用阿司匹林者，单纯胃镜检查不需停药。"
CALCIUM = "钙剂补充过量可能增加肾结石风险。"
TUBERCULOSIS = "肺结核强化期2个月；若第2个月末痰菌仍阳性，强化期延长1个月。"


@pytest.mark.parametrize(
    ("sentence", "fact"),
    [
        ("怀孕早期的甲亢患者，只能用丙硫氧嘧啶。", THYROID),
        ("怀孕早期的甲亢患者，非丙硫氧嘧啶不可。", THYROID),
        ("血钾高于6.5mmol/L的人，最好去急诊处理。", POTASSIUM),
        ("血钾高于6.5mmol/L的人，尽可能去急诊处理。", POTASSIUM),
        ("大便呈柏油样，就是消化道出血，请立即就诊。", STOOL),
        ("大便呈柏油样，肯定是消化道出血，请立即就诊。", STOOL),
        ("长期服用阿片类药物，偶尔会便秘。", OPIOID),
        ("长期服用阿片类药物的人，便秘很少见。", OPIOID),
    ],
)
def test_nothing_is_said_more_strongly_or_more_weakly(sentence: str, fact: str) -> None:
    assert not check_sentence(sentence, [fact]).supported


@pytest.mark.parametrize(
    ("sentence", "fact"),
    [
        ("碳酸锂每天增加0.3克。", LITHIUM),
        ("碳酸锂每1～2周增加0.6克。", LITHIUM),
        ("碳酸锂每天吃1.8克。", LITHIUM),
        ("第2个月末痰菌还是阳性的，强化期延长2个月。", TUBERCULOSIS),
    ],
)
def test_a_value_stays_with_the_change_that_names_it(sentence: str, fact: str) -> None:
    assert not check_sentence(sentence, [fact]).supported


@pytest.mark.parametrize(
    ("sentence", "fact"),
    [
        ("服用他汀期间出现肌肉疼痛，应检查肌酸激酶以后再停药。", STATIN),
        ("服用他汀期间出现肌肉疼痛，等几天再停药。", STATIN),
        ("在家量血压，要在服药后、排尿后进行。", PRESSURE),
        ("在家量血压，要在服药前、排尿前进行。", PRESSURE),
        ("正在吃依那普利的人，先服用沙库巴曲缬沙坦满36小时，然后再停药。", SACUBITRIL),
    ],
)
def test_what_comes_first_stays_first(sentence: str, fact: str) -> None:
    assert not check_sentence(sentence, [fact]).supported


@pytest.mark.parametrize(
    ("sentence", "fact"),
    [
        ("出现一侧肢体无力的，应立即拨打120。", STROKE),
        ("烫伤应立即用流动清水冲洗20～30分钟。", SCALD),
        ("布洛芬不得与复方感冒药同用。", COLD),
        ("服用阿司匹林的人，胃镜检查不需停药。", ASPIRIN),
        ("补充钙剂可能增加肾结石风险。", CALCIUM),
    ],
)
def test_nothing_is_said_of_more_than_the_fact(sentence: str, fact: str) -> None:
    assert not check_sentence(sentence, [fact]).supported


@pytest.mark.parametrize(
    ("sentence", "fact"),
    [
        ("怀孕早期得了甲亢的患者，首选的是丙硫氧嘧啶。", THYROID),
        ("血钾高于6.5mmol/L的人，必须急诊处理。", POTASSIUM),
        ("如果大便呈柏油样，应考虑消化道出血，请立即就诊。", STOOL),
        ("长期吃阿片类药物的人，便秘很常见。", OPIOID),
        ("碳酸锂起始剂量为每天0.6克，每1到2周增加0.3克。", LITHIUM),
        ("碳酸锂每天最多1.8克。", LITHIUM),
        ("服用他汀期间如果肌肉疼痛，应立即停药，并检查肌酸激酶。", STATIN),
        ("在家量血压，要在服药前、排尿后进行。", PRESSURE),
        ("正在吃依那普利的人，停药要满36小时后才能开始服用沙库巴曲缬沙坦。", SACUBITRIL),
        ("忽然一侧肢体无力的，应立即拨打120。", STROKE),
        ("小面积的烫伤，应立即用流动清水冲洗20～30分钟。", SCALD),
        ("布洛芬不能与含有同样成分的复方感冒药一起用。", COLD),
        ("服用阿司匹林的人，只做胃镜检查的，不用停药。", ASPIRIN),
        ("钙剂补得过多可能增加肾结石风险。", CALCIUM),
    ],
)
def test_what_keeps_strength_order_and_limits_passes(sentence: str, fact: str) -> None:
    assert check_sentence(sentence, [fact]).supported


DEPRESSION = "症状缓解后，首次发作者维持6～9个月，第2次发作者维持2～3年，3次及以上发作者应长期维持。"
SPRAIN = "Ⅰ度扭伤一般1～2周可恢复日常活动，Ⅱ度需3～6周，Ⅲ度可能需要手术治疗。"
BLEEDING = "出血风险低的手术停24小时，出血风险高的手术停48小时。"
IRON = "起始治疗时每2～4周测1次血红蛋白，稳定后每1～3个月测1次。"
WEIGHT = "轻度脱水每公斤体重补液50ml，重度脱水每公斤体重补液100ml。"


@pytest.mark.parametrize(
    ("sentence", "fact"),
    [
        ("首次发作的患者，症状缓解后维持2～3年。", DEPRESSION),
        ("第2次发作的患者，症状缓解后应长期维持。", DEPRESSION),
        ("Ⅰ度扭伤可能需要手术治疗。", SPRAIN),
        ("Ⅲ度扭伤需要3～6周。", SPRAIN),
        ("出血风险低的手术要停48小时。", BLEEDING),
        ("刚开始治疗时，每1～3个月测一次血红蛋白。", IRON),
        ("重度脱水，每公斤体重补液50毫升。", WEIGHT),
    ],
)
def test_no_value_stands_under_the_label_of_another(sentence: str, fact: str) -> None:
    assert not check_sentence(sentence, [fact]).supported


@pytest.mark.parametrize(
    ("sentence", "fact"),
    [
        ("症状缓解以后，第一次发作的患者维持6～9个月。", DEPRESSION),
        ("症状缓解后，第2次发作的人维持2～3年。", DEPRESSION),
        ("Ⅲ度扭伤可能需要手术治疗。", SPRAIN),
        ("出血风险高的手术停48小时，出血风险低的手术停24小时。", BLEEDING),
        ("起始治疗时，每2～4周测一次血红蛋白。", IRON),
        ("重度脱水，每公斤体重补液100毫升。", WEIGHT),
    ],
)
def test_a_value_may_be_told_under_its_own_label(sentence: str, fact: str) -> None:
    assert check_sentence(sentence, [fact]).supported


MISSED = "利伐沙班：如漏服，次日按原计划服用。"
TOOTH = "拔牙后24小时内不得刷牙、漱口。"
STEROID = "大剂量激素治疗期间不宜接种活疫苗。"
INHALED = "噻托溴铵每日1次，每次18微克，应在每天同一时间吸入。"


@pytest.mark.parametrize(
    ("sentence", "fact"),
    [
        ("利伐沙班漏服了，马上补上。", MISSED),
        ("利伐沙班漏服了，立即吃。", MISSED),
        ("拔牙后24小时内不能说话，也不能刷牙。", TOOTH),
        ("大剂量激素治疗期间，不宜接种疫苗。", STEROID),
        ("噻托溴铵应当慎用。", INHALED),
        ("噻托溴铵慎用，每天同一时间吸入。", INHALED),
    ],
)
def test_small_words_add_nothing(sentence: str, fact: str) -> None:
    assert not check_sentence(sentence, [fact]).supported


@pytest.mark.parametrize(
    ("sentence", "fact"),
    [
        ("利伐沙班漏服了，第二天按原计划吃。", MISSED),
        ("拔牙后24小时内不能漱口，也不能刷牙。", TOOTH),
        ("大剂量激素治疗期间，不宜打活疫苗。", STEROID),
        ("噻托溴铵要在每天同一时间吸入。", INHALED),
    ],
)
def test_small_words_that_add_nothing_pass(sentence: str, fact: str) -> None:
    assert check_sentence(sentence, [fact]).supported


TWO_DRUGS = "利福平用药后尿液可呈橘红色；乙胺丁醇用药期间每月检查视力。"
QUADRUPLE = "艾司奥美拉唑和枸橼酸铋钾餐前半小时服；阿莫西林和克拉霉素餐后服。"
INSULIN = "未开封的胰岛素应在2～8℃冷藏，不得冷冻。"


@pytest.mark.parametrize(
    ("sentence", "fact"),
    [
        ("吃乙胺丁醇以后，尿液可能变成橘红色。", TWO_DRUGS),
        ("吃利福平期间，每月检查视力。", TWO_DRUGS),
        ("枸橼酸铋钾和克拉霉素在餐后服。", QUADRUPLE),
        ("未开封的胰岛素可以放进冷冻室。", INSULIN),
    ],
)
def test_nothing_is_said_of_another_medicine_or_allowed_that_is_forbidden(sentence: str, fact: str) -> None:
    assert not check_sentence(sentence, [fact]).supported


@pytest.mark.parametrize(
    ("sentence", "fact"),
    [
        ("吃利福平以后，尿液可能变成橘红色。", TWO_DRUGS),
        ("吃乙胺丁醇期间，每个月检查视力。", TWO_DRUGS),
        ("阿莫西林和克拉霉素在餐后服。", QUADRUPLE),
        ("没有开封的胰岛素要放在2～8℃冷藏，不能冷冻。", INSULIN),
    ],
)
def test_what_is_said_of_each_medicine_stays_with_it(sentence: str, fact: str) -> None:
    assert check_sentence(sentence, [fact]).supported


MORPHINE = "硫酸吗啡缓释片每12小时1次，须整片吞服。"
LIPIDS = "支架术后低密度脂蛋白胆固醇应控制在1.4mmol/L以下。"
BANDAGE = "用弹力绷带由远端向近端加压包扎。"
SALTS = "补液盐溶于250mL温开水，少量多次饮用。"
SOCIAL = "痰菌连续2次阴性后，可恢复正常社交。"
ELEMENT = "元素钙每日1000～1200mg（含饮食）。"
STONE = "坦索罗辛可促进直径5～10毫米的输尿管结石排出。"


@pytest.mark.parametrize(
    ("sentence", "fact"),
    [
        ("即释吗啡每12小时1次，须整片吞服。", MORPHINE),
        ("支架手术后，总胆固醇应控制在1.4mmol/L以下。", LIPIDS),
        ("用弹力绷带从近端往远端加压包扎。", BANDAGE),
        ("补液盐用250毫升温开水冲开，一次喝完。", SALTS),
        ("痰菌1次阴性后，可恢复正常社交。", SOCIAL),
        ("除了吃饭，每天另外补1000～1200毫克元素钙。", ELEMENT),
        ("坦索罗辛可促进输尿管结石排出。", STONE),
    ],
)
def test_no_word_stands_for_the_other_one_of_its_family(sentence: str, fact: str) -> None:
    assert not check_sentence(sentence, [fact]).supported


@pytest.mark.parametrize(
    ("sentence", "fact"),
    [
        ("硫酸吗啡缓释片每12小时吃1次，必须整片吞服。", MORPHINE),
        ("支架手术后，低密度脂蛋白胆固醇应控制在1.4mmol/L以下。", LIPIDS),
        ("用弹力绷带从远端往近端加压包扎。", BANDAGE),
        ("痰菌连续两次阴性后，可恢复正常社交。", SOCIAL),
        ("元素钙每天1000～1200毫克，包括饮食里的。", ELEMENT),
        ("坦索罗辛可以促进直径5～10毫米的输尿管结石排出。", STONE),
    ],
)
def test_the_same_word_of_a_family_passes(sentence: str, fact: str) -> None:
    assert check_sentence(sentence, [fact]).supported


PENICILLIN = "青霉素过敏者禁用阿莫西林。"
STEP_DOWN = "糠酸氟替卡松每次2喷，症状控制后可减为每侧1喷。"
SPUTUM = "痰液变黄时应及时就医，不要自行加用抗生素。"
SURGERY = "胆源性胰腺炎患者病情允许时，宜在住院期间切除胆囊。"


@pytest.mark.parametrize(
    ("sentence", "fact"),
    [
        ("阿莫西林过敏者禁用青霉素。", PENICILLIN),
        ("糠酸氟替卡松可以减为每侧1喷。", STEP_DOWN),
        ("痰液变黄时应及时就医，可以自行加用抗生素。", SPUTUM),
        ("痰液变黄时应及时就医，要自行加用抗生素。", SPUTUM),
        ("胆源性胰腺炎患者宜在住院期间切除胆囊。", SURGERY),
    ],
)
def test_roles_conditions_and_bans_are_not_turned(sentence: str, fact: str) -> None:
    assert not check_sentence(sentence, [fact]).supported


@pytest.mark.parametrize(
    ("sentence", "fact"),
    [
        ("对青霉素过敏的人，不能用阿莫西林。", PENICILLIN),
        ("症状控制以后，糠酸氟替卡松可以减为每侧1喷。", STEP_DOWN),
        ("痰液变黄时应及时就医，不能自己加用抗生素。", SPUTUM),
        ("胆源性胰腺炎患者在病情允许时，宜在住院期间切除胆囊。", SURGERY),
    ],
)
def test_roles_conditions_and_bans_that_stay_pass(sentence: str, fact: str) -> None:
    assert check_sentence(sentence, [fact]).supported


CAST = "石膏固定后出现手指发麻、发紫应立即返院。"
ENTECAVIR = "恩替卡韦应空腹服用，餐前或餐后至少2小时。"
BREATHLESS = "夜间突然憋醒、不能平卧时，应坐起并拨打120。"
HEPATITIS = "慢性乙肝患者不可自行停用恩替卡韦。"


@pytest.mark.parametrize(
    ("sentence", "fact"),
    [
        ("石膏固定后应立即返院。", CAST),
        ("恩替卡韦应在餐后服用。", ENTECAVIR),
        ("夜间突然憋醒、能平卧时，应坐起并拨打120。", BREATHLESS),
        ("慢性乙肝患者可以自行停用恩替卡韦。", HEPATITIS),
    ],
)
def test_causes_meals_and_inabilities_are_kept(sentence: str, fact: str) -> None:
    assert not check_sentence(sentence, [fact]).supported


@pytest.mark.parametrize(
    ("sentence", "fact"),
    [
        ("石膏固定后，手指发紫应立即返院。", CAST),
        ("恩替卡韦要空腹吃，饭前或者饭后至少2小时。", ENTECAVIR),
        ("夜里突然憋醒、不能平躺时，要坐起来并拨打120。", BREATHLESS),
        ("慢性乙肝患者不能自己停用恩替卡韦。", HEPATITIS),
    ],
)
def test_causes_meals_and_inabilities_in_other_words_pass(sentence: str, fact: str) -> None:
    assert check_sentence(sentence, [fact]).supported


@pytest.mark.parametrize(
    ("sentence", "fact"),
    [
        ("滴眼后应按压外眼角。", "滴眼后应按压内眼角。"),
        ("术后应避免上肢负重。", "术后应避免下肢负重。"),
        ("对食物过敏的人应随身携带肾上腺素笔。", "花生过敏者应随身携带肾上腺素笔。"),
        ("聚乙二醇散症状改善后再吃。", "聚乙二醇散每日1次，症状改善后停用。"),
    ],
)
def test_a_side_a_kind_and_an_end_are_not_turned(sentence: str, fact: str) -> None:
    assert not check_sentence(sentence, [fact]).supported


@pytest.mark.parametrize(
    ("sentence", "fact"),
    [
        ("滴眼后要按压内眼角。", "滴眼后应按压内眼角。"),
        ("手术后要避免下肢负重。", "术后应避免下肢负重。"),
        ("对花生过敏的人，应随身携带肾上腺素笔。", "花生过敏者应随身携带肾上腺素笔。"),
        ("聚乙二醇散每天一次，症状改善以后停用。", "聚乙二醇散每日1次，症状改善后停用。"),
    ],
)
def test_a_side_a_kind_and_an_end_that_stay_pass(sentence: str, fact: str) -> None:
    assert check_sentence(sentence, [fact]).supported


PLASTER = "石膏固定后手指发紫应立即返院，必要时由医生剪开石膏。"
TETRACYCLINE = "青霉素过敏者可用四环素替代阿莫西林；妊娠期妇女禁用四环素。"


@pytest.mark.parametrize(
    ("sentence", "fact"),
    [
        ("石膏固定后手指发紫，应立即返院，由医生剪开石膏。", PLASTER),
        ("青霉素过敏的孕妇，可用四环素替代阿莫西林。", TETRACYCLINE),
    ],
)
def test_a_proviso_and_those_who_are_barred_are_kept(sentence: str, fact: str) -> None:
    assert not check_sentence(sentence, [fact]).supported


@pytest.mark.parametrize(
    ("sentence", "fact"),
    [
        ("石膏固定后手指发紫，应立即返院。", PLASTER),
        ("孕妇不能用四环素。", TETRACYCLINE),
        ("对青霉素过敏的人，可以用四环素替代阿莫西林。", TETRACYCLINE),
    ],
)
def test_a_part_without_its_proviso_passes(sentence: str, fact: str) -> None:
    assert check_sentence(sentence, [fact]).supported


EPIPEN = "立即于大腿中段外侧肌内注射肾上腺素0.3mg。"
STUMP = "脐带残端每日用75%酒精消毒1～2次。"


@pytest.mark.parametrize(
    ("fact", "sentence"),
    [
        (EPIPEN, "马上在大腿中段外侧肌肉注射肾上腺素0.3毫克。"),
        (STUMP, "脐带残端每天用75%的酒精消毒一到两次。"),
        ("肾功能不全者应减量。", "肾功能不好的人要减量。"),
    ],
)
def test_a_site_a_fluid_and_an_organ_that_the_fact_names_pass(fact: str, sentence: str) -> None:
    assert check_sentence(sentence, [fact]).supported


@pytest.mark.parametrize(
    ("fact", "sentence"),
    [
        (EPIPEN, "马上在上臂中段外侧肌肉注射肾上腺素0.3毫克。"),
        (STUMP, "脐带残端每天用碘伏消毒一到两次。"),
        ("肾功能不全者应减量。", "肝功能不全的人要减量。"),
        ("剂量由医生调整。", "剂量由药师调整。"),
        ("回肠造口者避免进食玉米。", "结肠造口的人避免吃玉米。"),
    ],
)
def test_another_site_fluid_or_organ_is_refused(fact: str, sentence: str) -> None:
    assert not check_sentence(sentence, [fact]).supported


SPRAY = "喷药时左手喷右侧鼻孔、右手喷左侧鼻孔，避免喷向鼻中隔。"
EVENING = "睡前2小时减少饮水，以减少夜尿。"
START = "起始剂量为每次62.5mg，每日2～3次，根据病情逐渐加量。"
NURSED = "腹泻期间母乳喂养儿应继续母乳喂养。"
FORMULA = "停用牛奶蛋白后改用深度水解配方奶。"


@pytest.mark.parametrize(
    ("fact", "sentence"),
    [
        (SPRAY, "右侧鼻孔用左手喷，左侧鼻孔用右手喷。"),
        (SPRAY, "喷药时，左手喷右边的鼻孔，右手喷左边的鼻孔。"),
        ("左侧卧位时左腿伸直。", "向左侧躺的时候，左腿伸直。"),
        (EVENING, "睡觉前两个小时请少喝水。"),
        ("应限制饮水，睡前排空膀胱。", "要限制饮水。"),
        (START, "起始剂量每次62.5毫克，每天2～3次。"),
        ("长期这样服用，每日1片。", "每天一片，长期这样服用。"),
        (NURSED, "腹泻期间，吃母乳的宝宝应继续母乳喂养。"),
        (FORMULA, "停用牛奶蛋白后，改用深度水解配方奶粉。"),
    ],
)
def test_a_side_an_hour_and_a_first_dose_as_the_fact_has_them_pass(fact: str, sentence: str) -> None:
    assert check_sentence(sentence, [fact]).supported


@pytest.mark.parametrize(
    ("fact", "sentence"),
    [
        (SPRAY, "喷药时左手喷左侧鼻孔、右手喷右侧鼻孔。"),
        (SPRAY, "左侧鼻孔用左手喷。"),
        (EVENING, "请您减少饮水。"),
        (EVENING, "要少喝水，以减少夜尿。"),
        (START, "每次62.5毫克，每天2～3次，一直这样吃就好。"),
        (START, "每次62.5毫克，每天2～3次，以后都按这个量吃。"),
        (NURSED, "喝配方奶的宝宝在腹泻期间，应继续母乳喂养。"),
        (NURSED, "腹泻期间应继续喂奶粉。"),
    ],
)
def test_a_side_an_hour_and_a_first_dose_that_the_fact_has_otherwise_are_refused(fact: str, sentence: str) -> None:
    assert not check_sentence(sentence, [fact]).supported


@pytest.mark.parametrize(
    ("kind", "sentence", "fact"),
    [
        (
            "drug",
            "酒石酸美托洛尔片从每次23.75毫克吃起，一天一次。",
            "琥珀酸美托洛尔缓释片起始剂量为每次23.75mg，每日1次。",
        ),
        ("certainty", "根除幽门螺杆菌只能用铋剂四联方案。", "根除幽门螺杆菌推荐铋剂四联方案。"),
        ("certainty", "饮食和运动不能使血糖达标时，只能用胰岛素。", "饮食和运动不能使血糖达标时，首选胰岛素。"),
        ("population", "开腹胆囊切除术后2周内避免提重物。", "腹腔镜胆囊切除术后2周内避免提重物。"),
        ("population", "人工血管内瘘8～12周后方可穿刺。", "自体动静脉内瘘8～12周后方可穿刺。"),
        (
            "condition_dropped",
            "出现心慌、出汗、手抖等低血糖症状时，可立即口服15～20g葡萄糖。",
            "出现心慌、出汗、手抖等低血糖症状且意识清醒时，可立即口服15～20g葡萄糖。",
        ),
    ],
)
def test_another_make_way_or_case_is_refused(kind: str, sentence: str, fact: str) -> None:
    assert kind in {reason.kind for reason in check_sentence(sentence, [fact]).reasons}


def test_what_holds_beside_a_list_is_kept_with_one_of_it() -> None:
    fact = "出现心慌、出汗、手抖等低血糖症状且意识清醒时，可立即口服15～20g葡萄糖。"
    assert check_sentence("心慌、手抖且意识清醒时，马上吃15到20克葡萄糖。", [fact]).supported
