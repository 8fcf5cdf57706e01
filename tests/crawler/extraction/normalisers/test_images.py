"""The time in an image's file name, where it is one."""

from datetime import UTC, datetime

import pytest

from crawler.extraction.normalisers.images import uploaded_at

SEEN_AT = datetime(2025, 9, 8, tzinfo=UTC)


def test_the_number_that_ends_the_name_is_the_upload():
    url = "https://vpk.name/file/img/50-days-k3v9x2qa-1753083600.t.jpg?v=2"
    assert uploaded_at(url, SEEN_AT) == datetime(2025, 7, 21, 7, 40, tzinfo=UTC)


@pytest.mark.parametrize(
    "name",
    [
        "a-12345.t.jpg",
        "a-1893456000.jpg",
        "a-0000000001.jpg",
        "1753083600/a.jpg",
        "a1753083600.jpg",
        "a-17530836001.jpg",
        "a.jpg",
    ],
)
def test_a_number_that_is_no_plausible_time_is_none(name):
    assert uploaded_at(f"https://vpk.name/file/img/{name}", SEEN_AT) is None
