"""A crawl from beginning to end, as a user runs it: what it fetches, what it keeps, how it ends."""

import logging
import subprocess
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest

from archive.errors import UsageError
from archive.home import Home
from pipelines.run import CrawlOptions, crawl, drop_messages_below

PAGES = "page_kind NOT IN ('robots', 'requisite')"


def test_every_article_is_captured_once_and_the_archive_verifies(svodka, practice):
    svodka.run("crawl", "vpk", "--base-url", practice.url)
    twice = [path for path, count in Counter(request.path for request in practice.requests).items() if count > 1]
    assert twice == []
    articles = {path for path in (request.path for request in practice.requests) if "/news/" in path or "/en/" in path}
    captured = svodka.sql("SELECT url FROM capture WHERE page_kind = 'article' AND status = 200")
    assert len(captured) == 30
    assert {url.removeprefix(practice.url.rstrip("/")) for (url,) in captured} <= articles
    assert svodka.sql("SELECT count(*) FROM article_latest WHERE title IS NOT NULL") == [(30,)]
    assert svodka.sql("SELECT state, count(*) FROM frontier WHERE state != 'done' GROUP BY state") == []
    assert svodka.sql("SELECT * FROM quarantine") == []
    svodka.run("verify")


def test_a_second_crawl_fetches_the_lists_again_and_no_article(svodka, practice):
    svodka.run("crawl", "vpk", "--base-url", practice.url)
    practice.requests.clear()
    summary = svodka.json("crawl", "vpk", "--base-url", practice.url)
    assert summary["new_articles"] == 0
    assert svodka.sql("SELECT count(*) FROM capture WHERE page_kind = 'article'") == [(30,)]
    assert len(practice.requests) < 12


def test_what_is_published_between_two_crawls_is_found(svodka, practice):
    svodka.run("crawl", "vpk", "--base-url", practice.url)
    practice.site.publish(3)
    assert svodka.json("crawl", "vpk", "--base-url", practice.url)["new_articles"] == 3


def test_the_page_limit_holds_and_the_next_run_goes_on(svodka, practice):
    for _ in range(4):
        before = len([1 for request in practice.requests if _is_page(request.path)])
        summary = svodka.json("crawl", "vpk", "--base-url", practice.url, "--max-pages", "12")
        assert len([1 for request in practice.requests if _is_page(request.path)]) - before <= 12
    assert summary["reason"] in {"max_pages", "finished"}
    assert svodka.sql("SELECT count(*) FROM article_latest WHERE title IS NOT NULL") == [(30,)]


def _is_page(path: str) -> bool:
    return not path.endswith((".jpg", ".png", ".css", ".js", "robots.txt"))


def test_newest_articles_come_first(svodka, practice):
    svodka.run("crawl", "vpk", "--base-url", practice.url)
    numbers = [
        int(native_id)
        for (native_id,) in svodka.sql(
            "SELECT a.native_id FROM reading r JOIN article a ON a.id = r.article_id ORDER BY r.observed_at"
        )
    ]
    falling = sum(a >= b for a, b in pairwise(numbers))
    assert falling >= 0.8 * (len(numbers) - 1)


def test_only_the_pages_that_are_named_are_fetched(svodka, practice):
    svodka.run("crawl", "vpk", "--base-url", practice.url, "--max-pages", "8")
    url = svodka.sql("SELECT url FROM capture WHERE page_kind = 'article' LIMIT 1")[0][0]
    svodka.json("crawl", "vpk", url, "--base-url", practice.url)
    assert svodka.sql(f"SELECT count(*) FROM capture WHERE url = '{url}'") == [(2,)]
    last = svodka.sql("SELECT id FROM run ORDER BY id DESC LIMIT 1")[0][0]
    assert svodka.sql(f"SELECT count(*) FROM capture WHERE run_id = '{last}' AND {PAGES}") == [(1,)]


def test_no_more_than_one_request_is_in_flight(svodka, practice):
    svodka.run("crawl", "vpk", "--base-url", practice.url, "--max-pages", "3", "--delay", "0.3")
    times = [request.time for request in practice.requests if _is_page(request.path)]
    assert len(times) == 3
    gaps = [later - earlier for earlier, later in pairwise(times)]
    assert min(gaps) > 0.1  # Scrapy draws each delay between half and one and a half of what was asked for


def test_what_robots_txt_forbids_is_not_fetched_and_stays_known(svodka, practice):
    url = practice.url.rstrip("/") + "/login"
    svodka.run("crawl", "vpk", url, "--base-url", practice.url, code=6)
    assert [request.path for request in practice.requests] == ["/robots.txt"]
    assert svodka.sql("SELECT state FROM frontier") == [("excluded",)]


