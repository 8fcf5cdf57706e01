"""Group commits off the event loop: complete units are gathered and committed together by one thread.

Up to `BATCH_UNITS` units or `BATCH_SECONDS` seconds, whichever comes first; at once where the run is starved. A failed
commit ends the run: what is in memory no longer matches the database.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from archive.records import Lease, UnitOfWork
from archive.session import Session

BATCH_UNITS = 50
BATCH_SECONDS = 0.25


class Committer:
    """Gathers units and commits them in batches; every commit may bring new leases with it."""

    def __init__(
        self, session: Session, on_leases: Callable[[list[Lease]], None], on_failure: Callable[[BaseException], None]
    ) -> None:
        self._session, self._on_leases, self._on_failure = session, on_leases, on_failure
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="commit")
        self._waiting: list[UnitOfWork] = []
        self._running: asyncio.Task[None] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._leases_wanted = 0

    @property
    def idle(self) -> bool:
        """Nothing waits to be committed and no commit is running."""
        return not self._waiting and self._running is None

    def submit(self, unit: UnitOfWork) -> None:
        """Commit `unit` soon, with others."""
        self._waiting.append(unit)
        if len(self._waiting) >= BATCH_UNITS:
            self._start()
        elif self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(BATCH_SECONDS, self._start)

    def lease(self, count: int, *, now: bool) -> None:
        """Ask for `count` leases with the next commit; `now` where nothing else is left to do."""
        self._leases_wanted = max(self._leases_wanted, count)
        if now:
            self._start()

    def _start(self) -> None:
        if self._running is not None:
            return  # its end starts the next one
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        units, self._waiting = self._waiting, []
        count, self._leases_wanted = self._leases_wanted, 0
        if units or count:
            self._running = asyncio.get_running_loop().create_task(self._commit(units, count))

    async def _commit(self, units: list[UnitOfWork], count: int) -> None:
        try:
            leases = await asyncio.get_running_loop().run_in_executor(
                self._thread, self._session.commit, units, count
            )
        except BaseException as error:
            self._running = None
            self._on_failure(error)
            return
        self._running = None
        if len(self._waiting) >= BATCH_UNITS or self._leases_wanted:
            self._start()
        elif self._waiting and self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(BATCH_SECONDS, self._start)
        self._on_leases(leases)

    async def drain(self) -> None:
        """Commit everything that waits; returns when all is on disk. Raises nothing: failures go to `on_failure`."""
        self._leases_wanted = 0
        while not self.idle:
            self._start()
            if self._running is not None:
                await self._running
        self._thread.shutdown()
