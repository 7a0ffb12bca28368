"""What tells a person that something is wrong: one encrypted topic, alarms that name the trouble, one dashboard."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns
from aws_cdk.aws_cloudwatch_actions import SnsAction
from constructs import Construct

if TYPE_CHECKING:
    from collections.abc import Sequence

FIVE_MINUTES = Duration.minutes(5)
WIDGETS_IN_A_ROW = 3


class Operations(Construct):
    """Subscribe people or pagers to `topic`."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        """Declare the topic; alarms and widgets are added by who knows the metrics."""
        super().__init__(scope, construct_id)
        self.topic = sns.Topic(self, "Topic", master_key=self._key(), enforce_ssl=True)
        self.topic.add_to_resource_policy(
            iam.PolicyStatement(
                principals=[iam.ServicePrincipal("cloudwatch.amazonaws.com")],
                actions=["sns:Publish"],
                resources=[self.topic.topic_arn],
            )
        )
        self._alarms: list[cloudwatch.Alarm] = []

    def _key(self) -> kms.Key:
        """A key of its own: the managed one of SNS cannot be opened to CloudWatch and EventBridge."""
        key = kms.Key(
            self,
            "Key",
            description="Encrypts Narrowcast's notices to operators",
            enable_key_rotation=True,
            removal_policy=RemovalPolicy.RETAIN,
        )
        for service in ("cloudwatch", "events"):
            key.grant_encrypt_decrypt(iam.ServicePrincipal(f"{service}.amazonaws.com"))
        return key

    def alarm(self, construct_id: str, metric: cloudwatch.IMetric, *, threshold: float, description: str) -> None:
        """Tell the topic when `metric` reaches `threshold` in five minutes; no data means no trouble."""
        alarm = cloudwatch.Alarm(
            self,
            construct_id,
            metric=metric,
            threshold=threshold,
            evaluation_periods=1,
            comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
            alarm_description=description,
        )
        alarm.add_alarm_action(SnsAction(self.topic))
        self._alarms.append(alarm)

    def dashboard(self, graphs: Sequence[tuple[str, Sequence[cloudwatch.IMetric]]]) -> None:
        """All alarms on top, then the graphs, three in a row."""
        board = cloudwatch.Dashboard(self, "Dashboard", default_interval=Duration.hours(24))
        board.add_widgets(cloudwatch.AlarmStatusWidget(title="Alarms", alarms=self._alarms, width=24, height=4))
        widgets = [
            cloudwatch.GraphWidget(title=title, left=list(metrics), width=24 // WIDGETS_IN_A_ROW)
            for title, metrics in graphs
        ]
        for start in range(0, len(widgets), WIDGETS_IN_A_ROW):
            board.add_widgets(*widgets[start : start + WIDGETS_IN_A_ROW])
