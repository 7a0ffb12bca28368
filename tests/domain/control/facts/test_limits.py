"""Whom, when and with which force: other ways to say the same limit, and the limits that no wording may lose."""

from __future__ import annotations

import pytest

from narrowcast.domain.control.facts import check_sentence
from narrowcast.domain.control.facts.frames import FINISHED, STEPS
from narrowcast.domain.control.facts.narrowing import stages_of
from narrowcast.domain.control.rewriting import Rewritings

framed = Rewritings(STEPS).rewrite
finished = Rewritings(FINISHED).rewrite

RABIES = "Ⅲ级暴露者除接种疫苗外，应在伤口周围浸润注射狂犬病人免疫球蛋白，按20IU/kg计算，最迟不晚于首剂疫苗后7天。"
DEHYDRATED = "轻至中度脱水患儿口服补液盐Ⅲ用量为50～75ml/kg，4小时内分次服完。"
SLEEPLESS = "轻、中度失眠者首选认知行为治疗；重度失眠者应转诊。"
HEPATITIS_B = "乙肝表面抗原阳性母亲所生新生儿，应在出生后12小时内注射乙肝免疫球蛋白和第一针乙肝疫苗。"
SECOND_DOSE = "补种第二剂最迟不晚于首剂后6周。"
BEDRIDDEN = "卧床患者应至少每2小时翻身1次。"
IBUPROFEN = "口服布洛芬每次0.2 g，每日3次。"
FLU_OLD = "65岁及以上老年人建议每年接种流感疫苗。"
NURSING = "哺乳期妇女服药期间应暂停哺乳。"
BOTH_SEXES = "服药期间男女患者均应避孕。"
MINORS = "左氧氟沙星不得用于18岁以下患者。"
UNASKED = "未经心内科医生同意不得停药。"
MISSED = "替格瑞洛漏服后无需补服。"
ALONE = "阿尔茨海默病患者不得独自驾车。"
BROKEN = "孕妇不得接触破碎的非那雄胺片。"
STAGE = "1期压力性损伤部位不得按摩。"
GRADE = "Ⅱ级及以上暴露者应立即冲洗伤口。"
FACE = "弱效激素软膏每日1～2次涂于皮损处，面部连续使用一般不超过2周。"
BEER = "痛风急性期应避免饮酒，尤其是啤酒和白酒。"
TWO_BRANCHES = "达比加群漏服后，若距下次服药超过6小时可补服，不足6小时则不补。"
RINSE = "吸入布地奈德后漱口以防口腔念珠菌感染。"
BLOOD_FIRST = "检测谷浓度当日，应在抽血后再服药。"
RASH = "服用孟鲁司特钠期间如出现情绪改变，应停药并就诊。"
UNVACCINATED = "6月龄及以上、无接种禁忌的人群建议每年接种流感疫苗。"
WALKER = "膝关节置换术后第1天可在助行器辅助下下床活动。"

