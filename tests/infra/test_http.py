"""Who stands before each route."""

from __future__ import annotations

import json

import pytest

from tests.support.templates import ROUTES, Template, settings, written


def method(service: Template, path: str, verb: str) -> dict[str, object]:
    """The API's method for a path, found by walking up its resources."""
    resources = service.of_type("AWS::ApiGateway::Resource")

    def path_of(reference: object) -> str:
        if not (isinstance(reference, dict) and reference.get("Ref") in resources):
            return ""
        properties = resources[reference["Ref"]]["Properties"]
        return f"{path_of(properties['ParentId'])}/{properties['PathPart']}"

    found = [
        properties
        for properties in service.properties("AWS::ApiGateway::Method")
        if (path_of(properties["ResourceId"]), properties["HttpMethod"]) == (path, verb)
    ]
    assert len(found) == 1
    return dict(found[0])


def test_every_route_of_the_app_and_no_other_is_open(service: Template) -> None:
    assert len(service.properties("AWS::ApiGateway::Method")) == len(ROUTES)
    for route in ROUTES:
        assert method(service, route.path, route.method)


@pytest.mark.parametrize(
    ("access", "authorization", "key"),
    [("client", "CUSTOM", True), ("staff", "COGNITO_USER_POOLS", False), ("link", "NONE", False)],
)
def test_a_route_is_guarded_as_its_access_asks(
    service: Template, access: str, authorization: str, *, key: bool
) -> None:
    for route in (route for route in ROUTES if route.access == access):
        guarded = method(service, route.path, route.method)

        assert (guarded["AuthorizationType"], guarded["ApiKeyRequired"]) == (authorization, key)


def test_a_body_reaches_the_app_as_the_bytes_that_were_sent(service: Template) -> None:
    assert service.starting_with("AWS::ApiGateway::RestApi", "HttpApi")["Properties"]["BinaryMediaTypes"] == ["*/*"]


def test_a_key_counts_where_the_authorizer_says(service: Template) -> None:
    api = service.starting_with("AWS::ApiGateway::RestApi", "HttpApi")["Properties"]

    assert api["ApiKeySourceType"] == "AUTHORIZER"


def test_answers_about_clients_are_kept_per_authorization_header(service: Template) -> None:
    authorizer = service.starting_with("AWS::ApiGateway::Authorizer", "HttpClients")["Properties"]

    assert authorizer["IdentitySource"] == "method.request.header.Authorization"
    assert authorizer["AuthorizerResultTtlInSeconds"] == 300


def test_every_hospital_has_a_key_and_a_usage_plan(service: Template) -> None:
    keys = service.properties("AWS::ApiGateway::ApiKey")
    plans = service.properties("AWS::ApiGateway::UsagePlan")

    assert {key["CustomerId"] for key in keys} == set(settings().hospitals)
    assert len(plans) == len(keys) == len(service.properties("AWS::ApiGateway::UsagePlanKey"))
    assert all(plan["Throttle"]["RateLimit"] and plan["Quota"]["Limit"] for plan in plans)


def test_the_access_log_holds_nothing_that_names_a_person_or_opens_a_link(service: Template) -> None:
    stage = service.starting_with("AWS::ApiGateway::Stage", "HttpApi")["Properties"]
    logged = set(json.loads(stage["AccessLogSetting"]["Format"]).values())
    revealing = {"$context.path", "$context.identity.sourceIp", "$context.identity.userAgent", "$context.identity.user"}

    assert "$context.resourcePath" in logged
    assert not logged & revealing
    assert not [entry for entry in logged if "claims" in entry or "apiKey" in entry or "querystring" in entry]


def test_execution_logs_are_off_because_they_hold_whole_paths(service: Template) -> None:
    every = service.starting_with("AWS::ApiGateway::Stage", "HttpApi")["Properties"]["MethodSettings"][0]

    assert (every["ResourcePath"], every["HttpMethod"]) == ("/*", "*")
    assert (every["LoggingLevel"], every["DataTraceEnabled"]) == ("OFF", False)
    assert every["ThrottlingRateLimit"]
    assert every["ThrottlingBurstLimit"]


def test_the_api_may_call_its_function_by_one_permission(service: Template) -> None:
    permissions = [
        entry
        for entry in service.properties("AWS::Lambda::Permission")
        if "ApiFunction" in written(entry["FunctionName"]) and entry["Principal"] == "apigateway.amazonaws.com"
    ]

    assert len(permissions) == 1
