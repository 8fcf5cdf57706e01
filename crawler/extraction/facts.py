"""What the URLs of a page are on its site, looked up once each: menus and sidebars repeat from page to page."""

from __future__ import annotations

from crawler.sites.site import Site, UrlFacts

_MOST = 20_000
_known: dict[int, tuple[Site, dict[str, UrlFacts | None]]] = {}


def facts_of(site: Site, url: str) -> UrlFacts | None:
    """`site.facts(url)`, remembered."""
    entry = _known.get(id(site))
    if entry is None or entry[0] is not site:
        entry = _known[id(site)] = (site, {})
    facts = entry[1]
    if url not in facts:
        if len(facts) >= _MOST:
            facts.clear()
        facts[url] = site.facts(url)
    return facts[url]
