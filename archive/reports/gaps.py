"""The holes in the archive, day by day: a day that nothing was fetched on is a fact about the archive, not the site.

Days are those of the site's calendar, as days of publication are: a hole explains why few articles have that day.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Any

from sqlalchemy import Column, Connection, Text, case, cast, func, or_, select

from archive.home import IMPORTED
from archive.records import GONE_STATUSES
from archive.rows.days import zones
from archive.rows.schema import capture, run
from archive.rows.schema import site as site_table

PAGES = ("article", "listing", "feed", "sitemap")
NO_VISITS = ("import", "reextract")  # runs that ask no site for anything

# A redirect and a page that is gone answer what was asked, though neither is content; a block page answers nothing,
# whatever its status (a list that is gone is `not_content`, as a block page is; of an article only that is). So says
# docs/query.md. A page that came and could not be read is an answer: its bytes are there.
_CONTENT = capture.c.read_state != "not_content"
_ANSWERED = or_(
    capture.c.status.in_((301, 302, 303, 307, 308)),
    capture.c.status.in_(sorted(GONE_STATUSES)) & (_CONTENT | (capture.c.page_kind != "article")),
    capture.c.status.in_((200, 203, 304)) & _CONTENT,
)

Day = tuple[str, date]  # of a site


@dataclass(frozen=True, slots=True)
class Gap:
    """A day in `time_zone` with a hole: `no_run`, `no_answer` (no page came) or `many_failures` (half or more)."""

    site: str
    day: str
    gap: str
    runs: int
    pages: int
    failed: int
    time_zone: str


def gaps(conn: Connection, until: datetime, site: str | None = None) -> list[Gap]:
    """Every day with a hole from the first capture of each site to `until` (aware), its own day not counted.

    Files of others are no visits of ours: the collection `imported` has no days.
    """
    calendars = _calendars(conn, site)
    pages, failed = _pages_a_day(conn, calendars)
    runs = _runs_a_day(conn, calendars)
    return [
        Gap(name, day.isoformat(), gap, runs[name, day], pages[name, day], failed[name, day], str(zone))
        for name, zone in calendars.items()
        for day in _days([day for each, day in pages if each == name], until.astimezone(zone).date())
        if (gap := _gap(runs[name, day], pages[name, day], failed[name, day]))
    ]


def _gap(runs: int, pages: int, failed: int) -> str | None:
    if not runs and not pages:
        return "no_run"
    if pages == failed:
        return "no_answer"
    return "many_failures" if 2 * failed >= pages else None


def _days(fetched_on: Iterable[date], end: date) -> Iterator[date]:
    day = min(fetched_on, default=end)
    while day < end:
        yield day
        day += timedelta(days=1)


def _calendars(conn: Connection, site: str | None) -> dict[str, tzinfo]:
    """The time zones by which the days of our own sites are counted, by name; UTC where none is known."""
    names = conn.scalars(select(site_table.c.name).where(site_table.c.name != IMPORTED)).all()
    known = zones(conn, [name for name in names if site in (None, name)])
    return {name: known[name] or UTC for name in sorted(known)}


def _pages_a_day(conn: Connection, calendars: Mapping[str, tzinfo]) -> tuple[Counter[Day], Counter[Day]]:
    """Pages, and those of them that failed."""
    minute = _minute(capture.c.captured_at)
    statement = (
        select(capture.c.site, minute, func.count(), func.sum(case((_ANSWERED, 0), else_=1)))
        .where(capture.c.page_kind.in_(PAGES), capture.c.site.in_(calendars))
        .group_by(capture.c.site, minute)
    )
    pages, failed = Counter[Day](), Counter[Day]()
    for name, at, fetched, in_vain in conn.execute(statement):
        day = name, _day(at, calendars[name])
        pages[day] += fetched
        failed[day] += int(in_vain)
    return pages, failed


def _runs_a_day(conn: Connection, calendars: Mapping[str, tzinfo]) -> Counter[Day]:
    visits = select(run.c.site, _minute(run.c.started_at)).where(
        run.c.command.not_in(NO_VISITS), run.c.site.in_(calendars)
    )
    return Counter((name, _day(at, calendars[name])) for name, at in conn.execute(visits))


def _minute(moment: Column[datetime]) -> Any:
    """`2025-09-08T04:00`: few enough to be taken to a calendar that SQLite does not know; zones differ by minutes."""
    return func.substr(cast(moment, Text), 1, 16)


def _day(minute: str, zone: tzinfo) -> date:
    return datetime.fromisoformat(minute).replace(tzinfo=UTC).astimezone(zone).date()
