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
