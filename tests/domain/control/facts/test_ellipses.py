"""What speech leaves out of a list, and what one denial says of all that it lists."""

from __future__ import annotations

import pytest

from narrowcast.domain.control.facts import check_sentence

GOUT = "痛风患者无心、肾功能不全时，每日饮水量宜在2000 ml以上。"
LIST = "无发热、皮疹者可接种疫苗。"
POUCH = "造口底盘一般每3～5天更换一次，发生渗漏时应随时更换。"
STOOL = "痔患者每次排便时间宜控制在5分钟以内，避免久坐、久蹲。"
NEEDLE = "注射后针头应在皮下停留10秒以上再拔出，针头一次一换。"
MILK = "挤出的母乳在4℃冷藏可保存48小时，不应反复加热。"
STATINS = "妊娠期和哺乳期妇女禁用他汀类药物。"
LINE = "PICC导管每7天至少维护一次。"
INSULIN = "未开封的胰岛素应在2～8℃冷藏，不得冷冻；开封后可在室温（不超过30℃）存放28天。"
GENE = "使用别嘌醇前建议检测HLA-B*5801基因；检测阳性者禁用别嘌醇。"
CONTRAST = "既往对碘对比剂有严重过敏反应者，禁止再次使用。"
SCOPE = "结肠镜检查前1天进低渣饮食，检查后2小时可进食。"
WOUND = "伤口红肿、渗液或体温超过38.5℃者应及时返院。"
KNEE = "膝关节置换术后当天即可开始踝泵练习，每小时10～20次。"


@pytest.mark.parametrize(
    ("sentence", "fact"),
    [
        ("没有心功能不全、也没有肾功能不全的痛风患者，每天饮水宜在2000毫升以上。", GOUT),
        ("没有发热，也没有皮疹的人可以接种疫苗。", LIST),
        ("造口底盘要是漏了，随时换。", POUCH),
        ("有痔疮的人，一次排便最好不超过5分钟。", STOOL),
        ("注射后别急着拔针，针头要在皮下停10秒以上。", NEEDLE),
        ("针头打一次换一次。", NEEDLE),
        ("挤出的母乳别热了又热。", MILK),
        ("怀孕或哺乳的妇女不能用他汀类药物。", STATINS),
        ("PICC导管每7天至少要做一次维护。", LINE),
        ("还没开封的胰岛素，要放在2到8摄氏度冷藏，不能冷冻。", INSULIN),
        ("胰岛素没有开封之前，应在2～8℃冷藏。", INSULIN),
        ("HLA-B*5801基因检测阳性的人，不能用别嘌醇。", GENE),
        ("以前对碘对比剂有过严重过敏反应的人，不能再用。", CONTRAST),
        ("结肠镜前一天吃低渣饮食。", SCOPE),
        ("伤口又红又肿，应该及时返院。", WOUND),
        ("膝关节置换术后当天就可以开始踝泵练习。", KNEE),
    ],
)
def test_what_is_left_out_in_speech_is_understood(sentence: str, fact: str) -> None:
    assert check_sentence(sentence, [fact]).supported


@pytest.mark.parametrize(
    ("sentence", "fact"),
    [
        ("没有心功能不全的痛风患者，每天饮水宜在2000毫升以上。", GOUT),
        ("没有肾功能不全的痛风患者，每天饮水宜在2000毫升以上。", GOUT),
        ("有心、肾功能不全的痛风患者，每天饮水宜在2000毫升以上。", GOUT),
        ("没有发热的人可以接种疫苗。", LIST),
        ("没有皮疹的人可以接种疫苗。", LIST),
        ("造口底盘漏了，等3到5天再换。", POUCH),
        ("有痔疮的人，一次排便最好不少于5分钟。", STOOL),
        ("注射后别急着拔针，针头要在皮下停5秒。", NEEDLE),
        ("针头打两次换一次。", NEEDLE),
        ("挤出的母乳可以热了又热。", MILK),
        ("备孕和哺乳的妇女不能用他汀类药物。", STATINS),
        ("PICC导管每7天至少做两次维护。", LINE),
        ("已经开封的胰岛素应在2～8℃冷藏，不得冷冻。", INSULIN),
        ("未开封的胰岛素可在室温存放28天。", INSULIN),
        ("HLA-B*1502基因检测阳性的人，不能用别嘌醇。", GENE),
        ("以前对碘对比剂有过严重过敏反应的人，还能再用。", CONTRAST),
        ("以前对碘对比剂有过敏反应的人，不能再用。", CONTRAST),
        ("结肠镜后一天吃低渣饮食。", SCOPE),
        ("伤口又红又痒，应该及时返院。", WOUND),
        ("膝关节置换术后当天不可以开始踝泵练习。", KNEE),
    ],
)
def test_what_is_left_out_hides_no_change(sentence: str, fact: str) -> None:
    assert not check_sentence(sentence, [fact]).supported
