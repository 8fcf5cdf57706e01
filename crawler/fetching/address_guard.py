"""Refuses addresses that are nobody's public web server: a link in a page must not reach into a private network.

The resolver (resolver.py) asks here about every address of a host before one is connected to, and it is that address
which is connected to: a name that resolves anew (DNS rebinding) is checked anew. Literals pass through it like names.
"""

from __future__ import annotations

from collections.abc import Container, Iterable
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Self
from urllib.parse import urlsplit
from urllib.request import getproxies

from scrapy.crawler import Crawler
from scrapy.settings import BaseSettings

from archive.errors import ConfigurationError, SvodkaError

_NAT64 = (IPv6Network("64:ff9b::/96"), IPv6Network("64:ff9b:1::/48"))  # RFC 6052, RFC 8215
_named: set[str] = set()  # the spider knows them, which comes when all settings are read


class ForbiddenAddress(SvodkaError):
    """A host was refused: its address is private, loopback, link-local, multicast, reserved, or hidden by a proxy."""


class NoProxies:
    """Extension: no crawl begins where Scrapy would send it through a proxy of the environment."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """ConfigurationError where an HTTP proxy would make the guard void."""
        if _obeys_environment(crawler.settings):
            refuse_proxies(getproxies())
        return cls()


def check(host: str, addresses: Iterable[str], allowed: Container[str] = ()) -> None:
    """ForbiddenAddress where one of a host's addresses is not public and the host is not among those allowed."""
    if host in allowed or host in _named:
        return
    if reason := why_forbidden(host):
        raise ForbiddenAddress(reason)
    for address in addresses:
        if reason := why_forbidden(address):
            raise ForbiddenAddress(f"{host} resolves to {address}: {reason}")


def allow(base_url: str) -> None:
    """Let pass the address of this URL's host, as spelled, whatever it is: the user named it as the site's own."""
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


def host_of(host: str) -> str:
    """The bare host of a `host`, `host:port` or URL, in lower case and without brackets or a final dot."""
    if "//" not in host and host.count(":") > 1 and "[" not in host:
        return host.lower()  # a bare IPv6 address
    bare = urlsplit(host if "//" in host else f"//{host}").hostname
    return (bare or host).rstrip(".").lower()
