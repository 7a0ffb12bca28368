"""Bans told as orders or leaves, and leaves told as bans."""

from __future__ import annotations

import pytest

from narrowcast.domain.control.facts.checker import check_sentence

GOUT = "服用别嘌醇前建议检测HLA-B*5801基因，阳性者禁用别嘌醇；出现皮疹应立即停药并就医。"
THYROID = "服用抗甲状腺药物期间出现发热、咽痛，应立即停药并查血常规，中性粒细胞低于1.5×10⁹/L时不可继续用药。"
DIZZY = "眩晕发作时应立即坐下或卧床，勿驾车、登高。"
BLISTERS = "水疱结痂前避免接触孕妇、婴儿及免疫功能低下者。"
TUBE = "每次鼻饲前确认胃管在位；胃残余量＞200ml时暂停喂养并报告医生。"
EAR = "鼓膜穿孔时禁用含氨基糖苷类的滴耳液，可用氧氟沙星滴耳液，每次6～10滴，每日2次。"
FEVER = "体温38.5℃以上或因发热明显不适的儿童可使用退热药，不推荐两种退热药交替或联合使用。"
MISSED = "漏服达比加群：距下次服药＞6小时可补服，≤6小时则跳过该次，不得加倍。"
PAIN = "疼痛明显时可口服布洛芬缓释胶囊0.3g，每12小时1次，胃溃疡患者禁用。"
IRON = "铁剂勿与牛奶、浓茶同服，间隔至少2小时；可与维生素C同服以促进吸收。"
GLAUCOMA = "噻吗洛尔滴眼液禁用于支气管哮喘和心动过缓患者。"
LIVE = (
    "大剂量激素治疗期间（泼尼松≥2mg/kg·d或≥20mg/d超过14天）不可接种活疫苗，停药至少1个月后方可接种；"
    "灭活流感疫苗每年接种1次。"
)
CONTRAST = "检查前4小时禁食，可少量饮水，检查后24小时内饮水量不少于2000ml。"
POX = "水疱未结痂前避免接触孕妇、婴儿和免疫力低下者。"
STOMA = "手臂红肿疼痛、体温≥38℃或导管脱出时应立即到医院处理。"
ARM = "置管侧手臂不得提超过5kg的重物，不得测血压。"
SITES = "注射部位每周轮换，两次注射点间距≥1cm；有硬结处不得注射。"
SUGAR = "产后6～12周应复查75g口服葡萄糖耐量试验。"
BURN = "小面积浅Ⅱ度烫伤可外用磺胺嘧啶银乳膏，每日1～2次；磺胺过敏者、新生儿禁用。"
MILK = "继续哺乳或吸乳，每 2~3h 1 次；不主张停止母乳"
STONES = "结石直径<0.6cm者可尝试药物排石，坦索罗辛0.4mg每日1次，疗程4周。"


@pytest.mark.parametrize(
    ("sentence", "fact"),
    [
        ("在您开始吃别嘌醇之前，建议先查一下HLA-B*5801基因；如果结果是阳性，就能用这个药。", GOUT),
        ("抗甲状腺药物服用期间，如果查出中性粒细胞不到1.5×10⁹/L，就能再继续用这种药了。", THYROID),
        ("发作眩晕的时候，千万要开车，也不要爬高。", DIZZY),
        ("水疱结痂之前，要接触孕妇。", BLISTERS),
        ("胃里剩的超过200毫升，先要喂，报告医生。", TUBE),
        ("鼓膜穿孔的时候，含氨基糖苷类的滴耳液能用。", EAR),
        ("量血压要用置管那一侧的手臂。", ARM),
        ("有硬结的地方要打针。", SITES),
        ("产后6～12周，要忘了复查糖耐量（口服75g葡萄糖）。", SUGAR),
    ],
)
def test_a_ban_is_no_order_and_no_leave(sentence: str, fact: str) -> None:
    assert not check_sentence(sentence, [fact]).supported


