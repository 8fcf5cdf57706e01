"""Rows from nothing: the WARC files are read again by the crawl's own code, into a new database (promise 3)."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

from archive.custody.manifest import read_manifest
from archive.errors import ConfigurationError, UsageError
from archive.home import IMPORTED, Home, sqlite_url
from archive.incoming.importing import describe, digest_of, imported_files, write_rows
from archive.incoming.revisits import resolve_revisits
from archive.lock import exclusive
from archive.ownership import open_own_database
from archive.rows.comparison import TableComparison, compare
from archive.rows.engine import Database, open_database
from archive.rows.migrations import check, upgrade
from archive.rows.reading import UnreadCapture
from archive.session import SiteRow
from archive.upkeep.rebuild import rebuild_file
from archive.upkeep.salvage import salvage
from archive.warc.growing import OPEN_SUFFIX
from crawler.sites import known_site, load_site
from crawler.sites.site import Site
from pipelines.importing import kind_of, write_known_sites
from pipelines.reread import Progress, read_unread


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What a rebuild made; `unreadable` counts captures whose record could not be read back."""

    database: str
    files: int
    captures: int
    articles: int
    damage: int
    unreadable: int


def rebuild(home: Home, url: str, progress: Progress = lambda what, done, total: None) -> Rebuilt:
    """Make all content rows again into the empty database at `url`. Raises UsageError where it is not empty."""
    database = _empty_database(url)
    try:
        return _rebuild(home, database, progress)
    finally:
        database.close()


def check_rebuild(home: Home, progress: Progress = lambda what, done, total: None) -> list[TableComparison]:
    """Make the rows again into a temporary database and hold them against the live ones.

    What a crash left is repaired first, so that both speak of the same files.
    """
    with exclusive(home, "rebuild --check"), tempfile.TemporaryDirectory(prefix="svodka-rebuild-") as folder:
        live = open_own_database(home)
        again = _empty_database(sqlite_url(Path(folder) / "rebuilt.db"))
        try:
            upgrade(live)
            salvage(home, live)
            _rebuild(home, again, progress)
            with live.reader() as ours, again.reader() as theirs:
                return compare(ours, theirs)
        finally:
            live.close()
            again.close()


def _empty_database(url: str) -> Database:
    database = open_database(url)
    if check(database) != "empty":
        database.close()
        raise UsageError(f"{database.url.render_as_string()}: is not empty; a rebuild goes into a database of its own")
    upgrade(database)
    return database


def _rebuild(home: Home, database: Database, progress: Progress) -> Rebuilt:
    """All files first: a revisit may refer to any of them. Those of others last: what they have of ours are copies."""
    sites = sorted(home.sites(), key=lambda name: name == IMPORTED)
    files = [(name, path) for name in sites for path in _warc_files(home, name)]
    base_urls: dict[str, str | None] = {}
    captures = damage = 0
    if any(name == IMPORTED for name, _ in files):
        write_known_sites(database)
    for number, (name, path) in enumerate(files):
        if name == IMPORTED:
            captures += write_rows(home, database, path, describe(path, digest_of(path)), kind_of).captures
        else:
            done = rebuild_file(database, name, path, _site_row)
            base_urls[done.name] = done.base_url
            captures, damage = captures + done.captures, damage + done.damage
        progress(path.name, number + 1, len(files))
    resolve_revisits(home, database)

    def site_of(capture: UnreadCapture) -> Site:
        known = known_site(capture.url) if capture.site == IMPORTED else None
        return known or _site(capture.site, base_urls.get(capture.warc_file))

    articles = unreadable = 0
    for name in sites:
        read, failed = read_unread(home, database, name, site_of, progress)
        articles, unreadable = articles + read, unreadable + failed
    return Rebuilt(database.url.render_as_string(), len(files), captures, articles, damage, unreadable)


def _warc_files(home: Home, name: str) -> list[Path]:
    """In the order in which they were closed: of a record that stands in two files the first one's is the capture."""
    folder = home.archive_folder(name)
    if name == IMPORTED:
        paths = imported_files(folder)
    else:
        paths = sorted([*folder.glob("*.warc.gz"), *folder.glob(f"*.warc.gz{OPEN_SUFFIX}")])
    numbers = {entry.file: entry.number for entry in read_manifest(home.manifest(name))}
    return sorted(paths, key=lambda path: numbers.get(path.name, len(numbers) + 1))


def _site(name: str, base_url: str | None) -> Site:
    site = load_site(name)
    return site.at(base_url) if base_url and base_url != site.base_url else site


def _site_row(name: str, base_url: str | None) -> SiteRow:
    try:
        site = _site(name, base_url)
    except (ConfigurationError, UsageError):  # a collection whose site file is gone
        return SiteRow(name, name, base_url or "", "UTC")
    return SiteRow(site.name, site.title, site.base_url, site.time_zone)
