"""What must not be found: a clock in a decision, the environment outside runtime, loose ends, traces of a machine."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.support.source import FUNCTIONS, PACKAGE, ROOT, code_lines, committed, modules, names

CLOCKS = re.compile(r"\b(datetime\.(now|utcnow|today)|date\.today|time\.\w+|monotonic|perf_counter)$")
CHANCE = re.compile(r"^(random|secrets|uuid)\b|\burandom\b")
ENVIRONMENT = re.compile(r"\bos\.(environb?|getenv|putenv)\b")
LOOSE_ENDS = re.compile("|".join(("TO" + "DO", "FIX" + "ME", "XX" + "X\b", "NotImplemented" + "Error")))
MACHINES = re.compile(r"(?<![\w.}$*])/(?:work|root|mnt|(?:home|Users)/\w+)/\w|\b(?:10\.\d+|192\.168)\.\d+\.\d+\b")
MAY_NAME_ANYTHING = {Path("requirements.lock"), Path("layers/vendor/requirements.txt")}
LINES_OF_A_HANDLER = 30


def found(pattern: re.Pattern[str], files: list[Path]) -> list[str]:
    """Return where a file uses a name that the pattern matches."""
    return [f"{file.relative_to(ROOT)}: {name}" for file in files for name in names(file) if pattern.search(name)]


@pytest.mark.parametrize("layer", ["domain", "contracts", "application"])
def test_no_decision_knows_a_clock_or_chance(layer: str) -> None:
    files = modules(PACKAGE / layer)
    assert files
    assert found(CLOCKS, files) == []
    assert found(CHANCE, files) == []


def test_only_runtime_reads_the_environment() -> None:
    files = [*modules(PACKAGE), *modules(FUNCTIONS)]
    readers = {Path(where.partition(":")[0]).parent.name for where in found(ENVIRONMENT, files)}
    assert readers == {"runtime"}


@pytest.mark.parametrize("file", sorted(FUNCTIONS.glob("*/handler.py")), ids=lambda file: file.parent.name)
def test_a_handler_is_short(file: Path) -> None:
    assert 0 < code_lines(file) <= LINES_OF_A_HANDLER


def test_nothing_is_left_for_later_and_no_machine_is_named() -> None:
    traces = []
    for file in committed():
        if file.relative_to(ROOT) in MAY_NAME_ANYTHING:
            continue
        text = file.read_bytes().decode("utf-8", "replace")
        traces += [
            f"{file.relative_to(ROOT)}: {trace[0]}" for trace in (*LOOSE_ENDS.finditer(text), *MACHINES.finditer(text))
        ]
    assert traces == []
