"""The archived bytes themselves, on an origin of their own where they can do nothing."""

from __future__ import annotations

import re
from collections.abc import Callable

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from archive.errors import NothingFound, SvodkaError
from archive.evidence import capture_address, source_address
from archive.home import Home
from archive.reading_room.guard import RAW_POLICY, Guard
from archive.rows.engine import Database
from archive.warc.reader import StoredCapture, read_block, read_capture_at
from archive.warc.repeated import body_of, content_type_of

_MEDIA_TYPE = re.compile(r"[\w.+-]{1,80}/[\w.+-]{1,80}(?:\s*;\s*charset\s*=\s*[\"']?[\w.:-]{1,40}[\"']?)?", re.ASCII)
UNKNOWN = "application/octet-stream"


def raw_app(home: Home, database: Database) -> ASGIApp:
    """`/raw/<capture id>`: the decoded body under its own media type, or with `?as=wire` the record's block."""

    def raw(request: Request) -> Response:
        return _answer(home, database, request)

    return Guard(Starlette(routes=[Route("/raw/{capture_id}", raw, methods=["GET"])]), RAW_POLICY)


def _answer(home: Home, database: Database, request: Request) -> Response:
    capture_id = request.path_params["capture_id"]
    show: Callable[[Home, Database, str], Response] = _wire if request.query_params.get("as") == "wire" else _body
    try:
        return show(home, database, capture_id)
    except NothingFound as error:
        return PlainTextResponse(f"{error}\n", 404)
    except SvodkaError as error:
        return PlainTextResponse(f"{error}\n", 500)


def _wire(home: Home, database: Database, capture_id: str) -> Response:
    with database.reader() as conn:
        address = capture_address(conn, home, capture_id)
    block = read_block(address.path, address.offset, address.length)
    name = f'attachment; filename="{address.id}.{address.record_type}"'
    return Response(block, media_type=UNKNOWN, headers={"Content-Disposition": name})


def _body(home: Home, database: Database, capture_id: str) -> Response:
    with database.reader() as conn:
        address, source = capture_address(conn, home, capture_id), source_address(conn, home, capture_id)
    stored = read_capture_at(address.path, address.offset)
    holder = stored if source == address else read_capture_at(source.path, source.offset)
    return Response(body_of(stored, holder).data, headers={"Content-Type": media_type(stored, holder)})


def media_type(stored: StoredCapture, source: StoredCapture) -> str:
    """The archived Content-Type where it is one, so that the browser shows what it would have shown."""
    declared = content_type_of(stored, source) or ""
    return declared if _MEDIA_TYPE.fullmatch(declared) else UNKNOWN
