"""What was read: the items that spiders yield and pipelines take. Fields are named as in docs/codebook.md.

The leaves (authors, notes, counters, ...) are the archive's records: they are plain data and the same on both sides.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from archive.records import (
    Alternate,
    Author,
    Counter,
    EditorNote,
    Footnote,
    Image,
    Link,
    Mention,
)


@dataclass(slots=True)
class ArticleItem:
    """One article as one capture shows it; what is not on the page is None or an empty list."""

    url: str
    site: str
    native_id: str
    language: str
    slug: str | None = None
    title: str | None = None
    title_raw: str | None = None
    outlet: str | None = None
    outlet_country: str | None = None
    subtitle: str | None = None
    lead: str | None = None
    authors: list[Author] = field(default_factory=list)
    body: list[str] = field(default_factory=list)
    editor_notes: list[EditorNote] = field(default_factory=list)
    footnotes: list[Footnote] = field(default_factory=list)
    image: Image | None = None
    counters: list[Counter] = field(default_factory=list)
    published_at: datetime | None = None
    published_precision: str | None = None
    published_source: str | None = None
    rights_holder: str | None = None
    rights_statement: str | None = None
    original_url: str | None = None
    original_published_at: datetime | None = None
    disclaimer: str | None = None
    mentions: list[Mention] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    alternate: list[Alternate] = field(default_factory=list)
    layers: dict[str, str] = field(default_factory=dict)
    raw: dict[str, str] = field(default_factory=dict)
    conflicts: list[dict[str, str]] = field(default_factory=list)


@dataclass(slots=True)
class Placement:
    """One row of a sidebar, listing, feed or sitemap."""

    block: str
    rank: int  # from 1
    url: str | None
    title: str | None
    posted_at: datetime | None = None
    posted_raw: str | None = None
    comments: int | None = None
    comments_raw: str | None = None
    comments_precision: int | None = None  # the number is good to this many units: 100 for "1,2 тыс."
    native_id: str | None = None
    language: str | None = None
    layer: str | None = None


@dataclass(slots=True)
class PageItem:
    """All that one page said: at most one article, and the rows of its lists.

    One item a page, not one a row: every item costs a pass through the asynchronous pipelines.
    """

    capture_id: str
    article: ArticleItem | None = None
    placements: list[Placement] = field(default_factory=list)
    unreadable: str | None = None  # why nothing could be read: goes to quarantine
