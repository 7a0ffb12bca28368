"""Need to know (law 7): whether a message may go to a patient now, later or not at all, and why.

Pure and total: every message that is asked for gets a verdict with its reason. One rule stands apart. Whoever took
back her consent to be taught is still told when something dangerous that she was given is taken back: the consent is
to education, and a warning is none. That rule covers the recall of what could do harm, only for those who were given
it, and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta, tzinfo
from enum import StrEnum

from narrowcast.domain.draft import FactRef
from narrowcast.domain.errors import Refusal
from narrowcast.domain.vocabulary import Basis, Channel, Frequency, Purpose, Risk, Urgency

WEEK = timedelta(days=7)
IN_FLIGHT = timedelta(days=1)
"""How long a message that was approved and did not arrive yet counts as told: its facts are not sent twice."""
HARMFUL = frozenset((Risk.MEDICATION, Risk.SAFETY, Risk.TREATMENT))
"""What is taken back at any hour, and also from those who asked for no more education."""


class Obstacle(StrEnum):
    """Why a message does not go out, or not now."""

    FORGOTTEN = "patient_forgotten"
    NO_CONSENT = "no_consent"
    NO_CHANNEL = "no_channel"
    SILENCED = "chosen_none"
    NOTHING_NEW = "nothing_new"
    OVERTAKEN = "overtaken"
    """A newer edition of the same guide takes its place."""
    EMPTIED = "nothing_left"
    """The guide that waited tells nothing any more."""
    DIGEST = "digest"
    WEEKLY_BUDGET = "weekly_budget"
    QUIET_HOURS = "quiet_hours"

    @property
    def words(self) -> str:
        """The reason as people say it."""
        return _WORDS[self]


_WORDS = {
    Obstacle.FORGOTTEN: "患者已要求删除个人信息",
    Obstacle.NO_CONSENT: "患者未同意接收",
    Obstacle.NO_CHANNEL: "没有可送达的联系方式",
    Obstacle.SILENCED: "患者选择了不接收消息",
    Obstacle.NOTHING_NEW: "内容此前均已送达",
    Obstacle.OVERTAKEN: "已由更新的指南代替",
    Obstacle.EMPTIED: "指南已没有可告知的内容",
    Obstacle.DIGEST: "等待汇总推送",
    Obstacle.WEEKLY_BUDGET: "一周内推送次数已达上限",
    Obstacle.QUIET_HOURS: "免打扰时段",
}


class PushRulesUnclear(Refusal):
    """A budget below one, a day without an hour to speak in, a digest at night, or no channel."""


LEAST_OPEN = 60
"""Minutes of a day that the hospital's and a patient's quiet hours leave together, at least."""


class QuietTooLong(Refusal):
    """The patient's and the hospital's quiet hours leave no hour to speak in."""


@dataclass(frozen=True, slots=True)
class Hours:
    """From one time of the hospital's day to another, past midnight if that is earlier; none if they are equal."""

    begin: time
    end: time

    def hold(self, at: time) -> bool:
        """Whether the moment lies in them; the end does not."""
        if self.begin <= self.end:
            return self.begin <= at < self.end
        return at >= self.begin or at < self.end


@dataclass(frozen=True, slots=True)
class PushRules:
    """How a hospital speaks to its patients; times are its own.

    At most `weekly_budget` routine messages in any seven days, none in `quiet`; what waits for a digest goes out at
    `digest_at`. A fact is not told again for `repeat_after_days`. `channels` are tried in their order.
    """

    weekly_budget: int = 3
    quiet: Hours = Hours(time(21), time(8))
    digest_at: time = time(10)
    repeat_after_days: int = 90
    channels: tuple[Channel, ...] = (Channel.APP, Channel.WECHAT, Channel.SMS, Channel.MAIL)


USUAL = PushRules()
"""The rules of a hospital that chose no others."""


