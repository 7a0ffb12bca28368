"""Hospitals, signers and facts: what the library is built from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from chalice.app import Response

from chalicelib.bodies import answer, key, query, read
from chalicelib.gate import Caller, Role, gate
from chalicelib.problems import TooLarge
from narrowcast.application.ports import Contact
from narrowcast.domain.control.facts.splitting import split_statements
from narrowcast.domain.fact import Statement
from narrowcast.domain.hospital import HospitalRegistered
from narrowcast.domain.signer import SignerRegistered
from narrowcast.runtime.bootstrap import composition

LONGEST_TEXT = 10_000
"""Characters of key points that may be pasted at once."""


@dataclass(frozen=True, slots=True)
class NewSigner:
    """A doctor and both her channels."""

    signer_id: str
    name: str
    title: str
    department: str
    specialties: tuple[str, ...]
    licence_from: date
    licence_until: date
    email: str
    phone: str
    head: bool = False


@dataclass(frozen=True, slots=True)
class NewFact:
    """A statement under an id of the hospital's choice."""

    fact_id: str
    statement: Statement


@dataclass(frozen=True, slots=True)
class KeyPoints:
    """What a doctor pasted."""

    text: str


@dataclass(frozen=True, slots=True)
class Retirement:
    """Why a fact is no longer to be used."""

    reason: str


@dataclass(frozen=True, slots=True)
class Renewal:
    """The new last day of a licence, hospital time."""

    licence_until: date


@gate.staff("POST", "/hospital", Role.ADMIN)
def register_hospital(caller: Caller) -> Response:
    """Register the caller's hospital."""
    profile = read(HospitalRegistered)
    outcome = composition().registry.register_hospital(caller.hospital, profile, caller.actor)
    return answer({"hospital": caller.hospital, "version": outcome.version}, 201)


@gate.staff("POST", "/signers", Role.ADMIN)
def register_signer(caller: Caller) -> Response:
    """Register a doctor; her address goes to the vault."""
    new = read(NewSigner)
    profile = SignerRegistered(
        signer_id=key(new.signer_id, "signer_id"),
        name=new.name,
        title=new.title,
        department=new.department,
        head=new.head,
        specialties=new.specialties,
        licence_from=new.licence_from,
        licence_until=new.licence_until,
    )
    contact = Contact(phone=new.phone, email=new.email)
    outcome = composition().registry.register_signer(caller.hospital, profile, contact, caller.actor)
    return answer({"signer_id": new.signer_id, "version": outcome.version}, 201)


@gate.staff("POST", "/signers/{signer_id}/leave", Role.ADMIN)
def let_signer_leave(caller: Caller, signer_id: str) -> Response:
    """Record that the doctor left today; what bears her name goes back to the editor."""
    outcome = composition().registry.leave(caller.hospital, key(signer_id, "signer_id"), caller.actor)
    return answer({"signer_id": signer_id, "left_on": outcome.state.left_on})


@gate.staff("POST", "/signers/{signer_id}/renew", Role.ADMIN)
def renew_licence(caller: Caller, signer_id: str) -> Response:
    """Record a longer licence."""
    until = read(Renewal).licence_until
    composition().registry.renew(caller.hospital, key(signer_id, "signer_id"), until, caller.actor)
    return answer({"signer_id": signer_id, "licence_until": until})


@gate.staff("POST", "/facts/split", Role.DOCTOR)
def split_key_points(_caller: Caller) -> Response:
    """Propose how pasted key points part into statements; nothing is recorded."""
    text = read(KeyPoints).text
    if len(text) > LONGEST_TEXT:
        raise TooLarge(f"要点不能超过{LONGEST_TEXT}字，请分次粘贴", field="text")
    return answer({"statements": split_statements(text)})


@gate.staff("POST", "/facts", Role.DOCTOR)
def propose_fact(caller: Caller) -> Response:
    """Put a statement forward in the doctor's name."""
    new = read(NewFact)
    fact_id = key(new.fact_id, "fact_id")
    outcome = composition().facts.propose(caller.hospital, fact_id, new.statement, caller.doctor, caller.actor)
    return answer({"fact_id": fact_id, "version": outcome.state.version, "approved": outcome.state.approved}, 201)


@gate.staff("POST", "/facts/{fact_id}/approve", Role.DOCTOR)
def approve_fact(caller: Caller, fact_id: str) -> Response:
    """Confirm the present version."""
    outcome = composition().facts.approve(caller.hospital, key(fact_id, "fact_id"), caller.doctor, caller.actor)
    return answer({"fact_id": fact_id, "version": outcome.state.version, "approved": True})


@gate.staff("POST", "/facts/{fact_id}/supersede", Role.DOCTOR)
def supersede_fact(caller: Caller, fact_id: str) -> Response:
    """Replace the statement by a new version; `wording_only=true` if it says the same in other words."""
    statement = read(Statement)
    outcome = composition().facts.supersede(
        caller.hospital,
        key(fact_id, "fact_id"),
        statement,
        caller.doctor,
        caller.actor,
        wording_only=query().get("wording_only", "") == "true",
    )
    return answer({"fact_id": fact_id, "version": outcome.state.version, "approved": True})


@gate.staff("POST", "/facts/{fact_id}/retire", Role.DOCTOR)
def retire_fact(caller: Caller, fact_id: str) -> Response:
    """Take the fact out of use; pieces that rest on it are shown no more."""
    reason = read(Retirement).reason
    outcome = composition().facts.retire(caller.hospital, key(fact_id, "fact_id"), reason, caller.doctor, caller.actor)
    return answer({"fact_id": fact_id, "version": outcome.state.version, "retired": True})


@gate.staff("GET", "/facts", Role.DOCTOR, Role.EDITOR, Role.ADMIN)
def list_facts(caller: Caller) -> Response:
    """List the hospital's facts."""
    return answer({"facts": list(composition().read.query(f"{caller.hospital}/fact"))})
