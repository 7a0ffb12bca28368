"""Finds work that stands still and sets it going again: pieces whose workflow died, events whose effect is missing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from narrowcast.application.dispatch import Dispatcher
from narrowcast.application.guides import guide_id_of, push_id_of
from narrowcast.application.ports import ReadTable, Workflows
from narrowcast.application.store import Store, history
from narrowcast.application.streams import CONTENT, GUIDE, PATIENT, VISIT, StreamKey
from narrowcast.domain.content import Status
from narrowcast.domain.patient import Patient

UNFINISHED = frozenset({Status.PLANNED, Status.DRAFTED, Status.ACCEPTED, Status.SIGNED})


@dataclass(frozen=True, slots=True)
class Report:
    """What was set going again: content ids whose workflow was restarted, streams whose effects were replayed."""

    restarted: tuple[str, ...]
    replayed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reconciler:
    """Compares what should be under way with what is."""

    store: Store
    read: ReadTable
    workflows: Workflows
    dispatcher: Dispatcher

    def reconcile(self) -> Report:
        """Restart dead workflows and replay missing effects of every hospital; harmless when all is well."""
        hospitals = sorted({pk.partition("/")[0] for pk, _ in self.read.keys()})  # noqa: SIM118 - a port, not a dict
        restarted = tuple(each for hospital in hospitals for each in self._restart(hospital))
        return Report(restarted, tuple(each for hospital in hospitals for each in self._replay(hospital)))

    def _restart(self, hospital: str) -> Iterator[str]:
        alive = {name.rpartition(".")[0] for name in self.workflows.running("content_production")}
        for row in self._rows(hospital, "content"):
            content_id = str(row["content_id"])
            unfinished = row["status"] in UNFINISHED and not row.get("outdated")
            if unfinished and f"{hospital}.{content_id}" not in alive:
                self._restart_piece(StreamKey(hospital, CONTENT.name, content_id))
                yield content_id

    def _restart_piece(self, key: StreamKey) -> None:
        """Start an execution under a fresh name: that of the dead one stays taken for 90 days.

        The id's time alone makes it fresh; with all of it the name would be cut, and `running` not know it again.
        """
        self.dispatcher.produce(key, self.store.ids.new_id()[:12])

    def _replay(self, hospital: str) -> Iterator[str]:
        for row in self._rows(hospital, "visit"):
            visit_id, patient = str(row["visit_id"]), str(row["patient"])
            guide = self.read.get(f"{hospital}/guide", guide_id_of(visit_id))
            pushes = self.store.load(PATIENT, hospital, patient).state
            if not row["cancelled"] and (guide is None or _undecided(row, guide, pushes)):
                yield self._replay_stream(VISIT.stream(hospital, visit_id))
            elif guide and self._push_missing(hospital, pushes):
                yield self._replay_stream(PATIENT.stream(hospital, patient))

    def _push_missing(self, hospital: str, patient: Patient) -> bool:
        return any(
            push.push_id not in patient.delivered and not self._failed(hospital, push.guide_id, push.push_id)
            for push in patient.approved
        )

    def _failed(self, hospital: str, guide_id: str, push_id: str) -> bool:
        guide = self.store.load(GUIDE, hospital, guide_id).state
        return any(failure.push_id == push_id for failure in guide.failures)

    def _replay_stream(self, stream: str) -> str:
        for envelope in history(self.store.log, stream):
            self.dispatcher.dispatch(envelope)
        return stream

    def _rows(self, hospital: str, kind: str) -> Iterator[Mapping[str, object]]:
        return self.read.query(f"{hospital}/{kind}")


def _undecided(visit: Mapping[str, object], guide: Mapping[str, object], patient: Patient) -> bool:
    """Whether the guide's newest edition could be pushed and nobody has said yes or no to it."""
    push_id = push_id_of(str(guide["guide_id"]), int(str(guide["edition"])))
    return bool(guide["sections"]) and not visit["test"] and push_id not in patient.decided
