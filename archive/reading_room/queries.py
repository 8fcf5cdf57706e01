"""What the pages show, read from the rows: small queries, a page of rows at a time, newest first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, Table, and_, func, select

from archive.errors import NothingFound
from archive.reports.history import history as versions_of
from archive.rows import view_counts
from archive.rows.schema import (
    article,
    article_url,
    capture,
    content,
    counter,
    placement,
    quarantine,
    reading,
    run,
    site,
    warc_file,
)

ROWS_A_PAGE = 50
COUNTERS_SHOWN, PLACES_SHOWN = 200, 50
Series = dict[tuple[str, str], list[tuple[datetime, int]]]


@dataclass(frozen=True, slots=True)
class Overview:
    """What is in the archive. `size` is in bytes of WARC files known to be whole."""

    counts: dict[str, int]
    size: int
    first: Any
    last: Any
    sites: list[Row[Any]]
    runs: list[Row[Any]]
    articles: list[Row[Any]]


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list; `number` from 1."""

    rows: list[Row[Any]]
    number: int
    more: bool


@dataclass(frozen=True, slots=True)
class History:
    """What was seen of one article over time: its readings by wording, its counters, its URLs.

    `counters` and `placements` are the latest rows of so many; `series` has every value, by kind and source.
    """

    versions: list[dict[str, Any]]
    readings: int
    series: Series
    counters: list[Row[Any]]
    counters_in_all: int
    urls: list[Row[Any]]
    placements: list[Row[Any]]
    placements_in_all: int


def overview(conn: Connection) -> Overview:
    """The archive at a glance."""
    counts = {name: count(conn) for name, count in _COUNTS.items()}
    first, last = conn.execute(select(func.min(capture.c.captured_at), func.max(capture.c.captured_at))).one()
    return Overview(
        counts, conn.scalar(select(func.sum(warc_file.c.committed_length))) or 0, first, last,
        list(conn.execute(_sites())), list(conn.execute(select(run).order_by(run.c.id.desc()).limit(8))),
        articles(conn, 1, at_once=10).rows,
    )  # fmt: skip


def captures(conn: Connection, url: str, site_name: str, kind: str, number: int) -> Page:
    """Captures whose URL holds `url`, of one site and one kind of page where these are given."""
    statement = select(capture).order_by(capture.c.id.desc())  # ids sort by time
    if url:
        statement = statement.where(capture.c.url.contains(url, autoescape=True))
    if site_name:
        statement = statement.where(capture.c.site == site_name)
    if kind:
        statement = statement.where(capture.c.page_kind == kind)
    return _page(conn, statement, number, ROWS_A_PAGE)


def articles(conn: Connection, number: int, language: str = "", at_once: int = ROWS_A_PAGE) -> Page:
    """Articles as their latest reading shows them, of one language where it is given."""
    page = _page(conn, _last_read(language), number, at_once)
    shown = {row.article_id: row for row in conn.execute(_as_read([row.article_id for row in page.rows]))}
    return Page([shown[row.article_id] for row in page.rows], page.number, page.more)


def _last_read(language: str) -> Select[Any]:
    """Ids of articles, the last read first: from an index alone, as every page of the list looks through all of it."""
    last = func.max(reading.c.observed_at)
    statement = select(reading.c.article_id).group_by(reading.c.article_id)
    if language:
        in_it = select(article.c.id).where(article.c.language == language)
        statement = statement.where(reading.c.article_id.in_(in_it))
    return statement.order_by(last.desc(), reading.c.article_id.desc())


def _as_read(article_ids: list[str]) -> Select[Any]:
    """All readings of these articles, the latest of each last."""
    return (
        select(reading.c.article_id, reading.c.observed_at, content.c.title, content.c.outlet, article.c.language)
        .join(content, and_(content.c.article_id == reading.c.article_id, content.c.digest == reading.c.digest))
        .join(article, article.c.id == reading.c.article_id)
        .where(reading.c.article_id.in_(article_ids))
        .order_by(reading.c.observed_at, reading.c.capture_id)
    )


def history(conn: Connection, article_id: str) -> History:
    """The versions, counters, URLs and list places of one article."""
    observed = select(counter).where(counter.c.article_id == article_id)
    placed = _placements_of(conn, article_id)
    latest_places = placed.order_by(placement.c.observed_at.desc()).limit(PLACES_SHOWN)
    readings = _readings(conn, article_id)
    return History(
        versions=_versions(conn, article_id, readings),
        readings=len(readings),
        series=_series(conn, article_id),
        counters=list(conn.execute(observed.order_by(counter.c.observed_at.desc()).limit(COUNTERS_SHOWN))),
        counters_in_all=_count(conn, observed),
        urls=list(conn.execute(select(article_url).where(article_url.c.article_id == article_id))),
        placements=list(conn.execute(latest_places)),
        placements_in_all=_count(conn, placed),
    )


