"""A hospital message becomes events of a visit: identity goes to the vault, pseudonyms and codes to the log (law 6)."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass, field, replace
from functools import partial, reduce

from narrowcast.application.hospitals import profile_of
from narrowcast.application.persons import Persons
from narrowcast.application.ports import Contact, Vault
from narrowcast.application.store import Actor, Store
from narrowcast.application.streams import PATIENT, VISIT
from narrowcast.contracts.codec import timestamp
from narrowcast.domain import patient as patients
from narrowcast.domain import visit as visits
from narrowcast.domain.visit_report import Identity, MergeReport, PersonReport, Report, VisitReport


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

    def rehearsal(self, pseudonym: str) -> str:
        """Return the pseudonym under which test messages about a patient or visit are kept apart."""
        return f"{pseudonym[:2]}{self._mac('rehearsal', pseudonym)}"

    def _mac(self, *parts: str) -> str:
        return hmac.new(self.key, "|".join(parts).encode(), hashlib.sha256).hexdigest()[:24]


@dataclass(frozen=True, slots=True)
class AcceptedVisit:
    """What the sender may know: the pseudonyms, the visit's version, and its state; of a person alone no visit."""

    visit_id: str
    patient: str
    version: int
    state: visits.Visit


@dataclass(frozen=True, slots=True)
class Reception:
    """Takes messages in. When it returns, everything is durable.

    Whatever is interrupted is done again when the message is sent again; whatever was done already is not done twice.
    """

    store: Store
    vault: Vault
    pseudonyms: Pseudonyms

    def accept(self, report: Report, identity: Identity) -> AcceptedVisit:
        """Record the message; the same message again has the same answer and no second effect (law 8).

        HospitalUnknown; MergeCircular if two numbers would each go on as the other.
        """
        profile_of(self.store, report.hospital)
        patient = self.pseudonyms.patient(report.hospital, identity.patient_number)
        if isinstance(report, MergeReport):
            return self.merge(report, patient)
        if isinstance(report, PersonReport):
            if not report.test:
                self.keep_contact(report.hospital, patient, identity)
            return self.record_person(report, patient)
        visit_id = self.pseudonyms.visit(report.hospital, identity.visit_number)
        return self.record(report, patient, visit_id, identity)

    def record(
        self,
        report: VisitReport,
        patient: str,
        visit_id: str,
        identity: Identity | None = None,
        *,
        contact: bool = False,
    ) -> AcceptedVisit:
        """Record what a message says of a visit known by its pseudonym.

        The contact in `identity` is kept if it is the newest; `contact` says that the caller kept the message's own.
        A test message goes to a visit of its own, of a patient of its own: nobody's training can alter a real visit,
        turn its pushes on or off, or be mistaken for one later. The decision on consent is recorded before the visit,
        whose guide may be pushed at once, and again after it if another message came in between.
        """
        if report.test:
            patient, visit_id = self.pseudonyms.rehearsal(patient), self.pseudonyms.rehearsal(visit_id)
        actor = Actor(f"his:{report.message_format}", correlation_id=visit_id)
        present = self.store.load(VISIT, report.hospital, visit_id).state
        message = message_of(report)
        contact = self._keep_newest_contact(present, report, patient, identity) or contact
        told = partial(visits.report_visit, patient=patient, message=message, report=report, contact=contact)
        after = reduce(visits.evolve, told(present), present)
        if message in present.messages or _decides_anew(present, after):
            self._record_decision(report, after, visit_id, actor)
        outcome = self.store.execute(VISIT, report.hospital, visit_id, told, actor)
        if _decides_anew(after, outcome.state):
            self._record_decision(report, outcome.state, visit_id, actor)
        return AcceptedVisit(visit_id, outcome.state.patient, outcome.version, outcome.state)

    def record_person(self, report: PersonReport, patient: str) -> AcceptedVisit:
        """Record what a message says of a person apart from any visit; a test message changes nobody."""
        if report.test:
            return AcceptedVisit("", self.pseudonyms.rehearsal(patient), 0, visits.Visit())
        evidence = f"his:{report.message_format}"
        outcome = self.store.execute(
            PATIENT,
            report.hospital,
            patient,
            lambda s: patients.report_person(s, message=message_of(report), report=report, evidence=evidence),
            Actor(evidence, correlation_id=patient),
        )
        return AcceptedVisit("", patient, outcome.version, visits.Visit())

    def merge(self, report: MergeReport, survivor: str) -> AcceptedVisit:
        """Record on both their streams that two numbers are one person, the one that ends first."""
        merged = self.pseudonyms.patient(report.hospital, report.merged)
        if report.test or merged == survivor:
            return AcceptedVisit("", survivor, 0, visits.Visit())
        if merged in Persons(self.store).path(report.hospital, survivor):
            raise patients.MergeCircular("两个患者号不能互相合并", field="merged")
        decide = partial(
            patients.merge_patients,
            merged=merged,
            survivor=survivor,
            message=message_of(report),
            told_at=report.occurred_at,
        )
        actor = Actor(f"his:{report.message_format}", correlation_id=survivor)
        self.store.execute(PATIENT, report.hospital, merged, decide, actor)
        outcome = self.store.execute(PATIENT, report.hospital, survivor, decide, actor)
        return AcceptedVisit("", survivor, outcome.version, visits.Visit())

    def keep_contact(self, hospital: str, patient: str, identity: Identity) -> bool:
        """Keep how the patient can be reached, if the message says; returns whether it does."""
        contact = Contact(identity.phone, identity.email, identity.app_user, identity.openid)
        if contact != Contact():
            self.vault.keep(PATIENT.stream(hospital, patient), contact)
        return contact != Contact()

    def _keep_newest_contact(
        self, present: visits.Visit, report: VisitReport, patient: str, identity: Identity | None
    ) -> bool:
        """Keep the contact unless the visit heard a later one; returns whether the message tells one."""
        if identity is None or report.test:
            return False
        if visits.tells_newest_contact(present, message=message_of(report), told_at=report.occurred_at):
            return self.keep_contact(report.hospital, patient, identity)
        return bool(identity.phone or identity.email or identity.app_user or identity.openid)

    def _record_decision(self, report: VisitReport, state: visits.Visit, visit_id: str, actor: Actor) -> None:
        """Record what the visit's messages so far say of the patient's decision on personal education.

        It counts as made at the latest now, whatever the sender's clock says: else a withdrawal could come too early.
        """
        if report.test or state.consent is None:
            return
        now = timestamp(self.store.clock.now())
        decision = replace(state.consent, decided_at=min(state.consent.decided_at, now))
        self.store.execute(
            PATIENT,
            report.hospital,
            state.patient,
            lambda s: patients.record_decision(s, decision, evidence=actor.name, source=visit_id),
            actor,
        )


def _decides_anew(before: visits.Visit, after: visits.Visit) -> bool:
    """Whether the decision, its moment or the patient it is about differ."""
    return _decision(before) != _decision(after)


def _decision(visit: visits.Visit) -> tuple[str, bool, str] | None:
    stands = visit.consent
    return (visit.patient, stands.given, stands.decided_at) if stands else None


def message_of(report: Report) -> str:
    """Return the digest by which a message is known again: of its hospital, format, sender and id."""
    sender = (report.sender,) if report.sender else ()
    parts = (report.hospital, report.message_format, *sender, report.message_id)
    return hashlib.sha256("|".join(parts).encode()).hexdigest()[:32]
