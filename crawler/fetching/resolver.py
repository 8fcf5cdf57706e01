"""Names become addresses here, and nowhere else: what the address guard let pass is what is connected to.

Each name is looked up once a run (DNSCACHE_ENABLED, DNSCACHE_SIZE); the guard looks at its addresses every time.
"""

from __future__ import annotations

import asyncio
import socket
from collections import OrderedDict
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Self

from scrapy.crawler import Crawler
from scrapy.exceptions import CannotResolveHostError

from crawler.fetching import address_guard

LOOK_UPS_AT_ONCE = 8


class Resolver:
    """Gives the addresses of a host that may be connected to (setting SVODKA_RESOLVER).

    Others than public ones only of `allowed_hosts` (SVODKA_ALLOWED_PRIVATE_HOSTS) and of hosts that
    `address_guard.allow` was told of.
    """

    def __init__(self, allowed_hosts: list[str], cache_size: int, timeout: float) -> None:
        self._allowed = frozenset(address_guard.host_of(host) for host in allowed_hosts)
        self._cache_size = cache_size
        self._timeout = timeout
        self._known: OrderedDict[str, list[str]] = OrderedDict()
        self._executor: ThreadPoolExecutor | None = None
        self._asking: set[Future[list[str]]] = set()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Build from the settings."""
        settings = crawler.settings
        cache_size = settings.getint("DNSCACHE_SIZE") if settings.getbool("DNSCACHE_ENABLED") else 0
        return cls(settings.getlist("SVODKA_ALLOWED_PRIVATE_HOSTS"), cache_size, settings.getfloat("DNS_TIMEOUT"))

    async def addresses(self, host: str) -> list[str]:
        """The addresses of `host`, a name or a literal in any spelling, in the order in which to try them.

        Raises:
            ForbiddenAddress: one of them is not public, and the host was not allowed.
            CannotResolveHostError: there is none, or no answer in DNS_TIMEOUT seconds.
        """
        host = address_guard.host_of(host)
        found = self._known.get(host)
        if found is None:
            found = _literal(host) or await self._look_up(host)
            self._keep(host, found)
        address_guard.check(host, found, self._allowed)
        return found

    def close(self) -> None:
        """End the threads; one that still waits for an answer is not waited for."""
        if self._executor is not None:
            self._executor.shutdown(wait=not self._asking, cancel_futures=True)
            self._executor = None

    async def _look_up(self, host: str) -> list[str]:
        # Threads of our own: those of the loop would outlive the crawl, as Twisted does not end them.
        self._executor = self._executor or ThreadPoolExecutor(LOOK_UPS_AT_ONCE, thread_name_prefix="resolver")
        asking = self._executor.submit(_resolve, host)
        self._asking.add(asking)
        asking.add_done_callback(self._asking.discard)
        try:
            async with asyncio.timeout(self._timeout):
                return await asyncio.wrap_future(asking)
        except TimeoutError:
            raise CannotResolveHostError(f"{host}: no answer in {self._timeout:g} seconds") from None
        except (OSError, UnicodeError) as error:
            raise CannotResolveHostError(f"{host}: {error}") from error

    def _keep(self, host: str, addresses: list[str]) -> None:
        if self._cache_size:
            self._known[host] = addresses
            if len(self._known) > self._cache_size:
                self._known.popitem(last=False)


def _literal(host: str) -> list[str]:
    """The address that `host` spells, in whatever way the system understands (127.1, 0x7f000001); none for a name."""
    try:
        return _resolve(host, socket.AI_NUMERICHOST)
    except (OSError, UnicodeError):
        return []


def _resolve(host: str, flags: int = socket.AI_ADDRCONFIG) -> list[str]:
    # As bytes: a name comes as ASCII, and Python's IDNA codec refuses names that resolve well.
    found = socket.getaddrinfo(host.encode("ascii"), None, type=socket.SOCK_STREAM, flags=flags)
    # IPv4 first: where IPv6 leads nowhere, each connection would wait for it in vain.
    found.sort(key=lambda info: info[0] != socket.AF_INET)
    return [str(address[0]) for _, _, _, _, address in found]
