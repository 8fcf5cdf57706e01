"""`svodka reextract`: today's reader over the WARC files; only what it reads differently is written.

Reading is done in parallel, in pieces of a WARC file; writing by the one session that holds the data folder.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from itertools import groupby
from pathlib import Path

from sqlalchemy import Connection, select, update

from archive.errors import NothingFound, SvodkaError, UsageError
from archive.failpoints import failpoint
from archive.home import IMPORTED, Home
from archive.monitoring.coverage import ARTICLE_FIELDS, COUNTERS, write_coverage
from archive.ownership import open_own_database
from archive.records import UnitOfWork
from archive.rows.changes import Changes, FieldChange
from archive.rows.migrations import require_current
from archive.rows.reading import UnreadCapture, captures_to_read, pages_to_reread
from archive.rows.said import Said, said_by_rows, said_by_unit
from archive.rows.schema import capture, reading
from archive.rows.schema import site as site_table
from archive.session import Session, SiteRow
from archive.upkeep.rebuild import base_url_of
from archive.warc.gzip_members import mapped
from crawler.extraction.reader import READER
from crawler.sites import known_site, load_site
from crawler.sites.site import Site
from pipelines.reread import read_again
from pipelines.worker_pool import each_done

PIECE = 100  # captures that a worker reads at a time
BATCH = 50  # captures that are written in one transaction
WORTH_A_PROCESS = 500  # a worker needs a second to start: for fewer pages it is not worth it

Progress = Callable[[str, int, int], object]
SiteOf = Callable[[UnreadCapture], Site | None]


@dataclass(frozen=True, slots=True)
class Piece:
    """Captures of one WARC file, by id, to be read by one worker."""

    home: Path
    site: Site
    file: str
    captures: tuple[str, ...]


@dataclass(slots=True)
class PieceReading:
    """What a worker found: the units that differ from the rows, what reads as before, what cannot be read back."""

    changed: list[tuple[UnitOfWork, Said, Said]] = field(default_factory=list)
    same: list[str] = field(default_factory=list)
    damaged: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Reextracted:
    """How it went, in captures; `fields` says what changed. Damaged ones (see `svodka verify`) keep their rows."""

    site: str
    pages: int
    changed: int
    damaged: int
    fields: tuple[FieldChange, ...]


def reextract(
    home: Home,
    site: str | Site,
    *,
    missing: str | None = None,
    since: datetime | None = None,
    workers: int | None = None,
    at_a_time: int = PIECE,
    progress: Progress = lambda what, done, total: None,
) -> Reextracted:
    """Read the archive of a site again. `workers`: processes; as many as there are processors where it is worth it.

    `at_a_time`: captures that a worker takes. Raises UsageError, and what opening a session raises.
    """
    if missing is not None and missing not in (*ARTICLE_FIELDS, *COUNTERS):
        raise UsageError(f"--missing {missing}: one of {', '.join((*ARTICLE_FIELDS, *COUNTERS))}")
    name, site_of = (site, _sites_of(home, site)) if isinstance(site, str) else (site.name, _on_its_hosts(home, site))
    options = {"missing": missing, "since": since.isoformat() if since else None}
    with Session(home, _site_row(home, name), command="reextract", options=options) as session:
        with session.database.reader() as conn:
            pieces = list(_pieces(home, site_of, pages_to_reread(conn, name, since=since, missing=missing), at_a_time))
        found = _reread(session, pieces, workers, progress)
        session.ended("finished")
    return found


def _reread(session: Session, pieces: Sequence[Piece], workers: int | None, progress: Progress) -> Reextracted:
    changes, runs = Changes(), set[str]()
    total, done, changed, damaged = sum(len(piece.captures) for piece in pieces), 0, 0, 0
    count = workers or (1 if total < WORTH_A_PROCESS else os.cpu_count() or 1)
    for piece, found in each_done(read_piece, pieces, count):
        done += len(piece.captures)
        if found is None:
            damaged += len(piece.captures)
            continue
        _write(session, found, changes, runs)
        changed, damaged = changed + len(found.changed), damaged + len(found.damaged)
        progress(piece.file, done, total)
    for run_id in sorted(runs):
        with session.database.writer() as conn:
            write_coverage(conn, run_id)
    session.tally.failures = damaged
    return Reextracted(session.site, total, changed, damaged, tuple(changes))


def read_piece(piece: Piece) -> PieceReading:
    """Read captures again and hold each against its rows; nothing is written."""
    failpoint("reextract.piece")
    home, found = Home(piece.home), PieceReading()
    database = open_own_database(home)
    try:
        with database.reader() as conn:
            before = said_by_rows(conn, piece.captures)
            captures = captures_to_read(conn, piece.captures)
    finally:
        database.close()
    for each in captures:
        try:
            unit, _ = read_again(home, piece.site, each)
        except SvodkaError:
            found.damaged.append(each.id)
            continue
        after = said_by_unit(unit, each.id)
        if after == before[each.id]:
            found.same.append(each.id)
        else:
            found.changed.append((unit, before[each.id], after))
    return found


def _write(session: Session, found: PieceReading, changes: Changes, runs: set[str]) -> None:
    for start in range(0, len(found.changed), BATCH):
        batch = found.changed[start : start + BATCH]
        units = [unit for unit, _, _ in batch]
        with session.database.reader() as conn:
            for unit, before, after in batch:
                changes.add(conn, unit, before, after)
            runs.update(_runs_of(conn, [capture_id for unit in units for capture_id in unit.read_states]))
        session.rewrite(units)
    read_by_today = reading.c.capture_id.in_(found.same), reading.c.reader != READER
    with session.database.writer() as conn:
        conn.execute(update(reading).where(*read_by_today).values(reader=READER))


def _runs_of(conn: Connection, capture_ids: Sequence[str]) -> set[str]:
    return set(conn.scalars(select(capture.c.run_id).where(capture.c.id.in_(capture_ids)).distinct()))


def _pieces(home: Home, site_of: SiteOf, pages: Iterable[UnreadCapture], at_a_time: int) -> Iterator[Piece]:
    for file, captures in groupby(pages, key=lambda page: page.warc_file):
        sites: dict[str, tuple[Site, list[str]]] = {}
        for page in captures:
            if (site := site_of(page)) is not None:
                sites.setdefault(site.name, (site, []))[1].append(page.id)
        for site, ids in sites.values():
            for start in range(0, len(ids), at_a_time):
                yield Piece(home.path, site, file, tuple(ids[start : start + at_a_time]))


def _sites_of(home: Home, name: str) -> SiteOf:
    """By whose rules the captures of a collection are read. Raises UsageError where there is no such site file."""
    if name == IMPORTED:
        return lambda page: known_site(page.url)
    return _on_its_hosts(home, load_site(name))


def _on_its_hosts(home: Home, site: Site) -> SiteOf:
    """The site on the host from which a WARC file was fetched; on its own where the file cannot say."""

    @cache
    def of_file(name: str) -> Site:
        try:
            with mapped(home.warc_path(site.name, name)) as source:
                base_url = base_url_of(source)
        except SvodkaError:
            return site
        return site.at(base_url) if base_url and base_url != site.base_url else site

    return lambda page: of_file(page.warc_file)


def _site_row(home: Home, name: str) -> SiteRow:
    """The site's row as it is. Raises NothingFound where the archive does not have it."""
    database = open_own_database(home)
    try:
        require_current(database)
        with database.reader() as conn:
            row = conn.execute(select(site_table).where(site_table.c.name == name)).first()
    finally:
        database.close()
    if row is None:
        raise NothingFound(f"{name}: no page of it is in this archive")
    return SiteRow(*row)
