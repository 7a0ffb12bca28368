"""`narrowcast check label` and `narrowcast content export`: what operators and CI see of a file's labels."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from narrowcast import cli
from narrowcast.application.exports import TEXT_WRITERS, Exports, PrinterError, labelled
from narrowcast.cli import content
from narrowcast.cli.content import DRAWN
from narrowcast.runtime.bootstrap import Composition
from narrowcast.runtime.settings import Settings
from tests.support.leaflets import LEAFLET, needs_chinese_font, without_hidden, without_visible
from tests.support.newsroom import World

FORMS = sorted(TEXT_WRITERS)


def written(folder: Path, form: str, data: bytes) -> str:
    file = folder / f"leaflet.{form}"
    file.write_bytes(data)
    return str(file)


def export(form: str) -> bytes:
    return labelled(form, TEXT_WRITERS[form](LEAFLET), LEAFLET)


class TestCheckLabel:
    def test_files_with_both_labels_pass(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        files = [written(tmp_path, form, export(form)) for form in FORMS]

        assert cli.main(["check", "label", *files]) == 0
        assert capsys.readouterr().out.splitlines() == [f"{file}: visible and hidden label" for file in files]

    @pytest.mark.parametrize("form", FORMS)
    def test_the_missing_part_is_named(self, tmp_path: Path, capsys: pytest.CaptureFixture[str], form: str) -> None:
        file = written(tmp_path, form, without_visible(form, export(form)))
        assert cli.main(["check", "label", file]) == 1
        file = written(tmp_path, form, without_hidden(form, export(form)))
        assert cli.main(["check", "label", file]) == 1

        assert capsys.readouterr().out.splitlines() == [f"{file}: missing visible", f"{file}: missing hidden"]

    def test_json_has_one_verdict_a_file_in_the_order_given(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        good, absent = written(tmp_path, "md", export("md")), str(tmp_path / "absent.html")
        odd = written(tmp_path, "docx", b"PK")

        assert cli.main(["check", "label", "--json", good, absent, odd, str(tmp_path)]) == 1

        said = capsys.readouterr()
        assert "absent.html" in said.err
        assert "leaflet.docx: only html" in said.err
        verdicts: list[dict[str, Any]] = json.loads(said.out)
        neither = {"visible": False, "hidden": False, "missing": ["visible", "hidden"]}
        assert verdicts[:3] == [
            {"file": good, "form": "md", "visible": True, "hidden": True, "missing": []},
            {"file": absent, "form": "html", **neither},
            {"file": odd, "form": "docx", **neither},
        ]
        assert verdicts[3]["missing"] == ["visible", "hidden"]

    def test_no_file_is_bad_usage(self) -> None:
        with pytest.raises(SystemExit) as left:
            cli.main(["check", "label"])
        assert left.value.code == 2


@pytest.mark.usefixtures("world")
class TestContentExport:
    @pytest.fixture
    def world(self, monkeypatch: pytest.MonkeyPatch) -> World:
        """A stack with one published piece and one that waits for its doctor."""
        world = World().open_hospital().publish("dm-know").plan("dm-wait")
        composition = Composition(Settings({}))
        vars(composition).update(store=world.store, library=world.library)
        monkeypatch.setattr(content, "open_stack", lambda _: composition)
        return world

    @pytest.mark.parametrize("form", [*FORMS, *DRAWN])
    def test_a_signed_piece_becomes_a_file_that_passes_the_check(
        self, tmp_path: Path, form: str, capsys: pytest.CaptureFixture[str]
    ) -> None:
        if form in DRAWN:
            needs_chinese_font()
        file = tmp_path / f"piece.{form}"
        assert cli.main(["content", "export", "dm-know", "--form", form, "--out", str(file), "--json"]) == 0
        assert json.loads(capsys.readouterr().out) == {
            "content_id": "dm-know",
            "form": form,
            "file": str(file),
            "bytes": file.stat().st_size,
        }
        assert cli.main(["check", "label", str(file)]) == 0

    def test_an_unsigned_piece_is_a_negative_verdict_and_leaves_no_file(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        file = tmp_path / "piece.html"
        assert cli.main(["content", "export", "dm-wait", "--form", "html", "--out", str(file)]) == 1
        assert not file.exists()
        assert "不能导出" in capsys.readouterr().err

    def test_an_unknown_piece_is_bad_usage(self, tmp_path: Path) -> None:
        assert cli.main(["content", "export", "nobody", "--form", "html", "--out", str(tmp_path / "x.html")]) == 2

    def test_without_a_font_it_says_why(
        self, world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        def draw(_leaflet: object) -> bytes:
            raise PrinterError("no Chinese font is installed: install fonts-noto-cjk")

        press = Exports(world.store, world.library, {"png": draw})
        monkeypatch.setattr(content, "open_stack", lambda _: SimpleNamespace(store=world.store, press=press))

        assert cli.main(["content", "export", "dm-know", "--form", "png", "--out", str(tmp_path / "x.png")]) == 2
        assert "fonts-noto-cjk" in capsys.readouterr().err
