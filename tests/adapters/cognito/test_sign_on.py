from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.stub import Stubber

from narrowcast.adapters.cognito.sign_on import CODE_CHALLENGE, CognitoSignOn
from narrowcast.application.ports import UnavailableError
from narrowcast.application.sign_on import SignInFailed

if TYPE_CHECKING:
    from collections.abc import Iterator

POOL, CLIENT = "us-east-1_pool", "client-1"


def token(**changes: object) -> str:
    said = {
        "iss": f"https://cognito-idp.us-east-1.amazonaws.com/{POOL}",
        "client_id": CLIENT,
        "sub": "u-1",
        "cognito:groups": ["nurse"],
    } | changes
    return f"head.{urlsafe_b64encode(json.dumps(said).encode()).decode().rstrip('=')}.signature"


@pytest.fixture
def cognito() -> Any:
    return boto3.client("cognito-idp", region_name="us-east-1", aws_access_key_id="x", aws_secret_access_key="x")


@pytest.fixture
def pool(cognito: Any) -> Iterator[Stubber]:
    with Stubber(cognito) as stubber:
        yield stubber
        stubber.assert_no_pending_responses()


@pytest.fixture
def sign_on(cognito: Any) -> CognitoSignOn:
    return CognitoSignOn(cognito, POOL, CLIENT)


def test_a_password_opens_a_session(pool: Stubber, sign_on: CognitoSignOn) -> None:
    expected = {
        "UserPoolId": POOL,
        "ClientId": CLIENT,
        "AuthFlow": "ADMIN_USER_PASSWORD_AUTH",
        "AuthParameters": {"USERNAME": "liu", "PASSWORD": "right"},
    }
    pool.add_response("admin_initiate_auth", {"AuthenticationResult": {"AccessToken": "t"}}, expected)

    assert sign_on.sign_in("liu", "right", "") == "t"


def test_where_a_code_is_set_up_it_is_asked_for(pool: Stubber, sign_on: CognitoSignOn) -> None:
    pool.add_response("admin_initiate_auth", {"ChallengeName": CODE_CHALLENGE, "Session": "s" * 20})
    pool.add_response(
        "admin_respond_to_auth_challenge",
        {"AuthenticationResult": {"AccessToken": "t"}},
        {
            "UserPoolId": POOL,
            "ClientId": CLIENT,
            "ChallengeName": CODE_CHALLENGE,
            "ChallengeResponses": {"USERNAME": "liu", "SOFTWARE_TOKEN_MFA_CODE": "123456"},
            "Session": "s" * 20,
        },
    )

    assert sign_on.sign_in("liu", "right", "123456") == "t"


@pytest.mark.parametrize("code", ["NotAuthorizedException", "UserNotFoundException", "InvalidParameterException"])
def test_whatever_was_wrong_is_told_in_the_same_words(pool: Stubber, sign_on: CognitoSignOn, code: str) -> None:
    pool.add_client_error("admin_initiate_auth", code)
    with pytest.raises(SignInFailed, match="账号、密码或动态验证码不正确"):
        sign_on.sign_in("liu", "wrong", "")


def test_a_first_sign_in_is_finished_elsewhere(pool: Stubber, sign_on: CognitoSignOn) -> None:
    pool.add_response("admin_initiate_auth", {"ChallengeName": "NEW_PASSWORD_REQUIRED", "Session": "s" * 20})
    with pytest.raises(SignInFailed, match="首次登录"):
        sign_on.sign_in("liu", "right", "")


def test_a_throttled_pool_is_unavailable(pool: Stubber, sign_on: CognitoSignOn) -> None:
    pool.add_client_error("admin_initiate_auth", "TooManyRequestsException")
    with pytest.raises(UnavailableError):
        sign_on.sign_in("liu", "right", "")


def test_a_session_tells_who_it_is(pool: Stubber, sign_on: CognitoSignOn) -> None:
    attributes = [{"Name": "custom:hospital", "Value": "renhe"}, {"Name": "name", "Value": "刘敏"}]
    pool.add_response("get_user", {"Username": "liu", "UserAttributes": attributes}, {"AccessToken": token()})

    assert sign_on.claims(token()) == {
        "sub": "u-1",
        "custom:hospital": "renhe",
        "name": "刘敏",
        "cognito:groups": "nurse",
    }


@pytest.mark.parametrize(
    "foreign",
    [
        "",
        "no token",
        "a.!!!.c",
        "a.W10.c",
        token(iss="https://cognito-idp.us-east-1.amazonaws.com/us-east-1_other"),
        token(client_id="another"),
    ],
)
def test_a_token_of_another_pool_or_none_is_not_even_asked_about(
    pool: Stubber, sign_on: CognitoSignOn, foreign: str
) -> None:
    assert sign_on.claims(foreign) is None
    pool.assert_no_pending_responses()


def test_a_session_that_was_ended_is_over(pool: Stubber, sign_on: CognitoSignOn) -> None:
    pool.add_client_error("get_user", "NotAuthorizedException")
    assert sign_on.claims(token()) is None


def test_a_pool_that_does_not_answer_ends_no_session(pool: Stubber, sign_on: CognitoSignOn) -> None:
    pool.add_client_error("get_user", "InternalErrorException", http_status_code=500)
    with pytest.raises(UnavailableError):
        sign_on.claims(token())


def test_signing_out_ends_it_everywhere_and_a_bad_token_is_fine(pool: Stubber, sign_on: CognitoSignOn) -> None:
    pool.add_response("global_sign_out", {}, {"AccessToken": "t"})
    sign_on.sign_out("t")
    pool.add_client_error("global_sign_out", "NotAuthorizedException")
    sign_on.sign_out("t")
