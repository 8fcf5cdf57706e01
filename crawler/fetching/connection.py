"""One connection of the client: carries one exchange at a time, and hands every byte of it to whom it belongs.

Bytes that come while nothing is asked belong to no exchange: counted, and the connection closed.
"""

from __future__ import annotations

import asyncio
import logging
import ssl
from contextlib import suppress
from ipaddress import ip_address
from typing import NamedTuple, Protocol, cast

from scrapy.statscollectors import StatsCollector

from crawler.fetching.transfer import Peer, Transfer

logger = logging.getLogger(__name__)


class Origin(NamedTuple):
    """Where a connection leads, and from where: the connections of one origin serve each other's requests."""

    tls: bool
    host: str
    port: int
    local: tuple[str, int] | None


class Keeper(Protocol):
    """Whoever holds connections: is told what becomes of each."""

    def opened(self, connection: Connection) -> None:
        """A connection was made."""

    def put(self, connection: Connection) -> None:
        """It is idle, and may carry another request."""

    def closed(self, connection: Connection) -> None:
        """It is no more."""


class Connection(asyncio.Protocol):
    """A connection to `address`, a literal, for the host of `origin`.

    Give it a `Transfer` with `send`; it goes back to its keeper when that is whole.
    """

    __slots__ = (
        "_address", "_closed", "_keeper", "_stats", "_transfer", "idle_since", "origin", "peer", "transport",
    )  # fmt: skip

    def __init__(self, origin: Origin, address: str, keeper: Keeper, stats: StatsCollector) -> None:
        self.origin = origin
        self._address = address.partition("%")[0]
        self._keeper = keeper
        self._stats = stats
        self._closed = False  # by the other side, in order
        self._transfer: Transfer | None = None
        self.transport: asyncio.Transport
        self.peer: Peer
        self.idle_since = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """It stands; with TLS, after the handshake."""
        self.transport = cast("asyncio.Transport", transport)
        tls = transport.get_extra_info("ssl_object")
        certificate = tls.getpeercert(binary_form=True) if tls else None
        self.peer = Peer(self._address, ip_address(self._address), certificate)
        self._keeper.opened(self)

    def send(self, transfer: Transfer) -> asyncio.Future[None]:
        """Send a request; what comes from now on is its answer, with which, or what went wrong, the future ends."""
        transfer.begin(self.peer)
        self._transfer = transfer
        self.transport.write(transfer.attempt.sent)
        return transfer.done

    def data_received(self, data: bytes) -> None:
        """Give the bytes to the exchange that they belong to."""
        transfer = self._transfer
        if transfer is None:
            self._count_stray(len(data))
            self.transport.abort()
            return
        try:
            whole = transfer.received(data)
        except Exception as error:  # of the exchange, or of whoever listens to it
            self.break_off()
            transfer.failed(error)
            return
        if whole:
            self._let_go(transfer)

    def eof_received(self) -> None:
        """No more comes. With TLS it is the other side that says so only if it has sent its close_notify."""
        tls = self.transport.get_extra_info("ssl_object")
        with suppress(ssl.SSLWantReadError):  # asyncio calls this without a close_notify, too: then TLS waits for more
            self._closed = tls is None or tls.read(1) == b""

    def connection_lost(self, error: Exception | None) -> None:
        """The other side closed, or we did."""
        self._keeper.closed(self)
        transfer, self._transfer = self._transfer, None
        if transfer is not None:
            transfer.lost(error or self._cut_off())

    def _cut_off(self) -> Exception | None:
        """TLS that ends without a close_notify may have been cut off by anybody on the way (RFC 9112, 9.8)."""
        cut_off = self.origin.tls and not self._closed
        return ConnectionAbortedError("TLS ended without close_notify") if cut_off else None

    def break_off(self) -> None:
        """Close at once; what is on its way in either direction is dropped."""
        self._transfer = None
        self.transport.abort()

    def drop(self, transfer: Transfer) -> None:
        """Break off if this exchange is still going on: whoever waited for it does not any more."""
        if self._transfer is transfer:
            self.break_off()

    def _let_go(self, transfer: Transfer) -> None:
        self._transfer = None
        if transfer.attempt.framing.persistent:
            self._keeper.put(self)
        else:
            self.transport.close()

    def _count_stray(self, count: int) -> None:
        self._stats.inc_value("wire/stray_bytes", count)
        logger.debug("%d bytes that nobody asked for from %s", count, self.origin)
