"""The tables of an export: what each holds, which of its rows a selection takes, and what its columns are."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    CompoundSelect,
    Connection,
    FromClause,
    Integer,
    MetaData,
    Select,
    Table,
    Text,
    exists,
    select,
    union,
)

from archive.exports.selection import Selection
from archive.rows import schema
from archive.rows.engine import STREAMED
from archive.rows.order_of_bytes import in_order_of_bytes
from archive.rows.schema import UtcTime, article, capture, content, placement, reading
from archive.rows.views import VIEWS

BODY_COLUMNS = {"body"}

Condition = Callable[[Selection], list[ColumnElement[bool]]]


@dataclass(frozen=True)
class ExportedTable:
    """A table or view with the condition that a selection puts on it. Rows come in order of `key`, by bytes."""

    source: Table
    condition: Condition
    key: tuple[str, ...]

    @property
    def name(self) -> str:
        """The file's stem."""
        return self.source.name

    @property
    def doc(self) -> str:
        """What it holds."""
        return str(self.source.info.get("doc", ""))

    def columns(self, *, body: bool) -> list[Column[Any]]:
        """Its columns; those that hold whole texts only with `body`."""
        return [each for each in self.source.columns if body or each.name not in BODY_COLUMNS]

    def _statement(self, conn: Connection, selection: Selection, *, body: bool) -> Select[Any]:
        order = [in_order_of_bytes(conn, self.source.c[name]) for name in self.key]
        return select(*self.columns(body=body)).where(*self.condition(selection)).order_by(*order)

    def rows(self, conn: Connection, selection: Selection, *, body: bool) -> Generator[tuple[Any, ...], None, None]:
        """The rows as tuples in the order of `columns`, read as they are asked for. Close it to let go of them."""
        statement = self._statement(conn, selection, body=body)
        with conn.execute(statement, execution_options=STREAMED) as found:
            yield from map(tuple, found)


# --- conditions --------------------------------------------------------------------------------------------------


def _of_captures(selection: Selection) -> list[ColumnElement[bool]]:
    conditions = selection.of_capture()
    if selection.articles is not None:
        read = select(reading.c.capture_id).where(reading.c.article_id.in_(selection.articles))
        conditions.append(capture.c.id.in_(read))
    return conditions


def _captured(source: FromClause) -> Condition:
    """Rows that name the capture they were read from."""

    def condition(selection: Selection) -> list[ColumnElement[bool]]:
        conditions = _of_articles(source.c.article_id)(selection) if "article_id" in source.c else []
        if selection.of_capture():
            conditions.append(source.c.capture_id.in_(selection.captures()))
        if selection.articles is not None and "article_id" not in source.c:
            read = select(reading.c.capture_id).where(reading.c.article_id.in_(selection.articles))
            conditions.append(source.c.capture_id.in_(read))
        return conditions

    return condition


def _of_articles(article_id: ColumnElement[str]) -> Condition:
    def condition(selection: Selection) -> list[ColumnElement[bool]]:
        return [] if selection.articles is None else [article_id.in_(selection.articles)]

    return condition


def _worded(source: FromClause) -> Condition:
    """Rows of a wording: taken where a capture of the selection showed that wording."""

    def condition(selection: Selection) -> list[ColumnElement[bool]]:
        conditions = _of_articles(source.c.article_id)(selection)
        if selection.of_capture():
            shown = exists().where(
                reading.c.article_id == source.c.article_id,
                reading.c.digest == source.c.digest,
                reading.c.capture_id.in_(selection.captures()),
            )
            conditions.append(shown)
        return conditions

    return condition


def _known(article_id: ColumnElement[str]) -> Condition:
    """Rows of an article: taken where a capture of the selection showed it, or a list in the selection named it."""

    def condition(selection: Selection) -> list[ColumnElement[bool]]:
        conditions = _of_articles(article_id)(selection)
        if selection.of_capture():
            conditions.append(article_id.in_(_shown_or_named(selection.captures())))
        return conditions

    return condition


def _shown_or_named(captures: Select[Any]) -> CompoundSelect[Any]:
    """Ids of articles, worked out once: to ask of each article whether a list names it took days of a large archive."""
    shown = select(reading.c.article_id).where(reading.c.capture_id.in_(captures))
    named = select(placement.c.article_id).where(
        placement.c.capture_id.in_(captures), placement.c.article_id.is_not(None)
    )
    return union(shown, named)


