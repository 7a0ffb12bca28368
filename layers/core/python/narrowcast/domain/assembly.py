"""Which signed pieces a visit gets. Pure: the same visit and library give the same guide, byte for byte (law 10)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from narrowcast.domain.content import Tags
from narrowcast.domain.guide import Gap, GuideAssembled, GuideSection, PieceRef
from narrowcast.domain.patient import Patient
from narrowcast.domain.visit import IN_ERROR, Visit
from narrowcast.domain.vocabulary import Audience, Form, Section

RULES = "2026-11-22"
"""Version of the choosing rules; it stands in every guide."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A signed, valid piece and what decides who gets it."""

    piece: PieceRef
    section: Section
    tags: Tags
    form: Form = Form.ARTICLE


def code_ladder(code: str) -> tuple[str, ...]:
    """Return the ICD-10 code and its broader forms, nearest first: E11.900x001, E11.900, E11.90, E11.9, E11."""
    steps = [code]
    bare = (code[:1] + code[1:].partition("X")[0]).rstrip("+*†")  # X60-X84 begin with the letter that fills elsewhere
    while len(bare) > len("E11."):
        steps.append(bare)
        bare = bare[:-1]
    return tuple(dict.fromkeys((*steps, bare.rstrip("."))))


def assemble(visit_id: str, visit: Visit, library: Iterable[Candidate]) -> GuideAssembled:
    """Choose, per section and diagnosis, the most specific piece that fits; name what is missing."""
    fitting = sorted((c for c in library if _fits(c.tags, visit)), key=lambda c: c.piece.content_id)
    sections, gaps = [], []
    for section in Section:
        of_section = [c for c in fitting if c.section is section]
        chosen = [(code, _best(of_section, code, visit)) for code in visit.known_codes]
        pieces = tuple(dict.fromkeys(c.piece for _, found in chosen for c in found))
        gaps += [Gap(section, code) for code, found in chosen if not found]
        if pieces:
            sections.append(GuideSection(section, pieces))
    return GuideAssembled(visit_id, visit.patient, tuple(sections), tuple(gaps), RULES)


def completed(visit: Visit, person: Patient) -> Visit:
    """Return the visit with what was told of the person apart from it, where it says nothing itself."""
    account = visit.account
    return replace(
        visit,
        account=replace(
            account,
            age_band=account.age_band or person.age,
            sex=account.sex or person.told_sex,
            condition=person.told_condition.beneath(account.condition),
        ),
    )


def empty(visit_id: str, visit: Visit) -> GuideAssembled:
    """Return the guide of a visit that was taken back."""
    return GuideAssembled(visit_id, visit.patient, (), (), RULES)


def lost_ground(tags: Tags, visit: Visit) -> bool:
    """Whether a piece was given for what no longer holds: a diagnosis or drug told in error, a visit taken back.

    A drug that was stopped, or a stage that has passed, was no error: what hung on it only leaves the guide.
    """
    mistaken = {drug.atc for drug in visit.medications if drug.status == IN_ERROR}
    steps = {step for code in visit.known_codes for step in code_ladder(code)}
    return visit.cancelled or not steps & set(tags.codes) or bool(mistaken & set(tags.treatments))


def _fits(tags: Tags, visit: Visit) -> bool:
    """A piece about a drug fits only who takes it; a piece for some ages or stages only whom it names."""
    return (
        tags.audience is Audience.PATIENT
        and set(tags.treatments) <= set(visit.treatments)
        and (not tags.stages or visit.stage in tags.stages)
        and (not tags.age_bands or visit.age_band in tags.age_bands)
    )


def _best(candidates: list[Candidate], code: str, visit: Visit) -> tuple[Candidate, ...]:
    """The best general piece for the code, and the best for each drug that the patient takes."""
    ladder = code_ladder(code)
    matching = [c for c in candidates if set(c.tags.codes) & set(ladder)]
    drugs: list[tuple[str, ...]] = [(), *((atc,) for atc in visit.treatments)]
    return tuple(best for drug in drugs for best in _first(matching, drug, ladder))


def _first(matching: list[Candidate], drug: tuple[str, ...], ladder: tuple[str, ...]) -> Iterator[Candidate]:
    about = [c for c in matching if _about(c.tags, drug)]
    yield from sorted(about, key=lambda c: _rank(c, ladder))[:1]


def _about(tags: Tags, drug: tuple[str, ...]) -> bool:
    return drug[0] in tags.treatments if drug else not tags.treatments


def _rank(candidate: Candidate, ladder: tuple[str, ...]) -> tuple[int, int, int, bool, str]:
    """Nearest code first, then what is made for this stage, for this age, for more than one question; then by id."""
    tags, one_question = candidate.tags, candidate.form is Form.QA
    nearest = min(ladder.index(code) for code in tags.codes if code in ladder)
    return (nearest, -bool(tags.stages), -bool(tags.age_bands), one_question, candidate.piece.content_id)
