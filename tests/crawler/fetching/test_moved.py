"""What a redirect means for the row that was asked for, and for the one it leads to."""

from datetime import UTC, datetime

import pytest

from archive.records import Lease
from crawler.fetching.moved import after_redirect
from crawler.fetching.outcomes import RetryPolicy
from crawler.sites import load_site

NOW = datetime(2025, 9, 8, 4, 37, tzinfo=UTC)
ARTICLE = "https://vpk.name/news/1_a.html"


def redirected(target, status=301, kind="article", route="listing", url=ARTICLE):
    lease = Lease(7, url, kind, route, "never", 1, None, 5)
    return after_redirect(lease, status, target, load_site("vpk"), RetryPolicy(), NOW)


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_an_article_with_another_slug_is_done_and_its_new_address_a_row(status):
    [row], outcome = redirected("https://vpk.name/news/1_b.html", status)
    assert (row.url, row.page_kind, row.via, row.once_a_run) == (
        "https://vpk.name/news/1_b.html", "article", ARTICLE, False,
    )  # fmt: skip
    assert outcome.state == "done"


@pytest.mark.parametrize("target", ["https://vpk.name/login", "https://vpk.name/", "https://example.org/"])
def test_a_login_page_does_not_stand_for_an_article(target):
    assert redirected(target, 302)[1].state == "waiting"
    found, outcome = redirected(target, 301)
    assert (outcome.state, outcome.error) == ("failed", f"HTTP 301 to {target}")
    assert all(row.page_kind == "listing" for row in found)


@pytest.mark.parametrize(("status", "state"), [(301, "done"), (308, "done"), (302, "waiting")])
def test_a_list_may_become_any_page_of_the_site_for_good(status, state):
    [row], outcome = redirected(ARTICLE, status, kind="listing", url="https://vpk.name/")
    assert (row.page_kind, outcome.state) == ("article", state)


@pytest.mark.parametrize("status", [301, 302])
def test_a_redirect_to_itself_is_tried_again(status):
    found, outcome = redirected(ARTICLE, status)
    assert (found, outcome.state, outcome.error) == ([], "waiting", f"HTTP {status} to itself")


def test_a_redirect_that_leads_nowhere_fails():
    assert redirected(None)[1].error == "HTTP 301 that leads nowhere"


@pytest.mark.parametrize(
    ("kind", "route", "url", "target"),
    [
        ("listing", "listing", "https://vpk.name/", "https://vpk.name/news/"),
        ("feed", "feed", "https://vpk.name/rss/", "https://vpk.name/en/rss/"),
        ("article", "user", ARTICLE, "https://vpk.name/news/1_b.html"),
    ],
)
def test_what_every_run_or_the_user_asks_for_is_asked_for_at_its_new_address(kind, route, url, target):
    [row], _ = redirected(target, kind=kind, route=route, url=url)
    assert (row.url, row.once_a_run) == (target, True)


def test_what_belongs_to_a_page_may_be_on_any_host():
    [row], outcome = redirected("https://cdn.example.org/a.png", 302, kind="requisite", url="https://vpk.name/a.png")
    assert (row.page_kind, outcome.state) == ("requisite", "done")
