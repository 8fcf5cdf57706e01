"""Keeps the wire: every HTTP/1.1 exchange of a crawl, byte for byte as sent and received, before anyone sees it.

Redirects, robots.txt, errors, media, 304s, 1xx heads, and downloads that were cut off are exchanges like any other.
The client is our own, on asyncio: no public hook of another one hands out the bytes.
"""

from __future__ import annotations

import asyncio
import logging
import ssl
from asyncio import CancelledError
from functools import cached_property

from scrapy import Request
from scrapy.core.downloader.handlers.base import BaseDownloadHandler
from scrapy.crawler import Crawler
from scrapy.exceptions import (
    DownloadFailedError,
    ResponseDataLossError,
    StopDownload,
)
from scrapy.http import Response
from scrapy.utils.misc import build_from_crawler, load_object

from archive.records import LINE_END, Exchange, Truncation
from crawler.fetching.address_guard import ForbiddenAddress
from crawler.fetching.connection import Connection, Origin
from crawler.fetching.pool import Pool
from crawler.fetching.request_bytes import IDEMPOTENT, site_of
from crawler.fetching.resolver import Resolver
from crawler.fetching.responses import response_of
from crawler.fetching.tls import client_context
from crawler.fetching.transfer import Limits, Transfer
from crawler.fetching.wire_errors import ConnectionClosed, WireError, WireOverflow, describe, error_line, truncation

logger = logging.getLogger(__name__)

exchange_captured = object()
"""Scrapy signal, sent with `exchange`, `request` and `spider` before the request's callback or errback runs."""


class WireHandler(BaseDownloadHandler):
    """Download handler for http and https; appends each `Exchange` to `request.meta["exchanges"]`, in order of time.

    A request has several where it was sent again because a kept-alive connection was dead: the last is the one that
    was answered. It has none where no byte of it left: host unknown, connection refused, handshake failed.
    """

    lazy = False

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        settings = crawler.settings
        assert crawler.stats is not None
        self._limits = Limits.from_settings(settings)
        self._fail_on_dataloss = settings.getbool("DOWNLOAD_FAIL_ON_DATALOSS")
        self._local = settings.get("DOWNLOAD_BIND_ADDRESS")
        self._resolver: Resolver = build_from_crawler(load_object(settings.get("SVODKA_RESOLVER") or Resolver), crawler)
        per_origin = settings.getint("CONCURRENT_REQUESTS_PER_DOMAIN")
        self._pool = Pool(self._resolver, lambda: self._tls, crawler.stats, per_origin)
        self._told_of_stray = False

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        return client_context(self.crawler.settings)

    async def download_request(self, request: Request) -> Response:
        """Fetch, and capture the exchange whatever comes of it.

        Raises Scrapy's download errors; `ForbiddenAddress` where the address guard refused the host or a proxy.
        """
        if request.meta.get("proxy"):
            raise ForbiddenAddress(f"{request.url}: refused through a proxy, which hides the address")
        transfer = Transfer(request, self._limits, self.crawler)
        try:
            await self._fetch(transfer)
        except (Exception, CancelledError) as error:
            self._capture(transfer, truncation(error), error_line(error))
            raise
        if transfer.stopped is not None:
            return self._stopped(transfer, transfer.stopped)
        return response_of(transfer, self._capture(transfer, "disconnect", None))

    async def close(self) -> None:
        """Close all connections, and end the resolver's threads."""
        await self._pool.close()
        self._resolver.close()

    # --- the way to an answer ----------------------------------------------------------------------------------

    async def _fetch(self, transfer: Transfer) -> None:
        """Send the request until it is answered. Raises Scrapy's download errors."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + transfer.timeout
        origin = self._origin(transfer.request)
        try:
            kept = self._pool.take(origin)
            if kept is None or not await self._was_alive(kept, transfer, deadline):
                connection = await self._connect(origin, transfer, deadline)
                await self._exchange(connection, transfer, deadline)
        except WireError as error:
            self._make_do(transfer, error)

    async def _was_alive(self, kept: Connection, transfer: Transfer, deadline: float) -> bool:
        """Whether the answer came: a server may close a connection just as it is used again.

        Then the request may be sent once more where that does no harm (RFC 9112, 9.3.1).
        """
        try:
            await self._exchange(kept, transfer, deadline)
        except ConnectionClosed:
            if transfer.attempt.size or transfer.request.method not in IDEMPOTENT:
                raise
            return False
        return True

    async def _connect(self, origin: Origin, transfer: Transfer, deadline: float) -> Connection:
        try:
            return await self._pool.connect(origin, deadline)
        except ForbiddenAddress as refusal:
            raise ForbiddenAddress(f"{transfer.request.url}: {refusal}") from None
        except TimeoutError as error:
            raise transfer.too_slow() from error

    @staticmethod
    async def _exchange(connection: Connection, transfer: Transfer, deadline: float) -> None:
        done = connection.send(transfer)
        # A task a request would cost several times as much.
        timer = asyncio.get_running_loop().call_at(deadline, transfer.time_out)
        try:
            await done
        finally:
            timer.cancel()
            connection.drop(transfer)

    def _make_do(self, transfer: Transfer, error: WireError) -> None:
        """Let a response pass that was cut short, where DOWNLOAD_FAIL_ON_DATALOSS is off; else raise."""
        if transfer.attempt.framing.head is None or isinstance(error, WireOverflow):
            raise DownloadFailedError(describe(error)) from error
        if not transfer.request.meta.get("download_fail_on_dataloss", self._fail_on_dataloss):
            transfer.flags.append("dataloss")
            return
        raise ResponseDataLossError(describe(error)) from error

    def _origin(self, request: Request) -> Origin:
        tls, host, port, _ = site_of(request)
        local = request.meta.get("bindaddress") or self._local
        return Origin(tls, host, port, (local, 0) if isinstance(local, str) else local)

    # --- what came of it ---------------------------------------------------------------------------------------

    def _stopped(self, transfer: Transfer, stop: StopDownload) -> Response:
        """A listener to a signal has enough (Scrapy's StopDownload)."""
        exchange = self._capture(transfer, "unspecified", error_line(stop) if stop.fail else None)
        transfer.flags.append("download_stopped")
        response = response_of(transfer, exchange)
        if stop.fail:
            stop.response = response
            raise stop
        return response

    def _capture(self, transfer: Transfer, truncated: Truncation, error: str | None) -> Exchange | None:
        """Publish what went over the wire; gives the exchange that ended it, None where nothing was sent."""
        url = transfer.request.url.partition("#")[0]
        exchange = None
        for attempt in transfer.attempts:
            last = attempt is transfer.attempts[-1]
            exchange = attempt.exchange(url, truncated, error if last else attempt.lost)
            self._publish(transfer.request, exchange)
            if exchange.stray_size:
                self._note_stray(url, exchange.stray_size)
        return exchange

    def _note_stray(self, url: str, count: int) -> None:
        """Count them, and tell once a run of more than a line end: a server that does so for one page does it for many.

        `svodka health` counts the pages.
        """
        assert self.crawler.stats is not None
        self.crawler.stats.inc_value("wire/stray_bytes", count)
        if count > LINE_END and not self._told_of_stray:
            self._told_of_stray = True
            logger.warning("%s: %d bytes came behind the end of the response; see docs/reading.md", url, count)

    def _publish(self, request: Request, exchange: Exchange) -> None:
        request.meta.setdefault("exchanges", []).append(exchange)
        crawler = self.crawler
        crawler.signals.send_catch_log(exchange_captured, exchange=exchange, request=request, spider=crawler.spider)