def _rows_of(table: Table) -> Callable[[Connection], int]:
    return lambda conn: conn.scalar(select(func.count()).select_from(table)) or 0


_COUNTS: dict[str, Callable[[Connection], int]] = {
    "captures": _rows_of(capture), "articles": _rows_of(article), "readings": _rows_of(reading),
    "wordings": _rows_of(content), "observations": view_counts.counters, "list rows": view_counts.placements,
    "in quarantine": _rows_of(quarantine),
}  # fmt: skip


def capture_row(conn: Connection, capture_id: str) -> Row[Any]:
    """One capture. Raises NothingFound."""
    row = conn.execute(select(capture).where(capture.c.id == capture_id)).first()
    if row is None:
        raise NothingFound(f"{capture_id}: no such capture")
    return row


def read_from(conn: Connection, capture_id: str) -> tuple[Row[Any] | None, list[Row[Any]], list[Row[Any]]]:
    """What was read from a capture: the reading of an article, list rows, and why nothing could be read."""
    placed = select(placement).where(placement.c.capture_id == capture_id)
    failed = select(quarantine).where(quarantine.c.capture_id == capture_id)
    return (
        conn.execute(select(reading).where(reading.c.capture_id == capture_id)).first(),
        list(conn.execute(placed.order_by(placement.c.block, placement.c.rank))),
        list(conn.execute(failed)),
    )


def names(conn: Connection) -> tuple[list[str], list[str], list[str]]:
    """The sites, kinds of page and languages that a list can be narrowed to."""
    columns = (site.c.name, capture.c.page_kind, article.c.language)
    sites, kinds, languages = (list(conn.scalars(select(each).distinct().order_by(each))) for each in columns)
    return sites, kinds, languages


def _page(conn: Connection, statement: Select[Any], number: int, at_once: int) -> Page:
    number = min(max(number, 1), 1_000_000)
    rows = list(conn.execute(statement.limit(at_once + 1).offset((number - 1) * at_once)))
    return Page(rows[:at_once], number, len(rows) > at_once)


def _sites() -> Select[Any]:
    counted = select(func.count()).where(capture.c.site == site.c.name).scalar_subquery()
    return select(site, counted.label("captures")).order_by(site.c.name)


def _readings(conn: Connection, article_id: str) -> list[Row[Any]]:
    return list(
        conn.execute(
            select(reading.c.capture_id, reading.c.observed_at, reading.c.version_digest, content)
            .join(content, and_(content.c.article_id == reading.c.article_id, content.c.digest == reading.c.digest))
            .where(reading.c.article_id == article_id)
            .order_by(reading.c.observed_at, reading.c.capture_id)
        )
    )


def _versions(conn: Connection, article_id: str, readings: list[Row[Any]]) -> list[dict[str, Any]]:
    """The versions with the kinds of change of `svodka history` and the last capture of each; newest first."""
    versions: list[dict[str, Any]] = []
    changes = iter(versions_of(conn, article_id))
    previous: Row[Any] | None = None
    for row in readings:
        if previous is None or row.version_digest != previous.version_digest:
            versions.append({"row": row, "changed": next(changes).change_kind})
        versions[-1]["seen_until"] = row.observed_at
        previous = row
    return versions[::-1]


def _series(conn: Connection, article_id: str) -> Series:
    """Every value that was observed, in order of time. What two sources say is not one series."""
    c = counter.c
    said = select(c.kind, c.source, c.observed_at, c.value).where(c.article_id == article_id, c.value.is_not(None))
    series: Series = defaultdict(list)
    for kind, source, observed_at, value in conn.execute(said.order_by(c.observed_at, c.capture_id)):
        series[kind, source].append((observed_at, value))
    return series


def _count(conn: Connection, statement: Select[Any]) -> int:
    return conn.scalar(select(func.count()).select_from(statement.subquery())) or 0


def _placements_of(conn: Connection, article_id: str) -> Select[Any]:
    row = conn.execute(select(article).where(article.c.id == article_id)).first()
    site_name, native_id, language = (row.site, row.native_id, row.language) if row else ("", "", "")
    return select(placement).where(
        placement.c.site == site_name, placement.c.native_id == native_id, placement.c.language == language
    )
