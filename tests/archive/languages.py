"""A PostgreSQL server of another language than the tests' own, which sorts by bytes as SQLite does."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from archive.rows.engine import Database


@contextmanager
def in_english(database: Database, table: str, column: str) -> Iterator[None]:
    """While it lasts PostgreSQL sorts the column as English does, small letters beside capitals."""
    _sort(database, table, column, "en-x-icu")
    try:
        yield
    finally:
        _sort(database, table, column, "default")


def _sort(database: Database, table: str, column: str, collation: str) -> None:
    if database.dialect == "postgresql":
        with database.writer() as conn:
            conn.exec_driver_sql(f'ALTER TABLE {table} ALTER COLUMN {column} TYPE text COLLATE "{collation}"')
