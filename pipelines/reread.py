"""Captures that are kept but not read (a crash came between) are read from the WARC files, by the crawl's own code."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence

from archive.errors import SvodkaError
from archive.home import Home
from archive.projection import write_readings
from archive.records import QuarantineRecord, ReadState, UnitOfWork
from archive.rows import writing
from archive.rows.engine import Database
from archive.rows.reading import UnreadCapture, captures_to_read, unread_ids
from archive.session import Session
from archive.warc.reader import StoredCapture, read_capture_at
from archive.warc.repeated import body_of
from crawler.extraction.read import read_page
from crawler.extraction.reader import PageReading
from crawler.fetching.answer import Answer, judge, not_modified, of_capture, page_of
from crawler.items import PageItem
from crawler.sites.site import Site
from crawler.spiders.discovering import article_priority, discoveries
from pipelines.keep import keep

BATCH = 50

logger = logging.getLogger(__name__)

SiteOf = Callable[[UnreadCapture], Site]
Progress = Callable[[str, int, int], object]


def reread_unread(session: Session, site: Site) -> int:
    """Read what the last run kept but did not come to read; returns how many captures.

    What cannot be read back stays unread: `verify` names it, and a file put back from a copy is read by the next run.
    """
    read = 0
    for _, some in _unread(session.database, session.site):
        units = [unit for each in some if (unit := _with_links(session, site, each))]
        session.commit(units)
        read += len(units)
    return read


def read_unread(
    home: Home,
    database: Database,
    collection: str,
    site_of: SiteOf,
    progress: Progress = lambda what, done, total: None,
) -> tuple[int, int]:
    """Read what is unread in a collection, without a session: nothing is to be fetched of it.

    Returns how many articles were read, and how many captures could not be read back.
    """
    articles = unreadable = done = 0
    for total, some in _unread(database, collection):
        units = []
        for capture in some:
            try:
                units.append(read_again(home, site_of(capture), capture)[0])
            except SvodkaError:
                unreadable += 1
        _write(database, units)
        articles += sum(len(unit.articles) for unit in units)
        done += len(some)
        progress(f"{collection}: pages", done, total)
    return articles, unreadable


def _unread(database: Database, collection: str) -> Iterator[tuple[int, list[UnreadCapture]]]:
    """What is unread now, a batch at a time, each with how many there are in all."""
    with database.reader() as conn:
        waiting = unread_ids(conn, collection)
    for start in range(0, len(waiting), BATCH):
        with database.reader() as conn:
            some = captures_to_read(conn, waiting[start : start + BATCH])
        yield len(waiting), some


def _write(database: Database, units: Sequence[UnitOfWork]) -> None:
    states: dict[str, ReadState] = {}
    for unit in units:
        states.update(unit.read_states)
    with database.writer() as conn:
        writing.set_read_states(conn, states)
        write_readings(conn, units, states)


def read_again(home: Home, site: Site, capture: UnreadCapture) -> tuple[UnitOfWork, PageReading | None]:
    """What a stored capture says, as records; the reading as well where the page was to be read.

    Raises DamagedArchive or NothingFound where the capture, or the original of a revisit, cannot be read back.
    """
    work = UnitOfWork()
    stored = read_capture_at(home.warc_path(capture.site, capture.warc_file), capture.offset)
    answer = _answer(home, stored, capture)
    verdict = judge(answer, capture.page_kind)
    if verdict.state is not None:
        work.read_states[capture.id] = verdict.state
        return work, None
    try:
        reading = read_page(page_of(answer, capture.url, stored.captured_at, capture.page_kind), site)
    except Exception as error:  # as in the crawl: a page that the reader fails on is set aside, not the end
        work.quarantine.append(QuarantineRecord(capture.id, "reader_error", f"{type(error).__name__}: {error}"))
        work.read_states[capture.id] = "failed"
        return work, None
    work.read_states[capture.id] = "failed" if reading.unreadable else "read"
    item = PageItem(capture.id, reading.article, reading.placements, reading.unreadable)
    keep(item, work, site.name, stored.captured_at)
    return work, reading


def _with_links(session: Session, site: Site, capture: UnreadCapture) -> UnitOfWork | None:
    """With the pages that it names: its row of the frontier was not acknowledged, so nobody else names them.

    None where it cannot be read back.
    """
    try:
        work, reading = read_again(session.home, site, capture)
    except SvodkaError as error:
        logger.warning("%s: kept, but cannot be read back: %s", capture.url, error)
        return None
    if reading is not None:
        facts = site.facts(capture.url)
        priority = article_priority(site, facts.native_id if facts else None)
        # The list is followed when the page is fetched again.
        work.discoveries += discoveries(site, reading, capture.url, priority, follow=False)
    return work


def _answer(home: Home, stored: StoredCapture, capture: UnreadCapture) -> Answer:
    """What was answered; of a revisit the original's payload; nothing of what a rendering was made from."""
    if capture.render == "always" and stored.record_type != "resource":
        return Answer(None, {}, b"", whole=False)
    if stored.record_type != "revisit":
        return _of_whole(stored)
    if capture.original_file is None or capture.original_offset is None:
        return Answer(stored.status, {}, b"", whole=False)
    original = read_capture_at(home.find_warc(capture.original_file), capture.original_offset)
    if not original.may_be_read:
        return _of_whole(original)
    found = not_modified(original, original.captured_at) if stored.status == 304 else of_capture(original)
    if stored.status in (304, None):  # without a head of its own a revisit is as its original was
        return found
    body = body_of(stored, original)
    return Answer(stored.status, of_capture(stored).headers, body.data, whole=found.whole and body.complete)


def _of_whole(stored: StoredCapture) -> Answer:
    return of_capture(stored) if stored.may_be_read else Answer(stored.status, {}, b"", whole=False)
