"""The stack as one thing: brought up, looked at, taken down, wiped. Every command may be repeated."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from infra.local import assembly, bridges, components, demo_users, deploy, ports, processes
from infra.local.clients import client
from infra.local.home import REPOSITORY, Home, only_one, read_json, write_json

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Iterator

    from infra.local.assembly import StackTemplate

    Say = Callable[[str], None]
    Source = Callable[[], list[StackTemplate]]

MAIL_SENDER = "xuanjiao@renhe.example"
# Outputs that CDK adds of itself, for its cross-stack references, end in eight hexadecimal digits.
_MADE_BY_CDK = re.compile("[0-9A-F]{8}$")
_POOL_OUTPUTS = ("UserPoolId", "UserPoolClientId")


class RecoveryError(Exception):
    """The product could not restore what does not outlive a restart; the message is what its command printed."""


class NotRunningError(Exception):
    """What was asked needs a running stack."""


def up(directory: Path, say: Say = print, source: Source | None = None) -> dict[str, Any]:
    """Start what is not running, deploy what changed, and return what stands in endpoints.json.

    `source` gives the stacks to deploy, those of the product by default. StartError, SynthesisError, DeployError and
    RecoveryError say what failed.
    """
    home = Home(directory.resolve())
    home.make()
    with only_one(home.root / "lock"):
        return _up(home, say, source or product())


def product(outdir: Path | None = None, context: str | None = None) -> Source:
    """The product's own stacks, synthesized into `outdir` (cdk.out of the repository).

    `context`, a JSON object, replaces settings of cdk.json, for example the timers of a test; NARROWCAST_CONTEXT of
    the environment does by default.
    """

    def synthesized() -> list[StackTemplate]:
        folder = outdir or REPOSITORY / "cdk.out"
        assembly.synthesize(folder, os.environ.get(assembly.CONTEXT_VARIABLE, "") if context is None else context)
        return assembly.stacks(folder)

    return synthesized


def _up(home: Home, say: Say, source: Source) -> dict[str, Any]:
    restored = any(home.emulator_state.iterdir())
    started = _start(home, _parts(home), ("aws", "search", "outbox"), say)
    # An emulator that crashed has an older log than the index knows.
    _owe(home, index=bool({"aws", "search"} & set(started)), workflows=restored and "aws" in started)
    aws = _url(home, "aws")
    wanted = _synthesized(source, say)
    _verify_sender(aws)
    changed = _deploy(home, aws, wanted, say)
    endpoints = _endpoints(home, aws, wanted)
    write_json(home.endpoints, endpoints)
    home.endpoints.chmod(0o600)
    if changed or "aws" in started:
        # Positions in a stream do not outlive the emulator, and a deploy may have changed the mappings.
        _stop(home, ["pump"], say)
    _start(home, _parts(home), ("pump",), say)
    if endpoints["api"]:
        _recover(home, say)
    say(f"ready: {endpoints['api'] or aws}  outbox: {endpoints['outbox']}")
    return endpoints


def down(directory: Path, say: Say = print) -> None:
    """Stop everything and return when the emulator has saved its state."""
    home = Home(directory.resolve())
    with only_one(home.root / "lock"):
        _stop(home, reversed(components.NAMES), say)


def reset(directory: Path, say: Say = print) -> None:
    """Stop everything and forget all data; ports are kept."""
    home = Home(directory.resolve())
    with only_one(home.root / "lock"):
        _stop(home, reversed(components.NAMES), say)
        for entry in home.root.iterdir():
            if entry.name not in ("lock", home.ports.name):
                _remove(entry)
    say("all local data is gone")


def status(directory: Path) -> dict[str, str]:
    """`running`, `crashed` or `stopped` for each component."""
    home = Home(directory.resolve())
    return {name: _condition(home, name) for name in components.NAMES}


def token(directory: Path, person: demo_users.Person) -> str:
    """A fresh token of a person at a running stack; NotRunningError when there is none with a user pool here."""
    home = Home(directory.resolve())
    endpoints = read_json(home.endpoints)
    if not processes.is_running(home.processes, "aws") or not endpoints.get("user_pool"):
        raise NotRunningError("no stack with a user pool runs here; `python -m infra.local up` starts one")
    pool = demo_users.Pool(endpoints["aws"], endpoints["user_pool"], endpoints["user_pool_client"])
    return demo_users.sign_in(home, pool, person)


@contextmanager
def running_stack(directory: Path, source: Source | None = None) -> Iterator[dict[str, Any]]:
    """A stack of its own for as long as the block lasts; gives the content of its endpoints.json."""
    try:
        yield up(directory, say=_into(directory), source=source)
    finally:
        down(directory, say=_into(directory))


def _into(directory: Path) -> Say:
    def say(line: str) -> None:
        with (directory / "up.log").open("a", encoding="utf-8") as log:
            log.write(line + "\n")

    return say


# --- processes ----------------------------------------------------------------------------------------------------


def _parts(home: Home) -> dict[str, components.Component]:
    serving = [name for name in components.PORTS if processes.is_running(home.processes, name)]
    return components.all_of(home, ports.choose(home.ports, components.PORTS, serving))


def _start(home: Home, parts: dict[str, components.Component], names: Iterable[str], say: Say) -> list[str]:
    started = []
    for name in names:
        if not processes.is_running(home.processes, name):
            components.start(home, parts[name])
            say(f"{name}: started {_url(home, name) if name in components.PORTS else ''}".rstrip())
            started.append(name)
    return started


def _stop(home: Home, names: Iterable[str], say: Say) -> None:
    for name in names:
        if not processes.was_started(home.processes, name):
            continue
        patience = components.STOP_SECONDS[name]
        clean = processes.stop(home.processes, name, patience)
        say(f"{name}: stopped" if clean else f"{name}: killed, it did not stop within {patience:.0f} s")


def _condition(home: Home, name: str) -> str:
    if processes.is_running(home.processes, name):
        return "running"
    return "crashed" if processes.was_started(home.processes, name) else "stopped"


def _url(home: Home, name: str) -> str:
    return components.url(read_json(home.ports)[name])


def _remove(entry: Path) -> None:
    if entry.is_dir():
        shutil.rmtree(entry)
    else:
        entry.unlink()


# --- deploy -------------------------------------------------------------------------------------------------------


def _synthesized(source: Source, say: Say) -> list[StackTemplate]:
    begun = time.monotonic()
    wanted = source()
    say(f"template: {len(wanted)} stacks ({time.monotonic() - begun:.1f} s)")
    return wanted


def _deploy(home: Home, aws: str, stacks: list[StackTemplate], say: Say) -> list[str]:
    begun = time.monotonic()
    site = deploy.Site(home, aws, f"{ports.HOST}:{read_json(home.ports)['search']}")
    changed = []
    for name in deploy.deploy(site, stacks, _parameters(home, aws, stacks)):
        say(f"{name}: deployed")
        changed.append(name)
    deploy.forget_layers(home, stacks)
    say(f"deploy: {len(changed)} of {len(stacks)} stacks changed ({time.monotonic() - begun:.1f} s)")
    return changed


def _parameters(home: Home, aws: str, stacks: Iterable[StackTemplate]) -> dict[str, str]:
    """Where the outside world reaches this stack; a template takes those it declares."""
    stages = [name for stack in stacks for name in bridges.api_stages(stack.template)]
    return {
        "PublicUrlPrefix": f"{aws}/_aws/execute-api/",
        "PublicUrlSuffix": f"/{stages[0]}" if stages else "",
        "AppWebhookUrl": f"{_url(home, 'outbox')}/app-webhook",
        "MailSender": MAIL_SENDER,
        "SearchUrlPrefix": "http://",
    }


def _verify_sender(aws: str) -> None:
    """SES sends for verified addresses only; the emulator verifies at a word."""
    client("ses", aws).verify_email_identity(EmailAddress=MAIL_SENDER)


# --- endpoints.json -----------------------------------------------------------------------------------------------


def _endpoints(home: Home, aws: str, stacks: Iterable[StackTemplate]) -> dict[str, Any]:
    outputs = deploy.outputs(aws, [stack.name for stack in stacks])
    api = _api_url(aws, outputs)
    return {
        "api": api,
        "aws": aws,
        "search": _url(home, "search"),
        "outbox": _url(home, "outbox"),
        "tokens": _tokens(home, aws, outputs),
        "stack": _stack_settings(home, outputs, api),
        "user_pool": outputs.get("UserPoolId"),
        "user_pool_client": outputs.get("UserPoolClientId"),
    }


def _api_url(aws: str, outputs: dict[str, str]) -> str | None:
    if "RestApiId" not in outputs:
        return None
    return f"{aws}/_aws/execute-api/{outputs['RestApiId']}/{outputs.get('RestApiStage', 'prod')}"


def _tokens(home: Home, aws: str, outputs: dict[str, str]) -> dict[str, str]:
    tokens = {"his": demo_users.his_api_key(aws)} if "RestApiId" in outputs else {}
    if all(name in outputs for name in _POOL_OUTPUTS):
        pool = demo_users.Pool(aws, outputs["UserPoolId"], outputs["UserPoolClientId"])
        tokens |= {person.role: demo_users.sign_in(home, pool, person) for person in demo_users.demo_staff()}
    return {role: value for role, value in tokens.items() if value}


def _stack_settings(home: Home, outputs: dict[str, str], api: str | None) -> dict[str, str]:
    """The outputs under the names of the functions' environment variables."""
    settings = {variable(key): value for key, value in outputs.items() if not _MADE_BY_CDK.search(key)}
    settings |= {
        "SEARCH_ENDPOINT": _url(home, "search"),
        "APP_WEBHOOK_URL": f"{_url(home, 'outbox')}/app-webhook",
        "MAIL_SENDER": MAIL_SENDER,
    }
    return settings | ({"PUBLIC_BASE_URL": api} if api else {})


