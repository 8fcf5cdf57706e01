"""What pages say of themselves for machines, in the forms that sites use."""

import json
from datetime import UTC, datetime

import pytest

from crawler.extraction.metadata import as_authors, read_metadata
from crawler.extraction.page import Page
from crawler.sites import load_site

PERSON = {"@type": "Person", "name": "Jane Doe"}


def metadata(head, body="", url="https://vpk.name/en/1_a.html"):
    html = f"<html><head>{head}</head><body>{body}</body></html>"
    page = Page(url, html.encode(), "text/html; charset=utf-8", datetime(2025, 9, 8, tzinfo=UTC))
    return {name: finding.value for name, finding in read_metadata(page, load_site("vpk")).fields.items()}


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


def test_an_organisation_is_no_author():
    assert "authors" not in linked(
        '{"@type": "NewsArticle", "headline": "A", "author": {"@type": "Organization", "name": "ТАСС"}}'
    )


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


@pytest.mark.parametrize(
    ("printed", "names"),
    [
        (["By Jane Doe and John Smith"], ["Jane Doe", "John Smith"]),
        (["Von Jörg Meier (dpa)"], ["Jörg Meier"]),
        (["12345", ""], []),
        (["Jane Doe", "Jane Doe"], ["Jane Doe"]),
    ],
)
def test_names_as_metadata_has_them(printed, names):
    assert [author.name for author in as_authors(printed)] == names
