"""The commands that look at an archive, as a user and a script see them: what they print, and how they end."""

import gzip
import html
import json
import os
import pty
import re
import shutil
import sqlite3
import subprocess
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID

import pytest

from crawler.practice.content import seed_truth
from crawler.practice.server import PracticeArchive, PracticeServer, PracticeSite
from pipelines.commands.output import print_answer

SEED = "vpk:en:1018475"
TRUTH = seed_truth()
HOSTILE_TITLE = "50 \x1b]0;owned\x07 days \x9b31m to \u202edefeat"
LOOK = [
    ["status"], ["runs"], ["search", "ultimatum"], ["show", SEED], ["evidence", SEED, "title"], ["repair"],
    ["sql", "SELECT title_raw FROM content"], ["db", "check"], ["verify"],
]  # fmt: skip


@pytest.fixture(scope="module")
def archive(tmp_path_factory, svodka_at):
    """A crawled practice site of 30 articles: (command line, practice site)."""
    svodka = svodka_at(tmp_path_factory.mktemp("commands") / "data")
    site = PracticeSite(PracticeArchive(seed=1, articles=30, now=datetime.now(UTC)), markup="semantic")
    with PracticeServer(site) as server:
        svodka.run("crawl", "vpk", "--base-url", server.url)
    return svodka, site


@pytest.fixture(scope="module")
def svodka(archive):
    return archive[0]


def table(text):
    """Tab-separated lines with their names first, as rows."""
    head, *lines = (line.split("\t") for line in text.splitlines())
    return [dict(zip(head, line, strict=True)) for line in lines]


# --- what the commands say -----------------------------------------------------------------------------------------


def test_status_counts_what_is_there(svodka):
    told = svodka.json("status")
    (captures,) = svodka.sql("SELECT count(*) FROM capture")[0]
    size = sum(path.stat().st_size for path in svodka.home.archive_folder("vpk").iterdir())
    assert (told["sites"], told["articles"], told["articles_read"]) == (["vpk"], 30, 30)
    assert (told["captures"], told["warc_bytes"], told["warc_files"], told["runs"]) == (captures, size, 1, 1)
    assert (told["unread"], told["quarantined"], set(told["frontier"])) == (0, 0, {"done"})
    assert f"captures: {captures}\n" in svodka.run("status").stdout


def test_runs_says_how_each_ended(svodka):
    (told,) = svodka.lines("runs")
    assert (told["site"], told["command"], told["reason"], told["exit_code"]) == ("vpk", "crawl", "finished", 0)
    assert (told["articles"], told["new_articles"], told["failures"]) == (30, 30, 0)
    (row,) = table(svodka.run("runs", "--limit", "1").stdout)
    assert (row["id"], row["articles"]) == (told["id"], "30")


def test_search_finds_every_form_of_a_russian_word(svodka):
    forms = re.compile(r"\bполигон(а|у|ом|е|ы|ов|ам|ами|ах)\b")  # "полигон" itself is what is asked for
    bodies = svodka.sql("SELECT article_id, body FROM article_latest")
    holding = {article_id for article_id, body in bodies if forms.search(body)}
    found = {each["article_id"] for each in svodka.lines("search", "полигон", "--limit", "30")}
    assert found >= holding
    assert len(holding) > 3


def test_search_ranks_and_prints_lines_when_piped(svodka):
    rows = table(svodka.run("search", "Trump's", "ultimatum").stdout)
    assert (rows[0]["article_id"], rows[0]["title"]) == (SEED, TRUTH["title"])
    assert [row["article_id"] for row in rows] == [
        each["article_id"] for each in svodka.lines("search", "ultimatum Trump")
    ]
    assert len(svodka.lines("search", "the", "--limit", "3")) == 3


def test_search_without_a_hit_says_so_and_prints_nothing(svodka):
    nothing = svodka.run("search", "антигравитация")
    assert nothing.stdout == ""
    assert nothing.stderr == "no article has all of these words: антигравитация\n"


@pytest.mark.parametrize(
    "query", ["NEAR(a b", "title:x", 'a" OR 1=1 --', "x) AND (y", "a*b^c", "' ; DROP TABLE article", "𝕏 ٱ", "я" * 900]
)
def test_no_search_text_breaks_the_search(svodka, query):
    assert svodka.run("search", "--", query).stdout == ""


