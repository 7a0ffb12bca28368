"""Which stable name and schema version stands for which event class. A released name never gets another class."""

from __future__ import annotations

from narrowcast.domain import content, fact, guide, hospital, patient, signer, visit

EVENTS: dict[str, tuple[type, int]] = {
    "HospitalRegistered": (hospital.HospitalRegistered, 1),
    "SignerRegistered": (signer.SignerRegistered, 1),
    "LicenceRenewed": (signer.LicenceRenewed, 1),
    "SignerLeft": (signer.SignerLeft, 1),
    "FactProposed": (fact.FactProposed, 1),
    "FactApproved": (fact.FactApproved, 1),
    "FactSuperseded": (fact.FactSuperseded, 1),
    "FactRetired": (fact.FactRetired, 1),
    "TopicPlanned": (content.TopicPlanned, 1),
    "DraftGenerated": (content.DraftGenerated, 1),
    "DraftEdited": (content.DraftEdited, 1),
    "SentenceAdopted": (content.SentenceAdopted, 1),
    "FactsChecked": (content.FactsChecked, 1),
    "ComplianceChecked": (content.ComplianceChecked, 1),
    "DraftAccepted": (content.DraftAccepted, 1),
    "SignatureRequested": (content.SignatureRequested, 1),
    "ContentSigned": (content.ContentSigned, 1),
    "ContentRejected": (content.ContentRejected, 1),
    "ContentTagged": (content.ContentTagged, 1),
    "ContentPublished": (content.ContentPublished, 1),
    "ContentExpired": (content.ContentExpired, 1),
    "ContentRecalled": (content.ContentRecalled, 1),
    "FactOutdated": (content.FactOutdated, 1),
    "SignerAssigned": (content.SignerAssigned, 1),
    "ContentReopened": (content.ContentReopened, 1),
    "VisitOpened": (visit.VisitOpened, 1),
    "VisitUpdated": (visit.VisitUpdated, 1),
    "DiagnosisRecorded": (visit.DiagnosisRecorded, 2),
    "TreatmentStarted": (visit.TreatmentStarted, 1),
    "TreatmentStopped": (visit.TreatmentStopped, 1),
    "VisitCancelled": (visit.VisitCancelled, 1),
    "ConsentGiven": (patient.ConsentGiven, 2),
    "ConsentWithdrawn": (patient.ConsentWithdrawn, 1),
    "PushApproved": (patient.PushApproved, 1),
    "PushHeldBack": (patient.PushHeldBack, 1),
    "FactsDelivered": (patient.FactsDelivered, 1),
    "PatientForgotten": (patient.PatientForgotten, 1),
    "GuideAssembled": (guide.GuideAssembled, 1),
    "GuidePushed": (guide.GuidePushed, 1),
    "PushFailed": (guide.PushFailed, 1),
    "SectionUnderstood": (guide.SectionUnderstood, 1),
    "SectionQuestioned": (guide.SectionQuestioned, 1),
}

NAMES: dict[type, str] = {cls: name for name, (cls, _) in EVENTS.items()}
