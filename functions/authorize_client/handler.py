"""Authorizer of hospital systems: an API key, sent as bearer token, names its hospital and counts on its usage plan."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from narrowcast.runtime.bootstrap import composition
from narrowcast.runtime.observability import observed


@observed
def handler(event: Mapping[str, Any], _context: LambdaContext) -> Mapping[str, object]:
    """Allow the whole stage to a known key: the answer is cached for all routes that hospital systems may call."""
    headers = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
    key = headers.get("authorization", "").removeprefix("Bearer ").strip()
    hospital = composition().clients.hospital_of(key)
    if hospital is None:
        raise Exception("Unauthorized")  # noqa: TRY002 - API Gateway turns exactly this message into a 401
    return {
        "principalId": f"his:{hospital}",
        "usageIdentifierKey": key,
        "context": {"hospital": hospital},
        "policyDocument": {
            "Version": "2012-10-17",
            "Statement": [
                {"Action": "execute-api:Invoke", "Effect": "Allow", "Resource": _stage(event["methodArn"])},
            ],
        },
    }


def _stage(method_arn: str) -> str:
    """Return the ARN of every method of the stage."""
    api, stage, *_ = method_arn.split("/")
    return f"{api}/{stage}/*"
