"""A condition may be told by the act itself, by one of its cases, by an example; what is really lost is refused."""

from __future__ import annotations

import pytest

from narrowcast.domain.control.facts import check_sentence

SCOPED = "行无痛肠镜者检查后24小时内不得驾车。"
IRON = "口服铁剂应于检查前5~7天停用。"
LENSES = "佩戴软性隐形眼镜者滴药前应取下镜片，15分钟后再戴。"
STAYING = "检查结束后留观30分钟；服药后至少饮水200ml。"
BOWEL = "复方聚乙二醇电解质散2000ml于检查前4–6小时开始服用，每10–15分钟250ml。"
CALLING = "出现自伤想法时，请立即联系家属或拨打心理援助热线。"
DRY = "出现血便、8小时无尿、精神萎靡、频繁呕吐不能进水之一者，立即就医。"
SLEEPY = "嗜睡或呼吸＜8次/分时，立即就医。"
FEVER = "乳房红肿，或体温≥38.5℃且持续24小时以上者，应就诊。"
TEETH = "拔牙等小手术前是否停药由医生决定，不可自行停药。"
DRIVERS = "西替利嗪可致嗜睡，驾驶员及高空作业者慎用。"
HEART = "起始剂量25～50μg/d；高龄或有冠心病者从12.5μg/d起。"
KETO = "复方α-酮酸一次4~8片，每日3次，用餐期间服用，高钙血症者禁用。"
GENE = "别嘌醇首次使用前建议检测HLA-B*5801基因。"
LATE = "部分患者日后可发生后发性白内障，可行激光治疗。"

KEPT = [
    (SCOPED, "做的是无痛肠镜，做完一天一夜之内不能开车。"),
    (SCOPED, "做无痛肠镜的人，做完24小时之内不能开车。"),
    (IRON, "口服铁剂，提前五到七天停掉。"),
    (LENSES, "戴软性隐形眼镜的，滴之前先摘下来，过一刻钟再戴回去。"),
    (STAYING, "做完后请留下来观察半个小时。"),
    (BOWEL, "复方聚乙二醇电解质散每隔10～15分钟喝250毫升。"),
    (CALLING, "有自伤想法时，立刻拨打心理援助热线。"),
    (DRY, "大便带血、精神萎靡，出现其中一样都要立刻去看医生。"),
    (DRY, "精神萎靡的，要立刻去看医生。"),
    (SLEEPY, "嗜睡时，立即就医。"),
    (FEVER, "乳房红肿的，应该就诊。"),
    (TEETH, "做小手术之前，停不停药由医生来定。"),
    (TEETH, "拔牙前，停不停药由医生来定。"),
    (DRIVERS, "高空作业的朋友，西替利嗪要谨慎使用，因为它可能引起嗜睡。"),
    (HEART, "有冠心病的人从每天12.5微克开始。"),
    (KETO, "高钙血症的人不可以用复方α-酮酸。"),
    (LATE, "有一部分人以后可能会得后发性白内障，可以用激光来治。"),
]
LOST = [
    (SCOPED, "做的是无痛肠镜，24小时之内不能开车。"),
    (SCOPED, "做无痛肠镜前24小时之内不能开车。"),
    (IRON, "口服铁剂，五到七天后停掉。"),
    (STAYING, "吃完药留下来观察半个小时。"),
    (STAYING, "检查做完后至少喝水200毫升。"),
    (CALLING, "立刻拨打心理援助热线。"),
    (DRY, "没有小便要立刻去看医生。"),
    (SLEEPY, "呼吸时，立即就医。"),
    (FEVER, "体温≥38.5℃的，应该就诊。"),
    (FEVER, "持续24小时以上的，应该就诊。"),
    ("2小时胎动≥10次为正常；不足10次或较平时减少50%者，应立即就诊。", "胎动减少就应立即就诊。"),
    (TEETH, "停不停药由医生来定。"),
    (HEART, "有冠心病的人从每天25到50微克开始。"),
    (HEART, "从每天12.5微克开始。"),
    (DRIVERS, "西替利嗪要谨慎使用，因为它可能引起嗜睡。"),
    (GENE, "别嘌醇首次使用前建议检测HLA-B*58基因。"),
    (LATE, "以后可能会得后发性白内障，可以用激光来治。"),
]


@pytest.mark.parametrize(("fact", "sentence"), KEPT)
def test_a_condition_that_is_told_in_another_way_is_kept(fact: str, sentence: str) -> None:
    assert check_sentence(sentence, [fact]).reasons == ()


@pytest.mark.parametrize(("fact", "sentence"), LOST)
def test_a_condition_that_is_lost_or_exchanged_is_refused(fact: str, sentence: str) -> None:
    assert not check_sentence(sentence, [fact]).supported
