"""Others' WARC, ARC and WACZ files: taken in as they are, and the pages of known sites read into rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from archive.errors import NothingFound
from archive.home import IMPORTED, Home
from archive.incoming.importing import Imported, import_file, inside_wacz
from archive.incoming.revisits import resolve_revisits
from archive.lock import exclusive
from archive.ownership import claim, open_own_database
from archive.records import PageKind
from archive.rows import writing
from archive.rows.engine import Database
from archive.rows.migrations import upgrade
from archive.rows.reading import UnreadCapture
from crawler.sites import known_site, load_site, site_names
from crawler.sites.site import Site
from pipelines.reread import Progress, read_unread


@dataclass(frozen=True, slots=True)
class ImportSummary:
    """What was taken in, by file, and how many articles were read from it."""

    files: tuple[Imported, ...]
    articles: int
    faults: tuple[str, ...] = ()  # what in a WACZ is not as it says itself, a line each


def import_files(
    home: Home, paths: Sequence[Path], progress: Progress = lambda what, done, total: None
) -> ImportSummary:
    """Import files; a file that is here already is passed over. Raises UsageError for what is no WARC, ARC or WACZ.

    Raises NothingFound where not one capture was in any of them.
    """
    with exclusive(home.create(), "import"):
        database = open_own_database(home)
        try:
            upgrade(database)
            claim(home, database)
            write_known_sites(database)
            done: list[Imported] = []
            faults: list[str] = []
            for number, path in enumerate(paths):
                files, differences = _import(home, database, path)
                done += files
                faults += differences
                progress(path.name, number + 1, len(paths))
            resolve_revisits(home, database)
            articles, _ = read_unread(home, database, IMPORTED, _site_of, progress)
        finally:
            database.close()
    if all(each.name is None for each in done):
        found = [f"{each.file}: {each.nothing_because}" for each in done]
        raise NothingFound("; ".join(found or (f"{path}: no capture was found" for path in paths)))
    return ImportSummary(tuple(done), articles, tuple(faults))


def kind_of(url: str) -> PageKind:
    """What kind of page a URL is on the site that knows it."""
    facts = site.facts(url) if (site := known_site(url)) else None
    return facts.page_kind if facts else "other"


def write_known_sites(database: Database) -> None:
    """Articles of imported pages belong to the sites they are of: these need their rows."""
    with database.writer() as conn:
        for site in map(load_site, site_names()):
            writing.write_site(conn, name=site.name, title=site.title, base_url=site.base_url, time_zone=site.time_zone)


def _site_of(capture: UnreadCapture) -> Site:
    site = known_site(capture.url)
    assert site is not None, capture  # or its kind were `other`, and nobody would read it
    return site


def _import(home: Home, database: Database, path: Path) -> tuple[list[Imported], tuple[str, ...]]:
    if path.suffix != ".wacz":
        return [import_file(home, database, path, kind_of)], ()
    with inside_wacz(path) as unpacked:
        return [import_file(home, database, each, kind_of) for each in unpacked.files], unpacked.faults
