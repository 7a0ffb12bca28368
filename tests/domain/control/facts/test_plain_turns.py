"""Plain turns of home, ward and phone that say what a fact says, each beside a twin that does not."""

from __future__ import annotations

import pytest

from narrowcast.domain.control.facts.checker import check_sentence
from narrowcast.domain.control.facts.connectives import is_connective

TWINS = [
    ("哺乳后冷敷患处，可缓解肿痛。", "喂奶后冷敷患处，有缓解肿痛的作用。", "喂奶后冷敷患处，有治疗乳腺炎的作用。"),
    (
        "阿仑膦酸钠70mg，每周1次，晨起空腹用一满杯白水送服。",
        "阿仑膦酸钠每周1次，每次70mg，早上空腹用满满一杯白开水送服。",
        "阿仑膦酸钠每周1次，每次70mg，早上空腹用半杯白开水送服。",
    ),
    (
        "五针法：第0、3、7、14、28天各接种1剂狂犬病疫苗。",
        "五针法：当天（第0天）、第3天、第7天、第14天、第28天各打一针狂犬病疫苗。",
        "五针法：当天（第0天）、第3天、第5天、第14天、第28天各打一针狂犬病疫苗。",
    ),
    (
        "患儿出现持续高热（≥39℃）时，立即就医。",
        "孩子高烧39度以上、一直不退，马上就医。",
        "孩子高烧38度以上、一直不退，马上就医。",
    ),
    ("出现呛咳，立即停止进食并呼叫护士。", "出现呛咳，马上别再吃了，叫护士来。", "出现呛咳，马上接着吃，不用叫护士。"),
    (
        "螺内酯20mg qd，用药后1周、4周复查血钾和肾功能。",
        "螺内酯每天吃一次，每次20毫克；用药满一周和满四周时，各复查一次血钾和肾功能。",
        "螺内酯每天吃一次，每次20毫克；用药满两周和满四周时，各复查一次血钾和肾功能。",
    ),
    (
        "漏服利伐沙班：当天想起立即补服，次日照常，切勿一天内加倍。",
        "忘了吃利伐沙班，当天想起来就马上补上，第二天照平常那样吃。",
        "忘了吃利伐沙班，当天想起来就马上补上，第二天加倍吃。",
    ),
    ("拔牙当天不用患侧咀嚼。", "拔牙当天别用患侧嚼东西。", "拔牙当天别用健侧嚼东西。"),
    (
        "有血栓病史者禁用短效口服避孕药。",
        "有血栓病史的人，不能吃短效口服避孕药。",
        "有血栓病史的人，可以吃短效口服避孕药。",
    ),
    (
        "甲巯咪唑总疗程一般12～18个月。",
        "抗甲亢的甲巯咪唑，总疗程一般要一年到一年半。",
        "抗甲减的甲巯咪唑，总疗程一般要一年到一年半。",
    ),
    (
        "HFrEF患者每日早餐前测体重。",
        "射血分数降低的心衰（HFrEF）患者每天吃早饭前测体重。",
        "射血分数保留的心衰患者每天吃早饭前测体重。",
    ),
    (
        "小面积烫伤后立即用流动凉水冲淋20～30分钟。",
        "小范围烫伤后，马上用流动凉水冲淋20～30分钟。",
        "大范围烫伤后，马上用流动凉水冲淋20～30分钟。",
    ),
    (
        "短效升白针应在化疗结束24小时以后使用；注射后骨痛常见，多在停药后缓解。",
        "打了短效升白针，骨头疼比较常见，多数停药后会缓解。",
        "打了长效升白针，骨头疼比较常见，多数停药后会缓解。",
    ),
    (
        "惊厥发作时让孩子侧卧，清除口鼻分泌物。",
        "惊厥发作时让孩子侧卧，把口鼻分泌物清干净。",
        "惊厥发作时让孩子侧卧，把口鼻堵好。",
    ),
    (
        "稳定期患者静息血氧饱和度≤88%时，建议长期家庭氧疗，流量1～2L/min。",
        "稳定期患者静息血氧饱和度不高于88%时，建议长期家庭氧疗，氧流量调在每分钟1至2升。",
        "稳定期患者静息血氧饱和度不高于88%时，建议长期家庭氧疗，氧流量调在每分钟3至4升。",
    ),
]


@pytest.mark.parametrize(("fact", "faithful", "turned"), TWINS)
def test_a_plain_turn_says_what_its_fact_says_and_no_more(fact: str, faithful: str, turned: str) -> None:
    assert check_sentence(faithful, [fact]).supported
    assert not check_sentence(turned, [fact]).supported


def test_a_text_offered_for_reference_claims_nothing() -> None:
    assert is_connective("以上内容，供您和家人参考。")
    assert not is_connective("以上剂量，供您和家人参考。")


LIMITS = [
    ("暴露后用药应在72小时内开始，连用28天。", "暴露后用药要连着用28天。", "暴露后用药应在28天内开始。"),
    ("阿莫西林应在24小时内开始，连用7天。", "阿莫西林要在24小时内开始用。", "阿莫西林应在7天内开始。"),
    ("用药后应在2周内复查，连续服用3个月。", "用药后两周内要复查。", "用药后应在3个月内复查。"),
]


@pytest.mark.parametrize(("fact", "faithful", "turned"), LIMITS)
def test_how_long_something_goes_on_is_no_limit_for_its_start(fact: str, faithful: str, turned: str) -> None:
    assert check_sentence(faithful, [fact]).supported
    assert not check_sentence(turned, [fact]).supported
