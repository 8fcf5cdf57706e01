"""When the site is in trouble or does not want us: what is kept, what waits, and what the user is told."""

import re

import pytest

from archive.warc.reader import read_capture_at
from crawler.practice.server import Fault


def test_a_503_is_tried_again_and_both_answers_are_kept(svodka, practice):
    practice.site.faults["/"] = Fault("status", status=503, times=1)
    svodka.run("crawl", "vpk", "--base-url", practice.url)
    url = practice.url
    assert svodka.sql(f"SELECT status, attempt FROM capture WHERE url = '{url}' ORDER BY captured_at") == [
        (503, 1), (200, 2),
    ]  # fmt: skip
    svodka.run("verify")


@pytest.mark.parametrize("kind", ["cut", "drop", "bad_gzip", "broken_chunk"])
def test_a_broken_download_is_kept_as_it_came_and_tried_again(svodka, practice, kind):
    practice.site.faults["/en/"] = Fault(kind, times=1)
    svodka.run("crawl", "vpk", "--base-url", practice.url)
    captures = svodka.sql(f"SELECT status, attempt FROM capture WHERE url = '{practice.url}en/' ORDER BY captured_at")
    assert len(captures) == 2
    svodka.run("verify")


def test_a_page_longer_than_its_content_length_is_read_as_far_as_that_and_the_rest_is_kept(svodka, practice):
    """A server that counts letters, not bytes, and is mended later."""
    path = next(path for path in practice.site.paths() if "/news/" in path)
    url = practice.url.rstrip("/") + path
    whole = practice.site.answer("GET", path, {}).wire
    head, _, body = whole.partition(b"\r\n\r\n")
    lying = re.sub(rb"Content-Length: \d+", b"Content-Length: %d" % (len(body) - 700), head)
    practice.site.faults[path] = Fault("raw", data=lying + b"\r\n\r\n" + body)
    said = svodka.run("crawl", "vpk", url, "--base-url", practice.url).stderr
    assert "700 bytes came behind the end of the response" in said
    ((name, offset, *seen),) = svodka.sql(
        f"SELECT warc_file, \"offset\", stray_bytes, truncated, read_state FROM capture WHERE url = '{url}'"
    )
    assert seen == [700, None, "read"]
    stored = read_capture_at(svodka.home.warc_path("vpk", name), offset)
    assert stored.block + stored.notes.stray == lying + b"\r\n\r\n" + body
    assert "1 pages of the last run came with bytes behind" in svodka.run("health", code=1).stdout
    del practice.site.faults[path]
    svodka.run("crawl", "vpk", url, "--base-url", practice.url)
    assert practice.requests[-1].status == 200  # not asked for with validators: half a page is not vouched for
    svodka.run("verify")
    svodka.run("rebuild", "--check")


def test_a_long_retry_after_ends_the_run_and_is_remembered(svodka, practice):
    practice.site.faults["/"] = Fault("status", status=429, headers=(("Retry-After", "3600"),))
    svodka.run("crawl", "vpk", "--base-url", practice.url, code=5)
    asked = len(practice.requests)
    again = svodka.run("crawl", "vpk", "--base-url", practice.url, code=5)
    assert "asks us to wait: HTTP 429 with Retry-After until" in again.stderr
    assert len(practice.requests) == asked


def test_a_short_retry_after_is_waited_for(svodka, practice):
    practice.site.faults["/"] = Fault("status", status=429, headers=(("Retry-After", "2"),), times=1)
    svodka.run("crawl", "vpk", "--base-url", practice.url)
    first, second = (request.time for request in practice.requests if request.path == "/")
    assert second - first >= 2


def test_a_crawl_right_after_one_that_could_not_connect_says_why_it_does_nothing(svodka):
    nobody = "http://127.0.0.1:9/"
    assert "nothing could be fetched" in svodka.run("crawl", "vpk", "--base-url", nobody, code=6).stderr
    assert "nothing is due before" in svodka.run("crawl", "vpk", "--base-url", nobody, code=6).stderr


def test_a_challenge_page_is_never_content(svodka, practice):
    practice.site.faults["*"] = Fault("challenge", status=403)
    practice.site.faults["/robots.txt"] = Fault("status", status=404)
    error = svodka.run("crawl", "vpk", "--base-url", practice.url, code=5).stderr
    assert "does not let us in" in error
    assert svodka.sql("SELECT count(*) FROM reading") == [(0,)]
    assert {
        state for (state,) in svodka.sql("SELECT DISTINCT read_state FROM capture WHERE page_kind != 'robots'")
    } == {"not_content"}


def test_an_unreachable_robots_txt_means_closed(svodka, practice):
    practice.site.faults["/robots.txt"] = Fault("status", status=503)
    svodka.run("crawl", "vpk", "--base-url", practice.url, code=6)
    assert {request.path for request in practice.requests} == {"/robots.txt"}


def test_a_robots_txt_that_cannot_be_decoded_means_closed(svodka, practice):
    practice.site.faults["/robots.txt"] = Fault("bad_gzip")
    error = svodka.run("crawl", "vpk", "--base-url", practice.url, code=6).stderr
    assert f"{practice.url}robots.txt: the body is damaged" in error
    assert {request.path for request in practice.requests} == {"/robots.txt"}


