"""Each law of need to know, for any patient, any hour and any run of messages."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from narrowcast.application.streams import PATIENT
from narrowcast.domain import patient
from narrowcast.domain.draft import FactRef
from narrowcast.domain.errors import Refusal
from narrowcast.domain.patient import (
    ConsentGiven,
    FactsDelivered,
    Patient,
    PreferenceChanged,
    PushApproved,
    PushHeldBack,
)
from narrowcast.domain.pushing import (
    HARMFUL,
    USUAL,
    Hours,
    House,
    Obstacle,
    Preference,
    PushAsked,
    PushRules,
    PushRulesUnclear,
    QuietTooLong,
    Standing,
    Telling,
    check_preference,
    check_rules,
    end_of_quiet,
    judge,
)
from narrowcast.domain.vocabulary import Basis, Channel, Frequency, Purpose, Risk, Urgency
from tests.support.scenario import fold

ZONE = ZoneInfo("Asia/Shanghai")
NOON = datetime(2026, 1, 20, 4, tzinfo=UTC)
"""A Tuesday, noon at the hospital."""
EDUCATION = frozenset((Purpose.PERSONAL_EDUCATION,))
GIVEN = ConsentGiven(Purpose.PERSONAL_EDUCATION, "his:json", "2026-01-05T07:30:00Z", "v-1", 1)
FACTS = tuple(FactRef(f"f-{number}", 1) for number in range(4))
CHANNELS = (Channel.SMS, Channel.MAIL)

BOTH = st.booleans()
moments = st.floats(0, 150).map(lambda days: NOON + timedelta(days=days))
clocks = st.times().map(lambda at: at.replace(second=0, microsecond=0))
hours = st.builds(Hours, clocks, clocks)
kinds = st.fixed_dictionaries({"urgency": st.sampled_from(Urgency), "risk": st.sampled_from(Risk)})
preferences = st.builds(Preference, st.sampled_from(Frequency), st.none() | hours)


def house(now: datetime = NOON, **rules: Any) -> House:
    return House(replace(USUAL, **rules), ZONE, now)


def asked(push_id: str = "g-1.1", at: datetime = NOON, **more: Any) -> PushAsked:
    return PushAsked(push_id, push_id.rpartition(".")[0], "visit", FACTS, at, **more)


def standing(**more: Any) -> Standing:
    usual: dict[str, Any] = {"forgotten": False, "consents": EDUCATION, "preference": Preference()}
    return Standing(**{**usual, "sent": (), "told": {}, **more})


class TestQuiet:
    @given(moments, st.lists(hours, max_size=2))
    def test_the_end_of_quiet_is_the_first_moment_in_no_quiet_hours(self, now: datetime, quiet: list[Hours]) -> None:
        assume(_leave_an_hour(quiet))
        until = end_of_quiet(now, quiet, ZONE)
        assert now <= until <= now + timedelta(days=2)
        assert not any(each.hold(until.astimezone(ZONE).time()) for each in quiet)
        before = [now + (until - now) * part / 24 for part in range(24)]
        assert until == now or all(any(each.hold(m.astimezone(ZONE).time()) for each in quiet) for m in before)

    @pytest.mark.parametrize(
        ("begin", "end", "within", "without"),
        [
            (time(21), time(8), (time(21), time(23, 59), time(0), time(7, 59)), (time(8), time(20, 59))),
            (time(12), time(14), (time(12), time(13, 59)), (time(14), time(11, 59))),
            (time(9), time(9), (), (time(9), time(0))),
        ],
    )
    def test_hours_hold_their_begin_and_not_their_end(
        self, begin: time, end: time, within: tuple[time, ...], without: tuple[time, ...]
    ) -> None:
        assert all(Hours(begin, end).hold(each) for each in within)
        assert not any(Hours(begin, end).hold(each) for each in without)

    def test_the_clocks_of_summer_time_are_followed(self) -> None:
        berlin, night = ZoneInfo("Europe/Berlin"), (Hours(time(21), time(8)),)
        saturday = datetime(2026, 3, 28, 22, tzinfo=UTC)
        assert end_of_quiet(saturday, night, berlin) == datetime(2026, 3, 29, 6, tzinfo=UTC)

    @given(hours)
    def test_a_wish_that_leaves_no_hour_is_refused_and_every_other_taken(self, own: Hours) -> None:
        refused = None
        try:
            check_preference(Preference(quiet=own), USUAL)
        except Refusal as refusal:
            refused = type(refusal)
        assert refused is (None if _leave_an_hour([USUAL.quiet, own]) else QuietTooLong)


def _leave_an_hour(quiet: list[Hours]) -> bool:
    minutes = (time(number // 60, number % 60) for number in range(24 * 60))
    return sum(not any(each.hold(minute) for each in quiet) for minute in minutes) >= 60


class TestVerdicts:
    @given(moments, preferences, kinds, BOTH, BOTH)
    def test_there_is_always_a_verdict_and_whatever_waits_waits_for_later(
        self, now: datetime, wish: Preference, kind: dict[str, Any], consents: object, reachable: object
    ) -> None:
        assume(_leave_an_hour([USUAL.quiet, *((wish.quiet,) if wish.quiet else ())]))
        one = standing(preference=wish, consents=EDUCATION if consents else frozenset())
        one_asked = asked(at=now, **kind)
        verdict = judge(one_asked, one, CHANNELS if reachable else (), house(now))
        assert verdict.until is None or verdict.until > now
        assert (verdict.until is None) or verdict.obstacle
        if verdict.obstacle is None:
            assert reachable
            assert consents or (one_asked.urgency is Urgency.RECALL and one_asked.risk in HARMFUL)
            assert (verdict.basis is Basis.CONSENT) is consents

    @given(moments, preferences, st.lists(moments, max_size=6), st.sampled_from(Urgency), st.sampled_from(Risk))
    def test_whatever_waits_may_go_at_the_moment_it_waits_for(
        self, now: datetime, wish: Preference, sent: list[datetime], urgency: Urgency, risk: Risk
    ) -> None:
        assume(_leave_an_hour([USUAL.quiet, *((wish.quiet,) if wish.quiet else ())]))
        one = standing(preference=wish, sent=tuple(each for each in sent if each <= now))
        verdict = judge(asked(at=now, urgency=urgency, risk=risk), one, CHANNELS, house(now))
        if verdict.until:
            later = judge(asked(at=now, urgency=urgency, risk=risk), one, CHANNELS, house(verdict.until))
            assert later.obstacle is None

    @pytest.mark.parametrize("risk", Risk)
    def test_who_took_back_her_consent_is_still_warned_of_harm_and_of_nothing_else(self, risk: Risk) -> None:
        nobody = standing(consents=frozenset())
        verdict = judge(asked(urgency=Urgency.RECALL, risk=risk), nobody, CHANNELS, house())
        expected = (None, Basis.SAFETY_DUTY) if risk in HARMFUL else (Obstacle.NO_CONSENT, Basis.CONSENT)
        assert (verdict.obstacle, verdict.basis) == expected
        for urgency in set(Urgency) - {Urgency.RECALL}:
            assert judge(asked(urgency=urgency, risk=risk), nobody, CHANNELS, house()).obstacle is Obstacle.NO_CONSENT

    @pytest.mark.parametrize("purpose", Purpose)
    def test_a_consent_is_for_its_own_purpose(self, purpose: Purpose) -> None:
        others = standing(consents=frozenset(set(Purpose) - {purpose}))
        assert judge(asked(purpose=purpose), others, CHANNELS, house()).obstacle is Obstacle.NO_CONSENT
        own = standing(consents=frozenset((purpose,)))
        assert judge(asked(purpose=purpose), own, CHANNELS, house()).obstacle is None

    @pytest.mark.parametrize("urgency", Urgency)
    @pytest.mark.parametrize("risk", Risk)
    def test_to_a_forgotten_patient_nothing_goes(self, urgency: Urgency, risk: Risk) -> None:
        verdict = judge(asked(urgency=urgency, risk=risk), standing(forgotten=True), CHANNELS, house())
        assert (verdict.obstacle, verdict.until) == (Obstacle.FORGOTTEN, None)

    @pytest.mark.parametrize("risk", Risk)
    def test_a_recall_of_what_could_harm_comes_at_night_and_in_a_full_week_any_other_in_the_morning(
        self, risk: Risk
    ) -> None:
        night = datetime(2026, 1, 20, 18, tzinfo=UTC)
        full = standing(sent=tuple(night - timedelta(hours=each) for each in range(1, 9)))
        verdict = judge(asked(urgency=Urgency.RECALL, risk=risk, at=night), full, CHANNELS, house(night))
        morning = datetime(2026, 1, 21, tzinfo=UTC)
        assert verdict.until == (None if risk in HARMFUL else morning)

    def test_a_reminder_comes_when_she_asked_for_it(self) -> None:
        night = datetime(2026, 1, 20, 18, tzinfo=UTC)
        wants = standing(
            consents=frozenset((Purpose.REMINDERS,)),
            preference=Preference(Frequency.NONE),
            sent=(night,) * 9,
        )
        reminder = asked(urgency=Urgency.REMINDER, purpose=Purpose.REMINDERS, at=night)
        assert judge(reminder, wants, CHANNELS, house(night)).obstacle is None

    @pytest.mark.parametrize(
        ("frequency", "at", "due"),
        [
            (Frequency.DAILY, datetime(2026, 1, 20, 1, 59, tzinfo=UTC), datetime(2026, 1, 20, 2, tzinfo=UTC)),
            (Frequency.DAILY, datetime(2026, 1, 20, 2, tzinfo=UTC), datetime(2026, 1, 21, 2, tzinfo=UTC)),
            (Frequency.WEEKLY, NOON, datetime(2026, 1, 26, 2, tzinfo=UTC)),
            (Frequency.WEEKLY, datetime(2026, 1, 26, 1, tzinfo=UTC), datetime(2026, 1, 26, 2, tzinfo=UTC)),
        ],
    )
    def test_a_digest_goes_out_at_its_hour(self, frequency: Frequency, at: datetime, due: datetime) -> None:
        wish = standing(preference=Preference(frequency))
        assert judge(asked(at=at), wish, CHANNELS, house(at)).until == due

    def test_who_chose_none_hears_of_nothing_but_what_is_taken_back(self) -> None:
        silent = standing(preference=Preference(Frequency.NONE))
        verdicts = {urgency: judge(asked(urgency=urgency), silent, CHANNELS, house()).obstacle for urgency in Urgency}
        assert verdicts == dict.fromkeys(Urgency, None) | {Urgency.ROUTINE: Obstacle.SILENCED}

    @given(st.integers(0, 200), st.integers(0, 3), BOTH)
    def test_a_fact_is_told_again_after_its_window_or_in_a_new_version_or_if_it_must(
        self, days: int, version: int, must: object
    ) -> None:
        told = {FACTS[0].fact_id: Telling(version, NOON - timedelta(days=days))}
        carried = frozenset(FACTS[:1]) if must else frozenset()
        alone = replace(asked(must_carry=carried), facts=FACTS[:1])
        verdict = judge(alone, standing(told=told), CHANNELS, house())
        news = days >= USUAL.repeat_after_days or version < 1 or must
        assert (verdict.obstacle, verdict.news) == ((None, FACTS[:1]) if news else (Obstacle.NOTHING_NEW, ()))


class TestRuns:
    @given(st.lists(st.tuples(st.floats(0, 30), st.sampled_from(Urgency)), max_size=25), st.integers(1, 4))
    def test_no_seven_days_ever_hold_more_routine_messages_than_the_budget(
        self, run: list[tuple[float, Urgency]], budget: int
    ) -> None:
        state = fold(PATIENT, GIVEN)
        for number, (day, urgency) in enumerate(sorted(run, key=lambda each: each[0])):
            now = NOON + timedelta(days=day)
            one = replace(asked(f"g-{number}.1", now, urgency=urgency, risk=Risk.SAFETY), facts=())
            waiting = [again(each) for each in state.waiting.values()]
            events = patient.decide_push(
                state, one, channels=CHANNELS, house=house(now, weekly_budget=budget), others=waiting
            )
            state = after(state, *events)
        sent = [push.approved_at for push in state.approved if push.urgency is Urgency.ROUTINE]
        assert all(sum(at <= each < at + timedelta(days=7) for each in sent) <= budget for at in sent)

    @given(st.lists(st.tuples(st.floats(0, 60), st.integers(0, 2), preferences), max_size=12))
    def test_nothing_is_lost_and_each_push_has_one_outcome(self, run: list[tuple[float, int, Preference]]) -> None:
        state, editions = fold(PATIENT, GIVEN), dict.fromkeys(range(3), 0)
        for day, guide, wish in sorted(run, key=lambda each: each[0]):
            assume(_leave_an_hour([USUAL.quiet, *((wish.quiet,) if wish.quiet else ())]))
            now = NOON + timedelta(days=day)
            state = after(state, PreferenceChanged(wish, now))
            editions[guide] += 1
            state = released(state, now)
            waiting = [again(each) for each in state.waiting.values()]
            one = replace(asked(f"g-{guide}.{editions[guide]}", now), facts=(FactRef(f"f-{guide}", editions[guide]),))
            state = after(state, *patient.decide_push(state, one, channels=CHANNELS, house=house(now), others=waiting))
        state = released(state, NOON + timedelta(days=120))
        ids = [each.push_id for each in state.outcomes]
        assert sorted(ids) == sorted(f"g-{g}.{e}" for g, last in editions.items() for e in range(1, last + 1))
        assert not state.waiting

    @given(moments, preferences)
    def test_judging_again_what_waits_changes_nothing_before_its_moment(self, now: datetime, wish: Preference) -> None:
        assume(_leave_an_hour([USUAL.quiet, *((wish.quiet,) if wish.quiet else ())]))
        state = after(fold(PATIENT, GIVEN), PreferenceChanged(wish, now))
        state = after(state, *patient.decide_push(state, asked(at=now), channels=CHANNELS, house=house(now)))
        for held in state.waiting.values():
            assert held.until
            between = now + (held.until - now) / 2
            assert patient.decide_pushes(state, [again(held)], CHANNELS, house(between)) == ()


def again(held: PushHeldBack) -> PushAsked:
    return PushAsked(
        held.push_id, held.guide_id, held.asked_for, held.facts, held.asked_at, held.urgency, held.purpose, held.risk
    )


def after(state: Patient, *events: Any) -> Patient:
    for event in events:
        state = patient.evolve(state, event)
        if isinstance(event, PushApproved):
            arrived = FactsDelivered(event.push_id, event.guide_id, event.facts, event.approved_at, event.channel)
            state = patient.evolve(state, arrived)
    return state


def released(state: Patient, until: datetime) -> Patient:
    """Let everything that waits be judged at its moment, up to one."""
    while due := sorted(each.until for each in state.waiting.values() if each.until and each.until <= until):
        waiting = [again(each) for each in state.waiting.values()]
        state = after(state, *patient.decide_pushes(state, waiting, CHANNELS, house(due[0])))
    return state


@pytest.mark.parametrize(
    ("rules", "field"),
    [
        (PushRules(weekly_budget=0), "pushing.weekly_budget"),
        (PushRules(digest_at=time(7)), "pushing.digest_at"),
        (PushRules(repeat_after_days=0), "pushing.repeat_after_days"),
        (PushRules(channels=()), "pushing.channels"),
        (PushRules(channels=(Channel.SMS, Channel.SMS)), "pushing.channels"),
    ],
)
def test_rules_under_which_nobody_can_be_spoken_to_are_refused(rules: PushRules, field: str) -> None:
    with pytest.raises(PushRulesUnclear) as refused:
        check_rules(rules)
    assert refused.value.field == field


def test_quiet_hours_that_leave_a_minute_leave_no_time_to_write() -> None:
    with pytest.raises(QuietTooLong, match="没有可以联系您的时间"):
        check_preference(Preference(quiet=Hours(time(0), time(23, 59))), USUAL)
