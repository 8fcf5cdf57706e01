"""One run's hold on the archive: the only writer of WARC files and rows while it lasts.

The order of a commit is promise 1: WARC append, fsync, then one database transaction that names what was appended.
Under a power-loss model the other order broke 28 of 68 crash images, this one none.
"""

from __future__ import annotations

import platform
from collections import deque
from collections.abc import Collection, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from threading import Lock
from types import TracebackType
from typing import Any, Self

from archive.custody.manifest import add_to_manifest
from archive.errors import Interrupted, SvodkaError
from archive.failpoints import failpoint
from archive.frontier import Frontier, NoPage, Waiting
from archive.home import Home
from archive.host_pace import HostPace, paces, remember
from archive.ids import uuid7
from archive.lock import exclusive
from archive.monitoring.coverage import FieldCoverage, alarms, run_coverage, write_coverage
from archive.originals import with_earlier_robots, with_originals
from archive.ownership import claim, open_own_database
from archive.projection import replace_readings, write_readings
from archive.records import NOT_READ, Discovery, Lease, ReadState, UnitOfWork, WrittenCapture
from archive.requisites import due_again
from archive.rows import writing
from archive.rows.engine import Connection, Database
from archive.rows.migrations import upgrade
from archive.upkeep.salvage import salvage
from archive.warc.cdxj import add_to_index
from archive.warc.writer import FileState, WarcWriter

INTERRUPTED = "interrupted"  # the reason of a run that a signal ended


@dataclass(slots=True)
class Tally:
    """What the run did, as committed."""

    pages: int = 0
    articles: int = 0
    new_articles: int = 0
    failures: int = 0
    new_urls: int = 0
    read: int = 0  # pages of any kind that could be read
    answers: int = 0  # responses of any status, robots.txt aside


@dataclass(frozen=True, slots=True)
class SiteRow:
    """What the archive keeps of a site file."""

    name: str
    title: str
    base_url: str
    time_zone: str


def software() -> str:
    """Name and version, as written into WARC files and runs."""
    return f"svodka/{version('svodka')} (python {platform.python_version()})"


