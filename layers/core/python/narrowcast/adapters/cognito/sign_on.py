"""Sign-on of staff at the hospital's user pool: by password and, where it is set up, a one-time code.

A session is the pool's access token. The pool itself is asked at every page whether it still holds, so that an account
that was disabled, or signed out elsewhere, is out at once; its groups are then believed as the token states them.
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode
from collections.abc import Mapping
from typing import Any

from botocore.exceptions import ClientError

from narrowcast.adapters.aws_faults import code_of, passing_faults_are_unavailable
from narrowcast.application.sign_on import SignInFailed

_REFUSED = frozenset(
    {
        "CodeMismatchException",
        "ExpiredCodeException",
        "InvalidParameterException",
        "NotAuthorizedException",
        "PasswordResetRequiredException",
        "UserNotConfirmedException",
        "UserNotFoundException",
    }
)
_FAILED = "账号、密码或动态验证码不正确"
CODE_CHALLENGE = "SOFTWARE_TOKEN_MFA"


class CognitoSignOn:
    """SignOn over one user pool and its client."""

    def __init__(self, cognito: Any, pool: str, client: str) -> None:
        self._cognito, self._pool, self._client = cognito, pool, client

    def sign_in(self, username: str, password: str, code: str) -> str:
        with passing_faults_are_unavailable("cognito"):
            try:
                answer = self._answered(username, password, code)
            except ClientError as fault:
                if code_of(fault) not in _REFUSED:
                    raise
                raise SignInFailed(_FAILED, field="username") from None
        if "AuthenticationResult" not in answer:
            raise SignInFailed("该账号需要先完成首次登录设置，请联系管理员", field="username")
        token: str = answer["AuthenticationResult"]["AccessToken"]
        return token

    def _answered(self, username: str, password: str, code: str) -> Mapping[str, Any]:
        place = {"UserPoolId": self._pool, "ClientId": self._client}
        parameters = {"USERNAME": username, "PASSWORD": password}
        answer: Mapping[str, Any] = self._cognito.admin_initiate_auth(
            **place, AuthFlow="ADMIN_USER_PASSWORD_AUTH", AuthParameters=parameters
        )
        if answer.get("ChallengeName") != CODE_CHALLENGE:
            return answer
        responses = {"USERNAME": username, "SOFTWARE_TOKEN_MFA_CODE": code}
        second: Mapping[str, Any] = self._cognito.admin_respond_to_auth_challenge(
            **place, ChallengeName=CODE_CHALLENGE, ChallengeResponses=responses, Session=answer["Session"]
        )
        return second

    def claims(self, token: str) -> Mapping[str, str] | None:
        stated = _stated(token)
        # Any pool's token is good to its own pool: only one of ours is looked at any further.
        if not str(stated.get("iss", "")).endswith(f"/{self._pool}") or stated.get("client_id") != self._client:
            return None
        with passing_faults_are_unavailable("cognito"):
            try:
                user = self._cognito.get_user(AccessToken=token)
            except ClientError as fault:
                if code_of(fault) not in _REFUSED:
                    raise
                return None
        known = {each["Name"]: each["Value"] for each in user["UserAttributes"]}
        groups = stated.get("cognito:groups", [])
        return {"sub": str(stated["sub"]), **known, "cognito:groups": ",".join(map(str, groups))}

    def sign_out(self, token: str) -> None:
        with passing_faults_are_unavailable("cognito"):
            try:
                self._cognito.global_sign_out(AccessToken=token)
            except ClientError as fault:
                if code_of(fault) not in _REFUSED:
                    raise


def _stated(token: str) -> Mapping[str, Any]:
    """Return what a token says of itself, which is not believed yet; nothing of what is no token."""
    parts = token.split(".")
    try:
        body = urlsafe_b64decode(f"{parts[1]}===")
        stated: Mapping[str, Any] = json.loads(body)
    except (IndexError, ValueError):
        return {}
    return stated if isinstance(stated, dict) else {}
