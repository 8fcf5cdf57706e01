"""The metadata layer: what a page says of itself for machines. JSON-LD, OpenGraph, microdata, <title>, hreflang."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

import orjson
from selectolax.lexbor import LexborHTMLParser

from archive.records import Alternate, Image
from crawler.extraction.authorship import authors_of
from crawler.extraction.facts import facts_of
from crawler.extraction.flow import Block
from crawler.extraction.headline import headlines
from crawler.extraction.landmarks import zone_of
from crawler.extraction.layer import Finding, LayerReading
from crawler.extraction.normalisers.dates import Moment, read_moment
from crawler.extraction.normalisers.images import uploaded_at
from crawler.extraction.normalisers.outlets import split_outlet
from crawler.extraction.normalisers.text import clean
from crawler.extraction.page import Page
from crawler.sites.site import Site

_ARTICLE = re.compile(r"[A-Za-z]*(?:Article|Posting|Report)$")
_ZONED = re.compile(r"\d:\d\d.*(?:Z|UTC|GMT|[+-]\d\d(?::?\d\d)?)\s*$")
_LINKED_DATA = "application/ld+json"
_DEEPEST = 6
_MOST_NODES = 500


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


class MetadataLayer:
    """The layer of one page; each field is looked for when it is first asked."""

    def __init__(self, page: Page, site: Site, blocks: Sequence[Block] = ()) -> None:
        self.asked: set[str] = set()
        self.blocks = blocks
        self.page = page
        self.site = site
        self.reading = LayerReading()
        self.meta = page.meta
        self.by_id: dict[str, dict[str, Any]] = {}

    def ask(self, name: str) -> Finding | None:
        """What the metadata says of a field; None where nothing, or where it never says anything."""
        part = _PARTS.get(name)
        if part is not None and part not in self.asked:
            self.asked.add(part)
            getattr(self, part)(self.article)
        return self.reading.fields.get(name)

    @cached_property
    def article(self) -> dict[str, Any]:
        """The article's object in the JSON-LD; empty where there is none."""
        return next(iter(list(self.linked_data())), {})

    @cached_property
    def headline(self) -> str | None:
        """The headline of the JSON-LD, else of OpenGraph, as it stands there."""
        return _text(self.article.get("headline")) or self.meta.get("og:title")

    # --- sources -------------------------------------------------------------------------------------------------

    def linked_data(self) -> Iterator[dict[str, Any]]:
        """The articles of the page's JSON-LD, in @graph and lists too."""
        for script in self.page.declared["script"]:
            if (script.attributes.get("type") or "").lower() != _LINKED_DATA:
                continue
            try:
                data = _parsed(_loose(script.text()))
            except (ValueError, RecursionError):
                continue
            nodes = list(_nodes(data))
            self.by_id |= {node["@id"]: node for node in nodes if isinstance(node.get("@id"), str) and len(node) > 1}
            yield from (node for node in nodes if _is_article(node))

    def _microdata(self, name: str) -> str | None:
        node = self.page.tree.css_first(f'[itemprop~="{name}"]')
        if node is None:
            return None
        attributes = node.attributes
        return attributes.get("content") or attributes.get("datetime") or clean(node.text()) or None

    # --- fields --------------------------------------------------------------------------------------------------

    def _title(self, article: dict[str, Any]) -> None:
        for text, rule, raw in headlines(self.page, _text(article.get("headline"))):
            title, outlet = split_outlet(text)
            self.reading.found("title", title, rule, raw)
            self.reading.found("title_raw", text, rule)
            if outlet:
                self.reading.found("outlet", outlet.name, rule, outlet.raw)
                self.reading.found("outlet_country", outlet.country, rule, outlet.country_raw)
            return

    def _authors(self, article: dict[str, Any]) -> None:
        for authors, rule, raw in authors_of(self.page, article.get("author"), self.by_id, self.blocks):
            if authors:
                self.reading.found("authors", authors, rule, raw)
                return

    def _published(self, article: dict[str, Any]) -> None:
        """The surest source that says the time with its zone; else the surest at all."""
        found = ((moment, rule, raw) for raw, rule in self._times(article) if raw and (moment := self._moment(raw)))
        first = next(found, None)
        if first is None:
            return
        zoned = next((each for each in found if _ZONED.search(each[2])), None) if not _ZONED.search(first[2]) else None
        moment, rule, raw = zoned if zoned and _same_day(zoned[0], first[0]) else first
        self.reading.found("published_at", moment.at, rule, raw)
        self.reading.found("published_precision", moment.precision, rule)

    def _times(self, article: dict[str, Any]) -> Iterator[tuple[str | None, str]]:
        """What may say the time of publication, the surest first, with its name."""
        yield _text(article.get("datePublished")), "json-ld"
        yield self.meta.get("article:published_time"), "article:published_time"
        yield self._microdata("datePublished"), "microdata"
        for name in ("og:published_time", "parsely-pub-date", "pubdate"):
            yield self.meta.get(name), name
        time = self.page.tree.css_first("time[pubdate][datetime]")
        yield time.attributes.get("datetime") if time else None, "time"

    def _moment(self, raw: str) -> Moment | None:
        """The time that `raw` says; only its day where neither it nor the site file says in which zone it is."""
        zone = zone_of(self.site.time_zone)
        moment = read_moment(raw, seen_at=self.page.fetched_at, zone=zone)
        if moment is None or moment.at.year < 1990:
            return None
        if moment.precision == "minute" and self.site.time_zone == "UTC" and not _ZONED.search(raw):
            return Moment(moment.at.replace(hour=0, minute=0, second=0, microsecond=0), "day", moment.raw)
        return moment

    def _image(self, article: dict[str, Any]) -> None:
        for raw, rule in ((self.meta.get("og:image"), "og:image"), (_first_url(article.get("image")), "json-ld")):
            if raw and (url := self.page.resolve(raw)):
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


