"""The seed page's text alone, every line in the same bare element: the labels and the order are enough."""

from html import escape
from importlib.resources import files

import pytest

from crawler.practice.content import SEED_CAPTURED_AT, seed_truth

LINES = [
    line.strip().removeprefix("•").strip()
    for line in files("crawler.practice.data").joinpath("seed_article.txt").read_text(encoding="utf-8").splitlines()
    if line.strip()
]


@pytest.mark.parametrize("tag", ["p", "div", "li", "td", "section", "x-line", "dd"])
def test_every_field_of_the_text_is_read(read, tag):
    lines = "".join(f"<{tag}>{escape(line)}</{tag}>\n" for line in LINES)
    html = f"<table><tr>{lines}</tr></table>" if tag == "td" else lines
    found, truth = read(html, seen_at=SEED_CAPTURED_AT), seed_truth()
    article = found.article
    for name in (
        "title",
        "title_raw",
        "outlet",
        "outlet_country",
        "subtitle",
        "lead",
        "body",
        "disclaimer",
        "rights_statement",
    ):
        assert getattr(article, name) == truth[name], name
    assert [(author.name, author.name_original) for author in article.authors] == [("Peter Sauer", "Pjotr Sauer")]
    assert [counter.value for counter in article.counters] == [983, 0, 0]
    assert [(n.text, n.signature, n.paragraph) for n in article.editor_notes] == [
        tuple(n.values()) for n in truth["editor_notes"]
    ]
    assert [(f.marker, f.text, f.subjects) for f in article.footnotes] == [
        ("*", "Performs the functions of a foreign agent", ("Tatiana Stanovoy",))
    ]
    assert (article.rights_holder, article.original_url, article.image, article.mentions) == (None, None, None, [])
    rows = [(row.block, row.rank, row.title, row.comments, row.posted_raw) for row in found.placements]
    wanted = [
        (row["block"], row["rank"], row["title"], row["comments"], row["posted_raw"]) for row in truth["placements"]
    ]
    assert rows == wanted
