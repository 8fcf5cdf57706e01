"""What is too long to be a key: an index of PostgreSQL takes rows of up to some 2,700 bytes and fails beyond.

A URL or a name of that length is some page's mistake or malice. It is left out where rows are made, so that they are
the same on SQLite; the page itself is in its WARC file.
"""

from __future__ import annotations

from dataclasses import replace

from archive.records import ArticleRecord, PlacementRecord

MOST_BYTES = 2400  # of the texts of a key together, in UTF-8
LONGEST_NAME = 600  # characters: of any script, so few bytes


def is_key(*texts: str) -> bool:
    """Whether these texts can be a key together."""
    return (
        sum(map(len, texts)) <= LONGEST_NAME or sum(len(each.encode(errors="replace")) for each in texts) <= MOST_BYTES
    )


def fitting(record: ArticleRecord) -> ArticleRecord:
    """The record without names that are too long to be any."""
    authors = tuple(each for each in record.authors if _is_name(each.name))
    mentions = tuple(each for each in record.mentions if _is_name(each.name))
    outlet = record.outlet if _is_name(record.outlet) else None
    if (len(authors), len(mentions), outlet) == (len(record.authors), len(record.mentions), record.outlet):
        return record
    return replace(record, authors=authors, mentions=mentions, outlet=outlet)


def fitting_row(record: PlacementRecord) -> PlacementRecord:
    """The row without a native id that is too long to be one."""
    return record if _is_name(record.native_id) else record._replace(native_id=None)


def _is_name(name: str | None) -> bool:
    return name is None or len(name) <= LONGEST_NAME
