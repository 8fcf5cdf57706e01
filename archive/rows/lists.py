"""The lists that belong to a wording: authors, notes, footnotes, image, mentions, links, alternates."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, Table

from archive.records import ArticleRecord
from archive.rows import schema
from archive.rows.upsert import Row, write_rows

Wording = tuple[tuple[str, str], ArticleRecord]  # (article id, digest), a record that says it

_LISTS: dict[Table, Callable[[ArticleRecord], Iterable[Any]]] = {
    schema.author: lambda record: record.authors,
    schema.editor_note: lambda record: record.editor_notes,
    schema.footnote: lambda record: record.footnotes,
    schema.mention: lambda record: record.mentions,
    schema.link: lambda record: record.links,
    schema.image: lambda record: (record.image,) if record.image else (),
    schema.alternate: lambda record: record.alternates,
}
TABLES: tuple[Table, ...] = tuple(_LISTS)
_KEYS = {"article_id", "digest", "position", "capture_id"}


def write(conn: Connection, wordings: Sequence[Wording]) -> None:
    """Write every list of every wording."""
    for table, entries in _LISTS.items():
        names = [column.name for column in table.columns if column.name not in _KEYS]
        write_rows(conn, table, [row for wording in wordings for row in _rows(wording, entries(wording[1]), names)])


def _rows(wording: Wording, entries: Iterable[Any], names: Sequence[str]) -> list[Row]:
    (article_id, digest), record = wording
    key = {"article_id": article_id, "digest": digest, "capture_id": record.capture_id}
    return [
        key | {"position": position} | {name: _value(getattr(entry, name)) for name in names}
        for position, entry in enumerate(entries)
    ]


def _value(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value
