"""What the commands are told of the rows."""

from __future__ import annotations

import tracemalloc

import pytest

from archive.evidence import reading_of
from archive.records import Alternate, Author, Footnote, Image, QuarantineRecord
from archive.rows import reading, writing
from archive.rows.engine import Database
from archive.rows.placements import write_placements
from archive.rows.reading import CounterView


@pytest.fixture
def told(filled: Database, samples) -> Database:
    """Article 1 read three times (A, B, A), article 2 known from a list, capture 9 quarantined."""
    page = {"authors": (Author("Peter Sauer", "Pjotr Sauer"),), "image": Image("https://vpk.name/a.jpg")}
    notes = {"footnotes": (Footnote("*", "f", ("A", "B")),), "alternates": (Alternate("ru", "https://vpk.name/1"),)}
    articles = [
        samples.article(n, title=title, counters=(samples.views(views),), **page, **notes)
        for n, title, views in [(1, "A", 10), (2, "B", None), (3, "A", 30)]
    ]
    with filled.writer() as conn:
        writing.write_articles(conn, articles)
        write_placements(conn, [samples.placement(5, 1, "1"), samples.placement(5, 2, "2", comments=None)])
        writing.write_quarantine(conn, [QuarantineRecord("capture-0009", "empty")])
        writing.set_read_states(conn, {f"capture-{n:04}": "read" for n in (1, 2, 3, 5)})
    return filled


def test_status_counts_what_is_there(told: Database, samples) -> None:
    with told.reader() as conn:
        found = reading.status(conn)
    assert (found.captures, found.unread, found.quarantined, found.runs, found.sites) == (20, 16, 1, 1, ("vpk",))
    assert (found.articles, found.articles_read, found.versions, found.observations) == (2, 1, 3, 4)
    assert (found.first_capture_at, found.last_capture_at) == (samples.at(0), samples.at(19))
    assert (found.warc_files, found.warc_bytes, found.frontier) == (1, 1_000_000, {})
    assert "1 article read in 3 versions" in str(found)


def test_status_of_an_empty_archive(database: Database) -> None:
    with database.reader() as conn:
        found = reading.status(conn)
    assert (found.captures, found.first_capture_at, found.warc_bytes) == (0, None, 0)


def test_runs_are_told_newest_first(told: Database, samples) -> None:
    with told.writer() as conn:
        writing.write_run(
            conn, id="run-2", site="vpk", command="reextract", started_at=samples.at(99), software="s", options={"a": 1}
        )
        writing.finish_run(conn, "run-2", ended_at=samples.at(100), reason="finished", exit_code=0)
    with told.reader() as conn:
        first, second = reading.runs(conn, 5)
    assert (first.id, first.reason, second.id, second.ended_at) == ("run-2", "finished", "run-1", None)


def test_unread_captures_come_in_order_of_time(told: Database) -> None:
    with told.reader() as conn:
        ids = reading.unread_ids(conn, "vpk")
        assert reading.unread_ids(conn, "tass") == []
        waiting = reading.captures_to_read(conn, ids[:3])
    assert [capture.id for capture in waiting] == ids[:3] == ["capture-0000", "capture-0004", "capture-0006"]
    assert (waiting[1].warc_file, waiting[1].offset, waiting[1].page_kind) == ("vpk-1.warc.gz", 4000, "article")


def test_pages_to_read_again_come_one_after_the_other_however_many(database: Database, samples) -> None:
    samples.begin(database)
    peaks = []
    for first, last in ((0, 4000), (4000, 12_000)):
        with database.writer() as conn:
            writing.write_captures(conn, [samples.capture(n) for n in range(first, last)])
        with database.reader() as conn:
            tracemalloc.start()
            assert sum(1 for _ in reading.pages_to_reread(conn, "vpk")) == last
            peaks.append(tracemalloc.get_traced_memory()[1])
            tracemalloc.stop()
    assert peaks[1] <= 1.5 * peaks[0]


def test_captures_are_listed_and_filtered(told: Database) -> None:
    with told.reader() as conn:
        newest = reading.captures(conn, limit=2, offset=1)
        assert reading.captures(conn, page_kind="feed") == []
        (one,) = reading.captures(conn, url="https://vpk.name/en/7_a.html", site="vpk")
    assert [capture.id for capture in newest] == ["capture-0018", "capture-0017"]
    assert one.id == "capture-0007"


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("vpk:en:1", "vpk:en:1"),
        ("https://vpk.name/en/1_a.html", "vpk:en:1"),  # the article's own URL
        ("https://vpk.name/en/3_a.html", "vpk:en:1"),  # that of a capture it was read from
        ("https://vpk.name/en/2_a.html", "vpk:en:1"),
        ("http://www.vpk.name/en/1_a.html?utm_source=mail#top", "vpk:en:1"),  # the same page, as it was pasted
        ("http://vpk.name/en/3_a.html", "vpk:en:1"),
        ("vpk:en:9", None),
        ("https://vpk.name/9", None),
        ("'; --", None),
    ],
)
def test_an_article_is_named_by_id_or_url(told: Database, asked: str, found: str | None) -> None:
    with told.reader() as conn:
        assert reading.resolve_article_id(conn, asked) == found


