"""Parts of facts: what one clause, one branch or one member of a list says by itself."""

from __future__ import annotations

import pytest

from narrowcast.domain.control.facts.checker import check_sentence
from narrowcast.domain.control.facts.parts import read_parts

NITROGLYCERIN = "胸痛发作时舌下含服硝酸甘油0.5 mg，5分钟未缓解可再含1次；收缩压＜90 mmHg者禁用。"
WOUND = "伤口渗液、红肿或体温＞38.5 ℃时，应联系医生"
FEVER = "头晕、呕吐或体温＞38.5 ℃时，应联系医生"
CALCIUM = "绝经后女性及50岁以上男性每日元素钙推荐摄入量1000～1200 mg。"
URATE = "痛风患者血尿酸应控制在360 μmol/L以下，有痛风石者应控制在300 μmol/L以下。"
OTITIS = "阿莫西林颗粒用于2岁以下急性中耳炎患儿，疗程10天；2岁及以上疗程5～7天。"
VACCINE = "6月龄及以上、无接种禁忌的人群建议每年接种流感疫苗。"


WARFARIN = "华法林：起始治疗时每周测INR 2～3次，稳定后每4周1次，加用或停用其他药物时应增加监测。"
PRESSURE = "血压控制目标：一般高血压患者＜140/90mmHg，能耐受者可降至＜130/80mmHg；合并糖尿病者＜130/80mmHg。"
LEVEL = "检测他克莫司谷浓度当日，应在抽血后再服药。"


LACTULOSE = "便秘者可口服乳果糖15mL，每日1～2次；花生或牛奶过敏者慎用。"
VERTIGO = "如眩晕伴言语不清、肢体无力或复视，应立即急诊就诊。"
BREAST = "症状24小时内无改善，或体温≥38.5℃，应到乳腺科就诊。"
ANKLE = "踝关节扭伤后不能负重行走4步，或外踝骨性压痛明显者，应拍摄X线片排除骨折。"


GOUT = "痛风患者每日饮水2000–3000ml（心、肾功能不全者遵医嘱），禁饮啤酒和白酒，急性期可抬高患肢。"
SEIZURE = "3月龄以下婴儿发热，或热程超过3天，或出现抽搐、精神萎靡，应及时就诊。"
DIABETES = "饮食和运动控制1–2周血糖仍不达标者，首选胰岛素治疗，剂量由医生调整，孕妇不得自行停用。"


def parts_of(fact: str) -> list[str]:
    return [part.text for part in read_parts(fact)]


def test_a_clause_keeps_the_medicine_it_speaks_of() -> None:
    assert "舌下含服硝酸甘油：收缩压<90mmhg者禁用" in parts_of(NITROGLYCERIN)


def test_a_clause_that_goes_on_stays_with_the_one_before_it() -> None:
    assert not any(part.startswith("仍不缓解") for part in parts_of("胸痛时含服1片；仍不缓解者拨打120。"))


def test_each_member_of_a_listed_condition_is_a_part() -> None:
    assert parts_of(FEVER) == ["头晕时，应联系医生", "呕吐时，应联系医生", "体温>38.5°c时，应联系医生"]


def test_what_must_hold_together_is_no_list() -> None:
    assert not any("无接种禁忌" not in part for part in parts_of(VACCINE))


@pytest.mark.parametrize(
    ("sentence", "fact"),
    [
        ("收缩压低于90毫米汞柱的时候，不能含硝酸甘油。", NITROGLYCERIN),
        ("伤口红肿了，应该联系医生。", WOUND),
        ("50岁以上的男性，每日推荐的元素钙是1000～1200毫克。", CALCIUM),
        ("绝经后的女性，每日推荐的元素钙是1000～1200毫克。", CALCIUM),
        ("华法林稳定以后，INR每4周测一次就可以。", WARFARIN),
        ("症状24小时内没有改善，要到乳腺科就诊。", BREAST),
        ("眩晕伴有复视，应立即急诊就诊。", VERTIGO),
        ("花生过敏的人，乳果糖要慎用。", LACTULOSE),
        ("合并糖尿病的高血压患者，血压应低于130/80mmHg。", PRESSURE),
        ("痛风急性期可以把患肢垫高一些。", GOUT),
        ("孩子一旦抽搐，请及时去医院看看。", SEIZURE),
        ("胰岛素的剂量由医生来调整。", DIABETES),
        ("怀孕的女性不能自己停胰岛素。", DIABETES),
        ("有痛风石的朋友，血尿酸应控制在300 μmol/L以下；痛风患者应控制在360 μmol/L以下。", URATE),
    ],
)
def test_a_sentence_may_use_a_part(sentence: str, fact: str) -> None:
    assert check_sentence(sentence, [fact]).supported


