"""One request on its way: what was sent and came for it, what it may bring at most, and who is told of it.

Scrapy's settings and `request.meta` keys for sizes, and its signals headers_received and bytes_received with
StopDownload, are honoured here.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address
from time import monotonic
from typing import Any, NamedTuple, Self

from pydispatch.dispatcher import getAllReceivers
from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import DownloadTimeoutError, StopDownload
from scrapy.settings import BaseSettings
from twisted.python.failure import Failure

from crawler.fetching.framing import ResponseFraming
from crawler.fetching.headers import headers_of
from crawler.fetching.recording import Attempt
from crawler.fetching.request_bytes import request_bytes
from crawler.fetching.wire_errors import ConnectionClosed, TooLarge, WireOverflow, describe

logger = logging.getLogger(__name__)

STRAY_WAIT = 1.0  # seconds for what follows the first byte behind the end of a response
LINE_END_WAIT = 0.2  # seconds, where that is a line end: mostly nothing follows, and every page of the server has one
_FRAMING = 1 << 20  # bytes of head, interim heads and chunk framing that a response may have beside its body


@dataclass(frozen=True, slots=True)
class Limits:
    """What holds where `request.meta` says nothing: seconds, and bytes of a body, 0 for no limit."""

    timeout: float
    maxsize: int
    warnsize: int

    @classmethod
    def from_settings(cls, settings: BaseSettings) -> Self:
        """DOWNLOAD_TIMEOUT, DOWNLOAD_MAXSIZE, DOWNLOAD_WARNSIZE."""
        sizes = (settings.getint("DOWNLOAD_MAXSIZE"), settings.getint("DOWNLOAD_WARNSIZE"))
        return cls(settings.getfloat("DOWNLOAD_TIMEOUT"), *sizes)


class Peer(NamedTuple):
    """Who is at the other end: the address as text and as Scrapy's responses have it, and the certificate in DER."""

    ip: str
    address: IPv4Address | IPv6Address
    certificate: bytes | None


