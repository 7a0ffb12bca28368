from __future__ import annotations

from narrowcast.domain.search.routes import WEIGHTS, Route, route_to

ANSWERS = ["二甲双胍应随餐服用。", "少吃盐，每天不超过5克。", "先测血压，再决定如何用药。"]
QUESTIONS = ["高血压能吃党参吗？", "糖尿病怎么治疗", "我父亲今年68岁，血压一直高，请问要不要住院"]


def test_a_collection_of_answers_is_one_although_some_ask_in_passing() -> None:
    assert route_to([*ANSWERS, "您饭后测过血糖吗？"]) is Route.ANSWERS


def test_a_collection_of_questions_is_one_although_some_only_tell() -> None:
    assert route_to([*QUESTIONS, "我有高血压，医生开了药。"]) is Route.QUESTIONS


def test_nothing_is_taken_for_answers() -> None:
    assert route_to([]) is Route.ANSWERS


def test_words_count_for_more_among_questions() -> None:
    assert WEIGHTS[Route.QUESTIONS].words > WEIGHTS[Route.ANSWERS].words
