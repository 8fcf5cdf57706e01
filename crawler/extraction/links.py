"""The links of a page that lead on: each once, with the route by which it was found."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from msgspec import Struct
from selectolax.lexbor import LexborNode

from archive.records import Alternate, PageKind
from crawler.extraction.facts import facts_by_url, facts_of
from crawler.extraction.flow import Flow
from crawler.extraction.normalisers.urls import Resolver
from crawler.items import Placement
from crawler.sites.site import Site, UrlFacts

_SHOWN_WITH = frozenset({"stylesheet", "icon"})


class FoundLink(Struct, frozen=True, gc=False):
    """`route`: `listing`, `sidebar`, `alternate`, `pagination`, `body`, `feed` or `sitemap`."""

    url: str
    page_kind: PageKind
    route: str


def find_links(
    flow: Flow,
    resolve: Resolver,
    site: Site,
    own_url: str,
    *,
    head: Iterable[str | None] = (),
    sidebar: Collection[str] = (),
    body: Iterable[str] = (),
    alternates: Iterable[Alternate] = (),
    listing: bool = False,
) -> list[FoundLink]:
    """Every link shown on the page, or named in its head, that the site file knows.

    `sidebar` and `body` are the addresses that lists, or the text of the article, name.
    `listing`: the page is a list, so its articles are found by that route. What is hidden from readers is not followed.
    """
    routes = {link.url: "alternate" for link in alternates}
    routes |= dict.fromkeys(body, "body")
    routes |= dict.fromkeys(sidebar, "sidebar")
    ordinary = "listing" if listing else "sidebar"
    facts_at = facts_by_url(site)
    named = resolve.all([*(anchor.href for anchor in flow.anchors), *head])
    known = [(url, facts) for url in dict.fromkeys([*named, *routes]) if url and (facts := facts_at[url]) is not None]
    return [
        FoundLink(url, facts.page_kind, _route(facts, routes.get(url), ordinary))
        for url, facts in known
        if url != own_url
    ]


def _route(facts: UrlFacts, known: str | None, ordinary: str) -> str:
    if facts.page is not None:
        return "pagination"
    if facts.page_kind in {"feed", "sitemap"}:
        return facts.page_kind
    if facts.page_kind == "listing":
        return "listing"
    return known or ordinary


def links_of_rows(rows: Iterable[Placement], site: Site, route: str) -> list[FoundLink]:
    """The links of a feed or sitemap."""
    found: dict[str, FoundLink] = {}
    for row in rows:
        facts = facts_of(site, row.url) if row.url else None
        if row.url and facts:
            found.setdefault(row.url, FoundLink(row.url, facts.page_kind, route))
    return list(found.values())


def find_requisites(links: Iterable[LexborNode], images: Iterable[LexborNode], resolve: Resolver) -> list[str]:
    """Style sheets and images that the page needs to be shown; each once, absolute."""
    named = [*_style_sheets(links), *(name for image in images for name in _sources(image))]
    return list(dict.fromkeys(url for url in resolve.all(named) if url))


def named_in_head(links: Iterable[LexborNode]) -> list[str | None]:
    """What <link> elements lead to: feeds, other languages, other pages; not what the page is shown with."""
    return [link.attrs.get("href") for link in links if not _is_shown_with(link)]


def _style_sheets(links: Iterable[LexborNode]) -> Iterator[str | None]:
    return (link.attrs.get("href") for link in links if _is_shown_with(link))


def _is_shown_with(link: LexborNode) -> bool:
    return not _SHOWN_WITH.isdisjoint((link.attrs.get("rel") or "").lower().split())


def _sources(image: LexborNode) -> Iterator[str | None]:
    """What an <img> or a picture's <source> may show."""
    attributes = image.attributes
    if image.tag == "img":
        yield from (attributes.get("src"), attributes.get("data-src") or attributes.get("data-original"))
    yield from _candidates(attributes.get("srcset"))


def _candidates(srcset: str | None) -> list[str]:
    """The addresses of a srcset (HTML, 4.8.4.2.1)."""
    return [part.split()[0] for part in (srcset or "").split(", ") if part.split()]
