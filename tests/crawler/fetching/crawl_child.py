"""One real crawl in a process of its own (a reactor runs once a process): a pickled job in, pickled outcomes out."""

from __future__ import annotations

import pickle
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import scrapy
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.http import Response
from twisted.python.failure import Failure

from crawler.fetching.wire import exchange_captured

SETTINGS: dict[str, Any] = {
    "DOWNLOAD_HANDLERS": {"http": "crawler.fetching.wire.WireHandler", "https": "crawler.fetching.wire.WireHandler"},
    "SVODKA_ALLOWED_PRIVATE_HOSTS": ["127.0.0.1"],
    "TELNETCONSOLE_ENABLED": False,
    "ROBOTSTXT_OBEY": False,
    "RETRY_ENABLED": False,
    "HTTPERROR_ALLOW_ALL": True,
    "COOKIES_ENABLED": False,
    "LOG_LEVEL": "WARNING",
    "DOWNLOAD_DELAY": 0,
    "CONCURRENT_REQUESTS_PER_DOMAIN": 8,
}


class Walk(scrapy.Spider):
    """Fetches what the job names and notes what each callback saw, and when signals came."""

    name = "walk"

    def __init__(self, requests: list[dict[str, Any]], in_turn: bool, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.requests = list(requests)
        self.in_turn = in_turn
        self.signals: list[tuple[str, Any]] = []
        self.outcomes: list[dict[str, Any]] = []

    async def start(self) -> AsyncIterator[scrapy.Request]:
        batch = 1 if self.in_turn else len(self.requests)
        for request in self.take(batch):
            yield request

    def take(self, count: int) -> list[scrapy.Request]:
        taken, self.requests = self.requests[:count], self.requests[count:]
        return [
            scrapy.Request(**job, callback=self.seen, errback=self.failed, dont_filter=True, cb_kwargs={"asked": job})
            for job in taken
        ]

    def seen(self, response: Response, asked: dict[str, Any]) -> list[scrapy.Request]:
        assert response.request is not None
        self.note(response.request, asked, status=response.status, body=response.body, flags=response.flags)
        return self.take(1)

    def failed(self, failure: Failure) -> list[scrapy.Request]:
        request = failure.request  # type: ignore[attr-defined]
        error = failure.value
        self.note(request, request.cb_kwargs["asked"], error=type(error).__name__, message=str(error))
        return self.take(1)

    def note(self, request: scrapy.Request, asked: dict[str, Any], **what: Any) -> None:
        exchanges = list(request.meta.get("exchanges", ()))
        self.outcomes.append({"url": asked["url"], "exchanges": exchanges, "signalled": len(self.signals), **what})


def main(job: dict[str, Any]) -> dict[str, Any]:
    process = AsyncCrawlerProcess({**SETTINGS, **job["settings"]})
    crawler = process.create_crawler(Walk)

    def captured(exchange: Any, request: scrapy.Request) -> None:
        crawler.spider.signals.append((request.url, exchange))  # type: ignore[union-attr]

    crawler.signals.connect(captured, signal=exchange_captured)
    task = process.crawl(crawler, requests=job["requests"], in_turn=job["in_turn"])
    process.start()
    task.result()
    spider = crawler.spider
    assert isinstance(spider, Walk)
    return {"outcomes": spider.outcomes, "signals": spider.signals, "stats": crawler.stats.get_stats()}


if __name__ == "__main__":
    Path(sys.argv[2]).write_bytes(pickle.dumps(main(pickle.loads(Path(sys.argv[1]).read_bytes()))))
