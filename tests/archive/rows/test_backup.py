"""The copy that is made before a database is changed is whole, or there is none and the database stays as it was."""

from __future__ import annotations

import resource
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from archive.errors import SvodkaError
from archive.rows.engine import Database, open_database
from archive.rows.migrations import revision, upgrade
from archive.rows.migrations.backup import copy_sqlite


@pytest.fixture
def older(tmp_path: Path, samples) -> Iterator[Database]:
    """A database with twenty captures, of the version before today's."""
    database = open_database(f"sqlite:///{tmp_path}/svodka.db")
    upgrade(database)
    samples.begin(database, captures=20)
    with database.writer() as conn:
        conn.exec_driver_sql("DROP VIEW capture_location")
        conn.exec_driver_sql("ALTER TABLE capture DROP COLUMN stray_bytes")
        conn.exec_driver_sql("UPDATE alembic_version SET version_num = '0008'")
    yield database
    database.close()


@contextmanager
def file_size_limit(size: int) -> Iterator[None]:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_copy_has_every_row(older: Database, tmp_path: Path) -> None:
    copy = copy_sqlite(older)
    assert copy is not None
    assert list(tmp_path.glob("*.bak*")) == [copy]
    with closing(sqlite3.connect(copy)) as conn:
        assert conn.execute("SELECT COUNT(*) FROM capture").fetchone() == (20,)


def test_where_there_is_no_room_for_a_copy_nothing_is_changed_and_nothing_is_left(
    older: Database, tmp_path: Path
) -> None:
    with file_size_limit(100_000), pytest.raises(SvodkaError, match="the database is as it was"):
        upgrade(older)
    assert list(tmp_path.glob("*.bak*")) == []
    with older.reader() as conn:
        assert revision(conn) == "0008"
    upgrade(older)
    assert len(list(tmp_path.glob("*.bak"))) == 1
