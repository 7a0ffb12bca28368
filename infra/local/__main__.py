"""`python -m infra.local …`: the commands behind `make up`, `make down` and `make logs`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from infra.local import follow, stack
from infra.local.assembly import SynthesisError
from infra.local.components import StartError
from infra.local.demo_users import STAFF_ROLES, Person
from infra.local.deploy import DeployError

_FAULTS = (StartError, SynthesisError, DeployError, stack.RecoveryError, stack.NotRunningError)


def main(arguments: list[str] | None = None) -> int:
    """Run one command; 0 when it succeeded, 1 when it did not, 2 on bad usage."""
    options = _parser().parse_args(arguments)
    try:
        return int(options.run(Path.cwd(), options) or 0)
    except _FAULTS as error:
        print(error, file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m infra.local", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    commands.add_parser("up", help="start the stack and deploy what changed").set_defaults(run=_up)
    commands.add_parser("down", help="save all state and stop the stack").set_defaults(run=_down)
    commands.add_parser("status", help="what runs; exit 1 unless all does").set_defaults(run=_status)
    commands.add_parser("reset", help="stop the stack and delete its data").set_defaults(run=_reset)
    logs = commands.add_parser("logs", help="follow the logs of all components and functions")
    logs.add_argument("--once", action="store_true", help="print what is there and end")
    logs.set_defaults(run=_logs)
    token = commands.add_parser("token", help="a fresh bearer token of a member of staff")
    token.add_argument("--role", choices=STAFF_ROLES, required=True)
    token.add_argument("--signer", help="signer id of a doctor, such as sg-li")
    token.set_defaults(run=_token)
    return parser


def _up(directory: Path, _: argparse.Namespace) -> None:
    stack.up(directory)


def _down(directory: Path, _: argparse.Namespace) -> None:
    stack.down(directory)


def _reset(directory: Path, _: argparse.Namespace) -> None:
    stack.reset(directory)


def _status(directory: Path, _: argparse.Namespace) -> int:
    conditions = stack.status(directory)
    for name, condition in conditions.items():
        print(f"{name:8} {condition}")
    return 0 if set(conditions.values()) == {"running"} else 1


def _logs(directory: Path, options: argparse.Namespace) -> None:
    follow.follow(directory, once=options.once)


def _token(directory: Path, options: argparse.Namespace) -> None:
    print(stack.token(directory, Person(options.role, options.signer)))


if __name__ == "__main__":
    sys.exit(main())
