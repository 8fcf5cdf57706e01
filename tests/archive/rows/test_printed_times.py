"""What is told of a printed time in SQL is what the reader found in it, on both databases."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import literal, literal_column, select

from archive.rows.engine import Database
from archive.rows.printed_times import precision, says_its_day
from crawler.extraction.normalisers.dates import read_moment

SEEN = datetime(2025, 9, 22, 9, tzinfo=UTC)
COUNTED = [
    "Сегодня, 04:37", "СЕГОДНЯ в 04:37", "Today, 4:37 am", "04:37, сегодня", "вчера", "Вчера, 14:20",
    "Yesterday at 2:20 pm", "позавчера", "5 минут назад", "30 мин. назад", "5 mins ago", "A MINUTE AGO",
    "час назад", "2 часа назад", "3 ч назад", "2 ч. назад", "an hour ago", "2 Hours Ago", "3 дня назад",
    "1 день назад", "5 дней назад", "3 days ago", "10 ДНЕЙ НАЗАД",
]  # fmt: skip
OF_A_YEAR = [
    "08.09.2025 04:37", "8 сентября 2025, 04:37", "Mon, 08 Sep 2025 04:37:00 +0300", "2025-09-08T01:37:00Z",
    "2025-09-08", "08.09.2025", "04:37, 08.09.2025", "2025/09/08", "08-09-2025, 04:37", "08.09.25 04:37",
    "08.09.2025 04:37 (UTC+3)", "September 8, 2025", "8 августа 2025",
]  # fmt: skip
WITHOUT_A_YEAR = [
    "08.09 04:37", "20.09 20:20", "8 сентября, 04:37", "8 сентября", "Aug 8", "04:37, 8 сентября",
    "08.09 04:37 МСК", "08.09 04:37 (UTC+3)", "07.09 22:07 UTC-3:30",
]  # fmt: skip


def told(database: Database, raw: str | None) -> tuple[str | None, int]:
    text = select(literal(raw).label("raw")).subquery("t")
    asked = select(*map(literal_column, (precision("t.raw"), says_its_day("t.raw")))).select_from(text)
    with database.reader() as conn:
        return tuple(conn.execute(asked).one())  # type: ignore[return-value]


def read(raw: str, seen_at: datetime = SEEN):
    moment = read_moment(raw, seen_at=seen_at, zone=ZoneInfo("Europe/Moscow"))
    assert moment is not None, raw
    return moment


def test_a_time_is_as_exact_as_the_reader_found_it(database: Database) -> None:
    for raw in (*COUNTED, *OF_A_YEAR, *WITHOUT_A_YEAR):
        assert told(database, raw)[0] == read(raw).precision, raw
    assert [told(database, raw)[0] for raw in ("18:47", None)] == ["minute", None]


@pytest.mark.parametrize(("printed", "inferred"), [(COUNTED, 0), (OF_A_YEAR, 0), (WITHOUT_A_YEAR, 1), (["18:47"], 1)])
def test_a_year_that_is_not_printed_is_told_from_one_that_is(
    database: Database, printed: list[str], inferred: int
) -> None:
    assert [told(database, raw)[1] for raw in printed] == [inferred] * len(printed)


@pytest.mark.parametrize(("printed", "moves"), [(COUNTED, 365), (OF_A_YEAR, 0), (WITHOUT_A_YEAR, 365)])
def test_it_is_so_for_the_reader(printed: list[str], moves: int) -> None:
    """What was read a year later: a time of a year is the same, one that counts from the capture a year later."""
    later = SEEN + timedelta(days=365)
    assert {(read(raw, later).at - read(raw).at).days for raw in printed} == {moves}
