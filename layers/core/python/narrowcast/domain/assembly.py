"""Which signed pieces a visit gets. Pure: the same visit, library and rules give the same guide, to the byte (law 10).

What might harm is out first. Of what is left, each section gives each diagnosis its best general piece and its best
piece for each drug that is taken, by the score that `choosing` lays down; of equals, the least id. Then pieces that
tell nothing new, and advice that does not go with the patient's other illnesses and drugs, give way.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice

from narrowcast.domain.choice import Barred, Caution, Choice, Dropped, Reason
from narrowcast.domain.choosing import RULES, Conflict
from narrowcast.domain.content import Tags
from narrowcast.domain.draft import FactRef
from narrowcast.domain.exclusion import allergic, excludes
from narrowcast.domain.guide import Gap, GuideAssembled, GuideSection
from narrowcast.domain.patient import Patient
from narrowcast.domain.shelves import Candidate, Place, Ranked, Shelves, Standing, points_of
from narrowcast.domain.situation import Situation
from narrowcast.domain.visit import IN_ERROR, Visit
from narrowcast.domain.vocabulary import Bar, Section

REPEATS = "repeats"
"""Why a piece gives way that would tell nothing new."""
ON_RECORD = 2
"""How many of the next best pieces a guide names for each that it took."""


def code_ladder(code: str) -> tuple[str, ...]:
    """Return the ICD-10 code and its broader forms, nearest first: E11.900x001, E11.900, E11.90, E11.9, E11."""
    steps = [code]
    bare = (code[:1] + code[1:].partition("X")[0]).rstrip("+*†")  # X60-X84 begin with the letter that fills elsewhere
    while len(bare) > len("E11."):
        steps.append(bare)
        bare = bare[:-1]
    return tuple(dict.fromkeys((*steps, bare.rstrip("."))))


def steps_of(codes: Iterable[str]) -> tuple[str, ...]:
    """Return the codes and all their broader forms, in order."""
    return tuple(sorted({step for code in codes for step in code_ladder(code)}))


@dataclass(frozen=True, slots=True)
class _Taken:
    """A piece that was taken, and why."""

    candidate: Candidate
    reason: Reason


@dataclass(slots=True)
class _Record:
    """What the choosing has come to so far."""

    taken: dict[tuple[Section, str], _Taken] = field(default_factory=dict)
    gaps: list[Gap] = field(default_factory=list)
    passed: dict[Barred | Caution, None] = field(default_factory=dict)
    gave_way: dict[tuple[Section, str], tuple[Candidate, Conflict | None]] = field(default_factory=dict)

    def take(self, candidate: Candidate, reason: Reason) -> None:
        """Put a piece in, unless another place of its section has it already."""
        self.taken.setdefault((reason.section, reason.content_id), _Taken(candidate, reason))

    def drop(self, key: tuple[Section, str], conflict: Conflict | None = None) -> None:
        """Take a piece out again: for a conflict, or because it tells nothing new."""
        self.gave_way[key] = (self.taken.pop(key).candidate, conflict)


def assemble(visit_id: str, patient: str, situation: Situation, library: Shelves) -> GuideAssembled:
    """Choose, per section and diagnosis, the best piece that fits and harms nobody; name what is missing and why."""
    record = _Record()
    for section in Section:
        for code in situation.codes:
            _fill(record, section, code, situation, library)
    _give_way(record, situation, library.rules.conflicts)
    _say_once(record)
    return GuideAssembled(
        visit_id,
        patient,
        tuple(_sections(record)),
        tuple(record.gaps),
        library.rules.version,
        situation.audience,
        situation.step,
        Choice(
            tuple(each.reason for each in record.taken.values()),
            tuple(each for each in record.passed if isinstance(each, Barred)),
            tuple(each for each in record.passed if isinstance(each, Caution)),
            tuple(_dropped(record)),
        ),
    )


def _sections(record: _Record) -> Iterator[GuideSection]:
    for section in Section:
        pieces = tuple(each.candidate.piece for (where, _), each in record.taken.items() if where is section)
        if pieces:
            yield GuideSection(section, pieces)


def _fill(record: _Record, section: Section, code: str, situation: Situation, library: Shelves) -> None:
    """Take the best general piece for the diagnosis, and the best for each drug; if there is none at all, a gap."""
    taken = [_take(record, place, situation, library) for place in _places_of(section, code, situation)]
    if not any(taken):
        record.gaps.append(Gap(section, code))


def places(situation: Situation) -> tuple[Place, ...]:
    """Return every place of a guide, in its order."""
    return tuple(
        place for section in Section for code in situation.codes for place in _places_of(section, code, situation)
    )


def _places_of(section: Section, code: str, situation: Situation) -> Iterator[Place]:
    ladder = code_ladder(code)
    return (Place(section, ladder, drug) for drug in ("", *situation.treatments))


def enough(standing: Standing, held: Sequence[Candidate], situation: Situation) -> bool:
    """Whether what is known of a place decides it: nothing else stands there, or the best and the next are known.

    `held` are those of its pieces that still may be taken.
    """
    if standing.whole:
        return True
    first = next((at for at, each in enumerate(held) if barring(each, situation) is None), len(held))
    return len(held) - first > ON_RECORD


def named(choice: Choice) -> frozenset[str]:
    """Return the ids of all pieces that a choice rests on: taken, kept out, held back, given way."""
    told: tuple[Reason | Barred | Caution | Dropped, ...] = (
        *choice.reasons,
        *choice.barred,
        *choice.cautions,
        *choice.dropped,
    )
    return frozenset(each.content_id for each in told)


def _take(record: _Record, place: Place, situation: Situation, library: Shelves) -> bool:
    """Take the best piece that harms nobody, and note those that were passed over; whether there was one."""
    ranked = library.ranked(place, situation)
    for best in ranked:
        bar = barring(best.candidate, situation)
        if bar is None:
            others = tuple(other.candidate.piece.content_id for other in islice(ranked, ON_RECORD))
            record.take(best.candidate, _reason(place, best, others, situation, library))
            return True
        record.passed[bar] = None
    return False


def _reason(place: Place, best: Ranked, others: tuple[str, ...], situation: Situation, library: Shelves) -> Reason:
    parts = points_of(best, situation, library.rules.weights)
    content_id, about = best.candidate.piece.content_id, place.drug or place.ladder[0]
    return Reason(place.section, content_id, about, parts, library.looked_at(place, situation), others)


def barring(candidate: Candidate, situation: Situation) -> Barred | Caution | None:
    """Return what keeps a piece that fits from the patient; a certain harm before something that must be known."""
    section, content_id = candidate.section, candidate.piece.content_id
    caution: Caution | None = None
    for drug in candidate.tags.treatments:
        if allergic(drug, situation):
            return Barred(section, content_id, Bar.ALLERGY, drug, None)
    for each in candidate.tags.exclusions:
        held = excludes(each.bar, each.value, situation)
        if held:
            return Barred(section, content_id, each.bar, each.value, each.fact)
        if held is None:
            caution = caution or Caution(section, content_id, each.bar, each.fact)
    return caution


def _give_way(record: _Record, situation: Situation, conflicts: Iterable[Conflict]) -> None:
    """Drop advice that does not go with another illness or drug of the patient."""
    for conflict in (each for each in conflicts if _endangered(each, situation)):
        for key, each in list(record.taken.items()):
            tags = each.candidate.tags
            if conflict.advice in tags.advises and not _about(tags.codes, conflict.knowing):
                record.drop(key, conflict)


def _endangered(conflict: Conflict, situation: Situation) -> bool:
    return _about(situation.codes, conflict.illnesses) or _about(situation.treatments, conflict.drugs)


def _about(codes: Iterable[str], starts: tuple[str, ...]) -> bool:
    return any(code.startswith(starts) for code in codes) if starts else False


def _say_once(record: _Record) -> None:
    """Drop each piece, the weakest first, all of whose facts the other pieces tell."""
    told: dict[FactRef, list[tuple[Section, str]]] = {}
    for key, each in record.taken.items():
        for fact in each.candidate.piece.facts:
            told.setdefault(fact, []).append(key)
    weakest = sorted(record.taken.items(), key=lambda item: (item[1].reason.score, item[0][1]))
    for key, each in weakest:
        facts = each.candidate.piece.facts
        if facts and all(len(told[fact]) > 1 for fact in facts):
            for fact in facts:
                told[fact].remove(key)
            record.drop(key)


def _dropped(record: _Record) -> Iterator[Dropped]:
    """Yield what gave way, each with what stands in the guide in its place; "" if nothing does."""
    for (section, content_id), (candidate, conflict) in record.gave_way.items():
        of_section = [each.candidate for (where, _), each in record.taken.items() if where is section]
        staying = [each.candidate for each in record.taken.values()] if conflict is None else of_section
        kept = (each for each in staying if _stands_for(each, candidate, conflict))
        instead = next((each.piece.content_id for each in kept), "")
        yield Dropped(section, content_id, instead, conflict.name if conflict else REPEATS)


def _stands_for(staying: Candidate, gone: Candidate, conflict: Conflict | None) -> bool:
    """Whether a piece tells what the other would repeat, or is about the danger that the other's advice brings."""
    if conflict is None:
        return gone.piece.facts[0] in staying.piece.facts
    return _about(staying.tags.codes, (*conflict.knowing, *conflict.illnesses)) or _about(
        staying.tags.treatments, conflict.drugs
    )


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
    return GuideAssembled(visit_id, visit.patient, (), (), RULES.version)


def lost_ground(tags: Tags, visit: Visit) -> bool:
    """Whether a piece was given for what no longer holds: a diagnosis or drug told in error, a visit taken back.

    A drug that was stopped, or a stage that has passed, was no error: what hung on it only leaves the guide.
    """
    mistaken = {drug.atc for drug in visit.medications if drug.status == IN_ERROR}
    steps = {step for code in visit.known_codes for step in code_ladder(code)}
    return visit.cancelled or not steps & set(tags.codes) or bool(mistaken & set(tags.treatments))
