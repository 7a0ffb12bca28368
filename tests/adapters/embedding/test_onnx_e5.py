from __future__ import annotations

from math import sqrt
from pathlib import Path

import pytest

from narrowcast.adapters.embedding.centred import Centred
from narrowcast.adapters.embedding.e5_model import E5Model
from narrowcast.adapters.embedding.local_e5 import LocalE5
from narrowcast.adapters.embedding.onnx_e5 import OnnxE5, available

TEXTS = [
    "高血压病人可以口服党参的吗？",
    "二甲双胍（Metformin）0.5g，每日2次，随餐服用。",
    "",
    " a  b ",
    "🙂 ①血糖5.6mmol/L",
    "\ud800",
    "药\0片",
    "糖" * 1200,
]


def _alike(one: list[float], other: list[float]) -> float:
    return sum(p * q for p, q in zip(one, other, strict=True))


@pytest.mark.parametrize("text", TEXTS, ids=lambda text: ascii(text[:12]))
def test_vectors_are_those_of_the_packages_own_engine_but_for_rounding(text: str) -> None:
    (question,), (passage,) = OnnxE5().queries([text]), OnnxE5().passages([text])
    assert _alike(question, LocalE5().queries([text])[0]) > 0.999
    assert _alike(passage, LocalE5().passages([text])[0]) > 0.999
    assert _alike(passage, passage) == pytest.approx(1)


def test_a_text_has_the_same_vector_whatever_comes_with_it() -> None:
    assert OnnxE5().passages(TEXTS) == [OnnxE5().passages([text])[0] for text in TEXTS]


def test_another_file_is_refused(tmp_path: Path) -> None:
    other = tmp_path / "other.bin"
    other.write_bytes(b"\0" * 100)
    with pytest.raises(ValueError, match=r"other\.bin"):
        E5Model(other)


def test_it_says_that_it_is_available_here() -> None:
    assert available()


def test_centred_vectors_are_named_apart_and_tell_texts_apart_better() -> None:
    plain, centred = LocalE5(), Centred(LocalE5())
    assert centred.name != plain.name
    assert centred.dimensions == plain.dimensions
    question, texts = ["二甲双胍饭前吃还是饭后吃？"], ["二甲双胍应随餐或餐后立即服用。", "脚踝扭伤后先冰敷。"]

    def gap(embedder: LocalE5 | Centred) -> float:
        (asked,), (answer, other) = embedder.queries(question), embedder.passages(texts)
        return _cosine(asked, answer) - _cosine(asked, other)

    assert gap(centred) > 2 * gap(plain)


def _cosine(one: list[float], other: list[float]) -> float:
    return _alike(one, other) / sqrt(_alike(one, one) * _alike(other, other))
