"""The inbox in the hospital's own app: the guides of whoever is signed in there, each with a way in.

The app vouches for its session with an assertion under the secret that it shares with us: an API key that was lost
opens nobody's inbox. Messages may be refused, put off or never arrive; what is here does not depend on them, only on
the consent to personal education.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from base64 import urlsafe_b64decode
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta

from narrowcast.application.dispatch import GUIDE_LINK_LIFETIME
from narrowcast.application.links import LinkSecret, guide_name, link_key
from narrowcast.application.persons import Person, Persons
from narrowcast.application.ports import Link, Links
from narrowcast.application.readers import KIND, Readers
from narrowcast.application.store import Store
from narrowcast.application.streams import GUIDE, PATIENT
from narrowcast.application.visits import Pseudonyms
from narrowcast.domain import guide as guides
from narrowcast.domain.errors import Refusal
from narrowcast.domain.vocabulary import Channel, Purpose

LONGEST_SESSION = timedelta(minutes=15)
LONGEST_ASSERTION = 2048
MOST_GUIDES = 30


class SessionInvalid(Refusal):
    """The app did not sign this, or it is old."""


@dataclass(frozen=True, slots=True)
class InboxGuide:
    """A guide: its sections by their headings, and the way in, which holds for ten minutes."""

    guide_id: str
    edition: int
    sections: tuple[str, ...]
    path: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class AppInbox:
    """Lists the guides of the person in a session."""

    store: Store
    links: Links
    secret: LinkSecret
    readers: Readers
    pseudonyms: Pseudonyms
    session_key: bytes = field(repr=False)

    def open(self, hospital: str, session: str) -> tuple[InboxGuide, ...]:
        """Return the person's guides, newest first; none without her consent. SessionInvalid."""
        patient = self.pseudonyms.patient(hospital, self._patient_number(session))
        person = Persons(self.store).of(hospital, patient)
        if Purpose.PERSONAL_EDUCATION not in person.state.consents:
            return ()
        asked = dict.fromkeys(push.guide_id for push in reversed(person.state.outcomes))
        return tuple(self._listed(hospital, person, list(asked)[:MOST_GUIDES]))

    def _listed(self, hospital: str, person: Person, guide_ids: list[str]) -> Iterator[InboxGuide]:
        for guide_id in guide_ids:
            guide = self.store.load(GUIDE, hospital, guide_id).state
            headings = tuple(part.section.heading for part in guides.sections_shown(guide))
            if headings:
                nonce = self._link(hospital, person, guide_id)
                path = f"/g/{nonce}/enter?pass={self.readers.entry(nonce)}"
                yield InboxGuide(guide_id, guide.edition, headings, path)

    def _link(self, hospital: str, person: Person, guide_id: str) -> str:
        """Return the nonce of the guide's own link of this month for the app, which is kept if it was not yet."""
        now, stream = self.store.clock.now(), PATIENT.stream(hospital, person.root)
        nonce = self.secret.nonce(guide_name(stream, f"app-{now:%Y%m}", guide_id), Channel.APP)
        opens = GUIDE.stream(hospital, guide_id)
        until = now + GUIDE_LINK_LIFETIME
        self.links.keep(Link(link_key(nonce), KIND, opens, "app", person.root, Channel.APP, "", until))
        return nonce

    def _patient_number(self, session: str) -> str:
        payload, _, stamp = session[:LONGEST_ASSERTION].rpartition(".")
        right = hmac.new(self.session_key, payload.encode(), hashlib.sha256).hexdigest()
        told = _read(payload) if hmac.compare_digest(right.encode(), stamp.encode()) else {}
        number, expires, now = told.get("patient_number"), told.get("expires"), self.store.clock.now().timestamp()
        if not isinstance(number, str) or not isinstance(expires, int | float):
            raise SessionInvalid("应用会话无效", field="session")
        if not now < expires <= now + LONGEST_SESSION.total_seconds():
            raise SessionInvalid("应用会话无效", field="session")
        return number


def _read(payload: str) -> dict[str, object]:
    """Return what an assertion says, nothing if it cannot be read."""
    try:
        told = json.loads(urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}
