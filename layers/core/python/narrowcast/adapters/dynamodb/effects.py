"""Which effects of which events are under way or done. A claim outlives every redelivery of the event it belongs to."""

from __future__ import annotations

from datetime import timedelta
from secrets import token_hex

from pynamodb.attributes import TTLAttribute, UnicodeAttribute, UTCDateTimeAttribute
from pynamodb.connection import Connection
from pynamodb.exceptions import DeleteError
from pynamodb.models import Model

from narrowcast.adapters.dynamodb.tables import (
    find,
    is_refused_condition,
    model_for,
    passing_faults_are_unavailable,
    save_if,
)
from narrowcast.application.ports import Claim, Clock

REMEMBERED = timedelta(days=30)
"""A stream redelivers for one day and a dead-letter queue keeps for fourteen; the rest is margin."""


class EffectRow(Model):
    """One effect. It has an owner while nobody has said what came of it: such a row never expires."""

    effect = UnicodeAttribute(hash_key=True)
    owner = UnicodeAttribute(null=True)
    claimed_at = UTCDateTimeAttribute(null=True)
    expires_at = TTLAttribute(null=True)


class DynamoEffects:
    """Effects on one DynamoDB table."""

    def __init__(self, connection: Connection, table_name: str, clock: Clock) -> None:
        self._rows = model_for(EffectRow, table_name, connection)
        self._clock = clock

    def claim(self, effect: str, *, lease: timedelta | None = None) -> Claim:
        now, owner = self._clock.now(), token_hex(8)
        free = self._rows.effect.does_not_exist()
        if lease is not None:
            free |= self._rows.owner.exists() & (self._rows.claimed_at < now - lease)
        taken = save_if(self._rows(effect, owner=owner, claimed_at=now), free)
        return Claim.TAKEN if taken else self._claim_of(effect, owner)

    def _claim_of(self, effect: str, owner: str) -> Claim:
        """Whose the effect is: the caller's own too, if the answer to its put was lost and the SDK asked again."""
        row = find(self._rows, effect)
        if row is not None and row.owner is None:
            return Claim.DONE
        return Claim.TAKEN if row is not None and row.owner == owner else Claim.OPEN

    def done(self, effect: str) -> bool:
        row = find(self._rows, effect)
        return row is not None and row.owner is None

    def mark(self, effect: str) -> None:
        with passing_faults_are_unavailable():
            self._rows(effect, expires_at=self._clock.now() + REMEMBERED).save()

    def release(self, effect: str) -> None:
        with passing_faults_are_unavailable():
            try:
                self._rows(effect).delete(condition=self._rows.owner.exists())
            except DeleteError as fault:
                if not is_refused_condition(fault):
                    raise
