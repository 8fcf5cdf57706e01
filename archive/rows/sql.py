"""One SELECT of the user's own, on a connection that can change nothing: neither rows nor files nor settings."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from decimal import Decimal
from typing import Any
from urllib.parse import quote

from archive.errors import UsageError
from archive.rows.engine import Database
from archive.rows.json_text import JsonText
from archive.rows.schema import utc_text
from archive.rows.storable import storable

Rows = tuple[tuple[str, ...], Iterator[tuple[Any, ...]]]

_ALLOWED = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE}
_HARMLESS_PRAGMAS = {
    "table_info", "table_xinfo", "table_list", "index_list", "index_info", "index_xinfo", "foreign_key_list",
    "data_version",  # FTS5 asks for it
}  # fmt: skip
_FORBIDDEN_FUNCTIONS = {"load_extension", "readfile", "writefile", "edit", "fts3_tokenizer"}


@contextmanager
def run_read_only(db: Database, sql: str) -> Iterator[Rows]:
    """(names of the columns, rows as they are asked for) of one SELECT.

    Raises UsageError for anything else than one SELECT, and for what the database does not understand, also while
    the rows are read.
    """
    run = _in_sqlite if db.dialect == "sqlite" else _in_postgresql
    with run(db, sql) as answer:
        yield answer


# --- SQLite ----------------------------------------------------------------------------------------------------


@contextmanager
def _in_sqlite(db: Database, sql: str) -> Iterator[Rows]:
    where = f"file:{quote(str(db.path))}?mode=ro"
    with closing(sqlite3.connect(where, uri=True, detect_types=sqlite3.PARSE_DECLTYPES)) as conn:
        conn.execute("PRAGMA query_only=ON")
        try:
            conn.execute("SELECT 1 FROM json_each('[]'), json_tree('[]')")  # declared once, which is no SELECT
            conn.set_authorizer(_authorize)
            cursor = conn.execute(storable(sql))
            if cursor.description is None:
                raise UsageError("only SELECT is possible here")
            yield tuple(item[0] for item in cursor.description), cursor
        except (sqlite3.Error, sqlite3.Warning) as error:
            raise UsageError(_told(error)) from None


# Asked by connections with PARSE_DECLTYPES alone, of columns that a table declares as JSON, seen through a view, too.
sqlite3.register_converter("JSON", lambda stored: JsonText(stored, "utf-8"))


def _authorize(action: int, first: str | None, second: str | None, *_: str | None) -> int:
    """What a statement may do: SQLite asks before it runs anything (https://www.sqlite.org/c3ref/set_authorizer.html)."""
    if action == sqlite3.SQLITE_PRAGMA:
        allowed = first in _HARMLESS_PRAGMAS
    elif action == sqlite3.SQLITE_FUNCTION:
        allowed = second not in _FORBIDDEN_FUNCTIONS
    else:
        allowed = action in _ALLOWED
    return sqlite3.SQLITE_OK if allowed else sqlite3.SQLITE_DENY


# --- PostgreSQL ------------------------------------------------------------------------------------------------


@contextmanager
def _in_postgresql(db: Database, sql: str) -> Iterator[Rows]:
    import psycopg

    with db.reader() as conn:
        driver: Any = conn.connection.driver_connection
        # DECLARE takes nothing but a query, and the extended protocol no second statement behind it.
        with driver.cursor(name="svodka") as cursor:
            _leave_json_as_text(cursor)
            try:
                cursor.execute(_one_statement(storable(sql)))
                yield (
                    tuple(item.name for item in cursor.description),
                    (tuple(map(_as_in_sqlite, row)) for row in cursor),
                )
            except psycopg.Error as error:
                raise UsageError(_told(error)) from None


def _leave_json_as_text(cursor: Any) -> None:
    from psycopg.adapt import Loader

    class JsonLoader(Loader):
        def load(self, data: bytes | bytearray | memoryview) -> JsonText:
            return JsonText(bytes(data), "utf-8")

    for kind in ("json", "jsonb"):
        cursor.adapters.register_loader(kind, JsonLoader)


def _as_in_sqlite(value: Any) -> Any:
    """The value as SQLite gives it, so that one question has one answer: times as text, whole sums as integers."""
    if isinstance(value, datetime) and value.tzinfo is not None:
        return utc_text(value)
    if isinstance(value, Decimal) and value.is_finite() and value.as_tuple().exponent == 0:
        return int(value)
    return int(value) if isinstance(value, bool) else value


def _one_statement(sql: str) -> str:
    return sql.strip().rstrip(";").rstrip()


def _told(error: Exception) -> str:
    message = str(error).partition("\n")[0]
    if message == "not authorized" or "prohibited" in message:
        message = "only SELECT is possible here"
    return f"the database says: {message}"
