"""The layers, field by field in the site's order, with what found each value; links, requisites, what is refused."""

import subprocess
import sys
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from crawler.sites import load_site
from crawler.sites.site import SelectorSet

ARTICLE = """<html lang="en"><head><title>A title of the page (The Guardian, UK) - VPK</title>{head}</head><body>
<nav><a href="/">Front</a> <a href="/en/page/2/">2</a> <a href="/rss/">RSS</a> <a href="/login">Log in</a></nav>
<a href="/news/1018475_zagolovok.html">RU</a>
<h1>A title of the page (The Guardian, UK)</h1><p><b>983</b> <b>0</b> <b>7</b></p>
<img src="/file/img/a.jpg" srcset="/b.jpg 2x, /c.jpg 3x">
<p>Image source: © TASS</p><p>Peter Sauer (Pjotr Sauer)</p>
<p>First paragraph, see <a href="/en/7_x.html#c">this</a>.</p>
<p>Second paragraph.</p><p>Original publication: <a href="https://g.example/1">here</a></p>
<h3>Discussion</h3><ul><li>08.09 04:37 <b>5</b> <a href="/news/8_y.html">A row of the list</a></li></ul>
</body></html>"""


def article(read, head="", **options):
    return read(ARTICLE.replace("{head}", head), **options).article


def test_every_value_keeps_its_layer_and_the_text_it_was_read_from(read):
    found = article(read)
    assert found.layers["title"].startswith("landmarks:heading")
    assert found.layers["authors"] == "landmarks:byline"
    assert found.raw["authors"] == "Peter Sauer (Pjotr Sauer)"
    assert (found.raw["outlet"], found.raw["outlet_country"]) == ("(The Guardian, UK)", "UK")
    assert set(found.layers) <= {*found.__dataclass_fields__}


def test_metadata_speaks_first_for_the_time_and_disagreement_is_kept(read):
    meta = '<meta property="{}" content="{}">'
    time = meta.format("article:published_time", "2025-09-01T10:00:00+03:00")
    head = meta.format("og:title", "Another title") + time
    found = article(read, head)
    assert (found.title, found.published_at) == ("A title of the page", datetime(2025, 9, 1, 7, tzinfo=UTC))
    assert (found.published_precision, found.published_source) == ("minute", "metadata")
    assert found.conflicts == [{"field": "title", "layer": "metadata", "value": "Another title"}]


def test_a_time_is_of_the_metadata_only_where_the_metadata_said_it(read, vpk):
    printed = ARTICLE.replace("</h1>", "</h1><p><time class='published' datetime='2025-07-21'>21.07.2025</time></p>")
    selected = replace(
        vpk, selectors=(SelectorSet("V1", {"published_at": "time"}),), layers={"*": ("selectors", "landmarks")}
    )
    by_text = replace(vpk, layers={"*": ("text", "landmarks")})
    declared = '<meta property="article:published_time" content="2025-07-21T10:00:00+03:00">'
    found = {
        "metadata": article(read, declared),
        "landmarks": read(printed).article,
        "selectors": read(printed, site=selected).article,
        "text": read(
            printed.replace("Second paragraph.", "A second paragraph, of some length. " * 9), site=by_text
        ).article,
    }
    assert {layer: each.published_source for layer, each in found.items()} == {
        "metadata": "metadata", "landmarks": "page", "selectors": "page", "text": "page",
    }  # fmt: skip
    assert [each.layers["published_at"].partition(":")[0] for each in found.values()] == list(found)


@pytest.mark.parametrize(
    ("canonical", "conflict"),
    [
        ("/news/2_b.html", "https://vpk.name/news/2_b.html"),
        ("/news/1018475_zagolovok.html", None),  # the same article in another language
        ("/", None),
    ],
)
def test_a_page_that_calls_itself_another_article_is_in_conflict(read, canonical, conflict):
    found = article(read, f'<link rel="canonical" href="https://vpk.name{canonical}">').conflicts
    assert [each["value"] for each in found if each["field"] == "native_id"] == ([conflict] if conflict else [])


def test_a_wire_story_has_no_author_whoever_the_metadata_names(read):
    html = ARTICLE.replace("<p>Peter Sauer (Pjotr Sauer)</p>", "").replace(
        "{head}", '<meta name="author" content="Site Editor">'
    )
    assert read(html).article.authors == []


def test_selectors_go_first_and_old_captures_keep_their_set(read, vpk):
    sets = (
        SelectorSet("V1", {"title": "p.old", "published_at": "time@datetime"}, valid_until=date(2024, 12, 31)),
        SelectorSet("V2", {"title": "p.new"}),
    )
    site = replace(vpk, selectors=sets)
    head = "<p class=old>Old heading</p><p class=new>New heading</p><time datetime='2024-05-01 12:00'>x</time>"
    old = article(read, head, site=site, seen_at=datetime(2024, 12, 31, 23, tzinfo=UTC))
    new = article(read, head, site=site)
    assert (old.title, old.layers["title"], new.title) == ("Old heading", "selectors:V1", "New heading")
    assert old.published_at == datetime(2024, 5, 1, 9, tzinfo=UTC)


