"""Archives on disk: a folder or a zip file written piece by piece, and commits put in order without holding them."""

from __future__ import annotations

import sqlite3
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

from narrowcast.application.archive import File
from narrowcast.contracts.commit import Commit

_COLUMNS = "stream, version, commit_id, recorded_at, payload, previous, hash"


def in_order(commits: Iterable[Commit]) -> Iterator[Commit]:
    """Yield commits by stream and version, however they come: they wait in a file that is gone afterwards."""
    with TemporaryDirectory(prefix="narrowcast-export-") as folder, closing(sqlite3.connect(f"{folder}/log")) as table:
        table.execute(f"CREATE TABLE log ({_COLUMNS})")
        table.executemany("INSERT INTO log VALUES (?, ?, ?, ?, ?, ?, ?)", map(_row, commits))
        for row in table.execute(f"SELECT {_COLUMNS} FROM log ORDER BY stream, version"):  # noqa: S608 - fixed names
            yield Commit(*row)


def _row(commit: Commit) -> tuple[str | int | bytes, ...]:
    address = (commit.stream, commit.version, commit.commit_id, commit.recorded_at)
    return (*address, commit.payload, commit.previous, commit.hash)


def write_folder(files: Iterable[File], folder: Path) -> None:
    """Write the files into a new folder. FileExistsError if it is there."""
    folder.mkdir(parents=True)
    for name, pieces in files:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            file.writelines(pieces)


def write_zip(files: Iterable[File], path: Path) -> None:
    """Write the files into a new zip file, deflated. FileExistsError if it is there."""
    with zipfile.ZipFile(path, "x", zipfile.ZIP_DEFLATED) as archive:
        for name, pieces in files:
            with archive.open(name, "w", force_zip64=True) as file:
                file.writelines(pieces)