def test_made_up_articles_and_real_ones_never_share_a_folder(svodka, practice):
    svodka.run("crawl", "vpk", "--base-url", practice.url, "--max-pages", "1")
    svodka.home.config_path.write_text('[crawl]\ncontact = "desk@example.org"\n')
    refused = svodka.run("crawl", "vpk", code=2).stderr
    assert "another world" in refused
    assert "--home" in refused
    assert svodka.sql("SELECT count(*) FROM run") == [(1,)]


def test_the_second_crawl_on_a_folder_is_told_of_the_first(svodka, practice):
    first = svodka.start("crawl", "vpk", "--base-url", practice.url, "--delay", "5")
    try:
        while not any(request.path == "/robots.txt" for request in practice.requests):
            assert first.poll() is None
        second = svodka.run("crawl", "vpk", "--base-url", practice.url, code=75)
        assert f"`crawl vpk` (process {first.pid}" in second.stderr
        assert len(second.stderr.splitlines()) == 1
        assert [run["reason"] for run in svodka.lines("runs")] == ["is running"]
    finally:
        first.kill()
        first.communicate()
    assert [run["reason"] for run in svodka.lines("runs")] == ["was killed"]


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["crawl", "vpk"], 4, "no contact is set"),
        (["crawl", "nowhere"], 2, "nowhere"),
        (["crawl", "vpk", "--base-url", "ftp://example.org/"], 2, "not an http or https URL"),
        (["crawl", "vpk", "http://[bad", "--base-url", "http://127.0.0.1:9/"], 2, "not an http or https URL"),
        (["crawl", "vpk", "http://127.0.0.1:9/" + "a" * 4_000], 2, "4019 characters, more than a URL can have here"),
        (["crawl", "vpk", "https://example.org/1", "--base-url", "http://127.0.0.1:9/"], 2, "not on vpk"),
        (["crawl", "vpk", "--base-url", "http://127.0.0.1:9/"], 6, "nothing could be fetched"),
        (["crawl", "vpk", "--render", "perhaps", "--base-url", "http://127.0.0.1:9/"], 2, "--render perhaps"),
    ],
)
def test_a_mistake_is_one_line_and_its_exit_code(svodka, arguments, code, message):
    error = svodka.run(*arguments, code=code).stderr
    assert message in error
    assert len(error.strip().splitlines()) == 1


def test_a_full_disk_stops_the_run_early_and_the_next_one_goes_on(svodka, practice):
    svodka.home.create().config_path.write_text("[archive]\nfree_space_floor_mb = 1000000000\n")
    error = svodka.run("crawl", "vpk", "--base-url", practice.url, code=3).stderr
    assert "under the floor" in error
    svodka.home.config_path.unlink()
    svodka.run("crawl", "vpk", "--base-url", practice.url)
    svodka.run("verify")


def test_a_run_that_cannot_begin_says_why_and_nothing_else(svodka, practice):
    svodka.run("crawl", "vpk", "--base-url", practice.url, "--max-pages", "1")
    _write(svodka, "CREATE TRIGGER no BEFORE UPDATE ON frontier BEGIN SELECT RAISE(ABORT, 'no seeds today'); END")
    error = svodka.run("crawl", "vpk", "--base-url", practice.url, code=1).stderr
    assert "no seeds today" in error
    assert "Scraper close failure" not in error
    assert "signal handler" not in error
    _write(svodka, "DROP TRIGGER no")
    svodka.run("crawl", "vpk", "--base-url", practice.url, "--max-pages", "1")


def test_where_a_message_cannot_be_written_the_exit_code_tells(svodka):
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(svodka.command("verify"), stderr=full, check=False)
    assert done.returncode == 2


def test_a_newer_database_is_left_alone(svodka, practice):
    svodka.run("crawl", "vpk", "--base-url", practice.url, "--max-pages", "1")
    _write(svodka, "UPDATE alembic_version SET version_num = '9999'")
    assert "newer Svodka" in svodka.run("crawl", "vpk", "--base-url", practice.url, code=7).stderr
    assert svodka.run("status", code=7).stdout == ""


def _write(svodka, statement):
    import sqlite3

    with sqlite3.connect(svodka.home.path / "svodka.db") as connection:
        connection.execute(statement)
    connection.close()


def test_a_crawl_in_this_process_refuses_an_unknown_site(tmp_path):
    with pytest.raises(UsageError):
        crawl(Home(tmp_path), "nowhere", CrawlOptions())
    assert list(tmp_path.iterdir()) == []


def test_messages_that_nobody_reads_are_not_made():
    logger = logging.getLogger("scrapy")
    level = logger.level
    logger.setLevel("DEBUG")  # as scrapy.utils.log.DEFAULT_LOGGING has it
    try:
        drop_messages_below("WARNING")
        assert not logging.getLogger("scrapy.core.engine").isEnabledFor(logging.DEBUG)
    finally:
        logger.setLevel(level)
