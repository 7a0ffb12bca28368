"""The Lambda runtime of the embedded AWS: what `bootstrap` runs in every python function.

The emulator's own Python runtime calls every error `Runtime.HandlerError`, so a workflow could not catch by name.
This client of the Runtime API reports errors, context and logs as AWS does. Called as

    python -I -S bootstrap.py LAYER_DIRECTORY...

`-I -S` keep site-packages and this directory off the path: a function sees its own folder, its layers and the
standard library, so a missing dependency fails here as it would there. It therefore imports nothing else.
"""

from __future__ import annotations

import http.client
import importlib
import json
import logging
import os
import sys
import time
import traceback
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Handler = Callable[[Any, "Context"], Any]

_API = "/2018-06-01/runtime"


class NamedError(Exception):
    """A fault that AWS names `Runtime.…` rather than by its class."""

    def __init__(self, name: str, message: str) -> None:
        super().__init__(message)
        self.name = name


@dataclass(frozen=True)
class Identity:
    """The Cognito identity of a mobile caller: none in this product."""

    cognito_identity_id: str | None = None
    cognito_identity_pool_id: str | None = None


@dataclass(frozen=True)
class Context:
    """The second argument of a handler."""

    aws_request_id: str
    invoked_function_arn: str
    deadline_ms: int
    function_name: str = field(default_factory=lambda: os.environ.get("AWS_LAMBDA_FUNCTION_NAME", ""))
    function_version: str = field(default_factory=lambda: os.environ.get("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST"))
    memory_limit_in_mb: str = field(default_factory=lambda: os.environ.get("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "128"))
    log_group_name: str = field(default_factory=lambda: os.environ.get("AWS_LAMBDA_LOG_GROUP_NAME", ""))
    log_stream_name: str = field(default_factory=lambda: os.environ.get("AWS_LAMBDA_LOG_STREAM_NAME", ""))
    identity: Identity = field(default_factory=Identity)
    client_context: None = None

    def get_remaining_time_in_millis(self) -> int:
        return max(0, self.deadline_ms - int(time.time() * 1000))


class RequestLog(logging.Formatter):
    """AWS's plain text log line: level, time in UTC, request id, message."""

    converter = staticmethod(time.gmtime)
    request_id = ""

    def __init__(self) -> None:
        super().__init__(
            "[%(levelname)s]\t%(asctime)s.%(msecs)03dZ\t%(aws_request_id)s\t%(message)s", "%Y-%m-%dT%H:%M:%S"
        )

    def format(self, record: logging.LogRecord) -> str:
        record.aws_request_id = self.request_id
        return super().format(record)


def main(layers: Sequence[str]) -> NoReturn:
    """Serve invocations until the emulator goes away."""
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    sys.path[:0] = [os.environ["LAMBDA_TASK_ROOT"], *layers]
    log = _log_to_stdout()
    handler = _load_or_report()
    while True:
        _serve_one(handler, log)


def _log_to_stdout() -> RequestLog:
    formatter = RequestLog()
    output = logging.StreamHandler(sys.stdout)
    output.setFormatter(formatter)
    logging.getLogger().addHandler(output)
    return formatter


def _load_or_report() -> Handler:
    try:
        return load_handler(os.environ["_HANDLER"])
    except Exception as error:  # noqa: BLE001 - whatever a module raises at import is an init error
        payload = describe(error)
        _print_error(payload)
        _call("POST", "/init/error", payload)
        sys.exit(1)


def load_handler(name: str) -> Handler:
    """The function that `module.function` names. A module that cannot be imported is a NamedError."""
    module_name, dot, function_name = name.rpartition(".")
    if not dot:
        raise NamedError("Runtime.MalformedHandlerName", f"Bad handler '{name}': not enough values to unpack")
    try:
        module = importlib.import_module(module_name.replace("/", "."))
    except ImportError as error:
        raise NamedError("Runtime.ImportModuleError", f"Unable to import module '{module_name}': {error}") from error
    except SyntaxError as error:
        raise NamedError("Runtime.UserCodeSyntaxError", f"Syntax error in module '{module_name}': {error}") from error
    return _function_of(module, module_name, function_name)


def _function_of(module: object, module_name: str, function_name: str) -> Handler:
    try:
        handler: Handler = getattr(module, function_name)
    except AttributeError:
        raise NamedError(
            "Runtime.HandlerNotFound", f"Handler '{function_name}' missing on module '{module_name}'"
        ) from None
    return handler


def _serve_one(handler: Handler, log: RequestLog) -> None:
    headers, body = _next_invocation()
    request_id = headers["Lambda-Runtime-Aws-Request-Id"]
    log.request_id = request_id
    _trace(headers.get("Lambda-Runtime-Trace-Id"))
    outcome, payload = run(handler, body, _context(request_id, headers))
    # The emulator waits 50 ms for output after a call that printed none.
    print(f"DONE RequestId: {request_id}")
    _call("POST", f"/invocation/{request_id}/{outcome}", payload)


def _context(request_id: str, headers: http.client.HTTPMessage) -> Context:
    return Context(
        aws_request_id=request_id,
        invoked_function_arn=headers.get("Lambda-Runtime-Invoked-Function-Arn", ""),
        deadline_ms=int(headers.get("Lambda-Runtime-Deadline-Ms", "0")),
    )


def run(handler: Handler, body: bytes, context: Context) -> tuple[str, bytes]:
    """Call a handler: ("response", its answer) or ("error", AWS's description of what it raised), as JSON."""
    try:
        return "response", marshal(handler(json.loads(body), context))
    except Exception as error:  # noqa: BLE001 - a handler's error is an answer, named after its class
        payload = describe(error, context.aws_request_id)
        _print_error(payload)
        return "error", payload


def marshal(answer: object) -> bytes:
    """An answer as JSON; NamedError when it holds what JSON cannot say."""
    try:
        return json.dumps(answer, default=_plain_number).encode()
    except (TypeError, ValueError) as error:
        raise NamedError("Runtime.MarshalError", f"Unable to marshal response: {error}") from error


def _plain_number(value: object) -> float:
    if isinstance(value, Decimal):
        return float(value)
    raise TypeError(f"Object of type {type(value).__name__} is not JSON serializable")


def describe(error: BaseException, request_id: str = "") -> bytes:
    """The error as Lambda reports it: message, class name, stack without this file's own frames."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename != __file__]
    payload = {
        "errorMessage": str(error),
        "errorType": error.name if isinstance(error, NamedError) else type(error).__name__,
        "requestId": request_id,
        "stackTrace": traceback.format_list(frames),
    }
    return json.dumps(payload).encode()


def _print_error(payload: bytes) -> None:
    error = json.loads(payload)
    print(f"[ERROR] {error['errorType']}: {error['errorMessage']}\nTraceback (most recent call last):")
    print("".join(error["stackTrace"]))


def _trace(trace_id: str | None) -> None:
    if trace_id:
        os.environ["_X_AMZN_TRACE_ID"] = trace_id
    else:
        os.environ.pop("_X_AMZN_TRACE_ID", None)


def _next_invocation() -> tuple[http.client.HTTPMessage, bytes]:
    headers, body = _call("GET", "/invocation/next")
    if "Lambda-Runtime-Aws-Request-Id" not in headers:
        sys.exit(0)  # the execution environment was stopped
    return headers, body


def _call(method: str, path: str, body: bytes | None = None) -> tuple[http.client.HTTPMessage, bytes]:
    """One request, one connection: the emulator answers in two writes, which cost 40 ms on a kept-alive one."""
    api = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"], timeout=None)
    try:
        api.request(method, _API + path, body, {"Content-Type": "application/json", "Connection": "close"})
        answer = api.getresponse()
        return answer.headers, answer.read()
    except (OSError, http.client.HTTPException):
        sys.exit(0)  # the emulator is gone, and with it this environment's reason to be
    finally:
        api.close()


if __name__ == "__main__":
    main(sys.argv[1:])
