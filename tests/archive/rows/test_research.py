"""The queries of docs/research.md give the right numbers on both databases, where a plain join gives others."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from archive.records import Counter, Footnote, Mention
from archive.rows import writing
from archive.rows.engine import Database
from archive.rows.placements import write_placements
from archive.rows.sql import run_read_only

PAGE = (Path(__file__).parents[3] / "docs" / "research.md").read_text(encoding="utf-8")
SECTIONS = {part.partition("\n")[0]: part for part in PAGE.split("\n## ")[1:]}
QUERIES = {name: query[1] for name, part in SECTIONS.items() if (query := re.search(r"```sql\n(.*?)```", part, re.S))}
DAY = 1440  # minutes: a sample's capture `n` is made `n` minutes after 2025-09-08 04:00
Ask = Callable[[str], list[tuple[Any, ...]]]


def in_dialect(query: str, dialect: str) -> str:
    """The query as the page says to write it for PostgreSQL, which has no julianday()."""
    if dialect == "sqlite":
        return query
    return re.sub(r"julianday\(([\w.]+)\) - julianday\(([\w.]+)\)", r"(EXTRACT(EPOCH FROM \1 - \2) / 86400)", query)


@pytest.fixture
def ask(filled: Database) -> Ask:
    """Rows of a query of the page, by its heading: times as text to the minute, other numbers than whole ones exact."""

    def asked(name: str) -> list[tuple[Any, ...]]:
        with run_read_only(filled, in_dialect(QUERIES[name], filled.dialect)) as (_, rows):
            return [tuple(map(_cell, row)) for row in rows]

    return asked


def _cell(value: Any) -> Any:
    if hasattr(value, "isoformat") or (isinstance(value, str) and re.match(r"\d{4}-\d\d-\d\dT", value)):
        return str(value).replace("T", " ")[:16]
    return value if value is None or isinstance(value, str) else round(float(value), 3)


def known(database: Database, samples, *articles: Any) -> None:
    """Articles of captures that are not there yet are written with them."""
    captures = [samples.capture(int(each.capture_id[8:]), url=each.url) for each in articles]
    with database.writer() as conn:
        writing.write_captures(conn, captures, {each.id: "read" for each in captures})
        writing.write_articles(conn, articles)


def test_every_query_of_the_page_is_tried_here() -> None:
    asked = set(re.findall(r'ask\("(.+?)"\)', Path(__file__).read_text(encoding="utf-8")))
    assert asked == set(QUERIES)


def test_the_page_at_a_moment_is_not_that_of_a_later_edit(filled: Database, samples, ask: Ask) -> None:
    known(filled, samples, *(samples.article(n, title=title) for n, title in ((1, "Old"), (5, "New"), (9, "Old"))))
    known(filled, samples, samples.article(7, "2"))  # first seen after the moment
    assert ask("What the pages said at a moment") == [("vpk:en:1", "New", "2025-09-08 04:05")]


def test_every_absence_is_there_and_an_address_of_before_is_none(filled: Database, samples, ask: Ask) -> None:
    here, moved = "https://vpk.name/en/1_a.html", "https://vpk.name/en/1_b.html"
    seen = {61: here, 65: here, 69: moved, 74: moved}
    gone = {62: here, 63: here, 70: here, 71: moved, 76: moved}  # at 70 nobody expects it at the old address any more
    captures = [samples.capture(n, url=url, status=404) for n, url in gone.items()]
    known(filled, samples, *(samples.article(n, url=url) for n, url in seen.items()))
    with filled.writer() as conn:
        writing.write_captures(conn, captures, {each.id: "missing" for each in captures})
    assert ask("Pages that were away") == [
        ("vpk:en:1", "2025-09-08 05:01", "2025-09-08 05:02", "2025-09-08 05:03", 2, "2025-09-08 05:05"),
        ("vpk:en:1", "2025-09-08 05:09", "2025-09-08 05:11", "2025-09-08 05:11", 1, "2025-09-08 05:14"),
        ("vpk:en:1", "2025-09-08 05:14", "2025-09-08 05:16", "2025-09-08 05:16", 1, None),
    ]


def test_a_stay_in_the_discussion_is_counted_by_runs_not_by_pages(filled: Database, samples, ask: Ask) -> None:
    """Four runs of two pages each; article 1 stands there in the first two and the last, article 2 in the third."""
    standing = {100: "1", 200: "1", 300: "2", 400: "1"}
    with filled.writer() as conn:
        for first, native_id in standing.items():
            run = f"run-{first}"
            writing.write_run(
                conn, id=run, site="vpk", command="crawl", started_at=samples.at(first), software="svodka", options={}
            )
            pages = [first, first + 1]
            writing.write_captures(conn, [samples.capture(n, run_id=run, page_kind="listing") for n in pages])
            write_placements(conn, [samples.placement(n, 3 - first // 200, native_id) for n in pages])
    assert ask("How long an article stayed in the discussion") == [
        ("vpk:en:1", 2, 2, None, "2025-09-08 05:40", "2025-09-08 07:20", "2025-09-08 09:00"),
        ("vpk:en:2", 2, 1, "2025-09-08 07:20", "2025-09-08 09:00", "2025-09-08 09:00", "2025-09-08 10:40"),
        ("vpk:en:1", 1, 1, "2025-09-08 09:00", "2025-09-08 10:40", "2025-09-08 10:40", None),
    ]


def test_comments_gained_bridge_what_a_page_did_not_print(filled: Database, samples, ask: Ask) -> None:
    seen = {1: 10, 60: 12, DAY: None, DAY + 60: 20, DAY + 90: 21}
    said = {n: Counter("comments", value, None if value is None else str(value)) for n, value in seen.items()}
    known(filled, samples, *(samples.article(n, counters=(each,)) for n, each in said.items()))
    with filled.writer() as conn:
        write_placements(conn, [samples.placement(5, comments=1000)])  # a list's number is another series
    assert ask("Comments gained, by day") == [("2025-09-08", 2, 0, 1), ("2025-09-09", 9, 8, 1)]


def test_a_304_moves_no_comment_into_a_shorter_span(filled: Database, samples, ask: Ask) -> None:
    """10 on the first evening, a 304 on the second morning, 110 that evening: nobody knows when the 100 came."""
    with filled.writer() as conn:
        again = samples.capture(DAY, status=304, record_type="revisit", refers_to="capture-0240")
        writing.write_captures(conn, [samples.capture(240), again, samples.capture(DAY + 720)])
        seen = {240: 10, DAY: 10, DAY + 720: 110}
        said = [samples.article(n, counters=(Counter("comments", value, str(value)),)) for n, value in seen.items()]
        writing.write_articles(conn, said)
    assert ask("Comments gained, by day") == [("2025-09-09", 100, 100, 1)]


def test_views_a_day_after_lie_between_two_observations(filled: Database, samples, ask: Ask) -> None:
    common = {"published_at": samples.at(0), "published_precision": "minute"}
    known(filled, samples, *(
        samples.article(n, counters=(samples.views(value, **more),), **common)
        for n, value, more in (
            (60, 500, {}), (DAY - 60, 900, {}), (DAY + 30, 1200, {"precision": 100}), (2 * DAY, 1300, {}),
        )
    ))  # fmt: skip
    known(filled, samples, samples.article(DAY + 40, "2", counters=(samples.views(7),), **common))  # never seen before
    known(filled, samples, samples.article(61, "3", counters=(samples.views(7),), **common))  # never seen after
    assert ask("Views a day after publication") == [("vpk:en:1", 900, 1299)]


def test_an_article_with_two_footnotes_counts_once(filled: Database, samples, ask: Ask) -> None:
    agents = tuple(Footnote(mark, "Performs the functions of a foreign agent", ()) for mark in ("*", "**"))
    other = (Footnote("*", "The organisation has been declared undesirable", ()),)
    russian = (Footnote("", "Иностранный агент", ()),)
    known(
        filled, samples, samples.article(1, footnotes=agents), samples.article(2, "2", footnotes=other),
        samples.article(3, "3"), samples.article(4, "4", language="ru", footnotes=russian),
        samples.article(5, "5", footnotes=agents), samples.article(6, "5"),  # it has none any more
    )  # fmt: skip
    assert ask("Articles with a footnote on foreign agents") == [("en", 4, 1), ("ru", 1, 1)]


def test_times_of_both_languages_are_compared_where_both_are_minutes(filled: Database, samples, ask: Ask) -> None:
    minute, day = ({"published_at": samples.at(n), "published_precision": of} for n, of in ((0, "minute"), (0, "day")))
    later = {"published_at": samples.at(90), "published_precision": "minute"}
    known(
        filled, samples, samples.article(1, language="ru", **minute), samples.article(2, **later),
        samples.article(3, "2", language="ru", **minute), samples.article(4, "2", **day),
        samples.article(5, "3", **minute),
    )  # fmt: skip
    assert ask("The two languages of a story") == [("1", "2025-09-08 04:00", "2025-09-08 05:30", 1.5)]


def test_a_name_that_stands_twice_is_together_with_another_once(filled: Database, samples, ask: Ask) -> None:
    names = tuple(Mention(name, kind) for name, kind in (("B", "company"), ("A", "person"), ("B", "product")))
    known(filled, samples, samples.article(1, mentions=names), samples.article(2, "2", mentions=names[:2]))
    known(filled, samples, samples.article(3, "2", language="ru", mentions=names))
    assert ask("Who is mentioned together") == [("A", "B", 2)]


def test_an_original_is_older_by_more_than_a_day(filled: Database, samples, ask: Ask) -> None:
    def article(n: int, hours: float, printed: str) -> Any:
        return samples.article(
            n, str(n), published_at=samples.at(0), published_precision="minute", raw={"original_published_at": printed},
            original_published_at=samples.at(int(-60 * hours)),
        )  # fmt: skip

    known(filled, samples, article(1, 24, "07.09.2025 07:00"), article(2, 31, "07.09.2025"), samples.article(3, "3"))
    assert ask("Originals that are older by more than a day") == [("vpk:en:2", "07.09.2025", "minute", 31)]


def looks(database: Database, samples, pages: dict[int, tuple[str, str]], command: str = "crawl", **row: Any) -> None:
    """A page with a list at each of these minutes: its run, and its kind."""
    with database.writer() as conn:
        for run in {run for run, _ in pages.values()}:
            writing.write_run(
                conn, id=run, site="vpk", command=command, started_at=samples.start, software="svodka", options={}
            )
        writing.write_captures(conn, [samples.capture(n, run_id=of, page_kind=kind) for n, (of, kind) in pages.items()])
        write_placements(conn, [samples.placement(n, **row) for n in pages])


def test_of_what_a_listing_named_each_article_counts_once(filled: Database, samples, ask: Ask) -> None:
    """Both pages of the listing name article 1, whose page was read; 2 was pushed onto the second; 3 is a day older.

    The dated list beside an article names 4: nobody says that a listing did.
    """
    rows = [(21, 1, "1", 0), (21, 2, "2", -1), (22, 1, "1", 0), (22, 2, "2", -1), (22, 3, "3", -DAY), (8, 1, "4", 0)]
    with filled.writer() as conn:
        writing.write_captures(conn, [samples.capture(n, page_kind="listing") for n in (21, 22)])
        write_placements(conn, [
            samples.placement(n, rank, native_id, block="news", posted_at=samples.at(at), posted_raw="printed")
            for n, rank, native_id, at in rows
        ])  # fmt: skip
    known(filled, samples, samples.article(30), samples.article(31))
    assert ask("How much of a day's listing was read") == [("vpk", "2025-09-07", 1, 0), ("vpk", "2025-09-08", 2, 1)]


def test_half_a_day_without_a_listing_is_named(filled: Database, samples, ask: Ask) -> None:
    """The list beside an article is no look at the listing, nor is a later page of it in the same run."""
    pages = {100: ("run-a", "listing"), 400: ("run-a", "article"), 500: ("run-a", "listing"),
             800: ("run-b", "listing"), 1519: ("run-c", "listing"), 2240: ("run-d", "listing")}  # fmt: skip
    looks(filled, samples, {n: pages[n] for n in (400, 500, 100, 1519, 2240)}, block="news")
    assert ask("When nobody looked") == [
        ("vpk", "2025-09-08 05:40", "2025-09-09 05:19", 23.65), ("vpk", "2025-09-09 05:19", "2025-09-09 17:20", 12.017),
    ]  # fmt: skip
    looks(filled, samples, {800: pages[800]}, block="news")
    assert ask("When nobody looked") == [("vpk", "2025-09-09 05:19", "2025-09-09 17:20", 12.017)]


def test_files_of_others_are_looked_at_by_the_hour(filled: Database, samples, ask: Ask) -> None:
    """One run brought the pages of three hours: the article stood in the discussion in the first two."""
    hours = {60: "1", 61: "2", 120: "1", 180: "2", 181: "1", 1200: "1"}
    pages = dict.fromkeys(hours, ("imported-1", "listing"))
    looks(filled, samples, pages, command="import", block="news")
    with filled.writer() as conn:
        write_placements(conn, [
            samples.placement(n, 1, native_id, block=block)
            for n, native_id in hours.items() for block in ("discussion", "news")
        ])  # fmt: skip
    assert ask("How long an article stayed in the discussion") == [
        ("vpk:en:1", 1, 2, None, "2025-09-08 05:00", "2025-09-08 06:00", "2025-09-08 07:00"),
        ("vpk:en:2", 1, 1, "2025-09-08 06:00", "2025-09-08 07:00", "2025-09-08 07:00", "2025-09-09 00:00"),
        ("vpk:en:1", 1, 1, "2025-09-08 07:00", "2025-09-09 00:00", "2025-09-09 00:00", None),
    ]
    assert ask("When nobody looked") == [("vpk", "2025-09-08 07:00", "2025-09-09 00:00", 17)]
