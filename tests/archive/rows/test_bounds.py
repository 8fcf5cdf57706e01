"""What is too long for an index of PostgreSQL stops no run, and leaves the same rows on both databases."""

import random
import string

from sqlalchemy import select

from archive.frontier import Frontier
from archive.projection import replace_readings
from archive.records import Author, Discovery, Mention, UnitOfWork
from archive.rows import schema, writing
from archive.rows.engine import Database
from archive.rows.said import said_by_rows, said_by_unit

LONG = "".join(random.Random(1).choices(string.ascii_letters + string.digits, k=4000))  # cannot be compressed
CYRILLIC = "".join(random.Random(1).choices("абвгдежзиклмнопрстуфхцчшщэюя", k=2000))


def scalars(database: Database, column) -> list:
    with database.reader() as conn:
        return list(conn.scalars(select(column).order_by(column)))


def written(database: Database, capture_id: str, **read) -> None:
    """What a page brought is in the rows, and reads as it was said."""
    unit = UnitOfWork(**read, read_states={capture_id: "read"})
    with database.writer() as conn:
        replace_readings(conn, [unit], unit.read_states)
    with database.reader() as conn:
        assert said_by_rows(conn, [capture_id])[capture_id] == said_by_unit(unit, capture_id)


def test_names_that_are_too_long_to_be_any_are_left_out(filled: Database, samples) -> None:
    names = {"authors": (Author(LONG), Author("Peter")), "mentions": (Mention(CYRILLIC), Mention("Су-57"))}
    written(filled, "capture-0001", articles=[samples.article(1, outlet=LONG, title=LONG, **names)])
    assert scalars(filled, schema.author.c.name) == ["Peter"]
    assert scalars(filled, schema.mention.c.name) == ["Су-57"]
    assert scalars(filled, schema.content.c.outlet) == [None]
    assert scalars(filled, schema.outlet.c.name) == []


def test_an_article_whose_url_is_too_long_to_be_found_by_is_kept(filled: Database, samples) -> None:
    written(filled, "capture-0001", articles=[samples.article(1, url=f"https://vpk.name/{LONG}")])
    assert scalars(filled, schema.reading.c.url) == [f"https://vpk.name/{LONG}"]
    assert scalars(filled, schema.article_url.c.url) == []


def test_what_is_too_long_to_name_an_article_names_none(filled: Database, samples) -> None:
    rows = [samples.placement(1, 1, LONG), samples.placement(1, 2, "2")]
    written(filled, "capture-0001", articles=[samples.article(1, LONG)], placements=rows)
    assert scalars(filled, schema.article.c.native_id) == ["2"]
    assert len(scalars(filled, schema.placement.c.rank)) == 2


def test_a_capture_of_any_url_has_its_row_and_is_found(filled: Database, samples) -> None:
    with filled.writer() as conn:
        writing.write_captures(conn, [samples.capture(30, url=f"https://vpk.name/{LONG}")])
        found = select(schema.capture.c.id).where(schema.capture.c.url.in_([f"https://vpk.name/{LONG}", "x"]))
        assert conn.scalars(found).all() == ["capture-0030"]


def test_a_url_that_no_frontier_takes_is_not_asked_for(filled: Database) -> None:
    urls = ["https://vpk.name/1", f"https://vpk.name/{LONG}", f"https://vpk.name/{CYRILLIC}", "https://x/" + "a" * 2000]
    urls.append(f"https://vpk.name/{CYRILLIC[:500]}")  # short as it is printed, but not as it is asked for
    with filled.writer() as conn:
        assert Frontier("vpk", "run-1").discover(conn, [Discovery(url, "article", "listing") for url in urls]) == 2
        assert set(conn.scalars(select(schema.frontier.c.url))) >= {urls[0], urls[3]}
