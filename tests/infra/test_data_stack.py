"""What is kept: encrypted, recoverable, and not lost with a stack."""

from __future__ import annotations

import pytest
from aws_cdk import App, Stack
from aws_cdk.assertions import Template as Assertions

from infra.components.search_domain import SearchDomain
from tests.support.templates import Template, settings

KEYS = {
    "EventLogTable": [("stream", "S"), ("version", "N")],
    "SnapshotTable": [("stream", "S")],
    "ReadTable": [("pk", "S"), ("sk", "S")],
    "LinksTable": [("link", "S")],
    "TasksTable": [("task", "S")],
    "EffectsTable": [("effect", "S")],
    "ParkedTable": [("parked", "S")],
    "VaultTable": [("subject", "S")],
    "KeysTable": [("subject", "S")],
    "RefusalsTable": [("hospital", "S"), ("refused", "S")],
}
FORGETTING = {"LinksTable", "TasksTable", "EffectsTable", "ParkedTable"}
OUTPUTS = {
    *KEYS,
    *("RootBucket", "SealKeyId"),
    *("AssetBucket", "SigningKeyId", "VaultKeyId", "LinkSecretArn", "PseudonymSecretArn", "AppWebhookSecretArn"),
    *("UserPoolId", "UserPoolClientId"),
}


@pytest.mark.parametrize("table", KEYS)
def test_a_table_has_the_keys_its_adapter_expects(data: Template, table: str) -> None:
    properties = data.starting_with("AWS::DynamoDB::Table", table)["Properties"]
    types = {entry["AttributeName"]: entry["AttributeType"] for entry in properties["AttributeDefinitions"]}

    assert [(key["AttributeName"], types[key["AttributeName"]]) for key in properties["KeySchema"]] == KEYS[table]


@pytest.mark.parametrize("table", KEYS)
def test_a_table_is_encrypted_and_protected(data: Template, table: str) -> None:
    entry = data.starting_with("AWS::DynamoDB::Table", table)
    properties = entry["Properties"]

    assert entry["DeletionPolicy"] == entry["UpdateReplacePolicy"] == "Retain"
    assert properties["DeletionProtectionEnabled"]
    assert properties["SSESpecification"]["KMSMasterKeyId"]["Fn::GetAtt"][0].startswith("DataKey")
    assert properties["BillingMode"] == "PAY_PER_REQUEST"


def test_every_second_can_be_recovered_but_of_the_keys_that_are_destroyed_to_forget(data: Template) -> None:
    for table in KEYS:
        properties = data.starting_with("AWS::DynamoDB::Table", table)["Properties"]
        recovery = {"PointInTimeRecoveryEnabled": table != "KeysTable"}

        assert properties["PointInTimeRecoverySpecification"] == recovery, table


def test_the_event_log_tells_what_was_appended_and_forgets_nothing(data: Template) -> None:
    properties = data.starting_with("AWS::DynamoDB::Table", "EventLogTable")["Properties"]

    assert properties["StreamSpecification"] == {"StreamViewType": "NEW_IMAGE"}
    assert "TimeToLiveSpecification" not in properties


def test_only_what_may_be_forgotten_expires(data: Template) -> None:
    expiring = {
        table
        for table in KEYS
        if "TimeToLiveSpecification" in data.starting_with("AWS::DynamoDB::Table", table)["Properties"]
    }

    assert expiring == FORGETTING


def test_nothing_that_is_kept_goes_with_the_stack(data: Template) -> None:
    kept = {"AWS::DynamoDB::Table", "AWS::KMS::Key", "AWS::SecretsManager::Secret", "AWS::S3::Bucket"}
    kept |= {"AWS::OpenSearchService::Domain", "AWS::Cognito::UserPool"}
    for kind in kept:
        entries = data.of_type(kind).values()
        assert entries, kind
        assert {entry["DeletionPolicy"] for entry in entries} == {"Retain"}, kind


def test_a_root_is_written_once_and_locked_for_fifteen_years(data: Template) -> None:
    bucket = data.starting_with("AWS::S3::Bucket", "RootBucket")["Properties"]
    assert bucket["ObjectLockEnabled"]
    rule = bucket["ObjectLockConfiguration"]["Rule"]["DefaultRetention"]
    assert rule == {"Mode": "GOVERNANCE", "Days": 15 * 365}
    policy = data.starting_with("AWS::S3::BucketPolicy", "RootBucket")["Properties"]["PolicyDocument"]
    [once] = [each for each in policy["Statement"] if each.get("Sid") == "WriteARootOnce"]
    assert (once["Effect"], once["Action"]) == ("Deny", "s3:PutObject")
    assert once["Condition"] == {"Null": {"s3:if-none-match": "true"}}


@pytest.mark.parametrize("key", ["SigningKey", "SealKey"])
def test_what_is_signed_is_signed_with_an_elliptic_curve_key(data: Template, key: str) -> None:
    properties = data.starting_with("AWS::KMS::Key", key)["Properties"]

    assert (properties["KeySpec"], properties["KeyUsage"]) == ("ECC_NIST_P256", "SIGN_VERIFY")


@pytest.mark.parametrize("key", ["DataKey", "VaultKey"])
def test_a_key_that_encrypts_is_rotated(data: Template, key: str) -> None:
    assert data.starting_with("AWS::KMS::Key", key)["Properties"]["EnableKeyRotation"]


