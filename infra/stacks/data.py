"""What a hospital keeps: the event log, everything people wrote, keys, secrets, accounts. All of it outlives the stack.

The event log has no expiry at all; that keeps conversations and decisions beyond the three and fifteen years asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aws_cdk import CfnOutput, Duration, Fn, RemovalPolicy, Stack
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_secretsmanager as secretsmanager

from infra.components.search_domain import SearchDomain
from infra.components.staff_pool import StaffPool
from infra.components.table import number, protected_table, text

if TYPE_CHECKING:
    from aws_cdk import Environment
    from constructs import Construct

    from infra.settings import Settings

EXPIRES = "expires_at"
REFUSED = "refused/"
REFUSED_DAYS = 30
# As long as records of treatment are kept.
ROOTS_LOCKED_DAYS = 15 * 365
SECRET_LENGTH = 64


class DataStack(Stack):
    """Tables, bucket, keys, secrets, search domain and staff accounts, as attributes for the service stack."""

    def __init__(self, scope: Construct, construct_id: str, *, settings: Settings, env: Environment) -> None:
        """Declare everything that is kept."""
        super().__init__(
            scope, construct_id, env=env, description="Narrowcast: what is kept", termination_protection=True
        )
        self._log_days = settings.log_retention_days
        self.data_key = self._data_key()
        self._add_tables()
        self._add_keys_and_secrets()
        access_logs = self._access_logs()
        self.assets = self._asset_bucket(access_logs)
        self.roots = self._root_bucket(access_logs)
        self.search = SearchDomain(self, "Search", size=settings.search)
        self.staff = StaffPool(self, "Staff") if settings.cognito else None
        self._add_outputs()

    def _data_key(self) -> kms.Key:
        """The hospital's own key: who may use a table or the bucket may use this key, but only through them."""
        key = kms.Key(
            self,
            "DataKey",
            description="Encrypts Narrowcast's tables and bucket",
            enable_key_rotation=True,
            removal_policy=RemovalPolicy.RETAIN,
        )
        key.add_to_resource_policy(
            iam.PolicyStatement(
                principals=[iam.AnyPrincipal()],
                actions=["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey"],
                resources=["*"],
                conditions={"StringEquals": {"kms:CallerAccount": self.account, "kms:ViaService": self._key_users()}},
            )
        )
        return key

    def _key_users(self) -> list[str]:
        return [Fn.sub(f"{service}.${{AWS::Region}}.${{AWS::URLSuffix}}") for service in ("dynamodb", "s3")]

    def _add_tables(self) -> None:
        key = self.data_key
        self.event_log = protected_table(
            self,
            "EventLogTable",
            key=key,
            partition="stream",
            sort=number("version"),
            stream=dynamodb.StreamViewType.NEW_IMAGE,
        )
        self.snapshots = protected_table(self, "SnapshotTable", key=key, partition="stream")
        self.read_table = protected_table(self, "ReadTable", key=key, partition="pk", sort=text("sk"))
        self.links = protected_table(self, "LinksTable", key=key, partition="link", expires=EXPIRES)
        self.tasks = protected_table(self, "TasksTable", key=key, partition="task", expires=EXPIRES)
        self.effects = protected_table(self, "EffectsTable", key=key, partition="effect", expires=EXPIRES)
        self.parked = protected_table(self, "ParkedTable", key=key, partition="parked", expires=EXPIRES)
        self.vault = protected_table(self, "VaultTable", key=key, partition="subject")
        # Holds the only copy of each person's data key: a backup would bring back whom we forgot. Lost as a whole, it
        # costs addresses, which the hospital sends again, and what patients wrote. Keep it out of every backup plan.
        self.keys = protected_table(self, "KeysTable", key=key, partition="subject", recoverable=False)
        self.refusals = protected_table(self, "RefusalsTable", key=key, partition="hospital", sort=text("refused"))

    def _add_keys_and_secrets(self) -> None:
        self.signing_key = kms.Key(
            self,
            "SigningKey",
            description="Signs content on behalf of the doctor who decided",
            key_spec=kms.KeySpec.ECC_NIST_P256,
            key_usage=kms.KeyUsage.SIGN_VERIFY,
            removal_policy=RemovalPolicy.RETAIN,
        )
        self.seal_key = kms.Key(
            self,
            "SealKey",
            description="Signs the roots of the event log, and nothing else",
            key_spec=kms.KeySpec.ECC_NIST_P256,
            key_usage=kms.KeyUsage.SIGN_VERIFY,
            removal_policy=RemovalPolicy.RETAIN,
        )
        self.vault_key = kms.Key(
            self,
            "VaultKey",
            description="Wraps the data key of each person in the vault",
            enable_key_rotation=True,
            removal_policy=RemovalPolicy.RETAIN,
        )
        self.link_secret = self._secret("LinkSecret", "Keys the hashes of link nonces and codes")
        self.pseudonym_secret = self._secret("PseudonymSecret", "Keys the pseudonyms of patients and visits")
        self.webhook_secret = self._secret("AppWebhookSecret", "Signs calls to the hospital app's webhook")

    def _secret(self, construct_id: str, description: str) -> secretsmanager.Secret:
        """Under the account's own key for secrets, which nothing but Secrets Manager can use.

        Given our data key, the construct would write an address of the aws partition into that key's policy.
        """
        return secretsmanager.Secret(
            self,
            construct_id,
            description=description,
            generate_secret_string=secretsmanager.SecretStringGenerator(
                password_length=SECRET_LENGTH, exclude_punctuation=True
            ),
            removal_policy=RemovalPolicy.RETAIN,
        )

    def _asset_bucket(self, access_logs: s3.Bucket) -> s3.Bucket:
        forgotten = s3.LifecycleRule(
            id="forget-refused-messages",
            prefix=REFUSED,
            expiration=Duration.days(REFUSED_DAYS),
            noncurrent_version_expiration=Duration.days(1),
        )
        abandoned = s3.LifecycleRule(
            id="abort-abandoned-uploads", abort_incomplete_multipart_upload_after=Duration.days(1)
        )
        return self._kept_bucket("AssetBucket", access_logs, lifecycle_rules=[forgotten, abandoned])

    def _kept_bucket(self, name: str, access_logs: s3.Bucket, **more: Any) -> s3.Bucket:
        """A versioned, encrypted bucket that outlives the stack."""
        return s3.Bucket(
            self,
            name,
            server_access_logs_bucket=access_logs,
            encryption=s3.BucketEncryption.KMS,
            encryption_key=self.data_key,
            bucket_key_enabled=True,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            enforce_ssl=True,
            minimum_tls_version=1.2,
            versioned=True,
            removal_policy=RemovalPolicy.RETAIN,
            **more,
        )

    def _root_bucket(self, access_logs: s3.Bucket) -> s3.Bucket:
        """A root that could go with the log would prove nothing: nobody here may lift the lock or write one again."""
        lock = s3.ObjectLockRetention.governance(Duration.days(ROOTS_LOCKED_DAYS))
        bucket = self._kept_bucket("RootBucket", access_logs, object_lock_default_retention=lock)
        bucket.add_to_resource_policy(
            iam.PolicyStatement(
                sid="WriteARootOnce",
                effect=iam.Effect.DENY,
                principals=[iam.AnyPrincipal()],
                actions=["s3:PutObject"],
                resources=[bucket.arn_for_objects("*")],
                conditions={"Null": {"s3:if-none-match": "true"}},
            )
        )
        return bucket

    def _access_logs(self) -> s3.Bucket:
        """Who read a refused message is kept as long as any other log; its deliverer cannot use a key of ours."""
        kept = Duration.days(self._log_days)
        return s3.Bucket(
            self,
            "AccessLogBucket",
            encryption=s3.BucketEncryption.S3_MANAGED,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            enforce_ssl=True,
            minimum_tls_version=1.2,
            lifecycle_rules=[s3.LifecycleRule(id="forget-access-logs", expiration=kept)],
            removal_policy=RemovalPolicy.RETAIN,
        )

    def _add_outputs(self) -> None:
        outputs = {
            "EventLogTable": self.event_log.table_name,
            "SnapshotTable": self.snapshots.table_name,
            "ReadTable": self.read_table.table_name,
            "LinksTable": self.links.table_name,
            "TasksTable": self.tasks.table_name,
            "EffectsTable": self.effects.table_name,
            "ParkedTable": self.parked.table_name,
            "VaultTable": self.vault.table_name,
            "KeysTable": self.keys.table_name,
            "RefusalsTable": self.refusals.table_name,
            "AssetBucket": self.assets.bucket_name,
            "RootBucket": self.roots.bucket_name,
            "SigningKeyId": self.signing_key.key_id,
            "SealKeyId": self.seal_key.key_id,
            "VaultKeyId": self.vault_key.key_id,
            "LinkSecretArn": self.link_secret.secret_arn,
            "PseudonymSecretArn": self.pseudonym_secret.secret_arn,
            "AppWebhookSecretArn": self.webhook_secret.secret_arn,
        }
        if self.staff:
            outputs["UserPoolId"] = self.staff.pool.user_pool_id
            outputs["UserPoolClientId"] = self.staff.client.user_pool_client_id
        for name, value in outputs.items():
            CfnOutput(self, f"{name}Output", value=value).override_logical_id(name)
