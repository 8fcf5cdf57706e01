"""Group commits: units wait for one another, but never while there is nothing else to do."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from archive.home import Home
from archive.records import Discovery, UnitOfWork
from archive.rows.schema import frontier
from archive.session import Session, SiteRow
from crawler.fetching.committer import BATCH_UNITS, Committer

NEVER, SOON = 3600.0, 0.05  # seconds: with the one only what does not wait commits, however slow the machine is
SITE = SiteRow("vpk", "VPK", "https://vpk.name/", "Europe/Moscow")


@pytest.fixture
def session(tmp_path):
    with Session(Home(tmp_path / "data"), SITE, command="crawl", options={}) as opened:
        yield opened


class Told:
    """What the committer says of its commits."""

    def __init__(self):
        self.leases, self.failures = [], []
        self.changed = asyncio.Event()

    def committed(self, leases, *, asked):
        self.leases.append([lease.url for lease in leases] if asked else None)
        self.changed.set()

    def failed(self, error):
        self.failures.append(error)
        self.changed.set()

    async def next(self):
        await asyncio.wait_for(self.changed.wait(), 30)
        self.changed.clear()


@asynccontextmanager
async def committing(session, seconds=NEVER):
    told = Told()
    committer = Committer(session, told.committed, told.failed, seconds=seconds)
    yield committer, told
    await committer.drain()


def units(count, first=0):
    urls = [f"https://vpk.name/news/{number}_a.html" for number in range(first, first + count)]
    return [UnitOfWork(discoveries=[Discovery(url, "article", "sidebar")]) for url in urls]


def kept(session):
    with session.database.reader() as conn:
        return conn.scalar(select(func.count()).select_from(frontier))


def test_a_full_batch_is_committed_at_once(session):
    async def trial():
        async with committing(session) as (committer, told):
            for unit in units(BATCH_UNITS):
                committer.submit(unit)
            assert committer.uncommitted == BATCH_UNITS
            await told.next()
            assert (committer.uncommitted, kept(session)) == (0, BATCH_UNITS)

    asyncio.run(trial())


def test_fewer_units_are_committed_together_when_their_time_is_up(session):
    async def trial():
        async with committing(session, SOON) as (committer, told):
            for unit in units(3):
                committer.submit(unit)
            assert (committer.idle, kept(session)) == (False, 0)
            await told.next()
            assert (committer.idle, kept(session), told.leases) == (True, 3, [None])

    asyncio.run(trial())


def test_a_run_that_has_nothing_else_to_do_does_not_wait(session):
    """The leases that it asked for come with the commit, and name what the units brought."""

    async def trial():
        async with committing(session) as (committer, told):
            committer.submit(units(1)[0])
            committer.lease(10, now=False)
            committer.hurry()
            await told.next()
            assert told.leases == [["https://vpk.name/news/0_a.html"]]

    asyncio.run(trial())


def test_what_comes_during_a_commit_is_in_the_next_one(session):
    async def trial():
        async with committing(session, SOON) as (committer, told):
            for unit in units(BATCH_UNITS + 2):
                committer.submit(unit)
            await told.next()
            assert committer.uncommitted == 2
            await told.next()
            assert kept(session) == BATCH_UNITS + 2

    asyncio.run(trial())


def test_the_end_commits_what_waits(session):
    async def trial():
        async with committing(session) as (committer, _):
            committer.submit(units(1)[0])
        assert kept(session) == 1

    asyncio.run(trial())


def test_a_commit_that_fails_is_told_and_nothing_is_committed_after_it(session):
    with session.database.writer() as conn:
        conn.exec_driver_sql("ALTER TABLE frontier RENAME TO elsewhere")

    async def trial():
        async with committing(session) as (committer, told):
            committer.submit(units(1)[0])
            committer.hurry()
            await told.next()
            committer.submit(units(1, first=1)[0])
        assert [type(error) for error in told.failures] == [OperationalError]
        assert told.leases == []

    asyncio.run(trial())
    with session.database.writer() as conn:
        conn.exec_driver_sql("ALTER TABLE elsewhere RENAME TO frontier")
    assert kept(session) == 0