def test_an_article_is_found_by_its_number_where_there_is_no_doubt_which(told: Database, samples) -> None:
    with told.writer() as conn:
        writing.write_articles(conn, [samples.article(12, language="ru", url="https://vpk.name/news/1_a.html")])
    with told.reader() as conn:
        asked = [("1", "en"), ("1", "ru"), ("1", "uk"), ("1", None), ("2", None), ("9", None)]
        found = [reading.article_with_number(conn, "vpk", *each) for each in asked]
    assert found == ["vpk:en:1", "vpk:ru:1", None, None, "vpk:en:2", None]


def test_evidence_is_found_by_a_url_as_it_was_pasted(told: Database) -> None:
    with told.reader() as conn:
        assert reading_of(conn, "http://www.vpk.name/en/1_a.html?utm_source=mail").article_id == "vpk:en:1"


def test_of_two_articles_at_one_url_the_latest_reading_speaks(told: Database, samples) -> None:
    url = "https://vpk.name/en/1_a.html"
    for n, language in ((10, "ru"), (11, "en"), (12, "ru")):
        with told.writer() as conn:
            writing.write_articles(conn, [samples.article(n, language=language, url=url)])
        with told.reader() as conn:
            assert reading.resolve_article_id(conn, url) == reading_of(conn, url).article_id == f"vpk:{language}:1"


def test_an_article_is_shown_as_its_latest_capture_has_it(told: Database, samples) -> None:
    with told.reader() as conn:
        found = reading.show_article(conn, "https://vpk.name/en/1_a.html")
    assert found is not None
    assert (found.id, found.title, found.capture_id, found.observed_at) == (
        "vpk:en:1", "A", "capture-0003", samples.at(3),
    )  # fmt: skip
    assert (found.authors, found.body) == ((Author("Peter Sauer", "Pjotr Sauer"),), ("One.", "Two."))
    assert (found.image, found.footnotes[0].subjects) == (Image("https://vpk.name/a.jpg"), ("A", "B"))
    assert (found.views, found.comments, found.rating) == (30, 50, None)
    assert [(v.number, v.title, v.capture_id) for v in found.versions] == [
        (1, "A", "capture-0001"), (2, "B", "capture-0002"), (3, "A", "capture-0003"),
    ]  # fmt: skip
    assert [capture.id for capture in found.captures] == ["capture-0003", "capture-0002", "capture-0001"]
    assert found.counters[0] == CounterView(
        "comments", "discussion", 50, samples.at(5), "50", None, "capture-0005", inferred=False
    )
    assert found.urls == ("https://vpk.name/en/1_a.html",)


def test_a_counter_that_the_latest_page_did_not_print_keeps_its_last_value(told: Database, samples) -> None:
    with told.writer() as conn:
        writing.write_articles(conn, [samples.article(4, title="A", counters=(samples.views(None),))])
    with told.reader() as conn:
        found = reading.show_article(conn, "vpk:en:1")
        latest = conn.exec_driver_sql("SELECT views, comments, rating FROM article_latest").one()
    assert found is not None
    assert (found.views, found.comments, found.rating) == tuple(latest) == (30, 50, None)
    assert [each.value for each in found.counters if each.kind == "views"] == [None]


def test_an_article_whose_page_has_no_date_is_shown_with_that_of_a_list(told: Database, samples) -> None:
    listed = {"block": "news", "posted_at": samples.at(-60), "posted_raw": "08.09 06:00"}
    with told.writer() as conn:
        write_placements(conn, [samples.placement(7, **listed)])
    with told.reader() as conn:
        found = reading.show_article(conn, "vpk:en:1")
    assert found is not None
    assert (found.published_at, found.published_day) == (samples.at(-60), "2025-09-08")
    assert (found.published_precision, found.published_source) == ("minute", "listing")


def test_an_article_known_from_a_list_only_says_so(told: Database) -> None:
    with told.reader() as conn:
        found = reading.show_article(conn, "vpk:en:2")
        assert reading.show_article(conn, "vpk:en:3") is None
    assert found is not None
    assert (found.title, found.body, found.versions, found.comments) == (None, (), (), None)
