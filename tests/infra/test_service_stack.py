"""What runs: wired, limited, watched."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

import pytest

from infra.naming import pascal
from infra.stacks.functions import plans
from narrowcast.application.parking import ATTEMPTS
from tests.support.templates import Template, settings, synthesize, written

FUNCTIONS = sorted(plans(settings()))
EMBEDDING = {"api", "project_events", "reconcile_workflows"}
CONSUMERS = ["project_events", "dispatch_events"]
WORKFLOWS = ["ContentProduction", "ContentRecall", "GuideDelivery"]
HALF_A_YEAR = 184
OUTPUTS = {
    *("SearchEndpoint", "ContentProductionArn", "ContentRecallArn", "GuideDeliveryArn", "RestApiId", "RestApiStage"),
    *("StreamDeadLetterQueueUrl", "PublicBaseUrl", "GuideSchedules", "GuideSchedulesRoleArn"),
    "Embedder",
}


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_runs_on_the_python_that_compiled_its_layers(service: Template, function: str) -> None:
    properties = service.function(function)

    assert properties["Runtime"] == f"python{sys.version_info.major}.{sys.version_info.minor}"
    assert properties["Architectures"] == ["x86_64"]
    assert len(properties["Layers"]) == (3 if function in EMBEDDING else 2)


def test_a_hospital_without_local_vectors_has_no_layer_for_them(tmp_path: Path) -> None:
    chosen = settings({"embedder": {"kind": "openai", "model": "m", "endpoint": "https://e", "secret_arn": "arn:s"}})
    service = synthesize(tmp_path, chosen)[1]
    assert {len(service.function(each)["Layers"]) for each in FUNCTIONS} == {2}
    assert service.function("api")["Environment"]["Variables"]["EMBEDDER"] == "openai"


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_is_told_its_name_and_nothing_empty_by_mistake(service: Template, function: str) -> None:
    variables = service.function(function)["Environment"]["Variables"]

    assert variables["POWERTOOLS_SERVICE_NAME"] == function
    assert variables["POWERTOOLS_METRICS_NAMESPACE"] == "Narrowcast"
    empty = {name for name, value in variables.items() if value == ""}
    assert empty <= {f"{use}_{what}" for use in ("DRAFTER", "EMBEDDER") for what in ("MODEL", "ENDPOINT")}


def test_a_function_is_told_only_of_what_it_may_use(service: Template) -> None:
    variables = set(service.function("check_facts")["Environment"]["Variables"])

    assert variables == {"EVENT_LOG_TABLE", "LOG_LEVEL", "POWERTOOLS_SERVICE_NAME", "POWERTOOLS_METRICS_NAMESPACE"}


def test_logs_are_kept_half_a_year_at_least_and_outlive_the_stack(service: Template) -> None:
    logs = service.of_type("AWS::Logs::LogGroup")

    assert len(logs) == len(FUNCTIONS) + len(WORKFLOWS) + 1
    assert all(log["Properties"]["RetentionInDays"] >= HALF_A_YEAR for log in logs.values())
    assert {log["DeletionPolicy"] for log in logs.values()} == {"Retain"}


@pytest.mark.parametrize("workflow", WORKFLOWS)
def test_a_workflow_gets_every_substitution_it_asks_for_and_no_other(service: Template, workflow: str) -> None:
    properties = service.starting_with("AWS::StepFunctions::StateMachine", workflow)["Properties"]
    asked = set(re.findall(r"\$\{(\w+)\}", properties["DefinitionString"]))

    assert set(properties["DefinitionSubstitutions"]) == asked


@pytest.mark.parametrize("workflow", WORKFLOWS)
def test_a_workflow_logs_its_steps_but_not_what_passes_through_them(service: Template, workflow: str) -> None:
    properties = service.starting_with("AWS::StepFunctions::StateMachine", workflow)["Properties"]

    assert (
        properties["LoggingConfiguration"]["Level"],
        properties["LoggingConfiguration"]["IncludeExecutionData"],
    ) == (
        "ALL",
        False,
    )


def test_waits_last_as_long_as_the_hospital_allows(service: Template) -> None:
    timers = settings().timers
    machine = service.starting_with("AWS::StepFunctions::StateMachine", "ContentProduction")["Properties"]
    given = machine["DefinitionSubstitutions"]

    assert given["EditingSeconds"] == str(timers.editing)
    assert given["SignatureReminderSeconds"] == str(timers.signature_reminder)
    assert given["SignatureEscalationSeconds"] == str(timers.signature_escalation)
    assert given["SignatureExpirySeconds"] == str(timers.signature_expiry)


def test_a_signing_link_lives_as_long_as_all_three_waits(service: Template) -> None:
    timers = settings().timers
    variables = service.function("request_signature")["Environment"]["Variables"]
    whole = timers.signature_reminder + timers.signature_escalation + timers.signature_expiry

    assert variables["SIGNATURE_EXPIRES_SECONDS"] == str(whole)


def test_pieces_wait_in_a_standard_workflow_and_guides_pass_through_an_express_one(service: Template) -> None:
    kinds = [
        service.starting_with("AWS::StepFunctions::StateMachine", workflow)["Properties"]["StateMachineType"]
        for workflow in WORKFLOWS
    ]

    assert kinds == ["STANDARD", "STANDARD", "EXPRESS"]


def test_functions_know_a_workflow_by_the_name_it_has(service: Template) -> None:
    variables = service.function("dispatch_events")["Environment"]["Variables"]
    told = ("CONTENT_PRODUCTION_ARN", "CONTENT_RECALL_ARN", "GUIDE_DELIVERY_ARN")
    for workflow, variable in zip(WORKFLOWS, told, strict=True):
        machine = service.starting_with("AWS::StepFunctions::StateMachine", workflow)["Properties"]

        assert written(variables[variable]).endswith(f":stateMachine:{machine['StateMachineName']}")


@pytest.mark.parametrize("consumer", CONSUMERS)
def test_a_poison_record_is_parked_and_the_rest_passes(service: Template, consumer: str) -> None:
    properties = service.starting_with("AWS::Lambda::EventSourceMapping", f"{pascal(consumer)}Function")["Properties"]

    assert properties["StartingPosition"] == "TRIM_HORIZON"
    assert properties["BatchSize"] == 25
    assert properties["MaximumRetryAttempts"] > max(ATTEMPTS.values())
    assert properties["BisectBatchOnFunctionError"]
    assert properties["FilterCriteria"] == {"Filters": [{"Pattern": '{"eventName":["INSERT"]}'}]}
    assert properties["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert 0 < properties["MaximumRecordAgeInSeconds"] < 24 * 60 * 60
    assert "StreamDeadLetters" in written(properties["DestinationConfig"]["OnFailure"]["Destination"])
    assert "EventLogTable" in written(properties["EventSourceArn"])


def test_lost_workflows_are_looked_for_every_ten_minutes_and_a_failed_look_is_parked(service: Template) -> None:
    rule = service.starting_with("AWS::Events::Rule", "Reconcile")["Properties"]

    assert rule["ScheduleExpression"] == "rate(10 minutes)"
    assert "LateDeadLetters" in written(rule["Targets"][0]["DeadLetterConfig"]["Arn"])
    assert "LateDeadLetters" in written(service.function("reconcile_workflows")["DeadLetterConfig"]["TargetArn"])


@pytest.mark.parametrize(
    ("rule", "function", "schedule"),
    [
        ("Remind", "remind_staff", "rate(5 minutes)"),
        ("Erase", "erase_conversations", "cron(10 19 * * ? *)"),
        ("Seal", "seal_log", "cron(10 18 * * ? *)"),
    ],
)
def test_what_runs_by_itself_is_called_on_its_schedule(
    service: Template, rule: str, function: str, schedule: str
) -> None:
    made = service.starting_with("AWS::Events::Rule", rule)["Properties"]

    assert made["ScheduleExpression"] == schedule
    assert pascal(function) in written(made["Targets"][0]["Arn"])
    assert "LateDeadLetters" in written(service.function(function)["DeadLetterConfig"]["TargetArn"])


def test_parked_records_are_encrypted_and_wait_two_weeks(service: Template) -> None:
    queues = service.properties("AWS::SQS::Queue")

    assert len(queues) == 2
    assert all(queue["SqsManagedSseEnabled"] for queue in queues)
    assert {queue["MessageRetentionPeriod"] for queue in queues} == {14 * 24 * 60 * 60}


def test_a_failed_piece_is_told_to_the_operators(service: Template) -> None:
    rule = service.starting_with("AWS::Events::Rule", "ProductionFailed")["Properties"]

    assert set(rule["EventPattern"]["detail"]["status"]) == {"FAILED", "TIMED_OUT", "ABORTED"}
    assert "OperationsTopic" in written(rule["Targets"][0]["Arn"])


def test_notices_to_operators_are_encrypted_with_a_key_that_their_senders_may_use(service: Template) -> None:
    topic = service.starting_with("AWS::SNS::Topic", "OperationsTopic")["Properties"]
    policy = service.starting_with("AWS::KMS::Key", "OperationsKey")["Properties"]["KeyPolicy"]
    senders = {statement["Principal"].get("Service") for statement in policy["Statement"]}

    assert "OperationsKey" in written(topic["KmsMasterKeyId"])
    assert senders >= {"cloudwatch.amazonaws.com", "events.amazonaws.com"}


@pytest.mark.parametrize(
    ("namespace", "metric", "watched"),
    [
        ("AWS/SQS", "ApproximateNumberOfMessagesVisible", 2),
        ("AWS/States", "ExecutionsFailed", len(WORKFLOWS)),
        ("AWS/States", "ExecutionsTimedOut", len(WORKFLOWS)),
        ("AWS/Lambda", "IteratorAge", len(CONSUMERS)),
        ("AWS/Lambda", "Errors", len(FUNCTIONS) - 1),
        ("Narrowcast", "PushFailed", 1),
        ("Narrowcast", "RecordParked", 2),
        ("AWS/ApiGateway", "5XXError", 1),
    ],
)
def test_trouble_of_each_kind_raises_an_alarm_that_tells_somebody(
    service: Template, namespace: str, metric: str, watched: int
) -> None:
    alarms = [
        alarm
        for alarm in service.properties("AWS::CloudWatch::Alarm")
        if (alarm["Namespace"], alarm["MetricName"]) == (namespace, metric)
    ]
    places = {json.dumps(alarm.get("Dimensions"), sort_keys=True) for alarm in alarms}

    assert len(places) == watched
    for alarm in alarms:
        assert ["OperationsTopic" in written(action) for action in alarm["AlarmActions"]] == [True]
        assert alarm["AlarmDescription"]


def test_a_refused_key_wakes_nobody(service: Template) -> None:
    watched = [
        written(dimension["Value"])
        for alarm in service.properties("AWS::CloudWatch::Alarm")
        for dimension in alarm.get("Dimensions", [])
    ]

    assert not [name for name in watched if "AuthorizeClient" in name]


def test_a_failed_push_is_counted_where_the_function_counts_it(service: Template) -> None:
    alarm = next(alarm for alarm in service.properties("AWS::CloudWatch::Alarm") if alarm["MetricName"] == "PushFailed")

    assert alarm["Dimensions"] == [{"Name": "service", "Value": "dispatch_events"}]


def test_two_days_without_a_root_raise_an_alarm(service: Template) -> None:
    [alarm] = [each for each in service.properties("AWS::CloudWatch::Alarm") if each["MetricName"] == "RootSealed"]

    assert (alarm["Period"], alarm["EvaluationPeriods"], alarm["Threshold"]) == (86400, 2, 1)
    assert (alarm["ComparisonOperator"], alarm["TreatMissingData"]) == ("LessThanThreshold", "breaching")


def test_one_dashboard_shows_alarms_and_trends(service: Template) -> None:
    body = written(
        service.starting_with("AWS::CloudWatch::Dashboard", "OperationsDashboard")["Properties"]["DashboardBody"]
    )

    assert '"type":"alarm"' in body
    for title in ("Dead letters", "Failed runs", "Stream age (ms)", "Function errors", "Failed pushes", "API"):
        assert f'"title":"{title}"' in body


def test_public_links_are_built_from_parameters_and_the_api_id(service: Template) -> None:
    url = written(service.function("dispatch_events")["Environment"]["Variables"]["PUBLIC_BASE_URL"])

    assert url.startswith("<PublicUrlPrefix><HttpApi")
    assert '"RegionalAddress"' in url
    assert {name: entry["Default"] for name, entry in service.body["Parameters"].items() if "Url" in name} == {
        "PublicUrlPrefix": "https://",
        "PublicUrlSuffix": "",
        "SearchUrlPrefix": "https://",
        "AppWebhookUrl": "",
    }


def test_the_stack_tells_where_everything_is(service: Template) -> None:
    assert set(service.body["Outputs"]) == OUTPUTS


def test_tracing_is_a_switch(service: Template, stacks_in_china: tuple[Template, Template]) -> None:
    traced = stacks_in_china[1]

    assert all("TracingConfig" not in service.function(function) for function in FUNCTIONS)
    assert all(traced.function(function)["TracingConfig"] == {"Mode": "Active"} for function in FUNCTIONS)
    assert all(
        entry["TracingConfiguration"]["Enabled"] for entry in traced.properties("AWS::StepFunctions::StateMachine")
    )