def _of_placements(selection: Selection) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if selection.of_capture():
        conditions.append(placement.c.capture_id.in_(selection.captures()))
    if selection.articles is not None:
        conditions.append(placement.c.article_id.in_(selection.articles))
    return conditions


def _named_by(column: ColumnElement[Any], owner: ColumnElement[Any]) -> Condition:
    """Rows that the selected captures name: their site, run and WARC file."""

    def condition(selection: Selection) -> list[ColumnElement[bool]]:
        conditions = _of_captures(selection)
        return [column.in_(select(owner).where(*conditions))] if conditions else []

    return condition


def _of_sites(selection: Selection) -> list[ColumnElement[bool]]:
    """The sites of the selected captures: of the collections that hold them, and of what was read from them."""
    name = schema.site.c.name
    conditions = _named_by(name, capture.c.site)(selection)
    if not conditions:
        return []
    taken = select(capture.c.id).where(*_of_captures(selection))
    articles = select(article.c.site).join(reading, reading.c.article_id == article.c.id)
    lists = select(schema.list_reading.c.site).where(schema.list_reading.c.capture_id.in_(taken))
    return [conditions[0] | name.in_(articles.where(reading.c.capture_id.in_(taken))) | name.in_(lists)]


def _outlets(selection: Selection) -> list[ColumnElement[bool]]:
    conditions = _worded(content)(selection)
    if not conditions:
        return []
    own = exists().where(
        content.c.outlet == schema.outlet.c.name, content.c.outlet_country == schema.outlet.c.country, *conditions
    )
    return [own]


# --- views, with the types that the database does not give -----------------------------------------------------

_OTHER_TYPES: dict[str, Any] = {
    "number": Integer, "readings": Integer, "views": BigInteger, "comments": BigInteger, "rating": BigInteger,
    "first_observed_at": UtcTime, "previous_observed_at": UtcTime, "observed_at": UtcTime,
}  # fmt: skip
_VERSION = (
    "article_id", "number", "capture_id", "observed_at", "previous_capture_id", "previous_observed_at", "digest",
    "version_digest",
)  # fmt: skip
_LATEST = (
    "article_id", "site", "native_id", "language", "url", "slug", "title", "title_raw", "outlet", "outlet_country",
    "subtitle", "lead", "body", "published_at", "published_day", "published_precision", "published_source",
    "rights_holder", "rights_statement", "original_url", "original_published_at", "disclaimer", "views", "comments",
    "rating", "first_observed_at", "observed_at", "readings", "digest", "capture_id",
)  # fmt: skip


def _view(name: str, names: Sequence[str]) -> Table:
    view = next(each for each in VIEWS if each.name == name)
    columns = [_column(each, view.columns.get(each)) for each in names]
    return Table(name, MetaData(), *columns, info={"doc": view.doc})


def _column(name: str, doc: str | None) -> Column[Any]:
    for source in (content, article, reading):
        if name in source.c:
            known = source.c[name]
            return Column(name, known.type, doc=doc or known.doc)
    return Column(name, _OTHER_TYPES.get(name, Text), doc=doc)


article_latest, version = _view("article_latest", _LATEST), _view("version", _VERSION)


def _table(source: Table, condition: Condition) -> ExportedTable:
    return ExportedTable(source, condition, tuple(column.name for column in source.primary_key.columns))


_WORDED = (schema.content, schema.author, schema.editor_note, schema.footnote, schema.mention, schema.link,
           schema.image, schema.alternate)  # fmt: skip

TABLES: tuple[ExportedTable, ...] = (
    ExportedTable(article_latest, _known(article_latest.c.article_id), ("article_id",)),
    ExportedTable(version, _captured(version), ("article_id", "number")),
    _table(article, _known(article.c.id)),
    _table(schema.article_url, _known(schema.article_url.c.article_id)),
    *(_table(each, _worded(each)) for each in _WORDED),
    _table(reading, _captured(reading)),
    _table(schema.counter, _captured(schema.counter)),
    _table(placement, _of_placements),
    _table(schema.presence, _known(schema.presence.c.article_id)),
    _table(schema.quarantine, _captured(schema.quarantine)),
    _table(schema.outlet, _outlets),
    _table(capture, _of_captures),
    _table(schema.warc_file, _named_by(schema.warc_file.c.name, capture.c.warc_file)),
    _table(schema.run, _named_by(schema.run.c.id, capture.c.run_id)),
    _table(schema.coverage, _named_by(schema.coverage.c.run_id, capture.c.run_id)),
    _table(schema.site, _of_sites),
)
