"""Full-text search over the latest wording of every article, in every form of a Russian word.

The index is changed in the transaction that changes the text, so it never says what the rows do not.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Result, delete, select, text

from archive.rows.in_lists import SOME, chunks
from archive.rows.schema import article, author, content, reading, search_document
from archive.rows.search_index import CONFIGURATION, index_new
from archive.rows.upsert import write_rows
from archive.search_query import Query, parse_query

INDEXED_TITLE = 20_000  # and of the byline
INDEXED_CHARACTERS = 200_000  # PostgreSQL takes tsvectors of up to 1 MB
MOST_HITS = 1000

_INDEXED = select(search_document.c.article_id, search_document.c.digest).where(search_document.c.article_id.in_(SOME))
_WORDINGS = (
    select(reading.c.article_id, reading.c.digest)
    .where(reading.c.article_id.in_(SOME))
    .order_by(reading.c.article_id, reading.c.observed_at, reading.c.capture_id)
)
_AUTHORS = (
    select(author.c.article_id, author.c.digest, author.c.name, author.c.name_original)
    .where(author.c.article_id.in_(SOME))
    .order_by(author.c.article_id, author.c.position)
)
_CONTENTS = select(
    content.c.article_id, content.c.digest, content.c.title, content.c.outlet, content.c.subtitle, content.c.lead,
    content.c.body,
).where(content.c.article_id.in_(SOME))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Hit:
    """An article that was found. `snippet` marks the words with [ ]; a higher `score` is a better match."""

    article_id: str
    title: str
    language: str
    url: str
    snippet: str
    observed_at: datetime
    score: float


def search(conn: Connection, query: str, limit: int = 20) -> list[Hit]:
    """The articles whose latest wording has all words of `query`, best first; up to `limit`, at most 1,000.

    Russian words are found in all their forms, with ё and е alike; English ones by their stem; words in quotes
    together and as they stand; a word after a minus sign must not occur. Ranked by BM25 on SQLite, by cover density
    on PostgreSQL, equals by id; a word in the title counts ten times. Raises UsageError where there is nothing to look
    for.
    """
    parsed = parse_query(query)
    find = _find_in_sqlite if conn.dialect.name == "sqlite" else _find_in_postgresql
    found = find(conn, parsed, max(1, min(limit, MOST_HITS))).all()
    latest = _latest(conn, [row.article_id for row in found])
    return [
        Hit(row.article_id, row.title, article.language, article.url, row.snippet, article.observed_at, row.score)
        for row in found
        if (article := latest.get(row.article_id))
    ]


def matching_ids(conn: Connection, query: str) -> list[str]:
    """The ids of all articles that `search` would find, without a limit. Raises UsageError."""
    parsed = parse_query(query)
    if conn.dialect.name == "sqlite":
        found = "SELECT d.article_id FROM search_fts JOIN search_document d ON d.id = search_fts.rowid"
        return list(conn.scalars(text(f"{found} WHERE search_fts MATCH :query"), {"query": parsed.fts5()}))
    expression, binds = parsed.tsquery()
    return list(conn.scalars(text(f"SELECT article_id FROM search_document WHERE lexemes @@ {expression}"), binds))  # noqa: S608


_SQLITE = text("""
    SELECT d.article_id, d.title, snippet(search_fts, -1, '[', ']', ' … ', 24) AS snippet,
        -bm25(search_fts, 10.0, 5.0, 1.0) AS score
    FROM search_fts JOIN search_document d ON d.id = search_fts.rowid
    WHERE search_fts MATCH :query
    ORDER BY score DESC, d.article_id
    LIMIT :limit
""")


def _find_in_sqlite(conn: Connection, query: Query, limit: int) -> Result[Any]:
    return conn.execute(_SQLITE, {"query": query.fts5(), "limit": limit})


def _find_in_postgresql(conn: Connection, query: Query, limit: int) -> Result[Any]:
    expression, binds = query.tsquery()
    statement = text(f"""
        SELECT f.article_id, f.title, f.score, ts_headline('{CONFIGURATION}', f.title || ' … ' || f.text, f.query,
            'StartSel=[, StopSel=], MaxWords=24, MinWords=8, MaxFragments=2, FragmentDelimiter=" … "') AS snippet
        FROM (
            SELECT d.*, q.query, ts_rank_cd('{{0.1, 0.1, 0.5, 1.0}}', d.lexemes, q.query) AS score
            FROM search_document d, (SELECT {expression} AS query) q
            WHERE d.lexemes @@ q.query
            ORDER BY score DESC, d.article_id COLLATE "C"
            LIMIT :limit
        ) f
        ORDER BY f.score DESC, f.article_id COLLATE "C"
    """)  # noqa: S608 - only names of bound parameters are put in
    return conn.execute(statement, {**binds, "limit": limit})


def _latest(conn: Connection, article_ids: list[str]) -> dict[str, Any]:
    """URL, language and time of the latest reading, by article id."""
    statement = (
        select(reading.c.article_id, reading.c.url, reading.c.observed_at, article.c.language)
        .join(article, article.c.id == reading.c.article_id)
        .order_by(reading.c.observed_at, reading.c.capture_id)
    )
    rows: dict[str, Any] = {}
    for some in chunks(article_ids):
        rows |= {row.article_id: row for row in conn.execute(statement.where(reading.c.article_id.in_(some)))}
    return rows


def index_articles(conn: Connection, article_ids: Collection[str]) -> int:
    """Bring the index up to the latest wording of these articles; returns how many documents changed."""
    changed = 0
    for some in chunks(article_ids):
        changed += _index_some(conn, some)
    return changed


def _index_some(conn: Connection, article_ids: list[str]) -> int:
    latest = _latest_digests(conn, article_ids)
    indexed = conn.execute(_INDEXED, {"some": article_ids})
    old = {article_id: digest for article_id, digest in indexed}  # noqa: C416
    gone = old.keys() - latest.keys()
    if gone:
        conn.execute(delete(search_document).where(search_document.c.article_id.in_(sorted(gone))))
    changed = {key: digest for key, digest in latest.items() if old.get(key) != digest}
    rows = _documents(conn, changed) if changed else []
    write_rows(conn, search_document, rows, key=("article_id",), replace=("digest", "title", "byline", "text"))
    index_new(conn, changed.keys() - old.keys())
    return len(rows) + len(gone)


def _latest_digests(conn: Connection, article_ids: list[str]) -> dict[str, str]:
    """The wording that the latest capture of each article showed."""
    rows = conn.execute(_WORDINGS, {"some": article_ids})
    return {article_id: digest for article_id, digest in rows}  # noqa: C416 - the last of an article stays


def _documents(conn: Connection, wordings: dict[str, str]) -> list[dict[str, str]]:
    names: dict[str, list[str]] = {key: [] for key in wordings}
    for article_id, digest, name, original in conn.execute(_AUTHORS, {"some": list(wordings)}):
        if wordings[article_id] == digest:
            names[article_id] += [name, original or ""]
    found = conn.execute(_CONTENTS, {"some": list(wordings)})
    return [_document(row, names[row.article_id]) for row in found if wordings[row.article_id] == row.digest]


def _document(row: Any, names: list[str]) -> dict[str, str]:
    parts = [row.subtitle, row.lead, *row.body]
    return {
        "article_id": row.article_id, "digest": row.digest, "title": (row.title or "")[:INDEXED_TITLE],
        "byline": " ".join(filter(None, [row.outlet, *names]))[:INDEXED_TITLE],
        "text": "\n".join(filter(None, parts))[:INDEXED_CHARACTERS],
    }  # fmt: skip
