"""`narrowcast log verify`, `seal`, `export`: proof that the log is whole, and what others need to prove it."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import asdict, replace
from importlib.resources import files
from pathlib import Path
from typing import Any

from narrowcast.adapters.files import in_order, write_folder, write_zip
from narrowcast.application.archive import Export
from narrowcast.application.sealing import NewRoot, read_sealed
from narrowcast.application.snapshots import snapshot_faults
from narrowcast.application.verification import Fault, Proof, Sealed, verify_log
from narrowcast.cli.common import NEGATIVE, OK, Arguments, UsageError, add_command, open_stack, tell
from narrowcast.contracts.codec import timestamp
from narrowcast.runtime.bootstrap import Composition

KIT = ("README.md", "verify.py")


def add_integrity(group: Any) -> None:
    """Declare the commands."""
    verify = add_command(
        group,
        "verify",
        "recompute every hash and signature, and hold the log against its roots, snapshots against the log",
        _verify,
    )
    verify.add_argument("--root", default="", metavar="HASH", help="a root you kept: it must be among the stored ones")
    add_command(group, "seal", "sign a root over every hospital's stream heads now", _seal)
    export = add_command(group, "export", "write an archive that anyone can verify without this package", _export)
    export.add_argument("--hospital", default="", help="only this hospital's streams and roots")
    export.add_argument("--out", type=Path, required=True, metavar="FILE.zip|DIR")


def _verify(arguments: Arguments) -> int:
    composition = open_stack(arguments)
    sealed = read_sealed(composition.roots, composition.seal_key)  # before the scan, which then has all they sealed
    _expect(sealed, arguments.root)
    proof = verify_log(composition.store.log, composition.signing_key, sealed)
    proof = replace(proof, faults=(*proof.faults, *_snapshot_faults(composition)))
    tell(arguments, {"ok": not proof.faults, **asdict(proof)}, [*_counts(proof, sealed), *map(_bad, proof.faults)])
    return NEGATIVE if proof.faults else OK


def _snapshot_faults(composition: Composition) -> Iterator[Fault]:
    """Yield the snapshots that are not what the log folds to: of use to nobody, but somebody or something made them."""
    if composition.snapshots:
        doubts = snapshot_faults(composition.store.log, composition.snapshots)
        yield from (Fault(*doubt) for doubt in doubts)


def _expect(sealed: Sealed, kept: str) -> None:
    if kept and kept.lower() not in {root.hash for root in sealed.roots}:
        sealed.faults.append(Fault("roots", 0, f"the root {kept} is not among those stored"))


def _counts(proof: Proof, sealed: Sealed) -> list[str]:
    newest = {root.hospital: root for root in sealed.roots}
    return [
        f"{proof.streams} streams, {proof.commits} commits, {proof.events} events, {proof.signatures} signatures",
        *(f"{each.hospital}: root {each.number} of {each.sealed_at} is {each.hash}" for each in newest.values()),
        f"{proof.roots} roots; {proof.unsealed} commits are not sealed yet",
    ]


def _bad(fault: Fault) -> str:
    return f"BAD {fault.stream} version {fault.version}: {fault.reason}"


def _seal(arguments: Arguments) -> int:
    made = open_stack(arguments).sealer.seal()
    tell(arguments, {"roots": [asdict(each) for each in made]}, [line for each in made for line in _told(each)])
    return NEGATIVE if any(each.root is None for each in made) else OK


def _told(made: NewRoot) -> list[str]:
    root = made.root
    if root is None:
        return [f"{made.hospital}: not sealed, its log does not hold", *map(_bad, made.faults)]
    what = f"{root.streams} streams, {root.commits} commits, {root.changed} streams moved"
    return [f"{root.hospital}: root {root.number} of {root.sealed_at} is {made.hash} ({what})"]


def _export(arguments: Arguments) -> int:
    out: Path = arguments.out
    if out.exists():
        raise UsageError(f"{out} exists already")
    export = _export_of(open_stack(arguments), arguments)
    write = write_zip if out.suffix == ".zip" else write_folder
    write(export.files(), out)
    counts = asdict(export.counts)
    told = ", ".join(f"{count} {name}" for name, count in counts.items())
    tell(arguments, {"out": str(out), **counts}, [f"{told} in {out}; check it with the verify.py inside"])
    return OK


def _export_of(composition: Composition, arguments: argparse.Namespace) -> Export:
    hospital = arguments.hospital
    wanted = (c for c in composition.store.log.scan() if not hospital or c.stream.startswith(f"{hospital}/"))
    kit = files("narrowcast.cli") / "archive"
    return Export(
        commits=in_order(wanted),
        roots=composition.roots,
        hospitals=(hospital,) if hospital else tuple(composition.roots.hospitals()),
        content_key=composition.signing_key,
        root_key=composition.seal_key,
        exported_at=timestamp(composition.store.clock.now()),
        kit={name: (kit / name).read_bytes() for name in KIT},
    )
