"""Request bodies into typed values, and values into answers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, TypeVar
from urllib.parse import parse_qs

import msgspec
from chalice.app import Response

from chalicelib.gate import app
from chalicelib.problems import Malformed, TooLarge

T = TypeVar("T")
MAX_BODY_BYTES = 256 * 1024
FORM = "application/x-www-form-urlencoded"
KEY = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
_MISSING = re.compile(r"missing required field `(?P<field>[^`]+)`")
_PATH = re.compile(r" - at `(?P<path>[^`]+)`")


def raw_body() -> bytes:
    """Return the body as sent; empty if there is none."""
    raw = app.current_request.raw_body if app.current_request else b""
    return raw if isinstance(raw, bytes) else raw.encode()


def content_type() -> str:
    """Return the Content-Type header."""
    request = app.current_request
    return str(request.headers.get("content-type", "")) if request else ""


def query() -> Mapping[str, str]:
    """Return the query parameters; Malformed unless each stands there once."""
    request = app.current_request
    given: Any = (request.query_params if request else None) or {}
    listed = {name: given.getlist(name) for name in given}
    if any(len(values) > 1 for values in listed.values()):
        raise Malformed("查询参数重复", field="query")
    return {name: values[0] for name, values in listed.items()}


def cookies() -> Mapping[str, str]:
    """Return the request's cookies; odd ones, which others set for the same host, are no reason to refuse it."""
    request = app.current_request
    sent = str(request.headers.get("cookie", "")) if request else ""
    named = (each.strip().partition("=") for each in sent.split(";"))
    return {name: value for name, _, value in named}


def read(into: type[T]) -> T:
    """Return the JSON body as a value; TooLarge, or Malformed with the field and the reason."""
    body = _bounded_body()
    try:
        return msgspec.json.decode(body, type=into)
    except msgspec.ValidationError as error:
        raise _malformed(str(error)) from None
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise Malformed("请求内容不是有效的JSON（须为UTF-8）", field="body") from None
    except RecursionError:
        raise Malformed("请求内容嵌套过深", field="body") from None


def _bounded_body() -> bytes:
    body = raw_body()
    if len(body) > MAX_BODY_BYTES:
        raise TooLarge("请求内容超过256KB", field="body")
    return body


def _malformed(message: str) -> Malformed:
    path = _PATH.search(message)
    place = path["path"].removeprefix("$.").removeprefix("$") if path else ""
    missing = _MISSING.search(message)
    if missing:
        return Malformed("缺少必填字段", field=".".join(filter(None, (place, missing["field"]))))
    return Malformed("字段的类型或取值不符合要求", field=place or "body")


def key(value: str, field: str) -> str:
    """Return an identifier that callers may choose; Malformed unless it is 1–64 of a-z, 0-9 and hyphens."""
    if not KEY.fullmatch(value):
        raise Malformed("编号只能由小写字母、数字和连字符组成（1–64位）", field=field)
    return value


def form() -> Mapping[str, str]:
    """Return the fields of a form as a browser posts it; TooLarge, or Malformed unless each field stands there once."""
    body = _bounded_body()
    if content_type().partition(";")[0].strip().lower() != FORM:
        raise Malformed("请使用页面上的表单提交", field="Content-Type")
    try:
        fields = parse_qs(body.decode("utf-8"), keep_blank_values=True, strict_parsing=True, max_num_fields=40)
    except ValueError:
        raise Malformed("表单内容无法识别", field="body") from None
    for name, values in fields.items():
        if len(values) > 1:
            raise Malformed("表单中有重复的字段，请重新打开链接", field=name)
    return {name: values[0] for name, values in fields.items()}


def answer(value: object, status: int = 200) -> Response:
    """Return a JSON answer."""
    body = msgspec.json.encode(value).decode()
    return Response(body, {"Content-Type": "application/json; charset=utf-8", "Cache-Control": "no-store"}, status)
