"""Reads a page: layers are asked field by field in the site's order; every value keeps the layer that found it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from archive.records import PageKind
from crawler.extraction.facts import facts_of
from crawler.extraction.landmarks import Landmarks, alternates, read_landmarks
from crawler.extraction.layer import Finding, LayerReading
from crawler.extraction.links import FoundLink, find_links, find_requisites, links_of_rows, named_in_head
from crawler.extraction.lists.listing import lists_of_articles, placements_of, rows_of_listing
from crawler.extraction.metadata.layer import MetadataLayer, looks_like_article, page_language
from crawler.extraction.normalisers.languages import guess_language
from crawler.extraction.normalisers.text import clean, fold
from crawler.extraction.once import once
from crawler.extraction.page import Page
from crawler.extraction.selectors import read_selectors
from crawler.items import ArticleItem, Placement
from crawler.sites.site import Layer, Site, UrlFacts

if TYPE_CHECKING:
    from crawler.extraction.main_text.layer import TextLayer

READER = "11"  # changes when the same bytes would be read differently
__all__ = ["READER", "FoundLink", "PageReading", "kind_of", "read_here"]

_FIELDS = (
    "title", "title_raw", "outlet", "outlet_country", "subtitle", "lead", "authors", "body", "editor_notes",
    "footnotes", "image", "counters", "published_at", "published_precision", "rights_holder", "rights_statement",
    "original_url", "original_published_at", "disclaimer", "mentions", "links", "alternate",
)  # fmt: skip
# Fields that belong together: they are taken from the layer that gave the first of them.
_FOLLOWS = {
    "title_raw": "title", "outlet": "title", "outlet_country": "title", "editor_notes": "body", "footnotes": "body",
    "links": "body", "lead": "body", "subtitle": "body", "published_precision": "published_at",
}  # fmt: skip
_COMPARED = ("title", "published_at")  # fields on which layers are compared with each other
_TEXT_FIELDS = frozenset({"title", "subtitle", "lead", "body", "published_at", "published_precision"})
_DEFAULT: tuple[Layer, ...] = ("selectors", "landmarks", "metadata", "text")
_XML = re.compile(rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:rss|feed|urlset|sitemapindex|rdf:RDF)\b", re.S)


@dataclass(slots=True)
class PageReading:
    """All that a page said. `unreadable` is why nothing could be read of it; then it is evidence of nothing."""

    kind: PageKind
    article: ArticleItem | None = None
    placements: list[Placement] = field(default_factory=list)
    links: list[FoundLink] = field(default_factory=list)
    requisites: list[str] = field(default_factory=list)
    unreadable: str | None = None


def kind_of(page: Page, site: Site) -> PageKind:
    """What a page is taken for: what the caller says, else what its URL says."""
    facts = facts_of(site, page.url)
    return page.page_kind or (facts.page_kind if facts else "other")


def read_here(page: Page, site: Site) -> PageReading:
    """Read a page in this process, whatever it costs."""
    facts, kind = facts_of(site, page.url), kind_of(page, site)
    if reason := page.refused:
        return PageReading(kind, unreadable=reason)
    if kind in {"feed", "sitemap"} or (page.page_kind is None and _XML.match(page.body[:2000])):
        return _read_feed(page, site, kind)
    if kind not in {"article", "listing"}:
        return PageReading(kind)
    return _HtmlReader(page, site, facts, kind).read()


def _read_feed(page: Page, site: Site, kind: PageKind) -> PageReading:
    from crawler.extraction.feeds import read_feed

    feed = read_feed(page, site)
    kind = kind if kind in {"feed", "sitemap"} else feed.kind
    links = links_of_rows(feed.placements, site, kind) + [FoundLink(url, "sitemap", "sitemap") for url in feed.sitemaps]
    rows = [row for row in feed.placements if row.native_id or kind == "feed"]
    return PageReading(kind, None, rows, links, unreadable=feed.unreadable)


class _Layers:
    """The layers of one page, each read when it is first asked."""

    def __init__(self, page: Page, site: Site, *, article: bool) -> None:
        self.page = page
        self.site = site
        self.article = article

    @cached_property
    def landmarks(self) -> Landmarks:
        return read_landmarks(self.page, self.site, article=self.article)

    @cached_property
    def of_landmarks(self) -> dict[str, Finding]:
        """The findings of the landmarks, if they make an article."""
        return self.landmarks.reading.fields if self.landmarks.has_article else {}

    @cached_property
    def metadata(self) -> MetadataLayer:
        return MetadataLayer(self.page, self.site, self.landmarks.flow.blocks)

    @cached_property
    def selectors(self) -> LayerReading:
        return read_selectors(self.page, self.site)

    @cached_property
    def text(self) -> TextLayer:
        """Any news page's text: asked where nothing else can tell, as its libraries are slow to import and to run."""
        from crawler.extraction.main_text.layer import TextLayer

        said = self.metadata.article.get("articleBody")
        return TextLayer(self.page, self.landmarks.flow, said if isinstance(said, str) else "")

    def ask(self, layer: Layer, name: str) -> Finding | None:
        """What a layer says of a field."""
        if layer == "landmarks":
            return self.of_landmarks.get(name)
        if layer == "text":
            return self.text.ask(name) if self.wants_text(name) else None
        if layer == "selectors":
            return self.selectors.fields.get(name)
        return self.metadata.ask(name) or (self._linked(name) if name == "alternate" else None)

    def _linked(self, name: str) -> Finding | None:
        """The page in the other language, where only a link on the page leads to it."""
        self.metadata.reading.found(name, alternates(self.page, self.site, self.landmarks), "link")
        return self.metadata.reading.fields.get(name)

    def wants_text(self, name: str) -> bool:
        """Whether the text layer may be asked: first by the site's order, or as a rescue after a redesign.

        A rescue needs a page that says it is an article: a notice of maintenance is none.
        """
        if name not in _TEXT_FIELDS:
            return False
        order = self.site.layers.get("body") or self.site.layers.get("*", _DEFAULT)
        if "landmarks" not in order or order.index("text") < order.index("landmarks"):
            return True
        return not self.landmarks.has_article and looks_like_article(self.page)


