"""What a patient wishes to be sent: consents, each for its purpose, how often, and when not (PIPL arts. 14-16, 24).

Giving and taking back are one step each, and look alike.
"""

from __future__ import annotations

from dataclasses import dataclass

from narrowcast.application.guides import ReadingRoom
from narrowcast.application.hospitals import profile_of
from narrowcast.application.persons import Person, Persons
from narrowcast.application.store import Actor, Store
from narrowcast.application.streams import GUIDE, PATIENT, StreamKey
from narrowcast.contracts.codec import timestamp
from narrowcast.domain import patient as patients
from narrowcast.domain.hospital import Hospital
from narrowcast.domain.pushing import Preference
from narrowcast.domain.reader import Reader
from narrowcast.domain.vocabulary import Purpose

EVIDENCE = "guide_page"


@dataclass(frozen=True, slots=True)
class Wished:
    """What holds now."""

    hospital: Hospital
    preference: Preference
    consents: frozenset[Purpose]
    reader: Reader


@dataclass(frozen=True, slots=True)
class Wishes:
    """Hears the wishes of whoever holds a guide's link."""

    store: Store
    room: ReadingRoom

    def show(self, nonce: str) -> Wished:
        """Return what holds now. Changes nothing (law 5)."""
        key = self.room.behind(nonce)
        state = self._person(key).state
        return Wished(profile_of(self.store, key.hospital), state.preference, state.consents, state.reader)

    def choose(self, nonce: str, wanted: Preference) -> None:
        """Record how often and when not to write. QuietTooLong."""
        key = self.room.behind(nonce)
        person, rules = self._person(key), profile_of(self.store, key.hospital).pushing
        now = self.store.clock.now()
        self.store.execute(
            PATIENT,
            key.hospital,
            person.root,
            lambda s: patients.choose(patients.united((s, *person.others)), wanted, rules, now=now),
            Actor("patient", correlation_id=key.key),
        )

    def read_as(self, nonce: str, wanted: Reader) -> None:
        """Record how the patient wants to be written for: the next guide that is made keeps to it."""
        key = self.room.behind(nonce)
        person, now = self._person(key), self.store.clock.now()
        self.store.execute(
            PATIENT,
            key.hospital,
            person.root,
            lambda s: patients.choose_reading(patients.united((s, *person.others)), wanted, now=now),
            Actor("patient", correlation_id=key.key),
        )

    def consent(self, nonce: str, purpose: Purpose, *, given: bool) -> None:
        """Record a consent, or that it is taken back."""
        key = self.room.behind(nonce)
        person, now = self._person(key), timestamp(self.store.clock.now())
        self.store.execute(
            PATIENT,
            key.hospital,
            person.root,
            lambda s: patients.record_consent(
                patients.united((s, *person.others)), purpose=purpose, given=given, evidence=EVIDENCE, decided_at=now
            ),
            Actor("patient", correlation_id=key.key),
        )

    def _person(self, key: StreamKey) -> Person:
        patient = self.store.load(GUIDE, key.hospital, key.key).state.made.patient
        return Persons(self.store).of(key.hospital, patient)
