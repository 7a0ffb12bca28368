"""Takes HL7 messages and batches in and says what the sender is answered, the same for the same message sent again.

A message is known by sender, control id and time (MSH-3, -4, -10, -7): control ids are counters, and some vendors begin
anew each day or send a constant. The same bytes again get the same acknowledgement and have one effect. Other bytes
under all four are a contradiction, refused (205) rather than dropped behind an AA; under another time they are another
message. A refused message is judged anew when it comes again, since a code map may have been added meanwhile; its
answer then differs only if the judgement does.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass, field

from narrowcast.application.intake import (
    MAX_BODY_BYTES,
    Accepted,
    Refused,
    answer,
    hl7_ack,
    hl7_batch,
    read_message,
)
from narrowcast.application.intake.outcome import FAULT, MALFORMED, UNACCEPTABLE, UNAVAILABLE
from narrowcast.application.intake.reasons import Reason
from narrowcast.application.ports import (
    CodeMaps,
    ConflictError,
    Receipt,
    Receipts,
    Refusals,
    RefusedMessage,
    UnavailableError,
)
from narrowcast.application.visits import Reception
from narrowcast.contracts.codec import timestamp
from narrowcast.domain.errors import Refusal
from narrowcast.domain.visit_report import Problem

MEDIA_TYPE = "x-application/hl7-v2+er7"
_ID_LENGTH = 20  # of MSH-10 before 2.7


@dataclass(frozen=True, slots=True)
class Told:
    """An answer: HTTP status, the text, and the pseudonym of the visit (a batch: visits) or the refusal."""

    status: int
    text: str
    visit_id: str = ""
    refusal_id: str = ""
    media_type: str = hl7_ack.MEDIA_TYPE


@dataclass(frozen=True, slots=True)
class Hl7Desk:
    """The door for HL7. `known` makes the digests by which messages are known again."""

    reception: Reception
    refusals: Refusals
    receipts: Receipts
    code_maps: CodeMaps
    known: bytes = field(repr=False)

    def receive(self, hospital: str, body: bytes, content_type: str = MEDIA_TYPE) -> Told:
        """Take a message or a batch of one hospital. When it says AA or CA, all that was said is durable."""
        if len(body) <= MAX_BODY_BYTES and hl7_batch.is_batch(body):
            return self._receive_batch(hospital, body, content_type)
        return self._receive_one(hospital, body, content_type)

    def fail(self, hospital: str, body: bytes) -> Told:
        """Return the answer to a fault of ours: the message was not stored, and the sender may try again."""
        return self._tell(hospital, Refused((Problem("MSH", Reason.BUSY),), FAULT), body, self._now())

    def _receive_batch(self, hospital: str, body: bytes, content_type: str) -> Told:
        batch = hl7_batch.open_batch(body)
        digest = self._digest(hospital, body)
        at = self._first_time(hospital, digest)
        if reason := hl7_batch.fault_of(batch):
            return self._refuse(hospital, Refused((Problem("MSH", reason),), MALFORMED), body, at)
        told = [self._receive_one(hospital, message, content_type) for message in batch.messages]
        text = hl7_batch.acknowledge_batch(batch, [each.text for each in told], message_id=digest[:_ID_LENGTH], at=at)
        visits = dict.fromkeys(each.visit_id for each in told if each.visit_id)
        return Told(200, text, visit_id=",".join(visits))

    def _receive_one(self, hospital: str, body: bytes, content_type: str) -> Told:
        now = self._now()
        try:
            result = self._read(hospital, body, content_type, now)
            if isinstance(result, Accepted):
                return self._accept(hospital, result, body)
            return self._refuse(hospital, result, body, self._first_time(hospital, self._digest(hospital, body)))
        except (ConflictError, UnavailableError):
            refused = Refused((Problem("MSH", Reason.BUSY),), UNAVAILABLE)
            return self._tell(hospital, refused, body, now)

    def _read(self, hospital: str, body: bytes, content_type: str, now: str) -> Accepted | Refused:
        return read_message(
            body,
            content_type=content_type,
            hospital=hospital,
            known_hospitals={hospital},
            received_at=now,
            codes=self.code_maps.of(hospital),
        )

    def _accept(self, hospital: str, accepted: Accepted, body: bytes) -> Told:
        report, digest = accepted.report, self._digest(hospital, body)
        name = self._digest(hospital, f"{report.sender}|{report.message_id}".encode())
        receipt = self.receipts.first(f"hl7/{hospital}/{name}", Receipt(digest, self._now()))
        if receipt.digest != digest:
            twice = Refused((Problem("MSH-10", Reason.DUPLICATE_ID),), UNACCEPTABLE, report.message_id, hospital)
            return self._refuse(hospital, twice, body, self._first_time(hospital, digest))
        try:
            visit = self.reception.accept(report, accepted.identity)
        except Refusal as refusal:
            refused = Refused((Problem("MSH", refusal.message),), UNACCEPTABLE, report.message_id, hospital)
            return self._refuse(hospital, refused, body, receipt.at)
        told = self._tell(hospital, accepted, body, receipt.at)
        return Told(told.status, told.text, visit_id=visit.visit_id)

    def _refuse(self, hospital: str, refused: Refused, body: bytes, at: str) -> Told:
        """Keep the refused message, once however often it comes."""
        refusal_id = self._digest(hospital, body)
        problems = tuple((problem.path, problem.reason) for problem in refused.problems)
        self.refusals.keep(RefusedMessage(refusal_id, hospital, at, "hl7", problems), body)
        told = self._tell(hospital, refused, body, at)
        return Told(told.status, told.text, refusal_id=refusal_id)

    def _tell(self, hospital: str, result: Accepted | Refused, body: bytes, at: str) -> Told:
        message_id = self._digest(hospital, body)[:_ID_LENGTH]
        status, _, text = answer(result, body, content_type=MEDIA_TYPE, message_id=message_id, at=at)
        return Told(status, text)

    def _first_time(self, hospital: str, digest: str) -> str:
        """Return when these bytes came first."""
        return self.receipts.first(f"hl7/{hospital}/{digest}", Receipt(digest, self._now())).at

    def _digest(self, hospital: str, body: bytes) -> str:
        """Return what the bytes are known by; keyed, since they hold a name."""
        return hmac.new(self.known, hospital.encode() + b"\0" + body, hashlib.sha256).hexdigest()[:32]

    def _now(self) -> str:
        return timestamp(self.reception.store.clock.now())