class _HtmlReader:
    def __init__(self, page: Page, site: Site, facts: UrlFacts | None, kind: PageKind) -> None:
        self.page = page
        self.site = site
        self.facts = facts
        self.kind = kind
        self.layers = _Layers(page, site, article=kind == "article")
        self.order = _orders(site)
        self.chosen: dict[str, tuple[Layer, Finding]] = {}

    def read(self) -> PageReading:
        """The article if it is one, the lists, the links, the requisites."""
        out = PageReading(self.kind)
        if self.kind == "article":
            out.article = self._article()
            if out.article is None:
                out.unreadable = "no heading with a body was found"
        self._lists(out)
        landmarks, declared = self.layers.landmarks, self.page.declared
        out.links = find_links(
            landmarks.flow, self.page.resolve, self.site, self.page.url,
            head=named_in_head(declared["link"]),
            sidebar=self._sidebar(out.placements),
            body=landmarks.body_urls, alternates=out.article.alternate if out.article else (),
            listing=self.kind == "listing",
        )  # fmt: skip
        out.requisites = find_requisites(declared["link"], [*declared["img"], *declared["source"]], self.page.resolve)
        return out

    def _lists(self, out: PageReading) -> None:
        found = self.layers.landmarks
        lists = lists_of_articles(found.lists, self.page, self.site)
        undated = self.kind == "listing" and not any(rows.label is None and rows.is_sure for rows in lists)
        if undated:
            out.placements = rows_of_listing(found.flow, lists, self.page, self.site)
        else:
            out.placements = placements_of(lists, self.page, self.site)

    def _sidebar(self, rows: list[Placement]) -> list[str]:
        """The addresses that only a sidebar names, in the order of the page."""
        listed = {row.url for row in rows if row.block == "news" and self.kind == "listing"}
        return [row.url for row in rows if row.url and row.url not in listed]

    def _article(self) -> ArticleItem | None:
        for name in _FIELDS:
            self._choose(name)
        self._take_finer_time()
        if "title" not in self.chosen or "body" not in self.chosen:
            return None
        item = self._item()
        item.layers = {name: f"{layer}:{finding.rule}" for name, (layer, finding) in self.chosen.items()}
        item.raw = {name: finding.raw for name, (_, finding) in self.chosen.items() if finding.raw is not None}
        item.conflicts = self._conflicts()
        return item

    def _item(self) -> ArticleItem:
        """What selectors found are raw strings, for the loader; the other layers find the codebook's values."""
        item = ArticleItem(
            url=self.page.url, site=self.site.name, native_id=self._native_id(), language=self._language(),
            slug=self.facts.slug if self.facts else None,
        )  # fmt: skip
        raw = {}
        for name, (layer, finding) in self.chosen.items():
            if layer == "selectors":
                raw[name] = finding.value
            else:
                setattr(item, name, finding.value)
        if raw:
            from crawler.loaders import load_into  # with it comes all of Scrapy; most sites have no selectors

            load_into(item, raw, seen_at=self.page.fetched_at, zone=ZoneInfo(self.site.time_zone))
        if item.published_at:
            item.published_source = "metadata" if self.chosen["published_at"][0] == "metadata" else "page"
        return item

    def _choose(self, name: str) -> None:
        """Take a field from the first layer of the site's order that found it."""
        leader = self.chosen.get(_FOLLOWS.get(name, ""))
        for layer in self.order[name]:
            if leader is not None and layer != leader[0] and layer != "selectors":
                continue
            finding = self.layers.ask(layer, name)
            if finding is not None:
                self.chosen[name] = (layer, finding)
                return

    def _take_finer_time(self) -> None:
        """Where only a day was found, the time of that day which another layer knows."""
        if "published_at" not in self.chosen or self._precision(self.chosen["published_at"][0]) != "day":
            return
        zone = ZoneInfo(self.site.time_zone)
        day = self.chosen["published_at"][1].value.astimezone(zone).date()
        exact: tuple[Layer, ...] = ("landmarks", "metadata")  # the text layer knows days only
        for layer in exact:
            finding = self.layers.ask(layer, "published_at") if self._precision(layer) == "minute" else None
            if finding is not None and finding.value.astimezone(zone).date() == day:
                self.chosen["published_at"] = (layer, finding)
                self._choose("published_precision")
                return

    def _precision(self, layer: Layer) -> str | None:
        finding = self.layers.ask(layer, "published_precision") if layer != "selectors" else None
        return finding.value if finding is not None else None

    def _native_id(self) -> str:
        return (self.facts.native_id if self.facts else None) or slug_of_path(self.page.url)

    def _language(self) -> str:
        if self.facts and self.facts.language:
            return self.facts.language
        return page_language(self.page.tree) or guess_language(" ".join(self.chosen["body"][1].value[:5]))

    def _headline_is_as_printed(self) -> bool:
        """Whether the metadata's surest headline is the heading word for word: then nothing of it need be cut off."""
        printed = self.chosen.get("title_raw")
        return printed is not None and self.layers.metadata.headline == clean(printed[1].value)

    def _conflicts(self) -> list[dict[str, str]]:
        found: list[dict[str, str]] = []
        for name in _COMPARED:
            if name not in self.chosen:
                continue
            layer, finding = self.chosen[name]
            for other in ("landmarks", "metadata"):
                if other == "metadata" and name == "title" and self._headline_is_as_printed():
                    continue
                said = self.layers.ask(other, name) if other != layer else None
                if said is not None and _differ(said.value, finding.value):
                    found.append({"field": name, "layer": other, "value": _printable(said.value)})
        if another := self.layers.metadata.owner.another:  # the site may have answered with another article
            found.append({"field": "native_id", "layer": "metadata", "value": another})
        return found


@once
def _orders(site: Site) -> dict[str, tuple[Layer, ...]]:
    """The layers to ask, by field; a site without selectors need not be asked for what they find."""
    ordinary = site.layers.get("*", _DEFAULT)
    orders = {name: site.layers.get(name) or ordinary for name in _FIELDS}
    if site.selectors:
        return orders
    return {name: tuple(layer for layer in order if layer != "selectors") for name, order in orders.items()}


def slug_of_path(url: str) -> str:
    """A stable identity for a page without a number: its whole path, slugged; of a long one the last 150 characters."""
    from urllib.parse import unquote, urlsplit

    parts = urlsplit(url)
    path = unquote(parts.path) + (f"-{parts.query}" if parts.query else "")
    slug = re.sub(r"[^\w]+", "-", path.lower().removesuffix("/").removesuffix(".html")).strip("-")
    return slug[-150:] or "index"


def _differ(one: Any, other: Any) -> bool:
    return bool(one != other and _comparable(one) != _comparable(other))


def _comparable(value: Any) -> Any:
    if isinstance(value, str):
        return re.sub(r"\W+", " ", fold(value)).strip()
    return value.replace(second=0, microsecond=0) if isinstance(value, datetime) else value


def _printable(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
