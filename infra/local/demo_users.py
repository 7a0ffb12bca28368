"""The people of the demo: Cognito users with their groups and attributes, and the bearer tokens they act with."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from infra.local.clients import client
from infra.local.home import read_json, write_json

if TYPE_CHECKING:
    from infra.local.home import Home

HOSPITAL = "renhe"
STAFF_ROLES = ("editor", "doctor", "nurse", "admin")
DEMO_SIGNER = "sg-chen"
NAMES = {"nurse": "刘敏"}
"""Under which name patients hear from whom."""


@dataclass(frozen=True)
class Pool:
    """The deployed user pool and the client people sign in through."""

    aws: str
    pool: str
    client: str


@dataclass(frozen=True)
class Person:
    """One member of staff; `signer` is the doctor's signer id."""

    role: str
    signer: str | None = None
    hospital: str = HOSPITAL

    @property
    def username(self) -> str:
        return f"{self.hospital}-{self.signer or self.role}"

    @property
    def attributes(self) -> list[dict[str, str]]:
        values = {"custom:hospital": self.hospital} | ({"custom:signer": self.signer} if self.signer else {})
        values |= {"name": NAMES[self.role]} if self.role in NAMES else {}
        return [{"Name": name, "Value": value} for name, value in values.items()]


def demo_staff() -> list[Person]:
    """One person for each role of staff."""
    return [Person(role, DEMO_SIGNER if role == "doctor" else None) for role in STAFF_ROLES]


def sign_in(home: Home, pool: Pool, person: Person) -> str:
    """A fresh ID token of a person, who is created, or brought up to date, first."""
    cognito = client("cognito-idp", pool.aws)
    password = _password(home, person.username)
    _ensure_user(cognito, pool, person, password)
    _ensure_membership(cognito, pool, person)
    answer = cognito.admin_initiate_auth(
        UserPoolId=pool.pool,
        ClientId=pool.client,
        AuthFlow="ADMIN_USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": person.username, "PASSWORD": password},
    )
    token: str = answer["AuthenticationResult"]["IdToken"]
    return token


def his_api_key(aws: str, hospital: str = HOSPITAL) -> str | None:
    """The API key the stack deployed for a hospital's information system."""
    keys = client("apigateway", aws).get_api_keys(includeValues=True, limit=500)["items"]
    for key in keys:
        if hospital in (key.get("tags", {}).get("hospital"), key.get("customerId")):
            value: str = key["value"]
            return value
    return None


def _password(home: Home, username: str) -> str:
    """The password of a user, made up at first and kept: the pool outlives the command that created it."""
    passwords = read_json(home.passwords)
    if username not in passwords:
        # One of each class that a password policy may ask for, and 144 random bits.
        passwords[username] = f"Aa1!{secrets.token_urlsafe(18)}"
        write_json(home.passwords, passwords)
        home.passwords.chmod(0o600)
    password: str = passwords[username]
    return password


def _ensure_user(cognito: Any, pool: Pool, person: Person, password: str) -> None:
    user = {"UserPoolId": pool.pool, "Username": person.username}
    try:
        cognito.admin_create_user(**user, UserAttributes=person.attributes, MessageAction="SUPPRESS")
    except cognito.exceptions.UsernameExistsException:
        cognito.admin_update_user_attributes(**user, UserAttributes=person.attributes)
    cognito.admin_set_user_password(**user, Password=password, Permanent=True)


def _ensure_membership(cognito: Any, pool: Pool, person: Person) -> None:
    try:
        cognito.create_group(UserPoolId=pool.pool, GroupName=person.role)
    except ClientError as error:
        if error.response["Error"]["Code"] != "GroupExistsException":
            raise
    cognito.admin_add_user_to_group(UserPoolId=pool.pool, Username=person.username, GroupName=person.role)
