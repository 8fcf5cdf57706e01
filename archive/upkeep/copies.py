"""Records that stand in the archive twice: each is one capture, whatever files hold it, and however often they do.

A WARC-Record-ID is globally unique (WARC 1.1, 5.2), so a record with a known id was taken already: it gets no row, no
reading and no counter of its own. The id alone is not believed, as there are tools that give one id to many records,
and those of ARC have none: type, URL, time and content must be the same as well.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import Connection, select

from archive.errors import SvodkaError
from archive.home import Home
from archive.records import WrittenCapture
from archive.rows.engine import Database
from archive.rows.in_lists import SOME, chunks
from archive.rows.schema import capture
from archive.warc.reader import read_capture_at

_C = capture.c
_OF_URLS = select(
    _C.id, _C.url, _C.captured_at, _C.record_type, _C.entity_digest, _C.warc_file, _C.offset
).where(_C.url.in_(SOME))  # fmt: skip


class Known(Protocol):
    """A capture as far as it matters here: a row of the database, or one that is to be written."""

    @property
    def id(self) -> str:
        """The capture's id."""

    @property
    def url(self) -> str:
        """WARC-Target-URI."""

    @property
    def captured_at(self) -> datetime:
        """WARC-Date."""

    @property
    def record_type(self) -> str:
        """`response`, `revisit`, `resource` or `request`."""

    @property
    def entity_digest(self) -> str | None:
        """Of the content."""

    @property
    def warc_file(self) -> str:
        """The file that holds it."""

    @property
    def offset(self) -> int:
        """Of its record, in bytes."""


def copies(database: Database, home: Home, found: Sequence[WrittenCapture]) -> dict[str, Known]:
    """Those of `found` whose record is a copy: by capture id, with the capture that the archive has of the record.

    `found` are captures of one file in the order of their offsets. Of two in that file the first is the capture.
    """
    others: dict[tuple[Any, ...], list[Known]] = defaultdict(list)
    with database.reader() as conn:
        for row in (*_rows_of_urls(conn, {each.url for each in found}), *found):
            others[_likeness(row)].append(row)
    return {each.id: first for each in found if (first := _first(home, each, others[_likeness(each)]))}


def _rows_of_urls(conn: Connection, urls: set[str]) -> list[Any]:
    return [row for some in chunks(urls) for row in conn.execute(_OF_URLS, {"some": some})]


def _likeness(row: Known) -> tuple[Any, ...]:
    return row.url, row.captured_at, row.record_type, row.entity_digest


def _first(home: Home, row: WrittenCapture, alike: Sequence[Known]) -> Known | None:
    """The capture that `row` is a copy of; the files are asked for ids only where there is one that is alike."""
    before = [each for each in alike if each.warc_file != row.warc_file or each.offset < row.offset]
    if not before:
        return None
    own = _record_id(home, row)
    return next((each for each in before if own is not None and _record_id(home, each) == own), None)


def _record_id(home: Home, row: Known) -> str | None:
    try:
        return read_capture_at(home.find_warc(row.warc_file), row.offset).record.id
    except SvodkaError:  # damaged since, or gone: nothing shows that it is the same
        return None
