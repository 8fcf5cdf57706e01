"""What the page of an article says of its history is said of all that was observed."""

from __future__ import annotations

import pytest

from archive.reading_room import queries
from archive.reading_room.charts import turns
from archive.reading_room.main import _charts
from archive.records import Footnote
from archive.rows import writing
from archive.rows.engine import Database
from archive.rows.placements import write_placements

SHOWN_ON = 300  # pages that show the sidebar, more than the page of an article lists


@pytest.fixture
def history(filled: Database, samples) -> queries.History:
    """An article that was read twice, the second time with a footnote, and stood in the sidebar of many pages since."""
    foot = Footnote("*", "Performs the functions of a foreign agent", ("A. Person",))
    pages = range(1000, 1000 + SHOWN_ON)
    with filled.writer() as conn:
        writing.write_captures(conn, [samples.capture(n) for n in pages])
        writing.write_articles(
            conn,
            [
                samples.article(1, counters=(samples.views(100),)),
                samples.article(5, counters=(samples.views(150),), footnotes=(foot,)),
            ],
        )
        write_placements(conn, [samples.placement(n, comments=n // 100, comments_raw=str(n // 100)) for n in pages])
    with filled.reader() as conn:
        return queries.history(conn, "vpk:en:1")


def test_a_chart_begins_with_the_first_observation_however_many_came_later(history, samples) -> None:
    charts = _charts(history)
    assert list(charts) == ["views", "comments in the list “discussion”"]
    assert (charts["views"]["first"], charts["views"]["last"]) == ((samples.at(1), 100), (samples.at(5), 150))


def test_what_a_list_says_is_a_chart_of_its_own(history) -> None:
    assert sorted(history.series) == [("comments", "discussion"), ("views", "page")]
    assert len(history.series["comments", "discussion"]) == SHOWN_ON


def test_tables_of_the_latest_rows_know_how_many_there_are(history) -> None:
    assert (len(history.counters), history.counters_in_all) == (queries.COUNTERS_SHOWN, SHOWN_ON + 2)
    assert (len(history.placements), history.placements_in_all) == (queries.PLACES_SHOWN, SHOWN_ON)


def test_a_version_that_differs_by_a_footnote_alone_says_so(history, samples) -> None:
    assert [version["changed"] for version in history.versions] == [("notes",), ()]
    assert [version["seen_until"] for version in history.versions] == [samples.at(5), samples.at(1)]


def test_a_line_is_the_same_without_the_points_between_two_of_the_same_value(samples) -> None:
    observed = [(samples.at(n), value) for n, value in enumerate([1, 1, 1, 2, 2, 2, 2, 3])]
    assert turns(observed) == [observed[n] for n in (0, 2, 3, 6, 7)]
    assert turns(observed[:1]) == observed[:1]
