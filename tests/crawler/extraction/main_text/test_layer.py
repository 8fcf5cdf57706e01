"""The text layer: our own main text first, the libraries where it finds little, and never for a suspicious page."""

from datetime import UTC, datetime

import pytest

from crawler.extraction.flow import read_flow
from crawler.extraction.main_text.layer import TextLayer
from crawler.extraction.page import Page

LONG = "The bridge was closed again this morning, and nobody on either bank could tell for how long it would be so. "


def layer(body, head="<title>A story about a bridge</title>", article_body=""):
    html = f"<html><head>{head}</head><body>{body}</body></html>"
    page = Page("https://news.example/a", html.encode(), "text/html; charset=utf-8", datetime(2026, 1, 1, tzinfo=UTC))
    return TextLayer(page, read_flow(page.tree), article_body)


def test_an_article_is_read_by_its_prose():
    dek = "<div class=dek>What is known of it until now.</div>"
    found = layer(f"<h1>A story about a bridge</h1>{dek}<div>{f'<p>{LONG}</p>' * 6}</div>")
    assert (found.ask("body").rule, len(found.ask("body").value)) == ("main text", 6)
    assert (found.ask("subtitle").value, found.ask("lead")) == ("What is known of it until now.", None)


def test_text_without_paragraphs_is_left_to_trafilatura():
    lines = "".join(f"<p>Line {n} of a poem about a bridge</p>" for n in range(12))
    found = layer(f"<main><article><h1>A story about a bridge</h1>{lines}</article></main>").ask("body")
    assert (found.rule, len(found.value)) == ("trafilatura", 12)


@pytest.mark.parametrize("body", ["", "<p>Accept all cookies.</p>", "<nav><a href=/a>World</a></nav>"])
def test_too_little_text_is_no_article_and_has_no_date(body):
    found = layer(body, '<meta name="date" content="2025-09-01">')
    assert [found.ask(name) for name in ("body", "title", "authors", "published_at")] == [None] * 4


def test_the_libraries_say_the_day_of_an_ordinary_page_and_nothing_of_a_suspicious_one():
    body = "<div>" + f"<p>{LONG}</p>" * 6 + "</div><p>Published on 1 September 2025</p>{}"
    assert layer(body.format("")).ask("published_at").value == datetime(2025, 9, 1, tzinfo=UTC)
    suspicious = layer(body.format("<i></i>" * 20_000))
    assert suspicious.page.suspected
    assert (len(suspicious.ask("body").value), suspicious.ask("published_at")) == (6, None)
