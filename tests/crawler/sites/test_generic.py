"""Any site: an article is told by its metadata and its text; its identity by its path."""

from datetime import UTC, datetime

import pytest

from crawler.extraction.page import Page
from crawler.extraction.read import read_page
from crawler.sites import site_of

STORY = "".join(
    f"<p>Paragraph {n} of a story that goes on for a while and says one thing or another of it.</p>" for n in range(8)
)
HTML = f"""<html lang="en-GB"><head><title>A story of some length - News Example</title>
<meta property="og:site_name" content="News Example">
<script type="application/ld+json">{{"@type": "NewsArticle", "headline": "A story of some length",
"datePublished": "2025-09-01T10:00:00+03:00", "author": {{"@type": "Person", "name": "Jane Doe"}}}}</script></head>
<body><nav><a href="/world/">World</a></nav><article><h1>A story of some length</h1>{STORY}</article>
<footer>About us</footer></body></html>"""


def read(url, html=HTML):
    return read_page(
        Page(url, html.encode(), "text/html; charset=utf-8", datetime(2025, 9, 8, tzinfo=UTC)), site_of(url)
    )


def test_a_story_of_a_site_that_nobody_has_described():
    found = read("https://news.example/2025/09/01/a-story-of-it").article
    assert (found.title, found.language, found.site) == ("A story of some length", "en", "generic")
    assert ([author.name for author in found.authors], found.published_at) == (
        ["Jane Doe"],
        datetime(2025, 9, 1, 7, tzinfo=UTC),
    )
    assert (len(found.body), found.layers["body"]) == (8, "text:main text")


@pytest.mark.parametrize(
    ("path", "native_id"),
    [
        ("/2025/09/01/a-story-of-it", "2025-09-01-a-story-of-it"),
        ("/2025/09/01/a-story-of-it/", "2025-09-01-a-story-of-it"),
        ("/news/12345.html", "news-12345"),
        ("/story.php?id=7", "story-php-id-7"),
        ("/%D0%BD%D0%BE%D0%B2%D0%BE%D1%81%D1%82%D1%8C-1", "новость-1"),
    ],
)
def test_its_identity_is_its_path_and_stays_the_same(path, native_id):
    assert read("https://news.example" + path).article.native_id == native_id


def test_a_page_with_little_text_is_no_article():
    found = read("https://news.example/2025/a-story", "<title>Cookies, please</title><p>Accept all cookies.</p>")
    assert (found.article, bool(found.unreadable)) == (None, True)


def test_a_front_page_is_a_list_of_links():
    links = "".join(f'<li><a href="/2025/09/story-number-{n}">The headline of story {n}</a></li>' for n in range(3))
    found = read("https://news.example/", f"<ul>{links}</ul>")
    assert (found.kind, [row.rank for row in found.placements]) == ("listing", [1, 2, 3])
    assert {link.route for link in found.links} == {"listing"}
