"""States of the log as FHIR R4 resources: pure mapping, plain documents, pseudonyms only.

A push is a Communication, a guide a CarePlan, a signed piece a DocumentReference with its Provenance. The model classes
of `fhir.resources` check these documents in the tests; importing them here would cost more than a request.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from narrowcast.application.interop.profile import LABEL_SYSTEM, InteropProfile
from narrowcast.domain import guide as guides
from narrowcast.domain.content import Content, ContentSigned
from narrowcast.domain.draft import FactRef
from narrowcast.domain.guide import Guide, PieceRef
from narrowcast.domain.patient import PushApproved, PushHeldBack
from narrowcast.domain.pushing import Obstacle
from narrowcast.domain.visit import Visit
from narrowcast.domain.vocabulary import Channel, Section

Resource = dict[str, Any]

HELD_BACK_SYSTEM = "urn:narrowcast:push-held-back"
DOCUMENT_SYSTEM = "urn:narrowcast:document-sha256"
FACT_SYSTEM = "urn:narrowcast:fact"
SIGNER_SYSTEM = "urn:narrowcast:signer"
HOSPITAL_SYSTEM = "urn:narrowcast:hospital"
_TERMS = "http://terminology.hl7.org/CodeSystem"
_NOT_DONE = {each.value: each.words for each in Obstacle}
_STANDARD_REASONS = {"no_consent": "patient-objection", "no_channel": "recipient-unavailable"}
_MEDIA = {Channel.MAIL: "EMAILWRIT", Channel.APP: "ONLINEWRIT", Channel.SMS: "ELECTRONIC", Channel.WECHAT: "ONLINEWRIT"}
_MEDIA_WORDS = {Channel.MAIL: "邮件", Channel.APP: "应用消息", Channel.SMS: "短信", Channel.WECHAT: "微信消息"}
_ICD10_SYSTEM = "http://hl7.org/fhir/sid/icd-10"


def communication(
    profile: InteropProfile,
    push: PushApproved | PushHeldBack,
    guide: Guide,
    *,
    delivered: bool,
    sent: datetime | None,
) -> Resource:
    """Return a push that went out, is on its way, failed, waits, or was held back, and why."""
    failed = push.push_id in guides.failed(guide)
    patient = {"reference": f"Patient/{guide.made.patient}"}
    document: Resource = {
        "resourceType": "Communication",
        "id": push.push_id,
        "meta": _meta(profile),
        "basedOn": [{"reference": f"CarePlan/{push.guide_id}"}],
        "status": _status(push, delivered=delivered, failed=failed),
        "category": [_concept(f"{_TERMS}/communication-category", "instruction")],
        "subject": patient,
        "encounter": {"reference": f"Encounter/{guide.made.visit_id}"},
        "recipient": [patient],
        "payload": [{"contentReference": {"reference": f"CarePlan/{push.guide_id}"}}],
    }
    if isinstance(push, PushHeldBack):
        return {**document, "statusReason": _held_back(push.reason)}
    channel = next((each.channel for each in guide.pushes if each.push_id == push.push_id), push.channel)
    medium = _concept(f"{_TERMS}/v3-ParticipationMode", _MEDIA[channel], _MEDIA_WORDS[channel])
    reason = {"statusReason": _concept(HELD_BACK_SYSTEM, "undeliverable", "渠道拒收，未能送达")} if failed else {}
    return {**document, "medium": [medium], **reason, **({"sent": _instant(sent)} if sent and delivered else {})}


def _status(push: PushApproved | PushHeldBack, *, delivered: bool, failed: bool) -> str:
    if isinstance(push, PushHeldBack):
        return "on-hold" if push.until else "not-done"
    if failed:
        return "not-done"
    return "completed" if delivered else "in-progress"


def _held_back(reason: str) -> Resource:
    codings = [{"system": HELD_BACK_SYSTEM, "code": reason}]
    if reason in _STANDARD_REASONS:
        codings.append({"system": f"{_TERMS}/communication-not-done-reason", "code": _STANDARD_REASONS[reason]})
    return {"coding": codings, "text": _NOT_DONE.get(reason, reason)}


def care_plan(
    profile: InteropProfile, guide_id: str, guide: Guide, visit: Visit, shown: Mapping[Section, tuple[PieceRef, ...]]
) -> Resource:
    """Return a guide: always five activities; a section for which nothing signed holds now is not started."""
    conditions = [_condition(place, code, guide) for place, code in enumerate(visit.known_codes, 1)]
    return {
        "resourceType": "CarePlan",
        "id": guide_id,
        "meta": {"versionId": str(guide.edition), **_meta(profile)},
        **({"contained": conditions} if conditions else {}),
        "status": "revoked" if visit.cancelled else "active",
        "intent": "plan",
        "category": [_concept("http://loinc.org", "34895-3", "健康教育")],
        "title": "健康指南",
        "subject": {"reference": f"Patient/{guide.made.patient}"},
        "encounter": {"reference": f"Encounter/{guide.made.visit_id}"},
        **({"addresses": [{"reference": f"#{each['id']}"} for each in conditions]} if conditions else {}),
        "activity": [_activity(section, guide, shown.get(section, ())) for section in Section],
    }


def _condition(place: int, code: str, guide: Guide) -> Resource:
    return {
        "resourceType": "Condition",
        "id": f"c{place}",
        "code": {"coding": [{"system": _ICD10_SYSTEM, "code": code}]},
        "subject": {"reference": f"Patient/{guide.made.patient}"},
    }


def _activity(section: Section, guide: Guide, pieces: Iterable[PieceRef]) -> Resource:
    documents = [{"reference": document_reference_of(piece.content_id, piece.revision)} for piece in pieces]
    detail: Resource = {
        "code": {"coding": [{"system": "urn:narrowcast:section", "code": section}], "text": section.heading},
        "status": _progress(section, guide, bool(documents)),
    }
    if not documents:
        detail["statusReason"] = {"text": "暂无医生签发的内容"}
    return {**({"outcomeReference": documents} if documents else {}), "detail": detail}


def _progress(section: Section, guide: Guide, there: bool) -> str:  # noqa: FBT001 - whether the section has a text
    if not there:
        return "not-started"
    return "completed" if section in guide.understood else "in-progress"


def document_reference_of(content_id: str, revision: int) -> str:
    """Return the literal reference to exactly that revision of a piece."""
    return f"DocumentReference/{content_id}/_history/{revision}"


def document_reference(
    profile: InteropProfile, hospital: str, content_id: str, *, state: Content, signed: ContentSigned, text: bytes
) -> Resource:
    """Return a signed piece: `text` is its export with both AI labels. FHIR's hash is SHA-1; ours stands beside it."""
    return {
        "resourceType": "DocumentReference",
        "id": content_id,
        "meta": {"versionId": str(state.revision), **_meta(profile)},
        "masterIdentifier": {"system": DOCUMENT_SYSTEM, "value": signed.document_hash},
        "status": "current",
        "docStatus": "final",
        "type": _concept("http://loinc.org", "34895-3", "健康教育"),
        "date": _instant(signed.signed_at),
        "author": [{"type": "Device", "display": "人工智能辅助生成"}],
        "authenticator": _practitioner(signed),
        "custodian": {"type": "Organization", "identifier": {"system": HOSPITAL_SYSTEM, "value": hospital}},
        "description": state.draft.title,
        "securityLabel": [{"coding": [label]} for label in _labels(profile)],
        "content": [{"attachment": _attachment(state.draft.title, text, signed)}],
    }


