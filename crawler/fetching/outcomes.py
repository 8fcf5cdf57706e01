"""What becomes of a URL after a fetch: pure rules, so that a retry is a row with a due time and survives a kill.

A 404 or 410 is `gone`; a block, a 5xx or a timeout never is (promise 5): it waits, longer each time, and counts as
failed only after the last attempt. Where nobody answers at all, that says nothing of the URL, and is no attempt.
Given up is not for ever: a list of a later run that still names the URL has it tried once more.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from scrapy.exceptions import CannotResolveHostError, DownloadConnectionRefusedError

from archive.records import GONE_STATUSES, Lease, Outcome
from crawler.fetching.address_guard import ForbiddenAddress
from crawler.fetching.robots import ForbiddenByRobots, RobotsUnreachable
from crawler.fetching.stopping import ToldToStop
from crawler.fetching.wire_errors import error_line

FIRST_RETRY = timedelta(seconds=2)
LAST_RETRY = timedelta(hours=6)
AFTER_CHALLENGE = timedelta(minutes=10)  # whoever blocks us does not want to be asked again at once
TRANSIENT_STATUSES = frozenset({408, 425, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524, 530})
AFTER_NO_ANSWER = timedelta(minutes=2)  # longer than a run waits for a row
GONE_FOR = timedelta(days=30)
LONGEST_GIVEN_UP = timedelta(days=30)
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
        """Failed. The next run may try it again; each time that fails, the pause is twice as long: a day, two, four."""
        again = min(max(lease.attempts - self.max_attempts, 0), 10)
        pause = min(timedelta(days=2**again // 2), LONGEST_GIVEN_UP)
        return Outcome(lease.id, "failed", due_at=now + pause, error=error)

    def after_challenge(self, lease: Lease, reason: str, now: datetime, not_before: datetime | None = None) -> Outcome:
        """A block or challenge page came instead of the page: wait as long as the host says, else long."""
        return self.after_trouble(lease, reason, now, not_before or now + AFTER_CHALLENGE)

    def after_failure(self, lease: Lease, error: BaseException, now: datetime) -> Outcome:
        """What a download that failed means for the URL."""
        if isinstance(error, ForbiddenByRobots | ForbiddenAddress):
            return Outcome(lease.id, "excluded", error=str(error))
        if isinstance(error, ToldToStop):
            return Outcome(lease.id, "pending")
        if of_the_host(error, lease):
            line = str(error) if isinstance(error, RobotsUnreachable) else error_line(error)
            due = max(now + AFTER_NO_ANSWER, getattr(error, "retry_at", now))
            return Outcome(lease.id, "waiting", due_at=due, error=line, counted=False)
        return self.after_trouble(lease, error_line(error), now)

    def after_status(self, lease: Lease, status: int, now: datetime, not_before: datetime | None = None) -> Outcome:
        """What a status code means for the URL."""
        if status in TRANSIENT_STATUSES:
            return self.after_trouble(lease, f"HTTP {status}", now, not_before)
        if status in GONE_STATUSES:
            return Outcome(lease.id, "gone", due_at=now + GONE_FOR, error=f"HTTP {status}")
        if status >= 400:
            return self.given_up(lease, f"HTTP {status}", now)
        return Outcome(lease.id, "done")


def of_the_host(error: BaseException, lease: Lease) -> bool:
    """Whether the whole site is out of reach. Pages are on its hosts; a picture may be on one that is no more."""
    return isinstance(error, NO_ANSWER) and lease.page_kind != "requisite"
