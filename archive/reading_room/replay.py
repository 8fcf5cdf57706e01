"""REPLAY: an origin of its own on which archived pages run their scripts, and from which they reach nothing else.

Five layers hold them there; in trials each stopped something that the others let through:
MAIN frames only `/frame` of this origin; every frame is sandboxed without popups and top navigation; the page outside
the worker's scope may load nothing but its own files; the worker may connect to this origin only; and archived pages
get `page_policy`. Nothing here writes, and under the worker's scope there is nothing but the worker.
"""

from __future__ import annotations

import json
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from archive.errors import SvodkaError
from archive.home import Home
from archive.reading_room.guard import Guard
from archive.reading_room.player import Player
from archive.reading_room.ports import Ports
from archive.reading_room.records import answer, moment_of, nearest, problem, timestamp
from archive.rows.engine import Database

HERE = Path(__file__).parent
FILES = {"replay.js": "text/javascript", "replay.css": "text/css"}
WORKER_POLICY = "default-src 'none'; connect-src 'self'"
RECORDS_POLICY = "sandbox; default-src 'none'"


def frame_policy(ports: Ports) -> str:
    """Of the thin page that holds the archived one."""
    assert ports.replay is not None
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; worker-src 'self'; "
        f"frame-src {ports.origins(ports.replay, '/replay/w/')}; frame-ancestors {ports.origins(ports.main)}; "
        "form-action 'none'; base-uri 'none'"
    )


def page_policy(ports: Ports) -> str:
    """Of archived pages. The player's own lets WebSockets reach MAIN with its cookies."""
    assert ports.replay is not None
    return (
        "default-src 'self' 'unsafe-inline' 'unsafe-eval' data: blob: mediastream:; connect-src 'self' data: blob:; "
        "form-action 'self'; object-src 'none'; base-uri 'self' http: https:; "
        f"frame-src data: about: blob: {ports.origins(ports.replay, '/replay/w/')}; "
        f"worker-src blob: {ports.origins(ports.replay, '/replay/')}"
    )


def replay_app(home: Home, database: Database, player: Player, ports: Ports) -> ASGIApp:
    """`/frame`, `/replay/sw.js`, `/records/<site>/[<time>id_/]<url>` and two static files."""
    origin = _Origin(home, database, player, ports)
    routes = [
        Route("/frame", origin.frame, methods=["GET"]),
        Route("/replay/sw.js", origin.worker, methods=["GET"]),
        Route("/records/{rest:path}", origin.record, methods=["GET"]),
        Route("/static/{name}", origin.file, methods=["GET"]),
    ]
    return Guard(Starlette(routes=routes), {"Content-Security-Policy": frame_policy(ports)}, own_worker="/replay/sw.js")


class _Origin:
    """The endpoints; what each may be asked for is checked by what the browser says it wants it for."""

    def __init__(self, home: Home, database: Database, player: Player, ports: Ports) -> None:
        self.home, self.database, self.player = home, database, player
        self.policy = page_policy(ports)
        # The player keeps a collection's configuration for ever: another configuration needs another name.
        self.version = sha256(f"{player.version} {self.policy}".encode()).hexdigest()[:8]
        self.templates = Environment(
            loader=FileSystemLoader(HERE / "templates"), autoescape=True, undefined=StrictUndefined
        )

    def frame(self, request: Request) -> Response:
        """The thin page that starts the worker and shows one capture in a sandboxed frame."""
        if _wanted_for(request) not in {"iframe", "frame"}:
            return PlainTextResponse("this page is shown inside the reading room\n", 403)
        asked = request.query_params
        site, url, at = asked.get("site", ""), asked.get("url", ""), moment_of(asked.get("at", ""))
        if not url.startswith(("http://", "https://")) or not site.isidentifier() or at is None:
            return PlainTextResponse("site, url and at are needed\n", 400)
        settings = {
            "collection": f"{site}-{self.version}",
            "records": f"/records/{site}/",
            "policy": self.policy,
            "page": f"{timestamp(at)}mp_/{url}",
        }
        return HTMLResponse(self.templates.get_template("frame.html").render(settings=json.dumps(settings)))

    def worker(self, request: Request) -> Response:
        """The player."""
        if _wanted_for(request) not in {"serviceworker", ""}:
            return PlainTextResponse("a script for a service worker\n", 403)
        return Response(
            self.player.script, media_type="text/javascript", headers={"Content-Security-Policy": WORKER_POLICY}
        )

    def record(self, request: Request) -> Response:
        """One capture, for the player alone: a page cannot make it a document, a script or a worker."""
        if _wanted_for(request) not in {"empty", ""}:
            return PlainTextResponse("for the player\n", 403)
        site, at, url = _asked_for(request)
        try:
            with self.database.reader() as conn:
                row = nearest(conn, url, at, site)
                found = answer(conn, self.home, row, request.headers.get("range")) if row is not None else None
        except SvodkaError as error:
            found = problem(error)
        found = found or PlainTextResponse("not in the archive\n", 404)
        found.headers["Content-Security-Policy"] = RECORDS_POLICY
        return found

    def file(self, request: Request) -> Response:
        """The thin page's script and style."""
        name = request.path_params["name"]
        if name not in FILES:
            return PlainTextResponse("no such file\n", 404)
        return Response((HERE / "static" / name).read_bytes(), media_type=FILES[name])


def _wanted_for(request: Request) -> str:
    return request.headers.get("sec-fetch-dest", "")


def _asked_for(request: Request) -> tuple[str, datetime | None, str]:
    """Site, time and URL from the path as it was sent: a URL's escapes are part of it."""
    path = request.scope["raw_path"].decode("ascii", "replace").removeprefix("/records/")
    site, _, rest = path.partition("/")
    digits, mark, url = rest.partition("id_/")
    at = moment_of(digits) if mark else None
    if at is None:
        url = rest
    query = request.scope["query_string"].decode("ascii", "replace")
    return site, at, f"{url}?{query}" if query else url
