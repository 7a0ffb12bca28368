"""A doctor who may sign: specialty, licence period, affiliation. How to reach her stands in the vault, not here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

from narrowcast.domain.errors import Refusal


class SignerUnknown(Refusal):
    """No such signer at this hospital."""


class SignerNotEntitled(Refusal):
    """The signer's licence, affiliation or specialty does not cover the piece on that day."""


class AuthorCannotSignAlone(Refusal):
    """All high-risk facts of the piece are the signer's own: another doctor must look at them."""


class LicenceNotExtended(Refusal):
    """A renewal must run longer than the licence it renews."""


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


def renew(state: Signer, licence_until: date) -> tuple[Event, ...]:
    """Record a longer licence; the same day again changes nothing."""
    present = _known(state).licence_until
    if licence_until < present:
        raise LicenceNotExtended("新的有效期不能早于现有有效期", field="licence_until")
    return () if licence_until == present else (LicenceRenewed(licence_until),)


@dataclass(frozen=True, slots=True)
class Scope:
    """What a signature is asked for: ICD-10 codes, the day at the hospital, who wrote the high-risk facts."""

    codes: tuple[str, ...]
    on: date
    risky_authors: frozenset[str] = frozenset()


def _affiliation(state: Signer, _profile: SignerRegistered, scope: Scope) -> Refusal | None:
    gone = state.left_on is not None and state.left_on <= scope.on
    return SignerNotEntitled("签发医生已不在本院执业", field="signer") if gone else None


def _licence(_state: Signer, profile: SignerRegistered, scope: Scope) -> Refusal | None:
    valid = profile.licence_from <= scope.on <= profile.licence_until
    return None if valid else SignerNotEntitled("签发医生的执业证书不在有效期内", field="signer")


def _specialty(_state: Signer, profile: SignerRegistered, scope: Scope) -> Refusal | None:
    foreign = "、".join(code for code in scope.codes if not code.startswith(profile.specialties))
    return SignerNotEntitled(f"签发医生的专业不覆盖：{foreign}", field="signer") if foreign else None


def _authorship(_state: Signer, profile: SignerRegistered, scope: Scope) -> Refusal | None:
    if scope.risky_authors != {profile.signer_id}:
        return None
    return AuthorCannotSignAlone("高风险事实均由该医生本人提出，须由另一位医生签发", field="signer")


RULES: tuple[Callable[[Signer, SignerRegistered, Scope], Refusal | None], ...] = (
    _affiliation,
    _licence,
    _specialty,
    _authorship,
)
"""What a doctor must fulfil, each on its own; the first that fails is what she is told."""


def objection(state: Signer, scope: Scope) -> Refusal | None:
    """Return why the doctor may not sign within that scope; None if she may."""
    profile = _known(state)
    return next((refusal for rule in RULES if (refusal := rule(state, profile, scope))), None)


def entitled(
    state: Signer, *, codes: tuple[str, ...], on: date, risky_authors: frozenset[str] = frozenset()
) -> SignerRegistered:
    """Return the doctor's particulars if she may sign for these ICD-10 codes on that day, else refuse."""
    refusal = objection(state, Scope(codes, on, risky_authors))
    if refusal:
        raise refusal
    return _known(state)


def _known(state: Signer) -> SignerRegistered:
    if state.profile is None:
        raise SignerUnknown("没有登记这位签发医生", field="signer")
    return state.profile
