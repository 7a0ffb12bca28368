"""Key points as doctors jot them down, terse and abridged, beside the sentences that an editor makes of them."""

from __future__ import annotations

import pytest

from narrowcast.domain.control.facts import check_sentence

BLOCKER = "β受体阻滞剂手术当日继续服用；二甲双胍手术当日停用"
IRON = "铁剂与维生素 C 同服促进吸收；避免与浓茶、牛奶同服，间隔 ≥2h"
TRIPTAN = "舒马普坦 50mg，头痛发作早期服；冠心病者禁用"
LASTING = "症状缓解后继续服药 6~9 个月（首次发作）；复发者维持 2~3 年"
STRAINS = "HPV16/18 阳性直接转诊阴道镜"
OPERATED = "术眼突发疼痛、视力下降立即返院"
CREAM = "糠酸莫米松乳膏 qd 薄涂，连续 ≤2 周；面部、皱褶部位慎用"
RASH = "眼周、耳部皮疹 24h 内专科就诊"
CLOPIDOGREL = "检查前 5~7d 停氯吡格雷，需心内科医师评估；阿司匹林不必停"


@pytest.mark.parametrize(
    ("fact", "sentence"),
    [
        (BLOCKER, "手术当天要停用二甲双胍。"),
        (BLOCKER, "β受体阻滞剂手术当天继续服用，二甲双胍手术当天停用。"),
        (IRON, "铁剂和维生素C一起吃，能促进吸收。"),
        (IRON, "铁剂不能和浓茶、牛奶一起吃。"),
        (TRIPTAN, "舒马普坦要在头痛发作的早期服用，每次50毫克。"),
        (LASTING, "首次发作的，症状缓解以后继续服药6到9个月。"),
        (STRAINS, "HPV16/18阳性的人，直接转诊阴道镜。"),
        (OPERATED, "做手术的那只眼突发疼痛，立即返院。"),
        (RASH, "眼睛周围或耳朵上出了皮疹，24小时内要看专科。"),
        (CLOPIDOGREL, "检查前5到7天停氯吡格雷，停之前要请心内科医生评估。"),
        (CLOPIDOGREL, "阿司匹林不必停。"),
    ],
)
def test_what_is_jotted_down_is_told_in_full(fact: str, sentence: str) -> None:
    assert check_sentence(sentence, [fact]).supported


@pytest.mark.parametrize(
    ("fact", "sentence"),
    [
        (BLOCKER, "手术当天要停用β受体阻滞剂。"),
        (BLOCKER, "二甲双胍手术当天继续吃，β受体阻滞剂手术当天停。"),
        (BLOCKER, "手术当天别停二甲双胍。"),
        (IRON, "铁剂不能和维生素C一起吃。"),
        (IRON, "铁剂别跟维生素C同服。"),
        (TRIPTAN, "舒马普坦要等头痛最厉害的时候再吃。"),
        (LASTING, "症状缓解以后，继续服药6到9个月。"),
        (STRAINS, "HPV阳性的都直接转诊阴道镜。"),
        (OPERATED, "没做手术的那只眼突发疼痛，立即返院。"),
        (CREAM, "糠酸莫米松乳膏脸上、身上每天都薄涂一次就行。"),
        (RASH, "出了皮疹，24小时内都要看专科。"),
        (CLOPIDOGREL, "检查前5到7天把氯吡格雷停掉就可以。"),
        (CLOPIDOGREL, "阿司匹林也要停。"),
    ],
)
def test_what_is_jotted_down_is_not_turned_or_cut(fact: str, sentence: str) -> None:
    assert not check_sentence(sentence, [fact]).supported


WARFARIN = "华法林稳定前每周查 INR 1~2 次，稳定后每 4 周 1 次"
APART = "沙库巴曲缬沙坦与 ACEI 合用禁忌，两药间隔 ≥36h"
GLUCOSE = "空腹血糖 4.4~7.0mmol/L，非空腹 <10.0mmol/L"
ASCITES = "腹水：无水肿者体重下降 ≤0.5kg/d，有水肿者 ≤1kg/d"
LACTULOSE = "乳果糖 15~30ml bid~tid，调至每日软便 2~3 次"
SOBER = "出院后低脂饮食；终身戒酒"
FASTING = "再次出现持续上腹痛伴呕吐，禁食并立即就诊"
RAZORS = "与家人共餐不传播；剃须刀、牙刷专人专用"
PRESSURE = "血压目标 <140/90mmHg，能耐受者 <130/80mmHg"
MADOPAR = "多巴丝肼 62.5mg tid 起始；每周增加 125mg/d"
GLAUCOMA = "不得骤停多巴丝肼；闭角型青光眼禁用"
GOES_ON = "阿司匹林术前不停；氯吡格雷术前停 5d"
MIGRAINE = "每月头痛 ≥4d 者考虑预防用药：氟桂利嗪 5mg qn，连用不超过 3 个月"
SERTRALINE = "舍曲林 50mg qd 起始，早餐后；起效需 2~4 周"
AWAKE = "床上 20min 未入睡应离床，有睡意再回床；午睡 <30min"
SALTS = "口服补液盐Ⅲ 每次稀便后补充：<6 月龄 50ml，6 月~2 岁 100ml，2~10 岁 150ml"
PARACETAMOL = "对乙酰氨基酚 10~15mg/kg，间隔 ≥4h，24h ≤4 次；≥2 月龄适用"
FOLATE = "叶酸 0.4mg/d，孕前 3 个月至孕 12 周；既往神经管缺陷生育史者 4mg/d，遵医嘱"
DROPS = "拉坦前列素滴眼液 1 滴 qn 患眼；噻吗洛尔滴眼液 1 滴 bid"
UNASKED = "饮食运动控制不达标者加用胰岛素；不推荐自行口服降糖药"


