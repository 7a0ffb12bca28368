"""A doctor who may sign: specialty, licence period, affiliation. How to reach her stands in the vault, not here."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from narrowcast.domain.errors import Refusal


class SignerUnknown(Refusal):
    """No such signer at this hospital."""


class SignerNotEntitled(Refusal):
    """The signer's licence, affiliation or specialty does not cover the piece on that day."""


@dataclass(frozen=True, slots=True)
class SignerRegistered:
    """A doctor joined. `specialties` are ICD-10 prefixes; licence dates are inclusive, hospital time."""

    signer_id: str
    name: str
    title: str
    department: str
    head: bool
    specialties: tuple[str, ...]
    licence_from: date
    licence_until: date


@dataclass(frozen=True, slots=True)
class LicenceRenewed:
    """The licence runs until a later day."""

    licence_until: date


@dataclass(frozen=True, slots=True)
class SignerLeft:
    """The doctor no longer belongs to the hospital."""

    left_on: date


Event = SignerRegistered | LicenceRenewed | SignerLeft


@dataclass(frozen=True, slots=True)
class Signer:
    """The present state; `profile` is None until the doctor is registered."""

    profile: SignerRegistered | None = None
    left_on: date | None = None


def evolve(state: Signer, event: Event) -> Signer:
    """Fold one event."""
    match event:
        case SignerRegistered():
            return Signer(event)
        case LicenceRenewed(licence_until) if state.profile:
            return replace(state, profile=replace(state.profile, licence_until=licence_until))
        case SignerLeft(left_on):
            return replace(state, left_on=left_on)
    return state


def register(state: Signer, profile: SignerRegistered) -> tuple[Event, ...]:
    """Register or re-register a doctor; unchanged particulars change nothing."""
    return () if state.profile == profile and state.left_on is None else (profile,)


def leave(state: Signer, left_on: date) -> tuple[Event, ...]:
    """Record that the doctor left; a second time changes nothing."""
    _known(state)
    return () if state.left_on else (SignerLeft(left_on),)


def entitled(state: Signer, *, codes: tuple[str, ...], on: date) -> SignerRegistered:
    """Return the doctor's particulars if she may sign for these ICD-10 codes on that day, else refuse."""
    profile = _known(state)
    if state.left_on and state.left_on <= on:
        raise SignerNotEntitled("签发医生已不在本院执业", field="signer")
    if not profile.licence_from <= on <= profile.licence_until:
        raise SignerNotEntitled("签发医生的执业证书不在有效期内", field="signer")
    uncovered = [code for code in codes if not code.startswith(profile.specialties)]
    if uncovered:
        raise SignerNotEntitled(f"签发医生的专业不覆盖：{'、'.join(uncovered)}", field="signer")
    return profile


def _known(state: Signer) -> SignerRegistered:
    if state.profile is None:
        raise SignerUnknown("没有登记这位签发医生", field="signer")
    return state.profile