def test_links_once_each_with_their_route(read):
    routes = {link.url: (link.page_kind, link.route) for link in read(ARTICLE).links}
    assert routes == {
        "https://vpk.name/": ("listing", "listing"),
        "https://vpk.name/en/page/2/": ("listing", "pagination"),
        "https://vpk.name/rss/": ("feed", "feed"),
        "https://vpk.name/news/1018475_zagolovok.html": ("article", "alternate"),
        "https://vpk.name/en/7_x.html": ("article", "body"),
        "https://vpk.name/news/8_y.html": ("article", "sidebar"),
    }


def test_requisites_are_images_and_style_sheets(read):
    found = read(ARTICLE.replace("{head}", '<link rel="stylesheet" href="/s.css"><link rel="canonical" href="/x">'))
    assert found.requisites == [
        "https://vpk.name/s.css",
        "https://vpk.name/file/img/a.jpg",
        "https://vpk.name/b.jpg",
        "https://vpk.name/c.jpg",
    ]


def test_what_a_page_is_shown_with_is_no_page_that_it_leads_to(read):
    head = '<link rel="stylesheet" href="/s.css"><link rel="icon" href="/i.ico"><link rel="next" href="/next">'
    found = read(ARTICLE.replace("{head}", head), site=load_site("generic").at("https://vpk.name/"), kind="article")
    led = {link.url for link in found.links}
    assert "https://vpk.name/next" in led
    assert led.isdisjoint(found.requisites)


def test_a_page_without_an_article_is_unreadable_and_no_article(read):
    for html in (
        "",
        "<h1>Checking your browser</h1>",
        "<h1>A title (The Guardian, UK)</h1>",
        "<title>503</title><p>Later</p>",
    ):
        found = read(html)
        assert (found.kind, found.article) == ("article", None)
        assert found.unreadable


def test_a_notice_with_much_text_is_no_article_of_an_aggregator(read):
    notice = (
        "<h2>Технические работы</h2>" + "<div>Сайт временно недоступен, приносим извинения за неудобства.</div>" * 30
    )
    assert read(notice).article is None


def test_after_a_redesign_the_text_layer_comes_to_the_rescue(read):
    paragraphs = "".join(
        f"<p>Paragraph {n} of a story that goes on for a while and says a thing or two, or three.</p>"
        for n in range(12)
    )
    html = (
        f'<html><head><meta property="og:type" content="article"><meta property="og:title" content="A story">'
        f"</head><body><main><article>{paragraphs}</article></main></body></html>"
    )
    found = read(html).article
    assert found.title == "A story"
    assert (found.layers["body"], len(found.body)) == ("text:main text", 12)
    assert found.counters == []


def test_a_page_that_a_guard_refuses_says_so(read):
    assert "more than" in read("<div>" * 10_000).unreadable


def test_what_a_page_contains_never_raises(read):
    for html in (
        b"\x00" * 500,
        b"<",
        b"\xff\xfe",
        b"<h1>" + b"&#0;&#xD800;" * 50,
        "<h1>\ud83d\ude80 x (A, UK)</h1>".encode("utf-16", "surrogatepass"),
    ):
        assert read(html, content_type=None).article is None


def test_reading_an_article_by_its_landmarks_imports_no_slow_library():
    code = (
        "import sys, datetime\n"
        "from crawler.extraction.page import Page\n"
        "from crawler.extraction.read import read_page\n"
        "from crawler.sites import load_site\n"
        "now = datetime.datetime(2025, 9, 8, tzinfo=datetime.UTC)\n"
        "body = sys.stdin.buffer.read()\n"
        "found = read_page(Page('https://vpk.name/en/1018475_x.html', body, None, now), load_site('vpk'))\n"
        "assert found.article.title == 'A title of the page', found\n"
        "assert not {'trafilatura', 'htmldate', 'scrapy'} & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-W", "error", "-c", code], input=ARTICLE.encode(), check=True)


@pytest.mark.parametrize(
    ("said", "printed", "at", "precision"),
    [
        ("2025-09-07", "07.09.2025 12:30", "2025-09-07T09:30:00+00:00", "minute"),
        ("2025-09-07", "06.09.2025 12:30", "2025-09-06T21:00:00+00:00", "day"),
        ("2025-09-07T10:00:00+03:00", "07.09.2025 12:30", "2025-09-07T07:00:00+00:00", "minute"),
    ],
    ids=["the same day", "another day", "two minutes of a day"],
)
def test_of_a_day_and_a_minute_of_it_the_minute_is_taken(read, said, printed, at, precision):
    meta = f'<meta property="article:published_time" content="{said}">'
    html = ARTICLE.replace("{head}", meta).replace("</h1>", f"</h1><p>{printed}</p>", 1)
    found = read(html).article
    assert (found.published_at.isoformat(), found.published_precision) == (at, precision)
