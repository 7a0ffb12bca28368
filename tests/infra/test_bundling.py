"""What Lambda gets: complete, compiled, the same bytes from the same sources."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest

from infra import bundling
from infra.settings import ROOT, SettingsError

# Left out: what reads the model on onnxruntime, which no function carries.
IMPORT_EVERYTHING = """
import importlib, pkgutil, sys
sys.path[:0] = sys.argv[1:]
import narrowcast
measured_only = {"e5_model", "onnx_e5", "onnx_graph"}
for module in pkgutil.walk_packages(narrowcast.__path__, "narrowcast."):
    if module.name.rpartition(".")[2] not in measured_only:
        importlib.import_module(module.name)
import chalice, hl7, jinja2
print(narrowcast.__file__)
"""
UNZIPPED_LIMIT = 250 * 1024 * 1024


@pytest.fixture
def build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(bundling, "BUILD", tmp_path / "build")
    return tmp_path


@pytest.fixture
def source(tmp_path: Path) -> Path:
    package = tmp_path / "source/narrowcast"
    (package / "contracts").mkdir(parents=True)
    (package / "__init__.py").write_text("ANSWER = 42\n")
    (package / "contracts/__init__.py").touch()
    (tmp_path / "source/schemas/FactProposed").mkdir(parents=True)
    (tmp_path / "source/schemas/FactProposed/v1.json").write_text("{}")
    return tmp_path / "source"


def core(source: Path) -> bundling.Bundle:
    return bundling.build_core_layer(source / "narrowcast", source / "schemas")


@pytest.mark.usefixtures("build")
def test_the_core_layer_carries_the_schemas_inside_the_package(source: Path) -> None:
    home = core(source).path / "python/narrowcast"

    assert (home / "__init__.py").is_file()
    assert (home / "contracts/schemas/FactProposed/v1.json").is_file()


@pytest.mark.usefixtures("build")
def test_bytecode_trusts_no_timestamp(source: Path) -> None:
    compiled = Path(importlib.util.cache_from_source(str(core(source).path / "python/narrowcast/__init__.py")))

    flags = int.from_bytes(compiled.read_bytes()[4:8], "little")
    assert flags == 0b01, "hash-based and unchecked"


@pytest.mark.usefixtures("build")
def test_unchanged_sources_are_not_built_again(source: Path) -> None:
    first = core(source)
    (first.path / "kept").touch()

    assert core(source) == first
    assert (first.path / "kept").exists()


@pytest.mark.usefixtures("build")
def test_a_changed_source_is_built_again_under_another_digest(source: Path) -> None:
    first = core(source)
    (first.path / "stale").touch()
    (source / "schemas/FactProposed/v2.json").write_text("{}")
    second = core(source)

    assert second.digest != first.digest
    assert not (second.path / "stale").exists()


@pytest.mark.usefixtures("build")
def test_a_function_without_a_folder_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="functions/check_facts"):
        bundling.build_function("check_facts", tmp_path)


def pins(path: str) -> set[str]:
    lines = (line.strip() for line in (ROOT / path).read_text().splitlines())
    return {line for line in lines if line and not line.startswith("#")}


def test_the_layer_holds_exactly_what_was_locked_and_tested() -> None:
    vendored = pins("layers/vendor/requirements.txt")

    assert all("==" in pin for pin in vendored)
    assert vendored <= pins("requirements.lock")


def test_the_layers_alone_import_the_whole_package_and_fit() -> None:
    vendor, package = bundling.build_vendor_layer().path, bundling.build_core_layer().path
    size = sum(file.stat().st_size for root in (vendor, package) for file in root.rglob("*") if file.is_file())
    command = [sys.executable, "-I", "-S", "-c", IMPORT_EVERYTHING, str(package / "python"), str(vendor / "python")]
    environment = {**os.environ, "AWS_REGION": "us-east-1", "POWERTOOLS_METRICS_NAMESPACE": "N"}
    imported = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)  # noqa: S603

    assert imported.returncode == 0, imported.stderr
    assert imported.stdout.strip().startswith(str(package))
    assert size < UNZIPPED_LIMIT


def test_the_embedding_layer_embeds_beside_the_others_and_fits() -> None:
    layers = [
        bundling.build_core_layer().path,
        bundling.build_vendor_layer().path,
        bundling.build_embedding_layer().path,
    ]
    size = sum(file.stat().st_size for root in layers for file in root.rglob("*") if file.is_file())
    script = (
        "import sys; sys.path[:0] = sys.argv[1:]\n"
        "from narrowcast.adapters.embedding.local_e5 import LocalE5\n"
        "print(len(LocalE5().queries(['二甲双胍'])[0]), 'numpy' in sys.modules)"
    )
    command = [sys.executable, "-I", "-S", "-c", script, *(str(layer / "python") for layer in layers)]
    embedded = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own script

    assert embedded.stdout.split() == ["384", "False"], embedded.stderr
    assert size < UNZIPPED_LIMIT
