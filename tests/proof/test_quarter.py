"""Need to know over 90 days: caps and quiet hours hold, nothing is told twice, everything is explained."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from narrowcast.application import dispatch, push_desk
from narrowcast.domain import patient, pushing
from narrowcast.domain.patient import Patient
from narrowcast.domain.pushing import Standing
from narrowcast.domain.vocabulary import Purpose
from tests.support.quarter import quarter

PATIENTS = 150
NAMES: Any = pushing._NAMES
Break = Callable[[pytest.MonkeyPatch], None]


def test_a_quarter_of_every_kind_of_patient_breaks_no_law() -> None:
    tally = quarter(PATIENTS)
    assert tally.broken == []
    assert set(tally.held) == {
        "no_consent",
        "no_channel",
        "patient_forgotten",
        "chosen_none",
        "nothing_new",
        "overtaken",
        "digest",
        "weekly_budget",
        "quiet_hours",
    } | ({"nothing_left"} & set(tally.held))
    assert min(tally.messages, tally.digests, tally.fallbacks, tally.recalls_told) > 0
    assert tally.recalls_without_consent > 0


def waits_for_nothing(moment: datetime, *_: Any) -> datetime:
    return moment


def no_budget(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(pushing, "_within_budget", waits_for_nothing)
    patch.setitem(NAMES, waits_for_nothing, pushing.Obstacle.WEEKLY_BUDGET)


def no_quiet(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(pushing, "_after_quiet", waits_for_nothing)
    patch.setitem(NAMES, waits_for_nothing, pushing.Obstacle.QUIET_HOURS)


def no_ledger(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(pushing, "news_of", lambda asked, *_: iter(asked.facts))


def everybody_consents(patch: pytest.MonkeyPatch) -> None:
    standing = Patient.standing

    def willing(self: Patient, now: datetime) -> Standing:
        return replace(standing(self, now), consents=frozenset(Purpose))

    patch.setattr(Patient, "standing", willing)


def no_duty(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(pushing, "HARMFUL", frozenset())


def no_wait_is_kept(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(patient, "_refusals", lambda *_: iter(()))


def nobody_wakes(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(push_desk.PushDesk, "release", lambda *_: ())


def urgent_words(patch: pytest.MonkeyPatch) -> None:
    numbers = iter(range(10**6))
    patch.setattr(dispatch, "_push_text", lambda name, url, *_: f"{name}{next(numbers)} {url}")


@pytest.mark.parametrize(
    ("spoil", "law"),
    [
        (no_budget, "weekly budget"),
        (no_quiet, "quiet hours"),
        (no_ledger, "a fact is not repeated in its window"),
        (everybody_consents, "no push without consent"),
        (no_duty, "every recall is told"),
        (no_wait_is_kept, "every push asked for has one outcome"),
        (nobody_wakes, "nothing waits past its moment"),
        (urgent_words, "every push has the same words"),
    ],
)
def test_the_judge_sees_each_law_broken(monkeypatch: pytest.MonkeyPatch, spoil: Break, law: str) -> None:
    spoil(monkeypatch)
    assert any(f": {law}:" in each for each in quarter(40).broken)
