"""The application of the pages: which address shows what, and what every page is made with."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from archive.errors import DamagedArchive, NothingFound, SvodkaError, UsageError
from archive.home import Home
from archive.reading_room import pages
from archive.reading_room.guard import MAIN_POLICY, Guard
from archive.reading_room.ports import Ports
from archive.reading_room.records import timestamp
from archive.reading_room.shown import entry, number, shown, size
from archive.reading_room.times import observed, posted, printed
from archive.rows.engine import Connection, Database

HERE = Path(__file__).parent
STATUS = {NothingFound: 404, UsageError: 400, DamagedArchive: 500}
FILTERS = {
    "observed": observed, "printed": printed, "posted": posted, "number": number, "size": size, "shown": shown,
    "entry": entry, "stamp": timestamp,
}  # fmt: skip
View = Callable[[Home, Connection, Request], tuple[str, dict[str, Any]]]
VIEWS: dict[str, View] = {
    "/": pages.overview, "/captures": pages.captures, "/articles": pages.articles, "/evidence": pages.evidence_page,
    "/replay": pages.replay, "/capture/{capture_id}": pages.capture, "/article/{article_id:path}": pages.article,
    "/changes/{article_id:path}": pages.changed,
}  # fmt: skip


class Room:
    """What the pages share: the archive, the templates, and where the archived bytes are served."""

    def __init__(self, home: Home, database: Database, ports: Ports) -> None:
        self.home, self.database, self.ports = home, database, ports
        self.templates = Environment(
            loader=FileSystemLoader(HERE / "templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
            lstrip_blocks=True,
        )  # fmt: skip
        self.templates.filters.update(FILTERS)

    def page(self, view: View) -> Callable[[Request], Response]:
        """An endpoint that shows `view`, or in its place what went wrong."""

        def endpoint(request: Request) -> Response:
            try:
                with self.database.reader() as conn:
                    name, values = view(self.home, conn, request)
                return self.render(request, name, values)
            except SvodkaError as error:
                return self.refuse(request, str(error), STATUS.get(type(error), 500))

        return endpoint

    def refuse(self, request: Request, message: str, status: int) -> HTMLResponse:
        """A page that says what went wrong."""
        return self.render(request, "error.html", {"message": message, "status": status}, status)

    def render(self, request: Request, name: str, values: dict[str, Any], status: int = 200) -> HTMLResponse:
        """A page from a template; every value in it is escaped."""
        given = {
            "raw": f"http://{request.url.hostname}:{self.ports.raw}/raw/",
            "replay": self.ports.replay and f"http://{request.url.hostname}:{self.ports.replay}/frame",
            "query": request.query_params,
        }
        return HTMLResponse(self.templates.get_template(name).render(**given, **values), status)


def main_app(home: Home, database: Database, ports: Ports) -> ASGIApp:
    """The pages of the reading room; archived bytes and replay are on the other ports of the same host."""
    room = Room(home, database, ports)
    routes: list[Route | Mount] = [Route(path, room.page(view), methods=["GET"]) for path, view in VIEWS.items()]
    routes.append(Mount("/static", StaticFiles(directory=HERE / "static")))

    def not_found(request: Request, _: Exception) -> Response:
        return room.refuse(request, "There is no such page.", 404)

    return Guard(Starlette(routes=routes, exception_handlers={404: not_found}), _policy(ports))


def _policy(ports: Ports) -> dict[str, str]:
    frames = ports.origins(ports.replay, "/frame") if ports.replay else "'none'"
    return {"Content-Security-Policy": MAIN_POLICY.format(frames=frames)}
