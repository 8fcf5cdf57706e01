"""The objects of a page's JSON-LD, as sites write it: in lists and @graph, in comments, with line breaks in strings."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import orjson

from crawler.extraction.page import Page

_ARTICLE = re.compile(r"[A-Za-z]*(?:Article|Posting|Report)$")
_DISCUSSION = re.compile(r"(?:DiscussionForum|Job)Posting$")
_LINKED_DATA = "application/ld+json"
_DEEPEST = 6
_MOST_NODES = 500


class LinkedData:
    """The JSON-LD of a page. `by_id` and `web_pages` are of the scripts that were read so far."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self.by_id: dict[str, dict[str, Any]] = {}
        self.web_pages: list[dict[str, Any]] = []  # with a date: Yoast's graph may have no article

    def articles(self) -> Iterator[dict[str, Any]]:
        """The objects that are articles, script by script."""
        for script in self._page.declared["script"]:
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


def text_of(value: Any) -> str | None:
    """A value as text: of several the first; None where it is of another type."""
    if isinstance(value, list) and value:
        value = value[0]
    if isinstance(value, dict):
        value = value.get("@value")
    return value if isinstance(value, str) else None


def url_of(value: Any) -> str | None:
    """The address that a value is or has: of several the first."""
    if isinstance(value, list) and value:
        return url_of(value[0])
    if isinstance(value, dict):
        return text_of(value.get("url"))
    return value if isinstance(value, str) else None


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


def is_discussion(node: dict[str, Any]) -> bool:
    """Whether an object is one of a forum, which is an article only where no other is."""
    return any(isinstance(kind, str) and _DISCUSSION.search(kind) for kind in _kinds(node))
