"""Signed sentences as they are shown to a person who asks: through the library's gate again, whenever they are shown.

Nothing else turns a reference into words; a piece that was recalled, ran out or was altered since stays silent.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from narrowcast.application.guides import SignedLibrary
from narrowcast.application.ports import ReadTable
from narrowcast.domain.content import Content
from narrowcast.domain.conversation import Quote
from narrowcast.domain.guide import PieceRef
from narrowcast.domain.signing import document_hash
from narrowcast.domain.vocabulary import Form


@dataclass(frozen=True, slots=True)
class QuotedSentence:
    """A sentence, byte for byte as it was signed, and where it stands. `place` counts from 0 within the answer."""

    place: int
    text: str
    content: str
    version: int
    title: str
    signer: str
    signer_title: str
    department: str
    signed_at: datetime
    label: str


@dataclass(frozen=True, slots=True)
class Quoting:
    """Turns references into words."""

    library: SignedLibrary

    def sentences(self, hospital: str, quotes: Sequence[Quote], *, on: date) -> tuple[QuotedSentence, ...]:
        """Return those of the quoted sentences that may be shown on that day, each piece verified once."""
        pieces = {quote.content_id: self._piece(hospital, quote, on) for quote in dict.fromkeys(quotes)}
        found = ((place, quote, pieces[quote.content_id]) for place, quote in enumerate(quotes))
        return tuple(
            _sentence(place, quote, state)
            for place, quote, state in found
            if state and state.signed and 0 <= quote.sentence < len(state.draft.sentences)
        )

    def _piece(self, hospital: str, quote: Quote, on: date) -> Content | None:
        ref = PieceRef(quote.content_id, quote.revision, quote.document_hash, ())
        return self.library.exactly(hospital, ref, on=on)


def _sentence(place: int, quote: Quote, state: Content) -> QuotedSentence:
    signed = state.signed
    if signed is None:  # the gate lets no unsigned piece pass
        raise AssertionError(quote.content_id)
    return QuotedSentence(
        place,
        state.draft.sentences[quote.sentence].text,
        quote.content_id,
        state.revision,
        state.draft.title,
        signed.signer_name,
        signed.signer_title,
        signed.department,
        signed.signed_at,
        signed.label,
    )


def quotes_from(hospital: str, content_id: str, state: Content, places: Iterable[int]) -> tuple[Quote, ...]:
    """Return references to sentences of a piece, by their places."""
    digest = document_hash(hospital, content_id, state)
    return tuple(Quote(content_id, state.revision, digest, place) for place in places)


@dataclass(frozen=True, slots=True)
class Shelves:
    """Signed pieces of one form, found by the rows of the library and believed only behind the gate."""

    read: ReadTable
    library: SignedLibrary

    def pieces(self, hospital: str, form: Form, *, on: date) -> Iterator[tuple[str, Content]]:
        """Yield the pieces of a form that may be shown on that day, in order of id."""
        rows = self.read.query(f"{hospital}/content")
        named = sorted(str(row["content_id"]) for row in rows if (row["form"], row["status"]) == (form, "published"))
        for content_id in named:
            state = self.library.piece(hospital, content_id, on=on)
            if state:
                yield content_id, state
