"""Refuses addresses that are nobody's public web server: a link in a page must not reach into a private network.

The guard is the resolver itself, so what it checked is what is connected to: a name that resolves anew (DNS
rebinding) is checked anew. Literals pass through it like names.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from urllib.parse import urlsplit
from urllib.request import getproxies

from scrapy.crawler import Crawler
from scrapy.resolver import CachingThreadedResolver
from scrapy.settings import BaseSettings
from twisted.internet.base import ReactorBase
from twisted.internet.defer import Deferred, fail
from twisted.internet.error import DNSLookupError

from archive.errors import ConfigurationError, SvodkaError

_NAT64 = (IPv6Network("64:ff9b::/96"), IPv6Network("64:ff9b:1::/48"))  # RFC 6052, RFC 8215
_REMEMBERED = 1000
_refused: OrderedDict[str, str] = OrderedDict()
_named: set[str] = set()  # Scrapy builds the resolver before the spider, so it cannot be told of them by a setting


class ForbiddenAddress(SvodkaError):
    """A host was refused: its address is private, loopback, link-local, multicast, reserved, or hidden by a proxy."""


class GuardedResolver(CachingThreadedResolver):
    """Scrapy's resolver (TWISTED_DNS_RESOLVER) that hands out public addresses only.

    Others only of `allowed_hosts` (setting SVODKA_ALLOWED_PRIVATE_HOSTS) and of hosts that `allow` was told of.
    """

    def __init__(
        self, reactor: ReactorBase, cache_size: int, timeout: float, allowed_hosts: Sequence[str] = ()
    ) -> None:
        super().__init__(reactor, cache_size, timeout)
        self._allowed = frozenset(host_of(host) for host in allowed_hosts)

    @classmethod
    def from_crawler(cls, crawler: Crawler, reactor: ReactorBase) -> GuardedResolver:
        """Build from the settings; ConfigurationError where an HTTP proxy would make the guard void."""
        settings = crawler.settings
        if _obeys_environment(settings):
            refuse_proxies(getproxies())
        cache_size = settings.getint("DNSCACHE_SIZE") if settings.getbool("DNSCACHE_ENABLED") else 0
        allowed = settings.getlist("SVODKA_ALLOWED_PRIVATE_HOSTS")
        return cls(reactor, cache_size, settings.getfloat("DNS_TIMEOUT"), allowed)

    def getHostByName(self, name: str, timeout: Sequence[int] = ()) -> Deferred[str]:
        """Resolve `name` to a public IPv4 address; DNSLookupError for any other, with the reason in `refusal(name)`."""
        host = host_of(name)
        if host in self._allowed or host in _named:
            return super().getHostByName(name, timeout)
        if reason := why_forbidden(host):
            return fail(_refuse(host, reason))
        return super().getHostByName(name, timeout).addCallback(self._checked, host)

    @staticmethod
    def _checked(address: str, host: str) -> str:
        if reason := why_forbidden(address):
            raise _refuse(host, f"{host} resolves to {address}: {reason}")
        _refused.pop(host, None)
        return address


def allow(base_url: str) -> None:
    """Hand out the address of this URL's host, as spelled, whatever it is: the user named it as the site's own."""
    _named.add(host_of(base_url))


def why_forbidden(address: str) -> str | None:
    """Why an address is not public; None for a public one and for anything that is not an address."""
    try:
        ip = ip_address(address.strip("[]").partition("%")[0])
    except ValueError:
        return None
    return next((f"{address} is {kind} address" for kind in _kinds(ip)), None)


def _kinds(ip: IPv4Address | IPv6Address) -> list[str]:
    if isinstance(ip, IPv6Address) and (inner := _embedded(ip)):
        return _kinds(inner)
    flags = {
        "a loopback": ip.is_loopback,
        "an unspecified": ip.is_unspecified,
        "a link-local": ip.is_link_local,
        "a multicast": ip.is_multicast,
        "a private": ip.is_private,
        "a reserved": ip.is_reserved or not ip.is_global,  # shared address space too, RFC 6598
    }
    return [kind for kind, holds in flags.items() if holds]


def _embedded(ip: IPv6Address) -> IPv4Address | None:
    """The IPv4 address that an IPv6 address leads to: v4-mapped, v4-compatible, NAT64, 6to4, Teredo."""
    if ip.ipv4_mapped or ip.sixtofour:
        return ip.ipv4_mapped or ip.sixtofour
    if ip.teredo:
        return ip.teredo[1]
    if any(ip in network for network in _NAT64) or 1 < int(ip) < 1 << 32:
        return IPv4Address(int(ip) & 0xFFFF_FFFF)
    return None


def _obeys_environment(settings: BaseSettings) -> bool:
    """True where Scrapy would send requests through the proxies that the environment names."""
    middleware = "scrapy.downloadermiddlewares.httpproxy.HttpProxyMiddleware"
    enabled = settings.getwithbase("DOWNLOADER_MIDDLEWARES").get(middleware) is not None
    return enabled and settings.getbool("HTTPPROXY_ENABLED")


def refuse_proxies(proxies: dict[str, str]) -> None:
    """ConfigurationError where the environment sends HTTP through a proxy: the proxy would resolve the names."""
    for scheme in ("http", "https", "all"):
        if proxies.get(scheme):
            raise ConfigurationError(
                f"{scheme}_proxy is set: behind a proxy the address guard cannot see where a request goes; unset it"
            )


def refusal(host: str) -> str | None:
    """Why the guard last refused `host`, or None."""
    return _refused.get(host_of(host))


def host_of(host: str) -> str:
    """The bare host of a `host`, `host:port` or URL, in lower case and without brackets or a final dot."""
    if "//" not in host and host.count(":") > 1 and "[" not in host:
        return host.lower()  # a bare IPv6 address
    bare = urlsplit(host if "//" in host else f"//{host}").hostname
    return (bare or host).rstrip(".").lower()


def _refuse(host: str, reason: str) -> DNSLookupError:
    _refused[host] = reason
    if len(_refused) > _REMEMBERED:
        _refused.popitem(last=False)
    return DNSLookupError(reason)