@pytest.mark.parametrize(
    ("sentence", "fact"),
    [
        ("心功能不全的痛风患者每天喝水2000到3000毫升。", GOUT),
        ("婴儿发热，应及时就诊。", SEIZURE),
        ("糖尿病患者首选胰岛素治疗。", DIABETES),
        ("不能含硝酸甘油。", NITROGLYCERIN),
        ("收缩压低于90毫米汞柱的时候，舌下含服硝酸甘油0.5毫克。", NITROGLYCERIN),
        ("没有红肿时，应联系医生。", WOUND),
        ("50岁以上的女性，每日推荐的元素钙是1000～1200毫克。", CALCIUM),
        ("痛风患者血尿酸应控制在300 μmol/L以下。", URATE),
        ("2岁以下急性中耳炎患儿吃阿莫西林颗粒，疗程5～7天。", OTITIS),
        ("急性中耳炎患儿吃阿莫西林颗粒，疗程都是10天。", OTITIS),
        ("6个月及以上的人都建议每年打流感疫苗。", VACCINE),
        ("INR每4周测一次就可以。", WARFARIN),
        ("要到乳腺科就诊。", BREAST),
        ("肢体无力的话，请马上去急诊。", VERTIGO),
        ("便秘的人，乳果糖要慎用。", LACTULOSE),
        ("崴了脚就应该拍X线片排除骨折。", ANKLE),
        ("华法林稳定以后，INR每周测2到3次。", WARFARIN),
        ("高血压患者，血压应低于130/80mmHg。", PRESSURE),
        ("查他克莫司谷浓度当天，先吃药再抽血。", LEVEL),
    ],
)
def test_a_part_is_not_said_of_what_it_leaves_out(sentence: str, fact: str) -> None:
    assert not check_sentence(sentence, [fact]).supported


TETANUS = (
    "破伤风：全程免疫后末次接种不足5年者，无需处理；满5年不足10年的，不洁伤口加强1剂；满10年及以上者，加强1剂疫苗。"
)
RABIES = "狂犬病疫苗：5针法于第0、3、7、14、28天各接种1剂；二一一法于第0天接种2剂，第7、21天各接种1剂。"
CALCIUM_CARBONATE = "碳酸钙：餐中嚼服；高钙血症者禁用；与左氧氟沙星合用时，左氧氟沙星应在碳酸钙前2小时服用。"


@pytest.mark.parametrize(
    ("sentence", "fact"),
    [
        ("破伤风末次接种不足10年者，一律加强1剂。", TETANUS),
        ("狂犬病疫苗5针法于第0、3、7、21、28天各打1剂。", RABIES),
        ("高钙血症者禁用左氧氟沙星。", CALCIUM_CARBONATE),
    ],
)
def test_two_parts_are_not_mixed(sentence: str, fact: str) -> None:
    assert not check_sentence(sentence, [fact]).supported


@pytest.mark.parametrize(
    ("sentence", "fact"),
    [
        ("高钙血症的人不能用碳酸钙；碳酸钙要在吃饭的时候嚼着吃。", CALCIUM_CARBONATE),
        ("两岁以下的急性中耳炎患儿吃阿莫西林颗粒10天，两岁及以上吃5到7天。", OTITIS),
    ],
)
def test_several_parts_are_said_one_after_the_other(sentence: str, fact: str) -> None:
    assert check_sentence(sentence, [fact]).supported


@pytest.mark.parametrize(
    ("sentence", "fact"),
    [
        ("手术后24小时就能洗澡。", "术后24小时可下床，术后1周可洗澡。"),
        ("硝酸甘油0.5毫克吞下去。", "硝酸甘油0.5mg舌下含服，5分钟后可重复1次，最多3次。"),
    ],
)
def test_no_word_of_another_part_is_said_by_the_way(sentence: str, fact: str) -> None:
    assert not check_sentence(sentence, [fact]).supported


THYROXINE = "冠心病患者应从小剂量开始服用左甲状腺素，服药后出现心悸、胸痛时应及时就诊。"
MISSED = "漏服利伐沙班，当日想起应立即补服，次日按原剂量服用，不可一日内服用双倍剂量。"
ENZYMES = "转氨酶升高超过正常上限3倍，或出现不明原因肌痛，应联系医生评估是否停药。"


@pytest.mark.parametrize(
    ("sentence", "fact"),
    [
        ("左甲状腺素要从小剂量开始吃。", THYROXINE),
        ("漏服了利伐沙班，第二天想起来再补服就可以。", MISSED),
        ("转氨酶升高，应联系医生评估是否停药。", ENZYMES),
    ],
)
def test_what_is_done_with_a_medicine_is_no_name_of_it_in_another_clause(sentence: str, fact: str) -> None:
    assert not check_sentence(sentence, [fact]).supported


@pytest.mark.parametrize(
    ("sentence", "fact"),
    [
        ("有冠心病的人，左甲状腺素要从小剂量开始吃。", THYROXINE),
        ("漏服了利伐沙班，当天想起来要立即补服，第二天按原来的剂量服。", MISSED),
        ("不明原因肌痛时，应联系医生评估是否停药。", ENZYMES),
        ("转氨酶升高超过正常上限的3倍，应联系医生评估是否停药。", ENZYMES),
    ],
)
def test_a_clause_or_a_case_told_whole_passes(sentence: str, fact: str) -> None:
    assert check_sentence(sentence, [fact]).supported


LATE = "漏服不超过12小时应补服，超过12小时不必补服。"


def test_a_clause_with_a_bound_of_its_own_borrows_none() -> None:
    assert not check_sentence("漏服超过12小时应补服。", [LATE]).supported
    assert check_sentence("漏服超过12小时的，不必补服。", [LATE]).supported
