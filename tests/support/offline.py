"""AWS clients that never leave the process: for botocore's Stubber."""

from __future__ import annotations

from typing import Any

import boto3


def offline_client(service: str) -> Any:
    """Return a client with made-up keys; a call that nobody stubbed fails."""
    session: Any = boto3.Session(aws_access_key_id="test", aws_secret_access_key="test", region_name="cn-north-1")
    return session.client(service, endpoint_url="http://127.0.0.1:9")
