"""The day of publication is the site's own: midnight in Moscow is the day before in UTC."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select

from archive.reports.questions import question
from archive.rows import schema, writing
from archive.rows.days import local_day
from archive.rows.engine import Database
from archive.rows.placements import write_placements
from archive.rows.sql import run_read_only

MIDNIGHT = datetime(2025, 9, 7, 21, tzinfo=UTC)  # of 8 September in Moscow


def days(database: Database) -> list[str | None]:
    with database.reader() as conn:
        return list(conn.exec_driver_sql("SELECT published_day FROM article_latest ORDER BY article_id").scalars())


def test_a_day_that_a_page_prints_is_the_day_that_is_counted(filled: Database, samples) -> None:
    with filled.writer() as conn:
        writing.write_articles(conn, [samples.article(1, published_at=MIDNIGHT, published_precision="day")])
    with run_read_only(filled, question("outlet-days").sql) as (_, rows):
        assert [tuple(row) for row in rows] == [("2025-09-08", "The Guardian", 1)]


def test_a_day_that_only_a_list_prints_is_the_day_that_is_counted(filled: Database, samples) -> None:
    with filled.writer() as conn:
        writing.write_articles(conn, [samples.article(1, "1"), samples.article(2, "2")])
        write_placements(conn, [samples.placement(3, block="news", posted_at=MIDNIGHT, posted_raw="08.09.2025")])
    assert days(filled) == ["2025-09-08", None]
    with filled.reader() as conn:
        assert conn.scalars(select(schema.placement.c.posted_day)).all() == ["2025-09-08"]


def test_a_list_that_names_no_article_has_no_day_as_it_may_be_of_several_sites(filled: Database, samples) -> None:
    with filled.writer() as conn:
        write_placements(conn, [samples.placement(3, native_id=None, posted_at=MIDNIGHT)])
        assert conn.scalars(select(schema.placement.c.posted_day)).all() == [None]


def test_a_site_that_turns_out_to_be_elsewhere_gets_its_days_anew(filled: Database, samples) -> None:
    with filled.writer() as conn:
        writing.write_articles(conn, [samples.article(1, "1", published_at=MIDNIGHT), samples.article(2, "2")])
        write_placements(conn, [samples.placement(3, 1, "2", block="feed", posted_at=MIDNIGHT, posted_raw="21:00")])
    assert days(filled) == ["2025-09-08"] * 2
    with filled.writer() as conn:
        writing.write_site(conn, name="vpk", title="x", base_url="https://vpk.name/", time_zone="America/New_York")
    assert days(filled) == ["2025-09-07"] * 2


def test_what_is_no_day_of_the_calendar_is_none() -> None:
    assert local_day(datetime.max.replace(tzinfo=UTC), ZoneInfo("Europe/Moscow")) is None
    assert local_day(MIDNIGHT, None) is None
    assert local_day(None, UTC) is None
