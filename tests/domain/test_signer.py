from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from narrowcast.application.streams import SIGNER
from narrowcast.domain import signer
from narrowcast.domain.signer import LicenceRenewed, SignerLeft, SignerNotEntitled, SignerRegistered, SignerUnknown
from tests.support.scenario import given

CHEN = SignerRegistered(
    "sg-chen",
    "陈怡然",
    "主治医师",
    "endo",
    head=False,
    specialties=("E10", "E11"),
    licence_from=date(2026, 1, 1),
    licence_until=date(2026, 12, 31),
)
LEFT = SignerLeft(date(2026, 6, 1))
RENEWED = LicenceRenewed(date(2028, 12, 31))


@pytest.mark.parametrize(
    ("events", "codes", "on"),
    [
        ((), ("E11",), date(2026, 1, 1)),
        ((), ("E11",), date(2026, 12, 31)),
        ((), ("E11.900X001", "E10"), date(2026, 3, 1)),
        ((RENEWED,), ("E11",), date(2028, 12, 31)),
        ((LEFT,), ("E11",), date(2026, 5, 31)),
        ((LEFT, CHEN), ("E11",), date(2026, 6, 2)),
    ],
    ids=["first day", "last day", "finer codes", "renewed", "the day before leaving", "come back"],
)
def test_a_doctor_may_sign(events: tuple[Any, ...], codes: tuple[str, ...], on: date) -> None:
    profile = signer.entitled(given(SIGNER, CHEN, *events).state, codes=codes, on=on)
    assert profile.signer_id == "sg-chen"


@pytest.mark.parametrize(
    ("events", "codes", "on"),
    [
        ((), ("E11",), date(2025, 12, 31)),
        ((), ("E11",), date(2027, 1, 1)),
        ((), ("E11", "I10"), date(2026, 3, 1)),
        ((), ("E1",), date(2026, 3, 1)),
        ((LEFT,), ("E11",), date(2026, 6, 1)),
        ((replace(CHEN, specialties=()),), ("E11",), date(2026, 3, 1)),
    ],
    ids=["before the licence", "after it", "one foreign code", "a code too broad", "left that day", "no specialty"],
)
def test_a_doctor_may_not_sign(events: tuple[Any, ...], codes: tuple[str, ...], on: date) -> None:
    given(SIGNER, CHEN, *events).when(signer.entitled, codes=codes, on=on).refused(SignerNotEntitled, field="signer")


def test_an_unknown_doctor_neither_signs_nor_leaves() -> None:
    given(SIGNER).when(signer.entitled, codes=(), on=date(2026, 1, 1)).refused(SignerUnknown, field="signer")
    given(SIGNER).when(signer.leave, date(2026, 1, 1)).refused(SignerUnknown, field="signer")
    assert given(SIGNER, RENEWED).state == given(SIGNER).state


def test_a_doctor_is_registered_once_and_again_when_her_particulars_change() -> None:
    given(SIGNER).when(signer.register, CHEN).then(CHEN)
    given(SIGNER, CHEN).when(signer.register, CHEN).then_nothing()
    promoted = replace(CHEN, title="副主任医师")
    given(SIGNER, CHEN).when(signer.register, promoted).then(promoted)
    given(SIGNER, CHEN, LEFT).when(signer.register, CHEN).then(CHEN)


def test_a_doctor_leaves_once() -> None:
    given(SIGNER, CHEN).when(signer.leave, LEFT.left_on).then(LEFT)
    given(SIGNER, CHEN, LEFT).when(signer.leave, date(2026, 7, 1)).then_nothing()
