"""What is decided, forbidden, offered and put off as people say it: the same operator passes, its twin is refused."""

from __future__ import annotations

import pytest

from narrowcast.domain.control.facts import check_sentence

STOPPING = "服用氯吡格雷者是否停药由医生决定，不可自行停药。"
FEEDING = "脓肿切开引流侧是否哺乳由医生决定。"
REDUCING = "无发作2年以上者，是否减药由医生评估。"
CONSENT = "未经医生同意，不得自行停用利伐沙班。"
WALKING = "助行器辅助下地时间由医生决定。"
ARM = "置管侧上肢不得测血压。"
JAUNDICE = "足月儿黄疸持续超过2周，应就诊。"
ASTHMA = "每周使用沙丁胺醇超过2次，提示哮喘控制不佳。"
BLISTERS = "水疱结痂前避免接触孕妇。"
PRESSURE = "收缩压低于90mmHg时暂停美托洛尔。"
COLON = "降糖药检查当日早晨停用。"
CLOT = "小腿肿胀应立即就医，警惕血栓。"
OVERLOAD = "3天内体重增加2kg以上提示液体潴留。"
DOUBLE = "漏服利伐沙班者，不得为补漏而在一天内服用双倍剂量。"
SHOWER = "可淋浴，淋浴前须用防水护套包裹穿刺部位。"
INFANT = "布洛芬混悬液6月龄以下禁用。"
HIVES = "奥马珠单抗300mg皮下注射，用于抗组胺药治疗无效者。"
GOUT = "急性期禁酒。"
IRON = "铁剂应放在儿童不能触及处。"
ULCER = "如出现口腔溃疡、发热或干咳，应及时就诊。"
BOTH = "体温超过38.5℃且精神萎靡时，应及时就诊。"
EXERCISE = "餐后30分钟可进行中等强度运动；有先兆早产者禁止运动。"
DRUGS = "司来吉兰禁与哌替啶合用。"
KNEE = "术后2周膝关节屈曲应达到90°。"
STEADY = "腹泻期间继续母乳喂养。"
ONCE = "滴眼液用药次数最多每日1次。"
MILK = "黄疸患儿可继续母乳喂养；不要喂糖水或晒太阳退黄。"
BRANCHES = "足月儿黄疸多于生后2～3天出现，2周内消退；早产儿可延至4周。"
VALPROATE = "育龄女性一般不首选丙戊酸钠；确需使用者须采取有效避孕措施。"
FASTING = "检查前禁食4小时，不禁水。"
BATHING = "置管期间禁止盆浴、游泳。"
VACCINE = "使用泼尼松者，禁接种活疫苗。"
LYING = "数胎动时宜左侧卧位或坐位。"
RISING = "起床：醒后平躺30秒，坐起30秒，再站立。"
KEEPING_ON = "急性期不加用降尿酸药；已在服用者无需停药。"
STEPS = "病情稳定3个月后由医生评估是否降级。"
EYES = "避免短时间内大量饮水（一次不超过300ml）及长时间俯卧、倒立。"
BAG = "集尿袋位置须低于膀胱，避免尿液逆流。"
WHOLE = "丙戊酸钠缓释片整片或对半掰开吞服，不可嚼碎。"

