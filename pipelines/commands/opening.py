"""The archive that `--home` names, opened for a command; where there is none, the user is told what to do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from archive.errors import UsageError
from pipelines.commands.before import given

if TYPE_CHECKING:
    from archive.home import Home
    from archive.rows.engine import Connection, Database


def given_home() -> Home:
    """The data folder, whether it is there or not. Raises UsageError where a file stands in its place."""
    from archive.home import Home

    if given.home.is_file():
        raise UsageError(f"{given.home}: is a file; --home names a folder")
    return Home(given.home)


def existing_home() -> Home:
    """The data folder. Raises UsageError where it is not there."""
    home = given_home()
    if not home.path.is_dir():
        raise UsageError(f"{home.path}: there is no archive; crawl one, or name it with --home")
    return home


@contextmanager
def opened_database(*, checked: bool = True) -> Iterator[Database]:
    """The archive's database, closed behind the command; `checked` against this program's schema.

    Raises UsageError where there is none, NewerDatabase where it is newer than the program.
    """
    from archive.ownership import open_own_database
    from archive.rows.migrations import require_current

    home = existing_home()
    database = open_own_database(home)
    try:
        _require_database(home, database)
        if checked:
            require_current(database)
        yield database
    finally:
        database.close()


def _require_database(home: Home, database: Database) -> None:
    """An empty file is no database, either: what a crash or a full disk left of one."""
    path = database.path
    if path is None or (path.exists() and path.stat().st_size):
        return
    if any(home.path.glob("collections/*/archive/*.*arc*")):
        raise UsageError(
            f"{path}: there is no database, but there are WARC files: "
            f"`svodka rebuild --into {path}` makes its rows again from them"
        )
    raise UsageError(f"{home.path}: there is no database yet; crawl first")


def home_of_collection(site: str) -> Home:
    """The data folder. Raises UsageError where it has no collection of that name."""
    home = existing_home()
    if site not in (known := home.sites()):
        raise UsageError(f"{site}: not in this archive; it has {', '.join(known) or 'no collection'}")
    return home


def sites_of_archive(conn: Connection, site: str | None) -> list[str]:
    """The sites of the archive, or the one that is asked for. Raises UsageError where it is not there."""
    from archive.rows.reading import sites

    known = sites(conn)
    if site is not None and site not in known:
        raise UsageError(f"{site}: not in this archive; it has {', '.join(known) or 'no site'}")
    return [site] if site else known
