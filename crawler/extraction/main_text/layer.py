"""The text layer: title, body and day of any news page, for sites that nobody has described.

The body is our own main text; trafilatura and htmldate step in where that or the metadata say too little. They are
slow: imported when first needed.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Container
from functools import cached_property
from typing import TypeVar

from crawler.extraction.flow import Flow
from crawler.extraction.layer import Finding
from crawler.extraction.main_text.container import Said, main_text
from crawler.extraction.main_text.prose import size
from crawler.extraction.normalisers.bylines import read_byline
from crawler.extraction.normalisers.dates import read_moment
from crawler.extraction.normalisers.text import clean, fold
from crawler.extraction.page import Page

_T = TypeVar("_T")
_SHORTEST_BODY = 200  # characters; less is a notice, not an article
_DOUBTFUL = 400  # characters of prose; less may be the wrong part of the page
_HEAD = 5  # lines above the first paragraph
_PARAGRAPH = 120  # characters
_DATED = re.compile(r"\b\d{1,2}[:.]\d\d\b|\b\d{1,2}\.? \w+ (?:19|20)\d\d\b|\b\w+ \d{1,2}, (?:19|20)\d\d\b")

# What these libraries have to say of a page is in the reading; on the user's terminal it would pass for an error.
for _library in ("trafilatura", "htmldate"):
    logging.getLogger(_library).setLevel(logging.CRITICAL)


class TextLayer:
    """Title, body and day of one page, each found when it is first asked for.

    Nothing is found where there is too little text for an article.
    """

    def __init__(self, page: Page, flow: Flow, article_body: str = "") -> None:
        self.page = page
        self.flow = flow
        self.article_body = article_body

    def ask(self, name: str) -> Finding | None:
        """What the layer says of a field."""
        if not self._body:
            return None
        if name in {"published_at", "published_precision"}:
            return self._date.get(name)
        if name in {"subtitle", "lead", "body"}:
            return self._texts.get(name)
        return Finding(self._title, "trafilatura") if name == "title" and self._title else None

    @property
    def _body(self) -> bool:
        """Whether there is text enough for an article."""
        return "body" in self._texts

    @cached_property
    def _texts(self) -> dict[str, Finding]:
        """Subtitle, lead and body by our own reading; by trafilatura where that found little and it finds more."""
        main = main_text(self.flow, self._said)
        body = [block.text for block in main.body]
        lines = (_by_library(self.page, self._lines) or []) if main.weight < _DOUBTFUL else []
        rule = "trafilatura" if _length(lines) > _length(body) else "main text"
        found = {"body": Finding(lines if rule == "trafilatura" else body, rule)}
        if _length(found["body"].value) < _SHORTEST_BODY:
            return {}
        if main.subtitle and rule == "main text":
            found["subtitle"] = Finding(main.subtitle.text, "set apart")
        if main.lead and rule == "main text":
            found["lead"] = Finding("\n".join(block.text for block in main.lead), "set apart")
        return found

    @property
    def _said(self) -> Said:
        meta = self.page.meta
        titles = (self.page.title, clean(meta.get("og:title", "")))
        description = " ".join(meta.get(name, "") for name in ("og:description", "description"))
        return Said(tuple(title for title in titles if title), description, self.article_body)

    def _lines(self) -> list[str]:
        """By trafilatura, in its fast mode: the thorough one takes more, and more of what is no article."""
        from trafilatura import bare_extraction

        found = bare_extraction(
            self.page.text, url=self.page.url, fast=True, include_comments=False, include_tables=True,
            with_metadata=False, deduplicate=False,
        )  # fmt: skip
        text = str(getattr(found, "text", None) or "")
        lines = [line for each in text.split("\n") if (line := clean(each.removeprefix("- ")))]
        headings = set(map(fold, self.page.headings))
        return _without_head(lines, headings)

    @cached_property
    def _title(self) -> str:
        from trafilatura.metadata import extract_metadata

        found = _by_library(
            self.page, lambda: extract_metadata(self.page.text, default_url=self.page.url, extensive=False)
        )
        return clean(getattr(found, "title", None) or "")

    @cached_property
    def _date(self) -> dict[str, Finding]:
        """The day, by htmldate."""
        from zoneinfo import ZoneInfo

        from htmldate import find_date

        day = _by_library(
            self.page,
            lambda: find_date(
                self.page.text, url=self.page.url, original_date=True, extensive_search=True, outputformat="%Y-%m-%d"
            ),
        )
        moment = read_moment(day, seen_at=self.page.fetched_at, zone=ZoneInfo("UTC")) if day else None
        if moment is None:
            return {}
        return {
            "published_at": Finding(moment.at, "htmldate", day),
            "published_precision": Finding("day", "htmldate"),
        }


def _length(lines: list[str]) -> int:
    """Characters, as if all scripts took the same number of them."""
    return sum(map(size, lines))


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


def _by_library(page: Page, find: Callable[[], _T]) -> _T | None:
    """What `find` finds; None where the page is deeper than Python's stack: both libraries walk it by recursion.

    A page that the guards suspect is not given to them: what they cost grows faster than it, and the budget of time
    would decide, on each machine differently, whether it is read.
    """
    if page.suspected:
        return None
    try:
        return find()
    except RecursionError:
        return None