FAITHFUL = [
    ("黄疸的孩子，母乳可以接着喂。", MILK),
    ("足月宝宝的黄疸大多在生后两三天出现。", BRANCHES),
    ("育龄女性要是确实得用丙戊酸钠，就必须采取有效避孕措施。", VALPROATE),
    ("检查前4小时别吃东西，水可以喝。", FASTING),
    ("置管期间，盆浴和游泳不行。", BATHING),
    ("使用泼尼松的人，不能接种活疫苗。", VACCINE),
    ("数胎动时，左侧卧位或者坐位都行。", LYING),
    ("醒来别急着起：先平躺30秒，再坐起30秒，最后站立。", RISING),
    ("本来就在吃降尿酸药的，接着吃，不用停。", KEEPING_ON),
    ("病情稳定三个月以后，降不降级由医生评估。", STEPS),
    ("不要长时间俯卧，也别长时间倒立。", EYES),
    ("集尿袋要低于膀胱，不然尿液会逆流。", BAG),
    ("丙戊酸钠缓释片可以整片吞服，也可以对半掰开吞服。", WHOLE),
    ("吃氯吡格雷的朋友，停不停由医生说了算，别自己停。", STOPPING),
    ("氯吡格雷要不要停，请听医生的，不可以自己停掉。", STOPPING),
    ("切开引流的那一侧还能不能喂奶，请由医生来定。", FEEDING),
    ("两年以上没有发作的人，能不能减药，要由医生评估。", REDUCING),
    ("利伐沙班要不要停，得医生同意，别自己做主停掉。", CONSENT),
    ("什么时候用助行器下地，要听医生的。", WALKING),
    ("量血压别用置管那一侧的上肢。", ARM),
    ("量血压时，请避开置管那一侧的上肢。", ARM),
    ("足月宝宝黄疸超过两周还没退，应该就诊。", JAUNDICE),
    ("一周用沙丁胺醇超过两次，提示哮喘没控制好。", ASTHMA),
    ("水疱没结痂之前，别接触孕妇。", BLISTERS),
    ("收缩压低于90mmHg时，暂时不吃美托洛尔。", PRESSURE),
    ("检查那天早上，降糖药先不吃。", COLON),
    ("小腿肿胀要立即就医，当心血栓。", CLOT),
    ("三天里体重增加2公斤以上，提示可能有液体潴留。", OVERLOAD),
    ("别为了补漏掉的那一次，一天里吃两倍的利伐沙班。", DOUBLE),
    ("淋浴是可以的，淋浴前要用防水护套包裹穿刺部位。", SHOWER),
    ("不到6个月的宝宝不能用布洛芬混悬液。", INFANT),
    ("抗组胺药治疗没有效果的人，可以皮下注射奥马珠单抗300毫克。", HIVES),
    ("急性期，一口酒也不能喝。", GOUT),
    ("铁剂要放到孩子够不着的地方。", IRON),
    ("口腔溃疡、发烧、干咳，出现其中任何一种，都要及时看医生。", ULCER),
    ("不能同时用司来吉兰和哌替啶。", DRUGS),
    ("到术后两周，膝关节要能弯到90度。", KNEE),
    ("拉肚子期间母乳照常喂。", STEADY),
    ("滴眼液一天最多用一次，不能再多。", ONCE),
]
UNSUPPORTED = [
    ("黄疸的孩子，可以喂糖水。", MILK),
    ("黄疸的孩子，可以晒太阳退黄。", MILK),
    ("早产儿的黄疸大多在两周内消退。", BRANCHES),
    ("育龄女性可以用丙戊酸钠。", VALPROATE),
    ("检查前4小时别吃东西，也别喝水。", FASTING),
    ("置管期间，盆浴和游泳都行。", BATHING),
    ("吃着泼尼松的人，可以接种活疫苗。", VACCINE),
    ("数胎动时，平卧或者坐位都行。", LYING),
    ("醒来就马上站立。", RISING),
    ("本来就在吃降尿酸药的，先停药。", KEEPING_ON),
    ("病情稳定三个月以后，降不降级自己评估。", STEPS),
    ("可以长时间俯卧、倒立。", EYES),
    ("集尿袋要高于膀胱，不然尿液会逆流。", BAG),
    ("丙戊酸钠缓释片可以嚼碎。", WHOLE),
    ("吃氯吡格雷的朋友，停不停自己说了算。", STOPPING),
    ("氯吡格雷要不要停，听家里人的。", STOPPING),
    ("切开引流的那一侧不能喂奶。", FEEDING),
    ("切开引流的那一侧可以喂奶。", FEEDING),
    ("两年以上没有发作的人，就可以减药。", REDUCING),
    ("利伐沙班要不要停，自己决定。", CONSENT),
    ("术后三天就可以用助行器下地。", WALKING),
    ("量血压要用置管那一侧的上肢。", ARM),
    ("量血压别用没置管那一侧的上肢。", ARM),
    ("足月宝宝黄疸退了两周，应该就诊。", JAUNDICE),
    ("一周用沙丁胺醇超过两次，提示哮喘控制得好。", ASTHMA),
    ("水疱结痂之后，别接触孕妇。", BLISTERS),
    ("水疱没结痂之前，可以接触孕妇。", BLISTERS),
    ("收缩压低于90mmHg时，别停美托洛尔。", PRESSURE),
    ("收缩压低于90mmHg时，照常吃美托洛尔。", PRESSURE),
    ("检查那天早上，降糖药要吃。", COLON),
    ("小腿肿胀要立即就医，就是血栓。", CLOT),
    ("三天里体重增加2公斤以上，一定是液体潴留。", OVERLOAD),
    ("为了补漏掉的那一次，一天里可以吃两倍的利伐沙班。", DOUBLE),
    ("淋浴是不可以的。", SHOWER),
    ("不到6岁的宝宝不能用布洛芬混悬液。", INFANT),
    ("老人不能用布洛芬混悬液。", INFANT),
    ("抗组胺药治疗有效的人，可以皮下注射奥马珠单抗300毫克。", HIVES),
    ("急性期可以喝酒。", GOUT),
    ("铁剂要放到孩子够得着的地方。", IRON),
    ("体温超过38.5℃、精神萎靡，出现其中任何一种，都要及时看医生。", BOTH),
    ("有先兆早产的孕妇，餐后30分钟可以运动。", EXERCISE),
    ("司来吉兰可以和哌替啶同时用。", DRUGS),
    ("拉肚子期间先不喂母乳。", STEADY),
    ("滴眼液一天最多用两次，不能再多。", ONCE),
]


