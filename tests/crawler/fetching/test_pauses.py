"""A host that asks for a pause gets no other request: whatever had its turn coming waits. All sites are made up."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading
import time
from collections import Counter
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from archive.warc.http_message import parse_head
from crawler.fetching.pauses import asked_by
from crawler.practice.content import PracticeArchive
from crawler.practice.faults import Fault
from crawler.practice.server import PracticeServer
from crawler.practice.site import PracticeSite

ROOT = Path(__file__).parents[3]
AN_HOUR = (("Retry-After", "3600"),)


def busy(status=429, headers=AN_HOUR, **how):
    return Fault("status", status=status, headers=headers, **how)


def articles_asked(practice):
    return [request for request in practice.requests if request.path in practice.site.paths()]


@pytest.fixture
def crawl(svodka, practice):
    return lambda *arguments, **how: svodka.run("crawl", "vpk", "--base-url", practice.url, *arguments, **how)


@pytest.mark.parametrize("named", [0, 1, 20])
def test_a_run_that_got_nothing_because_the_host_asks_for_a_pause_is_an_error(svodka, practice, crawl, named):
    practice.site.faults["*"] = busy(503)
    practice.site.faults["/robots.txt"] = Fault("status", status=404)
    urls = [practice.url.rstrip("/") + path for path in practice.site.paths()][:named]
    assert "HTTP 503" in crawl(*urls, code=5).stderr
    assert svodka.sql("SELECT exit_code FROM run") == [(5,)]


def test_a_pause_that_is_nearly_over_when_all_is_committed_was_still_why_the_run_ended(svodka, practice, crawl):
    """It is longer than a run waits for (60 s) by less than the commit takes: 6 would say that the page failed."""
    (path, *_) = practice.site.paths()
    practice.site.faults[path] = busy(503, headers=(("Retry-After", "61"),))
    slow = threading.Thread(target=hold_up_commits, args=(svodka.home.path / "svodka.db", practice))
    slow.start()
    crawl(practice.url.rstrip("/") + path, code=5)
    slow.join()


def hold_up_commits(database, practice):
    """Another writer is in the way for three seconds, from the crawl's first request on."""
    while not practice.requests:
        time.sleep(0.01)
    with closing(sqlite3.connect(database, isolation_level=None, timeout=30)) as other:
        other.execute("BEGIN IMMEDIATE")
        time.sleep(3)
        other.execute("ROLLBACK")


@pytest.mark.parametrize("delay", ["0", "0.1"])
def test_after_a_retry_after_not_one_request_more_is_sent(svodka, practice, crawl, delay):
    for path in practice.site.paths():
        practice.site.faults[path] = busy()
    crawl("--delay", delay)
    assert len(articles_asked(practice)) == 1
    assert practice.requests[-1].status == 429
    assert svodka.sql("SELECT reason FROM run") == [("asked_to_wait",)]
    svodka.run("verify")


def test_what_was_not_sent_waits_as_long_and_was_no_attempt(svodka, practice, crawl):
    for path in practice.site.paths():
        practice.site.faults[path] = busy()
    crawl("--delay", "0.1")
    refused, *others = svodka.sql(
        "SELECT due_at, error, attempts FROM frontier WHERE state = 'waiting' ORDER BY attempts DESC"
    )
    assert refused[2] == 1
    assert others
    for due, error, attempts in others:
        assert str(due)[:16] == str(refused[0])[:16]
        assert error.startswith("HTTP 429 with Retry-After until 2")
        assert attempts == 0
    assert svodka.sql("SELECT count(*) FROM frontier WHERE state = 'leased'") == [(0,)]


def test_after_a_short_pause_every_page_is_fetched_within_the_run_and_the_limit(svodka, practice, crawl):
    practice.site.faults[practice.site.paths()[-1]] = busy(headers=(("Retry-After", "2"),), times=1)
    crawl("--max-pages", "60")
    assert svodka.sql("SELECT count(*) FROM article_latest") == [(30,)]
    ((asked, due),) = [
        (before.time, after.time)
        for before, after in zip(practice.requests, practice.requests[1:], strict=False)
        if before.status == 429
    ]
    assert due - asked >= 2