@pytest.mark.parametrize(
    ("sentence", "fact"),
    [
        ("孩子体温到了38.5℃以上，或者因为发烧明显不舒服，不可以用退热药。", FEVER),
        ("忘了吃达比加群，离下一顿药还超过六个小时的，不可以补上。", MISSED),
        ("如果痛得比较明显，不可以吃布洛芬缓释胶囊，一次0.3g，两次之间隔12个小时，但胃溃疡患者不能吃。", PAIN),
        ("维生素C能促进铁的吸收，不可以跟铁剂一起吃。", IRON),
        ("面积小的浅Ⅱ度烫伤，不可以外涂磺胺嘧啶银乳膏，一天涂一到两次；磺胺过敏的人和新生儿禁止使用。", BURN),
    ],
)
def test_a_leave_is_no_ban_because_something_else_is_barred(sentence: str, fact: str) -> None:
    assert not check_sentence(sentence, [fact]).supported


@pytest.mark.parametrize(
    ("sentence", "fact"),
    [
        ("噻吗洛尔滴眼液哪些人可用？支气管哮喘患者和心动过缓患者。", GLAUCOMA),
        ("什么样的结石不可以尝试药物排石？直径不到0.6厘米的。", STONES),
    ],
)
def test_a_question_does_not_turn_what_its_answer_tells(sentence: str, fact: str) -> None:
    assert not check_sentence(sentence, [fact]).supported


@pytest.mark.parametrize(
    ("sentence", "fact"),
    [
        ("在您开始吃别嘌醇之前，建议先查一下HLA-B*5801基因；如果结果是阳性，就不能用这个药。", GOUT),
        ("发作眩晕的时候，千万别开车，也不要爬高。", DIZZY),
        ("水疱结痂之前，不要接触孕妇。", BLISTERS),
        ("胃里剩的超过200毫升，先别喂，报告医生。", TUBE),
        ("鼓膜穿孔的时候，含氨基糖苷类的滴耳液不能用。", EAR),
        ("鼓膜穿孔时可用氧氟沙星滴耳液，每天两次，每次六到十滴。", EAR),
        ("量血压别用置管那一侧的手臂。", ARM),
        ("有硬结的地方不要打针。", SITES),
        ("产后6～12周，别忘了复查糖耐量（口服75g葡萄糖）。", SUGAR),
        ("面积小的浅Ⅱ度烫伤，可以外涂磺胺嘧啶银乳膏，一天涂一到两次；磺胺过敏的人和新生儿禁止使用。", BURN),
        ("奶要接着喂，或者用吸奶器吸出来，两三个小时一次。", MILK),
        ("孩子体温到了38.5℃以上，或者因为发烧明显不舒服，可以用退热药。", FEVER),
        ("忘了吃达比加群，离下一顿药还超过六个小时的，可以补上。", MISSED),
        ("维生素C能促进铁的吸收，可以跟铁剂一起吃。", IRON),
        ("铁剂和牛奶要错开两小时以上，不要一块儿吃。", IRON),
        ("噻吗洛尔滴眼液哪些人禁用？支气管哮喘患者和心动过缓患者。", GLAUCOMA),
        ("什么样的结石可以尝试药物排石？直径不到0.6厘米的。", STONES),
    ],
)
def test_bans_and_leaves_may_be_put_in_other_words(sentence: str, fact: str) -> None:
    assert check_sentence(sentence, [fact]).supported


@pytest.mark.parametrize(
    ("sentence", "fact"),
    [
        ("大剂量激素治疗停药满1个月以后才不可以打活疫苗。", LIVE),
        ("检查做完后的一天里，喝水要在2升以上，能少于这个量。", CONTRAST),
        ("水疱还没有结痂的时候，请注意接触孕妇、婴儿，还有免疫力低下的人。", POX),
        ("导管脱出时，请择期到医院来处理。", STOMA),
    ],
)
def test_a_wording_of_the_other_side_is_refused(sentence: str, fact: str) -> None:
    assert not check_sentence(sentence, [fact]).supported


@pytest.mark.parametrize(
    ("sentence", "fact"),
    [
        ("大剂量激素治疗停药满1个月以后才可以打活疫苗。", LIVE),
        ("检查做完后的一天里，喝水要在2升以上，不能少于这个量。", CONTRAST),
        ("水疱还没有结痂的时候，请避免接触孕妇、婴儿，还有免疫力低下的人。", POX),
        ("导管脱出时，请立即到医院来处理。", STOMA),
    ],
)
def test_a_wording_of_the_same_side_is_kept(sentence: str, fact: str) -> None:
    assert check_sentence(sentence, [fact]).supported
