"""Batched upserts: compiled once a table and dialect by SQLAlchemy, run by the driver's own executemany.

Writing the same row twice leaves one row. About twice as quick as handing the rows to SQLAlchemy one by one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from sqlalchemy import JSON, Connection, Dialect, Table, Text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.types import TypeEngine

from archive.rows.as_json import to_json

Row = Mapping[str, Any]
LARGEST = 2**63 - 1  # what a BIGINT takes


def write_rows(
    conn: Connection,
    table: Table,
    rows: Iterable[Row],
    *,
    replace: tuple[str, ...] = (),
    key: tuple[str, ...] = (),
) -> None:
    """Insert `rows`, keyed by column name; a column that a row does not name is NULL.

    Where a row with the same `key` (the primary key, unless given) is there already, its columns `replace` are
    overwritten; the rest stays. Text that no database takes is made storable (see `storable`).
    """
    ready = list(rows)
    if ready:
        sql, columns = _compiled(table, replace, key, conn.dialect.name)
        values = [_column(table.c[name].type, [row.get(name) for row in ready], conn.dialect) for name in columns]
        conn.exec_driver_sql(sql, list(zip(*values, strict=True)))


def bounded(value: int | None) -> int | None:
    """A page can print a number that no column holds: then there is none, and what stood there is kept as text."""
    return value if value is not None and -LARGEST <= value <= LARGEST else None


def storable(value: str) -> str:
    """`value` without what databases refuse: NUL (PostgreSQL) and lone surrogates (no UTF-8) become U+FFFD."""
    if value.isascii() and "\0" not in value:
        return value
    try:
        value.encode()
    except UnicodeEncodeError:
        value = value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return value.replace("\0", "\ufffd")


@lru_cache(maxsize=256)
def _compiled(
    table: Table, replace: tuple[str, ...], key: tuple[str, ...], dialect: str
) -> tuple[str, tuple[str, ...]]:
    """The statement with positional parameters, and the columns in their order."""
    columns = tuple(column.name for column in table.columns if column is not table.autoincrement_column)
    if dialect == "sqlite":
        statement: Any = sqlite.insert(table)
        compiler: Dialect = sqlite.dialect()
    else:
        statement = postgresql.insert(table)
        compiler = postgresql.psycopg.dialect(paramstyle="format")  # type: ignore[no-untyped-call]
    if replace:
        changes = {name: statement.excluded[name] for name in replace}
        statement = statement.on_conflict_do_update(index_elements=list(key or table.primary_key), set_=changes)
    else:
        statement = statement.on_conflict_do_nothing()
    compiled = statement.compile(dialect=compiler, column_keys=columns)
    return str(compiled), tuple(compiled.positiontup)


def _column(kind: TypeEngine[Any], values: list[Any], dialect: Dialect) -> list[Any]:
    """What the driver takes for the values of one column of a batch: by column, as most of them need no change."""
    if isinstance(kind, Text):
        return values if _all_storable(values) else [value and storable(value) for value in values]
    if isinstance(kind, JSON):
        return [storable(to_json(value)).replace("\\u0000", "\\ufffd") for value in values]
    processor = kind.dialect_impl(dialect).bind_processor(dialect)
    if processor is None:
        return values
    known = {value: processor(value) for value in set(values)}  # a page's rows share their time
    return [known[value] for value in values]


def _all_storable(values: Iterable[str | None]) -> bool:
    together = "".join(filter(None, values))
    try:
        return "\0" not in together and (together.isascii() or bool(together.encode()))
    except UnicodeEncodeError:
        return False
