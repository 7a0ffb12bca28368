"""The official accounts of hospitals, read from Secrets Manager when they are first needed."""

from __future__ import annotations

import json
from collections.abc import Callable

from narrowcast.application.wechat import Account


class SecretAccounts:
    """Accounts by hospital; `named` is a JSON object of hospital to the ARN of its secret.

    A secret is a JSON object of token, app_id and app_secret.
    """

    def __init__(self, named: str, read: Callable[[str], bytes]) -> None:
        """Read nothing yet."""
        self._arns: dict[str, str] = json.loads(named)
        self._read = read
        self._accounts: dict[str, Account] = {}

    def of(self, hospital: str) -> Account | None:
        """Return the hospital's account; None if it has none."""
        if hospital not in self._arns:
            return None
        if hospital not in self._accounts:
            self._accounts[hospital] = Account(**json.loads(self._read(self._arns[hospital])))
        return self._accounts[hospital]