def test_the_data_key_serves_the_account_through_its_tables_and_bucket_only(data: Template) -> None:
    policy = data.starting_with("AWS::KMS::Key", "DataKey")["Properties"]["KeyPolicy"]
    shared = [statement for statement in policy["Statement"] if statement["Principal"] == {"AWS": "*"}]

    assert len(shared) == 1
    assert shared[0]["Condition"]["StringEquals"] == {
        "kms:CallerAccount": {"Ref": "AWS::AccountId"},
        "kms:ViaService": [
            {"Fn::Sub": "dynamodb.${AWS::Region}.${AWS::URLSuffix}"},
            {"Fn::Sub": "s3.${AWS::Region}.${AWS::URLSuffix}"},
        ],
    }


def test_the_asset_bucket_is_private_versioned_and_logged(data: Template) -> None:
    properties = data.starting_with("AWS::S3::Bucket", "AssetBucket")["Properties"]
    encryption = properties["BucketEncryption"]["ServerSideEncryptionConfiguration"][0]

    assert all(properties["PublicAccessBlockConfiguration"].values())
    assert properties["VersioningConfiguration"] == {"Status": "Enabled"}
    assert encryption["ServerSideEncryptionByDefault"]["SSEAlgorithm"] == "aws:kms"
    assert "LoggingConfiguration" in properties


def test_refused_messages_are_forgotten_after_a_month(data: Template) -> None:
    rules = data.starting_with("AWS::S3::Bucket", "AssetBucket")["Properties"]["LifecycleConfiguration"]["Rules"]
    forgetting = [rule for rule in rules if rule.get("Prefix") == "refused/"]

    assert [(rule["ExpirationInDays"], rule["Status"]) for rule in forgetting] == [(30, "Enabled")]


@pytest.mark.parametrize("bucket", ["AssetBucket", "AccessLogBucket"])
def test_a_bucket_refuses_unencrypted_connections(data: Template, bucket: str) -> None:
    document = data.starting_with("AWS::S3::BucketPolicy", f"{bucket}Policy")["Properties"]["PolicyDocument"]
    refused = [statement for statement in document["Statement"] if statement["Effect"] == "Deny"]

    assert {"Bool": {"aws:SecureTransport": "false"}} in [statement["Condition"] for statement in refused]


def test_the_search_domain_is_encrypted_on_disk_between_nodes_and_on_the_way(data: Template) -> None:
    properties = data.starting_with("AWS::OpenSearchService::Domain", "Search")["Properties"]

    assert properties["EngineVersion"] == "OpenSearch_2.19"
    assert properties["EncryptionAtRestOptions"] == {"Enabled": True}
    assert properties["NodeToNodeEncryptionOptions"] == {"Enabled": True}
    assert properties["DomainEndpointOptions"] == {
        "EnforceHTTPS": True,
        "TLSSecurityPolicy": "Policy-Min-TLS-1-2-PFS-2023-10",
    }


def test_the_search_domain_answers_nobody_outside_the_account(data: Template) -> None:
    statements = data.starting_with("AWS::OpenSearchService::Domain", "Search")["Properties"]["AccessPolicies"][
        "Statement"
    ]

    assert [str(statement["Principal"]).endswith(":root']]}}") for statement in statements] == [True]


def test_two_search_nodes_stand_in_two_zones() -> None:
    stack = Stack(App(), "Two")
    SearchDomain(stack, "Search", size=settings({"search": {"instances": 2}}).search)

    Assertions.from_stack(stack).has_resource_properties(
        "AWS::OpenSearchService::Domain",
        {"ClusterConfig": {"InstanceCount": 2, "ZoneAwarenessEnabled": True}},
    )


def test_staff_sign_in_with_roles_and_cannot_name_their_own_hospital(data: Template) -> None:
    pool = data.starting_with("AWS::Cognito::UserPool", "StaffPool")["Properties"]
    client = data.starting_with("AWS::Cognito::UserPoolClient", "StaffPoolClient")["Properties"]
    groups = {properties["GroupName"] for properties in data.properties("AWS::Cognito::UserPoolGroup")}

    assert groups == {"editor", "doctor", "nurse", "admin"}
    assert pool["AdminCreateUserConfig"] == {"AllowAdminCreateUserOnly": True}
    assert {attribute["Name"] for attribute in pool["Schema"]} == {"hospital", "signer"}
    assert not {"custom:hospital", "custom:signer"} & set(client["WriteAttributes"])
    assert {"custom:hospital", "custom:signer"} <= set(client["ReadAttributes"])


def test_staff_may_add_a_second_factor_and_need_a_strong_password(data: Template) -> None:
    pool = data.starting_with("AWS::Cognito::UserPool", "StaffPool")["Properties"]
    policy = pool["Policies"]["PasswordPolicy"]

    assert (pool["MfaConfiguration"], pool["EnabledMfas"]) == ("OPTIONAL", ["SOFTWARE_TOKEN_MFA"])
    assert policy["MinimumLength"] >= 12
    assert all(policy[f"Require{kind}"] for kind in ("Lowercase", "Uppercase", "Numbers", "Symbols"))


def test_the_stack_tells_where_everything_is(data: Template) -> None:
    assert set(data.body["Outputs"]) >= OUTPUTS
