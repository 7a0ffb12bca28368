"""What a hospital may choose before deploying: read from cdk.json, checked once, then passed as values.

`NARROWCAST_CONTEXT` (a JSON object) overrides single values, e.g. `{"timers": {"editing": 60}}`. Nothing else in infra/
reads the environment or cdk.json.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT = Path(__file__).resolve().parent.parent
# Logs about labelled AI text are kept six months (labelling measures, art. 9); the longest half year has 184 days.
SHORTEST_LOG_RETENTION_DAYS = 184


class SettingsError(Exception):
    """The context asks for something that cannot be deployed; the message says which key to change."""


@dataclass(frozen=True, kw_only=True)
class Timers:
    """How long the workflow waits for a person, each in seconds."""

    editing: int
    signature_reminder: int
    signature_escalation: int
    signature_expiry: int
    correction: int

    @property
    def signature_open(self) -> int:
        """Seconds from the request to the end of the last wait: how long a signing link lives."""
        return self.signature_reminder + self.signature_escalation + self.signature_expiry


@dataclass(frozen=True, kw_only=True)
class Model:
    """Which model, if any: `bedrock` (a foundation model's id), an `openai`-compatible endpoint, or a kind without."""

    kind: str
    model: str
    endpoint: str
    secret_arn: str

    def check(self, use: str, *without: str) -> None:
        """SettingsError if the kind lacks what it needs; a model's ARN would need rights in regions unknown here.

        `use` is the block's key, `without` the kinds that need no model named.
        """
        needs = {
            **dict.fromkeys(without, True),
            "bedrock": bool(self.model) and not self.model.startswith("arn:"),
            "openai": bool(self.model and self.endpoint and self.secret_arn),
        }
        if self.kind not in needs:
            raise SettingsError(f"{use}.kind: one of {', '.join(needs)}")
        if not needs[self.kind]:
            raise SettingsError(f"{use}: bedrock needs a model id; openai needs model, endpoint and secret_arn")


@dataclass(frozen=True, kw_only=True)
class Embedder(Model):
    """Which model turns texts into vectors: `local` (in a layer), one of the others, or `none`.

    `dimensions` is the length of the vectors of an openai-compatible model; the others know theirs.
    """

    dimensions: int


@dataclass(frozen=True, kw_only=True)
class Search:
    """Size of the OpenSearch domain; `volume_gib` is per instance."""

    instance_type: str
    instances: int
    volume_gib: int


@dataclass(frozen=True, kw_only=True)
class Interop:
    """How a hospital speaks with other systems.

    Its OID (without one nobody reads its content by Infobutton), further OIDs of code systems with what they stand for
    (ICD-10, ATC, SNOMED CT, RxNorm), and the FHIR codes that label what AI had a part in.
    """

    organization: str
    code_systems: Mapping[str, str]
    ai_labels: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Settings:
    """The whole choice. `region` is empty when the CLI's profile decides; `mail` and `sms` switch SES and SNS.

    `wechat` names for each hospital with an official account the secret that holds {"token", "app_id", "app_secret"}
    and, if pushes go out by subscription notice, {"template", "template_field"}.
    """

    region: str
    hospitals: tuple[str, ...]
    stage: str
    timers: Timers
    drafter: Model
    reviewer: Model
    embedder: Embedder
    chooser: Model
    mail: bool
    sms: bool
    wechat: Mapping[str, str]
    staff_authorizer_arn: str
    log_level: str
    log_retention_days: int
    tracing: bool
    search: Search
    interop: Mapping[str, Interop]

    @classmethod
    def of(cls, context: Mapping[str, Any]) -> Self:
        """Check the `narrowcast` block of the context; SettingsError names the key that is wrong."""
        unknown = set(context) ^ {field.name for field in fields(cls)}
        if unknown:
            raise SettingsError(f"unknown or missing keys in the narrowcast context: {sorted(unknown)}")
        settings = cls(
            **{
                **context,
                "hospitals": tuple(context["hospitals"]),
                "timers": Timers(**context["timers"]),
                "drafter": Model(**context["drafter"]),
                "reviewer": Model(**context["reviewer"]),
                "embedder": Embedder(**context["embedder"]),
                "chooser": Model(**context["chooser"]),
                "search": Search(**context["search"]),
                "interop": {hospital: Interop(**chosen) for hospital, chosen in context["interop"].items()},
            }
        )
        settings.drafter.check("drafter", "recombiner")
        settings.reviewer.check("reviewer", "none")
        settings.embedder.check("embedder", "local", "none")
        settings.chooser.check("chooser", "none")
        settings._check()
        return settings

    @property
    def cognito(self) -> bool:
        """Staff sign in through Cognito unless the hospital brings its own authorizer."""
        return not self.staff_authorizer_arn

    def _check(self) -> None:
        if not self.hospitals:
            raise SettingsError("hospitals: name at least one")
        for block, of in (("interop", self.interop), ("wechat", self.wechat)):
            if strangers := sorted(set(of) - set(self.hospitals)):
                raise SettingsError(f"{block}: {strangers} are not among the hospitals")
        if self.log_retention_days < SHORTEST_LOG_RETENTION_DAYS:
            raise SettingsError(f"log_retention_days: at least {SHORTEST_LOG_RETENTION_DAYS} (six months)")
        if min(vars(self.timers).values()) < 1:
            raise SettingsError("timers: every wait lasts at least one second")
        if self.region.startswith("cn-"):
            self._check_for_china()

    def _check_for_china(self) -> None:
        """Bedrock, SES, SMS by SNS and Cognito user pools are not offered in the aws-cn partition."""
        missing = {
            "drafter.kind: choose recombiner or openai": self.drafter.kind == "bedrock",
            "reviewer.kind: choose none or openai": self.reviewer.kind == "bedrock",
            "embedder.kind: choose local, openai or none": self.embedder.kind == "bedrock",
            "chooser.kind: choose none or openai": self.chooser.kind == "bedrock",
            "mail: false": self.mail,
            "sms: false": self.sms,
            "staff_authorizer_arn: the hospital's own Lambda authorizer": self.cognito,
        }
        wanted = [hint for hint, present in missing.items() if present]
        if wanted:
            raise SettingsError(f"{self.region} lacks a service this asks for; set {'; '.join(wanted)}")


def cdk_context() -> dict[str, Any]:
    """The context block of cdk.json, with NARROWCAST_CONTEXT merged over its `narrowcast` part."""
    context: dict[str, Any] = json.loads((ROOT / "cdk.json").read_text())["context"]
    overrides = json.loads(os.environ.get("NARROWCAST_CONTEXT", "{}"))
    return {**context, "narrowcast": merged(context["narrowcast"], overrides)}


def merged(base: Mapping[str, Any], overrides: Mapping[str, Any]) -> dict[str, Any]:
    """`base` with the values of `overrides`, block by block."""
    result = dict(base)
    for key, value in overrides.items():
        result[key] = merged(result[key], value) if isinstance(result.get(key), dict) else value
    return result
