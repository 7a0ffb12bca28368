"""Messages read without a stack: judged as the doors judge them, and folded as the log would fold them.

Nothing is kept: the caller's pseudonyms show that two messages mean the same patient or visit, and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import reduce

from narrowcast.application.intake import MAX_BODY_BYTES, Accepted, Refused, answer, describe, hl7_batch, read_message
from narrowcast.application.intake.contract import describe_problems, describe_visit
from narrowcast.application.intake.fhir_notifications import read_fhir_message
from narrowcast.application.intake.formats import detect_format
from narrowcast.application.intake.outcome import MALFORMED, UNACCEPTABLE, Context, UnreadableError
from narrowcast.application.intake.parcels import Parcel, open_parcel
from narrowcast.application.intake.reasons import Reason
from narrowcast.application.visits import Pseudonyms, message_of
from narrowcast.domain import visit as visits
from narrowcast.domain.visit_report import MergeReport, Problem, VisitReport

Described = dict[str, object]


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads what one sender sent. `message_id` names our answers; `content_type` is empty if the body is to tell."""

    content_type: str
    context: Context
    pseudonyms: Pseudonyms
    message_id: str

    def describe(self, body: bytes) -> Described:
        """Return {"accepted", "ack", "errors", "visit"}; of several messages also every visit, as `visits`.

        Then `visit` is the one named last, and each path begins with its message's place, counted from 1.
        """
        if (parcel := open_parcel(body, self.content_type)) is not None:
            return self._describe_parcel(parcel, body)
        if (parts := self._notified(body)) is not None:
            return self._describe_several(parts, None)
        return self._describe_one(self._read(body), body)

    # ---- one ----

    def _read(self, body: bytes) -> Accepted | Refused:
        known = self.context
        return read_message(
            body,
            content_type=self.content_type,
            hospital=known.hospital,
            known_hospitals=known.known_hospitals,
            received_at=known.received_at,
            default_hospital=known.default_hospital,
            codes=known.codes,
        )

    def _describe_one(self, result: Accepted | Refused, body: bytes) -> Described:
        ack = self._ack(result, body, self.message_id)
        if not isinstance(result, Accepted):
            return describe(result, ack=ack)
        hospital, who = result.report.hospital, result.identity
        merged = result.report.merged if isinstance(result.report, MergeReport) else ""
        return describe(
            result,
            ack=ack,
            visit_id=self.pseudonyms.visit(hospital, who.visit_number),
            patient=self.pseudonyms.patient(hospital, who.patient_number),
            merged=self.pseudonyms.patient(hospital, merged) if merged else "",
        )

    def _ack(self, result: Accepted | Refused, body: bytes, message_id: str) -> str | None:
        """Return the acknowledgement of an HL7 message; other formats have none."""
        now = self.context.received_at
        told = answer(result, body, content_type=self.content_type, message_id=message_id, at=now)
        return told[2] if "hl7" in told[1] else None

    # ---- several ----

    def _describe_parcel(self, parcel: Parcel, body: bytes) -> Described:
        if fault := Reason.TOO_LARGE if _is_too_large(parcel, body) else parcel.fault:
            return self._describe_one(Refused((Problem("MSH", fault.value),), MALFORMED), body)
        results = _contradictions_refused(parcel.messages, [self._read(each) for each in parcel.messages])
        return self._describe_several(results, self._batch_ack(parcel, results) if parcel.batches else None)

    def _batch_ack(self, parcel: Parcel, results: Sequence[Accepted | Refused]) -> str:
        judged = enumerate(zip(results, parcel.messages, strict=True), 1)
        left = (self._ack(*each, f"{self.message_id}-{number}") or "" for number, each in judged)
        now = self.context.received_at
        batches = [(batch, [next(left) for _ in batch.messages]) for batch in parcel.batches]
        return "".join(
            hl7_batch.acknowledge_batch(batch, told, message_id=self.message_id, at=now) for batch, told in batches
        )

    def _notified(self, body: bytes) -> tuple[Accepted | Refused, ...] | None:
        """Return what a FHIR notification carries, None if the body is none."""
        if detect_format(self.content_type, body) != "fhir" or len(body) > MAX_BODY_BYTES:
            return None
        try:
            message = read_fhir_message(body, self.context)
        except UnreadableError:
            return None
        return message.parts if message.notification else None

    def _describe_several(self, results: Sequence[Accepted | Refused], ack: str | None) -> Described:
        accepted = [each for each in results if isinstance(each, Accepted)]
        told = [describe_visit(state, key, state.patient) for key, state in self._fold(accepted).items()]
        last = accepted[-1:] if not told else []
        persons = [self._describe_one(each, b"")["visit"] for each in last]
        return {
            "accepted": len(accepted) == len(results),
            "ack": ack,
            "errors": list(_errors(results)),
            "visit": next(iter([*told[-1:], *persons]), None),
            "visits": told,
        }

    def _fold(self, accepted: Iterable[Accepted]) -> dict[str, visits.Visit]:
        """Return the visits by pseudonym, the one named last at the end."""
        accepted = list(accepted)
        numbers = dict(pair for each in accepted for pair in _named(each))
        states: dict[str, visits.Visit] = {}
        for each in accepted:
            if isinstance(each.report, VisitReport):
                patient, visit = self._parties(each, numbers)
                states[visit] = _told(states.pop(visit, visits.Visit()), patient, each.report)
        return states

    def _parties(self, accepted: Accepted, numbers: dict[str, str]) -> tuple[str, str]:
        """Return the pseudonyms of patient and visit; those of a test message are apart from the real ones."""
        who, hospital = accepted.identity, accepted.report.hospital
        patient = self.pseudonyms.patient(hospital, numbers.get(who.patient_number, who.patient_number))
        visit = self.pseudonyms.visit(hospital, numbers.get(who.visit_number, who.visit_number))
        if not accepted.report.test:
            return patient, visit
        return self.pseudonyms.rehearsal(patient), self.pseudonyms.rehearsal(visit)


