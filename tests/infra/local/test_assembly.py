"""The assembly is synthesized when an input changed and read in the order of deployment."""

from __future__ import annotations

from pathlib import Path

import pytest

from infra.local import assembly
from tests.support import toy_assembly

APP = """
import os, pathlib
out = pathlib.Path(os.environ["CDK_OUTDIR"])
out.mkdir(exist_ok=True)
(out / "runs").open("a").write(os.environ["NARROWCAST_CONTEXT"] + "\\n")
"""


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository whose app notes each of its runs."""
    (tmp_path / "infra").mkdir()
    (tmp_path / "infra" / "app.py").write_text(APP)
    (tmp_path / "functions").mkdir()
    (tmp_path / "functions" / "handler.py").write_text("")
    return tmp_path


def runs(repository: Path, context: str = "") -> list[str]:
    outdir = repository / "cdk.out"
    assembly.synthesize(outdir, context, repository)
    return (outdir / "runs").read_text().splitlines()


def test_nothing_is_synthesized_twice_from_the_same_inputs(repository: Path) -> None:
    runs(repository)
    assert len(runs(repository)) == 1


def test_a_changed_function_is_synthesized_again(repository: Path) -> None:
    runs(repository)
    (repository / "functions" / "handler.py").write_text("x = 1")
    assert len(runs(repository)) == 2


def test_a_new_setting_is_handed_to_the_app(repository: Path) -> None:
    runs(repository)
    assert runs(repository, '{"timers": {"editing": 1}}') == ["{}", '{"timers": {"editing": 1}}']


def test_the_embedded_aws_itself_shapes_no_template(repository: Path) -> None:
    runs(repository)
    (repository / "infra" / "local").mkdir()
    (repository / "infra" / "local" / "pump.py").write_text("")
    assert len(runs(repository)) == 1


def test_an_app_that_fails_says_why_and_is_run_again_next_time(repository: Path) -> None:
    (repository / "infra" / "app.py").write_text("raise SystemExit('no folder functions/api')")
    with pytest.raises(assembly.SynthesisError, match="no folder functions/api"):
        runs(repository)
    (repository / "infra" / "app.py").write_text(APP)
    assert len(runs(repository)) == 1


@pytest.fixture
def stacks(tmp_path: Path) -> list[assembly.StackTemplate]:
    return assembly.stacks(toy_assembly.write(tmp_path / "cdk.out"))


def test_a_stack_comes_after_those_it_depends_on(stacks: list[assembly.StackTemplate]) -> None:
    assert [stack.name for stack in stacks] == ["ToyData", "ToyService"]


def test_an_asset_goes_to_the_bucket_of_the_emulators_account(stacks: list[assembly.StackTemplate]) -> None:
    code = next(asset for asset in stacks[1].assets if asset.key == "code.zip")
    assert code.bucket == "assets-000000000000-us-east-1"
    assert code.is_folder
    assert (code.source / "handler.py").is_file()
