"""What a benchmark gives back, and how it is printed: tables of figures, and the conditions they were taken under."""

from __future__ import annotations

import os
import platform
import statistics
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
Cell = str | int | float


@dataclass(frozen=True)
class Table:
    """Figures with their columns; `notes` say what is counted. A benchmark that broke a promise says so in `broken`."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    notes: tuple[str, ...] = ()
    broken: tuple[str, ...] = ()


def conditions() -> dict[str, str]:
    """Return when, on what and of which state of the sources the figures are."""
    load = os.getloadavg()[0]
    return {
        "date": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "cpu": cpu_model(),
        "cores": str(os.cpu_count()),
        "load": f"{load:.1f} processes wanted a core in the minute before",
        "python": platform.python_version(),
        "commit": commit(),
    }


def cpu_model() -> str:
    """Return the processor's name, as far as the system tells it."""
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text("utf-8").splitlines() if cpuinfo.exists() else []
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())


def commit() -> str:
    """Return the commit that is checked out, marked `+` when files differ from it."""
    head, changed = _git("rev-parse", "--short", "HEAD"), _git("status", "--porcelain", "--untracked-files=no")
    return f"{head}{'+' if changed else ''}" if head else "unknown"


def _git(*arguments: str) -> str:
    command = ("git", "-C", str(REPOSITORY), *arguments)
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - fixed commands
    return done.stdout.strip()


def percentile(values: Sequence[float], percent: int) -> float:
    """Return the smallest value that `percent` of the values do not exceed (nearest rank)."""
    ranked = sorted(values)
    return ranked[max(0, -(-len(ranked) * percent // 100) - 1)]


def spread(values: Sequence[float]) -> tuple[Cell, ...]:
    """Return p50, p95 and the largest, rounded."""
    return tuple(rounded(value) for value in (statistics.median(values), percentile(values, 95), max(values)))


def rounded(value: float) -> float:
    """Return a figure with no more digits than it deserves."""
    return float(f"{value:.3g}") if abs(value) < 100 else float(round(value))


def show(tables: Iterable[Table]) -> None:
    """Print each table."""
    for table in tables:
        say(f"\n{table.title}\n")
        _show_rows((table.columns, *table.rows))
        for note in (*table.notes, *(f"BROKEN: {each}" for each in table.broken)):
            say(f"  {note}")


def show_conditions(told: Mapping[str, str]) -> None:
    """Print the conditions."""
    for name, value in told.items():
        say(f"{name:>8}: {value}")


def _show_rows(rows: Sequence[Sequence[Cell]]) -> None:
    texts = [[_text(cell) for cell in row] for row in rows]
    widths = [max(len(row[column]) for row in texts) for column in range(len(texts[0]))]
    texts.insert(1, ["-" * width for width in widths])
    for row in texts:
        first, *others = (
            cell.ljust(width) if not place else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        say("  " + "  ".join((first, *others)))


def _text(cell: Cell) -> str:
    return (
        f"{cell:,g}"
        if isinstance(cell, float) and abs(cell) < 100
        else f"{cell:,.0f}"
        if _is_number(cell)
        else str(cell)
    )


def _is_number(cell: Cell) -> bool:
    return isinstance(cell, int | float)


def say(line: str) -> None:
    """Print a line at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
