from __future__ import annotations

from math import sqrt

from narrowcast.adapters.embedding.local_e5 import LocalE5

E5 = LocalE5()


def _alike(one: list[float], other: list[float]) -> float:
    return sum(p * q for p, q in zip(one, other, strict=True))


def test_a_question_is_nearer_to_its_answer_than_to_another() -> None:
    (question,) = E5.queries(["二甲双胍饭前吃还是饭后吃？"])
    answer, other = E5.passages(["二甲双胍应随餐或餐后立即服用。", "脚踝扭伤后先冰敷。"])
    assert _alike(question, answer) > _alike(question, other) + 0.03


def test_vectors_have_unit_length_and_come_in_the_order_of_their_texts() -> None:
    vectors = E5.passages(["高血压", "", "糖尿病\0很常见", "\ud800"])
    assert [len(vector) for vector in vectors] == [E5.dimensions] * 4
    assert all(abs(sqrt(_alike(vector, vector)) - 1) < 1e-5 for vector in vectors)
    assert E5.passages(["高血压"]) == vectors[:1]


def test_the_same_text_has_the_same_vector_and_a_question_another_than_a_passage() -> None:
    assert E5.queries(["高血压"]) == E5.queries(["高血压"])
    assert E5.queries(["高血压"]) != E5.passages(["高血压"])