def variable(output_key: str) -> str:
    """EventLogTable -> EVENT_LOG_TABLE."""
    words = "".join(f" {letter}" if letter.isupper() else letter for letter in output_key).split()
    return "_".join(words).upper()


# --- what the product itself must do after a restart --------------------------------------------------------------


def _owe(home: Home, **lost: bool) -> None:
    """Note what has to be restored, so that it is not forgotten if this start fails before it comes to that."""
    owed = read_json(home.recovery)
    write_json(home.recovery, owed | {step: True for step, is_lost in lost.items() if is_lost})


def _recover(home: Home, say: Say) -> None:
    """Restore what is owed; RecoveryError leaves the rest to the next start."""
    for step, restore in {"index": _rebuild_index, "workflows": _reconcile_workflows}.items():
        owed = read_json(home.recovery)
        if owed.pop(step, False):
            restore(home, say)
            write_json(home.recovery, owed)


def _rebuild_index(home: Home, say: Say) -> None:
    """The search server keeps its index in memory: rebuild it from the log. Damaged streams are left out of it (1)."""
    _narrowcast(home, say, "log", "rebuild", "index", "--json", accepted=(0, 1))


def _reconcile_workflows(home: Home, say: Say) -> None:
    """The emulator fails running executions when it restarts: have pending signatures and edits opened again."""
    _narrowcast(home, say, "reconcile", "--json")


def _narrowcast(home: Home, say: Say, *arguments: str, accepted: Container[int] = (0,)) -> None:
    program = Path(sys.executable).with_name("narrowcast")
    command = " ".join(("narrowcast", *arguments))
    ran = subprocess.run(  # noqa: S603 - the product's own command line
        [program, *arguments], cwd=home.directory, capture_output=True, text=True, check=False
    )
    if ran.returncode not in accepted:
        raise RecoveryError(f"{command} ended with {ran.returncode}:\n{ran.stdout}{ran.stderr}")
    say(f"{command}: done")
