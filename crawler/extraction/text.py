"""The text layer: trafilatura and htmldate, for sites that nobody has described. Slow: imported when first asked."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Container
from functools import cached_property
from typing import Any, TypeVar

from archive.records import Author
from crawler.extraction.authorship import as_authors
from crawler.extraction.layer import Finding
from crawler.extraction.normalisers.bylines import read_byline
from crawler.extraction.normalisers.dates import read_moment
from crawler.extraction.normalisers.text import clean, fold
from crawler.extraction.page import Page

FIELDS = frozenset({"title", "authors", "body", "published_at", "published_precision"})
_T = TypeVar("_T")
_SHORTEST_BODY = 200  # characters; less is a notice, not an article
_HEAD = 5  # lines above the first paragraph
_PARAGRAPH = 120  # characters
_DATED = re.compile(r"\b\d{1,2}[:.]\d\d\b|\b\d{1,2}\.? \w+ (?:19|20)\d\d\b|\b\w+ \d{1,2}, (?:19|20)\d\d\b")
_FREQUENT = "оеа"  # a quarter of Russian text
_MUCH = 250

# What these libraries have to say of a page is in the reading; on the user's terminal it would pass for an error.
for _library in ("trafilatura", "htmldate"):
    logging.getLogger(_library).setLevel(logging.CRITICAL)


class TextLayer:
    """Title, body, authors and day of one page, each found when it is first asked for.

    Nothing is found where there is too little text for an article.
    """

    def __init__(self, page: Page) -> None:
        self.page = page

    def ask(self, name: str) -> Finding | None:
        """What the layer says of one of FIELDS."""
        if not self._body:
            return None
        if name in {"published_at", "published_precision"}:
            return self._date.get(name)
        if name == "body":
            return Finding(self._body, "trafilatura")
        value = self._title if name == "title" else self._authors
        return Finding(value, "trafilatura") if value else None

    @cached_property
    def _body(self) -> list[str]:
        """One string a paragraph, heading or item; without the article's heading. Empty where it is too short."""
        lines = _within_depth(self._lines) or []
        return lines if sum(map(len, lines)) >= _SHORTEST_BODY else []

    def _lines(self) -> list[str]:
        """By trafilatura: in its thorough mode for Russian, where its fast one loses text, else in the fast one."""
        from trafilatura import bare_extraction

        russian = sum(map(self.page.text[:200_000].count, _FREQUENT)) > _MUCH
        found = bare_extraction(
            self.page.text, url=self.page.url, fast=not russian, include_comments=False, include_tables=True,
            with_metadata=False, deduplicate=False,
        )  # fmt: skip
        text = str(getattr(found, "text", None) or "")
        lines = [line for each in text.split("\n") if (line := clean(each.removeprefix("- ")))]
        headings = {fold(clean(node.text())) for node in self.page.tree.css("h1")[:5]}
        return _without_head(lines, headings)

    @cached_property
    def _metadata(self) -> Any:
        from trafilatura.metadata import extract_metadata

        return _within_depth(lambda: extract_metadata(self.page.text, default_url=self.page.url, extensive=False))

    @property
    def _title(self) -> str:
        return clean(getattr(self._metadata, "title", None) or "")

    @property
    def _authors(self) -> list[Author]:
        names = str(getattr(self._metadata, "author", None) or "")
        return [author for author in as_authors(names.split(";")) if " " in author.name]

    @cached_property
    def _date(self) -> dict[str, Finding]:
        """The day, by htmldate."""
        from zoneinfo import ZoneInfo

        from htmldate import find_date

        day = _within_depth(
            lambda: find_date(
                self.page.text, url=self.page.url, original_date=True, extensive_search=True, outputformat="%Y-%m-%d"
            )
        )
        moment = read_moment(day, seen_at=self.page.fetched_at, zone=ZoneInfo("UTC")) if day else None
        if moment is None:
            return {}
        return {
            "published_at": Finding(moment.at, "htmldate", day),
            "published_precision": Finding("day", "htmldate"),
        }


def _without_head(lines: list[str], headings: Container[str]) -> list[str]:
    """The lines without those above the first paragraph that are heading, date or byline."""
    start = 0
    while start < min(_HEAD, len(lines)) and len(lines[start]) < _PARAGRAPH:
        start += 1
    head = [line for line in lines[:start] if not (fold(line) in headings or _dates_it(line) or read_byline(line))]
    return head + lines[start:]


def _dates_it(line: str) -> bool:
    """Whether a short line is about the time of publication: "Updated 15.59 | Published 14.14"."""
    return len(line) <= 80 and line[-1] not in ".!?…:" and _DATED.search(line) is not None


def _within_depth(find: Callable[[], _T]) -> _T | None:
    """What `find` finds; None where the page is deeper than Python's stack: both libraries walk it by recursion."""
    try:
        return find()
    except RecursionError:
        return None
