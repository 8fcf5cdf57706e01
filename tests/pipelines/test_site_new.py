"""A first site file from a few pages: what it guesses holds on these pages, what it cannot is said."""

import json
from datetime import UTC, datetime

import pytest

from archive.errors import UsageError
from archive.home import Home
from crawler.extraction.page import Page
from crawler.practice.server import PracticeArchive, PracticeServer, PracticeSite
from crawler.sites import load_site
from pipelines.site_check import SITES, check_fixtures, site_from_file
from pipelines.site_guess import article_regex, guess
from pipelines.site_new import new_site, site_file

SAVED = [SITES / f"fixtures/topwar/article-{number}.html" for number in (1, 2)]
NOW = datetime(2025, 9, 22, 9, 0, tzinfo=UTC)


@pytest.fixture
def written(tmp_path):
    """A site file made from the two saved articles of topwar, which name their own addresses."""
    found = new_site(Home(tmp_path / "data"), "mine", [str(path) for path in SAVED], into=tmp_path)
    return found, site_from_file(tmp_path / "mine.py")


def test_addresses_feed_zone_and_labels_are_guessed(written):
    _, site = written
    known = load_site("topwar").facts("https://topwar.ru/261234-a-b.html")
    assert site.facts("https://topwar.ru/261234-a-b.html") == known
    assert (site.base_url, site.languages, site.time_zone) == ("https://topwar.ru/", ("ru",), "Europe/Moscow")
    assert [(seed.path, seed.page_kind) for seed in site.seeds] == [
        ("/", "listing"), ("/rss.xml", "feed"), ("/sitemap.xml", "sitemap"),
    ]  # fmt: skip
    assert "Источник изображения" in site.labels.image_credit
    for seed in site.seeds:
        assert site.facts(site.base_url.rstrip("/") + seed.path).page_kind == seed.page_kind


def test_selectors_are_those_that_find_the_same_on_every_page(written):
    found, site = written
    assert found.selectors == site.selectors[0].fields
    assert found.selectors["title"] == "h1.fullnews__title"
    assert found.selectors["body"] == "div.fullnews__text > p"
    assert found.selectors["authors"] == "a.fullnews__author"


def test_its_fixtures_are_read_right_and_what_is_missing_is_said(written, tmp_path):
    found, site = written
    checked = check_fixtures(site, tmp_path / "fixtures")
    assert [(each.fixture, each.made_up, each.differences) for each in checked] == [
        ("article-1", False, ()), ("article-2", False, ()),
    ]  # fmt: skip
    assert {"outlet", "counters", "mentions"} <= set(found.not_found)
    assert not {"title", "authors", "body", "image", "published_at"} & set(found.not_found)
    expected = json.loads((tmp_path / "fixtures/mine/article-2.json").read_text())["expected"]
    assert expected["article"]["authors"][0]["name"] == "Мария Придуманная"


@pytest.mark.parametrize(
    ("path", "regex"),
    [
        ("/261234-na-poligone.html", r"/(?P<native_id>\d+)\-(?P<slug>[^/?]*)\.html"),
        ("/news/526690_v_rossii.html", r"/news/(?P<native_id>\d+)_(?P<slug>[^/?]*)\.html"),
        ("/show-261234-a.html", r"/show\-(?P<native_id>\d+)\-(?P<slug>[^/?]*)\.html"),
        ("/news/12345", r"/news/(?P<native_id>\d+)"),
        ("/20260302/279123456.html", r"/\d+/(?P<native_id>\d+)\.html"),
        ("/2026/03/02/a-story/", r"/\d+/\d+/\d+/(?P<slug>[^/?]+)/"),
        ("/world/a-story", r"/world/(?P<slug>[^/?]+)"),
    ],
)
def test_the_form_of_an_articles_address(path, regex):
    found = article_regex("https://news.example" + path)
    assert found.replace("\\-", "-") == regex.replace("\\-", "-")


def test_a_page_cannot_write_code_into_the_site_file(tmp_path):
    evil = '"""\nimport os\nos.mkdir("owned")\n"""'
    html = SAVED[0].read_text().replace("Военное обозрение", evil.replace('"', "&quot;"))
    html = html.replace('href="/rss.xml"', 'href="/&quot;),__import__(&quot;os&quot;)%0A.xml"')
    html = html.replace("fullnews__title", "x&quot;]+y")
    page = Page("https://topwar.ru/261234-a'\"b.html", html.encode(), "text/html", NOW)
    text = site_file("mine", guess([page]))
    (tmp_path / "mine.py").write_text(text)
    site = site_from_file(tmp_path / "mine.py")
    assert "import os" in site.title
    assert "\nimport os" not in text


def test_pages_are_fetched_by_a_crawl_and_kept(svodka, tmp_path):
    practice = PracticeSite(PracticeArchive(seed=1, articles=30, now=NOW), markup="metadata")
    with PracticeServer(practice) as server:
        urls = [server.url.rstrip("/") + path for path in practice.paths() if "/news/" in path][:2]
        found = svodka.json("site", "new", "mine", *urls, "--base-url", server.url, "--into", tmp_path)
        assert svodka.sql("SELECT count(*) FROM capture WHERE page_kind = 'article'") == [(2,)]
    assert len(found["fixtures"]) == 2
    site = site_from_file(tmp_path / "mine.py")
    facts = site.facts(urls[0])
    assert (facts.page_kind, facts.language, facts.native_id) == ("article", "ru", urls[0].split("/")[-1].split("_")[0])
    svodka.run("site", "check", "mine", "--into", tmp_path)
    svodka.run("verify")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["Mine!", SAVED[0]], "a site's name is a word"),
        (["mine", "nowhere.html"], "No such file"),
        (["mine", SAVED[0], "https://topwar.ru/"], "not both"),
        (["mine", "cookies.html"], "does not say where it is from"),
        (["mine", "cookies.html", "--url", "https://topwar.ru/1-a.html"], "none of the pages reads as an article"),
        (["mine", SAVED[0], "--url", "topwar.ru"], "not an http or https URL"),
    ],
)
def test_a_mistake_is_one_line_and_writes_nothing(svodka, tmp_path, arguments, message):
    cookies = tmp_path / "cookies.html"
    cookies.write_text("<title>Cookies, please</title><p>Accept all cookies.</p>")
    arguments = [cookies if each == "cookies.html" else each for each in arguments]
    error = svodka.run("site", "new", *arguments, "--into", tmp_path / "new", code=2).stderr
    assert message in error
    assert len(error.strip().splitlines()) == 1
    assert not (tmp_path / "new").exists()


def test_a_site_file_that_is_there_is_left_alone(svodka):
    before = (SITES / "vpk.py").read_bytes()
    assert "is there already" in svodka.run("site", "new", "vpk", SAVED[0], code=2).stderr
    assert (SITES / "vpk.py").read_bytes() == before


def test_two_sites_are_two_files():
    pages = [
        Page(f"https://{host}/1234-a.html", SAVED[0].read_bytes(), None, NOW) for host in ("a.example", "b.example")
    ]
    with pytest.raises(UsageError, match="another host"):
        guess(pages)