def _attachment(title: str, text: bytes, signed: ContentSigned) -> Resource:
    return {
        "contentType": "text/plain;charset=utf-8",
        "language": "zh-CN",
        "data": base64.b64encode(text).decode(),
        "size": len(text),
        "hash": base64.b64encode(hashlib.sha1(text, usedforsecurity=False).digest()).decode(),
        "title": title,
        "creation": _instant(signed.signed_at),
    }


def provenance(profile: InteropProfile, content_id: str, state: Content, signed: ContentSigned) -> Resource:
    """Return who made a piece of what: an AI from facts, a doctor who signed; with the signature itself."""
    doctor = _practitioner(signed)
    return {
        "resourceType": "Provenance",
        "id": content_id,
        "meta": {"versionId": str(state.revision), **_meta(profile)},
        "target": [{"reference": document_reference_of(content_id, state.revision)}],
        "recorded": _instant(signed.signed_at),
        "activity": _concept(f"{_TERMS}/v3-DocumentCompletion", "LA"),
        "agent": [
            {"type": _role("author"), "who": {"type": "Device", "display": "人工智能辅助生成"}},
            {"type": _role("verifier"), "who": doctor},
        ],
        "entity": [{"role": "source", "what": _fact(fact)} for fact in state.draft.facts],
        "signature": [
            {
                "type": [{"system": "urn:iso-astm:E1762-95:2013", "code": "1.2.840.10065.1.12.1.5"}],
                "when": _instant(signed.signed_at),
                "who": doctor,
                "targetFormat": "application/json",
                "sigFormat": "application/octet-stream",
                "data": signed.signature.value,
            }
        ],
    }


def _fact(fact: FactRef) -> Resource:
    return {"identifier": {"system": FACT_SYSTEM, "value": f"{fact.fact_id}|{fact.version}"}}


def _role(code: str) -> Resource:
    return _concept(f"{_TERMS}/provenance-participant-type", code)


def _practitioner(signed: ContentSigned) -> Resource:
    return {
        "type": "Practitioner",
        "identifier": {"system": SIGNER_SYSTEM, "value": signed.signer_id},
        "display": f"{signed.signer_name} {signed.signer_title}",
    }


def _meta(profile: InteropProfile) -> Resource:
    labels = _labels(profile)
    return {"security": labels} if labels else {}


def _labels(profile: InteropProfile) -> list[Resource]:
    return [{"system": LABEL_SYSTEM, "code": code} for code in profile.ai_labels]


def _concept(system: str, code: str, text: str = "") -> Resource:
    return {"coding": [{"system": system, "code": code}], **({"text": text} if text else {})}


def _instant(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")


def searchset(resources: Iterable[Resource]) -> Resource:
    """Return the bundle that answers a search."""
    entries = [{"resource": each, "search": {"mode": "match"}} for each in resources]
    return {
        "resourceType": "Bundle",
        "type": "searchset",
        "total": len(entries),
        **({"entry": entries} if entries else {}),
    }
