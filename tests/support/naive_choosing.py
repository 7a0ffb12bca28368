"""The choosing rules once more, by brute force: an oracle for `domain.assembly`, of which it uses nothing.

It looks at every piece of the library for every place of a guide, compares strings, and writes the rules and their
numbers out anew. It may be slow; it must be plainly right.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

SECTIONS = ("disease", "medication", "diet", "exercise", "followup")
KIDNEYS = ("normal", "reduced", "severe", "dialysis")
CLASHES = {
    "exertion-hypoglycaemia": ("exertion", "", "A10A A10BB A10BX", "E10 E11 E12 E13 E14 O24"),
    "fasting-hypoglycaemia": ("exercise_fasting", "", "A10A A10BB A10BX", ""),
    "exertion-heart": ("exertion", "I50 I21 I22", "", "I50 I21 I22"),
    "potassium-drugs": ("potassium", "", "C03DA C03DB C09A C09B C09C C09D", ""),
    "potassium-kidneys": ("potassium", "N18 N19", "", ""),
    "protein-kidneys": ("protein", "N18 N19", "", "N18 N19"),
    "fluids-heart-kidneys": ("fluids", "I50 N18 N19", "", "I50 N18 N19"),
    "purines-gout": ("purines", "M10 E79", "", "M10 E79"),
    "vitamin-k-warfarin": ("vitamin_k", "", "B01AA03", ""),
    "grapefruit-drugs": ("grapefruit", "", "C10AA C08CA C08DA C08DB L04AD", ""),
}


@dataclass
class NaiveGuide:
    """What the oracle says a guide holds, in the order of the page."""

    pieces: dict[str, list[str]]
    gaps: set[tuple[str, str]]
    barred: set[tuple[str, str]]
    cautions: set[tuple[str, str]]
    dropped: set[tuple[str, str]]


def choose(patient: Any, library: Sequence[Any]) -> NaiveGuide:
    """Return the guide of a situation."""
    guide = NaiveGuide({section: [] for section in SECTIONS}, set(), set(), set(), set())
    points: dict[tuple[str, str], int] = {}
    wanted = {step for code in patient.codes for step in rungs(code)}
    suitable = [piece for piece in library if wanted.intersection(piece.tags.codes) and suits(piece, patient)]
    for section in SECTIONS:
        for code in patient.codes:
            if not _fill(guide, points, patient, section, code, suitable):
                guide.gaps.add((section, code))
    known = {piece.piece.content_id: piece for piece in library}
    _drop_clashes(guide, patient, known)
    _drop_repeats(guide, points, known)
    return guide


def _fill(guide: NaiveGuide, points: Any, patient: Any, section: str, code: str, suitable: Any) -> bool:  # noqa: PLR0917 - as the rules have it
    found = False
    for drug in ["", *patient.treatments]:
        rivals = []
        for piece in suitable:
            about = drug in piece.tags.treatments if drug else not piece.tags.treatments
            if str(piece.section) == section and about and rung(piece, code) is not None:
                rivals.append((-total(piece, code, patient), piece.piece.content_id, piece))
        for negative, name, piece in sorted(rivals, key=lambda rival: rival[:2]):
            verdict = harm(piece, patient)
            if verdict == "no":
                if name not in guide.pieces[section]:
                    guide.pieces[section].append(name)
                    points[section, name] = -negative
                found = True
                break
            (guide.barred if verdict == "yes" else guide.cautions).add((section, name))
    return found


def rungs(code: str) -> list[str]:
    """The code, then ever shorter without what fills places, down to its three characters."""
    steps = [code]
    short = code[0] + code[1:].partition("X")[0]
    for mark in "+*†":
        short = short.strip(mark)
    while len(short) >= 5:
        if short not in steps:
            steps.append(short)
        short = short[:-1]
    if short[:3] not in steps:
        steps.append(short[:3])
    return steps


def rung(piece: Any, code: str) -> int | None:
    """How many steps up from the code the piece is; None if it is not about it."""
    places = [place for place, step in enumerate(rungs(code)) if step in piece.tags.codes]
    return min(places) if places else None


def suits(piece: Any, patient: Any) -> bool:  # noqa: PLR0911 - a rule a line
    """Every tag that narrows the piece must be met."""
    tags = piece.tags
    if tags.audience == "carer" and patient.audience != "carer":
        return False
    if tags.stages and patient.stage not in tags.stages:
        return False
    if tags.age_bands and patient.age_band not in tags.age_bands:
        return False
    if tags.steps and patient.step not in tags.steps:
        return False
    if tags.sexes and patient.sex not in tags.sexes:
        return False
    if set(tags.treatments) - set(patient.treatments):
        return False
    if set(tags.customs) - set(patient.reader.customs):
        return False
    if tags.language not in {"zh-Hans", patient.reader.language}:
        return False
    done = [p for wanted in tags.procedures for p in patient.procedures if p[: len(wanted)] == wanted]
    return bool(done) or not tags.procedures


def harm(piece: Any, patient: Any) -> str:
    """yes, no, or unknown."""
    unknown = False
    for drug in piece.tags.treatments:
        if _allergic(drug, patient):
            return "yes"
    for each in piece.tags.exclusions:
        answer = _holds(str(each.bar), str(each.value), patient)
        if answer == "yes":
            return "yes"
        unknown = unknown or answer == "unknown"
    return "unknown" if unknown else "no"


def _holds(bar: str, value: str, patient: Any) -> str:  # noqa: PLR0911 - a rule a line
    if bar == "pregnancy":
        if patient.pregnant is not None:
            return "yes" if patient.pregnant else "no"
        cannot = patient.sex == "male" or patient.age_band in {"0-13", "45-64", "65-79", "80+"}
        return "no" if cannot else "unknown"
    if bar == "renal":
        if patient.renal is None:
            return "unknown"
        return "yes" if KIDNEYS.index(patient.renal) >= KIDNEYS.index(value) else "no"
    if bar == "allergy":
        return "yes" if _allergic(value, patient) else "no"
    if bar == "age":
        return "yes" if patient.age_band in {None, value} else "no"
    having = patient.treatments if bar == "drug" else patient.procedures
    return "yes" if [code for code in having if code[: len(value)] == value] else "no"


def _allergic(substance: str, patient: Any) -> bool:
    for known in patient.allergies:
        shorter = min(len(known), len(substance))
        if known and known[:shorter] == substance[:shorter]:
            return True
    return False


def total(piece: Any, code: str, patient: Any) -> int:
    """The score as the rules of 2026-11-22.2 have it."""
    tags, reader = piece.tags, patient.reader
    place = rung(piece, code)
    assert place is not None
    score: int = 200_000 * (6 - place) + 6_000 * len(tags.treatments) + 4_000 * len(tags.customs)
    score += 4_000_000 if tags.language == reader.language else 0
    score += 2_000_000 if tags.audience == patient.audience else 0
    score += 80_000 if tags.steps else 0
    score += 40_000 if tags.stages else 0
    score += 20_000 if tags.procedures else 0
    score += 4_500 if tags.age_bands else 0
    score += 2_000 if tags.sexes else 0
    score += 1_000 if tags.literacy is not None and tags.literacy == reader.literacy else 0
    score += 500 if tags.style is not None and tags.style == reader.style else 0
    score -= 400 if piece.form == "qa" else 0
    months = (piece.signed_on.year - 2020) * 12 + piece.signed_on.month - 1
    newer: int = min(max(months, 0), 240)
    return score + newer


def _drop_clashes(guide: NaiveGuide, patient: Any, known: dict[str, Any]) -> None:
    for rule, (advice, illnesses, drugs, knowing) in CLASHES.items():
        danger = any(code.startswith(each) for code in patient.codes for each in illnesses.split())
        danger = danger or any(atc.startswith(each) for atc in patient.treatments for each in drugs.split())
        for section in SECTIONS if danger else ():
            for name in list(guide.pieces[section]):
                tags = known[name].tags
                knows = any(code.startswith(each) for code in tags.codes for each in knowing.split())
                if advice in tags.advises and not knows:
                    guide.pieces[section].remove(name)
                    guide.dropped.add((name, rule))


def _drop_repeats(guide: NaiveGuide, points: dict[tuple[str, str], int], known: dict[str, Any]) -> None:
    standing = [(section, name) for section in SECTIONS for name in guide.pieces[section]]
    for section, name in sorted(standing, key=lambda each: (points[each], each[1])):
        others: set[Any] = set()
        for where in SECTIONS:
            for other in guide.pieces[where]:
                if (where, other) != (section, name):
                    others |= set(known[other].piece.facts)
        facts = set(known[name].piece.facts)
        if facts and facts <= others:
            guide.pieces[section].remove(name)
            guide.dropped.add((name, "repeats"))
