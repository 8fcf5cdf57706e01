"""What rows say of a capture and what a unit would make them say are the same text where nothing differs."""

from dataclasses import replace
from datetime import timedelta, timezone

import pytest

from archive.monitoring.coverage import READABLE
from archive.projection import replace_readings
from archive.records import Author, Footnote, Image, Link, Mention, QuarantineRecord, UnitOfWork
from archive.rows.changes import EVIDENCE, LISTS, Changes
from archive.rows.said import said_by_rows, said_by_unit

ID = "capture-0001"


@pytest.fixture
def unit(samples):
    """All that one capture can bring, with what databases store in a form of their own."""
    article = samples.article(
        1, published_at=samples.start.astimezone(timezone(timedelta(hours=3))), authors=(Author("Peter"),),
        footnotes=(Footnote("*", "f", ("a", "b")),), image=Image("u"), mentions=(Mention("NUL \0 and \ud800"),),
        links=(Link("u"),), layers={"title": "landmarks:h1"}, raw={"title": "50 \0 days, \\u0000 and \\\0"},
        conflicts=({"field": "title", "layer": "metadata", "value": "Ё"},),
        counters=(samples.views(2**70), samples.views(5), replace(samples.views(None), kind="rating")),
    )  # fmt: skip
    rows = [
        samples.placement(1),
        samples.placement(1, rank=1, title="the last of a rank"),
        samples.placement(1, rank=2),
    ]
    return UnitOfWork(articles=[article], placements=rows, read_states={ID: "read"})


def write(database, unit):
    with database.writer() as conn:
        replace_readings(conn, [unit], unit.read_states)


def said(database):
    with database.reader() as conn:
        return said_by_rows(conn, [ID])[ID]


def test_what_was_written_reads_as_it_was_said(filled, unit):
    assert said(filled) != said_by_unit(unit, ID)
    write(filled, unit)
    assert said(filled) == said_by_unit(unit, ID)
    write(filled, unit)
    assert said(filled) == said_by_unit(unit, ID)


def test_a_page_that_could_not_be_read(filled, unit):
    write(filled, unit)
    unreadable = UnitOfWork(quarantine=[QuarantineRecord(ID, "unreadable", "no heading")], read_states={ID: "failed"})
    write(filled, unreadable)
    assert said(filled) == said_by_unit(unreadable, ID)
    assert set(said(filled)) == {"capture", "quarantine"}
    write(filled, unit)
    assert said(filled) == said_by_unit(unit, ID)


@pytest.mark.parametrize(
    ("change", "field", "counts"),
    [
        ({"subtitle": "new"}, "subtitle", (1, 0, 0)),
        ({"outlet": None, "outlet_country": "GB"}, "outlet", (0, 1, 0)),
        ({"body": ("Another.",)}, "body", (0, 0, 1)),
        ({"authors": ()}, "authors", (0, 1, 0)),
        ({"counters": ()}, "views", (0, 1, 0)),
        ({"layers": {"title": "metadata:og"}}, EVIDENCE, (0, 0, 1)),
    ],
)
def test_what_changes_is_told_field_by_field(filled, samples, change, field, counts):
    article = samples.article(1, authors=(Author("Peter"),), counters=(samples.views(5),))
    before = UnitOfWork(articles=[article], read_states={ID: "read"})
    write(filled, before)
    after = UnitOfWork(articles=[replace(article, **change)], read_states={ID: "read"})
    (found,) = changes(filled, before, after)
    assert (found.field, (found.gained, found.lost, found.changed)) == (field, counts)


def changes(database, before, after):
    counted = Changes()
    with database.reader() as conn:
        counted.add(conn, after, said_by_unit(before, ID), said_by_unit(after, ID))
    return list(counted)


def test_a_page_that_cannot_be_read_any_more_and_other_rows_of_lists(filled, samples):
    before = UnitOfWork(placements=[samples.placement(1)], read_states={ID: "read"})
    write(filled, before)
    after = UnitOfWork(quarantine=[QuarantineRecord(ID, "unreadable")], read_states={ID: "failed"})
    found = {each.field: (each.gained, each.lost, each.changed) for each in changes(filled, before, after)}
    assert found == {READABLE: (0, 1, 0), LISTS: (0, 1, 0)}
