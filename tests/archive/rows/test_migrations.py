"""The migrations make the same tables as the program's schema, in one transaction, and never touch a newer database."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.util import CommandError
from sqlalchemy import inspect, select

from archive.errors import NewerDatabase
from archive.records import PlacementRecord
from archive.rows.engine import Database
from archive.rows.migrations import HEAD, check, revision, upgrade
from archive.rows.migrations.run import heads, run_migrations
from archive.rows.placements import write_placements
from archive.rows.schema import list_content, list_reading, metadata, placement
from archive.rows.search_index import OWN_COLUMNS, OWN_INDEXES, OWN_TABLES, make_search_index
from archive.rows.views import make_views
from archive.search import matching_ids

OWN = OWN_TABLES | OWN_COLUMNS | OWN_INDEXES | {"alembic_version"}
ELSEWHERE = {"sqlite": "ix_capture_url_hash", "postgresql": "ix_capture_url"}  # the index that only the other has


def _differences(database: Database) -> list[object]:
    def is_ours(_object: object, name: str | None, *_rest: object) -> bool:
        return name not in OWN and name != ELSEWHERE[database.dialect]

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


def _fill_lists(database: Database) -> None:
    """What a crawl of the second version left: two pages with the same sidebar, one with another."""
    _fill(database)
    with database.writer() as conn:
        run_migrations(conn, "0002")
        conn.exec_driver_sql(
            "INSERT INTO warc_file (name, site, state, committed_length, record_count, opened_at) "
            "VALUES ('a.warc.gz', 'vpk', 'open', 1, 1, '2026-01-01T00:00:00.000000Z')"
        )
        conn.exec_driver_sql("INSERT INTO article VALUES ('vpk:en:1', 'vpk', '1', 'en')")
        for number, comments in enumerate((5, 5, 6), 1):
            moment = f"2026-01-01T00:0{number}:00.000000Z"
            conn.exec_driver_sql(
                "INSERT INTO capture (id, site, run_id, record_type, url, captured_at, page_kind, route, render, "
                'attempt, warc_file, "offset", length, read_state) VALUES '
                f"('c{number}', 'vpk', 'run-1', 'response', 'http://x/', '{moment}', 'article', 'feed', 'never', 1, "
                "'a.warc.gz', 0, 1, 'read')"
            )
            conn.exec_driver_sql(
                'INSERT INTO placement (capture_id, block, "rank", site, observed_at, title, native_id, language, '
                f"posted_at, comments, comments_raw) VALUES ('c{number}', 'discussion', 1, 'vpk', '{moment}', "
                f"'Digest', '1', 'en', '2025-12-31T21:00:00.000000Z', {comments}, '{comments}')"
            )
            for kind, source, value in (("comments", "discussion", comments), ("views", "page", 100 * number)):
                conn.exec_driver_sql(
                    "INSERT INTO counter (article_id, kind, capture_id, source, observed_at, value) "
                    f"VALUES ('vpk:en:1', '{kind}', 'c{number}', '{source}', '{moment}', {value})"
                )


def test_lists_of_the_second_version_are_kept_once_and_say_the_same(empty_database: Database) -> None:
    _fill_lists(empty_database)
    counters = "SELECT kind, capture_id, source, value FROM counter ORDER BY 1, 2"
    rows = 'SELECT capture_id, block, "rank", title, posted_at, comments_raw FROM placement ORDER BY 1'
    with empty_database.reader() as conn:
        before = [conn.exec_driver_sql(query).all() for query in (counters, rows)]
    upgrade(empty_database)
    with empty_database.reader() as conn:
        assert [conn.exec_driver_sql(query).all() for query in (counters, rows)] == before
        assert conn.exec_driver_sql("SELECT COUNT(*) FROM list_content").scalar() == 2
        digest = conn.scalar(select(list_content.c.digest).join(list_reading, digests_match).where(of_the_third_page))
    record = PlacementRecord(
        "c3", datetime(2026, 1, 1, 0, 3, tzinfo=UTC), "vpk", "discussion", 1, None, "Digest", "1", "en",
        datetime(2025, 12, 31, 21, tzinfo=UTC), None, 6, "6",
    )  # fmt: skip
    with empty_database.writer() as conn:
        write_placements(conn, [record])  # read again by today's program: the same list
        assert conn.scalars(select(list_reading.c.digest).where(of_the_third_page)).all() == [digest]


digests_match = list_reading.c.digest == list_content.c.digest
of_the_third_page = list_reading.c.capture_id == "c3"


def test_views_are_there(database: Database) -> None:
    with database.reader() as conn:
        assert {"counter", "placement", "version", "article_latest", "counter_series", "capture_location"} <= set(
            inspect(conn).get_view_names()
        )


def test_what_was_published_at_midnight_of_its_site_gets_that_day(empty_database: Database) -> None:
    _fill_lists(empty_database)
    with empty_database.writer() as conn:
        run_migrations(conn, "0003")
        conn.exec_driver_sql(
            "INSERT INTO content (article_id, digest, version_digest, capture_id, body, published_at) "
            "VALUES ('vpk:en:1', 'd', 'v', 'c1', '[]', '2025-09-07T21:00:00.000000Z')"
        )
    upgrade(empty_database)
    with empty_database.reader() as conn:
        assert conn.exec_driver_sql("SELECT published_day FROM content").scalar() == "2025-09-08"
        assert set(conn.exec_driver_sql("SELECT posted_day FROM list_content").scalars()) == {"2026-01-01"}


SHORT = (("1,2 тыс.", 1200, 100), ("12К", 12000, 1000), ("1 200", 1200, None), ("7 комментариев", 7, None))


def test_counts_that_lists_printed_short_get_their_precision(empty_database: Database) -> None:
    _fill_lists_as_printed(empty_database)
    upgrade(empty_database)
    printed = 'SELECT comments_raw, comments, comments_precision FROM placement ORDER BY "rank"'
    with empty_database.reader() as conn:
        assert [tuple(row) for row in conn.exec_driver_sql(printed)] == list(SHORT)
        (digest,) = conn.scalars(select(list_content.c.digest).distinct())
        assert conn.scalars(select(list_reading.c.digest)).all() == [digest]
        rows = conn.execute(select(placement).order_by(placement.c.rank)).all()
    records = [PlacementRecord(**{name: getattr(row, name) for name in PlacementRecord._fields}) for row in rows]
    with empty_database.writer() as conn:
        write_placements(conn, records)  # read again by today's program: the same list
        assert conn.scalars(select(list_content.c.digest).distinct()).all() == [digest]


def _fill_lists_as_printed(database: Database) -> None:
    """What a crawl of the sixth version left of one page with a sidebar."""
    _fill_lists(database)
    with database.writer() as conn:
        run_migrations(conn, "0006")
        conn.exec_driver_sql("DELETE FROM list_reading WHERE capture_id <> 'c1'")
        conn.exec_driver_sql("DELETE FROM list_content")
        conn.exec_driver_sql("UPDATE list_reading SET digest = 'old'")
        for rank, (raw, value, _) in enumerate(SHORT, 1):
            conn.exec_driver_sql(
                'INSERT INTO list_content (digest, "rank", title, posted_at, comments, comments_raw, observes) '
                f"VALUES ('old', {rank}, 'Digest', '2025-12-31T21:00:00.000000Z', {value}, '{raw}', false)"
            )


@pytest.mark.postgres
@pytest.mark.parametrize("dialect", ["postgresql"], indirect=True)
def test_the_index_of_an_older_version_finds_every_word_once_it_is_upgraded(empty_database: Database) -> None:
    """Until the tenth version it left out frequent ones."""
    stopping = "GENERATED ALWAYS AS (to_tsvector('russian', text)) STORED"
    with empty_database.writer() as conn:
        run_migrations(conn, "0010")
        conn.exec_driver_sql(f"ALTER TABLE search_document ADD COLUMN lexemes tsvector {stopping}")
        conn.exec_driver_sql("INSERT INTO site VALUES ('vpk', 'ВПК', 'https://vpk.name/', 'Europe/Moscow')")
        conn.exec_driver_sql("INSERT INTO article VALUES ('vpk:en:1', 'vpk', '1', 'en')")
        documents = "search_document (article_id, digest, title, byline, text)"
        conn.exec_driver_sql(f"INSERT INTO {documents} VALUES ('vpk:en:1', 'd', '', '', 'the')")
    upgrade(empty_database)
    with empty_database.reader() as conn:
        assert matching_ids(conn, "the") == ["vpk:en:1"]


def test_an_upgrade_is_told_once(empty_database: Database, svodka) -> None:
    """With the copy of a SQLite file; a server's database is copied by whoever keeps it."""
    with empty_database.writer() as conn:
        run_migrations(conn, "0010")
    url = empty_database.url.render_as_string(hide_password=False)
    svodka.home.create().config_path.write_text(f'[database]\nurl = "{url}"\n')
    told = svodka.run("db", "upgrade").stderr
    assert told.startswith("upgraded")
    assert ("; the database as it was: " in told) == (empty_database.dialect == "sqlite")
    assert svodka.run("db", "upgrade").stderr == "the database is up to date\n"
