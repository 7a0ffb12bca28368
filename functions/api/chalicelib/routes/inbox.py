"""The inbox of staff as data: who waits, what was said, taking over, replying. Only nurses and doctors come in.

Everything stays within the caller's hospital: a conversation of another one is not found.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass

from chalice.app import Response

from chalicelib.bodies import answer, key, query, read
from chalicelib.gate import Caller, Role, gate
from chalicelib.problems import Malformed
from narrowcast.application.hospitals import profile_of
from narrowcast.application.inbox import Staff
from narrowcast.domain.hospital import AssistantConfigured
from narrowcast.runtime.bootstrap import composition

CARERS = (Role.NURSE, Role.DOCTOR)


@dataclass(frozen=True, slots=True)
class NewReply:
    """What a member of staff says; `script` names the piece it was taken from, `confirmed` that she saw warnings."""

    text: str
    script: str = ""
    confirmed: bool = False
    message: str = ""


@dataclass(frozen=True, slots=True)
class NewNote:
    """What she leaves for colleagues."""

    text: str
    message: str = ""


@dataclass(frozen=True, slots=True)
class NewTransfer:
    """The department that is to go on."""

    department: str


@dataclass(frozen=True, slots=True)
class Settlement:
    """What came of a report on a sentence, by its place from 0."""

    number: int
    sentence: int
    upheld: bool


def staff(caller: Caller) -> Staff:
    """Return the caller as she speaks to patients."""
    role = Role.DOCTOR if Role.DOCTOR in caller.roles else Role.NURSE
    return Staff(caller.name.removeprefix("staff:"), caller.person, role)


def name_of(conversation: str) -> str:
    """Return the id of a conversation as it may stand in a path; Malformed."""
    return key(conversation, "conversation")


def known_department(hospital: str, department: str) -> str:
    """Return a department of the hospital; Malformed if it has none of that code."""
    profile = profile_of(composition().store, hospital).profile
    if department not in {each.department for each in (profile.departments if profile else ())}:
        raise Malformed("没有这个科室", field="department")
    return department


@gate.staff("GET", "/inbox", *CARERS)
def list_inbox(caller: Caller) -> Response:
    """List who needs a person: emergencies first, then who waits longest; waiting times in seconds."""
    entries = composition().inbox.entries(caller.hospital, query().get("department", ""))
    listed = [{**asdict(entry), "waiting": int(entry.waiting.total_seconds())} for entry in entries]
    return answer({"conversations": listed})


@gate.staff("GET", "/inbox/{conversation}", *CARERS)
def read_inbox_talk(caller: Caller, conversation: str) -> Response:
    """Show a conversation with the notes of colleagues, after a cursor."""
    after = query().get("after", "0")
    if not after.isdecimal() or len(after) > len("1000000"):
        raise Malformed("游标应为不小于0的整数", field="after")
    transcript = composition().inbox.open(caller.hospital, name_of(conversation), after=int(after))
    return answer({"lines": transcript.lines, "cursor": transcript.cursor, "phase": transcript.phase})


@gate.staff("POST", "/inbox/{conversation}/claim", *CARERS)
def claim_talk(caller: Caller, conversation: str) -> Response:
    """Take a conversation over."""
    composition().inbox.claim(caller.hospital, name_of(conversation), staff(caller))
    return _done(conversation)


@gate.staff("POST", "/inbox/{conversation}/reply", *CARERS)
def reply_to_talk(caller: Caller, conversation: str) -> Response:
    """Reply in the caller's own name; what no doctor signed is sent only once the caller confirms it."""
    reply = read(NewReply)
    composition().inbox.reply(
        caller.hospital,
        name_of(conversation),
        staff(caller),
        reply.text,
        script=reply.script,
        confirmed=reply.confirmed,
        message=reply.message,
    )
    return _done(conversation)


@gate.staff("POST", "/inbox/{conversation}/note", *CARERS)
def note_on_talk(caller: Caller, conversation: str) -> Response:
    """Leave a note among staff, which the patient never sees."""
    note = read(NewNote)
    composition().inbox.note(caller.hospital, name_of(conversation), staff(caller), note.text, message=note.message)
    return _done(conversation)


@gate.staff("POST", "/inbox/{conversation}/transfer", *CARERS)
def transfer_talk(caller: Caller, conversation: str) -> Response:
    """Pass the conversation on to another department's inbox."""
    department = known_department(caller.hospital, read(NewTransfer).department)
    composition().inbox.transfer(caller.hospital, name_of(conversation), staff(caller), department)
    return _done(conversation)


@gate.staff("POST", "/inbox/{conversation}/give-back", *CARERS)
def give_back_talk(caller: Caller, conversation: str) -> Response:
    """Let the assistant speak again."""
    composition().inbox.give_back(caller.hospital, name_of(conversation), staff(caller))
    return _done(conversation)


@gate.staff("POST", "/inbox/{conversation}/close", *CARERS)
def close_talk_by_staff(caller: Caller, conversation: str) -> Response:
    """End the conversation."""
    composition().inbox.close(caller.hospital, name_of(conversation), staff(caller))
    return _done(conversation)


@gate.staff("POST", "/inbox/{conversation}/settle", *CARERS)
def settle_report(caller: Caller, conversation: str) -> Response:
    """Record what came of a 报错."""
    told = read(Settlement)
    composition().inbox.settle_report(
        caller.hospital, name_of(conversation), staff(caller), told.number, told.sentence, upheld=told.upheld
    )
    return _done(conversation)


@gate.staff("GET", "/reports", *CARERS, Role.EDITOR, Role.ADMIN)
def list_reports(caller: Caller) -> Response:
    """List what readers reported, with sentence, piece, signer and both times; with `open=yes` what is not closed."""
    wanted = query().get("open", "")
    if wanted not in ("", "yes"):
        raise Malformed("open只能是yes", field="open")
    return answer({"reports": composition().reports.listed(caller.hospital, unsettled=wanted == "yes")})


@gate.staff("GET", "/assistant", *CARERS, Role.ADMIN)
def show_assistant(caller: Caller) -> Response:
    """Show how the assistant works here: whether it answers, when staff are there, when they are reminded."""
    return answer(profile_of(composition().store, caller.hospital).assistant)


@gate.staff("POST", "/assistant", Role.ADMIN)
def configure_assistant(caller: Caller) -> Response:
    """Set how the assistant works here; not `running`, every question goes to a person."""
    outcome = composition().registry.configure_assistant(caller.hospital, read(AssistantConfigured), caller.actor)
    return answer({"hospital": caller.hospital, "version": outcome.version})


@gate.staff("GET", "/scripts", *CARERS)
def list_scripts(caller: Caller) -> Response:
    """List the script library by department, disease and stage, most used first."""
    given = query()
    wanted = {name: given.get(name, "") for name in ("department", "code", "stage")}
    return answer({"scripts": composition().inbox.scripts(caller.hospital, **wanted)})


def _done(conversation: str) -> Response:
    return answer({"conversation": conversation})
