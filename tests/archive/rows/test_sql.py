"""A user's SELECT runs; nothing that a user can write changes the database, a file or another session."""

from __future__ import annotations

from pathlib import Path

import pytest

from archive.errors import UsageError
from archive.rows import writing
from archive.rows.engine import Database, open_database
from archive.rows.placements import write_placements
from archive.rows.sql import run_read_only


def ask(database: Database, sql: str):
    with run_read_only(database, sql) as (columns, rows):
        return columns, list(rows)


@pytest.mark.parametrize(
    "sql",
    ["SELECT id, status FROM capture ORDER BY id", "  WITH a AS (SELECT 1) SELECT id, 200 AS status FROM capture ;"],
)
def test_a_select_gives_columns_and_rows(filled: Database, sql: str) -> None:
    columns, rows = ask(filled, sql)
    assert columns == ("id", "status")
    assert len(rows) == 20
    assert rows[0] == ("capture-0000", 200)


def test_views_and_percent_signs_are_as_everywhere(filled: Database) -> None:
    assert ask(filled, "SELECT capture_id FROM capture_location WHERE url LIKE '%/7_a%'")[1] == [("capture-0007",)]


def test_times_sums_and_truths_are_the_same_on_both_databases(filled: Database, samples) -> None:
    """PostgreSQL has times, decimals of sums of integers, and booleans; SQLite has text and numbers."""
    huge = 2**53 + 1  # which no float holds
    with filled.writer() as conn:
        writing.write_articles(conn, [samples.article(1, counters=(samples.views(huge),))])
        write_placements(conn, [samples.placement(2)])
    said = "SELECT MIN(observed_at), SUM(value), MAX(value) FROM counter WHERE kind = 'views'"
    assert ask(filled, said)[1] == [("2025-09-08T04:01:00.000000Z", huge, huge)]
    assert repr(ask(filled, "SELECT observes FROM list_content")[1]) == "[(1,)]"


@pytest.mark.parametrize("table", ["content", "article_latest", "(SELECT body FROM version LIMIT 1) v"])
def test_json_columns_are_known_for_json_and_read_as_stored(filled: Database, samples, table: str) -> None:
    """As they stand in tables, views and subqueries."""
    with filled.writer() as conn:
        writing.write_articles(conn, [samples.article(1, body=("Сказал: «да».", '"No"'))])
    ((body,),) = ask(filled, f"SELECT body FROM {table}")[1]
    assert body == '["Сказал: «да».","\\"No\\""]'
    assert body.said() == ["Сказал: «да».", '"No"']


def test_the_parts_of_a_json_column_are_rows(filled: Database, samples) -> None:
    with filled.writer() as conn:
        writing.write_articles(conn, [samples.article(1, body=("One.", "Two."))])
    each = {
        "sqlite": "SELECT p.value FROM content c, json_each(c.body) p",
        "postgresql": "SELECT p.value FROM content c, jsonb_array_elements_text(c.body::jsonb) p",
    }
    assert ask(filled, each[filled.dialect])[1] == [("One.",), ("Two.",)]


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
def test_a_json_column_is_walked_as_a_tree(filled: Database) -> None:
    assert ask(filled, """SELECT fullkey FROM json_tree('{"a": [1]}') WHERE atom = 1""")[1] == [("$.a[0]",)]


def test_a_json_column_may_be_empty(filled: Database) -> None:
    assert ask(filled, "SELECT MAX(status), (SELECT body FROM content LIMIT 1) FROM capture")[1] == [(200, None)]


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
def test_what_is_no_json_in_a_json_column_is_text(filled: Database) -> None:
    with filled.writer() as conn:
        conn.exec_driver_sql("UPDATE run SET options = '{not json'")
    ((options,),) = ask(filled, "SELECT options FROM run")[1]
    assert (type(options.said()), options.said()) == (str, "{not json")


FORBIDDEN = [
    "DELETE FROM quarantine", "UPDATE capture SET status = 1", "INSERT INTO outlet VALUES ('a', 'b')",
    "DROP TABLE quarantine", "CREATE TABLE x (a INTEGER)", "CREATE TEMP TABLE x (a INTEGER)",
    "SELECT 1; DELETE FROM quarantine", "SELECT 1; SELECT 2", "COMMIT; DELETE FROM quarantine", "VACUUM", "ROLLBACK",
    "WITH a AS (DELETE FROM capture RETURNING *) SELECT * FROM a", "", ";", "-- nothing", "SELEKT", "SELECT nope",
    "SELECT * FROM nope", "SELECT '", "SELECT \0", "SELECT '\ud800", "BEGIN", "EXPLAIN DELETE FROM capture",
]  # fmt: skip
SQLITE = [
    "ATTACH DATABASE '{folder}/x.db' AS x", "PRAGMA query_only=OFF", "PRAGMA writable_schema=ON", "DETACH main",
    "PRAGMA journal_mode=DELETE", "SELECT load_extension('x')", "VACUUM INTO '{folder}/x.db'",
    "SELECT writefile('{folder}/x', 'x')",
    "PRAGMA user_version=9", "REINDEX", "ANALYZE", "SELECT * FROM pragma_journal_mode('delete')", "SAVEPOINT a",
    "INSERT INTO search_fts(search_fts) VALUES ('delete-all')",
]  # fmt: skip
POSTGRESQL = [
    "COPY capture TO '{folder}/x'", "SET default_transaction_read_only=off", "SELECT 1) ; DELETE FROM quarantine; --",
    "SET TRANSACTION READ WRITE", "SELECT set_config('transaction_read_only', 'off', true)",
    "SELECT nextval('frontier_id_seq')", "LOCK TABLE capture", "TRUNCATE capture", "DO $$ $$",
    "SELECT * FROM capture FOR UPDATE", "CALL x()", "NOTIFY a",
]  # fmt: skip


def test_nothing_can_be_changed(filled: Database, tmp_path: Path) -> None:
    before = ask(filled, "SELECT * FROM capture ORDER BY id")
    for sql in FORBIDDEN + (SQLITE if filled.dialect == "sqlite" else POSTGRESQL):
        with pytest.raises(UsageError) as raised:
            pytest.fail(f"{sql!r} gave {ask(filled, sql.replace('{folder}', str(tmp_path)))}")
        assert "\n" not in str(raised.value)
        assert ask(filled, "SELECT * FROM capture ORDER BY id") == before
    assert not list(tmp_path.glob("x*"))


@pytest.mark.parametrize("dialect", [pytest.param("postgresql", marks=pytest.mark.postgres)], indirect=True)
def test_what_a_function_of_postgresql_leaves_is_rolled_back(filled: Database) -> None:
    ask(filled, "SELECT lo_create(4711)")  # before version 16 allowed in read-only transactions
    assert ask(filled, "SELECT oid FROM pg_largeobject_metadata")[1] == []


def test_a_mistake_while_rows_are_read_is_told_too(filled: Database) -> None:
    wrong = {"sqlite": "SELECT abs(-9223372036854775808)", "postgresql": "SELECT 1 / (random() * 0)::integer"}
    with pytest.raises(UsageError):
        ask(filled, wrong[filled.dialect])


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
def test_a_path_with_odd_characters_is_opened(database: Database, tmp_path: Path) -> None:
    folder = tmp_path / "a #?%41 ж"
    folder.mkdir()
    odd = open_database(f"sqlite:///{folder}/b.db".replace("?", "%3F").replace("#", "%23"))
    odd.close()
    assert ask(database, "SELECT 1")[1] == [(1,)]
