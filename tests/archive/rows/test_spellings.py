"""A page is found however its URL was pasted, and as it is spelled first."""

import pytest

from archive.rows.spellings import spellings

PAGE = "https://vpk.name/news/1_a.html"


def test_a_url_is_looked_up_as_it_is_spelled_first():
    assert next(spellings("http://www.vpk.name/?b=1#c")) == "http://www.vpk.name/?b=1#c"


@pytest.mark.parametrize(
    "pasted",
    [
        "http://vpk.name/news/1_a.html", "https://www.vpk.name/news/1_a.html", "HTTP://WWW.vpk.name/news/1_a.html",
        f"{PAGE}?utm_source=mail&utm_medium=x", f"{PAGE}#comments", f"{PAGE}?yclid=1", f"{PAGE}?",
    ],
)  # fmt: skip
def test_what_does_not_name_the_page_may_differ(pasted):
    assert PAGE in spellings(pasted)


def test_what_may_name_the_page_stays():
    found = set(spellings("https://vpk.name/news/?page=2&utm_source=mail"))
    assert "http://vpk.name/news/?page=2" in found
    assert all("page=2" in each for each in found)


@pytest.mark.parametrize("other", ["vpk:ru:1", "", "http://[", "urn:uuid:1", "ftp://vpk.name/", "http://www./"])
def test_what_is_no_url_of_the_web_is_taken_as_it_is(other):
    assert next(spellings(other)) == other


def test_no_spelling_comes_twice():
    found = list(spellings(f"{PAGE}?utm_source=mail"))
    assert len(found) == len(set(found))
