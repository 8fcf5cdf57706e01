"""A revisit is read by its own head, from the bytes of its original."""

import gzip
from pathlib import Path

import pytest

from archive.records import CaptureContext
from archive.warc.notes import Notes
from archive.warc.reader import StoredCapture
from archive.warc.record import Record
from archive.warc.repeated import body_of, content_type_of

PAGE = b"<p>\xd0\xa1\xd1\x83-57</p>"
PACKED = gzip.compress(PAGE, mtime=0)
OK = b"HTTP/1.1 200 OK\r\n"
GZIP = b"Content-Encoding: gzip\r\n"
CHUNKED = b"Transfer-Encoding: chunked\r\n"
OURS = Notes(CaptureContext("1", "vpk", "run", "article", "listing"))


def stored(kind: str, block: bytes, notes: Notes | None = OURS) -> StoredCapture:
    """A capture as it is read back."""
    return StoredCapture(Path("a.warc.gz"), 0, 0, Record((("WARC-Type", kind),), block), notes, None)


def framed(body: bytes) -> bytes:
    """In one chunk."""
    return b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)


@pytest.mark.parametrize(
    ("own", "original"),
    [
        (GZIP, b"\r\n" + PACKED),  # its server had forgotten the header
        (GZIP, GZIP + b"\r\n" + PACKED),
        (CHUNKED, CHUNKED + b"\r\n" + framed(PAGE)),
        (CHUNKED, b"\r\n" + framed(PAGE)),
    ],
)
def test_ours_is_read_as_the_crawl_did(own, original):
    body = body_of(stored("revisit", OK + own + b"\r\n"), stored("response", OK + original))
    assert (body.data, body.complete) == (PAGE, True)


@pytest.mark.parametrize(
    ("own", "original"),
    [
        (GZIP, b"\r\n" + PACKED),
        (b"", GZIP + b"\r\n" + PACKED),  # some leave out of the head what they do not need
        (b"", CHUNKED + b"\r\n" + framed(PAGE)),
        (CHUNKED, b"\r\n" + PAGE),
    ],
)
def test_that_of_another_tool_repeats_a_body_without_its_framing(own, original):
    body = body_of(stored("revisit", OK + own + b"\r\n", None), stored("response", OK + original, None))
    assert (body.data, body.complete) == (PAGE, True)


@pytest.mark.parametrize("own", [b"HTTP/1.1 304 Not Modified\r\n\r\n", b""])
def test_without_a_head_of_its_own_it_is_as_its_original_was(own):
    original = stored("response", OK + GZIP + b"Content-Type: text/html\r\n\r\n" + PACKED)
    revisit = stored("revisit", own)
    assert body_of(revisit, original).data == PAGE
    assert content_type_of(revisit, original) == "text/html"


def test_what_is_no_revisit_is_read_as_it_stands():
    page = stored("response", OK + GZIP + b"Content-Type: text/html\r\n\r\n" + PACKED)
    assert (body_of(page, page).data, content_type_of(page, page)) == (PAGE, "text/html")
