"""What an answer is worth before it is read: pages in the way and cut-off bodies are neither content nor removals."""

import pytest

from crawler.fetching.answer import Answer, judge

HTML = {"content-type": "text/html; charset=utf-8"}
PAGE = b"<html><title>News</title><p>" + b"A sentence of an article, as long as it takes. " * 60
BLOCKED = b"<html><head><title>Just a moment...</title></head><body>Checking your browser</body></html>"


@pytest.mark.parametrize(
    ("answer", "kind", "state"),
    [
        (Answer(200, HTML, PAGE), "article", None),
        (Answer(200, HTML, PAGE), "listing", None),
        (Answer(200, {"content-type": "image/png"}, b"\x89PNG"), "requisite", "not_a_page"),
        (Answer(404, {}, b""), "requisite", "not_a_page"),
        (Answer(404, HTML, PAGE), "article", "missing"),
        (Answer(410, {}, b""), "article", "missing"),
        (Answer(404, HTML, PAGE), "listing", "not_content"),
        (Answer(404, HTML, BLOCKED), "article", "not_content"),
        (Answer(200, HTML, BLOCKED), "article", "not_content"),
        (Answer(403, HTML, PAGE), "article", "not_content"),
        (Answer(503, HTML, PAGE), "article", "not_content"),
        (Answer(304, {}, b""), "article", "not_content"),
        (Answer(301, {}, b""), "article", "not_content"),
        (Answer(200, HTML, PAGE[:90], whole=False), "article", "not_content"),
        (Answer(404, HTML, b"", whole=False), "article", "not_content"),
        (Answer(None, {}, b""), "article", "not_content"),
    ],
)
def test_what_an_answer_is_worth(answer, kind, state):
    assert judge(answer, kind).state == state


def test_a_page_in_the_way_is_named_even_where_it_says_404():
    assert judge(Answer(404, HTML, BLOCKED), "article").challenge.kind == "challenge"
    assert judge(Answer(404, HTML, PAGE), "article").challenge is None
