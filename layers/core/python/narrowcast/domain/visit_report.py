"""What one message of a hospital information system says about one visit, with the person taken out of it.

The readers of HL7, FHIR and JSON produce it; the visit aggregate folds it. Identity travels apart, in `Identity`, and
goes only to the patient's encrypted record (law 6).
"""

from __future__ import annotations

from dataclasses import dataclass, field

from narrowcast.domain.vocabulary import AgeBand, DiagnosisStatus, Sex, Stage


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """An ICD-10 code as sent (normalized: upper case, no blanks) and how sure it is."""

    code: str
    status: DiagnosisStatus = DiagnosisStatus.CONFIRMED
    system: str = "ICD-10"


@dataclass(frozen=True, slots=True)
class Medication:
    """A drug by ATC code; `status` is active or stopped."""

    atc: str
    status: str = "active"


@dataclass(frozen=True, slots=True)
class Identity:
    """Who the patient is and how to reach them. Never logged, never in an event."""

    patient_number: str
    visit_number: str
    phone: str = field(default="", repr=False)
    email: str = field(default="", repr=False)
    app_user: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class VisitReport:
    """One message's account of a visit. Times are UTC ISO 8601 with a trailing Z.

    `consent` is True or False when the message records the patient's decision on personal health education, else None.
    `test` marks a message that must never lead to a push (HL7 MSH-11 = T).
    """

    hospital: str
    message_id: str
    message_format: str
    occurred_at: str
    stage: Stage
    age_band: AgeBand | None
    sex: Sex
    diagnoses: tuple[Diagnosis, ...]
    medications: tuple[Medication, ...] = ()
    department: str = ""
    consent: bool | None = None
    cancelled: bool = False
    test: bool = False


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a message was refused: `path` in the sender's own terms (PID-3, $.diagnoses[0].code), `reason` in Chinese."""

    path: str
    reason: str
