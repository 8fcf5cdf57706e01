"""Transactions are whole, readers cannot write, and mistakes are told in one line."""

import sqlite3
from contextlib import closing

import pytest
from sqlalchemy.exc import DBAPIError

from archive.errors import ConfigurationError, Locked, UsageError
from archive.rows import engine
from archive.rows.engine import Database, open_database
from archive.rows.schema import host_pace


def _hosts(database: Database) -> list[str]:
    with database.reader() as conn:
        return list(conn.scalars(host_pace.select().with_only_columns(host_pace.c.host)))


def test_a_writer_commits_at_the_end(database: Database) -> None:
    with database.writer() as conn:
        conn.execute(host_pace.insert().values(host="vpk.name"))
    assert _hosts(database) == ["vpk.name"]


def test_a_writer_that_fails_leaves_nothing(database: Database) -> None:
    with pytest.raises(RuntimeError, match="half way"), database.writer() as conn:
        conn.execute(host_pace.insert().values(host="vpk.name"))
        raise RuntimeError("half way")
    assert _hosts(database) == []


def test_ddl_is_rolled_back_too(database: Database) -> None:
    with pytest.raises(RuntimeError), database.writer() as conn:
        conn.exec_driver_sql("CREATE TABLE half (a INTEGER)")
        raise RuntimeError
    with pytest.raises(DBAPIError), database.reader() as conn:
        conn.exec_driver_sql("SELECT * FROM half")


def test_a_reader_cannot_write(database: Database) -> None:
    with pytest.raises((DBAPIError, UsageError), match=r"readonly|read-only"), database.reader() as conn:
        conn.execute(host_pace.insert().values(host="vpk.name"))


def test_a_reader_sees_one_moment(database: Database) -> None:
    with database.reader() as conn:
        assert conn.scalar(host_pace.select()) is None
        with database.writer() as other:
            other.execute(host_pace.insert().values(host="vpk.name"))
        assert conn.scalar(host_pace.select()) is None


def test_foreign_keys_hold(database: Database) -> None:
    from archive.rows.schema import quarantine

    with pytest.raises(DBAPIError, match=r"(?i)foreign key"), database.writer() as conn:
        conn.execute(quarantine.insert().values(capture_id="nobody", reason="x"))


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("nonsense", "is not the URL of a database"),
        ("sqlite://", "stand in a file"),
        ("mysql://localhost/x", "mysql"),
        ("sqlite:////nowhere/at/all/svodka.db", "unable to open database file"),
        ("postgresql://svodka@/x?host=/nowhere", "cannot open"),
    ],
)
def test_a_wrong_url_is_told_in_one_line(url: str, says: str) -> None:
    with pytest.raises(ConfigurationError, match=says) as raised:
        database = open_database(url)
        with database.reader():
            pass
    assert "\n" not in str(raised.value)


def test_a_database_that_another_program_holds_is_told_in_one_line(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(engine, "BUSY_TIMEOUT_MS", 50)
    database = open_database(f"sqlite:///{tmp_path}/svodka.db")
    with database.writer() as conn:
        conn.exec_driver_sql("CREATE TABLE t (x INTEGER)")
    with closing(sqlite3.connect(tmp_path / "svodka.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        told = pytest.raises(Locked, match=r"svodka\.db: another program .* \(database is locked\)")
        with told as raised, database.writer():
            pass
        with database.reader() as conn:  # those who only read do not wait
            assert conn.exec_driver_sql("SELECT count(*) FROM t").scalar() == 0
        other.rollback()
    with database.writer() as conn:
        conn.exec_driver_sql("INSERT INTO t VALUES (1)")
    database.close()
    assert "\n" not in str(raised.value)


def test_sqlite_is_set_for_power_cuts(tmp_path) -> None:
    database = open_database(f"sqlite:///{tmp_path}/svodka.db")
    with database.writer() as conn:
        pragmas = {
            name: conn.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        }
    database.close()
    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}