class Session:
    """Opened once a run; `commit` is called from one thread at a time."""

    def __init__(self, home: Home, site: SiteRow, *, command: str, options: dict[str, Any]) -> None:
        self.home, self.site, self.command, self.options = home, site.name, command, options
        self.run_id = str(uuid7())
        self.tally = Tally()
        self.next_due: datetime | None = None
        self.reason: str | None = None
        self.last_error: str | None = None
        self.challenge: str | None = None  # the last block or challenge page that came instead of content
        self.challenges = 0
        self.failure: BaseException | None = None
        self.verdict: SvodkaError | None = None  # what a run that ended well has come to nothing by
        self.alarms: list[FieldCoverage] = []  # what this run found far less often than those before it
        self._paces: deque[HostPace] = deque()  # what hosts asked for since the last commit
        self._site_row = site
        self._state: FileState | None = None
        self._stack = ExitStack()
        self._at_work = Lock()  # a second signal ends the run while a commit is still under way in its thread

    # --- life ---------------------------------------------------------------------------------------------------

    def __enter__(self) -> Self:
        """Lock, repair what a crash left, begin the run. Raises Locked, DiskFull, NewerDatabase."""
        with ExitStack() as stack:
            self.home.create()
            stack.enter_context(exclusive(self.home, f"{self.command} {self.site}"))
            self.home.require_free_space()
            self.database: Database = open_own_database(self.home)
            stack.callback(self.database.close)
            upgrade(self.database)
            claim(self.home, self.database)
            salvage(self.home, self.database)
            self.frontier = Frontier(self.site, self.run_id)
            self.writer = self._new_writer()
            self._begin_run()
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the run: close the WARC file, index it, write the run's last row."""
        with self._stack, self._at_work:
            failure = error or self.failure
            if failure is None:
                self._close_file()
            else:
                self.writer.abandon()  # its `.open` file is for the next start to repair
            try:
                with self.database.writer() as conn:
                    self.frontier.release_all(conn)
                    self._remember_paces(conn, len(self._paces))
                    self._finish_run(conn, failure)
            except SvodkaError:
                if failure is None:
                    raise  # otherwise the first failure is told; a full disk takes no last row

    @property
    def base_url(self) -> str:
        """Where the site is."""
        return self._site_row.base_url

    def ended(self, reason: str) -> None:
        """Say why the run ends."""
        self.reason = reason

    # --- work ---------------------------------------------------------------------------------------------------

    def commit(
        self,
        units: Sequence[UnitOfWork],
        lease: int = 0,
        *,
        page_kinds: Sequence[str] = (),
        urls: Collection[str] | None = None,
    ) -> list[Lease]:
        """Keep what `units` brought, all or nothing, and lease up to `lease` rows (see `Frontier.lease`).

        Raises DiskFull.
        """
        with self._at_work:
            return self._commit(units, lease, page_kinds, urls)

    def _commit(
        self, units: Sequence[UnitOfWork], lease: int, page_kinds: Sequence[str], urls: Collection[str] | None
    ) -> list[Lease]:
        written = self._append(units)
        asked = len(self._paces)
        with self.database.writer() as conn:
            self._write_rows(conn, units, written)
            self._remember_paces(conn, asked)
            leases = self.frontier.lease(conn, lease, page_kinds=page_kinds, urls=urls) if lease else []
            empty = lease and not leases
            self.next_due = self.frontier.next_due(conn, page_kinds=page_kinds, urls=urls) if empty else None
            failpoint("rows.before_commit")
        failpoint("rows.after_commit")
        for _ in range(asked):  # no other thread takes any
            self._paces.popleft()
        if written and self.writer.rotation_due():
            self._close_file()
        return self._with_originals(leases)

    def rewrite(self, units: Sequence[UnitOfWork]) -> None:
        """Put what was read of kept captures in place of what was read of them before, all or nothing."""
        states = _read_states((), units)
        self.home.require_free_space()
        with self.database.writer() as conn:
            replace_readings(conn, units, states)
            failpoint("rows.before_commit")
        self.tally.articles += sum(len(unit.articles) for unit in units)

    def known(self, urls: Sequence[str]) -> set[str]:
        """Those of `urls` that were fetched before."""
        with self.database.reader() as conn:
            return self.frontier.known(conn, urls)

    def waiting(self, urls: Sequence[str]) -> list[Waiting]:
        """Those of `urls` that a later run tries again."""
        with self.database.reader() as conn:
            return self.frontier.waiting(conn, urls)

    def no_pages(self, urls: Sequence[str]) -> list[NoPage]:
        """Those of `urls` that are gone, failed or excluded."""
        with self.database.reader() as conn:
            return self.frontier.no_pages(conn, urls)

    def paces(self) -> dict[str, HostPace]:
        """What hosts asked of us in earlier runs, by host."""
        with self.database.reader() as conn:
            return paces(conn)

    def remember_pace(self, pace: HostPace) -> None:
        """Keep what a host asks of us with the next commit, for the runs to come. Any thread may call it."""
        self._paces.append(pace)

    def seed(self, discoveries: Sequence[Discovery]) -> int:
        """Make rows of the frontier before the first fetch; returns how many are new.

        What was excluded long enough is due again, and what a clock that went wrong put off for too long.
        """
        with self.database.writer() as conn:
            self.frontier.reconsider_excluded(conn)
            self.frontier.doubt_long_waits(conn)
            return self.frontier.discover(conn, discoveries)

    def renew_requisites(self) -> int:
        """Make the style sheets due again that may have changed; returns how many."""
        with self.database.writer() as conn:
            old = due_again(conn, self.site, datetime.now(UTC))
            self.frontier.discover(conn, old)
            return len(old)

    # --- parts --------------------------------------------------------------------------------------------------

    def _with_originals(self, leases: list[Lease]) -> list[Lease]:
        if not leases:
            return leases
        with self.database.reader() as conn:
            return with_originals(conn, self.home, leases)

    def _new_writer(self) -> WarcWriter:
        config = self.home.config
        return WarcWriter(
            self.home.archive_folder(self.site),
            site=self.site,
            software=software(),
            base_url=self._site_row.base_url,
            max_bytes=config.max_file_mb * 1_000_000,
            max_age=timedelta(hours=config.max_file_hours),
        )

    def _begin_run(self) -> None:
        with self.database.writer() as conn:
            writing.write_site(conn, **_fields(self._site_row))
            writing.write_run(
                conn, id=self.run_id, site=self.site, command=self.command, started_at=datetime.now(UTC),
                software=software(), options=self.options,
            )  # fmt: skip
            self.frontier.release_all(conn)

    def _finish_run(self, conn: Connection, failure: BaseException | None) -> None:
        tally = self.tally
        reason, exit_code = _ending(failure or self.verdict, self.reason)
        write_coverage(conn, self.run_id)
        self.alarms = alarms(run_coverage(conn, self.run_id))
        if self.alarms and exit_code == 0:
            exit_code = 1
            reason = f"{reason}; alarm: " + ", ".join(f"{each.page_kind} {each.field}" for each in self.alarms)
        writing.finish_run(
            conn, self.run_id, ended_at=datetime.now(UTC), reason=reason, exit_code=exit_code,
            pages=tally.pages, articles=tally.articles, new_articles=tally.new_articles, failures=tally.failures,
            challenges=self.challenges,
        )  # fmt: skip

    def _append(self, units: Sequence[UnitOfWork]) -> list[WrittenCapture]:
        captures = [capture for unit in units for capture in unit.captures]
        if not captures:
            return []
        self.home.require_free_space()
        if any(capture.context.page_kind == "robots" for capture in captures):
            with self.database.reader() as conn:
                captures = with_earlier_robots(conn, self.home, captures)
        written = self.writer.append(captures)
        self._state = self.writer.sync()
        return written

    def _write_rows(self, conn: Connection, units: Sequence[UnitOfWork], written: Sequence[WrittenCapture]) -> None:
        if self._state and written:
            writing.write_warc_file(conn, site=self.site, state="open", file=self._state)
        states, ids = _read_states(written, units), {each.id for each in written}
        writing.write_captures(conn, written, states)
        writing.set_read_states(conn, {known: state for known, state in states.items() if known not in ids})
        new = write_readings(conn, units, states)
        found = [row for unit in units for row in unit.discoveries]
        self.tally.new_urls += self.frontier.discover(conn, found)
        self.frontier.finish(conn, [unit.outcome for unit in units if unit.outcome])
        self._count(written, sum(len(unit.articles) for unit in units), new, units)

    def _remember_paces(self, conn: Connection, number: int) -> None:
        """What hosts asked for since the last commit; one that fails leaves it to the end of the run."""
        for pace in tuple(self._paces)[:number]:
            remember(conn, pace)

    def _count(self, written: Sequence[WrittenCapture], articles: int, new: int, units: Sequence[UnitOfWork]) -> None:
        self.tally.pages += sum(1 for capture in written if capture.page_kind not in NOT_READ)
        self.tally.answers += sum(1 for capture in written if capture.status and capture.page_kind != "robots")
        self.tally.articles += articles
        self.tally.new_articles += new
        self.tally.failures += sum(map(_failed, units))
        self.tally.read += sum(state == "read" for unit in units for state in unit.read_states.values())
        errors = [unit.outcome.error for unit in units if unit.outcome and unit.outcome.error]
        self.last_error = errors[-1] if errors else self.last_error

    def _close_file(self) -> None:
        closed = self.writer.close()
        if closed is None:
            return
        # The index first: a crash in between leaves a row that says `open`, and the next start does both again.
        add_to_index(self.home.index(self.site), [self.home.warc_path(self.site, closed.name)])
        add_to_manifest(self.home.manifest(self.site), closed)
        with self.database.writer() as conn:
            writing.write_warc_file(conn, site=self.site, state="closed", file=closed)


def _ending(failure: BaseException | None, reason: str | None) -> tuple[str | None, int]:
    """What the run's row says of its end: why, and the exit code."""
    if failure is None:
        return reason, 0 if reason != INTERRUPTED else Interrupted.exit_code
    if isinstance(failure, KeyboardInterrupt | Interrupted):
        return INTERRUPTED, Interrupted.exit_code
    if isinstance(failure, SvodkaError):
        return f"failed: {failure}", failure.exit_code
    return f"failed: {failure!r}", SvodkaError.exit_code


def _failed(unit: UnitOfWork) -> bool:
    return bool(unit.quarantine) or (unit.outcome is not None and unit.outcome.state == "failed")


def _read_states(captures: Sequence[WrittenCapture], units: Sequence[UnitOfWork]) -> dict[str, ReadState]:
    states: dict[str, ReadState] = {each.id: "not_a_page" for each in captures if each.page_kind in NOT_READ}
    for unit in units:
        states.update(unit.read_states)
    return states


def _fields(row: SiteRow) -> dict[str, str]:
    return {"name": row.name, "title": row.title, "base_url": row.base_url, "time_zone": row.time_zone}
