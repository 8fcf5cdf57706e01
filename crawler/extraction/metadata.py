"""The metadata layer: what a page says of itself for machines. JSON-LD, OpenGraph, microdata, <title>, hreflang."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from selectolax.lexbor import LexborHTMLParser

from archive.records import Alternate, Author, Image
from crawler.extraction.landmarks import zone_of
from crawler.extraction.layer import LayerReading
from crawler.extraction.normalisers.dates import Moment, read_moment
from crawler.extraction.normalisers.images import uploaded_at
from crawler.extraction.normalisers.outlets import split_outlet
from crawler.extraction.normalisers.text import clean, fold
from crawler.extraction.normalisers.urls import host_of
from crawler.extraction.page import Page
from crawler.sites.site import Site

_ARTICLE = re.compile(r"[A-Za-z]*(?:Article|Posting|Report)$")
_DEEPEST = 6
_MOST_NODES = 500
_SITE_SUFFIX = re.compile(r"\s+[|–—·•»-]\s+[^|–—·•»]{2,60}$")
_BEFORE_NAMES = re.compile(
    r"^(?:авторы?|von|by|par|por|text|text von|foto|autor(?:en|in)?|author)\b\s*:?\s*", re.IGNORECASE
)
_BETWEEN_NAMES = re.compile(r"\s*[,;|/]\s*|\s+(?:and|und|et|и|та|y|&)\s+")
_BRACKET = re.compile(r"\s*\([^)]*\)")
_SEPARATED = re.compile(r"\s*[|–—·•»:-]+\s+\S")
_LAST_PART = re.compile(r"\s+(?:[|–—·•»-]|--)+\s+([^|–—·•»]{2,60})$")
_NOT_PERSONS = re.compile(r"https?://|@|^\W*$")


def read_metadata(page: Page, site: Site) -> LayerReading:
    """The findings of the layer. A value of the wrong type or form is passed over."""
    return _Reader(page, site).run()


class _Reader:
    def __init__(self, page: Page, site: Site) -> None:
        self.page = page
        self.site = site
        self.reading = LayerReading()
        self.meta = page.meta
        self.by_id: dict[str, dict[str, Any]] = {}

    def run(self) -> LayerReading:
        article = next(iter(list(self._linked_data())), {})
        self._title(article)
        self._authors(article)
        self._published(article)
        self._image(article)
        self._alternate()
        return self.reading

    # --- sources -------------------------------------------------------------------------------------------------

    def _linked_data(self) -> Iterator[dict[str, Any]]:
        """The articles of the page's JSON-LD, in @graph and lists too."""
        for script in self.page.tree.css('script[type="application/ld+json"]'):
            try:
                data = json.loads(_loose(script.text()), strict=False)
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
        for raw, rule in self._titles(article):
            if raw and (text := self._trimmed(_plain(raw))):
                title, outlet = split_outlet(text)
                self.reading.found("title", title, rule, raw)
                self.reading.found("title_raw", text, rule)
                if outlet:
                    self.reading.found("outlet", outlet.name, rule, outlet.raw)
                    self.reading.found("outlet_country", outlet.country, rule, outlet.country_raw)
                return

    def _titles(self, article: dict[str, Any]) -> Iterator[tuple[str | None, str]]:
        """What may say the title, the surest first, with its name."""
        yield _text(article.get("headline")), "json-ld"
        yield self.meta.get("og:title"), "og:title"
        yield self.meta.get("twitter:title"), "twitter:title"
        yield _without_site(self.page.title, self.meta.get("og:site_name")), "title"

    def _trimmed(self, title: str) -> str:
        """A title without the site's name: what an <h1> has not, or what the host is called."""
        folded = fold(title)
        headings = [clean(node.text()) for node in self.page.tree.css("h1")[:5]]
        for heading in headings:
            rest = title[len(heading) :]
            if len(heading) >= 10 and folded.startswith(fold(heading)) and _SEPARATED.match(rest):
                return title[: len(heading)]
        long = [heading for heading in headings if len(heading) >= 10]
        if len(long) == 1 and _akin(long[0], title):  # metadata may be a headline for search engines
            return long[0]
        match = _LAST_PART.search(title)
        named = _letters(match[1]) if match else ""
        known = _letters(self.meta.get("og:site_name", "") + host_of(self.page.url))
        return title[: match.start()] if match and match.start() > 10 and len(named) > 2 and named in known else title

    def _authors(self, article: dict[str, Any]) -> None:
        names = list(_persons(article.get("author"), self.by_id))
        if authors := as_authors(names):
            self.reading.found("authors", authors, "json-ld", "; ".join(names))
            return
        for key in ("author", "article:author", "parsely-author", "sailthru.author", "dc.creator"):
            if (value := self.meta.get(key)) and not _NOT_PERSONS.search(value):
                self.reading.found("authors", as_authors([value]), key, value)
                return
        names = [clean(node.text()) for node in self.page.tree.css('[rel~="author"],[itemprop~="author"]')[:8]]
        self.reading.found(
            "authors", as_authors([name for name in names if len(name) < 80]), "rel=author", "; ".join(names)
        )

    def _published(self, article: dict[str, Any]) -> None:
        for raw, rule in self._times(article):
            if raw and (moment := self._moment(raw)):
                self.reading.found("published_at", moment.at, rule, raw)
                self.reading.found("published_precision", moment.precision, rule)
                return

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
        moment = read_moment(raw, seen_at=self.page.fetched_at, zone=zone_of(self.site.time_zone))
        return moment if moment and moment.at.year >= 1990 else None

    def _image(self, article: dict[str, Any]) -> None:
        for raw, rule in ((self.meta.get("og:image"), "og:image"), (_first_url(article.get("image")), "json-ld")):
            if raw and (url := self.page.resolve(raw)):
                self.reading.found("image", Image(url, None, uploaded_at(url, self.page.fetched_at)), rule, raw)
                return

    def _alternate(self) -> None:
        facts = self.site.facts(self.page.url)
        own = facts.language if facts else None
        found: dict[str, Alternate] = {}
        for node in self.page.tree.css("link[hreflang],a[hreflang]"):
            attributes = node.attributes
            language = (attributes.get("hreflang") or "").lower().partition("-")[0]
            url = self.page.resolve(attributes.get("href"))
            if "alternate" in (attributes.get("rel") or "") and url and len(language) == 2 and language != own:
                found.setdefault(language, Alternate(language, url))
        if own is not None:
            self.reading.found("alternate", list(found.values()), "hreflang")


