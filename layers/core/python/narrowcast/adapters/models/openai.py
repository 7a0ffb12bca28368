"""The way to a model behind any endpoint of OpenAI's chat completions: a private GLM, Qwen or DeepSeek."""

from __future__ import annotations

import json
from collections.abc import Callable
from time import monotonic
from typing import Any

from urllib3 import BaseHTTPResponse, PoolManager, Timeout
from urllib3.exceptions import HTTPError

from narrowcast.adapters.models.answers import MAX_ANSWER, parse
from narrowcast.adapters.models.model import Question, UnusableAnswerError
from narrowcast.application.ports import UnavailableError

_OK = 200
_TRY_LATER = frozenset({408, 409, 425, 429})
_SERVER_FAULT = 500
_PART = 65_536
_MAX_BODY = 8 * MAX_ANSWER
"""Bytes, for JSON within JSON; a longer answer is cut there and then is no JSON."""


class OpenAiModel:
    """Model behind `<base_url>/chat/completions`. `key` is asked for at each call: a rotated key holds at once."""

    def __init__(
        self,
        pool: PoolManager,
        base_url: str,
        model: str,
        key: Callable[[], str],
        *,
        seconds: float,
        max_tokens: int = 8192,
    ) -> None:
        self._pool = pool
        self._url = f"{base_url.rstrip('/')}/chat/completions"
        self._model = model
        self._key = key
        self._seconds = seconds
        self._max_tokens = max_tokens

    @property
    def name(self) -> str:
        """Adapter and model."""
        return f"openai/{self._model}"

    def ask(self, question: Question) -> object:
        return parse(_content(self._complete(question)))

    def _complete(self, question: Question) -> bytes:
        request = {
            "model": self._model,
            "messages": [
                {"role": "system", "content": question.system},
                {"role": "user", "content": question.message},
            ],
            "temperature": 0,
            "max_tokens": self._max_tokens,
            "response_format": {
                "type": "json_schema",
                "json_schema": {"name": question.wanted, "strict": True, "schema": question.schema},
            },
        }
        status, body = self._post(json.dumps(request, ensure_ascii=False).encode())
        if status in _TRY_LATER or status >= _SERVER_FAULT:
            raise UnavailableError(f"model endpoint: HTTP {status}")
        if status != _OK:
            raise UnusableAnswerError(f"model endpoint: HTTP {status}")
        return body

    def _post(self, body: bytes) -> tuple[int, bytes]:
        """Return status and body, read no further and no longer than an honest answer takes; no redirect."""
        until = monotonic() + self._seconds
        headers = {"Content-Type": "application/json; charset=utf-8", "Authorization": f"Bearer {self._key()}"}
        try:
            answer = self._pool.request(
                "POST",
                self._url,
                body=body,
                headers=headers,
                timeout=Timeout(connect=5, read=self._seconds),
                retries=False,
                preload_content=False,
            )
            with answer:
                return answer.status, _read(answer, until)
        except HTTPError as fault:
            raise UnavailableError(f"model endpoint: {type(fault).__name__}") from None


def _read(answer: BaseHTTPResponse, until: float) -> bytes:
    """Return the body; UnavailableError if it drips in past the time, which no single read would notice."""
    body = bytearray()
    while len(body) < _MAX_BODY and (part := answer.read1(_PART)):
        body += part
        if monotonic() > until:
            raise UnavailableError("model endpoint: too slow")
    return bytes(body[:_MAX_BODY])


def _content(body: bytes) -> str:
    """Return the text of the only choice, if the model finished it."""
    try:
        choice: Any = json.loads(body)["choices"][0]
        finish, content = choice["finish_reason"], choice["message"]["content"]
    except (ValueError, LookupError, TypeError, RecursionError):
        raise UnusableAnswerError("the endpoint did not answer with a completion") from None
    if finish != "stop" or not isinstance(content, str):
        raise UnusableAnswerError("the model refused or did not finish")
    return content
