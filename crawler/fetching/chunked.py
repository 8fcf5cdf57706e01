"""A chunked body taken apart while it comes in, however it is cut into pieces (RFC 9112, 7.1).

It agrees with `archive.warc.http_message.dechunk`, which reads the same bytes when they are whole; but where a chunk
is not followed by a line end, that one reads on and this one ends the exchange, as browsers do.
"""

from __future__ import annotations

from archive.warc.http_message import Entity, chunk_size, parse_header_lines
from crawler.fetching.wire_errors import MalformedChunk

LONGEST_LINE = 1 << 16  # of a chunk's size with its extensions, or of a trailer
_LINE_ENDS = (b"\r\n", b"\n")


class ChunkedBody:
    """Feed it what comes; `parts` hold the body, `size` counts it."""

    __slots__ = ("_in_trailers", "_left", "_line", "_trailers", "_wants_line_end", "parts", "size")

    def __init__(self) -> None:
        self.parts: list[bytes] = []
        self.size = 0
        self._left = 0  # bytes of the current chunk that are still to come
        self._line = b""  # a line that has not come to its end
        self._wants_line_end = False
        self._in_trailers = False
        self._trailers = b""

    def feed(self, data: bytes, position: int) -> int | None:
        """Take `data` from `position` on; gives where in it the body ends, None where more is to come.

        Raises MalformedChunk.
        """
        length = len(data)
        while position < length:
            if self._left:
                position = self._take_data(data, position)
                continue
            end = data.find(b"\n", position) + 1
            if not end:
                self._keep(data[position:])
                return None
            line, self._line = self._line + data[position:end], b""
            position = end
            if self._ends_with(line):
                return position
        return None

    def entity(self) -> Entity:
        """The body, once it is whole."""
        return Entity(b"".join(self.parts), complete=True, trailers=parse_header_lines(self._trailers))

    def _take_data(self, data: bytes, position: int) -> int:
        part = data[position : position + self._left]
        self.parts.append(part)
        self.size += len(part)
        self._left -= len(part)
        self._wants_line_end = True
        return position + len(part)

    def _keep(self, piece: bytes) -> None:
        self._line += piece
        if len(self._line) > LONGEST_LINE:
            raise MalformedChunk(f"a line without an end: {self._line[:40]!r}...")

    def _ends_with(self, line: bytes) -> bool:
        """Take a whole line; True for the one that ends the body."""
        if self._in_trailers:
            return self._take_trailer(line)
        if self._wants_line_end:
            if line not in _LINE_ENDS:
                raise MalformedChunk(f"no line end behind a chunk, but {line[:40]!r}")
            self._wants_line_end = False
            return False
        size = chunk_size(line)
        if size is None:
            raise MalformedChunk(f"not a chunk's size: {line[:40]!r}")
        self._left, self._in_trailers = size, not size
        return False

    def _take_trailer(self, line: bytes) -> bool:
        if line in _LINE_ENDS:
            self._trailers = self._trailers.removesuffix(b"\n").removesuffix(b"\r")
            return True
        self._trailers += line
        return False
