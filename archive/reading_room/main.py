"""The pages: what is in the archive, what each article says and has said, and the evidence for it."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from archive.errors import DamagedArchive, NothingFound, SvodkaError, UsageError
from archive.evidence import FIELDS, CaptureAddress, capture_address, evidence, reading_of, values_of
from archive.home import Home
from archive.reading_room import queries
from archive.reading_room.charts import line_chart, turns
from archive.reading_room.guard import MAIN_POLICY, Guard
from archive.reading_room.player import HOW
from archive.reading_room.ports import Ports
from archive.reading_room.records import moment_of, nearest, neighbours, timestamp
from archive.rows.engine import Connection, Database
from archive.search import search
from archive.warc.reader import StoredCapture, read_capture_at

HERE = Path(__file__).parent
MOST_HITS = 100
KINDS = ("views", "comments", "rating")
STATUS = {NothingFound: 404, UsageError: 400, DamagedArchive: 500}
View = Callable[["Room", Connection, Request], tuple[str, dict[str, Any]]]


class Room:
    """What the pages share: the archive, the templates, and where the archived bytes are served."""

    def __init__(self, home: Home, database: Database, ports: Ports) -> None:
        self.home, self.database, self.ports = home, database, ports
        self.templates = Environment(
            loader=FileSystemLoader(HERE / "templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
            lstrip_blocks=True,
        )  # fmt: skip
        self.templates.filters.update(
            time=_time, number=_number, size=_size, shown=_shown, entry=_entry, stamp=timestamp
        )

    def page(self, view: View) -> Callable[[Request], Response]:
        """An endpoint that shows `view`, or in its place what went wrong."""

        def endpoint(request: Request) -> Response:
            try:
                with self.database.reader() as conn:
                    name, values = view(self, conn, request)
                return self.render(request, name, values)
            except SvodkaError as error:
                return self.render(request, "error.html", {"message": str(error)}, STATUS.get(type(error), 500))

        return endpoint

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
    views = {
        "/": _overview, "/captures": _captures, "/articles": _articles, "/evidence": _evidence,
        "/replay": _replay, "/capture/{capture_id}": _capture, "/article/{article_id:path}": _article,
    }  # fmt: skip
    routes: list[Route | Mount] = [Route(path, room.page(view), methods=["GET"]) for path, view in views.items()]
    routes.append(Mount("/static", StaticFiles(directory=HERE / "static")))

    def not_found(request: Request, _: Exception) -> Response:
        return room.render(request, "error.html", {"message": "There is no such page."}, 404)

    return Guard(Starlette(routes=routes, exception_handlers={404: not_found}), _policy(ports))


def _policy(ports: Ports) -> dict[str, str]:
    frames = ports.origins(ports.replay, "/frame") if ports.replay else "'none'"
    return {"Content-Security-Policy": MAIN_POLICY.format(frames=frames)}


# --- the pages -------------------------------------------------------------------------------------------------


def _overview(room: Room, conn: Connection, request: Request) -> tuple[str, dict[str, Any]]:
    return "overview.html", {"it": queries.overview(conn)}


def _captures(room: Room, conn: Connection, request: Request) -> tuple[str, dict[str, Any]]:
    asked = request.query_params
    found = queries.captures(
        conn, asked.get("url", ""), asked.get("site", ""), asked.get("kind", ""), _page_number(request)
    )
    sites, kinds, _ = queries.names(conn)
    return "captures.html", {"page": found, "sites": sites, "kinds": kinds, "links": _page_links(request, found)}


def _articles(room: Room, conn: Connection, request: Request) -> tuple[str, dict[str, Any]]:
    asked = request.query_params
    if words := asked.get("q", "").strip():
        return "found.html", {"hits": search(conn, words, MOST_HITS), "most": MOST_HITS}
    found = queries.articles(conn, _page_number(request), asked.get("language", ""))
    _, _, languages = queries.names(conn)
    return "articles.html", {"page": found, "languages": languages, "links": _page_links(request, found)}


def _article(room: Room, conn: Connection, request: Request) -> tuple[str, dict[str, Any]]:
    article_id = request.path_params["article_id"]
    read = reading_of(conn, request.query_params.get("capture") or article_id)
    if read.article_id != article_id:
        raise NothingFound(f"{article_id}: was not read from that capture")
    values = values_of(conn, read)
    history = queries.history(conn, read.article_id)
    by_name = {**dict.fromkeys(FIELDS), **{value.field: value.value for value in values}}
    return "article.html", {
        "read": read, "values": values, "by_name": by_name, "history": history, "charts": _charts(history),
    }  # fmt: skip


def _capture(room: Room, conn: Connection, request: Request) -> tuple[str, dict[str, Any]]:
    row = queries.capture_row(conn, request.path_params["capture_id"])
    read, placed, failed = queries.read_from(conn, row.id)
    address, stored, problem = _bytes_of(room, conn, row.id)
    return "capture.html", {
        "row": row, "read": read, "placed": placed, "failed": failed, "address": address, "stored": stored,
        "problem": problem, "heads": _heads(stored),
    }  # fmt: skip


def _evidence(room: Room, conn: Connection, request: Request) -> tuple[str, dict[str, Any]]:
    identity = request.query_params.get("id", "")
    return "evidence.html", {"it": evidence(conn, room.home, identity, request.query_params.get("field"))}


def _replay(room: Room, conn: Connection, request: Request) -> tuple[str, dict[str, Any]]:
    """One capture in the player: the one that is nearest to the time that was asked for."""
    asked = request.query_params
    url, at = asked.get("url", ""), asked.get("at", "")
    row = nearest(conn, url, moment_of(at), asked.get("site") or None)
    if row is None:
        raise NothingFound(f"{url}: was never captured")
    values = {"site": row.site, "at": timestamp(row.captured_at), "url": row.url}
    return "replay.html", {"row": row, "frame": urlencode(values), "how": HOW, "others": neighbours(conn, row)}


# --- their parts -----------------------------------------------------------------------------------------------


def _bytes_of(
    room: Room, conn: Connection, capture_id: str
) -> tuple[CaptureAddress | None, StoredCapture | None, str | None]:
    """The capture's bytes, or what is wrong with them: a damaged file must not hide what the rows know."""
    try:
        address = capture_address(conn, room.home, capture_id)
        return address, read_capture_at(address.path, address.offset), None
    except SvodkaError as error:
        return None, None, str(error)


