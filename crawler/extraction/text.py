"""The text layer: trafilatura and htmldate, for sites that nobody has described. Slow: imported when first asked."""

from __future__ import annotations

import logging
import re
from typing import Any

from archive.records import Author
from crawler.extraction.layer import LayerReading
from crawler.extraction.metadata import as_authors
from crawler.extraction.normalisers.dates import read_moment
from crawler.extraction.normalisers.text import clean, fold
from crawler.extraction.page import Page

# A page that they make nothing of is set aside with its reason: no news for whoever runs the crawl.
for _library in ("trafilatura", "htmldate"):
    logging.getLogger(_library).setLevel(logging.CRITICAL)

_SHORTEST_BODY = 200  # characters; less is a notice, not an article
_CYRILLIC = re.compile("[а-яё]", re.IGNORECASE)


def read_text(page: Page) -> LayerReading:
    """Title, body, authors and day. Nothing is found where there is too little text for an article."""
    reading = LayerReading()
    try:
        found = _extract(page)
        body = _paragraphs(found, page) if found is not None else []
        if sum(map(len, body)) >= _SHORTEST_BODY:
            reading.found("body", body, "trafilatura")
            reading.found("title", clean(getattr(found, "title", None) or ""), "trafilatura")
            reading.found("authors", _authors(getattr(found, "author", None) or ""), "trafilatura")
            _date(page, reading)
    except RecursionError:  # both libraries walk a page by recursion
        return LayerReading()
    return reading


def _extract(page: Page) -> Any:
    """trafilatura's document: its thorough mode for Russian, where its fast one loses text, else the fast one."""
    from trafilatura import bare_extraction

    russian = len(_CYRILLIC.findall(page.text[:200_000])) > 1000
    return bare_extraction(
        page.text, url=page.url, fast=not russian, include_comments=False, include_tables=True, with_metadata=True,
        deduplicate=False,
    )  # fmt: skip


def _authors(names: str) -> list[Author]:
    return [author for author in as_authors(names.split(";")) if " " in author.name]


def _paragraphs(found: Any, page: Page) -> list[str]:
    """The body as trafilatura's tree has it, one string a paragraph, heading or item; without the article's heading."""
    lines = [text for line in (found.text or "").split("\n") if (text := clean(line.removeprefix("- ")))]
    headings = {fold(clean(node.text())) for node in page.tree.css("h1")[:5]}
    return lines[1:] if lines and fold(lines[0]) in headings else lines


def _date(page: Page, reading: LayerReading) -> None:
    """The day, by htmldate."""
    from zoneinfo import ZoneInfo

    from htmldate import find_date

    day = find_date(page.text, url=page.url, original_date=True, extensive_search=True, outputformat="%Y-%m-%d")
    if day and (moment := read_moment(day, seen_at=page.fetched_at, zone=ZoneInfo("UTC"))):
        reading.found("published_at", moment.at, "htmldate", day)
        reading.found("published_precision", "day", "htmldate")
