"""Every route with every role and with none: exactly those who may come in do."""

from __future__ import annotations

import base64
import json
import re
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from infra.local import stack
from infra.local.demo_users import Person
from infra.local.home import read_json
from infra.local.http import Reply, bearer, get, post_json, send
from infra.routes import api_routes
from tests.support.stack_records import Records
from tests.support.waiting import wait_until

if TYPE_CHECKING:
    from tests.support.stack_clinic import Clinic

pytestmark = pytest.mark.stack

EVERY_STAFF = {"editor", "doctor", "nurse", "admin"}
CARERS = {"doctor", "nurse"}
KEEPERS = {"editor", "doctor", "admin"}
ANYBODY = "anybody"
"""The nonce in the path is the key; whatever else the caller sends does not matter."""
OF_A_READER = "of a reader"
"""Beside the nonce a device needs what tells who reads; whoever calls with whatever token is answered alike."""
IN_A_SESSION = "in a session"
"""A cookie of the browser is the key; bearer tokens do not matter."""

MAY: dict[str, set[str] | str] = {
    "POST /visits": {"his"},
    "POST /hl7": {"his"},
    "POST /fhir": {"his"},
    "GET /fhir/{kind}": {"his"},
    "GET /fhir/{kind}/{resource_id}": {"his"},
    "GET /fhir/{kind}/{resource_id}/_history/{version}": {"his"},
    "GET /fhir/metadata": ANYBODY,
    "GET /infobutton": ANYBODY,
    "GET /library/{hospital}": ANYBODY,
    "GET /library/{hospital}/{content_id}": ANYBODY,
    "GET /openapi.json": ANYBODY,
    "GET /cds-services": ANYBODY,
    "POST /cds-services/{service_id}": {"his"},
    "POST /cds-services/{service_id}/feedback": {"his"},
    "POST /app/inbox": {"his"},
    "GET /search": {"his"},
    "GET /subscriptions": {"admin", "editor", "nurse"},
    "POST /hospital": {"admin"},
    "POST /signers": {"admin"},
    "POST /signers/{signer_id}/leave": {"admin"},
    "POST /signers/{signer_id}/renew": {"admin"},
    "POST /facts": {"doctor"},
    "POST /facts/split": {"doctor"},
    "GET /facts": {"doctor", "editor", "admin"},
    "POST /facts/{fact_id}/approve": {"doctor"},
    "POST /facts/{fact_id}/supersede": {"doctor"},
    "POST /facts/{fact_id}/retire": {"doctor"},
    "POST /topics": {"editor"},
    "GET /contents": EVERY_STAFF,
    "GET /contents/{content_id}": EVERY_STAFF,
    "POST /contents/{content_id}/edit": {"editor"},
    "POST /contents/{content_id}/accept": {"editor"},
    "POST /contents/{content_id}/signer": {"editor"},
    "POST /contents/{content_id}/adopt": {"doctor"},
    "GET /contents/{content_id}/export/{form}": EVERY_STAFF,
    "GET /guides": EVERY_STAFF,
    "GET /guides/{guide_id}": EVERY_STAFF,
    "GET /guides/{guide_id}/reasons": EVERY_STAFF,
    "GET /gaps": EVERY_STAFF,
    "GET /unmapped-codes": EVERY_STAFF,
    "GET /refusals": {"admin", "editor", "nurse"},
    "GET /sign/{nonce}": ANYBODY,
    "HEAD /sign/{nonce}": ANYBODY,
    "POST /sign/{nonce}": ANYBODY,
    "GET /g/{token}": OF_A_READER,
    "HEAD /g/{token}": OF_A_READER,
    "POST /g/{token}/check": OF_A_READER,
    "GET /g/{token}/enter": OF_A_READER,
    "POST /g/{token}/feedback": OF_A_READER,
    "POST /g/{token}/refuse": OF_A_READER,
    "POST /g/{token}/opened": OF_A_READER,
    "POST /g/{token}/read": OF_A_READER,
    "POST /g/{token}/quiz": OF_A_READER,
    "POST /g/{token}/reminders": OF_A_READER,
    "POST /g/{token}/reminders/stop": OF_A_READER,
    "POST /g/{token}/symptoms": OF_A_READER,
    "GET /g/{token}/wishes": OF_A_READER,
    "HEAD /g/{token}/wishes": OF_A_READER,
    "POST /g/{token}/wishes": OF_A_READER,
    "POST /g/{token}/consent": OF_A_READER,
    "POST /g/{token}/reading": OF_A_READER,
    "GET /g/{token}/chat": OF_A_READER,
    "HEAD /g/{token}/chat": OF_A_READER,
    "POST /g/{token}/chat": OF_A_READER,
    "GET /keypoints/{nonce}": ANYBODY,
    "HEAD /keypoints/{nonce}": ANYBODY,
    "POST /keypoints/{nonce}": ANYBODY,
    "GET /ask/{hospital}": ANYBODY,
    "POST /ask/{hospital}": ANYBODY,
    "GET /chat/{nonce}": ANYBODY,
    "HEAD /chat/{nonce}": ANYBODY,
    "GET /chat/{nonce}/messages": ANYBODY,
    "POST /chat/{nonce}/messages": ANYBODY,
    "POST /chat/{nonce}/reports": ANYBODY,
    "POST /chat/{nonce}/ratings": ANYBODY,
    "POST /chat/{nonce}/handover": ANYBODY,
    "POST /chat/{nonce}/close": ANYBODY,
    "POST /chat/{nonce}/again": ANYBODY,
    "GET /chat/{nonce}/pieces/{content_id}": ANYBODY,
    "GET /wechat/{hospital}": ANYBODY,
    "POST /wechat/{hospital}": ANYBODY,
    "GET /inbox": CARERS,
    "GET /inbox/{conversation}": CARERS,
    "POST /inbox/{conversation}/claim": CARERS,
    "POST /inbox/{conversation}/reply": CARERS,
    "POST /inbox/{conversation}/note": CARERS,
    "POST /inbox/{conversation}/transfer": CARERS,
    "POST /inbox/{conversation}/give-back": CARERS,
    "POST /inbox/{conversation}/close": CARERS,
    "POST /inbox/{conversation}/settle": CARERS,
    "GET /scripts": CARERS,
    "GET /reports": EVERY_STAFF,
    "GET /assistant": CARERS | {"admin"},
    "POST /assistant": {"admin"},
    "GET /tasks": CARERS,
    "GET /tasks/{task}": CARERS,
    "POST /tasks/{task}/claim": CARERS,
    "POST /tasks/{task}/finish": CARERS,
    "GET /diaries/{patient}": CARERS,
    "GET /section-feedback": EVERY_STAFF,
    "GET /recalls": KEEPERS,
    "GET /backlog": KEEPERS,
    "POST /backlog/{item}/ask": KEEPERS,
    "GET /desk/sign-in": IN_A_SESSION,
    "POST /desk/sign-in": IN_A_SESSION,
    "POST /desk/sign-out": IN_A_SESSION,
    "GET /desk/guides/{guide_id}": IN_A_SESSION,
    "GET /desk/tasks": IN_A_SESSION,
    "GET /desk/tasks/{task}": IN_A_SESSION,
    "POST /desk/tasks/{task}/{step}": IN_A_SESSION,
    "GET /desk/recalls": IN_A_SESSION,
    "GET /desk/backlog": IN_A_SESSION,
    "POST /desk/backlog/{item}": IN_A_SESSION,
    "GET /desk/inbox": IN_A_SESSION,
    "GET /desk/inbox/{conversation}": IN_A_SESSION,
    "GET /desk/inbox/{conversation}/pieces/{content_id}": IN_A_SESSION,
    "POST /desk/inbox/{conversation}/{step}": IN_A_SESSION,
}
ACCESS = {f"{route.method} {route.path}": route.access for route in api_routes()}
WITHOUT_KEY = ("nobody", "garbage", "altered", "expired")
REFUSED = {401, 403}


