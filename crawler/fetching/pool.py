"""The connections of a crawl: kept alive for the next request to the same origin, and all closed at its end."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable

from scrapy.exceptions import DownloadConnectionRefusedError, DownloadFailedError, DownloadTimeoutError
from scrapy.statscollectors import StatsCollector

from crawler.fetching.connection import Connection, Origin
from crawler.fetching.resolver import Resolver
from crawler.fetching.wire_errors import describe

IDLE_LIMIT = 240.0  # seconds, as Scrapy's handler keeps a connection
SWEEP = 60.0
CLOSING_LIMIT = 1.0  # seconds that a server gets to close in an orderly way
ADDRESS_LIMIT = 10.0  # seconds for an address while there is another one to try


class Pool:
    """Gives connections to origins, kept alive or new; at most `per_origin` idle ones of each."""

    def __init__(
        self, resolver: Resolver, tls: Callable[[], ssl.SSLContext], stats: StatsCollector, per_origin: int
    ) -> None:
        self._resolver = resolver
        self._tls = tls
        self._stats = stats
        self._per_origin = per_origin
        self._idle: dict[Origin, list[Connection]] = {}
        self._open: set[Connection] = set()
        self._sweeper: asyncio.TimerHandle | None = None
        self._emptied: asyncio.Event | None = None

    def take(self, origin: Origin) -> Connection | None:
        """The connection that was used last, of those kept alive; it may have died and not know it yet."""
        idle = self._idle.get(origin)
        while idle:
            connection = idle.pop()
            if not connection.transport.is_closing():
                return connection
        return None

    def put(self, connection: Connection) -> None:
        """Keep an idle connection for the next request."""
        idle = self._idle.setdefault(connection.origin, [])
        if len(idle) >= self._per_origin or self._emptied is not None:
            connection.transport.close()
            return
        loop = asyncio.get_running_loop()
        connection.idle_since = loop.time()
        idle.append(connection)
        if self._sweeper is None:
            self._sweeper = loop.call_later(SWEEP, self._sweep)

    async def connect(self, origin: Origin, deadline: float) -> Connection:
        """A new connection, to the first address that takes it, before `deadline` (in the loop's time).

        Raises Scrapy's download errors, and ForbiddenAddress.
        """
        async with asyncio.timeout_at(deadline):
            addresses = await self._resolver.addresses(origin.host)
            try:
                return await self._first_of(addresses, origin)
            except ConnectionRefusedError as error:
                raise DownloadConnectionRefusedError(str(error)) from error
            except TimeoutError as error:  # the system's
                raise DownloadTimeoutError(str(error)) from error
            except (OSError, ValueError) as error:  # of TLS as well; ValueError: no name that TLS can be asked for
                raise DownloadFailedError(describe(error)) from error

    async def close(self) -> None:
        """Close all connections and see them closed."""
        if self._sweeper is not None:
            self._sweeper.cancel()
            self._sweeper = None
        self._idle.clear()
        self._emptied = asyncio.Event()
        for connection in list(self._open):
            connection.transport.close()
        if not await self._all_closed():
            for connection in list(self._open):
                connection.transport.abort()
            await self._all_closed()

    def opened(self, connection: Connection) -> None:
        """A connection was made."""
        self._open.add(connection)

    def closed(self, connection: Connection) -> None:
        """A connection is no more."""
        self._open.discard(connection)
        idle = self._idle.get(connection.origin)
        if idle and connection in idle:
            idle.remove(connection)
        if self._emptied is not None and not self._open:
            self._emptied.set()

    async def _first_of(self, addresses: list[str], origin: Origin) -> Connection:
        *others, last = addresses
        for address in others:
            try:
                async with asyncio.timeout(ADDRESS_LIMIT):
                    return await self._connect_to(address, origin)
            except ssl.SSLError:
                raise
            except OSError:  # TimeoutError as well
                continue
        return await self._connect_to(last, origin)

    async def _connect_to(self, address: str, origin: Origin) -> Connection:
        """Connect to a literal address: nothing is resolved here, so what was checked is what is connected to."""
        _, connection = await asyncio.get_running_loop().create_connection(
            lambda: Connection(origin, address, self, self._stats),
            address,
            origin.port,
            ssl=self._tls() if origin.tls else None,
            server_hostname=origin.host.rstrip(".") if origin.tls else None,
            local_addr=origin.local,
        )
        return connection

    async def _all_closed(self) -> bool:
        assert self._emptied is not None
        if self._open:
            try:
                async with asyncio.timeout(CLOSING_LIMIT):
                    await self._emptied.wait()
            except TimeoutError:
                return False
        return True

    def _sweep(self) -> None:
        """Close what nobody asked for in a long while."""
        loop = asyncio.get_running_loop()
        oldest = loop.time() - IDLE_LIMIT
        for idle in self._idle.values():
            for connection in [each for each in idle if each.idle_since < oldest]:
                connection.transport.close()
        self._idle = {
            origin: kept
            for origin, idle in self._idle.items()
            if (kept := [each for each in idle if not each.transport.is_closing()])
        }
        self._sweeper = loop.call_later(SWEEP, self._sweep) if self._idle else None
