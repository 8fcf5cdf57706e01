"""What one request sent and what came back: gathered on the connection, byte for byte, and given as `Exchange`s."""

from __future__ import annotations

from datetime import UTC, datetime
from time import time

from archive.records import LINE_END, Exchange, Truncation
from archive.warc.http_message import ResponseMessage, parse_head
from crawler.fetching.framing import ResponseFraming

_INTERIM = range(100, 200)
STRAY_KEPT = 1 << 16  # bytes behind the end of a response that are kept


class Attempt:
    """The bytes of one request on one connection, and how its response is framed."""

    __slots__ = (
        "complete", "ended", "framing", "ip", "lost", "received", "sent", "size", "started",
        "stray", "stray_size",
    )  # fmt: skip

    def __init__(self, ip: str | None, sent: bytes, framing: ResponseFraming) -> None:
        self.ip = ip
        self.sent = sent
        self.framing = framing
        self.received: list[bytes] = []
        self.size = 0
        self.started = self.ended = time()
        self.complete = False
        self.lost: str | None = None
        self.stray = bytearray()
        self.stray_size = 0

    def finish(self) -> None:
        """Mark the response as whole; what the framing calls stray lies behind its end."""
        self.complete = True
        self.ended = time()

    def came_behind(self, data: bytes) -> bool:
        """Note bytes behind the end of the response; False once as many came as are kept."""
        self.stray_size += len(data)
        self.stray += data[: STRAY_KEPT - len(self.stray)]
        return len(self.stray) < STRAY_KEPT

    @property
    def only_line_end_behind(self) -> bool:
        """Whether nothing came behind the end up to now, or a line end alone, or a part of one."""
        return self.stray_size <= LINE_END and not self.stray.strip(b"\r\n")

    def exchange(self, url: str, truncated: Truncation | None, error: str | None) -> Exchange:
        """Give the attempt as a record, once. Only a response that began can be truncated."""
        if not self.complete:
            self.ended = time()
        interim, response = self._parted()
        exchange = Exchange(
            url=url,
            request=self.sent,
            response=response,
            started_at=datetime.fromtimestamp(self.started, UTC),
            ended_at=datetime.fromtimestamp(max(self.started, self.ended), UTC),
            interim=interim,
            ip=self.ip,
            truncated=truncated if self.size and not self.complete else None,
            error=error,
            stray=bytes(self.stray),
            stray_size=self.stray_size,
        )
        framing = self.framing
        if framing.head is None:
            return exchange
        whole = framing.entity if self.complete else None
        return exchange.taken_apart(ResponseMessage(response, framing.head, whole))

    def _parted(self) -> tuple[tuple[bytes, ...], bytes]:
        received = b"".join(self.received)
        self.received.clear()  # an error's traceback may hold this for long
        framing = self.framing
        if framing.head is None:
            return split_interim(received)
        start, end = sum(map(len, framing.interim)), self.size - framing.stray
        return tuple(framing.interim), received[start:end]


def split_interim(received: bytes) -> tuple[tuple[bytes, ...], bytes]:
    """Part the 1xx heads from the final response (RFC 9110, 15.2). A 1xx head that was cut off counts as one."""
    heads = []
    while (head := parse_head(received)).status in _INTERIM:
        cut = head.body_start or len(received)
        heads.append(received[:cut])
        received = received[cut:]
    return tuple(heads), received
