"""Abbreviations of key points beside what an editor writes out, each with a twin that says something else."""

from __future__ import annotations

import pytest

from narrowcast.domain.control.facts import check_sentence
from narrowcast.domain.control.facts.normalization import normalize
from narrowcast.domain.control.facts.shorthand import STEPS
from narrowcast.domain.control.rewriting import Rewritings

written_out = Rewritings(STEPS).rewrite

LIVER = "每月查肝功能；ALT >3×ULN 且有症状，或 ALT >5×ULN，停药就诊"
FEVER = "T ≥38.5℃ 或明显不适：布洛芬混悬液 5~10mg/kg，q6~8h，≥6 月龄适用"
KIDNEYS = "依诺肝素 1mg/kg q12h 皮下注射；CrCl <30ml/min 者 1mg/kg qd"
ANAEMIA = "促红素 100~150IU/kg/周，分 2~3 次皮下注射；Hb 目标 110~120g/L，不宜 >130g/L"
CELLS = "ANC <0.5×10^9/L 或体温 ≥38.3℃ 立即住院；ANC <1.0×10^9/L 戴口罩、避免生食"
NITRATES = "收缩压 <90mmHg 者禁用硝酸甘油；24h 内服过西地那非者禁用"
NAP = "床上 20min 未入睡应离床，有睡意再回床；午睡 <30min，15:00 前结束"
MIGRAINE = "舒马普坦 50mg，头痛发作早期服；2h 后复发可再服 1 次，24h ≤200mg；冠心病者禁用"
PRESSURE = "65~79 岁 <140/90mmHg，≥80 岁 <150/90mmHg"
SUGAR = "空腹血糖 4.4~7.0mmol/L，非空腹 <10.0mmol/L；HbA1c <7%"
CONTRAST = "二甲双胍 0.5g bid，随餐；eGFR <30 禁用；造影检查当日停用"
ASTHMA = "急性发作：沙丁胺醇气雾剂 1~2 喷，必要时每 20min 重复，1h 内无好转立即就医"
GALL = "胆囊结石有症状者择期行胆囊切除"
FLU = "每年接种流感疫苗；戒烟"
EYES = "拉坦前列素滴眼液 1 滴 qn 患眼；噻吗洛尔滴眼液 1 滴 bid，哮喘、心动过缓者禁用"
LEVODOPA = "高蛋白饮食可能降低左旋多巴疗效"
THUNDER = "雷击样头痛、伴发热或肢体无力立即急诊"
ZOSTER = "疱疹结痂前避免接触孕妇、婴儿"
DRINKING = "无心肾禁忌时每日饮水 ≥2000ml；忌啤酒、动物内脏"
FOLATE = "叶酸 0.4mg/d，孕前 3 个月至孕 12 周；既往神经管缺陷生育史者 4mg/d，遵医嘱"
ULCER = "四联：艾司奥美拉唑 20mg bid + 枸橼酸铋钾 220mg bid，餐前 30min；阿莫西林 1g bid，餐后；疗程 14d"
RABIES = "Ⅲ级暴露：伤口周围浸润狂犬病免疫球蛋白 20IU/kg，首针后 7d 内仍可补用"
NSAIDS = "避免自行服用布洛芬等 NSAIDs"

TOLD = [
    (LIVER, "ALT超过正常上限的5倍，就要停药来就诊。"),
    (LIVER, "ALT超过5倍正常值上限，要停药就诊。"),
    (FEVER, "体温不低于38.5度时，可用布洛芬混悬液，每6到8小时用一次。"),
    (KIDNEYS, "肌酐清除率不到30毫升/分钟的患者，依诺肝素改成每公斤体重1毫克，一天打一次。"),
    (ANAEMIA, "血红蛋白的目标是每升110到120克。"),
    (CELLS, "中性粒细胞（ANC）低于1.0×10^9/L的时候，要戴口罩，生的东西不要吃。"),
    (NITRATES, "如果最近24小时内吃过西地那非，就不要用硝酸甘油了。"),
    (NAP, "午觉要少于半个小时，并且在下午三点以前结束。"),
    (MIGRAINE, "舒马普坦24小时里加起来不超过200毫克。"),
    (PRESSURE, "满80岁的长辈，血压降到150/90以下就达标。"),
    (SUGAR, "糖化血红蛋白的目标是低于百分之七。"),
    (CONTRAST, "做造影检查的那一天，二甲双胍要停。"),
    (ASTHMA, "一个小时内还不见好，就要马上去医院。"),
    (GALL, "胆囊结石有症状的人，要另外选个时间把胆囊切掉。"),
    (FLU, "流感疫苗一年打一次，烟也要戒掉。"),
    (EYES, "拉坦前列素滴眼液每天晚上滴一次，每次一滴，滴在有病的那只眼里。"),
    (LEVODOPA, "高蛋白饮食，左旋多巴的效果可能会打折扣。"),
    (THUNDER, "头痛像打雷一样，请马上去急诊。"),
    (ZOSTER, "疱疹结痂之前，别跟孕妇和小宝宝（婴儿）接触。"),
    (DRINKING, "只要心脏和肾脏没有禁忌，每天喝水不少于2升。"),
    (FOLATE, "以前生过神经管缺陷宝宝的准妈妈，叶酸每天4毫克，要听医生的安排。"),
    (ULCER, "艾司奥美拉唑早晚各吃一次，每次20毫克，都在饭前半小时吃。"),
    (NSAIDS, "布洛芬这类消炎止痛药，不要自己随便吃。"),
    (RABIES, "如果是三级暴露，要在伤口周围浸润注射狂犬病免疫球蛋白，每公斤体重20国际单位。"),
]


