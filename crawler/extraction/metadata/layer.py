"""The metadata layer: what a page says of itself for machines. JSON-LD, OpenGraph, microdata, <title>, hreflang."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from enum import IntEnum
from functools import cached_property
from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit
from zoneinfo import ZoneInfo

import orjson
from selectolax.lexbor import LexborHTMLParser, LexborNode

from archive.records import Alternate, Image
from crawler.extraction.facts import facts_of
from crawler.extraction.flow import Block
from crawler.extraction.layer import Finding, LayerReading
from crawler.extraction.metadata.authorship import authors_of
from crawler.extraction.metadata.headline import headlines
from crawler.extraction.normalisers.dates import Moment, read_moment
from crawler.extraction.normalisers.images import uploaded_at
from crawler.extraction.normalisers.outlets import split_outlet
from crawler.extraction.normalisers.text import clean, fold
from crawler.extraction.normalisers.urls import host_of
from crawler.extraction.page import Page
from crawler.sites.site import Site

_ARTICLE = re.compile(r"[A-Za-z]*(?:Article|Posting|Report)$")
_ZONED = re.compile(r"\d:\d\d.*(?:Z|UTC|GMT|[+-]\d\d(?::?\d\d)?)\s*$")
_MIDNIGHT = re.compile(r"[T ]00:00(?::00(?:\.0+)?)?")
_DISCUSSION = re.compile(r"(?:DiscussionForum|Job)Posting$")
_NO_ARTICLE = re.compile(r"(?:Comments?|(?:Image|Video|Audio|Media)Object)$")
_NAMING = '[itemprop~="url"],[itemprop~="mainEntityOfPage"],[itemprop~="headline"],h1'  # whose article a scope is
_MOST_PROPERTIES = 20
_SHORTEST_TITLE = 15  # letters that tell one headline from another
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


class Whose(IntEnum):
    """Which page it is of which metadata speak."""

    OWN = 0
    UNKNOWN = 1
    OTHER = 2


class Told(NamedTuple):
    """A time of publication, with the source and its text."""

    moment: Moment
    rule: str
    raw: str

    @property
    def exactness(self) -> tuple[bool, bool]:
        """Whether it says the minute, and the zone."""
        return self.moment.precision == "minute", _ZONED.search(self.raw) is not None


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
        self.web_pages: list[dict[str, Any]] = []

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
        for node in self.linked_data():
            rank = _is_discussion(node), self._whose(node)
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
        return _text(self.article.get("headline")) or self.meta.get("og:title")

    # --- sources -------------------------------------------------------------------------------------------------

    def linked_data(self) -> Iterator[dict[str, Any]]:
        """The articles of the page's JSON-LD, in @graph and lists too."""
        for script in self.page.declared["script"]:
            if (script.attrs.get("type") or "").lower() != _LINKED_DATA:
                continue
            try:
                data = _parsed(_loose(script.text()))
            except (ValueError, RecursionError):
                continue
            nodes = list(_nodes(data))
            self.by_id |= {node["@id"]: node for node in nodes if isinstance(node.get("@id"), str) and len(node) > 1}
            self.web_pages += [node for node in nodes if "datePublished" in node and "WebPage" in _kinds(node)]
            yield from (node for node in nodes if _is_article(node))

    def _whose(self, node: dict[str, Any]) -> Whose:
        """Whose article an object of the JSON-LD is."""
        of_page = node.get("mainEntityOfPage")
        pages = [of_page.get("@id"), of_page.get("url")] if isinstance(of_page, dict) else [of_page]
        return self.owner.of([node.get("url"), node.get("@id"), *pages], _text(node.get("headline")))

    def _microdata(self, name: str) -> str | None:
        """A property of the page's own article, or of the only one that may be it."""
        unknown: dict[int, LexborNode] = {}
        for node in self.page.tree.css(f'[itemprop~="{name}"]')[:_MOST_PROPERTIES]:
            scope = _scope_of(node)
            whose = self._whose_scope(scope) if scope is not None else Whose.UNKNOWN
            if whose == Whose.OWN:
                return _property(node)
            if whose == Whose.UNKNOWN:
                unknown.setdefault(scope.mem_id if scope is not None else 0, node)
        return _property(next(iter(unknown.values()))) if len(unknown) == 1 else None

    def _whose_scope(self, scope: LexborNode) -> Whose:
        """Whose article an element with properties is; a comment or a picture is none."""
        if _NO_ARTICLE.search(scope.attrs.get("itemtype") or ""):
            return Whose.OTHER
        urls, headline = [scope.attrs.get("itemid")], None
        for node in scope.css(_NAMING)[:_MOST_PROPERTIES]:
            inner = _scope_of(node)
            if inner is None or inner.mem_id != scope.mem_id:
                continue
            if node.tag == "h1" or "headline" in (node.attrs.get("itemprop") or ""):
                headline = headline or node.attrs.get("content") or node.text()
            else:
                urls += [node.attrs.get(attribute) for attribute in ("href", "content", "itemid")]
        return self.owner.of(urls, headline)

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
        yield _text(article.get("datePublished")), "json-ld"
        yield self.meta.get("article:published_time"), "article:published_time"
        own = (node for node in self.web_pages if self._whose(node) == Whose.OWN)  # Yoast's graph may have no article
        yield next((_text(node["datePublished"]) for node in own), None), "json-ld page"
        yield self._microdata("datePublished"), "microdata"
        for name in ("og:published_time", "parsely-pub-date", "pubdate"):
            yield self.meta.get(name), name
        time = self.page.tree.css_first("time[pubdate][datetime]")
        yield time.attrs.get("datetime") if time else None, "time"

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
    html = tree.root
    language = (html.attrs.get("lang") or "").lower().partition("-")[0] if html is not None else ""
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


def _kinds(node: dict[str, Any]) -> list[Any]:
    kinds = node.get("@type")
    return kinds if isinstance(kinds, list) else [kinds]


def _is_article(node: dict[str, Any]) -> bool:
    return any(isinstance(name, str) and _ARTICLE.match(name.rpartition("/")[2]) for name in _kinds(node))


def _is_discussion(node: dict[str, Any]) -> bool:
    """Whether an object is one of a forum, which is an article only where no other is."""
    return any(isinstance(kind, str) and _DISCUSSION.search(kind) for kind in _kinds(node))


def _scope_of(node: LexborNode) -> LexborNode | None:
    """The element of whose properties one is."""
    scope = node.parent
    while scope is not None and "itemscope" not in scope.attributes:
        scope = scope.parent
    return scope


def _property(node: LexborNode) -> str | None:
    attributes = node.attributes
    return attributes.get("content") or attributes.get("datetime") or clean(node.text()) or None


def _letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", fold(text))


def _place(url: str) -> tuple[str, str]:
    """Host and path of an address, as they are compared."""
    return host_of(url).removeprefix("www."), unquote(urlsplit(url).path).lower().rstrip("/")


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
