"""What a change of a fact or of a doctor means for the pieces that rest on them.

The read rows tell which pieces to look at, the log decides; each may come again with the same end state (law 8).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from narrowcast.application.hospitals import heads
from narrowcast.application.ports import ReadTable
from narrowcast.application.store import Actor, Store
from narrowcast.application.streams import CONTENT, CONVERSATION, SIGNER, StreamKey
from narrowcast.contracts.codec import Envelope
from narrowcast.domain import content as contents
from narrowcast.domain.content import Content
from narrowcast.domain.fact import FactRetired, FactSuperseded

Decide = Callable[[Content], tuple[contents.Event, ...]]


@dataclass(frozen=True, slots=True)
class Consequences:
    """Marks pieces whose facts no longer hold, reopens pieces whose doctor is gone."""

    store: Store
    read: ReadTable

    def supersede(self, envelope: Envelope, changed: FactSuperseded) -> None:
        """Mark every piece that rests on an older version of the fact; of a new wording, as due for renewal only."""
        reason = "事实已有新的措辞" if changed.wording_only else "事实已有新版本"
        self._mark(envelope, before=changed.fact_version, reason=reason, closes=not changed.wording_only)

    def retire(self, envelope: Envelope, changed: FactRetired) -> None:
        """Mark every piece that rests on the fact."""
        self._mark(envelope, before=None, reason=f"事实已停用：{changed.reason}", closes=True)

    def on_call(self, hospital: str, conversation: str) -> list[str]:
        """Return the doctors who are told of an emergency in a conversation."""
        department = self.store.load(CONVERSATION, hospital, conversation).state.department
        return heads(self.read, hospital, department)

    def _mark(self, envelope: Envelope, *, before: int | None, reason: str, closes: bool) -> None:
        fact_id = StreamKey.parse(envelope.stream).key
        decide: Decide = partial(contents.mark_outdated, fact_id=fact_id, before=before, reason=reason, closes=closes)
        self._each(envelope, "facts", decide)

    def reopen(self, envelope: Envelope) -> None:
        """Give back to the editor whatever bears the name of a doctor who left, unless she has come back since."""
        key = StreamKey.parse(envelope.stream)
        if self.store.load(SIGNER, key.hospital, key.key).state.left_on is None:
            return
        self._each(envelope, "signers", lambda s: contents.reopen(s, signer_id=key.key, reason="签发医生已离开本院"))

    def _each(self, envelope: Envelope, field: str, decide: Decide) -> None:
        key = StreamKey.parse(envelope.stream)
        actor = Actor("system:consequences", envelope.correlation_id, envelope.event_id)
        for content_id in self._naming(key, field):
            self.store.execute(CONTENT, key.hospital, content_id, decide, actor)

    def _naming(self, key: StreamKey, field: str) -> Iterator[str]:
        """Yield the ids of the pieces whose row names the fact or doctor."""
        for row in self.read.query(f"{key.hospital}/content"):
            named = row.get(field)
            if isinstance(named, list) and key.key in named:
                yield str(row["content_id"])
