"""Where a response ends is found however its bytes are cut: one row for each oddity of RFC 9112 and of real servers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.warc.http_message import dechunk, parse_head
from crawler.fetching.framing import ResponseFraming
from crawler.fetching.wire_errors import MalformedChunk, MalformedHead, UnknownTransferCoding, UnreadableResponse

STRAY = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"


class Expected(NamedTuple):
    """What is to be found; `whole` is False where the response goes on until the connection closes."""

    status: int
    body: bytes
    whole: bool = True
    persistent: bool = True
    interim: int = 0


def head(*lines: str, version: str = "1.1") -> bytes:
    return "\r\n".join([f"HTTP/{version} 200 OK", *lines, "", ""]).encode()


CHUNKS = b"5\r\nhello\r\n1\r\n!\r\n"
GOOD = {
    "length": (head("Content-Length: 5") + b"hello", Expected(200, b"hello")),
    "length 0": (head("Content-Length: 0"), Expected(200, b"")),
    "odd case": (head("cOnTeNt-LeNgTh:  5 ") + b"hello", Expected(200, b"hello")),
    "blank before the colon": (head("Content-Length : 5") + b"hello", Expected(200, b"hello")),
    "the same length twice": (head("Content-Length: 5", "content-length: 5") + b"hello", Expected(200, b"hello")),
    "the same length in one line": (head("Content-Length: 5, 5") + b"hello", Expected(200, b"hello")),
    "length with zeros": (head("Content-Length: 005") + b"hello", Expected(200, b"hello")),
    "folded": (head("X: one", " two", "Content-Length: 1") + b"x", Expected(200, b"x")),
    "folded, a line of blanks": (
        head("Content-Length: 20", "X: one", " ", "Y: two") + b"B" * 20,
        Expected(200, b"B" * 20),
    ),
    "a length behind a line of blanks": (head("X: one", " \t", "Content-Length: 1") + b"x", Expected(200, b"x")),
    "folded length": (head("Content-Length:", " 1") + b"x", Expected(200, b"x")),
    "no colon": (head("nonsense", "Content-Length: 1") + b"x", Expected(200, b"x")),
    "no reason": (b"HTTP/1.1 200\r\nContent-Length: 1\r\n\r\nx", Expected(200, b"x")),
    "odd reason": ("HTTP/1.1 404 Всё  хорошо \r\nContent-Length: 1\r\n\r\nx".encode(), Expected(404, b"x")),
    "bare LF": (b"HTTP/1.1 200 OK\nContent-Length: 5\n\nhello", Expected(200, b"hello")),
    "mixed line ends": (b"HTTP/1.1 200 OK\r\nContent-Length: 5\n\r\nhello", Expected(200, b"hello")),
    "lower-case protocol": (b"http/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx", Expected(200, b"x")),
    "no headers": (b"HTTP/1.1 204 No Content\r\n\r\n", Expected(204, b"")),
    "204 with a length": (b"HTTP/1.1 204 No Content\r\nContent-Length: 7\r\n\r\n", Expected(204, b"")),
    "304 with a length": (b"HTTP/1.1 304 Not Modified\r\nContent-Length: 500\r\n\r\n", Expected(304, b"")),
    "304 that says chunked": (b"HTTP/1.1 304 X\r\nTransfer-Encoding: chunked\r\n\r\n", Expected(304, b"")),
    "chunked": (head("Transfer-Encoding: chunked") + CHUNKS + b"0\r\n\r\n", Expected(200, b"hello!")),
    "Chunked": (head("Transfer-Encoding: Chunked") + CHUNKS + b"0\r\n\r\n", Expected(200, b"hello!")),
    "chunked twice": (
        head("Transfer-Encoding: chunked", "Transfer-Encoding: chunked") + CHUNKS + b"0\r\n\r\n",
        Expected(200, b"hello!"),
    ),
    "identity": (head("Transfer-Encoding: identity", "Content-Length: 1") + b"x", Expected(200, b"x")),
    "identity, chunked": (head("Transfer-Encoding: identity, chunked") + b"0\r\n\r\n", Expected(200, b"")),
    "trailers": (
        head("Transfer-Encoding: chunked") + CHUNKS + b"0\r\nX-Sum: 5d\r\nX: 1\r\n\r\n",
        Expected(200, b"hello!"),
    ),
    "extensions": (head("Transfer-Encoding: chunked") + b'1;a="b c";d\r\nx\r\n000;z\r\n\r\n', Expected(200, b"x")),
    "chunks with bare LF": (head("Transfer-Encoding: chunked") + b"1\nx\n0\n\n", Expected(200, b"x")),
    "chunk size with blanks": (head("Transfer-Encoding: chunked") + b"1  \r\nx\r\n0\r\n\r\n", Expected(200, b"x")),
    "binary chunks": (head("Transfer-Encoding: chunked") + b"4\r\n\r\n\r\n\r\n0\r\n\r\n", Expected(200, b"\r\n\r\n")),
    "chunked wins over length": (
        head("Content-Length: 3", "Transfer-Encoding: chunked") + CHUNKS + b"0\r\n\r\n",
        Expected(200, b"hello!", persistent=False),
    ),
    "HTTP/1.0 chunked": (
        head("Transfer-Encoding: chunked", "Connection: keep-alive", version="1.0") + b"1\r\nx\r\n0\r\n\r\n",
        Expected(200, b"x", persistent=False),
    ),
    "close": (head("Content-Length: 1", "Connection: X, Close") + b"x", Expected(200, b"x", persistent=False)),
    "HTTP/1.0": (head("Content-Length: 1", version="1.0") + b"x", Expected(200, b"x", persistent=False)),
    "HTTP/1.0 kept alive": (
        head("Content-Length: 1", "Connection: Keep-Alive", version="1.0") + b"x",
        Expected(200, b"x"),
    ),
    "until close": (head() + b"all of it", Expected(200, b"all of it", whole=False, persistent=False)),
    "100": (b"HTTP/1.1 100 Continue\r\n\r\n" + head("Content-Length: 1") + b"x", Expected(200, b"x", interim=1)),
    "103 twice": (
        b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" * 2 + head("Content-Length: 1") + b"x",
        Expected(200, b"x", interim=2),
    ),
    "interim with bare LF": (b"HTTP/1.1 103\n\n" + head("Content-Length: 1") + b"x", Expected(200, b"x", interim=1)),
    "100 then a 304": (b"HTTP/1.1 100\r\n\r\nHTTP/1.1 304 N\r\n\r\n", Expected(304, b"", interim=1)),
}
BAD = {
    "not HTTP": (b"SSH-2.0-OpenSSH_9.2\r\n", MalformedHead),
    "a blank line first": (b"\r\nHTTP/1.1 200 OK\r\n\r\n", MalformedHead),
    "no status": (b"HTTP/1.1 OK\r\n\r\n", MalformedHead),
    "not HTTP behind a 1xx": (b"HTTP/1.1 100 C\r\n\r\nSSH-2.0\r\n\r\n", MalformedHead),
    "two lengths": (head("Content-Length: 5", "Content-Length: 6"), MalformedHead),
    "two lengths in a line": (head("Content-Length: 5, 6"), MalformedHead),
    "a negative length": (head("Content-Length: -5"), MalformedHead),
    "a signed length": (head("Content-Length: +5"), MalformedHead),
    "no length": (head("Content-Length:"), MalformedHead),
    "a hexadecimal length": (head("Content-Length: 0x5"), MalformedHead),
    "a length in other digits": (head("Content-Length: ٥"), MalformedHead),
    "an endless length": (head("Content-Length: " + "9" * 5000), MalformedHead),
    "wavelets": (head("Transfer-Encoding: wavelets"), UnknownTransferCoding),
    "gzip, chunked": (head("Transfer-Encoding: gzip, chunked"), UnknownTransferCoding),
    "chunked, gzip": (head("Transfer-Encoding: chunked", "Transfer-Encoding: gzip"), UnknownTransferCoding),
    "no chunk size": (head("Transfer-Encoding: chunked") + b"zz\r\n", MalformedChunk),
    "a negative chunk size": (head("Transfer-Encoding: chunked") + b"-1\r\n", MalformedChunk),
    "a blank line for a chunk": (head("Transfer-Encoding: chunked") + b"\r\n", MalformedChunk),
    "a chunk longer than it says": (head("Transfer-Encoding: chunked") + b"1\r\nxx\r\n", MalformedChunk),
    "an endless extension": (head("Transfer-Encoding: chunked") + b"1;" + b"x" * 70_000, MalformedChunk),
}


class Fed:
    """A framing that was fed some pieces: what it found, and which bytes it holds to be the response."""

    def __init__(self, pieces: Iterable[bytes], *, of_head: bool = False) -> None:
        self.framing = framing = ResponseFraming(of_head=of_head)
        self.received = b""
        self.whole = False
        for piece in pieces:
            if not piece or self.whole:
                continue
            self.received += piece
            start: int | None = 0
            if framing.head is None:
                start = framing.read_head(piece)
            if start is not None:
                self.whole = framing.read_body(piece, start)

    @property
    def message(self) -> bytes:
        begin = sum(map(len, self.framing.interim))
        return self.received[begin : len(self.received) - self.framing.stray]

    @property
    def body(self) -> bytes:
        head, entity = self.framing.head, self.framing.entity
        assert head is not None
        return entity.data if entity is not None else self.message[head.body_start :]


def cut(data: bytes, places: Sequence[int]) -> list[bytes]:
    """`data` in pieces, cut at `places`."""
    return [data[a:b] for a, b in pairwise([0, *sorted(place % (len(data) + 1) for place in places), len(data)])]


def every_byte(data: bytes) -> list[bytes]:
    return [bytes([byte]) for byte in data]


def check(fed: Fed, response: bytes, expected: Expected) -> None:
    head = fed.framing.head
    assert head is not None
    assert (head.status, fed.body, fed.whole) == (expected.status, expected.body, expected.whole)
    assert len(fed.framing.interim) == expected.interim
    assert b"".join(fed.framing.interim) + fed.message == response
    assert head == parse_head(fed.message)


@pytest.mark.parametrize("name", GOOD)
def test_a_response_in_one_piece(name: str) -> None:
    response, expected = GOOD[name]
    fed = Fed([response])
    check(fed, response, expected)
    assert (fed.framing.stray, fed.framing.persistent) == (0, expected.persistent)
    assert fed.framing.until_close is not expected.whole


@pytest.mark.parametrize("name", GOOD)
def test_a_response_byte_by_byte(name: str) -> None:
    response, expected = GOOD[name]
    fed = Fed(every_byte(response))
    check(fed, response, expected)
    assert (fed.framing.stray, fed.framing.persistent) == (0, expected.persistent)


@given(st.sampled_from(sorted(GOOD)), st.lists(st.integers(0, 10_000), max_size=6))
def test_a_response_in_random_pieces(name: str, places: list[int]) -> None:
    response, expected = GOOD[name]
    check(Fed(cut(response, places)), response, expected)


@pytest.mark.parametrize("name", [name for name in GOOD if GOOD[name][1].whole])
def test_what_lies_behind_the_end_is_stray_and_ends_the_connection(name: str) -> None:
    response, expected = GOOD[name]
    fed = Fed([response + STRAY])
    check(fed, response, expected)
    assert (fed.framing.stray, fed.framing.persistent) == (len(STRAY), False)


@pytest.mark.parametrize("name", [name for name in GOOD if GOOD[name][1].whole])
def test_a_response_that_is_cut_anywhere_is_not_whole(name: str) -> None:
    response, _ = GOOD[name]
    for length in range(len(response)):
        assert not Fed([response[:length]]).whole


@pytest.mark.parametrize("name", BAD)
def test_what_cannot_be_read_is_said(name: str) -> None:
    response, error = BAD[name]
    for pieces in ([response], every_byte(response)):
        with pytest.raises(error) as raised:
            Fed(pieces)
        assert isinstance(raised.value, UnreadableResponse)


def test_an_answer_to_head_has_no_body_whatever_it_says() -> None:
    for response in (head("Content-Length: 12345"), head("Transfer-Encoding: chunked"), head()):
        fed = Fed([response], of_head=True)
        assert (fed.whole, fed.body, fed.framing.until_close, fed.framing.persistent) == (True, b"", False, True)


def test_what_is_no_http_is_not_waited_for() -> None:
    with pytest.raises(MalformedHead, match="no status line, but b'220 ready'"):
        Fed([b"220 rea", b"dy\n"])


def test_a_head_in_many_pieces_is_looked_at_once() -> None:
    """64 MB without a blank line in 4,000 pieces: a client that began anew with each would take minutes."""
    framing = ResponseFraming()
    piece = b"X-Endless: " + b"y" * 16_000 + b"\r\n"
    assert framing.read_head(b"HTTP/1.1 200 OK\r\n") is None
    for _ in range(4000):
        assert framing.read_head(piece) is None


def as_chunks(parts: list[bytes], end: bytes) -> bytes:
    return b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts if part) + b"0" + end


@given(
    st.lists(st.binary(max_size=300), max_size=8),
    st.sampled_from([b"\r\n\r\n", b"\n\n", b";x=y\r\n\r\n", b"\r\nA: b\r\n\r\n", b"\r\nA: b\r\n c\r\nB: d\n\n"]),
    st.binary(max_size=20),
    st.lists(st.integers(0, 4000), max_size=8),
)
def test_a_chunked_body_is_read_as_the_archive_reads_it(
    parts: list[bytes], end: bytes, stray: bytes, places: list[int]
) -> None:
    body = as_chunks(parts, end)
    fed = Fed([head("Transfer-Encoding: chunked"), *cut(body, places)])
    assert fed.whole
    assert fed.framing.entity == dechunk(body)
    together = Fed([head("Transfer-Encoding: chunked") + body + stray])
    assert (together.framing.entity, together.framing.stray) == (dechunk(body), len(stray))


HTTP_LIKE = st.lists(
    st.sampled_from([b"HTTP/1.1 200 OK", b"HTTP/1.1 103 E", b"\r\n", b"\n", b"\r", b" ", b"5", b"0", b"A: b", b":",
                     b"Content-Length: 3", b"Transfer-Encoding: chunked", b"hello", b"\t", b"\xff"]),
    max_size=14,
).map(b"".join)  # fmt: skip


def outcome(pieces: list[bytes]) -> object:
    """What comes of a response: its parts, or the error that it was refused with."""
    try:
        fed = Fed(pieces)
    except UnreadableResponse as error:
        return type(error)
    return fed.whole, fed.framing.head, fed.message, fed.framing.entity


@given(st.one_of(st.binary(max_size=60), HTTP_LIKE), st.lists(st.integers(0, 200), max_size=5), st.booleans())
def test_whatever_comes_is_read_or_refused_alike_however_it_is_cut(
    noise: bytes, places: list[int], chunked: bool
) -> None:
    response = head("Transfer-Encoding: chunked") + noise if chunked else noise
    assert outcome([response]) == outcome(cut(response, places)) == outcome(every_byte(response))
