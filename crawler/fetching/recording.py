"""What one request sent and what came back: gathered on the connection, byte for byte, and given as `Exchange`s."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from time import time

from archive.records import Exchange, Truncation

_INTERIM = re.compile(rb"HTTP/\d+\.\d+ 1\d\d[ \r\n]")
_END_OF_HEAD = re.compile(rb"\n\r?\n")


class Attempt:
    """The bytes of one request on one connection. `on_wire` is False while they wait behind a TLS handshake."""

    __slots__ = (
        "closed", "complete", "ended", "ip", "limit", "lost", "on_wire", "received", "sent", "size", "started", "stray",
    )  # fmt: skip

    def __init__(self, ip: str | None, limit: int, *, on_wire: bool) -> None:
        self.ip = ip
        self.limit = limit
        self.on_wire = on_wire
        self.sent: list[bytes] = []
        self.received: list[bytes] = []
        self.size = 0
        self.stray = 0
        self.started = self.ended = time()
        self.complete = False
        self.closed = False
        self.lost: str | None = None

    def finish(self, stray: int) -> None:
        """Mark the response as whole; the last `stray` bytes received lie behind its end."""
        self.complete = True
        self.stray = stray
        self.ended = time()

    def exchange(self, url: str, truncated: Truncation | None, error: str | None) -> Exchange:
        """Give the attempt as a record and take no more bytes. Only a response that began can be truncated."""
        if not self.closed and not self.complete:
            self.ended = time()
        self.closed = True
        received = b"".join(self.received)
        self.received.clear()  # Twisted's objects refer to each other and live until the garbage collector comes
        interim, response = split_interim(received[: len(received) - self.stray] if self.stray else received)
        return Exchange(
            url=url,
            request=b"".join(self.sent),
            response=response,
            started_at=datetime.fromtimestamp(self.started, UTC),
            ended_at=datetime.fromtimestamp(max(self.started, self.ended), UTC),
            interim=interim,
            ip=self.ip,
            truncated=truncated if received and not self.complete else None,
            error=error,
        )


class Recording:
    """All attempts to fetch one Request: more than one where a kept-alive connection turned out to be dead."""

    __slots__ = ("attempts", "limit")

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.attempts: list[Attempt] = []

    def begin(self, ip: str | None, *, on_wire: bool) -> Attempt:
        """Start a new attempt on a connection to `ip`."""
        attempt = Attempt(ip, self.limit, on_wire=on_wire)
        self.attempts.append(attempt)
        return attempt


def split_interim(received: bytes) -> tuple[tuple[bytes, ...], bytes]:
    """Part the 1xx heads from the final response (RFC 9110, 15.2). A 1xx head that was cut off counts as one."""
    if not _INTERIM.match(received):
        return (), received
    heads = []
    while _INTERIM.match(received):
        end = _END_OF_HEAD.search(received)
        cut = end.end() if end else len(received)
        heads.append(received[:cut])
        received = received[cut:]
    return tuple(heads), received
