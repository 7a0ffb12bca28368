"""Who must not have a medicine is not told to take it, and what is put off is not done now."""

from __future__ import annotations

from itertools import product

import pytest

from narrowcast.domain.control.facts import check_sentence

BARRED = ("哮喘患者", "活动性消化性溃疡患者", "严重肝功能不全者", "12岁以下儿童", "孕妇", "收缩压＜90mmHg者")
BANS = ("禁用", "不得使用", "不宜使用", "慎用")
GIVEN = ("{}可以用普萘洛尔。", "{}用普萘洛尔10mg。", "{}，普萘洛尔每次10mg，每日3次。", "{}也能用普萘洛尔。")
FEVER = "发热者应暂缓接种轮状病毒疫苗。"


@pytest.mark.parametrize(("whom", "ban"), list(product(BARRED, BANS)))
def test_those_who_are_barred_are_given_nothing(whom: str, ban: str) -> None:
    fact = f"普萘洛尔每次10mg，每日3次；{whom}{ban}。"
    assert [told for form in GIVEN if check_sentence(told := form.format(whom), [fact]).supported] == []


@pytest.mark.parametrize(("whom", "ban"), list(product(BARRED, BANS)))
def test_what_others_are_given_may_be_told_and_the_ban_with_it(whom: str, ban: str) -> None:
    fact = f"普萘洛尔每次10mg，每日3次；{whom}{ban}。"
    for told in ("普萘洛尔每次10mg，每日3次。", f"{whom}{ban}普萘洛尔。", f"普萘洛尔一天3次，一次10mg；{whom}{ban}。"):
        assert check_sentence(told, [fact]).reasons == ()


def test_a_dose_of_their_own_is_no_ban() -> None:
    fact = "哮喘患者每次5mg；哮喘患者急性发作时禁用普萘洛尔。"
    assert check_sentence("哮喘患者每次5mg。", [fact]).reasons == ()


def test_what_is_put_off_is_not_done_now() -> None:
    assert not check_sentence("发热的人先打轮状病毒疫苗。", [FEVER]).supported
    assert not check_sentence("发热者应接种轮状病毒疫苗。", [FEVER]).supported
    assert check_sentence("发热的人先别打轮状病毒疫苗。", [FEVER]).reasons == ()
    assert check_sentence("发热的人要暂缓接种轮状病毒疫苗。", [FEVER]).reasons == ()


SEPTUM = "喷药时左手喷右侧鼻孔、右手喷左侧鼻孔，避免喷向鼻中隔。"


def test_the_name_of_what_is_barred_is_for_nothing_else() -> None:
    assert not check_sentence("喷药时请对准鼻中隔。", [SEPTUM]).supported
    assert check_sentence("喷药时不要喷到鼻中隔。", [SEPTUM]).supported