def test_what_was_put_off_by_a_clock_that_was_a_year_ahead_is_asked_for(svodka, practice, crawl):
    practice.site.faults = {path: busy() for path in practice.site.paths()}
    crawl()
    ahead = f"'{datetime.now(UTC) + timedelta(days=366):%Y-%m-%dT%H:%M:%S.000000Z}'"
    svodka.change(
        f"UPDATE host_pace SET not_before = {ahead}",
        f"UPDATE frontier SET due_at = {ahead} WHERE state = 'waiting'",
        f"UPDATE run SET started_at = {ahead}",
    )
    practice.site.faults = {}
    assert "finished" in crawl("--if-due").stderr
    assert svodka.sql("SELECT count(*) FROM article_latest") == [(30,)]


@pytest.mark.parametrize("status", [200, 304, 301])
def test_a_page_that_came_or_moved_asks_for_no_pause(status):
    head = parse_head(b"HTTP/1.1 %d X\r\nRetry-After: 60\r\n\r\n" % status)
    assert asked_by("http://example.org/", head) is None


@pytest.mark.parametrize("value", ["", "soon", "-1"])
def test_a_retry_after_that_cannot_be_read_asks_for_nothing(value):
    head = parse_head(b"HTTP/1.1 503 X\r\nRetry-After: %b\r\n\r\n" % value.encode())
    assert asked_by("http://example.org/", head) is None


@pytest.mark.parametrize("status", [202, 400, 404, 429, 500, 503])
def test_any_other_answer_asks_for_its_host(status):
    pace = asked_by("http://EXAMPLE.org:8000/a", parse_head(b"HTTP/1.1 %d X\r\nRetry-After: 60\r\n\r\n" % status))
    assert pace is not None
    assert (pace.host, pace.blocked) == ("example.org", False)


def test_an_answer_that_breaks_off_is_heeded_too(svodka, practice, crawl):
    path = practice.site.paths()[-1]
    practice.site.faults[path] = Fault(
        "raw", data=b"HTTP/1.1 503 Busy\r\nRetry-After: 3600\r\nContent-Length: 100\r\n\r\nbus"
    )
    crawl("--delay", "0.05")
    assert practice.requests[-1].path == path
    assert svodka.sql("SELECT reason FROM run") == [("asked_to_wait",)]


# --- robots.txt --------------------------------------------------------------------------------------------------


def test_a_retry_after_of_robots_txt_is_remembered(svodka, practice, crawl):
    crawl("--max-pages", "2")
    practice.requests.clear()
    practice.site.faults["/robots.txt"] = busy(503)
    assert "asks us to wait: HTTP 503 with Retry-After" in crawl(code=5).stderr
    assert [request.path for request in practice.requests] == ["/robots.txt"]
    assert "not due" in crawl("--if-due").stderr
    assert "asks us to wait: HTTP 503 with Retry-After" in crawl(code=5).stderr
    assert [request.path for request in practice.requests] == ["/robots.txt"]


# --- refusals ----------------------------------------------------------------------------------------------------


def block(practice, paths):
    for path in paths:
        practice.site.faults[path] = Fault("challenge", status=403)


def test_a_site_that_refuses_every_page_is_asked_for_five_and_left_alone(svodka, practice, crawl):
    block(practice, practice.site.paths())
    told = crawl("--delay", "0.05")
    assert "vpk: blocked after" in told.stderr
    assert len(articles_asked(practice)) == 5
    assert svodka.sql("SELECT reason, exit_code, challenges FROM run") == [("blocked", 0, 5)]
    assert svodka.sql("SELECT host, blocked FROM host_pace") == [("127.0.0.1", 1)]
    svodka.run("verify")


def test_where_nothing_was_read_at_all_that_is_an_error(svodka, practice, crawl):
    practice.site.faults = {"*": Fault("challenge", status=403), "/robots.txt": Fault("status", status=404)}
    urls = [practice.url.rstrip("/") + path for path in practice.site.paths()]
    assert "the site does not let us in" in crawl(*urls, "--delay", "0.05", code=5).stderr
    assert len(articles_asked(practice)) == 5


def test_until_the_pause_is_over_no_run_asks_again_and_then_it_goes_on(svodka, practice, crawl):
    block(practice, practice.site.paths())
    crawl("--delay", "0.05")
    practice.requests.clear()
    assert "not due" in crawl("--if-due").stderr
    error = crawl(code=5).stderr
    assert "the site does not let us in: 5 pages in a row came to a challenge: " in error
    assert "not asked again before" in error
    assert practice.requests == []
    over = "'2020-01-01T00:00:00.000000Z'"
    svodka.change(
        f"UPDATE host_pace SET not_before = {over}", f"UPDATE frontier SET due_at = {over} WHERE state = 'waiting'"
    )
    practice.site.faults = {}
    crawl()
    assert svodka.sql("SELECT count(*) FROM article_latest") == [(30,)]
    assert svodka.sql("SELECT * FROM host_pace") == []


