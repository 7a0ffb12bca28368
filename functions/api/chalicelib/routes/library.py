"""Hospitals, signers and facts: what the library is built from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from chalice.app import Response

from chalicelib.bodies import answer, key, read
from chalicelib.gate import Caller, Role, gate
from chalicelib.problems import Forbidden
from narrowcast.application.ports import Contact
from narrowcast.domain.fact import Statement
from narrowcast.domain.hospital import HospitalRegistered
from narrowcast.domain.signer import SignerRegistered
from narrowcast.runtime.bootstrap import composition


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


@gate.staff("POST", "/facts", Role.DOCTOR)
def propose_fact(caller: Caller) -> Response:
    """Put a statement forward in the doctor's name."""
    new = read(NewFact)
    fact_id = key(new.fact_id, "fact_id")
    outcome = composition().facts.propose(caller.hospital, fact_id, new.statement, _doctor(caller), caller.actor)
    return answer({"fact_id": fact_id, "version": outcome.state.version, "approved": outcome.state.approved}, 201)


@gate.staff("POST", "/facts/{fact_id}/approve", Role.DOCTOR)
def approve_fact(caller: Caller, fact_id: str) -> Response:
    """Confirm the present version."""
    outcome = composition().facts.approve(caller.hospital, key(fact_id, "fact_id"), _doctor(caller), caller.actor)
    return answer({"fact_id": fact_id, "version": outcome.state.version, "approved": True})


@gate.staff("POST", "/facts/{fact_id}/supersede", Role.DOCTOR)
def supersede_fact(caller: Caller, fact_id: str) -> Response:
    """Replace the statement by a new version."""
    statement = read(Statement)
    outcome = composition().facts.supersede(
        caller.hospital, key(fact_id, "fact_id"), statement, _doctor(caller), caller.actor
    )
    return answer({"fact_id": fact_id, "version": outcome.state.version, "approved": True})


@gate.staff("GET", "/facts", Role.DOCTOR, Role.EDITOR, Role.ADMIN)
def list_facts(caller: Caller) -> Response:
    """List the hospital's facts."""
    return answer({"facts": list(composition().read.query(f"{caller.hospital}/fact"))})


def _doctor(caller: Caller) -> str:
    if not caller.signer:
        raise Forbidden("您的账号没有关联签发医生", field="signer")
    return caller.signer
