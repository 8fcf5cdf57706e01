"""Times in Russian and English; a missing year is the latest that does not lie after the capture."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.extraction.normalisers.dates import before_change, behind_change, read_moment, says_change, without_word

MOSCOW = ZoneInfo("Europe/Moscow")
SEEN_AT = datetime(2025, 9, 8, 9, 0, tzinfo=UTC)  # noon in Moscow


def moment(text, seen_at=SEEN_AT, zone=MOSCOW):
    found = read_moment(text, seen_at=seen_at, zone=zone)
    return (found.at.strftime("%Y-%m-%dT%H:%M"), found.precision) if found else None


@pytest.mark.parametrize(
    "printed",
    [
        "08.09 04:37",
        "08.09.2025 04:37",
        "08.09.2025, 04:37",
        "8.09.2025 4:37",
        "8 сентября 2025, 04:37",
        "8 сентября 2025 г., 04:37",
        "8 сентября 2025 года в 04:37",
        "8 сен. 2025, 04:37",
        "Понедельник, 8 сентября 2025, 04:37",
        "8 September 2025 04:37",
        "September 8, 2025, 4:37 am",
        "Sep 8, 2025 at 4:37 AM",
        "Monday, 8 Sep 2025, 04:37",
        "2025-09-08T04:37:00+03:00",
        "2025-09-08T01:37:00Z",
        "2025-09-08 04:37",
        "Mon, 08 Sep 2025 04:37:00 +0300",
        "Сегодня, 04:37",
        "сегодня в 04:37",
        "Today, 4:37 am",
        "04:37, 08.09.2025",
        "04:37 8 сентября 2025",
        "08.09.2025 04:37 МСК",
        "08.09.2025 01:37 UTC",
        "08.09.2025 04:37 (UTC+3)",
        "08.09.2025 04:37 GMT+3",
        "07.09.2025 22:07 UTC−3:30",
        "4:37 AM, September 8, 2025",
        "8 сентября 2025, понедельник, 04:37",
        "Пн, 8 сент. 2025 г., 04:37",
        "Mon, Sep 8, 2025, 4:37 am",
        "8 сентября 2025 • 04:37",
        "2025/09/08 04:37",
        "08.09.25 04:37",
        "08-09-2025, 04:37",
        "04:37, сегодня",
        "Mon, 08 Sep 2025 4:37:00 +0300",
        "Mon, 08 Sep 2025 01:37:00 -0000",
        "Mon, 08 Sep 2025 04:37 MSK",
        "8\u00a0сентября\u00a02025, 04:37",
        "Пн, 08/09/2025 - 04:37",
    ],
)
def test_spellings_of_the_same_minute(printed):
    assert moment(printed) == ("2025-09-08T01:37", "minute")


@pytest.mark.parametrize(
    "printed",
    [
        "08.09.2025",
        "8 сентября 2025",
        "8 сентября",
        "September 8, 2025",
        "2025-09-08",
        "2025/09/08",
        "08.09.2025 г.",
        "8 сентября 2025 г., понедельник",
    ],
)
def test_spellings_of_the_same_day_are_midnight_in_the_sites_zone(printed):
    assert moment(printed) == ("2025-09-07T21:00", "day")


@pytest.mark.parametrize(
    "printed", ["26/08/2025", "08/26/2025", "Вт, 26/08/2025", "Tue, 08/26/2025", "Tue, 26/08/2025"]
)
def test_between_slashes_what_is_past_twelve_is_the_day(printed):
    assert moment(printed) == ("2025-08-25T21:00", "day")


@pytest.mark.parametrize("printed", ["07/08/2025", "Thu, 07/08/2025 - 10:15", "26/13/2025", "31/02/2025", "1/2/3"])
def test_between_slashes_nobody_can_tell_the_day_from_the_month(printed):
    assert moment(printed) is None


@pytest.mark.parametrize(
    ("printed", "wanted"),
    [
        ("вчера, 14:20", ("2025-09-07T11:20", "minute")),
        ("Yesterday at 2:20 pm", ("2025-09-07T11:20", "minute")),
        ("позавчера", ("2025-09-05T21:00", "day")),
        ("5 минут назад", ("2025-09-08T08:55", "minute")),
        ("2 часа назад", ("2025-09-08T07:00", "hour")),
        ("an hour ago", ("2025-09-08T08:00", "hour")),
        ("3 days ago", ("2025-09-04T21:00", "day")),
    ],
)
def test_relative_times_count_from_the_capture(printed, wanted):
    assert moment(printed) == wanted


def test_yesterday_is_yesterday_in_the_sites_zone():
    after_midnight_in_moscow = datetime(2025, 9, 7, 22, 30, tzinfo=UTC)
    assert moment("вчера, 14:20", after_midnight_in_moscow) == ("2025-09-07T11:20", "minute")


@pytest.mark.parametrize(
    ("printed", "seen_at", "year"),
    [
        ("08.09 04:37", datetime(2025, 9, 8, 1, 37, tzinfo=UTC), 2025),  # this very minute
        ("08.09 04:47", datetime(2025, 9, 8, 1, 37, tzinfo=UTC), 2025),  # clocks differ by minutes
        ("08.09 04:48", datetime(2025, 9, 8, 1, 37, tzinfo=UTC), 2024),
        ("8 сентября, 04:47", datetime(2025, 9, 8, 1, 37, tzinfo=UTC), 2025),
        ("8 сентября, 04:48", datetime(2025, 9, 8, 1, 37, tzinfo=UTC), 2024),
        ("31.12 23:59", datetime(2026, 1, 1, 0, 0, tzinfo=UTC), 2025),
        ("01.01 00:10", datetime(2025, 12, 31, 21, 30, tzinfo=UTC), 2025),  # New Year in Moscow is 2025-12-31 in UTC
        ("29.02 12:00", datetime(2027, 5, 1, tzinfo=UTC), 2024),
        ("29.02 12:00", datetime(1903, 5, 1, tzinfo=UTC), 1896),
    ],
)
def test_the_year_is_the_latest_that_does_not_lie_after_the_capture(printed, seen_at, year):
    assert moment(printed, seen_at)[0].startswith(str(year))


@pytest.mark.parametrize(
    ("printed", "utc"),
    [
        ("15.07.2010 12:00", "2010-07-15T08:00"),  # summer time, +4
        ("15.01.2011 12:00", "2011-01-15T09:00"),  # +3
        ("15.01.2013 12:00", "2013-01-15T08:00"),  # permanent summer time, +4
        ("15.01.2015 12:00", "2015-01-15T09:00"),  # +3 since October 2014
    ],
)
def test_moscow_had_other_offsets_before(printed, utc):
    assert moment(printed) == (utc, "minute")


@pytest.mark.parametrize(
    "printed",
    [
        "",
        "983",
        "08.09",
        "31.02 10:00",
        "32.01.2025",
        "08.13.2025",
        "25:00 08.09.2025",
        "08.09.25",
        "11/10/2026",
        "11/10/2025 04:37",
        "25.09.07 04:37",  # perhaps the year first
        "08.09.2025 10:00 - 12:00",
        "08.09.2025 10:00 UTC+15",
        "Mon, 08 Sep 2025 04:37:00 CEST",
        "вечером",
        "8 сентября 2025 и 9 октября",
        "с 8 сентября 2025",
        "13:00 pm 08.09.2025",
        "2025-13-01",
        "04:37",
        "x" * 100,
    ],
)
def test_what_is_not_a_date_is_none(printed):
    assert moment(printed) is None


@pytest.mark.parametrize(
    "word",
    ["Published: ", "Posted on ", "Опубликовано: ", "Дата публикации: ", "Date: ", "Добавлено » "],
)
@pytest.mark.parametrize("time", ["September 7, 2025", "сегодня, 04:37", "вчера", "Sun, 7 Sep 2025", "07.09.2025"])
def test_a_word_may_stand_before_any_time(word, time):
    assert without_word(word + time) == time


@pytest.mark.parametrize(
    "text",
    ["Published May be", "Date: soon", "Added today is a new chapter", "Вчера", "ТАСС, опубликовано: 07.09.2025"],
)
def test_what_is_no_time_keeps_its_word(text):
    assert without_word(text) == text


@pytest.mark.parametrize(
    ("line", "before"),
    [
        ("Опубликовано 07.09.2025 10:00. Обновлено 08.09.2025 12:00", "Опубликовано 07.09.2025 10:00"),
        ("07.09.2025 10:00 (обновлено: 08.09 12:00)", "07.09.2025 10:00"),
        ("7 September 2025, updated 8 September 2025", "7 September 2025"),
        ("7 Sep 2025 | Last modified: 8 Sep 2025", "7 Sep 2025"),
        ("07.09.2025 10:00 (обновлено)", ""),  # it is the time of the change
        ("Обновлено 08.09.2025 12:00", ""),
        ("07.09.2025 10:00", ""),
    ],
)
def test_a_line_says_first_when_it_was_published(line, before):
    assert before_change(line) == before


@pytest.mark.parametrize(
    ("line", "time"),
    [
        ("Обновлено: 08.09.2025 12:00", "08.09.2025 12:00"),
        ("Последнее обновление: сегодня, 12:00", "сегодня, 12:00"),
        ("Дата обновления 08.09.2025", "08.09.2025"),
        ("Last updated on September 8, 2025", "September 8, 2025"),
        ("Опубликовано: 08.09.2025", ""),
        ("08.09.2025", ""),
    ],
)
def test_the_time_of_a_change_without_its_word(line, time):
    assert behind_change(line) == time


@pytest.mark.parametrize("text", ["Обновлено:", "Last updated", "изменён", "Updated", "dateModified: Modified"])
def test_words_of_change(text):
    assert says_change(text)


@pytest.mark.parametrize("text", ["Изменение климата", "By John Smith, Editor", "Опубликовано", "Updates"])
def test_words_of_no_change(text):
    assert not says_change(text)


@given(st.datetimes(datetime(1990, 1, 2), datetime(2030, 12, 30)), st.integers(0, 500_000))
def test_a_date_without_year_is_found_again_within_a_year(local, minutes_later):
    posted = local.replace(second=0, microsecond=0, fold=0, tzinfo=MOSCOW)
    seen_at = posted.astimezone(UTC) + timedelta(minutes=minutes_later)
    found = read_moment(posted.strftime("%d.%m %H:%M"), seen_at=seen_at, zone=MOSCOW)
    assert found.at <= seen_at + timedelta(minutes=10)
    if minutes_later < 525_000 - 24 * 60 and (posted.month, posted.day) != (2, 29):
        assert found.at == posted.astimezone(UTC)


@given(st.text(max_size=70))
def test_any_text_is_a_moment_or_none(text):
    found = read_moment(text, seen_at=SEEN_AT, zone=MOSCOW)
    assert found is None or found.at.tzinfo is UTC
