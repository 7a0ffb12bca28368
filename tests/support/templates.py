"""Synthesizes the CDK app around functions of two lines, and reads the templates the way a question is asked."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from infra.app import build_app
from infra.bundling import Bundle
from infra.naming import pascal
from infra.routes import Route
from infra.settings import Settings, cdk_context, merged
from infra.stacks.functions import plans
from infra.stacks.service import Artefacts

ROUTES = [
    Route(path="/visits", method="POST", access="client"),
    Route(path="/facts", method="GET", access="staff"),
    Route(path="/facts/{fact_id}/approve", method="POST", access="staff"),
    Route(path="/sign/{nonce}", method="GET", access="link"),
    Route(path="/sign/{nonce}", method="HEAD", access="link"),
    Route(path="/sign/{nonce}", method="POST", access="link"),
]
STAFF_AUTHORIZER = "arn:aws-cn:lambda:cn-north-1:123456789012:function:hospital-sign-on"
CHINA: dict[str, object] = {
    "region": "cn-north-1",
    "mail": False,
    "sms": False,
    "tracing": True,
    "staff_authorizer_arn": STAFF_AUTHORIZER,
}


def settings(overrides: Mapping[str, Any] | None = None) -> Settings:
    """The settings of cdk.json with some replaced."""
    return Settings.of(merged(cdk_context()["narrowcast"], overrides or {}))


def artefacts(folder: Path, chosen: Settings) -> Artefacts:
    """Bundles that hold almost nothing: a template does not depend on the code."""

    def bundle(name: str) -> Bundle:
        path = folder / name
        path.mkdir(parents=True)
        (path / "handler.py").write_text(f"NAME = {name!r}\n")
        return Bundle(path=path, digest=name)

    functions = {name: bundle(name) for name in plans(chosen)}
    layers = {name: bundle(name) for name in ("vendor", "core", "embedding")}
    return Artefacts(**layers, functions=functions, routes=ROUTES)


def synthesize(folder: Path, chosen: Settings) -> tuple[Template, Template]:
    """Templates of the data and the service stack."""
    build_app(chosen, artefacts(folder / "code", chosen), outdir=str(folder / "out")).synth()
    data, service = (
        Template(json.loads((folder / "out" / f"{name}.template.json").read_text()))
        for name in ("NarrowcastData", "NarrowcastService")
    )
    return data, service


@dataclass(frozen=True)
class Right:
    """One action that a statement allows or denies on one resource, written as text."""

    effect: str
    action: str
    resource: str


@dataclass(frozen=True)
class Template:
    """One stack's template."""

    body: Mapping[str, Any]

    def of_type(self, kind: str) -> dict[str, dict[str, Any]]:
        """Resources of a type by logical id."""
        return {name: entry for name, entry in self.body["Resources"].items() if entry["Type"] == kind}

    def properties(self, kind: str) -> list[dict[str, Any]]:
        """Properties of all resources of a type."""
        return [entry["Properties"] for entry in self.of_type(kind).values()]

    def starting_with(self, kind: str, prefix: str) -> dict[str, Any]:
        """The one resource of a type whose logical id starts so."""
        found = [entry for name, entry in self.of_type(kind).items() if name.startswith(prefix)]
        assert len(found) == 1, (kind, prefix, len(found))
        return found[0]

    def function(self, name: str) -> dict[str, Any]:
        """Properties of the function in folder `name`."""
        properties: dict[str, Any] = self.starting_with("AWS::Lambda::Function", f"{pascal(name)}Function")[
            "Properties"
        ]
        return properties

    def rights(self, name: str) -> set[Right]:
        """Everything the role of the function in folder `name` allows or denies."""
        policy = self.starting_with("AWS::IAM::Policy", f"{pascal(name)}RoleDefaultPolicy")
        return set(rights_of(policy["Properties"]["PolicyDocument"]))


def rights_of(document: Mapping[str, Any]) -> Iterator[Right]:
    """One Right per action and resource of a policy document."""
    for statement in document["Statement"]:
        for action in listed(statement["Action"]):
            for resource in listed(statement["Resource"]):
                yield Right(statement["Effect"], action, written(resource))


def listed(value: Any) -> list[Any]:
    """A list of one, or the list."""
    return value if isinstance(value, list) else [value]


def written(value: Any) -> str:
    """A template's value as one line of text, with references in angle brackets."""
    match value:
        case str():
            return value
        case {"Ref": name}:
            return f"<{name}>"
        case {"Fn::GetAtt": [name, attribute]}:
            return f"<{name}.{attribute}>"
        case {"Fn::ImportValue": name}:
            return f"<{written(name)}>"
        case {"Fn::Join": [separator, parts]}:
            return str(separator).join(written(part) for part in parts)
        case _:
            return json.dumps(value)
