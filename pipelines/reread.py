"""Captures that were kept but not read (a crash came between) are read from the WARC files, by the same code."""

from __future__ import annotations

from archive.records import UnitOfWork
from archive.rows.reading import UnreadCapture, unread_captures
from archive.session import Session
from archive.warc.reader import StoredCapture, read_capture_at
from crawler.extraction.page import Page
from crawler.extraction.reader import read_page
from crawler.items import PageItem
from crawler.sites.site import Site
from crawler.spiders.aggregator import READ_KINDS
from crawler.spiders.discovering import article_priority, discoveries
from pipelines.keep import keep

BATCH = 50


def reread_unread(session: Session, site: Site) -> int:
    """Read what the last run kept but did not come to read; returns how many captures."""
    with session.database.reader() as conn:
        waiting = unread_captures(conn, session.site)
    for start in range(0, len(waiting), BATCH):
        session.commit([_reread(session, site, each) for each in waiting[start : start + BATCH]])
    return len(waiting)


def _reread(session: Session, site: Site, capture: UnreadCapture) -> UnitOfWork:
    stored = read_capture_at(session.home.warc_path(session.site, capture.warc_file), capture.offset)
    work = UnitOfWork()
    if stored.status not in (None, 200) or capture.page_kind not in READ_KINDS:
        work.read_states[capture.id] = "not_content"
        return work
    work.read_states[capture.id] = "read"
    reading = read_page(as_page(stored, capture), site)
    facts = site.facts(capture.url)
    priority = article_priority(site, facts.native_id if facts else None)
    # The list is followed when the page is fetched again: its row of the frontier was not acknowledged.
    work.discoveries += discoveries(site, reading, capture.url, priority, follow=False)
    keep(
        PageItem(capture.id, reading.article, reading.placements, reading.unreadable),
        work,
        site.name,
        stored.captured_at,
    )
    return work


def as_page(stored: StoredCapture, capture: UnreadCapture) -> Page:
    """A stored page as the reader takes it."""
    return Page(
        url=capture.url,
        body=stored.body.data,
        content_type=_content_type(stored),
        fetched_at=stored.captured_at,
        page_kind=capture.page_kind,
    )


def _content_type(stored: StoredCapture) -> str | None:
    for name, value in stored.http_headers:
        if name.lower() == b"content-type":
            return value.decode("latin-1")
    return "text/html; charset=utf-8" if stored.record_type == "resource" else None
