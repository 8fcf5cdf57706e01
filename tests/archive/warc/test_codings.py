"""What was coded comes out again; what breaks off gives its beginning; a bomb is not unpacked."""

from __future__ import annotations

import gzip
import tracemalloc
import zlib

import brotli
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from archive.warc.codings import decode
from archive.warc.http_message import decoded_body, parse_head

HTML = "<!doctype html><title>Сводка</title><p>Су-57 и другие новости</p>".encode() * 8

CODERS = {
    "gzip": gzip.compress,
    "deflate": zlib.compress,
    "br": lambda data: brotli.compress(data, quality=5),
    "zstd": zstandard.ZstdCompressor().compress,
}


@pytest.mark.parametrize("coding", CODERS)
@given(data=st.binary(min_size=1, max_size=3000))
def test_codings_are_undone(coding, data):
    decoded = decode(CODERS[coding](data), [coding])
    assert (decoded.data, decoded.complete, decoded.problem) == (data, True, None)


@pytest.mark.parametrize("coding", CODERS)
def test_a_coded_body_that_is_cut_off_gives_its_beginning_and_says_so(coding):
    coded = CODERS[coding](HTML)
    for cut in range(1, len(coded)):
        decoded = decode(coded[:cut], [coding])
        assert HTML.startswith(decoded.data), cut
        assert not decoded.complete, cut


@pytest.mark.parametrize("coding", CODERS)
def test_a_bomb_is_not_unpacked(coding):
    bomb = CODERS[coding](bytes(40_000_000))
    tracemalloc.start()
    decoded = decode(bomb, [coding], limit=1_000_000)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(decoded.data) == 1_000_000
    assert not decoded.complete
    assert "more than 1000000" in (decoded.problem or "")
    assert peak < 8_000_000


@pytest.mark.parametrize("coding", ["compress", "exi", "aes128gcm", "pack200-gzip"])
def test_a_coding_that_is_not_undone_is_never_passed_over(coding):
    decoded = decode(HTML, [coding])
    assert (decoded.data, decoded.complete) == (HTML, False)
    assert decoded.problem == f"content coding {coding!r} cannot be undone"


@given(name=st.text(), data=st.binary())
def test_what_is_no_coding_leaves_the_body_as_it_is_and_is_told(name, data):
    decoded = decode(data, [f"x-{name}-x"])
    assert (decoded.data, decoded.complete) == (data, True)
    assert "is no content coding" in (decoded.problem or "")


def test_a_body_that_is_cut_off_is_not_whole_for_a_coding_that_is_none():
    message = b"HTTP/1.1 200 OK\r\nContent-Encoding: none\r\nContent-Length: 9\r\n\r\nhalf"
    assert decoded_body(message, parse_head(message)).complete is False