@pytest.mark.parametrize("query", ["", '"', "*", "()", "-танк", "x" * 1001])
def test_a_search_for_nothing_is_a_mistake(svodka, query):
    assert_one_line(svodka.run("search", "--", query, code=2))


def test_every_article_of_the_site_is_shown_as_it_is(archive):
    """All fields of all thirty, in one statement; `show` prints the same for one of them."""
    svodka, site = archive
    shown = {row["article_id"]: row for row in svodka.lines("sql", _EVERYTHING)}
    assert len(shown) == 30
    for path in site.paths():
        known = site.truth(path)["article"]
        row = shown[f"vpk:{known['language']}:{known['native_id']}"]
        for field in (
            "title",
            "title_raw",
            "outlet",
            "outlet_country",
            "subtitle",
            "lead",
            "original_url",
            "disclaimer",
        ):
            assert row[field] == known[field], (path, field)
        assert row["body"] == known["body"]
        assert json.loads(row["mentions"]) == [[each["name"], each["url"]] for each in known["mentions"]], path
        assert json.loads(row["links"]) == [[each["url"], each["rel"]] for each in known["links"]], path
        assert json.loads(row["alternates"]) == [[each["language"], each["url"]] for each in known["alternate"]], path
        assert [row[kind] for kind in ("views", "comments", "rating")] == [
            known[kind] for kind in ("views", "comments", "rating")
        ]


def _list(table, columns):
    return (
        f"(SELECT json_group_array(json_array({columns})) FROM (SELECT * FROM {table} x "
        f"WHERE x.article_id = a.article_id AND x.digest = a.digest ORDER BY position)) AS {table}s"
    )


_EVERYTHING = (
    f"SELECT a.*, {_list('mention', 'name, url')}, {_list('link', 'url, rel')}, {_list('alternate', 'language, url')} "
    "FROM article_latest a"
)


def test_show_takes_an_id_or_a_url(svodka):
    by_id, plain = svodka.json("show", SEED), svodka.run("show", SEED).stdout
    assert by_id == svodka.json("show", by_id["url"])
    assert by_id["body"] == TRUTH["body"]
    assert f"title: {TRUTH['title']}\n" in plain
    assert "  - name Peter Sauer, name_original Pjotr Sauer\n" in plain
    assert [note["paragraph"] for note in by_id["editor_notes"]] == [10, 11, 15, 27]


def test_sql_prints_names_and_values(svodka):
    query = "SELECT article_id, views, rating FROM article_latest WHERE article_id = 'vpk:en:1018475'"
    assert svodka.run("sql", query).stdout == f"article_id\tviews\trating\n{SEED}\t983\t0\n"
    assert svodka.lines("sql", query) == [{"article_id": SEED, "views": 983, "rating": 0}]
    assert svodka.run("sql", "SELECT 'a\tb\nc' AS x, NULL AS y").stdout == "x\ty\na b c\t\n"


def test_sql_prints_every_column_though_two_have_one_name(svodka):
    query = "SELECT 1 AS title, 2 AS title, 3 AS title_2, 4 AS title"
    assert svodka.run("sql", query).stdout == "title\ttitle\ttitle_2\ttitle\n1\t2\t3\t4\n"
    assert svodka.lines("sql", query) == [{"title": 1, "title_3": 2, "title_2": 3, "title_4": 4}]


def test_sql_prints_json_columns_as_text_and_in_json_as_what_they_say(svodka):
    query = f"SELECT body, 1 AS n FROM article_latest WHERE article_id = '{SEED}'"
    assert svodka.lines("sql", query) == [{"body": TRUTH["body"], "n": 1}]
    (told,) = svodka.run("sql", query).stdout.splitlines()[1:]
    assert json.loads(told.partition("\t")[0]) == TRUTH["body"]


def test_sql_prints_bytes_as_sql_writes_them(svodka):
    assert svodka.run("sql", "SELECT x'00ff' AS b").stdout == "b\nx'00ff'\n"
    assert svodka.lines("sql", "SELECT x'00ff' AS b") == [{"b": "x'00ff'"}]


def test_sql_prints_what_is_no_number_by_its_name_and_as_text_in_json(svodka):
    query = "SELECT 9e999 AS most, -9e999 AS least, 1.5 AS x"
    assert svodka.run("sql", query).stdout == "most\tleast\tx\nInfinity\t-Infinity\t1.5\n"
    assert svodka.lines("sql", query) == [{"most": "Infinity", "least": "-Infinity", "x": 1.5}]


