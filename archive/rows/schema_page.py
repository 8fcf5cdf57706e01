"""docs/schema.md, made from the schema itself: `python -m archive.rows.schema_page > docs/schema.md`."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from sqlalchemy import Column, Table, create_engine, inspect
from sqlalchemy.types import JSON, Boolean, Integer

from archive.rows import schema
from archive.rows.schema import UtcTime, metadata
from archive.rows.search_index import make_search_index
from archive.rows.views import VIEWS, View, make_views

_HEAD = """\
# Tables and views

Made from `archive/rows/schema.py` and `archive/rows/views.py`; made again by
`python -m archive.rows.schema_page > docs/schema.md`, and held up to date by a test.

The rows are a projection of the WARC files: every content table names the capture that each row was read from, and
`svodka rebuild` makes the same rows again. They stand in SQLite (`svodka.db` in the data folder) or in PostgreSQL.

- Times are UTC: ISO 8601 text in SQLite (`2025-09-08T01:37:00.000000Z`, sorts and compares as time), `timestamptz` in
  PostgreSQL.
- Absent is NULL, never 0 and never an empty string (but for `footnote.marker`). Lists of strings are JSON.
- An article is `site:language:native_id`. What it says is stored once a wording (`content` and its lists, by
  `digest`); `reading` ties every capture to the wording it showed; the view `version` puts the changes in order.
- A `digest` of a wording is the first 32 hexadecimal digits of the SHA-256 of its canonical JSON
  (`archive/rows/wording.py`).

Start with the views; [query.md](query.md) has examples. What a value means, what counts and when it is NULL is in the
[codebook](codebook.md).
"""

# Where a view's columns come from, in order: the first that describes a name speaks.
_SOURCES = (
    schema.article, schema.content, schema.reading, schema.page_counter, schema.list_reading, schema.list_content,
    schema.capture,
)  # fmt: skip
_COMMON = {
    "article_id": "`site:language:native_id`, see `article`",
    "capture_id": "the capture that it was read from",
    "observed_at": "time of the capture",
}


def page() -> str:
    """The page as Markdown."""
    views = "\n".join(_view(view, names) for view, names in _view_columns())
    tables = "\n".join(_table(table) for table in metadata.tables.values())
    return f"{_HEAD}\n## Views\n\n{views}\n## Tables\n\n{tables}".rstrip() + "\n"


def _view_columns() -> Iterator[tuple[View, list[str]]]:
    """Each view with its columns, as a database has them."""
    engine = create_engine("sqlite://")
    with engine.begin() as conn:
        metadata.create_all(conn)
        make_search_index(conn)
        make_views(conn)
        for view in VIEWS:
            yield view, [column["name"] for column in inspect(conn).get_columns(view.name)]
    engine.dispose()


def _view(view: View, names: list[str]) -> str:
    rows = [f"| `{name}` | {view.columns.get(name) or _documented(name)} |" for name in names]
    return "\n".join([f"### {view.name}", "", view.doc, "", "| column | |", "|---|---|", *rows, ""])


def _documented(name: str) -> str:
    """What the tables say of a column that a view takes over."""
    for table in _SOURCES:
        if name in table.c and (doc := table.c[name].doc):
            return doc
    return _COMMON.get(name, "")


def _table(table: Table) -> str:
    rows = [
        f"| {_name(column)} | {_kind(column)} | {column.doc or _COMMON.get(column.name, '')} |" for column in table.c
    ]
    head = [f"### {table.name}", "", table.info["doc"], "", "| column | type | |", "|---|---|---|"]
    return "\n".join([*head, *rows, ""])


def _name(column: Column[object]) -> str:
    return f"**`{column.name}`**" if column.primary_key else f"`{column.name}`"


def _kind(column: Column[object]) -> str:
    kinds = ((UtcTime, "time"), (JSON, "JSON"), (Boolean, "boolean"), (Integer, "integer"))
    kind = next((name for type_, name in kinds if isinstance(column.type, type_)), "text")
    target = next((f", to `{key.target_fullname}`" for key in column.foreign_keys), "")
    return kind + ("" if column.nullable else ", always") + target


if __name__ == "__main__":
    sys.stdout.write(page())
