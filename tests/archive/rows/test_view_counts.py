"""Views are counted without making them, and come to what counting their rows comes to."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from archive.records import Counter
from archive.rows import view_counts, writing
from archive.rows.engine import Database
from archive.rows.placements import write_placements

VIEWS = {"version": view_counts.versions, "counter": view_counts.counters, "placement": view_counts.placements}


@pytest.fixture
def told(filled: Database, samples) -> Database:
    """Two articles, of which one goes A, B, A; a sidebar on three pages, a row without a count, an empty counter."""
    counters = (samples.views(7), Counter("comments", None, None, absent_reason="empty"))
    articles = [samples.article(n, title=title, counters=counters) for n, title in enumerate("ABAA")]
    sidebar = [("1", 5), ("2", None), ("1", 6)]
    with filled.writer() as conn:
        writing.write_articles(conn, [*articles, samples.article(9, "2")])
        write_placements(
            conn,
            [
                samples.placement(n, rank, native_id, comments=comments)
                for n in (5, 6, 7)
                for rank, (native_id, comments) in enumerate(sidebar, 1)
            ],
        )
    return filled


@pytest.mark.parametrize("view", VIEWS)
def test_a_view_is_counted_as_its_rows_are(told: Database, view: str) -> None:
    with told.reader() as conn:
        rows = conn.scalar(text(f"SELECT COUNT(*) FROM {view}"))
        assert VIEWS[view](conn) == rows == {"version": 4, "counter": 11, "placement": 9}[view]


@pytest.mark.parametrize("view", VIEWS)
def test_an_empty_archive_has_none(database: Database, view: str) -> None:
    with database.reader() as conn:
        assert VIEWS[view](conn) == 0
