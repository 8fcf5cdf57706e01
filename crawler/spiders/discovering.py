"""From the links of a page to rows of the frontier: newest first, and each URL with the route it was found by.

Priority is the article's number. The next page of a list comes just behind the oldest article of this one, so a list
is walked in the order of time however the walk is interrupted.
"""

from __future__ import annotations

from collections.abc import Iterable

from archive.records import LISTS, Discovery, PageKind
from crawler.extraction.facts import facts_of
from crawler.extraction.reader import FoundLink, PageReading
from crawler.items import Placement
from crawler.sites.site import Site, untracked

SEED_PRIORITY = 2**50
USER_PRIORITY = 2**51


def seeds(site: Site) -> list[Discovery]:
    """Where every run begins: always due again."""
    return [
        Discovery(_absolute(site, seed.path), seed.page_kind, seed.route, SEED_PRIORITY, refresh=True,
                  render=site.render.get(seed.page_kind, "never"))
        for seed in site.seeds
    ]  # fmt: skip


def asked_for(site: Site, urls: Iterable[str]) -> list[Discovery]:
    """URLs that the user named."""
    found: list[Discovery] = []
    for url in urls:
        facts = site.facts(url)
        kind: PageKind = facts.page_kind if facts else "other"
        found.append(Discovery(url, kind, "user", USER_PRIORITY, refresh=True, render=site.render.get(kind, "never")))
    return found


def discoveries(site: Site, reading: PageReading, url: str, priority: int, *, follow: bool) -> list[Discovery]:
    """Everything that a page names. Pages further down its list only where `follow` says so."""
    found = [row for link in reading.links if (row := _from_link(site, link, url, reading, follow=follow))]
    if site.requisites:
        found += [Discovery(each, "requisite", "requisite", priority, via=url) for each in reading.requisites]
    return found


def article_priority(site: Site, native_id: str | None) -> int:
    """The article's number where numbers rise with time; 0 otherwise."""
    return int(native_id) if site.newest_first and native_id and native_id.isdigit() and len(native_id) < 15 else 0


def _from_link(site: Site, link: FoundLink, url: str, reading: PageReading, *, follow: bool) -> Discovery | None:
    facts, address = facts_of(site, link.url), untracked(link.url)
    render = site.render.get(link.page_kind, "never")
    if link.route == "pagination":
        here = facts_of(site, url)
        further = facts is not None and (facts.page or 1) == ((here.page if here else None) or 1) + 1
        if not (further and follow):
            return None
        priority = _oldest(site, reading.placements) - 1
        return Discovery(address, link.page_kind, link.route, priority, via=url, render=render, refresh=True)
    priority = article_priority(site, facts.native_id if facts else None)
    if link.page_kind in ("feed", "sitemap"):
        priority = SEED_PRIORITY
    listed = reading.kind in LISTS  # what they name is there today
    grows = listed and link.page_kind in ("feed", "sitemap")  # of an index: read again by every run
    return Discovery(
        address, link.page_kind, link.route, priority, via=url, render=render, listed=listed, once_a_run=grows
    )  # fmt: skip


def _oldest(site: Site, placements: list[Placement]) -> int:
    numbers = [article_priority(site, row.native_id) for row in placements if row.block == "news"]
    return min(numbers, default=0)


def _absolute(site: Site, path: str) -> str:
    return site.base_url.rstrip("/") + "/" + path.lstrip("/")
