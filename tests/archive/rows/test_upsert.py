"""Rows in batches: dicts and tuples come to the same, and what a batch does not say is NULL."""

import pytest
from sqlalchemy import select

from archive.rows.engine import Database
from archive.rows.schema import outlet, quarantine
from archive.rows.upsert import write_rows, write_tuples


def _rows(database: Database, table) -> list[tuple[object, ...]]:
    with database.reader() as conn:
        return sorted(tuple(row) for row in conn.execute(select(table)))


def test_tuples_are_written_as_rows_are(filled: Database) -> None:
    with filled.writer() as conn:
        write_rows(conn, outlet, [{"name": "ТАСС\0", "country": "RU"}])
        write_tuples(conn, outlet, ("country", "name"), [("UK", "The \ud800Guardian"), ("RU", "ТАСС\0")])
        write_tuples(conn, outlet, ("country", "name"), [])
    assert _rows(filled, outlet) == [("The \ufffdGuardian", "UK"), ("ТАСС\ufffd", "RU")]


def test_a_column_that_no_row_names_is_null(filled: Database, samples) -> None:
    with filled.writer() as conn:
        write_rows(conn, quarantine, [{"capture_id": samples.capture(1).id, "reason": "unreadable"}])
    assert _rows(filled, quarantine) == [(samples.capture(1).id, "unreadable", None)]


def test_what_is_there_already_is_overwritten_where_it_is_asked_for(filled: Database, samples) -> None:
    key = (samples.capture(1).id, "unreadable")
    with filled.writer() as conn:
        for detail in ("first", "second"):
            write_tuples(conn, quarantine, ("capture_id", "reason", "detail"), [(*key, detail)])
        assert conn.scalar(select(quarantine.c.detail)) == "first"
        names = ("detail", "reason", "capture_id")
        write_tuples(conn, quarantine, names, [("third", key[1], key[0])], replace=("detail",))
    assert _rows(filled, quarantine) == [(*key, "third")]


def test_rows_of_a_batch_name_the_same_columns(filled: Database) -> None:
    with filled.writer() as conn, pytest.raises(KeyError):
        write_rows(conn, outlet, [{"name": "ТАСС", "country": "RU"}, {"name": "ТАСС"}])
    assert _rows(filled, outlet) == []
