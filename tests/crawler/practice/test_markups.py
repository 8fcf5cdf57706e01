"""Every markup prints the truth: each of its strings, on the page, in the order of the site's text."""

from __future__ import annotations

from importlib.resources import files

import pytest

from crawler.practice.content import PracticeArchive
from crawler.practice.markups import MARKUPS
from crawler.practice.site import PracticeSite

SEED = "/en/1018475_50-days-to-defeat-trumps-ultimatum-only-accelerated-the-russian-offensive.html"
SINGLE = ("title_raw", "subtitle", "views_raw", "comments_raw", "rating_raw", "rights_holder", "rights_statement")
REORDERED = {
    *("aside_first", "spa", "alt_only", "dated", "bitrix", "wordpress"),
    *("drupal", "joomla", "ucoz", "bem"),
    *("dle", "bootstrap3", "nuxt", "strict", "aspnet"),
    *("mobile", "handmade", "ghost", "mediawiki", "newspaper", "aem"),
    *("portal", "longread", "infinite", "netcat", "hugo"),
    *("django", "angular", "liferay", "blocktheme", "rails"),
    *("modx", "typo3", "uikit", "elementor", "astro", "phpbb", "microformats"),
    *("hostcms", "vbulletin", "telegraph", "foundation", "material", "yii"),
    *("wix", "elementplus", "primefaces", "qwik", "wap"),
}

# Ten elements around a paragraph, as those systems print.
HEAVY = {"elementor", "typo3", "material", "wix", "elementplus", "primefaces", "qwik"}


@pytest.fixture(scope="module")
def archive():
    return PracticeArchive(1, 80)


@pytest.fixture(scope="module", params=sorted(MARKUPS))
def site(request, archive):
    return PracticeSite(archive, markup=request.param)


def page_of(site, path):
    body = site.answer("GET", path, {}).wire.partition(b"\r\n\r\n")[2]
    return body.decode("utf-8")


def printed_strings(site, known):
    """What must stand in the page's text, by field."""
    hidden = MARKUPS[site.markup].in_attributes
    if known["rights_holder"] and "rights_holder" not in hidden:
        yield "rights_holder", None
    for field in SINGLE[:-2]:
        if known[field] and field.removesuffix("_raw") not in hidden:
            yield field, known[field]
    yield "rights_statement", known["rights_statement"]
    yield from (("lead", part) for part in (known["lead"] or "").split("\n") if part)
    yield from (("body", part) for part in known["body"])
    yield from (("authors", author["name"]) for author in known["authors"])
    yield from (("name_original", a["name_original"]) for a in known["authors"] if a["name_original"])
    yield from (("footnotes", footnote["text"]) for footnote in known["footnotes"])
    yield from (("mentions", mention["name"]) for mention in known["mentions"])
    if known["image"]:
        yield "credit", known["image"]["credit"]
    if known["disclaimer"]:
        yield "disclaimer", known["disclaimer"]
    for row in known["placements"]:
        yield "placement title", row["title"]
        yield "posted_raw", row["posted_raw"]


def test_every_string_of_the_truth_is_on_the_page(site, text_of):
    for path in site.paths():
        known = site.truth(path)["article"]
        page = page_of(site, path)
        text = text_of(page)
        for field, string in printed_strings(site, known):
            if string is None:
                assert known["rights_holder"] in text or f'alt="{known["rights_holder"]}"' in page, path
            else:
                assert " ".join(string.replace("\u00ad", "").split()) in text, (path, field)


def test_links_and_pictures_are_on_the_page(site, tree_of):
    for path in site.paths()[:30]:
        known = site.truth(path)["article"]
        tree = tree_of(page_of(site, path))
        targets = {site.base_url + href if href.startswith("/") else href for href in tree.xpath("//@href")}
        wanted = {known["original_url"]} | {item["url"] for item in known["mentions"] + known["links"]}
        wanted |= {row["url"] for row in known["placements"]} | {item["url"] for item in known["alternate"]}
        assert wanted <= targets
        if known["image"]:
            assert known["image"]["url"] in {site.base_url + source for source in tree.xpath("//img/@src")}


def test_what_stands_in_attributes_is_there(site):
    if not MARKUPS[site.markup].in_attributes:
        return
    page = page_of(site, SEED)
    assert 'title="Views: 983"' in page
    assert 'alt="InoSMI"' in page


def test_the_seed_text_stands_in_its_order(site, text_of):
    text = text_of(page_of(site, SEED))
    seed = files("crawler.practice.data").joinpath("seed_article.txt").read_text(encoding="utf-8")
    lines = [line.strip("• ") for line in seed.splitlines() if line.strip()]
    if site.markup in REORDERED:  # the article alone, without counters
        lines = [*lines[5:40], *lines[41:42]]
    if site.markup == "definition":
        lines = [line.replace("*Perf", "Perf") for line in lines]
    position = 0
    for line in lines:
        found = text.find(" ".join(line.split()), position)
        assert found >= 0, line
        position = found + len(line)


def test_listing_rows_are_on_the_page(site, text_of):
    for path in ("/", "/news/", "/en/", "/news/page/2/"):
        known = site.truth(path)["placements"]
        page = page_of(site, path)
        text = text_of(page)
        assert {row["block"] for row in known} >= {"news"}
        for row in known:
            assert " ".join(row["title"].replace("\u00ad", "").split()) in text
            assert f'"{row["url"].removeprefix(site.base_url)}"'.replace("&", "&amp;") in page


def test_the_time_of_publication_is_printed_where_the_markup_says_so(site):
    path = site.paths()[-1]
    known = site.truth(path)["article"]
    page = page_of(site, path)
    local = site.world.article(known["native_id"], known["language"]).published_at.strftime("%Y-%m-%dT%H:%M:%SZ")
    if MARKUPS[site.markup].published:
        assert known["published_at"] == local
        assert local in page or "22.09.2025 11:20" in page
    else:
        assert known["published_at"] is None
        assert local not in page


def test_pages_weigh_what_real_ones_do(site):
    sizes = sorted(len(page_of(site, path)) for path in site.paths())
    most = 78_000 if site.markup in HEAVY else 48_000
    assert 25_000 < len(page_of(site, SEED)) < most
    assert 22_000 < sizes[len(sizes) // 2] < most


def test_a_page_says_that_it_is_made_up_but_not_in_its_text(site, text_of):
    page = page_of(site, SEED)
    assert "everything here is made up" in page
    assert "made up" not in text_of(page)
