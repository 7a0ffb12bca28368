"""Each bridge changes exactly what the emulator cannot do."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from infra.local import bridges
from tests.support import toy_assembly

PLACE = {"S3Bucket": "local", "S3Key": "packed.zip"}


@pytest.fixture
def template() -> dict[str, Any]:
    return toy_assembly.service_template()


def of(template: dict[str, Any], name: str) -> dict[str, Any]:
    properties: dict[str, Any] = template["Resources"][name]["Properties"]
    return properties


def test_a_python_function_runs_our_bootstrap_without_layers(template: dict[str, Any]) -> None:
    function = of(bridges.run_python_on_our_bootstrap(template, {"Greet": PLACE}), "Greet")
    assert function["Runtime"] == "provided.al2023"
    assert function["Code"] == PLACE
    assert "Layers" not in function


def test_everything_else_of_a_function_stays(template: dict[str, Any]) -> None:
    before = of(template, "Greet")
    after = of(bridges.run_python_on_our_bootstrap(template, {"Greet": PLACE}), "Greet")
    kept = set(before) - {"Runtime", "Code", "Layers"}
    assert {name: after[name] for name in kept} == {name: before[name] for name in kept}


def test_a_function_in_another_language_is_left_alone(template: dict[str, Any]) -> None:
    of(template, "Greet")["Runtime"] = "nodejs22.x"
    assert bridges.python_functions(template) == {}
    assert bridges.run_python_on_our_bootstrap(template, {}) == template


def test_a_later_layer_precedes_an_earlier_one_on_the_path(template: dict[str, Any]) -> None:
    template["Resources"]["Second"] = {
        "Type": "AWS::Lambda::LayerVersion",
        "Properties": {"Content": {"S3Bucket": "assets", "S3Key": "second.zip"}},
    }
    of(template, "Greet")["Layers"].append({"Ref": "Second"})
    assert bridges.python_functions(template)["Greet"].layers == ("second.zip", "layer.zip")


def test_layers_become_a_note(template: dict[str, Any]) -> None:
    assert of(bridges.leave_layers_to_the_bootstrap(template, PLACE), "Layer")["Content"] == PLACE


def test_the_emulators_own_mappings_are_disabled(template: dict[str, Any]) -> None:
    assert of(bridges.disable_event_source_mappings(template), "Mapping")["Enabled"] is False


@pytest.mark.parametrize(("kind", "required"), [("CUSTOM", False), ("NONE", True), ("COGNITO_USER_POOLS", True)])
def test_only_methods_with_a_custom_authorizer_lose_the_gateways_key_check(kind: str, *, required: bool) -> None:
    method = {
        "Type": "AWS::ApiGateway::Method",
        "Properties": {"AuthorizationType": kind, "ApiKeyRequired": True, "HttpMethod": "POST"},
    }
    bridged = bridges.leave_api_keys_to_the_authorizer({"Resources": {"Visits": method}})
    assert of(bridged, "Visits").get("ApiKeyRequired", False) is required
    assert of(bridged, "Visits")["HttpMethod"] == "POST"


def test_an_alarm_over_several_metrics_watches_the_first() -> None:
    stat = {"Metric": {"Namespace": "AWS/States", "MetricName": "ExecutionsFailed"}, "Period": 300, "Stat": "Sum"}
    alarm = {
        "Type": "AWS::CloudWatch::Alarm",
        "Properties": {"Threshold": 1, "Metrics": [{"Expression": "a + b"}, {"MetricStat": stat}]},
    }
    assert of(bridges.watch_one_metric({"Resources": {"Failed": alarm}}), "Failed") == {
        "Threshold": 1,
        "Namespace": "AWS/States",
        "MetricName": "ExecutionsFailed",
        "Period": 300,
        "Statistic": "Sum",
    }


def test_a_domains_endpoint_is_where_the_search_server_listens() -> None:
    template = toy_assembly.data_template()
    bridged = bridges.search_at(template, "127.0.0.1:9200")
    assert bridged["Outputs"]["SearchEndpoint"]["Value"] == "127.0.0.1:9200"
    assert bridged["Outputs"]["EventLogTable"] == template["Outputs"]["EventLogTable"]


def test_the_toolkit_stack_is_not_asked_for(template: dict[str, Any]) -> None:
    bridged = bridges.forget_the_cdk_bootstrap(template)
    assert "Rules" not in bridged
    assert set(bridged["Parameters"]) == {"PublicUrlPrefix"}


def test_a_table_with_a_time_to_live_is_named_with_its_attribute() -> None:
    assert bridges.time_to_live(toy_assembly.data_template()) == {"Seen": "expires_at"}


def test_a_template_gets_only_the_parameters_it_declares(template: dict[str, Any]) -> None:
    values = {"PublicUrlPrefix": "http://127.0.0.1/", "MailSender": "a@b.example"}
    assert bridges.declared(template, values) == {"PublicUrlPrefix": "http://127.0.0.1/"}


def test_no_bridge_changes_the_template_it_is_given(template: dict[str, Any]) -> None:
    before = copy.deepcopy(template)
    bridges.run_python_on_our_bootstrap(template, {"Greet": PLACE})
    bridges.leave_layers_to_the_bootstrap(template, PLACE)
    bridges.disable_event_source_mappings(template)
    bridges.leave_api_keys_to_the_authorizer(template)
    bridges.watch_one_metric(template)
    bridges.search_at(template, "127.0.0.1:9200")
    bridges.forget_the_cdk_bootstrap(template)
    assert template == before
