"""What is uploaded: small packages, equal for equal content, that start our bootstrap."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from infra.local import deploy, stack
from infra.local.assembly import Asset, StackTemplate
from infra.local.home import Home


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "code" / "__pycache__").mkdir(parents=True)
    (tmp_path / "code" / "handler.py").write_text("x = 1")
    (tmp_path / "code" / "__pycache__" / "handler.cpython-311.pyc").write_bytes(b"compiled")
    return tmp_path / "code"


def test_equal_content_makes_an_equal_archive(folder: Path) -> None:
    before = deploy.zipped(folder)
    (folder / "handler.py").touch()
    assert deploy.zipped(folder) == before


def test_a_package_keeps_the_bytecode_its_build_compiled(folder: Path) -> None:
    with zipfile.ZipFile(io.BytesIO(deploy.zipped(folder))) as package:
        assert package.namelist() == ["__pycache__/handler.cpython-311.pyc", "handler.py"]


def test_the_bootstrap_of_a_package_may_be_executed(folder: Path) -> None:
    with zipfile.ZipFile(io.BytesIO(deploy.zipped(folder, {"bootstrap": "#!/bin/sh\n"}))) as package:
        assert package.getinfo("bootstrap").external_attr >> 16 & 0o111 == 0o111


def test_a_path_with_a_blank_survives_the_bootstrap_script() -> None:
    script = deploy.bootstrap_script([Path("/home/my work/python")])
    assert script.endswith(" '/home/my work/python'\n")


def test_a_layer_is_unpacked_once_for_all_functions(tmp_path: Path) -> None:
    source = tmp_path / "asset.layer"
    (source / "python").mkdir(parents=True)
    (source / "python" / "module.py").write_text("x = 1")
    home = Home(tmp_path / "work")
    home.make()
    first = deploy.unpacked_layer(home, source)
    (source / "python" / "module.py").unlink()
    assert deploy.unpacked_layer(home, source) == first
    assert (first / "module.py").read_text() == "x = 1"


def test_a_layer_no_stack_uses_any_more_is_deleted(tmp_path: Path) -> None:
    home = Home(tmp_path)
    home.make()
    for name in ("asset.new", "asset.old"):
        (home.layers / name / "python").mkdir(parents=True)
    asset = Asset(source=tmp_path / "asset.new", is_folder=True, bucket="assets", key="new.zip")
    deploy.forget_layers(home, [StackTemplate(name="Service", template={}, assets=(asset,))])
    assert [folder.name for folder in home.layers.iterdir()] == ["asset.new"]


@pytest.mark.parametrize(
    ("output", "name"),
    [
        ("EventLogTable", "EVENT_LOG_TABLE"),
        ("SigningKeyId", "SIGNING_KEY_ID"),
        ("StreamDeadLetterQueueUrl", "STREAM_DEAD_LETTER_QUEUE_URL"),
    ],
)
def test_an_output_is_named_like_the_variable_a_function_reads(output: str, name: str) -> None:
    assert stack.variable(output) == name