def _same_day(one: Moment, other: Moment) -> bool:
    """Whether two times are of one publication: no zone is more than 14 hours from another's midnight."""
    return abs(one.at - other.at) < timedelta(hours=26)


def looks_like_article(page: Page) -> bool:
    """Whether the page says of itself that it is an article."""
    meta = page.meta
    return (
        meta.get("og:type") == "article"
        or "article:published_time" in meta
        or any(node for node in MetadataLayer(page, _NOWHERE).linked_data())
    )


_NOWHERE = Site(name="", title="", base_url="", hosts=(), seeds=(), patterns=())


def page_language(tree: LexborHTMLParser) -> str | None:
    """The language that <html lang> names, as two letters."""
    html = tree.css_first("html")
    language = (html.attributes.get("lang") or "").lower().partition("-")[0] if html is not None else ""
    return language if len(language) == 2 and language.isalpha() else None


def _loose(text: str) -> str:
    """JSON-LD as sites write it: perhaps in a comment, with a stray semicolon."""
    text = text.strip().removeprefix("<!--").removesuffix("-->").strip()
    return text.removeprefix("//<![CDATA[").removesuffix("//]]>").strip().rstrip(";")


def _parsed(text: str) -> Any:
    """JSON, by the fast parser, and by the patient one where that refuses: line breaks in strings, NaN."""
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return json.loads(text, strict=False)


def _nodes(data: Any) -> Iterator[dict[str, Any]]:
    """Every object of a JSON-LD document, outer before inner."""
    waiting, seen = [(data, 0)], 0
    while waiting and seen < _MOST_NODES:
        node, depth = waiting.pop(0)
        seen += 1
        if isinstance(node, dict):
            yield node
            inner = [node[key] for key in ("@graph", "mainEntity", "mainEntityOfPage", "hasPart") if key in node]
            waiting += [(each, depth + 1) for each in inner if depth < _DEEPEST]
        elif isinstance(node, list) and depth < _DEEPEST:
            waiting += [(each, depth + 1) for each in node]


def _is_article(node: dict[str, Any]) -> bool:
    kinds = node.get("@type")
    names = kinds if isinstance(kinds, list) else [kinds]
    return any(isinstance(name, str) and _ARTICLE.match(name.rpartition("/")[2]) for name in names)


def _text(value: Any) -> str | None:
    if isinstance(value, list) and value:
        value = value[0]
    if isinstance(value, dict):
        value = value.get("@value")
    return value if isinstance(value, str) else None


def _first_url(value: Any) -> str | None:
    if isinstance(value, list) and value:
        return _first_url(value[0])
    if isinstance(value, dict):
        return _text(value.get("url"))
    return value if isinstance(value, str) else None


__all__ = ["datetime", "looks_like_article", "page_language", "read_metadata"]
