"""Several numbers of one person as one: where a pseudonym leads after merges, and all that is known under it.

Nothing is moved when a hospital merges two numbers. Every visit and guide keeps the pseudonym it was told under, and
is followed to the person from here at each use; so a merge that comes late or early ends the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from narrowcast.application.ports import Contact, Vault
from narrowcast.application.store import Store
from narrowcast.application.streams import PATIENT
from narrowcast.domain.patient import Patient, united


@dataclass(frozen=True, slots=True)
class Person:
    """`root` is the pseudonym that goes on; `numbers` has it first, then those merged into it; `others` their states.

    `state` is what is known under all of them together.
    """

    root: str
    numbers: tuple[str, ...]
    others: tuple[Patient, ...]
    state: Patient


@dataclass(frozen=True, slots=True)
class Persons:
    """Follows merges. Without any, a person costs one read of the log."""

    store: Store

    def of(self, hospital: str, patient: str) -> Person:
        """Return the person behind a pseudonym."""
        known: dict[str, Patient] = {}
        root = self._path(hospital, patient, known)[-1]
        numbers = (root, *dict.fromkeys(self._absorbed(hospital, root, known, {root})))
        states = [known[number] for number in numbers]
        return Person(root, numbers, tuple(states[1:]), united(states))

    def path(self, hospital: str, patient: str) -> tuple[str, ...]:
        """Return the pseudonym and those as which it goes on, one after the other."""
        return self._path(hospital, patient, {})

    def contact(self, hospital: str, person: Person, vault: Vault) -> Contact | None:
        """Return how to reach the person: by the surviving number's contact before one of a merged number."""
        found = (vault.contact(PATIENT.stream(hospital, number)) for number in person.numbers)
        return next((contact for contact in found if contact), None)

    def _path(self, hospital: str, patient: str, known: dict[str, Patient]) -> tuple[str, ...]:
        """Follow the merges. Two that were recorded in one instant may close a circle: its least member is its end."""
        path = [patient]
        while following := self._state(hospital, path[-1], known).merged_into(path[-1]):
            if following in path:
                return (*path, min(path[path.index(following) :]))
            path.append(following)
        return tuple(path)

    def _absorbed(self, hospital: str, into: str, known: dict[str, Patient], seen: set[str]) -> Iterator[str]:
        for merged in self._state(hospital, into, known).absorbed(into):
            if merged not in seen and self._state(hospital, merged, known).merged_into(merged) == into:
                seen.add(merged)
                yield merged
                yield from self._absorbed(hospital, merged, known, seen)

    def _state(self, hospital: str, patient: str, known: dict[str, Patient]) -> Patient:
        if patient not in known:
            known[patient] = self.store.load(PATIENT, hospital, patient).state
        return known[patient]
