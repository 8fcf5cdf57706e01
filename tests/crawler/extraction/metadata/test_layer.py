"""What pages say of themselves for machines, in the forms that sites use."""

import json
from datetime import UTC, datetime

import pytest

from crawler.extraction.flow import read_flow
from crawler.extraction.metadata.authorship import as_authors
from crawler.extraction.metadata.layer import read_metadata
from crawler.extraction.page import Page
from crawler.sites import load_site

PERSON = {"@type": "Person", "name": "Jane Doe"}


def metadata(head, body="", url="https://vpk.name/en/1_a.html", site="vpk"):
    html = f"<html><head>{head}</head><body>{body}</body></html>"
    page = Page(url, html.encode(), "text/html; charset=utf-8", datetime(2025, 9, 8, tzinfo=UTC))
    blocks = read_flow(page.tree).blocks
    return {name: finding.value for name, finding in read_metadata(page, load_site(site), blocks).fields.items()}


def linked(data):
    return metadata(f'<script type="application/ld+json">{data}</script>')


def said(date, kind="NewsArticle", author=PERSON, title="A title"):
    return json.dumps({"@type": kind, "headline": title, "datePublished": date, "author": author})


@pytest.mark.parametrize(
    "data",
    [
        said("2025-09-01T10:00:00+03:00"),
        f'[{{"@type": "WebSite"}}, {said("2025-09-01T07:00Z", kind=["Article"], author=[PERSON])}]',
        f'{{"@graph": [{said("2025-09-01 10:00", author={"@id": "#j"})}, {json.dumps(PERSON | {"@id": "#j"})}]}}',
        "<!-- " + said("2025-09-01T07:00:00.000Z").replace("A title", "A\ntitle") + "; -->",
        f'{{"@type": "WebPage", "mainEntity": {said("2025-09-01T10:00:00+0300")}}}',
    ],
)
def test_json_ld_in_its_many_shapes(data):
    found = linked(data)
    assert (found["title"], found["published_at"]) == ("A title", datetime(2025, 9, 1, 7, tzinfo=UTC))
    assert [author.name for author in found["authors"]] == ["Jane Doe"]


@pytest.mark.parametrize(
    ("address", "found"), [("https://vpk.name/en/1_a.html", 1), ("https://vpk.name/en/2_b.html", 0)]
)
def test_the_page_itself_may_say_when_it_was_published(address, found):
    page = {"@type": "WebPage", "@id": address, "url": address, "datePublished": "2025-09-01T10:00:00+03:00"}
    graph = {"@graph": [{"@type": "WebSite", "url": "https://vpk.name/"}, page]}
    wanted = [datetime(2025, 9, 1, 7, tzinfo=UTC)] * found
    assert [value for name, value in linked(json.dumps(graph)).items() if name == "published_at"] == wanted


def test_an_organisation_is_an_author_only_where_nobody_else_is_named():
    agency = {"@type": "Organization", "name": "ТАСС"}
    assert [each.name for each in linked(said("2025-09-01", author=[agency, PERSON]))["authors"]] == ["Jane Doe"]
    assert [each.name for each in linked(said("2025-09-01", author=agency))["authors"]] == ["ТАСС"]


@pytest.mark.parametrize(
    ("head", "text", "names"),
    [
        ("<meta name=author content=jdoe>", "<p>Author: Jane Doe, Date: 3 March 2019</p>", ["Jane Doe"]),
        ("<meta name=author content=jdoe>", "<p>Nothing</p>", ["jdoe"]),
        ("<meta name=author content='The VPK'><meta property=og:site_name content='The VPK'>", "", ["The VPK"]),
        ("", "<p>Авторы: Анна Иванова и Пётр Сидоров</p>", ["Анна Иванова", "Пётр Сидоров"]),
        ("", "<p>(责编：牛镛、岳弘彬)</p>", ["牛镛", "岳弘彬"]),
        ("", "<p rel=author>Фото: Анна Иванова</p>", []),
        ("", "<p>The author: nobody knows him.</p>", []),
    ],
)
def test_full_names_come_first_then_a_label_in_the_text_then_what_else_is_named(head, text, names):
    assert [each.name for each in metadata(head, text).get("authors", [])] == names


@pytest.mark.parametrize(
    ("title", "heading", "read"),
    [
        ("Storm over the sea", "“It begins”: Storm over the sea", "Storm over the sea"),
        ("Storm over the sea", "Storm over the sea | Weather", "Storm over the sea"),
        ("The Site", "Storm over the sea", "Storm over the sea"),
        ("Storm at sea: why you should care", "Storm at sea: you should care", "Storm at sea: you should care"),
    ],
)
def test_a_title_is_told_from_kicker_site_and_search_engines_headline(title, heading, read):
    head = f"<title>{heading} - The Site</title><meta property=og:site_name content='The Site'>"
    found = metadata(f"{head}<meta property=og:title content='{title}'>", f"<h1>{heading}</h1>")
    assert found["title"] == read


