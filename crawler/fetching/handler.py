"""One download handler for http and https: the wire for all requests, the browser for those that ask to be rendered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crawler.fetching.wire import WireHandler

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

    from crawler.fetching.browser import BrowserHandler


class DownloadHandler:
    """Sends requests with `meta["svodka_render"] == "always"` to the browser, all others to the wire.

    A crawl that renders nothing never imports Playwright.
    """

    lazy = True

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.wire = WireHandler.from_crawler(crawler)
        self.browser: BrowserHandler | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> DownloadHandler:
        """Build it as Scrapy builds its components."""
        return cls(crawler)

    async def download_request(self, request: Request) -> Response:
        """Download `request`.

        Raises:
            ConfigurationError: the request is to be rendered and there is no browser.
        """
        if request.meta.get("svodka_render") == "always":
            return await self._browser().download_request(request)
        return await self.wire.download_request(request)

    async def close(self) -> None:
        """End the connections, and the browser where one was started."""
        await self.wire.close()
        if self.browser is not None:
            await self.browser.close()

    def _browser(self) -> BrowserHandler:
        if self.browser is None:
            from crawler.fetching.browser import BrowserHandler

            self.browser = BrowserHandler.from_crawler(self.crawler)
        return self.browser
