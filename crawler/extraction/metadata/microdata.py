"""What a page's microdata say of its own article; comments, pictures and teasers have properties, too."""

from __future__ import annotations

import re
from itertools import islice

from selectolax.lexbor import LexborNode

from crawler.extraction.metadata.owner import Owner, Whose
from crawler.extraction.normalisers.text import clean
from crawler.extraction.page import Page

_NO_ARTICLE = re.compile(r"(?:Comments?|(?:Image|Video|Audio|Media)Object)$")
_NAMING = '[itemprop~="url"],[itemprop~="mainEntityOfPage"],[itemprop~="headline"],h1'  # whose article a scope is
_PUBLISHED = "datePublished"
_MOST_PROPERTIES = 20


class Microdata:
    """The microdata of a page."""

    def __init__(self, page: Page, owner: Owner) -> None:
        self.page, self.owner = page, owner

    def published(self) -> str | None:
        """When the page's own article was published, or the only one that may be it."""
        unknown: dict[int, LexborNode] = {}
        told = (node for node in self.page.declaring if _PUBLISHED in (node.attrs.get("itemprop") or "").split())
        for node in islice(told, _MOST_PROPERTIES):
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


def _scope_of(node: LexborNode) -> LexborNode | None:
    """The element of whose properties one is."""
    scope = node.parent
    while scope is not None and "itemscope" not in scope.attributes:
        scope = scope.parent
    return scope


def _property(node: LexborNode) -> str | None:
    attributes = node.attributes
    return attributes.get("content") or attributes.get("datetime") or clean(node.text()) or None
