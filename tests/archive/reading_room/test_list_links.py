"""Links lead through a list that has more than a page, and keep what was chosen. All made up."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from selectolax.lexbor import LexborHTMLParser

from archive.home import Home
from archive.reading_room.server import ReadingRoom
from archive.rows import presence, writing
from archive.rows.engine import open_database
from archive.rows.migrations import upgrade
from archive.search import index_articles
from tests.archive.reading_room.opened import opened

ARTICLES = 130


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory, samples: Any) -> Iterator[httpx.Client]:
    """A client of a reading room over a hundred and thirty articles, all but ten of one language."""
    home = Home(Path(tmp_path_factory.mktemp("links")) / "data").create()
    database = open_database(home.database_url)
    upgrade(database)
    samples.begin(database, captures=ARTICLES)
    with database.writer() as conn:
        records = [samples.article(n, str(n), language="ru" if n < 10 else "en") for n in range(ARTICLES)]
        _, changed = writing.write_articles(conn, records)
        index_articles(conn, changed)
        presence.settle(conn, changed)
    database.close()
    with opened(ReadingRoom(home)) as room, httpx.Client(base_url=room.url) as client:
        yield client


def walked(pages: httpx.Client, query: str) -> list[list[str]]:
    """The ids on each page, from one to the next."""
    found = []
    while True:
        page = LexborHTMLParser(pages.get(f"/articles{query}").text)
        found.append([link.attributes["href"] or "" for link in page.css(".articles .title a")])
        links = {link.text().strip(" ←→"): link.attributes["href"] or "" for link in page.css(".pages a")}
        assert ("Newest" in links) == (len(found) > 1)
        if "Older" not in links:
            return found
        query = links["Older"]


@pytest.mark.parametrize("query", ["?language=en", "?language=en&order=published"])
def test_every_article_that_was_asked_for_stands_on_one_page(pages: httpx.Client, query: str) -> None:
    found = walked(pages, query)
    assert [len(each) for each in found] == [50, 50, 20]
    assert len({link for each in found for link in each}) == 120
    assert all("%3Aen%3A" in link for each in found for link in each)


def test_the_first_page_is_one_link_away(pages: httpx.Client) -> None:
    first = LexborHTMLParser(pages.get("/articles?language=en").text)
    second = LexborHTMLParser(pages.get("/articles" + (first.css(".pages a")[0].attributes["href"] or "")).text)
    assert second.css(".pages a")[0].attributes["href"] == "?language=en"


def test_a_search_says_how_many_of_how_many_it_shows(pages: httpx.Client) -> None:
    lead = LexborHTMLParser(pages.get("/articles?q=days&order=read").text).css_first(".lead").text()
    assert lead == "The first 100 of 130."
    best = LexborHTMLParser(pages.get("/articles?q=days").text).css_first(".lead").text()
    assert best == "Found: 100. Only the best 100 were looked through."
