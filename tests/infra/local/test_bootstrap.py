"""The bootstrap speaks to a Runtime API as AWS's own runtime does; it is run as the emulator runs it."""

from __future__ import annotations

import json
import queue
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from infra.local import bootstrap

ARN = "arn:aws:lambda:us-east-1:000000000000:function:probe"
PATIENCE = 20


@dataclass
class RuntimeApi:
    """The emulator's side: hands out invocations, keeps what is posted."""

    invocations: queue.Queue[tuple[str, bytes, dict[str, str]]] = field(default_factory=queue.Queue)
    posts: queue.Queue[tuple[str, dict[str, Any]]] = field(default_factory=queue.Queue)

    def send(self, event: object, *, request_id: str = "req-1", **headers: str) -> None:
        self.invocations.put((request_id, json.dumps(event).encode(), headers))

    def posted(self) -> tuple[str, Any]:
        return self.posts.get(timeout=PATIENCE)

    def end(self) -> None:
        self.invocations.put(("", b"", {}))


def handler_for(api: RuntimeApi) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            request_id, body, headers = api.invocations.get()
            self.send_response(200 if request_id else 500)
            if request_id:
                self.send_header("Lambda-Runtime-Aws-Request-Id", request_id)
            for name, value in headers.items():
                self.send_header(name.replace("_", "-"), value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(202)
            self.send_header("Content-Length", "0")
            self.end_headers()
            api.posts.put((self.path.removeprefix("/2018-06-01/runtime"), json.loads(body)))

        def log_message(self, *_: object) -> None:
            """Keep the test's output quiet."""

    return Handler


@dataclass
class Environment:
    """One running execution environment."""

    api: RuntimeApi
    process: subprocess.Popen[str]

    def output(self) -> str:
        self.api.end()
        text, _ = self.process.communicate(timeout=PATIENCE)
        return text


Start = Callable[..., Environment]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Start a function from its source, with layers given as {module: source}."""
    api = RuntimeApi()
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler_for(api))
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    started: list[subprocess.Popen[str]] = []

    def run(source: str, *, name: str = "handler.handler", layers: dict[str, str] | None = None) -> Environment:
        task, layer = tmp_path / "task", tmp_path / "layer"
        task.mkdir()
        layer.mkdir()
        (task / "handler.py").write_text(source)
        for module, text in (layers or {}).items():
            (layer / f"{module}.py").write_text(text)
        process = subprocess.Popen(  # noqa: S603 - this interpreter and our own bootstrap
            [sys.executable, "-I", "-S", bootstrap.__file__, str(layer)],
            cwd=task,
            env={
                "AWS_LAMBDA_RUNTIME_API": f"127.0.0.1:{server.server_address[1]}",
                "LAMBDA_TASK_ROOT": str(task),
                "_HANDLER": name,
                "AWS_LAMBDA_FUNCTION_NAME": "probe",
                "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "512",
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        started.append(process)
        return Environment(api, process)

    yield run
    for process in started:
        process.kill()
        process.communicate()
    server.shutdown()
    server.server_close()


def test_an_answer_is_posted_as_the_response_to_its_request(start: Start) -> None:
    function = start("def handler(event, context):\n    return {'got': event['x']}")
    function.api.send({"x": 1}, request_id="req-7")
    assert function.api.posted() == ("/invocation/req-7/response", {"got": 1})


def test_one_environment_serves_one_invocation_after_another(start: Start) -> None:
    function = start("calls = []\ndef handler(event, context):\n    calls.append(event)\n    return len(calls)")
    function.api.send({}, request_id="a")
    function.api.send({}, request_id="b")
    assert [function.api.posted(), function.api.posted()] == [
        ("/invocation/a/response", 1),
        ("/invocation/b/response", 2),
    ]


def test_an_error_is_reported_under_the_name_of_its_class(start: Start) -> None:
    function = start(
        "class FactsDifferError(Exception): pass\n"
        "def handler(event, context):\n    raise FactsDifferError('0.5 is not 5')"
    )
    function.api.send({})
    path, error = function.api.posted()
    assert path == "/invocation/req-1/error"
    assert (error["errorType"], error["errorMessage"]) == ("FactsDifferError", "0.5 is not 5")
    assert len(error["stackTrace"]) == 1
    assert "in handler" in error["stackTrace"][0]


def test_an_error_does_not_end_the_environment(start: Start) -> None:
    function = start("def handler(event, context):\n    return 1 // event")
    function.api.send(0)
    function.api.send(1, request_id="req-2")
    assert function.api.posted()[1]["errorType"] == "ZeroDivisionError"
    assert function.api.posted() == ("/invocation/req-2/response", 1)


@pytest.mark.parametrize(
    ("source", "name", "error_type"),
    [
        ("import nowhere_to_be_found", "handler.handler", "Runtime.ImportModuleError"),
        ("def handler(:", "handler.handler", "Runtime.UserCodeSyntaxError"),
        ("", "handler.handler", "Runtime.HandlerNotFound"),
        ("", "handler", "Runtime.MalformedHandlerName"),
        ("raise KeyError('EVENT_LOG_TABLE')", "handler.handler", "KeyError"),
    ],
)
def test_a_function_that_cannot_start_reports_an_init_error_and_ends(
    start: Start, source: str, name: str, error_type: str
) -> None:
    function = start(source, name=name)
    path, error = function.api.posted()
    assert path == "/init/error"
    assert error["errorType"] == error_type
    assert function.process.wait(PATIENCE) == 1


def test_an_answer_that_is_no_json_is_a_marshalling_error(start: Start) -> None:
    function = start("def handler(event, context):\n    return {1, 2}")
    function.api.send({})
    assert function.api.posted()[1]["errorType"] == "Runtime.MarshalError"


def test_decimals_are_numbers_in_an_answer(start: Start) -> None:
    function = start("from decimal import Decimal\ndef handler(event, context):\n    return Decimal('0.5')")
    function.api.send({})
    assert function.api.posted() == ("/invocation/req-1/response", 0.5)


def test_the_context_says_what_lambda_says(start: Start) -> None:
    function = start(
        "def handler(event, c):\n"
        "    return [c.aws_request_id, c.function_name, c.memory_limit_in_mb, c.invoked_function_arn,\n"
        "            c.get_remaining_time_in_millis() > 1_000_000, c.function_version, c.client_context]"
    )
    function.api.send(
        {},
        request_id="req-9",
        Lambda_Runtime_Invoked_Function_Arn=ARN,
        Lambda_Runtime_Deadline_Ms="99999999999999",
    )
    assert function.api.posted()[1] == ["req-9", "probe", "512", ARN, True, "$LATEST", None]


def test_the_trace_id_belongs_to_one_invocation(start: Start) -> None:
    function = start("import os\ndef handler(event, context):\n    return os.environ.get('_X_AMZN_TRACE_ID')")
    function.api.send({}, Lambda_Runtime_Trace_Id="Root=1-abc")
    function.api.send({})
    assert [function.api.posted()[1], function.api.posted()[1]] == ["Root=1-abc", None]


def test_a_log_line_has_level_time_and_request_id(start: Start) -> None:
    function = start(
        "import logging\ndef handler(event, context):\n    logging.getLogger('x').warning('%s refused', 'draft')"
    )
    function.api.send({}, request_id="req-5")
    function.api.posted()
    line = next(line for line in function.output().splitlines() if "refused" in line)
    level, time, request, message = line.split("\t")
    assert (level, request, message) == ("[WARNING]", "req-5", "draft refused")
    assert time.endswith("Z")


def test_a_function_sees_its_folder_and_its_layers_and_no_site_packages(start: Start) -> None:
    function = start(
        "import greeting, sys\n"
        "def found(name):\n"
        "    try:\n        __import__(name)\n    except ImportError:\n        return False\n    return True\n"
        "def handler(event, context):\n"
        "    return [greeting.WORD, found('boto3'), found('deploy'), found('infra')]",
        layers={"greeting": "WORD = 'hello'"},
    )
    function.api.send({})
    assert function.api.posted()[1] == ["hello", False, False, False]


def test_a_module_of_the_function_precedes_one_of_a_layer(start: Start) -> None:
    function = start(
        "WHERE = ' in the function'\n"
        "def handler_(event, context):\n    import handler\n    return handler.__name__ + handler.WHERE",
        name="handler.handler_",
        layers={"handler": "WHERE = ' in the layer'"},
    )
    function.api.send({})
    assert function.api.posted()[1] == "handler in the function"


def test_an_environment_ends_with_the_emulator(start: Start) -> None:
    function = start("def handler(event, context):\n    return 1")
    function.api.end()
    assert function.process.wait(PATIENCE) == 0
