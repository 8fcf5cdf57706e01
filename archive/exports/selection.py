"""Which part of the archive an export takes: a site, a span of time, what a search finds, or one article."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, CompoundSelect, Connection, Select, select, union

from archive.errors import NothingFound, UsageError
from archive.rows.reading import resolve_article_id
from archive.rows.schema import alternate, article, article_url, capture, list_reading, reading
from archive.rows.schema import site as site_table
from archive.search import matching_ids

MOST_ARTICLES = 20_000  # of a search: they are named one by one in each query


@dataclass(frozen=True, slots=True)
class Selection:
    """`since` (included) and `until` (not included) are of the capture; `articles` are ids, None for all."""

    site: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    query: str | None = None
    articles: tuple[str, ...] | None = None
    main_article: str | None = None  # the one that was named

    @property
    def is_everything(self) -> bool:
        """Whether nothing narrows it but the site."""
        return self.since is None and self.until is None and self.articles is None

    def has_all_of(self, collection: str) -> bool:
        """Whether every capture of a collection is in it."""
        return self.is_everything and self.site in (None, collection)

    def of_capture(self) -> list[ColumnElement[bool]]:
        """Conditions on `capture`: site and time. Pages in imported files are of the site they were read as."""
        c = capture.c
        conditions: list[ColumnElement[bool]] = []
        if self.site is not None:
            conditions.append((c.site == self.site) | c.id.in_(_read_as(self.site)))
        if self.since is not None:
            conditions.append(c.captured_at >= self.since)
        if self.until is not None:
            conditions.append(c.captured_at < self.until)
        return conditions

    def captures(self) -> Select[Any]:
        """Ids of the captures of the site and the span."""
        return select(capture.c.id).where(*self.of_capture())

    def described(self) -> dict[str, Any]:
        """What was asked for, for the manifest of the export."""
        asked = {"site": self.site, "since": self.since, "until": self.until, "search": self.query}
        named: dict[str, Any] = {
            name: value.isoformat() if isinstance(value, datetime) else value for name, value in asked.items()
        }
        if self.articles is not None and self.query is None:
            named["articles"] = list(self.articles)
        return {name: value for name, value in named.items() if value is not None}


def _read_as(site: str) -> CompoundSelect[Any]:
    """The captures that were read as articles or lists of a site, whatever collection holds them."""
    articles = select(reading.c.capture_id).join(article, article.c.id == reading.c.article_id)
    lists = select(list_reading.c.capture_id).where(list_reading.c.site == site)
    return union(articles.where(article.c.site == site), lists)


def select_part(
    conn: Connection,
    *,
    site: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    query: str | None = None,
    article_id: str | None = None,
) -> Selection:
    """The part that was asked for. An article (id or URL) brings its pages in other languages with it.

    Raises NothingFound for an unknown site or article, or a search without hits; UsageError for what contradicts.
    """
    if article_id is not None and query is not None:
        raise UsageError("one article or a search, not both")
    if since is not None and until is not None and since >= until:
        raise UsageError("--since is not before --until")
    if site is not None and conn.scalar(select(site_table.c.name).where(site_table.c.name == site)) is None:
        raise NothingFound(f"{site}: no such site in the archive")
    if query is not None:
        return Selection(site, since, until, query, _found(conn, query))
    if article_id is not None:
        known = resolve_article_id(conn, article_id)
        if known is None:
            raise NothingFound(f"{article_id}: no such article in the archive; try `svodka search`")
        return Selection(site, since, until, None, tuple(sorted(_in_all_languages(conn, known))), known)
    return Selection(site, since, until)


def _found(conn: Connection, query: str) -> tuple[str, ...]:
    found = matching_ids(conn, query)
    if not found:
        raise NothingFound(f"{query}: no article says so")
    if len(found) > MOST_ARTICLES:
        raise UsageError(f"{query}: {len(found):,} articles, more than {MOST_ARTICLES:,}: narrow the search")
    return tuple(sorted(found))


def _in_all_languages(conn: Connection, article_id: str) -> set[str]:
    """The article and its pages in other languages: of the same number, or named as such by either page."""
    own = article.alias("own")
    same_number = select(article.c.id).join(
        own, (own.c.site == article.c.site) & (own.c.native_id == article.c.native_id)
    ).where(own.c.id == article_id)  # fmt: skip
    own_urls = select(article_url.c.url).where(article_url.c.article_id == article_id)
    named = select(alternate.c.url).where(alternate.c.article_id == article_id)
    of_url = select(article_url.c.article_id).where(article_url.c.url.in_(named))
    of_capture = select(reading.c.article_id).join(capture).where(capture.c.url.in_(named))
    naming = select(alternate.c.article_id).where(alternate.c.url.in_(own_urls))
    return {article_id, *conn.scalars(union(same_number, of_url, of_capture, naming))}
