"""The captures that a WACZ takes: those that were asked for, and all that is needed to show them.

Needed are the originals of revisit records (WARC 1.1, 6.7), the targets of redirects, and the requisites of pages:
of each the capture nearest in time.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, or_, select

from archive.errors import NothingFound
from archive.exports.requisites import requisite_urls
from archive.exports.selection import Selection
from archive.home import Home
from archive.rows.in_lists import chunks
from archive.rows.schema import article_url, capture, reading
from archive.warc.reader import read_capture_at

Captures = dict[str, Row[Any]]

# No more columns than are looked at: every capture of an archive may be here at once.
_c = capture.c
_CAPTURE: Select[Any] = select(
    _c.id, _c.site, _c.url, _c.captured_at, _c.record_type, _c.page_kind, _c.status, _c.mime, _c.location, _c.refers_to,
    _c.warc_file, _c.offset, _c.request_offset, _c.metadata_offset,
)  # fmt: skip


def pick(conn: Connection, home: Home, selection: Selection) -> Captures:
    """The captures by id. Raises NothingFound where the selection holds none, DamagedArchive where one is damaged."""
    found = {row.id: row for row in conn.execute(_asked_for(selection))}
    if not found:
        raise NothingFound("nothing was captured of what was asked for")
    _add_needed(conn, home, found, selection)
    return found


def _asked_for(selection: Selection) -> Select[Any]:
    wanted = _CAPTURE.where(*selection.of_capture())
    if selection.articles is None:
        return wanted
    read = select(reading.c.capture_id).where(reading.c.article_id.in_(selection.articles))
    named = select(article_url.c.url).where(article_url.c.article_id.in_(selection.articles))
    fetched = select(capture.c.url).where(capture.c.id.in_(read))
    # A capture at the article's URL counts even where nothing was read from it: a 404 says something too.
    return wanted.where(
        or_(
            capture.c.id.in_(read),
            capture.c.url.in_(named),
            capture.c.url.in_(fetched),
            capture.c.location.in_(fetched),
        )
    )


def _add_needed(conn: Connection, home: Home, found: Captures, selection: Selection) -> None:
    looked_for: set[str] = set()
    new: Iterable[Row[Any]] = list(found.values())
    while new:
        originals = {row.refers_to for row in new if row.refers_to} - found.keys()
        needed = list(_by_id(conn, originals))
        for row in new:
            urls = _needed_by(home, row, pages=not selection.has_all_of(row.site)) - looked_for
            looked_for |= urls
            needed += _nearest(conn, row.site, urls, row.captured_at)
        new = [row for row in {row.id: row for row in needed}.values() if row.id not in found]
        found.update({row.id: row for row in new})


def _needed_by(home: Home, row: Row[Any], *, pages: bool) -> set[str]:
    urls = {row.location} if row.location else set()
    if pages and row.record_type in ("response", "resource") and row.status == 200:
        urls |= requisite_urls(read_capture_at(home.warc_path(row.site, row.warc_file), row.offset), row.mime)
    return urls


def _by_id(conn: Connection, ids: Collection[str]) -> Iterable[Row[Any]]:
    for some in chunks(ids):
        yield from conn.execute(_CAPTURE.where(capture.c.id.in_(some)))


def _nearest(conn: Connection, site: str, urls: Collection[str], at: datetime) -> Iterable[Row[Any]]:
    """Of each URL the capture with an answer that is nearest to `at`."""
    best: dict[str, Row[Any]] = {}
    for some in chunks(urls):
        captured = _CAPTURE.where(capture.c.url.in_(some), capture.c.site == site, capture.c.record_type != "request")
        for row in conn.execute(captured.order_by(capture.c.captured_at)):
            known = best.get(row.url)
            if known is None or abs(row.captured_at - at) < abs(known.captured_at - at):
                best[row.url] = row
    return best.values()