ZOPICLONE = "右佐匹克隆成人2mg，老年人1mg，临睡前服，连续使用不超过4周。"
BUDESONIDE = "布地奈德成人每次2喷，每日2次，儿童每次1喷，每日1次。"
HEPATITIS = "乙肝疫苗成人接种于上臂三角肌，新生儿接种于大腿前外侧，禁止臀部注射。"
TINIDAZOLE = "替硝唑成人每次1g，儿童每次50mg/kg，顿服，服药后3日内禁酒。"
ZINC = "补锌：6月龄以下元素锌10mg/d，6月龄及以上20mg/d，连服10～14天。"
SHINGLES = "带状疱疹应在皮疹出现72小时内开始用药；阿昔洛韦每次800mg，每日5次。"
SPRAIN = "扭伤后用弹力绷带加压包扎；足趾发麻时应立即松开绷带。"
XABAN = "肾功能不全者使用利伐沙班应减量；每日与餐同服。"
LACTATE = "肾功能不全者服用二甲双胍应监测乳酸；每日2次。"
ALARMS = "体温超过39℃、呼吸超过30次/分或血氧低于92%者应立即就医。"
BURNS = "烧伤面积成人超过20%、儿童超过10%者，应住院治疗。"
REVIEW = "口服满3年、静脉输注满2年时，应评估能否停药。"
BISMUTH = "服用铋剂后大便可发黑，停药后消失，无需处理。"
ACCEPTED = [
    (ALARMS, "体温超过39℃应立即就医。"),
    (BURNS, "大人烧伤面积超过20%，要住院治疗。"),
    (REVIEW, "口服满3年，要评估能否停药。"),
    (BISMUTH, "吃铋剂后大便可能发黑，不用处理。"),
    (ZOPICLONE, "成人吃右佐匹克隆，2毫克，临睡前吃，连着用别超过4周。"),
    (ZOPICLONE, "右佐匹克隆连续用不要超过4周。"),
    (BUDESONIDE, "成人布地奈德每次2喷，一天两次。"),
    (HEPATITIS, "乙肝疫苗不能打在屁股上。"),
    (TINIDAZOLE, "吃替硝唑后三天内不能喝酒。"),
    (SHINGLES, "治疗带状疱疹，阿昔洛韦一次800毫克，一天5次。"),
    (SPRAIN, "缠了绷带，脚趾发麻要马上松开。"),
    (XABAN, "用了利伐沙班，每天跟饭一起吃。"),
    (BEDRIDDEN, "家里卧床的老人，至少每2小时翻身1次。"),
    ("每日饮水1500～2000 mL。", "老人们，每天喝水1500到2000毫升。"),
    (FLU_OLD, "65岁及以上的街坊建议每年接种流感疫苗。"),
    ("新生儿黄疸患儿应每日监测胆红素。", "黄疸的新生儿应每天监测胆红素。"),
    ("哮喘患儿应每3个月复诊。", "哮喘的宝贝应每3个月复诊。"),
    (NURSING, "哺乳期的女性，服药期间要暂停哺乳。"),
    (BOTH_SEXES, "服药期间，男的女的都要避孕。"),
    (MINORS, "左氧氟沙星不给18岁以下的人用。"),
    (MINORS, "18岁以下的孩子，不能用左氧氟沙星。"),
    (UNASKED, "心内科大夫没点头，药不能停。"),
    (UNASKED, "得心内科医生同意才能停药。"),
    (MISSED, "替格瑞洛漏服了，不补。"),
    (MISSED, "替格瑞洛漏服了，别补服。"),
    (MISSED, "替格瑞洛漏了一次，不补。"),
    ("肾功能不全者须减量。", "肾功能不全的人必须减量。"),
    ("肾功能不全者应减量。", "肾功能不全的人一定要减量。"),
    (ALONE, "得了阿尔茨海默病，不能一个人开车。"),
    (ALONE, "阿尔茨海默病的老人，他独自开车是不行的。"),
    (BROKEN, "孕妇不要碰破碎的非那雄胺片。"),
    (GRADE, "二级及以上暴露的人，要立即冲洗伤口。"),
    (BEER, "痛风急性期别喝酒，尤其是啤酒和白酒。"),
    (TWO_BRANCHES, "漏服达比加群，距下次服药超过6小时可以补服，不足6小时就不补。"),
    (RINSE, "吸完布地奈德要漱口，以免口腔念珠菌感染。"),
    (BLOOD_FIRST, "检测谷浓度当天，抽完血再服药。"),
    (WALKER, "膝关节置换术后第1天，可以在助行器辅助下下床活动。"),
    ("视力恢复前不得驾车。", "等视力恢复了再开车。"),
    ("拆线前避免伤口沾水。", "没拆线呢，伤口别沾水。"),
    ("未愈合的伤口应避免沾水。", "没长好的伤口别沾水。"),
    ("石膏完全干固前不得负重。", "石膏没干透，不能负重。"),
    ("肾绞痛时双氯芬酸钠栓50 mg直肠给药；活动性消化道溃疡患者禁用。", "肾绞痛了，双氯芬酸钠栓50毫克直肠给药。"),
    (RABIES, "Ⅲ级暴露的人，除了打疫苗，还应在伤口周围浸润注射狂犬病人免疫球蛋白。"),
    (RABIES, "Ⅲ级暴露需要打狂犬病人免疫球蛋白的，最晚别超过打第一针疫苗后的一个星期。"),
    (DEHYDRATED, "轻中度脱水的孩子，口服补液盐Ⅲ每公斤体重50～75毫升，4小时内分次喝完。"),
    (SLEEPLESS, "轻度失眠的人，首选认知行为治疗。"),
    (HEPATITIS_B, "妈妈乙肝表面抗原阳性的，新生儿要在出生后12小时内打乙肝免疫球蛋白和第一针乙肝疫苗。"),
    (SECOND_DOSE, "第二剂补种，最晚别超过首剂后六周。"),
]
REFUSED = [
    (ALARMS, "体温超过38℃应立即就医。", "number"),
    (BURNS, "大人烧伤面积超过10%，要住院治疗。", "condition_dropped"),
    (REVIEW, "静脉输注满3年时，要评估能否停药。", "condition_dropped"),
    (REVIEW, "口服满2年，要评估能否停药。", "condition_dropped"),
    (BISMUTH, "大便发黑无需处理。", "condition_dropped"),
    (ZOPICLONE, "成人吃右佐匹克隆1mg，临睡前服。", "dose"),
    (BUDESONIDE, "成人布地奈德每次2喷，每日1次。", "condition_dropped"),
    (TINIDAZOLE, "替硝唑每次1g，顿服。", "condition_dropped"),
    (ZINC, "6个月及以下的宝宝每天补元素锌10毫克，连服10～14天。", "comparator"),
    (SPRAIN, "缠了绷带，要马上松开。", "condition_dropped"),
    (XABAN, "利伐沙班应减量。", "condition_dropped"),
    (XABAN, "用了利伐沙班，应减量。", "condition_dropped"),
    (LACTATE, "服用二甲双胍，应监测乳酸。", "condition_dropped"),
    (RABIES, "被犬咬伤后都应在伤口周围浸润注射狂犬病人免疫球蛋白。", "condition_dropped"),
    (RABIES, "Ⅱ级暴露者应在伤口周围浸润注射狂犬病人免疫球蛋白。", "condition_dropped"),
    (DEHYDRATED, "孩子喝口服补液盐Ⅲ，每公斤体重50～75毫升，4小时内分次喝完。", "condition_dropped"),
    (DEHYDRATED, "重度脱水患儿口服补液盐Ⅲ用量为50～75ml/kg。", "population"),
    (SLEEPLESS, "重度失眠者首选认知行为治疗。", "population"),
    (HEPATITIS_B, "新生儿应在出生后12小时内注射乙肝免疫球蛋白。", "condition_dropped"),
    (SECOND_DOSE, "第二剂补种不早于首剂后6周。", "negation"),
    (SECOND_DOSE, "第二剂在首剂后6周以后补种。", "duration"),
    (IBUPROFEN, "孩子口服布洛芬每次0.2克，每日3次。", "population"),
    ("成人每日食盐少于5 g。", "老人每天食盐少于5克。", "population"),
    (FLU_OLD, "成年人建议每年接种流感疫苗。", "population"),
    (FLU_OLD, "老年人建议每年接种流感疫苗。", "condition_dropped"),
    ("新生儿黄疸患儿应每日监测胆红素。", "黄疸的成人应每天监测胆红素。", "population"),
    (NURSING, "女性服药期间要暂停哺乳。", "condition_dropped"),
    (BOTH_SEXES, "服药期间，女的要避孕。", "condition_dropped"),
    (MINORS, "左氧氟沙星适用于18岁以下的人。", "negation"),
    (UNASKED, "药不能停。", "condition_dropped"),
    (UNASKED, "骨科医生没点头，药不能停。", "new_claim"),
    (MISSED, "替格瑞洛漏服后要补服。", "negation"),
    ("慢阻肺患者建议每年接种1次流感疫苗。", "慢阻肺患者必须每年接种1次流感疫苗。", "certainty"),
    ("成人可接种带状疱疹疫苗。", "成人必须接种带状疱疹疫苗。", "certainty"),
    ("肾功能不全者应减量。", "肾功能不全的人可能要减量。", "certainty"),
    (ALONE, "阿尔茨海默病患者不得驾车。", "condition_dropped"),
    (BROKEN, "孕妇不得接触非那雄胺片。", "condition_dropped"),
    (STAGE, "压力性损伤的部位不得按摩。", "condition_dropped"),
    (GRADE, "Ⅰ级暴露者应立即冲洗伤口。", "population"),
    (FACE, "弱效激素软膏每日1～2次涂于皮损处，连续使用一般不超过2周。", "condition_dropped"),
    (BEER, "痛风急性期别喝酒，啤酒和白酒可以喝。", "negation"),
    (TWO_BRANCHES, "漏服达比加群，距下次服药超过6小时的不可以补服，不足6小时就不补。", "negation"),
    (RINSE, "吸入布地奈德后不要漱口，以免口腔念珠菌感染。", "negation"),
    (BLOOD_FIRST, "检测谷浓度当天，先服药再抽血。", "timing"),
    (RASH, "吃孟鲁司特钠就会出现情绪改变，出现了要停药就诊。", "certainty"),
    (UNVACCINATED, "6个月及以上的人都建议每年打流感疫苗。", "condition_dropped"),
    ("视力恢复前不得驾车。", "视力恢复后不得驾车。", "timing"),
    (MISSED, "替格瑞洛漏服后马上补一次。", "negation"),
    (
        "腹膜透析患者发现透出液浑浊时，应立即联系腹透中心。",
        "血液透析患者发现透出液浑浊时，应立即联系腹透中心。",
        "population",
    ),
    ("石膏完全干固前不得负重。", "石膏干了也不能负重。", "timing"),
    ("拆线前避免伤口沾水。", "拆了线，伤口别沾水。", "timing"),
    ("未愈合的伤口应避免沾水。", "愈合的伤口别沾水。", "negation"),
    ("未开封的胰岛素应冷藏保存。", "开了封的胰岛素要放冷藏。", "negation"),
    ("未经治疗的高血压患者不宜剧烈运动。", "治疗过的高血压患者不宜剧烈运动。", "negation"),
    (MINORS, "左氧氟沙星是给18岁以下的人用的。", "negation"),
    (WALKER, "膝关节置换术后第1天就可以下床活动了。", "condition_dropped"),
]
FRAMES = [
    ("左氧氟沙星不给孕妇用。", "左氧氟沙星不得用于孕妇。"),
    ("这药是专门给2岁以上的儿童用的，", "这药适用于2岁以上的儿童，"),
    ("停不停得心内科医生同意。", "心内科未经医生同意不得停。"),
    ("可缓释片不能磨碎。", "但缓释片不能磨碎。"),
    ("可用温水不可用冷水。", "可用温水不可用冷水。"),
    ("天天吃是绝对不许的。", "不能天天吃。"),
    ("可以避免食用香蕉。", "可以避免食用香蕉。"),
]


