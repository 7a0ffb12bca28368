"""One medical statement of a doctor, with its source and limits: the only well that texts may draw from (law 2)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from narrowcast.domain.draft import FactRef, FactText, Source
from narrowcast.domain.errors import Refusal
from narrowcast.domain.vocabulary import Risk, Section


class FactUnknown(Refusal):
    """No such fact."""


class FactNotUsable(Refusal):
    """The fact is not approved, retired, or past its date."""


class FactAlreadyProposed(Refusal):
    """The id is taken by a different statement."""


class RetirementNeedsReason(Refusal):
    """A doctor took a fact out of use without saying why."""


class ConditionNotStated(Refusal):
    """A condition stands beside the statement and not in it, where the fact check would see it."""


@dataclass(frozen=True, slots=True)
class Statement:
    """What the fact says: one sentence, where it comes from, whom and what it concerns, what must not be said.

    `codes` are ICD-10 prefixes, `treatments` ATC codes; `valid_until` is the last day of use, hospital time.
    `conditions` are those words of the text under which alone it holds; `must_carry` marks a safety fact that every
    piece on the same subject must cite.
    """

    text: str
    source: Source
    section: Section
    risk: Risk
    codes: tuple[str, ...]
    treatments: tuple[str, ...]
    population: str
    boundaries: tuple[str, ...]
    valid_until: date
    conditions: tuple[str, ...] = ()
    must_carry: bool = False


@dataclass(frozen=True, slots=True)
class FactProposed:
    """A doctor put a statement forward."""

    author: str
    statement: Statement


@dataclass(frozen=True, slots=True)
class FactApproved:
    """A doctor stands by this version of the statement."""

    fact_version: int
    approved_by: str


@dataclass(frozen=True, slots=True)
class FactSuperseded:
    """Medicine moved on: a new version replaces the one before."""

    fact_version: int
    statement: Statement
    approved_by: str


@dataclass(frozen=True, slots=True)
class FactRetired:
    """The statement is no longer to be used."""

    reason: str
    retired_by: str


Event = FactProposed | FactApproved | FactSuperseded | FactRetired


@dataclass(frozen=True, slots=True)
class Fact:
    """The present state: the newest version of the statement and whether it may be used."""

    statement: Statement | None = None
    author: str = ""
    version: int = 0
    approved: bool = False
    retired: bool = False


def evolve(state: Fact, event: Event) -> Fact:
    """Fold one event."""
    match event:
        case FactProposed(author, statement):
            return Fact(statement, author, 1)
        case FactApproved():
            return replace(state, approved=True)
        case FactSuperseded(fact_version, statement, approved_by):
            return replace(state, statement=statement, author=approved_by, version=fact_version, approved=True)
        case FactRetired():
            return replace(state, retired=True)


def propose(state: Fact, *, author: str, statement: Statement) -> tuple[Event, ...]:
    """Put a statement forward; the same one again changes nothing."""
    _complete(statement)
    if state.statement is None:
        return (FactProposed(author, statement),)
    if state.statement == statement:
        return ()
    raise FactAlreadyProposed("该事实编号已有不同内容，请改用“更新”", field="fact_id")


def approve(state: Fact, *, doctor: str) -> tuple[Event, ...]:
    """A doctor confirms the present version; a second time changes nothing."""
    _known(state)
    return () if state.approved else (FactApproved(state.version, doctor),)


def supersede(state: Fact, *, statement: Statement, doctor: str) -> tuple[Event, ...]:
    """Replace the statement by a new version; unchanged words change nothing."""
    _complete(statement)
    if _known(state) == statement:
        return ()
    return (FactSuperseded(state.version + 1, statement, doctor),)


def retire(state: Fact, *, reason: str, doctor: str) -> tuple[Event, ...]:
    """Take the fact out of use; a second time changes nothing."""
    _known(state)
    if not reason.strip():
        raise RetirementNeedsReason("请填写停用原因", field="reason")
    return () if state.retired else (FactRetired(reason.strip(), doctor),)


def usable(state: Fact, fact_id: str, *, on: date) -> FactText:
    """Return what a drafter and the checks may see of the fact on that day, else refuse."""
    statement = _known(state)
    if not _stands(state, statement, on):
        raise FactNotUsable(f"事实 {fact_id} 未经确认、已停用或已过有效期", field="fact_refs")
    ref = FactRef(fact_id, state.version)
    return FactText(ref, statement.text, statement.section, statement.risk, statement.boundaries)


def must_be_carried(
    state: Fact, *, section: Section, codes: tuple[str, ...], treatments: tuple[str, ...], on: date
) -> bool:
    """Whether a piece of that section, for those codes and treatments, must cite the fact on that day.

    A fact without treatments governs the general pieces, one with treatments the pieces about any of these: a patient
    gets both kinds side by side.
    """
    statement = state.statement
    if statement is None or not statement.must_carry or not _stands(state, statement, on):
        return False
    same_drug = bool(set(statement.treatments) & set(treatments)) or not (statement.treatments or treatments)
    return statement.section is section and same_drug and any(code.startswith(statement.codes) for code in codes)


def _stands(state: Fact, statement: Statement, on: date) -> bool:
    return state.approved and not state.retired and on <= statement.valid_until


def _complete(statement: Statement) -> None:
    unstated = [condition for condition in statement.conditions if condition not in statement.text]
    if unstated:
        raise ConditionNotStated(f"适用条件须写在陈述之中：{'；'.join(unstated)}", field="conditions")


def _known(state: Fact) -> Statement:
    if state.statement is None:
        raise FactUnknown("没有这条事实", field="fact_id")
    return state.statement
