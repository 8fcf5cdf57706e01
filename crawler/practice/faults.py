"""What can go wrong with an answer, on purpose: each fault turns a good reply into the bytes of a bad one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from crawler.practice.replies import Reply

FaultKind = Literal["status", "challenge", "drop", "cut", "stall", "bad_gzip", "chunked", "broken_chunk", "raw"]
_CHALLENGE = (
    b"<!DOCTYPE html><html><head><title>Just a moment...</title></head><body><h1>Checking your browser</h1>"
    b"<p>Please turn JavaScript on and reload the page.</p><div id='challenge-form'></div></body></html>"
)


@dataclass(slots=True)
class Fault:
    """A fault of one path (or of `*`, all paths); `times` is how often it strikes yet, None for always.

    status: answers `status` with `headers`. challenge: a block page with `status`. drop: closes without a byte.
    cut: closes after half the body. stall: waits `seconds`, then answers well. bad_gzip: half a gzip stream, whole
    by its length. chunked: a good answer in chunks. broken_chunk: ends within a chunk's size. raw: sends `data`.
    """

    kind: FaultKind
    status: int = 503
    headers: tuple[tuple[str, str], ...] = ()
    times: int | None = None
    seconds: float = 0.0
    data: bytes = b""

    def strike(self) -> bool:
        """Whether it still strikes; counts down."""
        if self.times is None:
            return True
        self.times -= 1
        return self.times >= 0


@dataclass(frozen=True, slots=True)
class Answer:
    """Bytes for the wire; the connection is closed after them where `close` says so. `delay` in seconds."""

    wire: bytes
    status: int
    close: bool = False
    delay: float = 0.0


def answer_with(fault: Fault, reply: Reply) -> Answer:
    """The bytes of `reply` after the fault."""
    return _ANSWERS[fault.kind](fault, reply)


def _status(fault: Fault, reply: Reply, body: bytes = b"<h1>Out of order</h1>") -> Answer:
    headers = (("Content-Type", "text/html; charset=utf-8"), *fault.headers)
    return Answer(Reply(fault.status, headers, body).wire(), fault.status)


def _bad_gzip(_fault: Fault, reply: Reply) -> Answer:
    coded = reply.coded("gzip")
    return Answer(Reply(coded.status, coded.headers, coded.body[: len(coded.body) // 2]).wire(), reply.status)


_ANSWERS: dict[FaultKind, Callable[[Fault, Reply], Answer]] = {
    "status": _status,
    "challenge": lambda fault, reply: _status(fault, reply, _CHALLENGE),
    "drop": lambda fault, reply: Answer(b"", 0, close=True),
    "cut": lambda fault, reply: Answer(reply.wire()[: -max(1, len(reply.body) // 2)], reply.status, close=True),
    "stall": lambda fault, reply: Answer(reply.wire(), reply.status, delay=fault.seconds),
    "bad_gzip": _bad_gzip,
    "chunked": lambda fault, reply: Answer(reply.chunked(), reply.status),
    "broken_chunk": lambda fault, reply: Answer(reply.chunked()[:-5] + b"7f", reply.status, close=True),
    "raw": lambda fault, reply: Answer(fault.data, 0, close=True),
}
