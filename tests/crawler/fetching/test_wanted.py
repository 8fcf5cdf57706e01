"""A crawl of named URLs asks for these, for what they lead to, and for nothing twice unless it has to."""

from __future__ import annotations

from archive.records import Discovery, Lease, Outcome
from crawler.fetching.wanted import MOST_REDIRECTS, Wanted

PAGE, IMAGE = "https://vpk.name/en/1_a.html", "https://vpk.name/a.jpg"


def lent(url, kind="article", number=1):
    return Lease(number, url, kind, "user", "never", 1, None, 0)


def test_pages_come_with_what_they_need() -> None:
    wanted = Wanted([PAGE])
    wanted.need([Discovery(IMAGE, "requisite", "requisite"), Discovery("https://vpk.name/", "listing", "listing")])
    assert wanted.urls(pages=True) == {PAGE, IMAGE}
    assert wanted.urls(pages=False) == {IMAGE}


def test_what_was_lent_is_asked_for_again_only_where_it_waits() -> None:
    wanted = Wanted([PAGE])
    wanted.need([Discovery(IMAGE, "requisite", "requisite")])
    wanted.lent([lent(PAGE), lent(IMAGE, "requisite", 2)])
    assert not wanted.urls(pages=True)
    wanted.ended(Outcome(1, "done"))
    wanted.ended(Outcome(2, "waiting"))
    assert wanted.urls(pages=True) == wanted.urls(pages=False) == {IMAGE}


def test_redirects_are_followed_up_to_a_bound() -> None:
    wanted = Wanted([PAGE])
    targets = [Discovery(f"https://vpk.name/en/{n}_b.html", "article", "user") for n in range(MOST_REDIRECTS + 1)]
    assert [wanted.also([each]) for each in targets] == [True] * MOST_REDIRECTS + [False]
    assert targets[-1].url not in wanted.urls(pages=True)


def test_a_walk_of_the_site_wants_no_url_by_name() -> None:
    wanted = Wanted([])
    wanted.need([Discovery(IMAGE, "requisite", "requisite")])
    assert (bool(wanted), wanted.also([Discovery(PAGE, "article", "user")])) == (False, False)
    assert not wanted.urls(pages=True)
