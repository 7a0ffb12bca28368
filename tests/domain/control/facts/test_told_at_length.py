"""What is told at length, as one talks to a patient, against the short words of a fact."""

from __future__ import annotations

import pytest

from narrowcast.domain.control.facts import check_sentence

HELICOBACTER = "根除幽门螺杆菌推荐铋剂四联方案，疗程10～14天。"
TOYS = "患儿的玩具、餐具可用含氯消毒液浸泡30分钟后清洗。"
IRON = "早产儿从出生后2～4周开始补铁，每日2mg/kg，直至1周岁。"
LEVONORGESTREL = "紧急避孕药不能替代常规避孕方法，同一月经周期内不宜反复使用。"
VALPROATE = "育龄期女性应避免使用丙戊酸钠，除非其他药物无效且已采取有效避孕措施。"
DROPS = "使用两种以上滴眼液时，应间隔5～10分钟。"
SEPTUM = "喷药时左手喷右侧鼻孔、右手喷左侧鼻孔，避免喷向鼻中隔。"
VOMITING = "呕吐持续超过24小时或无法进水者，应联系主管医生。"
FASTING = "检查前1日进食低渣饮食，检查前晚8点后禁食。"
FEEDING = "意识障碍者不可经口喂食。"
BATH = "洗澡水温32～37℃，时间不超过10分钟。"


@pytest.mark.parametrize(
    ("fact", "sentence"),
    [
        (HELICOBACTER, "根除幽门螺杆菌，推荐使用含铋剂的四联方案，疗程要10到14天。"),
        (TOYS, "患儿用过的玩具和餐具，可以用含氯消毒液泡半个小时后再清洗。"),
        (IRON, "早产儿出生后2到4周开始补铁，每天每公斤体重2毫克，一直补到满1岁。"),
        (LEVONORGESTREL, "紧急避孕药在同一个月经周期里不宜反复使用。"),
        (VALPROATE, "育龄期女性应避免用丙戊酸钠，除非别的药都没有效果，并且已经采取了有效的避孕措施。"),
        (DROPS, "如果要用两种以上的眼药水，每种之间请隔开5到10分钟。"),
        (SEPTUM, "喷药的时候，避免对着鼻中隔喷。"),
        (VOMITING, "呕吐持续了一天一夜以上（超过24小时），请联系主管医生。"),
        (FASTING, "检查前一天晚上，八点过后要禁食。"),
        (FEEDING, "患者意识有障碍的时候，不可以经口喂食。"),
        (BATH, "洗澡用32～37℃的水，10分钟之内洗完。"),
    ],
)
def test_what_is_told_in_more_words_is_what_the_fact_tells(fact: str, sentence: str) -> None:
    assert check_sentence(sentence, [fact]).supported


@pytest.mark.parametrize(
    ("fact", "sentence"),
    [
        (HELICOBACTER, "根除幽门螺杆菌，推荐使用含克拉霉素的四联方案，疗程要10到14天。"),
        (TOYS, "患儿用过的玩具和餐具，可以用含氯消毒液泡一个小时后再清洗。"),
        (IRON, "早产儿出生后2到4周开始补铁，每天每公斤体重2毫克，一直补到满2岁。"),
        (LEVONORGESTREL, "紧急避孕药在三个月经周期里不宜反复使用。"),
        (VALPROATE, "育龄期女性应避免用丙戊酸钠，除非别的药都没有效果。"),
        (DROPS, "如果要用两种以上的眼药水，每种之间请隔开1到2分钟。"),
        (SEPTUM, "喷药的时候，请对着鼻中隔喷。"),
        (SEPTUM, "喷药时请对准鼻中隔喷。"),
        (VOMITING, "呕吐持续了12小时以上，请联系主管医生。"),
        (FASTING, "检查前一天晚上，六点过后要禁食。"),
        (FEEDING, "患者吞咽有障碍的时候，不可以经口喂食。"),
        (BATH, "洗澡用32～37℃的水，20分钟之内洗完。"),
    ],
)
def test_what_is_told_otherwise_in_more_words_is_refused(fact: str, sentence: str) -> None:
    assert not check_sentence(sentence, [fact]).supported