@pytest.mark.parametrize(
    ("fact", "sentence"),
    [
        (WARFARIN, "华法林还没稳定时，每个星期要抽血查一到两次INR。"),
        (APART, "沙库巴曲缬沙坦和ACEI不能一起吃，两种药至少要错开36小时。"),
        (GLUCOSE, "空腹血糖请控制在4.4到7.0毫摩尔/升，不是空腹的时候要低于10毫摩尔/升。"),
        (ASCITES, "有腹水但没有水肿的人，体重一天减轻不要超过500克。"),
        (LACTULOSE, "乳果糖每次喝15到30毫升，一天两到三次，把大便调到每天两三次软便。"),
        (SOBER, "酒要戒掉，而且是一辈子都不喝。"),
        (FASTING, "如果又出现上腹部持续疼痛，还伴有呕吐，请先不吃东西，马上来医院。"),
        (RAZORS, "牙刷和剃须刀要各用各的，不和别人混用。"),
        (PRESSURE, "血压要降到140/90毫米汞柱以下；身体能受得住的，要低于130/80。"),
        (MADOPAR, "多巴丝肼加量要慢慢来，每个星期让每天的用量多125毫克。"),
        (GLAUCOMA, "得了闭角型青光眼的人，不能用多巴丝肼。"),
        (MIGRAINE, "一个月里头痛达到4天或以上的人，可以考虑用药预防。"),
        (SERTRALINE, "舍曲林不会马上见效，要等2到4周才起作用。"),
        (AWAKE, "在床上躺了20分钟还没睡着，就先下床，等有了困意再回去躺。"),
        (SALTS, "每拉一次稀便，就给孩子补一次口服补液盐Ⅲ，六个月到两岁的宝宝喝100毫升。"),
        (PARACETAMOL, "满2月龄的宝宝，对乙酰氨基酚按每公斤体重10到15毫克来吃，两次之间最少隔四个小时。"),
        (FOLATE, "以前生过神经管缺陷宝宝的准妈妈，叶酸每天4毫克，要听医生的安排。"),
        (DROPS, "拉坦前列素滴眼液每天晚上滴一次，每次一滴，滴在有病的那只眼里。"),
        (UNASKED, "不推荐自己买口服降糖药来吃。"),
    ],
)
def test_a_short_turn_is_told_in_plain_words(fact: str, sentence: str) -> None:
    assert check_sentence(sentence, [fact]).supported


@pytest.mark.parametrize(
    ("fact", "sentence"),
    [
        (WARFARIN, "华法林稳定以后，每个星期要抽血查一到两次INR。"),
        (APART, "沙库巴曲缬沙坦和ACEI可以一起吃，两种药至少要错开36小时。"),
        (APART, "沙库巴曲缬沙坦和ACEI合用不是禁忌。"),
        (GLUCOSE, "空腹血糖要低于10毫摩尔/升。"),
        (GLUCOSE, "不是空腹的时候，血糖控制在4.4到7.0毫摩尔/升。"),
        (ASCITES, "有腹水但没有水肿的人，体重一天减轻不要超过1千克。"),
        (LACTULOSE, "乳果糖每次喝15到30毫升，一天一到三次。"),
        (SOBER, "酒要戒掉，而且是一年都不喝。"),
        (FASTING, "如果又出现上腹部持续疼痛，还伴有呕吐，可以吃东西，马上来医院。"),
        (FASTING, "如果又出现上腹部持续疼痛，还伴有呕吐，请先不吃东西，不用马上来医院。"),
        (RAZORS, "牙刷和剃须刀可以和家人混用。"),
        (PRESSURE, "身体受不住的，血压要低于130/80。"),
        (MADOPAR, "多巴丝肼每个星期让每天的用量少125毫克。"),
        (MADOPAR, "多巴丝肼每天让每天的用量多125毫克。"),
        (GLAUCOMA, "得了闭角型青光眼的人，可以用多巴丝肼。"),
        (GLAUCOMA, "得了青光眼的人，不能用多巴丝肼。"),
        (GLAUCOMA, "不能用多巴丝肼。"),
        (GOES_ON, "手术前停阿司匹林。"),
        (GOES_ON, "氯吡格雷继续吃。"),
        (MIGRAINE, "一个月里头痛达到4天或以上的人，必须用药预防。"),
        (MIGRAINE, "一个月里头痛达到4天或以上的人，不用考虑用药预防。"),
        (SERTRALINE, "舍曲林会马上见效。"),
        (AWAKE, "在床上躺了20分钟已经睡着，就先下床。"),
        (SALTS, "六个月到两岁的宝宝，每次稀便后喝口服补液盐Ⅲ50毫升。"),
        (PARACETAMOL, "满1月龄的宝宝，对乙酰氨基酚按每公斤体重10到15毫克来吃。"),
        (PARACETAMOL, "不满2月龄的宝宝，对乙酰氨基酚按每公斤体重10到15毫克来吃。"),
        (FOLATE, "以前生过健康宝宝的准妈妈，叶酸每天4毫克，要听医生的安排。"),
        (DROPS, "拉坦前列素滴眼液每天晚上滴一次，每次一滴，滴在没病的那只眼里。"),
        (UNASKED, "可以自己买口服降糖药来吃。"),
    ],
)
def test_a_short_turn_is_not_told_otherwise(fact: str, sentence: str) -> None:
    assert not check_sentence(sentence, [fact]).supported