class Transfer:
    """A request that is sent over one connection after another until it is answered; each is an `Attempt`.

    `flags` are for the response. `stopped` is the StopDownload that a listener raised.
    """

    __slots__ = (
        "_began", "_bytes", "_crawler", "_heard", "_maxsize", "_patience", "_told", "_warnsize", "_watched",
        "_wire_limit", "attempt", "attempts", "done", "flags", "peer", "request", "stopped", "timeout", "unread",
    )  # fmt: skip

    def __init__(self, request: Request, limits: Limits, crawler: Crawler) -> None:
        meta = request.meta
        self.request = request
        self.timeout: float = meta.get("download_timeout") or limits.timeout
        self._maxsize = int(meta.get("download_maxsize", limits.maxsize))
        self._warnsize = int(meta.get("download_warnsize", limits.warnsize))
        self._wire_limit = 2 * self._maxsize + _FRAMING if self._maxsize else 0
        self._crawler = crawler
        self._bytes = request_bytes(request)
        self._began = monotonic()
        self._told = 0
        self._patience: asyncio.TimerHandle | None = None  # with a line end behind the response
        self._heard = self._watched = False
        self.attempts: list[Attempt] = []
        self.attempt: Attempt
        self.peer: Peer
        self.done: asyncio.Future[None]
        self.flags: list[str] = []
        self.stopped: StopDownload | None = None
        self.unread = False  # it was stopped before a byte of the body was looked at

    def begin(self, peer: Peer) -> None:
        """The request goes out to `peer`. From now on `done` ends with the response, or with what went wrong."""
        self.attempt = Attempt(peer.ip, self._bytes, ResponseFraming(of_head=self.request.method == "HEAD"))
        self.attempts.append(self.attempt)
        self.peer = peer
        self.done = asyncio.get_running_loop().create_future()

    def received(self, data: bytes) -> bool:
        """Note the bytes, then look at them. True once the response is whole.

        Raises what ends the exchange: WireError, DownloadCancelledError, StopDownload.
        """
        attempt = self.attempt
        if attempt.complete:
            return self._came_behind(data)
        attempt.received.append(data)
        attempt.size += len(data)
        if self._wire_limit and attempt.size > self._wire_limit:
            raise WireOverflow(f"more than {self._wire_limit} bytes on the wire")
        framing = attempt.framing
        start = 0
        if framing.head is None:
            if (found := framing.read_head(data)) is None:
                return False
            start = found
            self._head_came(framing)
        whole = framing.read_body(data, start)
        if whole:
            attempt.finish()
        if self._watched:
            self._body_came(framing, data[start : len(data) - framing.stray])
        if whole and framing.stray:
            return self._came_behind(data[len(data) - framing.stray :])
        if whole:
            self._end(None)
        return whole

    def _came_behind(self, data: bytes) -> bool:
        """What the server sends behind the end, as a wrong Content-Length makes it, is waited for and kept.

        For STRAY_WAIT from the first byte on that is more than a line end, which means nothing (see `LINE_END`).
        The connection carries no other request. True once there is enough of it.
        """
        attempt = self.attempt
        may_mean_nothing = attempt.only_line_end_behind
        if not attempt.came_behind(data):
            self._end(None)
            return True
        if may_mean_nothing:
            self._wait_behind(LINE_END_WAIT if attempt.only_line_end_behind else STRAY_WAIT)
        return False

    def _wait_behind(self, seconds: float) -> None:
        """End it then, in place of when it was to end before."""
        if self._patience is not None:
            self._patience.cancel()
        self._patience = asyncio.get_running_loop().call_later(seconds, self._end, None)

    def lost(self, error: Exception | None) -> None:
        """The connection is gone. That is the end of a response that says nothing of its length (RFC 9112, 8)."""
        attempt = self.attempt
        if attempt.complete:
            self._end(None)
            return
        if error is None and attempt.framing.until_close:
            attempt.finish()
            self.flags.append("partial")  # Scrapy's word for it: nobody can tell whether that was all
            self._end(None)
            return
        closed = ConnectionClosed(describe(error) if error else "the server closed the connection")
        attempt.lost = describe(closed)
        self._end(closed)

    def failed(self, error: Exception) -> None:
        """It came to another end than its own."""
        if isinstance(error, StopDownload):
            self.stopped = error
            self._end(None)
        else:
            self._end(error)

    def time_out(self) -> None:
        """End it: it took too long, unless only bytes behind its end were waited for."""
        self._end(None if self.attempt.complete else self.too_slow())

    def too_slow(self) -> DownloadTimeoutError:
        """What is raised then, in Scrapy's words."""
        return DownloadTimeoutError(f"Getting {self.request.url} took longer than {self.timeout} seconds.")

    def _end(self, error: Exception | None) -> None:
        if self.done.done():
            return
        if error is None:
            self.done.set_result(None)
        else:
            self.done.set_exception(error)

    def _head_came(self, framing: ResponseFraming) -> None:
        self.request.meta["download_latency"] = monotonic() - self._began
        if self._is_heard(signals.headers_received):
            assert framing.head is not None
            self.unread = True
            self._tell(signals.headers_received, headers=headers_of(framing.head), body_length=framing.length)
            self.unread = False
        if framing.length:
            self._check_size(framing.length, "Expected to receive")
        self._heard = self._is_heard(signals.bytes_received)
        self._watched = self._heard or (framing.length is None and bool(self._maxsize or self._warnsize))

    def _body_came(self, framing: ResponseFraming, piece: bytes) -> None:
        chunked = framing.chunked
        if self._heard:
            pieces = [piece] if chunked is None else chunked.parts[self._told :]
            self._told += len(pieces)
            for each in filter(None, pieces):
                self._tell(signals.bytes_received, data=each)
        if framing.length is None:
            assert framing.head is not None
            before = sum(map(len, framing.interim)) + (framing.head.body_start or 0)
            self._check_size(chunked.size if chunked else self.attempt.size - before, "Received")

    def _check_size(self, size: int, what: str) -> None:
        if self._maxsize and size > self._maxsize:
            limit = f"download max size ({self._maxsize})"
            message = f"{what} {size} bytes which is larger than {limit} in request {self.request}."
            logger.info(message)  # the row of the frontier says it
            raise TooLarge(message)
        if self._warnsize and size > self._warnsize:
            logger.warning(
                "%s %d bytes which is larger than download warn size (%d) in request %s.",
                what, size, self._warnsize, self.request,
            )  # fmt: skip
            self._warnsize = 0  # once a request

    def _is_heard(self, signal: object) -> bool:
        """Whether anybody listens: to send a signal that nobody hears costs more than to look."""
        return next(getAllReceivers(self._crawler.signals.sender, signal), None) is not None

    def _tell(self, signal: object, **what: Any) -> None:
        """Raises the StopDownload of a listener."""
        crawler = self._crawler
        for _, result in crawler.signals.send_catch_log(signal, request=self.request, spider=crawler.spider, **what):
            if isinstance(result, Failure) and isinstance(result.value, StopDownload):
                raise result.value
