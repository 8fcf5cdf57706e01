"""An article's versions in order of time, each with what makes it a version."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select, text

from archive.errors import NothingFound
from archive.rows.reading import resolve_article_id
from archive.rows.schema import content, editor_note, footnote


@dataclass(frozen=True, slots=True)
class Wording:
    """What one version says; `seen_at` is the capture that first showed it, `not_before` the one before that."""

    number: int
    capture_id: str
    seen_at: datetime
    not_before: datetime | None
    title: str | None
    subtitle: str | None
    lead: str | None
    body: tuple[str, ...]
    editor_notes: tuple[tuple[Any, ...], ...]
    footnotes: tuple[tuple[Any, ...], ...]
    outlet: str | None
    outlet_country: str | None
    published_at: datetime | None

    def text(self, field: str) -> str:
        """A field as text, a paragraph a line."""
        value = getattr(self, field)
        return "\n".join(value) if isinstance(value, tuple) else value or ""


def wordings(conn: Connection, id_or_url: str) -> tuple[str, list[Wording]]:
    """The article's id and its versions, the first first. Raises NothingFound where it was never read."""
    article_id = resolve_article_id(conn, id_or_url)
    rows = list(conn.execute(text(_VERSIONS), {"article_id": article_id})) if article_id else []
    if article_id is None or not rows:
        raise NothingFound(f"{id_or_url}: no such article was read; try `svodka search`")
    return article_id, [_wording(conn, article_id, row) for row in rows]


_VERSIONS = """
    SELECT number, capture_id, observed_at, previous_observed_at, digest
    FROM version WHERE article_id = :article_id ORDER BY number
"""


def _wording(conn: Connection, article_id: str, row: Row[Any]) -> Wording:
    said = conn.execute(
        select(content).where(content.c.article_id == article_id, content.c.digest == row.digest)
    ).one()  # fmt: skip
    notes = _entries(conn, editor_note, article_id, row.digest, "text", "signature", "paragraph")
    marks = _entries(conn, footnote, article_id, row.digest, "marker", "text", "subjects")
    return Wording(
        row.number, row.capture_id, _moment(row.observed_at), _known_moment(row.previous_observed_at), said.title,
        said.subtitle, said.lead, tuple(said.body), notes, marks, said.outlet, said.outlet_country, said.published_at,
    )  # fmt: skip


def _entries(conn: Connection, table: Any, article_id: str, digest: str, *names: str) -> tuple[tuple[Any, ...], ...]:
    statement = select(*(table.c[name] for name in names)).where(
        table.c.article_id == article_id, table.c.digest == digest
    )
    rows = conn.execute(statement.order_by(table.c.position))
    return tuple(tuple(json.dumps(each) if isinstance(each, list) else each for each in row) for row in rows)


def _moment(value: datetime | str) -> datetime:
    """A view has no column types in SQLite."""
    return datetime.fromisoformat(value) if isinstance(value, str) else value


def _known_moment(value: datetime | str | None) -> datetime | None:
    return None if value is None else _moment(value)
