"""The example queries of docs/query.md and docs/codebook.md run on both databases and give the right numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from archive.records import Author, Link, Mention, ReadState, WrittenCapture
from archive.reports.gaps import gaps
from archive.rows import writing
from archive.rows.engine import Database
from archive.rows.listed import time_in_a_list
from archive.rows.placements import write_placements
from archive.rows.sql import run_read_only

PAGE = Path(__file__).parents[3] / "docs" / "query.md"
QUERIES = dict(
    re.findall(r"^## (.+?)\n.*?```sql\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
)


@pytest.fixture
def archive(filled: Database, samples) -> Database:
    """Article 1 three times with a headline edited and edited back, article 2 and 3 once, on lists and off them."""
    sauer, country = (Author("Peter Sauer", "Pjotr Sauer"),), (Mention("США", "country"), Mention("Су-57", "product"))
    first = {"authors": sauer, "mentions": country, "published_at": samples.at(0)}
    articles = [
        samples.article(1, title="Old", counters=(samples.views(100),), **first),
        samples.article(5, title="New", counters=(samples.views(150),), **first),
        samples.article(9, title="Old", counters=(samples.views(None, absent_reason="empty"),), **first),
        samples.article(2, "2", published_at=samples.at(0), authors=sauer, mentions=country[:1]),
        samples.article(3, "3", outlet="Le Monde", outlet_country="FR", published_at=samples.at(3000),
                        links=(Link("https://a/"), Link("https://shop/", "x", "sponsored", "rel"))),
    ]  # fmt: skip
    with filled.writer() as conn:
        writing.write_site(conn, name="imported", title="Imported files", base_url="", time_zone="UTC")
        writing.write_captures(conn, list(looks(samples)), LOOKS)
        writing.write_articles(conn, articles)
        write_placements(conn, [samples.placement(4, 3), samples.placement(6, 1), samples.placement(6, 2, "2")])
    return filled


FETCHED: list[tuple[int | None, str, ReadState]] = [
    (200, "listing", "read"), (304, "listing", "read"), (410, "article", "missing"), (503, "listing", "not_content"),
    (200, "listing", "not_content"), (200, "listing", "failed"), (301, "article", "not_content"),
    (404, "listing", "not_content"), (404, "article", "not_content"),
]  # fmt: skip
LOOKS: dict[str, ReadState] = {f"capture-{n}": state for n, (_, _, state) in enumerate(FETCHED, 3000)}


def looks(samples) -> Iterator[WrittenCapture]:
    """A day of few pages: one came, of one a 304; one is gone, as is a list; a redirect; one that is unreadable.

    Three failed: a 503, a block page, another that says 404. One was fetched by others.
    """
    for n, (status, kind, _) in enumerate(FETCHED, 3000):
        yield samples.capture(n, status=status, page_kind=kind)
    yield samples.capture(3020, site="imported", page_kind="listing")


def _cell(value: Any) -> Any:
    """Times as text to the minute: the two databases give them in types of their own."""
    if hasattr(value, "isoformat") or (isinstance(value, str) and re.match(r"\d{4}-\d\d-\d\dT", value)):
        return str(value).replace("T", " ")[:16]
    return value


EXPECTED: dict[str, list[tuple[Any, ...]]] = {
    "Articles a day, by outlet": [("2025-09-08", "The Guardian", 2), ("2025-09-10", "Le Monde", 1)],
    "Outlets, by country": [
        ("GB", "The Guardian", 2, 2, "2025-09-08 04:01"), ("FR", "Le Monde", 1, 1, "2025-09-08 04:03"),
    ],
    "How the views of an article grew": [
        ("2025-09-08 04:01", 100, None, None, "capture-0001"), ("2025-09-08 04:05", 150, 50, None, "capture-0005"),
        ("2025-09-08 04:09", None, None, None, "capture-0009"),
    ],
    "The discussion chart over time": [
        ("2025-09-08 04:04", 3, 40, None, "50 days", "capture-0004"),
        ("2025-09-08 04:06", 1, 60, None, "50 days", "capture-0006"),
    ],
    "Edited headlines": [
        ("vpk:en:1", "Old", "New", "2025-09-08 04:01", "2025-09-08 04:05", "capture-0005"),
        ("vpk:en:1", "New", "Old", "2025-09-08 04:05", "2025-09-08 04:09", "capture-0009"),
    ],
    "Who and what is mentioned most": [("США", "country", 2), ("Су-57", "product", 1)],
    "Links that are marked as paid for": [("vpk:en:3", "50 days", "https://shop/", "rel")],
    "All captures of a URL, and where their bytes stand": [
        ("2025-09-08 04:01", 200, "response", "collections/vpk/archive/vpk-1.warc.gz", 1000, 900, "sha256:cc"),
    ],
    "Gaps by day": [("vpk", "2025-09-10", 9, 3)],
    "Bylines": [("Peter Sauer", 2, 1, "2025-09-08 04:00")],
}  # fmt: skip


def test_a_list_says_when_an_article_was_published_where_its_page_does_not(archive: Database, samples) -> None:
    listed = [
        samples.placement(4, 1, "9", block="feed", posted_at=samples.at(2), posted_raw="Mon, 08 Sep 2025 04:02:00 GMT"),
        samples.placement(5, 1, "9", block="news", posted_at=samples.at(1), posted_raw="08.09.2025"),
        samples.placement(3, 1, "9", block="discussion", posted_at=samples.at(7), posted_raw="08.09 07:07"),
        samples.placement(7, 1, "8", block="feed", posted_at=samples.at(3), posted_raw="Mon, 08 Sep 2025 04:03:00 GMT"),
    ]
    with archive.writer() as conn:
        writing.write_articles(conn, [samples.article(6, "9"), samples.article(7, "8"), samples.article(8, "7")])
        write_placements(conn, listed)
    asked = (
        "SELECT native_id, published_at, published_day, published_precision, published_source FROM article_latest "
        "WHERE native_id IN ('1', '7', '8', '9') ORDER BY native_id"
    )
    with run_read_only(archive, asked) as (_, rows):
        found = [tuple(map(_cell, row)) for row in rows]
    assert found == [
        ("1", "2025-09-08 04:00", "2025-09-08", None, None),  # the page's own word counts
        ("7", None, None, None, None),
        ("8", "2025-09-08 04:03", "2025-09-08", "minute", "feed"),
        ("9", "2025-09-08 04:01", "2025-09-08", "day", "listing"),
    ]


@pytest.mark.parametrize(
    ("listed", "taken"),
    [
        (("22.09 00:40", "Sun, 21 Sep 2025 21:40:00 +0000"), ("feed", "minute")),
        (("00:40", "Sun, 21 Sep 2025 21:40:00 +0000"), ("feed", "minute")),
        (("22.09.2025 00:40", "Sun, 21 Sep 2025 21:40:00 +0000"), ("listing", "minute")),
        (("30 минут назад", "Sun, 21 Sep 2025 21:40:00 +0000"), ("listing", "minute")),
        (("Вчера", "Sun, 21 Sep 2025 21:40:00 +0000"), ("listing", "day")),
        (("22.09 00:40", "21 Sep, 21:40"), ("listing", "minute")),
        (("2 часа назад", None), ("listing", "hour")),
    ],
)
def test_a_row_whose_year_is_inferred_speaks_last(
    archive: Database, samples, listed: tuple[str, str | None], taken: tuple[str, str]
) -> None:
    inferred, printed = samples.at(0) + timedelta(days=365), samples.at(1)
    rows = [(5, "news", listed[0], inferred), (4, "feed", listed[1], printed)]
    with archive.writer() as conn:
        writing.write_articles(conn, [samples.article(6, "9")])
        write_placements(conn, [
            samples.placement(n, 1, "9", block=block, posted_at=at, posted_raw=raw) for n, block, raw, at in rows if raw
        ])  # fmt: skip
        row = time_in_a_list(conn, "vpk:en:9")
    asked = "SELECT published_source, published_precision, published_at FROM article_latest WHERE native_id = '9'"
    with run_read_only(archive, asked) as (_, found):
        ((source, precision, at),) = found
    assert (source, precision) == taken
    assert _cell(at) == f"{inferred if source == 'listing' else printed:%Y-%m-%d %H:%M}"
    assert row is not None
    assert row.block == {"listing": "news", "feed": "feed"}[source]


def test_every_query_of_the_page_is_checked() -> None:
    assert sorted(QUERIES) == sorted(EXPECTED)


def test_the_queries_give_the_right_numbers(archive: Database) -> None:
    for name, expected in EXPECTED.items():
        with run_read_only(archive, QUERIES[name]) as (_, rows):
            assert [tuple(map(_cell, row)) for row in rows] == expected, name


def test_the_query_of_the_codebook_leaves_out_what_only_a_304_says(archive: Database, samples) -> None:
    (query,) = re.findall(r"```sql\n(.*?)```", (PAGE.parent / "codebook.md").read_text(encoding="utf-8"), re.DOTALL)
    with archive.writer() as conn:
        again = {"record_type": "revisit", "refers_to": "capture-0005"}
        writing.write_captures(conn, [samples.capture(4000, status=304, **again), samples.capture(4001, **again)])
        writing.write_articles(conn, [samples.article(n, counters=(samples.views(150),)) for n in (4000, 4001)])
    with run_read_only(archive, query) as (_, rows):
        found = [tuple(map(_cell, row)) for row in rows]
    assert found == [
        ("2025-09-08 04:01", 100, "100"), ("2025-09-08 04:05", 150, "150"), ("2025-09-08 04:09", None, None),
        ("2025-09-10 22:41", 150, "150"),
    ]  # fmt: skip


def test_the_gaps_of_the_page_and_of_the_command_fail_alike(archive: Database, samples) -> None:
    """Beside each page of that day stands another that failed, so that the command names the day."""
    with archive.writer() as conn:
        writing.write_captures(conn, [samples.capture(3100 + n, status=503) for n in range(9)])
    with archive.reader() as conn:
        found = [(each.pages, each.failed) for each in gaps(conn, samples.at(3 * 24 * 60), "vpk")]
    assert found[-1] == (18, 3 + 9)


def test_the_articles_to_be_watched_are_those_of_one_site_the_undated_ones_last(archive: Database, samples) -> None:
    (query,) = re.findall(r'svodka sql "(.*?)"', (PAGE.parent / "cron.md").read_text(encoding="utf-8"))
    with archive.writer() as conn:
        writing.write_site(conn, name="other", title="Other", base_url="https://other/", time_zone="UTC")
        writing.write_articles(conn, [samples.article(6, "9"), samples.article(7, "8", site="other")])
    with run_read_only(archive, query) as (_, rows):
        found = [row[0].split("/")[-1] for row in rows]
    assert found[0] == "3_a.html"
    assert sorted(found[1:3]) == ["1_a.html", "2_a.html"]
    assert found[3:] == ["9_a.html"]
