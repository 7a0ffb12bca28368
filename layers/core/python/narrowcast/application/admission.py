"""Messages that name a patient or visit by a logical id: told apart, joined, and made to wait where they must.

A logical id is kept as a keyed hash. The message that bears both (a FHIR Patient or Encounter) tells whose it is, for
good; what came before it waits in the log and goes its way then. So any order ends the same. What this cannot do: join
a visit told by HL7 under its number with FHIR resources that only ever name the logical id.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace

import msgspec

from narrowcast.application.hospitals import profile_of
from narrowcast.application.store import Actor, Store
from narrowcast.application.streams import REFERENCE
from narrowcast.application.visits import AcceptedVisit, Pseudonyms, Reception
from narrowcast.domain import reference as references
from narrowcast.domain.reference import ReportHeld
from narrowcast.domain.visit_report import Identity, MergeReport, PersonReport, Report, VisitReport
from narrowcast.domain.vocabulary import Sex

_LOGICAL = ("Patient/", "Encounter/")


@dataclass(frozen=True, slots=True)
class Admitted:
    """What became of a message: the visit it was recorded in, if any, and what it waits for ("" if nothing)."""

    visit: AcceptedVisit | None = None
    waits_for: str = ""


@dataclass(frozen=True, slots=True)
class Admission:
    """Finds out whom a message is about, then records it."""

    store: Store
    reception: Reception
    pseudonyms: Pseudonyms

    def admit(self, report: Report, identity: Identity) -> Admitted:
        """Record a message or let it wait; when it returns, everything is durable. Again has the same effect once."""
        profile_of(self.store, report.hospital)
        if isinstance(report, MergeReport) or not self._logical(identity):
            return _recorded(self.reception.accept(report, identity))
        report = replace(report, message_id=_digest(report))
        patient = self._party(report.hospital, identity, "Patient/")
        visit = self._party(report.hospital, identity, "Encounter/")
        contact = _is_patient(patient) and not report.test
        contact = contact and self.reception.keep_contact(report.hospital, patient, identity)
        admitted = self._enter(report, patient, visit, contact=contact)
        for name in identity.names:
            self._release(report.hospital, self.pseudonyms.reference(report.hospital, name))
        return admitted

    def _logical(self, identity: Identity) -> bool:
        numbers = (identity.patient_number, identity.visit_number)
        return bool(identity.names) or any(number.startswith(_LOGICAL) for number in numbers)

    def _party(self, hospital: str, identity: Identity, kind: str) -> str:
        """Return the pseudonym of the patient or visit; the key of its reference while nothing tells whose that is."""
        number = identity.patient_number if kind == "Patient/" else identity.visit_number
        pseudonym = self.pseudonyms.patient if kind == "Patient/" else self.pseudonyms.visit
        name = next((each for each in identity.names if each.startswith(kind)), "")
        if name:
            return self._name(hospital, name, pseudonym(hospital, number))
        if number.startswith(kind):
            key = self.pseudonyms.reference(hospital, number)
            return self.store.load(REFERENCE, hospital, key).state.pseudonym or key
        return pseudonym(hospital, number) if number else ""

    def _name(self, hospital: str, name: str, pseudonym: str) -> str:
        """Say whose the logical id is, and return whose it was said to be first."""
        key = self.pseudonyms.reference(hospital, name)
        outcome = self.store.execute(
            REFERENCE, hospital, key, lambda s: references.name(s, pseudonym), Actor("his:fhir")
        )
        return outcome.state.pseudonym

    def _enter(
        self, report: VisitReport | PersonReport, patient: str, visit: str, *, contact: bool = False
    ) -> Admitted:
        """Record a report; one whose visit is unknown waits for it, of one whose patient is unknown the link alone."""
        if visit.startswith("r-"):
            return self._wait(report, patient, visit, visit)
        if isinstance(report, PersonReport):
            known = _is_patient(patient)
            return (
                _recorded(self.reception.record_person(report, patient))
                if known
                else self._wait(report, patient, "", patient)
            )
        if _is_patient(patient):
            return _recorded(self.reception.record(report, patient, visit, contact=contact))
        admitted = _recorded(self.reception.record(replace(report, consent=None), "", visit))
        return replace(self._wait(_link(report), patient, visit, patient), visit=admitted.visit)

    def _wait(self, report: VisitReport | PersonReport, patient: str, visit: str, key: str) -> Admitted:
        """Keep a report until the reference is named; go on at once if it just was."""
        which = "visit" if isinstance(report, VisitReport) else "person"
        held = ReportHeld(report.message_id, patient, visit, which, msgspec.json.encode(report).decode())
        actor = Actor(f"his:{report.message_format}", correlation_id=key)
        outcome = self.store.execute(REFERENCE, report.hospital, key, lambda s: references.hold(s, held), actor)
        known = outcome.state.pseudonym
        if not known:
            return Admitted(waits_for="Patient" if key == patient else "Encounter")
        return self._enter(report, known if patient == key else patient, known if visit == key else visit)

    def _release(self, hospital: str, key: str) -> None:
        """Let what waited for a reference go its way; what is interrupted here goes on when the message comes again."""
        for held in self.store.load(REFERENCE, hospital, key).state.held:
            kind: type[VisitReport | PersonReport] = VisitReport if held.kind == "visit" else PersonReport
            report = msgspec.json.decode(held.report, type=kind)
            self._enter(report, self._known(hospital, held.patient), self._known(hospital, held.visit))
            self._let_go(hospital, key, held.message)

    def _let_go(self, hospital: str, key: str, message: str) -> None:
        actor = Actor("system:admission", correlation_id=key)
        self.store.execute(REFERENCE, hospital, key, lambda s: references.release(s, message), actor)

    def _known(self, hospital: str, party: str) -> str:
        """Return the pseudonym behind a reference that was named since, else what was given."""
        if not party.startswith("r-"):
            return party
        return self.store.load(REFERENCE, hospital, party).state.pseudonym or party


def _recorded(accepted: AcceptedVisit) -> Admitted:
    return Admitted(accepted if accepted.visit_id else None)


def _is_patient(party: str) -> bool:
    return party.startswith("p-")


def _link(report: VisitReport) -> VisitReport:
    """Return what a visit's message says of its patient alone: whose visit it is, and what she decided."""
    return VisitReport(
        hospital=report.hospital,
        message_id=f"{report.message_id}:patient",
        message_format=report.message_format,
        occurred_at=report.occurred_at,
        stage=None,
        age_band=None,
        sex=Sex.UNKNOWN,
        diagnoses=(),
        consent=report.consent,
        test=report.test,
    )


def _digest(report: VisitReport | PersonReport) -> str:
    """Return what stands in the log for the sender's name of the message."""
    parts = (report.hospital, report.message_format, report.message_id)
    return hashlib.sha256("|".join(parts).encode()).hexdigest()
