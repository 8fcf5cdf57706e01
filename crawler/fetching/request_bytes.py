"""A request as it stands on the wire: the same bytes as Scrapy's own handler sends, in one piece.

Nothing that a page or a caller says can add a header or a second request: line breaks within values become blanks,
lengths are ours alone, and a target or method that is none is refused.
"""

from __future__ import annotations

import re

from scrapy import Request
from scrapy.utils.httpobj import urlparse_cached

IDEMPOTENT = frozenset({"GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE"})  # RFC 9110, 9.2.2
_BODY_EXPECTED = frozenset({"POST", "PUT"})  # a length is sent even where it is 0: RFC 9110, 8.6
_LENGTHS = frozenset({b"Content-Length", b"Transfer-Encoding"})
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")  # RFC 9110, 5.6.2
_TARGET = re.compile(r"[\x21-\x7e]+")


def request_bytes(request: Request) -> bytes:
    """Head and body.

    Raises ValueError for a method or a URL that cannot stand in a request.
    """
    body = request.body
    lines = [_request_line(request)]
    if body or request.method in _BODY_EXPECTED:
        lines.append(b"Content-Length: %d" % len(body))
    lines += _header_lines(request)
    lines += (b"", body)
    return b"\r\n".join(lines)


def _request_line(request: Request) -> bytes:
    url = urlparse_cached(request)
    target = url.path or "/"
    if url.params:
        target += ";" + url.params
    if url.query:
        target += "?" + url.query
    if not _TARGET.fullmatch(target) or not _TOKEN.fullmatch(request.method):
        raise ValueError(f"{request.method} {request.url}: cannot stand in a request")
    return f"{request.method} {target} HTTP/1.1".encode("ascii")


def _header_lines(request: Request) -> list[bytes]:
    lines = []
    hosts = 0
    for name, values in dict.items(request.headers):  # Scrapy's own items() normalises every name once more
        if name in _LENGTHS:
            continue
        hosts += name == b"Host"
        lines += [name + b": " + _one_line(value) for value in values]
    if not hosts:
        lines.append(b"Host: " + host_header(request))
    return lines


def host_header(request: Request) -> bytes:
    """The host, with its port where that is not the scheme's own."""
    url = urlparse_cached(request)
    host, port = url.hostname or "", url.port
    if ":" in host:
        host = f"[{host}]"
    default = 443 if url.scheme == "https" else 80
    return (host if port in (None, default) else f"{host}:{port}").encode("ascii")


def _one_line(value: bytes) -> bytes:
    return value if b"\n" not in value and b"\r" not in value else b" ".join(value.splitlines())
