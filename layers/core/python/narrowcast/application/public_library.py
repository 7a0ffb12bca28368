"""The general library of a hospital: what anybody may read without a profile (PIPL art. 24). Nothing of it is tracked.

Signed pieces that pass the rules of the public account. Texts on drugs stand in it only where the hospital chose so, by
registering its OID for other systems.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from narrowcast.application.guides import SignedLibrary
from narrowcast.application.hospitals import profile_of, today
from narrowcast.application.interop.profile import Profiles
from narrowcast.application.ports import ReadTable
from narrowcast.application.store import Store
from narrowcast.domain.content import Content
from narrowcast.domain.hospital import Hospital
from narrowcast.domain.vocabulary import Form, Section

PAGE = 30


@dataclass(frozen=True, slots=True)
class Shelf:
    """Some pieces of the library by id, in order; `after` is where the next ones begin, empty at the end."""

    hospital: Hospital
    pieces: tuple[tuple[str, Content], ...]
    after: str


@dataclass(frozen=True, slots=True)
class PublicLibrary:
    """Finds and opens the pieces that anybody may read."""

    store: Store
    read: ReadTable
    library: SignedLibrary
    profiles: Profiles

    def shelf(self, hospital: str, *, section: Section | None = None, after: str = "") -> Shelf:
        """Return the next pieces, each verified now (law 1). HospitalUnknown."""
        profile = profile_of(self.store, hospital)
        ids = (each for each in sorted(self._ids(hospital, section)) if each > after)
        open_ones = ((each, state) for each in ids if (state := self.piece(hospital, each)))
        found = tuple(islice(open_ones, PAGE + 1))
        more = found[PAGE - 1][0] if len(found) > PAGE else ""
        return Shelf(profile, found[:PAGE], more)

    def piece(self, hospital: str, content_id: str) -> Content | None:
        """Return a piece if anybody may read it now."""
        state = self.library.public(hospital, content_id, on=today(self.store, hospital))
        if state is None or not (state.topic.form.for_guides or state.topic.form is Form.QA):
            return None
        return state if self._offers_drugs(hospital) or not state.topic.tags.treatments else None

    def _offers_drugs(self, hospital: str) -> bool:
        profile = self.profiles.get(hospital)
        return bool(profile and profile.organization)

    def _ids(self, hospital: str, section: Section | None) -> Iterator[str]:
        """Yield the ids of what is published, by the rows: nobody verified them yet."""
        for row in self.read.query(f"{hospital}/content"):
            if row.get("status") == "published" and section in (None, row.get("section")):
                yield str(row["content_id"])
