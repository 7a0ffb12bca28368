"""What the emulator cannot do, bridged in the template before it is deployed: pure functions from template to template.

Each bridge names the difference from AWS it makes up for; a bridge the emulator no longer needs is deleted here alone.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Template = dict[str, Any]
Location = dict[str, str]


@dataclass(frozen=True)
class PythonFunction:
    """A function and the asset keys of its code and of its layers, in order of precedence."""

    code: str
    layers: tuple[str, ...]


def resources(template: Template, kind: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Logical id and properties of every resource of one type."""
    for name, resource in template["Resources"].items():
        if resource["Type"] == kind:
            yield name, resource.setdefault("Properties", {})


def python_functions(template: Template) -> dict[str, PythonFunction]:
    """The functions to run on our bootstrap, by logical id."""
    layers = {name: layer["Content"]["S3Key"] for name, layer in resources(template, "AWS::Lambda::LayerVersion")}
    return {
        name: PythonFunction(
            code=function["Code"]["S3Key"],
            # AWS unpacks layers in order, a later one over an earlier one: on a path the last must come first.
            layers=tuple(layers[layer["Ref"]] for layer in reversed(function.get("Layers", []))),
        )
        for name, function in resources(template, "AWS::Lambda::Function")
        if str(function.get("Runtime", "")).startswith("python") and "S3Key" in function["Code"]
    }


def run_python_on_our_bootstrap(template: Template, packages: Mapping[str, Location]) -> Template:
    """The emulator's Python runtime loses the names of errors: run its functions as a custom runtime (`bootstrap`).

    `packages` says, by logical id, where the function's code with our bootstrap lies. Layers are dropped: the
    bootstrap already has their directories on its path.
    """
    bridged = copy.deepcopy(template)
    for name, function in resources(bridged, "AWS::Lambda::Function"):
        if name in packages:
            function.pop("Layers", None)
            function |= {"Code": dict(packages[name]), "Runtime": "provided.al2023"}
    return bridged


def leave_layers_to_the_bootstrap(template: Template, placeholder: Location) -> Template:
    """Layers lie unpacked on disk; the emulator gets a note in their place instead of 30 MB in its memory."""
    bridged = copy.deepcopy(template)
    for _, layer in resources(bridged, "AWS::Lambda::LayerVersion"):
        layer["Content"] = dict(placeholder)
    return bridged


def disable_event_source_mappings(template: Template) -> Template:
    """The emulator ignores retries, bisecting and failure destinations of a mapping: `pump` serves it instead."""
    bridged = copy.deepcopy(template)
    for _, mapping in resources(bridged, "AWS::Lambda::EventSourceMapping"):
        mapping["Enabled"] = False
    return bridged


def leave_api_keys_to_the_authorizer(template: Template) -> Template:
    """The emulator does not know apiKeySource AUTHORIZER: the custom authorizer alone checks the key."""
    bridged = copy.deepcopy(template)
    for _, method in resources(bridged, "AWS::ApiGateway::Method"):
        if method.get("AuthorizationType") == "CUSTOM":
            method.pop("ApiKeyRequired", None)
    return bridged


def watch_one_metric(template: Template) -> Template:
    """The emulator knows no metric math: an alarm over several metrics watches the first of them.

    Nothing is alarmed locally; the dashboard refers to the alarm, so it has to be there.
    """
    bridged = copy.deepcopy(template)
    for _, alarm in resources(bridged, "AWS::CloudWatch::Alarm"):
        measured = [metric["MetricStat"] for metric in alarm.pop("Metrics", []) if "MetricStat" in metric]
        if measured:
            first = measured[0]
            alarm.update(first["Metric"], Period=first["Period"], Statistic=first["Stat"])
    return bridged


def search_at(template: Template, address: str) -> Template:
    """A domain of the emulator keeps the endpoint it was created with: say where the search server listens now."""
    domains = {name for name, _ in resources(template, "AWS::OpenSearchService::Domain")}
    bridged: Template = _replaced(template, [{"Fn::GetAtt": [name, "DomainEndpoint"]} for name in domains], address)
    return bridged


def _replaced(node: Any, references: list[dict[str, Any]], value: str) -> Any:
    """A copy of a template, or of a part of it, with a value in place of some references."""
    if node in references:
        return value
    if isinstance(node, dict):
        return {name: _replaced(part, references, value) for name, part in node.items()}
    if isinstance(node, list):
        return [_replaced(part, references, value) for part in node]
    return node


def forget_the_cdk_bootstrap(template: Template) -> Template:
    """The emulator has no CDK toolkit stack to check the version of."""
    bridged = copy.deepcopy(template)
    bridged.pop("Rules", None)
    bridged.get("Parameters", {}).pop("BootstrapVersion", None)
    return bridged


def time_to_live(template: Template) -> dict[str, str]:
    """Tables with a TTL and its attribute, by logical id: the emulator drops it, `deploy` sets it afterwards."""
    return {
        name: table["TimeToLiveSpecification"]["AttributeName"]
        for kind in ("AWS::DynamoDB::Table", "AWS::DynamoDB::GlobalTable")
        for name, table in resources(template, kind)
        if table.get("TimeToLiveSpecification", {}).get("Enabled")
    }


def api_stages(template: Template) -> list[str]:
    """Stage names of the REST APIs: part of every address under which the emulator serves them."""
    return [stage["StageName"] for _, stage in resources(template, "AWS::ApiGateway::Stage")]


def declared(template: Template, values: Mapping[str, str]) -> dict[str, str]:
    """Those of the values that the template has a parameter for."""
    return {name: value for name, value in values.items() if name in template.get("Parameters", {})}
