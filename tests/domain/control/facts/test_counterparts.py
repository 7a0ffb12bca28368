"""A denial told as what its fact names, or the reverse, passes; its twin on the other side is refused."""

from __future__ import annotations

import pytest

from narrowcast.domain.control.facts import check_sentence

SKIN_TEST = "停用抗组胺药满2周后方可做过敏原皮试。"
SELEGILINE = "停用氟西汀不足5周者禁用司来吉兰。"
SOY = "每日豆制品100g，痛风或肾结石者除外。"
APPETITE = "胃口不佳者可少量多餐。"
WAKING = "难以唤醒时立即送医。"
SPINE = "脊髓手术者禁忌磁疗。"
CHAIR = "轮椅靠背倾斜不超过45°。"
HANDS = "接触导管接头前应洗手。"
DIALYSATE = "腹透液应加温后灌入。"
OPENED = "开封超过28天的药液不可使用。"
DOSE = "须在医生指导下调整剂量。"
FAN = "腹透换液时关闭风扇。"
UPRIGHT = "喂奶后应竖抱20分钟，不可立即平卧。"

TOLD = [
    (SKIN_TEST, "停用抗组胺药不到2周，先别做过敏原皮试。"),
    (SELEGILINE, "停用氟西汀满5周，才能用司来吉兰。"),
    (SOY, "没有痛风，也没有肾结石的人，每天吃豆制品100克。"),
    (APPETITE, "胃口不太好的人，可以少量多餐。"),
    (WAKING, "人叫不太醒，要马上送医院。"),
    (SPINE, "做了脊髓手术的人，不要做磁疗。"),
    (CHAIR, "轮椅的靠背别放到45度以上。"),
    (HANDS, "没洗手不能碰导管接头。"),
    (DIALYSATE, "腹透液没有加温，不要灌入。"),
    (OPENED, "药液开封28天以内才能用。"),
    (DOSE, "只有在医生指导下才能调整剂量。"),
    (FAN, "腹透换液时别开风扇。"),
]
TURNED = [
    (SKIN_TEST, "停用抗组胺药满2周，先别做过敏原皮试。"),
    (SKIN_TEST, "停用抗组胺药不到2周，可以做过敏原皮试。"),
    (SKIN_TEST, "停用抗组胺药不到1周，先别做过敏原皮试。"),
    (SELEGILINE, "停用氟西汀满4周，才能用司来吉兰。"),
    (SELEGILINE, "停用氟西汀不满5周，可以用司来吉兰。"),
    (SOY, "有痛风的人，每天吃豆制品100克。"),
    (SOY, "没有痛风的人，每天吃豆制品100克。"),
    (APPETITE, "胃口好的人，可以少量多餐。"),
    (WAKING, "人一叫就醒，要马上送医院。"),
    (SPINE, "做了脊髓手术的人，可以做磁疗。"),
    (CHAIR, "轮椅的靠背别放到45度以下。"),
    (CHAIR, "轮椅的靠背要放到45度以上。"),
    (HANDS, "没洗手也能碰导管接头。"),
    (HANDS, "洗了手不能碰导管接头。"),
    (DIALYSATE, "腹透液没有加温，可以灌入。"),
    (DIALYSATE, "腹透液加温了，不要灌入。"),
    (OPENED, "药液开封28天以后才能用。"),
    (OPENED, "药液开封30天以内才能用。"),
    (DOSE, "不用医生指导就能调整剂量。"),
    (FAN, "腹透换液时别关风扇。"),
    (UPRIGHT, "孩子吃完奶要马上平放。"),
]


@pytest.mark.parametrize(("fact", "sentence"), TOLD)
def test_the_other_side_of_a_denial_says_the_same(fact: str, sentence: str) -> None:
    assert check_sentence(sentence, [fact]).reasons == ()


@pytest.mark.parametrize(("fact", "sentence"), TURNED)
def test_a_denial_that_is_turned_is_refused(fact: str, sentence: str) -> None:
    assert not check_sentence(sentence, [fact]).supported
