"""What is told at length, as one talks to a patient, against the short words of a fact."""

from __future__ import annotations

import pytest

from narrowcast.domain.control.facts import check_sentence

HELICOBACTER = "根除幽门螺杆菌推荐铋剂四联方案，疗程10～14天。"
TOYS = "患儿的玩具、餐具可用含氯消毒液浸泡30分钟后清洗。"
IRON = "早产儿从出生后2～4周开始补铁，每日2mg/kg，直至1周岁。"
LEVONORGESTREL = "紧急避孕药不能替代常规避孕方法，同一月经周期内不宜反复使用。"
VALPROATE = "育龄期女性应避免使用丙戊酸钠，除非其他药物无效且已采取有效避孕措施。"
DROPS = "使用两种以上滴眼液时，应间隔5～10分钟。"
SEPTUM = "喷药时左手喷右侧鼻孔、右手喷左侧鼻孔，避免喷向鼻中隔。"
VOMITING = "呕吐持续超过24小时或无法进水者，应联系主管医生。"
FASTING = "检查前1日进食低渣饮食，检查前晚8点后禁食。"
FEEDING = "意识障碍者不可经口喂食。"
BATH = "洗澡水温32～37℃，时间不超过10分钟。"


@pytest.mark.parametrize(
    ("fact", "sentence"),
    [
        (HELICOBACTER, "根除幽门螺杆菌，推荐使用含铋剂的四联方案，疗程要10到14天。"),
        (TOYS, "患儿用过的玩具和餐具，可以用含氯消毒液泡半个小时后再清洗。"),
        (IRON, "早产儿出生后2到4周开始补铁，每天每公斤体重2毫克，一直补到满1岁。"),
        (LEVONORGESTREL, "紧急避孕药在同一个月经周期里不宜反复使用。"),
        (VALPROATE, "育龄期女性应避免用丙戊酸钠，除非别的药都没有效果，并且已经采取了有效的避孕措施。"),
        (DROPS, "如果要用两种以上的眼药水，每种之间请隔开5到10分钟。"),
        (SEPTUM, "喷药的时候，避免对着鼻中隔喷。"),
        (VOMITING, "呕吐持续了一天一夜以上（超过24小时），请联系主管医生。"),
        (FASTING, "检查前一天晚上，八点过后要禁食。"),
        (FEEDING, "患者意识有障碍的时候，不可以经口喂食。"),
        (BATH, "洗澡用32～37℃的水，10分钟之内洗完。"),
    ],
)
def test_what_is_told_in_more_words_is_what_the_fact_tells(fact: str, sentence: str) -> None:
    assert check_sentence(sentence, [fact]).supported


@pytest.mark.parametrize(
    ("fact", "sentence"),
    [
        (HELICOBACTER, "根除幽门螺杆菌，推荐使用含克拉霉素的四联方案，疗程要10到14天。"),
        (TOYS, "患儿用过的玩具和餐具，可以用含氯消毒液泡一个小时后再清洗。"),
        (IRON, "早产儿出生后2到4周开始补铁，每天每公斤体重2毫克，一直补到满2岁。"),
        (LEVONORGESTREL, "紧急避孕药在三个月经周期里不宜反复使用。"),
        (VALPROATE, "育龄期女性应避免用丙戊酸钠，除非别的药都没有效果。"),
        (DROPS, "如果要用两种以上的眼药水，每种之间请隔开1到2分钟。"),
        (SEPTUM, "喷药的时候，请对着鼻中隔喷。"),
        (SEPTUM, "喷药时请对准鼻中隔喷。"),
        (VOMITING, "呕吐持续了12小时以上，请联系主管医生。"),
        (FASTING, "检查前一天晚上，六点过后要禁食。"),
        (FEEDING, "患者吞咽有障碍的时候，不可以经口喂食。"),
        (BATH, "洗澡用32～37℃的水，20分钟之内洗完。"),
    ],
)
def test_what_is_told_otherwise_in_more_words_is_refused(fact: str, sentence: str) -> None:
    assert not check_sentence(sentence, [fact]).supported


COLCHICINE = "急性痛风发作时，秋水仙碱首剂1mg，1小时后再服0.5mg。"
CALCIUM = "每日元素钙推荐摄入量为1000～1200mg，其中膳食可提供约400mg，其余由钙剂补充。"
LACTULOSE = "乳果糖口服溶液成人起始剂量每日30ml，维持剂量每日10～25ml，宜在早餐时一次服用。"
FEVER = "持续高热超过39℃、精神差、呕吐或肢体抖动提示可能为重症，应立即送医。"
IRON_TEA = "铁剂不宜与牛奶、茶同服，以免影响吸收。"
DARK = "避免长时间在暗处停留。"
TAMOXIFEN = "他莫昔芬不宜与帕罗西汀、氟西汀合用，以免降低疗效。"
MEALS = "少量多餐，每日5～6餐，避免油腻食物。"
ONDANSETRON = "昂丹司琼8mg于化疗前30分钟口服，之后每8～12小时1次。"
SILVER = "磺胺嘧啶银乳膏每日1次外涂，磺胺过敏者、妊娠晚期妇女和2月龄以下婴儿禁用。"
SALT = "每日食盐摄入量不超过5g，家庭自测血压应早晚各测2次，每次间隔1分钟，连测7天。"
COLD = "避免使用含伪麻黄碱的感冒药，以免引起急性尿潴留。"


