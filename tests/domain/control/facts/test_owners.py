"""What a fact says of one medicine is not said of another."""

from __future__ import annotations

import pytest

from narrowcast.domain.control.facts.checker import check_sentence

URINE = "异烟肼和利福平应清晨空腹顿服；利福平服药后尿液可呈橘红色，属正常现象。"
PHASES = "初治方案：强化期2个月，异烟肼、利福平、吡嗪酰胺、乙胺丁醇qd；巩固期4个月，异烟肼、利福平qd。"
IRON = (
    "铁剂不宜与浓茶、咖啡、牛奶同服，可与维生素C同服以促进吸收；服药后大便发黑属正常现象，但如黑便呈柏油样应及时就诊。"
)
IRON_LONG = "服铁剂期间不宜饮浓茶和咖啡，不宜与钙剂、抗酸药同服。"
MORNING = "服用华法林者是否停药由医生决定，不得自行停药；降糖药检查当日早晨停用。"
ALLERGY = (
    "四联方案：奥美拉唑20mg、阿莫西林1g、克拉霉素500mg，均每日2次，疗程14天；阿莫西林和克拉霉素于餐后服用。"
    "青霉素过敏者不得使用阿莫西林，可改用四环素500mg，每日3~4次。"
)
THYROID = "左甲状腺素与钙剂、铁剂的服用间隔应大于4小时。"

RASH = "依那普利可引起干咳；服用别嘌醇出现皮疹应立即停药。"
ALCOHOL = "服用甲硝唑期间禁酒；阿莫西林饭后服用。"

MIGRAINE = "利扎曲普坦片5mg于头痛发作时口服，必要时间隔2小时可重复1次，24小时内最大剂量10mg。"


@pytest.mark.parametrize(
    ("sentence", "fact"),
    [
        ("吃了异烟肼，小便可能变成橘红色，这是正常的，不用紧张。", URINE),
        ("进入巩固期后，还要吃4个月的异烟肼和乙胺丁醇，每天各一次。", PHASES),
        ("吃维生素C以后大便变黑是正常的，不过如果黑得像柏油一样，就要及时去看医生。", IRON),
        ("服抗酸药时不宜喝浓茶。", IRON_LONG),
        ("检查那天早上，华法林先不吃。", MORNING),
        ("阿莫西林是饭后吃的，克拉霉素过敏的朋友不能用它。", ALLERGY),
        ("钙片和铁剂不要挨着吃，两样之间要隔4小时以上。", THYROID),
        ("如果您同时在吃铁剂，钙剂要和它错开四小时以上。", THYROID),
        ("吃依那普利如果出皮疹要马上停药。", RASH),
        ("头痛发作的时候，吃止痛药片5毫克。", MIGRAINE),
        ("甲硝唑吃完后不能喝酒，阿莫西林也是。", ALCOHOL),
    ],
)
def test_what_is_said_of_one_medicine_is_refused_of_another(sentence: str, fact: str) -> None:
    assert not check_sentence(sentence, [fact]).supported


@pytest.mark.parametrize(
    ("sentence", "fact"),
    [
        ("吃了利福平，小便可能变成橘红色，这是正常的，不用紧张。", URINE),
        ("进入巩固期后，还要吃4个月的异烟肼和利福平，每天各一次。", PHASES),
        ("吃铁剂以后大便变黑是正常的，不过如果黑得像柏油一样，就要及时去看医生。", IRON),
        ("铁剂别跟浓茶、咖啡、牛奶一块儿吃，跟维生素C一起吃倒可以促进吸收。", IRON),
        ("服铁剂时不宜喝浓茶。", IRON_LONG),
        ("检查那天早上，降糖药先不吃。", MORNING),
        ("阿莫西林是饭后吃的，青霉素过敏的朋友不能用它。", ALLERGY),
        ("钙片和左甲状腺素不要挨着吃，两样之间要隔4小时以上。", THYROID),
        ("如果您同时在吃铁剂，左甲状腺素要和它错开四小时以上。", THYROID),
        ("吃别嘌醇如果出皮疹要马上停药。", RASH),
        ("头痛发作的时候，吃利扎曲普坦片5毫克。", MIGRAINE),
        ("吃甲硝唑期间不能喝酒。", ALCOHOL),
    ],
)
def test_what_is_said_of_the_medicine_itself_passes(sentence: str, fact: str) -> None:
    assert check_sentence(sentence, [fact]).supported
