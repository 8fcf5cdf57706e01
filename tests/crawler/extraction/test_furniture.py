"""Elements and lines that are no part of an article."""

import pytest
from selectolax.lexbor import LexborHTMLParser

from crawler.extraction.flow import read_flow
from crawler.extraction.furniture import is_furniture, is_never_article
from crawler.extraction.pointers import is_link_item, is_pointer


def block(html):
    return read_flow(LexborHTMLParser(f"<html><body>{html}</body></html>")).blocks[0]


@pytest.mark.parametrize(
    "html",
    [
        "<nav>x</nav>",
        "<aside>x</aside>",
        "<div class=related>x</div>",
        "<div class=ArticleTeaserText>x</div>",
        "<div class='box shareButtons'>x</div>",
        "<div id=comments>x</div>",
        "<amedia-factbox>x</amedia-factbox>",
        "<div class='img-caption'>x</div>",
    ],
)
def test_furniture_is_told_by_tag_or_name(html):
    assert is_furniture(block(html).frame)


@pytest.mark.parametrize(
    "html",
    [
        "<div>x</div>",
        "<div class='story gradient shadow'>x</div>",
        "<div class=commentary>x</div>",
        "<article class='post tag-news category-ads'>x</article>",
        "<p class=author>x</p>",
        "<div class='elementor-widget hidden-xs'>x</div>",
    ],
)
def test_what_only_sounds_like_it_is_none(html):
    assert not is_furniture(block(html).frame)


def test_comments_and_sidebars_are_never_the_article():
    assert is_never_article(block("<div class=comment-list>x</div>").frame)
    assert not is_never_article(block("<div class=promo>x</div>").frame)


@pytest.mark.parametrize(
    "html",
    [
        "<p><a href=/x>Another story about another bridge in the north</a></p>",
        "<p>Les også: <a href=/x>En annen sak om en annen bro</a></p>",
        "<p>Lesen Sie auch</p>",
        "<p>Mehr zum Thema finden Sie <a href=/x>hier</a>.</p>",
        "<div>- Advertisement -</div>",
        "<div>Реклама</div>",
        "<p>Externen Inhalt anzeigen</p>",
        "<p>[button link=x]Send[/button]</p>",
        "<p>» <a href=/x>A story</a> from the archive, in other words</p>",
    ],
)
def test_a_line_that_points_elsewhere(html):
    assert is_pointer(block(html))


@pytest.mark.parametrize(
    "html",
    [
        "<p>»Nobody told us.«</p>",
        "<p><a href=/a>The mayor</a> was seen with <a href=/b>the minister</a>.</p>",
        "<p><a href=/x>CNET</a></p>",
        "<p>More people than ever came.</p>",
        "<p>Read this sentence to its very end, as it is long and only begins like that, "
        "and has neither links nor any other sign of being something else.</p>",
    ],
)
def test_a_line_that_does_not(html):
    assert not is_pointer(block(html))


def test_an_item_with_a_link_is_a_link_unless_it_is_a_sentence():
    assert is_link_item(block("<ul><li>Kommentar: <a href=/x>Ein anderer Artikel</a></li></ul>"))
    assert not is_link_item(block("<ul><li>They <a href=/x>closed the bridge</a> at noon.</li></ul>"))