def test_the_source_that_names_its_zone_speaks_for_the_minute():
    head = "<meta property=article:published_time content='2025-09-01T07:00:00Z'>"
    script = f'<script type="application/ld+json">{said("2025-09-01 12:00")}</script>'
    assert metadata(script + head)["published_at"] == datetime(2025, 9, 1, 7, tzinfo=UTC)
    assert metadata(script)["published_at"] == datetime(2025, 9, 1, 9, tzinfo=UTC)  # the site's own zone


def test_where_no_zone_is_known_a_time_is_only_a_day():
    script = f'<script type="application/ld+json">{said("2025-09-01 12:00")}</script>'
    found = metadata(script, site="generic")
    assert (found["published_at"], found["published_precision"]) == (datetime(2025, 9, 1, tzinfo=UTC), "day")


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("2025-09-01", "2025-09-01T10:00:00+03:00"),
        ("2025-09-01T00:00:00", "2025-09-01T07:00:00Z"),
        ("2025-09-01T00:00:00.000", "2025-09-01 10:00"),
    ],
)
def test_the_minute_counts_more_than_the_day(first, second):
    head = "<meta property=article:published_time content='{}'>"
    script = f'<script type="application/ld+json">{said(first)}</script>'
    found = metadata(script + head.format(second))
    assert (found["published_at"], found["published_precision"]) == (datetime(2025, 9, 1, 7, tzinfo=UTC), "minute")
    found = metadata(script + head.format("2025-09-02T10:00:00+03:00"))  # of another day
    assert (found["published_at"], found["published_precision"]) == (datetime(2025, 8, 31, 21, tzinfo=UTC), "day")


OWN, OTHER = "2025-09-01T07:00:00Z", "2025-08-01T07:00:00Z"
LONG = "A headline of some length"


def object_(date, kind="NewsArticle", **keys):
    return {"@type": kind, "datePublished": date, **keys}


@pytest.mark.parametrize(
    ("first", "own"),
    [
        ({"url": "https://vpk.name/en/2_b.html"}, {"url": "https://vpk.name/en/1_another-slug.html"}),
        ({"url": "/en/2_b.html"}, {"mainEntityOfPage": {"@id": "https://vpk.name/en/1_a.html#article"}}),
        ({"@id": "https://vpk.name/en/2_b.html#article"}, {"@id": "article-1"}),
        ({"mainEntityOfPage": "https://vpk.name/en/2_b.html", "headline": "Another"}, {"headline": "A title"}),
        ({"headline": "Another story of some length"}, {"headline": LONG}),
        ({"kind": "DiscussionForumPosting", "headline": LONG}, {"url": "https://vpk.name/en/"}),
        ({"kind": "DiscussionForumPosting", "url": "/en/1_a.html"}, {}),
    ],
)
def test_the_object_of_another_story_is_not_the_pages(first, own):
    data = json.dumps([object_(OTHER, **first), object_(OWN, **own)])
    head = f'<title>{LONG} - VPK</title><script type="application/ld+json">{data}</script>'
    assert metadata(head)["published_at"] == datetime(2025, 9, 1, 7, tzinfo=UTC)


def test_where_all_objects_are_of_other_stories_none_is_read():
    data = json.dumps([object_(OTHER, url=f"https://vpk.name/en/{number}_b.html") for number in (2, 3)])
    assert linked(data) == {}


@pytest.mark.parametrize(
    "url", ["https://vpk.name/", "https://vpk.name/en/", "https://elsewhere.example/x", "https://vpk.name/#schema/7"]
)
def test_an_address_that_is_no_other_storys_speaks_against_nothing(url):
    assert linked(json.dumps(object_(OWN, url=url)))["published_at"] == datetime(2025, 9, 1, 7, tzinfo=UTC)


def test_a_page_may_have_several_addresses():
    head = "<link rel=canonical href='/story/7/'><script type='application/ld+json'>{}</script>"
    data = json.dumps([object_(OTHER, url="/story/8/"), object_(OWN, url="https://www.vpk.name/story/7")])
    assert metadata(head.format(data), url="https://vpk.name/amp/7")["published_at"].month == 9


MICRODATA = "<time itemprop=datePublished datetime='{}'></time>"
TEASERS = {
    "a link": f"<div itemscope><a itemprop=url href=/en/2_b.html>B</a>{MICRODATA.format(OTHER)}</div>",
    "a headline": f"<div itemscope><b itemprop=headline>Another</b><a itemprop=url href=/en/2_b.html>B</a>"
    f"{MICRODATA.format(OTHER)}</div>",
    "a comment": f"<div itemscope itemtype=https://schema.org/Comment>{MICRODATA.format(OTHER)}</div>",
    "nothing": f"<div itemscope>{MICRODATA.format(OTHER)}</div>",
}


