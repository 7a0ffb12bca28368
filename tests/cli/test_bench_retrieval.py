from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from narrowcast.cli import main
from narrowcast.cli.bench import engines
from narrowcast.cli.bench.collection import read_collection
from narrowcast.cli.bench.figures import figures, percentile
from narrowcast.cli.common import UsageError

CORPUS = [
    {"id": "d1", "text": "二甲双胍应随餐或餐后立即服用，可以减轻胃部不适。"},
    {"id": "d2", "text": "高血压患者应少吃盐，每天不超过5克。"},
    {"id": "d3", "text": "脑卒中发生时要记下发病的时间，立即拨打120。"},
]
QUERIES = [{"id": "q1", "text": "格华止饭前吃还是饭后吃"}, {"id": "q2", "text": "血压高能吃咸菜吗"}]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return _collection(tmp_path, "q1\td1\nq2\td2\n")


def _collection(folder: Path, qrels: str) -> Path:
    for name, rows in (("corpus", CORPUS), ("queries", QUERIES)):
        lines = "\n\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
        (folder / f"{name}.jsonl").write_text(f"{lines}\n\n", "utf-8")
    (folder / "qrels.tsv").write_text(qrels, "utf-8")
    return folder


@pytest.fixture
def no_node(monkeypatch: pytest.MonkeyPatch) -> None:
    refuse = "import sys; print('Java is missing', file=sys.stderr); sys.exit(1)"
    monkeypatch.setattr(engines, "NODE", [sys.executable, "-c", refuse])


@pytest.mark.usefixtures("no_node")
@pytest.mark.parametrize("mode", ["bm25", "vector", "hybrid"])
def test_without_a_node_it_measures_in_this_process_and_says_so(
    folder: Path, mode: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["bench", "retrieval", str(folder), "--mode", mode, "--cache", str(tmp_path / "kept"), "--json"]
    assert main(arguments) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["R@1"] == told["nDCG@10"] == told["MRR@10"] == 1.0
    assert (told["documents"], told["queries"], told["mode"]) == (3, 2, mode)
    assert told["engine"].startswith("memory")
    assert told["engine_missing"] == "Java is missing"
    assert 0 <= told["p50_ms"] <= told["p99_ms"]


@pytest.mark.node
def test_on_a_real_node_it_says_which_and_leaves_nothing_there(
    folder: Path, search_node: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["bench", "retrieval", str(folder), "--engine", search_node, "--cache", str(tmp_path / "kept")]
    assert main(command) == 0
    told = dict(line.split(": ", 1) for line in capsys.readouterr().out.splitlines())
    assert told["R@10"] == told["R@100"] == "1.0"
    assert "opensearch 2." in told["engine"]
    assert "cjk" in told["engine"]
    assert "engine_missing" not in told


@pytest.mark.parametrize(
    "qrels",
    [
        "q1\td1\nq2\td2\n",
        "query\tdocument\nq1\td1\n\nq2\td2\n",
        "query-id\tcorpus-id\tscore\nq1\td1\t1\nq2\td2\t2\nq2\td1\t0\n",
        "q1 0 d1 1\nq2 0 d2 1\nq2 0 d3 0\n",
        "\ufeffq1\td1\r\nq2\td2\r\n",
    ],
)
def test_judgements_are_read_in_the_forms_they_come_in(tmp_path: Path, qrels: str) -> None:
    found = read_collection(_collection(tmp_path, qrels))
    assert found.judged == {"q1": {"d1"}, "q2": {"d2"}}
    assert found.skipped == []


def test_odd_judgements_are_skipped_and_told_with_their_lines(tmp_path: Path) -> None:
    found = read_collection(_collection(tmp_path, "q1\td1\nq1\td1\nq9\td1\nq2\td9\n"))
    assert found.judged == {"q1": {"d1"}}
    assert found.skipped == [
        "qrels.tsv line 2: q1 and d1 were judged before",
        "qrels.tsv line 3: unknown query q9",
        "qrels.tsv line 4: unknown document d9",
    ]


@pytest.mark.parametrize(
    ("file", "content", "said"),
    [
        ("corpus.jsonl", '{"id":"d1","text":"药"}\n{"id":"d2"}\n', "line 2"),
        ("corpus.jsonl", '{"id":"d1","text":"药"}\n\n{"id":"d1","text":"药"}\n', "line 3"),
        ("corpus.jsonl", "", "empty"),
        ("queries.jsonl", "not json\n", "line 1"),
        ("qrels.tsv", "q1\n", "line 1"),
        ("qrels.tsv", "q1\td1\tmuch\n", "line 1"),
        ("qrels.tsv", "x\ty\n", "no judgement"),
    ],
)
def test_what_cannot_be_read_is_told_with_file_and_line(folder: Path, file: str, content: str, said: str) -> None:
    (folder / file).write_text(content, "utf-8")
    with pytest.raises(UsageError, match=said) as fault:
        read_collection(folder)
    assert file in str(fault.value)


def test_a_missing_file_is_bad_usage(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", "retrieval", str(tmp_path)]) == 2
    assert "corpus.jsonl" in capsys.readouterr().err


def test_figures_are_those_of_the_textbook() -> None:
    rankings = {"q1": ["x", "a", "b"], "q2": ["x"] * 10 + ["c"], "q3": []}
    told = figures(rankings, {"q1": {"a", "b"}, "q2": {"c"}, "q3": {"d"}})
    assert told["R@1"] == 0
    assert told["R@10"] == pytest.approx(1 / 3)
    assert told["MRR@10"] == pytest.approx(1 / 6)
    assert told["R@100"] == pytest.approx(2 / 3)
    assert told["nDCG@10"] == pytest.approx((0.63093 + 0.5) / (1 + 0.63093) / 3, abs=1e-4)


def test_percentiles_are_values_that_were_measured() -> None:
    assert [percentile(range(1, 101), percent) for percent in (50, 99, 100)] == [50, 99, 100]
    assert percentile([7.0], 99) == 7.0
