"""Who may open a guide: whoever has shown on this device that she is the patient it was sent to (need to know).

A link alone opens nothing: it may have been forwarded, logged or fetched by a scanner. With it goes a factor that
travels nowhere: the last four digits of the telephone on file, or the number of the patient's hospital card. A device
that passed bears a signed cookie that tells nothing. A wrong link, a wrong factor and a link that is closed after too
many tries get the same answer, after the same work.
"""

from __future__ import annotations

import hmac
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from narrowcast.application.links import LinkOffice, link_key
from narrowcast.application.ports import Link
from narrowcast.application.store import Store
from narrowcast.application.streams import PATIENT, StreamKey
from narrowcast.application.visits import Pseudonyms
from narrowcast.domain.errors import Refusal

KIND = "guide"
ATTEMPTS = 5
KNOWN_FOR = timedelta(days=30)
ENTRY = timedelta(minutes=10)
LONGEST_FACTOR = 64
NOBODY = Link("", KIND, "", "", "", "", "", datetime.min.replace(tzinfo=UTC))
"""What is compared with when a nonce opens nothing."""


class NotTheReader(Refusal):
    """The link, the factor or both are not right, or the link is closed: which one is not said."""


@dataclass(frozen=True, slots=True)
class Pass:
    """The cookie of a device that has passed, and how many seconds it holds."""

    name: str
    value: str = field(repr=False)
    seconds: int


@dataclass(frozen=True, slots=True)
class Readers:
    """Checks who reads. Looking is free; trying a factor is counted."""

    store: Store
    office: LinkOffice
    pseudonyms: Pseudonyms

    def admit(self, nonce: str, factor: str) -> Pass:
        """Return the pass of a device whose holder knows the factor; NotTheReader."""
        key = link_key(nonce)
        link = self.office.links.find(key)
        counted = self.office.links.count_attempt(key, limit=ATTEMPTS)
        known = link if link and link.kind == KIND else NOBODY
        if not self._fits(known, unicodedata.normalize("NFKC", factor).strip()) or not counted:
            raise NotTheReader("链接或填写的内容不正确，或已尝试过多次", field="factor")
        self.office.links.clear_attempts(key)
        return self.pass_of(_person(known))

    def knows(self, nonce: str, cookies: Mapping[str, str]) -> bool:
        """Whether the device has passed as the patient behind the nonce. Changes nothing (law 5)."""
        link = self.office.links.find(link_key(nonce))
        if link is None or link.kind != KIND:
            return False
        name, person = self._name(_person(link)), _person(link)
        until, _, stamp = cookies.get(name, "").partition(".")
        holds = hmac.compare_digest(stamp.encode(), self.office.secret.stamp("reader", person, until).encode())
        return holds and int(until) > self.store.clock.now().timestamp()

    def entry(self, nonce: str) -> str:
        """Return what lets a device in without the factor, for ten minutes: for the hospital's own app."""
        until = str(int((self.store.clock.now() + ENTRY).timestamp()))
        return f"{until}.{self.office.secret.stamp('entry', link_key(nonce), until)}"

    def enter(self, nonce: str, entry: str) -> Pass:
        """Return the pass of a device that bears an entry. Changes nothing (law 5). NotTheReader."""
        key = link_key(nonce)
        link = self.office.links.find(key)
        until, _, stamp = entry.partition(".")
        right = hmac.compare_digest(stamp.encode(), self.office.secret.stamp("entry", key, until).encode())
        if not right or link is None or int(until) <= self.store.clock.now().timestamp():
            raise NotTheReader("链接或填写的内容不正确，或已尝试过多次", field="factor")
        return self.pass_of(_person(link))

    def pass_of(self, person: str) -> Pass:
        """Return the pass of a device that belongs to a person, by her stream key."""
        until = str(int((self.store.clock.now() + KNOWN_FOR).timestamp()))
        stamp = self.office.secret.stamp("reader", person, until)
        return Pass(self._name(person), f"{until}.{stamp}", int(KNOWN_FOR.total_seconds()))

    def _name(self, person: str) -> str:
        """Return a cookie's name: several people may share a device, and the name tells of none of them."""
        return f"nc-{self.office.secret.stamp('reader-name', person)[:16]}"

    def _fits(self, link: Link, factor: str) -> bool:
        """Compare both factors, whatever the first says; nothing fits what is nobody's."""
        hospital, _, _ = link.stream.partition("/")
        digits = self.office.secret.code_hash(link.key, factor)
        number = self.pseudonyms.patient(hospital, factor[:LONGEST_FACTOR])
        by_digits = hmac.compare_digest(digits, link.code_hash)
        by_number = hmac.compare_digest(number, link.subject)
        return (by_digits or by_number) and bool(factor)


def _person(link: Link) -> str:
    return PATIENT.stream(StreamKey.parse(link.stream).hospital, link.subject)
