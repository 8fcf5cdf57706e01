"""A time is shown with its zone, and no finer than it is known."""

from datetime import UTC, datetime

import pytest

from archive.reading_room.times import observed, posted, printed

MOMENT = datetime(2025, 9, 8, 1, 37, tzinfo=UTC)
MIDNIGHT = datetime(2025, 9, 7, 21, tzinfo=UTC)  # of 8 September in Moscow


def test_what_was_observed_is_in_utc() -> None:
    assert observed(MOMENT) == "2025-09-08 01:37:00 UTC"
    assert observed(None) == "–"


@pytest.mark.parametrize(
    ("moment", "precision", "zone", "shown"),
    [
        (MOMENT, "minute", "Europe/Moscow", "2025-09-08 04:37 UTC+3"),
        (datetime(2012, 6, 1, 8, tzinfo=UTC), "minute", "Europe/Moscow", "2012-06-01 12:00 UTC+4"),
        (MOMENT, "minute", "Asia/Kolkata", "2025-09-08 07:07 UTC+5:30"),
        (MOMENT, "minute", "America/New_York", "2025-09-07 21:37 UTC-4"),
        (MOMENT, "hour", "Europe/Moscow", "2025-09-08 04 h UTC+3"),
        (MIDNIGHT, "day", "Europe/Moscow", "2025-09-08 Europe/Moscow"),
        (MOMENT, None, "UTC", "2025-09-08 01:37 UTC"),
        (MOMENT, "minute", "Mars/Olympus", "2025-09-08 01:37 UTC"),
        (MOMENT, "day", "", "2025-09-08 UTC"),
        (datetime.max.replace(tzinfo=UTC), "minute", "Europe/Moscow", "9999-12-31 23:59 UTC"),
        (None, "minute", "Europe/Moscow", "–"),
    ],
)
def test_what_a_site_printed_is_in_its_zone(
    moment: datetime | None, precision: str | None, zone: str, shown: str
) -> None:
    assert printed(moment, precision, zone) == shown


def test_a_row_of_a_list_that_prints_no_clock_shows_a_day() -> None:
    assert posted(MIDNIGHT, "08.09.2025", "Europe/Moscow") == "2025-09-08 Europe/Moscow"
    assert posted(MOMENT, "08.09 04:37", "Europe/Moscow") == "2025-09-08 04:37 UTC+3"
