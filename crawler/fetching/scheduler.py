"""The frontier as Scrapy's scheduler: what to fetch next are rows, so a killed run goes on where it was.

The engine asks synchronously; leases come in batches with the group commits and are buffered here. Rows are never
enqueued from Requests: discoveries become rows in the commit of the page that named them.
"""

from __future__ import annotations

import logging
from collections import deque
from datetime import UTC, datetime, timedelta
from typing import Any, Self

from scrapy import Request, Spider
from scrapy.core.scheduler import BaseScheduler
from scrapy.crawler import Crawler
from scrapy.utils.defer import deferred_from_coro
from twisted.internet.defer import Deferred
from twisted.python.failure import Failure

from archive.records import Lease, Outcome
from archive.session import Session, open_for_crawler
from crawler.errors import failure_outcome
from crawler.fetching.committer import Committer
from crawler.fetching.outcomes import RetryPolicy
from crawler.fetching.units import META_KEY, OpenUnit, Units

LEASE_BATCH = 64
NEAR_RETRY = timedelta(seconds=60)  # a run waits this long for a row that is due again

logger = logging.getLogger(__name__)


class FrontierScheduler(BaseScheduler):
    """Leases rows of the frontier, hands them out as Requests, and commits what they brought."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._leases: deque[Lease] = deque()
        self._exhausted = False  # the last lease brought nothing, and nothing was committed since
        self._asked = False
        self._handed_out = 0
        self._next_due: datetime | None = None
        self.retry = RetryPolicy(crawler.settings.getint("SVODKA_MAX_ATTEMPTS", 5))
        self.failure: BaseException | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Build from the crawler, as Scrapy does."""
        return cls(crawler)

    # --- Scrapy's interface ------------------------------------------------------------------------------------

    def open(self, spider: Spider) -> Deferred[None] | None:
        """Take the archive's session: the one that a command opened, or one of our own under `scrapy crawl`."""
        self.session: Session = open_for_crawler(self._crawler, spider)
        self._limit: int = self._crawler.settings.getint("SVODKA_MAX_PAGES", 2000)
        self._committer = Committer(self.session, self._take_leases, self._commit_failed)
        self.units = Units(self._crawler, self.session.site, self.session.run_id, self._committer.submit)
        self._take_leases(self.session.commit([], min(LEASE_BATCH, self._limit)))
        return None

    def has_pending_requests(self) -> bool:
        """True while anything may still come: buffered rows, units not yet committed, near retries."""
        if self.failure is not None:
            return False
        if self._leases and not self._limit_reached:
            return True
        return bool(self.units.in_flight) or not self._committer.idle or self._more_to_lease()

    def enqueue_request(self, request: Request) -> bool:
        """Refuse: what to fetch are rows of the frontier (see `Discovery`), not Requests."""
        raise NotImplementedError(f"{request}: name URLs as discoveries; Requests would not survive a kill")

    def next_request(self) -> Request | None:
        """The next row as a Request; None where there is none at this moment."""
        if self.failure is not None or self._limit_reached:
            return None
        if len(self._leases) < LEASE_BATCH // 4 and self._more_to_lease():
            self._ask_for_leases()
        if not self._leases:
            return None
        self._handed_out += 1
        return self._request(self._leases.popleft())

    def close(self, reason: str) -> Deferred[None] | None:
        """Commit what is complete and give back what was not begun."""
        return deferred_from_coro(self._close(reason))

    # --- leases ------------------------------------------------------------------------------------------------

    @property
    def _limit_reached(self) -> bool:
        return self._handed_out >= self._limit

    def _more_to_lease(self) -> bool:
        if self._limit_reached:
            return False
        if not self._exhausted:
            return True
        return self._next_due is not None and self._next_due - datetime.now(UTC) < NEAR_RETRY

    def _ask_for_leases(self) -> None:
        if self._asked:
            return
        if self._exhausted and self._next_due is not None and self._next_due > datetime.now(UTC):
            return  # the engine's heartbeat asks again
        self._asked = True
        count = min(LEASE_BATCH, self._limit - self._handed_out - len(self._leases))
        if count > 0:
            starved = not self._leases and not self.units.in_flight
            self._committer.lease(count, now=starved or not self._leases)

    def _take_leases(self, leases: list[Lease]) -> None:
        if self._asked or leases:
            self._exhausted = not leases
        self._asked = False
        self._leases.extend(leases)
        self._next_due = self.session.next_due
        self._wake_engine()

    def _wake_engine(self) -> None:
        # A private name: the public heartbeat would come only every 5 s. Held by tests/crawler/fetching/test_contract.py.
        slot = self._crawler.engine._slot if self._crawler.engine else None
        if slot is not None:
            slot.nextcall.schedule()

    # --- one row -----------------------------------------------------------------------------------------------

    def _request(self, lease: Lease) -> Request:
        unit = self.units.begin(lease)
        meta: dict[str, Any] = {META_KEY: unit, "page_kind": lease.page_kind, "svodka_render": lease.render}
        return Request(lease.url, errback=self._download_failed, meta=meta, dont_filter=True)

    def _download_failed(self, failure: Failure) -> None:
        unit: OpenUnit = failure.request.meta[META_KEY]  # type: ignore[attr-defined]
        outcome = failure_outcome(failure.value, unit.lease, self.retry, datetime.now(UTC))
        logger.info("%s: %s", unit.lease.url, outcome.error)
        self._crawler.stats.inc_value(f"svodka/download_{outcome.state}")  # type: ignore[union-attr]
        self.units.abandon(unit, outcome)

    def _commit_failed(self, error: BaseException) -> None:
        logger.error("The commit failed, the run ends: %s", error)
        self.failure = error
        self.session.failure = error
        engine = self._crawler.engine
        if engine is not None and engine.spider is not None:
            deferred_from_coro(engine.close_spider_async(reason="commit_failed"))

    async def _close(self, reason: str) -> None:
        if self.failure is None:
            for lease in self._leases:
                self._committer.submit(_given_back(lease))
        await self._committer.drain()
        if self._limit_reached and reason == "finished":
            reason = "max_pages"
        self.session.ended(reason)


def _given_back(lease: Lease) -> Any:
    from archive.records import UnitOfWork

    return UnitOfWork(outcome=Outcome(lease.id, "pending"))
