"""The process whose children are killed: it warms up, then forks a child for each piece of work and tells its end.

    python -m tests.support.crash_zygote

Work comes as lines of JSON on the standard input, each answered by a line on the standard output. A child does what an
execution environment of a function does right after its start; the zygote has made the clients and sent nothing. Every
request a child sends, to whichever service, passes two step boundaries: one before it leaves, one when the service has
answered and the child does not know it yet. At the boundary that the work names, the child kills itself with SIGKILL.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import traceback
from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import cache, partial
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

from urllib3.connectionpool import HTTPConnectionPool

from narrowcast.adapters.system import SystemClock
from narrowcast.application.store import Actor
from narrowcast.application.streams import GUIDE
from narrowcast.domain.guide import Guide, GuidePushed
from narrowcast.domain.vocabulary import Channel
from narrowcast.runtime.bootstrap import composition

FUNCTIONS = Path(__file__).parents[2] / "functions"
PACKED = 20
"""Events in the commit of one command."""


class Steps:
    """Counts step boundaries and ends the process at one of them."""

    def __init__(self, kill_at: int) -> None:
        self.passed = 0
        self._kill_at = kill_at

    def boundary(self) -> None:
        """Die here if this is the boundary."""
        if self.passed == self._kill_at:
            os.kill(os.getpid(), signal.SIGKILL)
        self.passed += 1

    def watch(self) -> None:
        """Put boundaries around each request of this process from now on."""
        urlopen = HTTPConnectionPool.urlopen

        def watched(pool: HTTPConnectionPool, *arguments: Any, **options: Any) -> Any:
            self.boundary()
            answer = urlopen(pool, *arguments, **options)
            self.boundary()
            return answer

        HTTPConnectionPool.urlopen = watched  # type: ignore[method-assign, assignment]


def append(command: str, key: str) -> int:
    """Execute a command that writes one packed commit unless it has been executed; return the stream's version."""
    pushes = [GuidePushed(f"{command}.{place}", Channel.SMS) for place in range(PACKED)]

    def decide(state: Guide) -> list[GuidePushed]:
        return [] if set(pushes) & set(state.pushes) else pushes

    return composition().store.execute(GUIDE, "renhe", key, decide, Actor("system:proof", causation_id=command)).version


def function(name: str, event: Mapping[str, Any], seconds_later: int = 0) -> Any:
    """Call a function's handler as the event source mapping does, with the clock so many seconds ahead."""
    now = SystemClock.now
    SystemClock.now = lambda clock: now(clock) + timedelta(seconds=seconds_later)  # type: ignore[method-assign, assignment]
    return _handler(name)(dict(event), Context(name))


class Context:
    """What Lambda tells a handler of its call."""

    memory_limit_in_mb = 128
    aws_request_id = "proof"

    def __init__(self, name: str) -> None:
        self.function_name = name
        self.invoked_function_arn = f"arn:aws:lambda:::function:{name}"


@cache
def _handler(name: str) -> Callable[[Any, Any], Any]:
    spec = spec_from_file_location(f"proof_{name}", FUNCTIONS / name / "handler.py")
    assert spec
    assert spec.loader
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    handler: Callable[[Any, Any], Any] = module.handler
    return handler


ACTS: dict[str, Callable[..., Any]] = {
    "append": append,
    "project_events": partial(function, "project_events"),
    "dispatch_events": partial(function, "dispatch_events"),
}


def main() -> None:
    """Fork a child for each line of work."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what functions log is no answer
    _warm_up()
    for line in sys.stdin:
        print(json.dumps(_in_a_child(json.loads(line))), file=answers, flush=True)


def _warm_up() -> None:
    """Make what the children share. No client that is kept may send a request, or they would share its connection."""
    whole = composition()
    whole._tables.client  # noqa: B018 - made on first use
    for use in os.environ["PROOF_USES"].split():
        getattr(whole, use)
    for name in os.environ["PROOF_FUNCTIONS"].split():
        _handler(name)


def _in_a_child(work: Mapping[str, Any]) -> dict[str, Any]:
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        _do(work, writing)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        said = pipe.read()
    _, status = os.waitpid(child, 0)
    return {"signal": os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0, "said": json.loads(said) if said else None}


def _do(work: Mapping[str, Any], writing: int) -> None:
    """Do the work and leave, saying what came of it; never return into the zygote's loop."""
    try:
        steps = Steps(work["kill_at"])
        steps.watch()
        answer = ACTS[work["act"]](**work["arguments"])
        os.write(writing, json.dumps({"answer": answer, "steps": steps.passed}).encode())
    except BaseException:  # noqa: BLE001 - a child must end here, whatever happened
        os.write(writing, json.dumps({"failed": traceback.format_exc()}).encode())
    finally:
        os._exit(0)


if __name__ == "__main__":
    main()
