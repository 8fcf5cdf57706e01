"""Retry-After, read without ever asking sooner than the server wants."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.records import LONGEST_WAIT
from crawler.fetching.retry_after import not_before

NOW = datetime(2025, 9, 8, 1, 37, tzinfo=UTC)
MOMENTS = st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC))


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120),
        ("0", 0),
        (b" 120 ", 120),
        ("0120", 120),
        ("1.2", 2),
        ("86400", 86400),
        ("86401", 86400),
        ("9" * 400, 86400),
        ("Mon, 08 Sep 2025 01:38:00 GMT", 60),
        ("Monday, 08-Sep-25 01:38:00 GMT", 60),
        ("Mon Sep  8 01:38:00 2025", 60),
        ("Mon, 08 Sep 2025 04:38:00 +0300", 60),
        ("Mon, 08 Sep 2025 01:36:00 GMT", 0),
        ("Fri, 31 Dec 9999 23:59:59 GMT", 86400),
    ],
)
def test_a_wait_is_read(value: str | bytes, seconds: int) -> None:
    assert not_before(value, NOW) == NOW + timedelta(seconds=seconds)


@pytest.mark.parametrize(
    "value", ["", " ", "soon", "-5", "+5", "1e3", "12 s", "NaN", "inf", "٣", "32 Sep 2025", b"\xff\xfe"]
)
def test_nonsense_says_nothing(value: str | bytes) -> None:
    assert not_before(value, NOW) is None


@given(st.integers(min_value=0, max_value=10**30))
def test_seconds_are_kept_up_to_a_day(seconds: int) -> None:
    assert not_before(str(seconds), NOW) == NOW + timedelta(seconds=min(seconds, 86400))


@given(MOMENTS, st.integers(min_value=-(10**6), max_value=10**6))
def test_a_date_is_kept_between_now_and_a_day(now: datetime, offset: int) -> None:
    now = now.replace(microsecond=0)
    asked = now + timedelta(seconds=offset)
    assert not_before(format_datetime(asked, usegmt=True), now) == min(max(asked, now), now + LONGEST_WAIT)


@given(st.text() | st.binary())
def test_no_value_breaks_it_or_leaves_the_bounds(value: str | bytes) -> None:
    moment = not_before(value, NOW)
    assert moment is None or NOW <= moment <= NOW + LONGEST_WAIT


def test_the_answer_is_in_utc_whatever_the_zone_of_now() -> None:
    moscow = NOW.astimezone(timezone(timedelta(hours=3)))
    moment = not_before("60", moscow)
    assert moment == NOW + timedelta(seconds=60)
    assert moment is not None
    assert moment.tzinfo is UTC
