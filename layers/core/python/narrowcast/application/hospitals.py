"""Hospitals and their doctors: registration, and what day it is there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from narrowcast.application.ports import Contact, ReadTable, Vault
from narrowcast.application.store import Actor, Outcome, Store
from narrowcast.application.streams import HOSPITAL, SIGNER
from narrowcast.domain import hospital as hospitals
from narrowcast.domain import signer as signers
from narrowcast.domain.errors import Refusal


class HospitalUnknown(Refusal):
    """No hospital is registered under this code."""


class ContactIncomplete(Refusal):
    """A signer needs two channels: the link comes over one, the code over the other."""


def profile_of(store: Store, hospital: str) -> hospitals.Hospital:
    """Return the registered hospital; HospitalUnknown otherwise."""
    state = store.load(HOSPITAL, hospital, hospital).state
    if state.profile is None:
        raise HospitalUnknown("没有登记这家医院", field="hospital")
    return state


def zone_of(profile: hospitals.Hospital) -> ZoneInfo:
    """Return the hospital's time zone."""
    return ZoneInfo(profile.profile.timezone if profile.profile else "UTC")


def local_date(profile: hospitals.Hospital, moment: datetime) -> date:
    """Return the calendar day at the hospital."""
    return moment.astimezone(zone_of(profile)).date()


def today(store: Store, hospital: str) -> date:
    """Return the present calendar day at the hospital."""
    return local_date(profile_of(store, hospital), store.clock.now())


@dataclass(frozen=True, slots=True)
class Registry:
    """Registers hospitals and signers."""

    store: Store
    vault: Vault

    def register_hospital(
        self, hospital: str, profile: hospitals.HospitalRegistered, actor: Actor
    ) -> Outcome[hospitals.Hospital]:
        """Register a hospital; HospitalAlreadyRegistered if it has other particulars."""
        return self.store.execute(HOSPITAL, hospital, hospital, lambda s: hospitals.register(s, profile), actor)

    def configure_assistant(
        self, hospital: str, wanted: hospitals.AssistantConfigured, actor: Actor
    ) -> Outcome[hospitals.Hospital]:
        """Set how the assistant works at a hospital. HospitalUnknown, HoursUnclear."""
        profile_of(self.store, hospital)
        return self.store.execute(
            HOSPITAL, hospital, hospital, lambda s: hospitals.configure_assistant(s, wanted), actor
        )

    def register_signer(
        self, hospital: str, profile: signers.SignerRegistered, contact: Contact, actor: Actor
    ) -> Outcome[signers.Signer]:
        """Register a doctor and keep both her channels in the vault; ContactIncomplete if one is missing."""
        profile_of(self.store, hospital)
        if not (contact.email and contact.phone):
            raise ContactIncomplete("签发医生须同时登记邮箱和手机号", field="contact")
        self.vault.keep(SIGNER.stream(hospital, profile.signer_id), contact)
        return self.store.execute(SIGNER, hospital, profile.signer_id, lambda s: signers.register(s, profile), actor)

    def leave(self, hospital: str, signer_id: str, actor: Actor) -> Outcome[signers.Signer]:
        """Record that the doctor left today; what bears her name is reopened from the event."""
        on = today(self.store, hospital)
        return self.store.execute(SIGNER, hospital, signer_id, lambda s: signers.leave(s, on), actor)

    def renew(self, hospital: str, signer_id: str, licence_until: date, actor: Actor) -> Outcome[signers.Signer]:
        """Record a longer licence; LicenceNotExtended."""
        return self.store.execute(SIGNER, hospital, signer_id, lambda s: signers.renew(s, licence_until), actor)


def department_head(read: ReadTable, hospital: str, department: str) -> str | None:
    """Return the id of the doctor to whom an unanswered request goes up; None if the department has no head."""
    rows: list[Mapping[str, object]] = list(read.query(f"{hospital}/signer"))
    heads = (row for row in rows if row["department"] == department and row["head"] and not row["left_on"])
    return next((str(row["signer_id"]) for row in heads), None)


def heads(read: ReadTable, hospital: str, department: str) -> list[str]:
    """Return the ids of the doctors who are told when nobody may wait: the department's head, or those of all."""
    rows: list[Mapping[str, object]] = list(read.query(f"{hospital}/signer"))
    present = [row for row in rows if row["head"] and not row["left_on"]]
    own = [row for row in present if row["department"] == department]
    return sorted(str(row["signer_id"]) for row in own or present)
