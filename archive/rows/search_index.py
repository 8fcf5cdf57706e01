"""The search index over `search_document`, changed in the transaction that changes the text.

SQLite: FTS5 (unicode61 with the Porter stemmer for English) over the table; triggers keep it in step with what is
changed and deleted, `index_new` takes up what is new. PostgreSQL: a generated tsvector column with a GIN index, by a
configuration that does as FTS5 does: it stems English words, takes Russian ones as they stand and leaves none out.
PostgreSQL's own `russian` does not know `the`, `после` and `три`, so that phrases that have them would find too much.
"""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection, bindparam, text

HYPHENS = "-\u2010\u2011\u2012\u2013\u2014"

_SQLITE = (
    """CREATE VIRTUAL TABLE IF NOT EXISTS search_fts USING fts5(
        title, byline, text, content='search_document', content_rowid='id', tokenize='porter unicode61')""",
    # No trigger for new rows: within one, FTS5 writes out its index after every single row (its xSavepoint), which
    # doubles the cost of a document.
    "DROP TRIGGER IF EXISTS search_document_insert",
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

CONFIGURATION = "svodka"
_MAKE_CONFIGURATION = f"""DO $$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_ts_config WHERE cfgname = '{CONFIGURATION}' AND pg_ts_config_is_visible(oid)) THEN
        CREATE TEXT SEARCH DICTIONARY svodka_english (TEMPLATE = snowball, LANGUAGE = english);
        CREATE TEXT SEARCH CONFIGURATION {CONFIGURATION} (COPY = pg_catalog.russian);
        ALTER TEXT SEARCH CONFIGURATION {CONFIGURATION} ALTER MAPPING REPLACE russian_stem WITH simple;
        ALTER TEXT SEARCH CONFIGURATION {CONFIGURATION} ALTER MAPPING REPLACE english_stem WITH svodka_english;
    END IF;
END $$"""
# Without hyphens, as in FTS5: PostgreSQL would read `Су-57` as a word and the number minus 57.
_LEXEMES = " || ".join(
    f"setweight(to_tsvector('{CONFIGURATION}', translate({column}, '{HYPHENS}', '{' ' * len(HYPHENS)}')), '{weight}')"
    for column, weight in (("title", "A"), ("byline", "B"), ("text", "D"))
)
_POSTGRESQL = (
    _MAKE_CONFIGURATION,
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


_INDEX_NEW = text("""
    INSERT INTO search_fts(rowid, title, byline, text)
    SELECT id, title, byline, text FROM search_document WHERE article_id IN :new
""").bindparams(bindparam("new", expanding=True))


def index_new(conn: Connection, article_ids: Collection[str]) -> None:
    """Take up the documents of these articles (at most some thousand), just inserted, in the order of their ids."""
    if article_ids and conn.dialect.name == "sqlite":
        conn.execute(_INDEX_NEW, {"new": sorted(article_ids)})
