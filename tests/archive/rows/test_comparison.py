"""Two databases are held against each other row by row, whatever both are and however large they are."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import delete

from archive.rows import writing
from archive.rows.comparison import TableComparison, compare
from archive.rows.engine import Database, open_database
from archive.rows.migrations import upgrade
from archive.rows.schema import article_url

SLUGS = ("b", "B", "a-b", "a_b", "ab", "ё", "е", "Ж")  # languages do not order these as bytes do


@pytest.fixture
def rebuilt(tmp_path: Path) -> Iterator[Database]:
    database = open_database(f"sqlite:///{tmp_path}/rebuilt.db")
    upgrade(database)
    yield database
    database.close()


def fill(database: Database, samples, articles: int = 0) -> None:
    samples.begin(database, captures=20 + articles)
    with database.writer() as conn:
        pages = [samples.article(n, url=f"https://vpk.name/en/1_{slug}.html") for n, slug in enumerate(SLUGS)]
        writing.write_articles(conn, pages)
        writing.write_articles(conn, [samples.article(20 + n, f"1{n}") for n in range(articles)])


def compared(live: Database, rebuilt: Database) -> dict[str, TableComparison]:
    with live.reader() as ours, rebuilt.reader() as theirs:
        return {each.table: each for each in compare(ours, theirs)}


def test_the_same_rows_are_the_same_in_either_database(database: Database, rebuilt: Database, samples) -> None:
    for each in (database, rebuilt):
        fill(each, samples)
    found = compared(database, rebuilt)
    assert (found["article_url"].rows, found["article_url"].rebuilt, found["capture"].rows) == (8, 8, 20)
    assert {name for name, each in found.items() if each.different} == set()


def test_a_row_that_only_one_has_is_named_and_no_other(database: Database, rebuilt: Database, samples) -> None:
    for each in (database, rebuilt):
        fill(each, samples)
    with rebuilt.writer() as conn:
        conn.execute(delete(article_url).where(article_url.c.url.like("%a-b%")))
    urls = compared(database, rebuilt)["article_url"]
    assert (urls.rows, urls.rebuilt, urls.different) == (8, 7, 1)
    assert urls.examples == ("vpk:en:1 https://vpk.name/en/1_a-b.html: only before it",)


def test_memory_does_not_grow_with_the_archive(tmp_path: Path, samples) -> None:
    peaks = []
    for articles in (3000, 9000):
        database = open_database(f"sqlite:///{tmp_path}/{articles}.db")
        upgrade(database)
        fill(database, samples, articles)
        compared(database, database)  # what the libraries keep is made
        tracemalloc.start()
        compared(database, database)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        database.close()
    assert peaks[1] <= 1.2 * peaks[0]
