"""Keeps content in step with readings: every wording and URL names its first capture, and none outlives its last.

This is what makes the rows a function of the captures alone, in whatever order and however often they are read.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from typing import TypeVar

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Delete,
    Table,
    Update,
    and_,
    bindparam,
    delete,
    exists,
    select,
    update,
)

from archive.records import ArticleRecord
from archive.rows import lists
from archive.rows.identities import drop_unknown_articles
from archive.rows.in_lists import SOME, chunks
from archive.rows.placements import forget_placements
from archive.rows.schema import (
    article,
    article_url,
    content,
    outlet,
    page_counter,
    quarantine,
    reading,
)

Change = TypeVar("Change", Update, Delete)
Key = tuple[str, str]  # (article id, digest of a wording) or (article id, URL)

_WORDING_TABLES: tuple[Table, ...] = (content, *lists.TABLES)
_READ = select(reading.c.article_id).where(reading.c.article_id.in_(SOME)).distinct()
_OF_CAPTURES = select(reading.c.article_id, reading.c.digest, reading.c.url).where(reading.c.capture_id.in_(SOME))
# With the articles, in whose order counters stand: by capture alone every counter of the archive would be looked at.
_COUNTERS = delete(page_counter).where(
    page_counter.c.article_id.in_(bindparam("articles", expanding=True)), page_counter.c.capture_id.in_(SOME)
)
_FIRST = {  # table -> when and by which capture the second half of its key was first shown
    table: select(table.c.article_id, column, reading.c.observed_at, reading.c.capture_id)
    .join(reading, reading.c.capture_id == table.c.capture_id)
    .where(table.c.article_id.in_(SOME))
    for table, column in ((content, content.c.digest), (article_url, article_url.c.url))
}


def hold(conn: Connection, article_ids: set[str]) -> None:
    """On PostgreSQL one worker at a time settles what an article showed first, in order, so none waits for ever."""
    for some in chunks(article_ids) if conn.dialect.name == "postgresql" else ():
        conn.execute(select(article.c.id).where(article.c.id.in_(some)).order_by(article.c.id).with_for_update())


def never_read(conn: Connection, article_ids: set[str]) -> set[str]:
    """Those of `article_ids` that have no reading yet."""
    read: set[str] = set()
    for some in chunks(article_ids):
        read.update(conn.scalars(_READ, {"some": some}))
    return article_ids - read


def keep_first(
    conn: Connection, table: Table, column: Column[str], shown: Mapping[Key, ArticleRecord]
) -> list[tuple[Key, ArticleRecord]]:
    """Compare what a batch shows with what is known: returns the new, and corrects what was known from later on.

    `column` is the second half of the key of `table`, `shown` the earliest record of the batch by key.
    """
    known: dict[Key, tuple[datetime, str]] = {}
    for some in chunks({key[0] for key in shown}):
        rows = conn.execute(_FIRST[table], {"some": some})
        known.update({(row[0], row[1]): (row[2], row[3]) for row in rows})
    earlier = {
        key: record.capture_id
        for key, record in shown.items()
        if key in known and (record.observed_at, record.capture_id) < known[key]
    }
    _move(conn, _WORDING_TABLES if table is content else (table,), column.name, earlier)
    return [(key, record) for key, record in sorted(shown.items()) if key not in known]


def forget(conn: Connection, capture_ids: Collection[str]) -> set[str]:
    """Take back what was read of articles from these captures; returns the ids of the articles it was about."""
    old = list(_readings_of(conn, capture_ids))
    if not old:
        return set()
    touched = {row[0] for row in old}
    for some in chunks(capture_ids):
        for articles in chunks(touched):
            conn.execute(_COUNTERS, {"articles": articles, "some": some})
        conn.execute(delete(reading).where(reading.c.capture_id.in_(some)))
    _settle(conn, _WORDING_TABLES, reading.c.digest, {(row[0], row[1]) for row in old})
    _settle(conn, (article_url,), reading.c.url, {(row[0], row[2]) for row in old})
    conn.execute(delete(outlet).where(~exists().where(_same_outlet())))
    drop_unknown_articles(conn, touched)
    return touched


def forget_all(conn: Connection, capture_ids: Collection[str]) -> set[str]:
    """Take back all that was read from these captures, before they are read again; returns the articles it was about.

    Hand the ids to `archive.search.index_articles`.
    """
    touched = forget(conn, capture_ids)
    forget_placements(conn, capture_ids)
    for some in chunks(capture_ids):
        conn.execute(delete(quarantine).where(quarantine.c.capture_id.in_(some)))
    return touched


def _same_outlet() -> ColumnElement[bool]:
    return and_(content.c.outlet == outlet.c.name, content.c.outlet_country == outlet.c.country)


def _readings_of(conn: Connection, capture_ids: Collection[str]) -> Iterator[tuple[str, str, str]]:
    for some in chunks(capture_ids):
        for row in conn.execute(_OF_CAPTURES, {"some": some}):
            yield row[0], row[1], row[2]


def _settle(conn: Connection, tables: tuple[Table, ...], column: Column[str], keys: set[Key]) -> None:
    """After readings went: drop what no capture shows any more, let the rest name its first remaining capture."""
    left: dict[Key, str] = {}
    shown = select(reading.c.article_id, column, reading.c.capture_id).where(reading.c.article_id.in_(SOME))
    shown = shown.order_by(reading.c.observed_at, reading.c.capture_id)
    for some in chunks({article_id for article_id, _ in keys}):
        for article_id, second, capture_id in conn.execute(shown, {"some": some}):
            if (article_id, second) in keys:
                left.setdefault((article_id, second), capture_id)
    _move(conn, tables, column.name, left)
    for table in tables:
        _drop(conn, table, column.name, sorted(keys - left.keys()))


def _move(conn: Connection, tables: tuple[Table, ...], column: str, captures: Mapping[Key, str]) -> None:
    rows = [{"article": key[0], "key": key[1], "capture": capture_id} for key, capture_id in sorted(captures.items())]
    for table in tables if rows else ():
        conn.execute(_of_key(update(table), table, column).values(capture_id=bindparam("capture")), rows)


def _drop(conn: Connection, table: Table, column: str, keys: list[Key]) -> None:
    if keys:
        statement = _of_key(delete(table), table, column)
        conn.execute(statement, [{"article": key[0], "key": key[1]} for key in keys])


def _of_key(statement: Change, table: Table, column: str) -> Change:
    return statement.where(table.c.article_id == bindparam("article"), table.c[column] == bindparam("key"))