@pytest.mark.parametrize(
    ("fact", "sentence"),
    [
        (COLCHICINE, "急性痛风发作时，秋水仙碱首次服1毫克，一小时后加服0.5毫克。"),
        (CALCIUM, "每天推荐摄入1000到1200毫克的元素钙；饮食里大约能有400毫克，剩下的靠钙剂来补。"),
        (LACTULOSE, "成年人吃乳果糖口服溶液，一开始每天30毫升，之后维持在每天10到25毫升，最好在吃早饭时一次喝下。"),
        (FEVER, "如果持续高热、超过39℃，提示有可能是重症，请立刻送医院。"),
        (IRON_TEA, "铁剂不宜和茶、牛奶一块儿服用，因为会影响吸收。"),
        (DARK, "要避免在暗的地方待得太久。"),
        (TAMOXIFEN, "他莫昔芬不宜和帕罗西汀、氟西汀一起用，以免疗效打折扣。"),
        (MEALS, "吃饭请少量多餐，一天分成五到六顿，避免油腻的食物。"),
        (ONDANSETRON, "化疗开始前半小时，请口服昂丹司琼8毫克。"),
        (SILVER, "磺胺嘧啶银乳膏，磺胺过敏的朋友禁用。"),
        (SALT, "家庭自测血压，早晚各2次，中间隔一分钟，一连测七天。"),
        (COLD, "感冒了，避免用含伪麻黄碱的感冒药，免得引起急性尿潴留。"),
    ],
)
def test_what_an_editor_puts_at_length_is_what_the_fact_puts_shortly(fact: str, sentence: str) -> None:
    assert check_sentence(sentence, [fact]).supported


@pytest.mark.parametrize(
    ("fact", "sentence"),
    [
        (COLCHICINE, "急性痛风发作时，秋水仙碱首次服1毫克，一小时后加服1毫克。"),
        (CALCIUM, "饮食里大约能有400毫克，剩下的靠维生素D来补。"),
        (LACTULOSE, "成年人吃乳果糖口服溶液，一开始每天10到25毫升，之后维持在每天30毫升。"),
        (FEVER, "如果持续高热、超过38℃，提示有可能是重症，请立刻送医院。"),
        (IRON_TEA, "铁剂宜和茶、牛奶一块儿服用，因为会促进吸收。"),
        (IRON_TEA, "铁剂不宜和茶、牛奶一块儿服用，因为会引起呕吐。"),
        (DARK, "要避免在亮的地方待得太久。"),
        (TAMOXIFEN, "他莫昔芬不宜和帕罗西汀、氟西汀一起用，以免增强疗效。"),
        (MEALS, "吃饭请少量多餐，一天分成三到四顿，避免油腻的食物。"),
        (ONDANSETRON, "化疗开始后半小时，请口服昂丹司琼8毫克。"),
        (SILVER, "磺胺嘧啶银乳膏，磺胺过敏的朋友可以用。"),
        (SALT, "家庭自测血压，早晚各2次，中间隔五分钟，一连测七天。"),
        (COLD, "感冒了，要用含伪麻黄碱的感冒药。"),
    ],
)
def test_what_is_put_otherwise_at_length_is_refused(fact: str, sentence: str) -> None:
    assert not check_sentence(sentence, [fact]).supported


NITROGLYCERIN = "胸痛发作时舌下含服硝酸甘油0.5mg，5分钟不缓解可重复1次，仍不缓解应拨打120。"
CEFALEXIN = "症状持续24～48小时不缓解或体温超过38.5℃，可遵医嘱使用头孢氨苄0.5g，每日4次，疗程10～14天。"
POLLEN = "季节性过敏性鼻炎应在花粉期前2～4周开始预防性用药。"


@pytest.mark.parametrize(
    ("fact", "sentence"),
    [
        (NITROGLYCERIN, "胸痛发作时，请在舌头下面含服0.5毫克硝酸甘油；过5分钟还不缓解，可以再含一次。"),
        (CEFALEXIN, "症状持续一到两天还没缓解，或者体温高过38.5℃，可以遵照医生的嘱咐用头孢氨苄，每次500毫克。"),
        (POLLEN, "季节性过敏性鼻炎的朋友，预防用药要早一点开始：花粉期前14～28天。"),
    ],
)
def test_a_wait_a_choice_and_an_early_start_are_the_facts(fact: str, sentence: str) -> None:
    assert check_sentence(sentence, [fact]).supported


@pytest.mark.parametrize(
    ("fact", "sentence"),
    [
        (NITROGLYCERIN, "胸痛发作时含服0.5毫克硝酸甘油；过15分钟还不缓解，可以再含一次。"),
        (NITROGLYCERIN, "胸痛发作时含服0.5毫克硝酸甘油，每5分钟含一次。"),
        (CEFALEXIN, "症状持续一到两天缓解了，可以遵照医生的嘱咐用头孢氨苄。"),
        (CEFALEXIN, "症状持续一到两天缓解了，或者体温高过38.5℃，可以遵照医生的嘱咐用头孢氨苄。"),
        (CEFALEXIN, "症状持续一到两天还没缓解，或者体温没有高过38.5℃，可以遵照医生的嘱咐用头孢氨苄。"),
        (POLLEN, "季节性过敏性鼻炎的朋友，预防用药要晚一点开始：花粉期后14～28天。"),
    ],
)
def test_another_wait_choice_or_start_is_refused(fact: str, sentence: str) -> None:
    assert not check_sentence(sentence, [fact]).supported
