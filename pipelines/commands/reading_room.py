"""The reading room in a browser, on this machine only."""

from __future__ import annotations

from typing import Annotated

import typer

from pipelines.commands.opening import existing_home, opened_database
from pipelines.commands.options import parsed_time
from pipelines.commands.output import say


def serve(
    port: Annotated[int, typer.Option(help="The reading room's port.")] = 8642,
    raw_port: Annotated[int | None, typer.Option(help="The port of archived bytes; the next one if not given.")] = None,
    replay_port: Annotated[int | None, typer.Option(help="The port of replayed pages; the next one but one.")] = None,
) -> None:
    """Look through the archive in a browser, on this machine only."""
    from archive.reading_room.server import serve as open_room

    open_room(existing_home(), _ports(port, raw_port, replay_port), say)


def replay(
    url: Annotated[str, typer.Argument(metavar="URL", help="A page that was captured.")],
    at: Annotated[str | None, typer.Option(metavar="TIME", help="As it was then (ISO 8601); the latest.")] = None,
    port: Annotated[int, typer.Option(help="The reading room's port.")] = 8642,
    raw_port: Annotated[int | None, typer.Option(help="The port of archived bytes.")] = None,
    replay_port: Annotated[int | None, typer.Option(help="The port of replayed pages.")] = None,
) -> None:
    """Replay one archived page in a browser, on this machine only."""
    from archive.reading_room.records import replay_path
    from archive.reading_room.server import serve as open_room

    home, moment = existing_home(), parsed_time(at)
    with opened_database() as db, db.reader() as conn:
        path = replay_path(conn, home, url, moment)
    open_room(home, _ports(port, raw_port, replay_port), say, path)


def _ports(port: int, raw_port: int | None, replay_port: int | None) -> tuple[int, int, int]:
    """Those not given are the next ones; 0 takes any free port."""
    following = (port + 1, port + 2) if port else (0, 0)
    return port, following[0] if raw_port is None else raw_port, following[1] if replay_port is None else replay_port
