"""Who asks: what is known of her decides which pieces may answer her, as it decides her guide (law 10)."""

from __future__ import annotations

from dataclasses import dataclass

from narrowcast.application.persons import Persons
from narrowcast.application.store import Store
from narrowcast.application.streams import VISIT
from narrowcast.domain.assembly import completed
from narrowcast.domain.content import Content
from narrowcast.domain.conversation import ConversationOpened
from narrowcast.domain.exclusion import kept_from
from narrowcast.domain.situation import Situation, situation_of
from narrowcast.domain.vocabulary import AgeBand, Audience

FROM_GUIDE = "guide"
"""The channel of conversations that are opened from a guide and named after its visit."""


@dataclass(frozen=True, slots=True)
class Asker:
    """Of somebody unknown nothing is known; the `situation` is of whoever came from the guide of her visit."""

    age_band: AgeBand | None = None
    situation: Situation | None = None

    def may_be_told(self, piece: Content) -> bool:
        """Whether a piece is for patients of that age, and nothing known or untold of this one keeps it from her."""
        tags = piece.tags
        if tags.audience is not Audience.PATIENT or not self._of_age(tags.age_bands):
            return False
        return self.situation is None or not kept_from(self.situation, tags.treatments, tags.exclusions)

    def _of_age(self, bands: tuple[AgeBand, ...]) -> bool:
        """Whether the bands hold the age; of an unknown age, some adults."""
        if self.age_band or not bands:
            return not bands or self.age_band in bands
        return any(each not in (AgeBand.CHILD, AgeBand.TEEN) for each in bands)


def asker_of(store: Store, hospital: str, conversation: str, begun: ConversationOpened) -> Asker:
    """Return what is known of the person who began a conversation."""
    if not begun.patient:
        return Asker()
    person = Persons(store).of(hospital, begun.patient).state
    visit = store.load(VISIT, hospital, visit_behind(conversation)).state if begun.channel == FROM_GUIDE else None
    if visit is None or not visit.patient:
        return Asker(person.age_band)
    situation = situation_of(completed(visit, person), person.reader)
    return Asker(situation.age_band, situation)


def stem_of(conversation: str) -> str:
    """Return what a conversation is named after: c<month>-<stem>-<number>."""
    return conversation.partition("-")[2].rpartition("-")[0]


def visit_behind(conversation: str) -> str:
    """Return the visit of whose guide a conversation is."""
    return f"v-{stem_of(conversation)}"
