"""An HTTP/1.x response taken apart without losing a byte, however odd, cut off or hostile it is. Pure functions.

Nothing here raises for what a server sent: what could not be understood is said beside what could.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property

from archive.digests import sha256
from archive.warc.codings import DECODED_LIMIT, Decoded, decode

_STATUS_LINE = re.compile(rb"HTTP/(\d(?:\.\d)?)[ \t]+(\d{3})(?:[ \t]+(.*))?", re.IGNORECASE)
# The CR before it is left to its line: a literal first is found fast. A line of blanks goes on with the one before
# (RFC 9112, 5.2). Some tools end the head there all the same, so a head that has one is not `clean`.
_HEAD_END = re.compile(rb"\n\r?\n")
_BLANK_LINE = re.compile(rb"\n[ \t]*\r?\n")
_CHUNK_SIZE = re.compile(rb"[ \t]*([0-9A-Fa-f]{1,16})[ \t]*(?:;[^\n]*)?\r?\n")
_CUT_OFF_SIZE = re.compile(rb"[ \t]*[0-9A-Fa-f]{0,16}[ \t]*(?:;[^\n]*)?\r?")


@dataclass(frozen=True, slots=True)
class ResponseHead:
    """A response's head.

    `body_start` is the offset of the body in the message, None where the head has no end; `clean` says that two CRLF
    end it, and no tool finds an end before them. `status`, `version` and `reason` are None where the first line is no
    status line. Headers keep their order, case, repeats and bytes; folded lines are joined by a space (RFC 9112, 5.2).
    """

    version: str | None
    status: int | None
    reason: bytes | None
    headers: tuple[tuple[bytes, bytes], ...]
    body_start: int | None
    clean: bool = False
    _by_name: dict[bytes, list[bytes]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        by_name: dict[bytes, list[bytes]] = {}
        for name, value in self.headers:
            by_name.setdefault(name.lower(), []).append(value)
        object.__setattr__(self, "_by_name", by_name)

    @property
    def regular(self) -> bool:
        """Whether it has a status line and a clean end, so that every tool agrees on where the body begins."""
        return self.status is not None and self.clean

    def values(self, name: str) -> list[bytes]:
        """The values of all headers of that name, as they came."""
        return self._by_name.get(name.lower().encode(), [])

    def get(self, name: str) -> str | None:
        """The first header of that name as text; UTF-8 where it is that, else ISO 8859-1."""
        values = self._by_name.get(name.lower().encode())
        return _text(values[0]) if values else None

    def tokens(self, name: str) -> list[str]:
        """The comma-separated tokens of all headers of that name, in lower case, parameters left off."""
        values = self._by_name.get(name.lower().encode())
        if not values:
            return []
        items = [item.partition(";")[0].strip().lower() for value in values for item in _text(value).split(",")]
        return [item for item in items if item]

    @property
    def codings(self) -> list[str]:
        """Content codings, then transfer codings but for `chunked`, in the order in which they were applied."""
        content, transfer = self.tokens("Content-Encoding"), self.tokens("Transfer-Encoding")
        return content + [coding for coding in transfer if coding != "chunked"]

    @property
    def all_codings(self) -> tuple[str, ...]:
        """Content codings and transfer codings, `chunked` as well: all that it takes to read a body."""
        return (*self.tokens("Content-Encoding"), *self.tokens("Transfer-Encoding"))

    @property
    def mime(self) -> str | None:
        """The media type without parameters, in lower case."""
        content_type = self.get("Content-Type")
        return (content_type or "").partition(";")[0].strip().lower() or None


@dataclass(frozen=True, slots=True)
class Entity:
    """A body without its transfer coding; `complete` is False where the framing broke off or could not be read."""

    data: bytes
    complete: bool
    trailers: tuple[tuple[bytes, bytes], ...] = ()
    problem: str | None = None


def head_end(message: bytes | bytearray, start: int = 0) -> int | None:
    """The offset behind the blank line that ends a head, looked for from `start` on."""
    end = _HEAD_END.search(message, start)
    return end.end() if end else None


def blank_line_end(message: bytes) -> int | None:
    """The offset behind the first line of nothing but blanks, where some tools hold the head to end."""
    end = _BLANK_LINE.search(message)
    return end.end() if end else None


def parse_head(message: bytes, *, whole: bool = True) -> ResponseHead:
    """The head of a response message; not `whole`: more may come of it.

    Of a whole one without an empty line the head ends at a line of blanks, as others' records have it.
    """
    end = _HEAD_END.search(message)
    if end is None and whole:
        end = _BLANK_LINE.search(message)
    head = message[: end.start()] if end else message
    first, _, rest = head.partition(b"\n")
    status_line = _STATUS_LINE.fullmatch(first.rstrip(b"\r"))
    if status_line is None:
        return ResponseHead(None, None, None, (), end.end() if end else None)
    version, status, reason = status_line.groups()
    body_start = end.end() if end else None
    clean = end is not None and message.startswith(b"\r\n\r\n", end.start() - 1) and not _has_blank_line(head)
    return ResponseHead(version.decode(), int(status), reason or b"", parse_header_lines(rest), body_start, clean)


def _has_blank_line(head: bytes) -> bool:
    return (b"\n " in head or b"\n\t" in head) and _BLANK_LINE.search(head + b"\n") is not None


def parse_header_lines(lines: bytes) -> tuple[tuple[bytes, bytes], ...]:
    """Header lines as (name, value); lines without a colon are left out (they stand in the message still)."""
    split = lines.split(b"\n")
    if b"\n " not in lines and b"\n\t" not in lines:  # nothing is folded: twice as fast
        parted = [line.partition(b":") for line in split]
        return tuple([(name.rstrip(b" \t"), value.strip()) for name, colon, value in parted if colon])
    headers: list[tuple[bytes, bytes]] = []
    for line in split:
        if line[:1] in (b" ", b"\t") and headers:
            name, value = headers[-1]
            headers[-1] = (name, (value + b" " + line.strip()).strip())
            continue
        name, colon, value = line.partition(b":")
        if colon:
            headers.append((name.rstrip(b" \t"), value.strip()))
    return tuple(headers)


def entity_of(message: bytes, head: ResponseHead) -> Entity:
    """The body of `message`, de-chunked where it is chunked. Without a head's end there is no body."""
    if head.body_start is None:
        return Entity(b"", complete=False, problem="the head has no end")
    body = message[head.body_start :]
    if "chunked" in head.tokens("Transfer-Encoding"):
        return dechunk(body)
    length = head.get("Content-Length")
    if length is not None and length.isascii() and length.isdigit() and len(body) < int(length) and _has_body(head):
        return Entity(body, complete=False, problem=f"{len(body)} of {length} bytes")
    return Entity(body, complete=True)


