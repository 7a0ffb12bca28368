"""How Lambda hands a batch of stream records to a function: in order, with retries, bisecting and a dead letter.

The semantics alone, without clock or network; `pump` supplies both.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from infra.local.mappings import Mapping

Record = dict[str, Any]
_FIRST_PAUSE, _LONGEST_PAUSE = 0.2, 5.0


@dataclass(frozen=True)
class Delivery:
    """What happens to batches of one shard.

    `invoke` returns how many records from the front the function handled; `advance` is told the last record that
    need not be delivered again; `park` puts records aside after so many attempts; `pause` waits some seconds and
    says whether the pump has been asked to stop.
    """

    mapping: Mapping
    invoke: Callable[[Sequence[Record]], int]
    advance: Callable[[Record], None]
    park: Callable[[Sequence[Record], int], None]
    pause: Callable[[float], bool]

    def deliver(self, records: Sequence[Record]) -> bool:
        """Deliver every record once, or park it; False when asked to stop before the end."""
        wanted = [record for record in records if self.mapping.wants(record)]
        finished = not wanted or self._deliver(wanted)
        if finished:
            self.advance(records[-1])
        return finished

    def _deliver(self, records: Sequence[Record]) -> bool:
        failures = 0
        while records:
            handled = self.invoke(records)
            if handled:
                self.advance(records[handled - 1])
                records, failures = records[handled:], 0
            elif self.mapping.bisect and len(records) > 1:
                middle = len(records) // 2  # as on AWS, splitting uses up no retry
                return self._deliver(records[:middle]) and self._deliver(records[middle:])
            else:
                failures += 1
            if self._is_exhausted(failures):
                self.park(records, failures)
                self.advance(records[-1])
                return True
            if records and self.pause(pause_after(failures)):
                return False
        return True

    def _is_exhausted(self, failures: int) -> bool:
        return self.mapping.retries is not None and failures > self.mapping.retries


def pause_after(failures: int) -> float:
    """Seconds before the next attempt: doubling, and none after progress."""
    return min(_FIRST_PAUSE * 2 ** (failures - 1), _LONGEST_PAUSE) if failures else 0.0


def handled_in_front(mapping: Mapping, records: Sequence[Record], answer: object) -> int:
    """How many records from the front a function's answer reports as handled.

    A mapping with ReportBatchItemFailures may name failed records: all before the first of them are done. A name
    that is empty or unknown fails the whole batch, as on AWS.
    """
    if not mapping.partial_failures or not isinstance(answer, dict):
        return len(records)
    failed = [failure.get("itemIdentifier") for failure in answer.get("batchItemFailures") or []]
    positions = {sequence_number(record): position for position, record in enumerate(records)}
    return min((positions.get(name, 0) for name in failed), default=len(records))


def sequence_number(record: Record) -> str:
    """The place of a record in its shard; later ones are larger numbers."""
    number: str = record["dynamodb"]["SequenceNumber"]
    return number
