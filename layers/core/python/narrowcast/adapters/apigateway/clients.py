"""Which hospital an API key was given to. The keys are read from API Gateway and kept for five minutes, as hashes."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from narrowcast.adapters.aws_faults import passing_faults_are_unavailable
from narrowcast.application.ports import Clock

if TYPE_CHECKING:
    from mypy_boto3_apigateway import APIGatewayClient

KEPT = timedelta(minutes=5)


class ApiKeyClients:
    """Looks keys up by their hash, so that comparing takes no time that would tell a key."""

    def __init__(self, client: APIGatewayClient, clock: Clock) -> None:
        """Take the client; keys are read when first asked for."""
        self._client = client
        self._clock = clock
        self._hospitals: dict[str, str] = {}
        self._read_at: datetime | None = None

    def hospital_of(self, key: str) -> str | None:
        now = self._clock.now()
        if self._read_at is None or now - self._read_at > KEPT:
            self._hospitals, self._read_at = dict(self._keys()), now
        return self._hospitals.get(_digest(key))

    def _keys(self) -> Iterator[tuple[str, str]]:
        with passing_faults_are_unavailable("apigateway"):
            for page in self._client.get_paginator("get_api_keys").paginate(includeValues=True):
                for item in page["items"]:
                    if item.get("enabled") and item.get("customerId"):
                        yield _digest(item["value"]), item["customerId"]


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
