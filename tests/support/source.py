"""Our own source as text and syntax, for the tests that hold its architecture."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "layers" / "core" / "python" / "narrowcast"
FUNCTIONS = ROOT / "functions"


def modules(folder: Path) -> list[Path]:
    """Return the Python files under a folder, at every depth."""
    return sorted(folder.rglob("*.py"))


@cache
def syntax(file: Path) -> ast.Module:
    """Return a file's syntax tree."""
    return ast.parse(file.read_text("utf-8"))


def imports(file: Path) -> Iterator[str]:
    """Yield the full name of all that a file imports anywhere in it, also inside functions and for types only."""
    for node in ast.walk(syntax(file)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{'.' * node.level}{node.module or ''}.{alias.name}" for alias in node.names)


def names(file: Path) -> Iterator[str]:
    """Yield every dotted name that a file uses, such as `datetime.now` or `os.environ`, and what it imports."""
    yield from imports(file)
    for node in ast.walk(syntax(file)):
        if isinstance(node, ast.Attribute):
            yield ast.unparse(node)


def code_lines(file: Path) -> int:
    """Return how many lines of a file hold code: not blank, not comment, not docstring."""
    lines = {node.lineno for node in ast.walk(syntax(file)) if isinstance(node, ast.stmt | ast.expr)}
    for node in ast.walk(syntax(file)):
        if isinstance(node, ast.Module | ast.FunctionDef | ast.ClassDef) and ast.get_docstring(node):
            lines -= set(range(node.body[0].lineno, (node.body[0].end_lineno or 0) + 1))
    return len(lines)


def committed() -> list[Path]:
    """Return every file of the repository as it stands, tracked or about to be."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],  # noqa: S607 - the user's git
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    return [ROOT / name for name in listed.stdout.decode().split("\0") if name and (ROOT / name).is_file()]