def _has_body(head: ResponseHead) -> bool:
    return head.status not in (204, 304)  # RFC 9110, 6.4.1; HEAD is never sent


def dechunk(body: bytes) -> Entity:
    """A chunked body put together (RFC 9112, 7.1). What came is kept where it breaks off."""
    parts: list[bytes] = []
    position = 0
    while match := _CHUNK_SIZE.match(body, position):
        size = int(match[1], 16)
        position = match.end()
        if size == 0:
            return _with_trailers(b"".join(parts), body[position:])
        parts.append(body[position : position + size])
        if len(parts[-1]) < size:
            return Entity(b"".join(parts), complete=False, problem="the last chunk is cut off")
        position += size
        position += _line_end_at(body, position)
    if not parts and not _CUT_OFF_SIZE.fullmatch(body):
        return Entity(body, complete=False, problem="not chunked, though the header says so")
    rest = body[position:]
    problem = "a chunk size cannot be read" if rest else "the closing chunk is missing"
    return Entity(b"".join(parts), complete=False, problem=problem)


def _line_end_at(body: bytes, position: int) -> int:
    """How many bytes the line end behind a chunk's data takes (RFC 9112, 7.1): CRLF, a bare LF (2.2), or none."""
    if body.startswith(b"\r\n", position):
        return 2
    return 1 if body.startswith(b"\n", position) else 0


def chunk_size(line: bytes) -> int | None:
    """The size that a chunk's first line gives, its line end included; None where it is no such line."""
    match = _CHUNK_SIZE.fullmatch(line)
    return int(match[1], 16) if match else None


def _with_trailers(data: bytes, rest: bytes) -> Entity:
    ended = rest.startswith((b"\r\n", b"\n"))
    end = _HEAD_END.search(rest)
    if not ended and end is None:
        return Entity(data, complete=False, trailers=parse_header_lines(rest), problem="the trailers are cut off")
    trailers = b"" if ended or end is None else rest[: end.start()]
    return Entity(data, complete=True, trailers=parse_header_lines(trailers))


class ResponseMessage:
    """A response message taken apart: each part is made when it is first asked for, and only once.

    `head` and `entity` are given by whoever knows them already.
    """

    def __init__(self, data: bytes, head: ResponseHead | None = None, entity: Entity | None = None) -> None:
        self.data = data
        self.head = head or parse_head(data)
        self._entity = entity

    @cached_property
    def entity(self) -> Entity:
        """The body without its transfer coding."""
        return self._entity or entity_of(self.data, self.head)

    @cached_property
    def content(self) -> Decoded:
        """The body without its content coding."""
        return decode(self.entity.data, self.head.codings)

    @cached_property
    def body_digest(self) -> str:
        """Over the body as it stood on the wire, with its framing."""
        return sha256(memoryview(self.data)[self.head.body_start :])

    @cached_property
    def entity_digest(self) -> str:
        """Over the de-chunked, still coded body."""
        start = self.head.body_start
        as_framed = start is not None and len(self.entity.data) == len(self.data) - start
        return self.body_digest if as_framed else sha256(self.entity.data)

    @cached_property
    def content_digest(self) -> str | None:
        """Over the decoded body; None where it could not be decoded to its end."""
        if not self.content.complete:
            return None
        return self.entity_digest if self.content.data is self.entity.data else sha256(self.content.data)


def decoded_body(message: bytes, head: ResponseHead, limit: int = DECODED_LIMIT) -> Decoded:
    """The body as a reader wants it: de-chunked and decoded."""
    entity = entity_of(message, head)
    decoded = decode(entity.data, head.codings, limit)
    if entity.complete or not decoded.complete:
        return decoded
    return Decoded(decoded.data, complete=False, problem=entity.problem)


def _text(value: bytes) -> str:
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value.decode("latin-1")
