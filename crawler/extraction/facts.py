"""What the URLs of a page are on its site, looked up once each: menus and sidebars repeat from page to page."""

from __future__ import annotations

import re

from crawler.extraction.once import once
from crawler.sites.site import Site, UrlFacts

_MOST = 4_096
_FORM = re.compile(r"\?(?:amp|print|mobile)(?:=(?:1|y|yes|true)?)?(?=#|$)", re.IGNORECASE)


class FactsByUrl(dict[str, UrlFacts | None]):
    """`site.facts(url)` by URL; what is not there yet is looked up."""

    def __init__(self, site: Site) -> None:
        super().__init__()
        self.site = site

    def __missing__(self, url: str) -> UrlFacts | None:
        if len(self) >= _MOST:
            self.clear()
        facts = self[url] = self.site.facts(url)
        return facts

    def of_target(self, url: str) -> UrlFacts | None:
        """The facts of where a row leads: that may be another form of a page, for telephones (AMP) or to print."""
        found = self[url]
        return found if found is not None or "?" not in url else self[_FORM.sub("", url)]


@once
def facts_by_url(site: Site) -> FactsByUrl:
    """What is remembered of a site's URLs."""
    return FactsByUrl(site)


def facts_of(site: Site, url: str) -> UrlFacts | None:
    """`site.facts(url)`, remembered."""
    return facts_by_url(site)[url]
