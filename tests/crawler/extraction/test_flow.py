"""The page as a flow of blocks."""

import pytest

from crawler.extraction.flow import _ELEMENTS, _NOT_OF_HTML, _ROLES, read_flow


@pytest.fixture
def texts(parse):
    return lambda html: [block.text for block in read_flow(parse(html)).blocks]


@pytest.fixture
def parse():
    from selectolax.lexbor import LexborHTMLParser

    return LexborHTMLParser


@pytest.mark.parametrize(
    ("html", "blocks"),
    [
        ("<p>one <b>bold</b> word</p><p>two</p>", ["one bold word", "two"]),
        ("<div>one<div>two</div>three</div>", ["one", "two", "three"]),
        ("<p>one<br>line</p>", ["one line"]),
        ("<p>one<br><br>two</p>", ["one", "two"]),
        ("<p>one<br> \n <br>two</p>", ["one", "two"]),
        ("<blockquote>a<br>b</blockquote><li>c<br>d</li>", ["a b", "c d"]),
        ("<div>one<br>two</div>", ["one", "two"]),
        ("<td>one<br>two</td>", ["one", "two"]),
        ("<h1>Two<br>lines</h1>", ["Two lines"]),
        ("<p>in<wbr>visi\u00adble</p>", ["invisible"]),
        ("<p>a</p><script>b</script><style>c</style><noscript>d</noscript><p hidden>e</p>", ["a"]),
        ('<p style="display: none">a</p><p style="color:red">b</p>', ["b"]),
        ('<span style="display:block">a</span><span style="display:block">b</span>', ["a", "b"]),
        ("<x-p>a</x-p><x-p>b</x-p>", ["a", "b"]),
        ("<p>see <noindex><a href=/x rel=nofollow>there</a></noindex>, 5 May</p>", ["see there, 5 May"]),
        ("<noindex><p>one</p><p>two</p></noindex>", ["one", "two"]),
        ("<p>of <st1:metricconverter>34 m</st1:metricconverter> in width</p>", ["of 34 m in width"]),
        ("<a href=/x><h2>head</h2><p>text</p></a>", ["head", "text"]),
        ("", []),
    ],
)
def test_blocks_are_what_a_reader_sees_as_paragraphs(texts, html, blocks):
    wrapped = f"<table><tr>{html}</tr></table>" if html.startswith("<td") else html
    assert texts(wrapped) == blocks


def test_the_parser_numbers_what_html_knows_alike_in_every_tree(parse):
    elements = [tag for tag in _ROLES if "-" not in tag and tag not in _NOT_OF_HTML]
    numbers = [[tree.create_node(tag).tag_id for tag in elements] for tree in (parse(""), parse("<p>text</p>"))]
    assert numbers[0] == numbers[1] == list(_ELEMENTS)


def test_the_depth_of_a_page_is_no_limit(texts):
    assert texts("<div>" * 3_000 + "deep" + "</div>" * 3_000) == ["deep"]


def test_links_keep_their_text_even_around_other_elements(parse):
    block = read_flow(parse('<p>see <a href="/x">the <b>whole</b> thing</a> and <a href="/y">more</a></p>')).blocks[0]
    assert [(anchor.href, text) for anchor, text in block.anchors()] == [("/x", "the whole thing"), ("/y", "more")]
