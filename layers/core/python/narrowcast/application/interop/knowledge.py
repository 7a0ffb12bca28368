"""Signed pieces as the answer to an Infobutton request: a feed, empty when nothing fits.

What the read rows propose, the signed library must let pass (law 9). The same request and library give the same feed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from narrowcast.application.guides import SignedLibrary
from narrowcast.application.hospitals import profile_of, today
from narrowcast.application.interop import infobutton
from narrowcast.application.interop.infobutton import Criteria, OrganizationUnknown, RequestMalformed
from narrowcast.application.interop.profile import InteropProfile, Profiles
from narrowcast.application.ports import ReadTable
from narrowcast.application.store import Store
from narrowcast.domain.assembly import code_ladder
from narrowcast.domain.content import ContentSigned
from narrowcast.domain.hospital import Hospital
from narrowcast.domain.vocabulary import Section

MOST_ENTRIES = 10
NOT_IN_THAT_LANGUAGE = "所请求的语言暂无内容，以下为简体中文"


@dataclass(frozen=True, slots=True)
class Entry:
    """One signed piece: what it is called, who signed it and when."""

    content_id: str
    revision: int
    title: str
    section: Section
    signed: ContentSigned


@dataclass(frozen=True, slots=True)
class Feed:
    """The answer. `updated` is the newest signature, or now if there is none."""

    hospital: str
    hospital_name: str
    feed_id: str
    updated: datetime
    criteria: Criteria
    entries: tuple[Entry, ...]

    @property
    def subtitle(self) -> str:
        """What the reader must know of the whole: the language, and that nothing was found."""
        told = self.criteria.language.lower()
        foreign = NOT_IN_THAT_LANGUAGE if told and not told.startswith("zh") else ""
        nothing = "" if self.entries else "没有医生签发的相关内容"
        return "；".join(filter(None, (foreign, nothing)))


@dataclass(frozen=True, slots=True)
class Knowledge:
    """Answers requests for general, signed content."""

    store: Store
    read: ReadTable
    library: SignedLibrary
    profiles: Profiles

    def answer(self, query: Mapping[str, str]) -> Feed:
        """Return the feed.

        RequestTellsIdentity before all else; OrganizationUnknown, CriteriaMissing, RequestMalformed.
        """
        infobutton.refuse_identity(query)
        hospital, profile = self._hospital(infobutton.organization_of(query))
        criteria = infobutton.read_request(query, profile)
        entries = tuple(self._entries(hospital, criteria))[:MOST_ENTRIES]
        updated = max((each.signed.signed_at for each in entries), default=self.store.clock.now())
        name = _name(profile_of(self.store, hospital))
        return Feed(hospital, name, _feed_id(hospital, criteria), updated, criteria, entries)

    def _hospital(self, oid: str) -> tuple[str, InteropProfile]:
        """Return the hospital with that OID; without one the only hospital that has any."""
        known = {hospital: profile for hospital, profile in self.profiles.items() if profile.organization}
        fitting = [(h, profile) for h, profile in known.items() if oid in ("", profile.organization)]
        if oid and not fitting:
            raise OrganizationUnknown("没有登记这家医院的OID", field=infobutton.ORGANIZATION)
        if len(fitting) != 1:
            raise RequestMalformed("请用 representedOrganization.id.root 指明医院", field=infobutton.ORGANIZATION)
        return fitting[0]

    def _entries(self, hospital: str, criteria: Criteria) -> Iterator[Entry]:
        """Yield what fits, the most specific first."""
        on = today(self.store, hospital) if criteria.codes or criteria.treatments else None
        for _, content_id in sorted(self._proposed(hospital, criteria)) if on else ():
            state = self.library.public(hospital, content_id, on=on) if on else None
            if state and state.signed and _fits(state.topic.section, state.tags.age_bands, criteria):
                yield Entry(content_id, state.revision, state.draft.title, state.topic.section, state.signed)

    def _proposed(self, hospital: str, criteria: Criteria) -> Iterator[tuple[int, str]]:
        if not (criteria.codes or criteria.treatments):
            return
        for row in self.read.query(f"{hospital}/content"):
            rank = _rank(_words(row, "codes"), _words(row, "treatments"), criteria)
            if row.get("status") == "published" and rank is not None:
                yield rank, str(row["content_id"])


def _words(row: Mapping[str, object], field: str) -> Sequence[str]:
    words = row.get(field)
    return [str(word) for word in words] if isinstance(words, list) else []


def _rank(codes: Sequence[str], treatments: Sequence[str], criteria: Criteria) -> int | None:
    """Return how near a piece is, 0 nearest; None if it is about something else.

    A piece about a drug answers only a question about that drug: whoever asks of an illness need not take it.
    """
    if criteria.treatments:
        return 0 if set(criteria.treatments) & set(treatments) else None
    ladder = code_ladder(criteria.codes[0])
    steps = [ladder.index(code) for code in codes if code in ladder]
    return min(steps) if steps and not treatments else None


def _fits(section: Section, age_bands: Sequence[object], criteria: Criteria) -> bool:
    of_age = criteria.age_bands is None or not age_bands or bool(set(age_bands) & criteria.age_bands)
    return of_age and (criteria.sections is None or section in criteria.sections)


def _name(hospital: Hospital) -> str:
    return hospital.profile.name if hospital.profile else ""


def _feed_id(hospital: str, criteria: Criteria) -> str:
    digest = hashlib.sha256(repr((hospital, criteria.codes, criteria.treatments, criteria.echo)).encode()).hexdigest()
    return f"urn:narrowcast:infobutton:{digest[:32]}"
