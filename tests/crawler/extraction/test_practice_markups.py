"""Every field of the seed article and of thirty others is right in every markup, and so are the lists."""

import pytest
from practice_pages import practice_site, read, wrong_fields

from crawler.practice.markups import MARKUPS


@pytest.fixture(scope="module", params=MARKUPS)
def practice(request):
    return practice_site(request.param)


def test_every_field_of_every_article_is_right(practice):
    wrong = {}
    for path in practice.paths():
        if departed := wrong_fields(read(practice, path), practice.truth(path)):
            wrong[path] = departed
    assert len(practice.paths()) == 31
    assert wrong == {}


def test_every_row_of_the_lists_is_right(practice):
    for path in ("/", "/news/", "/en/", "/en/page/1/"):
        found, truth = read(practice, path), practice.truth(path)
        assert found["kind"] == "listing"
        wanted = sorted(truth["placements"], key=lambda row: (row["block"], row["rank"]))
        rows = sorted(found["placements"], key=lambda row: (row["block"], row["rank"]))
        assert [{key: row[key] for key in wanted[0]} for row in rows] == wanted


def test_articles_are_read_by_landmarks_alone(practice):
    layers = read(practice, practice.paths()[0])["layers"]
    assert {layers[name].partition(":")[0] for name in ("title", "subtitle", "lead", "authors", "body", "outlet")} == {
        "landmarks"
    }


@pytest.mark.parametrize("declared", ["right", "wrong", "missing"])
def test_the_charset_that_a_page_declares_makes_no_difference(declared):
    practice = practice_site("soup", articles=12, encoding="windows-1251", declared=declared)
    for path in practice.paths():
        assert wrong_fields(read(practice, path), practice.truth(path)) == {}
