"""When what was held back is looked at again: at the moment that its refusal names, or when the patient's word changes.

A schedule is named after the patient and the moment, so that pushes waiting for the same one share it, and twice is
once. What is sent then is decided from the log when it fires: nothing need be unscheduled.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from narrowcast.application.persons import Persons
from narrowcast.application.ports import Schedules, Workflows
from narrowcast.application.store import Store
from narrowcast.application.streams import StreamKey
from narrowcast.contracts.codec import Envelope
from narrowcast.domain.patient import PushHeldBack

PROCESS = "guide_delivery"


@dataclass(frozen=True, slots=True)
class Postponing:
    """Has waiting pushes judged again."""

    store: Store
    workflows: Workflows
    schedules: Schedules

    def hear(self, envelope: Envelope) -> None:
        """React to an event of a patient: to a push held back, to a wish, to a consent taken back."""
        key = StreamKey.parse(envelope.stream)
        if not isinstance(envelope.event, PushHeldBack):
            self._look_again(key, envelope.version)
        elif envelope.event.until:
            self._postpone(key, envelope.event.until)

    def _postpone(self, key: StreamKey, until: datetime) -> None:
        """Have what waits judged at the moment that the refusal names; now if it has passed."""
        name = f"{key.key}.{until:%Y%m%dT%H%M%S}"
        if until <= self.store.clock.now():
            self.workflows.start(PROCESS, f"{key.hospital}.{name}", _data(key))
        else:
            self.schedules.start_at(until, PROCESS, name, _data(key))

    def release(self, hospital: str, patient: str, run: str) -> None:
        """Have what waits for a patient judged now, as a run of its own."""
        data: dict[str, object] = {"hospital": hospital, "patient": patient}
        self.workflows.start(PROCESS, f"{hospital}.{patient}.{run}", data)

    def _look_again(self, key: StreamKey, version: int) -> None:
        """Have what waits judged now: a wish or a refusal holds for it too."""
        if Persons(self.store).of(key.hospital, key.key).state.waiting:
            self.release(key.hospital, key.key, str(version))


def _data(key: StreamKey) -> dict[str, object]:
    return {"hospital": key.hospital, "patient": key.key}
