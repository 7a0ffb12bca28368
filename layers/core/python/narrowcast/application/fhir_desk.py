"""FHIR messages taken in: each is answered with an OperationOutcome, and only after everything is durable."""

from __future__ import annotations

from dataclasses import dataclass

from narrowcast.application import fhir_outcomes
from narrowcast.application.admission import Admission, Admitted
from narrowcast.application.fhir_outcomes import Issue
from narrowcast.application.hospitals import profile_of
from narrowcast.application.intake.fhir_notifications import FhirMessage, Notification, read_fhir_message
from narrowcast.application.intake.outcome import (
    MAX_BODY_BYTES,
    TOO_LARGE,
    UNKNOWN_FORMAT,
    Accepted,
    Context,
    Refused,
    UnreadableError,
)
from narrowcast.application.intake.reasons import Reason
from narrowcast.application.ports import CodeMaps, Refusals, RefusedMessage
from narrowcast.application.store import Store
from narrowcast.application.subscriptions import SubscriptionDesk
from narrowcast.contracts.codec import timestamp
from narrowcast.domain.visit_report import Problem

ACCEPTED = 202
_JSON_TYPES = frozenset({"application/fhir+json", "application/json+fhir", "application/json", "text/json", ""})


@dataclass(frozen=True, slots=True)
class Told:
    """The answer to a sender: its status, its issues, the pseudonyms of the visits, and the refusal's id, if any."""

    status: int
    issues: tuple[Issue, ...]
    visits: tuple[str, ...] = ()
    refusal_id: str = ""

    @property
    def text(self) -> str:
        """The OperationOutcome as it travels."""
        return fhir_outcomes.as_json(fhir_outcomes.outcome(self.issues))


@dataclass(frozen=True, slots=True)
class FhirDesk:
    """Takes FHIR in."""

    store: Store
    admission: Admission
    subscriptions: SubscriptionDesk
    refusals: Refusals
    code_maps: CodeMaps

    def receive(self, hospital: str, body: bytes, content_type: str) -> Told:
        """Read and record a message; what cannot be taken is kept for staff. HospitalUnknown."""
        profile_of(self.store, hospital)
        now = timestamp(self.store.clock.now())
        message = self._read(hospital, body, content_type, now)
        told = self._count(hospital, message.notification)
        refused = [part for part in message.parts if isinstance(part, Refused)]
        if refused:
            return self._refuse(hospital, refused, body, now, told)
        admitted = [self._admit(part) for part in message.parts if isinstance(part, Accepted)]
        visits = tuple(dict.fromkeys(each.visit.visit_id for each in admitted if each.visit))
        return Told(ACCEPTED, (fhir_outcomes.RECEIVED, *_waiting(admitted), *told, *_empty(message)), visits)

    def _read(self, hospital: str, body: bytes, content_type: str, now: str) -> FhirMessage:
        if len(body) > MAX_BODY_BYTES:
            return _unread("body", Reason.TOO_LARGE, TOO_LARGE)
        if content_type.split(";", 1)[0].strip().lower() not in _JSON_TYPES:
            return _unread("Content-Type", Reason.FHIR_JSON_ONLY, UNKNOWN_FORMAT)
        context = Context(hospital, {hospital}, now, codes=self.code_maps.of(hospital))
        try:
            return read_fhir_message(body, context)
        except UnreadableError as error:
            return FhirMessage((Refused((error.problem,), error.status, hospital=hospital),))

    def _admit(self, part: Accepted) -> Admitted:
        return self.admission.admit(part.report, part.identity)

    def _count(self, hospital: str, notification: Notification | None) -> tuple[Issue, ...]:
        """Count a notification, also one whose content is refused: it did come."""
        if notification is None or not notification.subscription:
            return ()
        counted = self.subscriptions.count(hospital, notification)
        return tuple(fhir_outcomes.missed(*gap) for gap in counted.missing)

    def _refuse(self, hospital: str, refused: list[Refused], body: bytes, now: str, told: tuple[Issue, ...]) -> Told:
        problems = tuple(dict.fromkeys(problem for each in refused for problem in each.problems))
        refusal_id = self.store.ids.new_id()
        reasons = tuple((problem.path, problem.reason) for problem in problems)
        self.refusals.keep(RefusedMessage(refusal_id, hospital, now, "fhir", reasons), body)
        issues = tuple(fhir_outcomes.issue_of(problem) for problem in problems)
        return Told(refused[0].status, (*issues, *told), refusal_id=refusal_id)


def _unread(path: str, reason: Reason, status: int) -> FhirMessage:
    return FhirMessage((Refused((Problem(path, reason.value),), status),))


def _waiting(admitted: list[Admitted]) -> list[Issue]:
    kinds = dict.fromkeys(each.waits_for for each in admitted if each.waits_for)
    return [fhir_outcomes.waiting(kind) for kind in kinds]


def _empty(message: FhirMessage) -> tuple[Issue, ...]:
    notified = message.notification is not None and message.notification.kind == "event-notification"
    return (fhir_outcomes.WITHOUT_RESOURCES,) if notified and not message.parts else ()
