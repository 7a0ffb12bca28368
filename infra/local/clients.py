"""boto3 clients of the emulator: fixed region and credentials, never those of the person at the keyboard."""

from __future__ import annotations

from functools import cache
from typing import Any

import boto3
from botocore.config import Config

REGION = "us-east-1"
ACCOUNT = "000000000000"
CREDENTIALS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}  # the emulator checks neither
# Long enough for a function that runs to its last second; a lost answer must not become a second call.
_CONFIG = Config(read_timeout=900, retries={"total_max_attempts": 1}, max_pool_connections=25)


@cache
def client(service: str, aws: str) -> Any:
    """A client of one service at the emulator's URL `aws`."""
    session = boto3.Session(
        aws_access_key_id=CREDENTIALS["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=CREDENTIALS["AWS_SECRET_ACCESS_KEY"],
        region_name=REGION,
    )
    return session.client(service, endpoint_url=aws, config=_CONFIG)  # type: ignore[call-overload]
