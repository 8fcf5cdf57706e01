"""Every form of a Russian word is found, the index follows the rows, and no query text breaks it."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from archive.errors import UsageError
from archive.records import Author
from archive.rows import writing
from archive.rows.engine import Database
from archive.search import Hit, index_articles, search


def write(database: Database, *records) -> int:
    with database.writer() as conn:
        _, changed = writing.write_articles(conn, records)
        return index_articles(conn, changed)


def find(database: Database, query: str, limit: int = 20) -> list[str]:
    with database.reader() as conn:
        return [hit.article_id.rpartition(":")[2] for hit in search(conn, query, limit)]


@pytest.fixture
def library(filled: Database, samples) -> Database:
    texts = {
        "1": "Боец вернулся из самолёта.",
        "2": "Трёх бойцов наградили за самолет Су-57.",
        "3": "The soldiers returned from the front with many wounds.",
        "4": "Ничего общего.",
        "5": "Дроны-камикадзе воздушно-космических сил и военно‑морского флота у ракет-носителей и Бук-М.",
    }
    articles = [
        samples.article(int(key), key, title=f"Title {key}", body=(body,), outlet=None) for key, body in texts.items()
    ]
    write(filled, *articles)
    return filled


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("боец", "12"), ("бойцами", "12"), ("БОЙЦУ", "12"), ("самолет", "12"), ("самолёты", "12"),
        ("самолет бойца", "12"), ("soldier", "3"), ("returning", "3"), ("су-57", "2"), ("Су 57", "2"),
        ('"самолет су-57"', "2"), ('"су-57 самолет"', ""), ("боец -наградить", "1"), ("боец soldier", ""),
        ("трех", "2"), ("нигде", ""), ("«боец»,", "12"), ("the -soldier", ""),
        ("за", "2"), ("ничего", "4"), ("the", "3"), ('"with many"', "3"), ('"of many"', ""), ('"три самолета"', ""),
        ('"за самолет"', "2"), ("soldiers -the", ""), ("бойцов -из", "2"),
        ('"бойцов"', "2"), ('"бойцам"', ""), ('"из самолет"', ""), ('"из самолёта"', "1"), ('"soldier returned"', "3"),
        ("воздушно-космические", "5"), ("воздушно-космические силы", "5"), ("военно-морской", "5"),
        ("военно\u2011морской", "5"), ("дрон-камикадзе", "5"), ("дронами-камикадзе", "5"), ("ракета-носитель", "5"),
        ('"воздушно-космические"', ""), ("бук-м", "5"), ("камикадзе-дрон", ""), ("самолёт -военно-морской", "12"),
    ],
)  # fmt: skip
def test_words_are_found_in_every_form(library: Database, query: str, found: str) -> None:
    assert "".join(sorted(find(library, query))) == found


def test_a_hit_says_what_a_list_needs(library: Database, samples) -> None:
    with library.reader() as conn:
        (hit,) = search(conn, "soldiers")
    assert hit == Hit(
        "vpk:en:3", "Title 3", "en", "https://vpk.name/en/3_a.html", hit.snippet, samples.at(3), hit.score
    )
    assert "[soldiers]" in hit.snippet
    assert hit.score > 0


def test_the_title_weighs_most(filled: Database, samples) -> None:
    body = ("Одна новость про ракеты, и про танки, и про корабли.",)
    write(
        filled, samples.article(1, "1", title="Новость", body=body), samples.article(2, "2", title="Ракета"),
        samples.article(3, "3", title="Новость", authors=(Author("Иван Сидоренко"),)),
    )  # fmt: skip
    assert find(filled, "ракета") == ["2", "1"]
    assert len(find(filled, "guardian", limit=2)) == 2
    assert find(filled, "Сидоренко") == ["3"]


EQUALS = ("vpk2:en:1", "vpk:en:1", "vpk:en:10", "vpk:en:9", "vpk:ru:1")  # in the order of their bytes


class _UndoneError(Exception):
    """What was done for a test only is rolled back."""


def test_equally_good_hits_are_in_order_of_ids_by_their_bytes(filled: Database, samples) -> None:
    """Whatever the language of the server, which would put `vpk:` before `vpk2:`."""
    with contextlib.suppress(_UndoneError), filled.writer() as conn:
        writing.write_site(conn, name="vpk2", title="Other", base_url="https://other/", time_zone="UTC")
        for n, key in enumerate(reversed(EQUALS)):
            site, language, number = key.split(":")
            record = samples.article(n, number, site=site, language=language)
            index_articles(conn, writing.write_articles(conn, [record])[1])
        if filled.dialect == "postgresql":
            conn.exec_driver_sql('ALTER TABLE search_document ALTER COLUMN article_id TYPE text COLLATE "en-x-icu"')
        hits = search(conn, "guardian", 3), search(conn, "guardian")
        raise _UndoneError
    assert len({hit.score for hit in hits[1]}) == 1
    assert [hit.article_id for hit in hits[1]] == [*EQUALS]
    assert hits[0] == hits[1][:3]


def test_only_the_latest_wording_is_found(filled: Database, samples) -> None:
    old, new = samples.article(1, body=("drone",)), samples.article(2, body=("missile",))
    assert write(filled, new) == 1
    assert write(filled, old) == 0
    assert (find(filled, "drone"), find(filled, "missile")) == ([], ["1"])
    assert write(filled, samples.article(3, body=("drone",))) == 1
    assert (find(filled, "drone"), find(filled, "missile")) == (["1"], [])
    assert write(filled, samples.article(4, body=("drone",))) == 0  # nothing changed


def test_the_index_of_sqlite_agrees_with_its_table(library: Database, samples) -> None:
    write(library, samples.article(9, "1", body=("Совсем другое.",)), samples.article(2, "7"))
    if library.dialect == "sqlite":
        with library.writer() as conn:  # raises where they differ: SQLite, "FTS5", 6.4
            conn.execute(text("INSERT INTO search_fts(search_fts, rank) VALUES ('integrity-check', 1)"))
    assert find(library, "боец") == []


@pytest.mark.parametrize("query", ["", "   ", '""', "-боец", "!!! ***", "_", "\0", "\ud800", "x" * 1001, "a " * 40])
def test_a_query_without_words_is_told_so(library: Database, query: str) -> None:
    with pytest.raises(UsageError):
        find(library, query)


@pytest.mark.parametrize(
    "query",
    ['"', 'боец"', "боец AND", "NEAR(боец)", "title:боец", "^боец", "боец*", "a'b", "(боец", "{x} :y", "%", "боец:*",
     "' OR 1=1 --", "a\\", ":term0", "боец \0 x", "боец \ud83d"],
)  # fmt: skip
def test_no_syntax_has_a_meaning(library: Database, query: str) -> None:
    try:
        find(library, query)
    except UsageError:
        assert not any(map(str.isalnum, query))


@given(query=st.text(alphabet=st.characters() | st.sampled_from("\"'-()*^:{}+&|!<>\\%\0 ёбоец"), max_size=30))
@example(query='"-"')
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_is_a_query_or_a_usage_error(library: Database, query: str) -> None:
    try:
        find(library, query)
    except UsageError as error:
        assert "\n" not in str(error)
