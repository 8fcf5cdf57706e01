"""A revisit record is written only where the payload is surely the original's (WARC 1.1, 6.7)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from archive.digests import sha256
from archive.records import Original
from archive.warc.group import IDENTICAL_PAYLOAD, SERVER_NOT_MODIFIED, group_of, repeats
from archive.warc.reader import read_capture_at

BODY = b"<p>\xd0\xa1\xd1\x83-57</p>"
PAGE = b'HTTP/1.1 200 OK\r\nETag: "a"\r\n\r\n' + BODY
NOT_MODIFIED = b'HTTP/1.1 304 Not Modified\r\nETag: "a"\r\n\r\n'
ASKED = b"GET / HTTP/1.1\r\nHost: practice.example\r\n%s\r\n"


@pytest.fixture
def again(capture):
    """The second capture of a page, asked against the first."""

    def make(response: bytes, asked: bytes = b"", **changes):
        first = capture(1)
        original = Original(
            "0199-1",
            first.content.url,
            first.content.started_at,
            sha256(BODY),
            '"a"',
            "Mon, 08 Sep 2025",
            "a.warc.gz",
            9,
        )
        return replace(capture(2, response, request=ASKED % asked, **changes), original=original)

    return make


@pytest.mark.parametrize(
    ("response", "asked", "profile"),
    [
        (NOT_MODIFIED, b'If-None-Match: "a"\r\n', SERVER_NOT_MODIFIED),
        (NOT_MODIFIED, b"If-Modified-Since: Mon, 08 Sep 2025\r\n", SERVER_NOT_MODIFIED),
        (NOT_MODIFIED, b'If-None-Match: "b"\r\nIf-Modified-Since: Mon, 08 Sep 2025\r\n', None),  # RFC 9110, 13.2.2
        (NOT_MODIFIED, b"If-Modified-Since: Tue, 09 Sep 2025\r\n", None),
        (NOT_MODIFIED, b"", None),
        (PAGE, b"", IDENTICAL_PAYLOAD),
        (PAGE.replace(b'"a"', b'"b"'), b'If-None-Match: "a"\r\n', IDENTICAL_PAYLOAD),
        (PAGE + b".", b"", None),
        (b"HTTP/1.1 200 OK\r\n\r\n", b"", None),
        (PAGE.replace(b"200 OK", b"404 Not Found"), b"", None),
        (PAGE.replace(b"ETag", b"Content-Encoding: br\r\nETag"), b"", None),  # the same bytes, another page
        (BODY, b"", None),
    ],
)
def test_what_counts_as_the_same(again, response, asked, profile):
    group = group_of(again(response, asked), "<urn:uuid:0>")
    assert group.main.get("WARC-Profile") == profile
    assert group.main.type == ("revisit" if profile else "response")
    assert repeats(again(response, asked)) is (profile is not None)


@pytest.mark.parametrize("changes", [{"truncated": "disconnect"}, {"error": "TimeoutError"}])
def test_what_was_cut_off_is_kept_as_it_is(again, changes):
    assert group_of(again(PAGE, **changes), "<urn:uuid:0>").main.type == "response"


def test_every_byte_of_a_304_is_kept_beside_its_record(again, write):
    path, (row,) = write([again(NOT_MODIFIED, b'If-None-Match: "a"\r\n')])
    stored = read_capture_at(path, row.offset)
    assert (stored.block, stored.notes.not_modified) == (b"", NOT_MODIFIED)
    assert (row.record_type, row.status, row.etag, row.refers_to) == ("revisit", 304, '"a"', "0199-1")
    assert (row.payload_digest, row.entity_digest, row.content_digest, row.body_size) == (
        sha256(BODY),
        None,
        None,
        None,
    )


def test_a_repeated_payload_is_left_out_and_its_head_is_kept(again, write):
    path, (row,) = write([again(PAGE)])
    stored = read_capture_at(path, row.offset)
    assert stored.block + BODY == PAGE
    assert stored.record.get("WARC-Truncated") == "length"
    assert (row.truncated, row.status, row.payload_digest) == (None, 200, sha256(BODY))
