"""`narrowcast ask` and `narrowcast assistant …`: questions to the assistant, and its switch."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import Any

from narrowcast.application.assistant import Reply
from narrowcast.application.hospitals import profile_of
from narrowcast.application.store import Actor
from narrowcast.application.streams import HOSPITAL, StreamKey
from narrowcast.cli.common import OK, Arguments, UsageError, add_command, open_stack, streams, tell
from narrowcast.domain import hospital as hospitals
from narrowcast.runtime.bootstrap import Composition

OPERATOR = Actor("operator")


def add_ask(groups: Any) -> None:
    """Declare `narrowcast ask`."""
    ask = add_command(groups, "ask", "ask the assistant a question", _ask)
    ask.add_argument("question")
    _of_hospital(ask)
    ask.add_argument("--conversation", default="", metavar="ID", help="go on with a conversation")


def add_commands(group: Any) -> None:
    """Declare the commands of the group."""
    for name, text, running in (
        ("start", "let the assistant answer", True),
        ("stop", "stop every answer: questions go to staff", False),
    ):
        _of_hospital(add_command(group, name, text, partial(_switch, running=running)))
    _of_hospital(add_command(group, "remind", "remind staff of whoever waits too long", _remind))


def _of_hospital(command: argparse.ArgumentParser) -> None:
    command.add_argument("--hospital", default="", metavar="CODE", help="needed where there is more than one")


def _ask(arguments: Arguments) -> int:
    composition = open_stack(arguments)
    hospital, assistant = hospital_of(composition, arguments.hospital), composition.assistant
    conversation = arguments.conversation or assistant.open(hospital, channel="cli")
    reply = assistant.ask(hospital, conversation, arguments.question)
    tell(arguments, document(reply), _lines(reply))
    return OK


def document(reply: Reply) -> dict[str, object]:
    """Return a reply as JSON values."""
    sentences = [
        {
            "text": each.text,
            "content": each.content,
            "version": each.version,
            "signer": each.signer,
            "signed_at": each.signed_at.isoformat(),
        }
        for each in reply.sentences
    ]
    return {
        "kind": reply.kind,
        "sentences": sentences,
        "notices": list(reply.notices),
        "glossary": [
            {"term": each.term, "text": each.sentence.text, "content": each.sentence.content}
            for each in reply.explained
        ],
        "doubtful": reply.doubtful,
        "phase": reply.phase,
        "conversation": reply.conversation,
        "question": reply.number,
        "label": reply.label,
    }


def _lines(reply: Reply) -> Iterator[str]:
    yield f"[{reply.kind}] {reply.conversation}"
    yield from reply.notices
    for each in reply.sentences:
        yield f"{each.text}  ({each.title}, {each.content} v{each.version}, {each.signer}, {each.signed_at:%Y-%m-%d})"
    yield from (f"{each.term}: {each.sentence.text}  ({each.sentence.content})" for each in reply.explained)


def _switch(arguments: Arguments, *, running: bool) -> int:
    composition = open_stack(arguments)
    hospital = hospital_of(composition, arguments.hospital)
    wanted = replace(profile_of(composition.store, hospital).assistant, running=running)
    composition.store.execute(
        HOSPITAL, hospital, hospital, lambda s: hospitals.configure_assistant(s, wanted), OPERATOR
    )
    tell(arguments, {"hospital": hospital, "running": running}, [f"{hospital}: {'runs' if running else 'stopped'}"])
    return OK


def _remind(arguments: Arguments) -> int:
    composition = open_stack(arguments)
    reminded = composition.reminders.remind(hospital_of(composition, arguments.hospital))
    tell(arguments, {"reminded": reminded}, reminded or ["nobody waits too long"])
    return OK


def hospital_of(composition: Composition, named: str) -> str:
    """Return the hospital that is meant: the one named, or the only one there is; UsageError."""
    if named:
        return named
    known: list[StreamKey] = streams(composition, HOSPITAL.name)
    if len(known) != 1:
        message = f"{len(known)} hospitals are registered: name the --hospital"
        raise UsageError(message)
    return known[0].hospital
