"""An amount that is come to from another one, and what is worn or held where a fact has it."""

from __future__ import annotations

import pytest

from narrowcast.domain.control.facts import check_sentence

REACHED = [
    (
        "奥司他韦成人75mg bid，疗程5天；肌酐清除率30~60ml/min者30mg bid。",
        "肌酐清除率在30到60之间的，奥司他韦减到每次30毫克，一天两次。",
    ),
    (
        "氯雷他定 10mg qd；体重 ≤30kg 者 5mg qd",
        "氯雷他定每天一次，每次10毫克；体重30公斤及以下的，每次减到5毫克，也是一天一次。",
    ),
    ("加巴喷丁起始300mg/d，透析患者100mg/d。", "加巴喷丁一开始每天300毫克，透析的病人减到每天100毫克。"),
    ("PICC置管患者应至少每7天维护1次。", "带着PICC管的病人，至少每七天维护一次。"),
    ("松动牙齿、义齿须告知医生。", "牙齿松动，或者戴着假牙，要告诉医生。"),
    ("佩戴起搏器者避免靠近强磁场。", "戴着起搏器的人，不要靠近强磁场。"),
]
OTHERWISE = [
    (
        "奥司他韦成人75mg bid，疗程5天；肌酐清除率30~60ml/min者30mg bid。",
        "肌酐清除率在30到60之间的，奥司他韦减到每次75毫克，一天两次。",
    ),
    ("奥司他韦成人75mg bid，疗程5天；肌酐清除率30~60ml/min者30mg bid。", "奥司他韦减到每次30毫克，一天两次。"),
    (
        "氯雷他定 10mg qd；体重 ≤30kg 者 5mg qd",
        "氯雷他定每天一次，每次5毫克；体重30公斤及以下的，每次减到10毫克，也是一天一次。",
    ),
    ("加巴喷丁起始300mg/d，透析患者100mg/d。", "加巴喷丁每天减到100毫克。"),
    ("舍曲林50mg qd。", "舍曲林减到每天50毫克。"),
    ("舍曲林50mg qd，最大每日200mg。", "舍曲林减到每天50毫克。"),
    ("左甲状腺素50μg qd；冠心病者25μg qd。", "左甲状腺素从每天50微克减到25微克。"),
    ("松动牙齿、义齿须告知医生。", "牙齿松动，或者戴着隐形眼镜，要告诉医生。"),
    ("磁共振检查前应取下义齿。", "磁共振检查前要戴着假牙。"),
    ("磁共振检查前应取下义齿。", "戴着假牙做磁共振检查。"),
    ("人工髋关节置换者避免盘腿。", "戴着髋关节支具的人避免盘腿。"),
    ("洗澡时应取下助听器。", "洗澡的时候戴着助听器。"),
    ("睡前取下隐形眼镜。", "睡前戴着隐形眼镜。"),
]


@pytest.mark.parametrize(("fact", "sentence"), REACHED)
def test_an_amount_may_be_come_to_and_a_thing_be_worn(fact: str, sentence: str) -> None:
    assert check_sentence(sentence, [fact]).reasons == ()


@pytest.mark.parametrize(("fact", "sentence"), OTHERWISE)
def test_neither_is_told_of_what_the_facts_have_otherwise(fact: str, sentence: str) -> None:
    assert not check_sentence(sentence, [fact]).supported