@pytest.mark.parametrize("teaser", TEASERS.values(), ids=TEASERS)
@pytest.mark.parametrize(
    "naming",
    [
        "<h1>A headline of some length</h1>",
        "<h2 itemprop=headline>A headline of some length</h2>",
        "<meta itemprop=mainEntityOfPage itemscope itemid=https://vpk.name/en/1_a.html>",
        "<link itemprop=url href=/en/1_a.html>",
    ],
)
def test_microdata_in_a_block_of_news_is_not_the_pages(teaser, naming):
    body = f"{teaser}<article itemscope>{naming}{MICRODATA.format(OWN)}</article>{teaser}"
    assert metadata(f"<title>{LONG}</title>", body)["published_at"] == datetime(2025, 9, 1, 7, tzinfo=UTC)


def test_of_microdata_that_may_be_anyones_none_is_read():
    assert "published_at" not in metadata("", 2 * TEASERS["nothing"])
    assert "published_at" not in metadata("", TEASERS["a link"])
    assert metadata("", TEASERS["nothing"])["published_at"].month == 8


@pytest.mark.parametrize(
    "data",
    [
        "{",
        "[]",
        "null",
        '{"@type": 5}',
        '{"@type": "NewsArticle", "headline": {"a": []}, "datePublished": 5}',
        "[" * 5_000,
    ],
)
def test_broken_json_ld_finds_nothing(data):
    assert linked(data) == {}


def test_open_graph_microdata_and_the_title_tag():
    assert metadata('<meta property="og:title" content="A title (The Guardian, UK)">')["outlet_country"] == "GB"
    assert metadata("", '<meta itemprop="datePublished" content="2025-09-01">')["published_precision"] == "day"
    assert (
        metadata("<title>A long title - ВПК.name</title><meta property=og:site_name content=ВПК.name>")["title"]
        == "A long title"
    )


def test_the_heading_decides_where_a_title_ends():
    assert (
        metadata("<title>A title of some length | News | Sport</title>", "<h1>A title of some length</h1>")["title"]
        == "A title of some length"
    )


def test_hreflang_names_the_other_language():
    link = '<link rel="alternate" hreflang="{}" href="{}">'
    head = link.format("en-GB", "/en/1_a.html") + link.format("ru", "/news/1_b.html")
    assert [(each.language, each.url) for each in metadata(head)["alternate"]] == [
        ("ru", "https://vpk.name/news/1_b.html")
    ]


BYLINE = "<h1>A story about a bridge</h1><p>By Jane Doe</p>"


@pytest.mark.parametrize(
    ("head", "names"),
    [
        ("<meta name=author content='The Editors'>", ["Jane Doe"]),
        ("<meta name=author content='John Smith'>", ["Jane Doe"]),
        (f'<script type="application/ld+json">{said("2025-09-01", author="John Smith")}</script>', ["John Smith"]),
        ("<meta property=og:site_name content='Jane Doe'>", None),
    ],
    ids=["an editorial team", "another", "JSON-LD", "the site itself"],
)
def test_a_printed_byline_is_surer_than_meta_tags(head, names):
    found = metadata(f"<title>A story about a bridge</title>{head}", BYLINE).get("authors")
    assert [each.name for each in found or []] == (names or [])


def test_authors_of_other_stories_are_not_this_ones():
    teaser = "<div><p>Another story</p><p><span><a rel=author>{}</a></span></p></div>"
    page = "<div><p><a rel=author></a><a rel=author>Jane Doe</a> and <a rel=author>John Smith</a></p></div>"
    found = metadata("", page + teaser.format("Anna Brown"))["authors"]
    assert [each.name for each in found] == ["Jane Doe", "John Smith"]


@pytest.mark.parametrize(
    ("printed", "names"),
    [
        (["By Jane Doe and John Smith"], ["Jane Doe", "John Smith"]),
        (["Von Jörg Meier (dpa)"], ["Jörg Meier"]),
        (["12345", ""], []),
        (["Jane Doe", "Jane Doe"], ["Jane Doe"]),
        (["Autor/in: Jörg Meier"], ["Jörg Meier"]),
        (["BY: Jane Doe", "Jane Doe"], ["Jane Doe"]),
        (["JANE DOE, Auto Writer"], ["JANE DOE"]),
        (["Jane Doe, Pixabay"], ["Jane Doe"]),
        (["Иван Иванов, РИА Новости"], ["Иван Иванов"]),
        (["In English"], []),
        (["Фото из архива"], []),
    ],
)
def test_names_as_metadata_has_them(printed, names):
    assert [author.name for author in as_authors(printed)] == names


@pytest.mark.parametrize(
    ("picture", "is_of_article"),
    [
        ("/file/img/su-57-a1b2-1757302620.t.jpg", True),
        ("/file/img/the-logo-of-the-exhibition.jpg", True),
        ("/img/share.png", False),
        ("/img/vpk-share-fb.jpg", False),
        ("/static/logo_1200x630.png", False),
        ("/i/default.png", False),
        ("/og-image.jpg", False),
    ],
)
def test_the_sites_own_picture_is_none_of_the_article(picture, is_of_article):
    found = metadata(f'<meta property="og:image" content="{picture}">')
    assert ("image" in found) is is_of_article
