"""A process of its own for a suspicious page: the same reading, or why there is none."""

import pickle
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO

import pytest
from hostile_pages import ARTICLE, page

from crawler.extraction.contained import Budget, _Answer, read_contained
from crawler.extraction.page import Page
from crawler.extraction.read import read_page
from crawler.extraction.reader import read_here
from crawler.sites import load_site

LONG = "A sentence without a tag in it. " * 4_000


def hold(body):
    return Page(ARTICLE, body, "text/html; charset=utf-8", datetime(2025, 9, 8, tzinfo=UTC), "article")


def test_a_suspicious_page_is_read_as_any_other():
    suspicious = hold(page(f"<p>{LONG}</p>"))
    assert "bytes of text without a tag" in suspicious.suspected
    assert read_page(suspicious, load_site("vpk")) == read_here(suspicious, load_site("vpk"))
    assert read_page(suspicious, load_site("vpk")).article.title == "A title of the page"


def test_an_ordinary_page_is_not_suspected():
    script = "<script>" + "var x = 1; " * 20_000 + "</script>"  # long stretches without a tag, and no text
    image = f'<img src="data:image/png;base64,{"A" * 200_000}">'
    assert hold(page("<p>ordinary</p>" * 500 + script + image)).suspected is None


@pytest.mark.parametrize(
    ("limits", "reason"),
    [
        ({"wall": 0.01}, "reading took more than 0.01 s"),
        ({"memory": 60 * 1024 * 1024}, "reading took more than 60 MB"),
        ({"cpu": 0.2}, "reading took more than 0.2 s of processor time"),
    ],
)
def test_at_its_budget_it_is_killed_and_says_at_which(limits, reason):
    costly = hold(page("<p>x" * 190_000))
    assert read_contained(costly, load_site("vpk"), replace(Budget(), **limits)) == reason


def test_what_comes_back_can_only_be_a_reading():
    with pytest.raises(pickle.UnpicklingError, match=r"os\.getcwd is no part of a reading"):
        _Answer(BytesIO(b"cos\ngetcwd\n(tR.")).load()
