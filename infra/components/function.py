"""A Python function with its own role, its own log group and nothing it was not given."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from infra.bundling import PYTHON

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from aws_cdk import aws_sqs as sqs

    from infra.bundling import Bundle

# The runtime that compiled the layers' bytecode.
RUNTIME = lambda_.Runtime(f"python{PYTHON}", lambda_.RuntimeFamily.PYTHON)
ARCHITECTURE = lambda_.Architecture.X86_64


class Function(Construct):
    """`timeout` in seconds, `memory` in MB; `statements` are all the rights it has besides writing its own log."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        code: Bundle,
        handler: str,
        description: str,
        layers: Sequence[lambda_.ILayerVersion],
        environment: Mapping[str, str],
        statements: Sequence[iam.PolicyStatement],
        timeout: int,
        memory: int,
        retention: logs.RetentionDays,
        tracing: bool = False,
        dead_letters: sqs.IQueue | None = None,
    ) -> None:
        """Declare the function; a dead-letter queue belongs to one that is invoked asynchronously."""
        super().__init__(scope, construct_id)
        self.log_group = logs.LogGroup(self, "Log", retention=retention, removal_policy=RemovalPolicy.RETAIN)
        self.role = self._role(statements)
        self.function = lambda_.Function(
            self,
            "Function",
            code=lambda_.Code.from_asset(str(code.path), asset_hash=code.digest),
            handler=handler,
            description=description,
            runtime=RUNTIME,
            architecture=ARCHITECTURE,
            layers=list(layers),
            environment=dict(environment),
            role=self.role,
            log_group=self.log_group,
            timeout=Duration.seconds(timeout),
            memory_size=memory,
            tracing=lambda_.Tracing.ACTIVE if tracing else lambda_.Tracing.DISABLED,
        )
        if dead_letters:
            self._park_failed_calls(dead_letters)

    def _park_failed_calls(self, dead_letters: sqs.IQueue) -> None:
        """Set on the resource itself: the construct's own property would add a right behind the caller's back."""
        resource = cast("lambda_.CfnFunction", self.function.node.default_child)
        resource.dead_letter_config = lambda_.CfnFunction.DeadLetterConfigProperty(target_arn=dead_letters.queue_arn)

    def _role(self, statements: Sequence[iam.PolicyStatement]) -> iam.Role:
        role = iam.Role(self, "Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
        write_log = iam.PolicyStatement(
            actions=["logs:CreateLogStream", "logs:PutLogEvents"], resources=[self.log_group.log_group_arn]
        )
        for statement in (write_log, *statements):
            role.add_to_policy(statement)
        return role
