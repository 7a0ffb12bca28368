"""The search index of published content.

It holds signed text and codes only, no person, and can be rebuilt from the log. Its policy names the account and
leaves the rest to IAM: a signed request of a role that has the right, which only the service stack's roles are given.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import CfnDeletionPolicy
from aws_cdk import aws_iam as iam
from aws_cdk import aws_opensearchservice as opensearch
from constructs import Construct

if TYPE_CHECKING:
    from infra.settings import Search

ENGINE = "OpenSearch_2.19"


class SearchDomain(Construct):
    """One OpenSearch domain; `endpoint` is a host without a scheme."""

    def __init__(self, scope: Construct, construct_id: str, *, size: Search) -> None:
        """Declare the domain."""
        super().__init__(scope, construct_id)
        domain = opensearch.CfnDomain(
            self,
            "Domain",
            engine_version=ENGINE,
            access_policies=iam.PolicyDocument(statements=[_left_to_iam()]),
            cluster_config=_cluster(size),
            ebs_options=opensearch.CfnDomain.EBSOptionsProperty(
                ebs_enabled=True, volume_size=size.volume_gib, volume_type="gp3"
            ),
            encryption_at_rest_options=opensearch.CfnDomain.EncryptionAtRestOptionsProperty(enabled=True),
            node_to_node_encryption_options=opensearch.CfnDomain.NodeToNodeEncryptionOptionsProperty(enabled=True),
            domain_endpoint_options=opensearch.CfnDomain.DomainEndpointOptionsProperty(
                enforce_https=True, tls_security_policy="Policy-Min-TLS-1-2-PFS-2023-10"
            ),
        )
        domain.cfn_options.deletion_policy = CfnDeletionPolicy.RETAIN
        domain.cfn_options.update_replace_policy = CfnDeletionPolicy.RETAIN
        self.arn = domain.attr_arn
        self.endpoint = domain.attr_domain_endpoint


def _left_to_iam() -> iam.PolicyStatement:
    """In a domain's own policy `*` is the domain; its ARN would refer to itself."""
    return iam.PolicyStatement(principals=[iam.AccountRootPrincipal()], actions=["es:ESHttp*"], resources=["*"])


def _cluster(size: Search) -> opensearch.CfnDomain.ClusterConfigProperty:
    """Two instances or more are spread over two zones."""
    spread = size.instances > 1
    return opensearch.CfnDomain.ClusterConfigProperty(
        instance_type=size.instance_type,
        instance_count=size.instances,
        zone_awareness_enabled=spread,
        zone_awareness_config=opensearch.CfnDomain.ZoneAwarenessConfigProperty(availability_zone_count=2)
        if spread
        else None,
    )
