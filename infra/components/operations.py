"""What tells a person that something is wrong: one encrypted topic, alarms that name the trouble, one dashboard."""

from __future__ import annotations

from dataclasses import dataclass
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
ONE_DAY = Duration.days(1)
COLUMNS = 24
GRAPH_WIDTH = 8


@dataclass(frozen=True, kw_only=True)
class Watch:
    """A metric that is trouble once it reaches `threshold` in a period; `graph` is where the dashboard draws it.

    With `silence`, it is trouble that the metric stays below the threshold, or away, for so many periods.
    """

    name: str
    metric: cloudwatch.Metric
    trouble: str
    graph: str
    threshold: float = 1
    silence: int = 0


class Operations(Construct):
    """Subscribe people or pagers to `topic`."""

    def __init__(self, scope: Construct, construct_id: str, *, watches: Sequence[Watch]) -> None:
        """Declare the topic, an alarm per watch and the dashboard of all."""
        super().__init__(scope, construct_id)
        self.topic = self._topic()
        alarms = [self._alarm(watch) for watch in watches]
        board = cloudwatch.Dashboard(self, "Dashboard", default_interval=Duration.hours(24))
        board.add_widgets(cloudwatch.AlarmStatusWidget(title="Alarms", alarms=alarms, width=COLUMNS, height=4))
        board.add_widgets(*_graphs(watches))

    def _topic(self) -> sns.Topic:
        topic = sns.Topic(self, "Topic", master_key=self._key(), enforce_ssl=True)
        topic.grant_publish(iam.ServicePrincipal("cloudwatch.amazonaws.com"))
        return topic

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

    def _alarm(self, watch: Watch) -> cloudwatch.Alarm:
        """No data means no trouble, unless data is what is waited for."""
        compared = cloudwatch.ComparisonOperator
        missing = cloudwatch.TreatMissingData
        alarm = cloudwatch.Alarm(
            self,
            watch.name,
            metric=watch.metric,
            threshold=watch.threshold,
            evaluation_periods=watch.silence or 1,
            comparison_operator=(
                compared.LESS_THAN_THRESHOLD if watch.silence else compared.GREATER_THAN_OR_EQUAL_TO_THRESHOLD
            ),
            treat_missing_data=missing.BREACHING if watch.silence else missing.NOT_BREACHING,
            alarm_description=watch.trouble,
        )
        alarm.add_alarm_action(SnsAction(self.topic))
        return alarm


def _graphs(watches: Sequence[Watch]) -> list[cloudwatch.GraphWidget]:
    """One graph per title, in the order the titles first appear."""
    return [
        cloudwatch.GraphWidget(
            title=title, left=[watch.metric for watch in watches if watch.graph == title], width=GRAPH_WIDTH
        )
        for title in dict.fromkeys(watch.graph for watch in watches)
    ]
