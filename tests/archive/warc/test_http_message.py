"""Responses taken apart: exact where they are right, and never an exception where they are not."""

from __future__ import annotations

import gzip

import brotli
import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.warc.http_message import dechunk, decoded_body, entity_of, parse_head

HTML = "<!doctype html><title>Сводка</title><p>Су-57 и другие новости</p>".encode() * 8


@given(st.binary(max_size=2000))
def test_any_bytes_are_taken_apart_without_an_exception(message):
    head = parse_head(message)
    entity_of(message, head)
    decoded_body(message, head)


@given(st.binary(max_size=500), st.sampled_from(["gzip", "deflate", "br", "zstd", "gzip, br", "chunked", "x"]))
def test_any_body_under_any_coding_is_taken_apart_without_an_exception(body, coding):
    for header in (b"Content-Encoding", b"Transfer-Encoding"):
        message = b"HTTP/1.1 200 OK\r\n%s: %s\r\n\r\n%s" % (header, coding.encode(), body)
        decoded_body(message, parse_head(message))


TOKEN = st.text("abcXYZ-09", min_size=1, max_size=12)
VALUE = st.text(st.characters(min_codepoint=0x21, max_codepoint=0xFF, exclude_characters="\x7f\x85\xa0"), max_size=20)


@given(st.lists(st.tuples(TOKEN, VALUE), max_size=8), st.binary(max_size=200))
def test_headers_keep_order_case_repeats_and_bytes(headers, body):
    sent = tuple((name.encode(), value.encode("latin-1")) for name, value in headers)
    message = b"HTTP/1.1 200 OK\r\n" + b"".join(b"%s: %s\r\n" % pair for pair in sent) + b"\r\n" + body
    head = parse_head(message)
    assert head.headers == sent
    assert head.body_start == len(message) - len(body)
    assert (head.version, head.status, head.reason, head.regular) == ("1.1", 200, b"OK", True)


@given(st.lists(st.binary(min_size=1, max_size=100), max_size=6))
def test_chunks_are_put_together(pieces):
    framed = b"".join(b"%X;x=y\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"
    entity = dechunk(framed)
    assert (entity.data, entity.complete, entity.problem) == (b"".join(pieces), True, None)


@given(st.lists(st.binary(min_size=1, max_size=50), min_size=1, max_size=4), st.data())
def test_of_a_chunked_body_that_is_cut_off_all_that_came_is_kept(pieces, data):
    framed = b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"
    cut = data.draw(st.integers(0, len(framed) - 1))
    entity = dechunk(framed[:cut])
    assert b"".join(pieces).startswith(entity.data)
    assert entity.complete is False
    assert entity.problem


def test_trailers_are_kept():
    entity = dechunk(b"3\r\nabc\r\n0\r\nX-Sum: 1\r\nx-sum: 2\r\n\r\n")
    assert (entity.data, entity.complete) == (b"abc", True)
    assert entity.trailers == ((b"X-Sum", b"1"), (b"x-sum", b"2"))


def test_codings_are_undone_in_reverse_order():
    message = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Encoding: br\r\n\r\n" + brotli.compress(
        gzip.compress(HTML)
    )
    assert decoded_body(message, parse_head(message)).data == HTML


EXPECTED_BODIES = {
    "plain": (HTML, True),
    "until close": (HTML, True),
    "HTTP/1.0": (HTML, True),
    "no reason phrase": (HTML, True),
    "no headers": (HTML, True),
    "no headers, no body": (b"", True),
    "folded header": (HTML, True),
    "folded header, a line of blanks": (HTML, True),
    "gzip": (HTML, True),
    "gzip of two members": (HTML * 2, True),
    "gzip with bytes behind it": (HTML, True),
    "gzip that is none": (b"", False),
    "raw deflate": (HTML, True),
    "two codings": (HTML, True),
    "a coding that is not undone": (HTML, False),
    "a coding that is none": (HTML, True),
    "chunked": (HTML, True),
    "chunked, its name in capitals": (HTML, True),
    "chunked and empty": (b"", True),
    "chunked with trailers": (HTML, True),
    "chunked with extensions": (b"abc", True),
    "chunked and gzip": (HTML, True),
    "chunked and br": (HTML, True),
    "chunked, cut off in a chunk": (HTML[:-33], False),
    "chunked, cut off in a size": (b"abc", False),
    "chunked in name only": (HTML, False),
    "chunk lines with LF only": (b"abc", True),
    "cut off": (HTML, False),
    "too long for its Content-Length": (HTML, True),
    "304": (b"", True),
    "LF-only head": (HTML, True),
    "cut off in the head": (b"", False),
}


@pytest.mark.parametrize("name", EXPECTED_BODIES)
def test_odd_responses_give_the_body_that_a_browser_would_show(name, odd_captures):
    message = odd_captures[name].content.response
    decoded = decoded_body(message, parse_head(message))
    assert (decoded.data, decoded.complete) == EXPECTED_BODIES[name]


@pytest.mark.parametrize(
    ("first_line", "expected"),
    [
        (b"HTTP/1.1 200 OK", ("1.1", 200, b"OK")),
        (b"HTTP/1.0 404 ", ("1.0", 404, b"")),
        (b"HTTP/1.1 200", ("1.1", 200, b"")),
        (b"http/1.1  301  Moved  on ", ("1.1", 301, b"Moved  on ")),
        (b"HTTP/2 200", ("2", 200, b"")),
        (b"HTTP/1.1 2000 OK", (None, None, None)),
        (b"HTTP/1.1 OK", (None, None, None)),
        (b"<html>", (None, None, None)),
        (b"", (None, None, None)),
    ],
)
def test_status_lines(first_line, expected):
    head = parse_head(first_line + b"\r\nA: b\r\n\r\n")
    assert (head.version, head.status, head.reason) == expected


def test_a_head_of_many_headers_is_taken_apart():
    message = b"HTTP/1.1 200 OK\r\n" + b"".join(b"X-%d: y\r\n" % i for i in range(200_000)) + b"\r\n"
    assert len(parse_head(message).headers) == 200_000


def test_a_head_that_only_a_line_of_blanks_ends_is_read_as_others_wrote_it():
    head = parse_head(b"HTTP/1.1 200 OK\r\nServer: x\r\n \r\nhello")
    assert (head.headers, head.body_start, head.clean) == (((b"Server", b"x"),), 31, False)
