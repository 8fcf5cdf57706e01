"""Bare Scrapy: fetches a list of pages and reads nothing. Its cost is the 1 of all ratios.

`python -m benchmarks.contestants.bare LIST`: LIST has one URL a line; prints {"pages": N}.
"""

from __future__ import annotations

import json
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import scrapy
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.http import Response

# Seconds. Without any pause Scrapy asks for the next page before the connection is free again, and opens a new one for
# nine pages of ten: a cost that no paced crawl has.
PAUSE = 0.0001

# Scrapy's own defaults, but for one request in flight a host (Svodka's rule), and for CONCURRENT_ITEMS: its default of
# 100 makes 101 tasks a response, which would flatter everybody measured against it.
SETTINGS: dict[str, Any] = {
    "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
    "DOWNLOAD_DELAY": PAUSE,
    "CONCURRENT_ITEMS": 4,
    "ROBOTSTXT_OBEY": False,
    "TELNETCONSOLE_ENABLED": False,
    "REMOTE_CONTROL_ENABLED": False,
    "LOG_LEVEL": "WARNING",
}


class BareSpider(scrapy.Spider):
    """Fetches `urls` and counts them."""

    name = "bare"

    def __init__(self, urls: list[str], **arguments: Any) -> None:
        super().__init__(**arguments)
        self.urls = urls

    async def start(self) -> AsyncIterator[Any]:
        """The pages of the list."""
        for url in self.urls:
            yield scrapy.Request(url)

    def parse(self, response: Response) -> None:
        """Count the page."""
        assert self.crawler.stats is not None
        self.crawler.stats.inc_value("pages")


def fetch(spider: type[BareSpider], settings: dict[str, Any], **arguments: Any) -> None:
    """Run `spider` over the list that the command line names, and print how many pages came."""
    urls = Path(sys.argv[1]).read_text(encoding="utf-8").split()
    process = AsyncCrawlerProcess(settings)
    crawler = process.create_crawler(spider)
    process.crawl(crawler, urls=urls, **arguments)
    process.start()
    assert crawler.stats is not None
    print(json.dumps({"pages": crawler.stats.get_value("pages", 0)}))


if __name__ == "__main__":
    fetch(BareSpider, SETTINGS)
