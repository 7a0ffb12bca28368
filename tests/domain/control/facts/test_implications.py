"""What the words of a fact say by themselves: how a form is used, what an amount measures, which organs are meant."""

from __future__ import annotations

import pytest

from narrowcast.domain.control.facts import check_sentence

TACROLIMUS = "2岁以上患儿面部皮损可选用0.03%他克莫司软膏，每日2次。"
SALBUTAMOL = "急性症状时按需使用沙丁胺醇气雾剂1～2喷，24小时内不超过8喷。"
ULTRASOUND = "40岁以上男性乙肝患者建议每6个月行肝脏超声检查。"
NITRO = "胸痛发作时舌下含服硝酸甘油0.5 mg。"
LETROZOLE = "绝经前患者使用来曲唑须联合卵巢功能抑制剂。"
ALCOHOL = "禁止用酒精擦浴为儿童降温。"
RIVAROXABAN = "利伐沙班漏服时，应于当日尽快补服。"
KNEE = "术后2周内屈膝角度应达到90°。"
OXYGEN = "静息状态血氧饱和度应维持在88%～92%。"
GOUT = "急性发作24小时内开始用秋水仙碱，首剂1mg。"
WATER = "无心肾禁忌者每日饮水2000毫升以上。"

IMPLIED = [
    (TACROLIMUS, "两岁以上的孩子，脸上的皮损可以选0.03%他克莫司软膏，一天涂两次。"),
    (SALBUTAMOL, "有急性症状时，按需要用沙丁胺醇气雾剂1～2喷，24小时内用量别超过八喷。"),
    (ULTRASOUND, "男性乙肝患者，年龄在40岁以上的，建议每6个月查一次肝脏B超。"),
    (NITRO, "胸痛发作了，舌头下面含0.5毫克硝酸甘油。"),
    (LETROZOLE, "绝经前的患者要用来曲唑，必须同时联合卵巢功能抑制剂。"),
    (ALCOHOL, "给孩子降温，禁止拿酒精擦浴。"),
    (RIVAROXABAN, "利伐沙班漏服后，应当天尽快补服。"),
    (KNEE, "术后两个星期内，膝盖弯的角度要达到90度。"),
    (OXYGEN, "安静的时候，血氧饱和度要维持在88%到92%。"),
    (GOUT, "痛风急性发作24小时内就开始用秋水仙碱，第一次1毫克。"),
    (WATER, "没有心脏和肾脏禁忌的人，每天喝水2升以上。"),
]
NOT_IMPLIED = [
    (KNEE, "术后2周内膝盖要能伸到90度。"),
    (OXYGEN, "安静的时候，血压要维持在88%到92%。"),
    (GOUT, "肾结石急性发作24小时内开始用秋水仙碱，第一次1毫克。"),
    (TACROLIMUS, "两岁以上的孩子，脸上的皮损可以选0.03%他克莫司软膏，一天吃两次。"),
    (SALBUTAMOL, "有急性症状时，按需要吃沙丁胺醇1～2片，24小时内用量别超过8片。"),
    (ULTRASOUND, "男性乙肝患者，体重在40公斤以上的，建议每6个月查一次肝脏B超。"),
    (NITRO, "胸痛发作了，含在鼻子里0.5毫克硝酸甘油。"),
    (ALCOHOL, "给孩子降温，禁止拿温水擦浴。"),
    (RIVAROXABAN, "利伐沙班漏服后，应第二天尽快补服。"),
    (WATER, "没有肝脏禁忌的人，每天喝水2升以上。"),
]


@pytest.mark.parametrize(("fact", "sentence"), IMPLIED)
def test_what_the_words_of_a_fact_imply_may_be_said(fact: str, sentence: str) -> None:
    assert check_sentence(sentence, [fact]).reasons == ()


@pytest.mark.parametrize(("fact", "sentence"), NOT_IMPLIED)
def test_what_they_do_not_imply_is_refused(fact: str, sentence: str) -> None:
    assert not check_sentence(sentence, [fact]).supported


SWALLOWED = [
    ("妥布霉素滴眼液每日4次。", "妥布霉素滴眼液每天喝4次。"),
    ("对乙酰氨基酚栓每次1枚。", "对乙酰氨基酚栓每次吃1枚。"),
    ("流感疫苗每年接种1次。", "流感疫苗每年吃一次。"),
    ("炉甘石洗剂每日2次。", "炉甘石洗剂每天喝两次。"),
    ("布地奈德气雾剂每日2次。", "布地奈德气雾剂每天口服2次。"),
    ("利多卡因贴片每日1贴。", "利多卡因贴片每天吃1贴。"),
]


@pytest.mark.parametrize(("fact", "sentence"), SWALLOWED)
def test_what_is_not_for_swallowing_is_not_swallowed(fact: str, sentence: str) -> None:
    assert not check_sentence(sentence, [fact]).supported
    assert check_sentence(sentence.replace("喝", "用").replace("吃", "用").replace("口服", "用"), [fact]).supported


def test_another_kind_of_the_same_thing_is_refused() -> None:
    fact = "骶尾部骨隆突处可预防性使用泡沫敷料。"
    assert check_sentence("骶尾部骨头突出的地方，可以预防性使用泡沫敷料。", [fact]).supported
    assert not check_sentence("骶尾部骨头突出的地方，可以预防性使用纱布敷料。", [fact]).supported


def test_what_people_do_to_a_body_is_no_talk() -> None:
    fact = "癫痫发作时应将患者侧卧，清理口腔分泌物。"
    assert check_sentence("癫痫发作时，让患者侧卧。", [fact]).supported
    assert not check_sentence("癫痫发作时，请掐患者的人中，并让患者侧卧。", [fact]).supported
