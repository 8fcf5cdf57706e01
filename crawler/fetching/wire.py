"""Keeps the wire: every HTTP/1.1 exchange of a crawl, byte for byte as sent and received, before anyone sees it.

Redirects, robots.txt, errors, media, 304s, 1xx heads, and downloads that were cut off are exchanges like any other.
"""

from __future__ import annotations

from asyncio import CancelledError

from scrapy import Request
from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.crawler import Crawler
from scrapy.exceptions import CannotResolveHostError, DownloadCancelledError, DownloadTimeoutError
from scrapy.http import Response
from scrapy.utils.httpobj import urlparse_cached
from twisted.internet.error import ConnectionDone, ConnectionLost
from twisted.web._newclient import ParseError, ResponseFailed
from twisted.web.http import _DataLoss

from archive.records import Exchange, Truncation
from crawler.fetching import address_guard
from crawler.fetching.recording import Recording
from crawler.fetching.wire_protocol import WireOverflow, WirePool, describe

exchange_captured = object()
"""Scrapy signal, sent with `exchange`, `request` and `spider` before the request's callback or errback runs."""

_FRAMING = 1 << 20  # bytes of head, interim heads and chunk framing that a response may have beside its body


class WireHandler(HTTP11DownloadHandler):
    """Download handler for http and https; appends each `Exchange` to `request.meta["exchanges"]`, in order of time.

    A request has several where Twisted sent it again because a kept-alive connection was dead: the last is the one
    that was answered. It has none where no byte of it left: host unknown, connection refused, handshake failed.
    """

    lazy = False

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        from twisted.internet import reactor

        assert crawler.stats is not None
        self._wire = WirePool(reactor, crawler.stats, self._pool.maxPersistentPerHost)
        self._pool = self._wire

    async def download_request(self, request: Request) -> Response:
        """Fetch, and capture the exchange whatever comes of it.

        Raises Scrapy's download errors; `ForbiddenAddress` where the address guard refused the host or a proxy.
        """
        if request.meta.get("proxy"):
            raise address_guard.ForbiddenAddress(f"{request.url}: refused through a proxy, which hides the address")
        recording = self._wire.expected = Recording(self._wire_limit(request))
        try:
            response = await super().download_request(request)
        except (Exception, CancelledError) as error:
            self._capture(request, recording, truncation(error), error_line(error))
            self._explain(request, error)
            raise
        if not recording.attempts:
            raise RuntimeError(f"{request.url}: answered, but not a byte was captured")
        stopped = "download_stopped" in response.flags
        self._capture(request, recording, "unspecified" if stopped else "disconnect", None)
        return response

    def _wire_limit(self, request: Request) -> int:
        body = int(request.meta.get("download_maxsize", self._default_maxsize))
        return 2 * body + _FRAMING if body else 0

    def _capture(self, request: Request, recording: Recording, truncated: Truncation, error: str | None) -> None:
        url = request.url.partition("#")[0]
        for attempt in recording.attempts:
            if attempt.on_wire:
                answered = attempt is recording.attempts[-1]
                self._publish(request, attempt.exchange(url, truncated, error if answered else attempt.lost))

    def _publish(self, request: Request, exchange: Exchange) -> None:
        request.meta.setdefault("exchanges", []).append(exchange)
        crawler = self._crawler
        crawler.signals.send_catch_log(exchange_captured, exchange=exchange, request=request, spider=crawler.spider)

    @staticmethod
    def _explain(request: Request, error: BaseException) -> None:
        if isinstance(error, CannotResolveHostError):
            host = urlparse_cached(request).hostname or ""
            if reason := address_guard.refusal(host):
                raise address_guard.ForbiddenAddress(f"{request.url}: {reason}") from error


def root_cause(error: BaseException) -> BaseException:
    """What Twisted said below Scrapy's download error."""
    failed = error.__cause__ if isinstance(error.__cause__, ResponseFailed) else error
    if isinstance(failed, ResponseFailed) and failed.reasons:
        return failed.reasons[0].value  # type: ignore[no-any-return]
    return error


def truncation(error: BaseException) -> Truncation:
    """Why a response that did not come to its end was cut off (WARC 1.1, 5.13)."""
    cause = root_cause(error)
    if isinstance(error, DownloadTimeoutError):
        return "time"
    if isinstance(error, DownloadCancelledError) or isinstance(cause, WireOverflow):
        return "length"
    if isinstance(cause, (ConnectionDone, ConnectionLost, _DataLoss)):
        return "disconnect"
    return "unspecified"


def error_line(error: BaseException) -> str:
    """The error in one line, with what lies below it."""
    cause = root_cause(error)
    if isinstance(error, DownloadCancelledError) and not str(error):
        return "DownloadCancelledError: larger than DOWNLOAD_MAXSIZE"
    if cause is error:
        return describe(error)
    detail = f"unreadable response: {describe(cause)}" if isinstance(cause, ParseError) else describe(cause)
    return f"{type(error).__name__}: {detail}"
