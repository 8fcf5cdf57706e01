"""URL keys: a URL with its host turned round and its accidents taken away, so that spellings of one page sort together.

The rules are those by which cdxj-indexer and pywb key their indexes, found by asking them; the tests hold the answers.
"""

from __future__ import annotations

import re
import socket
from functools import lru_cache
from urllib.parse import unquote_to_bytes, urlsplit

# Nothing in it that a rule would change but the order of the host: most URLs of a crawl.
_PLAIN = re.compile(r"https?://([a-z][a-z0-9-]*(?:\.[a-z0-9-]+)+)((?:/[\w~-][\w.~-]*)*/?)", re.ASCII)
_TO_ESCAPE = re.compile(rb"[^!-~]|[#%]")
_DEFAULT_PORTS = {"http": 80, "https": 443}
_WWW = re.compile(r"^www\d*\.(?=.)")
_NUMERIC_HOST = re.compile(r"[0-9.]+")
_ASPX_SESSION = re.compile(r"/(?:\((?:[a-z]\([0-9a-z]{24}\))+\)|\([0-9a-z]{24}\))(/[^?]+\.aspx.*)", re.IGNORECASE)
_QUERY_SESSIONS = [
    re.compile(pattern + r"(?:&|$)", re.IGNORECASE)
    for pattern in (
        r"jsessionid=[0-9a-z]{32}",
        r"phpsessid=[0-9a-z]{32}",
        r"sid=[0-9a-z]{32}",
        r"aspsessionid[a-z]{8}=[a-z]{24}",
        r"cfid=[^&]+&cftoken=[^&]+",
    )
]


def surt(url: str) -> str:
    """The key of `url`: `https://www.vpk.name/News?b=2&a=1` -> `name,vpk)/news?a=1&b=2`.

    A URL without a host (`dns:`, `urn:`) and one that cannot be parsed are their own keys.
    """
    if plain := _PLAIN.fullmatch(url):
        host = ",".join(reversed(_WWW.sub("", plain[1]).split(".")))
        return f"{host}){plain[2].rstrip('/') or '/'}".lower()
    url = re.sub(r"[\t\r\n]", "", url.strip())
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return url
    host = _host(parts.hostname or "")
    if not host:
        return f"file:{parts.path}" if parts.scheme == "file" else url
    if port and port != _DEFAULT_PORTS.get(parts.scheme):
        host = f"{host}:{port}"
    return f"{host}){_path(parts.path)}{_query(parts.query)}".lower()


@lru_cache(maxsize=1024)  # an archive's URLs have few hosts
def _host(host: str) -> str:
    host = unquote_to_bytes(host).decode("utf-8", "replace").lower()
    if not host.isascii():
        try:
            host = host.encode("idna").decode()
        except UnicodeError:
            return host
    host = re.sub(r"\.{2,}", ".", host).strip(".")
    host = _WWW.sub("", host)
    if ":" in host:  # IPv6 is not turned round
        return host
    if _NUMERIC_HOST.fullmatch(host):
        host = _dotted(host)
    return ",".join(reversed(host.split(".")))


def _dotted(host: str) -> str:
    """`127.1` and `2130706433` are both 127.0.0.1."""
    try:
        return socket.inet_ntoa(socket.inet_aton(host))
    except OSError:
        return host


def _path(path: str) -> str:
    kept: list[str] = []
    for segment in _unescaped(path).split("/")[1:]:
        if segment == ".":
            continue
        if segment == ".." and kept:
            kept.pop()
        else:
            kept.append(segment)
    path = re.sub("/{2,}", "/", "/" + "/".join(kept))
    path = _ASPX_SESSION.sub(r"\1", path, count=1)
    return (path.rstrip("/") or "/") if path != "/" else path


def _query(query: str) -> str:
    query = _unescaped(query)
    for session in _QUERY_SESSIONS:
        query = session.sub("", query, count=1)
    if not query:
        return ""
    parameters = query.lower().split("&")
    return "?" + "&".join(sorted(parameters, key=lambda parameter: parameter.partition("=")))


def _unescaped(text: str) -> str:
    """Percent-escapes undone until none is left, then only what must be escaped escaped again."""
    raw = text.encode("utf-8", "surrogatepass")
    while (plain := unquote_to_bytes(raw)) != raw:
        raw = plain
    return _TO_ESCAPE.sub(lambda found: b"%%%02x" % found[0][0], raw).decode()
