"""Pages made up for these tests, read as vpk.name's unless a test says otherwise."""

import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawler.extraction.page import Page
from crawler.extraction.read import read_page
from crawler.sites import load_site

sys.path.insert(0, str(Path(__file__).parent))  # for practice_pages
SEEN_AT = datetime(2025, 9, 8, 9, 0, tzinfo=UTC)
ARTICLE = "https://vpk.name/en/1018475_50-days-to-defeat.html"


@pytest.fixture
def vpk():
    return load_site("vpk")


@pytest.fixture
def seen_at():
    return SEEN_AT


@pytest.fixture
def read(vpk):
    """Reads HTML (text or bytes) as the page at `url`."""

    def reading(html, url=ARTICLE, site=vpk, content_type="text/html; charset=utf-8", seen_at=SEEN_AT, kind=None):
        body = html.encode() if isinstance(html, str) else html
        return read_page(Page(url, body, content_type, seen_at, kind), site)

    return reading


@pytest.fixture
def article(read):
    """Reads the inside of an article's page: what stands between heading and rights is given."""

    def reading(
        inside, *, heading="A test of the reader (The Guardian, UK)", counters="983</b> <b>0</b> <b>7", tail=""
    ):
        counted = f"<p><b>{counters}</b></p>" if counters else ""
        html = f"""<html><head><title>{heading} - VPK</title></head><body><h1>{heading}</h1>{counted}{inside}
        <p>The rights to this material belong to <a href="https://inosmi.example/">InoSMI</a></p>{tail}</body></html>"""
        found = read(html)
        assert found.article is not None, found.unreadable
        return found.article

    return reading
