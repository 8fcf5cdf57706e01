"""`svodka crawl SITE URL...`: named pages are fetched, and tried again; where one waits, the end says so."""

import pytest

from crawler.practice.server import Fault


@pytest.fixture
def urls(practice):
    """Two articles of the practice site."""
    return [practice.url.rstrip("/") + path for path in practice.site.paths() if "/news/" in path][:2]


@pytest.fixture
def crawl(svodka, practice):
    """Crawls URLs of the practice site; `.stderr` is what the user is told."""
    return lambda *urls, **how: svodka.run("crawl", "vpk", *urls, "--base-url", practice.url, **how)


@pytest.fixture
def fail(practice):
    """Has the practice site fail at a URL."""

    def strike(url, kind="status", **how):
        practice.site.faults["/" + url.removeprefix(practice.url)] = Fault(kind, **how)

    return strike


def tries(svodka, url):
    return svodka.sql(f"SELECT status, attempt FROM capture WHERE url = '{url}' ORDER BY captured_at")


@pytest.mark.parametrize(
    "fault",
    [{"status": 503}, {"status": 503, "headers": (("Retry-After", "1"),)}, {"kind": "cut"}],
    ids=["503", "Retry-After", "cut off"],
)
def test_a_page_that_fails_once_is_fetched_in_the_same_run(svodka, practice, urls, crawl, fail, fault):
    fail(urls[0], times=1, **fault)
    assert "finished" in crawl(urls[0]).stderr
    assert tries(svodka, urls[0]) == [(fault.get("status", 200), 1), (200, 2)]
    assert svodka.sql("SELECT url, state FROM frontier WHERE url LIKE '%/news/%' AND state != 'pending'") == [
        (urls[0], "done")
    ]


def test_pages_that_moved_are_fetched_however_few_tries_a_url_has(svodka, urls, crawl, fail):
    svodka.home.path.mkdir(parents=True)
    svodka.home.config_path.write_text("[crawl]\nmax_attempts = 1\n")
    old = [url.replace("_", "_old-") for url in urls]
    for before, now in zip(old, urls, strict=True):
        fail(before, status=301, headers=(("Location", now),))
    assert "finished" in crawl(*old).stderr
    assert sorted(url for (url,) in svodka.sql("SELECT url FROM article_latest")) == sorted(urls)


def test_a_page_that_fails_after_the_frontier_was_found_empty_is_fetched_too(svodka, urls, crawl, fail):
    fail(urls[0], status=503, times=1)
    crawl(urls[0], "--delay", "0.8")  # the page is asked for only after a lease that brought nothing
    assert tries(svodka, urls[0]) == [(503, 1), (200, 2)]


def test_while_a_page_waits_no_other_is_fetched_in_its_place(svodka, practice, urls, crawl, fail):
    crawl("--max-pages", "1")  # leaves many rows that are due
    practice.requests.clear()
    fail(urls[0], status=503, times=1)
    crawl(urls[0])
    path = "/" + urls[0].removeprefix(practice.url)
    pages = [each.path for each in practice.requests if each.path.endswith((".html", "/"))]
    assert pages == [path, path]


def test_a_page_that_waited_already_does_not_give_its_place_to_another(svodka, practice, urls, crawl, fail):
    fail(urls[0], status=429, headers=(("Retry-After", "3600"),))
    crawl(urls[0], code=5)
    svodka.change("DELETE FROM host_pace")
    practice.requests.clear()
    assert "nothing is due before" in crawl(urls[0], code=6).stderr
    assert practice.requests == []


def test_a_host_that_asks_for_a_long_wait_is_told_of(svodka, practice, urls, crawl, fail):
    fail(urls[0], status=503, headers=(("Retry-After", "3600"),))
    done = crawl(urls[0], code=5)
    assert f"{urls[0]} waits until 2" in done.stderr
    assert "UTC: HTTP 503; a crawl after that fetches what waits" in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert svodka.sql("SELECT exit_code FROM run") == [(5,)]


def test_a_page_that_fails_again_and_again_waits_longer_than_a_run(svodka, urls, crawl, fail):
    crawl("--max-pages", "1")
    svodka.change(f"UPDATE frontier SET attempts = 3 WHERE url = '{urls[0]}'")  # the next wait is 128 s
    fail(urls[0], status=503)
    assert f"{urls[0]} waits until 2" in crawl(urls[0], code=6).stderr
    assert tries(svodka, urls[0]) == [(503, 4)]


def test_where_some_are_fetched_those_that_wait_are_named(svodka, practice, urls, crawl, fail):
    fail(urls[1], status=429, headers=(("Retry-After", "3600"),))
    assert f"{urls[1]} waits until 2" in crawl(*urls).stderr
    svodka.change("DELETE FROM host_pace", "UPDATE frontier SET due_at = '2020-01-01' WHERE state = 'waiting'")
    practice.site.faults.clear()
    assert svodka.json("crawl", "vpk", *urls, "--base-url", practice.url)["waiting"] == []
    assert tries(svodka, urls[1]) == [(429, 1), (200, 2)]


@pytest.mark.parametrize(
    ("fault", "said", "state"),
    [
        ({"status": 404}, "is gone: HTTP 404", "gone"),
        ({"status": 410}, "is gone: HTTP 410", "gone"),
        ({"status": 401}, "failed: HTTP 401", "failed"),
    ],
)
def test_a_page_that_is_not_to_be_had_is_named_with_the_reason(svodka, practice, urls, crawl, fail, fault, said, state):
    fail(urls[1], **fault)
    assert f"{urls[1]} {said}\n" in crawl(*urls).stderr
    fail(urls[1], **fault)
    told = svodka.json("crawl", "vpk", *urls, "--base-url", practice.url)["no_pages"]
    assert told == [{"url": urls[1], "state": state, "error": f"HTTP {fault['status']}"}]


def test_the_page_limit_counts_every_try(svodka, practice, urls, crawl, fail):
    fail(urls[0], status=503, times=1)
    assert "waits until" in crawl(urls[0], "--max-pages", "1", code=6).stderr
    assert tries(svodka, urls[0]) == [(503, 1)]


def pending(svodka):
    return {url for (url,) in svodka.sql("SELECT url FROM frontier WHERE state = 'pending'")}


def test_what_other_pages_need_is_left_to_other_crawls(svodka, practice, urls, crawl):
    crawl(urls[0])
    others = practice.url + "left-by-a-killed-run.css"
    svodka.change(
        "UPDATE frontier SET state = 'pending', capture_id = NULL WHERE page_kind = 'requisite'",
        f"UPDATE frontier SET url = '{others}' WHERE id = (SELECT MIN(id) FROM frontier WHERE route = 'requisite')",
    )
    before = pending(svodka)
    crawl(urls[0])
    fetched = {
        url for (url,) in svodka.sql("SELECT url FROM frontier WHERE page_kind = 'requisite' AND state = 'done'")
    }
    assert before - pending(svodka) <= fetched
    assert fetched
    assert others in pending(svodka)


def test_what_a_page_needs_is_fetched_past_the_limit_of_pages(svodka, urls, crawl):
    crawl(*urls, "--max-pages", "1")
    rows = svodka.sql("SELECT page_kind, state, COUNT(*) FROM frontier GROUP BY 1, 2")
    states = {(kind, state): count for kind, state, count in rows}
    assert states["article", "done"] == 1
    assert states["requisite", "done"] > 0
    assert ("requisite", "pending") not in states