@pytest.mark.parametrize(("sentence", "fact"), FAITHFUL)
def test_an_operator_told_as_people_say_it_is_supported(sentence: str, fact: str) -> None:
    assert check_sentence(sentence, [fact]).reasons == ()


@pytest.mark.parametrize(("sentence", "fact"), UNSUPPORTED)
def test_its_twin_is_refused(sentence: str, fact: str) -> None:
    assert check_sentence(sentence, [fact]).reasons


FEEDING_ON = "乳腺炎未形成脓肿者应继续哺乳，从健侧开始。"
FLU = "奥司他韦宜在发病48小时内开始使用；重症者超过48小时仍应使用。"
OPERATION = "拟行大手术者应于术前至少3天停用达格列净。"
POTASSIUM = "与补钾剂合用须监测血钾。"
FEVER = "3月龄以下婴儿发热，应尽快就医。"
LEAFY = "绿叶蔬菜摄入量应保持相对稳定，无需禁食。"
DRIVING = "发作期间不得驾驶；末次发作后至少1年无发作，且经医生同意后方可恢复驾驶。"
CHOKING = "成人气道异物梗阻、不能说话时，采用腹部冲击法。"
EYESIGHT = "乙胺丁醇可能引起视力下降，出现视物模糊时应及时告知医生。"
WOUND = "伤口渗液、红肿时，应联系医生。"
TURNED = [
    ("乳腺炎未形成脓肿者不宜继续哺乳，从健侧开始。", FEEDING_ON),
    ("重症者超过48小时仍不必使用奥司他韦。", FLU),
    ("拟行大手术者不必于术前至少3天停用达格列净。", OPERATION),
    ("与补钾剂合用不用监测血钾。", POTASSIUM),
    ("3个月以下的婴儿发热，应过几天就医。", FEVER),
    ("绿叶蔬菜摄入量应保持相对稳定，禁止完全禁食。", LEAFY.replace("禁食", "完全禁食")),
    ("发作期间可以驾驶。", DRIVING),
    ("成人气道异物梗阻、可以说话时，采用腹部冲击法。", CHOKING),
    ("乙胺丁醇会引起视力下降，出现视物模糊时应及时告知医生。", EYESIGHT),
    ("伤口渗液、红肿时，可以联系医生。", WOUND),
    ("拟行大手术者尽量于术前至少3天停用达格列净。", OPERATION),
]


@pytest.mark.parametrize(("sentence", "fact"), TURNED)
def test_another_operator_in_the_words_of_the_fact_is_refused(sentence: str, fact: str) -> None:
    assert check_sentence(fact, [fact]).supported
    assert check_sentence(sentence, [fact]).reasons
