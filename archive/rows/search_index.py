"""The search index over `search_document`: kept by the database itself, in the transaction that changes the text.

SQLite: FTS5 (unicode61 with the Porter stemmer for English) over the table, kept by triggers. PostgreSQL: a
generated tsvector column (`russian` stems English words too) with a GIN index.
"""

from __future__ import annotations

from sqlalchemy import Connection

HYPHENS = "-\u2010\u2011\u2012\u2013\u2014"

_SQLITE = (
    """CREATE VIRTUAL TABLE IF NOT EXISTS search_fts USING fts5(
        title, byline, text, content='search_document', content_rowid='id', tokenize='porter unicode61')""",
    """CREATE TRIGGER IF NOT EXISTS search_document_insert AFTER INSERT ON search_document BEGIN
        INSERT INTO search_fts(rowid, title, byline, text) VALUES (new.id, new.title, new.byline, new.text);
    END""",
    # An FTS5 index over another table is told what to take out: SQLite, "FTS5", 4.4.3.
    """CREATE TRIGGER IF NOT EXISTS search_document_delete AFTER DELETE ON search_document BEGIN
        INSERT INTO search_fts(search_fts, rowid, title, byline, text)
        VALUES ('delete', old.id, old.title, old.byline, old.text);
    END""",
    """CREATE TRIGGER IF NOT EXISTS search_document_update AFTER UPDATE ON search_document BEGIN
        INSERT INTO search_fts(search_fts, rowid, title, byline, text)
        VALUES ('delete', old.id, old.title, old.byline, old.text);
        INSERT INTO search_fts(rowid, title, byline, text) VALUES (new.id, new.title, new.byline, new.text);
    END""",
)

# Without hyphens, as in FTS5: PostgreSQL would read `Су-57` as a word and the number minus 57.
_LEXEMES = " || ".join(
    f"setweight(to_tsvector('russian', translate({column}, '{HYPHENS}', '{' ' * len(HYPHENS)}')), '{weight}')"
    for column, weight in (("title", "A"), ("byline", "B"), ("text", "D"))
)
_POSTGRESQL = (
    f"""ALTER TABLE search_document ADD COLUMN IF NOT EXISTS
        lexemes tsvector GENERATED ALWAYS AS ({_LEXEMES}) STORED""",
    "CREATE INDEX IF NOT EXISTS ix_search_document_lexemes ON search_document USING gin (lexemes)",
)

# What these statements make beside the tables of `schema.metadata`.
OWN_TABLES = frozenset({"search_fts", "search_fts_config", "search_fts_data", "search_fts_docsize", "search_fts_idx"})
OWN_COLUMNS = frozenset({"lexemes"})
OWN_INDEXES = frozenset({"ix_search_document_lexemes"})


def make_search_index(conn: Connection) -> None:
    """Make the index where it is not there yet."""
    for statement in _SQLITE if conn.dialect.name == "sqlite" else _POSTGRESQL:
        conn.exec_driver_sql(statement)
