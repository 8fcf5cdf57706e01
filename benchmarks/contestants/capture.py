"""Capture alone: bare Scrapy with what Svodka fetches with, and every exchange written to a WARC file.

That is the download handler that keeps the wire, and the middleware that undoes content codings in place of Scrapy's:
handler and WARC writer share what it decodes.

`python -m benchmarks.contestants.capture LIST FOLDER`: as `bare`; the WARC file goes into FOLDER. No rows, no reading.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, Self

from scrapy import signals
from scrapy.crawler import Crawler

from archive.ids import uuid7
from archive.records import Capture, CaptureContext, Exchange
from archive.warc.writer import WarcWriter
from benchmarks.contestants.bare import SETTINGS, BareSpider, fetch
from crawler.fetching.committer import BATCH_UNITS
from crawler.fetching.wire import exchange_captured
from crawler.settings import DOWNLOAD_HANDLERS, DOWNLOADER_MIDDLEWARES


class CaptureSpider(BareSpider):
    """Fetches `urls` and keeps every exchange; a batch is on disk before the next one is begun."""

    name = "capture"

    def __init__(self, folder: str, **arguments: Any) -> None:
        super().__init__(**arguments)
        self.writer = WarcWriter(Path(folder), site=self.name, software="svodka benchmark")
        self.waiting: list[Capture] = []

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        """Build from the crawler, as Scrapy does."""
        spider = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider.keep, signal=exchange_captured)
        crawler.signals.connect(spider.finish, signal=signals.spider_closed)
        return spider

    def keep(self, exchange: Exchange) -> None:
        """Write the exchange with the next full batch."""
        context = CaptureContext(str(uuid7()), self.name, "benchmark", "article", "list")
        self.waiting.append(Capture(context, exchange))
        if len(self.waiting) == BATCH_UNITS:
            self._commit()

    def finish(self) -> None:
        """Write what is left and close the file."""
        self._commit()
        self.writer.close()

    def _commit(self) -> None:
        self.writer.append(self.waiting)
        self.writer.sync()
        self.waiting.clear()


CODINGS = "crawler.fetching.content_coding.ContentCodingMiddleware"
SCRAPYS = "scrapy.downloadermiddlewares.httpcompression.HttpCompressionMiddleware"

if __name__ == "__main__":
    settings = {
        **SETTINGS,
        "DOWNLOAD_HANDLERS": DOWNLOAD_HANDLERS,
        "DOWNLOADER_MIDDLEWARES": {CODINGS: DOWNLOADER_MIDDLEWARES[CODINGS], SCRAPYS: None},
        "SVODKA_ALLOWED_PRIVATE_HOSTS": ["127.0.0.1"],  # the practice site
    }
    fetch(CaptureSpider, settings, folder=sys.argv[2])
