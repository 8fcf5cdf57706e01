"""The truth names the fields of the codebook, and leaves out what a markup does not print."""

from __future__ import annotations

import pytest

from crawler.practice.truth import Printed, Row, truth

KEYS = {
    "url", "site", "native_id", "slug", "language", "title", "title_raw", "outlet", "outlet_country", "subtitle",
    "lead", "authors", "body", "editor_notes", "footnotes", "image", "views", "views_raw", "comments",
    "comments_raw", "rating", "rating_raw", "published_at", "published_precision", "rights_holder",
    "rights_statement", "original_url", "original_published_at", "disclaimer", "mentions", "links", "alternate",
    "placements",
}  # fmt: skip


@pytest.fixture
def unsigned(archive):
    return next(a for a in archive.articles if not a.authors and a.lead and not a.outlet)


def test_the_keys_are_those_of_the_codebook(unsigned):
    assert set(truth(unsigned)) == KEYS


def test_a_lead_that_looks_like_the_body_is_part_of_it_where_there_is_no_byline(unsigned):
    apart, alike = truth(unsigned), truth(unsigned, printed=Printed(lead_apart=False))
    assert apart["lead"] == "\n".join(unsigned.lead)
    assert alike["lead"] is None
    assert alike["body"] == [*unsigned.lead, *apart["body"]]


def test_notes_move_with_the_lead(archive):
    article = next(a for a in archive.articles if not a.authors and a.lead and a.editor_notes)
    known = truth(article, printed=Printed(lead_apart=False))
    assert all(note["text"] in known["body"][note["paragraph"]] for note in known["editor_notes"])


def test_what_is_not_printed_is_null(unsigned):
    known = truth(unsigned, printed=Printed())
    assert (known["published_at"], known["published_precision"], known["alternate"]) == (None, None, [])


def test_what_a_script_fills_in_is_there_only_when_rendered(archive):
    article = next(a for a in archive.articles if a.native_id == "1018475")
    scripted = Printed(scripted=True)
    assert truth(article, printed=scripted)["views"] is None
    assert truth(article, printed=scripted, rendered=True)["views"] == 983


def test_a_row_has_a_whole_url_and_no_invisible_hyphens():
    known = Row("news", 1, "/news/1_a.html", "За\u00adголовок").as_truth("https://vpk.name")
    assert (known["url"], known["title"]) == ("https://vpk.name/news/1_a.html", "Заголовок")
