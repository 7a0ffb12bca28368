"""Every operator against every other, on facts of different build: equal ones pass, unequal ones are refused."""

from __future__ import annotations

from itertools import product

import pytest

from narrowcast.domain.control.facts import check_sentence

BANS = (
    "不得 不能 不可 不可以 切勿 勿 别 不要 禁止 避免 千万别 千万不要 不准 不许 不应 不应该 应避免 一定不要 一定不能 "
    "切莫"
)
NEVER = "严禁 绝对禁止 绝对不能"
SOFT = "不宜 不建议 不推荐 最好不要 最好别 最好避免 建议不要"
NEEDLESS = "无需 不必 不用 不需要 没必要 用不着"
INSTRUCTIONS = "应 应当 应该 需 需要 要 都要"
MUSTS = "必须 须 务必 一定要"
WISHES = "建议 推荐 宜"
LEAVES = "可 可以 能"
ONLY = "方可 才可 才能 方能"
BARE = [""]

FORBIDDEN = (
    "服用华法林期间{}自行停药。",
    "痛风患者{}饮酒。",
    "孕妇{}使用异维A酸。",
    "术后2周内{}提重物。",
    "缓释片{}嚼碎服用。",
    "拔牙后24小时内{}刷牙漱口。",
    "石膏固定期间{}自行拆除石膏。",
)
ASKED = (
    "哮喘患者{}随身携带沙丁胺醇。",
    "服用铁剂期间{}多吃新鲜蔬菜。",
    "术后第2天{}下床活动。",
    "血压达标后{}每3个月复查1次血脂。",
    "出现黑便时{}停用阿司匹林。",
    "老年人{}每年接种流感疫苗。",
)

SAME_BAN = [(BANS, BANS), (NEVER, NEVER), (NEVER, BANS), (SOFT, SOFT), (NEEDLESS, NEEDLESS)]
OTHER_BAN = [
    (BANS, NEEDLESS),
    (BANS, "最好不要 最好别 最好避免 建议不要 不建议"),
    (NEVER, SOFT),
    (NEVER, NEEDLESS),
    (SOFT, NEVER),
    (SOFT, "禁止"),
    (SOFT, NEEDLESS),
    (NEEDLESS, BANS),
    (NEEDLESS, SOFT),
    (BANS, INSTRUCTIONS),
    (BANS, LEAVES),
    (SOFT, LEAVES),
    (NEEDLESS, INSTRUCTIONS),
    (INSTRUCTIONS, BANS),
    (INSTRUCTIONS, NEEDLESS),
    (MUSTS, SOFT),
    (LEAVES, BANS),
    (LEAVES, SOFT),
]
SAME_FORCE = [
    (INSTRUCTIONS, INSTRUCTIONS),
    (INSTRUCTIONS, MUSTS),
    (INSTRUCTIONS, BARE),
    (MUSTS, INSTRUCTIONS),
    (MUSTS, MUSTS),
    (MUSTS, BARE),
    (WISHES, WISHES),
    (WISHES, BARE),
    (LEAVES, "可 可以 能 也可以"),
    (LEAVES, BARE),
    (ONLY, ONLY),
]
OTHER_FORCE = [
    (MUSTS, WISHES),
    (MUSTS, "最好 尽量"),
    (MUSTS, LEAVES),
    (INSTRUCTIONS, "最好 尽量"),
    (INSTRUCTIONS, LEAVES),
    (WISHES, MUSTS),
    (WISHES, LEAVES),
    (LEAVES, INSTRUCTIONS),
    (LEAVES, MUSTS),
    (LEAVES, "只能"),
    (BARE, MUSTS),
    (BARE, "最好"),
]


def _pairs(known: str | list[str], said: str | list[str]) -> list[tuple[str, str]]:
    return list(product(_words(known), _words(said)))


def _words(operators: str | list[str]) -> list[str]:
    return operators.split() if isinstance(operators, str) else operators


def _wrong(texts: tuple[str, ...], known: str | list[str], said: str | list[str], *, carried: bool) -> list[str]:
    cases = [(text.format(one), text.format(other)) for text in texts for one, other in _pairs(known, said)]
    return [f"{fact} -> {told}" for fact, told in cases if check_sentence(told, [fact]).supported is not carried]


@pytest.mark.parametrize(("known", "said"), SAME_BAN)
def test_a_ban_may_be_put_in_every_way_of_its_force(known: str, said: str) -> None:
    assert _wrong(FORBIDDEN, known, said, carried=True) == []


@pytest.mark.parametrize(("known", "said"), OTHER_BAN)
def test_a_ban_is_not_put_in_a_way_of_another_force(known: str, said: str) -> None:
    assert _wrong(FORBIDDEN, known, said, carried=False) == []


@pytest.mark.parametrize(("known", "said"), SAME_FORCE)
def test_an_instruction_may_be_put_in_every_way_of_its_force(known: str, said: str | list[str]) -> None:
    assert _wrong(ASKED, known, said, carried=True) == []


@pytest.mark.parametrize(("known", "said"), OTHER_FORCE)
def test_an_instruction_is_not_put_in_a_way_of_another_force(known: str | list[str], said: str) -> None:
    assert _wrong(ASKED, known, said, carried=False) == []
