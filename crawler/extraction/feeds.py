"""RSS, Atom, sitemaps and their indexes as placements. Entities are never expanded: a feed can be a bomb."""

from __future__ import annotations

import html
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal
from zoneinfo import ZoneInfo

from lxml import etree  # type: ignore[import-untyped]

from crawler.extraction.guards import FEEDS
from crawler.extraction.normalisers.dates import Moment, read_moment
from crawler.extraction.normalisers.text import clean
from crawler.extraction.normalisers.urls import Resolver
from crawler.extraction.page import Page
from crawler.items import Placement
from crawler.sites.site import Site

_MOST_ROWS = 50_000
_TAGS = re.compile(r"<[a-zA-Z/!][^>]{0,2000}>")  # "5 < 7" opens none
_ENTITY_DECLARED = re.compile(rb"<!(?:DOCTYPE[^>\[]*\[|ENTITY)", re.IGNORECASE)
_GZIP = b"\x1f\x8b"


@dataclass(slots=True)
class Feed:
    """The rows of a feed or sitemap in their order; `sitemaps` are those that an index names."""

    kind: Literal["feed", "sitemap"]
    placements: list[Placement] = field(default_factory=list)
    sitemaps: list[str] = field(default_factory=list)
    unreadable: str | None = None


def read_feed(page: Page, site: Site) -> Feed:
    """Read a feed; of a broken one what stands before the damage."""
    kind: Literal["feed", "sitemap"] = "sitemap" if page.page_kind == "sitemap" else "feed"
    try:
        root = _root(_plain(page.body))
    except (ValueError, zlib.error, etree.XMLSyntaxError) as error:
        return Feed(kind, unreadable=f"no feed: {error}")
    name = _name(root)
    if name in {"rss", "rdf", "feed"}:
        return Feed("feed", _Rows(page, site).entries(root))
    if name == "urlset":
        return Feed("sitemap", _Rows(page, site).urls(root))
    if name == "sitemapindex":
        return Feed("sitemap", sitemaps=_Rows(page, site).sitemaps(root))
    return Feed(kind, unreadable=f"no feed: the document is <{name}>")


def _plain(body: bytes) -> bytes:
    """The body without gzip, as sitemap.xml.gz has it."""
    if not body.startswith(_GZIP):
        return body
    decompressor = zlib.decompressobj(wbits=31)
    plain = decompressor.decompress(body, FEEDS.size)
    if decompressor.unconsumed_tail:
        raise ValueError(f"more than {FEEDS.size} bytes when decompressed")
    return plain


def _root(body: bytes) -> etree._Element:
    if (tags := body.count(b"<")) > FEEDS.tags:
        raise ValueError(f"{tags} tags, more than {FEEDS.tags}")
    if _ENTITY_DECLARED.search(body[:20_000]):
        raise ValueError("it declares entities")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=True, remove_pis=True
    )
    root = etree.fromstring(body.lstrip(), parser)
    if root is None:
        raise ValueError("the document is empty or no XML")
    return root


def _name(element: etree._Element) -> str:
    return str(element.tag).rpartition("}")[2].lower() if isinstance(element.tag, str) else ""


class _Rows:
    def __init__(self, page: Page, site: Site) -> None:
        self.page = page
        self.site = site
        self.resolve = Resolver(page.url)
        self.zone = ZoneInfo(site.time_zone)

    def entries(self, root: etree._Element) -> list[Placement]:
        """RSS 2.0 items, RSS 1.0 items, Atom entries (RFC 4287)."""
        found: list[Placement] = []
        for element in root.iter():
            if _name(element) in {"item", "entry"} and len(found) < _MOST_ROWS:
                url = self.resolve(_link(element))
                title = _text(element, "title")
                moment = self._moment(element, "pubdate", "published", "date", "updated")
                if url or title:
                    found.append(self._row("feed", len(found) + 1, url, title, moment))
        return found

    def urls(self, root: etree._Element) -> list[Placement]:
        """Sitemap URLs. `lastmod` is no time of publication; a news sitemap's `publication_date` is."""
        found: list[Placement] = []
        for element in _children(root, "url"):
            url = self.resolve(_text(element, "loc"))
            if url and len(found) < _MOST_ROWS:
                news = next(_children(element, "news"), None)
                title = _text(news, "title") if news is not None else None
                moment = self._moment(news, "publication_date") if news is not None else None
                found.append(self._row("sitemap", len(found) + 1, url, title, moment))
        return found

    def sitemaps(self, root: etree._Element) -> list[str]:
        """The sitemaps that an index names."""
        urls = (self.resolve(_text(element, "loc")) for element in _children(root, "sitemap"))
        return list(dict.fromkeys(url for url in urls if url))

    def _moment(self, element: etree._Element, *names: str) -> Moment | None:
        for name in names:
            raw = _text(element, name)
            if raw and (moment := read_moment(raw, seen_at=self.page.fetched_at, zone=self.zone)):
                return moment
        return None

    def _row(self, block: str, rank: int, url: str | None, title: str | None, moment: Moment | None) -> Placement:
        facts = self.site.facts(url) if url else None
        return Placement(
            block=block, rank=rank, url=url, title=title,
            posted_at=moment.at if moment else None, posted_raw=moment.raw if moment else None,
            native_id=facts.native_id if facts else None, language=facts.language if facts else None,
            layer=f"metadata:{block}",
        )  # fmt: skip


def _children(element: etree._Element, name: str) -> Iterator[etree._Element]:
    return (child for child in element if _name(child) == name)


def _text(element: etree._Element, name: str) -> str | None:
    """The text of the first child of that name; escaped HTML in it unescaped once, tags removed."""
    child = next(_children(element, name), None)
    if child is None:
        return None
    text = "".join(str(part) for part in child.itertext())
    if "<" in text or "&" in text:
        text = html.unescape(_TAGS.sub("", text))
    return clean(text) or None


def _link(element: etree._Element) -> str | None:
    """RSS: the text of <link>, or a permanent <guid>; Atom: <link rel="alternate">."""
    for child in _children(element, "link"):
        if (href := child.get("href")) and child.get("rel", "alternate") == "alternate":
            return str(href)
        if child.text and child.text.strip():
            return str(child.text)
    guid = next(_children(element, "guid"), None)
    return str(guid.text) if guid is not None and guid.text and guid.get("isPermaLink") != "false" else None
