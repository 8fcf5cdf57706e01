"""The one translator: from items (what was read) to records (what the archive takes)."""

from __future__ import annotations

from datetime import datetime
from operator import attrgetter

from archive.records import ArticleRecord, PlacementRecord
from crawler.extraction.reader import READER
from crawler.items import ArticleItem, Placement

_LISTS = ("body", "authors", "editor_notes", "footnotes", "counters", "mentions", "links", "conflicts")
_PLAIN = (
    "site", "native_id", "language", "url", "slug", "title", "title_raw", "outlet", "outlet_country", "subtitle",
    "lead", "image", "published_at", "published_precision", "published_source", "rights_holder", "rights_statement",
    "original_url", "original_published_at", "disclaimer", "layers", "raw",
)  # fmt: skip


def article_record(item: ArticleItem, capture_id: str, observed_at: datetime) -> ArticleRecord:
    """What one capture says of one article; `observed_at` is the time of the capture, in UTC."""
    values = {name: getattr(item, name) for name in _PLAIN} | {name: tuple(getattr(item, name)) for name in _LISTS}
    return ArticleRecord(
        capture_id=capture_id, observed_at=observed_at, alternates=tuple(item.alternate), reader=READER, **values
    )


def placement_record(row: Placement, site: str, capture_id: str, observed_at: datetime) -> PlacementRecord:
    """One row of a list as it stood on one page at one moment."""
    return PlacementRecord(capture_id, observed_at, site, *_placement_values(row))


_placement_values = attrgetter(*PlacementRecord._fields[3:])  # of an item, where they have the same names
