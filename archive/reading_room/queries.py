"""What the pages of the archive and of its captures show: small queries, a page of rows at a time, newest first.

What would have to be counted row by row over a large archive is not counted here: `svodka status` does that.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, get_args

from sqlalchemy import CompoundSelect, Connection, Row, Select, func, select, union_all

from archive.errors import NothingFound
from archive.reading_room.article_lists import article_page
from archive.reading_room.choices import Choices
from archive.records import PageKind
from archive.rows.schema import (
    article,
    capture,
    content,
    placement,
    presence,
    quarantine,
    reading,
    run,
    site,
    warc_file,
)

ROWS_A_PAGE = 50
_LAST_PAGE = 1_000_000
KINDS: list[str] = sorted(get_args(PageKind))


@dataclass(frozen=True, slots=True)
class SiteView:
    """A site with the time of its first and last capture."""

    row: Row[Any]
    captures: int
    first: datetime | None
    last: datetime | None


@dataclass(frozen=True, slots=True)
class Overview:
    """What is in the archive. `size` is in bytes of WARC files known to be whole."""

    counts: dict[str, int]
    size: int
    sites: list[SiteView]
    runs: list[Row[Any]]
    articles: list[Any]

    @property
    def first(self) -> datetime | None:
        """The time of the first capture."""
        return min((each.first for each in self.sites if each.first), default=None)

    @property
    def last(self) -> datetime | None:
        """The time of the latest capture."""
        return max((each.last for each in self.sites if each.last), default=None)


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list; `number` from 1."""

    rows: list[Row[Any]]
    number: int
    more: bool


def overview(conn: Connection) -> Overview:
    """The archive at a glance."""
    sites = [_site(conn, row) for row in conn.execute(select(site).order_by(site.c.name)).all()]
    tables = {"articles read": presence, "articles known": article, "readings": reading, "wordings": content,
              "in quarantine": quarantine}  # fmt: skip
    counts = {name: conn.scalar(select(func.count()).select_from(table)) or 0 for name, table in tables.items()}
    return Overview(
        {"captures": sum(each.captures for each in sites), **counts},
        conn.scalar(select(func.sum(warc_file.c.committed_length))) or 0, sites,
        list(conn.execute(select(run).order_by(run.c.started_at.desc(), run.c.id.desc()).limit(8))),
        article_page(conn, Choices(), 10).rows,
    )  # fmt: skip


def captures(conn: Connection, url: str, site_name: str, kind: str, number: int) -> Page:
    """Captures whose URL holds `url`, of one site and one kind of page where these are given."""
    statement = select(capture)
    if url:
        statement = statement.where(capture.c.url.contains(url, autoescape=True))
    if kind:
        statement = statement.where(capture.c.page_kind == kind)
    number = min(max(number, 1), _LAST_PAGE)
    names = [site_name] if site_name else conn.scalars(select(site.c.name).order_by(site.c.name)).all()
    newest = _newest(statement, names, number * ROWS_A_PAGE + 1)
    rows = list(conn.execute(newest.limit(ROWS_A_PAGE + 1).offset((number - 1) * ROWS_A_PAGE)))
    return Page(rows[:ROWS_A_PAGE], number, len(rows) > ROWS_A_PAGE)


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


def zones(conn: Connection) -> dict[str, str]:
    """The name of each site's time zone."""
    rows = conn.execute(select(site.c.name, site.c.time_zone))
    return {name: zone for name, zone in rows}  # noqa: C416


def _newest(statement: Select[Any], sites: Sequence[str], most: int) -> CompoundSelect[Any]:
    """The newest captures of these sites: so many of each along its index, as there is none over the times of all.

    Not by id: those of imported captures are made from what was read.
    """
    c = capture.c
    of_each = [
        statement.where(c.site == name).order_by(c.captured_at.desc(), c.id.desc()).limit(most).subquery()
        for name in sites or [""]
    ]
    found = union_all(*map(select, of_each))
    return found.order_by(found.selected_columns.captured_at.desc(), found.selected_columns.id.desc())


def _site(conn: Connection, row: Row[Any]) -> SiteView:
    """All three along the index of a site's captures."""
    mine = capture.c.site == row.name
    at = capture.c.captured_at
    first, last = (conn.scalar(select(at).where(mine).order_by(order).limit(1)) for order in (at, at.desc()))
    return SiteView(row, conn.scalar(select(func.count()).where(mine)) or 0, first, last)
