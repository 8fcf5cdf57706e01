"""What the pages are told: each article once, as its latest reading shows it, the last read first."""

from __future__ import annotations

import pytest

from archive.reading_room import queries
from archive.rows import writing
from archive.rows.engine import Database


@pytest.fixture
def told(filled: Database, samples) -> Database:
    """Article 1 read at 1 and 5 (A, B), article 2 between them, article 3 in Russian at the same time as article 2."""
    articles = [
        samples.article(1, "1", title="A"), samples.article(3, "2", title="C"), samples.article(5, "1", title="B"),
        samples.article(4, "3", title="D", language="ru", observed_at=samples.at(3)),
    ]  # fmt: skip
    with filled.writer() as conn:
        writing.write_articles(conn, articles)
    return filled


def titles(page: queries.Page) -> list[str]:
    return [row.title for row in page.rows]


def test_an_article_stands_in_the_list_once_as_its_latest_reading_shows_it(told: Database, samples) -> None:
    with told.reader() as conn:
        page = queries.articles(conn, 1)
    assert titles(page) == ["B", "D", "C"]
    assert page.rows[0].observed_at == samples.at(5)


def test_of_two_readings_of_one_moment_the_later_capture_speaks(told: Database, samples) -> None:
    with told.writer() as conn:
        writing.write_articles(conn, [samples.article(6, "1", title="E", observed_at=samples.at(5))])
    with told.reader() as conn:
        assert titles(queries.articles(conn, 1)) == ["E", "D", "C"]


def test_the_list_is_narrowed_to_a_language(told: Database) -> None:
    with told.reader() as conn:
        found = {language: titles(queries.articles(conn, 1, language)) for language in ("ru", "en", "de")}
    assert found == {"ru": ["D"], "en": ["B", "C"], "de": []}


def test_the_list_goes_on_where_the_page_before_ended(told: Database) -> None:
    with told.reader() as conn:
        first, second = (queries.articles(conn, number, at_once=2) for number in (1, 2))
    assert (titles(first), first.more, titles(second), second.more) == (["B", "D"], True, ["C"], False)
