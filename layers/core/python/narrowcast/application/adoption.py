"""A doctor makes a refused sentence a fact of her own, with its source: the one way that new medicine enters a text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from narrowcast.application.facts import FactLedger
from narrowcast.application.hospitals import today
from narrowcast.application.store import Actor, Outcome, Store
from narrowcast.application.streams import CONTENT, FACT, SIGNER
from narrowcast.domain import content as contents
from narrowcast.domain import fact as facts
from narrowcast.domain.content import Content
from narrowcast.domain.draft import FactRef
from narrowcast.domain.signer import entitled


@dataclass(frozen=True, slots=True)
class Adoption:
    """Which sentence (by its place, from 0) of the version seen, and the statement that it restates."""

    revision: int
    sentence: int
    fact_id: str
    statement: facts.Statement


@dataclass(frozen=True, slots=True)
class Adopting:
    """Records the fact in the doctor's name, then that the sentence cites it; the checks run again."""

    store: Store

    def adopt(self, hospital: str, content_id: str, adoption: Adoption, doctor: str, actor: Actor) -> Outcome[Content]:
        """Adopt the sentence, refused before the fact is written if the piece or the doctor is not fit for it.

        SignerNotEntitled, SentenceNotObjected, StaleRevision, NotAwaitingThis; FactAlreadyProposed, FactNotUsable.
        """
        on = today(self.store, hospital)
        state = self.store.load(CONTENT, hospital, content_id).state
        entitled(self.store.load(SIGNER, hospital, doctor).state, codes=state.tags.codes, on=on)
        fact = FactRef(adoption.fact_id, self.store.load(FACT, hospital, adoption.fact_id).state.version or 1)

        def decide(piece: Content) -> Sequence[contents.Event]:
            return contents.adopt(
                piece, revision=adoption.revision, sentence=adoption.sentence, fact=fact, doctor=doctor
            )

        if decide(state):
            ledger = FactLedger(self.store)
            ledger.propose(hospital, adoption.fact_id, adoption.statement, doctor, actor)
            approved = ledger.approve(hospital, adoption.fact_id, doctor, actor).state
            facts.usable(approved, adoption.fact_id, on=on)
        return self.store.execute(CONTENT, hospital, content_id, decide, actor)
