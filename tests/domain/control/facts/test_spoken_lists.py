"""Members of lists, counts, enumerations and exceptions as people say them, and what is none of them."""

from __future__ import annotations

import pytest

from narrowcast.domain.control.facts import check_sentence

EYES = "如出现视力突然下降、眼部剧痛或分泌物明显增多，须当日返院。"
ARM = "带管侧手臂可做握拳、屈肘等轻度活动，禁提超过2.5kg重物。"
ANGINA = "胸痛发作立即舌下含服硝酸甘油0.5mg；收缩压<90mmHg或24小时内服用过西地那非者禁用。"
LUNGS = "痰量增多、痰变黄脓或气促加重，三项中出现两项以上时，应在24小时内就诊。"
INSULIN = "甘精胰岛素每日同一时间注射一次；两次注射点至少相距1cm，针头一次一换。"
LIPIDS = "阿托伐他汀20mg qn，目标LDL-C<1.4mmol/L且较基线下降≥50%。"
ANKLES = "麻醉清醒后即可做踝泵运动，每组20次，每日3～5组。"
SKIN = "儿童每周润肤剂用量至少100g。"
GLARE = "滴眼后可出现畏光，外出可戴帽或太阳镜。"
STROKE = "出现口角歪斜或言语不清，立即拨打120，不自行服药，记录发病时间。"
VALPROATE = "丙戊酸钠缓释片500mg bid整片吞服；育龄女性原则上不用丙戊酸钠，除非其他药物无效或不能耐受。"
SLEEP = "卧床20分钟仍未入睡，可起身到另一房间做安静的事，有困意再回床。"
WATER = "睡前2小时减少饮水，全天饮水量不少于1500ml。"
EYE_LENGTH = "年度眼轴增长>0.3mm提示进展较快，需由医生调整方案。"

TOLD = [
    (EYES, "眼睛要是疼得厉害，当天就得回医院。"),
    (ARM, "带管子的那侧手臂，可以握拳、弯肘。"),
    (ANGINA, "一天之内吃过西地那非，就不能用硝酸甘油了。"),
    (LUNGS, "痰多了、痰变黄脓了、喘得更厉害了，这三样里占了两样或更多，24小时之内就该去看医生。"),
    (INSULIN, "两针打的地方最少隔开1厘米，针头用一次就换一个。"),
    (LIPIDS, "LDL-C的目标，一要低于每升1.4毫摩尔，二要比基线至少降一半。"),
    (ANKLES, "麻药一醒就可以练踝泵了，一组20下，一天三到五组。"),
    (SKIN, "小朋友一周用掉的润肤剂，不应少于二两。"),
    (GLARE, "点完以后可能会怕光，出门可以戴顶帽子或者太阳镜。"),
    (STROKE, "嘴角歪了、说话说不清了，马上打120，记下什么时候发的病，药别自己吃。"),
    (VALPROATE, "除非别的药没效果或者受不了，育龄女性原则上不用丙戊酸钠。"),
    (SLEEP, "躺了二十分钟还睡不着？可以起来去另一个房间，做点安静的事，犯困了再回床上。"),
    (WATER, "睡觉前两小时少喝点水，可一整天喝的水仍要有1500毫升或更多。"),
    (EYE_LENGTH, "眼轴一年长了0.3毫米以上，提示进展偏快，方案得让医生来调。"),
]
TURNED = [
    (EYES, "视力要是下降了，当天就得回医院。"),
    (ARM, "带管子的那侧手臂，可以活动。"),
    (ANGINA, "一天之内吃过硝酸甘油，就不能用西地那非了。"),
    (LUNGS, "痰多了、痰变黄脓了、喘得更厉害了，这三样里占了一样，24小时之内就该去看医生。"),
    (INSULIN, "两针打的地方最少隔开2厘米，针头用一次就换一个。"),
    (LIPIDS, "LDL-C的目标，一要低于每升1.8毫摩尔，二要比基线至少降一半。"),
    (ANKLES, "麻药一醒就可以练踝泵了，一组30下，一天三到五组。"),
    (SKIN, "小朋友一周用掉的润肤剂，不应多于二两。"),
    (SKIN, "小朋友一天用掉的润肤剂，不应少于二两。"),
    (STROKE, "嘴角歪了、说话说不清了，马上打120，记下什么时候吃的药，药别自己吃。"),
    (VALPROATE, "除非别的药有效，育龄女性原则上不用丙戊酸钠。"),
    (VALPROATE, "育龄女性可以用丙戊酸钠，除非其他药物无效或不能耐受。"),
    (SLEEP, "躺了四十分钟还睡不着？可以起来去另一个房间，做点安静的事，犯困了再回床上。"),
    (WATER, "睡觉前两小时少喝点水，可一整天喝的水不要超过1500毫升。"),
    (EYE_LENGTH, "眼轴一年长了0.3毫米以上，提示进展偏慢，方案得让医生来调。"),
]


@pytest.mark.parametrize(("fact", "sentence"), TOLD)
def test_a_list_told_as_people_tell_it_says_what_it_says(fact: str, sentence: str) -> None:
    assert check_sentence(sentence, [fact]).reasons == ()


@pytest.mark.parametrize(("fact", "sentence"), TURNED)
def test_the_same_with_another_amount_side_or_word_is_refused(fact: str, sentence: str) -> None:
    assert not check_sentence(sentence, [fact]).supported
