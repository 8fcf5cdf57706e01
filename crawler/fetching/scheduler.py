"""The frontier as Scrapy's scheduler: what to fetch next are rows, so a killed run goes on where it was.

The engine asks synchronously; leases come in batches with the group commits and are buffered here. Rows are never
enqueued from Requests: discoveries become rows in the commit of the page that named them.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol, Self, cast

from scrapy import Request, Spider
from scrapy.core.scheduler import BaseScheduler
from scrapy.crawler import Crawler
from scrapy.utils.defer import deferred_from_coro
from twisted.internet.defer import Deferred
from twisted.python.failure import Failure

from archive.errors import ConfigurationError
from archive.host_pace import HostPace
from archive.records import NOT_READ, Capture, Discovery, Exchange, Lease, Outcome, UnitOfWork
from archive.session import INTERRUPTED, Session
from crawler.fetching.alarm import Alarm
from crawler.fetching.committer import BATCH_UNITS, Committer
from crawler.fetching.conditional import conditional_headers
from crawler.fetching.outcomes import AFTER_CHALLENGE, RetryPolicy, not_sent, of_the_host
from crawler.fetching.pauses import HostAsksToWait, Pauses, host_of
from crawler.fetching.units import META_KEY, OpenUnit, Units
from crawler.fetching.wanted import REQUISITES, Wanted
from crawler.sites.site import Site

LEASE_BATCH = BATCH_UNITS  # a commit brings as many rows as it finishes; held are never more than two batches
REFUSED = 5  # block or challenge pages in a row, with nothing read between, end a run
OUT_OF_REACH = 20  # pages in a row for which nobody answered end a run
NEAR = timedelta(seconds=60)  # a run waits this long for a row, or a host, that is due again

logger = logging.getLogger(__name__)


class Walk(Protocol):
    """What the scheduler asks of a spider: where it walks, the archive's session, and the rows it begins with."""

    here: Site
    urls: list[str]  # that the user named: only these are fetched, with what they need; all rows if empty

    def open_session(self) -> Session:
        """The session of the run."""

    def first_rows(self) -> list[Discovery]:
        """Rows that are due whatever the frontier holds."""


