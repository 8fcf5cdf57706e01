"""Answers that are no page are never the end of a URL: what the site gives later is found."""

import json

import pytest

from crawler.practice.faults import Fault

UNREAD = "SELECT url, state, error FROM frontier WHERE page_kind = 'article' AND state NOT IN ('done', 'pending')"


def moved(location: str, status: int = 301) -> Fault:
    return Fault("status", status=status, headers=(("Location", location),))


@pytest.fixture
def crawl(svodka, practice):
    return lambda *arguments, **how: svodka.run("crawl", "vpk", "--base-url", practice.url, *arguments, **how)


def test_a_front_page_that_moved_is_read_by_every_run(crawl, svodka, practice):
    for path in ("/rss/", "/sitemap.xml"):
        practice.site.faults[path] = Fault("status", status=404)
    practice.site.faults |= {"/": moved("/news/"), "/en/": moved("/en/page/1/")}
    crawl()
    for article in practice.site.publish(2):
        crawl()
        read = f"SELECT count(*) FROM article WHERE native_id = '{article.native_id}'"
        assert svodka.sql(read)[0][0] >= 1


@pytest.mark.parametrize("status", [202, 204, 206, 302, 304, 307])
def test_an_answer_in_place_of_an_article_is_followed_by_another_try(crawl, svodka, practice, status):
    url = practice.url.rstrip("/") + practice.site.paths()[-1]
    practice.site.faults[practice.site.paths()[-1]] = Fault(
        "status", status=status, times=1, headers=(("Location", "/login"),)
    )
    crawl(url)
    assert svodka.sql(f"SELECT status FROM capture WHERE url = '{url}' ORDER BY captured_at") == [(status,), (200,)]
    assert svodka.sql(UNREAD) == []


def test_an_article_behind_a_login_page_is_not_known(crawl, svodka, practice):
    path = practice.site.paths()[-1]
    practice.site.faults[path] = moved("/login", 302)
    url = practice.url.rstrip("/") + path
    svodka.run("probe", url, "--site", "vpk", "--base-url", practice.url, code=6)
    assert svodka.sql("SELECT state, capture_id FROM frontier WHERE page_kind = 'article'") == [("waiting", None)]


def test_content_that_was_changed_on_its_way_is_content(crawl, svodka, practice):
    path = practice.site.paths()[-1]
    wire = practice.site.answer("GET", path, {}).wire.replace(b"HTTP/1.1 200 OK", b"HTTP/1.1 203 Changed")
    practice.site.faults[path] = Fault("raw", data=wire)
    crawl(practice.url.rstrip("/") + path)
    assert svodka.sql("SELECT status, read_state FROM capture WHERE page_kind = 'article'") == [(203, "read")]


@pytest.mark.parametrize("name", ["none", "utf-8"])
def test_a_page_whose_coding_is_none_is_read_and_read_again(crawl, svodka, practice, name):
    path = practice.site.paths()[-1]
    wire = practice.site.answer("GET", path, {}).wire
    wire = wire.replace(b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 200 OK\r\nContent-Encoding: %b\r\n" % name.encode(), 1)
    practice.site.faults[path] = Fault("raw", data=wire)
    crawl(practice.url.rstrip("/") + path)
    assert svodka.sql("SELECT status, read_state FROM capture WHERE page_kind = 'article'") == [(200, "read")]
    svodka.run("verify")
    svodka.run("rebuild", "--check")


def test_a_notice_in_place_of_an_article_is_asked_for_again_by_the_next_run(crawl, svodka, practice):
    path = practice.site.paths()[-1]
    practice.site.faults[path] = Fault("status", status=200, times=1)
    assert "1 failures" in crawl().stderr
    ((_, state, error),) = svodka.sql(UNREAD)
    assert (state, error) == ("failed", "unreadable: no heading with a body was found")
    crawl()
    assert svodka.sql(UNREAD) == []


def test_a_headline_that_is_changed_back_is_seen(crawl, svodka, practice):
    path = [each for each in practice.site.paths() if each.startswith("/en/")][-1]
    number = path.split("/")[2].split("_")[0]
    first = practice.site.world.article(number, "en").title
    crawl(practice.url.rstrip("/") + path)
    for title in ("Another headline altogether", first):
        practice.site.edit(number, "en", title=title)
        ((url,),) = svodka.sql("SELECT url FROM article_latest")
        crawl(url)
    assert svodka.sql("SELECT title FROM version ORDER BY number") == [
        (first,), ("Another headline altogether",), (first,),
    ]  # fmt: skip


def test_a_number_that_a_304_stands_for_is_inferred(crawl, svodka, practice):
    url = practice.url.rstrip("/") + practice.site.paths()[-1]
    crawl(url)
    crawl(url)
    of_time = "SELECT k.inferred FROM counter_series k JOIN capture c ON c.id = k.capture_id WHERE kind = 'views'"
    assert svodka.sql(f"{of_time} ORDER BY c.captured_at") == [(0,), (1,)]


def test_a_site_whose_lists_name_no_article_is_no_perfect_crawl(crawl, practice):
    page = b"<html><h1>News</h1>" + b"".join(
        b"<p><a href=/story/%d/>A story</a> 08.09 04:3%d" % (n, n) for n in range(9)
    )
    for path in ("/", "/en/", "/rss/", "/sitemap.xml"):
        practice.site.faults[path] = Fault("status", status=404)
    wire = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n%b" % (len(page), page)
    practice.site.faults["/"] = Fault("raw", data=wire)
    assert "no link is an article by the patterns of the site file for vpk" in crawl(code=6).stderr


def test_a_run_over_named_urls_does_not_put_off_the_next_walk(crawl, svodka, practice):
    crawl(practice.url.rstrip("/") + practice.site.paths()[-1])
    assert "not due" not in crawl("--if-due", "--max-pages", "3").stderr
    assert "not due" in crawl("--if-due").stderr
    assert json.loads(crawl("--if-due", "--json").stdout) == {"run": None, "site": "vpk", "reason": "not_due"}
