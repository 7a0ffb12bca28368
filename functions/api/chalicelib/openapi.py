"""The OpenAPI document: routes, callers and texts from the gate, bodies from the types that the routes read.

What a route takes and answers beyond that is said in OPERATIONS, once, with an example that works.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

from chalicelib.gate import gate
from chalicelib.operations import OPERATIONS, Operation

Schema = dict[str, Any]

PROBLEM, OUTCOME = "application/problem+json", "application/fhir+json"
TITLE, VERSION = "窄播 Narrowcast", "1"
SECURITY: Mapping[str, list[Schema]] = {
    "staff": [{"staff": []}],
    "client": [{"client": []}],
    "session": [{"session": []}],
    "link": [],
    "public": [],
}
_PARAMETER = re.compile(r"{(\w+)}")


@dataclass(frozen=True, slots=True)
class Components:
    """The schemas that operations refer to, collected on the way."""

    schemas: Schema = field(default_factory=dict)

    def of(self, kind: type | Schema) -> Schema:
        """Return the schema of a type, by reference; one that is written out stays as it is."""
        if isinstance(kind, dict):
            return kind
        [schema], found = msgspec.json.schema_components([kind], ref_template="#/components/schemas/{name}")
        self.schemas.update(found)
        return schema


def openapi_document(base_url: str) -> Schema:
    """Return the document of every route of the app."""
    components = Components({"Problem": _problem(), "OperationOutcome": _outcome()})
    paths: Schema = {}
    for route in sorted(gate.access):
        method, path = route.split(" ", 1)
        paths.setdefault(path, {})[method.lower()] = _operation(route, method, path, components)
    return {
        "openapi": "3.1.0",
        "info": {"title": TITLE, "version": VERSION, "description": "医院健康教育网络的接口"},
        "servers": [{"url": base_url or "/"}],
        "paths": paths,
        "components": {"schemas": components.schemas, "securitySchemes": _schemes()},
    }


def _operation(route: str, method: str, path: str, components: Components) -> Schema:
    view, told = gate.views[route], OPERATIONS.get(route, Operation())
    access, roles = gate.access[route], gate.roles.get(route, ())
    return {
        "operationId": f"{view.__name__}_{method.lower()}" if method == "HEAD" else view.__name__,
        "summary": (view.__doc__ or "").strip().splitlines()[0],
        **({"description": f"Roles: {', '.join(roles)}"} if roles else {}),
        "tags": [view.__module__.rpartition(".")[2]],
        "security": SECURITY[access],
        "parameters": [*_path_parameters(path, told), *_query_parameters(told)],
        **_body(told, components),
        "responses": _responses(method, path, access, told, components),
    }


def _path_parameters(path: str, told: Operation) -> Iterator[Schema]:
    for name in _PARAMETER.findall(path):
        schema: Schema = {"type": "string", "minLength": 1, **told.path.get(name, {})}
        yield {"name": name, "in": "path", "required": True, "schema": schema}


def _query_parameters(told: Operation) -> Iterator[Schema]:
    for name, example in told.query.items():
        shown = {"example": example} if example else {}
        yield {"name": name, "in": "query", "required": False, "schema": {"type": "string"}, **shown}


def _body(told: Operation, components: Components) -> Schema:
    if not told.takes:
        return {}
    content = {
        media: {"schema": components.of(kind), **({"example": told.examples[media]} if media in told.examples else {})}
        for media, kind in told.takes.items()
    }
    return {"requestBody": {"required": True, "content": content}}


def _responses(method: str, path: str, access: str, told: Operation, components: Components) -> Schema:
    schema = components.of(told.gives)
    content = {} if method == "HEAD" else {media: {"schema": schema} for media in told.media}
    done: Schema = {"description": "成功", **({"content": content} if content else {})}
    found: Schema = {str(status): done for status in (told.status, *told.also)}
    for status in _refusals(access):
        found.setdefault(str(status), {"description": REFUSALS[status], "content": _refusal(method, path, access)})
    return found


REFUSALS = {
    400: "请求无法识别",
    401: "未登录或密钥无效",
    403: "无权限",
    404: "没有找到",
    409: "与当前状态冲突",
    410: "链接已过期",
    413: "内容过大",
    415: "不支持的格式",
    422: "内容不可接受",
    429: "尝试或请求过多",
    503: "系统繁忙，请稍后重试",
}


def _refusals(access: str) -> tuple[int, ...]:
    common = (400, 404, 413, 429, 503)
    return (*common, 401, 403, 409, 415, 422) if access in ("staff", "client") else (*common, 403, 409, 410, 422)


def _refusal(method: str, path: str, access: str) -> Schema:
    if method == "HEAD":
        return {}
    if access in ("link", "session") or path.startswith("/library"):
        return {"text/html": {"schema": {"type": "string"}}, PROBLEM: {"schema": _ref("Problem")}}
    own = {OUTCOME: {"schema": _ref("OperationOutcome")}} if path.startswith("/fhir") else {}
    # API Gateway's own refusals (no token, unknown key, too many calls) are plain JSON.
    gateway = {"application/json": {"schema": {"type": "object"}}}
    return {**own, PROBLEM: {"schema": _ref("Problem")}, **gateway}


def _ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def _schemes() -> Schema:
    return {
        "staff": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT", "description": "院内账号登录后的身份令牌"},
        "client": {"type": "http", "scheme": "bearer", "description": "发给医院信息系统的接口密钥"},
        "session": {"type": "apiKey", "in": "cookie", "name": "narrowcast-desk", "description": "工作台登录后的会话"},
    }


def _problem() -> Schema:
    """Return the schema of a problem document (RFC 9457): title and errors are Chinese."""
    error = {"type": "object", "properties": {"path": {"type": "string"}, "reason": {"type": "string"}}}
    properties = {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string"},
        "errors": {"type": "array", "items": {**error, "required": ["path", "reason"]}},
    }
    return {"type": "object", "properties": properties, "required": ["title", "status", "errors"]}


def _outcome() -> Schema:
    """Return the schema of a FHIR OperationOutcome as we write it."""
    issue = {
        "type": "object",
        "properties": {
            "severity": {"enum": ["fatal", "error", "warning", "information"]},
            "code": {"type": "string"},
            "details": {"type": "object", "properties": {"text": {"type": "string"}}},
            "expression": {"type": "array", "items": {"type": "string"}},
        },
        "required": ["severity", "code"],
    }
    return {
        "type": "object",
        "properties": {"resourceType": {"const": "OperationOutcome"}, "issue": {"type": "array", "items": issue}},
        "required": ["resourceType", "issue"],
    }