def test_a_closed_site_costs_its_pages_no_attempt_and_ends_the_run(svodka, practice):
    svodka.run("crawl", "vpk", "--base-url", practice.url, "--max-pages", "2")
    columns = "site, page_kind, route, render, priority, state, attempts, discovered_at"
    more = f"INSERT INTO frontier (url, {columns}) SELECT url || '?', {columns} FROM frontier WHERE state = 'pending'"
    svodka.change(more.replace("?", "?1"), more.replace("?", "?2"))
    practice.requests.clear()
    practice.site.faults["/robots.txt"] = Fault("status", status=503)
    pages = "FROM frontier WHERE page_kind != 'requisite' AND capture_id IS NULL"
    ((before,),) = svodka.sql(f"SELECT count(*) {pages}")
    assert "answered 503" in svodka.run("crawl", "vpk", "--base-url", practice.url, code=6).stderr
    assert [request.path for request in practice.requests] == ["/robots.txt"]
    assert svodka.sql(f"SELECT max(attempts), count(*) {pages}") == [(0, before)]
    ((waiting,),) = svodka.sql("SELECT count(*) FROM frontier WHERE state = 'waiting'")
    assert 20 <= waiting <= 50 < before


def test_what_failed_is_fetched_in_a_later_run_where_a_list_still_names_it(svodka, practice):
    path = next(path for path in practice.site.paths() if "/news/" in path)
    state = f"SELECT state FROM frontier WHERE url LIKE '%{path}'"
    practice.site.faults[path] = Fault("status", status=400)
    svodka.run("crawl", "vpk", "--base-url", practice.url)
    assert svodka.sql(state) == [("failed",)]
    asked = [request.path for request in practice.requests].count(path)
    assert asked == 1
    practice.site.faults.clear()
    svodka.run("crawl", "vpk", "--base-url", practice.url)
    assert svodka.sql(state) == [("done",)]


def test_a_removed_article_is_gone_and_a_refused_one_is_not(svodka, practice):
    svodka.run("crawl", "vpk", "--base-url", practice.url)
    urls = [url for (url,) in svodka.sql("SELECT url FROM capture WHERE page_kind = 'article' ORDER BY url LIMIT 3")]
    gone, refused, _ = ("/" + url.removeprefix(practice.url) for url in urls)
    practice.site.faults[gone] = Fault("status", status=410)
    practice.site.faults[refused] = Fault("status", status=403)
    svodka.run("crawl", "vpk", *urls, "--base-url", practice.url)
    assert svodka.sql(f"SELECT state FROM frontier WHERE url = '{urls[0]}'") == [("gone",)]
    assert svodka.sql(f"SELECT state FROM frontier WHERE url = '{urls[1]}'") == [("waiting",)]


def test_a_site_that_has_none_of_its_lists_any_more_is_no_perfect_crawl(svodka, practice):
    practice.site.faults["*"] = Fault("status", status=404)
    error = svodka.run("crawl", "vpk", "--base-url", practice.url, code=6).stderr
    assert "pages that a crawl begins with answer 404 or 410" in error
    worries = {each["check"] for each in svodka.lines("health", code=1) if each["worry"]}
    assert {"last run", "lists"} <= worries


def test_redirects_are_rows_and_their_wire_is_kept(svodka, practice):
    article = svodka.sql
    svodka.run("crawl", "vpk", "--base-url", practice.url, "--max-pages", "4")
    url = article("SELECT url FROM frontier WHERE page_kind = 'article' AND url LIKE '%/news/%' LIMIT 1")[0][0]
    wrong_slug = url.rpartition("_")[0].split("_")[0] + "_older_slug.html"
    svodka.run("crawl", "vpk", wrong_slug, "--base-url", practice.url)
    status, location = article(f"SELECT status, location FROM capture WHERE url = '{wrong_slug}'")[0]
    assert status == 301
    assert article(f"SELECT count(*) FROM frontier WHERE url = '{location}' AND via IS NOT NULL") == [(1,)]


@pytest.mark.parametrize(
    "location",
    ["/news/1_танк.html", "/news/1_%D1%82%D0%B0%D0%BD%D0%BA.html#comments"],
    ids=["as it stands", "fragment"],
)
def test_a_redirect_leads_to_the_page_that_it_means(svodka, practice, location):
    answer = f"HTTP/1.1 301 Moved Permanently\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n"
    practice.site.faults["/news/1_old.html"] = Fault("raw", data=answer.encode())
    svodka.run("crawl", "vpk", practice.url + "news/1_old.html", "--base-url", practice.url)
    svodka.run("crawl", "vpk", practice.url + "news/1_танк.html", "--base-url", practice.url)
    ((row,),) = svodka.sql("SELECT url FROM frontier WHERE url LIKE '%/news/1!_%' ESCAPE '!' AND url NOT LIKE '%old%'")
    assert row == practice.url + "news/1_%D1%82%D0%B0%D0%BD%D0%BA.html"
    assert practice.requests[-1].path == "/news/1_%D1%82%D0%B0%D0%BD%D0%BA.html"
