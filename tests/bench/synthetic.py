"""A synthetic library and a year of visits of a 1,500-bed hospital, drawn from a seed: the same for everybody.

Nobody's data. What is assumed, to be known before a figure drawn from it is believed:

* Diagnoses are the 380 categories of the product's own ICD-10 table, taken with a frequency that falls as 1/rank: the
  first is met 6 times as often as the sixth. Rank is the table's order shuffled by the seed, but for twelve common
  chronic diseases, which come first.
* 1,500 beds, turned over every 7.5 days at 92 % occupancy: 67,000 stays a year. Outpatients: 4,200 on a working day and
  1,500 on others, 1.22 million visits a year. One visit in 20 is therefore a stay; a stay has a discharge, and four in
  ten an operation.
* A visit has 1 confirmed diagnosis (55 %), 2 (28 %), 3 (12 %) or 4 (5 %), and 0 to 6 drugs, of which most belong to the
  diagnoses as the library's pieces do. Diagnoses are told as the national edition writes them: E11.900X001.
* Age bands, sex, pregnancy (8 % of women of 18 to 44; told of one in three, denied by one in three), kidneys (told of
  four in ten), allergies (one in ten) and carers (one in twelve; of children and the oldest, more) are drawn alike for
  every diagnosis: real patients cluster more.
* Pieces: frequency as the diagnoses; 55 % for a category, 30 % for a fourth place, 15 % for a code of six digits. Every
  section alike. Of pieces on medication seven in ten are about a drug. A third is for some stages, a sixth for some
  ages, one in eight for carers, one in thirty in another language. A fifth excludes somebody, a tenth gives advice that
  does not go with everything. A piece tells 1 to 4 facts out of eight for its category and section, so pieces overlap.
* A library of n pieces is the first n of a library of any other size.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache, cached_property
from itertools import accumulate
from random import Random
from typing import TypeVar

from narrowcast.domain.codes.tables import lines, pairs
from narrowcast.domain.content import Tags
from narrowcast.domain.draft import FactRef
from narrowcast.domain.exclusion import Exclusion
from narrowcast.domain.guide import PieceRef
from narrowcast.domain.reader import Reader
from narrowcast.domain.shelves import Candidate
from narrowcast.domain.visit_report import Allergy, Condition, Diagnosis, Medication, Procedure, VisitReport
from narrowcast.domain.vocabulary import (
    Advice,
    AgeBand,
    Audience,
    Bar,
    Custom,
    Form,
    Language,
    Literacy,
    RenalClass,
    Section,
    Sex,
    Stage,
    Step,
    Style,
)

T = TypeVar("T")
HOSPITAL = "synthetic"
COMMON = ("I10", "E11", "J06", "K29", "E78", "I25", "M54", "J44", "N18", "I50", "M17", "I63")
OPERATIONS = ("81.54", "51.23", "74.1", "36.07", "47.09", "13.41")
STAYS, OUTPATIENTS = 67_000, 1_220_000
BEGIN = datetime(2025, 1, 1, tzinfo=UTC)
FACTS_OF_A_PLACE = 8
SOMEBODY: tuple[tuple[Bar, tuple[str, ...]], ...] = (
    (Bar.PREGNANCY, ("",)),
    (Bar.RENAL, ("reduced", "severe", "dialysis")),
    (Bar.ALLERGY, ("J01C", "J01D", "花生", "海鲜")),
    (Bar.AGE, (AgeBand.CHILD, AgeBand.TEEN, AgeBand.OLDEST)),
    (Bar.DRUG, ("B01AA03", "A10A", "C09A", "M01A")),
    (Bar.PROCEDURE, ("81.54", "36.0")),
)


@dataclass(frozen=True)
class Hospital:
    """The hospital of a seed."""

    seed: int = 20261122

    @cached_property
    def categories(self) -> tuple[str, ...]:
        """ICD-10 categories, the most frequent first."""
        others = sorted({code[:3] for code in pairs("icd10")} - set(COMMON))
        Random(f"{self.seed}/ranks").shuffle(others)  # noqa: S311 - as all of this, no secret
        return (*COMMON, *others)

    def piece(self, number: int) -> Candidate:
        """Return the piece of that number, from 0."""
        chance = self._chance("piece", number)
        category, section = self._category(chance), chance.choice(list(Section))
        treatments = self._treatments(chance, category, section)
        facts = self._facts(chance, category, section)
        tags = Tags(
            codes=(_code_of_piece(chance, category),),
            treatments=treatments,
            stages=_some(chance, 0.33, list(Stage), 2),
            age_bands=_some(chance, 0.16, list(AgeBand), 3),
            audience=Audience.CARER if chance.random() < 1 / 8 else Audience.PATIENT,
            sexes=_some(chance, 0.06, [Sex.FEMALE, Sex.MALE], 1),
            procedures=_some(chance, 0.05, list(OPERATIONS), 1),
            steps=_some(chance, 0.06, list(Step), 1),
            literacy=_perhaps(chance, 0.6, list(Literacy)),
            style=_perhaps(chance, 0.7, list(Style)),
            customs=_some(chance, 0.06 if section is Section.DIET else 0, list(Custom), 1),
            language=_perhaps(chance, 1 / 30, [Language.TIBETAN, Language.UYGHUR]) or Language.SIMPLIFIED,
            exclusions=_exclusions(chance, facts),
            advises=_some(chance, 0.1, list(Advice), 2),
        )
        form = chance.choices([Form.ARTICLE, Form.QA, Form.POST], [7, 2, 1])[0]
        signed = date(2022, 1, 1) + timedelta(days=chance.randrange(1400))
        name = f"s-{number:06}"
        return Candidate(PieceRef(name, 1, f"hash-of-{name}", facts), section, tags, form, signed)

    def library(self, size: int) -> Iterator[Candidate]:
        """Yield the first pieces."""
        return (self.piece(number) for number in range(size))

    def visit(self, number: int) -> VisitReport:
        """Return what the hospital tells of the visit of that number, from 0: all in one message."""
        chance = self._chance("visit", number)
        stay = chance.random() < STAYS / (STAYS + OUTPATIENTS)
        age = chance.choices(list(AgeBand), [9, 3, 27, 29, 23, 9])[0]
        sex = chance.choices([Sex.FEMALE, Sex.MALE, Sex.UNKNOWN], [51, 48, 1])[0]
        how_many = chance.choices([1, 2, 3, 4], [55, 28, 12, 5])[0]
        categories = list(dict.fromkeys(self._category(chance) for _ in range(how_many)))
        moment = BEGIN + timedelta(seconds=chance.randrange(365 * 24 * 3600))
        return VisitReport(
            hospital=HOSPITAL,
            message_id=f"S-{number:07}",
            message_format="json",
            occurred_at=f"{moment:%Y-%m-%dT%H:%M:%SZ}",
            stage=_stage(chance, stay=stay),
            age_band=age if chance.random() < 0.97 else None,
            sex=sex,
            diagnoses=tuple(Diagnosis(_code_of_visit(chance, each)) for each in categories),
            medications=self._drugs(chance, categories),
            procedures=_operation(chance, moment) if stay and chance.random() < 0.4 else (),
            condition=_condition(chance, age, sex),
            department="med",
            consent=True,
        )

    def reader(self, number: int) -> Reader:
        """Return what the patient of the visit asked for: four in five asked for nothing."""
        chance = self._chance("reader", number)
        if chance.random() < 0.8:
            return Reader()
        language = _perhaps(chance, 0.1, [Language.TIBETAN, Language.UYGHUR]) or Language.SIMPLIFIED
        customs = _some(chance, 0.2, list(Custom), 1)
        return Reader(_perhaps(chance, 0.6, list(Literacy)), _perhaps(chance, 0.6, list(Style)), customs, language)

    @cached_property
    def _weights(self) -> list[float]:
        return list(accumulate(1 / rank for rank in range(1, len(self.categories) + 1)))

    def _category(self, chance: Random) -> str:
        return chance.choices(self.categories, cum_weights=self._weights)[0]

    def _treatments(self, chance: Random, category: str, section: Section) -> tuple[str, ...]:
        if chance.random() >= (0.7 if section is Section.MEDICATION else 0.06):
            return ()
        return tuple(chance.sample(self._drugs_for(category), 2 if chance.random() < 0.1 else 1))

    def _drugs_for(self, category: str) -> list[str]:
        """Return six drugs that go with a disease in this hospital: always the same ones."""
        return Random(f"{self.seed}/drugs/{category}").sample(_atc_codes(), 6)  # noqa: S311 - see above

    def _drugs(self, chance: Random, categories: Sequence[str]) -> tuple[Medication, ...]:
        own = [atc for each in categories for atc in self._drugs_for(each)]
        taken = [chance.choice(own if chance.random() < 0.8 else _atc_codes()) for _ in range(chance.randrange(7))]
        return tuple(Medication(atc) for atc in dict.fromkeys(taken))

    def _facts(self, chance: Random, category: str, section: Section) -> tuple[FactRef, ...]:
        numbers = chance.sample(range(FACTS_OF_A_PLACE), chance.randint(1, 4))
        return tuple(FactRef(f"{category.lower()}-{section}-{each}", 1) for each in sorted(numbers))

    def _chance(self, what: str, number: int) -> Random:
        return Random(f"{self.seed}/{what}/{number}")  # noqa: S311 - see above


@cache
def _atc_codes() -> list[str]:
    return sorted({words[0] for words in lines("drugs")})


def _some(chance: Random, share: float, words: list[T], most: int) -> tuple[T, ...]:
    """Return some of the words for a share of all pieces, none for the others."""
    return tuple(chance.sample(words, chance.randint(1, most))) if chance.random() < share else ()


def _perhaps(chance: Random, share: float, words: list[T]) -> T | None:
    return chance.choice(words) if chance.random() < share else None


def _code_of_piece(chance: Random, category: str) -> str:
    digits = chance.choices([3, 4, 6], [55, 30, 15])[0]
    return {3: category, 4: f"{category}.{chance.randrange(10)}", 6: f"{category}.{chance.randrange(10)}00"}[digits]


def _code_of_visit(chance: Random, category: str) -> str:
    return f"{category}.{chance.randrange(10)}00X00{chance.randrange(1, 9)}"


def _exclusions(chance: Random, facts: tuple[FactRef, ...]) -> tuple[Exclusion, ...]:
    if chance.random() >= 0.2:
        return ()
    bars = chance.sample(SOMEBODY, chance.randint(1, 2))
    return tuple(Exclusion(bar, chance.choice(values), chance.choice(facts)) for bar, values in bars)


def _stage(chance: Random, *, stay: bool) -> Stage:
    if stay:
        return chance.choices([Stage.INPATIENT, Stage.DISCHARGE], [6, 4])[0]
    return chance.choices([Stage.FIRST_DIAGNOSIS, Stage.TREATMENT_START, Stage.FOLLOW_UP], [25, 15, 60])[0]


def _operation(chance: Random, moment: datetime) -> tuple[Procedure, ...]:
    day = moment.date() - timedelta(days=chance.randrange(-2, 12))
    status = "planned" if day > moment.date() else "done"
    return (Procedure(chance.choice(OPERATIONS), "ICD-9-CM-3", status=status, performed_on=day.isoformat()),)


def _condition(chance: Random, age: AgeBand, sex: Sex) -> Condition:
    may_be_pregnant = sex is Sex.FEMALE and age is AgeBand.YOUNG
    told = chance.random()
    pregnant = (
        (chance.random() < 0.08 if told < 1 / 3 else False if told < 2 / 3 else None) if may_be_pregnant else None
    )
    renal = chance.choices(list(RenalClass), [80, 14, 4, 2])[0] if chance.random() < 0.4 else None
    needs_carer = age in (AgeBand.CHILD, AgeBand.OLDEST)
    carer = True if chance.random() < (0.4 if needs_carer else 1 / 20) else None
    allergies = tuple(
        Allergy(code, "ATC" if code[0] == "J" else "")
        for code in _some(chance, 0.1, ["J01C", "J01D", "J01CA04", "花生", "海鲜"], 2)
    )
    return Condition(pregnant, renal, carer, allergies)
