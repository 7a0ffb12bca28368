"""Signed sentences as they are shown to a person who asks: through the library's gate again, whenever they are shown.

Nothing else turns a reference into words; a piece that was recalled, ran out or was altered since stays silent.
"""

from __future__ import annotations

import re
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

MOST_TERMS = 3
"""Terms that are explained beside one answer."""
_ASKING = re.compile(r"^什么(?:是|叫)|(?:是什么|什么是)(?:意思)?[？?]?$|[？?]$|\s")


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
        for content_id, _ in self.titles(hospital, form):
            state = self.library.piece(hospital, content_id, on=on)
            if state:
                yield content_id, state

    def titles(self, hospital: str, form: Form) -> list[tuple[str, str]]:
        """Return ids and titles of the pieces of a form, in order of id: by the rows, so nobody verified them."""
        rows = self.read.query(f"{hospital}/content")
        published = (row for row in rows if (row["form"], row["status"]) == (form, "published"))
        return sorted((str(row["content_id"]), str(row["title"])) for row in published)


@dataclass(frozen=True, slots=True)
class Explained:
    """A term of an answer in plain words: the first sentence of the signed piece that explains it."""

    term: str
    sentence: QuotedSentence


@dataclass(frozen=True, slots=True)
class Glossary:
    """Explains the terms of an answer by the hospital's signed glossary; what nobody signed stays unexplained."""

    shelves: Shelves

    def explain(self, hospital: str, sentences: Sequence[QuotedSentence], *, on: date) -> tuple[Explained, ...]:
        """Return the terms that the sentences use and do not explain themselves, at most MOST_TERMS."""
        if not sentences:
            return ()
        told = "".join(each.text for each in sentences)
        shown = {each.content for each in sentences}
        named = ((content_id, term_of(title)) for content_id, title in self.shelves.titles(hospital, Form.GLOSSARY))
        used = [(content_id, term) for content_id, term in named if term and term in told and content_id not in shown]
        found = (self._explained(hospital, content_id, term, on) for content_id, term in used[:MOST_TERMS])
        return tuple(each for each in found if each)

    def _explained(self, hospital: str, content_id: str, term: str, on: date) -> Explained | None:
        state = self.shelves.library.piece(hospital, content_id, on=on)
        if state is None or term_of(state.draft.title) != term:
            return None
        quotes = quotes_from(hospital, content_id, state, [0])
        shown = Quoting(self.shelves.library).sentences(hospital, quotes, on=on)
        return Explained(term, shown[0]) if shown else None


def term_of(title: str) -> str:
    """Return the term that a piece of the glossary explains, by its title: 什么是糖化血红蛋白, 支架是什么意思."""
    return _ASKING.sub("", title)
