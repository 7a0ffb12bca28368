"""Medicines named short, codes of two frequencies, and what is counted in one day or one week."""

from __future__ import annotations

import pytest

from narrowcast.domain.control.facts import check_sentence

TOLD = [
    ("塞来昔布饭后吃，一次200毫克，一天一次或两次。", "塞来昔布200mg，qd或bid，餐后服。"),
    ("秋水仙碱12小时之后换成每次0.5毫克，一天一到两次。", "秋水仙碱首剂1mg，12小时后改为0.5mg，qd或bid。"),
    ("血糖达标后，一周里测两到三天。", "血糖达标后可每周测2～3天。"),
    ("一天的盐，放4到6克。", "每日食盐4～6g。"),
    ("肝功能一年里查两回。", "肝功能每年复查2次。"),
    ("术后左氧氟沙星滴两周，一天四次。", "术后滴左氧氟沙星滴眼液，每日4次，连用2周。"),
    ("泼尼松龙第一周一天四次。", "醋酸泼尼松龙滴眼液第1周每日4次。"),
    ("刚开始抹他克莫司，可能有灼热感。", "他克莫司软膏用药初期可有灼热感。"),
    ("左氧氟沙星滴两周，泼尼松龙滴四周。", "左氧氟沙星滴眼液连用2周；醋酸泼尼松龙滴眼液连用4周。"),
]
OTHERWISE = [
    ("塞来昔布饭后吃，一次200毫克，一天两次或三次。", "塞来昔布200mg，qd或bid，餐后服。"),
    ("血糖达标后，一天里测两到三次。", "血糖达标后可每周测2～3次。"),
    ("一周的盐，放4到6克。", "每日食盐4～6g。"),
    ("血糖达标后，一个月里测两到三天。", "血糖达标后可每周测2～3天。"),
    ("术后左氧氟沙星吃两周，一天四次。", "术后滴左氧氟沙星滴眼液，每日4次，连用2周。"),
    ("缬沙坦每次50毫克，一天两次。", "沙库巴曲缬沙坦每次50mg，每日2次。"),
    ("氧氟沙星滴两周，一天四次。", "术后滴左氧氟沙星滴眼液，每日4次，连用2周。"),
    ("泼尼松第一周一天四次。", "醋酸泼尼松龙滴眼液第1周每日4次。"),
    ("他克莫司滴两周，泼尼松龙滴四周。", "左氧氟沙星滴眼液连用2周；醋酸泼尼松龙滴眼液连用4周。"),
    ("左氧氟沙星滴四周，泼尼松龙滴两周。", "左氧氟沙星滴眼液连用2周；醋酸泼尼松龙滴眼液连用4周。"),
]


@pytest.mark.parametrize(("sentence", "facts"), TOLD)
def test_short_names_and_spans_are_carried(sentence: str, facts: str) -> None:
    """Given a fact, when its amounts are told as people say them, then the fact carries them."""
    assert not check_sentence(sentence, facts.split("|")).reasons


@pytest.mark.parametrize(("sentence", "facts"), OTHERWISE)
def test_another_name_or_span_is_refused(sentence: str, facts: str) -> None:
    """Given a fact, when one amount, one bound or one stretch of it is another, then the sentence is refused."""
    assert check_sentence(sentence, facts.split("|")).reasons
