"""What a process of the product needs of the emulated AWS, made by hand: tables, keys, secrets, machines."""

from __future__ import annotations

import json
from itertools import count
from typing import Any

from tests.support.emulator import CREDENTIALS, Emulator
from tests.support.log_tables import new_log_table, new_snapshot_table

_NUMBERS = count(1)
_SENDER = "narrowcast@hospital.example"
_ROLE = "arn:aws:iam::000000000000:role/any"
TABLES = {
    "READ_TABLE": ("pk", "sk"),
    "LINKS_TABLE": ("link",),
    "TASKS_TABLE": ("task",),
    "EFFECTS_TABLE": ("effect",),
    "VAULT_TABLE": ("subject",),
    "KEYS_TABLE": ("subject",),
    "PARKED_TABLE": ("parked",),
}


def surroundings(aws: Emulator) -> dict[str, str]:
    """Return the environment of a process that may use everything here."""
    return {
        **CREDENTIALS,
        "AWS_REGION": aws.region,
        "AWS_ENDPOINT_URL": aws.endpoint_url,
        "POWERTOOLS_SERVICE_NAME": "proof",
        "POWERTOOLS_METRICS_NAMESPACE": "Narrowcast",
        "LOG_LEVEL": "WARNING",
        "EVENT_LOG_TABLE": new_log_table(aws),
        "SNAPSHOT_TABLE": new_snapshot_table(aws),
        **{variable: _table(aws, keys) for variable, keys in TABLES.items()},
    }


def outside(aws: Emulator, app_url: str) -> dict[str, str]:
    """Return what else a process needs that starts and answers workflows and sends messages."""
    aws.client("ses").verify_email_identity(EmailAddress=_SENDER)
    secret = aws.client("secretsmanager").create_secret(Name=f"proof-{next(_NUMBERS)}", SecretString="s" * 32)["ARN"]
    return {
        "VAULT_KEY_ID": aws.client("kms").create_key()["KeyMetadata"]["KeyId"],
        "LINK_SECRET_ARN": secret,
        "APP_WEBHOOK_SECRET_ARN": secret,
        "APP_WEBHOOK_URL": app_url,
        "MAIL_SENDER": _SENDER,
        "PUBLIC_BASE_URL": "https://narrowcast.example",
        "CONTENT_PRODUCTION_ARN": _machine(aws, {"Type": "Pass", "End": True}),
        "GUIDE_DELIVERY_ARN": _machine(aws, {"Type": "Pass", "End": True}),
        "ASSET_BUCKET": "proof",
        "PSEUDONYM_SECRET_ARN": secret,
        "GUIDE_SCHEDULES": "default",
        "GUIDE_SCHEDULES_ROLE_ARN": _ROLE,
    }


class WaitingRoom:
    """A state machine whose executions put their task token on a queue and wait to be answered."""

    def __init__(self, aws: Emulator) -> None:
        self._states, self._sqs = aws.client("stepfunctions"), aws.client("sqs")
        self._queue = self._sqs.create_queue(QueueName=f"proof-{next(_NUMBERS)}")["QueueUrl"]
        wait = {
            "Type": "Task",
            "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
            "Parameters": {"QueueUrl": self._queue, "MessageBody": {"token.$": "$$.Task.Token"}},
            "End": True,
        }
        self.machine = _machine(aws, wait)

    def wait(self, name: str) -> str:
        """Start an execution; return the token that it waits with."""
        self._states.start_execution(stateMachineArn=self.machine, name=name)
        [message] = self._sqs.receive_message(QueueUrl=self._queue, WaitTimeSeconds=5)["Messages"]
        self._sqs.delete_message(QueueUrl=self._queue, ReceiptHandle=message["ReceiptHandle"])
        token: str = json.loads(message["Body"])["token"]
        return token

    def heard(self, name: str) -> str:
        """Return what the execution was answered; its status if nothing yet."""
        arn = f"{self.machine.replace(':stateMachine:', ':execution:')}:{name}"
        execution = self._states.describe_execution(executionArn=arn)
        return str(execution.get("output") or execution["status"])


def executions(aws: Emulator, machine: str) -> list[str]:
    """Return the names of a machine's executions."""
    pages = aws.client("stepfunctions").get_paginator("list_executions").paginate(stateMachineArn=machine)
    return [execution["name"] for page in pages for execution in page["executions"]]


def _machine(aws: Emulator, state: dict[str, Any]) -> str:
    definition = json.dumps({"StartAt": "Only", "States": {"Only": state}})
    made = aws.client("stepfunctions").create_state_machine(
        name=f"proof-{next(_NUMBERS)}", definition=definition, roleArn=_ROLE
    )
    arn: str = made["stateMachineArn"]
    return arn


def _table(aws: Emulator, keys: tuple[str, ...]) -> str:
    name, kinds = f"proof-{next(_NUMBERS)}", ("HASH", "RANGE")
    client: Any = aws.client("dynamodb")
    client.create_table(
        TableName=name,
        AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"} for key in keys],
        KeySchema=[{"AttributeName": key, "KeyType": kind} for key, kind in zip(keys, kinds, strict=False)],
        BillingMode="PAY_PER_REQUEST",
    )
    return name
