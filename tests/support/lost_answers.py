"""Writers behind a faulty wire, and whether each of them was told the truth.

A writer is told one of three things. Acknowledged: the commit is in the log. ConflictError: it is not. And
UnavailableError: nobody knows, but appending the same commit again settles it. Half of a writer's appends go to a
stream of its own, where any conflict is a false one; the other half to a stream that all writers share.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from typing import TypeVar

from narrowcast.application.ports import ConflictError, EventLog, UnavailableError
from narrowcast.contracts.commit import Commit
from tests.support.audit import Audit, audit
from tests.support.written_events import sealed

T = TypeVar("T")
SHARED = "renhe/visit#shared"
_PATIENCE = 500


@dataclass
class Writer:
    """One writer: what it was told of each commit."""

    name: str
    log: EventLog
    acknowledged: list[Commit] = field(default_factory=list)
    refused: list[Commit] = field(default_factory=list)
    unknown: int = 0

    @property
    def own(self) -> str:
        return f"renhe/visit#{self.name}"

    def write(self, count: int) -> None:
        """Append `count` commits, by turns to the own stream and to the shared one."""
        for number in range(count):
            stream = self.own if number % 2 == 0 else SHARED
            head = self._settled(partial(self.log.head, stream))
            self._append(
                sealed(
                    b'[{"number":%d}]' % number,
                    stream=stream,
                    version=head.version + 1,
                    previous=head.hash,
                    commit_id=f"{self.name}-{number}",
                )
            )

    def _append(self, commit: Commit) -> None:
        try:
            self._settled(lambda: self.log.append(commit))
        except ConflictError:
            self.refused.append(commit)
        else:
            self.acknowledged.append(commit)

    def _settled(self, act: Callable[[], T]) -> T:
        """Do the same again until the log gives an answer."""
        for _ in range(_PATIENCE):
            try:
                return act()
            except UnavailableError:
                self.unknown += 1
        message = f"no answer in {_PATIENCE} tries"
        raise AssertionError(message)


@dataclass(frozen=True)
class Told:
    """What all writers together were told, and what of it was not so."""

    acknowledged: int
    refused: int
    unknown: int
    false_conflicts: int
    audit: Audit


def write_all(writers: Sequence[Writer], appends: int, log: EventLog) -> Told:
    """Let the writers make `appends` appends together; `log` is read past the faults to find what is true."""
    with ThreadPoolExecutor(len(writers)) as pool:
        for done in [pool.submit(writer.write, appends // len(writers)) for writer in writers]:
            done.result()
    stored = {commit.commit_id for commit in log.scan()}
    acknowledged = [commit for writer in writers for commit in writer.acknowledged]
    refused = [commit for writer in writers for commit in writer.refused]
    return Told(
        acknowledged=len(acknowledged),
        refused=len(refused),
        unknown=sum(writer.unknown for writer in writers),
        false_conflicts=sum(commit.stream != SHARED or commit.commit_id in stored for commit in refused),
        audit=audit(log, [commit.commit_id for commit in acknowledged]),
    )
