"""A state machine from its file: definitions are written as ASL, never assembled in code."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from aws_cdk import RemovalPolicy
from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from infra.naming import function_arn_substitution

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

SUBSTITUTION = re.compile(r"\$\{(\w+)\}")


class Workflow(Construct):
    """Logs keep every step but no input or output: they carry task tokens."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        name: str,
        definition: Path,
        functions: Mapping[str, str],
        constants: Mapping[str, str],
        kind: sfn.StateMachineType,
        retention: logs.RetentionDays,
        tracing: bool,
    ) -> None:
        """Declare the machine; of `functions` (ARNs by folder name) it may invoke those its definition names."""
        super().__init__(scope, construct_id)
        text = definition.read_text()
        named = set(SUBSTITUTION.findall(text))
        invoked = {function_arn_substitution(function): arn for function, arn in functions.items()}
        invoked = {substitution: arn for substitution, arn in invoked.items() if substitution in named}
        self.log_group = logs.LogGroup(self, "Log", retention=retention, removal_policy=RemovalPolicy.RETAIN)
        self.machine = sfn.StateMachine(
            self,
            "Machine",
            state_machine_name=name,
            state_machine_type=kind,
            definition_body=sfn.DefinitionBody.from_string(text),
            definition_substitutions={**invoked, **{key: constants[key] for key in constants if key in named}},
            tracing_enabled=tracing,
            logs=sfn.LogOptions(destination=self.log_group, level=sfn.LogLevel.ALL, include_execution_data=False),
        )
        self.machine.add_to_role_policy(
            iam.PolicyStatement(actions=["lambda:InvokeFunction"], resources=list(invoked.values()))
        )
