"""Told to stop, a crawl ends with what is in flight: what waits for its turn goes back to the frontier, unfetched.

Scrapy by itself fetches all that it was given, with a pause before each: minutes, where cron's host shuts down in 90 s.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Self

from scrapy import Request
from scrapy.crawler import AsyncCrawlerProcess, Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from twisted.internet.defer import Deferred

from crawler.fetching.units import META_KEY

told_to_stop = object()
"""Scrapy signal, sent without arguments when a signal of the system ends the crawl."""


class ToldToStop(IgnoreRequest):
    """The request was not sent, as the crawl ends: nothing was learned of its URL."""


class StoppableProcess(AsyncCrawlerProcess):
    """Scrapy's process, which says that it stops before it waits for what is under way."""

    async def stop(self) -> None:
        """Stop all crawls; at its end they have ended."""
        for crawler in self.crawlers:
            crawler.signals.send_catch_log(told_to_stop)
        await super().stop()


class StopMiddleware:
    """Downloader middleware that fails with ToldToStop what was to be fetched for a row of the frontier."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._stopping = False
        crawler.signals.connect(self._stop, signal=told_to_stop)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Build from the crawler, as Scrapy does."""
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Let the request pass while the crawl goes on; robots.txt passes always, as others wait for its rules."""
        if self._stopping and META_KEY in request.meta:
            raise ToldToStop(request.url)

    def _stop(self) -> None:
        self._stopping = True
        engine = self._crawler.engine
        for slot in engine.downloader.slots.values() if engine is not None else ():
            fail_rows(slot.queue, ToldToStop)


def fail_rows(queue: deque[tuple[Request, Deferred[Response]]], why: Callable[[str], IgnoreRequest]) -> None:
    """Take what is fetched for rows out of a slot's queue, so that its turn never comes; `why` of each URL."""
    for request, answer in [each for each in queue if META_KEY in each[0].meta]:
        queue.remove((request, answer))
        answer.errback(why(request.url))
