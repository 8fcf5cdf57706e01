"""What becomes of a URL after a fetch: pure rules, so that a retry is a row with a due time and survives a kill.

A 404 or 410 is `gone`; a block, a 5xx or a timeout never is (promise 5): it waits, longer each time, and counts as
failed only after the last attempt.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from archive.records import FrontierState, Lease, Outcome
from crawler.fetching.address_guard import ForbiddenAddress
from crawler.fetching.robots import ForbiddenByRobots, RobotsUnreachable
from crawler.fetching.wire_errors import error_line

FIRST_RETRY = timedelta(seconds=2)
LAST_RETRY = timedelta(hours=6)
AFTER_CHALLENGE = timedelta(minutes=10)  # whoever blocks us does not want to be asked again at once
TRANSIENT_STATUSES = frozenset({408, 425, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524, 530})
GONE_STATUSES = frozenset({404, 410})


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
            return Outcome(lease.id, "failed", error=error)
        due = now + self.backoff(lease.attempts)
        return Outcome(lease.id, "waiting", due_at=max(due, not_before) if not_before else due, error=error)

    def after_challenge(self, lease: Lease, reason: str, now: datetime, not_before: datetime | None = None) -> Outcome:
        """A block or challenge page came instead of the page: wait as long as the host says, else long."""
        return self.after_trouble(lease, reason, now, not_before or now + AFTER_CHALLENGE)

    def after_failure(self, lease: Lease, error: BaseException, now: datetime) -> Outcome:
        """What a download that failed means for the URL."""
        if isinstance(error, ForbiddenByRobots | ForbiddenAddress):
            return Outcome(lease.id, "excluded", error=str(error))
        if isinstance(error, RobotsUnreachable):
            return self.after_trouble(lease, str(error), now, error.retry_at)
        return self.after_trouble(lease, error_line(error), now)

    def after_status(self, lease: Lease, status: int, now: datetime, not_before: datetime | None = None) -> Outcome:
        """What a status code means for the URL."""
        if status in TRANSIENT_STATUSES:
            return self.after_trouble(lease, f"HTTP {status}", now, not_before)
        state: FrontierState = "done"
        if status in GONE_STATUSES:
            state = "gone"
        elif status >= 400:
            state = "failed"
        return Outcome(lease.id, state, error=f"HTTP {status}" if status >= 400 else None)
