"""What a process is told by its surroundings: the only reader of the environment.

A function gets only the variables of the resources it may use; asking for another one is a fault of deployment.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any


class SettingMissingError(Exception):
    """The variable is not set for this process."""


class StackNotRunningError(Exception):
    """No running stack is described where one was expected."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Named values; times in seconds. `aws_endpoint` is set only for the embedded AWS."""

    values: Mapping[str, str]

    def __getitem__(self, name: str) -> str:
        """Return a value; SettingMissingError if it is absent or empty."""
        value = self.values.get(name, "")
        if not value:
            message = f"{name} is not set"
            raise SettingMissingError(message)
        return value

    def get(self, name: str, default: str = "") -> str:
        """Return a value or the default."""
        return self.values.get(name) or default

    @property
    def region(self) -> str:
        """The region of every client."""
        return self.get("AWS_REGION") or self["AWS_DEFAULT_REGION"]

    @property
    def aws_endpoint(self) -> str | None:
        """Where the embedded AWS answers; None for AWS itself."""
        return self.get("AWS_ENDPOINT_URL") or None

    @property
    def link_lifetime(self) -> timedelta:
        """How long a signing link stays open."""
        return timedelta(seconds=int(self["SIGNATURE_EXPIRES_SECONDS"]))


def from_environment() -> Settings:
    """Return the settings of a deployed function."""
    return Settings(dict(os.environ))


_DESCRIBED = frozenset({"api", "aws", "tokens", "stack"})


def endpoints_of(path: Path) -> dict[str, Any]:
    """Return where a stack answers and what its callers show; StackNotRunningError if there is none."""
    try:
        endpoints: dict[str, Any] = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        message = f"{path} does not exist: start the stack with `make up`"
        raise StackNotRunningError(message) from None
    except ValueError:
        endpoints = {}
    if not isinstance(endpoints, dict) or not endpoints.keys() >= _DESCRIBED:
        message = f"{path} does not describe a stack: start it anew with `make up`"
        raise StackNotRunningError(message)
    return endpoints


def from_endpoints(path: Path) -> Settings:
    """Return the settings of the stack that an endpoints file describes; StackNotRunningError if there is none.

    The embedded AWS takes any credentials, so placeholders are set where there are none.
    """
    endpoints = endpoints_of(path)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        os.environ.setdefault(name, "embedded")
    return Settings({"AWS_REGION": "us-east-1", "AWS_ENDPOINT_URL": endpoints["aws"], **endpoints["stack"]})
