from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from narrowcast.adapters.embedding.kept import KeptVectors
from narrowcast.domain.search.vectors import whole


class Counting:
    """Embedder that counts the texts it was given."""

    name = "counting"
    dimensions = 3

    def __init__(self) -> None:
        self.seen: list[str] = []

    def queries(self, texts: Sequence[str]) -> list[list[float]]:
        return self.passages(texts)

    def passages(self, texts: Sequence[str]) -> list[list[float]]:
        self.seen += texts
        return [[float(len(text)), 1.0, -2.0] for text in texts]


def _filled(folder: Path, embedder: Counting, *texts: str) -> KeptVectors:
    kept = KeptVectors(folder, embedder)
    kept.add(kept.missing(texts), lambda _: None, processes=1)
    return kept


def test_a_text_is_embedded_once_for_all_runs(tmp_path: Path) -> None:
    embedder = Counting()
    _filled(tmp_path, embedder, "一", "二二", "一")
    kept = _filled(tmp_path, embedder, "二二", "三三三")
    assert embedder.seen == ["一", "二二", "三三三"]
    assert kept.of("二二") == whole([2, 1, -2])


def test_another_model_has_vectors_of_its_own(tmp_path: Path) -> None:
    _filled(tmp_path, Counting(), "一")
    other = Counting()
    other.name = "other"
    assert KeptVectors(tmp_path, other).missing(["一"]) == ["一"]


def test_a_run_that_was_broken_off_goes_on(tmp_path: Path) -> None:
    _filled(tmp_path, Counting(), "一", "二二")
    (file,) = tmp_path.iterdir()
    file.write_bytes(file.read_bytes()[:-1])
    again = Counting()
    kept = _filled(tmp_path, again, "一", "二二")
    assert again.seen == ["二二"]
    assert kept.of("一") == whole([1, 1, -2])
    assert file.stat().st_size == 2 * 35


def test_progress_is_told(tmp_path: Path) -> None:
    told: list[int] = []
    KeptVectors(tmp_path, Counting()).add([str(number) for number in range(100)], told.append, processes=1)
    assert told == [64, 100]