def _is_too_large(parcel: Parcel, body: bytes) -> bool:
    """Whether a batch is larger than the door takes it; other messages of a file are each sent alone."""
    return bool(parcel.enveloped) and len(body) > MAX_BODY_BYTES


def _contradictions_refused(
    messages: Sequence[bytes], results: Sequence[Accepted | Refused]
) -> list[Accepted | Refused]:
    """Return the results, HL7 that comes a second time under the same header with other content refused."""
    first: dict[str, bytes] = {}
    return [_unless_other(first, *each) for each in zip(messages, results, strict=True)]


def _unless_other(first: dict[str, bytes], message: bytes, result: Accepted | Refused) -> Accepted | Refused:
    if not isinstance(result, Accepted) or result.report.message_format != "hl7":
        return result
    if first.setdefault(message_of(result.report), message) == message:
        return result
    told = result.report
    return Refused((Problem("MSH-10", Reason.DUPLICATE_ID.value),), UNACCEPTABLE, told.message_id, told.hospital)


def _errors(results: Sequence[Accepted | Refused]) -> Iterator[dict[str, str]]:
    for number, result in enumerate(results, 1):
        place = f"message[{number}]." if len(results) > 1 else ""
        yield from describe_problems(result.problems, place) if isinstance(result, Refused) else ()


def _named(accepted: Accepted) -> Iterator[tuple[str, str]]:
    """Yield the logical ids whose numbers the message tells."""
    who = accepted.identity
    for name in who.names:
        yield name, who.patient_number if name.startswith("Patient/") else who.visit_number


def _told(state: visits.Visit, patient: str, report: VisitReport) -> visits.Visit:
    events = visits.report_visit(state, patient=patient, message=message_of(report), report=report)
    return reduce(visits.evolve, events, state)
