"""What runs: layers, functions, workflows, API, stream consumers, schedules, alarms. It may be replaced at any time.

Layers and the functions that use them share this stack: an exported layer ARN could never change again.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from aws_cdk import Aws, CfnCondition, CfnOutput, CfnParameter, Duration, Fn, Stack
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from aws_cdk import aws_ses as ses
from aws_cdk import aws_sqs as sqs
from aws_cdk import aws_stepfunctions as sfn

from infra.components.function import ARCHITECTURE, RUNTIME, Function
from infra.components.operations import Operations, Watch
from infra.components.rest_api import RestApi
from infra.components.schedules import Schedules
from infra.components.stream_consumer import consume_stream
from infra.components.workflow import Workflow
from infra.naming import pascal, workflow_name
from infra.settings import ROOT
from infra.stacks.functions import EMBEDDING, On, plans
from infra.stacks.resources import Places, resources, workflow_arn
from infra.stacks.watches import (
    METRICS_NAMESPACE,
    on_answers,
    on_dead_letters,
    on_errors,
    on_lag,
    on_parked,
    on_pushes,
    on_roots,
    on_runs,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from aws_cdk import Environment
    from aws_cdk import aws_apigateway as apigateway
    from constructs import Construct

    from infra.bundling import Bundle
    from infra.components.resource import Resource
    from infra.routes import Route
    from infra.settings import Settings
    from infra.stacks.data import DataStack
    from infra.stacks.functions import Plan

RECONCILE_EVERY = Duration.minutes(10)
SEAL_AT = events.Schedule.cron(hour="18", minute="10")
"""UTC: ten past two at night in China."""
REMIND_EVERY = Duration.minutes(5)
ERASE_AT = events.Schedule.cron(hour="19", minute="10")
"""UTC: ten past three at night in China."""

DEAD_LETTERS_KEPT = Duration.days(14)
WORKFLOWS = {
    "content_production": sfn.StateMachineType.STANDARD,
    "guide_delivery": sfn.StateMachineType.EXPRESS,
    "content_recall": sfn.StateMachineType.STANDARD,
}
STANDARD = sfn.StateMachineType.STANDARD
CONSUMERS = ("project_events", "dispatch_events")


@dataclass(frozen=True, kw_only=True)
class Artefacts:
    """What was built for this deployment, and the routes the API said it has."""

    vendor: Bundle
    embedding: Bundle
    core: Bundle
    functions: Mapping[str, Bundle]
    routes: Sequence[Route]


class ServiceStack(Stack):
    """Composes the components and hands out the rights that infra/stacks/functions.py lists."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        settings: Settings,
        data: DataStack,
        artefacts: Artefacts,
        env: Environment,
    ) -> None:
        """Declare everything that runs on `data`."""
        super().__init__(scope, construct_id, env=env, description="Narrowcast: what runs")
        self._settings, self._data, self._artefacts = settings, data, artefacts
        self._retention = retention_days(settings.log_retention_days)
        self._parameters = self._add_parameters()
        self._stream_letters = self._queue("StreamDeadLetters")
        self._late_letters = self._queue("LateDeadLetters")
        self._api = RestApi(self, "Http", stage=settings.stage, retention=self._retention, tracing=settings.tracing)
        self._base_url = self._public_base_url()
        self._add_mail_identity()
        self._guide_schedules = Schedules(
            self,
            "GuideSchedules",
            name=workflow_name(self.stack_name, "guide_delivery"),
            machine_arn=workflow_arn(self, "guide_delivery"),
        )
        self._functions = self._add_functions()
        self._workflows = {name: self._workflow(name, kind) for name, kind in WORKFLOWS.items()}
        self._serve()
        for consumer in CONSUMERS:
            self._consume(consumer)
        self._add_schedules()
        self._operations = Operations(self, "Operations", watches=self._watches())
        self._add_failure_notices()
        self._add_outputs()

    def _add_parameters(self) -> dict[str, CfnParameter]:
        defaults = {
            "PublicUrlPrefix": ("https://", "What stands before the API's id in public links"),
            "PublicUrlSuffix": ("", "What stands behind it; empty: the regional execute-api address and stage"),
            "SearchUrlPrefix": ("https://", "Scheme of the search endpoint"),
            "AppWebhookUrl": ("", "The hospital app's webhook; empty: no such channel"),
            "MailSender": ("notice@example.org", "Address that sends mail, verified with SES"),
        }
        return {
            name: CfnParameter(self, name, default=default, description=description)
            for name, (default, description) in defaults.items()
        }

    def _parameter(self, name: str) -> str:
        return self._parameters[name].value_as_string

    def _public_base_url(self) -> str:
        """Built from the API's id: `RestApi.url` would name a host that only the real AWS has."""
        by_default = CfnCondition(
            self, "RegionalAddress", expression=Fn.condition_equals(self._parameter("PublicUrlSuffix"), "")
        )
        regional = f".execute-api.{Aws.REGION}.{Aws.URL_SUFFIX}/{self._settings.stage}"
        suffix = Fn.condition_if(by_default.logical_id, regional, self._parameter("PublicUrlSuffix"))
        return f"{self._parameter('PublicUrlPrefix')}{self._api.api.rest_api_id}{suffix.to_string()}"

    def _add_mail_identity(self) -> None:
        if self._settings.mail:
            ses.CfnEmailIdentity(self, "MailIdentity", email_identity=self._parameter("MailSender"))

    def _queue(self, construct_id: str) -> sqs.Queue:
        return sqs.Queue(
            self,
            construct_id,
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=True,
            retention_period=DEAD_LETTERS_KEPT,
        )

    def _add_functions(self) -> dict[str, lambda_.Function]:
        layers = [self._layer("Vendor", self._artefacts.vendor), self._layer("Core", self._artefacts.core)]
        known = resources(
            Places(
                stack=self,
                data=self._data,
                settings=self._settings,
                search_endpoint=f"{self._parameter('SearchUrlPrefix')}{self._data.search.endpoint}",
                mail_sender=self._parameter("MailSender"),
                stream_letters=self._stream_letters,
                late_letters=self._late_letters,
                guide_schedules=self._guide_schedules,
            )
        )
        # Of its own, and only for those that embed: 75 MB that no other function has to load.
        local = self._settings.embedder.kind == "local"
        embedding = [self._layer("Embedding", self._artefacts.embedding)] if local else []
        return {
            name: self._function(name, plan, [*layers, *(embedding if plan.embeds else [])], known)
            for name, plan in plans(self._settings).items()
        }

    def _layer(self, construct_id: str, bundle: Bundle) -> lambda_.LayerVersion:
        return lambda_.LayerVersion(
            self,
            f"{construct_id}Layer",
            code=lambda_.Code.from_asset(str(bundle.path), asset_hash=bundle.digest),
            compatible_runtimes=[RUNTIME],
            compatible_architectures=[ARCHITECTURE],
        )

    def _function(
        self, name: str, plan: Plan, layers: Sequence[lambda_.ILayerVersion], known: Mapping[On, Resource]
    ) -> lambda_.Function:
        return Function(
            self,
            pascal(name),
            code=self._artefacts.functions[name],
            handler=plan.handler,
            description=plan.purpose,
            layers=layers,
            environment=self._environment(name, plan, known),
            statements=[
                statement for on, actions in plan.rights.items() for statement in known[on].statements(actions)
            ],
            timeout=plan.timeout,
            memory=plan.memory,
            retention=self._retention,
            tracing=self._settings.tracing,
            dead_letters=self._late_letters if plan.asynchronous else None,
        ).function

    def _environment(self, name: str, plan: Plan, known: Mapping[On, Resource]) -> dict[str, str]:
        drafter, reviewer, embedder = self._settings.drafter, self._settings.reviewer, self._settings.embedder
        chooser = self._settings.chooser
        further = {
            "PUBLIC_BASE_URL": self._base_url,
            "MAIL_SENDER": self._parameter("MailSender"),
            "APP_WEBHOOK_URL": self._parameter("AppWebhookUrl"),
            "SIGNATURE_EXPIRES_SECONDS": str(self._settings.timers.signature_open),
            "SIGNING_KEY_ID": self._data.signing_key.key_id,
            "DRAFTER": drafter.kind,
            "DRAFTER_MODEL": drafter.model,
            "DRAFTER_ENDPOINT": drafter.endpoint,
            "REVIEWER": reviewer.kind,
            "REVIEWER_MODEL": reviewer.model,
            "REVIEWER_ENDPOINT": reviewer.endpoint,
            "EMBEDDER": embedder.kind,
            "EMBEDDER_MODEL": embedder.model,
            "EMBEDDER_ENDPOINT": embedder.endpoint,
            "EMBEDDER_DIMENSIONS": str(embedder.dimensions),
            "CHOOSER": chooser.kind,
            "CHOOSER_MODEL": chooser.model,
            "CHOOSER_ENDPOINT": chooser.endpoint,
            "VAULT_KEY_ID": self._data.vault_key.key_id,
            "INTEROP": json.dumps({hospital: asdict(chosen) for hospital, chosen in self._settings.interop.items()}),
        }
        brought = {variable: value for on in plan.rights for variable, value in known[on].variables.items()}
        return {
            **brought,
            **{variable: further[variable] for variable in (*plan.variables, *(EMBEDDING if plan.embeds else ()))},
            "LOG_LEVEL": self._settings.log_level,
            "POWERTOOLS_SERVICE_NAME": name,
            "POWERTOOLS_METRICS_NAMESPACE": METRICS_NAMESPACE,
        }

    def _workflow(self, name: str, kind: sfn.StateMachineType) -> Workflow:
        timers = self._settings.timers
        return Workflow(
            self,
            pascal(name),
            name=workflow_name(self.stack_name, name),
            definition=ROOT / f"statemachines/{name}.asl.json",
            functions={function: built.function_arn for function, built in self._functions.items()},
            constants={
                "Partition": Aws.PARTITION,
                "EditingSeconds": str(timers.editing),
                "SignatureReminderSeconds": str(timers.signature_reminder),
                "SignatureEscalationSeconds": str(timers.signature_escalation),
                "SignatureExpirySeconds": str(timers.signature_expiry),
                "CorrectionSeconds": str(timers.correction),
            },
            kind=kind,
            retention=self._retention,
            tracing=self._settings.tracing,
        )

    def _serve(self) -> None:
        self._api.serve(
            self._artefacts.routes,
            self._functions["api"],
            clients=self._api.client_authorizer(self._functions["authorize_client"]),
            staff=self._staff_authorizer(),
        )
        for hospital in self._settings.hospitals:
            self._api.add_client(hospital)

    def _staff_authorizer(self) -> apigateway.IAuthorizer:
        if self._data.staff:
            return self._api.staff_authorizer(self._data.staff.pool)
        own = lambda_.Function.from_function_attributes(
            self, "OwnStaffAuthorizer", function_arn=self._settings.staff_authorizer_arn, same_environment=True
        )
        return self._api.own_staff_authorizer(own)

    def _consume(self, name: str) -> None:
        consume_stream(
            self._functions[name],
            "EventLog",
            stream_arn=self._data.event_log.table_stream_arn or "",
            dead_letters=self._stream_letters,
        )

    def _add_schedules(self) -> None:
        self._schedule("Seal", "seal_log", SEAL_AT)
        self._schedule("Reconcile", "reconcile_workflows", events.Schedule.rate(RECONCILE_EVERY))
        self._schedule("Remind", "remind_staff", events.Schedule.rate(REMIND_EVERY))
        self._schedule("Erase", "erase_conversations", ERASE_AT)

    def _schedule(self, construct_id: str, name: str, schedule: events.Schedule) -> None:
        """Call a function on a schedule; what fails twice lands among the dead letters."""
        function = self._functions[name]
        events.Rule(
            self,
            construct_id,
            description=plans(self._settings)[name].purpose,
            schedule=schedule,
            targets=[targets.LambdaFunction(function, dead_letter_queue=self._late_letters, retry_attempts=2)],
        )

    def _add_failure_notices(self) -> None:
        """Only Standard workflows report to EventBridge; the Express one has its alarm on ExecutionsFailed."""
        machines = [self._workflows[name].machine for name, kind in WORKFLOWS.items() if kind == STANDARD]
        events.Rule(
            self,
            "ProductionFailed",
            description="A piece's or a recall's workflow ended without an end of its own",
            event_pattern=events.EventPattern(
                source=["aws.states"],
                detail_type=["Step Functions Execution Status Change"],
                detail={
                    "status": ["FAILED", "TIMED_OUT", "ABORTED"],
                    "stateMachineArn": [each.state_machine_arn for each in machines],
                },
            ),
            targets=[targets.SnsTopic(self._operations.topic, dead_letter_queue=self._late_letters)],
        )

    def _watches(self) -> list[Watch]:
        letters = {"StreamDeadLetters": self._stream_letters, "LateDeadLetters": self._late_letters}
        machines = {name: workflow.machine for name, workflow in self._workflows.items()}
        return [
            *on_dead_letters(letters),
            *on_runs(machines),
            *on_lag({name: self._functions[name] for name in CONSUMERS}),
            *on_errors(self._functions),
            *on_pushes(["dispatch_events"]),
            *on_parked(CONSUMERS),
            *on_answers(self._api.api),
            *on_roots("seal_log"),
        ]

    def _add_outputs(self) -> None:
        outputs = {
            "SearchEndpoint": f"{self._parameter('SearchUrlPrefix')}{self._data.search.endpoint}",
            "ContentProductionArn": self._workflows["content_production"].machine.state_machine_arn,
            "GuideDeliveryArn": self._workflows["guide_delivery"].machine.state_machine_arn,
            "ContentRecallArn": self._workflows["content_recall"].machine.state_machine_arn,
            "Embedder": self._settings.embedder.kind,
            "RestApiId": self._api.api.rest_api_id,
            "RestApiStage": self._settings.stage,
            "StreamDeadLetterQueueUrl": self._stream_letters.queue_url,
            "PublicBaseUrl": self._base_url,
            "GuideSchedules": self._guide_schedules.name,
            "GuideSchedulesRoleArn": self._guide_schedules.role.role_arn,
        }
        for name, value in outputs.items():
            CfnOutput(self, f"{name}Output", value=value).override_logical_id(name)


def retention_days(days: int) -> logs.RetentionDays:
    """The shortest retention CloudWatch offers that keeps `days` or more."""
    offered = {
        365: logs.RetentionDays.ONE_YEAR,
        731: logs.RetentionDays.TWO_YEARS,
        1096: logs.RetentionDays.THREE_YEARS,
        1827: logs.RetentionDays.FIVE_YEARS,
        3653: logs.RetentionDays.TEN_YEARS,
    }
    return next((choice for limit, choice in offered.items() if limit >= days), logs.RetentionDays.INFINITE)
