"""The other side of an instruction may be told too, never in its place; cases and leaves keep their force."""

from __future__ import annotations

import pytest

from narrowcast.domain.control.facts import check_sentence

BLOOD = "采血后以棉签按压5分钟。"
MEAL = "布洛芬餐后服用。"
WHOLE = "控释片应整片吞服。"
NIGHT = "夜间如厕应有人搀扶。"
CALCIUM = "钙剂与左甲状腺素应间隔4小时服用。"
TAPER = "泼尼松应逐渐减量停药。"
WATCH = "接种后应留观30分钟。"
HOME = "流感患者应居家休息3天。"
TEA = "避免浓茶、咖啡。"
SMOKING = "终身戒烟。"
LOAD = "避免提超过3kg的重物。"
CHEST = "胸痛持续不缓解立即拨打120。"
VOMITING = "呕吐不能进食立即急诊。"
CLONAZEPAM = "氯硝西泮突然停用可能诱发抽搐。"
DROWSY = "服用氯硝西泮可能出现嗜睡。"
TRAINING = "腰椎间盘突出恢复期进行五点支撑训练，每次10下，每日2组。"
STEPS = "经康复师评估后方可负重行走。"
GUMS = "硝苯地平10mg tid；可能出现牙龈肿胀，明显时告知医生，切勿自行停药。"
EITHER = "螺内酯与食物同服或不同服均可。"
TETANUS = "注射破伤风免疫球蛋白不能代替疫苗接种。"
NODULE = "甲状腺结节<1cm且无恶性征象者无需穿刺。"
OXYGEN = "慢阻肺患者吸氧流量1～2L/min。"
PREGNANT = "妊娠期不应接种，如接种期间怀孕，剩余剂次推迟至分娩后。"

WATER = "每日饮水不超过2L，有浮肿者不超过1L。"
RAZOR = "血小板<20时停用剃须刀片。"
LIVER = "肝硬化患者应终身戒酒。"
WOUND = "清洗伤口不用酒精。"
DROPS = "两种滴眼液间隔10分钟。"
GUIDED = "应在医生指导下停药，不得自行停药。"
HEADACHE = "萘普生250mg，头痛时服用，每日不超过2次。"
SWITCH = "沙库巴曲缬沙坦起始50mg bid；停用ACEI满36小时后方可开始。"

TOLD = [
    (BLOOD, "抽完血用棉签压住五分钟，别松手。"),
    (MEAL, "布洛芬饭后吃，不要空着肚子吃。"),
    (WHOLE, "控释片要整片吞，不要嚼碎。"),
    (NIGHT, "夜里上厕所要有人扶着，别一个人去。"),
    (CALCIUM, "钙片和左甲状腺素隔开4小时，不要一起吃。"),
    (TAPER, "泼尼松要慢慢减量，别一下子停掉。"),
    (WATCH, "打完针留观30分钟，别马上走。"),
    (HOME, "流感病人要居家休息3天，别去上班。"),
    (TEA, "浓茶和咖啡，请别碰。"),
    (SMOKING, "烟，要戒一辈子。"),
    (LOAD, "别提超过3公斤的东西。"),
    (CHEST, "胸痛一直不缓解，马上打120。"),
    (VOMITING, "呕吐不能进食就马上去急诊。"),
    (CLONAZEPAM, "别突然停氯硝西泮，突然停可能会抽搐。"),
    (TRAINING, "腰突恢复期可以做五点支撑训练，每次10下，每天2组。"),
    (STEPS, "要先由康复师评估，才可以负重行走。"),
    (GUMS, "牙龈肿得厉害，要告诉医生，药别自己停。"),
    (PREGNANT, "怀孕了，剩下的疫苗等生完再打。"),
    (TETANUS, "打了破伤风免疫球蛋白，疫苗照样要打。"),
    (WATER, "没有浮肿的人，每天喝水不超过2升。"),
    (RAZOR, "血小板低于20时别再用剃须刀片。"),
    (WOUND, "洗伤口别用酒精。"),
    (DROPS, "两种滴眼液不要连着滴，隔开10分钟。"),
    (GUIDED, "停药要由医生指导，不要自己停。"),
    (HEADACHE, "头疼的时候可以吃萘普生，一次250毫克。"),
    (SWITCH, "ACEI停够36小时，才能开始吃沙库巴曲缬沙坦。"),
    (OXYGEN, "慢阻肺病人吸氧流量别开太大，每分钟1到2升就行。"),
]
TURNED = [
    (BLOOD, "抽完血不用棉签压。"),
    (MEAL, "布洛芬不要饭后吃。"),
    (MEAL, "布洛芬要空腹吃，不要饭后吃。"),
    (WHOLE, "控释片要嚼碎，不要整片吞。"),
    (WHOLE, "别吃控释片。"),
    (NIGHT, "夜里上厕所不要人扶。"),
    (CALCIUM, "钙片和左甲状腺素不要隔开，一起吃。"),
    (TAPER, "泼尼松别慢慢减量。"),
    (WATCH, "打完针别留观，马上走。"),
    (HOME, "流感病人别居家休息，去上班。"),
    (TEA, "浓茶和咖啡，请放心喝。"),
    (SMOKING, "烟，不用戒一辈子。"),
    (SMOKING, "可以不戒烟。"),
    (LOAD, "可以提超过3公斤的东西。"),
    (CHEST, "胸痛缓解了，马上打120。"),
    (CHEST, "胸痛一直不缓解，不用打120。"),
    (CLONAZEPAM, "可以突然停氯硝西泮，突然停可能会抽搐。"),
    (DROWSY, "别吃氯硝西泮，吃了可能会嗜睡。"),
    (TRAINING, "可以做五点支撑训练，每次10下。"),
    (STEPS, "不用评估，就可以负重行走。"),
    (STEPS, "要负重行走。"),
    (GUMS, "吃硝苯地平牙龈会肿，肿得厉害要告诉医生。"),
    (EITHER, "螺内酯不要随餐吃。"),
    (EITHER, "螺内酯必须不随餐吃。"),
    (PREGNANT, "怀孕了，剩下的疫苗接着打。"),
    (TETANUS, "打了破伤风免疫球蛋白，疫苗就不用打了。"),
    (WATER, "没有浮肿的人，每天喝水不超过1升。"),
    (WATER, "有浮肿的人，每天喝水不超过2升。"),
    (RAZOR, "血小板低于20时可以用剃须刀片。"),
    (LIVER, "肝硬化病人可以饮酒。"),
    (LIVER, "肝硬化病人不用戒酒。"),
    (DROPS, "两种滴眼液连着滴。"),
    (HEADACHE, "可以天天吃萘普生，一次250毫克。"),
    (SWITCH, "ACEI停24小时，就能开始吃沙库巴曲缬沙坦。"),
    (TETANUS, "打了破伤风免疫球蛋白，就可以代替疫苗。"),
    (NODULE, "甲状腺结节小于1厘米、有恶性征象的，不用做穿刺。"),
    (OXYGEN, "慢阻肺病人不要吸氧，每分钟1到2升。"),
]


@pytest.mark.parametrize(("fact", "sentence"), TOLD)
def test_the_contrary_of_an_instruction_is_forbidden_with_it(fact: str, sentence: str) -> None:
    assert check_sentence(sentence, [fact]).reasons == ()


@pytest.mark.parametrize(("fact", "sentence"), TURNED)
def test_an_instruction_that_is_turned_is_refused(fact: str, sentence: str) -> None:
    assert not check_sentence(sentence, [fact]).supported
