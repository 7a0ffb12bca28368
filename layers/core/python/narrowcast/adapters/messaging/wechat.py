"""Customer-service messages and subscription notices of a WeChat official account, with the access token they need.

A token is kept for as long as it is good; one that WeChat no longer takes is asked for anew, once.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from urllib3 import PoolManager, Timeout
from urllib3.exceptions import ConnectTimeoutError, HTTPError, NewConnectionError

from narrowcast.application.ports import InDoubtError, Message, UnavailableError, UndeliverableError
from narrowcast.application.wechat import Account, Accounts

WECHAT_API = "https://api.weixin.qq.com"
OK = 0
STALE_TOKEN = frozenset((40001, 40014, 42001))
# Not a follower, no such person, outside the 48 hours in which a follower may be written to, too many unanswered.
UNDELIVERABLE = frozenset((40003, 43004, 45015, 45047, 48002))
# Not a follower, refused or used up what she allowed, a template or page that WeChat does not take.
NOT_ALLOWED = frozenset((40003, 40037, 41028, 41030, 43004, 43101, 47003))
NOTICE = "健康指南有新内容"
"""The same words for every illness and urgency; a template's keyword takes twenty signs."""
_HTTP_OK = 200


class _Wechat:
    """WeChat's HTTP interface, with the tokens of accounts."""

    def __init__(self, pool: PoolManager, base_url: str = WECHAT_API, *, seconds: float = 5) -> None:
        self._pool, self._base_url, self._timeout = pool, base_url, Timeout(seconds)
        self._tokens: dict[str, str] = {}

    def _told(self, account: Account, path: str, body: Mapping[str, Any], refused: frozenset[int]) -> None:
        """Tell WeChat something; UndeliverableError for the `refused` codes, UnavailableError, InDoubtError."""
        code = self._sent(account, path, body)
        if code in STALE_TOKEN:
            self._tokens.pop(account.app_id, None)
            code = self._sent(account, path, body)
        if code in refused:
            raise UndeliverableError(f"wechat: {code}")
        if code != OK:
            raise UnavailableError(f"wechat: {code}")

    def _sent(self, account: Account, path: str, body: Mapping[str, Any]) -> int:
        token = self._token(account)
        try:
            answer = self._post(f"{path}?access_token={token}", body)
        except (ConnectTimeoutError, NewConnectionError):
            raise UnavailableError("wechat: not reached") from None
        except (HTTPError, ValueError):
            raise InDoubtError("wechat") from None
        return int(answer.get("errcode", OK))

    def _token(self, account: Account) -> str:
        if account.app_id not in self._tokens:
            asked = {"grant_type": "client_credential", "appid": account.app_id, "secret": account.app_secret}
            try:
                answer = self._post("/cgi-bin/stable_token", asked)
            except (HTTPError, ValueError):
                raise UnavailableError("wechat: no token") from None
            if "access_token" not in answer:
                raise UnavailableError(f"wechat: {answer.get('errcode')}")
            self._tokens[account.app_id] = str(answer["access_token"])
        return self._tokens[account.app_id]

    def _post(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """Return WeChat's answer; ValueError if it is none."""
        answer = self._pool.request(
            "POST",
            f"{self._base_url}{path}",
            body=json.dumps(body, ensure_ascii=False).encode(),
            headers={"Content-Type": "application/json"},
            timeout=self._timeout,
            retries=False,
        )
        read = json.loads(answer.data)
        if answer.status != _HTTP_OK or not isinstance(read, dict):
            raise ValueError(answer.status)
        return read


class WechatMessages(_Wechat):
    """ServiceMessages."""

    def send(self, account: Account, openid: str, text: str) -> None:
        body = {"touser": openid, "msgtype": "text", "text": {"content": text}}
        self._told(account, "/cgi-bin/message/custom/send", body, UNDELIVERABLE)


class WechatNotices(_Wechat):
    """Messenger for one-time subscription notices: fixed words in the account's template, and the page they lead to."""

    def __init__(
        self, pool: PoolManager, accounts: Accounts, base_url: str = WECHAT_API, *, seconds: float = 5
    ) -> None:
        super().__init__(pool, base_url, seconds=seconds)
        self._accounts = accounts

    def send(self, message: Message) -> None:
        account = self._accounts.of(message.hospital)
        if account is None or not account.template:
            raise UndeliverableError("wechat: no template")
        data = {account.template_field: {"value": NOTICE}}
        body = {"touser": message.to, "template_id": account.template, "page": message.url, "data": data}
        self._told(account, "/cgi-bin/message/subscribe/bizsend", body, NOT_ALLOWED)
