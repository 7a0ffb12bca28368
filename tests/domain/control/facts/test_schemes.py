"""Named schedules of doses: their days, how many doses they come to, and which dose is the last."""

from __future__ import annotations

import pytest

from narrowcast.domain.control.facts import check_sentence

RABIES = "狂犬病疫苗五针法于第0、3、7、14、28天各接种1剂。"
BOTH = "5针法：于第0、3、7、14、28天各接种1剂；2-1-1法：第0天2剂，第7天、第21天各1剂。"
SHORT = "五针法：0、3、7、14、28d；2-1-1：0d 2剂，7d、21d 各1剂"
HEPATITIS = "乙肝疫苗接种3剂，第2剂与第1剂间隔1个月，第3剂与第1剂间隔6个月。"
SHINGLES = "推荐接种重组带状疱疹疫苗2剂，两剂间隔2～6个月，肌内注射。"

TOLD = [
    ("五针法的狂犬病疫苗总共要打5剂，最后一剂在第28天。", RABIES),
    ("狂犬病疫苗用5针法要打五回，一回1剂。", RABIES),
    ("狂犬病疫苗一共打五针，分别在第0天、第3天、第7天、第14天和第28天。", RABIES),
    ("2-1-1法一共打四剂。", BOTH),
    ("“2-1-1”打法，第0天一次打两剂，第7天和第21天各打一剂。", SHORT),
    ("HPV疫苗一共三剂，分别在第0、2、6个月打。", "HPV疫苗于第0、2、6个月各接种1剂。"),
    ("重组带状疱疹疫苗第二针和第一针隔2到6个月。", SHINGLES),
    ("打完第3针疫苗后一到两个月，查乙肝表面抗体。", "第3剂疫苗后1～2个月检测乙肝表面抗体。"),
]
OTHERWISE = [
    ("1针法于第0、3、7、14、28天各接种1剂。", "5针法于第0、3、7、14、28天各接种1剂。"),
    ("四针法的狂犬病疫苗总共要打5剂。", RABIES),
    ("五针法的狂犬病疫苗总共要打4剂。", RABIES),
    ("五针法的狂犬病疫苗，最后一剂在第14天。", RABIES),
    ("狂犬病疫苗一共打四针，分别在第0天、第3天、第7天、第14天和第28天。", RABIES),
    ("五针法一共打四剂。", BOTH),
    ("2-1-1法：第0天2剂，第7天、第28天各1剂。", BOTH),
    ("五针法于第0、7、21天各打一剂。", BOTH),
    ("2-1-1法第0、3、7、14、28天各打一针。", BOTH),
    ("“2-1-1”打法，第0天打一剂，第7天和第21天各打一剂。", SHORT),
    ("乙肝疫苗接种1剂。", HEPATITIS),
    ("乙肝疫苗打三剂，第二剂跟第一剂隔六个月，第三剂跟第一剂隔一个月。", HEPATITIS),
    ("重组带状疱疹疫苗第三针和第一针隔2到6个月。", SHINGLES),
    ("重组带状疱疹疫苗肌内注射1剂。", "重组带状疱疹疫苗肌内注射2剂，第2剂与第1剂间隔2～6个月。"),
]


@pytest.mark.parametrize(("sentence", "fact"), TOLD)
def test_what_a_schedule_comes_to_is_carried_by_its_days(sentence: str, fact: str) -> None:
    """Given days of doses, when their number or the last of them is told, then the fact carries it."""
    assert not check_sentence(sentence, [fact]).reasons


@pytest.mark.parametrize(("sentence", "fact"), OTHERWISE)
def test_a_day_or_a_count_of_another_schedule_is_refused(sentence: str, fact: str) -> None:
    """Given a schedule, when it is told with the days, the count or the name of another, then it is refused."""
    assert check_sentence(sentence, [fact]).reasons
