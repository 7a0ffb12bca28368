"""Who may sign what, when: one row per case, specialty × licence × affiliation × authorship."""

from __future__ import annotations

from datetime import date
from itertools import product

import pytest

from narrowcast.application.streams import SIGNER
from narrowcast.domain import signer
from narrowcast.domain.content import CitedFact, risky_authors
from narrowcast.domain.draft import FactRef
from narrowcast.domain.errors import Refusal
from narrowcast.domain.signer import AuthorCannotSignAlone, Scope, SignerLeft, SignerNotEntitled
from narrowcast.domain.vocabulary import Risk
from tests.domain.test_signer import CHEN, RENEWED
from tests.support.scenario import fold, given

SPECIALTY = {"covers": ("E11.9",), "half": ("E11.9", "I10"), "foreign": ("I10",)}
LICENCE = {"before": date(2025, 12, 31), "valid": date(2026, 3, 1), "after": date(2027, 1, 1)}
AFFILIATION = {"here": None, "leaves later": date(2027, 6, 1), "left": date(2025, 6, 1)}
AUTHORS = {"none": frozenset[str](), "hers": frozenset({"sg-chen"}), "shared": frozenset({"sg-chen", "sg-li"})}

FIRST_OBJECTION = {
    **dict.fromkeys(("before", "after"), "有效期"),
    **dict.fromkeys(("half", "foreign"), "专业"),
    "left": "不在本院",
    "hers": "另一位",
}
"""What the doctor is told, by the first property of the case that speaks against her; no other property does."""


@pytest.mark.parametrize(
    ("affiliation", "licence", "specialty", "authors"), list(product(AFFILIATION, LICENCE, SPECIALTY, AUTHORS))
)
def test_the_decision_table(affiliation: str, licence: str, specialty: str, authors: str) -> None:
    left_on = AFFILIATION[affiliation]
    state = fold(SIGNER, CHEN, *([SignerLeft(left_on)] if left_on else []))
    refusal = signer.objection(state, Scope(SPECIALTY[specialty], LICENCE[licence], AUTHORS[authors]))
    told = [FIRST_OBJECTION[each] for each in (affiliation, licence, specialty, authors) if each in FIRST_OBJECTION]
    assert (refusal is None) == (not told)
    if refusal:
        assert told[0] in refusal.message
        assert type(refusal) is (AuthorCannotSignAlone if told[0] == "另一位" else SignerNotEntitled)


@pytest.mark.parametrize("risk", Risk)
def test_only_facts_whose_mistakes_could_harm_need_a_second_doctor(risk: Risk) -> None:
    cited = [CitedFact(FactRef("f", 1), "ab" * 32, date(2026, 6, 30), "sg-chen", risk)]
    high = {Risk.DIAGNOSIS, Risk.TREATMENT, Risk.MEDICATION, Risk.SAFETY}
    assert risky_authors(cited) == (frozenset({"sg-chen"}) if risk in high else frozenset())


def test_the_refusal_is_raised_to_who_wants_to_sign() -> None:
    alone = {"codes": ("E11",), "on": date(2026, 3, 1), "risky_authors": frozenset({"sg-chen"})}
    given(SIGNER, CHEN).when(signer.entitled, **alone).refused(AuthorCannotSignAlone, field="signer")


def test_a_licence_is_renewed_once_and_never_shortened() -> None:
    given(SIGNER, CHEN).when(signer.renew, RENEWED.licence_until).then(RENEWED)
    given(SIGNER, CHEN, RENEWED).when(signer.renew, RENEWED.licence_until).then_nothing()
    earlier: type[Refusal] = signer.LicenceNotExtended
    given(SIGNER, CHEN, RENEWED).when(signer.renew, date(2026, 12, 31)).refused(earlier, field="licence_until")
    given(SIGNER).when(signer.renew, date(2026, 12, 31)).refused(signer.SignerUnknown, field="signer")
