"""A page as it was fetched: decoded and parsed once, when it is first asked for."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from selectolax.lexbor import LexborDocumentOptions, LexborHTMLParser, LexborNode

from archive.records import PageKind
from crawler.extraction.charset import decode, is_plain_utf8
from crawler.extraction.guards import DEFAULT, FEEDS, count_tags, refuse, suspect
from crawler.extraction.normalisers.text import clean
from crawler.extraction.normalisers.urls import Resolver

_DECLARING = "title,meta,base,link,script,img,source,a[hreflang],h1,time[pubdate][datetime],[itemprop~=datePublished]"
_MOST_HEADINGS = 5


@dataclass(frozen=True)
class Page:
    """`body` is without content coding; `fetched_at` is aware; `page_kind` is there where the frontier knows it."""

    url: str
    body: bytes
    content_type: str | None
    fetched_at: datetime
    page_kind: PageKind | None = None

    @cached_property
    def refused(self) -> str | None:
        """Why this page must not be parsed; None where it may (guards)."""
        return refuse(self.body, FEEDS if self.page_kind in {"feed", "sitemap"} else DEFAULT, self._tags)

    @cached_property
    def suspected(self) -> str | None:
        """Why this page is read at arm's length; None where it is like any other (guards)."""
        return None if self.page_kind in {"feed", "sitemap"} else suspect(self.body, tags=self._tags)

    @cached_property
    def _tags(self) -> int:
        return count_tags(self.body)

    @cached_property
    def text(self) -> str:
        """The page as text."""
        return decode(self.body, self.content_type)[0]

    @cached_property
    def tree(self) -> LexborHTMLParser:
        """The parsed page. Ask `refused` first."""
        utf8 = self.body if is_plain_utf8(self.body) else self.text
        return LexborHTMLParser(utf8, options=LexborDocumentOptions.WO_EVENTS)  # no <selectedcontent> for readers

    @cached_property
    def declaring(self) -> list[LexborNode]:
        """The elements that name or say something outside of the text, and <h1>, in the order of the source.

        One query for all, as each looks at every node.
        """
        return self.tree.css(_DECLARING)

    @cached_property
    def declared(self) -> dict[str, list[LexborNode]]:
        """Those elements by tag."""
        found: dict[str, list[LexborNode]] = defaultdict(list)
        for node in self.declaring:
            found[node.tag or ""].append(node)
        return found

    @cached_property
    def title(self) -> str:
        """What <title> says, clean."""
        titles = self.declared["title"]
        return clean(titles[0].text()) if titles else ""

    @cached_property
    def headings(self) -> list[str]:
        """What the first <h1> of the page say, clean: one of them may be the title."""
        return [clean(node.text()) for node in self.declared["h1"][:_MOST_HEADINGS]]

    @cached_property
    def meta(self) -> dict[str, str]:
        """What the <meta> tags say, by `property` or `name` in small letters; of several the first."""
        found: dict[str, str] = {}
        for node in self.declared["meta"]:
            attributes = node.attributes
            name = attributes.get("property") or attributes.get("name")
            if name and (content := (attributes.get("content") or "").strip()):
                found.setdefault(name.lower(), content)
        return found

    @cached_property
    def resolve(self) -> Resolver:
        """Makes the page's references absolute, against <base href> where there is one."""
        named = [node.attributes["href"] for node in self.declared["base"] if "href" in node.attributes]
        own = Resolver(self.url)
        return Resolver(own(named[0]) or self.url) if named else own
