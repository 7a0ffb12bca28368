from __future__ import annotations

import json
from pathlib import Path

import pytest

from narrowcast.cli.bench.collection import read_collection
from tests.bench.retrieval_sets import write_sets


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Twenty questions of patients with answers, one of them asked twice, and ten of another file."""
    rows = [f"内科,标题{n},我的问题{n}？,回答{n}。" for n in range(20)]
    lines = ["department,title,ask,answer", *rows, "内科,标题0,另一个问题？,另一个回答。"]
    (tmp_path / "toyhom_neike_sample.csv").write_text("\n".join(lines), "gb18030")
    pairs = [{"instruction": f"题{n}", "output": f"答{n % 9}"} for n in range(10)]
    text = "\n".join(json.dumps(pair, ensure_ascii=False) for pair in pairs)
    (tmp_path / "huatuo_llama_data.json").write_text(text, "utf-8")
    return tmp_path


def test_the_halves_share_no_question_and_every_answer_stands_once(data: Path, tmp_path: Path) -> None:
    written = {folder.name: read_collection(folder) for folder in write_sets(data, tmp_path / "out", queries=10)}
    assert len(written) == 8
    tune, held = written["ask_answer-tune"], written["ask_answer-held"]
    assert not set(tune.queries.values()) & set(held.queries.values())
    assert tune.corpus == held.corpus
    assert len(set(held.corpus.values())) == len(held.corpus) == 21 + 9
    assert set(written["title_ask-held"].corpus.values()) == {*(f"我的问题{n}？" for n in range(20)), "另一个问题？"}


def test_a_question_that_was_answered_twice_has_two_answers(data: Path, tmp_path: Path) -> None:
    (folder, _) = write_sets(data, tmp_path / "out", queries=40)[:2]
    found = read_collection(folder)
    (name,) = (name for name, text in found.queries.items() if text == "标题0")
    assert {found.corpus[each] for each in found.judged[name]} == {"回答0。", "另一个回答。"}


def test_a_draw_is_the_same_again_and_a_small_one_keeps_what_is_wanted(data: Path, tmp_path: Path) -> None:
    first, second = (write_sets(data, tmp_path / name, queries=10, most=12) for name in ("a", "b"))
    for one, other in zip(first, second, strict=True):
        assert read_collection(one) == read_collection(other)
    assert {len(read_collection(folder).corpus) for folder in first} == {12}
    assert not read_collection(first[2]).skipped
