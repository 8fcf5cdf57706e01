"""Serves the practice site on loopback: real HTTP/1.1 with keep-alive, from bytes drawn beforehand.

A protocol of its own, small and quick, because its faults (a cut body, a broken chunk, a closed connection) are
what well-behaved servers refuse to send.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from threading import Event, Thread
from types import TracebackType

from crawler.practice.content import PracticeArchive
from crawler.practice.faults import Answer, Fault
from crawler.practice.replies import Reply
from crawler.practice.site import PracticeSite

__all__ = ["Fault", "PracticeArchive", "PracticeServer", "PracticeSite", "Received"]


@dataclass(frozen=True, slots=True)
class Received:
    """A request as it came: `path` with its query, headers in their order and case, `time` of the monotonic clock.

    `status` is what was answered; 0 where the answer was no HTTP.
    """

    method: str
    path: str
    headers: tuple[tuple[str, str], ...]
    time: float
    status: int

    def header(self, name: str) -> str | None:
        """The first header of that name, in any case."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)


class _Connection(asyncio.Protocol):
    """One client: answers its requests one after the other."""

    def __init__(self, site: PracticeSite, requests: list[Received], transports: set[asyncio.Transport]) -> None:
        self._site = site
        self._requests = requests
        self._transports = transports
        self._buffer = b""
        self._transport: asyncio.Transport | None = None
        self._waiting = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """A client connected."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._transports.add(transport)

    def data_received(self, data: bytes) -> None:
        """Bytes of requests, whole or in parts."""
        self._buffer += data
        self._serve()

    def connection_lost(self, exc: Exception | None) -> None:
        """The client left, or was closed."""
        if self._transport:
            self._transports.discard(self._transport)
        self._transport = None

    def _serve(self) -> None:
        while not self._waiting and (end := self._buffer.find(b"\r\n\r\n")) >= 0:
            head, self._buffer = self._buffer[:end], self._buffer[end + 4 :]
            self._answer(head.decode("latin-1"))

    def _answer(self, head: str) -> None:
        first, *lines = head.split("\r\n")
        method, _, rest = first.partition(" ")
        target, _, version = rest.partition(" ")
        if not version.startswith("HTTP/1."):
            self._send(Answer(Reply(400, (), b"").wire(), 400, close=True), closing=True)
            return
        headers = tuple((name, value.strip()) for name, _, value in (line.partition(":") for line in lines))
        known = {name.lower(): value for name, value in headers}
        answer = self._site.answer(method, target, known)
        self._requests.append(Received(method, target, headers, time.monotonic(), answer.status))
        closing = known.get("connection", "").lower() == "close"
        if answer.delay:
            self._waiting = True
            asyncio.get_running_loop().call_later(answer.delay, lambda: self._send(answer, closing=closing))
        else:
            self._send(answer, closing=closing)

    def _send(self, answer: Answer, *, closing: bool) -> None:
        if self._transport is None:
            return
        self._transport.write(answer.wire)
        if answer.close or closing:
            self._waiting = True
            self._transport.close()
        elif self._waiting:
            self._waiting = False
            self._serve()


class PracticeServer:
    """Serves a PracticeSite on 127.0.0.1 in a thread, as a context manager.

    `url` ends with a slash; `requests` is the log of all that came, oldest first.
    """

    def __init__(self, site: PracticeSite | None = None, *, port: int = 0) -> None:
        self.site = site or PracticeSite()
        self.requests: list[Received] = []
        self.url = ""
        self._port = port
        self._transports: set[asyncio.Transport] = set()
        self._ready = Event()
        self._failure: OSError | None = None
        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._run, name="practice-server", daemon=True)

    def __enter__(self) -> PracticeServer:
        """Start; raises OSError where the port is taken."""
        self._thread.start()
        self._ready.wait()
        if self._failure:
            self._thread.join()
            raise self._failure
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    def join(self) -> None:
        """Wait until the server's thread ends."""
        self._thread.join()

    def _run(self) -> None:
        try:
            server = self._loop.run_until_complete(self._loop.create_server(self._connection, "127.0.0.1", self._port))
        except OSError as failure:
            self._failure = failure
        else:
            self.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
            self.site.set_base_url(self.url.rstrip("/"))
            self._ready.set()
            self._loop.run_forever()
            server.close()
            for transport in list(self._transports):
                transport.abort()
            self._loop.run_until_complete(asyncio.sleep(0))  # lets the transports close
        finally:
            self._ready.set()
            self._loop.close()

    def _connection(self) -> _Connection:
        return _Connection(self.site, self.requests, self._transports)
