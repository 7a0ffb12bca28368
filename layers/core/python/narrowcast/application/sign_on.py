"""Signing in at the pages of staff: what the pages ask of whoever keeps the accounts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from narrowcast.domain.errors import Refusal


class SignInFailed(Refusal):
    """Account, password or code is not right; which of them is not told."""


class SignOn(Protocol):
    """The accounts of staff."""

    def sign_in(self, username: str, password: str, code: str) -> str:
        """Return a token that stands for the session. SignInFailed, UnavailableError."""

    def claims(self, token: str) -> Mapping[str, str] | None:
        """Return what is known of whoever holds the token (sub, name, groups, hospital); None if it is not good."""

    def sign_out(self, token: str) -> None:
        """Make the token and all others of its holder worthless; a bad token is fine. UnavailableError."""
