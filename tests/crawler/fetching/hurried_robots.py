"""The robots middleware on a clock that leaps, for crawls in which days go by."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from scrapy.crawler import Crawler

from crawler.fetching.robots import RobotsMiddleware


class HurriedRobots(RobotsMiddleware):
    """Each look at the clock is 13 hours later: rules that were just read are good for one more request."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler, clock=self.leap)
        self.now = datetime(2026, 1, 1, tzinfo=UTC)

    def leap(self) -> datetime:
        self.now += timedelta(hours=13)
        return self.now