@pytest.mark.parametrize("as_json", [True, False])
def test_numbers_of_postgresql_are_numbers_and_its_other_values_text(capsys, as_json):
    values = {
        "n": Decimal("1.50"),
        "nan": Decimal("NaN"),
        "id": UUID(int=1),
        "span": timedelta(hours=1),
        "many": [1, 2],
    }
    print_answer(tuple(values), [tuple(values.values())], as_json)
    told = capsys.readouterr().out
    if as_json:
        assert json.loads(told) == values | {"n": 1.5, "nan": "NaN", "id": str(UUID(int=1)), "span": "1:00:00"}
    else:
        assert told.splitlines()[1].split("\t") == ["1.50", "NaN", str(UUID(int=1)), "1:00:00", "[1, 2]"]


@pytest.mark.parametrize(
    "query", ["", "SELEC 1", "SELECT 1; SELECT 2", "DROP TABLE article", "DELETE FROM article", "SELECT * FROM nothing",
              "ATTACH 'x' AS y", "PRAGMA journal_mode=DELETE", "INSERT INTO outlet VALUES ('a', 'b')"],
)  # fmt: skip
def test_sql_that_is_no_select_is_a_mistake_and_changes_nothing(svodka, query):
    assert_one_line(svodka.run("sql", query, code=2))
    assert svodka.sql("SELECT count(*) FROM article") == [(30,)]


def test_evidence_gives_the_record_s_bytes(svodka):
    told = svodka.json("evidence", SEED, "disclaimer")
    with subprocess.Popen(svodka.command("evidence", SEED, "--raw"), stdout=subprocess.PIPE) as process:
        raw = process.stdout.read()
    assert raw == subprocess.run(told["command"], shell=True, capture_output=True, check=True).stdout
    assert raw.startswith(b"WARC/1.1\r\n")
    body = gzip.decompress(raw.split(b"\r\n\r\n", 2)[2][:-4])
    (field,) = told["fields"]
    place = field["places"][0]
    assert html.unescape(body[place["start"] : place["end"]].decode()) == TRUTH["disclaimer"]


def test_site_list_names_the_site_files(svodka):
    known = {row["name"]: row["base_url"] for row in svodka.lines("site", "list")}
    assert known["vpk"] == "https://vpk.name/"
    assert {row["name"] for row in table(svodka.run("site", "list").stdout)} == set(known)


def test_db_check_and_upgrade_say_that_all_is_well(svodka):
    assert svodka.json("db", "check") == {"schema": "current"}
    assert svodka.run("db", "check").stdout == "schema: current\n"
    assert svodka.run("db", "upgrade").stderr == "the database is up to date\n"


def test_repair_of_a_sound_archive_finds_nothing(svodka):
    assert svodka.run("repair").stdout == ""
    assert svodka.lines("repair") == []


def test_repair_closes_the_file_that_a_crash_left_open(svodka_at, tmp_path, practice):
    crashed = svodka_at(tmp_path / "data")
    crashed.run("crawl", "vpk", "--base-url", practice.url, "--max-pages", "3")
    (closed,) = crashed.home.archive_folder("vpk").iterdir()
    torn = closed.rename(f"{closed}.open")
    whole = torn.stat().st_size
    with torn.open("ab") as file:
        file.write(gzip.compress(b"WARC/1.1\r\nWARC-Type: resp")[:20])  # a record that was being written
    (told,) = crashed.lines("repair")
    assert closed.name in json.dumps(told)
    assert closed.stat().st_size == whole
    assert not torn.exists()
    assert crashed.lines("repair") == []
    crashed.run("verify")


# --- mistakes ------------------------------------------------------------------------------------------------------


def assert_one_line(done):
    assert done.stdout == ""
    assert re.fullmatch(r"svodka: .+\n", done.stderr)


@pytest.mark.parametrize(
    "unknown", ["vpk:en:1", "vpk", "", "http://127.0.0.1/nothing.html", "'; DROP TABLE article; --"]
)
@pytest.mark.parametrize("command", ["show", "evidence"])
def test_an_unknown_article_is_exit_code_6(svodka, command, unknown):
    assert_one_line(svodka.run(command, unknown, code=6))


