"""A hospital message becomes events of a visit: identity goes to the vault, pseudonyms and codes to the log (law 6)."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass, field
from datetime import datetime

from narrowcast.application.hospitals import profile_of
from narrowcast.application.ports import Contact, Vault
from narrowcast.application.store import Actor, Store, history
from narrowcast.application.streams import PATIENT, VISIT
from narrowcast.domain import patient as patients
from narrowcast.domain import visit as visits
from narrowcast.domain.visit_report import Identity, VisitReport
from narrowcast.domain.vocabulary import Purpose


@dataclass(frozen=True, slots=True)
class Pseudonyms:
    """Keyed hashes in place of a hospital's numbers: the same number always gives the same pseudonym."""

    key: bytes = field(repr=False)

    def patient(self, hospital: str, number: str) -> str:
        """Return the pseudonym of a patient number."""
        return f"p-{self._mac('patient', hospital, number)}"

    def visit(self, hospital: str, number: str) -> str:
        """Return the pseudonym of a visit number."""
        return f"v-{self._mac('visit', hospital, number)}"

    def reference(self, hospital: str, reference: str) -> str:
        """Return the pseudonym of a logical id of the hospital's FHIR server (`Encounter/…`)."""
        return f"r-{self._mac('reference', hospital, reference)}"

    def _mac(self, *parts: str) -> str:
        return hmac.new(self.key, "|".join(parts).encode(), hashlib.sha256).hexdigest()[:24]


@dataclass(frozen=True, slots=True)
class AcceptedVisit:
    """What the sender may know: the pseudonyms, the visit's version, and its state."""

    visit_id: str
    patient: str
    version: int
    state: visits.Visit


@dataclass(frozen=True, slots=True)
class Reception:
    """Takes messages in. When it returns, everything is durable."""

    store: Store
    vault: Vault
    pseudonyms: Pseudonyms

    def accept(self, report: VisitReport, identity: Identity) -> AcceptedVisit:
        """Record the message; the same message again has the same answer and no second effect (law 8)."""
        profile_of(self.store, report.hospital)
        patient = self.pseudonyms.patient(report.hospital, identity.patient_number)
        visit_id = self.pseudonyms.visit(report.hospital, identity.visit_number)
        self.keep_contact(report.hospital, patient, identity)
        return self.record(report, patient, visit_id)

    def record(self, report: VisitReport, patient: str, visit_id: str) -> AcceptedVisit:
        """Record what a message says of a visit known by its pseudonym."""
        actor = Actor(f"his:{report.message_format}", correlation_id=visit_id)
        self._record_consent(report, visit_id, patient, actor)
        outcome = self.store.execute(
            VISIT,
            report.hospital,
            visit_id,
            lambda s: visits.report_visit(s, patient=patient, message=_message(report), report=report),
            actor,
        )
        return AcceptedVisit(visit_id, outcome.state.patient, outcome.version, outcome.state)

    def keep_contact(self, hospital: str, patient: str, identity: Identity) -> None:
        """Keep how the patient can be reached, if the message says."""
        contact = Contact(identity.phone, identity.email, identity.app_user)
        if contact != Contact():
            self.vault.keep(PATIENT.stream(hospital, patient), contact)

    def _record_consent(self, report: VisitReport, visit_id: str, patient: str, actor: Actor) -> None:
        given = report.consent
        if given is None or (given and self._withdrawn_since(self._registered(report, visit_id), report, patient)):
            return
        self.store.execute(
            PATIENT,
            report.hospital,
            patient,
            lambda s: patients.record_consent(
                s, purpose=Purpose.PERSONAL_EDUCATION, given=given, evidence=f"his:{report.message_format}"
            ),
            actor,
        )

    def _registered(self, report: VisitReport, visit_id: str) -> datetime:
        """Return when the patient was asked: as the visit was opened. Later messages repeat only the answer."""
        opening = next(iter(history(self.store.log, VISIT.stream(report.hospital, visit_id))), None)
        told = datetime.fromisoformat(report.occurred_at)
        return min(told, datetime.fromisoformat(opening.recorded_at)) if opening else told

    def _withdrawn_since(self, moment: datetime, report: VisitReport, patient: str) -> bool:
        """Whether the patient withdrew after that moment: then a message of the hospital gives nothing back."""
        events = history(self.store.log, PATIENT.stream(report.hospital, patient))
        withdrawals = (event.recorded_at for event in events if event.type == "ConsentWithdrawn")
        return any(datetime.fromisoformat(withdrawn) >= moment for withdrawn in withdrawals)


def _message(report: VisitReport) -> str:
    """Return the digest by which a message is known again."""
    parts = (report.hospital, report.message_format, report.message_id)
    return hashlib.sha256("|".join(parts).encode()).hexdigest()[:32]