@dataclass(frozen=True, slots=True)
class Preference:
    """What a patient chose: how often, and further quiet hours of her own."""

    frequency: Frequency = Frequency.AT_ONCE
    quiet: Hours | None = None


@dataclass(frozen=True, slots=True)
class PushRef:
    """A push that another one carries along."""

    push_id: str
    guide_id: str


@dataclass(frozen=True, slots=True)
class PushAsked:
    """A message that somebody wants to send.

    `facts` is all that it tells; `must_carry` are those told again however lately they were told. `risk` is what a
    recall touches. `asked_at` is when it was asked for first: a digest carries what came before it.
    """

    push_id: str
    guide_id: str
    reason: str
    facts: tuple[FactRef, ...]
    asked_at: datetime
    urgency: Urgency = Urgency.ROUTINE
    purpose: Purpose = Purpose.PERSONAL_EDUCATION
    risk: Risk | None = None
    must_carry: frozenset[FactRef] = frozenset()

    @property
    def harmful(self) -> bool:
        """Whether it takes back what could do harm."""
        return self.urgency is Urgency.RECALL and self.risk in HARMFUL


@dataclass(frozen=True, slots=True)
class Telling:
    """Which version of a fact the patient was told last, and when."""

    version: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Standing:
    """What decides of a patient: consents, wishes, what was sent (`sent` are the moments) and told (by fact id)."""

    forgotten: bool
    consents: frozenset[Purpose]
    preference: Preference
    sent: tuple[datetime, ...]
    told: Mapping[str, Telling]
    in_flight: frozenset[FactRef] = frozenset()


@dataclass(frozen=True, slots=True)
class House:
    """The hospital's rules, its time zone, and the present moment."""

    rules: PushRules
    zone: tzinfo
    now: datetime


@dataclass(frozen=True, slots=True)
class Verdict:
    """Go, if there is no `obstacle`; else wait `until` then, or, without a moment, not at all.

    `news` are the facts that the message tells for the first time in their window.
    """

    obstacle: Obstacle | None = None
    until: datetime | None = None
    basis: Basis = Basis.CONSENT
    news: tuple[FactRef, ...] = field(default=())


def judge(asked: PushAsked, standing: Standing, channels: Sequence[Channel], house: House) -> Verdict:
    """Return whether the message may go out now, and why not."""
    news = tuple(news_of(asked, standing, house))
    basis = Basis.CONSENT if asked.purpose in standing.consents else Basis.SAFETY_DUTY
    if barrier := _barrier(asked, standing, channels, news):
        return Verdict(barrier)
    until, obstacle = _earliest(asked, standing, house)
    return Verdict(obstacle, until, basis, news) if obstacle else Verdict(basis=basis, news=news)


def news_of(asked: PushAsked, standing: Standing, house: House) -> Iterator[FactRef]:
    """Yield the facts that the patient was not told in their window, or in another version, or that must be told."""
    window = timedelta(days=house.rules.repeat_after_days)
    for fact in asked.facts:
        telling = standing.told.get(fact.fact_id)
        fresh = telling is None or telling.version < fact.version or house.now - telling.at >= window
        if fact in asked.must_carry or asked.urgency is Urgency.RECALL or (fresh and fact not in standing.in_flight):
            yield fact


def _barrier(
    asked: PushAsked, standing: Standing, channels: Sequence[Channel], news: Sequence[FactRef]
) -> Obstacle | None:
    """Return what no waiting will change."""
    if standing.forgotten:
        return Obstacle.FORGOTTEN
    if asked.purpose not in standing.consents and not asked.harmful:
        return Obstacle.NO_CONSENT
    if not channels:
        return Obstacle.NO_CHANNEL
    if asked.urgency is not Urgency.ROUTINE:
        return None
    if standing.preference.frequency is Frequency.NONE:
        return Obstacle.SILENCED
    return Obstacle.NOTHING_NEW if asked.facts and not news else None


