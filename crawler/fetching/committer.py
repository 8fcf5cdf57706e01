"""Group commits off the event loop: complete units are gathered and committed together by one thread.

Up to `BATCH_UNITS` units or `BATCH_SECONDS` seconds, whichever comes first; at once where the run is starved. A failed
commit ends the run: what is in memory no longer matches the database.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol

from archive.records import Lease, UnitOfWork
from archive.session import Session

BATCH_UNITS = 50
BATCH_SECONDS = 1.0


class TakeLeases(Protocol):
    """Is told of every commit: the leases it brought, and whether any were asked for."""

    def __call__(self, leases: list[Lease], *, asked: bool) -> None:
        """Take the leases."""


class Failed(Protocol):
    """Is told of the commit that failed."""

    def __call__(self, error: BaseException) -> None:
        """End the run."""


class Committer:
    """Gathers units and commits them in batches; every commit may bring new leases with it."""

    def __init__(
        self, session: Session, on_commit: TakeLeases, on_failure: Failed, *, seconds: float = BATCH_SECONDS
    ) -> None:
        self._session, self._on_commit, self._on_failure = session, on_commit, on_failure
        self._seconds = seconds
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="commit")
        self._waiting: list[UnitOfWork] = []
        self._committing = 0  # units of the commit under way
        self._running: asyncio.Task[None] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._leases_wanted = 0
        self._kinds: Sequence[str] = ()
        self._urls: Collection[str] | None = None
        self._failed = False

    @property
    def idle(self) -> bool:
        """Nothing waits to be committed and no commit is running."""
        return not self._waiting and self._running is None and not self._leases_wanted

    @property
    def uncommitted(self) -> int:
        """Units that would be lost with the process: those that wait and those of the commit under way."""
        return len(self._waiting) + self._committing

    def submit(self, unit: UnitOfWork) -> None:
        """Commit `unit` soon, with others."""
        self._waiting.append(unit)
        if len(self._waiting) >= BATCH_UNITS:
            self._start()
        else:
            self._start_later()

    def lease(
        self, count: int, page_kinds: Sequence[str] = (), urls: Collection[str] | None = None, *, now: bool
    ) -> None:
        """Ask for `count` leases, as `Frontier.lease`, with the next commit; `now` where nothing else is left to do."""
        self._leases_wanted, self._kinds, self._urls = count, page_kinds, urls
        if now:
            self._start()
        else:
            self._start_later()

    def hurry(self) -> None:
        """Commit what waits and bring the leases asked for now."""
        self._start()

    async def drain(self) -> None:
        """Commit everything that waits; returns when all is on disk. Raises nothing: failures go to `on_failure`."""
        self._leases_wanted = 0
        while self._running is not None or (self._waiting and not self._failed):
            self._start()
            if self._running is not None:
                await self._running
        if self._timer is not None:
            self._timer.cancel()
        self._thread.shutdown()

    def _start_later(self) -> None:
        if self._timer is None and not self._failed:
            self._timer = asyncio.get_running_loop().call_later(self._seconds, self._start)

    def _start(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._running is not None or self._failed:
            return  # its end starts the next one
        units, self._waiting = self._waiting, []
        self._committing = len(units)
        count, self._leases_wanted = self._leases_wanted, 0
        if units or count:
            self._running = asyncio.get_running_loop().create_task(self._commit(units, count, self._kinds, self._urls))

    async def _commit(
        self, units: list[UnitOfWork], count: int, kinds: Sequence[str], urls: Collection[str] | None
    ) -> None:
        loop = asyncio.get_running_loop()
        try:
            leases = await loop.run_in_executor(
                self._thread, lambda: self._session.commit(units, count, page_kinds=kinds, urls=urls)
            )
        except BaseException as error:
            self._running, self._failed = None, True
            self._on_failure(error)
            return
        self._running, self._committing = None, 0
        if len(self._waiting) >= BATCH_UNITS:
            self._start()
        elif self._waiting or self._leases_wanted:
            self._start_later()
        self._on_commit(leases, asked=bool(count))
