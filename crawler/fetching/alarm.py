"""A call at the earliest of the moments that were asked for: an earlier one is never lost behind a later one.

Whoever is called too early for what it waits for asks again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime

LATE_BY = 0.01  # seconds: by then what is due at that moment is due by any clock


class Alarm:
    """Calls `ring` on the running loop, once for each time it is set."""

    def __init__(self, ring: Callable[[], None]) -> None:
        self._ring = ring
        self._timer: asyncio.TimerHandle | None = None

    def set(self, moment: datetime) -> None:
        """Ring at `moment` (aware), unless it will ring before; at once where that is over."""
        loop = asyncio.get_running_loop()
        at = loop.time() + max((moment - datetime.now(UTC)).total_seconds(), 0.0) + LATE_BY
        if self._timer is None or at < self._timer.when():
            self.cancel()
            self._timer = loop.call_at(at, self._go_off)

    def cancel(self) -> None:
        """Do not ring."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _go_off(self) -> None:
        self._timer = None
        self._ring()
