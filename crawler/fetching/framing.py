"""Finds where a response ends while it comes in (RFC 9112, 6): in one piece, byte by byte, or cut anywhere.

The head is taken apart by the code that reads archived heads, and once: whoever needs it later gets what was found
here. Pure: no connection, no clock.
"""

from __future__ import annotations

from archive.warc.http_message import Entity, ResponseHead, head_end, parse_head
from crawler.fetching.chunked import ChunkedBody
from crawler.fetching.wire_errors import MalformedHead, UnknownTransferCoding

_INTERIM = range(100, 200)
_WITHOUT_BODY = frozenset({204, 304})  # RFC 9112, 6.3; and any answer to HEAD
_LONGEST_LENGTH = 18  # digits


class ResponseFraming:
    """The framing of one response: `read_head` until there is a head, then `read_body` until it says True.

    `stray` bytes of what was fed last lie behind the end of the response. `interim` are the 1xx heads before it.
    """

    __slots__ = (
        "_chunks", "_left", "_of_head", "_pending", "_searched", "bodiless", "head", "interim", "length", "stray",
    )  # fmt: skip

    def __init__(self, *, of_head: bool = False) -> None:
        self._of_head = of_head  # the answer to a HEAD request
        self._pending: bytearray | None = None
        self._searched = 0
        self._chunks: ChunkedBody | None = None
        self._left = 0
        self.head: ResponseHead | None = None
        self.interim: list[bytes] = []
        self.length: int | None = None  # of the body, where the head says it
        self.bodiless = False
        self.stray = 0

    @property
    def until_close(self) -> bool:
        """Whether the response ends where the connection does (RFC 9112, 6.3, the last rule)."""
        return self.head is not None and self.length is None and self._chunks is None

    @property
    def chunked(self) -> ChunkedBody | None:
        """What came of a chunked body."""
        return self._chunks

    @property
    def entity(self) -> Entity | None:
        """The whole body without its framing; None where that is a part of the message as it stands."""
        return self._chunks.entity() if self._chunks is not None else None

    @property
    def persistent(self) -> bool:
        """Whether the connection may carry another request (RFC 9112, 9.3)."""
        head = self.head
        if head is None or self.stray or self.until_close:
            return False
        options = head.tokens("Connection")
        if head.version != "1.1":
            return "keep-alive" in options and self._chunks is None
        # 6.1: a message with both kinds of length may be an attempt to smuggle another one.
        return "close" not in options and not (self._chunks is not None and head.values("Content-Length"))

    def read_head(self, data: bytes) -> int | None:
        """Take `data`; gives where in it the body begins, None where the head is not whole yet.

        Raises UnreadableResponse.
        """
        message = data if self._pending is None else self._joined(self._pending, data)
        if message is None:
            return None
        head = parse_head(message, whole=False)
        while head.body_start is not None and head.status in _INTERIM:
            self.interim.append(message[: head.body_start])
            message = message[head.body_start :]
            head = parse_head(message, whole=False)
        if head.body_start is None:
            self._wait_for_more(message)
            return None
        self._decide(head, message)
        return len(data) - (len(message) - head.body_start)

    def read_body(self, data: bytes, start: int) -> bool:
        """Take `data` from `start` on; True once the response is whole.

        Raises MalformedChunk.
        """
        if self._chunks is not None:
            end = self._chunks.feed(data, start)
            self.stray = 0 if end is None else len(data) - end
            return end is not None
        if self.length is None:
            return False
        self._left -= len(data) - start
        if self._left > 0:
            return False
        self.stray = -self._left
        return True

    def _joined(self, pending: bytearray, data: bytes) -> bytes | None:
        """All that came of the head, once it is whole; each byte is looked at once, however many pieces."""
        known = len(pending)
        pending += data
        newline = data.find(b"\n")
        if newline < 0:
            return None
        if not self._searched:
            self._check_first_line(bytes(pending[: known + newline]))
        whole = head_end(pending, self._searched) is not None
        self._searched = known + data.rfind(b"\n")
        if not whole:
            return None
        self._pending, self._searched = None, 0
        return bytes(pending)

    def _wait_for_more(self, message: bytes) -> None:
        first, newline, _ = message.partition(b"\n")
        if newline:
            self._check_first_line(first)
        self._pending = bytearray(message)
        self._searched = max(message.rfind(b"\n"), 0)

    @staticmethod
    def _check_first_line(line: bytes) -> None:
        """Whatever is no HTTP need not be waited for."""
        if parse_head(line).status is None:
            raise MalformedHead(f"no status line, but {line[:60]!r}")

    def _decide(self, head: ResponseHead, message: bytes) -> None:
        """How the end of the body will be known: RFC 9112, 6.3, in its order."""
        if head.status is None:
            raise MalformedHead(f"no status line, but {message[:60]!r}")
        if self._of_head or head.status in _WITHOUT_BODY:
            self.bodiless, self.length = True, 0
        elif head.values("Transfer-Encoding") and _is_chunked(head):
            self._chunks = ChunkedBody()
        elif lengths := head.values("Content-Length"):
            self._left = self.length = _one_length(lengths)
        self.head = head


def _is_chunked(head: ResponseHead) -> bool:
    codings = [coding for coding in head.tokens("Transfer-Encoding") if coding != "identity"]
    for coding in codings:
        if coding != "chunked":
            raise UnknownTransferCoding(coding)
    return bool(codings)


def _one_length(values: list[bytes]) -> int:
    """RFC 9112, 6.3, 5: repeats of one valid length are that length; all else is an error."""
    lengths = {part.strip() for value in values for part in value.split(b",")}
    [length, *others] = lengths
    if others or not length.isdigit() or len(length) > _LONGEST_LENGTH:
        raise MalformedHead(f"Content-Length is {b', '.join(values)[:60]!r}")
    return int(length)
