"""Serves the reading room's origins on loopback until it is interrupted."""

from __future__ import annotations

import asyncio
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress

import uvicorn
from starlette.types import ASGIApp

from archive.errors import NothingFound, UsageError
from archive.home import Home
from archive.ownership import open_own_database
from archive.reading_room.main import main_app
from archive.reading_room.player import HOW, Player, find_player
from archive.reading_room.ports import Ports
from archive.reading_room.raw import raw_app
from archive.reading_room.replay import replay_app
from archive.rows.engine import Database
from archive.rows.migrations import check

LOOPBACK = "127.0.0.1"
_LAST_PORT = 65_535


class _Server(uvicorn.Server):
    """A server that leaves signals alone: there are two of them, and one room to close."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


class ReadingRoom:
    """Binds its ports when it is made (0 takes any free one); `run` serves until `close` is called.

    `replay_port` is bound where there is a `player`.
    """

    def __init__(
        self, home: Home, port: int = 0, raw_port: int = 0, replay_port: int = 0, *, player: Player | None = None
    ) -> None:
        with ExitStack() as held:  # a port that is taken leaves nothing open
            self.database = held.enter_context(closing(open_own_database(home)))
            _require_archive(home, self.database)
            wanted = [port, raw_port] + ([replay_port] if player else [])
            self._sockets = [held.enter_context(_listen(each)) for each in wanted]
            self._held = held.pop_all()
        bound = [each.getsockname()[1] for each in self._sockets]
        self.ports = Ports(bound[0], bound[1], bound[2] if player else None)
        apps = [main_app(home, self.database, self.ports), raw_app(home, self.database)]
        if player:
            apps.append(replay_app(home, self.database, player, self.ports))
        self._servers = [_server(app) for app in apps]
        self.started = threading.Event()

    @property
    def port(self) -> int:
        """Of the pages."""
        return self.ports.main

    @property
    def raw_port(self) -> int:
        """Of the archived bytes."""
        return self.ports.raw

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
        with self._held:
            asyncio.run(self._run())

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


def serve(home: Home, ports: tuple[int, int, int], say: Callable[[str], None], path: str = "") -> None:
    """Serve the archive in `home` until interrupted; `say` is told the address, with `path` at its end.

    `ports` are those of the pages, of archived bytes and of replayed pages.

    Raises:
        NothingFound: there is no archive.
        UsageError: a port is taken.
        NewerDatabase: the database is ahead of this program.
    """
    room = ReadingRoom(home, *ports, player=find_player(home))
    others = f"archived bytes on port {room.raw_port}"
    if room.ports.replay:
        others += f", replay on port {room.ports.replay}"
    else:
        say(f"archived pages can be looked at, not replayed: {HOW}")
    say(f"reading room: {room.url}{path} ({others}); stop with Ctrl-C")
    room.run()


def _require_archive(home: Home, database: Database) -> None:
    if (database.path is not None and not database.path.exists()) or check(database) == "empty":
        raise NothingFound(f"{home.path}: there is no archive yet; run `svodka crawl` first")


def _listen(port: int) -> socket.socket:
    if not 0 <= port <= _LAST_PORT:  # a socket that such a number is told stays open
        raise UsageError(f"port {port}: a port is a number from 0 to {_LAST_PORT}")
    try:
        return socket.create_server((LOOPBACK, port))
    except OSError as error:
        raise UsageError(f"port {port}: {error}; choose others with --port, --raw-port and --replay-port") from error


def _server(app: ASGIApp) -> uvicorn.Server:
    return _Server(
        uvicorn.Config(
            app, http="h11", ws="none", lifespan="off", loop="asyncio", log_config=None, access_log=False,
            server_header=False, proxy_headers=False, limit_concurrency=100, timeout_graceful_shutdown=2,
        )
    )  # fmt: skip
