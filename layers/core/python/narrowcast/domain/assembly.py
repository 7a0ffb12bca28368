"""Which signed pieces a visit gets. Pure: the same visit, library and rules give the same guide, to the byte (law 10).

What might harm is out first. Of what is left, each section gives each diagnosis its best general piece and its best
piece for each drug that is taken, by the score that `choosing` lays down; of equals, the least id. Then pieces that
tell nothing new, and advice that does not go with the patient's other illnesses and drugs, give way.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from narrowcast.domain.choice import Barred, Caution, Choice, Dropped, Points, Reason
from narrowcast.domain.choosing import RULES, Conflict, Rules, Weights
from narrowcast.domain.content import Tags
from narrowcast.domain.draft import FactRef
from narrowcast.domain.exclusion import allergic, excludes
from narrowcast.domain.guide import Gap, GuideAssembled, GuideSection, PieceRef
from narrowcast.domain.patient import Patient
from narrowcast.domain.situation import Situation
from narrowcast.domain.visit import IN_ERROR, Visit
from narrowcast.domain.vocabulary import Audience, Bar, Form, Language, Section

REPEATS = "repeats"
"""Why a piece gives way that would tell nothing new."""
ON_RECORD = 2
"""How many of the next best pieces a guide names for each that it took."""
FIRST_MONTH = date(2020, 1, 1)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A signed, valid piece and what decides who gets it."""

    piece: PieceRef
    section: Section
    tags: Tags
    form: Form = Form.ARTICLE
    signed_on: date = FIRST_MONTH


def code_ladder(code: str) -> tuple[str, ...]:
    """Return the ICD-10 code and its broader forms, nearest first: E11.900x001, E11.900, E11.90, E11.9, E11."""
    steps = [code]
    bare = (code[:1] + code[1:].partition("X")[0]).rstrip("+*†")  # X60-X84 begin with the letter that fills elsewhere
    while len(bare) > len("E11."):
        steps.append(bare)
        bare = bare[:-1]
    return tuple(dict.fromkeys((*steps, bare.rstrip("."))))


class Shelves:
    """Candidates by section, code and drug, so that a guide looks only at what is about its patient."""

    def __init__(self, library: Iterable[Candidate]) -> None:
        """Put each piece where a visit looks for it; a piece about several codes or drugs stands in several places."""
        self._places: dict[tuple[Section, str, str], list[Candidate]] = {}
        for each in library:
            for code in each.tags.codes:
                for drug in each.tags.treatments or ("",):
                    self._places.setdefault((each.section, code, drug), []).append(each)

    def about(self, section: Section, ladder: Sequence[str], drug: str) -> Iterator[tuple[int, Candidate]]:
        """Yield each candidate once, with the rung of the ladder on which it is nearest (0 is the code itself)."""
        seen = set[str]()
        for rung, code in enumerate(ladder):
            for each in self._places.get((section, code, drug), ()):
                if each.piece.content_id not in seen:
                    seen.add(each.piece.content_id)
                    yield rung, each


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

    def drop(self, key: tuple[Section, str], conflict: Conflict | None = None) -> None:
        """Take a piece out again: for a conflict, or because it tells nothing new."""
        self.gave_way[key] = (self.taken.pop(key).candidate, conflict)


@dataclass(frozen=True, slots=True)
class _Choosing:
    """For whom, and by which rules."""

    situation: Situation
    rules: Rules


