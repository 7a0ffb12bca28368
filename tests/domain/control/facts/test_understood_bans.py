"""A ban that names its case alone forbids what it is said of; what a ban governs reaches over whose it is."""

from __future__ import annotations

import pytest

from narrowcast.domain.control.facts import check_sentence

ULCER = "布洛芬缓释胶囊每次0.3g，每日2次，餐后服用；活动性胃溃疡者禁用。"
CYCLING = "高强度骑行训练每次20分钟，每周3次；近期心肌梗死者不宜。"
WOUND = "水杨酸软膏每日2次，涂于患处，不可用于有伤口的皮肤。"
ALCOHOL = "禁止用酒精擦拭老年人皮肤。"
WEEKLY = ("甲氨蝶呤每周1次，切勿每日服用。", "叶酸每日1次，每次5mg。")
FEVER = "布洛芬每次5~10mg/kg；限3月龄以上使用，哮喘患儿避免使用。"
FOOT = "足部伤口红肿或3天未愈合者就诊。"
LIVER = ("索拉非尼每次0.4g，每日2次，空腹服用。", "重度肝功能不全者，禁用索拉非尼。")

TOLD = [
    ([ULCER], "有活动性胃溃疡的人，不能吃布洛芬缓释胶囊。"),
    ([CYCLING], "近期得过心肌梗死的人，不要做高强度的骑行训练。"),
    ([WOUND], "有伤口的皮肤，不能用水杨酸软膏。"),
    ([ALCOHOL], "别用酒精擦拭老人的皮肤。"),
    (WEEKLY, "甲氨蝶呤每周一次；叶酸每天一次，每次5毫克。"),
    ([FOOT], "脚上的伤口3天没愈合，也要去看医生。"),
    (LIVER, "索拉非尼每次吃0.4克，一天两次；重度肝功能不全的人禁用。"),
]
TURNED = [
    ([ULCER], "有活动性胃溃疡的人，可以吃布洛芬缓释胶囊。"),
    ([CYCLING], "近期得过心肌梗死的人，可以做高强度的骑行训练。"),
    ([CYCLING], "没有心肌梗死的人不要做高强度骑行训练。"),
    ([WOUND], "有伤口的皮肤，可以用水杨酸软膏。"),
    ([WOUND], "脸上的皮肤，不能用水杨酸软膏。"),
    ([ALCOHOL], "请用酒精擦拭老人的皮肤。"),
    (WEEKLY, "叶酸每周一次；甲氨蝶呤每天一次。"),
    ([FEVER], "哮喘的孩子用布洛芬，每公斤体重5到10毫克。"),
    ([FOOT], "脚上的伤口3天没愈合，不用去看医生。"),
    (LIVER, "索拉非尼每次吃0.4克，一天两次；轻度肝功能不全的人禁用。"),
]


@pytest.mark.parametrize(("facts", "sentence"), TOLD)
def test_a_ban_holds_for_what_it_leaves_to_be_understood(facts: list[str], sentence: str) -> None:
    assert check_sentence(sentence, facts).reasons == ()


@pytest.mark.parametrize(("facts", "sentence"), TURNED)
def test_a_ban_that_is_turned_or_another_one_is_refused(facts: list[str], sentence: str) -> None:
    assert not check_sentence(sentence, facts).supported