def _earliest(asked: PushAsked, standing: Standing, house: House) -> tuple[datetime, Obstacle | None]:
    """Return the first moment at which nothing stands in the way, and what stands there first."""
    waits = {
        Urgency.ROUTINE: (_after_digest, _within_budget, _after_quiet),
        Urgency.CORRECTION: (_after_quiet,),
        Urgency.RECALL: () if asked.harmful else (_after_quiet,),
        Urgency.REMINDER: (),
    }[asked.urgency]
    moment, first = house.now, None
    for obstacle, wait in ((_NAMES[wait], wait) for wait in waits):
        later = wait(moment, asked, standing, house)
        first = first or (obstacle if later > moment else None)
        moment = later
    return moment, first


def _after_digest(moment: datetime, asked: PushAsked, standing: Standing, house: House) -> datetime:
    """Return when the digest is due that carries what was asked for: later than that, and not before `moment`."""
    if standing.preference.frequency not in (Frequency.DAILY, Frequency.WEEKLY):
        return moment
    local = asked.asked_at.astimezone(house.zone)
    day = local.date() + timedelta(days=int(local.time() >= house.rules.digest_at))
    if standing.preference.frequency is Frequency.WEEKLY:
        day += timedelta(days=-day.weekday() % 7)
    due = datetime.combine(day, house.rules.digest_at, house.zone).astimezone(UTC)
    return max(due, moment)


def _within_budget(moment: datetime, _asked: PushAsked, standing: Standing, house: House) -> datetime:
    recent = sorted(at for at in standing.sent if at > moment - WEEK)
    over = len(recent) - house.rules.weekly_budget
    return recent[over] + WEEK if over >= 0 else moment


def _after_quiet(moment: datetime, _asked: PushAsked, standing: Standing, house: House) -> datetime:
    quiet = [hours for hours in (house.rules.quiet, standing.preference.quiet) if hours]
    return end_of_quiet(moment, quiet, house.zone)


_NAMES = {
    _after_digest: Obstacle.DIGEST,
    _within_budget: Obstacle.WEEKLY_BUDGET,
    _after_quiet: Obstacle.QUIET_HOURS,
}


def end_of_quiet(moment: datetime, quiet: Iterable[Hours], zone: tzinfo) -> datetime:
    """Return the first moment from the given one that is in none of the hours; they leave one in every day."""
    each = tuple(quiet)
    local = moment.astimezone(zone)
    while holding := next((hours for hours in each if hours.hold(local.time())), None):
        day = local.date() + timedelta(days=int(holding.end <= local.time()))
        local = datetime.combine(day, holding.end, zone)
    return moment if local == moment.astimezone(zone) else local.astimezone(UTC)


def check_rules(rules: PushRules) -> None:
    """PushRulesUnclear unless a patient can be spoken to under the rules."""
    sound = {
        "weekly_budget": rules.weekly_budget >= 1,
        "digest_at": not rules.quiet.hold(rules.digest_at),
        "repeat_after_days": rules.repeat_after_days >= 1,
        "channels": bool(rules.channels) and len(set(rules.channels)) == len(rules.channels),
    }
    for name, holds in sound.items():
        if not holds:
            raise PushRulesUnclear(_UNCLEAR[name], field=f"pushing.{name}")


_UNCLEAR = {
    "weekly_budget": "每周至少允许推送一次",
    "digest_at": "汇总推送时间不得在安静时段内",
    "repeat_after_days": "同一内容的重复间隔至少一天",
    "channels": "至少选择一个推送渠道，且不得重复",
}


def check_preference(wanted: Preference, rules: PushRules) -> None:
    """QuietTooLong unless the hospital's and the patient's quiet hours leave an hour in the day."""
    quiet = [hours for hours in (rules.quiet, wanted.quiet) if hours]
    minutes = (time(minute // 60, minute % 60) for minute in range(24 * 60))
    if sum(not any(hours.hold(minute) for hours in quiet) for minute in minutes) < LEAST_OPEN:
        raise QuietTooLong("安静时段太长，没有可以联系您的时间", field="quiet")
