"""Twisted's HTTP/1.1 client with its wire tapped: every byte sent and received is tied to the request it belongs to.

No public hook of Scrapy or Twisted keeps the wire, so this subclasses private classes. `tests/crawler/fetching/
test_wire_contract.py` names each private name and fails loudly when an upgrade moves one.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Hashable, Iterable
from functools import partial
from typing import Any

from scrapy.core.downloader.handlers.http11 import _LenientHTTP11ClientFactory, _LenientHTTP11ClientProtocol
from scrapy.statscollectors import StatsCollector
from twisted.internet.defer import Deferred
from twisted.internet.interfaces import (
    IAddress,
    IHandshakeListener,
    IPushProducer,
    ISSLTransport,
    IStreamClientEndpoint,
)
from twisted.internet.protocol import connectionDone
from twisted.python.failure import Failure
from twisted.web._newclient import HTTP11ClientProtocol
from twisted.web._newclient import Request as TxRequest
from twisted.web.client import HTTPConnectionPool
from twisted.web.iweb import IResponse
from zope.interface import implementer  # type: ignore[import-untyped]

from crawler.fetching.recording import Attempt, Recording

logger = logging.getLogger(__name__)


class WireOverflow(Exception):
    """A server sent more bytes than an exchange may have: endless headers, interim heads or chunk framing."""


class Tee:
    """A transport that notes what is written to it. Twisted's request needs these four methods only."""

    __slots__ = ("_sent", "_transport")

    def __init__(self, transport: Any, attempt: Attempt) -> None:
        self._transport = transport
        self._sent = attempt.sent

    def write(self, data: bytes) -> None:
        """Pass on and note a piece of the request's body."""
        self._sent.append(data)
        self._transport.write(data)

    def writeSequence(self, pieces: Iterable[bytes]) -> None:
        """Pass on and note the request's head, or a chunk."""
        self.write(b"".join(pieces))

    def registerProducer(self, producer: IPushProducer, streaming: bool) -> None:
        """Pass on."""
        self._transport.registerProducer(producer, streaming)

    def unregisterProducer(self) -> None:
        """Pass on."""
        self._transport.unregisterProducer()


class WireRequest(TxRequest):
    """A request that carries its recording to whichever connection sends it."""

    recording: Recording

    def writeTo(self, transport: Any) -> Deferred[None]:
        """Write the request and note its bytes."""
        tee = Tee(transport, self.recording.attempts[-1])
        return super().writeTo(tee)  # type: ignore[no-any-return, no-untyped-call]


class Recorded:
    """What the pool hands out: a connection good for one request, which it records."""

    __slots__ = ("_connection", "_recording")

    def __init__(self, connection: HTTP11ClientProtocol, recording: Recording) -> None:
        self._connection = connection
        self._recording = recording

    def request(self, request: TxRequest) -> Deferred[IResponse]:
        """Send the request; Twisted may send it a second time where a kept-alive connection was dead."""
        request.__class__ = WireRequest
        request.recording = self._recording  # type: ignore[attr-defined]
        return self._connection.request(request)


@implementer(IHandshakeListener)
class WireProtocol(_LenientHTTP11ClientProtocol):
    """One connection. Bytes behind the end of a response belong to no exchange: counted, and the connection closed."""

    _attempt: Attempt | None = None
    _open = True  # False until the TLS handshake is done, where there is TLS
    _peer: str | None = None

    def __init__(self, quiescent_callback: Callable[[Any], None], stats: StatsCollector) -> None:
        super().__init__(quiescent_callback)  # type: ignore[no-untyped-call]
        self._stats = stats

    def connectionMade(self) -> None:
        """Note the peer, and whether bytes must wait for a TLS handshake."""
        transport: Any = self.transport
        self._peer = getattr(transport.getPeer(), "host", None)
        self._open = not ISSLTransport.providedBy(transport)
        super().connectionMade()

    def handshakeCompleted(self) -> None:
        """What was written so far leaves now: before this not a byte of HTTP was on the wire."""
        self._open = True
        if self._attempt is not None:
            self._attempt.on_wire = True

    def request(self, request: TxRequest) -> Deferred[IResponse]:
        """Send a `WireRequest` and tie what comes back to it."""
        if self._state == "QUIESCENT" and isinstance(request, WireRequest):
            self._attempt = request.recording.begin(self._peer, on_wire=self._open)
        return super().request(request)

    def dataReceived(self, data: bytes) -> None:
        """Note the bytes, then parse them."""
        attempt = self._attempt
        if attempt is None or attempt.closed:
            self._count_stray(len(data))
            self.transport.abortConnection()  # type: ignore[union-attr]
            return
        attempt.received.append(data)
        attempt.size += len(data)
        if attempt.limit and attempt.size > attempt.limit:
            overflow = WireOverflow(f"more than {attempt.limit} bytes on the wire")
            self._giveUp(Failure(overflow))  # type: ignore[no-untyped-call]
            return
        super().dataReceived(data)  # type: ignore[no-untyped-call]

    def _finishResponse(self, rest: bytes) -> None:
        attempt, self._attempt = self._attempt, None
        if attempt is not None:
            attempt.finish(len(rest))
        if rest:
            self._count_stray(len(rest))
            if self._currentRequest is not None:
                self._currentRequest.persistent = False  # no other request may read what is left here
        super()._finishResponse(rest)

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        """Note why, then tell the parser."""
        if self._attempt is not None:
            self._attempt.lost = describe(reason.value) if reason.value else None
        super().connectionLost(reason)  # type: ignore[no-untyped-call]

    def _count_stray(self, count: int) -> None:
        self._stats.inc_value("wire/stray_bytes", count)
        logger.debug("%d bytes behind the end of a response from %s", count, self.transport)


class WireFactory(_LenientHTTP11ClientFactory):
    """Builds the connections of a `WirePool`."""

    def __init__(self, quiescent_callback: Callable[[Any], None], metadata: str, *, stats: StatsCollector) -> None:
        super().__init__(quiescent_callback, metadata)  # type: ignore[no-untyped-call]
        self._stats = stats

    def buildProtocol(self, addr: IAddress | None) -> HTTP11ClientProtocol:
        """A connection with its wire tapped."""
        return WireProtocol(self._quiescentCallback, self._stats)


class WirePool(HTTPConnectionPool):
    """Scrapy's pool of connections; `expected` is the recording of the request that asks for one next.

    The agent asks the pool in the same call in which the handler sets `expected`, so no two requests can mix.
    """

    def __init__(self, reactor: Any, stats: StatsCollector, max_persistent_per_host: int) -> None:
        super().__init__(reactor, persistent=True)  # type: ignore[no-untyped-call]
        self.maxPersistentPerHost = max_persistent_per_host
        self._factory = partial(WireFactory, stats=stats)  # type: ignore[assignment]
        self.expected: Recording | None = None

    def getConnection(self, key: Hashable, endpoint: IStreamClientEndpoint) -> Deferred[Any]:
        """A connection, new or kept alive, for the expected recording."""
        recording, self.expected = self.expected, None
        if recording is None:
            raise RuntimeError("a connection was asked for without a recording: its bytes would be lost")
        return super().getConnection(key, endpoint).addCallback(Recorded, recording)


def describe(error: BaseException) -> str:
    """An error in one line: its class and what it says."""
    text = " ".join(str(error).split())
    return f"{type(error).__name__}: {text}" if text else type(error).__name__
