"""The holes in the archive, day by day: a day that nothing was fetched on is a fact about the archive, not the site."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Connection, Text, case, cast, func, select

from archive.home import IMPORTED
from archive.records import GONE_STATUSES
from archive.rows.schema import capture, run

PAGES = ("article", "listing", "feed", "sitemap")
NO_VISITS = ("import", "reextract")  # runs that ask no site for anything


@dataclass(frozen=True, slots=True)
class Gap:
    """One day (UTC) with a hole: `no_run`, `no_answer` (runs, but no page came) or `many_failures` (half or more)."""

    site: str
    day: str
    gap: str
    runs: int
    pages: int
    failed: int


def gaps(conn: Connection, until: datetime, site: str | None = None) -> list[Gap]:
    """Every day with a hole from the first capture of each site to `until` (aware), its own day not counted.

    Files of others are no visits of ours: the collection `imported` has no days.
    """
    pages, runs = _pages_a_day(conn), _runs_a_day(conn)
    sites = sorted({name for name, _ in pages})
    return [
        gap
        for name in sites
        if site in (None, name)
        for day in _days(min(day for each, day in pages if each == name), until)
        if (gap := _gap(name, day, runs.get((name, day), 0), *pages.get((name, day), (0, 0))))
    ]


def _gap(site: str, day: str, runs: int, pages: int, failed: int) -> Gap | None:
    if not runs and not pages:
        return Gap(site, day, "no_run", 0, 0, 0)
    if pages == failed:
        return Gap(site, day, "no_answer", runs, pages, failed)
    return Gap(site, day, "many_failures", runs, pages, failed) if 2 * failed >= pages else None


def _days(first: str, until: datetime) -> Iterator[str]:
    day = date.fromisoformat(first)
    while day < until.date():
        yield day.isoformat()
        day += timedelta(days=1)


def _pages_a_day(conn: Connection) -> dict[tuple[str, str], tuple[int, int]]:
    """(pages, those of them without an answer) by site and day. A redirect or a 404 is one; a block page is none."""
    day = func.substr(cast(capture.c.captured_at, Text), 1, 10)
    answered = capture.c.status.in_((200, *GONE_STATUSES)) | capture.c.status.between(300, 399)
    came = answered & (capture.c.read_state != "not_content")
    statement = (
        select(capture.c.site, day, func.count(), func.sum(case((came, 0), else_=1)))
        .where(capture.c.page_kind.in_(PAGES), capture.c.site != IMPORTED)
        .group_by(capture.c.site, day)
    )
    return {(site, on): (pages, int(failed)) for site, on, pages, failed in conn.execute(statement)}


def _runs_a_day(conn: Connection) -> dict[tuple[str, str], int]:
    day = func.substr(cast(run.c.started_at, Text), 1, 10)
    statement = select(run.c.site, day, func.count()).where(run.c.command.not_in(NO_VISITS))
    return {(site, on): runs for site, on, runs in conn.execute(statement.group_by(run.c.site, day))}
