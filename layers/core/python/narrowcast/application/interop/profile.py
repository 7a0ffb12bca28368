"""How a hospital is known to other systems: its OID, what it calls code systems, and how it labels AI's part."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

AI_LABELS = ("AIAST", "CLINAST_AIRPT")
"""Written by AI, and that a clinician vouches for it (AI Transparency on FHIR 1.0.0-ballot)."""
LABEL_SYSTEM = "http://terminology.hl7.org/CodeSystem/v3-ObservationValue"

ICD10, SNOMED, RXNORM, ATC, LOINC = "ICD-10", "SNOMED CT", "RxNorm", "ATC", "LOINC"
CODE_SYSTEMS: Mapping[str, str] = {
    "2.16.840.1.113883.6.3": ICD10,
    "2.16.840.1.113883.6.90": ICD10,
    "2.16.156.10011.2.3.3.11": ICD10,
    "2.16.156.10011.2.3.3.11.3": ICD10,
    "2.16.840.1.113883.6.96": SNOMED,
    "2.16.840.1.113883.6.88": RXNORM,
    "2.16.840.1.113883.6.73": ATC,
    "2.16.840.1.113883.6.1": LOINC,
}
"""Code systems by their OIDs, as every hospital may send them."""


@dataclass(frozen=True, slots=True)
class InteropProfile:
    """A hospital's choices. `code_systems` are further OIDs and the names above that they stand for."""

    organization: str = ""
    code_systems: Mapping[str, str] = field(default_factory=dict)
    ai_labels: tuple[str, ...] = AI_LABELS

    def system_of(self, oid: str) -> str:
        """Return the code system behind an OID, "" if it is unknown."""
        return {**CODE_SYSTEMS, **self.code_systems}.get(oid.removeprefix("urn:oid:"), "")


Profiles = Mapping[str, InteropProfile]
"""The profiles of the hospitals that have one."""


def profile_of(profiles: Profiles, hospital: str) -> InteropProfile:
    """Return a hospital's profile, one without any choices if it made none."""
    return profiles.get(hospital, InteropProfile())


def read_profiles(written: str) -> Profiles:
    """Read {"<hospital>": {"organization", "code_systems": {oid: name}, "ai_labels": [code]}}; "" makes no choices."""
    chosen = json.loads(written or "{}")
    return {hospital: _profile(each) for hospital, each in chosen.items()}


def _profile(chosen: Mapping[str, Any]) -> InteropProfile:
    return InteropProfile(
        chosen.get("organization", ""),
        chosen.get("code_systems", {}),
        tuple(chosen.get("ai_labels", AI_LABELS)),
    )
