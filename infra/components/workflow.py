"""A state machine from its file: definitions are written as ASL, never assembled in code."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import RemovalPolicy
from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path


class Workflow(Construct):
    """`functions` are the ARNs it may invoke. Logs keep every step but no input or output: they carry task tokens."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        name: str,
        definition: Path,
        substitutions: Mapping[str, str],
        functions: Sequence[str],
        kind: sfn.StateMachineType,
        retention: logs.RetentionDays,
        tracing: bool,
    ) -> None:
        """Declare the machine, its log group and its right to invoke its functions."""
        super().__init__(scope, construct_id)
        self.log_group = logs.LogGroup(self, "Log", retention=retention, removal_policy=RemovalPolicy.RETAIN)
        self.machine = sfn.StateMachine(
            self,
            "Machine",
            state_machine_name=name,
            state_machine_type=kind,
            definition_body=sfn.DefinitionBody.from_string(definition.read_text()),
            definition_substitutions=dict(substitutions),
            tracing_enabled=tracing,
            logs=sfn.LogOptions(destination=self.log_group, level=sfn.LogLevel.ALL, include_execution_data=False),
        )
        self.machine.add_to_role_policy(
            iam.PolicyStatement(actions=["lambda:InvokeFunction"], resources=list(functions))
        )
