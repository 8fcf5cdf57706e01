"""Full-text search over the latest wording of every article, in every form of a Russian word.

The index is changed in the transaction that changes the text, so it never says what the rows do not.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import Connection, delete, select

from archive.rows.schema import author, content, reading, search_document
from archive.rows.upsert import write_rows

INDEXED_CHARACTERS = 200_000  # PostgreSQL takes tsvectors of up to 1 MB
AT_ONCE = 500


def index_articles(conn: Connection, article_ids: Collection[str]) -> int:
    """Bring the index up to the latest wording of these articles; returns how many documents changed."""
    changed = 0
    ids = sorted(article_ids)
    for start in range(0, len(ids), AT_ONCE):
        changed += _index_some(conn, ids[start : start + AT_ONCE])
    return changed


def _index_some(conn: Connection, article_ids: list[str]) -> int:
    latest = _latest_digests(conn, article_ids)
    known = search_document.c
    indexed = conn.execute(select(known.article_id, known.digest).where(known.article_id.in_(article_ids)))
    old = {article_id: digest for article_id, digest in indexed}  # noqa: C416
    gone = old.keys() - latest.keys()
    if gone:
        conn.execute(delete(search_document).where(known.article_id.in_(sorted(gone))))
    changed = {key: digest for key, digest in latest.items() if old.get(key) != digest}
    rows = _documents(conn, changed) if changed else []
    write_rows(conn, search_document, rows, key=("article_id",), replace=("digest", "title", "byline", "text"))
    return len(rows) + len(gone)


def _latest_digests(conn: Connection, article_ids: list[str]) -> dict[str, str]:
    """The wording that the latest capture of each article showed."""
    rows = conn.execute(
        select(reading.c.article_id, reading.c.digest)
        .where(reading.c.article_id.in_(article_ids))
        .order_by(reading.c.article_id, reading.c.observed_at, reading.c.capture_id)
    )
    return {article_id: digest for article_id, digest in rows}  # noqa: C416 - the last of an article stays


def _documents(conn: Connection, wordings: dict[str, str]) -> list[dict[str, str]]:
    names: dict[str, list[str]] = {key: [] for key in wordings}
    own = author.c.article_id.in_(list(wordings))
    for article_id, digest, name, original in conn.execute(
        select(author.c.article_id, author.c.digest, author.c.name, author.c.name_original)
        .where(own)
        .order_by(author.c.article_id, author.c.position)
    ):
        if wordings[article_id] == digest:
            names[article_id] += [name, original or ""]
    c = content.c
    found = conn.execute(
        select(c.article_id, c.digest, c.title, c.outlet, c.subtitle, c.lead, c.body).where(c.article_id.in_(wordings))
    )
    return [_document(row, names[row.article_id]) for row in found if wordings[row.article_id] == row.digest]


def _document(row: Any, names: list[str]) -> dict[str, str]:
    parts = [row.subtitle, row.lead, *row.body]
    return {
        "article_id": row.article_id, "digest": row.digest, "title": row.title or "",
        "byline": " ".join(filter(None, [row.outlet, *names])),
        "text": "\n".join(filter(None, parts))[:INDEXED_CHARACTERS],
    }  # fmt: skip
