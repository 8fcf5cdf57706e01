"""What the rows say of a capture, in a form that can be held against what is read of it now.

Reading an archive again writes only what would be different: most captures of most archives are not.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Column, Connection, Table, select

from archive.ids import article_id
from archive.records import UnitOfWork
from archive.rows.as_json import to_json, without_nul
from archive.rows.bounds import fitting, fitting_row, is_key
from archive.rows.in_lists import chunks
from archive.rows.placements import placement_row
from archive.rows.schema import capture, page_counter, placement, quarantine, reading
from archive.rows.storable import storable
from archive.rows.upsert import Row
from archive.rows.wording import digests
from archive.rows.writing import counter_rows, reading_row

Said = Mapping[str, str]
"""Table -> its rows of one capture as canonical JSON; `capture` holds the read state. Empty tables are absent."""

_TABLES = {
    reading: tuple(column for column in reading.columns if column.name != "reader"),
    page_counter: tuple(page_counter.columns),
    placement: tuple(column for column in placement.columns if column.name != "posted_day"),
    quarantine: tuple(quarantine.columns),
}


def said_by_rows(conn: Connection, capture_ids: Sequence[str]) -> dict[str, Said]:
    """What the database says, by capture id."""
    rows: dict[str, dict[str, list[Row]]] = {capture_id: defaultdict(list) for capture_id in capture_ids}
    for some in chunks(capture_ids):
        for table, columns in _TABLES.items():
            for row in conn.execute(_of_captures(table, columns, some)):
                rows[row.capture_id][table.name].append(dict(row._mapping))
        for row in conn.execute(select(capture.c.id, capture.c.read_state).where(capture.c.id.in_(some))):
            rows[row.id]["capture"].append({"read_state": row.read_state})
    return {capture_id: _canonical(tables) for capture_id, tables in rows.items()}


def said_by_unit(unit: UnitOfWork, capture_id: str) -> Said:
    """What the database would say of a capture once `unit`, which holds it alone, was written."""
    tables: dict[str, list[Row]] = defaultdict(list)
    tables["capture"] = [{"read_state": unit.read_states[capture_id]}]
    for record in map(fitting, unit.articles):
        key = article_id(record.site, record.language, record.native_id)
        if not is_key(key):
            continue
        row = reading_row(record, key, *digests(record))
        tables["reading"] = [{name: value for name, value in row.items() if name != "reader"}]
        tables["page_counter"] = list(_first(counter_rows(record, key), ("kind",)))
    tables["placement"] = list(
        _first(reversed([placement_row(row) for row in map(fitting_row, unit.placements)]), ("block", "rank"))
    )
    tables["quarantine"] = [
        {"capture_id": row.capture_id, "reason": row.reason, "detail": row.detail} for row in unit.quarantine
    ]
    return _canonical(tables)


def _of_captures(table: Table, columns: Sequence[Column[Any]], some: Sequence[str]) -> Any:
    return select(*columns).where(table.c.capture_id.in_(some))


def _first(rows: Iterable[Row], key: tuple[str, ...]) -> Iterator[Row]:
    """Of rows with the same key the one that the database keeps."""
    seen = set()
    for row in rows:
        if (own := tuple(row[name] for name in key)) not in seen:
            seen.add(own)
            yield row


def _canonical(tables: Mapping[str, Sequence[Row]]) -> Said:
    return {name: storable("\n".join(sorted(map(_line, rows)))) for name, rows in tables.items() if rows}


def _line(row: Row) -> str:
    """NUL as the database keeps it."""
    return without_nul(to_json({name: _value(row[name]) for name in sorted(row)}), instead="\ufffd")


def _value(value: Any) -> Any:
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value