class FrontierScheduler(BaseScheduler):
    """Leases rows of the frontier, hands them out as Requests, and commits what they brought."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._leases: deque[Lease] = deque()
        self._drained = False  # the last lease brought nothing
        self._asked = False
        self._closing = False
        self._found_since = False  # rows to come were submitted after the lease was asked for
        self._pages = 0
        self._unanswered = 0  # pages in a row
        self._refused = 0  # pages in a row
        self._left_for: HostPace | None = None  # the run ends for it, if it is over by then or not
        self._wanted = Wanted(())
        self._next_due: datetime | None = None
        self._alarm = Alarm(self._wake_engine)
        self._limit = crawler.settings.getint("SVODKA_MAX_PAGES")
        self.retry = RetryPolicy(crawler.settings.getint("SVODKA_MAX_ATTEMPTS"))

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Build from the crawler, as Scrapy does."""
        return cls(crawler)

    # --- Scrapy's interface --------------------------------------------------------------------------------------

    def open(self, spider: Spider) -> Deferred[None] | None:
        """Take the spider's session of the archive and its first rows."""
        walk = cast(Walk, spider)
        self.session = walk.open_session()
        self._committer = Committer(self.session, self._take_leases, self._commit_failed)
        self.units = Units(self._crawler, self.session.site, self.session.run_id, self._submit, self._unreadable)
        self.pauses = Pauses(self._crawler, self.session, walk.here.host_names)
        self._wanted = Wanted(walk.urls)
        try:
            self._begin(walk)
        except Exception as error:  # Scrapy would close in disorder what it has only half opened, and say so at length
            self.session.failure = error
        return None

    def has_pending_requests(self) -> bool:
        """True while anything may still come: buffered rows, units not yet committed, near retries."""
        self._left_for = self.pauses.of_the_site if self._wait_is_long else None
        if self.session.failure is not None or self._left_for or self._out_of_reach:
            return False
        if self.units.in_flight or not self._committer.idle:
            return True
        return any(self._may_go(lease) for lease in self._leases) or self._more_to_lease()

    def enqueue_request(self, request: Request) -> bool:
        """Refuse: what to fetch are rows of the frontier (see `Discovery`), not Requests."""
        raise NotImplementedError(f"{request}: name URLs as discoveries; Requests would not survive a kill")

    def next_request(self) -> Request | None:
        """The next row as a Request; None where there is none at this moment."""
        if self.session.failure is not None or self._must_wait() or self._out_of_reach or self._enough_at_risk:
            return None
        if len(self._leases) < LEASE_BATCH and self._more_to_lease():
            self._ask_for_leases()
        while self._leases:
            lease = self._leases.popleft()
            if not self._may_go(lease):
                self._give_back(lease)
            elif pace := self.pauses.of(lease.url):
                self._put_off(lease, HostAsksToWait(pace))
            else:
                return self._request(lease)
        return None

    def close(self, reason: str) -> Deferred[None] | None:
        """Commit what is complete and give back what was not begun."""
        return deferred_from_coro(self._close(reason))

    @property
    def _out_of_reach(self) -> bool:
        """Nobody answers at the site: what is left keeps for the next run."""
        return self._unanswered >= OUT_OF_REACH

    @property
    def _enough_at_risk(self) -> bool:
        """A kill costs what is not yet on disk, which is then fetched again: never more than one batch."""
        return self._committer.uncommitted + self.units.in_flight >= BATCH_UNITS

    def _begin(self, walk: Walk) -> None:
        self.session.seed(walk.first_rows())
        if walk.here.requisites and not self._wanted:
            self.session.renew_requisites()

    # --- leases --------------------------------------------------------------------------------------------------

    @property
    def _limit_reached(self) -> bool:
        return self._pages >= self._limit

    def _may_go(self, lease: Lease) -> bool:
        """The limit counts pages; what belongs to a page already fetched may still come."""
        return not self._limit_reached or lease.page_kind in REQUISITES

    def _more_to_lease(self) -> bool:
        if not self._drained:
            return True
        # A host that has not answered once is not waited for.
        return bool(self.session.tally.answers) and self._next_due is not None and self._next_due - _now() < NEAR

    def _ask_for_leases(self) -> None:
        if self._asked:
            if not self._leases and not self.units.in_flight:
                self._committer.hurry()  # nothing else is left to do
            return
        if self._drained and self._next_due is not None and self._next_due > _now():
            self._alarm.set(self._next_due)
            return
        self._asked, self._found_since = True, False
        kinds = REQUISITES if self._limit_reached else ()
        wanted = self._wanted.urls(pages=not self._limit_reached) if self._wanted else None
        self._committer.lease(LEASE_BATCH, kinds, wanted, now=not self._leases)

    def _take_leases(self, leases: list[Lease], *, asked: bool) -> None:
        if asked:
            # What was submitted while the lease was under way may become rows only after it.
            self._drained, self._asked = not leases and not self._found_since, False
            self._next_due = self.session.next_due
        self._leases.extend(leases)
        self._wanted.lent(leases)
        if self._closing:  # they came with the last commits
            self._give_all_back()
        self._wake_engine()

    def _submit(self, unit: UnitOfWork) -> None:
        if any(_is_answered_page(each) for each in unit.captures):
            self._unanswered = 0
        if unit.discoveries or (unit.outcome and unit.outcome.state == "waiting"):
            self._drained, self._found_since = False, True
        self._wanted.need(unit.discoveries)
        self._wanted.ended(unit.outcome)
        self._committer.submit(unit)

    def _give_all_back(self) -> None:
        while self._leases:
            self._give_back(self._leases.popleft())

    def _give_back(self, lease: Lease) -> None:
        self._committer.submit(UnitOfWork(outcome=Outcome(lease.id, "pending")))

    def _put_off(self, lease: Lease, error: HostAsksToWait) -> None:
        self._submit(UnitOfWork(outcome=self.retry.after_failure(lease, error, _now())))

    def also_named(self, rows: Sequence[Discovery]) -> None:
        """Where the user named URLs, fetch also where they redirect to: one page more each, up to a bound."""
        if self._wanted.also(rows):
            self._limit += len(rows)

    # --- waiting -------------------------------------------------------------------------------------------------

    def refused(self, url: str, reason: str) -> None:
        """A block or challenge page came: after some in a row the site is left alone."""
        self._refused += 1
        if self._refused >= REFUSED:
            until = _now() + AFTER_CHALLENGE
            reason = f"{self._refused} pages in a row came to a {reason}; not asked again before {until:%H:%M} UTC"
            self.pauses.ask(HostPace(host_of(url), until, blocked=True, reason=reason))

    def let_in(self, url: str) -> None:
        """A page came that could be read."""
        self._refused = 0
        self.pauses.answers_again(url)

    def _must_wait(self) -> bool:
        pace = self.pauses.of_the_site
        if pace is None or pace.not_before is None:
            return False
        if not self._wait_is_long:
            self._alarm.set(pace.not_before)
        return True

    @property
    def _wait_is_long(self) -> bool:
        pace = self.pauses.of_the_site
        return pace is not None and pace.not_before is not None and pace.not_before - _now() > NEAR

    def _wake_engine(self) -> None:
        # A private name: the public heartbeat comes only every 5 s. Held by test_scheduler_contract.py.
        slot = self._crawler.engine._slot if self._crawler.engine else None
        if slot is not None:
            slot.nextcall.schedule()

    # --- one row -------------------------------------------------------------------------------------------------

    def _request(self, lease: Lease) -> Request:
        if lease.page_kind not in REQUISITES:
            self._pages += 1
        unit = self.units.begin(lease)
        meta: dict[str, Any] = {META_KEY: unit, "page_kind": lease.page_kind, "svodka_render": lease.render}
        headers = conditional_headers(lease)
        return Request(lease.url, headers=headers, errback=self._download_failed, meta=meta, dont_filter=True)

    def _download_failed(self, failure: Failure) -> None:
        unit: OpenUnit = failure.request.meta[META_KEY]  # type: ignore[attr-defined]
        error = failure.value or RuntimeError("the download failed and does not say why")
        if isinstance(error, ConfigurationError):  # no browser, a proxy: not the page's fault
            self._commit_failed(error)
        self._unanswered += of_the_host(error, unit.lease)
        self._pages -= not_sent(error) and unit.lease.page_kind not in REQUISITES
        outcome = self.retry.after_failure(unit.lease, error, _now())
        logger.info("%s: %s", unit.lease.url, outcome.error or outcome.state)
        self._crawler.stats.inc_value(f"svodka/download_{outcome.state}")
        self.units.abandon(unit, outcome)

    def _unreadable(self, lease: Lease, reason: str, capture_id: str | None) -> Outcome:
        return self.retry.unreadable(lease, reason, capture_id, _now())

    # --- the end -------------------------------------------------------------------------------------------------

    def _commit_failed(self, error: BaseException) -> None:
        logger.debug("The commit failed, the run ends", exc_info=error)
        self.session.failure = error
        engine = self._crawler.engine
        if engine is not None and engine.spider is not None:
            self._ending = deferred_from_coro(engine.close_spider_async(reason="commit_failed"))

    async def _close(self, reason: str) -> None:
        self._alarm.cancel()
        self._closing = True
        self._give_all_back()
        await self._committer.drain()
        if reason == "shutdown":  # Scrapy's word for a signal
            reason = INTERRUPTED
        elif pace := self._left_for:
            reason, self.session.last_error = "blocked" if pace.blocked else "asked_to_wait", pace.reason
        elif self._out_of_reach:
            reason = "out_of_reach"
        elif self._limit_reached and reason == "finished":
            reason = "max_pages"
        self.session.ended(reason)


def _is_answered_page(capture: Capture) -> bool:
    answered = not isinstance(capture.content, Exchange) or bool(capture.content.response)
    return answered and capture.context.page_kind not in NOT_READ


def _now() -> datetime:
    return datetime.now(UTC)
