"""Times and ages as hospitals write them, turned into UTC and age bands.

No clock here: what cannot be computed from the message is an error of the message. All functions raise ValueError.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone

from narrowcast.domain.vocabulary import AgeBand

OLDEST_YEARS = 150
EARLIEST_YEAR = 1900
_LAST_MINUTE = 59

_ISO = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})(?:T([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:\.[0-9]{1,9})?)?(Z|[+-][0-9]{2}:[0-9]{2})?)?"
)
_HL7 = re.compile(
    r"([0-9]{4})([0-9]{2})([0-9]{2})(?:([0-9]{2})(?:([0-9]{2})(?:([0-9]{2})(?:\.[0-9]{1,4})?)?)?)?([+-][0-9]{4})?"
)
_BIRTH = re.compile(r"([0-9]{4})(?:-?([0-9]{2})(?:-?([0-9]{2})(?:[0-9T].*)?)?)?")


def zone_of(offset: str) -> timezone:
    """Return the time zone of `Z`, `+08:00` or `+0800`."""
    if offset == "Z":
        return UTC
    hours, minutes = int(offset[1:3]), int(offset[-2:])
    if minutes > _LAST_MINUTE:
        raise ValueError("offset")
    span = timedelta(hours=hours, minutes=minutes)
    return timezone(-span if offset[0] == "-" else span)


def _utc(match: re.Match[str] | None, offset: str) -> str:
    if match is None or int(match[1]) < EARLIEST_YEAR:
        raise ValueError("time")
    year, month, day, hour, minute, second = (int(part or 0) for part in match.groups()[:6])
    try:
        local = datetime(year, month, day, hour, minute, second, tzinfo=zone_of(match[7] or offset))
        return local.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    except OverflowError as error:
        raise ValueError("time") from error


def utc_of_iso(text: str, offset: str = "") -> str:
    """Return the UTC form of an ISO 8601 time; one without an offset is refused unless `offset` is given."""
    match = _ISO.fullmatch(text)
    if match is not None and not (match[7] or offset):
        raise ValueError("offset")
    return _utc(match, offset)


def utc_of_hl7(text: str, offset: str) -> str:
    """Return the UTC form of an HL7 time of at least a day's precision, hospital time unless it says otherwise."""
    return _utc(_HL7.fullmatch(text), offset)


def _born_between(text: str) -> tuple[date, date]:
    """Return the first and last day on which someone with this, perhaps partial, birth date can be born."""
    match = _BIRTH.fullmatch(text)
    if match is None:
        raise ValueError("birth date")
    year, month, day = int(match[1]), int(match[2] or 0), int(match[3] or 0)
    if day:
        exact = date(year, month, day)
        return exact, exact
    return (date(year, month, 1), date(year, month, 28)) if month else (date(year, 1, 1), date(year, 12, 31))


def _years(born: date, on: date) -> int:
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def band_of_birth(text: str, occurred_at: str, offset: str) -> AgeBand | None:
    """Return the age band at the visit, or None when a partial birth date leaves it open."""
    on = datetime.fromisoformat(occurred_at).astimezone(zone_of(offset)).date()
    first, last = _born_between(text)
    if first > on or _years(first, on) > OLDEST_YEARS:
        raise ValueError("birth date")
    oldest, youngest = AgeBand.of_years(_years(first, on)), AgeBand.of_years(max(0, _years(last, on)))
    return oldest if oldest == youngest else None


def local_day(moment: str, offset: str) -> str:
    """Return the ISO date that a UTC moment falls on at the hospital."""
    return datetime.fromisoformat(moment).astimezone(zone_of(offset)).date().isoformat()