@pytest.mark.parametrize(("fact", "sentence"), ACCEPTED)
def test_the_same_limit_in_other_words_is_supported(fact: str, sentence: str) -> None:
    assert check_sentence(sentence, [fact]).reasons == ()


@pytest.mark.parametrize(("fact", "sentence", "kind"), REFUSED)
def test_a_limit_that_is_lost_or_turned_is_refused(fact: str, sentence: str, kind: str) -> None:
    assert kind in {reason.kind for reason in check_sentence(sentence, [fact]).reasons}


@pytest.mark.parametrize(("said", "plain"), FRAMES)
def test_a_frame_is_rewritten_as_its_operator(said: str, plain: str) -> None:
    assert framed(said) == plain


@pytest.mark.parametrize(("said", "_plain"), FRAMES)
def test_rewriting_frames_twice_is_rewriting_them_once(said: str, _plain: str) -> None:
    assert framed(framed(said)) == framed(said)


def test_what_is_not_over_is_a_stretch_of_time() -> None:
    assert finished("狂犬疫苗没打完这段日子，酒别喝。") == "接种狂犬疫苗期间，酒别喝。"


def test_stages_are_read_in_any_numerals() -> None:
    assert stages_of("ii级暴露和二级暴露") == stages_of("2级暴露") == {"2级"}
    assert stages_of("服用acei期间") == frozenset()