def looks_like_article(page: Page) -> bool:
    """Whether the page says of itself that it is an article."""
    meta = page.meta
    return (
        meta.get("og:type") == "article"
        or "article:published_time" in meta
        or any(node for node in _Reader(page, _NOWHERE)._linked_data())
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


def _plain(raw: str) -> str:
    """Text that a site may have escaped once too often."""
    return clean(html.unescape(raw) if "&" in raw else raw)


def _akin(heading: str, title: str) -> bool:
    """Whether two headlines are of the same story: half of the shorter one's words are in the other."""
    one, other = set(re.findall(r"\w+", fold(heading))), set(re.findall(r"\w+", fold(title)))
    common = len(one & other)
    return len(heading) < 250 and common >= 3 and 2 * common >= min(len(one), len(other))


def _letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", text.lower())


def _text(value: Any) -> str | None:
    if isinstance(value, list) and value:
        value = value[0]
    if isinstance(value, dict):
        value = value.get("@value")
    return value if isinstance(value, str) else None


def _persons(value: Any, by_id: dict[str, dict[str, Any]]) -> Iterator[str]:
    """Names of persons; an organisation is no author. `{"@id": ...}` stands for an object elsewhere in the graph."""
    for each in value if isinstance(value, list) else [value]:
        if isinstance(each, dict):
            person = each if "name" in each else by_id.get(str(each.get("@id")), {})
            if "Organi" not in str(person.get("@type")):
                yield from _persons(person.get("name"), {})
        elif isinstance(each, str) and not _NOT_PERSONS.search(each):
            yield clean(each)


def as_authors(names: Iterable[str]) -> list[Author]:
    """Authors of strings that may hold several, a "By" before them and an agency's letters in brackets behind."""
    found: dict[str, Author] = {}
    for line in names:
        for part in _BETWEEN_NAMES.split(_BEFORE_NAMES.sub("", clean(html.unescape(line)))):
            name = _BRACKET.sub("", part).strip(" ,;:|–-")
            if 3 <= len(name) <= 60 and not any(c.isdigit() for c in name) and name[0].isalpha():
                found.setdefault(name, Author(name))
    return list(found.values())


def _first_url(value: Any) -> str | None:
    if isinstance(value, list) and value:
        return _first_url(value[0])
    if isinstance(value, dict):
        return _text(value.get("url"))
    return value if isinstance(value, str) else None


def _without_site(title: str, name: str | None) -> str:
    """A <title> without the site's name at its end."""
    if name and title.endswith(name):
        return title[: -len(name)].rstrip(" |–—·•»-")
    return _SITE_SUFFIX.sub("", title)


__all__ = ["datetime", "looks_like_article", "page_language", "read_metadata"]
