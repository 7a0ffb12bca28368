"""The daily root: every hospital's stream heads, signed and kept apart from the log.

A hash chain shows a change in the middle, not a chain that was cut short or written anew from some commit on. A root
kept where the log's writers cannot reach shows both. Nothing is sealed for a hospital whose chains do not hold.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from narrowcast.application.ports import Clock, EventLog, Roots, SigningKey
from narrowcast.application.verification import NOTHING_SEALED, Fault, Sealed, Sealing, by_stream, first_break, unsealed
from narrowcast.contracts.codec import timestamp
from narrowcast.contracts.commit import Head
from narrowcast.contracts.root import (
    CorruptRootError,
    Root,
    SealedHead,
    SealedRoot,
    decode_root,
    digest_of,
    encode_root,
)

ROOTS = "roots"
"""Stands in a fault's place for the stream when a root itself does not hold: `<hospital>/roots`."""


@dataclass(frozen=True, slots=True)
class NewRoot:
    """What a run made of one hospital: its root and that root's hash, or the faults that forbade one."""

    hospital: str
    root: Root | None = None
    hash: str = ""
    faults: tuple[Fault, ...] = ()


@dataclass(slots=True)
class _Census:
    """One hospital's heads as a scan finds them."""

    heads: dict[str, Head] = field(default_factory=dict)
    faults: dict[str, Fault] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Sealer:
    """Seals every hospital of the log."""

    log: EventLog
    roots: Roots
    key: SigningKey
    clock: Clock

    def seal(self) -> list[NewRoot]:
        """Seal what stands now. ConflictError if another run sealed at the same time; UnavailableError."""
        known = {hospital: read_sealed(self.roots, self.key, hospital) for hospital in self.roots.hospitals()}
        found = self._census(known)
        return [self._seal(each, known.get(each, NOTHING_SEALED), found[each]) for each in sorted({*known, *found})]

    def _census(self, known: Mapping[str, Sealed]) -> dict[str, _Census]:
        found: dict[str, _Census] = defaultdict(_Census)
        for stream, commits in by_stream(self.log):
            hospital = stream.partition("/")[0]
            census, sealed = found[hospital], known.get(hospital, NOTHING_SEALED)
            fault = first_break(stream, commits) or unsealed(stream, commits, sealed.of(stream))
            census.heads[stream] = commits[-1].head
            census.faults.pop(stream, None)
            if fault:
                census.faults[stream] = fault
        return found

    def _seal(self, hospital: str, before: Sealed, census: _Census) -> NewRoot:
        faults = (*before.faults, *census.faults.values(), *before.gone(census.heads))
        if faults:
            return NewRoot(hospital, faults=faults)
        heads = [SealedHead(stream, head.version, head.hash) for stream, head in sorted(census.heads.items())]
        changed = tuple(head for head in heads if before.last(head.stream) != head)
        root = Root(
            hospital=hospital,
            number=len(before.roots) + 1,
            previous=before.roots[-1].hash if before.roots else "",
            sealed_at=timestamp(self.clock.now()),
            streams=len(heads),
            commits=sum(head.version for head in heads),
            changed=len(changed),
            heads=digest_of(changed),
        )
        self.roots.put(hospital, root.number, encode_root(SealedRoot(root, self.key.sign(root.form), changed)))
        return NewRoot(hospital, root, root.hash)


def read_sealed(roots: Roots, key: SigningKey, *hospitals: str) -> Sealed:
    """Return all that was sealed, of every hospital unless some are named, and what of it does not hold."""
    sealed = Sealed()
    for hospital in hospitals or tuple(roots.hospitals()):
        _add_roots(sealed, hospital, roots.read(hospital), key)
    return sealed


def _add_roots(sealed: Sealed, hospital: str, stored: Iterable[bytes], key: SigningKey) -> None:
    previous = ""
    for number, body in enumerate(stored, start=1):
        try:
            found = decode_root(body)
        except CorruptRootError as error:
            sealed.faults.append(Fault(f"{hospital}/{ROOTS}", number, str(error)))
            return
        for reason in _reasons(found, hospital, number, previous, key):
            sealed.faults.append(Fault(f"{hospital}/{ROOTS}", number, reason))
            return
        sealed.roots.append(found.root)
        for head in found.heads:
            sealed.heads.setdefault(head.stream, []).append(Sealing(number, head))
        previous = found.root.hash


def _reasons(found: SealedRoot, hospital: str, number: int, previous: str, key: SigningKey) -> Iterator[str]:
    """Yield why a root does not hold."""
    root = found.root
    if (root.hospital, root.number) != (hospital, number):
        yield f"root {number} is missing"
    if root.previous != previous:
        yield "does not follow the root before"
    if (root.changed, root.heads) != (len(found.heads), digest_of(found.heads)):
        yield "its heads are not those that were signed"
    if not key.verify(root.form, found.signature):
        yield "signature does not verify"
