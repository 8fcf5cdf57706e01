"""URLs made absolute and comparable, cheaply: a page has a hundred of them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from urllib.parse import quote, urljoin, urlsplit, urlunsplit

# An address in the form that resolving would give it, perhaps with a fragment.
_RESOLVED = re.compile(r"(https?://[a-z0-9.-]+(?::(?:[1-5][0-9]|[1-9])[0-9]{3})?/[^#?\s\\]*(?:\?[^#\s\\]+)?)(?:#.*)?")
_MOST = 4096
_FETCHABLE = {"http", "https"}


@lru_cache(maxsize=64)
def _remembered(origin: str) -> dict[str | None, str]:
    """What references that name no more than a path are on a host: menus and lists repeat from page to page."""
    return _Bounded()


class _Bounded(dict[str | None, str]):
    """Forgets all when it has grown large."""

    def __setitem__(self, reference: str | None, url: str) -> None:
        if len(self) >= _MOST:
            self.clear()
        super().__setitem__(reference, url)


class Resolver:
    """Resolves references against a page's base URL; what is not http(s) is None."""

    def __init__(self, base: str) -> None:
        self.base = base
        parts = urlsplit(base)
        self._origin = f"{parts.scheme}://{parts.netloc}"
        self._known: dict[str | None, str | None] = {}
        self._of_site = _remembered(self._origin)

    def __call__(self, reference: str | None) -> str | None:
        """The absolute URL without fragment, or None where there is nothing to fetch."""
        if (url := self._of_site.get(reference)) is not None:
            return url
        if reference not in self._known:
            self._known[reference] = self._absolute((reference or "").strip())
        return self._known[reference]

    def all(self, references: Iterable[str | None]) -> list[str | None]:
        """The absolute URL of each reference."""
        known = self._of_site.get
        return [known(reference) or self(reference) for reference in references]

    def _absolute(self, reference: str) -> str | None:
        if not reference or reference[0] == "#":
            return None
        if reference[0] == "/" and reference[1:2] != "/" and "\\" not in reference and "/." not in reference:
            url = self._of_site[reference] = _ascii_safe(self._origin + reference.partition("#")[0])
            return url
        if match := _RESOLVED.fullmatch(reference):
            return _ascii_safe(match[1])
        return self._resolve(reference)

    def _resolve(self, reference: str) -> str | None:
        try:
            parts = urlsplit(urljoin(self.base, reference))
            port = parts.port
        except ValueError:  # "http://[": not an address
            return None
        if parts.scheme not in _FETCHABLE or not parts.hostname:
            return None
        host = parts.netloc.lower()
        if port == {"http": 80, "https": 443}[parts.scheme]:
            host = host.rpartition(":")[0]
        return _ascii_safe(urlunsplit((parts.scheme, host, parts.path or "/", parts.query, "")))


def _ascii_safe(url: str) -> str:
    """Tabs and line breaks vanish, other white space is percent-encoded (WHATWG URL, 4.4)."""
    if url.isprintable() and " " not in url:
        return url
    return "".join(quote(c) if c.isspace() else c for c in url if c not in "\t\r\n")


def host_of(url: str) -> str:
    """Host and port of `url`, as in Site.hosts."""
    return urlsplit(url).netloc.lower()