@pytest.fixture(scope="module")
def credentials(clinic: Clinic, records: Records) -> dict[str, str]:
    """What each caller sends as bearer token; a visitor has signed in and holds no role."""
    return {
        **clinic.tokens,
        "nobody": "",
        "garbage": "eyJhbGciOiJub25lIn0.e30.",
        "altered": _altered(clinic.tokens["admin"]),
        "expired": _expired(clinic, records),
        "visitor": stack.token(clinic.directory, Person("visitor")),
    }


def _altered(token: str) -> str:
    head, claims, signature = token.split(".")
    return f"{head}.{claims}.{'A' if signature[0] != 'A' else 'B'}{signature[1:]}"


def _expired(clinic: Clinic, records: Records) -> str:
    """A genuine token of the administrator whose time is over."""
    cognito, pool = records.client("cognito-idp"), clinic.endpoints["user_pool"]
    short = cognito.create_user_pool_client(
        UserPoolId=pool,
        ClientName="short",
        IdTokenValidity=1,
        AccessTokenValidity=1,
        TokenValidityUnits={"IdToken": "seconds", "AccessToken": "seconds"},
        ExplicitAuthFlows=["ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
    )["UserPoolClient"]["ClientId"]
    admin = Person("admin")
    passwords = read_json(clinic.directory / ".narrowcast/passwords.json")
    answer = cognito.admin_initiate_auth(
        UserPoolId=pool,
        ClientId=short,
        AuthFlow="ADMIN_USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": admin.username, "PASSWORD": passwords[admin.username]},
    )
    token = str(answer["AuthenticationResult"]["IdToken"])
    ends = json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "=="))["exp"]
    wait_until(lambda: time.time() > ends)
    return token