@pytest.mark.parametrize(
    ("sentence", "fact"),
    [
        ("应立即停药。", "出现皮疹，应立即停药。"),
        ("请及时做胃镜。", "出现吞咽困难、黑便或体重明显下降，应及时行胃镜检查。"),
        ("应做CT检查。", "咯血反复出现，应做CT检查。"),
        ("反复便血的人，建议行结肠镜检查以排除肿瘤。", "便血反复出现且年龄在40岁以上者，建议行结肠镜检查以排除肿瘤。"),
        ("应警惕血栓，立即就医。", "小腿突然肿胀、疼痛或呼吸急促，应警惕血栓，立即就医。"),
        ("应做妊娠检查。", "服药后月经推迟超过7天，应做妊娠检查。"),
        (
            "应在出生后12小时内注射乙肝免疫球蛋白和乙肝疫苗。",
            "乙肝表面抗原阳性母亲所生新生儿，应在出生后12小时内注射乙肝免疫球蛋白和乙肝疫苗。",
        ),
        (
            "造口24小时没有排气排便，应立即就医。",
            "造口黏膜呈紫色或黑色，或24小时无排气排便伴腹痛，应立即就医。",
        ),
    ],
)
def test_a_case_that_no_word_marks_is_a_condition_of_the_order_after_it(sentence: str, fact: str) -> None:
    assert "condition_dropped" in {reason.kind for reason in check_sentence(sentence, [fact]).reasons}