@pytest.mark.parametrize(("fact", "sentence"), TOLD)
def test_an_abbreviated_fact_is_told_in_full(fact: str, sentence: str) -> None:
    assert check_sentence(sentence, [fact]).supported


TURNED = [
    (LIVER, "ALT超过正常上限的3倍，就要停药来就诊。"),
    (LIVER, "ALT低于正常上限的5倍，就要停药来就诊。"),
    (FEVER, "血压不低于38.5时，可用布洛芬混悬液，每6到8小时用一次。"),
    (FEVER, "体温不低于38.5度时，可用布洛芬混悬液，每4到6小时用一次。"),
    (KIDNEYS, "血小板不到30毫升/分钟的患者，依诺肝素每公斤体重1毫克，一天打一次。"),
    (KIDNEYS, "肌酐清除率不到30毫升/分钟的患者，依诺肝素每公斤体重1毫克，12小时打一次。"),
    (ANAEMIA, "血小板的目标是每升110到120克。"),
    (CELLS, "血小板低于1.0×10^9/L的时候，要戴口罩，生的东西不要吃。"),
    (CELLS, "中性粒细胞低于0.5×10^9/L的时候，戴口罩就可以。"),
    (NITRATES, "如果最近48小时内吃过西地那非，就不要用硝酸甘油了。"),
    (NAP, "午觉要少于半个小时，并且在下午五点以前结束。"),
    (NAP, "午觉要在下午三点以后结束。"),
    (MIGRAINE, "舒马普坦12小时里加起来不超过200毫克。"),
    (PRESSURE, "满80岁的长辈，血压降到140/90以下才达标。"),
    (RABIES, "伤口周围都要浸润注射狂犬病免疫球蛋白，每公斤20国际单位。"),
    (RABIES, "二级暴露，要在伤口周围浸润注射狂犬病免疫球蛋白，每公斤20国际单位。"),
    (CONTRAST, "做造影检查的前一天，二甲双胍要停。"),
    (CONTRAST, "做造影检查的那一天，二甲双胍照常吃。"),
    (ASTHMA, "沙丁胺醇每20分钟就喷一次。"),
    (GALL, "胆囊结石有症状的人，要马上把胆囊切掉。"),
    (FLU, "流感疫苗一年打一次，酒也要戒掉。"),
    (EYES, "拉坦前列素滴眼液每天晚上滴一次，每次一滴，滴在没病的那只眼里。"),
    (LEVODOPA, "高蛋白饮食，左旋多巴的效果一定会打折扣。"),
    (ZOSTER, "疱疹结痂之后，别跟孕妇和小宝宝（婴儿）接触。"),
    (DRINKING, "心脏和肾脏有禁忌的人，每天喝水不少于2升。"),
    (FOLATE, "怀着神经管缺陷宝宝的准妈妈，叶酸每天0.4毫克，要听医生的安排。"),
    (ULCER, "艾司奥美拉唑和阿莫西林，都在饭前半小时吃。"),
    (ULCER, "阿莫西林早晚各吃一次，每次1克，都在饭前半小时吃。"),
    (NSAIDS, "布洛芬这类消炎止痛药，可以自己去买来吃。"),
]


@pytest.mark.parametrize(("fact", "sentence"), TURNED)
def test_an_abbreviated_fact_is_not_told_as_another(fact: str, sentence: str) -> None:
    assert not check_sentence(sentence, [fact]).supported


@pytest.mark.parametrize(
    ("short", "full"),
    [
        ("Hb 目标 110~120g/L", "血红蛋白目标110~120g/l"),
        ("AST >2.5×ULN", "ast超过正常上限的2.5倍"),
        ("帕博利珠单抗 200mg q3w", "帕博利珠单抗200mg 每3周1次"),
        ("BP <130/80mmHg", "血压<130/80mmhg"),
        ("2HRZE/4HR", "2hrze/4hr"),
        ("每 24h ≤4 次", "每24h≤4次"),
    ],
)
def test_letters_are_written_out_where_they_stand_for_one_thing(short: str, full: str) -> None:
    assert written_out(normalize(short)).replace(" ", "") == full.replace(" ", "")
