"""However a PostgreSQL server, its roles and databases are set up: the same values, or one line."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest
from sqlalchemy import inspect, select, text

from archive.errors import ConfigurationError, Locked, SvodkaError, UsageError
from archive.rows import postgresql as how_it_is_opened
from archive.rows.engine import Database, open_database
from archive.rows.migrations import require_current, upgrade
from archive.rows.schema import host_pace

if TYPE_CHECKING:
    from tests.archive.conftest import PostgreSQL

pytestmark = pytest.mark.postgres


def execute(url: str, *statements: str) -> None:
    """As the server's owner."""
    import psycopg

    with psycopg.connect(url, autocommit=True) as conn:
        for statement in statements:
            conn.execute(statement)


@contextmanager
def opened(url: str) -> Iterator[Database]:
    database = open_database(url)
    try:
        yield database
    finally:
        database.close()


@pytest.fixture
def empty(postgresql: PostgreSQL) -> str:
    """The URL of a database without tables."""
    return postgresql.empty()


@pytest.fixture
def role(empty: str) -> Iterator[str]:
    """The URL of the same database as a role that owns nothing."""
    execute(empty, "CREATE ROLE guest LOGIN")
    yield empty.replace("svodka@", "guest@")
    execute(empty, "DROP OWNED BY guest", "DROP ROLE guest")


# --- what is set elsewhere ---------------------------------------------------------------------------------------


def test_the_rows_stand_in_the_schema_that_the_url_names(empty: str) -> None:
    execute(empty, "DROP SCHEMA IF EXISTS news CASCADE", "CREATE SCHEMA news")
    with opened(f"{empty}&options={quote('-c search_path=news')}") as database:
        upgrade(database)
        require_current(database)
    with opened(empty) as database, database.reader() as conn:
        assert inspect(conn).has_table("capture", schema="news")
        assert not inspect(conn).has_table("capture", schema="public")


def test_the_rows_stand_in_the_schema_that_the_environment_names(empty: str, monkeypatch: pytest.MonkeyPatch) -> None:
    execute(empty, "DROP SCHEMA IF EXISTS news CASCADE", "CREATE SCHEMA news")
    monkeypatch.setenv("PGOPTIONS", "-c search_path=news")
    with opened(empty) as database, database.reader() as conn:
        assert conn.scalar(text("SHOW search_path")) == "news"
        assert conn.scalar(text("SHOW timezone")) == "UTC"


def test_values_are_the_same_whatever_the_role_is_set_to(role: str, empty: str) -> None:
    settings = {
        "timezone": "Europe/Moscow", "datestyle": "German", "extra_float_digits": "-10", "client_encoding": "WIN1251",
        "bytea_output": "escape", "intervalstyle": "iso_8601",
    }  # fmt: skip
    execute(empty, *(f"ALTER ROLE guest SET {name} = '{value}'" for name, value in settings.items()))
    moment = datetime(2025, 9, 8, 4, 5, 6, 789, tzinfo=UTC)
    asked = "SELECT CAST(:moment AS timestamptz), CAST(CAST(:moment AS timestamptz) AS text), 0.1::float8 + 0.2, '漢'"
    with opened(role) as database, database.reader() as conn:
        found = tuple(conn.execute(text(asked), {"moment": moment}).one())
    assert found == (moment, "2025-09-08 04:05:06.000789+00", 0.1 + 0.2, "漢")


@pytest.mark.parametrize("encoding", ["SQL_ASCII", "WIN1251"])
def test_a_database_that_does_not_hold_every_text_is_refused(empty: str, encoding: str) -> None:
    name = f"svodka_{encoding.lower()}"
    execute(
        empty,
        f"CREATE DATABASE {name} ENCODING '{encoding}' TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C'",
    )
    with (
        opened(empty.replace("svodka_empty", name)) as database,
        pytest.raises(ConfigurationError, match=f"encoding {encoding}.*--encoding UTF8"),
    ):
        upgrade(database)


# --- what is refused ----------------------------------------------------------------------------------------------


def test_a_role_that_may_make_no_tables_is_told(role: str, empty: str) -> None:
    execute(empty, "GRANT USAGE ON SCHEMA public TO guest")
    with (
        opened(role) as database,
        pytest.raises(UsageError, match=r"permission denied for schema public.*GRANT") as told,
    ):
        upgrade(database)
    assert "\n" not in str(told.value)


def test_a_role_that_may_use_no_schema_is_told(role: str) -> None:
    with opened(role) as database, pytest.raises(ConfigurationError, match="search_path"):
        upgrade(database)


def test_a_role_that_may_only_read_reads_and_is_told(role: str, empty: str) -> None:
    with opened(empty) as database:
        upgrade(database)
    execute(empty, "GRANT USAGE ON SCHEMA public TO guest", "GRANT SELECT ON ALL TABLES IN SCHEMA public TO guest")
    with opened(role) as database:
        require_current(database)
        with pytest.raises(UsageError, match="permission denied for table host_pace"), database.writer() as conn:
            conn.execute(host_pace.insert().values(host="vpk.name"))


def test_a_wrong_parameter_is_told_in_one_line(empty: str) -> None:
    with opened(f"{empty}&colour=red") as database, pytest.raises(ConfigurationError, match="colour") as told:
        upgrade(database)
    assert "\n" not in str(told.value)


@pytest.mark.parametrize("when", ["before a statement", "before the commit"])
def test_a_connection_that_is_lost_is_told_in_one_line(empty: str, when: str) -> None:
    with opened(empty) as database:
        upgrade(database)
        with (
            pytest.raises(ConfigurationError, match="what was acknowledged is safe") as told,
            database.writer() as conn,
        ):
            conn.execute(host_pace.insert().values(host="vpk.name"))
            execute(empty, f"SELECT pg_terminate_backend({conn.scalar(text('SELECT pg_backend_pid()'))})")
            if when == "before a statement":
                conn.execute(select(host_pace))
        assert "\n" not in str(told.value)
        with database.reader() as conn:
            assert conn.execute(select(host_pace)).all() == []


def test_a_statement_that_the_server_cuts_short_is_told_in_one_line(empty: str) -> None:
    url = f"{empty}&options={quote('-c statement_timeout=50')}"
    with opened(url) as database, pytest.raises(SvodkaError, match="statement timeout"), database.writer() as conn:
        conn.execute(text("SELECT pg_sleep(10)"))


def test_a_table_that_another_program_holds_is_told_in_one_line(empty: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(how_it_is_opened, "LOCK_TIMEOUT_MS", 50)
    with opened(empty) as database:
        upgrade(database)
        with database.writer() as holder:
            holder.execute(text("LOCK TABLE host_pace"))
            with pytest.raises(Locked, match="another program holds it") as told, database.writer() as conn:
                conn.execute(host_pace.insert().values(host="vpk.name"))
        assert "\n" not in str(told.value)