@pytest.mark.parametrize(
    ("sentence", "fact"),
    [
        ("起了皮疹，请马上停药。", "出现皮疹，应立即停药。"),
        ("小腿突然肿起来，要当心血栓，马上去医院。", "小腿突然肿胀、疼痛或呼吸急促，应警惕血栓，立即就医。"),
        ("吃药以后月经推迟了一个星期以上，要查一下是不是怀孕了。", "服药后月经推迟超过7天，应做妊娠检查。"),
        (
            "妈妈乙肝表面抗原阳性，宝宝出生后12个小时以内就应该打上乙肝疫苗。",
            "乙肝表面抗原阳性母亲所生新生儿，应在出生后12小时内注射乙肝疫苗。",
        ),
    ],
)
def test_a_case_that_no_word_marks_may_be_told_with_one_or_without(sentence: str, fact: str) -> None:
    assert check_sentence(sentence, [fact]).supported


@pytest.mark.parametrize("sentence", ["体重15～30公斤的孩子呼吸困难时，用0.3毫克。", "体重15～30公斤的孩子用0.3毫克。"])
def test_a_dose_is_not_told_under_the_weight_of_those_who_have_another(sentence: str) -> None:
    fact = "出现呼吸困难或意识模糊，立即肌注肾上腺素0.3mg；体重15～30kg的儿童用0.15mg。"
    assert "dose" in {reason.kind for reason in check_sentence(sentence, [fact]).reasons}
