"""Whose article metadata speak of: the page's own, another one's, or nobody can tell."""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import IntEnum
from functools import cached_property
from typing import Any
from urllib.parse import unquote, urlsplit

from crawler.extraction.facts import facts_of
from crawler.extraction.normalisers.text import fold
from crawler.extraction.normalisers.urls import host_of
from crawler.extraction.page import Page
from crawler.sites.site import Site

_SHORTEST_TITLE = 15  # letters that tell one headline from another


class Whose(IntEnum):
    """Which page it is of which metadata speak."""

    OWN = 0
    UNKNOWN = 1
    OTHER = 2


class Owner:
    """Tells what a page says of itself from what it says of other stories: by address, else by headline."""

    def __init__(self, page: Page, site: Site) -> None:
        self.page, self.site = page, site

    def of(self, urls: Iterable[Any], headline: str | None) -> Whose:
        """Whose article it is that has these addresses and this headline."""
        named = [url for each in urls if (url := self._absolute(each))]
        if self.page.url in named or not self._addresses.isdisjoint(map(self._key, named)):
            return Whose.OWN
        if headline and self._is_title(headline):
            return Whose.OWN
        return Whose.OTHER if any(map(self._is_elsewhere, named)) else Whose.UNKNOWN

    @cached_property
    def claimed(self) -> list[str]:
        """The addresses that the page calls its own: canonical, og:url."""
        links = [node.attributes for node in self.page.declared["link"]]
        canonical = [link.get("href") for link in links if "canonical" in (link.get("rel") or "").lower().split()]
        return [url for each in (*canonical, self.page.meta.get("og:url")) if (url := self._absolute(each))]

    @property
    def another(self) -> str | None:
        """The address of another article of the site that the page says it is; None where it says no such thing."""
        here = facts_of(self.site, self.page.url)
        if here is None or here.native_id is None:
            return None
        known = ((url, facts_of(self.site, url)) for url in self.claimed)
        return next((url for url, facts in known if facts and facts.native_id not in {None, here.native_id}), None)

    @cached_property
    def _addresses(self) -> set[str]:
        own = (self.page.url, self.page.url.partition("?")[0])
        urls = [*filter(None, map(self._absolute, own)), *self.claimed]
        return set(map(self._key, urls))

    @cached_property
    def _titles(self) -> list[str]:
        titles = (self.page.title, self.page.meta.get("og:title", ""), *self.page.headings)
        return [_letters(title) for title in titles]

    def _is_title(self, headline: str) -> bool:
        """Whether the page is called so; of long titles one may have a kicker or a site's name more."""
        letters = _letters(headline)
        if len(letters) < _SHORTEST_TITLE:
            return letters != "" and letters in self._titles
        return any(letters in each or (len(each) >= _SHORTEST_TITLE and each in letters) for each in self._titles)

    def _absolute(self, reference: Any) -> str | None:
        """An address; a name like `article-7` is none."""
        is_address = isinstance(reference, str) and reference.startswith(("http://", "https://", "/"))
        return self.page.resolve(reference) if is_address else None

    def _key(self, url: str) -> str:
        """What tells a page of the site from others, whatever its slug is."""
        facts = facts_of(self.site, url)
        if facts and facts.native_id:
            return f"{facts.language} {facts.native_id}"
        query = urlsplit(url).query
        return "".join(_place(url)) + (f"?{query}" if query else "")

    def _is_elsewhere(self, url: str) -> bool:
        """Whether an address is another page's of the site; the front page and the page's sections are no story's."""
        host, path = _place(url)
        own_host, own_path = _place(self.page.url)
        return host == own_host and not f"{own_path}/".startswith(f"{path}/")


def _letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", fold(text))


def _place(url: str) -> tuple[str, str]:
    """Host and path of an address, as they are compared."""
    return host_of(url).removeprefix("www."), unquote(urlsplit(url).path).lower().rstrip("/")