def test_a_page_that_can_be_read_in_between_shows_that_we_are_let_in(svodka, practice, crawl):
    numbers = sorted({_number(path) for path in practice.site.paths()})
    refused = [path for path in practice.site.paths() if _number(path) in numbers[::2]]
    block(practice, refused)
    crawl("--delay", "0.02")
    assert svodka.sql("SELECT reason, challenges FROM run") == [("finished", len(refused))]
    assert len(refused) > 10
    assert len({request.path for request in articles_asked(practice)}) == 30


def _number(path):
    return path.split("/")[2].partition("_")[0]


def test_pages_that_are_not_there_are_no_refusal(svodka, practice, crawl):
    lost = b"<html><title>404 Not Found</title><body>Not found</body></html>"
    wire = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n%b" % (len(lost), lost)
    for path in practice.site.paths():
        practice.site.faults[path] = Fault("raw", data=wire)
    crawl("--delay", "0.02")
    assert svodka.sql("SELECT reason FROM run") == [("finished",)]
    assert len({request.path for request in articles_asked(practice)}) == 30


# --- other hosts -------------------------------------------------------------------------------------------------


@pytest.fixture
def pictures():
    """Another host, `localhost`, on which the pictures of the practice site are."""
    with PracticeServer(PracticeSite(PracticeArchive(seed=1, articles=1, now=datetime(2025, 9, 22, tzinfo=UTC)))) as it:
        it.site.faults["/robots.txt"] = Fault("status", status=404)
        yield it


@pytest.fixture
def crawl_with(svodka, practice, pictures):
    """Crawls the practice site with pictures of another host in every article."""
    origin = pictures.url.rstrip("/").replace("127.0.0.1", "localhost")
    for number, path in enumerate(practice.site.paths()):
        practice.site.faults[path] = Fault("raw", data=_with_picture(practice, path, f"{origin}/static/{number}.png"))

    def run():
        arguments = ["-a", f"base_url={practice.url}"]
        settings = {"SVODKA_HOME": svodka.home.path, "DOWNLOAD_DELAY": "0.02", "AUTOTHROTTLE_ENABLED": "0",
                    "SVODKA_ALLOWED_PRIVATE_HOSTS": "localhost"}  # fmt: skip
        for name, value in settings.items():
            arguments += ["-s", f"{name}={value}"]
        command = [sys.executable, "-m", "scrapy", "crawl", "vpk", *arguments]
        return subprocess.run(command, cwd=ROOT, check=True, timeout=120, capture_output=True, text=True).stderr

    return run


def _with_picture(practice, path, url):
    head, _, body = practice.site.answer("GET", path, {}).wire.partition(b"\r\n\r\n")
    body = body.replace(b"</body>", b'<img src="' + url.encode() + b'"></body>')
    kept = [line for line in head.split(b"\r\n") if not line.lower().startswith(b"content-length")]
    return b"\r\n".join([*kept, b"Content-Length: %d" % len(body), b"", body])


def test_a_picture_on_another_host_does_not_close_the_site(svodka, practice, pictures, crawl_with):
    pictures.site.faults["*"] = busy(503, (("Retry-After", "86400"),))
    crawl_with()
    assert svodka.sql("SELECT reason FROM run") == [("finished",)]
    assert svodka.sql("SELECT count(*) FROM article_latest") == [(30,)]
    assert svodka.sql("SELECT host FROM host_pace") == [("localhost",)]


def test_the_other_host_is_left_alone_in_this_run_and_in_the_next(svodka, practice, pictures, crawl_with):
    pictures.site.faults["*"] = busy(503, (("Retry-After", "86400"),))
    crawl_with()
    assert Counter(request.status for request in pictures.requests)[503] == 1
    waiting = "SELECT count(*) FROM frontier WHERE state = 'waiting' AND url LIKE '%//localhost%'"
    ((before,),) = svodka.sql(waiting)
    assert before >= 30
    crawl_with()
    assert Counter(request.status for request in pictures.requests)[503] == 1
    svodka.change(
        "UPDATE host_pace SET not_before = '2020-01-01T00:00:00.000000Z'",
        "UPDATE frontier SET due_at = '2020-01-01T00:00:00.000000Z' WHERE state = 'waiting'",
    )
    del pictures.site.faults["*"]
    crawl_with()
    assert svodka.sql("SELECT count(*) FROM frontier WHERE url LIKE '%//localhost%' AND state = 'done'") == [(30,)]
