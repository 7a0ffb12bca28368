"""Where everything is that a function can be given rights on, and which variables tell a function of it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aws_cdk import ArnFormat, Aws, Stack

from infra.components.resource import Resource
from infra.naming import workflow_name
from infra.stacks.data import REFUSED
from infra.stacks.functions import On

if TYPE_CHECKING:
    from aws_cdk import aws_sqs as sqs

    from infra.components.schedules import Schedules
    from infra.settings import Settings
    from infra.stacks.data import DataStack

INDEX = "content"
INDEX_PATHS = "the paths below one alias and its numbered indices; a rebuild makes the next one"
REFUSED_OBJECTS = "object names are made at run time, under one prefix"
CODE_MAPS = "codes/"
CODE_MAP_OBJECTS = "one object for each hospital, under one prefix"
ROOT_OBJECTS = "a root's name is its hospital and number; the bucket holds nothing else"
NO_TOPIC_IN_SMS = "an SMS is published to a phone number, which is no AWS resource; topics are denied"
SCHEDULE_NAMES = "a schedule is named at run time after its visit, in one group"
NO_STREAM_IN_LIST = "dynamodb:ListStreams knows no resource"


@dataclass(frozen=True, kw_only=True)
class Places:
    """What the service stack knows that the registry needs."""

    stack: Stack
    data: DataStack
    settings: Settings
    search_endpoint: str
    mail_sender: str
    stream_letters: sqs.IQueue
    late_letters: sqs.IQueue
    guide_schedules: Schedules


def resources(places: Places) -> dict[On, Resource]:
    """Every resource by its name on the page of rights."""
    return {
        **_tables(places.data),
        **_keys_and_secrets(places.data, places.settings),
        **_channels(places),
        **_workflows(places.stack),
        **_schedules(places.guide_schedules),
        **_staff(places.data),
    }


def workflow_arn(stack: Stack, workflow: str) -> str:
    """A state machine's ARN from its name: the machine's own reference would close a circle with its functions."""
    return stack.format_arn(
        service="states",
        resource="stateMachine",
        resource_name=workflow_name(stack.stack_name, workflow),
        arn_format=ArnFormat.COLON_RESOURCE_NAME,
    )


def _tables(data: DataStack) -> dict[On, Resource]:
    tables = {
        On.EVENT_LOG: ("EVENT_LOG_TABLE", data.event_log),
        On.SNAPSHOTS: ("SNAPSHOT_TABLE", data.snapshots),
        On.READ_TABLE: ("READ_TABLE", data.read_table),
        On.LINKS: ("LINKS_TABLE", data.links),
        On.TASKS: ("TASKS_TABLE", data.tasks),
        On.EFFECTS: ("EFFECTS_TABLE", data.effects),
        On.PARKED: ("PARKED_TABLE", data.parked),
        On.VAULT: ("VAULT_TABLE", data.vault),
        On.KEYS: ("KEYS_TABLE", data.keys),
        On.REFUSALS: ("REFUSALS_TABLE", data.refusals),
    }
    stream = data.event_log.table_stream_arn or ""
    return {
        **{
            name: Resource(service="dynamodb", arns=(table.table_arn,), variables={variable: table.table_name})
            for name, (variable, table) in tables.items()
        },
        On.EVENT_STREAM: Resource(service="dynamodb", arns=(stream,)),
        On.EVENT_STREAM_LIST: Resource(service="dynamodb", arns=("*",), wildcard_reason=NO_STREAM_IN_LIST),
    }


def _keys_and_secrets(data: DataStack, settings: Settings) -> dict[On, Resource]:
    keys = {
        On.SIGNING_KEY: ("SIGNING_KEY_ID", data.signing_key),
        On.SEAL_KEY: ("SEAL_KEY_ID", data.seal_key),
        On.VAULT_KEY: ("VAULT_KEY_ID", data.vault_key),
    }
    secrets = {
        On.LINK_SECRET: ("LINK_SECRET_ARN", data.link_secret.secret_arn),
        On.PSEUDONYM_SECRET: ("PSEUDONYM_SECRET_ARN", data.pseudonym_secret.secret_arn),
        On.WEBHOOK_SECRET: ("APP_WEBHOOK_SECRET_ARN", data.webhook_secret.secret_arn),
        On.DRAFTER_SECRET: ("DRAFTER_SECRET_ARN", settings.drafter.secret_arn),
        On.REVIEWER_SECRET: ("REVIEWER_SECRET_ARN", settings.reviewer.secret_arn),
        On.EMBEDDER_SECRET: ("EMBEDDER_SECRET_ARN", settings.embedder.secret_arn),
        On.CHOOSER_SECRET: ("CHOOSER_SECRET_ARN", settings.chooser.secret_arn),
    }
    wechat = {"WECHAT": json.dumps(dict(settings.wechat))}
    return {
        On.WECHAT_SECRETS: Resource(service="secretsmanager", arns=tuple(settings.wechat.values()), variables=wechat),
        **{
            name: Resource(service="kms", arns=(key.key_arn,), variables={variable: key.key_id})
            for name, (variable, key) in keys.items()
        },
        **{
            name: Resource(service="secretsmanager", arns=(arn,), variables={variable: arn})
            for name, (variable, arn) in secrets.items()
        },
    }


def _channels(places: Places) -> dict[On, Resource]:
    stack, data = places.stack, places.data
    return {
        On.SEARCH: Resource(
            service="es",
            arns=(
                f"{data.search.arn}/{INDEX}/*",
                f"{data.search.arn}/{INDEX}-*",
                # What the engine has for Chinese and for vectors, asked before an index is made.
                f"{data.search.arn}/_analyze",
                f"{data.search.arn}/_cat/plugins",
            ),
            variables={"SEARCH_ENDPOINT": places.search_endpoint},
            wildcard_reason=INDEX_PATHS,
        ),
        On.REFUSED_BODIES: Resource(
            service="s3",
            arns=(data.assets.arn_for_objects(f"{REFUSED}*"),),
            variables={"ASSET_BUCKET": data.assets.bucket_name},
            wildcard_reason=REFUSED_OBJECTS,
        ),
        On.REFUSED_LIST: Resource(service="s3", arns=(data.assets.bucket_arn,)),
        On.CODE_MAPS: Resource(
            service="s3",
            arns=(data.assets.arn_for_objects(f"{CODE_MAPS}*"),),
            variables={"ASSET_BUCKET": data.assets.bucket_name},
            wildcard_reason=CODE_MAP_OBJECTS,
        ),
        On.ROOTS: Resource(
            service="s3",
            arns=(data.roots.arn_for_objects("*"),),
            variables={"ROOT_BUCKET": data.roots.bucket_name},
            wildcard_reason=ROOT_OBJECTS,
        ),
        On.ROOT_LIST: Resource(service="s3", arns=(data.roots.bucket_arn,)),
        On.MAIL: Resource(
            service="ses",
            arns=(stack.format_arn(service="ses", resource="identity", resource_name=places.mail_sender),),
        ),
        On.SMS: Resource(
            service="sns",
            arns=("*",),
            wildcard_reason=NO_TOPIC_IN_SMS,
            spare_arns=(f"arn:{Aws.PARTITION}:sns:*:*:*",),
        ),
        On.DRAFTER_MODEL: _foundation_model(stack, places.settings.drafter.model),
        On.REVIEWER_MODEL: _foundation_model(stack, places.settings.reviewer.model),
        On.EMBEDDER_MODEL: _foundation_model(stack, places.settings.embedder.model),
        On.CHOOSER_MODEL: _foundation_model(stack, places.settings.chooser.model),
        On.API_KEYS: Resource(
            service="apigateway",
            arns=(stack.format_arn(service="apigateway", account="", resource="/apikeys"),),
        ),
        On.STREAM_LETTERS: Resource(service="sqs", arns=(places.stream_letters.queue_arn,)),
        On.LATE_LETTERS: Resource(service="sqs", arns=(places.late_letters.queue_arn,)),
    }


def _staff(data: DataStack) -> dict[On, Resource]:
    if data.staff is None:
        return {}
    pool, client = data.staff.pool, data.staff.client
    variables = {"USER_POOL_ID": pool.user_pool_id, "USER_POOL_CLIENT_ID": client.user_pool_client_id}
    return {On.STAFF_POOL: Resource(service="cognito-idp", arns=(pool.user_pool_arn,), variables=variables)}


def _foundation_model(stack: Stack, model: str) -> Resource:
    arn = stack.format_arn(service="bedrock", account="", resource="foundation-model", resource_name=model)
    return Resource(service="bedrock", arns=(arn,))


def _workflows(stack: Stack) -> dict[On, Resource]:
    production, delivery = workflow_arn(stack, "content_production"), workflow_arn(stack, "guide_delivery")
    recall = workflow_arn(stack, "content_recall")
    return {
        On.CONTENT_PRODUCTION: Resource(
            service="states", arns=(production,), variables={"CONTENT_PRODUCTION_ARN": production}
        ),
        On.GUIDE_DELIVERY: Resource(service="states", arns=(delivery,), variables={"GUIDE_DELIVERY_ARN": delivery}),
        On.CONTENT_RECALL: Resource(service="states", arns=(recall,), variables={"CONTENT_RECALL_ARN": recall}),
    }


def _schedules(schedules: Schedules) -> dict[On, Resource]:
    return {
        On.GUIDE_SCHEDULES: Resource(
            service="scheduler",
            arns=(schedules.arn_of_all,),
            variables={"GUIDE_SCHEDULES": schedules.name},
            wildcard_reason=SCHEDULE_NAMES,
        ),
        On.GUIDE_SCHEDULES_ROLE: Resource(
            service="iam",
            arns=(schedules.role.role_arn,),
            variables={"GUIDE_SCHEDULES_ROLE_ARN": schedules.role.role_arn},
        ),
    }
