"""What becomes of a URL after a fetch: pure rules, so that a retry is a row with a due time and survives a kill.

A 404 or 410 is `gone`; a block, a 5xx or a timeout never is (promise 5): it waits, longer each time, and counts as
failed only after the last attempt. Where nobody answers at all, that says nothing of the URL, and is no attempt.
Only a page that was read is done, and what stands for good where another page is. Given up is not for ever: a list of
a later run that still names the URL has it tried once more; what robots.txt closes is asked for again after a day.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from scrapy.exceptions import CannotResolveHostError, DownloadConnectionRefusedError

from archive.records import GONE_STATUSES, LONGEST_REST, LONGEST_WAIT, Lease, Outcome
from crawler.fetching.address_guard import ForbiddenAddress
from crawler.fetching.pauses import HostAsksToWait
from crawler.fetching.robots import ForbiddenByRobots, RobotsUnreachable
from crawler.fetching.stopping import ToldToStop
from crawler.fetching.wire_errors import TooLarge, error_line

FIRST_RETRY = timedelta(seconds=2)
LAST_RETRY = timedelta(hours=6)
AFTER_CHALLENGE = timedelta(minutes=10)  # whoever blocks us does not want to be asked again at once
TRANSIENT_STATUSES = frozenset({408, 425, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524, 530})
AFTER_NO_ANSWER = timedelta(minutes=2)  # longer than a run waits for a row
GONE_FOR = LONGEST_REST
EXCLUDED_FOR = LONGEST_WAIT  # as long as the rules of a robots.txt hold (RFC 9309, 2.4)
GIVEN_UP_FOR = tuple(timedelta(days=days) for days in (0, 1, 2, 4, 8, 16, 30))  # the last one from then on
NO_ANSWER = (RobotsUnreachable, CannotResolveHostError, DownloadConnectionRefusedError)


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How often and how soon a URL is tried again."""

    max_attempts: int = 5

    def backoff(self, attempts: int) -> timedelta:
        """The wait after the `attempts`-th try: 2 s, 8 s, 32 s, ... up to six hours."""
        return min(FIRST_RETRY * float(4 ** min(max(attempts - 1, 0), 20)), LAST_RETRY)

    def after_trouble(self, lease: Lease, error: str, now: datetime, not_before: datetime | None = None) -> Outcome:
        """Wait and try again, or give up after the last attempt."""
        if lease.attempts >= self.max_attempts:
            return self.given_up(lease, error, now)
        due = now + self.backoff(lease.attempts)
        return Outcome(lease.id, "waiting", due_at=max(due, not_before) if not_before else due, error=error)

    def given_up(self, lease: Lease, error: str, now: datetime) -> Outcome:
        """Failed. The next run may try it again at once; if that fails, one after a day, then after two, four, ..."""
        again = max(lease.attempts - self.max_attempts, 0)
        pause = GIVEN_UP_FOR[min(again, len(GIVEN_UP_FOR) - 1)]
        return Outcome(lease.id, "failed", due_at=now + pause, error=error)

    def unreadable(self, lease: Lease, reason: str, capture_id: str | None, now: datetime) -> Outcome:
        """The page came and is kept, but nothing could be read of it: perhaps it was a notice in its place."""
        return replace(self.given_up(lease, f"unreadable: {reason}", now), capture_id=capture_id)

    def after_challenge(self, lease: Lease, reason: str, now: datetime, not_before: datetime | None = None) -> Outcome:
        """A block or challenge page came instead of the page: wait as long as the host says, else long."""
        return self.after_trouble(lease, reason, now, not_before or now + AFTER_CHALLENGE)

    def after_failure(self, lease: Lease, error: BaseException, now: datetime) -> Outcome:
        """What a download that failed means for the URL."""
        if isinstance(error, ForbiddenByRobots | ForbiddenAddress):
            return Outcome(lease.id, "excluded", due_at=now + EXCLUDED_FOR, error=str(error))
        if isinstance(error, ToldToStop):
            return Outcome(lease.id, "pending")
        if isinstance(error, HostAsksToWait):
            return Outcome(lease.id, "waiting", due_at=error.pace.not_before, error=error.pace.reason, counted=False)
        if isinstance(error, TooLarge):  # our own limit, which no second try changes
            return self.given_up(lease, error_line(error), now)
        if of_the_host(error, lease):
            line = str(error) if isinstance(error, RobotsUnreachable) else error_line(error)
            due = max(now + AFTER_NO_ANSWER, getattr(error, "retry_at", now))
            return Outcome(lease.id, "waiting", due_at=due, error=line, counted=False)
        return self.after_trouble(lease, error_line(error), now)

    def after_status(self, lease: Lease, status: int, now: datetime, not_before: datetime | None = None) -> Outcome:
        """What a status code means for the URL, where no page came with it.

        Success without the page that was asked for (202, 204, 206) and a 304 to a request without a condition are
        answers to try again on; what a page is shown with may be empty.
        """
        if status in TRANSIENT_STATUSES:
            return self.after_trouble(lease, f"HTTP {status}", now, not_before)
        if status in GONE_STATUSES:
            return Outcome(lease.id, "gone", due_at=now + GONE_FOR, error=f"HTTP {status}")
        if status >= 400:
            return self.given_up(lease, f"HTTP {status}", now)
        if lease.page_kind == "requisite":
            return Outcome(lease.id, "done")
        return self.after_trouble(lease, f"HTTP {status} without the page", now, not_before)


def of_the_host(error: BaseException, lease: Lease) -> bool:
    """Whether the whole site is out of reach. Pages are on its hosts; a picture may be on one that is no more."""
    return isinstance(error, NO_ANSWER) and lease.page_kind != "requisite"


def not_sent(error: BaseException) -> bool:
    """Whether the request never left, as the crawl or its host was to be left alone by then."""
    return isinstance(error, ToldToStop | HostAsksToWait)
