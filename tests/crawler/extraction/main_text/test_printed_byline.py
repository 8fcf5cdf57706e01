"""Bylines as pages print them near their titles."""

import pytest
from selectolax.lexbor import LexborHTMLParser

from crawler.extraction.flow import read_flow
from crawler.extraction.main_text.printed_byline import printed_bylines

TITLE = "A story about a bridge"
LONG = "<p>" + 2 * "The bridge was closed again this morning, and nobody knew for how long. " + "</p>"


def names(body, title=TITLE):
    blocks = read_flow(LexborHTMLParser(f"<html><body>{body}</body></html>")).blocks
    return [[author.name for author in authors] for _, authors in printed_bylines(blocks, [title])]


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("<p>By Jane Doe</p>", ["Jane Doe"]),
        ("<p>By Jane Doe and John Smith, Berlin</p>", ["Jane Doe", "John Smith"]),
        ("<div>Von Jörg Meier | 1.9.2025</div>", ["Jörg Meier"]),
        ("<p>By <a href=/d>Jane Doe</a> Some News</p>", ["Jane Doe"]),
        ("<p>By <a href=/d>Jane Doe</a>, <a href=/s>John Smith</a> Some News</p>", ["Jane Doe", "John Smith"]),
        ("<p>By <span>Jane Doe</span> <span>Some News</span></p>", ["Jane Doe"]),
        ("<p>By <span>Jane Doe</span> and <span>John Smith</span></p>", ["Jane Doe", "John Smith"]),
        ("<div>Par Élise Martin</div>", ["Élise Martin"]),
        ("<div>Текст: Анна Иванова</div>", ["Анна Иванова"]),
        ("<div class=article__byline>Jane Doe</div>", ["Jane Doe"]),
        ("<div>1.9.2025 <span class=author-name>Jane Doe</span></div>", ["Jane Doe"]),
        ("<div><span class=author-name>Jane Doe</span> 1.9.2025</div>", ["Jane Doe"]),
        ("<div>1.9.2025 | 14:07 | Von <span class=authorname>Jörg Meier</span></div>", ["Jörg Meier"]),
        ("<div>News | By Jane Doe | September 1, 2025</div>", ["Jane Doe"]),
    ],
)
def test_names_behind_by_or_in_an_element_called_so(line, found):
    assert names(f"<h1>{TITLE}</h1>{line}{LONG}") == [found]


@pytest.mark.parametrize(
    "page",
    [
        f"<h1>{TITLE}</h1><p>By Jane Doe the bridge is thought to be lost.</p>",
        f"<h1>{TITLE}</h1><div>Jane Doe</div>",
        f"<h1>{TITLE}</h1>{LONG * 3}<p>By Jane Doe</p>",
        f"<h1>{TITLE}</h1><div class=comment><div class=author>Jane Doe</div></div>",
        "<h1>Another heading altogether</h1><p>By Jane Doe</p>",
        f"<h1>{TITLE}</h1><p>By the river</p>",
    ],
    ids=["a sentence", "no byline", "behind the text", "a comment", "no title", "no name"],
)
def test_what_is_no_byline(page):
    assert names(page) == []
