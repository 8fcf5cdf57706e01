"""From the links of a page to rows of the frontier, newest first."""

from crawler.extraction.reader import FoundLink, PageReading
from crawler.items import Placement
from crawler.sites import load_site
from crawler.spiders.discovering import SEED_PRIORITY, article_priority, asked_for, discoveries, seeds

SITE = load_site("vpk").at("http://127.0.0.1:8000")
HERE = "http://127.0.0.1:8000/"


def listing(*links, rows=()):
    placements = [
        Placement("news", rank, f"{HERE}x", "t", native_id=str(number)) for rank, number in enumerate(rows, 1)
    ]
    return PageReading("listing", placements=placements, links=list(links), requisites=[HERE + "style.css"])


def found(reading, follow=True, url=HERE):
    return {row.url.removeprefix(HERE): row for row in discoveries(SITE, reading, url, 5, follow=follow)}


def test_seeds_are_due_again_in_every_run():
    assert [(row.page_kind, row.priority, row.refresh) for row in seeds(SITE)] == [
        ("listing", SEED_PRIORITY, True), ("listing", SEED_PRIORITY, True), ("feed", SEED_PRIORITY, True),
        ("sitemap", SEED_PRIORITY, True),
    ]  # fmt: skip


def test_the_newest_article_comes_first():
    rows = found(listing(*(FoundLink(f"{HERE}news/{n}_a.html", "article", "listing") for n in (7, 9, 8))))
    assert [rows[f"news/{n}_a.html"].priority for n in (7, 8, 9)] == [7, 8, 9]


def test_what_counts_visits_is_no_part_of_an_address():
    link = FoundLink(HERE + "news/5_a.html?utm_source=rss&utm_medium=feed", "article", "listing")
    assert list(found(listing(link))) == ["news/5_a.html", "style.css"]


def test_the_next_page_comes_behind_the_oldest_article_of_this_one():
    rows = found(listing(FoundLink(HERE + "news/page/2/", "listing", "pagination"), rows=[20, 12, 15]))
    assert (rows["news/page/2/"].priority, rows["news/page/2/"].refresh) == (11, True)


def test_only_the_next_page_is_followed_and_only_where_the_walk_goes_on():
    pages = [FoundLink(f"{HERE}news/page/{n}/", "listing", "pagination") for n in (1, 2, 3)]
    assert "news/page/2/" in found(listing(*pages))
    assert {"news/page/1/", "news/page/3/"} & found(listing(*pages)).keys() == set()
    assert "news/page/2/" not in found(listing(*pages), follow=False)


def test_what_a_list_names_is_there_today_and_what_an_article_names_may_not_be():
    links = [
        FoundLink(HERE + "news/7_a.html", "article", "body"),
        FoundLink(HERE + "sitemap.xml", "sitemap", "sitemap"),
    ]
    for kind, listed in (("listing", True), ("feed", True), ("sitemap", True), ("article", False)):
        rows = found(PageReading(kind, links=links))
        assert {row.listed for row in rows.values()} == {listed}


def test_what_a_page_needs_to_be_shown_comes_with_it():
    row = found(listing())["style.css"]
    assert (row.page_kind, row.priority, row.via) == ("requisite", 5, HERE)


def test_a_number_that_cannot_be_one_gives_no_priority():
    assert article_priority(SITE, "123") == 123
    assert article_priority(SITE, "9" * 40) == 0
    assert article_priority(SITE, None) == 0


def test_what_the_user_names_comes_before_all_else():
    row = asked_for(SITE, [HERE + "news/5_a.html"])[0]
    assert (row.page_kind, row.route, row.refresh) == ("article", "user", True)
    assert row.priority > SEED_PRIORITY