def assemble(
    visit_id: str, patient: str, situation: Situation, library: Shelves, rules: Rules = RULES
) -> GuideAssembled:
    """Choose, per section and diagnosis, the best piece that fits and harms nobody; name what is missing and why."""
    record, choosing = _Record(), _Choosing(situation, rules)
    for section in Section:
        for code in situation.codes:
            _fill(record, section, code, library, choosing)
    _give_way(record, situation, rules.conflicts)
    _say_once(record)
    return GuideAssembled(
        visit_id,
        patient,
        tuple(_sections(record)),
        tuple(record.gaps),
        rules.version,
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


def _fill(record: _Record, section: Section, code: str, library: Shelves, choosing: _Choosing) -> None:
    """Take the best general piece for the diagnosis, and the best for each drug; if there is none at all, a gap."""
    ladder = code_ladder(code)
    places = {drug: library.about(section, ladder, drug) for drug in ("", *choosing.situation.treatments)}
    taken = [_take(record, drug or code, about, choosing) for drug, about in places.items()]
    if not any(taken):
        record.gaps.append(Gap(section, code))


def _take(record: _Record, code: str, about: Iterable[tuple[int, Candidate]], choosing: _Choosing) -> bool:
    """Take the best piece that harms nobody, and note those that were passed over; whether there was one."""
    situation, weights = choosing.situation, choosing.rules.weights
    ranked = rank(about, situation, weights)
    for place, (_, rung, best) in enumerate(ranked):
        bar = barring(best, situation)
        if bar is None:
            others = tuple(other.piece.content_id for _, _, other in ranked[place + 1 : place + 1 + ON_RECORD])
            parts = points(best, rung, situation, weights)
            reason = Reason(best.section, best.piece.content_id, code, parts, len(ranked), others)
            record.taken.setdefault((best.section, best.piece.content_id), _Taken(best, reason))
            return True
        record.passed[bar] = None
    return False


def rank(
    about: Iterable[tuple[int, Candidate]], situation: Situation, weights: Weights
) -> list[tuple[int, int, Candidate]]:
    """Return (score, rung, candidate) of all that fit, best first; of equal scores the least id first."""
    scored = [(score(each, rung, situation, weights), rung, each) for rung, each in about if fits(each.tags, situation)]
    scored.sort(key=lambda each: (-each[0], each[2].piece.content_id))
    return scored


def fits(tags: Tags, situation: Situation) -> bool:
    """Whether a piece is meant for such a patient: every tag that narrows it must be met."""
    return (
        (tags.audience is Audience.PATIENT or tags.audience is situation.audience)
        and (not tags.stages or situation.stage in tags.stages)
        and (not tags.age_bands or situation.age_band in tags.age_bands)
        and all(drug in situation.treatments for drug in tags.treatments)
        and (not tags.steps or situation.step in tags.steps)
        and (not tags.sexes or situation.sex in tags.sexes)
        and (not tags.procedures or any(code.startswith(tags.procedures) for code in situation.procedures))
        and all(custom in situation.reader.customs for custom in tags.customs)
        and tags.language in (Language.SIMPLIFIED, situation.reader.language)
    )


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


def score(candidate: Candidate, rung: int, situation: Situation, weights: Weights) -> int:
    """Return the score of a piece that fits."""
    return sum(_points(candidate, rung, situation, weights).values())


def points(candidate: Candidate, rung: int, situation: Situation, weights: Weights) -> tuple[Points, ...]:
    """Return the parts of the score that are not 0."""
    parts = _points(candidate, rung, situation, weights)
    return tuple(Points(part, number) for part, number in parts.items() if number)


RUNGS = 6
"""A national ICD-10 code has at most five broader forms and itself."""


def _points(candidate: Candidate, rung: int, situation: Situation, weights: Weights) -> Mapping[str, int]:
    tags, reader = candidate.tags, situation.reader
    return {
        "language": weights.language if tags.language is reader.language else 0,
        "audience": weights.audience if tags.audience is situation.audience else 0,
        "code": weights.code * (RUNGS - rung),
        "step": weights.step if tags.steps else 0,
        "stage": weights.stage if tags.stages else 0,
        "procedure": weights.procedure if tags.procedures else 0,
        "treatment": weights.treatment * len(tags.treatments),
        "age": weights.age if tags.age_bands else 0,
        "custom": weights.custom * len(tags.customs),
        "sex": weights.sex if tags.sexes else 0,
        "literacy": weights.literacy if tags.literacy and tags.literacy is reader.literacy else 0,
        "style": weights.style if tags.style and tags.style is reader.style else 0,
        "one_question": weights.one_question if candidate.form is Form.QA else 0,
        "freshness": weights.freshness * _months(candidate.signed_on),
    }


def _months(day: date) -> int:
    """Return the months since January 2020, at most 20 years of them: newer is more."""
    return max(0, min(240, (day.year - FIRST_MONTH.year) * 12 + day.month - 1))


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
