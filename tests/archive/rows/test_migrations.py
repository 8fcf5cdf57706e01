"""The migrations make the same tables as the program's schema, in one transaction, and never touch a newer database."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.util import CommandError
from sqlalchemy import inspect

from archive.errors import NewerDatabase
from archive.rows.engine import Database
from archive.rows.migrations import HEAD, check, revision, upgrade
from archive.rows.migrations.run import heads, run_migrations
from archive.rows.schema import metadata
from archive.rows.search_index import OWN_COLUMNS, OWN_INDEXES, OWN_TABLES, make_search_index
from archive.rows.views import make_views

OWN = OWN_TABLES | OWN_COLUMNS | OWN_INDEXES | {"alembic_version"}


def _differences(database: Database) -> list[object]:
    def is_ours(_object: object, name: str | None, *_rest: object) -> bool:
        return name not in OWN

    with database.reader() as conn:
        options = {"include_object": is_ours, "compare_type": True}
        return list(compare_metadata(MigrationContext.configure(conn, opts=options), metadata))


def _objects(database: Database) -> set[tuple[str, str]]:
    with database.reader() as conn:
        if database.dialect == "sqlite":
            rows = conn.exec_driver_sql("SELECT type, name FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'")
        else:
            rows = conn.exec_driver_sql(
                "SELECT c.relkind::text, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
                "WHERE n.nspname = 'public'"
            )
        return {(kind, name) for kind, name in rows}


def _migrate_from_nothing(database: Database) -> None:
    with database.writer() as conn:
        run_migrations(conn)


def test_the_program_knows_the_newest_migration() -> None:
    assert heads() == (HEAD,)


def test_migrations_make_what_the_schema_says(empty_database: Database) -> None:
    _migrate_from_nothing(empty_database)
    assert _differences(empty_database) == []


def test_a_new_database_is_what_the_schema_says(database: Database) -> None:
    assert _differences(database) == []


def test_the_quick_way_and_the_migrations_end_in_the_same_objects(empty_database: Database, database: Database) -> None:
    with empty_database.writer() as conn:
        run_migrations(conn)
        make_search_index(conn)
        make_views(conn)
    assert _objects(empty_database) == _objects(database)


def test_a_new_database_is_current_at_once(empty_database: Database) -> None:
    assert check(empty_database) == "empty"
    assert upgrade(empty_database) is None
    assert check(empty_database) == "current"


def test_upgrading_twice_changes_nothing(database: Database) -> None:
    before = _objects(database)
    assert upgrade(database) is None
    assert _objects(database) == before


def _stamp(database: Database, version: str) -> None:
    with database.writer() as conn:
        conn.exec_driver_sql(f"UPDATE alembic_version SET version_num = '{version}'")


@pytest.mark.parametrize("version", ["9999", "something else"])
def test_a_newer_database_is_left_alone(database: Database, version: str) -> None:
    _stamp(database, version)
    for function in (check, upgrade):
        with pytest.raises(NewerDatabase, match=version):
            function(database)


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
def test_an_older_sqlite_file_is_copied_before_it_is_changed(database: Database, tmp_path: Path) -> None:
    _stamp(database, "0000")
    assert check(database) == "older"
    with pytest.raises(CommandError, match="0000"):  # there is no way from a migration that never was
        upgrade(database)
    (copy,) = tmp_path.glob("svodka.db.*.bak")
    with closing(sqlite3.connect(copy)) as conn:
        assert conn.execute("SELECT version_num FROM alembic_version").fetchone() == ("0000",)
    with database.reader() as conn:
        assert revision(conn) == "0000"


def _fill(database: Database) -> None:
    """A site and a run, as the first version wrote them."""
    with database.writer() as conn:
        run_migrations(conn, "0001")
        make_search_index(conn)
        conn.exec_driver_sql("INSERT INTO site VALUES ('vpk', 'ВПК.name', 'https://vpk.name/', 'Europe/Moscow')")
        conn.exec_driver_sql(
            "INSERT INTO run (id, site, command, started_at, pages, software, options) "
            "VALUES ('run-1', 'vpk', 'crawl', '2026-01-01T00:00:00.000000Z', 7, 'svodka/0.1.0', '{}')"
        )


def test_a_database_of_the_first_version_is_upgraded_with_what_is_in_it(empty_database: Database) -> None:
    _fill(empty_database)
    assert check(empty_database) == "older"
    copy = upgrade(empty_database)
    assert (copy is not None) == (empty_database.dialect == "sqlite")
    assert check(empty_database) == "current"
    assert _differences(empty_database) == []
    with empty_database.reader() as conn:
        assert conn.exec_driver_sql("SELECT id, pages, challenges FROM run").one() == ("run-1", 7, None)
        assert conn.exec_driver_sql("SELECT COUNT(*) FROM coverage").scalar() == 0


def test_views_are_there(database: Database) -> None:
    with database.reader() as conn:
        assert {"version", "article_latest", "counter_series", "capture_location"} <= set(
            inspect(conn).get_view_names()
        )
