"""The cloud assembly: synthesized when an input changed, and read as stacks and assets in the order to deploy them."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from graphlib import TopologicalSorter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from infra.local.clients import ACCOUNT, REGION
from infra.local.home import REPOSITORY, only_one

if TYPE_CHECKING:
    from collections.abc import Iterator

# What the template is made of; infra/local deploys it and does not shape it.
INPUTS = ("infra", "functions", "layers", "statemachines", "events/schemas")
INPUT_FILES = ("cdk.json", "requirements.lock", "pyproject.toml")
CONTEXT_VARIABLE = "NARROWCAST_CONTEXT"
_STAMP = "inputs.sha256"


class SynthesisError(Exception):
    """`python -m infra.app` failed; the message is what it printed."""


@dataclass(frozen=True)
class Asset:
    """A file or folder the template refers to, and the bucket and key under which it expects it."""

    source: Path
    is_folder: bool
    bucket: str
    key: str


@dataclass(frozen=True)
class StackTemplate:
    """One stack of the assembly."""

    name: str
    template: dict[str, Any]
    assets: tuple[Asset, ...]


def synthesize(outdir: Path, context: str, repository: Path = REPOSITORY) -> None:
    """Bring the cloud assembly in `outdir` up to date; SynthesisError when the app fails.

    `context` is a JSON object of settings that replace those of cdk.json, or empty.
    """
    # One at a time in this repository: every run of the app builds into .build/.
    with only_one(repository / ".build" / "synthesis.lock"):
        inputs = fingerprint(repository, context)
        stamp = outdir / _STAMP
        if not (stamp.exists() and stamp.read_text(encoding="utf-8") == inputs):
            stamp.unlink(missing_ok=True)
            _run_app(repository, outdir, context)
            stamp.write_text(inputs, encoding="utf-8")


def _run_app(repository: Path, outdir: Path, context: str) -> None:
    app = subprocess.run(
        [sys.executable, "-m", "infra.app"],
        cwd=repository,
        env={**os.environ, "CDK_OUTDIR": str(outdir), CONTEXT_VARIABLE: context or "{}"},
        capture_output=True,
        text=True,
        check=False,
    )
    if app.returncode:
        raise SynthesisError(app.stdout + app.stderr)


def fingerprint(repository: Path, context: str = "") -> str:
    """A hash of everything that shapes the template."""
    digest = hashlib.sha256(f"{sys.version} {context}".encode())
    for file in _input_files(repository):
        digest.update(file.relative_to(repository).as_posix().encode() + b"\0")
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


def _input_files(repository: Path) -> Iterator[Path]:
    local = repository / "infra" / "local"
    for folder in INPUTS:
        for file in sorted((repository / folder).rglob("*")):
            if file.is_file() and "__pycache__" not in file.parts and local not in file.parents:
                yield file
    yield from (repository / name for name in INPUT_FILES if (repository / name).exists())


def stacks(outdir: Path) -> list[StackTemplate]:
    """The stacks of an assembly, each after those it depends on."""
    artifacts = {
        name: artifact
        for name, artifact in _read(outdir / "manifest.json")["artifacts"].items()
        if artifact["type"] == "aws:cloudformation:stack"
    }
    needs = {name: set(artifact.get("dependencies", ())) & set(artifacts) for name, artifact in artifacts.items()}
    return [_stack(outdir, name, artifacts[name]) for name in TopologicalSorter(needs).static_order()]


def _stack(outdir: Path, artifact_id: str, artifact: dict[str, Any]) -> StackTemplate:
    properties = artifact["properties"]
    return StackTemplate(
        name=properties.get("stackName", artifact_id),
        template=_read(outdir / properties["templateFile"]),
        assets=tuple(_assets(outdir, outdir / f"{artifact_id}.assets.json")),
    )


def _assets(outdir: Path, listing: Path) -> Iterator[Asset]:
    if not listing.exists():
        return
    for file in _read(listing)["files"].values():
        for destination in file["destinations"].values():
            yield Asset(
                source=outdir / file["source"]["path"],
                is_folder=file["source"]["packaging"] == "zip",
                bucket=resolve(destination["bucketName"]),
                key=resolve(destination["objectKey"]),
            )


def resolve(text: str) -> str:
    """The placeholders CDK leaves in asset destinations, as the emulator's account has them."""
    return (
        text.replace("${AWS::AccountId}", ACCOUNT).replace("${AWS::Region}", REGION).replace("${AWS::Partition}", "aws")
    )


def _read(file: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return content
