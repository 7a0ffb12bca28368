"""The document from which clients of this API are generated."""

from __future__ import annotations

import json
from functools import cache

from chalice.app import Response

from chalicelib.gate import gate
from chalicelib.openapi import openapi_document
from narrowcast.runtime.bootstrap import composition


@gate.public("GET", "/openapi.json")
def show_openapi() -> Response:
    """Show the OpenAPI document of this API."""
    body = _written(composition().base_url)
    return Response(body, {"Content-Type": "application/json; charset=utf-8", "Cache-Control": "max-age=300"})


@cache
def _written(base_url: str) -> str:
    return json.dumps(openapi_document(base_url), ensure_ascii=False)
