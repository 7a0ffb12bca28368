"""What our FHIR interface can do, as a CapabilityStatement: kept by hand, held to the code by a test."""

from __future__ import annotations

from typing import Any

READ = ("Communication", "CarePlan", "DocumentReference", "Provenance")
TAKEN = (
    "Patient",
    "Encounter",
    "Condition",
    "MedicationRequest",
    "MedicationStatement",
    "Procedure",
    "AllergyIntolerance",
    "Observation",
)
PARAMETERS = ("encounter", "subject")
PUBLISHED = "2026-11-22"


def capability_statement() -> dict[str, Any]:
    """Return the statement."""
    return {
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": PUBLISHED,
        "kind": "instance",
        "software": {"name": "Narrowcast"},
        "implementation": {"description": "窄播 FHIR 接口：接收就诊信息，提供推送记录、健康指南与签发内容"},
        "fhirVersion": "4.0.1",
        "format": ["application/fhir+json"],
        "rest": [
            {
                "mode": "server",
                "documentation": "所有写入都发送到 POST /fhir：单个资源、Bundle 或订阅通知；回答为 OperationOutcome。",
                "security": {"description": "Authorization: Bearer（医院接口密钥）"},
                "resource": [*map(_readable, READ), *map(_taken, TAKEN)],
                "interaction": [{"code": "transaction"}],
            }
        ],
    }


def _readable(kind: str) -> dict[str, Any]:
    versioned = () if kind == "Communication" else ("vread",)
    interactions = [{"code": code} for code in ("read", *versioned, "search-type")]
    parameters = [{"name": name, "type": "reference"} for name in PARAMETERS]
    return {"type": kind, "interaction": interactions, "searchParam": parameters}


def _taken(kind: str) -> dict[str, Any]:
    return {"type": kind, "documentation": "单独发送或置于 Bundle 中，经 POST /fhir 接收"}
