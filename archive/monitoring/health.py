"""Whether to worry: about the last run, what it found, what it could not read, and the room that is left.

Every check says what it saw in one line; nothing is changed.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select

from archive.home import Home
from archive.lock import is_held
from archive.monitoring.coverage import (
    READABLE,
    FieldCoverage,
    alarms,
    complete_days,
    last_walks,
    missing_lists,
    telling_coverage,
    volume,
)
from archive.records import LINE_END
from archive.rows.schema import capture, quarantine, run
from archive.rows.visits import VISITING, last_walk_started_at, visited

LATE = 3  # times the interval of the schedule
CLOCKS_DIFFER = timedelta(minutes=10)  # as much is forgiven between two machines


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at. `site` is None for what concerns the whole archive."""

    site: str | None
    check: str
    worry: bool
    detail: str


def health(conn: Connection, home: Home, now: datetime, site: str | None = None) -> list[Check]:
    """All checks of one site, or of every site that was ever visited; `now` is aware."""
    of_any_site = select(run.c.site).where(run.c.command.in_(VISITING)).distinct().order_by(run.c.site)
    names = [site] if site else list(conn.scalars(of_any_site))
    found = [check for name in names for check in _of_site(conn, home, now, name)]
    return [*found, _disk(home)]


def _of_site(conn: Connection, home: Home, now: datetime, site: str) -> Iterator[Check]:
    yield from _last_run(conn, home, now, site)
    yield _lists(conn, site)
    found = telling_coverage(conn, site)
    yield from _coverage(site, found)
    yield from _volume(conn, now, site)
    yield _quarantine(conn, site, found)
    yield _unread(conn, home, site)
    yield _cut_short(conn, site)


def _last_run(conn: Connection, home: Home, now: datetime, site: str) -> Iterator[Check]:
    last = conn.execute(select(run).where(visited(site)).order_by(run.c.id.desc()).limit(1)).first()
    if last is None:
        yield Check(site, "last run", True, "there was none")
        return
    running = last.ended_at is None and is_held(home)
    ended = "is running" if running else last.reason or "was killed"
    failed = not running and last.exit_code != 0
    yield Check(site, "last run", failed, f"{last.command} of {_minute(last.started_at)}: {ended}")
    yield _schedule(conn, home, now, site)
    challenges = last.challenges or 0
    yield Check(site, "challenges", challenges > 0, f"{challenges} block or challenge pages in the last run")


def _schedule(conn: Connection, home: Home, now: datetime, site: str) -> Check:
    """Nothing new is found unless the lists are walked; runs over URLs that were named do not count."""
    started_at, interval = last_walk_started_at(conn, site), home.config.interval_hours
    if started_at is None:
        return Check(site, "schedule", False, "only URLs that were named were asked for")
    if started_at > now + CLOCKS_DIFFER:
        detail = f"the last run began {_minute(started_at)}, later than now: a clock is wrong"
        return Check(site, "schedule", True, detail)
    late = now - started_at > LATE * timedelta(hours=interval)
    hours = (now - started_at) / timedelta(hours=1)
    return Check(site, "schedule", late, f"{hours:,.1f} hours ago; one is due every {interval:g} hours")


def _lists(conn: Connection, site: str) -> Check:
    """Nothing new can be found where none of the lists is there any more that a crawl begins with."""
    missing, total = missing_lists(conn, last_walks(conn, site))
    return Check(site, "lists", 0 < missing == total, f"{missing} of {total} first pages answered 404 or 410")


def _coverage(site: str, found: Sequence[FieldCoverage]) -> Iterator[Check]:
    raised = alarms(found)
    for alarm in raised:
        yield Check(site, "coverage", True, str(alarm).removeprefix(f"{site}: "))
    if not raised:
        yield Check(site, "coverage", False, "every field is found as often as before")


def _volume(conn: Connection, now: datetime, site: str) -> Iterator[Check]:
    days = complete_days(volume(conn, site), now)
    if days:
        last = days[-1]
        usual = "no day to compare" if last.median is None else f"the median of the days before is {last.median:g}"
        yield Check(site, "volume", last.alarm, f"{last.new_articles} new articles on {last.day}; {usual}")


def _quarantine(conn: Connection, site: str, found: Sequence[FieldCoverage]) -> Check:
    """Pages that could not be read: a worry where most articles are such, or far more pages than in the runs before."""
    captures = select(func.count(quarantine.c.capture_id.distinct())).join(capture).where(capture.c.site == site)
    total = conn.scalar(captures) or 0
    judged = {each.run_id for each in found}
    new = conn.scalar(captures.where(capture.c.run_id.in_(judged))) or 0
    grows = any(each.alarm for each in found if each.field == READABLE)
    return Check(
        site, "quarantine", grows, f"{total} pages could not be read, {new} of them in the last run that could tell"
    )


def _unread(conn: Connection, home: Home, site: str) -> Check:
    """Captures that no command has read: a crash came between, and the next start reads them."""
    count = select(func.count()).where(capture.c.site == site, capture.c.read_state == "unread")
    unread = conn.scalar(count) or 0
    return Check(site, "unread", unread > 0 and not is_held(home), f"{unread} captures wait to be read")


def _cut_short(conn: Connection, site: str) -> Check:
    """Pages that were read as far as their Content-Length goes, as browsers do, though the server sent more."""
    last = select(run.c.id).where(visited(site)).order_by(run.c.id.desc()).limit(1).scalar_subquery()
    read = capture.c.run_id == last, capture.c.read_state == "read", capture.c.record_type == "response"
    pages = conn.scalar(select(func.count()).where(*read, capture.c.stray_bytes > LINE_END)) or 0
    detail = f"{pages} pages of the last run came with bytes behind their Content-Length, which were not read"
    return Check(site, "cut short", pages > 0, detail)


def _disk(home: Home) -> Check:
    free, floor = shutil.disk_usage(home.path).free / 1e6, home.config.free_space_floor_mb
    return Check(None, "disk", free < floor, f"{free:,.0f} MB free; no run starts below {floor:,} MB")


def _minute(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%d %H:%M")
