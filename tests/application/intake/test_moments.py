"""Times become UTC and birth dates become age bands, or are refused."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from narrowcast.application.intake import moments
from narrowcast.domain.vocabulary import AgeBand

EAST8 = "+08:00"
VISIT = "2026-11-21T01:00:00Z"


@pytest.mark.parametrize(
    ("written", "utc"),
    [
        ("20261121", "2026-11-20T16:00:00Z"),
        ("2026112109", "2026-11-21T01:00:00Z"),
        ("202611210930", "2026-11-21T01:30:00Z"),
        ("20261121093015.1234", "2026-11-21T01:30:15Z"),
        ("20261121093015+0000", "2026-11-21T09:30:15Z"),
        ("20261121093015-0530", "2026-11-21T15:00:15Z"),
    ],
)
def test_an_hl7_time_is_hospital_time_unless_it_says_otherwise(written: str, utc: str) -> None:
    assert moments.utc_of_hl7(written, EAST8) == utc


@pytest.mark.parametrize(
    "written",
    [
        "2026",
        "202611",
        "20261321",
        "20260230",
        "2026112124",
        "20261121093060",
        "2026-11-21",
        "00010101",
        "20261121+9999",
        "20261121+2400",
        "２０２６１１２１",
    ],
)
def test_an_impossible_hl7_time_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        moments.utc_of_hl7(written, EAST8)


@pytest.mark.parametrize(
    "written",
    [
        "2026-11-21T09:00:00",
        "2026-11-21",
        "2026-W47-6",
        "2026-11-21 09:00:00Z",
        "2026-11-21T25:00:00Z",
        "2026-11-21T09:00:00+24:00",
        "0001-01-01T00:00:00+08:00",
        "9999-12-31T23:59:59-08:00",
        "",
    ],
)
def test_an_iso_time_without_offset_or_sense_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        moments.utc_of_iso(written)


@given(st.datetimes(datetime(1901, 1, 1), datetime(2199, 1, 1)).map(lambda at: at.replace(microsecond=0, tzinfo=UTC)))  # noqa: DTZ001 - bounds
def test_both_forms_of_a_time_give_the_same_moment(at: datetime) -> None:
    expected = at.strftime("%Y-%m-%dT%H:%M:%SZ")
    local = at + timedelta(hours=8)
    assert moments.utc_of_hl7(local.strftime("%Y%m%d%H%M%S"), EAST8) == expected
    assert moments.utc_of_iso(at.isoformat()) == expected


@pytest.mark.parametrize(
    ("born", "band"),
    [
        ("20121122", AgeBand.CHILD),
        ("20121121", AgeBand.TEEN),
        ("2012-11-21", AgeBand.TEEN),
        ("19811122", AgeBand.YOUNG),
        ("19811121", AgeBand.MIDDLE),
        ("19611121000000", AgeBand.OLDER),
        ("19461121", AgeBand.OLDEST),
        ("20080229", AgeBand.YOUNG),
        ("1990", AgeBand.YOUNG),
        ("1981", None),
        ("198111", None),
        ("1981-10", AgeBand.MIDDLE),
    ],
)
def test_a_birth_date_gives_the_band_at_the_visit_or_none_when_it_leaves_it_open(
    born: str, band: AgeBand | None
) -> None:
    assert moments.band_of_birth(born, VISIT, EAST8) == band


def test_the_age_is_counted_by_the_hospital_s_calendar() -> None:
    just_after_midnight = "2026-11-20T16:30:00Z"
    assert moments.band_of_birth("20121121", just_after_midnight, EAST8) is AgeBand.TEEN
    assert moments.band_of_birth("20121121", just_after_midnight, "Z") is AgeBand.CHILD


@pytest.mark.parametrize("born", ["20261122", "18700101", "19700230", "1970-13", "0000", "born", "19"])
def test_an_impossible_birth_date_is_refused(born: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        moments.band_of_birth(born, VISIT, EAST8)


@given(st.dates(date(1900, 1, 1), date(2026, 11, 21)))
def test_a_partial_birth_date_never_contradicts_the_full_one(born: date) -> None:
    full = moments.band_of_birth(born.strftime("%Y%m%d"), VISIT, EAST8)
    for partial in (born.strftime("%Y"), born.strftime("%Y%m")):
        assert moments.band_of_birth(partial, VISIT, EAST8) in {full, None}
