"""What one message of a hospital information system says about one visit, with the person taken out of it.

The readers of HL7, FHIR and JSON produce it; the visit aggregate folds it. Identity travels apart, in `Identity`, and
goes only to the patient's encrypted record (law 6).
"""

from __future__ import annotations

from dataclasses import dataclass, field

from narrowcast.domain.vocabulary import AgeBand, DiagnosisStatus, RenalClass, Sex, Stage


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """An ICD-10 code as sent (normalized: upper case, no blanks), how sure it is, and the sender's words for it."""

    code: str
    status: DiagnosisStatus = DiagnosisStatus.CONFIRMED
    system: str = "ICD-10"
    display: str = ""


@dataclass(frozen=True, slots=True)
class Medication:
    """A drug by ATC code; `status` is active, stopped or entered_in_error. `name` is the dictionary's generic name."""

    atc: str
    status: str = "active"
    name: str = ""


@dataclass(frozen=True, slots=True)
class Procedure:
    """An operation by the code it was sent under; `performed_on` is an ISO date or "" if not told.

    `status` is planned, done or entered_in_error.
    """

    code: str
    system: str
    display: str = ""
    status: str = "done"
    performed_on: str = ""


@dataclass(frozen=True, slots=True)
class Allergy:
    """What the patient must not get: an ATC code or the dictionary's word. `status` is active or refuted."""

    code: str
    system: str
    display: str = ""
    status: str = "active"


@dataclass(frozen=True, slots=True)
class Condition:
    """What is told of the person's present condition; None where the message is silent."""

    pregnant: bool | None = None
    renal: RenalClass | None = None
    carer: bool | None = None
    allergies: tuple[Allergy, ...] = ()


@dataclass(frozen=True, slots=True)
class Identity:
    """Who the patient is and how to reach them. Never logged, never in an event.

    A number that begins with `Patient/` or `Encounter/` is a logical id of the sender's FHIR server, which stands for a
    number that another message tells. `names` are the logical ids whose numbers this message tells.
    """

    patient_number: str
    visit_number: str
    phone: str = field(default="", repr=False)
    email: str = field(default="", repr=False)
    app_user: str = field(default="", repr=False)
    names: tuple[str, ...] = field(default=(), repr=False)
    openid: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class UnmappedCode:
    """A code that no map knows: kept and counted for staff, never guessed. `kind`: diagnosis, drug, procedure."""

    kind: str
    system: str
    code: str


@dataclass(frozen=True, slots=True)
class VisitReport:
    """One message's account of a visit. Times are UTC ISO 8601 with a trailing Z.

    `occurred_at` is when the sender recorded what it says (EVN-2; FHIR lastUpdated or the event's own time): of two
    messages about the same thing the later holds, whichever arrives first. `stage` None says nothing about the stage;
    `complete` says that `diagnoses` is the whole list as of then: what it lacks no longer holds. `discharge_cancelled`
    takes back an earlier discharge, and that alone. `opens` marks a registration or admission (HL7 A01, A04, A05): told
    later than a cancellation or discharge, it takes that back. `sender` tells apart two interfaces that count their
    messages each for itself ("" if there is one). `consent` is True or False when the message records the patient's
    decision on personal health education, else None. `test` marks a message that must never lead to a push (HL7
    MSH-11 = T).
    """

    hospital: str
    message_id: str
    message_format: str
    occurred_at: str
    stage: Stage | None
    age_band: AgeBand | None
    sex: Sex
    diagnoses: tuple[Diagnosis, ...]
    medications: tuple[Medication, ...] = ()
    department: str = ""
    consent: bool | None = None
    cancelled: bool = False
    test: bool = False
    procedures: tuple[Procedure, ...] = ()
    condition: Condition = Condition()
    complete: bool = False
    discharge_cancelled: bool = False
    unmapped: tuple[UnmappedCode, ...] = ()
    opens: bool = False
    sender: str = ""


@dataclass(frozen=True, slots=True)
class PersonReport:
    """What a message says of a person apart from any visit (HL7 A28, A31; a FHIR Patient alone)."""

    hospital: str
    message_id: str
    message_format: str
    occurred_at: str
    age_band: AgeBand | None
    sex: Sex
    consent: bool | None = None
    condition: Condition = Condition()
    test: bool = False
    sender: str = ""


@dataclass(frozen=True, slots=True)
class MergeReport:
    """Two patient numbers are one person (HL7 A40): `merged` goes on as the number of the identity beside it."""

    hospital: str
    message_id: str
    message_format: str
    occurred_at: str
    merged: str = field(repr=False)
    test: bool = False
    sender: str = ""


Report = VisitReport | PersonReport | MergeReport
"""What one message may be; each comes with an Identity (without a visit number unless it is a visit's)."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a message was refused: `path` in the sender's own terms (PID-3, $.diagnoses[0].code), `reason` in Chinese."""

    path: str
    reason: str
