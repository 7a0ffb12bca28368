"""Deletion: the decision is an event on the patient's stream, the destruction follows from it (laws 4, 6).

What is destroyed is the patient's data key, with all that it sealed wherever that lies, the contact, and refused raw
messages about the patient. The log keeps its pseudonyms and codes, so chain, rebuilds and statistics stay whole.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import partial

from narrowcast.application.guides import guide_id_of
from narrowcast.application.persons import Persons
from narrowcast.application.ports import Contact, KeyRing, RefusedBodies, Vault
from narrowcast.application.sealed_words import SealedWords
from narrowcast.application.store import Actor, Store
from narrowcast.application.streams import PATIENT
from narrowcast.application.visits import Pseudonyms
from narrowcast.domain import patient as patients
from narrowcast.domain.vocabulary import ForgettingReason

_FIELDS = re.compile(r'"([^"\s]{1,199})"|([^|^~&\s]{1,199})')
_WORDS = re.compile(r"[\w.-]{1,199}")
_SPACING = re.compile(r"[\s()-]")
_LOCAL_PHONE = 11


@dataclass(frozen=True, slots=True)
class Erased:
    """What one run destroyed: whether there was a contact, and how many raw messages that had been refused."""

    contact: bool
    refused: int


@dataclass(frozen=True, slots=True)
class Traces:
    """By what a raw message is known to be about a patient: her pseudonym, her guides (one a visit), her addresses."""

    hospital: str
    patient: str
    guides: frozenset[str]
    contact: Contact
    pseudonyms: Pseudonyms

    def in_message(self, raw: bytes) -> bool:
        """Whether the message, of any format, names the patient's number, a visit's number or an address of hers."""
        text = raw.replace(b"\0", b"").decode("utf-8", "replace")  # without its zeros UTF-16 is readable here too
        return self._in_address(text) or any(map(self._is_number, _numbers_in(text)))

    def _is_number(self, text: str) -> bool:
        return (
            self.pseudonyms.patient(self.hospital, text) == self.patient
            or guide_id_of(self.pseudonyms.visit(self.hospital, text)) in self.guides
        )

    def _in_address(self, text: str) -> bool:
        phone, email, app_user = self.contact.phone[-_LOCAL_PHONE:], self.contact.email, self.contact.app_user
        return bool(
            (phone and phone in _SPACING.sub("", text))
            or (email and email.lower() in text.lower())
            or (app_user and app_user in text)
        )


def _numbers_in(text: str) -> set[str]:
    """Return everything in a message that could be a number of the hospital's."""
    fields = (quoted or field for quoted, field in _FIELDS.findall(text))
    return {*fields, *_WORDS.findall(text)}


@dataclass(frozen=True, slots=True)
class Erasure:
    """Destroys what is personal. May be run again at any time; a destroyed key stays destroyed (law 8)."""

    store: Store
    vault: Vault
    ring: KeyRing
    refused: RefusedBodies
    pseudonyms: Pseudonyms

    def erase(self, hospital: str, patient: str) -> Erased:
        """Destroy everything of a forgotten patient. UnavailableError: run it again.

        Refused messages go first: until the contact goes, it tells which of them are about the patient.
        """
        subject = PATIENT.stream(hospital, patient)
        contact = self.vault.contact(subject)
        traces = Traces(hospital, patient, self._guides(hospital, patient), contact or Contact(), self.pseudonyms)
        refused = self.refused.erase(hospital, traces.in_message)
        self.ring.destroy(subject)
        self.vault.remove(subject)
        return Erased(contact is not None, refused)

    def end_conversation(self, hospital: str, conversation: str) -> None:
        """Destroy the key of a conversation whose words were kept for long enough. UnavailableError: run it again."""
        SealedWords(self.ring).erase(hospital, conversation)

    def _guides(self, hospital: str, patient: str) -> frozenset[str]:
        state = self.store.load(PATIENT, hospital, patient).state
        pushes: tuple[patients.PushApproved | patients.PushHeldBack, ...] = (*state.approved, *state.held_back)
        return frozenset(push.guide_id for push in pushes)


@dataclass(frozen=True, slots=True)
class Forgetting:
    """Forgets patients at an operator's word."""

    store: Store
    erasure: Erasure

    def forget(
        self, hospital: str, patient: str, *, reason: ForgettingReason, ticket: str, actor: Actor
    ) -> tuple[bool, Erased]:
        """Record the decision under every number of the person, then destroy. TicketUnclear.

        Returns whether the decision is new, and what was there to destroy. The log's consumer destroys as well, so that
        a crash in between leaves nothing standing.
        """
        decide = partial(patients.forget, reason=reason, ticket=ticket)
        numbers = dict.fromkeys((patient, *Persons(self.store).of(hospital, patient).numbers))
        decided = [self.store.execute(PATIENT, hospital, number, decide, actor).events for number in numbers]
        erased = [self.erasure.erase(hospital, number) for number in numbers]
        return any(decided), Erased(any(each.contact for each in erased), sum(each.refused for each in erased))
