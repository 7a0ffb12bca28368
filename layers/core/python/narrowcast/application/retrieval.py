"""From a question to the signed pieces that may answer it: asked of the index, fused here, believed of the log alone.

The ranking is made here, so that it is the same on every engine. Every hit passes the one gate again; what does not is
not shown, whatever the index says.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from typing import Final

from narrowcast.application.guides import SignedLibrary
from narrowcast.application.hospitals import today
from narrowcast.application.ports import ContentIndex, Embedder, Engine, Found, Scope, UnavailableError
from narrowcast.application.store import Store
from narrowcast.domain.content import Content
from narrowcast.domain.search.fusion import Fused, Way, fuse
from narrowcast.domain.search.routes import WEIGHTS, Route
from narrowcast.domain.search.vectors import whole
from narrowcast.domain.search.wording import Wording, word
from narrowcast.domain.vocabulary import Audience

WORDS, VECTOR = "words", "vector"
PATIENT_CHANNEL: Final = "patient"
DEPTH: Final = 100
"""How many pieces each way of searching may name."""


class Mode(StrEnum):
    """Which ways of searching are used."""

    BM25 = "bm25"
    VECTOR = "vector"
    HYBRID = "hybrid"


@dataclass(frozen=True, slots=True)
class Ranked:
    """What the index says: the wording that was asked, each way's own ranking, and the joint one.

    `missed`: why a way of searching that was wanted was not used.
    """

    wording: Wording
    ways: Mapping[str, tuple[Found, ...]]
    fused: tuple[Fused, ...]
    missed: str = ""


@dataclass(frozen=True, slots=True)
class Ranking:
    """Asks the index in each way, and fuses as fits the route; a library of signed pieces answers."""

    index: ContentIndex
    embedder: Embedder | None = None
    route: Route = Route.ANSWERS

    def rank(self, scope: Scope, question: str, mode: Mode = Mode.HYBRID, depth: int = DEPTH) -> Ranked:
        """Return the ranking of pieces in scope; nothing for a question that says nothing. UnavailableError.

        Where there is no model, or it does not answer, words alone rank.
        """
        wording = word(question)
        if not wording.text:
            return Ranked(wording, {}, ())
        with ThreadPoolExecutor(1) as beside:  # the engine looks for words while the question is turned into a vector
            matching = beside.submit(self.index.matching, scope, wording, depth) if mode is not Mode.VECTOR else None
            near, missed = self._near(scope, wording, depth) if mode is not Mode.BM25 else ([], "")
            words = matching.result() if matching else []
        return Ranked(wording, {WORDS: tuple(words), VECTOR: tuple(near)}, self._fused(words, near, depth), missed)

    def _fused(self, words: Sequence[Found], near: Sequence[Found], depth: int) -> tuple[Fused, ...]:
        """Fuse the ways; what no word of a question finds has 0 by words, if that way could have named more."""
        weights, none = WEIGHTS[self.route], 0.0 if len(words) < depth else None
        return tuple(fuse({
            WORDS: Way(_scored(words), weights.words, none),
            VECTOR: Way(_scored(near), weights.vector),
        }))  # fmt: skip

    def _near(self, scope: Scope, wording: Wording, depth: int) -> tuple[list[Found], str]:
        if self.embedder is None:
            return [], "no model for vectors is configured"
        try:
            (vector,) = self.embedder.queries([wording.text])
        except UnavailableError as fault:
            return [], str(fault)
        return self.index.nearest(scope, whole(vector), depth), ""


def _scored(found: Sequence[Found]) -> list[tuple[str, float]]:
    return [(each.content_id, each.score) for each in found]


@dataclass(frozen=True, slots=True)
class Hit:
    """A piece that holds now, and where it stood in the ranking."""

    content_id: str
    version: int
    state: Content
    rank: Fused


def document(hit: Hit) -> dict[str, object]:
    """Return a hit as callers see it: the signed text with its label, who signed it and when."""
    state, signed = hit.state, hit.state.signed
    return {
        "content": hit.content_id,
        "version": hit.version,
        "title": state.draft.title,
        "text": "\n".join(sentence.text for sentence in state.draft.sentences),
        "form": state.topic.form,
        "signer": signed.signer_id if signed else "",
        "signer_name": signed.signer_name if signed else "",
        "signed_at": signed.signed_at.isoformat() if signed else "",
        "label": signed.label if signed else "",
        "score": round(hit.rank.score, 6),
        "ranks": dict(hit.rank.ranks),
    }


@dataclass(frozen=True, slots=True)
class Retrieved:
    """What may be shown for a question, best first, and how it was found."""

    hits: tuple[Hit, ...]
    ranked: Ranked


@dataclass(frozen=True, slots=True)
class Retrieval:
    """Finds signed pieces. The scope's day is the hospital's own, whatever a caller says."""

    store: Store
    library: SignedLibrary
    ranking: Ranking

    def search(
        self,
        hospital: str,
        question: str,
        *,
        limit: int = 10,
        audiences: tuple[Audience, ...] = tuple(Audience),
        channel: str = PATIENT_CHANNEL,
        without: tuple[str, ...] = (),
        mode: Mode = Mode.HYBRID,
    ) -> Retrieved:
        """Return up to `limit` pieces of the hospital that may be shown today. UnavailableError; HospitalUnknown."""
        scope = Scope(hospital, today(self.store, hospital), channel, audiences, without)
        ranked = self.ranking.rank(scope, question, mode)
        return Retrieved(tuple(islice(self._shown(scope, ranked.fused), limit)), ranked)

    def engine(self) -> Engine:
        """Return what searches. UnavailableError."""
        return self.ranking.index.engine()

    def _shown(self, scope: Scope, ranked: Iterable[Fused]) -> Iterator[Hit]:
        """Yield the pieces as the log has them, those that may be shown in this scope; none in any doubt."""
        for each in ranked:
            state = self.library.piece(scope.hospital, each.name, on=scope.on)
            if state is not None and allowed(scope, each.name, state):
                yield Hit(each.name, state.revision, state, each)


def allowed(scope: Scope, content_id: str, state: Content) -> bool:
    """Whether the log's own state of a piece lies in the scope."""
    return (
        state.published is not None
        and scope.channel in state.published.channels
        and state.tags.audience in scope.audiences
        and content_id not in scope.without
    )
