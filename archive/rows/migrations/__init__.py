"""Brings a database to today's tables: a new one at once, an older one step by step after a backup, or not at all.

Alembic does the steps and is imported only where there are any: a crawl starts without it. All of an upgrade is one
transaction, on SQLite too.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Literal

from sqlalchemy import Connection, inspect

from archive.errors import NewerDatabase, UsageError
from archive.rows.engine import Database
from archive.rows.migrations.backup import copy_sqlite
from archive.rows.schema import metadata
from archive.rows.search_index import make_search_index
from archive.rows.views import make_views

HEAD = "0013"  # the newest migration in versions/; they are numbered
State = Literal["empty", "older", "current"]

Backup = Callable[[Database], Path | None]


def check(db: Database) -> State:
    """What an upgrade would have to do. Raises NewerDatabase where the database is ahead of this program."""
    with db.reader() as conn:
        return _state(db, revision(conn))


def require_current(db: Database) -> None:
    """For commands that only read. Raises UsageError where the tables are missing or older, or NewerDatabase."""
    state = check(db)
    if state == "empty":
        raise UsageError(f"{db.url.render_as_string()}: there are no tables yet; crawl first")
    if state == "older":
        raise UsageError(f"{db.url.render_as_string()} is of an older Svodka: run `svodka db upgrade`")


def upgrade(db: Database, backup: Backup | None = None) -> Path | None:
    """Bring the database to today's tables; returns the backup that was made before, if any.

    `backup` copies an existing database before it is changed; by default a SQLite file is copied beside itself and
    PostgreSQL is left to its own backups. Raises NewerDatabase, and DiskFull where there is no room for the copy.
    """
    with db.reader() as conn:
        state = _state(db, revision(conn))
    if state == "current":
        return None
    copy = (backup or copy_sqlite)(db) if state == "older" else None
    with db.writer() as conn:
        _lock(conn)
        if revision(conn) is None:
            _create(conn)
        elif revision(conn) != HEAD:
            _migrate(conn)
    return copy


def revision(conn: Connection) -> str | None:
    """The migration that the database stands at; None where it has no tables of ours."""
    if not inspect(conn).has_table("alembic_version"):
        return None
    return conn.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()


def _state(db: Database, found: str | None) -> State:
    if found is None:
        return "empty"
    if found == HEAD:
        return "current"
    if found.isdigit() and found < HEAD:
        return "older"
    raise NewerDatabase(
        f"{db.url.render_as_string()} was written by a newer Svodka (its tables stand at {found}, this program knows "
        f"{HEAD}): upgrade Svodka"
    )


def _lock(conn: Connection) -> None:
    """On PostgreSQL two runs may start at once; SQLite's transaction is IMMEDIATE already."""
    if conn.dialect.name == "postgresql":
        conn.exec_driver_sql("SELECT pg_advisory_xact_lock(hashtext('svodka upgrade'))")


def _create(conn: Connection) -> None:
    """All tables of a new database at once: the same that the migrations make, and 30 times as quick."""
    metadata.create_all(conn)
    conn.exec_driver_sql(
        "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL, "
        "CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num))"
    )
    conn.exec_driver_sql(f"INSERT INTO alembic_version VALUES ('{HEAD}')")  # noqa: S608
    make_search_index(conn)
    make_views(conn)


def _migrate(conn: Connection) -> None:
    from archive.rows.migrations.run import run_migrations

    run_migrations(conn)
    make_search_index(conn)
    make_views(conn)