def call(clinic: Clinic, route: str, token: str) -> Reply:
    method, path = route.split(" ")
    headers = {"Content-Type": "application/json", **bearer(token)}
    body = b"{}" if method == "POST" else None
    return send(method, clinic.url(re.sub(r"\{\w+\}", "nobody", path)), body=body, headers=headers)


def verdicts(clinic: Clinic, credentials: dict[str, str]) -> Iterator[str]:
    for route, may in MAY.items():
        alike = set[int]()
        for caller, token in credentials.items():
            status = call(clinic, route, token).status
            alike.add(status)
            if may == OF_A_READER:
                continue
            expected = may in (ANYBODY, IN_A_SESSION) or caller in may
            if expected == (status in REFUSED):
                yield f"{route} by {caller}: {status}, but should be {'let in' if expected else 'refused'}"
            if status >= 500:
                yield f"{route} by {caller}: {status}"
        if may == OF_A_READER and len(alike) > 1:
            yield f"{route}: {sorted(alike)}, but whoever calls should be answered alike"


def test_every_route_says_here_who_may_call_it() -> None:
    assert set(MAY) == set(ACCESS), "add the route with its callers to MAY, or remove it there"


def test_every_route_lets_in_exactly_those_who_may(clinic: Clinic, credentials: dict[str, str]) -> None:
    assert list(verdicts(clinic, credentials)) == []


@pytest.mark.parametrize("caller", WITHOUT_KEY)
def test_who_proves_nothing_is_asked_to_sign_in(clinic: Clinic, credentials: dict[str, str], caller: str) -> None:
    guarded = [route for route, access in ACCESS.items() if access in ("staff", "client")]

    statuses = {route: call(clinic, route, credentials[caller]).status for route in guarded}

    assert statuses == dict.fromkeys(guarded, 401)


def test_a_refused_call_leaves_nothing_in_the_log(
    clinic: Clinic, records: Records, credentials: dict[str, str]
) -> None:
    before = records.log()

    for route in MAY:
        for caller in (*WITHOUT_KEY, "nurse"):
            call(clinic, route, credentials[caller])

    assert records.log() == before


def test_staff_of_another_hospital_see_and_touch_nothing_of_this_one(clinic: Clinic, records: Records) -> None:
    token = stack.token(clinic.directory, Person("editor", hospital="xiehe"))
    before = records.log()

    lists = {path: get(clinic.url(path), token).json for path in ("/contents", "/guides", "/gaps", "/refusals")}
    touched = {
        "show": get(clinic.url("/contents/dm-know"), token).status,
        "accept": post_json(clinic.url("/contents/dm-know/accept"), {"revision": 1}, token).status,
    }

    assert lists == {
        "/contents": {"contents": []},
        "/guides": {"guides": []},
        "/gaps": {"gaps": []},
        "/refusals": {"refusals": []},
    }
    assert touched == {"show": 404, "accept": 404}
    assert records.log() == before


def test_a_doctors_account_that_belongs_to_no_signer_puts_no_fact_forward(clinic: Clinic, records: Records) -> None:
    token = stack.token(clinic.directory, Person("doctor"))
    before = records.log()

    reply = post_json(clinic.url("/facts/dm-what/approve"), {}, token)

    assert reply.status == 403
    assert reply.json["errors"][0]["path"] == "signer"
    assert records.log() == before


def test_keys_open_the_doors_of_hospital_systems_links_their_own_and_public_begins_a_talk_at_most() -> None:
    by_access: dict[str, set[str]] = {}
    for route, access in ACCESS.items():
        by_access.setdefault(access, set()).add(route)

    assert set(by_access) == {"client", "link", "public", "session", "staff"}
    assert by_access["client"] == {route for route, may in MAY.items() if may == {"his"}}
    assert by_access["link"] | by_access["public"] == {
        route for route, may in MAY.items() if may in (ANYBODY, OF_A_READER)
    }
    assert by_access["session"] == {route for route, may in MAY.items() if may == IN_A_SESSION}
    # Whoever asks begins a conversation of her own; WeChat proves itself by its signature.
    posts = {route for route in by_access["public"] if not route.startswith("GET ")}
    assert posts == {"POST /ask/{hospital}", "POST /wechat/{hospital}"}
    assert all("{nonce}" in route or "{token}" in route for route in by_access["link"])
