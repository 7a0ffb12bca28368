"""Where staff sign in: groups are roles, and what ties a person to a hospital or a signer is not theirs to change."""

from __future__ import annotations

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_cognito as cognito
from constructs import Construct

ROLES = ("editor", "doctor", "nurse", "admin")
BOUND_ATTRIBUTES = ("hospital", "signer")


class StaffPool(Construct):
    """A user pool without self sign-up, and the one client that signs in."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        """Declare the pool, its groups and its client."""
        super().__init__(scope, construct_id)
        self.pool = cognito.UserPool(
            self,
            "Pool",
            self_sign_up_enabled=False,
            sign_in_aliases=cognito.SignInAliases(username=True),
            account_recovery=cognito.AccountRecovery.NONE,
            mfa=cognito.Mfa.OPTIONAL,
            mfa_second_factor=cognito.MfaSecondFactor(otp=True, sms=False),
            password_policy=_strong_passwords(),
            custom_attributes={name: cognito.StringAttribute(max_len=64, mutable=True) for name in BOUND_ATTRIBUTES},
            deletion_protection=True,
            removal_policy=RemovalPolicy.RETAIN,
        )
        for role in ROLES:
            cognito.CfnUserPoolGroup(self, role.capitalize(), user_pool_id=self.pool.user_pool_id, group_name=role)
        self.client = self._client()

    def _client(self) -> cognito.UserPoolClient:
        """A shift's worth of token: the id token carries group, hospital and signer."""
        attributes = cognito.ClientAttributes()
        return self.pool.add_client(
            "Client",
            auth_flows=cognito.AuthFlow(user_srp=True, admin_user_password=True),
            disable_o_auth=True,
            id_token_validity=Duration.hours(24),
            access_token_validity=Duration.hours(1),
            refresh_token_validity=Duration.days(7),
            prevent_user_existence_errors=True,
            # The name is what patients are told of whoever replies to them.
            read_attributes=attributes.with_custom_attributes(*BOUND_ATTRIBUTES).with_standard_attributes(
                fullname=True
            ),
            write_attributes=attributes.with_standard_attributes(locale=True),
        )


def _strong_passwords() -> cognito.PasswordPolicy:
    return cognito.PasswordPolicy(
        min_length=12,
        require_digits=True,
        require_lowercase=True,
        require_uppercase=True,
        require_symbols=True,
        temp_password_validity=Duration.days(3),
    )
