"""What is known of an article beside its text, on both databases. All made up."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from archive.reading_room.article_page import MOST_PLACES, MOST_ROWS, Seen, glance, seen
from archive.reading_room.changes import changes
from archive.records import Counter, Footnote
from archive.rows import presence, writing
from archive.rows.engine import Connection, Database
from archive.rows.placements import write_placements
from archive.search import index_articles

ID, OTHER = "vpk:en:1", "vpk:ru:1"


@pytest.fixture
def conn(filled: Database, samples: Any) -> Iterator[Connection]:
    """An article that was read four times, its number of comments also in a list; and its translation."""
    with filled.writer() as conn:
        conn.exec_driver_sql("UPDATE capture SET status = 304 WHERE id = 'capture-0002'")
        records = [
            samples.article(0, counters=(samples.views(10), Counter("comments", 1, "1"))),
            samples.article(1, counters=(samples.views(None, absent_reason="empty"), Counter("comments", 2, "2"))),
            samples.article(2, counters=(samples.views(30), Counter("comments", 3, "3"))),
            samples.article(3, counters=(samples.views(None, absent_reason="empty"),), title="60 days", outlet=None),
            samples.article(4, language="ru"),
        ]
        _, changed = writing.write_articles(conn, records)
        index_articles(conn, changed)
        write_placements(conn, [samples.placement(n, comments=n + 100) for n in (2, 5)])
        presence.settle(conn, changed)
    with filled.reader() as conn:
        yield conn


def test_the_latest_value_that_was_printed_speaks_with_its_time(conn: Connection, samples: Any) -> None:
    """At 2 a 304 came: its 30 is no measurement."""
    counters = glance(conn, ID, []).counters
    assert {kind: (row.value, row.source, row.observed_at) for kind, row in counters.items()} == {
        "views": (10, "page", samples.at(0)),
        "comments": (105, "discussion", samples.at(5)),
    }


def test_a_page_in_another_language_is_linked_where_it_is_in_the_archive(conn: Connection) -> None:
    named = [
        {"language": "ru", "url": "https://vpk.name/en/1_a.html"},
        {"language": "de", "url": "https://vpk.name/de"},
    ]
    assert [each.article_id for each in glance(conn, ID, []).translations] == [OTHER]
    assert glance(conn, OTHER, named[1:]).alternates == [(named[1], None)]
    assert [each.article_id for each in glance(conn, OTHER, []).translations] == [ID]


def test_counters_of_two_sources_are_two_series(conn: Connection) -> None:
    values = {key: [each.value for each in found] for key, found in seen(conn, ID).series.items()}
    assert values == {
        ("views", "page"): [10, None, 30, None],
        ("comments", "page"): [1, 2, 3],
        ("comments", "discussion"): [102, 105],
    }


def test_versions_are_newest_first_with_the_time_each_was_seen_last(conn: Connection, samples: Any) -> None:
    found = seen(conn, ID)
    assert (found.readings, found.versions_in_all) == (4, 2)
    assert [(each.change.number, each.change.seen_at, each.seen_until) for each in found.versions] == [
        (2, samples.at(3), samples.at(3)),
        (1, samples.at(0), samples.at(2)),
    ]


def test_changes_name_the_fields_that_differ_and_the_captures(conn: Connection) -> None:
    found = changes(conn, ID, None, None)
    assert [each.field for each in found.fields] == ["title", "outlet"]
    assert [tuple(piece) for piece in found.fields[0].paragraphs[0]] == [
        ("del", "50"), ("ins", "60"), ("same", " days"),
    ]  # fmt: skip
    assert (found.before.capture_id, found.after.capture_id) == ("capture-0000", "capture-0003")


SHOWN_ON = 300  # pages that show the sidebar, more than the page of an article lists


@pytest.fixture
def often_listed(filled: Database, samples: Any) -> Seen:
    """An article that was read twice, the second time with a footnote, and stood in the sidebar of many pages since."""
    foot = Footnote("*", "Performs the functions of a foreign agent", ("A. Person",))
    pages = range(1000, 1000 + SHOWN_ON)
    with filled.writer() as conn:
        writing.write_captures(conn, [samples.capture(n) for n in pages])
        first, then = samples.article(1, counters=(samples.views(100),)), samples.article(5, footnotes=(foot,))
        writing.write_articles(conn, [first, then])
        write_placements(conn, [samples.placement(n, comments=n // 100, comments_raw=str(n // 100)) for n in pages])
    with filled.reader() as conn:
        return seen(conn, ID)


def test_a_series_has_all_observations_and_a_table_the_latest(often_listed: Seen, samples: Any) -> None:
    series, rows = (each["comments", "discussion"] for each in (often_listed.series, often_listed.counters))
    assert (len(series), series[0].at, len(rows)) == (SHOWN_ON, samples.at(1000), MOST_ROWS)
    assert rows[0].observed_at == samples.at(999 + SHOWN_ON)
    assert (len(often_listed.placements), often_listed.placements_in_all) == (MOST_PLACES, SHOWN_ON)


def test_a_version_that_differs_by_a_footnote_alone_says_so(often_listed: Seen) -> None:
    assert [each.change.change_kind for each in often_listed.versions] == [("notes",), ()]


def test_places_on_one_page_and_addresses_stand_in_the_same_order_always(filled: Database, samples: Any) -> None:
    """Three places on the same page, and addresses that a language sorts otherwise than their bytes."""
    addresses = ["https://vpk.name/en/1_b.html", "https://vpk.name/en/1_B.html", "https://vpk.name/en/1_a.html"]
    for n, url in enumerate(addresses):
        with filled.writer() as conn:
            writing.write_articles(conn, [samples.article(n, url=url)])
    with filled.writer() as conn:
        rows = [samples.placement(5, 2, block="news"), samples.placement(5, 3), samples.placement(5, 1)]
        write_placements(conn, rows)
    with filled.reader() as conn:
        found = seen(conn, ID)
    assert [(each.block, each.rank) for each in found.placements] == [("discussion", 1), ("discussion", 3), ("news", 2)]
    assert [each.url for each in found.urls] == sorted(addresses)
