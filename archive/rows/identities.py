"""Who an article is: known as soon as a page or a list names it, and forgotten with the last that did."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sqlalchemy import Connection, delete, exists, select

from archive.rows.in_lists import SOME, chunks
from archive.rows.schema import article, list_content, presence, reading, search_document
from archive.rows.upsert import write_rows

Identity = tuple[str, str, str]  # site, language, native id

_UNKNOWN = select(article.c.id).where(
    article.c.id.in_(SOME),
    ~exists().where(reading.c.article_id == article.c.id),
    ~exists().where(list_content.c.article_id == article.c.id),
)


def write_identities(conn: Connection, identities: Mapping[str, Identity]) -> None:
    """Make articles known, by id."""
    rows = [
        {"id": key, "site": site, "language": language, "native_id": native_id}
        for key, (site, language, native_id) in sorted(identities.items())
    ]
    write_rows(conn, article, rows)


def drop_unknown_articles(conn: Connection, article_ids: Collection[str]) -> None:
    """Drop those of `article_ids` that neither a reading nor a list names any more."""
    for some in chunks(article_ids):
        unknown = list(conn.scalars(_UNKNOWN, {"some": some}))
        for column in (search_document.c.article_id, presence.c.article_id, article.c.id):
            conn.execute(delete(column.table).where(column.in_(unknown)))
