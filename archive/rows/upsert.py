"""Batched upserts: compiled once a table and dialect by SQLAlchemy, run by the driver's own executemany.

Writing the same row twice leaves one row. About twice as quick as handing the rows to SQLAlchemy one by one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import JSON, Connection, Dialect, Table, Text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.types import TypeEngine

from archive.rows.as_json import to_stored_json
from archive.rows.storable import storable

Row = Mapping[str, Any]
LARGEST = 2**62 - 1  # a BIGINT takes the difference of any two such numbers, see the view `counter_series`


def write_rows(
    conn: Connection,
    table: Table,
    rows: Iterable[Row],
    *,
    replace: tuple[str, ...] = (),
    key: tuple[str, ...] = (),
) -> None:
    """Insert `rows`, keyed by column name, which all name the same columns; a column that they do not name is NULL.

    Where a row with the same `key` (the primary key, unless given) is there already, its columns `replace` are
    overwritten; the rest stays. Text that no database takes is made storable (see `storable`).
    """
    ready = list(rows)
    if ready:
        names = tuple(ready[0])
        _write(conn, table, names, [[row[name] for row in ready] for name in names], replace, key)


def write_tuples(
    conn: Connection, table: Table, names: tuple[str, ...], rows: Collection[tuple[Any, ...]], *,
    replace: tuple[str, ...] = (),
) -> None:  # fmt: skip
    """As `write_rows`, of rows as tuples of the values of the columns `names`: for tables with many rows a page."""
    if rows:
        _write(conn, table, names, list(zip(*rows, strict=True)), replace, ())


def _write(
    conn: Connection, table: Table, names: tuple[str, ...], columns: Iterable[Sequence[Any]], replace: tuple[str, ...],
    key: tuple[str, ...],
) -> None:  # fmt: skip
    sql, order = _compiled(table, names, replace, key, conn.dialect.name)
    by_name = dict(zip(names, columns, strict=True))
    values = [_column(table.c[name].type, by_name[name], conn.dialect) for name in order]
    conn.exec_driver_sql(sql, list(zip(*values, strict=True)))


def bounded(value: int | None) -> int | None:
    """A page can print a number that no column holds: then there is none, and what stood there is kept as text."""
    return value if value is not None and -LARGEST <= value <= LARGEST else None


@lru_cache(maxsize=256)
def _compiled(
    table: Table, names: tuple[str, ...], replace: tuple[str, ...], key: tuple[str, ...], dialect: str
) -> tuple[str, tuple[str, ...]]:
    """The statement with positional parameters, and the columns in their order."""
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
    compiled = statement.compile(dialect=compiler, column_keys=names)
    return str(compiled), tuple(compiled.positiontup)


def _column(kind: TypeEngine[Any], values: Sequence[Any], dialect: Dialect) -> Sequence[Any]:
    """What the driver takes for the values of one column of a batch: by column, as most of them need no change."""
    if isinstance(kind, Text):
        return values if _all_storable(values) else [value and storable(value) for value in values]
    if isinstance(kind, JSON):
        return [to_stored_json(value) for value in values]
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
