"""A SQLite database is copied beside itself before it is changed: the copy is there whole, or not at all."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from archive.disk import sync_folder
from archive.errors import DiskFull, SvodkaError
from archive.rows.engine import Database


def copy_sqlite(db: Database) -> Path | None:
    """Copy a SQLite database, as `svodka.db.20260908T043700Z.bak`; nothing for PostgreSQL.

    Raises DiskFull or SvodkaError where the copy cannot be written; then nothing stays of it.
    """
    if db.path is None:
        return None
    copy = db.path.with_name(f"{db.path.name}.{datetime.now(UTC):%Y%m%dT%H%M%SZ}.bak")
    with _taken_away(copy.with_name(f"{copy.name}.part")) as part:
        try:
            _copy(db.path, part)
        except sqlite3.Error as error:
            kind = DiskFull if error.sqlite_errorcode == sqlite3.SQLITE_FULL else SvodkaError
            raise kind(
                f"{copy}: {error}; the database is as it was, and is changed only once there is a copy of it: "
                "make room for one and try again"
            ) from error
        part.rename(copy)
    sync_folder(copy.parent)
    return copy


def _copy(source: Path, target: Path) -> None:
    """SQLite itself has all of it on disk when the connection is closed."""
    with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(target)) as new:
        old.backup(new)


@contextmanager
def _taken_away(path: Path) -> Iterator[Path]:
    """A file, of which nothing stays under this name, nor of the journal that SQLite keeps beside it."""
    try:
        yield path
    finally:
        for each in (path, path.with_name(f"{path.name}-journal")):
            each.unlink(missing_ok=True)
