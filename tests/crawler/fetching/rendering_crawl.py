"""A crawl in a process of its own (the reactor runs once a process): takes a job as JSON, prints what came back.

Job: {"urls": [...], "render": "always" or "never", "settings": {...}, "meta": {...}}.
"""

from __future__ import annotations

import base64
import json
import sys
from collections.abc import AsyncIterator
from typing import Any

import scrapy
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.http import Response
from twisted.python.failure import Failure

HANDLER = "crawler.fetching.handler.DownloadHandler"
SETTINGS = {
    "DOWNLOAD_HANDLERS": {"http": HANDLER, "https": HANDLER},
    "SVODKA_ALLOWED_PRIVATE_HOSTS": ["127.0.0.1", "localhost"],
    "REMOTE_CONTROL_ENABLED": False,
    "TELNETCONSOLE_ENABLED": False,
    "HTTPERROR_ALLOW_ALL": True,
    "RETRY_ENABLED": False,
    "LOG_LEVEL": "ERROR",
    "USER_AGENT": "svodka-test/1.0 (+mailto:test@example.org)",
}


class Probe(scrapy.Spider):
    """Fetches the job's URLs and reports each answer or failure."""

    name = "probe"
    job: dict[str, Any]
    signalled: list[str]
    report: dict[str, Any]

    async def start(self) -> AsyncIterator[scrapy.Request]:
        """One request a URL."""
        from crawler.fetching.wire import exchange_captured

        self.crawler.signals.connect(self.captured, exchange_captured)
        for url in self.job["urls"]:
            meta = {"svodka_render": self.job["render"], **self.job.get("meta", {})}
            yield scrapy.Request(url, meta=meta, callback=self.answer, errback=self.failure, dont_filter=True)

    def captured(self, exchange: Any, request: scrapy.Request) -> None:
        """Count the signal."""
        self.signalled.append(request.url)

    def answer(self, response: Response) -> None:
        """Report a response and what was kept of it."""
        self.report["answers"].append(
            {
                "url": response.url,
                "status": response.status,
                "class": type(response).__name__,
                "flags": response.flags,
                "headers": dict(response.headers.to_unicode_dict()),
                "body": base64.b64encode(response.body).decode(),
                "exchanges": [_plain(kept) for kept in response.meta["exchanges"]],
                "request_headers": sorted(response.request.headers.to_unicode_dict()) if response.request else [],
            }
        )

    def failure(self, failure: Failure) -> None:
        """Report a failure."""
        kind = type(failure.value)
        self.report["failures"].append(
            {"url": failure.request.url, "class": kind.__name__, "message": str(failure.value)}  # type: ignore[attr-defined]
        )


def _plain(kept: Any) -> dict[str, Any]:
    plain = {"class": type(kept).__name__, "url": kept.url}
    for name in ("browser", "status"):
        plain[name] = getattr(kept, name, None)
    plain["html"] = base64.b64encode(getattr(kept, "html", b"")).decode()
    plain["zone"] = str(kept.rendered_at.tzinfo) if hasattr(kept, "rendered_at") else None
    return plain


def main() -> None:
    """Run the job that is its argument."""
    job = json.loads(sys.argv[1])
    report: dict[str, Any] = {"answers": [], "failures": [], "signalled": []}
    process = AsyncCrawlerProcess(settings={**SETTINGS, **job.get("settings", {})})
    crawler = process.create_crawler(Probe)
    process.crawl(crawler, job=job, report=report, signalled=report["signalled"])
    process.start()
    stats = crawler.stats.get_stats() if crawler.stats else {}
    report["stats"] = {key: value for key, value in stats.items() if isinstance(value, int | float)}
    report["playwright_imported"] = "playwright" in sys.modules
    json.dump(report, sys.stdout)


if __name__ == "__main__":
    main()
