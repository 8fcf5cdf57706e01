"""The lists that belong to a wording: authors, notes, footnotes, image, mentions, links, alternates."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from operator import attrgetter
from typing import Any

from sqlalchemy import Connection, Table

from archive.records import ArticleRecord
from archive.rows import schema
from archive.rows.upsert import write_tuples

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
_KEY = ("article_id", "digest", "capture_id", "position")
_NAMES = {table: tuple(column.name for column in table.columns if column.name not in _KEY) for table in TABLES}
_VALUES = {table: attrgetter(*names) for table, names in _NAMES.items()}


def write(conn: Connection, wordings: Sequence[Wording]) -> None:
    """Write every list of every wording."""
    for table, entries in _LISTS.items():
        values = _VALUES[table]
        rows = [
            (*key, record.capture_id, position, *values(entry))
            for key, record in wordings
            for position, entry in enumerate(entries(record))
        ]
        write_tuples(conn, table, (*_KEY, *_NAMES[table]), rows)
