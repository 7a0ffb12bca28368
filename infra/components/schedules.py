"""One-time schedules of a workflow: the group they stand in, and the role with which the service starts it."""

from __future__ import annotations

from aws_cdk import ArnFormat, Aws, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_scheduler as scheduler
from constructs import Construct


class Schedules(Construct):
    """A function makes the schedules at run time; each is deleted by the service once it has fired."""

    def __init__(self, scope: Construct, construct_id: str, *, name: str, machine_arn: str) -> None:
        """Declare the group `name` and a role that may start the machine and nothing else."""
        super().__init__(scope, construct_id)
        stack = Stack.of(self)
        scheduler.CfnScheduleGroup(self, "Group", name=name)
        self.name = name
        self.arn_of_all = stack.format_arn(
            service="scheduler",
            resource="schedule",
            resource_name=f"{name}/*",
            arn_format=ArnFormat.SLASH_RESOURCE_NAME,
        )
        self.role = iam.Role(
            self,
            "Role",
            assumed_by=iam.ServicePrincipal(
                "scheduler.amazonaws.com", conditions={"StringEquals": {"aws:SourceAccount": Aws.ACCOUNT_ID}}
            ),
        )
        self.role.add_to_policy(iam.PolicyStatement(actions=["states:StartExecution"], resources=[machine_arn]))
