"""One medical statement of a doctor, with its source and limits: the only well that texts may draw from (law 2)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from narrowcast.domain.draft import FactRef, FactText, Source
from narrowcast.domain.errors import Refusal
from narrowcast.domain.vocabulary import Risk, Section, SourceKind

_NOWHERE = Source(SourceKind.ARTICLE, "", "", 0, "")


class FactUnknown(Refusal):
    """No such fact."""


class FactNotUsable(Refusal):
    """The fact is not approved, retired, or past its date."""


class FactAlreadyProposed(Refusal):
    """The id is taken by a different statement."""


class RetirementNeedsReason(Refusal):
    """A doctor took a fact out of use without saying why."""


class ChangeIsMaterial(Refusal):
    """The new version says something else than the one before, or of somebody else: it is no change of wording."""


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
    """Medicine moved on: a new version replaces the one before.

    `wording_only`: it says the same in other words, so that what rests on the one before stays true.
    """

    fact_version: int
    statement: Statement
    approved_by: str
    wording_only: bool = False


@dataclass(frozen=True, slots=True)
class FactRetired:
    """The statement is no longer to be used."""

    reason: str
    retired_by: str


Event = FactProposed | FactApproved | FactSuperseded | FactRetired


@dataclass(frozen=True, slots=True)
class Fact:
    """The present state: the newest version of the statement and whether it may be used.

    What rests on a version before `holds_from` must not be shown any more.
    """

    statement: Statement | None = None
    author: str = ""
    version: int = 0
    approved: bool = False
    retired: bool = False
    holds_from: int = 0


def evolve(state: Fact, event: Event) -> Fact:
    """Fold one event."""
    match event:
        case FactProposed(author, statement):
            return Fact(statement, author, 1)
        case FactApproved():
            return replace(state, approved=True)
        case FactSuperseded(fact_version, statement, approved_by, wording_only):
            since = state.holds_from if wording_only else fact_version
            return Fact(statement, approved_by, fact_version, approved=True, retired=state.retired, holds_from=since)
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


def supersede(state: Fact, *, statement: Statement, doctor: str, wording_only: bool = False) -> tuple[Event, ...]:
    """Replace the statement by a new version; unchanged words change nothing.

    ChangeIsMaterial if it is said to be of wording alone and is about something else, or for somebody else.
    """
    _complete(statement)
    before = _known(state)
    if before == statement:
        return ()
    if wording_only and _scope(before) != _scope(statement):
        raise ChangeIsMaterial("适用范围、条件、风险或有效期有变化，不能按“仅改措辞”更新", field="wording_only")
    return (FactSuperseded(state.version + 1, statement, doctor, wording_only),)


def _scope(statement: Statement) -> Statement:
    """The statement without its words and their source."""
    return replace(statement, text="", source=_NOWHERE)


def retire(state: Fact, *, reason: str, doctor: str) -> tuple[Event, ...]:
    """Take the fact out of use; a second time changes nothing."""
    _known(state)
    if not reason.strip():
        raise RetirementNeedsReason("请填写停用原因", field="reason")
    return () if state.retired else (FactRetired(reason.strip(), doctor),)


def holds(state: Fact, version: int) -> bool:
    """Whether what rests on that version may still be shown: nothing was said since that takes it back."""
    return not state.retired and version >= state.holds_from


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
