"""Why a guide is as it is, for staff: what its record says of the choice, with titles and the words of the facts.

Nothing is chosen anew: what a guide's event does not tell, as of a guide made before reasons were kept, is not told.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from narrowcast.application.store import Store
from narrowcast.application.streams import CONTENT, FACT, GUIDE
from narrowcast.domain.assembly import REPEATS
from narrowcast.domain.choice import Barred, Caution, Points
from narrowcast.domain.choosing import CONFLICTS
from narrowcast.domain.draft import FactRef
from narrowcast.domain.explaining import ask_first, why_section
from narrowcast.domain.fact import holds
from narrowcast.domain.guide import GuideAssembled
from narrowcast.domain.vocabulary import Audience, Bar, Section, Step

REPEATED = "所讲的事实在本指南的其他内容中已经讲过"


@dataclass(frozen=True, slots=True)
class Named:
    """A piece by id and title."""

    content_id: str
    title: str


@dataclass(frozen=True, slots=True)
class Chosen:
    """A piece of the guide: for which diagnosis or drug, by which points, before which others of `considered`.

    `taken_back` are facts it tells that hold no more: it was chosen then, and nobody is shown it now.
    """

    piece: Named
    code: str
    score: int
    parts: tuple[Points, ...]
    considered: int
    others: tuple[Named, ...]
    taken_back: tuple[FactRef, ...] = ()


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A piece that fits and is not in the guide.

    `bar` and `value` say by what it is kept out, or `rule` and `reason` what it does not go with (`kept` stands in its
    place). `fact_text` are the words of the fact, empty if another version holds today. `unknown` says that it waits
    for something that nobody has told.
    """

    piece: Named
    bar: Bar | None = None
    value: str = ""
    fact: FactRef | None = None
    fact_text: str = ""
    unknown: bool = False
    rule: str = ""
    reason: str = ""
    kept: Named | None = None


@dataclass(frozen=True, slots=True)
class ExplainedSection:
    """A section: what the patient is told of the choice, what was chosen and left out, and for which codes nothing is.

    `asks` are what the patient is told to ask her doctor about.
    """

    section: Section
    heading: str
    why: str
    asks: tuple[str, ...]
    chosen: tuple[Chosen, ...]
    left_out: tuple[LeftOut, ...]
    gaps: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """A guide's newest edition, section by section, and the version of the rules that chose it."""

    guide_id: str
    visit_id: str
    edition: int
    rules: str
    audience: Audience
    step: Step | None
    sections: tuple[ExplainedSection, ...]


@dataclass(frozen=True, slots=True)
class Explanations:
    """Tells why."""

    store: Store

    def of(self, hospital: str, guide_id: str) -> Explanation:
        """Explain the newest edition. GuideUnknown."""
        guide = self.store.load(GUIDE, hospital, guide_id).state
        made = guide.made
        sections = (self._section(hospital, made, section) for section in Section)
        told = tuple(each for each in sections if each.chosen or each.left_out or each.gaps)
        return Explanation(guide_id, made.visit_id, guide.edition, made.rules, made.audience, made.step, told)

    def _section(self, hospital: str, made: GuideAssembled, section: Section) -> ExplainedSection:
        return ExplainedSection(
            section,
            section.heading,
            why_section(made, section),
            ask_first(made.choice, section),
            self._chosen(hospital, made, section),
            (*self._barred(hospital, made, section), *self._dropped(hospital, made, section)),
            tuple(gap.code for gap in made.gaps if gap.section is section),
        )

    def _chosen(self, hospital: str, made: GuideAssembled, section: Section) -> tuple[Chosen, ...]:
        parts = (part for part in made.sections if part.section is section)
        given = {piece.content_id: piece for part in parts for piece in part.pieces}
        reasons = (each for each in made.choice.reasons if each.section is section and each.content_id in given)
        return tuple(
            Chosen(
                self._named(hospital, each.content_id),
                each.code,
                each.score,
                each.parts,
                each.considered,
                self._all_named(hospital, each.others),
                tuple(fact for fact in given[each.content_id].facts if not self._holds(hospital, fact)),
            )
            for each in reasons
        )

    def _holds(self, hospital: str, ref: FactRef) -> bool:
        return holds(self.store.load(FACT, hospital, ref.fact_id).state, ref.version)

    def _barred(self, hospital: str, made: GuideAssembled, section: Section) -> tuple[LeftOut, ...]:
        found: tuple[Barred | Caution, ...] = (*made.choice.barred, *made.choice.cautions)
        return tuple(
            LeftOut(
                self._named(hospital, each.content_id),
                each.bar,
                each.value if isinstance(each, Barred) else "",
                each.fact,
                self._words(hospital, each.fact),
                unknown=isinstance(each, Caution),
            )
            for each in found
            if each.section is section
        )

    def _dropped(self, hospital: str, made: GuideAssembled, section: Section) -> tuple[LeftOut, ...]:
        return tuple(
            LeftOut(
                self._named(hospital, each.content_id),
                rule=each.rule,
                reason=reason_of(each.rule),
                kept=self._named(hospital, each.kept) if each.kept else None,
            )
            for each in made.choice.dropped
            if each.section is section
        )

    def _all_named(self, hospital: str, content_ids: Iterable[str]) -> tuple[Named, ...]:
        return tuple(self._named(hospital, each) for each in content_ids)

    def _named(self, hospital: str, content_id: str) -> Named:
        state = self.store.load(CONTENT, hospital, content_id).state
        return Named(content_id, state.draft.title or (state.plan.title if state.plan else ""))

    def _words(self, hospital: str, ref: FactRef | None) -> str:
        if ref is None:
            return ""
        state = self.store.load(FACT, hospital, ref.fact_id).state
        return state.statement.text if state.statement and state.version == ref.version else ""


def reason_of(rule: str) -> str:
    """Return why a piece gave way, in Chinese; empty for a rule that is no longer among today's."""
    if rule == REPEATS:
        return REPEATED
    return next((conflict.reason for conflict in CONFLICTS if conflict.name == rule), "")
