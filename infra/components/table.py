"""A DynamoDB table that outlives its stack: on demand, encrypted, safe from deletion, as a rule recoverable."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import RemovalPolicy
from aws_cdk import aws_dynamodb as dynamodb

if TYPE_CHECKING:
    from aws_cdk import aws_kms as kms
    from constructs import Construct


def protected_table(
    scope: Construct,
    construct_id: str,
    *,
    key: kms.IKey,
    partition: str,
    sort: dynamodb.Attribute | None = None,
    expires: str | None = None,
    stream: dynamodb.StreamViewType | None = None,
    recoverable: bool = True,
) -> dynamodb.Table:
    """A table keyed by the string `partition`; items leave after the second named by `expires`, if given.

    A table that is not `recoverable` to any second of 35 days truly loses what is overwritten in it.
    """
    return dynamodb.Table(
        scope,
        construct_id,
        partition_key=text(partition),
        sort_key=sort,
        time_to_live_attribute=expires,
        stream=stream,
        billing_mode=dynamodb.BillingMode.PAY_PER_REQUEST,
        encryption=dynamodb.TableEncryption.CUSTOMER_MANAGED,
        encryption_key=key,
        point_in_time_recovery_specification=dynamodb.PointInTimeRecoverySpecification(
            point_in_time_recovery_enabled=recoverable
        ),
        deletion_protection=True,
        removal_policy=RemovalPolicy.RETAIN,
    )


def text(name: str) -> dynamodb.Attribute:
    """A string attribute."""
    return dynamodb.Attribute(name=name, type=dynamodb.AttributeType.STRING)


def number(name: str) -> dynamodb.Attribute:
    """A number attribute."""
    return dynamodb.Attribute(name=name, type=dynamodb.AttributeType.NUMBER)