def test_an_unknown_field_names_those_that_there_are(svodka):
    done = svodka.run("evidence", SEED, "colour", code=2)
    assert_one_line(done)
    assert "subtitle" in done.stderr


def test_a_field_that_the_page_has_not_is_exit_code_6(svodka):
    assert_one_line(svodka.run("evidence", SEED, "mentions", code=6))


@pytest.mark.parametrize("arguments", LOOK, ids=lambda arguments: " ".join(arguments)[:20])
def test_without_an_archive_it_says_so_and_makes_none(svodka_at, tmp_path, arguments):
    nowhere = svodka_at(tmp_path / "nothing")
    done = nowhere.run(*arguments, code=2)
    assert_one_line(done)
    assert "no archive" in done.stderr
    assert list(tmp_path.iterdir()) == []


# --- hostile pages ---------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def hostile(tmp_path_factory, svodka_at):
    """An article whose title tries to steer the reader's terminal."""
    svodka = svodka_at(tmp_path_factory.mktemp("hostile") / "data")
    site = PracticeSite(PracticeArchive(seed=1, articles=12, now=datetime.now(UTC)))
    with PracticeServer(site) as server:
        url = server.url.rstrip("/") + site.edit("1018475", "en", title=HOSTILE_TITLE).path
        svodka.run("crawl", "vpk", url, "--base-url", server.url)
        site.edit("1018475", "en", lead="Another lead than it had before, which makes a second version of it.")
        svodka.run("crawl", "vpk", url, "--base-url", server.url)
    assert "\x1b" in svodka.sql("SELECT title_raw FROM content")[0][0]
    return svodka


@pytest.mark.parametrize("arguments", LOOK, ids=lambda arguments: " ".join(arguments)[:20])
def test_no_page_steers_the_terminal(hostile, arguments):
    done = hostile.run(*arguments)
    assert re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e]", done.stdout + done.stderr) is None


@pytest.mark.parametrize("command", ["cite", "cite --bibtex", "diff", "show", "history"])
def test_no_row_steers_the_terminal_whoever_wrote_it(hostile, svodka_at, tmp_path, command):
    """The reader takes control characters out of a title; a row from another program may have them."""
    copy = svodka_at(shutil.copytree(hostile.home.path, tmp_path / "data"))
    with closing(sqlite3.connect(copy.home.path / "svodka.db")) as conn, conn:
        conn.execute("UPDATE content SET title = ? || digest", [HOSTILE_TITLE])
    name, *options = command.split()
    shown = copy.run(name, SEED, *options).stdout
    assert re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e]", shown) is None
    assert "\\u001b" in shown


def test_json_keeps_the_title_as_it_was_printed(hostile):
    row, _ = hostile.lines("sql", "SELECT title_raw FROM content")
    assert row["title_raw"].startswith(HOSTILE_TITLE)
    shown = hostile.run("show", SEED, "--json").stdout
    assert "\x1b" not in shown
    assert "\x9b" not in shown


def on_a_terminal(svodka, *command):
    """What a command shows on a terminal that cannot be steered; it has 80 columns."""
    ours, theirs = pty.openpty()
    env = {"PATH": "/usr/bin:/bin", "TERM": "dumb"}
    subprocess.run(svodka.command(*command), stdout=theirs, check=True, env=env)
    os.close(theirs)
    shown = b""
    with suppress(OSError):  # a terminal that nobody writes to any more
        while more := os.read(ours, 65536):
            shown += more
    os.close(ours)
    return shown


@pytest.mark.parametrize(("columns", "fits"), [(13, True), (14, False)])
def test_where_a_table_does_not_fit_every_value_has_a_line(svodka, columns, fits):
    query = "SELECT " + ", ".join(f"{number} AS n{number}" for number in range(columns))
    lines = on_a_terminal(svodka, "sql", query).decode().splitlines()
    table = [[f"n{number}" for number in range(columns)], [str(number) for number in range(columns)]]
    below = [[f"n{number}:", str(number)] for number in range(columns)]
    assert [line.split() for line in lines] == (table if fits else below)


def test_a_table_on_a_terminal_holds_no_escape_of_the_page(hostile):
    shown = on_a_terminal(hostile, "sql", "SELECT title_raw FROM content")
    assert b"days" in shown
    assert b"\x1b]0;" not in shown
