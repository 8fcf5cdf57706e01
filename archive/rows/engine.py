"""The database behind the rows: SQLite or PostgreSQL, one transaction a writer, readers that cannot write.

What is committed survives a power cut: SQLite runs in WAL mode with synchronous=FULL.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL
from sqlalchemy.exc import DatabaseError, OperationalError

from archive.errors import ConfigurationError, DamagedArchive, DiskFull, Locked, SvodkaError, UsageError
from archive.rows.as_json import to_json
from archive.rows.postgresql import postgresql_engine, told
from archive.rows.urls import parsed, public

__all__ = ["STREAMED", "Connection", "Database", "open_database"]

BUSY_TIMEOUT_MS = 30_000  # how long a writer waits for another process's transaction
STREAMED = {"stream_results": True, "yield_per": 2000}  # options of a SELECT whose rows come as they are asked for
CHECKPOINT_PAGES = 4000  # 16 MB of journal: a page that many commits change is copied into the database once


class Database:
    """Rows in SQLite or PostgreSQL. Safe to use from several threads; each call takes a connection of its own."""

    def __init__(self, url: URL) -> None:
        self.url = public(url)
        self.dialect: str = url.get_backend_name()
        make = _sqlite_engine if self.dialect == "sqlite" else postgresql_engine
        self._writing = make(url, read_only=False)
        self._reading = make(url, read_only=True)

    @property
    def path(self) -> Path | None:
        """The file of a SQLite database; None for PostgreSQL."""
        return Path(self.url.database or "") if self.dialect == "sqlite" else None

    @contextmanager
    def writer(self) -> Iterator[Connection]:
        """One transaction: committed at the end of the block, rolled back on any exception.

        On SQLite it begins IMMEDIATE: a transaction that reads first and is upgraded later fails with BUSY_SNAPSHOT.
        """
        with _reachable(self.url), self._writing.connect() as conn, conn.begin():
            yield conn

    @contextmanager
    def reader(self) -> Iterator[Connection]:
        """One consistent view of the rows, on a connection that refuses to write and ends with a rollback."""
        with _reachable(self.url), self._reading.connect() as conn:
            yield conn

    def close(self) -> None:
        """Give back every connection."""
        self._writing.dispose()
        self._reading.dispose()


def open_database(url: str) -> Database:
    """Open the database at a SQLAlchemy URL; tables are made by `archive.rows.migrations.upgrade`.

    Raises ConfigurationError where the URL is of no use or the PostgreSQL driver is not installed.
    """
    return Database(parsed(url))


@contextmanager
def _reachable(url: URL) -> Iterator[None]:
    """Say in one line that there is no database, no room for it, that it is damaged or held, instead of a traceback."""
    with _sqlite_reachable(url) if url.get_backend_name() == "sqlite" else _server_reachable(url):
        yield


@contextmanager
def _server_reachable(url: URL) -> Iterator[None]:
    try:
        yield
    except DatabaseError as error:
        if (line := told(url, error)) is None:
            raise
        raise line from error


@contextmanager
def _sqlite_reachable(url: URL) -> Iterator[None]:
    try:
        with _sound(url):
            yield
    except OperationalError as error:
        if _is_full(error.orig):
            where = url.render_as_string()
            raise DiskFull(f"{where}: {_first_line(error)}; what was acknowledged is safe") from error
        if _is_io_error(error.orig):
            raise SvodkaError(f"{url.render_as_string()}: {_first_line(error)}") from error
        if _is_busy(error.orig):
            raise Locked(
                f"{url.database}: another program has been writing to the database for {BUSY_TIMEOUT_MS / 1000:.0f} s "
                f"({_first_line(error)}); what was acknowledged is safe, try again when it has ended"
            ) from error
        if _may_not_be_written(url):
            raise UsageError(
                f"{url.database}: no permission to write beside it, which SQLite needs even to read: "
                "ask for it, or copy the data folder"
            ) from error
        if error.statement is None:  # it failed while connecting, not in a statement
            raise ConfigurationError(f"cannot open {url.render_as_string()}: {_first_line(error)}") from error
        raise


@contextmanager
def _sound(url: URL) -> Iterator[None]:
    """A damaged SQLite file is named with the remedy: its rows can be made again from the WARC files."""
    try:
        yield
    except DatabaseError as error:
        if _code(error.orig) not in (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT):
            raise
        raise DamagedArchive(
            f"{url.database}: the database is damaged ({_first_line(error)}): move it away, then "
            f"`svodka rebuild --into {url.database}` makes its rows again from the WARC files"
        ) from error


def _is_full(error: BaseException | None) -> bool:
    return getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL


def _is_io_error(error: BaseException | None) -> bool:
    return _code(error) == sqlite3.SQLITE_IOERR


def _is_busy(error: BaseException | None) -> bool:
    return _code(error) in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


def _may_not_be_written(url: URL) -> bool:
    path = Path(url.database or "").absolute()
    return path.exists() and not os.access(path.parent, os.W_OK)


def _code(error: BaseException | None) -> int:
    """SQLite's result code: the low byte of an extended one; 0 for other errors."""
    return (getattr(error, "sqlite_errorcode", None) or 0) & 0xFF


def _first_line(error: DatabaseError) -> str:
    return str(error.orig).partition("\n")[0]


def _sqlite_engine(url: URL, *, read_only: bool) -> Engine:
    engine = create_engine(
        (_as_it_stands(url) if read_only and _is_on_read_only_disk(url) else url).set(drivername="sqlite+pysqlite"),
        json_serializer=to_json,
        connect_args={"timeout": BUSY_TIMEOUT_MS / 1000},
    )

    @event.listens_for(engine, "connect")
    def configure(dbapi: Any, _record: Any) -> None:
        # SQLAlchemy, "pysqlite: legacy transaction mode": sqlite3 must not begin or commit by itself, or DDL and
        # reads would stand outside of the transaction.
        dbapi.isolation_level = None
        dbapi.execute("PRAGMA foreign_keys=ON")
        dbapi.execute("PRAGMA synchronous=FULL")
        dbapi.execute(f"PRAGMA wal_autocheckpoint={CHECKPOINT_PAGES}")
        dbapi.execute("PRAGMA query_only=ON" if read_only else "PRAGMA journal_mode=WAL")

    @event.listens_for(engine, "begin")
    def begin(conn: Connection) -> None:
        conn.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")

    return engine


def _is_on_read_only_disk(url: URL) -> bool:
    """Whether nobody can write to the file: a medium or a mount, not a lack of permission, which a crawl may have."""
    path = Path(url.database or "").absolute()
    return path.exists() and bool(os.statvfs(path).f_flag & os.ST_RDONLY)


def _as_it_stands(url: URL) -> URL:
    """The URL for a file that cannot change: SQLite reads it without the files that WAL mode keeps beside it.

    Raises UsageError where a part of the rows still stands in such a file, as it would not be read.
    """
    path = Path(url.database or "").absolute()
    journal = path.with_name(f"{path.name}-wal")
    if journal.exists() and journal.stat().st_size:
        raise UsageError(f"{journal}: is not merged into the database, and this disk is read-only: copy the folder")
    return url.set(database=f"file:{quote(str(path))}", query={"mode": "ro", "immutable": "1", "uri": "true"})
