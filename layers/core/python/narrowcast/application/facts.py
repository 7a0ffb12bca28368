"""The fact ledger's use cases, and what of it a drafter and the checks may see."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from narrowcast.application.hospitals import profile_of, today
from narrowcast.application.ports import ReadTable
from narrowcast.application.store import Actor, Outcome, Store
from narrowcast.application.streams import FACT
from narrowcast.domain import fact as facts
from narrowcast.domain.content import CitedFact, TopicPlanned
from narrowcast.domain.control.gate import object_to
from narrowcast.domain.draft import Draft, FactRef, FactText, Sentence
from narrowcast.domain.signing import digest_text


@dataclass(frozen=True, slots=True)
class FactLedger:
    """Proposes, approves, supersedes and retires facts."""

    store: Store

    def propose(
        self, hospital: str, fact_id: str, statement: facts.Statement, doctor: str, actor: Actor
    ) -> Outcome[facts.Fact]:
        """Put a statement forward in a doctor's name."""
        profile_of(self.store, hospital)
        return self._execute(hospital, fact_id, lambda s: facts.propose(s, author=doctor, statement=statement), actor)

    def approve(self, hospital: str, fact_id: str, doctor: str, actor: Actor) -> Outcome[facts.Fact]:
        """Confirm the present version."""
        return self._execute(hospital, fact_id, lambda s: facts.approve(s, doctor=doctor), actor)

    def supersede(
        self,
        hospital: str,
        fact_id: str,
        statement: facts.Statement,
        doctor: str,
        actor: Actor,
        *,
        wording_only: bool = False,
    ) -> Outcome[facts.Fact]:
        """Replace the statement by a new version.

        If it says the same in other words, what rests on the one before stays; ChangeIsMaterial if the check finds
        that the two sentences do not say the same.
        """

        def decide(state: facts.Fact) -> Sequence[facts.Event]:
            if wording_only and state.statement and not same_meaning(state.statement, statement):
                raise facts.ChangeIsMaterial("新旧表述的含义不同，不能按“仅改措辞”更新", field="wording_only")
            return facts.supersede(state, statement=statement, doctor=doctor, wording_only=wording_only)

        return self._execute(hospital, fact_id, decide, actor)

    def retire(self, hospital: str, fact_id: str, reason: str, doctor: str, actor: Actor) -> Outcome[facts.Fact]:
        """Take the fact out of use."""
        return self._execute(hospital, fact_id, lambda s: facts.retire(s, reason=reason, doctor=doctor), actor)

    def _execute(
        self, hospital: str, fact_id: str, decide: Callable[[facts.Fact], Sequence[facts.Event]], actor: Actor
    ) -> Outcome[facts.Fact]:
        return self.store.execute(FACT, hospital, fact_id, decide, actor)


def same_meaning(one: facts.Statement, other: facts.Statement) -> bool:
    """Whether each of the two sentences would pass as a restatement of the other."""
    return not (_objected(one, other) or _objected(other, one))


def _objected(said: facts.Statement, meant: facts.Statement) -> bool:
    ref = FactRef("fact", 1)
    known = FactText(ref, meant.text, meant.section, meant.risk, meant.boundaries)
    return bool(object_to(Draft("", (Sentence(said.text, (ref,)),)), {ref: known}, ()))


def usable_facts(store: Store, hospital: str, refs: Sequence[FactRef], *, on: date) -> dict[FactRef, FactText]:
    """Return the words of these fact versions; FactNotUsable if one is unapproved, retired, lapsed or replaced."""
    return {ref: _usable(store, hospital, ref, on) for ref in refs}


def _usable(store: Store, hospital: str, ref: FactRef, on: date) -> FactText:
    text = facts.usable(store.load(FACT, hospital, ref.fact_id).state, ref.fact_id, on=on)
    if text.ref != ref:
        raise facts.FactNotUsable(f"事实 {ref.fact_id} 已有新版本，请按新版本起草", field="fact_refs")
    return text


def must_carry_facts(store: Store, read: ReadTable, hospital: str, topic: TopicPlanned) -> dict[FactRef, FactText]:
    """Return the safety facts that a piece on this topic must cite, by id: the rows propose, the log confirms."""
    on = today(store, hospital)
    marked = sorted(str(row["fact_id"]) for row in read.query(f"{hospital}/fact") if row.get("must_carry"))
    states = {fact_id: store.load(FACT, hospital, fact_id).state for fact_id in marked}
    texts = (
        facts.usable(state, fact_id, on=on)
        for fact_id, state in states.items()
        if facts.must_be_carried(
            state, section=topic.section, codes=topic.tags.codes, treatments=topic.tags.treatments, on=on
        )
    )
    return {text.ref: text for text in texts}


def cite(store: Store, hospital: str, ref: FactRef) -> CitedFact:
    """Return the fact version with the digest of its words, its last valid day, its author and its risk."""
    state = store.load(FACT, hospital, ref.fact_id).state
    if state.statement is None:
        raise facts.FactUnknown("没有这条事实", field="fact_id")
    statement = state.statement
    return CitedFact(ref, digest_text(statement.text), statement.valid_until, state.author, statement.risk)
