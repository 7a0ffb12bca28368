"""What each route takes and gives, with examples: the part of the OpenAPI document that the code cannot tell.

The examples make one story, told in this order by a test: a hospital registers, a doctor states facts, an editor plans
a piece, a patient visits. A route without an entry is documented all the same, with what the gate knows of it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from chalicelib.routes.aftercare import TaskResult
from chalicelib.routes.app_inbox import AppSession
from chalicelib.routes.editing import Acceptance, Assignment, Edit, NewTopic
from chalicelib.routes.inbox import NewNote, NewReply, NewTransfer, Settlement
from chalicelib.routes.library import KeyPoints, NewFact, NewSigner, Renewal, Retirement
from chalicelib.routes.talks import NewQuestion, NewRating, NewReport
from narrowcast.application.adoption import Adoption
from narrowcast.application.explanations import Explanation
from narrowcast.application.intake.plain_json_schema import visit_schema
from narrowcast.domain import reminding
from narrowcast.domain.card import CardOutcome
from narrowcast.domain.care import Result
from narrowcast.domain.conversation import Complaint
from narrowcast.domain.diary import Severity, Symptom
from narrowcast.domain.fact import Statement
from narrowcast.domain.hospital import AssistantConfigured, HospitalRegistered
from narrowcast.domain.vocabulary import Custom, Frequency, Language, Literacy, Purpose, Section, Style

Schema = dict[str, Any]
JSON, FHIR, HL7, HTML, FORM = (
    "application/json",
    "application/fhir+json",
    "x-application/hl7-v2+er7",
    "text/html",
    "application/x-www-form-urlencoded",
)
ACK = "application/hl7-v2"
KEY: Schema = {"pattern": "^[a-z0-9][a-z0-9-]{0,63}$"}
ANY: Schema = {"type": "object"}
TEXT: Schema = {"type": "string"}


@dataclass(frozen=True, slots=True)
class Operation:
    """`takes` are schemas or types by media type, `gives` the answer's; `path` and `query` describe parameters."""

    takes: Mapping[str, type | Schema] = field(default_factory=dict)
    gives: type | Schema = field(default_factory=lambda: ANY)
    status: int = 200
    media: tuple[str, ...] = (JSON,)
    examples: Mapping[str, Any] = field(default_factory=dict)
    path: Mapping[str, Schema] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    also: tuple[int, ...] = ()


def _gives(**members: str) -> Schema:
    """Return the schema of an object with these members and their JSON types."""
    properties = {name: {"type": kind} for name, kind in members.items()}
    return {"type": "object", "properties": properties, "required": list(members)}


def _json(kind: type | Schema, example: object, **more: Any) -> Operation:
    return Operation(takes={JSON: kind}, examples={JSON: example}, **more)


