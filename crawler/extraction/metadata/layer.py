"""The metadata layer: what a page says of itself for machines. JSON-LD, OpenGraph, microdata, <title>, hreflang."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import timedelta
from functools import cached_property
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from selectolax.lexbor import LexborHTMLParser

from archive.records import Alternate, Image
from crawler.extraction.facts import facts_of
from crawler.extraction.flow import Block
from crawler.extraction.layer import Finding, LayerReading
from crawler.extraction.metadata.authorship import authors_of
from crawler.extraction.metadata.headline import headlines
from crawler.extraction.metadata.linked_data import LinkedData, is_discussion, text_of, url_of
from crawler.extraction.metadata.microdata import Microdata
from crawler.extraction.metadata.owner import Owner, Whose
from crawler.extraction.normalisers.dates import Moment, read_moment
from crawler.extraction.normalisers.images import uploaded_at
from crawler.extraction.normalisers.outlets import split_outlet
from crawler.extraction.page import Page
from crawler.sites.site import Site

_ZONED = re.compile(r"\d:\d\d.*(?:Z|UTC|GMT|[+-]\d\d(?::?\d\d)?)\s*$")
# A picture of the site, shown where an article has none of its own.
_OF_SITE = re.compile(
    r"/(?:[a-z0-9]+[_-])?(?:share|sharing|social|logo|default|placeholder|no-?image|og-?image)"
    r"(?:[_-]?\d+(?:x\d+)?|[_-](?:fb|vk|og|ru|en))*\.[a-z]+$",
    re.IGNORECASE,
)
_MIDNIGHT = re.compile(r"[T ]00:00(?::00(?:\.0+)?)?")
# Which method looks for a field.
_PARTS = {
    "title": "_title", "title_raw": "_title", "outlet": "_title", "outlet_country": "_title", "authors": "_authors",
    "published_at": "_published", "published_precision": "_published", "image": "_image", "alternate": "_alternate",
}  # fmt: skip


def read_metadata(page: Page, site: Site, blocks: Sequence[Block] = ()) -> LayerReading:
    """The findings of the layer. A value of the wrong type or form is passed over.

    `blocks` are the page's text, for the one thing that is asked of it: who is named behind "Author:".
    """
    layer = MetadataLayer(page, site, blocks)
    for name in _PARTS:
        layer.ask(name)
    return layer.reading


class Told(NamedTuple):
    """A time of publication, with the source and its text."""

    moment: Moment
    rule: str
    raw: str

    @property
    def exactness(self) -> tuple[bool, bool]:
        """Whether it says the minute, and the zone."""
        return self.moment.precision == "minute", _ZONED.search(self.raw) is not None


class MetadataLayer:
    """The layer of one page; each field is looked for when it is first asked."""

    def __init__(self, page: Page, site: Site, blocks: Sequence[Block] = ()) -> None:
        self.asked: set[str] = set()
        self.blocks = blocks
        self.page = page
        self.site = site
        self.reading = LayerReading()
        self.meta = page.meta
        self.linked_data = LinkedData(page)

    def ask(self, name: str) -> Finding | None:
        """What the metadata says of a field; None where nothing, or where it never says anything."""
        part = _PARTS.get(name)
        if part is not None and part not in self.asked:
            self.asked.add(part)
            getattr(self, part)(self.article)
        return self.reading.fields.get(name)

    @cached_property
    def article(self) -> dict[str, Any]:
        """The article's own object in the JSON-LD; empty where there is none."""
        own: list[tuple[bool, Whose, dict[str, Any]]] = []
        for node in self.linked_data.articles():
            rank = is_discussion(node), self._whose(node)
            if rank == (False, Whose.OWN):
                return node
            if rank[1] != Whose.OTHER:
                own.append((*rank, node))
        return min(own, key=lambda each: each[:2])[2] if own else {}

    @cached_property
    def owner(self) -> Owner:
        """Tells the page's own article from others."""
        return Owner(self.page, self.site)

    @cached_property
    def headline(self) -> str | None:
        """The headline of the JSON-LD, else of OpenGraph, as it stands there."""
        return text_of(self.article.get("headline")) or self.meta.get("og:title")

    def _whose(self, node: dict[str, Any]) -> Whose:
        """Whose article an object of the JSON-LD is."""
        of_page = node.get("mainEntityOfPage")
        pages = [of_page.get("@id"), of_page.get("url")] if isinstance(of_page, dict) else [of_page]
        return self.owner.of([node.get("url"), node.get("@id"), *pages], text_of(node.get("headline")))

    def _title(self, article: dict[str, Any]) -> None:
        for text, rule, raw in headlines(self.page, text_of(article.get("headline"))):
            title, outlet = split_outlet(text)
            self.reading.found("title", title, rule, raw)
            self.reading.found("title_raw", text, rule)
            if outlet:
                self.reading.found("outlet", outlet.name, rule, outlet.raw)
                self.reading.found("outlet_country", outlet.country, rule, outlet.country_raw)
            return

    def _authors(self, article: dict[str, Any]) -> None:
        for authors, rule, raw in authors_of(self.page, article.get("author"), self.linked_data.by_id, self.blocks):
            if authors:
                self.reading.found("authors", authors, rule, raw)
                return

    def _published(self, article: dict[str, Any]) -> None:
        """The surest source that says the minute with its zone; else the most exact one of the surest one's day."""
        told = (Told(moment, rule, raw) for raw, rule in self._times(article) if raw and (moment := self._moment(raw)))
        best = next(told, None)
        if best is None:
            return
        if not all(best.exactness):
            best = max([best, *(each for each in told if self._same_day(each, best))], key=lambda each: each.exactness)
        self.reading.found("published_at", best.moment.at, best.rule, best.raw)
        self.reading.found("published_precision", best.moment.precision, best.rule)

    def _same_day(self, one: Told, other: Told) -> bool:
        """Whether two times are of one publication: no zone is more than 14 hours from another's midnight."""
        if ":" in other.raw and not _MIDNIGHT.search(other.raw):
            return abs(one.moment.at - other.moment.at) < timedelta(hours=26)
        zone = ZoneInfo(self.site.time_zone)
        return (
            one.raw[:10] == other.raw[:10]
            or one.moment.at.astimezone(zone).date() == other.moment.at.astimezone(zone).date()
        )

    def _times(self, article: dict[str, Any]) -> Iterator[tuple[str | None, str]]:
        """What may say the time of publication, the surest first, with its name."""
        yield text_of(article.get("datePublished")), "json-ld"
        yield self.meta.get("article:published_time"), "article:published_time"
        own = (
            node for node in self.linked_data.web_pages if self._whose(node) == Whose.OWN
        )  # Yoast's graph may have no article
        yield next((text_of(node["datePublished"]) for node in own), None), "json-ld page"
        yield Microdata(self.page, self.owner).published(), "microdata"
        for name in ("og:published_time", "parsely-pub-date", "pubdate"):
            yield self.meta.get(name), name
        for time in self.page.declared["time"]:
            if "pubdate" in time.attributes:
                yield time.attrs.get("datetime"), "time"

    def _moment(self, raw: str) -> Moment | None:
        """The time that `raw` says; only its day where neither it nor the site file says in which zone it is.

        Midnight without a zone is what machines make of a day alone.
        """
        zone = ZoneInfo(self.site.time_zone)
        moment = read_moment(raw, seen_at=self.page.fetched_at, zone=zone)
        if moment is None or moment.at.year < 1990:
            return None
        if moment.precision != "minute" or _ZONED.search(raw):
            return moment
        if self.site.time_zone == "UTC":
            return Moment(moment.at.replace(hour=0, minute=0, second=0, microsecond=0), "day", moment.raw)
        return Moment(moment.at, "day", moment.raw) if _MIDNIGHT.search(raw) else moment

    def _image(self, article: dict[str, Any]) -> None:
        for raw, rule in ((self.meta.get("og:image"), "og:image"), (url_of(article.get("image")), "json-ld")):
            if raw and (url := self.page.resolve(raw)) and not _OF_SITE.search(url):
                self.reading.found("image", Image(url, None, uploaded_at(url, self.page.fetched_at)), rule, raw)
                return

    def _alternate(self, _article: dict[str, Any]) -> None:
        facts = facts_of(self.site, self.page.url)
        own = facts.language if facts else None
        if own is None:
            return
        found: dict[str, Alternate] = {}
        for node in [*self.page.declared["link"], *self.page.declared["a"]]:
            attributes = node.attributes
            language = (attributes.get("hreflang") or "").lower().partition("-")[0]
            if len(language) != 2 or language == own or "alternate" not in (attributes.get("rel") or ""):
                continue
            if url := self.page.resolve(attributes.get("href")):
                found.setdefault(language, Alternate(language, url))
        self.reading.found("alternate", list(found.values()), "hreflang")


def looks_like_article(page: Page) -> bool:
    """Whether the page says of itself that it is an article."""
    meta = page.meta
    return (
        meta.get("og:type") == "article"
        or "article:published_time" in meta
        or any(True for _ in LinkedData(page).articles())
    )


def page_language(tree: LexborHTMLParser) -> str | None:
    """The language that <html lang> names, as two letters."""
    html = tree.root
    language = (html.attrs.get("lang") or "").lower().partition("-")[0] if html is not None else ""
    return language if len(language) == 2 and language.isalpha() else None
