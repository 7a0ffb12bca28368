"""Imports go one way, at every depth, without exemption."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from importlinter import cli

from tests.support.source import FUNCTIONS, PACKAGE, ROOT, imports, modules

PLATFORM = ("aws_lambda_powertools",)
WEB = ("chalice", "chalicelib", "jinja2", "markupsafe", "msgspec")
OURS = tuple(f"narrowcast.{layer}" for layer in ("runtime", "application", "contracts", "domain"))


def foreign(file: Path, *allowed: str) -> Iterator[str]:
    """Yield what a file imports that is neither the standard library's nor allowed."""
    for name in imports(file):
        top = name.partition(".")[0]
        if top not in sys.stdlib_module_names and not any(f"{name}.".startswith(f"{each}.") for each in allowed):
            yield f"{file.relative_to(ROOT)}: {name}"


def all_foreign(folder: Path, *allowed: str) -> list[str]:
    files = modules(folder)
    assert files
    return [each for file in files for each in foreign(file, *allowed)]


def test_the_contracts_of_the_layers_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    assert cli.lint_imports(config_filename="pyproject.toml", no_cache=True) == 0


def test_the_domain_imports_the_standard_library_alone() -> None:
    assert all_foreign(PACKAGE / "domain", "narrowcast.domain") == []


def test_a_function_imports_the_inner_layers_and_its_platform_and_no_adapter() -> None:
    handlers = [folder for folder in sorted(FUNCTIONS.iterdir()) if (folder / "handler.py").exists()]
    assert [each for folder in handlers for each in all_foreign(folder, *OURS, *PLATFORM)] == []


def test_the_api_imports_the_inner_layers_and_its_framework_and_no_adapter() -> None:
    assert all_foreign(FUNCTIONS / "api", *OURS, *PLATFORM, *WEB) == []


def test_a_module_of_the_package_is_imported_by_its_full_name() -> None:
    assert [f"{file.name}: {name}" for file in modules(PACKAGE) for name in imports(file) if name[0] == "."] == []
