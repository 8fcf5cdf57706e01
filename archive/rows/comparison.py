"""Two databases held against each other, table by table and row by row: what a rebuild must make the same again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, Connection, Table, select

from archive.rows.engine import STREAMED
from archive.rows.order_of_bytes import in_order_of_bytes
from archive.rows.schema import CONTENT_TABLES, capture, run, site, warc_file

EXAMPLES = 3
Values = tuple[Any, ...]

# What a WARC file cannot know: how a run ended, when a file was closed, what a site file says today.
COMPARED: Mapping[Table, tuple[Column[Any], ...]] = {
    site: (site.c.name,),
    run: (run.c.id, run.c.site),
    warc_file: tuple(column for column in warc_file.columns if column.name not in {"closed_at"}),
    capture: tuple(capture.columns),
    **{table: tuple(table.columns) for table in CONTENT_TABLES},
}


@dataclass(frozen=True, slots=True)
class TableComparison:
    """One table: rows here and there, how many are not the same, and the keys of the first of these."""

    table: str
    rows: int
    rebuilt: int
    different: int
    examples: tuple[str, ...]


def compare(live: Connection, rebuilt: Connection) -> list[TableComparison]:
    """Every content table of two databases; runs that captured nothing leave no trace in a WARC file."""
    return [_compare(table, columns, live, rebuilt) for table, columns in COMPARED.items()]


def _compare(table: Table, columns: tuple[Column[Any], ...], live: Connection, rebuilt: Connection) -> TableComparison:
    counts = [0, 0]
    different = 0
    examples: list[str] = []
    for key, ours, theirs in _side_by_side(_rows(table, columns, live), _rows(table, columns, rebuilt)):
        counts[0] += ours is not None
        counts[1] += theirs is not None
        if ours != theirs:
            different += 1
            if len(examples) < EXAMPLES:
                examples.append(_describe(key, columns, ours, theirs))
    return TableComparison(table.name, counts[0], counts[1], different, tuple(examples))


def _rows(table: Table, columns: tuple[Column[Any], ...], conn: Connection) -> Iterator[tuple[Values, Values]]:
    """(key, values) in order of the key, a batch at a time: an archive is larger than memory."""
    keys = list(table.primary_key.columns)
    statement = select(*keys, *columns).order_by(*(in_order_of_bytes(conn, key) for key in keys))
    if table is run:
        statement = statement.where(run.c.id.in_(select(capture.c.run_id)))
    with conn.execute(statement, execution_options=STREAMED) as found:
        for row in found:
            yield tuple(row[: len(keys)]), tuple(row[len(keys) :])


def _side_by_side(
    ours: Iterator[tuple[Values, Values]], theirs: Iterator[tuple[Values, Values]]
) -> Iterator[tuple[Values, Values | None, Values | None]]:
    left, right = next(ours, None), next(theirs, None)
    while left is not None or right is not None:
        if right is None or (left is not None and left[0] < right[0]):
            assert left is not None
            yield left[0], left[1], None
            left = next(ours, None)
        elif left is None or right[0] < left[0]:
            yield right[0], None, right[1]
            right = next(theirs, None)
        else:
            yield left[0], left[1], right[1]
            left, right = next(ours, None), next(theirs, None)


def _describe(key: Values, columns: tuple[Column[Any], ...], ours: Values | None, theirs: Values | None) -> str:
    name = " ".join(map(str, key))
    if ours is None or theirs is None:
        return f"{name}: only {'after the rebuild' if ours is None else 'before it'}"
    names = [column.name for column, a, b in zip(columns, ours, theirs, strict=True) if a != b]
    return f"{name}: {', '.join(names)}"