SOURCE = {
    "kind": "guideline",
    "title": "中国糖尿病防治指南（2024版）",
    "publisher": "中华医学会糖尿病学分会",
    "year": 2025,
    "locator": "糖尿病的诊断与分型",
}
STATEMENT = {
    "text": "2型糖尿病是一种以血糖长期偏高为特点的慢性病，需要长期管理。",
    "source": SOURCE,
    "section": "disease",
    "risk": "general",
    "codes": ["E11"],
    "treatments": [],
    "population": "",
    "boundaries": ["不得说可以治愈或停药"],
    "valid_until": "2029-12-31",
}
CITED = {"fact_id": "example-fact", "version": 1}
OWN_ADVICE = "请每天检查双脚。"
"""What no fact says yet: the doctor adopts it."""
SIGNER = {
    "signer_id": "sg-example",
    "name": "陈怡然",
    "title": "主治医师",
    "department": "endo",
    "specialties": ["E11"],
    "licence_from": "2020-01-01",
    "licence_until": "2030-12-31",
    "email": "chen@example.org",
    "phone": "+8613800000001",
}
HOSPITAL = {
    "name": "仁和医院",
    "timezone": "Asia/Shanghai",
    "emergency_line": "010-00000120",
    "departments": [{"department": "endo", "name": "内分泌科"}],
}
TOPIC = {
    "content_id": "example-topic",
    "title": "认识2型糖尿病",
    "form": "article",
    "section": "disease",
    "codes": ["E11"],
    "facts": [CITED],
    "signer_id": "sg-example",
    "department": "endo",
}
VISIT = {
    "message_id": "M-20261122-0001",
    "patient_number": "RH0000901",
    "visit_number": "RHV901",
    "occurred_at": "2026-11-22T09:30:00+08:00",
    "stage": "初诊",
    "age_years": 60,
    "sex": "female",
    "department": "内分泌科",
    "diagnoses": [{"system": "ICD-10", "code": "E11.900", "status": "confirmed"}],
    "medications": [{"atc": "A10BA02", "status": "active"}],
    "contact": {"phone": "13900000901"},
    "consent": {"personal_education": True},
}
CONDITION = {
    "resourceType": "Condition",
    "verificationStatus": {"coding": [{"code": "confirmed"}]},
    "code": {"coding": [{"system": "http://hl7.org/fhir/sid/icd-10", "code": "I10.x00"}]},
    "subject": {"identifier": {"value": "RH0000901"}},
    "encounter": {"identifier": {"value": "RHV901"}},
    "recordedDate": "2026-11-22T09:40:00+08:00",
}
ADT = """
MSH|^~\\&|HIS|renhe|NC|NC|20261122093000||ADT^A04^ADT_A01|M-902|P|2.5|||AL|NE|CHN|UNICODE UTF-8
EVN|A04|20261122093000
PID|1||RH0000902^^^renhe^PI||样例||19660203|F
PV1|1|O|ENDO^^^renhe||||||||||||||||RHV902
DG1|1||E11.900^2型糖尿病^ICD-10||20261122|F
""".lstrip().replace("\n", "\r")
HOOK = {
    "hook": "encounter-discharge",
    "hookInstance": "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea",
    "context": {"userId": "Practitioner/sg-example", "patientId": "RH0000901", "encounterId": "RHV901"},
}
FEEDBACK = {
    "feedback": [
        {
            "card": "4e0a3a1e-3178-4cb4-ac5a-572fa3d4f0ac",
            "outcome": CardOutcome.OVERRIDDEN,
            "overrideReason": {"reason": {"code": "given-already"}},
            "outcomeTimestamp": "2026-11-22T02:05:00Z",
        }
    ]
}
HOOK_SCHEMA: Schema = {
    "type": "object",
    "properties": {
        "hook": {"const": "encounter-discharge"},
        "hookInstance": {"type": "string", "format": "uuid"},
        "context": {**_gives(encounterId="string"), "description": "encounterId：就诊号，或 FHIR Encounter 的逻辑编号"},
    },
    "required": ["hook", "hookInstance", "context"],
}
FEEDBACK_SCHEMA: Schema = {
    "type": "object",
    "properties": {
        "feedback": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "properties": {
                    "card": {"type": "string", "format": "uuid"},
                    "outcome": {"enum": list(CardOutcome)},
                    "overrideReason": {"type": "object"},
                    "outcomeTimestamp": {"type": "string"},
                },
                "required": ["card", "outcome"],
            },
        }
    },
    "required": ["feedback"],
}
SIGNING: Schema = {
    "type": "object",
    "properties": {
        "decision": {"enum": ["sign", "reject"]},
        "code": {"type": "string", "pattern": "^[0-9]{6}$"},
        "revision": {"type": "string", "pattern": "^[0-9]{1,6}$"},
        "document_hash": {"type": "string"},
        "reason": {"type": "string"},
    },
    "required": ["decision", "code", "revision", "document_hash"],
}
FEEDBACK_FORM: Schema = {
    "type": "object",
    "properties": {"section": {"enum": list(Section)}, "answer": {"enum": ["understood", "questioned"]}},
    "required": ["section", "answer"],
}
INFOBUTTON = {
    "representedOrganization.id.root": "2.16.840.1.113883.19.5",
    "mainSearchCriteria.v.c": "E11.900",
    "mainSearchCriteria.v.cs": "2.16.840.1.113883.6.3",
    "mainSearchCriteria.v.dn": "",
    "mainSearchCriteria.v.ot": "",
    "subTopic.v.c": "",
    "taskContext.c.c": "PROBLISTREV",
    "ageGroup.v.c": "D008875",
    "age.v.v": "",
    "age.v.u": "",
    "patientPerson.administrativeGenderCode.c": "F",
    "informationRecipient": "PAT",
    "informationRecipient.languageCode.c": "zh",
    "knowledgeResponseType": "application/json",
}
FHIR_RESOURCE: Schema = {"type": "object", "properties": {"resourceType": TEXT}, "required": ["resourceType"]}
FHIR_KIND: Schema = {"enum": ["Communication", "CarePlan", "DocumentReference", "Provenance"]}
FHIR_ID: Schema = {"pattern": "^[A-Za-z0-9.-]{1,64}$"}
_CONTENT = _gives(content_id="string", revision="integer")
_FACT = _gives(fact_id="string", version="integer")
_PAGE = Operation(gives=TEXT, media=(HTML,))
AFTER = {"after": ""}
_LINES = _gives(lines="array", cursor="integer", phase="string", message="string")


