"""What a question costs the database as the archive grows: a look at one article no more, an export in proportion."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import Connection, select

from archive.evidence import reading_of, values_of
from archive.exports.picking import Captures
from archive.exports.selection import Selection
from archive.exports.tables import TABLES
from archive.exports.wacz_pages import order_of_pages, pages_of
from archive.monitoring.coverage import write_coverage
from archive.reading_room.article_page import glance, seen
from archive.reports.questions import question
from archive.reports.wordings import wordings
from archive.rows import writing
from archive.rows.engine import Database, open_database
from archive.rows.listed import time_in_a_list
from archive.rows.migrations import upgrade
from archive.rows.placements import write_placements
from archive.rows.reading import resolve_article_id, show_article
from archive.rows.readings import forget_all
from archive.rows.schema import capture

FEW, MANY = 60, 480  # articles, each read once and named by a list of its own
STEP = 10  # instructions of SQLite's virtual machine: what is counted


@contextmanager
def _archive(folder: Path, samples, articles: int) -> Iterator[Database]:
    database = open_database(f"sqlite:///{folder / str(articles)}.db")
    upgrade(database)
    samples.begin(database, captures=articles)
    with database.writer() as conn:
        writing.write_articles(
            conn, [samples.article(n, str(n), counters=(samples.views(articles - n),)) for n in range(articles)]
        )
        rows = [samples.placement(n, rank, str((n + rank) % articles)) for n in range(articles) for rank in (1, 2, 3)]
        write_placements(conn, rows)
    yield database
    database.close()


def _work(conn: Connection, ask: Callable[[Connection], object]) -> int:
    """Instructions, in tens, that SQLite runs to answer."""
    driver = conn.connection.driver_connection
    assert isinstance(driver, sqlite3.Connection)
    steps = 0

    def count() -> None:
        nonlocal steps
        steps += 1

    driver.set_progress_handler(count, STEP)
    ask(conn)
    driver.set_progress_handler(None, STEP)
    return steps


def _works(
    folder: Path,
    samples,
    ask: Callable[[Connection, int], object],
    later: Callable[[Connection], object] = lambda conn: None,
) -> tuple[int, int]:
    """What `ask` costs in an archive of FEW articles, and in one of MANY; `later` is what was written last."""
    found = []
    for articles in (FEW, MANY):
        with _archive(folder, samples, articles) as database:
            with database.writer() as conn:
                later(conn)
            with database.writer() as conn:
                found.append(_work(conn, partial(ask, articles=articles)))
    return found[0], found[1]


def _capture(conn: Connection, capture_id: str) -> Captures:
    return {row.id: row for row in conn.execute(select(capture).where(capture.c.id == capture_id))}


def _pages(conn: Connection, captures: Captures) -> Iterator[object]:
    return pages_of(conn, captures, order_of_pages(conn, captures, None))


LOOKS: dict[str, Callable[[Connection], object]] = {
    "show": lambda conn: show_article(conn, "vpk:en:7"),
    "versions": lambda conn: wordings(conn, "vpk:en:7"),
    "by its URL": lambda conn: resolve_article_id(conn, "https://vpk.name/en/7_a.html"),
    "evidence": lambda conn: values_of(conn, reading_of(conn, "vpk:en:7")),
    "time in a list": lambda conn: time_in_a_list(conn, "vpk:en:7"),
    "its page in the reading room": lambda conn: (seen(conn, "vpk:en:7"), glance(conn, "vpk:en:7", [])),
    "its pages in a WACZ": lambda conn: list(_pages(conn, _capture(conn, "capture-0007"))),
    "its latest values": lambda conn: conn.exec_driver_sql(
        "SELECT * FROM article_latest WHERE article_id = 'vpk:en:7'"
    ).all(),
    "its counters": lambda conn: conn.exec_driver_sql(
        "SELECT * FROM counter WHERE article_id = 'vpk:en:7' ORDER BY observed_at"
    ).all(),
}


@pytest.mark.parametrize("look", LOOKS)
def test_a_look_at_one_article_costs_the_same_in_a_larger_archive(look: str, tmp_path: Path, samples) -> None:
    few, many = _works(tmp_path, samples, lambda conn, articles: LOOKS[look](conn))
    assert 0 < many <= 1.2 * few + 5


CHANGES: dict[str, Callable[[Connection], object]] = {
    "a run counts what it found": lambda conn: write_coverage(conn, "run-2"),
    "a capture is read again": lambda conn: forget_all(conn, {"capture-9000"}),
}


@pytest.mark.parametrize("change", CHANGES)
def test_what_is_done_with_one_capture_costs_the_same_in_a_larger_archive(change: str, tmp_path: Path, samples) -> None:
    def done(conn: Connection, articles: int) -> None:
        assert CHANGES[change](conn) in (None, {"vpk:en:new"})

    few, many = _works(tmp_path, samples, done, later=partial(_read_one_more, samples))
    assert 0 < many <= 1.2 * few + 5


def _read_one_more(samples, conn: Connection) -> None:
    """A run of one page: an article that is new."""
    writing.write_run(
        conn, id="run-2", site="vpk", command="crawl", started_at=samples.at(9000), software="svodka", options={}
    )
    writing.write_captures(conn, [samples.capture(9000, run_id="run-2")], {"capture-9000": "read"})
    writing.write_articles(conn, [samples.article(9000, "new", counters=(samples.views(1),))])


def test_the_last_counters_of_all_articles_cost_in_proportion(tmp_path: Path, samples) -> None:
    last = "SELECT article_id, comments FROM article_latest"
    few, many = _works(tmp_path, samples, lambda conn, articles: conn.exec_driver_sql(last).all())
    assert many <= 1.2 * few * MANY / FEW


def test_a_report_of_the_first_rows_works_out_no_others(tmp_path: Path, samples) -> None:
    views = question("views")
    with _archive(tmp_path, samples, MANY) as database, database.reader() as conn:
        every, first = (
            _work(conn, lambda conn, most=most: _rows(conn, views.on("sqlite", most))) for most in (None, 5)
        )
    assert first <= 0.5 * every


def test_the_discussion_is_summed_up_by_list_however_many_pages_showed_it(tmp_path: Path, samples) -> None:
    found = []
    for pages in (3, 30):
        database = open_database(f"sqlite:///{tmp_path / str(pages)}.db")
        upgrade(database)
        samples.begin(database, captures=pages)
        with database.writer() as conn:
            same = {"comments": 1, "comments_raw": "1"}
            rows = [samples.placement(n, rank, str(rank), **same) for n in range(pages) for rank in range(1, 21)]
            write_placements(conn, rows)
            found.append(_work(conn, lambda conn: _rows(conn, question("discussion").sql)))
        database.close()
    assert found[1] <= 2 * found[0]


def _rows(conn: Connection, sql: str) -> list[object]:
    return list(conn.exec_driver_sql(sql).all())


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_an_export_of_a_span_costs_in_proportion_to_the_archive(table, tmp_path: Path, samples) -> None:
    def rows(conn: Connection, articles: int) -> int:
        half = Selection(since=samples.at(articles // 2))
        with closing(table.rows(conn, half, body=True)) as found:
            return sum(1 for _ in found)

    few, many = _works(tmp_path, samples, rows)
    assert many <= 1.2 * few * MANY / FEW + 5


def test_a_url_that_no_page_had_is_looked_for_in_the_lists_once_whatever_its_spellings(tmp_path: Path, samples) -> None:
    with _archive(tmp_path, samples, MANY) as database, database.reader() as conn:
        look = "SELECT 1 FROM list_content WHERE url IN ('1', '2', '3', '4', '5', '6', '7', '8', '9')"
        once = _work(conn, lambda conn: conn.exec_driver_sql(look).all())
        found = _work(conn, lambda conn: resolve_article_id(conn, "https://vpk.name/en/x?utm_source=mail"))
    assert found <= 2 * once