def _heads(stored: StoredCapture | None) -> dict[str, str]:
    """The request as sent and the head of the answer as it came, as text."""
    if stored is None:
        return {}
    heads = {"Request, as sent": stored.request or b""}
    if stored.http is not None:
        heads["Response head, as received"] = stored.block[: stored.http.body_start or 4096]
    return {name: data[:20_000].decode("utf-8", "replace") for name, data in heads.items() if data}


def _charts(history: queries.History) -> dict[str, Any]:
    """A chart for each counter and source with two moments or more: its first and last observation, own page first."""
    ordered = sorted(history.series.items(), key=lambda item: (item[0][1] != "page", KINDS.index(item[0][0])))
    return {
        kind if source == "page" else f"{kind} in the list “{source}”": {
            "svg": line_chart(turns(observed), f"{kind} over time"), "first": observed[0], "last": observed[-1],
        }
        for (kind, source), observed in ordered
        if len({moment for moment, _ in observed}) > 1
    }  # fmt: skip


def _page_number(request: Request) -> int:
    text = request.query_params.get("page", "1")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 8 else 1


def _page_links(request: Request, page: queries.Page) -> dict[str, str]:
    links = {}
    if page.number > 1:
        links["newer"] = "?" + request.url.include_query_params(page=page.number - 1).query
    if page.more:
        links["older"] = "?" + request.url.include_query_params(page=page.number + 1).query
    return links


# --- how values look -------------------------------------------------------------------------------------------


def _time(moment: datetime | None) -> str:
    return "–" if moment is None else f"{moment:%Y-%m-%d %H:%M:%S}"


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:,}".replace(",", "\N{NARROW NO-BREAK SPACE}")


def _size(count: float | None) -> str:
    if count is None:
        return "–"
    for unit in ("bytes", "kB", "MB", "GB"):
        if count < 1000:
            return f"{count:.0f} bytes" if unit == "bytes" else f"{count:.1f} {unit}"
        count /= 1000
    return f"{count:.1f} TB"


def _shown(value: Any) -> str:
    """Any value as text: what is no text as JSON."""
    if isinstance(value, str):
        return value
    if isinstance(value, datetime):
        return f"{_time(value)} UTC"
    return json.dumps(value, ensure_ascii=False, default=str)


def _entry(value: Any) -> str:
    """An entry of a list in one line: what it says, without what is absent."""
    if not isinstance(value, dict):
        return _shown(value)
    return " · ".join(_shown(part) for part in value.values() if part not in (None, [], ""))
