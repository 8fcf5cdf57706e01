"""A URL that was fetched before is asked for with the validators it came with, and with nothing else."""

from datetime import UTC, datetime

import pytest

from archive.records import Lease, Original
from crawler.fetching.conditional import conditional_headers


def lease(etag, last_modified, render="never", attempts=1):
    at = datetime(2025, 9, 8, tzinfo=UTC)
    original = Original("1", "https://vpk.name/", at, "sha256:aa", etag, last_modified, "a.warc.gz", 0)
    return Lease(1, "https://vpk.name/", "listing", "listing", render, attempts, None, 0, original)


@pytest.mark.parametrize(
    ("etag", "last_modified", "headers"),
    [
        ('"a"', "Mon, 08 Sep 2025", {"If-None-Match": '"a"', "If-Modified-Since": "Mon, 08 Sep 2025"}),
        ('W/"a"', None, {"If-None-Match": 'W/"a"'}),
        (None, "yesterday", {"If-Modified-Since": "yesterday"}),
        (None, None, {}),
        ('"а"', "a\r\nX-Injected: 1", {}),
        ("", "", {}),
    ],
)
def test_validators_are_sent_as_they_came(etag, last_modified, headers):
    assert conditional_headers(lease(etag, last_modified)) == headers


def test_what_was_never_fetched_and_what_a_browser_renders_is_asked_for_whole():
    assert conditional_headers(Lease(1, "https://vpk.name/", "listing", "listing", "never", 1, None, 0)) == {}
    assert conditional_headers(lease('"a"', None, render="always")) == {}


def test_a_second_try_asks_for_the_page_itself():
    assert conditional_headers(lease('"a"', None, attempts=2)) == {}