def _form(required: tuple[str, ...], **properties: Schema) -> Schema:
    return {"type": "object", "properties": properties, "required": list(required)}


ASSISTANT = {
    "running": True,
    "opens": "08:00:00",
    "closes": "17:30:00",
    "weekdays": [1, 2, 3, 4, 5],
    "remind_minutes": 15,
}
_QUESTION_FORM = _form(("text",), text={"type": "string", "minLength": 1, "maxLength": 2000}, message=TEXT)
_DIGITS: Schema = {"type": "string", "pattern": "^[0-9]{1,6}$"}
_REPORT_FORM = _form(
    ("number", "sentence", "complaint"),
    number=_DIGITS,
    sentence={"type": "string", "pattern": "^(-1|[0-9]{1,6})$"},
    complaint={"enum": list(Complaint)},
)
_RATING_FORM = _form(("number", "helpful"), number=_DIGITS, helpful={"enum": ["yes", "no"]})
_CHECK_FORM = _form(("factor",), factor={"type": "string", "minLength": 1, "maxLength": 64})
_CLOCK: Schema = {"type": "string", "pattern": "^([0-9]{2}:[0-9]{2})?$"}
_READING_FORM = _form(
    (),
    literacy={"enum": ["", *Literacy]},
    style={"enum": ["", *Style]},
    custom={"enum": ["", *Custom]},
    language={"enum": list(Language)},
)
_WISHES_FORM = _form(("frequency",), frequency={"enum": list(Frequency)}, begin=_CLOCK, end=_CLOCK)
_CONSENT_FORM = _form(("purpose", "given"), purpose={"enum": list(Purpose)}, given={"enum": ["yes", "no"]})
_READ_FORM = _form(("section",), section={"enum": list(Section)})
_QUIZ_FORM = _form(("quiz", "revision", "question", "option"), quiz=KEY, revision=TEXT, question=TEXT, option=TEXT)
_REMINDERS_FORM = _form(
    ("kind", "time1", "until"),
    kind={"enum": list(reminding.Kind)},
    until={"type": "string", "format": "date"},
    **dict.fromkeys(("time1", "time2", "time3", "time4"), _CLOCK),
)
_STOP_FORM = _form(("kind",), kind={"enum": list(reminding.Kind)})
_SYMPTOMS_FORM = _form(
    ("entry", "severity"),
    entry=KEY,
    severity={"enum": list(Severity)},
    words=TEXT,
    **{f"symptom_{each}": {"enum": ["yes"]} for each in Symptom},
)
_RESULT_FORM = _form((), result={"enum": list(Result)})
_TASK = {"task": {**KEY, "example": "t202611-none"}}
_SIGN_IN_FORM = _form(("username", "password"), username=TEXT, password=TEXT, code=TEXT)
_STEP_FORM = _form(
    (),
    **dict.fromkeys(("text", "message", "script", "seen", "department", "number", "sentence", "upheld"), TEXT),
)
_WECHAT = {"signature": "", "timestamp": "", "nonce": "", "echostr": ""}
_TALK = {"conversation": {"minLength": 1}}
_ENTRY = {"item": {**KEY, "example": "gap-1b2c3d4e5f60"}}
_KEY_POINTS_FORM = _form(
    ("text", "code"), **dict.fromkeys(("kind", "title", "publisher", "year", "locator", "valid_until"), TEXT)
)


