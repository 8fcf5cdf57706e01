"""What a new reading of captures changes, field by field: gained, lost, or another value than before."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from archive.monitoring.coverage import COUNTERS, READABLE
from archive.records import ArticleRecord, UnitOfWork
from archive.rows.reading import ArticleView, wording
from archive.rows.said import Said
from archive.rows.schema import capture, page_counter, reading

EVIDENCE = "evidence"  # the same values, found by another rule
LISTS = "lists"  # rows of sidebars, listings, feeds and sitemaps
_FIELDS = tuple(
    name
    for name in ArticleRecord.__dataclass_fields__
    if name in ArticleView.__dataclass_fields__ and name not in {"capture_id", "observed_at", "counters"}
)


@dataclass(slots=True)
class FieldChange:
    """In how many captures a field was gained, lost, or is another than before."""

    field: str
    gained: int = 0
    lost: int = 0
    changed: int = 0


class Changes:
    """Counts what units, each of one capture, change of the rows as they are."""

    def __init__(self) -> None:
        self._fields: dict[str, FieldChange] = {}

    def __iter__(self) -> Iterator[FieldChange]:
        yield from (self._fields[name] for name in sorted(self._fields))

    def add(self, conn: Connection, unit: UnitOfWork, before: Said, after: Said) -> None:
        """Count one unit, before it is written."""
        ((capture_id, state),) = unit.read_states.items()
        record = unit.articles[0] if unit.articles else None
        old = _values(conn, capture_id)
        new = _values_of(record) if record else {}
        differing = {name for name in old.keys() | new.keys() if old.get(name) != new.get(name)}
        for name in differing:
            self._count(name, old.get(name), new.get(name))
        was = conn.scalar(select(capture.c.read_state).where(capture.c.id == capture_id))
        if was != state:
            self._count(READABLE, was == "read" or None, state == "read" or None)
        if before.get("placement") != after.get("placement"):
            self._count(LISTS, before.get("placement"), after.get("placement"))
        elif not differing and was == state:
            self._count(EVIDENCE, True, False)

    def _count(self, name: str, old: Any, new: Any) -> None:
        change = self._fields.setdefault(name, FieldChange(name))
        if _absent(old):
            change.gained += 1
        elif _absent(new):
            change.lost += 1
        else:
            change.changed += 1


def _absent(value: Any) -> bool:
    return value is None or value == ()


def _values(conn: Connection, capture_id: str) -> Mapping[str, Any]:
    """What the rows say of the article that a capture showed; nothing where it showed none."""
    row = conn.execute(
        select(reading.c.article_id, reading.c.digest, reading.c.url, reading.c.slug).where(
            reading.c.capture_id == capture_id
        )
    ).first()
    if row is None:
        return {}
    site, language, native_id = row.article_id.split(":", 2)
    values: dict[str, Any] = {"site": site, "language": language, "native_id": native_id, "url": row.url}
    values |= wording(conn, row.article_id, row.digest)
    observed = select(page_counter.c.kind, page_counter.c.value).where(page_counter.c.capture_id == capture_id)
    counters: dict[str, Any] = defaultdict(lambda: None)
    counters.update((kind, value) for kind, value in conn.execute(observed))
    return {name: values[name] for name in _FIELDS} | {kind: counters[kind] for kind in COUNTERS}


def _values_of(record: ArticleRecord) -> Mapping[str, Any]:
    counters: dict[str, int | None] = {each.kind: each.value for each in record.counters}
    return {name: getattr(record, name) for name in _FIELDS} | {kind: counters.get(kind) for kind in COUNTERS}
