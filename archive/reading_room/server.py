"""Serves the reading room's two origins on loopback until it is interrupted."""

from __future__ import annotations

import asyncio
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import uvicorn
from starlette.types import ASGIApp

from archive.errors import NothingFound, UsageError
from archive.home import Home
from archive.reading_room.main import main_app
from archive.reading_room.raw import raw_app
from archive.rows.engine import Database, open_database
from archive.rows.migrations import check

LOOPBACK = "127.0.0.1"


class _Server(uvicorn.Server):
    """A server that leaves signals alone: there are two of them, and one room to close."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


class ReadingRoom:
    """Binds both ports when it is made (0 takes any free one); `run` serves until `close` is called."""

    def __init__(self, home: Home, port: int = 0, raw_port: int = 0) -> None:
        self.database = _open(home)
        self._sockets = [_listen(port), _listen(raw_port)]
        self.port, self.raw_port = (each.getsockname()[1] for each in self._sockets)
        apps = [main_app(home, self.database, self.raw_port), raw_app(home, self.database)]
        self._servers = [_server(app) for app in apps]
        self.started = threading.Event()

    @property
    def url(self) -> str:
        """The address of the pages."""
        return f"http://{LOOPBACK}:{self.port}/"

    @property
    def raw_url(self) -> str:
        """The address of the archived bytes."""
        return f"http://{LOOPBACK}:{self.raw_port}/"

    def run(self) -> None:
        """Serve; returns after `close`, or an interrupt where this is the main thread."""
        try:
            asyncio.run(self._run())
        finally:
            for each in self._sockets:
                each.close()
            self.database.close()

    def close(self) -> None:
        """Stop serving; may be called from any thread, and more than once."""
        for server in self._servers:
            server.should_exit = True

    async def _run(self) -> None:
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGINT, signal.SIGTERM):
                with suppress(NotImplementedError):
                    asyncio.get_running_loop().add_signal_handler(number, self.close)
        self.started.set()  # the ports are bound and listen: what comes now waits for an answer
        pairs = zip(self._servers, self._sockets, strict=True)
        await asyncio.gather(*(server.serve(sockets=[each]) for server, each in pairs))


def serve(home: Home, port: int, raw_port: int, say: Callable[[str], None]) -> None:
    """Serve the archive in `home` until interrupted; `say` is told the address.

    Raises:
        NothingFound: there is no archive.
        UsageError: a port is taken.
        NewerDatabase: the database is ahead of this program.
    """
    room = ReadingRoom(home, port, raw_port)
    say(f"reading room: {room.url} (archived bytes on port {room.raw_port}); stop with Ctrl-C")
    room.run()


def _open(home: Home) -> Database:
    database = open_database(home.database_url)
    if (database.path is not None and not database.path.exists()) or check(database) == "empty":
        raise NothingFound(f"{home.path}: there is no archive yet; run `svodka crawl` first")
    return database


def _listen(port: int) -> socket.socket:
    try:
        return socket.create_server((LOOPBACK, port))
    except (OSError, OverflowError) as error:
        raise UsageError(f"port {port}: {error}; choose others with --port and --raw-port") from error


def _server(app: ASGIApp) -> uvicorn.Server:
    return _Server(
        uvicorn.Config(
            app, http="h11", ws="none", lifespan="off", loop="asyncio", log_config=None, access_log=False,
            server_header=False, proxy_headers=False, limit_concurrency=100, timeout_graceful_shutdown=2,
        )
    )  # fmt: skip