def _heard(kind: type, form: Schema, **more: Any) -> Operation:
    """Return a step of a person's: data in and lines out for an app, a form and a redirect for a browser."""
    more.setdefault("also", (303,))
    return Operation(takes={JSON: kind, FORM: form}, gives=_LINES, query=AFTER, **more)


def _by_staff(kind: type) -> Operation:
    return Operation(takes={JSON: kind}, gives=_gives(conversation="string"), path=_TALK)


OPERATIONS: Mapping[str, Operation] = {
    "POST /hospital": _json(
        HospitalRegistered, HOSPITAL, gives=_gives(hospital="string", version="integer"), status=201
    ),
    "POST /signers": _json(NewSigner, SIGNER, gives=_gives(signer_id="string"), status=201),
    "POST /signers/{signer_id}/renew": _json(
        Renewal, {"licence_until": "2035-12-31"}, path={"signer_id": {**KEY, "example": "sg-example"}}
    ),
    "POST /signers/{signer_id}/leave": Operation(path={"signer_id": {**KEY, "example": "sg-example"}}),
    "POST /facts/split": _json(KeyPoints, {"text": "1. 随餐服用\n2. 定期复查血糖"}, gives=_gives(statements="array")),
    "POST /facts": _json(NewFact, {"fact_id": "example-fact", "statement": STATEMENT}, gives=_FACT, status=201),
    "GET /facts": Operation(gives=_gives(facts="array")),
    "POST /facts/{fact_id}/approve": Operation(gives=_FACT, path={"fact_id": {**KEY, "example": "example-fact"}}),
    "POST /facts/{fact_id}/supersede": _json(
        Statement,
        {**STATEMENT, "text": "2型糖尿病是一种以血糖长期偏高为特点的慢性病，需要长期管理和定期复查。"},
        gives=_FACT,
        query={"wording_only": "true if it says the same in other words: what rests on the version before stays open"},
        path={"fact_id": {**KEY, "example": "example-fact"}},
    ),
    "POST /facts/{fact_id}/retire": _json(
        Retirement, {"reason": "指南已更新"}, gives=_FACT, path={"fact_id": {**KEY, "example": "example-fact"}}
    ),
    "POST /topics": _json(NewTopic, TOPIC, gives=_gives(content_id="string", version="integer"), status=202),
    "GET /contents": Operation(gives=_gives(contents="array")),
    "GET /contents/{content_id}": Operation(
        gives=_gives(content_id="string", topic="object", state="object"),
        path={"content_id": {**KEY, "example": "example-topic"}},
    ),
    "POST /contents/{content_id}/edit": _json(
        Edit,
        {
            "revision": 1,
            "title": "认识2型糖尿病",
            "sentences": [{"text": text, "facts": [CITED]} for text in (STATEMENT["text"], OWN_ADVICE)],
        },
        gives=_CONTENT,
        status=202,
        path={"content_id": {**KEY, "example": "example-topic"}},
    ),
    "POST /contents/{content_id}/adopt": _json(
        Adoption,
        {
            "revision": 2,
            "sentence": 1,
            "fact_id": "example-adopted",
            "statement": {**STATEMENT, "text": OWN_ADVICE, "risk": "lifestyle"},
        },
        gives=_CONTENT,
        status=202,
        path={"content_id": {**KEY, "example": "example-topic"}},
    ),
    "POST /contents/{content_id}/signer": _json(
        Assignment, {"signer_id": "sg-example"}, path={"content_id": {**KEY, "example": "example-topic"}}
    ),
    "POST /contents/{content_id}/accept": _json(
        Acceptance,
        {"revision": 3},
        gives=_CONTENT,
        status=202,
        path={"content_id": {**KEY, "example": "example-topic"}},
    ),
    "GET /contents/{content_id}/export/{form}": Operation(
        gives=TEXT,
        media=(HTML, "text/markdown", "text/plain", JSON),
        path={"content_id": KEY, "form": {"enum": ["html", "md", "txt", "json"], "example": "html"}},
    ),
    "POST /visits": Operation(
        takes={JSON: visit_schema(), FHIR: FHIR_RESOURCE, HL7: TEXT},
        examples={JSON: VISIT, FHIR: CONDITION, HL7: ADT},
        gives=ANY,
        status=202,
        media=(JSON, FHIR, ACK),
        also=(200,),
    ),
    "POST /hl7": Operation(takes={HL7: TEXT}, examples={HL7: ADT}, gives=TEXT, media=(ACK,)),
    "POST /fhir": Operation(
        takes={FHIR: FHIR_RESOURCE},
        examples={FHIR: CONDITION},
        gives={"$ref": "#/components/schemas/OperationOutcome"},
        status=202,
        media=(FHIR,),
    ),
    "GET /fhir/metadata": Operation(gives=FHIR_RESOURCE, media=(FHIR,)),
    "GET /fhir/{kind}": Operation(
        gives=FHIR_RESOURCE,
        media=(FHIR,),
        path={"kind": {**FHIR_KIND, "example": "CarePlan"}},
        query={"encounter": "Encounter/v-7b1f0c2d9e8a4f6b5c3d2e1f", "subject": ""},
    ),
    "GET /fhir/{kind}/{resource_id}": Operation(
        gives=FHIR_RESOURCE, media=(FHIR,), path={"kind": FHIR_KIND, "resource_id": FHIR_ID}
    ),
    "GET /fhir/{kind}/{resource_id}/_history/{version}": Operation(
        gives=FHIR_RESOURCE, media=(FHIR,), path={"kind": FHIR_KIND, "resource_id": FHIR_ID}
    ),
    "GET /infobutton": Operation(query=INFOBUTTON, gives=ANY, media=(JSON, "text/xml")),
    "GET /search": Operation(gives=_gives(hits="array"), query={"q": "二甲双胍饭后吃吗", "k": "5", "audience": ""}),
    "GET /library/{hospital}": Operation(
        gives=TEXT,
        media=(HTML,),
        path={"hospital": {"example": "renhe"}},
        query={"section": "", "after": ""},
    ),
    "GET /library/{hospital}/{content_id}": Operation(
        gives=TEXT, media=(HTML,), path={"hospital": {"example": "renhe"}, "content_id": KEY}
    ),
    "POST /app/inbox": Operation(takes={JSON: AppSession}, gives=_gives(guides="array")),
    "GET /g/{token}/enter": Operation(gives=TEXT, media=(HTML,), status=303, query={"pass": ""}, also=(200,)),
    "GET /cds-services": Operation(gives=_gives(services="array")),
    "POST /cds-services/{service_id}": _json(
        HOOK_SCHEMA, HOOK, gives=_gives(cards="array"), path={"service_id": {"example": "discharge-guide"}}
    ),
    "POST /cds-services/{service_id}/feedback": _json(
        FEEDBACK_SCHEMA, FEEDBACK, gives=_gives(heard="integer"), path={"service_id": {"example": "discharge-guide"}}
    ),
    "GET /guides": Operation(gives=_gives(guides="array")),
    "GET /guides/{guide_id}/reasons": Operation(gives=Explanation, path={"guide_id": KEY}),
    "GET /guides/{guide_id}": Operation(
        gives=_gives(guide_id="string", guide="object", state="object"), path={"guide_id": KEY}
    ),
    "GET /gaps": Operation(gives=_gives(gaps="array")),
    "GET /refusals": Operation(gives=_gives(refusals="array")),
    "GET /subscriptions": Operation(gives=_gives(subscriptions="array", waiting="integer")),
    "GET /openapi.json": Operation(gives=_gives(openapi="string", info="object", paths="object")),
    "GET /sign/{nonce}": _PAGE,
    "POST /sign/{nonce}": Operation(takes={FORM: SIGNING}, gives=TEXT, media=(HTML,)),
    "GET /g/{token}": _PAGE,
    "POST /g/{token}/check": Operation(takes={FORM: _CHECK_FORM}, gives=TEXT, media=(HTML,), status=303, also=(403,)),
    "POST /g/{token}/feedback": Operation(takes={FORM: FEEDBACK_FORM}, gives=TEXT, media=(HTML,), status=303),
    "POST /g/{token}/refuse": _PAGE,
    "POST /g/{token}/opened": Operation(gives=TEXT, media=(HTML,), status=204),
    "POST /g/{token}/read": Operation(takes={FORM: _READ_FORM}, gives=TEXT, media=(HTML,), status=204),
    "POST /g/{token}/quiz": Operation(takes={FORM: _QUIZ_FORM}, gives=TEXT, media=(HTML,), status=303),
    "POST /g/{token}/reminders": Operation(takes={FORM: _REMINDERS_FORM}, gives=TEXT, media=(HTML,), status=303),
    "POST /g/{token}/reminders/stop": Operation(takes={FORM: _STOP_FORM}, gives=TEXT, media=(HTML,), status=303),
    "POST /g/{token}/symptoms": Operation(takes={FORM: _SYMPTOMS_FORM}, gives=TEXT, media=(HTML,), also=(303,)),
    "GET /tasks": Operation(gives=_gives(tasks="array"), query={"department": ""}),
    "GET /tasks/{task}": Operation(gives=_gives(task="object"), path=_TASK),
    "POST /tasks/{task}/claim": Operation(gives=_gives(task="string"), path=_TASK),
    "POST /tasks/{task}/finish": Operation(
        takes={JSON: TaskResult}, examples={JSON: {"result": "explained"}}, gives=_gives(task="string"), path=_TASK
    ),
    "GET /diaries/{patient}": Operation(gives=_gives(entries="array"), path={"patient": KEY}),
    "GET /section-feedback": Operation(gives=_gives(sections="array")),
    "GET /desk/tasks": Operation(gives=TEXT, media=(HTML,), query={"department": ""}, also=(303,)),
    "GET /desk/tasks/{task}": Operation(gives=TEXT, media=(HTML,), path=_TASK, also=(303,)),
    "POST /desk/tasks/{task}/{step}": Operation(
        takes={FORM: _RESULT_FORM},
        gives=TEXT,
        media=(HTML,),
        status=303,
        path={**_TASK, "step": {"enum": ["claim", "finish"]}},
        also=(422,),
    ),
    "GET /g/{token}/wishes": _PAGE,
    "POST /g/{token}/reading": Operation(takes={FORM: _READING_FORM}, gives=TEXT, media=(HTML,), status=303),
    "POST /g/{token}/wishes": Operation(takes={FORM: _WISHES_FORM}, gives=TEXT, media=(HTML,), status=303, also=(422,)),
    "POST /g/{token}/consent": Operation(takes={FORM: _CONSENT_FORM}, gives=TEXT, media=(HTML,), status=303),
    "GET /g/{token}/chat": _PAGE,
    "POST /g/{token}/chat": _heard(NewQuestion, _QUESTION_FORM, status=201),
    "GET /ask/{hospital}": Operation(gives=TEXT, media=(HTML,), path={"hospital": {"example": "renhe"}}),
    "POST /ask/{hospital}": _heard(
        NewQuestion,
        _QUESTION_FORM,
        status=201,
        examples={JSON: {"text": "什么是2型糖尿病？"}},
        path={"hospital": {"example": "renhe"}},
    ),
    "GET /chat/{nonce}": _PAGE,
    "GET /chat/{nonce}/messages": Operation(gives=_LINES, media=(JSON, HTML), query=AFTER),
    "POST /chat/{nonce}/messages": _heard(NewQuestion, _QUESTION_FORM),
    "POST /chat/{nonce}/reports": _heard(NewReport, _REPORT_FORM),
    "POST /chat/{nonce}/ratings": _heard(NewRating, _RATING_FORM),
    "POST /chat/{nonce}/handover": Operation(gives=_LINES, query=AFTER, also=(303,)),
    "POST /chat/{nonce}/close": Operation(gives=_LINES, query=AFTER, also=(303,)),
    "POST /chat/{nonce}/again": Operation(gives=_LINES, status=201, also=(303,)),
    "GET /chat/{nonce}/pieces/{content_id}": Operation(gives=TEXT, media=(HTML,), path={"content_id": KEY}),
    "GET /wechat/{hospital}": Operation(gives=TEXT, media=("text/plain",), query=_WECHAT),
    "POST /wechat/{hospital}": Operation(
        takes={"text/xml": TEXT}, gives=TEXT, media=("application/xml", "text/plain"), query=_WECHAT
    ),
    "GET /recalls": Operation(gives=_gives(recalls="array")),
    "GET /backlog": Operation(gives=_gives(entries="array")),
    "POST /backlog/{item}/ask": Operation(gives=_gives(item="string", signer_id="string"), path=_ENTRY, status=202),
    "GET /desk/recalls": Operation(gives=TEXT, media=(HTML,), also=(303,)),
    "GET /desk/backlog": Operation(gives=TEXT, media=(HTML,), also=(303,)),
    "POST /desk/backlog/{item}": Operation(gives=TEXT, media=(HTML,), path=_ENTRY, status=303),
    "GET /keypoints/{nonce}": _PAGE,
    "POST /keypoints/{nonce}": Operation(takes={FORM: _KEY_POINTS_FORM}, gives=TEXT, media=(HTML,)),
    "GET /inbox": Operation(gives=_gives(conversations="array"), query={"department": ""}),
    "GET /inbox/{conversation}": Operation(
        gives=_gives(lines="array", cursor="integer", phase="string"), path=_TALK, query=AFTER
    ),
    "POST /inbox/{conversation}/claim": Operation(gives=_gives(conversation="string"), path=_TALK),
    "POST /inbox/{conversation}/reply": _by_staff(NewReply),
    "POST /inbox/{conversation}/note": _by_staff(NewNote),
    "POST /inbox/{conversation}/transfer": _by_staff(NewTransfer),
    "POST /inbox/{conversation}/give-back": Operation(gives=_gives(conversation="string"), path=_TALK),
    "POST /inbox/{conversation}/close": Operation(gives=_gives(conversation="string"), path=_TALK),
    "POST /inbox/{conversation}/settle": _by_staff(Settlement),
    "GET /reports": Operation(gives=_gives(reports="array"), query={"open": "yes"}),
    "GET /assistant": Operation(gives=AssistantConfigured),
    "POST /assistant": _json(AssistantConfigured, ASSISTANT, gives=_gives(hospital="string", version="integer")),
    "GET /scripts": Operation(gives=_gives(scripts="array"), query={"department": "", "code": "", "stage": ""}),
    "GET /desk/sign-in": _PAGE,
    "POST /desk/sign-in": Operation(takes={FORM: _SIGN_IN_FORM}, gives=TEXT, media=(HTML,), status=303),
    "POST /desk/sign-out": Operation(gives=TEXT, media=(HTML,), status=303),
    "GET /desk/guides/{guide_id}": Operation(gives=TEXT, media=(HTML,), path={"guide_id": KEY}, also=(303,)),
    "GET /desk/inbox": Operation(gives=TEXT, media=(HTML,), query={"department": ""}, also=(303,)),
    "GET /desk/inbox/{conversation}": Operation(gives=TEXT, media=(HTML,), path=_TALK, query={"q": ""}, also=(303,)),
    "GET /desk/inbox/{conversation}/pieces/{content_id}": Operation(
        gives=TEXT, media=(HTML,), path={**_TALK, "content_id": KEY}, also=(303,)
    ),
    "POST /desk/inbox/{conversation}/{step}": Operation(
        takes={FORM: _STEP_FORM}, gives=TEXT, media=(HTML,), path=_TALK, status=303
    ),
}


def example_of(route: str, media: str) -> bytes:
    """Return a route's example as it would be sent."""
    example = OPERATIONS[route].examples[media]
    return example.encode() if isinstance(example, str) else json.dumps(example, ensure_ascii=False).encode()
