"""Names in the mouths of people and names in guidelines: the same thing, and no other."""

from __future__ import annotations

import pytest

from narrowcast.domain.control.facts import check_sentence
from narrowcast.domain.control.facts.lexer import lex
from narrowcast.domain.control.facts.naming import by_written_names
from narrowcast.domain.control.facts.tables import names
from narrowcast.domain.control.facts.tables.names import SPOKEN

SAME = [
    ("踝关节扭伤后48小时内应冰敷。", "崴脚以后48小时里要冰敷。"),
    ("妊娠期糖尿病患者产后6～12周行75 g口服葡萄糖耐量试验。", "妊娠期糖尿病的妈妈，产后6到12周要做75克的糖耐量检查。"),
    ("带状疱疹患者应在皮疹出现72小时内就诊。", "得了缠腰龙，皮疹出来72小时之内要去医院。"),
    ("铁剂与钙剂应间隔2小时以上。", "补铁的药和补钙的药要隔开两个小时以上。"),
]
OTHER = [
    ("踝关节扭伤后48小时内应冰敷。", "网球肘以后48小时里要冰敷。"),
    ("带状疱疹患者应在皮疹出现72小时内就诊。", "得了风疙瘩，皮疹出来72小时之内要去医院。"),
    ("铁剂与钙剂应间隔2小时以上。", "补铁的药和补钾的药要隔开两个小时以上。"),
    ("髋关节置换术后6周内不要下蹲。", "换了膝盖，6周之内不要下蹲。"),
]


@pytest.mark.parametrize(("fact", "sentence"), SAME)
def test_a_spoken_name_stands_for_the_written_one(fact: str, sentence: str) -> None:
    assert check_sentence(sentence, [fact]).reasons == ()


@pytest.mark.parametrize(("fact", "sentence"), OTHER)
def test_the_spoken_name_of_another_thing_is_refused(fact: str, sentence: str) -> None:
    assert not check_sentence(sentence, [fact]).supported


def test_a_spoken_name_stands_for_one_thing_and_is_no_written_name_itself() -> None:
    lines = [line.split() for line in SPOKEN.strip().splitlines()]
    spoken = [name for line in lines for name in line[1:]]
    assert len(spoken) == len(set(spoken))
    assert not set(spoken) & {line[0] for line in lines}


def test_a_name_is_not_found_across_other_words() -> None:
    assert by_written_names("监测体重称重一次") == "监测体重称重一次"
    assert by_written_names("煤烟中毒了") == "一氧化碳中毒了"


@pytest.mark.parametrize("name", names.WHOLE.split())
def test_a_name_with_a_word_of_grammar_in_it_is_read_whole(name: str) -> None:
    assert [token.text for token in lex(name)] == [name]
