"""A request as it stands on the wire: the bytes that Scrapy's own handler sends, in one piece, for the very URL.

What is asked for is what WARC-Target-URI says, to the last character; Scrapy's handler asks for `/p` where the URL ends
with `/p;`.

Nothing that a page or a caller says can add a header or a second request: line breaks within values become blanks,
lengths are ours alone, and a target or method that is none is refused.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.exceptions import UnsupportedURLSchemeError
from scrapy.utils.httpobj import urlparse_cached

IDEMPOTENT = frozenset({"GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE"})  # RFC 9110, 9.2.2
_BODY_EXPECTED = frozenset({"POST", "PUT"})  # a length is sent even where it is 0: RFC 9110, 8.6
_LENGTHS = frozenset({b"Content-Length", b"Transfer-Encoding"})
_PORTS = {"http": 80, "https": 443}
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")  # RFC 9110, 5.6.2
_BEHIND_THE_HOST = re.compile(r"[/?].*")
_TARGET = re.compile(r"[\x21-\x7e]+")


class Site(NamedTuple):
    """Whom a URL asks: scheme, host and port, and the host as it stands in a request."""

    tls: bool
    host: str
    port: int
    header: bytes


def site_of(request: Request) -> Site:
    """Whom to ask. UnsupportedURLSchemeError where that is nobody."""
    url = urlparse_cached(request)
    return _site(url.scheme, url.netloc)


@lru_cache(1000)
def _site(scheme: str, netloc: str) -> Site:
    url = urlsplit(f"{scheme}://{netloc}")
    if scheme not in _PORTS or not url.hostname:
        raise UnsupportedURLSchemeError(f"{scheme}://{netloc}: not http or https with a host")
    host, port = url.hostname, url.port or _PORTS[scheme]
    named = f"[{host}]" if ":" in host else host
    header = named if port == _PORTS[scheme] else f"{named}:{port}"
    return Site(scheme == "https", host, port, header.encode("ascii"))


def request_bytes(request: Request) -> bytes:
    """Head and body.

    Raises ValueError for a method or a URL that cannot stand in a request.
    """
    body = request.body
    lines = [_request_line(request)]
    if body or request.method in _BODY_EXPECTED:
        lines.append(b"Content-Length: %d" % len(body))
    headers = request.headers
    for name, values in dict.items(headers):  # Scrapy's own items() normalises every name once more
        if name not in _LENGTHS:
            lines += [name + b": " + value for value in values]
    if not dict.get(headers, b"Host"):
        lines.append(b"Host: " + site_of(request).header)
    lines += (b"", b"")
    head = b"\r\n".join(lines)
    breaks = len(lines) - 1
    if head.count(b"\n") != breaks or head.count(b"\r") != breaks:
        head = b"\r\n".join([b" ".join(line.splitlines()) for line in lines])
    return head + body


def _request_line(request: Request) -> bytes:
    target = _target(request.url)
    if not _TARGET.fullmatch(target) or not _TOKEN.fullmatch(request.method):
        raise ValueError(f"{request.method} {request.url}: cannot stand in a request")
    return f"{request.method} {target} HTTP/1.1".encode("ascii")


def _target(url: str) -> str:
    """All that stands behind the host, but for the fragment (RFC 9112, 3.2.1)."""
    asked = url.partition("#")[0].partition("://")[2]
    found = _BEHIND_THE_HOST.search(asked)
    target = found[0] if found else ""
    return target if target.startswith("/") else f"/{target}"
