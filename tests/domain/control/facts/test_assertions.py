"""The turns of speech that claim something: every one of them is heard."""

from __future__ import annotations

import re

import pytest

from narrowcast.domain.control.facts.checker import check_sentence
from narrowcast.domain.control.facts.tables.assertions import ASSERTIONS, MACHINERY, PERMITS

FACT = "阿莫西林胶囊每次0.5 g，每6～8小时1次。"


@pytest.mark.parametrize("pattern", [*ASSERTIONS, *MACHINERY, *PERMITS])
def test_no_turn_is_empty_and_hides_those_after_it(pattern: str) -> None:
    assert re.fullmatch(pattern, "") is None


@pytest.mark.parametrize(
    "turn", ["药性温和", "隔壁都说好", "没有副作用", "专家都推荐", "不伤胃", "研究证明有效", "又便宜又好买到"]
)
def test_a_claim_in_everyday_words_is_refused(turn: str) -> None:
    assert not check_sentence(f"阿莫西林胶囊{turn}，每次0.5克，6到8小时一次。", [FACT]).supported


def test_the_sentence_without_it_is_supported() -> None:
    assert check_sentence("阿莫西林胶囊每次0.5克，6到8小时一次。", [FACT]).supported
