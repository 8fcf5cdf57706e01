"""Who an article is: known as soon as a page or a list names it, and forgotten with the last that did."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from sqlalchemy import Connection, delete, exists, select

from archive.rows.schema import article, list_content, presence, reading, search_document
from archive.rows.upsert import write_rows

AT_ONCE = 500  # values in one IN list
Identity = tuple[str, str, str]  # site, language, native id


def write_identities(conn: Connection, identities: Mapping[str, Identity]) -> None:
    """Make articles known, by id."""
    rows = [
        {"id": key, "site": site, "language": language, "native_id": native_id}
        for key, (site, language, native_id) in sorted(identities.items())
    ]
    write_rows(conn, article, rows)


def drop_unknown_articles(conn: Connection, article_ids: Collection[str]) -> None:
    """Drop those of `article_ids` that neither a reading nor a list names any more."""
    read = exists().where(reading.c.article_id == article.c.id)
    named = exists().where(list_content.c.article_id == article.c.id)
    for some in _chunks(article_ids):
        unknown = list(conn.scalars(select(article.c.id).where(article.c.id.in_(some), ~read, ~named)))
        for column in (search_document.c.article_id, presence.c.article_id, article.c.id):
            conn.execute(delete(column.table).where(column.in_(unknown)))


def _chunks(values: Collection[str]) -> Iterator[list[str]]:
    ordered = sorted(values)
    for start in range(0, len(ordered), AT_ONCE):
        yield ordered[start : start + AT_ONCE]
