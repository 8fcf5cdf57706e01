"""Feeds and sitemaps, whole, broken and hostile."""

import gzip

import pytest

RSS = """<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>ВПК</title>
<item><title>&lt;b&gt;Первая&lt;/b&gt; &amp;quot;новость&amp;quot; (The Guardian, UK)</title><link>https://vpk.name/news/2_b.html#c</link>
<pubDate>Mon, 08 Sep 2025 04:37:00 +0300</pubDate></item>
<item><title><![CDATA[Вторая]]></title><guid isPermaLink="true">https://vpk.name/news/1_a.html</guid></item>
<item><title>Чужая</title><link>https://other.example/x</link></item></channel></rss>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>Первая</title><published>2025-09-08T01:37:00Z</published>
<link rel="self" href="/x"/><link rel="alternate" href="/news/2_b.html"/></entry></feed>"""
SITEMAP = """<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">
<url><loc>https://vpk.name/news/2_b.html</loc><lastmod>2025-09-08</lastmod></url>
<url><loc>https://vpk.name/en/3_c.html</loc><news:news><news:publication_date>2025-09-08T01:37:00Z</news:publication_date>
<news:title>Third</news:title></news:news></url><url><loc>https://vpk.name/contacts/</loc></url></urlset>"""
INDEX = "<sitemapindex><sitemap><loc>https://vpk.name/sitemap-1.xml.gz</loc></sitemap><sitemap><loc>/sitemap-2.xml</loc></sitemap></sitemapindex>"
BOMB = """<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>
<rss><item><title>&b;</title><link>/news/1_a.html</link></item></rss>"""


@pytest.fixture
def feed(read):
    return lambda text, kind="feed": read(text, url="https://vpk.name/rss/", kind=kind, content_type="text/xml")


def test_rss_rows_in_order(feed):
    found = feed(RSS)
    assert [(row.rank, row.native_id, row.language, row.title) for row in found.placements] == [
        (1, "2", "ru", 'Первая "новость" (The Guardian, UK)'),
        (2, "1", "ru", "Вторая"),
        (3, None, None, "Чужая"),
    ]
    assert found.placements[0].posted_at.isoformat() == "2025-09-08T01:37:00+00:00"
    assert [(link.url, link.route) for link in found.links] == [
        ("https://vpk.name/news/2_b.html", "feed"),
        ("https://vpk.name/news/1_a.html", "feed"),
    ]


@pytest.mark.parametrize(
    ("printed", "title"),
    [
        ("<![CDATA[Т-90 < Т-14, а 5 > 3]]>", "Т-90 < Т-14, а 5 > 3"),
        ("<![CDATA[<b>Т-90</b><!-- x --> &laquo;Искандер&raquo;]]>", "Т-90 «Искандер»"),
        ("5 &lt; 7 &gt; 3", "5 < 7 > 3"),
    ],
)
def test_a_sign_in_a_title_is_no_tag(feed, printed, title):
    row = feed(f"<rss><channel><item><title>{printed}</title><link>/news/1_a.html</link></item></channel></rss>")
    assert row.placements[0].title == title


def test_atom(feed):
    row = feed(ATOM).placements[0]
    assert (row.url, row.title, row.posted_at.isoformat()) == (
        "https://vpk.name/news/2_b.html",
        "Первая",
        "2025-09-08T01:37:00+00:00",
    )


@pytest.mark.parametrize("pack", [str.encode, lambda text: gzip.compress(text.encode())])
def test_a_sitemaps_lastmod_is_no_time_of_publication(feed, pack):
    found = feed(pack(SITEMAP), "sitemap")
    assert [(row.block, row.native_id, row.title, row.posted_at is None) for row in found.placements] == [
        ("sitemap", "2", None, True),
        ("sitemap", "3", "Third", False),
    ]


def test_an_index_names_sitemaps(feed):
    links = [(link.url, link.page_kind, link.route) for link in feed(INDEX, "sitemap").links]
    assert links == [(f"https://vpk.name/sitemap-{name}", "sitemap", "sitemap") for name in ("1.xml.gz", "2.xml")]


def test_a_feed_is_known_by_its_look_where_nobody_says_what_it_is(read):
    found = read(RSS, url="https://vpk.name/unknown", content_type="text/xml")
    assert (found.kind, len(found.placements)) == ("feed", 3)


def test_of_a_broken_feed_what_stands_before_the_damage(feed):
    assert len(feed(RSS[: RSS.index("Чужая")]).placements) >= 2


@pytest.mark.parametrize(
    "text", [BOMB, "", "no xml", "<html><body>Blocked</body></html>", gzip.compress(b"x", mtime=0)[:15]]
)
def test_what_is_no_feed_is_unreadable(feed, text):
    found = feed(text)
    assert (found.placements, found.links) == ([], [])
    assert found.unreadable.startswith("no feed")
    assert "aaaa" not in found.unreadable
